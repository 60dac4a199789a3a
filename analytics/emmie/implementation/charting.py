"""Control charts of Implementation: their points, signals and disclosure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import small_cells
from analytics.statistics.results import HealthCheck
from analytics.statistics.variation.control_limits import ControlLimits
from analytics.statistics.variation.control_rules import ControlChart, apply_rules


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartPoint:
    """One point of a control chart.

    Attributes
    ----------
    period : date
        First day.
    value : float or None
        None when withheld.
    centre, low, high : float
        Centre line and process limits there.
    signals : tuple of str
        Rules that the point belongs to.
    side : str or None
        ``high`` or ``low`` for a signal, None for common-cause variation.
    count : int
        What is counted in the point (open cases, leavers); 0 after release.
    """

    period: date
    value: float | None
    centre: float
    low: float
    high: float
    signals: tuple[str, ...]
    side: Literal["high", "low"] | None
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A control chart.

    Attributes
    ----------
    role : str or None
        Whose; None for all roles together.
    chart : str
        ``xmr``, ``u`` or ``u_prime``.
    step : str
        ``month`` or ``quarter``.
    baseline_to : date or None
        First day after the months that set the limits; None when all of them do.
    points : tuple of ChartPoint
        In order.
    checks : tuple of HealthCheck
        Of the chart.
    """

    role: str | None
    chart: str
    step: Literal["month", "quarter"]
    baseline_to: date | None
    points: tuple[ChartPoint, ...]
    checks: tuple[HealthCheck, ...]


def chart_points(
    limits: ControlLimits, periods: list[date], counts: list[int]
) -> tuple[ChartPoint, ...]:
    """Return the points of a chart with the signals of NHS England's rules."""
    chart: ControlChart = apply_rules(limits)
    sides: dict[str, Literal["high", "low"]] = {
        "special_cause_neutral_high": "high",
        "special_cause_neutral_low": "low",
    }
    return tuple(
        ChartPoint(
            period=period,
            value=float(limits.value[i]),
            centre=float(limits.centre_line[i]),
            low=max(float(limits.lower_process_limit[i]), 0.0),
            high=float(limits.upper_process_limit[i]),
            signals=chart.signals[i],
            side=sides.get(chart.variation[i]),
            count=counts[i],
        )
        for i, period in enumerate(periods)
    )


def disclose_chart(chart: Chart, policy: Policy) -> Chart:
    """Withhold points of small counts; the centre line tells the total, so none stands alone."""
    out = small_cells([point.count for point in chart.points], policy)
    return replace(
        chart,
        points=tuple(
            replace(point, value=None, signals=(), side=None, count=0)
            if is_out
            else replace(point, count=0)
            for point, is_out in zip(chart.points, out, strict=True)
        ),
    )
