r"""Sets of one treated unit and its comparison units, and the weights that follow from them.

Method notes: ``docs/methods/estimators/propensity.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import (
    BoolArray,
    FloatArray,
    IntArray,
    binary_vector,
    float_vector,
    group_codes,
    missing_arm,
    read_only,
)
from analytics.statistics.results import NotEstimable


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MatchResult:
    """Matched pairs; position p of the pair arrays is pair p, pairs of one treated unit adjoin.

    Attributes
    ----------
    treated_index, comparison_index : ndarray of int, shape (n_pairs,)
        Positions, from 0, of the two units in the inputs; treated positions ascend. A treated
        position repeats when it has several partners, a comparison position only with replacement.
    distances : ndarray of float, shape (n_pairs,)
        Absolute difference of linear predictors (log odds), in [0, `caliper`].
    n_treated, n_comparison : int
        Units before matching.
    caliper : float
        Largest distance allowed, log odds.
    overlap_share : float
        Share of treated units whose score lies within the range of comparison scores, in [0, 1].
    weights : ndarray of float, shape (n,)
        For the effect on the matched treated: 1 for these; a comparison unit has the sum over its
        sets of 1 / (comparison units of the set), scaled so that these weights sum to the number of
        comparison units used; 0 for the unmatched.
    """

    treated_index: IntArray
    comparison_index: IntArray
    distances: FloatArray
    n_treated: int
    n_comparison: int
    caliper: float
    overlap_share: float
    weights: FloatArray

    def __post_init__(self) -> None:
        """Mark the arrays read-only."""
        for array in (self.treated_index, self.comparison_index, self.distances, self.weights):
            read_only(array)

    @property
    def n_treated_matched(self) -> int:
        """Treated units with a partner."""
        return len(np.unique(self.treated_index))

    @property
    def n_comparison_matched(self) -> int:
        """Different comparison units used."""
        return len(np.unique(self.comparison_index))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MatchedRows:
    """One row per unit and set, for estimation: sets and families are clusters.

    Attributes
    ----------
    index : ndarray of int, shape (n_rows,)
        Position of the unit in the inputs of the match.
    matched_set : ndarray of int, shape (n_rows,)
        Set, from 0, in the order of the treated units.
    weights : ndarray of float, shape (n_rows,)
        1 for a treated unit, 1 / (comparison units of the set) for the others.
    """

    index: IntArray
    matched_set: IntArray
    weights: FloatArray

    def __post_init__(self) -> None:
        """Mark the arrays read-only."""
        for array in (self.index, self.matched_set, self.weights):
            read_only(array)


def matched_rows(match: MatchResult) -> MatchedRows:
    """List the units of every matched set.

    Parameters
    ----------
    match : MatchResult
        The pairs.

    Returns
    -------
    MatchedRows
        Treated units first, then comparison units, both in the order of the sets. A comparison
        unit used twice has two rows: cluster by its family or itself as well as by set.

    References
    ----------
    .. [1] Austin PC, Cafri G (2020), Statistics in Medicine 39:1623-1640.
    """
    treated, matched_set, size = np.unique(
        match.treated_index, return_inverse=True, return_counts=True
    )
    return MatchedRows(
        index=np.concatenate([treated, match.comparison_index]),
        matched_set=np.concatenate([np.arange(len(treated)), matched_set]),
        weights=np.concatenate([np.ones(len(treated)), 1 / size[matched_set]]),
    )


def _weights(one: IntArray, other: IntArray, n: int) -> FloatArray:
    """Weight of each unit for the effect on the matched treated."""
    partners = np.bincount(one, minlength=n)
    comparison = np.bincount(other, weights=1 / partners[one], minlength=n)
    comparison *= np.count_nonzero(comparison) / comparison.sum()
    return np.where(partners > 0, 1.0, comparison)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Checked inputs of a match: score (n,), arm (n,), strata (n,) and caliper in log odds."""

    score: FloatArray
    arm: BoolArray
    strata: IntArray
    width: float

    @classmethod
    def of(
        cls,
        linear_predictor: ArrayLike,
        treated: ArrayLike,
        caliper: float,
        exact_on: ArrayLike | None,
    ) -> Candidates | NotEstimable:
        """Check the inputs of a match and express the caliper in log odds."""
        if not 0 < caliper < np.inf:
            raise InvalidInputError("caliper must be above 0 and finite")
        score = float_vector(linear_predictor, name="linear_predictor")
        arm = binary_vector(treated, name="treated", length=len(score))
        strata = np.zeros(len(score), dtype=np.int64)
        if exact_on is not None:
            strata, _ = group_codes(exact_on, name="exact_on", length=len(score))
        if problem := missing_arm(int(arm.sum()), int((~arm).sum())):
            return problem
        return cls(score, arm, strata, caliper * float(score.std(ddof=1)))

    def result(self, pairs: IntArray) -> MatchResult | NotEstimable:
        """Build the result from pairs (treated, comparison), shape (n_pairs, 2)."""
        if len(pairs) == 0:
            return NotEstimable(
                reason="no_overlap", detail="No pair of cases lies within the caliper."
            )
        pairs = pairs[np.argsort(pairs[:, 0], kind="stable")]
        one, other = pairs[:, 0].copy(), pairs[:, 1].copy()
        score, treated = self.score, self.score[self.arm]
        free = score[~self.arm]
        return MatchResult(
            treated_index=one,
            comparison_index=other,
            distances=np.abs(score[one] - score[other]),
            n_treated=len(treated),
            n_comparison=len(free),
            caliper=self.width,
            overlap_share=float(((treated >= free.min()) & (treated <= free.max())).mean()),
            weights=_weights(one, other, len(score)),
        )
