"""Exhibits of the skills question: scores of observed practice, and agreement between coders."""

from __future__ import annotations

from typing import Final

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.mechanism.skills import SkillsAnswer, SkillScores
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin
from analytics.exhibits.mechanism_themes import MARKS
from analytics.exhibits.mechanism_words import before_colon

ALL: Final = "All skills together"
ICC_MARKS: Final = ((0.9, "excellent"), (0.75, "good"), (0.5, "moderate"))


def skill_exhibits(released: Released[SkillsAnswer]) -> tuple[Exhibit, ...]:
    """Return the scores by wave, and the agreement between coders where some scored twice."""
    shown = [_scores(released)]
    if any(one.agreement for one in released.answer.skills):
        shown.append(_agreement(released))
    return tuple(shown)


def _label(skill: SkillScores) -> str:
    return skill.label or ALL


def _wave(answer: SkillsAnswer, wave: int) -> str:
    return answer.waves[wave - 1] if wave <= len(answer.waves) else f"Wave {wave}"


def _scores(released: Released[SkillsAnswer]) -> Exhibit:
    answer = released.answer
    sentences = (*_meetings(answer), *(_sentence(one) for one in answer.skills))
    anything = any(wave.mean for one in answer.skills for wave in one.waves)
    return Exhibit(
        key="skill_scores",
        headline=_headline(answer),
        subtitle=(
            f"Mean score of coded meetings, 1 to 5 points, {answer.provenance.place}, 95% "
            f"intervals; {wording.count(answer.n_workers)} workers"
        ),
        figure=theme.as_dict(_dots(answer)) if anything else None,
        table=Table(
            columns=(
                "Skill",
                "When",
                "Meetings",
                "Mean score (points)",
                "95% interval",
                "Change from first to last (points)",
                "p-value (adjusted)",
            ),
            rows=tuple(row for one in answer.skills for row in _rows(answer, one)),
        ),
        alt_text="Dot plot of mean skill scores by wave. " + " ".join(sentences),
        notes=(
            "Mixed model with an intercept for each worker, so that a worker who was observed "
            "several times does not count as several workers.",
            "Meetings that were not recorded have no scores. If workers let their better meetings "
            "be recorded, the means are too high, but the change need not be.",
            "p-values are adjusted for the number of skills (Holm); all skills together is one "
            "test by itself. There is no comparison group.",
            released.statement,
        ),
        **origin(answer.provenance),
        sentences=sentences,
    )


def _headline(answer: SkillsAnswer) -> str:
    whole = answer.skills[0]
    if whole.change is None:
        return "Change in skill cannot be estimated"
    words = {"higher": "Skill rose", "lower": "Skill fell", None: "No clear change in skill"}
    return f"{words[whole.direction]}: {wording.signed(whole.change.value, places=2)} points of 5"


def _meetings(answer: SkillsAnswer) -> tuple[str, ...]:
    observed = [one.observed for one in answer.meetings]
    coded = [one.coded for one in answer.meetings]
    if None in observed or None in coded:
        return ()
    total, scored = sum(one or 0 for one in observed), sum(one or 0 for one in coded)
    by_wave = [f"{_wave(answer, one.wave).lower()} {one.coded}" for one in answer.meetings]
    return (
        f"{total:,} meetings were observed; {scored:,} of them were recorded and coded "
        f"({wording.listed(by_wave)}).",
    )


def _sentence(skill: SkillScores) -> str:
    if skill.change is None:
        return f"{_label(skill)}: the change cannot be estimated."
    clear = {
        "higher": "higher by more than chance",
        "lower": "lower by more than chance",
        None: "which could be chance",
    }[skill.direction]
    return (
        f"{_label(skill)}: {wording.signed(skill.change.value, places=2)} points from first to "
        f"last ({wording.interval(skill.change.conf_int, places=2)}), {clear}."
    )


def _dots(answer: SkillsAnswer) -> go.Figure:
    waves = list(dict.fromkeys(wave.wave for one in answer.skills for wave in one.waves))
    built = theme.figure(height=110 + len(answer.skills) * (26 + 16 * len(waves)))
    step = 0.7 / max(len(waves), 1)
    for place, (wave, colour) in enumerate(zip(waves, theme.CATEGORICAL, strict=False)):
        found = [
            (row, one.mean)
            for row, skill in enumerate(answer.skills)
            for one in skill.waves
            if one.wave == wave and one.mean is not None
        ]
        built.add_trace(
            go.Scatter(
                x=[mean.value for _, mean in found],
                y=[row + (place - (len(waves) - 1) / 2) * step for row, _ in found],
                mode="markers",
                name=_wave(answer, wave),
                marker={"color": colour, "size": 10, "symbol": MARKS[place % len(MARKS)]},
                error_x=theme.error_bars(
                    [mean.value for _, mean in found],
                    [mean.conf_int for _, mean in found],
                    colour=colour,
                ),
                hovertemplate=_wave(answer, wave) + ": %{x:.2f}<extra></extra>",
            )
        )
    built.update_xaxes(title_text="Mean score (points, 5 is best)", range=[1, 5])
    built.update_yaxes(
        tickvals=list(range(len(answer.skills))),
        ticktext=[theme.wrapped(before_colon(_label(one)), 20) for one in answer.skills],
        range=[len(answer.skills) - 0.5, -0.5],
        showgrid=False,
    )
    return built


def _rows(answer: SkillsAnswer, skill: SkillScores) -> list[tuple[Cell, ...]]:
    last = skill.waves[-1].wave if skill.waves else 0
    change = ""
    if skill.change is not None:
        limits = wording.interval(skill.change.conf_int, places=2)
        change = f"{wording.signed(skill.change.value, places=2)} ({limits})"
    return [
        (
            _label(skill),
            _wave(answer, one.wave),
            wording.count(one.n),
            wording.WITHHELD if one.mean is None else wording.fixed(one.mean.value, 2),
            wording.interval(one.mean.conf_int if one.mean else None, places=2),
            change if one.wave == last else "",
            wording.p_value(skill.p_value) if one.wave == last else "",
        )
        for one in skill.waves
    ]


def icc_word(value: float) -> str:
    """Return how good an intraclass correlation is, by Koo and Li's marks."""
    return next((word for mark, word in ICC_MARKS if value >= mark), "poor")


def _agreement(released: Released[SkillsAnswer]) -> Exhibit:
    answer = released.answer
    found = [one for one in answer.skills if one.agreement]
    built = theme.figure(height=90 + 40 * len(found), showlegend=False)
    built.add_trace(
        go.Scatter(
            x=[one.agreement.value for one in found if one.agreement],
            y=list(range(len(found))),
            mode="markers",
            name="Intraclass correlation",
            marker={"color": theme.DARK_BLUE, "size": 10},
            error_x=theme.error_bars(
                [one.agreement.value for one in found if one.agreement],
                [one.agreement.conf_int for one in found if one.agreement],
                colour=theme.DARK_BLUE,
            ),
            hovertemplate="%{x:.2f}<extra></extra>",
        )
    )
    lows = [one.agreement.conf_int.low for one in found if one.agreement]
    built.update_xaxes(title_text="Intraclass correlation", range=[min(0.0, *lows) - 0.05, 1.05])
    built.update_yaxes(
        tickvals=list(range(len(found))),
        ticktext=[theme.wrapped(before_colon(_label(one)), 20) for one in found],
        range=[len(found) - 0.5, -0.5],
        showgrid=False,
    )
    whole = next((one for one in found if not one.label), found[0])
    value = whole.agreement.value if whole.agreement else 0.0
    sentences = (
        f"{_label(whole)}: intraclass correlation {wording.fixed(value, 2)} "
        f"({wording.interval(whole.agreement.conf_int if whole.agreement else None, places=2)}), "
        f"from {wording.count(whole.n_twice)} meetings scored by two coders.",
    )
    return Exhibit(
        key="skill_agreement",
        headline=f"Two coders' scores agree: {icc_word(value)} ({wording.fixed(value, 2)})",
        subtitle=(
            f"Intraclass correlation of two coders' scores, {answer.provenance.place}, "
            f"{wording.count(whole.n_twice)} meetings scored twice, 95% intervals; 1 is full "
            "agreement"
        ),
        figure=theme.as_dict(built),
        table=Table(
            columns=(
                "Skill",
                "Meetings scored twice",
                "Intraclass correlation",
                "95% interval",
                "How good",
            ),
            rows=tuple(_agreement_row(one) for one in answer.skills),
        ),
        alt_text="Dot plot of the agreement of two coders on each skill. " + " ".join(sentences),
        notes=(
            "ICC(2,1): the coders stand for coders in general and should give the same score, not "
            "only the same order.",
            "Excellent: 0.90 or more; good: 0.75; moderate: 0.50; poor: less (Koo and Li 2016).",
            released.statement,
        ),
        **origin(answer.provenance),
        sentences=sentences,
    )


def _agreement_row(skill: SkillScores) -> tuple[Cell, ...]:
    if skill.agreement is None:
        return (_label(skill), wording.count(skill.n_twice), "not estimable", "", "")
    return (
        _label(skill),
        wording.count(skill.n_twice),
        wording.fixed(skill.agreement.value, 2),
        wording.interval(skill.agreement.conf_int, places=2),
        icc_word(skill.agreement.value),
    )
