"""Exhibits of the surveys question: who agrees, all answers, means, and who answered again."""

from __future__ import annotations

from typing import Final

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.mechanism.answers import Change, ItemAnswers, SurveyAnswers, WaveAnswers
from analytics.emmie.mechanism.surveys import SurveysAnswer
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin
from analytics.exhibits.mechanism_answers import answers_exhibit
from analytics.exhibits.mechanism_attrition import attrition_exhibit
from analytics.exhibits.mechanism_themes import MARKS
from analytics.exhibits.mechanism_words import short, wave_label

NO_CHANGE: Final = {
    "withheld": "withheld, because an end has too few answers to show",
    "no_variation": "not estimable, because everybody gave the same answer",
    "separation": "not estimable, because the answers do not overlap",
    "too_few_clusters": "not estimable, because too few people answered",
    "too_few_cases": "not estimable, because too few people answered again",
}


def survey_exhibits(released: Released[SurveysAnswer]) -> tuple[Exhibit, ...]:
    """Return two exhibits for each questionnaire, and one on who answered again."""
    shown = []
    for survey in released.answer.surveys:
        shown.append(_ends_of(released, survey))
        if survey.agree_from is not None:
            shown.append(answers_exhibit(released, survey))
        if survey.attrition is not None:
            shown.append(attrition_exhibit(released, survey))
    return tuple(shown)


def _ends_of(released: Released[SurveysAnswer], survey: SurveyAnswers) -> Exhibit:
    """Return who agrees, or the mean, in each wave, with intervals."""
    answer = released.answer
    is_scale = survey.agree_from is not None
    measure = "Share who agree" if is_scale else "Mean score (points)"
    sentences = tuple(_sentence(survey, item) for item in survey.items)
    unit = "Share (%)" if is_scale else "Mean (points)"
    columns = ("Statement", "When", "Answered", unit, "95% interval", *_change_columns(survey))
    return Exhibit(
        key=f"survey_{survey.key}",
        headline=_headline(survey),
        subtitle=(
            f"{measure}, {wording.lower_first(survey.label)}, {answer.provenance.place}, "
            f"{survey.respondents}, 95% intervals"
        ),
        figure=theme.as_dict(_dots(survey)) if _anything(survey) else None,
        table=Table(
            columns=columns,
            rows=tuple(_row(survey, item, wave) for item in survey.items for wave in item.waves),
        ),
        alt_text=f"Dot plot of {measure.lower()} by statement and wave. " + " ".join(sentences),
        notes=(*_notes(survey), released.statement),
        **origin(answer.provenance),
        sentences=sentences,
    )


def _anything(survey: SurveyAnswers) -> bool:
    return any(_value(wave) is not None for item in survey.items for wave in item.waves)


def _value(wave: WaveAnswers) -> float | None:
    return wave.mean if wave.agree is None else wave.agree.value


def _headline(survey: SurveyAnswers) -> str:
    changes = [(item, item.change) for item in survey.items if item.change is not None]
    if not changes:
        shares = [
            (wave.agree.value, item.label)
            for item in survey.items
            for wave in item.waves
            if wave.agree is not None and wave.agree.value is not None
        ]
        if not shares:
            return f"{short(survey.label)}: too few answers to show"
        value, label = min(shares)
        return f"Fewest ({wording.percent(value)}) agree: “{label}”"
    moved = [
        item for item, change in changes if change.direction and change.direction == item.intended
    ]
    return f"{short(survey.label)}: {len(moved)} of {len(changes)} answers changed as intended"


def _sentence(survey: SurveyAnswers, item: ItemAnswers) -> str:
    first, last = item.waves[0], item.waves[-1]
    if first is last:
        return f"{item.label}: {_level(survey, first)}."
    return (
        f"{item.label}: {_level(survey, first)} at first and {_level(survey, last)} at last; "
        f"{_change(survey, item)}."
    )


def _level(survey: SurveyAnswers, wave: WaveAnswers) -> str:
    value = _value(wave)
    if value is None:
        return "too few to show"
    if survey.agree_from is None:
        return f"mean {wording.fixed(value, 1)} ({wording.interval(wave.conf_int)})"
    assert wave.agree is not None  # noqa: S101 - a scale of agreement has a share
    return f"{wording.percent(value)} agreed ({wording.out_of(wave.agree)})"


def _change(survey: SurveyAnswers, item: ItemAnswers) -> str:
    change = item.change
    if change is None or change.size is None or change.p_value is None:
        why = NO_CHANGE.get(change.reason or "", "not estimable") if change else "not estimable"
        return f"the change is {why}"
    size = _size(survey, change)
    if change.direction is None:
        return f"change {size}, which could be chance"
    way = ""
    if item.intended is not None:
        way = ", as intended" if change.direction == item.intended else ", not as intended"
    return f"change {size}, more than chance on the whole scale{way}"


def _size(survey: SurveyAnswers, change: Change) -> str:
    if change.size is None:
        return ""
    if survey.agree_from is None:
        return (
            f"{wording.signed(change.size.value, places=1)} points "
            f"({wording.interval(change.size.conf_int)})"
        )
    limits = wording.interval(change.size.conf_int, scale=100, places=0)
    return f"{wording.points(change.size.value, places=0)} percentage points ({limits})"


def _change_columns(survey: SurveyAnswers) -> tuple[str, ...]:
    if not any(item.change for item in survey.items):
        return ()
    if survey.agree_from is None:
        return ("Change from first to last (points)", "p-value (adjusted)")
    return (
        "Change from first to last (percentage points)",
        "Odds ratio of a higher answer",
        "p-value (adjusted)",
    )


def _row(survey: SurveyAnswers, item: ItemAnswers, wave: WaveAnswers) -> tuple[Cell, ...]:
    value = _value(wave)
    is_scale = survey.agree_from is not None
    shown: str = wording.WITHHELD
    if value is not None:
        shown = wording.fixed(100 * value) if is_scale else wording.fixed(value, 1)
    limits = wording.interval(
        wave.conf_int, scale=100 if is_scale else 1, places=0 if is_scale else 1
    )
    row: tuple[Cell, ...] = (
        item.label,
        wave_label(survey.waves, wave.wave),
        wording.count(wave.n),
        shown,
        limits,
    )
    columns = _change_columns(survey)
    if not columns:
        return row
    if wave is not item.waves[-1] or item.change is None:
        return (*row, *[""] * len(columns))
    return (*row, *_change_cells(survey, item.change))


def _change_cells(survey: SurveyAnswers, change: Change) -> tuple[Cell, ...]:
    size = _size(survey, change).replace(" percentage points", "").replace(" points", "")
    p_value = wording.p_value(change.p_value)
    if survey.agree_from is None:
        return (size or NO_CHANGE.get(change.reason or "", "not estimable"), p_value)
    odds = ""
    if change.odds_ratio is not None:
        limits = wording.interval(change.odds_ratio.conf_int, places=2)
        odds = f"{wording.fixed(change.odds_ratio.value, 2)} ({limits})"
        odds += "" if change.same_at_every_cut else " *"
    return (size or NO_CHANGE.get(change.reason or "", "not estimable"), odds, p_value)


def _notes(survey: SurveyAnswers) -> tuple[str, ...]:
    notes = []
    if survey.agree_from is not None:
        words = survey.score_words[survey.agree_from - survey.low :]
        named = wording.listed([f"“{word.lower()}”" for word in words]) or "the highest answers"
        notes.append(f"Agree: {named}. Answers that are missing are in no share.")
    changes = [item.change for item in survey.items if item.change is not None]
    if changes:
        whose = "team" if changes[0].clusters == "team" else "person"
        n = wording.count(max((one.n_clusters or 0) for one in changes) or None)
        notes.append(
            "Change: the whole scale is compared between first and last wave (proportional-odds "
            f"model, or a mixed model for a mean score), allowing for answers of one {whose} "
            f"({n} of them). p-values are adjusted for the number of statements (Holm)."
        )
        notes.append(
            "There is no comparison group: a change over time is an association, and other people "
            "may have answered in each wave."
        )
    if any(not one.same_at_every_cut for one in changes):
        notes.append(
            "* One odds ratio does not do for the whole scale here; read the shares instead."
        )
    if survey.note:
        notes.insert(0, survey.note)
    return tuple(notes)


def _dots(survey: SurveyAnswers) -> go.Figure:
    is_scale = survey.agree_from is not None
    scale = 100 if is_scale else 1
    waves = sorted({wave.wave for item in survey.items for wave in item.waves})
    built = theme.figure(
        height=110 + len(survey.items) * max(60, 36 + 16 * len(waves)), showlegend=len(waves) > 1
    )
    step = 0.6 / max(len(waves), 1)
    for place, (number, colour) in enumerate(zip(waves, theme.CATEGORICAL, strict=False)):
        found = [
            (row, wave)
            for row, item in enumerate(survey.items)
            for wave in item.waves
            if wave.wave == number and _value(wave) is not None
        ]
        values = [_value(wave) for _, wave in found]
        name = wave_label(survey.waves, number)
        built.add_trace(
            go.Scatter(
                x=[scale * (value or 0) for value in values],
                y=[row + (place - (len(waves) - 1) / 2) * step for row, _ in found],
                mode="markers",
                name=name,
                marker={"color": colour, "size": 10, "symbol": MARKS[place % len(MARKS)]},
                error_x=theme.error_bars(
                    values, [wave.conf_int for _, wave in found], colour=colour, scale=scale
                ),
                hovertemplate=name + ": %{x:.0f}<extra></extra>",
            )
        )
    built.update_xaxes(
        title_text="Share who agree (%)" if is_scale else "Mean score (points)",
        range=[0, 100] if is_scale else [survey.low, survey.high],
    )
    built.update_yaxes(
        tickvals=list(range(len(survey.items))),
        ticktext=[theme.wrapped(item.label, 22) for item in survey.items],
        range=[len(survey.items) - 0.5, -0.5],
        showgrid=False,
    )
    return built
