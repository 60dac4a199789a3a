r"""Contrasts of two arms when units share clusters: families, matched pairs, or both.

Assumes independence between clusters; says nothing about confounding. One kernel works from the
totals of clusters, because with nothing but the arm in the model the sandwich of
`analytics.statistics.cluster_robust` needs no more.
Method notes: ``docs/methods/estimators/two_groups.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import get_args

from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics._two_way import crossed_codes, two_way_variance
from analytics.statistics.cluster_robust import ClusterKind
from analytics.statistics.inference import (
    exponential,
    ratio_interval,
    symmetric_interval,
    two_sided_p,
)
from analytics.statistics.inputs import (
    binary_vector,
    critical_z,
    float_vector,
    group_codes,
    missing_arm,
)
from analytics.statistics.results import HealthCheck, Interval, NotEstimable
from analytics.statistics.two_groups._arm_sandwich import arm_variance, satterthwaite
from analytics.statistics.two_groups._checks import VarianceType, cluster_check
from analytics.statistics.two_groups._estimands import RATES, RATIOS, Estimand, contrast_parts
from analytics.statistics.two_groups.cluster_totals import ClusterTotals, total_by_cluster


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusteredResult:
    """Contrast of two arms with a cluster-robust standard error.

    Attributes
    ----------
    estimand : {"risk_difference", "risk_ratio", "odds_ratio", "rate_difference", "rate_ratio"}
        What is estimated, treated minus or over comparison.
    estimate : float
        In the outcome's units for a difference; above 0 for a ratio.
    std_error : float
        Cluster-robust; of the natural logarithm for a ratio.
    conf_int : Interval
        Student t interval, on the scale of `estimate`.
    statistic : float
        Estimate (log for a ratio) over `std_error`.
    df : float
        Degrees of freedom: Satterthwaite's for CR2; otherwise clusters minus 1, the smaller of the
        two when clustered two ways.
    p_value : float
        Two-sided, in [0, 1].
    mean_treated, mean_comparison : float
        Arm means; risks in [0, 1] for a 0/1 outcome, events per unit of exposure for rates.
    n_treated, n_comparison : int
        Units by arm.
    n_clusters, n_clusters_second : int or None
        Distinct clusters of each grouping; the second is None when clustered one way.
    vcov_type : {"CR0", "CR1", "CR2", "CR1_two_way"}
        Variance estimator.
    checks : tuple of HealthCheck
        Degrees of freedom for CR2, otherwise the number of clusters.
    """

    estimand: Estimand
    estimate: float
    std_error: float
    conf_int: Interval
    statistic: float
    df: float
    p_value: float
    mean_treated: float
    mean_comparison: float
    n_treated: int
    n_comparison: int
    n_clusters: int
    n_clusters_second: int | None
    vcov_type: VarianceType
    checks: tuple[HealthCheck, ...]


def clustered_contrast(
    totals: ClusterTotals,
    *,
    estimand: Estimand,
    vcov_type: ClusterKind = "CR2",
    level: float = 0.95,
) -> ClusteredResult | NotEstimable:
    r"""Contrast of two arms from the totals of clusters.

    Parameters
    ----------
    totals : ClusterTotals
        From `cluster_totals.cluster_totals` or `cluster_totals.total_by_cluster`.
    estimand : {"risk_difference", "risk_ratio", "odds_ratio", "rate_difference", "rate_ratio"}
        Rates divide by exposure, the others by units.
    vcov_type : {"CR0", "CR1", "CR2"}
        CR2 with Satterthwaite degrees of freedom holds up with few clusters.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    ClusteredResult or NotEstimable
        Reasons: ``"no_cases"``, ``"empty_arm"``, ``"no_events"`` (all or none in both arms; for a
        ratio an arm without events; for the odds ratio an arm where all have it too),
        ``"too_few_clusters"`` (an arm has units in fewer than two clusters, or the totals don't
        vary).

    Raises
    ------
    InvalidInputError
        If events exceed units (risk ratio, odds ratio) or are negative (any ratio, rates), or
        `estimand`, `vcov_type` or `level` is out of range.

    Notes
    -----
    Arm a has mean :math:`m_a`, size :math:`n_a` (units or exposure); cluster g has the share
    :math:`h_{ga}` of it and the residual total :math:`r_{ga}`. With
    :math:`\psi_g = r_{gT}/(n_T s_T) - r_{gC}/(n_C s_C)`, s = 1 for differences, m for risk and rate
    ratios, m(1-m) for odds ratios,

    .. math:: V_{CR0} = \sum_g\psi_g^2,\quad V_{CR1} = \frac{G}{G-1}\frac{N-1}{N-2}V_{CR0}

    and CR2 divides each :math:`r_{ga}` by :math:`\sqrt{1-h_{ga}}`, which is what
    :math:`(I-H)_{gg}^{-1/2}` does when the model is only the arm, whatever the link. Rates:
    CR2 takes each cluster's total in an arm as one observation.

    References
    ----------
    .. [1] Liang KY, Zeger SL (1986), Biometrika 73:13-22.
    .. [2] Bell RM, McCaffrey DF (2002), Survey Methodology 28:169-181.
    .. [3] Pustejovsky JE, Tipton E (2018), JBES 36:672-683.
    .. [4] Zou G (2004), American Journal of Epidemiology 159:702-706 (risk ratio).
    """
    return _contrast((totals,), estimand, vcov_type, level)


def clustered_risk_difference(
    outcome: ArrayLike,
    treated: ArrayLike,
    cluster: ArrayLike,
    *,
    second_cluster: ArrayLike | None = None,
    vcov_type: ClusterKind = "CR1",
    level: float = 0.95,
) -> ClusteredResult | NotEstimable:
    r"""Difference in means between two arms with a cluster-robust interval, from cases.

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
    vcov_type : {"CR0", "CR1", "CR2"}
        Two groupings need CR1.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    ClusteredResult or NotEstimable
        Reasons as in `clustered_contrast`.

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length, or `level` is out of range.

    Notes
    -----
    As `clustered_contrast`; two ways :math:`V = V_1 + V_2 - V_{12}`, each with its own factor.
    When that isn't positive the larger one-way variance is used.

    References
    ----------
    .. [1] Cameron AC, Gelbach JB, Miller DL (2011), JBES 29:238-249, eq. 2.3.
    """
    groupings = _groupings(outcome, treated, cluster, second_cluster, vcov_type)
    return _contrast(groupings, "risk_difference", vcov_type, level)


def clustered_risk_ratio(
    outcome: ArrayLike,
    treated: ArrayLike,
    cluster: ArrayLike,
    *,
    second_cluster: ArrayLike | None = None,
    vcov_type: ClusterKind = "CR1",
    level: float = 0.95,
) -> ClusteredResult | NotEstimable:
    r"""Ratio of two risks with a cluster-robust interval on the log scale, from cases.

    Parameters, errors and reasons as in `clustered_risk_difference`, but the outcome is 0/1, and
    ``"no_events"`` also when one arm has no event.

    Returns
    -------
    ClusteredResult or NotEstimable
        Estimand ``"risk_ratio"``; `std_error` and `statistic` on the log scale.

    References
    ----------
    .. [1] Zou G (2004), American Journal of Epidemiology 159:702-706.
    """
    flags = binary_vector(outcome, name="outcome")
    groupings = _groupings(flags, treated, cluster, second_cluster, vcov_type)
    return _contrast(groupings, "risk_ratio", vcov_type, level)


def _groupings(
    outcome: ArrayLike,
    treated: ArrayLike,
    cluster: ArrayLike,
    second: ArrayLike | None,
    vcov_type: ClusterKind,
) -> tuple[ClusterTotals, ...]:
    """Totals by cluster; with a second grouping also by that one and by both together."""
    first = total_by_cluster(outcome, treated, cluster)
    if second is None:
        return (first,)
    if vcov_type != "CR1":
        raise InvalidInputError("two-way clustering is for CR1")
    n = len(float_vector(outcome, name="outcome"))
    one, _ = group_codes(cluster, name="cluster", length=n)
    two, _ = group_codes(second, name="second_cluster", length=n)
    return (
        first,
        total_by_cluster(outcome, treated, two),
        total_by_cluster(outcome, treated, crossed_codes(one, two)),
    )


def _contrast(
    groupings: tuple[ClusterTotals, ...], estimand: Estimand, vcov_type: ClusterKind, level: float
) -> ClusteredResult | NotEstimable:
    """Student t inference on the linear (difference or log) scale."""
    critical_z(level)
    if estimand not in get_args(Estimand) or vcov_type not in get_args(ClusterKind):
        raise InvalidInputError("there is no such estimand or vcov_type")
    totals = groupings[0]
    _check_events(totals, estimand)
    if problem := _problem(groupings[:2], estimand):
        return problem
    variance = _variance(groupings, estimand, vcov_type)
    if variance == 0:
        return NotEstimable(
            reason="too_few_clusters",
            detail="Cluster totals don't vary, so there is no standard error.",
        )
    parts = contrast_parts(totals, estimand)
    sizes = [round(float(grouping.repeats.sum())) for grouping in groupings[:2]]
    df = float(min(sizes) - 1)
    if vcov_type == "CR2":
        df = satterthwaite(parts.arms, totals.repeats)
    linear, se = parts.linear, math.sqrt(variance)
    is_ratio = estimand in RATIOS
    interval = ratio_interval if is_ratio else symmetric_interval
    kind: VarianceType = vcov_type if len(groupings) == 1 else "CR1_two_way"
    return ClusteredResult(
        estimand=estimand,
        estimate=exponential(linear) if is_ratio else linear,
        std_error=se,
        conf_int=interval(linear, se, level=level, method="cluster_t", df=df),
        statistic=linear / se,
        df=df,
        p_value=two_sided_p(linear / se, df),
        mean_treated=parts.means[0],
        mean_comparison=parts.means[1],
        n_treated=round(float(totals.repeats @ totals.n_treated)),
        n_comparison=round(float(totals.repeats @ totals.n_comparison)),
        n_clusters=sizes[0],
        n_clusters_second=sizes[1] if len(sizes) > 1 else None,
        vcov_type=kind,
        checks=(cluster_check(kind, df=df, n_clusters=min(sizes)),),
    )


def _variance(
    groupings: tuple[ClusterTotals, ...], estimand: Estimand, vcov_type: ClusterKind
) -> float:
    """One-way or two-way variance of the linear estimate."""
    parts = [
        arm_variance(
            contrast_parts(grouping, estimand).arms,
            grouping.repeats,
            kind=vcov_type,
            n_units=float(grouping.repeats @ (grouping.n_treated + grouping.n_comparison)),
        )
        for grouping in groupings
    ]
    if len(parts) == 1:
        return parts[0]
    return two_way_variance(parts[0] + parts[1] - parts[2], parts[:2])


def _check_events(totals: ClusterTotals, estimand: Estimand) -> None:
    if estimand == "risk_difference":
        return
    for events, units, _ in totals.sides():
        too_many = estimand not in RATES and (events > units).any()
        if too_many or (events < 0).any():
            raise InvalidInputError("events must be 0 or more and, for risks, at most the units")


def _problem(groupings: tuple[ClusterTotals, ...], estimand: Estimand) -> NotEstimable | None:
    """Reason why no clustered contrast can be estimated, or None."""
    totals = groupings[0]
    counts = [
        (float(totals.repeats @ events), float(totals.repeats @ units))
        for events, units, _ in totals.sides()
    ]
    if missing := missing_arm(*(round(n) for _, n in counts)):
        return missing
    # By cluster: scores of an arm may sum to 0, or to the number of units, and still vary.
    ends = [
        not events.any() or (estimand not in RATES and bool((events == units).all()))
        for events, units, _ in totals.sides()
    ]
    if all(ends) or (estimand == "odds_ratio" and any(ends)):
        return NotEstimable(
            reason="no_events", detail="The outcome doesn't vary within an arm, or within both."
        )
    if estimand in RATIOS and not all(events for events, _ in counts):
        return NotEstimable(reason="no_events", detail="An arm has no event.")
    for grouping in groupings:
        if any(grouping.repeats @ (units > 0) < 2 for _, units, _ in grouping.sides()):
            return NotEstimable(
                reason="too_few_clusters", detail="An arm has fewer than two clusters."
            )
    return None
