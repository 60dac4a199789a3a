r"""Difference-in-differences from rows, with inference that holds for few local authorities.

Assumes parallel trends, which no kernel can check after treatment; the checks of
`analytics.statistics.before_after.event_study` look at the time before. Method notes:
``docs/methods/estimators/before_after.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analytics.statistics.before_after._clusters import (
    CLUSTERS_NEEDED,
    cluster_checks,
    fit_within_units,
    too_few_clusters,
)
from analytics.statistics.before_after.decomposition import (
    comparison_check,
    decompose_two_way_fixed_effects,
)
from analytics.statistics.before_after.panel import Panel
from analytics.statistics.inputs import (
    BoolArray,
    binary_vector,
    critical_z,
    float_matrix,
    float_vector,
    group_codes,
)
from analytics.statistics.linear_models import (
    LinearContrast,
    LinearFit,
    fit_linear,
    linear_contrast,
)
from analytics.statistics.results import HealthCheck, Interval, NotEstimable


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceInDifferences:
    """Change among the treated minus change in the comparison.

    Attributes
    ----------
    estimate : float
        In units of the outcome.
    std_error : float
        Cluster-robust, CR2.
    conf_int : Interval
        Student t interval.
    statistic : float
        Estimate over standard error.
    df : float
        Satterthwaite degrees of freedom.
    p_value : float
        Two-sided, in [0, 1].
    n : int
        Rows.
    n_clusters_treated, n_clusters_comparison : int
        Clusters with a treated row (before or after), and with a comparison row.
    checks : tuple of HealthCheck
        Number of clusters; degrees of freedom; for staggered adoption, what the estimate compares.
    """

    estimate: float
    std_error: float
    conf_int: Interval
    statistic: float
    df: float
    p_value: float
    n: int
    n_clusters_treated: int
    n_clusters_comparison: int
    checks: tuple[HealthCheck, ...]


def difference_in_differences(
    outcome: ArrayLike,
    treated: ArrayLike,
    after: ArrayLike,
    cluster: ArrayLike,
    *,
    covariates: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    level: float = 0.95,
) -> DifferenceInDifferences | NotEstimable:
    r"""Two groups, before and after, from cases or from rows of a panel.

    Parameters
    ----------
    outcome : array_like of float, shape (n,)
        0/1 for a difference of risks; any finite number works. Complete.
    treated : array_like of bool or 0/1, shape (n,)
        Group, in both periods.
    after : array_like of bool or 0/1, shape (n,)
        Whether the row is from the time after the change.
    cluster : array_like, shape (n,)
        Label of the unit that was treated or not as a whole, for example the local authority.
    covariates : array_like of float, shape (n, k), optional
        Characteristics that the change can't have altered, to adjust for case mix.
    weights : array_like of float, shape (n,), optional
        Above 0, for example the population of a row of a panel.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    DifferenceInDifferences or NotEstimable
        Reasons: ``"no_cases"``; ``"empty_arm"`` (a group has no rows in a period);
        ``"too_few_clusters"`` (fewer than two treated or two comparison clusters: see
        `permutation_test`); ``"collinear"``, ``"too_few_cases"``, ``"no_variation"``.

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length, or `level` is out of range.

    Notes
    -----
    Least squares of the outcome on treated, after, their product (the estimate) and covariates,
    covariance CR2 by cluster, Satterthwaite degrees of freedom.

    References
    ----------
    .. [1] Bertrand M, Duflo E, Mullainathan S (2004), Quarterly Journal of Economics 119:249-275.
    .. [2] Pustejovsky JE, Tipton E (2018), Journal of Business & Economic Statistics 36:672-683.
    """
    critical_z(level)
    y = float_vector(outcome, name="outcome")
    arm = binary_vector(treated, name="treated", length=len(y))
    late = binary_vector(after, name="after", length=len(y))
    codes, _ = group_codes(cluster, name="cluster", length=len(y))
    columns = [np.ones(len(y)), arm, late, arm & late]
    if covariates is not None:
        columns += list(float_matrix(covariates, name="covariates", length=len(y)).T)
    if len(y) == 0:
        return NotEstimable(reason="no_cases", detail="There are no cases.")
    if any(not (side & time).any() for side in (arm, ~arm) for time in (late, ~late)):
        return NotEstimable(reason="empty_arm", detail="A group has no cases in a period.")
    if problem := too_few_clusters(codes, arm):
        return problem
    fit = fit_linear(y, np.column_stack(columns), weights=weights, cluster=codes)
    return _result(fit, 3, codes, arm, level, ())


def two_way_fixed_effects(
    panel: Panel, *, level: float = 0.95
) -> DifferenceInDifferences | NotEstimable:
    r"""Panel with an effect of every unit and of every period, weighted by the unit's weight.

    With one adoption date this is the difference-in-differences of the panel. With several it
    averages comparisons some of which use units treated earlier as comparison: the check
    ``"forbidden_comparisons"`` says how much, and `group_time_effects` avoids it.

    Parameters
    ----------
    panel : Panel
        Units, periods and first treated period.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    DifferenceInDifferences or NotEstimable
        Reasons: ``"empty_arm"`` (nobody is treated within the panel), ``"too_few_clusters"``
        (fewer than two treated or two never-treated units), ``"collinear"`` (no untreated time),
        ``"too_few_cases"``, ``"no_variation"``.

    Raises
    ------
    InvalidInputError
        If `level` is out of range.

    Notes
    -----
    :math:`y_{it} = \alpha_i + \gamma_t + \beta D_{it} + e_{it}`. Unit means are subtracted first,
    which changes neither :math:`\beta` nor its CR2 covariance by unit.

    References
    ----------
    .. [1] Pustejovsky JE, Tipton E (2018), JBES 36:672-683, theorem 2.
    """
    critical_z(level)
    treated = panel.is_treated
    if not treated.any():
        return NotEstimable(reason="empty_arm", detail="No unit is treated within the panel.")
    units = np.arange(len(treated))
    staggered = len(panel.groups) > 1
    problem = too_few_clusters(units, treated)
    # Several adoption dates can do without never-treated units.
    if problem and not (staggered and treated.sum() >= CLUSTERS_NEEDED):
        return problem
    exposure = treated[:, None] & (panel.periods >= panel.first_treated[:, None])
    fit = fit_within_units(panel, exposure[:, :, None].astype(np.float64))
    checks: tuple[HealthCheck, ...] = ()
    if staggered:
        decomposition = decompose_two_way_fixed_effects(panel)
        if not isinstance(decomposition, NotEstimable):
            checks = (comparison_check(decomposition),)
    codes = np.repeat(units, len(panel.periods))
    return _result(fit, 0, codes, np.repeat(treated, len(panel.periods)), level, checks)


def _result(
    fit: LinearFit | NotEstimable,
    position: int,
    codes: np.ndarray,
    treated: BoolArray,
    level: float,
    checks: tuple[HealthCheck, ...],
) -> DifferenceInDifferences | NotEstimable:
    """Inference on one coefficient."""
    if isinstance(fit, NotEstimable):
        return fit
    vector = np.zeros(len(fit.coefficients))
    vector[position] = 1.0
    contrast: LinearContrast | NotEstimable = linear_contrast(fit, vector, level=level)
    if isinstance(contrast, NotEstimable):
        return contrast
    n_treated, n_comparison = (len(np.unique(codes[side])) for side in (treated, ~treated))
    return DifferenceInDifferences(
        estimate=contrast.estimate,
        std_error=contrast.std_error,
        conf_int=contrast.conf_int,
        statistic=contrast.statistic,
        df=contrast.df,
        p_value=contrast.p_value,
        n=fit.n,
        n_clusters_treated=n_treated,
        n_clusters_comparison=n_comparison,
        checks=cluster_checks(n_treated, n_comparison, contrast.df) + checks,
    )
