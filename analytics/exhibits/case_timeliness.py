"""Exhibits of timeliness: shares and medians as control charts, and year by year."""

from __future__ import annotations

from collections.abc import Sequence

from analytics.disclosure.release import Released
from analytics.emmie.case_outcomes.finest_step import finest
from analytics.emmie.case_outcomes.timeliness import FEWEST_ROWS, TimelinessAnswer, TimePoint
from analytics.emmie.case_outcomes.timeliness_control import (
    Of,
    TimedControlChart,
    TimedControlPoint,
    timed_control_chart,
)
from analytics.exhibits import theme, wording
from analytics.exhibits.case_timeliness_figure import (
    control_figure,
    scale_of,
    years_figure,
)
from analytics.exhibits.case_timeliness_signals import (
    change_words,
    chart_notes,
    coarser_words,
    is_drawn,
    signal_sentences,
)
from analytics.exhibits.case_timeliness_words import WORDS
from analytics.exhibits.case_words import period_words
from analytics.exhibits.control_chart import RULE_WORDS, SIDE_WORDS
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin


def timeliness_exhibits(*released: Released[TimelinessAnswer]) -> tuple[Exhibit, ...]:
    """Return the shares and the medians over time, and both by year.

    Parameters
    ----------
    *released : Released of TimelinessAnswer
        One measure by one step, or by months and then quarters: each chart then takes the finest
        step whose periods can mostly be shown.
    """
    shown = [_share(*_finest(released, "share"))]
    if WORDS[released[0].answer.measure].median:
        shown.append(_median(*_finest(released, "median")))
    if released[0].answer.years:
        shown.append(_years(released[0]))
    return tuple(shown)


def _finest(
    released: Sequence[Released[TimelinessAnswer]], of: Of
) -> tuple[Released[TimelinessAnswer], TimedControlChart, tuple[str, ...]]:
    """Return the answer to draw, its chart, and why it is not by month."""
    charts = [timed_control_chart(one.answer, of) for one in released]
    place = finest([[[one.value for one in chart.points]] for chart in charts])
    why = coarser_words(charts[0]) if place else ()
    return released[place], charts[place], why


def _share(
    released: Released[TimelinessAnswer], chart: TimedControlChart, why: tuple[str, ...]
) -> Exhibit:
    answer = released.answer
    words, total = WORDS[answer.measure], answer.total
    value = wording.percent(total.share.value)
    said = (
        _total_sentence(answer),
        *(f"{answer.n_open:,} were still open at the end." for _ in [0] if answer.n_open),
        *signal_sentences(chart),
        *why,
    )
    return Exhibit(
        key=f"timely_share_{answer.measure}",
        headline=f"{value} {words.headline}{change_words(chart)}",
        subtitle=(f"{words.share}, by {_by(answer)}, {_where(answer)}{_limits_words(chart)}"),
        figure=theme.as_dict(control_figure(answer, chart)) if is_drawn(chart) else None,
        table=Table(
            columns=(
                "Period",
                words.counted,
                words.of,
                "Share (%)",
                "95% interval (%)",
                "Mean (%)",
                "Limits (%)",
                "Signal",
            ),
            rows=tuple(_share_row(chart, one) for one in chart.points),
        ),
        alt_text=f"Control chart by {answer.step}. {' '.join(said)}",
        notes=(*words.notes, *chart_notes(chart), released.statement),
        **origin(answer.provenance),
        sentences=said,
    )


def _median(
    released: Released[TimelinessAnswer], chart: TimedControlChart, why: tuple[str, ...]
) -> Exhibit:
    answer = released.answer
    words, total = WORDS[answer.measure], answer.total
    overall = "too few to show" if total.median is None else f"{_days(total.median)} working days"
    limits = f" (95% interval {wording.interval(total.median_interval, places=0)})"
    said = (
        f"Median of all: {overall}{limits if total.median_interval else ''}.",
        *signal_sentences(chart),
        *why,
    )
    return Exhibit(
        key=f"timely_median_{answer.measure}",
        headline=f"Median {overall}{change_words(chart)}",
        subtitle=(
            f"{words.median}: median by {_by(answer)}, {_where(answer)}{_limits_words(chart)}"
        ),
        figure=theme.as_dict(control_figure(answer, chart)) if is_drawn(chart) else None,
        table=Table(
            columns=(
                "Period",
                words.of,
                "Median (working days)",
                "95% interval",
                "Mean",
                "Limits",
                "Signal",
            ),
            rows=tuple(_median_row(chart, one) for one in chart.points),
        ),
        alt_text=f"Control chart of medians by {answer.step}. {' '.join(said)}",
        notes=(
            f"A median needs {FEWEST_ROWS} children. Its interval allows for siblings, who come "
            "together.",
            *words.notes,
            *chart_notes(chart),
            released.statement,
        ),
        **origin(answer.provenance),
        sentences=said,
    )


def _years(released: Released[TimelinessAnswer]) -> Exhibit:
    answer = released.answer
    words = WORDS[answer.measure]
    said = tuple(_year_sentence(point) for point in answer.years)
    has_figure = any(point.share.value is not None for point in answer.years)
    has_median = bool(words.median)
    return Exhibit(
        key=f"timely_years_{answer.measure}",
        headline=_years_headline(answer),
        subtitle=(
            f"{words.share}, years from April to March, {answer.provenance.place}, 95% intervals "
            "that allow for siblings"
        ),
        figure=theme.as_dict(years_figure(answer)) if has_figure else None,
        table=Table(
            columns=(
                "Year to March",
                words.counted,
                words.of,
                "Share (%)",
                "95% interval (%)",
                *(("Median (working days)", "95% interval") if has_median else ()),
            ),
            rows=tuple(
                (
                    point.period.year + 1,
                    *_counts(point),
                    *((_number(point), _around(point)) if has_median else ()),
                )
                for point in answer.years
            ),
        ),
        alt_text=f"Bar chart of {len(answer.years)} years. {' '.join(said)}",
        notes=(
            "Only years that lie wholly within the extract and the chosen period.",
            *words.notes,
            released.statement,
        ),
        **origin(answer.provenance),
        sentences=said,
    )


def _limits_words(chart: TimedControlChart) -> str:
    return ", with control limits at three standard deviations" if chart.chart else ""


def _by(answer: TimelinessAnswer) -> str:
    by = WORDS[answer.measure].by
    return by if answer.step == "month" else by.replace("month", "quarter")


def _where(answer: TimelinessAnswer) -> str:
    return f"{answer.provenance.place}, {answer.shown_from:%B %Y} to {answer.shown_to:%B %Y}"


def _total_sentence(answer: TimelinessAnswer) -> str:
    share = answer.total.share
    if share.value is None:
        return "Too few to show the share of all."
    limits = wording.interval(answer.total.conf_int, scale=100)
    around = f", 95% interval {limits}, siblings allowed for" if limits else ""
    return (
        f"{wording.out_of(share)} {WORDS[answer.measure].sentence} "
        f"({wording.percent(share.value, places=1)}{around})."
    )


def _year_sentence(point: TimePoint) -> str:
    share = point.share
    if share.value is None:
        return f"Year to March {point.period.year + 1}: withheld."
    limits = wording.interval(point.conf_int, scale=100)
    return (
        f"Year to March {point.period.year + 1}: {wording.percent(share.value, places=1)} "
        f"({wording.out_of(share)}{f'; {limits}' if limits else ''})."
    )


def _years_headline(answer: TimelinessAnswer) -> str:
    shown = [point for point in answer.years if point.share.value is not None]
    if not shown:
        return "Years: too few to show"
    parts = [
        f"{wording.percent(point.share.value)} in {point.period.year + 1}"
        for point in (shown[0], shown[-1])[: len(shown)]
    ]
    return f"{WORDS[answer.measure].years}: {wording.listed(parts)}"


def _counts(point: TimePoint) -> tuple[Cell, ...]:
    """Return count, number, share and interval as they may be shown."""
    share = point.share
    return (
        wording.count(share.events),
        wording.count(share.n),
        wording.fixed(None if share.value is None else 100 * share.value, 1),
        wording.interval(point.conf_int, scale=100),
    )


def _number(point: TimePoint) -> str:
    return wording.NOT_AVAILABLE if point.median is None else _days(point.median)


def _days(median: float) -> str:
    """Return a median, which is of whole days or half of one."""
    return wording.fixed(median, 0 if median.is_integer() else 1)


def _around(point: TimePoint) -> str:
    return wording.interval(point.median_interval, places=0)


def _share_row(chart: TimedControlChart, one: TimedControlPoint) -> tuple[Cell, ...]:
    return (period_words(one.point.period, chart.step), *_counts(one.point), *_limits(chart, one))


def _median_row(chart: TimedControlChart, one: TimedControlPoint) -> tuple[Cell, ...]:
    return (
        period_words(one.point.period, chart.step),
        wording.count(one.point.share.n),
        _number(one.point),
        _around(one.point),
        *_limits(chart, one),
    )


def _limits(chart: TimedControlChart, one: TimedControlPoint) -> tuple[Cell, ...]:
    """Return mean, limits and signal."""
    limits, scale = one.limits, scale_of(chart)
    if limits is None:
        return "", "", ""
    signal = ""
    if limits.side:
        why = wording.listed([RULE_WORDS[rule] for rule in limits.signals])
        signal = f"{SIDE_WORDS[limits.side].capitalize()}: {why}"
    return (
        wording.fixed(scale * limits.centre, 1),
        f"{wording.fixed(scale * limits.low, 1)} to {wording.fixed(scale * limits.high, 1)}",
        signal,
    )
