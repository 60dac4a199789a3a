"""Exhibits of how cases ended over time: control charts, one for each kind of outcome."""

from __future__ import annotations

from collections.abc import Sequence

from analytics.disclosure.release import Released
from analytics.emmie.case_outcomes import CaseOutcomesAnswer, Group, Series
from analytics.emmie.case_outcomes.control import (
    ControlledSeries,
    ControlPoint,
    Stretch,
    control_charts,
)
from analytics.emmie.case_outcomes.finest_step import finest, is_mostly_shown
from analytics.exhibits import theme, wording
from analytics.exhibits.case_control_figure import control_figure
from analytics.exhibits.case_control_words import both_sides, chart_sentences, coarser_words
from analytics.exhibits.case_words import (
    GROUP_MEANING,
    GROUP_WORDS,
    OUTCOME_22_NOTE,
    break_words,
    codes_line,
    period_words,
)
from analytics.exhibits.control_chart import RULE_WORDS, SIDE_WORDS
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin
from analytics.exhibits.same_group import RAW_CHANGE

COLUMNS = (
    "Closed cases",
    "Share (%)",
    "95% interval (%)",
    "Mean (%)",
    "Limits (%)",
    "Signal",
)


def control_exhibits(*released: Released[CaseOutcomesAnswer]) -> tuple[Exhibit, ...]:
    """Return a control chart of Outcome 20 and one of out-of-court disposals.

    Parameters
    ----------
    *released : Released[CaseOutcomesAnswer]
        The same cases by one step, or by months and then quarters: each chart then takes the finest
        step whose periods can mostly be shown.
    """
    shown = []
    for group in GROUP_WORDS:
        by_step = [_values(one.answer, group) for one in released]
        place = finest([list(one.values()) for one in by_step])
        why = coarser_words(by_step[0]) if place else ()
        shown.append(_exhibit(released[place], group, why))
    return tuple(shown)


def _values(answer: CaseOutcomesAnswer, group: Group) -> dict[str, list[float | None]]:
    """Return the released shares of each group of areas."""
    return {
        one.series: [point.share.value for point in one.points]
        for one in answer.series
        if one.group == group
    }


def _exhibit(released: Released[CaseOutcomesAnswer], group: Group, why: tuple[str, ...]) -> Exhibit:
    answer = released.answer
    charts = [one for one in control_charts(answer) if one.group == group]
    series = {one.series: one for one in answer.series if one.group == group}
    values = _values(answer, group)
    drawn = [one for one in charts if is_mostly_shown(values[one.series])]
    sentences = (
        *(
            sentence
            for chart in charts
            for sentence in chart_sentences(
                answer, series[chart.series], chart, is_drawn=chart in drawn
            )
        ),
        *why,
    )
    since = f" before and since {wording.day(answer.change_on)}" if answer.change_on else ""
    return Exhibit(
        key=f"{group}_over_time",
        headline=_headline(series, charts, group),
        subtitle=(
            f"Share of {_size(series)}closed cases{since}, by {answer.step} of recording, "
            f"{answer.provenance.place}, "
            f"with control limits at three standard deviations; "
            f"{codes_line(answer.out_of_court_codes)}"
        ),
        figure=theme.as_dict(control_figure(answer, drawn)) if drawn else None,
        table=Table(
            columns=("Period", "Areas", GROUP_WORDS[group], *COLUMNS),
            rows=tuple(_row(answer, chart, one) for chart in charts for one in chart.points),
        ),
        alt_text=(
            f"Control chart of {wording.lower_first(GROUP_WORDS[group])} by {answer.step}. "
            + " ".join(sentences)
        ),
        notes=_notes(released, group, charts),
        **origin(answer.provenance),
        sentences=sentences,
    )


def _row(
    answer: CaseOutcomesAnswer, chart: ControlledSeries, one: ControlPoint
) -> tuple[Cell, ...]:
    share, limits = one.point.share, one.limits
    return (
        period_words(one.point.period, answer.step),
        chart.series,
        wording.count(share.events),
        wording.count(share.n),
        wording.WITHHELD if share.value is None else wording.fixed(100 * share.value, 1),
        wording.interval(one.point.conf_int, scale=100),
        wording.fixed(100 * limits.centre, 1) if limits else "",
        f"{wording.fixed(100 * limits.low, 1)} to {wording.fixed(100 * limits.high, 1)}"
        if limits
        else "",
        _signal(one),
    )


def _signal(one: ControlPoint) -> str:
    if one.point.share.value is None:
        return ""
    if not one.point.is_settled:
        return "Many cases still open"
    if one.limits is None or one.limits.side is None:
        return ""
    why = wording.listed([RULE_WORDS[rule] for rule in one.limits.signals])
    return f"{SIDE_WORDS[one.limits.side].capitalize()}: {why}"


def _headline(series: dict[str, Series], charts: Sequence[ControlledSeries], group: Group) -> str:
    """Return the shares before and since in the first group of areas."""
    name = GROUP_WORDS[group]
    if not charts:
        return f"{name}: nothing to show"
    sides = both_sides(series[charts[0].series])
    if sides is None:
        return f"{charts[0].series}: {wording.lower_first(name)} over time"
    elsewhere = both_sides(series[charts[1].series]) if len(charts) == 2 else None
    if elsewhere is not None:
        label = wording.lower_first(charts[0].series)
        return f"{name}: {label} {_from_to(sides)}; elsewhere {_from_to(elsewhere)}"
    return f"{name}: {charts[0].series} {_from_to(sides)}"


def _from_to(sides: tuple[float, float]) -> str:
    return f"{wording.percent(sides[0])} to {wording.percent(sides[1])}"


def _size(series: dict[str, Series]) -> str:
    """Return how many cases the shares before and since are of; nothing where that is withheld."""
    sides = [side for one in series.values() for side in (one.before, one.after)]
    sizes = [side.n for side in sides if side is not None and side.n is not None]
    return f"{sum(sizes):,} " if sizes and len(sizes) == len(sides) else ""


def _notes(
    released: Released[CaseOutcomesAnswer], group: Group, charts: Sequence[ControlledSeries]
) -> tuple[str, ...]:
    answer = released.answer
    stretches = [one for chart in charts for one in chart.stretches]
    return (
        f"{GROUP_WORDS[group]}: {GROUP_MEANING[group]}.",
        "Cases are counted in the period in which they were recorded; open cases are in no "
        f"denominator ({wording.count(answer.n_open)} open). Periods with more than one in five "
        "open set no limits: quick endings lead there.",
        _limits_note(answer, stretches),
        "A signal is a point outside the limits, seven in a row on one side of the mean, seven in "
        "a row rising or falling, or two of three near a limit (NHS England, Making Data Count). "
        "About one in six charts of 24 months shows one where nothing happens.",
        "A change over time is not by itself an effect: recording practice and national trends "
        "move too. Higher and lower are not better and worse by themselves.",
        RAW_CHANGE,
        *_coding_notes(answer, stretches),
        OUTCOME_22_NOTE,
        released.statement,
    )


def _limits_note(answer: CaseOutcomesAnswer, stretches: Sequence[Stretch]) -> str:
    afresh = any(one.start == answer.change_on and one.chart for one in stretches)
    how = (
        f"Limits start afresh at the change, where six {answer.step}s or more have passed since."
        if afresh
        else "Mean and limits of the time before the change are carried on: too few periods have "
        "passed for new ones."
        if answer.change_on
        else "All periods set the limits."
    )
    few = [one.n_base for one in stretches if one.chart and one.n_base < 12]
    trial = f" Limits from fewer than 12 {answer.step}s are on trial." if few else ""
    wide = any(one.chart == "p_prime" for one in stretches)
    spread = (
        " Where points vary more than counts alone would make them, limits are wider (p′ chart)."
        if wide
        else ""
    )
    return f"p chart. {how}{trial}{spread} Withheld periods count towards the mean, taken together."


def _coding_notes(answer: CaseOutcomesAnswer, stretches: Sequence[Stretch]) -> list[str]:
    """Name each change of coding across which nothing is carried."""
    starts = {one.start for one in stretches if one.is_coding_break}
    return [
        f"{break_words(one)} from {wording.day(one.on)}: the codes counted here change, so the "
        "line is interrupted and no limits are carried across."
        for one in answer.breaks
        if one.on in starts
    ]
