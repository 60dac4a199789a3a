"""Health checks of time-to-event estimates.

Method notes: ``docs/methods/estimators/time_to_event.md``.
"""

from __future__ import annotations

from analytics.statistics.results import HealthCheck, Status
from analytics.statistics.time_to_event.hazard_fit import HazardFit
from analytics.statistics.time_to_event.horizon_group import HorizonEstimate
from analytics.statistics.time_to_event.life_table import LifeTable
from analytics.statistics.time_to_event.proportional_hazards import ProportionalHazardsTest


def proportional_hazards_check(test: ProportionalHazardsTest) -> HealthCheck:
    """Judge whether one hazard ratio describes the whole follow-up; review below p = 0.05."""
    return HealthCheck(
        name="proportional_hazards",
        value=test.p_value,
        threshold=0.05,
        status="pass" if test.p_value >= 0.05 else "review",
        meaning=(
            "p value of the test that no effect changes with time. Under review the hazard ratio "
            "is an average that depends on how long children were followed: give the difference "
            "at a horizon as well."
        ),
        source="Grambsch and Therneau 1994; the threshold is convention.",
    )


def events_per_parameter_check(fit: HazardFit) -> HealthCheck:
    """Judge whether there are enough events for the covariates: pass from 10, fail below 5."""
    value = fit.n_events / len(fit.coefficients)
    return HealthCheck(
        name="events_per_parameter",
        value=value,
        threshold=10.0,
        status=_status(value, 10, 5),
        meaning="Events for each coefficient. Below the threshold intervals may be too narrow.",
        source="Peduzzi et al. 1995 (10); Vittinghoff and McCulloch 2007 (5).",
    )


def at_risk_check(estimate: HorizonEstimate) -> HealthCheck:
    """Judge whether enough units are followed up to the horizon: pass from 20, fail below 5."""
    return HealthCheck(
        name="at_risk_at_horizon",
        value=float(estimate.n_at_risk),
        threshold=20.0,
        status=_status(estimate.n_at_risk, 20, 5),
        meaning=(
            "Units still followed, without an event, just before the horizon. With few, single "
            "events move the estimate: choose an earlier horizon."
        ),
        source="Our own rule, in the spirit of Pocock, Clayton and Altman 2002.",
    )


def follow_up_check(table: LifeTable, *, horizon: float) -> HealthCheck:
    """Judge how complete follow-up to a horizon is: pass from 0.8, fail below 0.5."""
    censored = int(table.n_censored[table.time < horizon].sum())
    value = None if table.n == 0 else 1 - censored / table.n
    return HealthCheck(
        name="follow_up_to_horizon",
        value=value,
        threshold=0.8,
        status="fail" if value is None else _status(value, 0.8, 0.5),
        meaning=(
            "Share of units followed until an event or the horizon. The others were censored: "
            "harmless when only the date of the extract ended their follow-up, not when those who "
            "were lost differ."
        ),
        source="Sackett et al. 2000 (less than 20% lost); the lower threshold is our own.",
    )


def _status(value: float, enough: float, least: float) -> Status:
    """Judge a value that should be large."""
    if value >= enough:
        return "pass"
    return "review" if value >= least else "fail"
