r"""Rate ratio within units that are followed before and after something, for unequal times.

Each unit is its own comparison, so stable differences between units drop out. What changed for all
at that time, and regression to the mean after a bad spell, do not. Method notes:
``docs/methods/estimators/two_groups.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit

from analytics.statistics.cluster_robust import cluster_covariance, satterthwaite_df
from analytics.statistics.inference import exponential, ratio_interval, two_sided_p
from analytics.statistics.inputs import (
    FloatArray,
    critical_z,
    group_codes,
    positive_vector,
    whole_counts,
)
from analytics.statistics.results import Interval, NotEstimable


@dataclass(frozen=True, slots=True, kw_only=True)
class WithinUnitRateRatio:
    """Rate after over rate before, within units.

    Attributes
    ----------
    estimate : float
        Above 0.
    std_error : float
        Of the natural logarithm, cluster-robust (CR2).
    std_error_poisson : float
        The same if each unit's events were Poisson; smaller when they come in spells.
    conf_int : Interval
        Student t on the log scale.
    df : float
        Satterthwaite's degrees of freedom.
    p_value : float
        Two-sided, in [0, 1].
    events_before, events_after : int
        Events of all units.
    n_units, n_informative : int
        Units, and those with an event: the others say nothing about a ratio.
    n_clusters : int
        Clusters among the informative units.
    """

    estimate: float
    std_error: float
    std_error_poisson: float
    conf_int: Interval
    df: float
    p_value: float
    events_before: int
    events_after: int
    n_units: int
    n_informative: int
    n_clusters: int


def within_unit_rate_ratio(
    *,
    events_before: ArrayLike,
    exposure_before: ArrayLike,
    events_after: ArrayLike,
    exposure_after: ArrayLike,
    cluster: ArrayLike | None = None,
    level: float = 0.95,
) -> WithinUnitRateRatio | NotEstimable:
    r"""Ratio of the rates after and before, conditional on each unit's total.

    Parameters
    ----------
    events_before, events_after : array_like of int, shape (n,)
        Events of each unit, 0 or more. Complete.
    exposure_before, exposure_after : array_like of float, shape (n,)
        Time at risk of each unit, above 0; need not be equal, within or between units.
    cluster : array_like, shape (n,), optional
        Cluster of each unit, for example the family of a child; the unit itself by default.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    WithinUnitRateRatio or NotEstimable
        Reasons: ``"no_cases"``, ``"no_events"`` (none before, or none after),
        ``"too_few_clusters"`` (fewer than two informative clusters, or they don't vary).

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length or out of range.

    Notes
    -----
    Given the unit's total :math:`n_i`, events after are binomial with
    :math:`\operatorname{logit}\pi_i = \log\theta + \log(t_{i1}/t_{i0})`: the likelihood of a
    Poisson regression with an effect for every unit. The ratio solves
    :math:`\sum_i (y_{i1} - n_i\pi_i) = 0`; it is the ratio of the pooled rates where all units have
    the same :math:`t_{i1}/t_{i0}`.

    References
    ----------
    .. [1] Hausman J, Hall BH, Griliches Z (1984), Econometrica 52:909-938, section 2.
    .. [2] Wooldridge JM (1999), Journal of Econometrics 90:77-97 (robust variance).
    .. [3] Pustejovsky JE, Tipton E (2018), JBES 36:672-683 (CR2).
    """
    critical_z(level)
    before, time0 = _counts(events_before, exposure_before, None)
    after, time1 = _counts(events_after, exposure_after, len(before))
    labels = np.arange(len(before)) if cluster is None else cluster
    codes, _ = group_codes(labels, name="cluster", length=len(before))
    if len(before) == 0:
        return NotEstimable(reason="no_cases", detail="There are no units.")
    if not (before.any() and after.any()):
        return NotEstimable(reason="no_events", detail="No event before, or none after.")
    used = before + after > 0
    codes, n_clusters = group_codes(codes[used], name="cluster", length=int(used.sum()))
    if n_clusters < 2:
        return NotEstimable(reason="too_few_clusters", detail="Fewer than two clusters had events.")
    total, offset = (before + after)[used], np.log(time1[used] / time0[used])
    log_ratio = _log_ratio(after[used], total, offset)
    share = expit(log_ratio + offset)
    variance_of_one = share * (1 - share)
    fit = cluster_covariance(
        variance_of_one[:, None],
        after[used] / total - share,
        codes,
        weights=total / variance_of_one,
        working_variance=variance_of_one / total,
    )
    df = satterthwaite_df(fit.terms, np.ones(1)) if fit.terms else None
    model_variance = 1 / float(total @ variance_of_one)
    variance = float(fit.matrix[0, 0])
    if df is None or variance <= 1e-18 * model_variance:
        return NotEstimable(reason="too_few_clusters", detail="Clusters don't vary.")
    se = math.sqrt(variance)
    return WithinUnitRateRatio(
        estimate=exponential(log_ratio),
        std_error=se,
        std_error_poisson=math.sqrt(model_variance),
        conf_int=ratio_interval(log_ratio, se, level=level, method="cluster_t", df=df),
        df=df,
        p_value=two_sided_p(log_ratio / se, df),
        events_before=int(before.sum()),
        events_after=int(after.sum()),
        n_units=len(before),
        n_informative=len(total),
        n_clusters=n_clusters,
    )


def _counts(
    events: ArrayLike, exposure: ArrayLike, length: int | None
) -> tuple[FloatArray, FloatArray]:
    counts = whole_counts(events, name="events", length=length)
    return counts, positive_vector(exposure, name="exposure", length=len(counts))


def _log_ratio(after: FloatArray, total: FloatArray, offset: FloatArray) -> float:
    """Root of the likelihood equation, which lies between those of the extreme offsets."""
    from scipy.optimize import brentq  # noqa: PLC0415 - slow to load, and only used here

    pooled = float(logit(after.sum() / total.sum()))
    low, high = pooled - float(offset.max()), pooled - float(offset.min())
    if high - low < 1e-12:
        return (low + high) / 2

    def excess(log_ratio: float) -> float:
        return float(total @ expit(log_ratio + offset) - after.sum())

    # One step outside, because rounding may put an end on the wrong side of the root.
    return float(brentq(excess, low - 1e-9, high + 1e-9, xtol=1e-14))
