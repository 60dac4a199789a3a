r"""Time to an event when follow-up is incomplete, with and without competing events.

Assumes that censoring says nothing about what would have come after. When another event (leaving
care, turning 18) makes the event impossible, `kaplan_meier` overstates it: use
`cumulative_incidence`. Method notes: ``docs/methods/time_to_repeat_plan.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import (
    FloatArray,
    IntArray,
    binary_vector,
    critical_z,
    float_vector,
    group_codes,
)
from analytics.statistics.results import NotEstimable
from analytics.statistics.time_to_event.curves import (
    CumulativeIncidenceCurve,
    CurveReading,
    SurvivalCurve,
    incidence_at,
    log_log_limits,
    survival_at,
)
from analytics.statistics.time_to_event.jackknife import clustered_variance, influence_parts

__all__ = [
    "CumulativeIncidenceCurve",
    "CurveReading",
    "SurvivalCurve",
    "cumulative_incidence",
    "incidence_at",
    "kaplan_meier",
    "median_duration",
    "survival_at",
]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Exits:
    """Who leaves when: `step` is a unit's position in `time`; the rest have one entry per time."""

    time: FloatArray
    step: IntArray
    n_at_risk: IntArray
    n_leaving: IntArray

    def count(self, selected: np.ndarray) -> IntArray:
        """Count selected units leaving at each time."""
        return np.bincount(self.step[selected], minlength=len(self.time)).astype(np.int64)


def kaplan_meier(
    duration: ArrayLike, event_observed: ArrayLike, *, level: float = 0.95
) -> SurvivalCurve:
    r"""Kaplan-Meier survival curve of one event, no competing events.

    Parameters
    ----------
    duration : array_like of float, shape (n,)
        Days from the start to the event or the end of observation; at least 0. Complete.
    event_observed : array_like of bool or 0/1, shape (n,)
        Whether the event ended it (else censored). Censorings on a day come after its events.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    SurvivalCurve
        Curve at every distinct duration; constant 1 when there are no events.

    Raises
    ------
    InvalidInputError
        If there are no units, or an input is incomplete, of another length, or out of range.

    Notes
    -----
    .. math:: S(t) = \prod_{u \le t}(1 - d_u/Y_u),\quad
              V = S^2 \sum_{u \le t} \frac{d_u}{Y_u (Y_u - d_u)}

    Where S reaches 0 the standard error is 0, its limit (R reports NaN). Equals R ``survfit`` with
    ``conf.type = "log-log"``.

    References
    ----------
    .. [1] Kaplan EL, Meier P (1958), JASA 53:457-481.
    .. [2] Kalbfleisch JD, Prentice RL (2002), The Statistical Analysis of Failure Time Data, 1.4.
    """
    critical_z(level)
    exits = _exits(duration)
    observed = binary_vector(event_observed, name="event_observed", length=len(exits.step))
    if len(observed) == 0:
        raise InvalidInputError("duration must have at least one value")
    d, y = exits.count(observed), exits.n_at_risk
    survival: FloatArray = np.cumprod((y - d) / y, dtype=np.float64)
    stays = y > d
    terms = np.divide(d, y * (y - d), out=np.zeros(len(d)), where=stays)
    std_error = survival * np.sqrt(np.cumsum(terms))
    low, high = log_log_limits(survival, std_error, y, level)
    return SurvivalCurve(
        time=exits.time,
        survival_probability=survival,
        std_error=std_error,
        conf_low=1 - high,
        conf_high=1 - low,
        n_at_risk=y,
        n_events=d,
        n_censored=exits.n_leaving - d,
        n=len(observed),
        level=level,
        method="kaplan_meier_log_log",
    )


def median_duration(curve: SurvivalCurve) -> float | NotEstimable:
    """Time by which half the units have had the event.

    Parameters
    ----------
    curve : SurvivalCurve
        The curve.

    Returns
    -------
    float or NotEstimable
        First time with survival of at most 0.5; midway to the next drop when exactly 0.5, as
        R does.
        Reason ``"not_reached"``.
    """
    survival = curve.survival_probability
    reached = np.flatnonzero(survival <= 0.5 + 1e-12)
    if len(reached) == 0:
        return NotEstimable(reason="not_reached", detail="Fewer than half have had the event.")
    first = int(reached[0])
    later = np.flatnonzero(survival < 0.5 - 1e-12)
    if survival[first] >= 0.5 - 1e-12 and len(later):
        return float(curve.time[first] + curve.time[later[0]]) / 2
    return float(curve.time[first])


def cumulative_incidence(
    duration: ArrayLike,
    event: ArrayLike,
    *,
    cause: int = 1,
    cluster: ArrayLike | None = None,
    level: float = 0.95,
) -> CumulativeIncidenceCurve | NotEstimable:
    r"""Aalen-Johansen cumulative incidence of one cause among competing ones.

    Parameters
    ----------
    duration : array_like of float, shape (n,)
        Days from the start to the first event or the end of observation; at least 0. Complete.
    event : array_like of int, shape (n,)
        0 = censored, 1, 2, ... = cause of the first event. Censorings on a day come after its
        events.
    cause : int
        The cause of interest, at least 1.
    cluster : array_like, shape (n,), optional
        Cluster label, for example the family; each unit is its own cluster when omitted. Complete.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    CumulativeIncidenceCurve or NotEstimable
        Reasons: ``"no_cases"``, ``"no_events"`` (none of this cause), ``"too_few_clusters"``
        (fewer than two).

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length, or out of range.

    Notes
    -----
    .. math:: F_k(t) = \sum_{u \le t} S(u^-)\, d_{ku}/Y_u,\quad
              V(t) = \sum_g \Big(\sum_{i \in g} \partial F_k(t)/\partial w_i\Big)^2

    The derivatives with respect to case weights are exact (infinitesimal jackknife), with no
    small-sample factor. Equals R ``survfit(Surv(time, factor), cluster=)`` of survival 3.8-6;
    survival 3.5-3 silently ignores ``cluster``.

    References
    ----------
    .. [1] Aalen OO, Johansen S (1978), Scandinavian Journal of Statistics 5:141-150.
    .. [2] Therneau T, Crowson C, Atkinson E, Multi-state models and competing
       risks, vignette of the R package survival.
    """
    critical_z(level)
    exits = _exits(duration)
    codes = _event_codes(event, len(exits.step), cause)
    n = len(codes)
    if n == 0:
        return NotEstimable(reason="no_cases", detail="There are no cases.")
    clusters, n_clusters = np.arange(n), n
    if cluster is not None:
        clusters, n_clusters = group_codes(cluster, name="cluster", length=n)
    if not (codes == cause).any():
        return NotEstimable(reason="no_events", detail="Nobody has the event of interest.")
    if n_clusters < 2:
        return NotEstimable(reason="too_few_clusters", detail="There are fewer than two clusters.")
    d, dk, y = exits.count(codes > 0), exits.count(codes == cause), exits.n_at_risk
    event_free: FloatArray = np.cumprod((y - d) / y, dtype=np.float64)
    entering = np.concatenate(([1.0], event_free[:-1]))
    incidence = np.minimum(np.cumsum(entering * dk / y), 1.0)
    parts = influence_parts(exits.step, codes, cause, (d, dk, y), entering, incidence)
    variance = clustered_variance(exits.step, clusters, parts, incidence)
    inside = (incidence > 0) & (incidence < 1)
    std_error = np.where(inside, np.sqrt(np.maximum(variance, 0.0)), 0.0)
    low, high = log_log_limits(1 - incidence, std_error, y, level)
    return CumulativeIncidenceCurve(
        time=exits.time,
        incidence=incidence,
        std_error=std_error,
        conf_low=low,
        conf_high=high,
        event_free=event_free,
        n_at_risk=y,
        n_events=dk,
        n_competing=d - dk,
        n_censored=exits.n_leaving - d,
        cause=cause,
        n=n,
        n_clusters=n_clusters,
        level=level,
        method="aalen_johansen_ij",
    )


def _exits(duration: ArrayLike) -> _Exits:
    """Tabulate durations."""
    values = float_vector(duration, name="duration")
    if (values < 0).any():
        raise InvalidInputError("duration must be at least 0")
    time, step = np.unique(values, return_inverse=True)
    leaving = np.bincount(step, minlength=len(time)).astype(np.int64)
    return _Exits(
        time=time,
        step=step.astype(np.int64),
        n_at_risk=len(values) - np.cumsum(leaving) + leaving,
        n_leaving=leaving,
    )


def _event_codes(event: ArrayLike, n: int, cause: int) -> IntArray:
    """Check whole event codes of at least 0."""
    values = float_vector(event, name="event", length=n)
    if (values < 0).any() or (values != np.floor(values)).any() or cause < 1:
        raise InvalidInputError(
            "event must hold whole codes of at least 0, and cause be at least 1"
        )
    return values.astype(np.int64)
