r"""Whether matching made the two arms alike on what was measured.

Says nothing about what wasn't measured. Method notes: ``docs/methods/propensity_matching.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import FloatArray, binary_vector, float_vector
from analytics.statistics.propensity.matching import MatchResult
from analytics.statistics.results import HealthCheck, Status

SMD_PASS = 0.1
SMD_FAIL = 0.25
MATCHED_PASS = 0.8
MATCHED_REVIEW = 0.5
OVERLAP_PASS = 0.95
OVERLAP_REVIEW = 0.8
_OWN_RULE = "Our own rule (docs/methods/propensity_matching.md)"


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceRow:
    """Balance of one covariate before (unadjusted) and after (adjusted) matching.

    Attributes
    ----------
    covariate : str
        Name.
    smd_unadjusted, smd_adjusted : float or None
        Treated minus comparison mean, in standard deviations of the treated before matching; None
        when that standard deviation is 0 and the means differ.
    variance_ratio_unadjusted, variance_ratio_adjusted : float or None
        Treated over comparison variance (n - 1); None for a 0/1 covariate or a variance of 0.
    """

    covariate: str
    smd_unadjusted: float | None
    smd_adjusted: float | None
    variance_ratio_unadjusted: float | None
    variance_ratio_adjusted: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceTable:
    """Balance of every covariate.

    Attributes
    ----------
    rows : tuple of BalanceRow
        One per covariate, in the order given.
    n_pairs : int
        Matched pairs behind the adjusted columns.
    """

    rows: tuple[BalanceRow, ...]
    n_pairs: int


def balance_table(
    covariates: ArrayLike, names: Sequence[str], treated: ArrayLike, match: MatchResult
) -> BalanceTable:
    r"""Compare covariate means and variances before and after matching.

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

    Notes
    -----
    .. math:: d = (\bar x_T - \bar x_C) / s_T

    with :math:`s_T` from the treated before matching, in both columns: :math:`\sqrt{p(1-p)}` for a
    0/1 covariate, the standard deviation (n - 1) otherwise.

    References
    ----------
    .. [1] Stuart EA (2010), Statistical Science 25:1-21, section 4.1.
    .. [2] MatchIt 4.7.1 ``summary``, cobalt 4.5.5 ``bal.tab``.
    """
    arm = binary_vector(treated, name="treated")
    x = np.asarray(covariates, dtype=np.float64)
    if x.shape != (len(arm), len(names)):
        raise InvalidInputError("covariates must have one row per unit and one column per name")
    if arm.all() or not arm.any():
        raise InvalidInputError("treated must hold both arms")
    rows = tuple(
        _row(name, float_vector(x[:, j], name=name), arm, match) for j, name in enumerate(names)
    )
    return BalanceTable(rows=rows, n_pairs=len(match.treated_index))


def _row(name: str, x: FloatArray, arm: np.ndarray, match: MatchResult) -> BalanceRow:
    """Balance of one covariate."""
    is_binary = bool(((x == 0) | (x == 1)).all())
    before = (x[arm], x[~arm])
    after = (x[match.treated_index], x[match.comparison_index])
    spread = _spread(before[0], is_binary)
    return BalanceRow(
        covariate=name,
        smd_unadjusted=_smd(*before, spread),
        smd_adjusted=_smd(*after, spread),
        variance_ratio_unadjusted=None if is_binary else _variance_ratio(*before),
        variance_ratio_adjusted=None if is_binary else _variance_ratio(*after),
    )


def _spread(treated: FloatArray, is_binary: bool) -> float:
    """Find the standard deviation that scales the differences."""
    if is_binary:
        p = float(treated.mean())
        return float(np.sqrt(p * (1 - p)))
    return float(treated.std(ddof=1)) if len(treated) > 1 and np.ptp(treated) > 0 else 0.0


def _smd(treated: FloatArray, comparison: FloatArray, spread: float) -> float | None:
    """Standardised mean difference; None when only the spread is 0."""
    difference = float(treated.mean() - comparison.mean())
    if spread > 0:
        return difference / spread
    return 0.0 if difference == 0 else None


def _variance_ratio(treated: FloatArray, comparison: FloatArray) -> float | None:
    """Ratio of variances; None when either is 0 or not defined."""
    if min(len(treated), len(comparison)) < 2 or np.ptp(treated) == 0 or np.ptp(comparison) == 0:
        return None
    return float(treated.var(ddof=1) / comparison.var(ddof=1))


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
    known = [abs(row.smd_adjusted) for row in table.rows if row.smd_adjusted is not None]
    largest = max(known, default=None)
    status: Status = "review"
    if largest is not None and largest >= SMD_FAIL:
        status = "fail"
    elif largest is not None and largest < SMD_PASS and len(known) == len(table.rows):
        status = "pass"
    return (
        HealthCheck(
            name="largest_smd",
            value=largest,
            threshold=SMD_PASS,
            status=status,
            meaning="Largest difference between matched arms, in standard deviations.",
            source="Austin 2009 (0.1); Stuart 2010 (0.25)",
        ),
        _share_check(
            "share_matched",
            table.n_pairs / match.n_treated,
            (MATCHED_PASS, MATCHED_REVIEW),
            "Share of treated cases that found a partner; the estimate speaks only for these.",
        ),
        _share_check(
            "overlap",
            match.overlap_share,
            (OVERLAP_PASS, OVERLAP_REVIEW),
            "Share of treated cases with a score within the range of the comparison cases.",
        ),
    )


def _share_check(
    name: str, value: float, thresholds: tuple[float, float], meaning: str
) -> HealthCheck:
    """Pass from the first threshold, review from the second, else fail."""
    status: Status = (
        "pass" if value >= thresholds[0] else "review" if value >= thresholds[1] else "fail"
    )
    return HealthCheck(
        name=name,
        value=value,
        threshold=thresholds[0],
        status=status,
        meaning=meaning,
        source=_OWN_RULE,
    )
