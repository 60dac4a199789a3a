r"""Whether matching or weighting made the two arms alike on what was measured.

Says nothing about what wasn't measured. Method notes: ``docs/methods/estimators/propensity.md``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import BoolArray, FloatArray, binary_vector, float_matrix
from analytics.statistics.propensity._health import overlap_check, share_check
from analytics.statistics.propensity._weights import checked_weights
from analytics.statistics.propensity.matched_sets import MatchResult
from analytics.statistics.propensity.weights import (
    ESTIMANDS,
    Estimand,
    effective_sample_size,
)
from analytics.statistics.results import HealthCheck, Status

SMD_PASS = 0.1
SMD_FAIL = 0.25
MATCHED_PASS = 0.8
MATCHED_REVIEW = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceRow:
    """Balance of one covariate before (unadjusted) and after (adjusted) matching or weighting.

    Attributes
    ----------
    covariate : str
        Name.
    smd_unadjusted, smd_adjusted : float or None
        Treated minus comparison mean, in standard deviations before adjustment; None when that
        standard deviation is 0 and the means differ.
    variance_ratio_unadjusted, variance_ratio_adjusted : float or None
        Treated over comparison variance (n - 1); None for a 0/1 covariate or a variance of 0.
    ks_unadjusted, ks_adjusted : float
        Largest difference between the arms' cumulative distributions (Kolmogorov-Smirnov), in
        [0, 1]; the difference in proportions for a 0/1 covariate.
    """

    covariate: str
    smd_unadjusted: float | None
    smd_adjusted: float | None
    variance_ratio_unadjusted: float | None
    variance_ratio_adjusted: float | None
    ks_unadjusted: float
    ks_adjusted: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmSample:
    """What adjustment leaves of one arm.

    Attributes
    ----------
    n, n_used : int
        Units before adjustment, and of weight above 0.
    effective_sample_size : float
        Units of equal weight with the same precision (Kish), at most `n_used`.
    largest_weight_share : float
        Share of the arm's weight that one unit carries, in (0, 1].
    """

    n: int
    n_used: int
    effective_sample_size: float
    largest_weight_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceTable:
    """Balance of every covariate.

    Attributes
    ----------
    rows : tuple of BalanceRow
        One per covariate, in the order given.
    n_pairs : int or None
        Matched pairs behind the adjusted columns; None for weights.
    treated, comparison : ArmSample
        The arms.
    """

    rows: tuple[BalanceRow, ...]
    n_pairs: int | None
    treated: ArmSample
    comparison: ArmSample


def balance_table(
    covariates: ArrayLike, names: Sequence[str], treated: ArrayLike, match: MatchResult
) -> BalanceTable:
    """Compare the arms before and after matching, as `weighted_balance_table` for the treated.

    Parameters
    ----------
    covariates : array_like of float, shape (n, k)
        The covariates, any units. Complete.
    names : sequence of str, length k
        Their names.
    treated : array_like of bool or 0/1, shape (n,)
        Arm.
    match : MatchResult
        Pairs found among these units.

    Returns
    -------
    BalanceTable
        One row per covariate.

    Raises
    ------
    InvalidInputError
        If an input is incomplete, shapes disagree, or an arm is empty.
    """
    table = weighted_balance_table(covariates, names, treated, match.weights, estimand="ATT")
    return replace(table, n_pairs=len(match.treated_index))


def weighted_balance_table(
    covariates: ArrayLike,
    names: Sequence[str],
    treated: ArrayLike,
    weights: ArrayLike,
    *,
    estimand: Estimand,
) -> BalanceTable:
    r"""Compare the arms' means, variances and distributions before and after weighting.

    Parameters
    ----------
    covariates : array_like of float, shape (n, k)
        The covariates, any units. Complete.
    names : sequence of str, length k
        Their names.
    treated : array_like of bool or 0/1, shape (n,)
        Arm.
    weights : array_like of float, shape (n,)
        At least 0, some above 0 in each arm.
    estimand : {"ATT", "ATE", "ATC", "ATO"}
        Decides the standard deviation that scales the differences.

    Returns
    -------
    BalanceTable
        One row per covariate.

    Raises
    ------
    InvalidInputError
        If an input is incomplete, shapes disagree, or an arm is empty or without weight.

    Notes
    -----
    .. math:: d = (\bar x_T - \bar x_C) / s, \quad
              v = \sum w (x - \bar x)^2 / (1 - \textstyle\sum w^2) \text{ with } \sum w = 1

    with s from the sample before adjustment in both columns: of the treated (ATT), the comparison
    units (ATC), or the root of the mean of both variances (ATE, ATO); :math:`\sqrt{p(1-p)}` for a
    0/1 covariate, the standard deviation (n - 1) otherwise.

    References
    ----------
    .. [1] Stuart EA (2010), Statistical Science 25:1-21, section 4.1.
    .. [2] Austin PC, Stuart EA (2015), Statistics in Medicine 34:3661-3679 (weighted samples).
    """
    arm = binary_vector(treated, name="treated")
    x = float_matrix(covariates, name="covariates")
    w = checked_weights(weights, len(arm))
    if x.shape != (len(arm), len(names)):
        raise InvalidInputError("covariates must have one row per unit and one column per name")
    if estimand not in ESTIMANDS:
        raise InvalidInputError("estimand must be ATT, ATE, ATC or ATO")
    if not (w[arm] > 0).any() or not (w[~arm] > 0).any():
        raise InvalidInputError("both arms must have units of weight above 0")
    return BalanceTable(
        rows=tuple(_row(name, x[:, j], arm, w, estimand) for j, name in enumerate(names)),
        n_pairs=None,
        treated=_arm_sample(w[arm]),
        comparison=_arm_sample(w[~arm]),
    )


def _arm_sample(w: FloatArray) -> ArmSample:
    """Describe the weights of one arm."""
    return ArmSample(
        n=len(w),
        n_used=int((w > 0).sum()),
        effective_sample_size=effective_sample_size(w),
        largest_weight_share=float(w.max() / w.sum()),
    )


def _row(name: str, x: FloatArray, arm: BoolArray, w: FloatArray, estimand: Estimand) -> BalanceRow:
    """Balance of one covariate."""
    is_binary = bool(((x == 0) | (x == 1)).all())
    equal = np.ones(len(x))
    spread = _spread(x, arm, is_binary, estimand)
    return BalanceRow(
        covariate=name,
        smd_unadjusted=_smd(x, arm, equal, spread),
        smd_adjusted=_smd(x, arm, w, spread),
        variance_ratio_unadjusted=None if is_binary else _variance_ratio(x, arm, equal),
        variance_ratio_adjusted=None if is_binary else _variance_ratio(x, arm, w),
        ks_unadjusted=_largest_distance(x, arm, equal),
        ks_adjusted=_largest_distance(x, arm, w),
    )


def _spread(x: FloatArray, arm: BoolArray, is_binary: bool, estimand: Estimand) -> float:
    """Find the standard deviation that scales the differences."""
    sides = {"ATT": (arm,), "ATC": (~arm,)}.get(estimand, (arm, ~arm))
    variances = []
    for side in sides:
        values = x[side]
        if is_binary:
            p = float(values.mean())
            variances.append(p * (1 - p))
        else:
            varies = len(values) > 1 and np.ptp(values) > 0
            variances.append(float(values.var(ddof=1)) if varies else 0.0)
    return math.sqrt(sum(variances) / len(variances))


def _smd(x: FloatArray, arm: BoolArray, w: FloatArray, spread: float) -> float | None:
    """Standardised mean difference; None when only the spread is 0."""
    means = [float(w[side] @ x[side] / w[side].sum()) for side in (arm, ~arm)]
    difference = means[0] - means[1]
    if spread > 0:
        return difference / spread
    return 0.0 if difference == 0 else None


def _variance_ratio(x: FloatArray, arm: BoolArray, w: FloatArray) -> float | None:
    """Ratio of weighted variances; None when either is 0 or not defined."""
    variances = []
    for side in (arm & (w > 0), ~arm & (w > 0)):
        values, share = x[side], w[side] / w[side].sum()
        if len(values) < 2 or np.ptp(values) == 0:
            return None
        mean = float(share @ values)
        variances.append(float(share @ (values - mean) ** 2) / (1 - float(share @ share)))
    return variances[0] / variances[1]


def _largest_distance(x: FloatArray, arm: BoolArray, w: FloatArray) -> float:
    """Largest difference between weighted cumulative distributions."""
    values, place = np.unique(x, return_inverse=True)
    height = [
        np.cumsum(np.bincount(place[side], weights=w[side], minlength=len(values))) / w[side].sum()
        for side in (arm, ~arm)
    ]
    return float(np.abs(height[0] - height[1]).max())


def balance_checks(table: BalanceTable, match: MatchResult) -> tuple[HealthCheck, ...]:
    """Judge balance, share matched and overlap.

    Parameters
    ----------
    table : BalanceTable
        Balance of the covariates.
    match : MatchResult
        The pairs.

    Returns
    -------
    tuple of HealthCheck
        ``"largest_smd"``, ``"share_matched"`` and ``"overlap"``, in that order.

    Notes
    -----
    Largest absolute SMD after matching: pass below 0.1 [1]_, review below 0.25 [2]_, fail from
    there; at least review when a covariate's SMD can't be computed. Share matched (0.8, 0.5)
    and overlap (0.95, 0.8): our own rules.

    References
    ----------
    .. [1] Austin PC (2009), Statistics in Medicine 28:3083-3107.
    .. [2] Stuart EA (2010), Statistical Science 25:1-21.
    """
    return (
        largest_smd_check(table),
        share_check(
            "share_matched",
            match.n_treated_matched / match.n_treated,
            (MATCHED_PASS, MATCHED_REVIEW),
            "Share of treated cases that found a partner; the estimate speaks only for these.",
        ),
        overlap_check(match.overlap_share),
    )


def largest_smd_check(table: BalanceTable) -> HealthCheck:
    """Judge the largest absolute standardised difference after adjustment."""
    known = [abs(row.smd_adjusted) for row in table.rows if row.smd_adjusted is not None]
    largest = max(known, default=None)
    status: Status = "review"
    if largest is not None and largest >= SMD_FAIL:
        status = "fail"
    elif largest is not None and largest < SMD_PASS and len(known) == len(table.rows):
        status = "pass"
    return HealthCheck(
        name="largest_smd",
        value=largest,
        threshold=SMD_PASS,
        status=status,
        meaning="Largest difference between matched arms, in standard deviations.",
        source="Austin 2009 (0.1); Stuart 2010 (0.25)",
    )
