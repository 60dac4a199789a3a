r"""Contrasts of two arms when units share clusters: families, matched pairs, or both.

Assumes independence between clusters and many clusters; says nothing about confounding.
Method notes: ``docs/methods/proportions.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr, stdtrit

from analytics.statistics.inputs import (
    BoolArray,
    FloatArray,
    IntArray,
    binary_vector,
    critical_z,
    float_vector,
    group_codes,
)
from analytics.statistics.results import Interval, NotEstimable

# A variance below this share of its independent-units value is rounding, not information.
_ZERO_VARIANCE_SHARE = 1e-18


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusteredResult:
    """Contrast of two arms with a cluster-robust standard error.

    Attributes
    ----------
    estimand : {"risk_difference", "risk_ratio"}
        What is estimated, treated minus or over comparison.
    estimate : float
        In the outcome's units for the difference; above 0 for the ratio.
    std_error : float
        Cluster-robust (CR1); of the natural logarithm for the ratio.
    conf_int : Interval
        Student t interval, on the scale of `estimate`.
    statistic : float
        Estimate (log for the ratio) over `std_error`.
    df : int
        Degrees of freedom: clusters minus 1, the smaller of the two when clustered two ways.
    p_value : float
        Two-sided, in [0, 1].
    mean_treated, mean_comparison : float
        Arm means; risks in [0, 1] for a 0/1 outcome.
    n_treated, n_comparison : int
        Units by arm.
    n_clusters, n_clusters_second : int or None
        Distinct clusters of each grouping; the second is None when clustered one way.
    vcov_type : {"CR1", "CR1_two_way"}
        Variance estimator.
    """

    estimand: Literal["risk_difference", "risk_ratio"]
    estimate: float
    std_error: float
    conf_int: Interval
    statistic: float
    df: int
    p_value: float
    mean_treated: float
    mean_comparison: float
    n_treated: int
    n_comparison: int
    n_clusters: int
    n_clusters_second: int | None
    vcov_type: Literal["CR1", "CR1_two_way"]


def clustered_risk_difference(
    outcome: ArrayLike,
    treated: ArrayLike,
    cluster: ArrayLike,
    *,
    second_cluster: ArrayLike | None = None,
    level: float = 0.95,
) -> ClusteredResult | NotEstimable:
    r"""Difference in means between two arms with a cluster-robust interval.

    Parameters
    ----------
    outcome : array_like of float, shape (n,)
        0/1 for a risk difference; any finite number works. Complete.
    treated : array_like of bool or 0/1, shape (n,)
        Arm. Complete.
    cluster : array_like, shape (n,)
        Cluster label, for example the family. Complete.
    second_cluster : array_like, shape (n,), optional
        Second grouping, for example the matched pair; need not be nested in the first.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    ClusteredResult or NotEstimable
        Reasons: ``"no_cases"``, ``"empty_arm"``, ``"no_events"`` (the outcome doesn't vary within
        either arm), ``"too_few_clusters"`` (an arm has fewer than two clusters).

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length, or `level` is out of range.

    Notes
    -----
    With residual :math:`e_i` about the arm mean and :math:`\psi_i = e_i/n_T` (treated) or
    :math:`-e_i/n_C` (comparison),

    .. math:: V = \frac{G}{G-1}\frac{N-1}{N-2}\sum_g\Big(\sum_{i\in g}\psi_i\Big)^2

    and two ways :math:`V = V_1 + V_2 - V_{12}`, each with its own factor. Equals OLS of the outcome
    on the arm with ``cov_type="cluster"`` in statsmodels. When the two-way sum isn't positive the
    larger one-way variance is used.

    References
    ----------
    .. [1] Liang KY, Zeger SL (1986), Biometrika 73:13-22.
    .. [2] Cameron AC, Gelbach JB, Miller DL (2011), JBES 29:238-249, eq. 2.3.
    """
    critical_z(level)
    y = float_vector(outcome, name="outcome")
    arm = binary_vector(treated, name="treated", length=len(y))
    codes = _all_codes(cluster, second_cluster, len(y))
    if problem := _problem(y, arm, codes):
        return problem
    mean1, mean0 = float(y[arm].mean()), float(y[~arm].mean())
    influence = _influence(y, arm, (mean1, mean0), (1.0, 1.0))
    return _result("risk_difference", mean1 - mean0, influence, (mean1, mean0), arm, codes, level)


def clustered_risk_ratio(
    outcome: ArrayLike,
    treated: ArrayLike,
    cluster: ArrayLike,
    *,
    second_cluster: ArrayLike | None = None,
    level: float = 0.95,
) -> ClusteredResult | NotEstimable:
    r"""Ratio of two risks with a cluster-robust interval on the log scale.

    Parameters, errors and reasons as in `clustered_risk_difference`, but the outcome is 0/1, and
    ``"no_events"`` also when one arm has no event.

    Returns
    -------
    ClusteredResult or NotEstimable
        Estimand ``"risk_ratio"``; `std_error` and `statistic` on the log scale.

    Notes
    -----
    Delta method: :math:`\psi_i = e_i/(n_T p_T)` or :math:`-e_i/(n_C p_C)`; otherwise as there.
    Equals a modified Poisson regression on the arm alone [1]_ with the CR1 factor.

    References
    ----------
    .. [1] Zou G (2004), American Journal of Epidemiology 159:702-706.
    """
    critical_z(level)
    flags = binary_vector(outcome, name="outcome")
    arm = binary_vector(treated, name="treated", length=len(flags))
    codes = _all_codes(cluster, second_cluster, len(flags))
    y = flags.astype(np.float64)
    if problem := _problem(y, arm, codes):
        return problem
    p1, p0 = float(y[arm].mean()), float(y[~arm].mean())
    if p1 == 0 or p0 == 0:
        return NotEstimable(reason="no_events", detail="An arm has no event.")
    influence = _influence(y, arm, (p1, p0), (p1, p0))
    return _result("risk_ratio", math.log(p1 / p0), influence, (p1, p0), arm, codes, level)


def _all_codes(
    cluster: ArrayLike, second: ArrayLike | None, n: int
) -> tuple[tuple[IntArray, int], ...]:
    """Codes and number of groups of each grouping."""
    groupings = (
        [("cluster", cluster)]
        if second is None
        else [("cluster", cluster), ("second_cluster", second)]
    )
    return tuple(group_codes(values, name=name, length=n) for name, values in groupings)


def _problem(
    y: FloatArray, arm: BoolArray, codes: tuple[tuple[IntArray, int], ...]
) -> NotEstimable | None:
    """Reason why no clustered contrast can be estimated, or None."""
    if len(y) == 0:
        return NotEstimable(reason="no_cases", detail="Neither arm has cases.")
    if arm.all() or not arm.any():
        return NotEstimable(reason="empty_arm", detail="One arm has no cases.")
    if np.ptp(y[arm]) == 0 and np.ptp(y[~arm]) == 0:
        return NotEstimable(
            reason="no_events", detail="The outcome doesn't vary within either arm."
        )
    if any(len(np.unique(group[side])) < 2 for group, _ in codes for side in (arm, ~arm)):
        return NotEstimable(reason="too_few_clusters", detail="An arm has fewer than two clusters.")
    return None


def _influence(
    y: FloatArray, arm: BoolArray, means: tuple[float, float], scales: tuple[float, float]
) -> FloatArray:
    """Influence of each unit on the contrast, shape (n,)."""
    n1 = int(arm.sum())
    weight = np.where(arm, 1 / (n1 * scales[0]), -1 / ((len(y) - n1) * scales[1]))
    return np.asarray(weight * (y - np.where(arm, means[0], means[1])), dtype=np.float64)


def _cr1_variance(influence: FloatArray, codes: IntArray, n_groups: int) -> float:
    """Sum of squared cluster totals with the CR1 factor for two coefficients."""
    n = len(influence)
    totals = np.bincount(codes, weights=influence, minlength=n_groups)
    return n_groups / (n_groups - 1) * (n - 1) / (n - 2) * float(totals @ totals)


def _variance(influence: FloatArray, codes: tuple[tuple[IntArray, int], ...]) -> float:
    """One-way or two-way cluster-robust variance."""
    one_way = [_cr1_variance(influence, group, size) for group, size in codes]
    if len(codes) == 1:
        return one_way[0]
    (first, _), (second, n_second) = codes
    both, n_both = group_codes(first * n_second + second, name="clusters", length=len(first))
    two_way = sum(one_way) - _cr1_variance(influence, both, n_both)
    return two_way if two_way > 0 else max(one_way)


def _result(  # noqa: PLR0917 - private; one call site per estimand
    estimand: Literal["risk_difference", "risk_ratio"],
    linear: float,
    influence: FloatArray,
    means: tuple[float, float],
    arm: BoolArray,
    codes: tuple[tuple[IntArray, int], ...],
    level: float,
) -> ClusteredResult | NotEstimable:
    """Student t inference on the linear (difference or log) scale."""
    variance = _variance(influence, codes)
    if variance <= _ZERO_VARIANCE_SHARE * float(influence @ influence):
        return NotEstimable(
            reason="too_few_clusters",
            detail="Cluster totals don't vary, so there is no standard error.",
        )
    se = math.sqrt(variance)
    df = min(size for _, size in codes) - 1
    half = float(stdtrit(df, (1 + level) / 2)) * se
    back = math.exp if estimand == "risk_ratio" else float
    return ClusteredResult(
        estimand=estimand,
        estimate=back(linear),
        std_error=se,
        conf_int=Interval(
            low=back(linear - half), high=back(linear + half), level=level, method="cluster_t"
        ),
        statistic=linear / se,
        df=df,
        p_value=2 * float(stdtr(df, -abs(linear) / se)),
        mean_treated=means[0],
        mean_comparison=means[1],
        n_treated=int(arm.sum()),
        n_comparison=int((~arm).sum()),
        n_clusters=codes[0][1],
        n_clusters_second=codes[1][1] if len(codes) > 1 else None,
        vcov_type="CR1" if len(codes) == 1 else "CR1_two_way",
    )
