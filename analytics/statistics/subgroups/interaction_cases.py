r"""Whether a difference in means or risks differs between subgroups, when cases share clusters.

Assumes independent clusters. Method notes: ``docs/methods/estimators/subgroups.md``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analytics.statistics.inputs import (
    FloatArray,
    IntArray,
    binary_vector,
    critical_z,
    float_vector,
    group_codes,
)
from analytics.statistics.linear_models import LinearFit, fit_linear, linear_contrast, wald_test
from analytics.statistics.results import NotEstimable
from analytics.statistics.subgroups._checks import smallest_arm_check
from analytics.statistics.subgroups.interaction import ForestRow, InteractionResult


def interaction_from_cases(
    outcome: ArrayLike,
    treated: ArrayLike,
    subgroup: ArrayLike,
    cluster: ArrayLike,
    *,
    level: float = 0.95,
) -> InteractionResult | NotEstimable:
    r"""Test whether a difference in means or risks differs, when cases share clusters.

    Parameters
    ----------
    outcome : array_like of float, shape (n,)
        0/1 for risks. Complete.
    treated : array_like of bool or 0/1, shape (n,)
        Arm. Complete.
    subgroup : array_like, shape (n,)
        Subgroup label; rows come in its sorted order. Complete.
    cluster : array_like, shape (n,)
        Cluster label, for example the family; may have cases in several subgroups and arms.
    level : float
        Confidence level of the rows, strictly between 0 and 1.

    Returns
    -------
    InteractionResult or NotEstimable
        Scale ``"difference"``. Reasons: ``"no_cases"``, ``"too_few_cases"`` (fewer than two
        subgroups), ``"empty_arm"`` (a subgroup lacks an arm), ``"too_few_clusters"`` (a
        subgroup's effect has no variance between clusters), and those of `fit_linear`.

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length, or `level` is out of range.

    Notes
    -----
    Least squares on a level and an arm effect for each subgroup; joint test of equal arm effects
    with CR2 covariance and approximate Hotelling's T squared.

    References
    ----------
    .. [1] Pustejovsky JE, Tipton E (2018), JBES 36:672-683.
    """
    critical_z(level)
    y = float_vector(outcome, name="outcome")
    arm = binary_vector(treated, name="treated", length=len(y))
    codes, n_groups = group_codes(subgroup, name="subgroup", length=len(y))
    if len(y) == 0:
        return NotEstimable(reason="no_cases", detail="There are no cases.")
    if n_groups < 2:
        return NotEstimable(reason="too_few_cases", detail="There are fewer than two subgroups.")
    sizes = np.array([np.bincount(codes[side], minlength=n_groups) for side in (arm, ~arm)])
    if sizes.min() == 0:
        return NotEstimable(reason="empty_arm", detail="A subgroup has no cases in one arm.")
    levels = (codes[:, None] == np.arange(n_groups)).astype(np.float64)
    fit = fit_linear(y, np.column_stack([levels, levels * arm[:, None]]), cluster=cluster)
    return fit if isinstance(fit, NotEstimable) else _tested(fit, sizes, level)


def _tested(fit: LinearFit, sizes: IntArray, level: float) -> InteractionResult | NotEstimable:
    """Joint test of the arm effects, the later half of the coefficients; `sizes` is (2, s)."""
    n_groups = sizes.shape[1]
    effects = np.column_stack([np.zeros((n_groups, n_groups)), np.eye(n_groups)])
    rows = []
    for effect, (n1, n0) in zip(effects, sizes.T, strict=True):
        row = _row(fit, effect, int(n1), int(n0), level)
        # A subgroup whose effect has no variance would be taken as known exactly.
        if isinstance(row, NotEstimable):
            return row
        rows.append(row)
    test = wald_test(fit, effects[1:] - effects[0])
    if isinstance(test, NotEstimable):
        return test
    return InteractionResult(
        scale="difference",
        rows=tuple(rows),
        test="wald_f",
        statistic=test.statistic,
        df=test.df_numerator,
        df_denominator=test.df_denominator,
        p_value=test.p_value,
        n_tested=n_groups,
        checks=(smallest_arm_check(int(sizes.min())),),
    )


def _row(
    fit: LinearFit, effect: FloatArray, n_treated: int, n_comparison: int, level: float
) -> ForestRow | NotEstimable:
    """Effect in one subgroup."""
    contrast = linear_contrast(fit, effect, level=level)
    if isinstance(contrast, NotEstimable):
        return contrast
    return ForestRow(
        estimate=contrast.estimate,
        std_error=contrast.std_error,
        conf_int=contrast.conf_int,
        n_treated=n_treated,
        n_comparison=n_comparison,
    )
