r"""One number at a horizon, and its difference between two groups.

Survival, cumulative incidence, restricted mean time and restricted time lost are all

.. math:: \theta = \sum_u \frac{S(u^-)}{Y_u} d_{ku}\, \kappa(u)

with :math:`\kappa = 1[u \le \tau]` for incidence and :math:`(\tau - u)^+` for the time lost to a
cause, or what is left of one or of the horizon. Method notes:
``docs/methods/estimators/time_to_event.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from numpy.typing import ArrayLike

from analytics.statistics.inference import two_sided_p
from analytics.statistics.inputs import (
    IntArray,
    binary_vector,
    critical_z,
    float_vector,
    group_codes,
    missing_arm,
)
from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.time_to_event.horizon_group import (
    ROUNDING,
    Estimand,
    Group,
    HorizonEstimate,
    Question,
)
from analytics.statistics.time_to_event.life_table import LifeTable


@dataclass(frozen=True, slots=True, kw_only=True)
class HorizonDifference:
    """Difference of two groups at a horizon, treated minus comparison.

    Attributes
    ----------
    estimand, horizon
        As in `HorizonEstimate`.
    estimate, std_error : float
        Difference and its standard error, which allows for clusters in both groups.
    conf_int : Interval
        From the limits of both groups for probabilities (MOVER), Wald for times; within range.
    statistic, p_value : float or None
        Wald z and its two-sided p; None when the standard error is 0.
    treated, comparison : HorizonEstimate
        The groups.
    """

    estimand: Estimand
    horizon: float
    estimate: float
    std_error: float
    conf_int: Interval
    statistic: float | None
    p_value: float | None
    treated: HorizonEstimate
    comparison: HorizonEstimate


def at_horizon(
    duration: ArrayLike,
    event: ArrayLike,
    *,
    estimand: Estimand,
    horizon: float,
    cause: int = 1,
    cluster: ArrayLike | None = None,
    level: float = 0.95,
) -> HorizonEstimate | NotEstimable:
    """Estimate one quantity of one group at a horizon, from rows.

    Parameters
    ----------
    duration : array_like of float, shape (n,)
        Time from the start to the first event or the end of observation; at least 0. Complete.
    event : array_like of int, shape (n,)
        0 = censored, 1, 2, ... = cause of the event. Censorings come after events of that time.
    estimand : {"survival", "incidence", "restricted_mean_time", "restricted_time_lost"}
        What to estimate. Survival and restricted mean time count events of all causes.
    horizon : float
        Above 0.
    cause : int
        Cause of interest, for incidence and time lost.
    cluster : array_like, shape (n,), optional
        Cluster label, for example the family; each unit by itself when omitted.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    HorizonEstimate or NotEstimable
        Reasons: ``"no_cases"``, ``"not_reached"`` (follow-up ends before the horizon with units
        still event-free), ``"too_few_clusters"``, ``"no_events"`` (times only: none by then).

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length, or out of range.
    """
    asked = Question(estimand, horizon, cause, level)
    durations = float_vector(duration, name="duration")
    events = float_vector(event, name="event", length=len(durations))
    labels = _labels(cluster, len(durations))
    return Group.from_rows(durations, events, labels, asked).estimate(asked)


def at_horizon_from_table(
    table: LifeTable,
    *,
    estimand: Estimand,
    horizon: float,
    cause: int = 1,
    level: float = 0.95,
) -> HorizonEstimate | NotEstimable:
    """Estimate one quantity of one group at a horizon, from counts by day, without clusters.

    Parameters, returns and errors as in `at_horizon`; late entries allowed.
    """
    asked = Question(estimand, horizon, cause, level)
    return Group.from_table(table, asked).estimate(asked)


def difference_at_horizon(
    duration: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    *,
    estimand: Estimand,
    horizon: float,
    cause: int = 1,
    cluster: ArrayLike | None = None,
    level: float = 0.95,
) -> HorizonDifference | NotEstimable:
    r"""Difference of two groups at a horizon, from rows.

    Parameters
    ----------
    duration, event, estimand, horizon, cause, cluster, level
        As in `at_horizon`. A cluster may have units in both groups.
    treated : array_like of bool or 0/1, shape (n,)
        Group. Complete.

    Returns
    -------
    HorizonDifference or NotEstimable
        Reasons: ``"no_cases"``, ``"empty_arm"``, and those of `at_horizon` for either group.

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length, or out of range.

    Notes
    -----
    Variance :math:`\sum_g (T_g - C_g)^2`, with T and C the total influences of the members of
    cluster g on the treated and the comparison estimate. The interval of a difference of
    probabilities combines both groups' limits and their correlation r [1]_,

    .. math:: L = \hat d - \sqrt{(p_1 - l_1)^2 + (u_0 - p_0)^2 - 2r(p_1 - l_1)(u_0 - p_0)}

    References
    ----------
    .. [1] Zou GY, Donner A (2008), Statistics in Medicine 27:1693-1702.
    """
    asked = Question(estimand, horizon, cause, level)
    durations = float_vector(duration, name="duration")
    events = float_vector(event, name="event", length=len(durations))
    arm = binary_vector(treated, name="treated", length=len(durations))
    missing = missing_arm(int(arm.sum()), int((~arm).sum()))
    if missing is not None:
        return missing
    labels = _labels(cluster, len(durations))
    one, other = (
        Group.from_rows(
            durations[units], events[units], None if labels is None else labels[units], asked
        )
        for units in (arm, ~arm)
    )
    return _difference(one, other, asked)


def difference_at_horizon_from_tables(
    treated: LifeTable,
    comparison: LifeTable,
    *,
    estimand: Estimand,
    horizon: float,
    cause: int = 1,
    level: float = 0.95,
) -> HorizonDifference | NotEstimable:
    """Difference of two groups at a horizon, from counts by day, without clusters.

    Parameters, returns and errors as in `difference_at_horizon`; late entries allowed.
    """
    asked = Question(estimand, horizon, cause, level)
    missing = missing_arm(treated.n, comparison.n)
    if missing is not None:
        return missing
    return _difference(Group.from_table(treated, asked), Group.from_table(comparison, asked), asked)


def _labels(cluster: ArrayLike | None, n: int) -> IntArray | None:
    """Return cluster numbers from 0, or None without clusters."""
    return None if cluster is None else group_codes(cluster, name="cluster", length=n)[0]


def _difference(one: Group, other: Group, asked: Question) -> HorizonDifference | NotEstimable:
    """Contrast two groups."""
    treated, comparison = one.estimate(asked), other.estimate(asked)
    if isinstance(treated, NotEstimable):
        return treated
    if isinstance(comparison, NotEstimable):
        return comparison
    covariance = _covariance(one, other)
    variance = treated.std_error**2 + comparison.std_error**2 - 2 * covariance
    std_error = math.sqrt(variance) if variance > ROUNDING**2 else 0.0
    estimate = treated.estimate - comparison.estimate
    if asked.is_time:
        wide = critical_z(asked.level) * std_error
        low, high, method = estimate - wide, estimate + wide, "wald"
    else:
        low, high = _mover(treated, comparison, covariance)
        method = "mover_log_log"
    statistic = estimate / std_error if std_error else None
    return HorizonDifference(
        estimand=asked.estimand,
        horizon=asked.horizon,
        estimate=estimate,
        std_error=std_error,
        conf_int=Interval(
            low=max(low, -asked.whole),
            high=min(high, asked.whole),
            level=asked.level,
            method=method,
        ),
        statistic=statistic,
        p_value=None if statistic is None else two_sided_p(statistic),
        treated=treated,
        comparison=comparison,
    )


def _covariance(one: Group, other: Group) -> float:
    """Covariance of the two groups' estimates through clusters with units in both."""
    n_labels = max(len(one.totals()), len(other.totals()))
    return float(one.totals(n_labels) @ other.totals(n_labels))


def _mover(
    treated: HorizonEstimate, comparison: HorizonEstimate, covariance: float
) -> tuple[float, float]:
    """Limits of a difference from the limits of both groups (Zou and Donner 2008)."""
    product = treated.std_error * comparison.std_error
    r = min(max(covariance / product, -1.0), 1.0) if product else 0.0

    def reach(a: float, b: float) -> float:
        return math.sqrt(max(a**2 + b**2 - 2 * r * a * b, 0.0))

    p1, p0 = treated.estimate, comparison.estimate
    one, other = treated.conf_int, comparison.conf_int
    low = p1 - p0 - reach(p1 - one.low, other.high - p0)
    return low, p1 - p0 + reach(one.high - p1, p0 - other.low)
