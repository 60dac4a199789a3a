"""Control charts of how cases ended: limits, signals, and where limits start afresh.

Everything is worked out from what was released: shares of periods, and totals of the phases between
two changes. So no limit tells a withheld period. Methods:
``docs/methods/questions/case_outcomes.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from analytics.emmie.case_outcomes.over_time import CaseOutcomesAnswer
from analytics.emmie.case_outcomes.periods import Group, Point, Series, Step
from analytics.emmie.case_outcomes.shown_phases import ShownPhase, shown_phases
from analytics.statistics.results import NotEstimable
from analytics.statistics.variation.control_limits import FEWEST_POINTS, ControlLimits
from analytics.statistics.variation.control_rules import apply_rules
from analytics.statistics.variation.count_charts import proportion_chart
from analytics.statistics.variation.timeline import Timeline

Side = Literal["high", "low"]
ChartCode = Literal["p", "p_prime"]
_SIDES: dict[str, Side] = {
    "special_cause_neutral_high": "high",
    "special_cause_neutral_low": "low",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Where chance alone would put the share of one period.

    Attributes
    ----------
    centre, low, high : float
        Mean of its stretch, and limits at three standard deviations; between 0 and 1.
    signals : tuple of str
        Rules that the point belongs to.
    side : str or None
        ``high`` or ``low`` for a signal.
    """

    centre: float
    low: float
    high: float
    signals: tuple[str, ...] = ()
    side: Side | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlPoint:
    """One period: its released share, and its limits; None where there are none.

    Attributes
    ----------
    stretch : int
        Place of its stretch; lines and limits are interrupted between two.
    """

    point: Point
    stretch: int
    limits: Limits | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Periods with limits of their own.

    Attributes
    ----------
    start : date
        First day.
    is_coding_break : bool
        Whether it begins with another way of recording.
    chart : str or None
        ``p``, or ``p_prime`` where points vary more than counts alone; None without limits.
    centre : float or None
        Mean.
    n_base : int
        Shown periods that set the limits.
    n_withheld, n_unsettled : int
        Withheld periods, and periods with many open cases; neither sets limits or makes a signal.
    """

    start: date
    is_coding_break: bool
    chart: ChartCode | None
    centre: float | None
    n_base: int
    n_withheld: int
    n_unsettled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """Periods among which no signal is looked for, because many of them are withheld.

    Attributes
    ----------
    first, last : date
        First and last period.
    n, n_withheld : int
        Periods, and how many of them are withheld.
    """

    first: date
    last: date
    n: int
    n_withheld: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OldLimits:
    """How the periods since the change lie against the limits of the time before it.

    Attributes
    ----------
    higher, lower : int
        Periods that signal, by side.
    n : int
        Periods looked at.
    """

    higher: int
    lower: int
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlledSeries:
    """One kind of outcome in one group of areas, as a control chart.

    Attributes
    ----------
    unread : tuple of Unread
        Stretches of time without signals; periods since the change may still be judged against the
        mean of all before, which withheld periods are part of.
    """

    group: Group
    series: str
    points: tuple[ControlPoint, ...]
    stretches: tuple[Stretch, ...]
    against_old: OldLimits | None
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True, slots=True)
class _Judged:
    """Limits of some periods by their first day, and which kind of chart made them."""

    chart: ChartCode
    centre: float
    by_period: dict[date, Limits]


def control_charts(answer: CaseOutcomesAnswer) -> tuple[ControlledSeries, ...]:
    """Return the control chart of each series of a released answer.

    Limits start afresh at the change of process where there are six periods since, as NHS England's
    Making Data Count advises for a known change; with fewer, those of before are carried on.
    Nothing is carried across a change of coding.

    Parameters
    ----------
    answer : CaseOutcomesAnswer
        After disclosure control.

    Returns
    -------
    tuple of ControlledSeries
        In the order of the answer's series.
    """
    return tuple(_controlled(series, answer.change_on, answer.step) for series in answer.series)


def _controlled(series: Series, change_on: date | None, step: Step) -> ControlledSeries:
    points: list[ControlPoint] = []
    stretches: list[Stretch] = []
    against_old: OldLimits | None = None
    base: ShownPhase | None = None
    phases = shown_phases(series)
    for phase in phases:
        follows = None if phase.is_coding_break else base
        carried = follows is not None and len(phase.usable) < FEWEST_POINTS
        if follows is not None and phase.start == change_on:
            against_old = _signals(_judged(follows, phase, step), phase)
        if follows is not None and carried:
            judged = _judged(follows, phase, step)
            stretches[-1] = _joined(stretches[-1], phase)
        else:
            base, judged = phase, _judged(phase, None, step)
            stretches.append(_stretch(phase, judged))
        found = {} if judged is None else judged.by_period
        points += [
            ControlPoint(point=point, stretch=len(stretches) - 1, limits=found.get(point.period))
            for point in phase.points
        ]
    return ControlledSeries(
        group=series.group,
        series=series.series,
        points=tuple(points),
        stretches=tuple(stretches),
        against_old=against_old,
        unread=tuple(
            Unread(
                first=phase.points[0].period,
                last=phase.points[-1].period,
                n=len(phase.points),
                n_withheld=phase.n_withheld,
            )
            for phase in phases
            if not phase.reads_signals
        ),
    )


def _judged(base: ShownPhase, later: ShownPhase | None, step: Step) -> _Judged | None:
    """Return limits that the shown periods of a phase set, for itself and what follows.

    The withheld periods count towards the mean together, as one point beyond a gap.
    """
    if base.rest is None or len(base.usable) < FEWEST_POINTS:
        return None
    judged = [*base.usable, *(later.usable if later else [])]
    plain = _chart(base, judged, step, laney=False)
    if plain is None:
        return None
    chart: ChartCode = "p"
    wide = any(one.name == "over_dispersion" and one.status != "pass" for one in plain.health)
    if wide and not base.n_withheld and (found := _chart(base, judged, step, laney=True)):
        chart, plain = "p_prime", found
    lead = len(plain.value) - len(judged)
    ruled = apply_rules(plain)
    reads = [base.reads_signals] * len(base.usable)
    reads += [later is not None and later.reads_signals] * (len(judged) - len(base.usable))
    by_period = {
        point.period: Limits(
            centre=float(plain.centre_line[place]),
            low=float(plain.lower_process_limit[place]),
            high=float(plain.upper_process_limit[place]),
            signals=ruled.signals[place] if is_read else (),
            side=_SIDES.get(ruled.variation[place]) if is_read else None,
        )
        for place, (point, is_read) in enumerate(zip(judged, reads, strict=True), start=lead)
    }
    return _Judged(chart, float(plain.centre_line[lead]), by_period)


def _chart(
    base: ShownPhase, judged: Sequence[Point], step: Step, *, laney: bool
) -> ControlLimits | None:
    """Return the chart; its first point is the rest of the base, where there is one."""
    lead = [base.rest] if base.rest is not None and base.rest.n else []
    first = _number(judged[0].period, step) - 2
    shares = [*lead, *(point.share for point in judged)]
    numbers = [first] * len(lead) + [_number(point.period, step) for point in judged]
    n_base = len(lead) + len(base.usable)
    limits = proportion_chart(
        [share.events or 0 for share in shares],
        [share.n or 0 for share in shares],
        laney=laney,
        timeline=Timeline(
            period=numbers, baseline=[place < n_base for place in range(len(shares))]
        ),
    )
    return None if isinstance(limits, NotEstimable) else limits


def _number(period: date, step: Step) -> int:
    month = 12 * period.year + period.month - 1
    return month if step == "month" else month // 3


def _stretch(phase: ShownPhase, judged: _Judged | None) -> Stretch:
    return Stretch(
        start=phase.start,
        is_coding_break=phase.is_coding_break,
        chart=judged.chart if judged else None,
        centre=judged.centre if judged else None,
        n_base=len(phase.usable) if judged else 0,
        n_withheld=phase.n_withheld,
        n_unsettled=sum(not point.is_settled for point in phase.points),
    )


def _joined(stretch: Stretch, later: ShownPhase) -> Stretch:
    return replace(
        stretch,
        n_withheld=stretch.n_withheld + later.n_withheld,
        n_unsettled=stretch.n_unsettled + sum(not point.is_settled for point in later.points),
    )


def _signals(judged: _Judged | None, phase: ShownPhase) -> OldLimits | None:
    if judged is None or not phase.reads_signals or not phase.usable:
        return None
    sides = [judged.by_period[point.period].side for point in phase.usable]
    return OldLimits(higher=sides.count("high"), lower=sides.count("low"), n=len(sides))
