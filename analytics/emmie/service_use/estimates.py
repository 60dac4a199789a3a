"""Rates before and after, their difference and ratio, and how far the ratio depends on choices.

Methods: ``docs/methods/questions/service_use.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from analytics.emmie.contrast import Estimate
from analytics.emmie.service_use.checks import rate_checks
from analytics.emmie.service_use.counts import Counted, Families, FloatArray, Users
from analytics.statistics.linear_models import fit_linear, linear_contrast
from analytics.statistics.results import HealthCheck, Interval, NotEstimable
from analytics.statistics.two_groups.before_after_rates import (
    WithinUnitRateRatio,
    within_unit_rate_ratio,
)
from analytics.statistics.two_groups.cluster_totals import ClusterTotals, cluster_totals
from analytics.statistics.two_groups.clustered import clustered_contrast

TOP_SHARE: Final = 0.01

Choice = Literal["pooled", "followed_six_months", "without_top_users"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SideTotal:
    """Events and exposure on one side, and the rate.

    Attributes
    ----------
    events : int or None
        Events of everybody; None when withheld.
    exposure : float or None
        Hundreds of person-years, or of sessions; None when it would tell how few people there are.
    rate : float or None
        Events per 100 person-years, or per 100 sessions; None when withheld.
    conf_int : Interval or None
        Clustered by family; None when withheld or families don't vary.
    n_users : int or None
        People with at least one event; None when withheld.
    """

    events: int | None
    exposure: float | None
    rate: float | None
    conf_int: Interval | None
    n_users: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """The rate ratio under another choice.

    Attributes
    ----------
    n_people : int or None
        People in it; None when withheld.
    n_left_out, n_users_left_out : int or None
        People left out, and those of them with an event; never kept after disclosure control.
    """

    choice: Choice
    ratio: Estimate | None
    n_people: int | None
    n_left_out: int | None
    n_users_left_out: int | None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Everything estimated of one outcome.

    Attributes
    ----------
    difference : Estimate or None
        Rate after minus rate before, pooled over people, clustered by family.
    ratio : Estimate or None
        Rate after over rate before within each person, clustered by family.
    raw_ratio : float or None
        Events after over events before: what ignoring the unequal exposure would say.
    dispersion : float or None
        Variance of the log ratio over what independent events would give.
    """

    before: SideTotal
    after: SideTotal
    difference: Estimate | None
    ratio: Estimate | None
    raw_ratio: float | None
    dispersion: float | None
    sensitivity: tuple[Sensitivity, ...]
    checks: tuple[HealthCheck, ...]
    reason: str | None


def estimate_rates(counted: Counted, level: float) -> Rates:
    """Estimate one outcome.

    Parameters
    ----------
    counted : Counted
        What the engine counted.
    level : float
        Confidence level, strictly between 0 and 1.
    """
    families, users = counted.families, counted.users
    time = float(families.repeats @ families.exposure_after) / float(
        families.repeats @ families.exposure_before
    )
    totals = _totals(families)
    difference = clustered_contrast(totals, estimand="rate_difference", level=level)
    ratio = within_ratio(users, level)
    before = _side(families, families.before, families.exposure_before, users.before, level)
    after = _side(families, families.after, families.exposure_after, users.after, level)
    dispersion = _dispersion(ratio)
    problem = ratio if isinstance(ratio, NotEstimable) else difference
    return Rates(
        before=before,
        after=after,
        difference=_estimate(difference),
        ratio=_estimate(ratio),
        raw_ratio=(after.events or 0) / before.events if before.events else None,
        dispersion=dispersion,
        sensitivity=_sensitivity(counted, totals, level),
        checks=rate_checks(counted, time, ratio, dispersion),
        reason=problem.reason if isinstance(problem, NotEstimable) else None,
    )


def within_ratio(users: Users, level: float) -> WithinUnitRateRatio | NotEstimable:
    """Return the rate ratio within people; people without an event say nothing about it."""
    if not len(users.family):
        return NotEstimable(reason="no_events", detail="Nobody had an event.")
    return within_unit_rate_ratio(
        events_before=users.before,
        exposure_before=users.exposure_before,
        events_after=users.after,
        exposure_after=users.exposure_after,
        cluster=users.family,
        level=level,
    )


def _totals(families: Families) -> ClusterTotals:
    """Return families as clusters whose treated side is the time after."""
    return cluster_totals(
        events_treated=families.after,
        n_treated=families.people,
        exposure_treated=families.exposure_after,
        events_comparison=families.before,
        n_comparison=families.people,
        exposure_comparison=families.exposure_before,
        repeats=families.repeats,
    )


def _side(
    families: Families, events: FloatArray, exposure: FloatArray, of_users: np.ndarray, level: float
) -> SideTotal:
    total, time = float(families.repeats @ events), float(families.repeats @ exposure)
    return SideTotal(
        events=round(total),
        exposure=time,
        rate=total / time,
        conf_int=_rate_interval(families, events, exposure, level),
        n_users=int((of_users > 0).sum()),
    )


def _rate_interval(
    families: Families, events: FloatArray, exposure: FloatArray, level: float
) -> Interval | None:
    """Return the interval of a pooled rate: a mean of the families' rates weighted by exposure."""
    rates = np.repeat(events / exposure, families.repeats)
    fit = fit_linear(
        rates,
        np.ones((len(rates), 1)),
        weights=np.repeat(exposure, families.repeats),
        cluster=np.arange(len(rates)),
    )
    if isinstance(fit, NotEstimable):
        return None
    found = linear_contrast(fit, [1.0], level=level)
    if isinstance(found, NotEstimable):
        return None
    limits = found.conf_int
    # A rate can't be below 0, where a few families' events put the lower limit.
    return Interval(
        low=max(0.0, limits.low), high=limits.high, level=limits.level, method=limits.method
    )


def _sensitivity(counted: Counted, totals: ClusterTotals, level: float) -> tuple[Sensitivity, ...]:
    """Return the ratio pooled over people, among those followed for long, and without top users."""
    users, n_people = counted.users, int(counted.families.people @ counted.families.repeats)
    pooled = clustered_contrast(totals, estimand="rate_ratio", level=level)
    n_top = math.ceil(TOP_SHARE * n_people)
    events = users.before + users.after
    # A stable order, so that the same people are left out each time.
    top = np.argsort(-events, kind="stable")[: min(n_top, len(events))]
    below = np.ones(len(events), dtype=np.bool_)
    below[top] = False
    followed = within_ratio(users.keeping(users.is_followed), level)
    return (
        _choice("pooled", pooled, n_people, 0, 0),
        _choice(
            "followed_six_months",
            followed,
            n_people,
            n_people - counted.n_followed,
            int((~users.is_followed).sum()),
        ),
        _choice(
            "without_top_users",
            within_ratio(users.keeping(below), level),
            n_people,
            n_top,
            len(top),
        ),
    )


def _choice(choice: Choice, result: Any, n_people: int, out: int, users_out: int) -> Sensitivity:
    return Sensitivity(
        choice=choice,
        ratio=_estimate(result),
        n_people=n_people - out,
        n_left_out=out,
        n_users_left_out=users_out,
        reason=result.reason if isinstance(result, NotEstimable) else None,
    )


def _dispersion(ratio: WithinUnitRateRatio | NotEstimable) -> float | None:
    if isinstance(ratio, NotEstimable):
        return None
    return (ratio.std_error / ratio.std_error_poisson) ** 2


def _estimate(result: Any) -> Estimate | None:
    if isinstance(result, NotEstimable):
        return None
    return Estimate(value=result.estimate, conf_int=result.conf_int, p_value=result.p_value)
