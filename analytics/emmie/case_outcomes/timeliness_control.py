"""Control charts of timeliness: limits that allow for siblings, and signals.

Everything is worked out from what was released, so that no limit tells a withheld period. Methods:
``docs/methods/questions/timeliness.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from analytics.disclosure.suppression import Share
from analytics.emmie.case_outcomes.control import Limits, Side
from analytics.emmie.case_outcomes.periods import Step
from analytics.emmie.case_outcomes.shown_phases import MOST_WITHHELD
from analytics.emmie.case_outcomes.timeliness import TimelinessAnswer, TimePoint
from analytics.statistics.results import HealthCheck, NotEstimable
from analytics.statistics.variation.control_limits import FEWEST_POINTS, ControlLimits
from analytics.statistics.variation.control_rules import apply_rules
from analytics.statistics.variation.count_charts import proportion_chart
from analytics.statistics.variation.individuals_charts import individuals_chart
from analytics.statistics.variation.timeline import Timeline

Of = Literal["share", "median"]
_SIDES: dict[str, Side] = {
    "special_cause_neutral_high": "high",
    "special_cause_neutral_low": "low",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedControlPoint:
    """One period: its released value, and its limits.

    Attributes
    ----------
    value : float or None
        Share between 0 and 1, or median in working days; None when withheld or of too few.
    limits : Limits or None
        None where there are none.
    """

    point: TimePoint
    value: float | None
    limits: Limits | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedControlChart:
    """Shares, or medians, as a control chart.

    Attributes
    ----------
    chart : str or None
        ``p_prime``, whose limits come from how periods vary, siblings included; ``p`` where that
        would make them narrower than counts alone; ``xmr`` for medians; None without limits.
    points : tuple of TimedControlPoint
        In order.
    n_without : int
        Periods without a value.
    reads_signals : bool
        Whether signals are looked for; not where more than one period in five has no value.
    checks : tuple of HealthCheck
        Of the chart.
    """

    of: Of
    step: Step
    chart: Literal["p", "p_prime", "xmr"] | None
    points: tuple[TimedControlPoint, ...]
    n_without: int
    reads_signals: bool
    checks: tuple[HealthCheck, ...]


def timed_control_chart(answer: TimelinessAnswer, of: Of) -> TimedControlChart:
    """Return the control chart of the shares or of the medians of a released answer.

    Parameters
    ----------
    answer : TimelinessAnswer
        After disclosure control.
    of : {"share", "median"}
        What is charted.
    """
    values = [point.share.value if of == "share" else point.median for point in answer.points]
    shown = [point for point, value in zip(answer.points, values, strict=True) if value is not None]
    n_without = len(values) - len(shown)
    reads = n_without <= MOST_WITHHELD * len(values)
    limits = None
    if len(shown) >= FEWEST_POINTS:
        limits = (
            _of_shares(shown, _rest(answer, shown), answer.step)
            if of == "share"
            else _of_medians(shown, answer.step)
        )
    by_period = _by_period(limits, shown, reads=reads)
    return TimedControlChart(
        of=of,
        step=answer.step,
        chart=None if limits is None else _code(limits),
        points=tuple(
            TimedControlPoint(point=point, value=value, limits=by_period.get(point.period))
            for point, value in zip(answer.points, values, strict=True)
        ),
        n_without=n_without,
        reads_signals=reads,
        checks=() if limits is None else limits.health,
    )


def _code(limits: ControlLimits) -> Literal["p", "p_prime", "xmr"]:
    if limits.chart == "p":
        return "p"
    return "p_prime" if limits.chart == "p_prime" else "xmr"


def _rest(answer: TimelinessAnswer, shown: Sequence[TimePoint]) -> Share | None:
    """Return what all periods hold beside those that are shown; None when it is withheld."""
    total = answer.total.share
    if total.events is None or total.n is None:
        return None
    return Share.of(
        total.events - sum(point.share.events or 0 for point in shown),
        total.n - sum(point.share.n or 0 for point in shown),
    )


def _of_shares(shown: Sequence[TimePoint], rest: Share | None, step: Step) -> ControlLimits | None:
    """Return the chart of shares; withheld periods count towards the mean, as one before a gap."""
    if rest is None:
        return None
    lead = [rest] if rest.n else []
    shares = [*lead, *(point.share for point in shown)]
    numbers = [_number(point.period, step) for point in shown]
    timeline = Timeline(period=[numbers[0] - 2] * len(lead) + numbers)
    events, n = [one.events or 0 for one in shares], [one.n or 0 for one in shares]
    plain = proportion_chart(events, n, timeline=timeline)
    if isinstance(plain, NotEstimable):
        return None
    wide = proportion_chart(events, n, laney=True, timeline=timeline)
    if isinstance(wide, NotEstimable) or wide.std_dev[-1] < plain.std_dev[-1]:
        return plain
    return wide


def _of_medians(shown: Sequence[TimePoint], step: Step) -> ControlLimits | None:
    values = [point.median or 0.0 for point in shown]
    timeline = Timeline(period=[_number(point.period, step) for point in shown])
    limits = individuals_chart(values, timeline=timeline)
    return None if isinstance(limits, NotEstimable) else limits


def _by_period(
    limits: ControlLimits | None, shown: Sequence[TimePoint], *, reads: bool
) -> dict[date, Limits]:
    if limits is None:
        return {}
    ruled = apply_rules(limits)
    lead = len(limits.value) - len(shown)
    return {
        point.period: Limits(
            centre=float(limits.centre_line[place]),
            low=max(float(limits.lower_process_limit[place]), 0.0),
            high=float(limits.upper_process_limit[place]),
            signals=ruled.signals[place] if reads else (),
            side=_SIDES.get(ruled.variation[place]) if reads else None,
        )
        for place, point in enumerate(shown, start=lead)
    }


def _number(period: date, step: Step) -> int:
    month = 12 * period.year + period.month - 1
    return month if step == "month" else month // 3
