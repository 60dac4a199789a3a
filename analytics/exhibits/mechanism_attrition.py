"""Exhibit of a survey's attrition: who answered again, and whether they differed at first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.disclosure.suppression import Share
from analytics.emmie.mechanism.answers import CHANCE, SurveyAnswers
from analytics.emmie.mechanism.attrition import Attrition, StayedItem, WaveSize
from analytics.emmie.mechanism.surveys import SurveysAnswer
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin
from analytics.exhibits.mechanism_words import short, wave_label
from analytics.statistics.results import Interval

STAYED_WORDS: Final = {
    True: "share who agreed in the first wave, by whether they answered the last",
    False: "how many of the first wave answered again",
}


def attrition_exhibit(released: Released[SurveysAnswer], survey: SurveyAnswers) -> Exhibit:
    """Return who answered again, and whether those who stayed had answered differently at first.

    Parameters
    ----------
    released : Released of SurveysAnswer
        What may be shown.
    survey : SurveyAnswers
        The questionnaire; it has an attrition.
    """
    answer = released.answer
    found = survey.attrition
    assert found is not None  # noqa: S101 - the caller checked
    labels = {item.key: item.label for item in survey.items}
    sentences = (*_waves(found, survey), *_differ(found, labels))
    drawn = [one for one in found.items if one.stayed.value is not None]
    return Exhibit(
        key=f"attrition_{survey.key}",
        headline=_headline(found, survey),
        subtitle=(
            f"{survey.label}, {answer.provenance.place}, {survey.respondents}; "
            f"{STAYED_WORDS[bool(found.items)]}, 95% intervals"
        ),
        figure=theme.as_dict(_dumbbells(drawn, labels)) if drawn else None,
        table=Table(
            columns=(
                "What",
                "Answered the last wave",
                "Share (%)",
                "Did not",
                "Share (%) of those",
                "p-value (adjusted)",
            ),
            rows=(
                *(_size_row(wave, survey) for wave in found.waves),
                *(_item_row(one, labels[one.item]) for one in found.items),
            ),
        ),
        alt_text="Who answered again, and how they had answered at first. " + " ".join(sentences),
        notes=(
            "A change over waves can come from who answers. That those who stayed and those who "
            "left answered alike at first makes this less likely, and does not rule it out.",
            "Tests compare the whole scale (Mann-Whitney), adjusted for the number of statements "
            "(Holm).",
            released.statement,
        ),
        **origin(answer.provenance),
        sentences=sentences,
    )


def _headline(found: Attrition, survey: SurveyAnswers) -> str:
    last = found.waves[-1]
    if last.again.events is None:
        return "How many answered again is too few to show"
    again = f"{last.again.events:,} of {last.again.n:,}"
    return f"{short(survey.label)}: {again} first respondents answered last"


def _waves(found: Attrition, survey: SurveyAnswers) -> tuple[str, ...]:
    sizes = [f"{wave_label(survey.waves, one.wave)}: {wording.count(one.n)}" for one in found.waves]
    again = [
        f"{wording.out_of(one.again)} of the first wave ({wording.percent(one.again.value)}, "
        f"{wording.interval(one.conf_int, scale=100, places=0)}) answered in “"
        f"{wave_label(survey.waves, one.wave)}”"
        for one in found.waves[1:]
        if one.again.events is not None
    ]
    return (
        f"Respondents: {wording.listed(sizes)}.",
        *(f"{one[:1].upper()}{one[1:]}." for one in again),
    )


def _differ(found: Attrition, labels: dict[str, str]) -> tuple[str, ...]:
    tested = [one for one in found.items if one.p_value is not None]
    if not tested:
        return ()
    differ = [one for one in tested if one.p_value is not None and one.p_value < CHANCE]
    if not differ:
        return (
            f"Those who answered the last wave had not answered differently at first "
            f"({len(tested)} statements tested).",
        )
    names = wording.listed([f"“{labels[one.item]}”" for one in differ])
    return (f"Those who answered the last wave had answered differently at first to {names}.",)


def _dumbbells(items: Sequence[StayedItem], labels: dict[str, str]) -> go.Figure:
    built = theme.figure(height=120 + 60 * len(items))
    sides: tuple[tuple[str, str, str, list[Share], list[Interval | None]], ...] = (
        (
            "Answered the last wave",
            theme.DARK_BLUE,
            "circle",
            [one.stayed for one in items],
            [one.stayed_conf_int for one in items],
        ),
        (
            "Did not",
            theme.TURQUOISE,
            "diamond",
            [one.left for one in items],
            [one.left_conf_int for one in items],
        ),
    )
    for place, (name, colour, symbol, shares, limits) in enumerate(sides):
        built.add_trace(
            go.Scatter(
                x=[100 * (share.value or 0) for share in shares],
                y=[row + (place - 0.5) * 0.3 for row in range(len(items))],
                mode="markers",
                name=name,
                marker={"color": colour, "size": 10, "symbol": symbol},
                error_x=theme.error_bars(
                    [share.value for share in shares], limits, colour=colour, scale=100
                ),
                hovertemplate=name + ": %{x:.0f}%<extra></extra>",
            )
        )
    built.update_xaxes(title_text="Agreed in the first wave (%)", range=[0, 100])
    built.update_yaxes(
        tickvals=list(range(len(items))),
        ticktext=[theme.wrapped(labels[one.item], 22) for one in items],
        range=[len(items) - 0.5, -0.5],
        showgrid=False,
    )
    return built


def _size_row(wave: WaveSize, survey: SurveyAnswers) -> tuple[Cell, ...]:
    return (
        f"First respondents who answered in “{wave_label(survey.waves, wave.wave)}”",
        wording.out_of(wave.again),
        "" if wave.again.value is None else wording.fixed(100 * wave.again.value),
        f"{wording.count(wave.n)} answered in this wave",
        "",
        "",
    )


def _item_row(one: StayedItem, label: str) -> tuple[Cell, ...]:
    return (
        f"Agreed at first: {label}",
        wording.out_of(one.stayed),
        "" if one.stayed.value is None else wording.fixed(100 * one.stayed.value),
        wording.out_of(one.left),
        "" if one.left.value is None else wording.fixed(100 * one.left.value),
        wording.p_value(one.p_value),
    )
