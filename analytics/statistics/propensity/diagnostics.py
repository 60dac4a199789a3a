r"""Whether the arms can be compared, and what adjustment cost: overlap, weights, love plot.

Method notes: ``docs/methods/estimators/propensity.md``.
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
    float_vector,
    missing_arm,
    read_only,
)
from analytics.statistics.propensity._health import (
    OWN_RULE,
    ceiling_check,
    overlap_check,
    share_check,
)
from analytics.statistics.propensity.balance import SMD_PASS, BalanceTable, largest_smd_check
from analytics.statistics.results import HealthCheck, NotEstimable

VARIANCE_RATIO_PASS = 1.25
VARIANCE_RATIO_FAIL = 2.0
EFFECTIVE_PASS = 0.5
EFFECTIVE_REVIEW = 0.25
LARGEST_WEIGHT_PASS = 0.05
LARGEST_WEIGHT_FAIL = 0.1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScoreOverlap:
    """Scores of the arms on one grid, and how far they overlap.

    Attributes
    ----------
    edges : ndarray of float, shape (n_bins + 1,)
        Bounds of the bins, equally wide over [0, 1]; a score on a bound belongs to the bin above.
    n_treated, n_comparison : ndarray of int, shape (n_bins,)
        Units by bin.
    common_low, common_high : float
        Range of scores that both arms have; low above high when there is none.
    share_treated_outside, share_comparison_outside : float
        Share of the arm beyond the other arm's range, in [0, 1].
    """

    edges: FloatArray
    n_treated: IntArray
    n_comparison: IntArray
    common_low: float
    common_high: float
    share_treated_outside: float
    share_comparison_outside: float

    def __post_init__(self) -> None:
        """Mark the arrays read-only."""
        read_only(self.edges)
        for counts in (self.n_treated, self.n_comparison):
            read_only(counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class LovePlotRow:
    """Absolute standardised mean differences of one covariate; None when not computable."""

    covariate: str
    unadjusted: float | None
    adjusted: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LovePlot:
    """What a love plot draws.

    Attributes
    ----------
    rows : tuple of LovePlotRow
        Most different before adjustment first; covariates without a difference last.
    threshold : float
        Where the plot draws its line.
    """

    rows: tuple[LovePlotRow, ...]
    threshold: float


def love_plot(table: BalanceTable, *, threshold: float = SMD_PASS) -> LovePlot:
    """Order the covariates of a balance table for a love plot.

    Parameters
    ----------
    table : BalanceTable
        Balance before and after.
    threshold : float
        Difference regarded as balanced, in standard deviations.

    Returns
    -------
    LovePlot
        One row per covariate.

    References
    ----------
    .. [1] Greifer N, cobalt 4.5.5, ``love.plot(abs = TRUE, var.order = "unadjusted")``.
    """
    rows = [
        LovePlotRow(
            covariate=row.covariate,
            unadjusted=None if row.smd_unadjusted is None else abs(row.smd_unadjusted),
            adjusted=None if row.smd_adjusted is None else abs(row.smd_adjusted),
        )
        for row in table.rows
    ]
    rows.sort(key=lambda row: -1.0 if row.unadjusted is None else row.unadjusted, reverse=True)
    return LovePlot(rows=tuple(rows), threshold=threshold)


def score_overlap(
    propensity_score: ArrayLike, treated: ArrayLike, *, n_bins: int = 20
) -> ScoreOverlap | NotEstimable:
    """Count the scores of both arms on a grid and compare their ranges.

    Parameters
    ----------
    propensity_score : array_like of float, shape (n,)
        Probability of treatment, in [0, 1]. Complete.
    treated : array_like of bool or 0/1, shape (n,)
        Arm. Complete.
    n_bins : int
        At least 1.

    Returns
    -------
    ScoreOverlap or NotEstimable
        Reasons: ``"no_cases"``, ``"empty_arm"``.

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length, or out of range.
    """
    score = float_vector(propensity_score, name="propensity_score")
    arm = binary_vector(treated, name="treated", length=len(score))
    if n_bins < 1 or not ((score >= 0) & (score <= 1)).all():
        raise InvalidInputError("scores must be in [0, 1] and n_bins at least 1")
    if problem := missing_arm(int(arm.sum()), int((~arm).sum())):
        return problem
    one, other = score[arm], score[~arm]
    edges = np.linspace(0, 1, n_bins + 1)
    return ScoreOverlap(
        edges=edges,
        n_treated=np.histogram(one, edges)[0].astype(np.int64),
        n_comparison=np.histogram(other, edges)[0].astype(np.int64),
        common_low=float(max(one.min(), other.min())),
        common_high=float(min(one.max(), other.max())),
        share_treated_outside=float(((one < other.min()) | (one > other.max())).mean()),
        share_comparison_outside=float(((other < one.min()) | (other > one.max())).mean()),
    )


def weighting_checks(table: BalanceTable, overlap: ScoreOverlap) -> tuple[HealthCheck, ...]:
    """Judge a weighted sample.

    Parameters
    ----------
    table : BalanceTable
        Balance with the weights.
    overlap : ScoreOverlap
        Overlap of the scores behind them.

    Returns
    -------
    tuple of HealthCheck
        ``"largest_smd"``, ``"variance_ratio"``, ``"effective_sample_share"``, ``"largest_weight"``
        and ``"overlap"``, in that order.

    Notes
    -----
    Variance ratio furthest from 1 (as a ratio of at least 1): pass up to 1.25, review up to 2 [1]_.
    Effective sample size over units used, in the worse arm (pass from 0.5, review from 0.25), and
    largest share of an arm's weight on one unit (pass up to 0.05, review up to 0.1): our own
    rules.

    References
    ----------
    .. [1] Rubin DB (2001), Health Services and Outcomes Research Methodology 2:169-188.
    """
    arms = (table.treated, table.comparison)
    return (
        largest_smd_check(table),
        variance_ratio_check(table),
        share_check(
            "effective_sample_share",
            min(arm.effective_sample_size / arm.n_used for arm in arms),
            (EFFECTIVE_PASS, EFFECTIVE_REVIEW),
            "Cases of equal weight that would be as precise, as a share of the cases used.",
        ),
        ceiling_check(
            "largest_weight",
            max(arm.largest_weight_share for arm in arms),
            (LARGEST_WEIGHT_PASS, LARGEST_WEIGHT_FAIL),
            "Largest share of an arm's weight that one case carries.",
            OWN_RULE,
        ),
        overlap_check(1 - overlap.share_treated_outside),
    )


def variance_ratio_check(table: BalanceTable) -> HealthCheck:
    """Judge the adjusted variance ratio furthest from 1; a pass when no covariate has one."""
    ratios = [row.variance_ratio_adjusted for row in table.rows]
    return ceiling_check(
        "variance_ratio",
        max((max(ratio, 1 / ratio) for ratio in ratios if ratio is not None), default=None),
        (VARIANCE_RATIO_PASS, VARIANCE_RATIO_FAIL),
        "Ratio of the arms' variances, larger over smaller, of the covariate that differs most.",
        "Rubin 2001",
    )
