"""Exhibits of the case outcomes question: shares over time and by study arm."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.case_outcomes import (
    ArmShare,
    CaseOutcomesAnswer,
    Group,
    Point,
    Series,
)
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, assumptions_exhibit, origin
from analytics.exhibits.same_group import RAW_CHANGE

GROUP_WORDS: dict[Group, str] = {
    "outcome_20": "Outcome 20",
    "out_of_court": "Out-of-court disposals",
}
GROUP_MEANING: dict[Group, str] = {
    "outcome_20": "further action by another body or agency",
    "out_of_court": "cautions, penalty notices, warnings and community resolutions",
}
OUTCOME_22_NOTE = (
    "Outcome 22 could be recorded from April 2019 and had to be from April 2021, so earlier years "
    "hold none."
)


def case_outcome_exhibits(released: Released[CaseOutcomesAnswer]) -> tuple[Exhibit, ...]:
    """Return one exhibit over time for each kind of outcome, one by study arm, and assumptions."""
    answer = released.answer
    over_time = tuple(_over_time(released, group) for group in GROUP_WORDS)
    shown = [*over_time, *([_by_arm(released)] if answer.arms else [])]
    if answer.assumptions:
        shown.append(assumptions_exhibit(answer.provenance, answer.assumptions))
    return tuple(shown)


def codes_line(answer: CaseOutcomesAnswer) -> str:
    """Return which codes count as out-of-court disposals."""
    shown = wording.listed([str(code) for code in answer.out_of_court_codes])
    return f"out-of-court means Home Office outcomes {shown}"


def _over_time(released: Released[CaseOutcomesAnswer], group: Group) -> Exhibit:
    answer = released.answer
    mine = [series for series in answer.series if series.group == group]
    since = f" before and since {wording.day(answer.change_on)}" if answer.change_on else ""
    subtitle = (
        f"Share of {_size(mine)}closed cases{since}, by {answer.step} of recording, "
        f"{answer.provenance.place}, 95% intervals"
    )
    if group == "out_of_court":
        subtitle += f"; {codes_line(answer)}"
    return Exhibit(
        key=f"{group}_over_time",
        headline=_headline(answer, mine, group),
        subtitle=subtitle,
        figure=theme.as_dict(_lines(answer, mine)) if _anything(mine) else None,
        table=Table(
            columns=(
                "Period",
                "Areas",
                GROUP_WORDS[group],
                "Closed cases",
                "Share (%)",
                "95% interval (%)",
            ),
            rows=tuple(_row(answer, series, point) for series in mine for point in series.points),
        ),
        alt_text=_alt_text(answer, mine, group),
        notes=_notes(released, group),
        **origin(answer.provenance),
        sentences=tuple(_before_after(answer, series, group) for series in mine),
    )


def _anything(mine: Sequence[Series]) -> bool:
    return any(point.share.value is not None for series in mine for point in series.points)


def _lines(answer: CaseOutcomesAnswer, mine: Sequence[Series]) -> go.Figure:
    built = theme.figure(height=420)
    for series, colour in zip(mine, theme.CATEGORICAL, strict=False):
        x = [point.period for point in series.points]
        y = [_percent(point.share.value) for point in series.points]
        built.add_trace(
            go.Scatter(
                x=x,
                y=y,
                name=series.series,
                mode="lines+markers",
                connectgaps=False,
                line={"color": colour, "width": 2},
                marker={"size": 6},
                error_y=theme.error_bars(
                    [point.share.value for point in series.points],
                    [point.conf_int for point in series.points],
                    colour=theme.fade(colour, 0.35),
                    scale=100,
                    width=0,
                ),
                hovertemplate="%{x|%B %Y}<br>" + series.series + ": %{y:.0f}%<extra></extra>",
            )
        )
    if answer.change_on:
        built.add_vline(
            x=answer.change_on.isoformat(),
            line_color=theme.DARK_GREY,
            line_dash="dash",
            line_width=1,
        )
        built.add_annotation(
            x=answer.change_on.isoformat(),
            y=1,
            yref="paper",
            text=answer.change_label,
            showarrow=False,
            xanchor="right",
            yanchor="top",
            xshift=-6,
            font={"size": 13, "color": theme.MUTED},
        )
    built.update_yaxes(title_text="Share of closed cases (%)", rangemode="tozero")
    return built


def _period(answer: CaseOutcomesAnswer, point: Point) -> str:
    if answer.step == "month":
        return f"{point.period:%b %Y}"
    return f"{point.period:%b} to {_last_month(point)} {point.period.year}"


def _last_month(point: Point) -> str:
    return f"{point.period.replace(month=point.period.month + 2):%b}"


def _row(answer: CaseOutcomesAnswer, series: Series, point: Point) -> tuple[Cell, ...]:
    share = point.share
    return (
        _period(answer, point),
        series.series,
        wording.count(share.events),
        wording.count(share.n),
        wording.WITHHELD if share.value is None else wording.fixed(100 * share.value, 1),
        wording.interval(point.conf_int, scale=100),
    )


def _headline(answer: CaseOutcomesAnswer, mine: Sequence[Series], group: Group) -> str:
    if not mine:
        return f"{GROUP_WORDS[group]}: nothing to show"
    sides = _shares(mine[0])
    if sides is None:
        return f"{GROUP_WORDS[group]} by {answer.step}"
    before, after = sides
    elsewhere = _shares(mine[1]) if len(mine) == 2 else None
    if elsewhere is not None:
        label = wording.lower_first(mine[0].series)
        return f"{GROUP_WORDS[group]}: {label} {_from_to(sides)}; elsewhere {_from_to(elsewhere)}"
    if wording.percent(before) == wording.percent(after):
        return f"{GROUP_WORDS[group]}: {wording.percent(after)} before and since the change"
    verb = "fell" if after < before else "rose"
    return f"{GROUP_WORDS[group]} {verb}: {mine[0].series} {_from_to(sides)}"


def _from_to(sides: tuple[float, float]) -> str:
    return f"{wording.percent(sides[0])} to {wording.percent(sides[1])}"


def _size(mine: Sequence[Series]) -> str:
    """Return how many cases the shares before and since are of; nothing where that is withheld."""
    sides = [side for series in mine for side in (series.before, series.after)]
    sizes = [side.n for side in sides if side is not None and side.n is not None]
    return f"{sum(sizes):,} " if sizes and len(sizes) == len(sides) else ""


def _shares(series: Series) -> tuple[float, float] | None:
    """Return the share before and since the change; None when either may not be shown."""
    if series.before is None or series.after is None:
        return None
    if series.before.value is None or series.after.value is None:
        return None
    return series.before.value, series.after.value


def _before_after(answer: CaseOutcomesAnswer, series: Series, group: Group) -> str:
    name = "Outcome 20" if group == "outcome_20" else "an out-of-court disposal"
    sides = _shares(series)
    if sides is None or answer.change_on is None or series.before is None or series.after is None:
        return f"{series.series}: too few cases to compare {name} before and since the change."
    return (
        f"{series.series}: {wording.percent(sides[0])} ({wording.out_of(series.before)}) of closed "
        f"cases ended with {name} before {wording.day(answer.change_on)}, and "
        f"{wording.percent(sides[1])} ({wording.out_of(series.after)}) since."
    )


def _alt_text(answer: CaseOutcomesAnswer, mine: Sequence[Series], group: Group) -> str:
    withheld = sum(point.share.is_withheld for series in mine for point in series.points)
    gaps = f" {withheld} points are withheld." if withheld else ""
    return (
        f"Line chart of {wording.lower_first(GROUP_WORDS[group])} by {answer.step}. "
        + " ".join(_before_after(answer, series, group) for series in mine)
        + gaps
    )


def _notes(released: Released[CaseOutcomesAnswer], group: Group) -> tuple[str, ...]:
    answer = released.answer
    notes = [
        f"{GROUP_WORDS[group]}: {GROUP_MEANING[group]}.",
        "Cases are counted in the period in which they were recorded; open cases are in no "
        f"denominator ({wording.count(answer.n_open)} open).",
        "A change over time is not by itself an effect: recording practice and national trends "
        "move too.",
        RAW_CHANGE,
        OUTCOME_22_NOTE,
        released.statement,
    ]
    if answer.step == "month":
        notes.append(
            "Withheld months are gaps; the months that are shown are not typical of them. If many "
            "are withheld, choose quarters."
        )
    return tuple(notes)


def _by_arm(released: Released[CaseOutcomesAnswer]) -> Exhibit:
    answer = released.answer
    built = theme.figure(height=320, barmode="group")
    arms = list(dict.fromkeys(arm.arm for arm in answer.arms))
    for label, colour in zip(arms, theme.CATEGORICAL, strict=False):
        mine = [arm for arm in answer.arms if arm.arm == label]
        built.add_trace(
            go.Bar(
                x=[GROUP_WORDS[arm.group] for arm in mine],
                y=[_percent(arm.share.value) for arm in mine],
                name=label,
                marker_color=colour,
                error_y=theme.error_bars(
                    [arm.share.value for arm in mine],
                    [arm.conf_int for arm in mine],
                    colour=theme.TEXT,
                    scale=100,
                ),
                hovertemplate="%{x}<br>" + label + ": %{y:.0f}%<extra></extra>",
            )
        )
    built.update_yaxes(title_text="Share of closed cases (%)", rangemode="tozero")
    sentences = tuple(_arm_sentence(answer, group) for group in GROUP_WORDS)
    return Exhibit(
        key="outcomes_by_arm",
        headline=_arm_headline(answer),
        subtitle=(
            f"Share of closed study cases ({_arm_sizes(answer)}) before any matching, "
            f"{answer.provenance.place}, 95% intervals; {codes_line(answer)}"
        ),
        figure=theme.as_dict(built),
        table=Table(
            columns=(
                "Outcome",
                "Study cases",
                "Count",
                "Closed cases",
                "Share (%)",
                "95% interval (%)",
            ),
            rows=tuple(_arm_row(arm) for arm in answer.arms),
        ),
        alt_text="Bar chart of two kinds of outcome in each group. " + " ".join(sentences),
        notes=(
            "These shares are not adjusted for differences between the groups; the Effect page is.",
            OUTCOME_22_NOTE,
            released.statement,
        ),
        **origin(answer.provenance),
        sentences=sentences,
    )


def _arm_headline(answer: CaseOutcomesAnswer) -> str:
    """Return the shares of Outcome 20 in the study's groups of cases."""
    mine = [arm for arm in answer.arms if arm.group == "outcome_20"]
    shares = [
        f"{wording.percent(arm.share.value)} ({wording.lower_first(arm.arm)})" for arm in mine
    ]
    return f"Outcome 20: {', '.join(shares)}"


def _arm_sizes(answer: CaseOutcomesAnswer) -> str:
    mine = [arm for arm in answer.arms if arm.group == "outcome_20"]
    return wording.listed([wording.count(arm.share.n) for arm in mine])


def _arm_sentence(answer: CaseOutcomesAnswer, group: Group) -> str:
    parts = [
        f"{wording.percent(arm.share.value)} ({wording.out_of(arm.share)}) for “{arm.arm}”"
        for arm in answer.arms
        if arm.group == group
    ]
    return f"{GROUP_WORDS[group]}: {wording.listed(parts)}."


def _arm_row(arm: ArmShare) -> tuple[Cell, ...]:
    share = arm.share
    return (
        GROUP_WORDS[arm.group],
        arm.arm,
        wording.count(share.events),
        wording.count(share.n),
        wording.WITHHELD if share.value is None else wording.fixed(100 * share.value, 1),
        wording.interval(arm.conf_int, scale=100),
    )


def _percent(value: float | None) -> float | None:
    return None if value is None else wording.rounded(100 * value, 2)
