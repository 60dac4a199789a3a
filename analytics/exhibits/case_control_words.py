"""Sentences of the control charts of how cases ended: shares, signals, and what cannot be seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from analytics.emmie.case_outcomes import CaseOutcomesAnswer, Series
from analytics.emmie.case_outcomes.control import ControlledSeries, OldLimits, Unread
from analytics.exhibits import wording
from analytics.exhibits.case_control_figure import side_of
from analytics.exhibits.case_words import break_words, span_words
from analytics.exhibits.control_chart import SIDE_WORDS


def both_sides(series: Series) -> tuple[float, float] | None:
    """Return the share before and since the change; None when either may not be shown."""
    if series.before is None or series.after is None:
        return None
    if series.before.value is None or series.after.value is None:
        return None
    return series.before.value, series.after.value


def coarser_words(by_series: Mapping[str, Sequence[float | None]]) -> tuple[str, ...]:
    """Say why quarters are shown: how many months of each group of areas are withheld.

    Parameters
    ----------
    by_series : mapping of str to sequence of float or None
        The released shares by month of each group of areas.
    """
    many = [
        f"{hidden} of {len(values)} for “{name}”"
        for name, values in by_series.items()
        if (hidden := sum(value is None for value in values))
    ]
    return (f"By quarter, because too many months would be withheld: {wording.listed(many)}.",)


def chart_sentences(
    answer: CaseOutcomesAnswer, series: Series, chart: ControlledSeries, *, is_drawn: bool
) -> list[str]:
    """Return the shares on both sides, signals, and which periods no signal is looked for in.

    Parameters
    ----------
    answer : CaseOutcomesAnswer
        After disclosure control.
    series : Series
        One kind of outcome in one group of areas.
    chart : ControlledSeries
        The same with its limits.
    is_drawn : bool
        Whether the figure has it.
    """
    found = _shares(answer, series, chart)
    if chart.against_old is not None:
        found.append(f"{chart.series}: {_against_old(chart.against_old, answer.step)}")
    if not is_drawn:
        hidden = sum(one.point.share.value is None for one in chart.points)
        hint = " Quarters withhold fewer." if answer.step == "month" else ""
        return [
            *found,
            f"{chart.series}: not drawn, because {hidden} of {len(chart.points)} {answer.step}s "
            f"are withheld; the table has the others.{hint}",
        ]
    found += _signals(answer, chart)
    found += [f"{chart.series}: {_unread(answer, chart, one)}" for one in chart.unread]
    return [
        *found,
        *(
            f"{chart.series}: no limits from {wording.day(one.start)}: too few {answer.step}s "
            "shown."
            for one in chart.stretches
            if one.chart is None
        ),
    ]


def _shares(answer: CaseOutcomesAnswer, series: Series, chart: ControlledSeries) -> list[str]:
    name = "Outcome 20" if chart.group == "outcome_20" else "an out-of-court disposal"
    if answer.change_on is None:
        return []
    sides = both_sides(series)
    if sides is None or series.before is None or series.after is None:
        return [f"{chart.series}: too few cases to compare {name} before and since the change."]
    return [
        f"{chart.series}: {wording.percent(sides[0])} ({wording.out_of(series.before)}) of "
        f"closed cases ended with {name} before {wording.day(answer.change_on)}, and "
        f"{wording.percent(sides[1])} ({wording.out_of(series.after)}) since"
        f"{_recorded_otherwise(answer, chart)}."
    ]


def _recorded_otherwise(answer: CaseOutcomesAnswer, chart: ControlledSeries) -> str:
    """Say where the two sides do not count the same codes."""
    starts = {one.start for one in chart.stretches if one.is_coding_break}
    breaks = [
        f"{break_words(one)} only from {wording.day(one.on)}"
        for one in answer.breaks
        if one.on in starts
    ]
    return f", but not counted alike ({wording.listed(breaks)})" if breaks else ""


def _against_old(old: OldLimits, step: str) -> str:
    by_what = "beyond chance, by the limits of the time before"
    sides = [
        (old.lower, SIDE_WORDS["low"]),
        (old.higher, SIDE_WORDS["high"]),
    ]
    counted = [(count, word) for count, word in sides if count]
    if not counted:
        return f"none of {old.n} {step}s since the change stands out, by the limits of before."
    if counted[0][0] == old.n > 1:
        return f"all {old.n} {step}s since the change are {counted[0][1]}, {by_what}."
    listed = wording.listed([f"{count} {word}" for count, word in counted])
    return f"of {wording.plural(old.n, step, f'{step}s')} since the change, {listed}, {by_what}."


def _signals(answer: CaseOutcomesAnswer, chart: ControlledSeries) -> list[str]:
    """Return the periods that signal by the limits drawn, as one sentence for each side."""
    words = []
    for side, name in SIDE_WORDS.items():
        runs = [
            list(run)
            for is_on, run in groupby(chart.points, key=lambda one: side_of(one) == side)
            if is_on
        ]
        listed = [
            span_words(run[0].point.period, run[-1].point.period, answer.step) for run in runs
        ]
        if listed:
            words.append(
                f"{chart.series}: {name}, beyond chance, by the limits drawn: "
                f"{wording.listed(listed)}."
            )
    return words


def _unread(answer: CaseOutcomesAnswer, chart: ControlledSeries, one: Unread) -> str:
    """Say which periods are not judged among themselves, and what those since are judged by."""
    span = span_words(one.first, one.last, answer.step)
    said = (
        f"{one.n_withheld} of {one.n} {answer.step}s, {span}, are withheld (gaps), so none of "
        "these is called higher or lower."
    )
    is_before = answer.change_on is not None and one.last < answer.change_on
    if is_before and chart.against_old is not None:
        said += (
            f" {answer.step.capitalize()}s since are judged against the share of all cases before, "
            "withheld ones included."
        )
    return said
