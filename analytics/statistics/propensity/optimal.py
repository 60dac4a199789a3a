r"""Pairs of treated and comparison units with the smallest total distance in propensity score.

Method notes: ``docs/methods/estimators/propensity.md``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import IntArray
from analytics.statistics.propensity.matched_sets import (
    Candidates,
    MatchResult,
)
from analytics.statistics.results import NotEstimable

# One stratum's table of distances may take this many numbers of 8 bytes.
MAX_DISTANCES = 25_000_000


def optimal_match(
    linear_predictor: ArrayLike,
    treated: ArrayLike,
    *,
    caliper: float = 0.2,
    exact_on: ArrayLike | None = None,
) -> MatchResult | NotEstimable:
    r"""Match as many treated units as possible 1:1 within a caliper, at the least total distance.

    Parameters
    ----------
    linear_predictor : array_like of float, shape (n,)
        Log odds of treatment. Complete.
    treated : array_like of bool or 0/1, shape (n,)
        Arm. Complete.
    caliper : float
        Above 0, in standard deviations (n - 1) of `linear_predictor` over all units.
    exact_on : array_like, shape (n,), optional
        Stratum label; pairs never cross strata. Complete.

    Returns
    -------
    MatchResult or NotEstimable
        Reasons: ``"no_cases"``, ``"empty_arm"``, ``"no_overlap"`` (no pair is within the caliper).

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length, or out of range, or a stratum has more than
        `MAX_DISTANCES` possible pairs (5,000 by 5,000): match greedily or within strata instead.

    Notes
    -----
    Of all matchings within the caliper the one with the most pairs, and of these one with the least

    .. math:: \sum_p |\eta_{t(p)} - \eta_{c(p)}|

    by the shortest augmenting path algorithm. With ties several matchings reach it, and which
    is returned is the library's choice: the total is determined, the pairs needn't be.

    References
    ----------
    .. [1] Rosenbaum PR (1989), Journal of the American Statistical Association 84:1024-1032.
    .. [2] Crouse DF (2016), IEEE Transactions on Aerospace and Electronic Systems 52:1679-1696.
    """
    units = Candidates.of(linear_predictor, treated, caliper, exact_on)
    if isinstance(units, NotEstimable):
        return units
    strata = [_stratum_pairs(units, label) for label in np.unique(units.strata[units.arm])]
    return units.result(np.concatenate(strata))


def _stratum_pairs(units: Candidates, label: int) -> IntArray:
    """Optimal pairs of one stratum, shape (n_pairs, 2)."""
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - slow to load

    inside = units.strata == label
    treated = np.flatnonzero(inside & units.arm)
    comparison = np.flatnonzero(inside & ~units.arm)
    if len(treated) * len(comparison) > MAX_DISTANCES:
        raise InvalidInputError("too many possible pairs for optimal matching in one stratum")
    distance = np.abs(units.score[treated][:, None] - units.score[comparison])
    # Dearer than any number of pairs within the caliper, so one is only made when none is left.
    distance[distance > units.width] = (units.width + 1) * (len(treated) + 1)
    rows, columns = linear_sum_assignment(distance)
    kept = distance[rows, columns] <= units.width
    return np.column_stack([treated[rows[kept]], comparison[columns[kept]]]).astype(np.int64)
