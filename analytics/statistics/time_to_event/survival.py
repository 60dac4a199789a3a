r"""Time to an event when follow-up is incomplete, with and without competing events.

Assumes that censoring says nothing about what would have come after. When another event (leaving
care, turning 18) makes the event impossible, `kaplan_meier` overstates it: use
`cumulative_incidence`. Estimates take rows, or counts by day where units don't share clusters.
Method notes: ``docs/methods/estimators/time_to_event.md``.
"""

from __future__ import annotations

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
from analytics.statistics.time_to_event._jackknife import (
    clustered_variance,
    incidence_variance,
    influence_parts,
)
from analytics.statistics.time_to_event._limits import log_log_limits
from analytics.statistics.time_to_event.curves import (
    CumulativeIncidenceCurve,
    CurveReading,
    SurvivalCurve,
    incidence_at,
    survival_at,
)
from analytics.statistics.time_to_event.life_table import (
    LifeTable,
    life_table_from_rows,
)
from analytics.statistics.time_to_event.median import median_duration, median_interval

__all__ = [
    "CumulativeIncidenceCurve",
    "CurveReading",
    "SurvivalCurve",
    "clustered_kaplan_meier",
    "cumulative_incidence",
    "cumulative_incidence_from_table",
    "incidence_at",
    "kaplan_meier",
    "kaplan_meier_from_table",
    "median_duration",
    "median_interval",
    "survival_at",
]


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
    duration = float_vector(duration, name="duration")
    observed = binary_vector(event_observed, name="event_observed", length=len(duration))
    if len(observed) == 0:
        raise InvalidInputError("duration must have at least one value")
    return kaplan_meier_from_table(life_table_from_rows(duration, observed), level=level)


def kaplan_meier_from_table(table: LifeTable, *, level: float = 0.95) -> SurvivalCurve:
    """Kaplan-Meier survival curve from counts by day, late entries allowed.

    Parameters
    ----------
    table : LifeTable
        At least one unit. Events of all causes count.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    SurvivalCurve
        As `kaplan_meier`.

    Raises
    ------
    InvalidInputError
        If there are no units, or `level` is out of range.
    """
    critical_z(level)
    if table.n == 0:
        raise InvalidInputError("the life table must have at least one unit")
    d, y = table.n_any_event, table.n_at_risk
    survival = table.event_free
    terms = np.divide(d, y * (y - d), out=np.zeros(len(d)), where=y > d)
    return _survival_curve(table, survival * np.sqrt(np.cumsum(terms)), table.n, level)


def clustered_kaplan_meier(
    duration: ArrayLike, event_observed: ArrayLike, cluster: ArrayLike, *, level: float = 0.95
) -> SurvivalCurve | NotEstimable:
    """Kaplan-Meier curve with a standard error that allows for clusters, such as families.

    Parameters
    ----------
    duration, event_observed, level
        As in `kaplan_meier`.
    cluster : array_like, shape (n,)
        Cluster label of each unit. Complete.

    Returns
    -------
    SurvivalCurve or NotEstimable
        The infinitesimal jackknife over clusters, as in `cumulative_incidence`; equals Greenwood's
        error when each unit is a cluster. Reasons: ``"no_cases"``, ``"too_few_clusters"`` (fewer
        than two).

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length, or out of range.
    """
    critical_z(level)
    duration = float_vector(duration, name="duration")
    observed = binary_vector(event_observed, name="event_observed", length=len(duration))
    table = life_table_from_rows(duration, observed)
    if table.n == 0:
        return NotEstimable(reason="no_cases", detail="There are no cases.")
    clusters, n_clusters = group_codes(cluster, name="cluster", length=table.n)
    if n_clusters < 2:
        return NotEstimable(reason="too_few_clusters", detail="There are fewer than two clusters.")
    incidence = 1 - table.event_free
    variance = _clustered_variance(duration, observed.astype(np.int64), 1, clusters, table)
    return _survival_curve(table, _error(incidence, variance), n_clusters, level)


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
    duration = float_vector(duration, name="duration")
    table = life_table_from_rows(duration, event)
    if cluster is None or table.n == 0:
        return cumulative_incidence_from_table(table, cause=cause, level=level)
    critical_z(level)
    clusters, n_clusters = group_codes(cluster, name="cluster", length=table.n)
    if not table.events_of(cause).any():
        return _NO_EVENTS
    if n_clusters < 2:
        return NotEstimable(reason="too_few_clusters", detail="There are fewer than two clusters.")
    codes = np.asarray(event, dtype=np.float64).astype(np.int64)
    variance = _clustered_variance(duration, codes, cause, clusters, table)
    return _incidence_curve(table, cause, variance, n_clusters, level)


def cumulative_incidence_from_table(
    table: LifeTable, *, cause: int = 1, level: float = 0.95
) -> CumulativeIncidenceCurve | NotEstimable:
    """Aalen-Johansen cumulative incidence from counts by day, late entries allowed.

    Parameters
    ----------
    table : LifeTable
        Counts.
    cause : int
        The cause of interest, at least 1.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    CumulativeIncidenceCurve or NotEstimable
        As `cumulative_incidence` without clusters. Reasons: ``"no_cases"``, ``"no_events"``,
        ``"too_few_clusters"`` (a single unit).

    Raises
    ------
    InvalidInputError
        If `cause` or `level` is out of range.
    """
    critical_z(level)
    dk = table.events_of(cause)
    if table.n == 0:
        return NotEstimable(reason="no_cases", detail="There are no cases.")
    if not dk.any():
        return _NO_EVENTS
    if table.n < 2:
        return NotEstimable(reason="too_few_clusters", detail="There are fewer than two clusters.")
    variance = incidence_variance(
        (table.n_any_event, dk, table.n_at_risk), table.entering, table.incidence_of(cause)
    )
    return _incidence_curve(table, cause, variance, table.n, level)


_NO_EVENTS = NotEstimable(reason="no_events", detail="Nobody has the event of interest.")


def _clustered_variance(
    duration: FloatArray, codes: IntArray, cause: int, clusters: IntArray, table: LifeTable
) -> FloatArray:
    """Variance of the incidence at every time, by the infinitesimal jackknife over clusters."""
    step = np.searchsorted(table.time, duration)
    incidence = table.incidence_of(cause)
    counts = (table.n_any_event, table.events_of(cause), table.n_at_risk)
    parts = influence_parts(step, codes, cause, counts, table.entering, incidence)
    return clustered_variance(step, clusters, parts, incidence)


def _error(incidence: FloatArray, variance: FloatArray) -> FloatArray:
    """Return the standard error, 0 where the curve is at an end."""
    inside = (incidence > 0) & (incidence < 1)
    return np.where(inside, np.sqrt(np.maximum(variance, 0.0)), 0.0)


def _survival_curve(
    table: LifeTable, std_error: FloatArray, n_clusters: int, level: float
) -> SurvivalCurve:
    """Add limits to a survival curve."""
    survival = table.event_free
    low, high = log_log_limits(survival, std_error, table.n_at_risk, level)
    return SurvivalCurve(
        time=table.time,
        survival_probability=survival,
        std_error=std_error,
        conf_low=1 - high,
        conf_high=1 - low,
        n_at_risk=table.n_at_risk,
        n_events=table.n_any_event,
        n_censored=table.n_censored,
        n=table.n,
        n_clusters=n_clusters,
        level=level,
        method="kaplan_meier_log_log",
    )


def _incidence_curve(
    table: LifeTable, cause: int, variance: FloatArray, n_clusters: int, level: float
) -> CumulativeIncidenceCurve:
    """Add limits to a cumulative incidence curve."""
    incidence = table.incidence_of(cause)
    std_error = _error(incidence, variance)
    low, high = log_log_limits(1 - incidence, std_error, table.n_at_risk, level)
    return CumulativeIncidenceCurve(
        time=table.time,
        incidence=incidence,
        std_error=std_error,
        conf_low=low,
        conf_high=high,
        event_free=table.event_free,
        n_at_risk=table.n_at_risk,
        n_events=table.events_of(cause),
        n_competing=table.n_any_event - table.events_of(cause),
        n_censored=table.n_censored,
        cause=cause,
        n=table.n,
        n_clusters=n_clusters,
        level=level,
        method="aalen_johansen_ij",
    )
