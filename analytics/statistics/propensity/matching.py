r"""Pairs of treated and comparison units with nearly the same propensity score.

Greedy nearest-neighbour matching, 1:1, without replacement: estimates the effect on those treated
units that found a partner. Method notes: ``docs/methods/propensity_matching.md``.
"""

from __future__ import annotations

import math
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
    read_only,
)
from analytics.statistics.results import NotEstimable


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MatchResult:
    """Matched pairs; position k of every array is pair k.

    Attributes
    ----------
    treated_index, comparison_index : ndarray of int, shape (n_pairs,)
        Positions, from 0, of the two units in the inputs; treated positions ascend; none repeats.
    distances : ndarray of float, shape (n_pairs,)
        Absolute difference of linear predictors (log odds), in [0, `caliper`].
    n_treated, n_comparison : int
        Units before matching.
    caliper : float
        Largest distance allowed, log odds.
    overlap_share : float
        Share of treated units whose score lies within the range of comparison scores, in [0, 1].
    """

    treated_index: IntArray
    comparison_index: IntArray
    distances: FloatArray
    n_treated: int
    n_comparison: int
    caliper: float
    overlap_share: float

    def __post_init__(self) -> None:
        """Mark the arrays read-only."""
        for array in (self.treated_index, self.comparison_index, self.distances):
            read_only(array)


def nearest_neighbour_match(
    linear_predictor: ArrayLike,
    treated: ArrayLike,
    *,
    caliper: float = 0.2,
    exact_on: ArrayLike | None = None,
    tie_tolerance: float = 1e-10,
) -> MatchResult | NotEstimable:
    r"""Match each treated unit to the nearest free comparison unit within a caliper.

    Parameters
    ----------
    linear_predictor : array_like of float, shape (n,)
        Log odds of treatment. Complete.
    treated : array_like of bool or 0/1, shape (n,)
        Arm. Complete.
    caliper : float
        Above 0, in standard deviations (n - 1) of `linear_predictor` over all units.
    exact_on : array_like, shape (n,), optional
        Stratum label, for example the local authority; pairs never cross strata. Complete.
    tie_tolerance : float
        At least 0, log odds. Two distances that differ by no more count as equal; 0 compares
        them as MatchIt does, to the last bit.

    Returns
    -------
    MatchResult or NotEstimable
        Reasons: ``"no_cases"``, ``"empty_arm"``, ``"no_overlap"`` (no pair is within the caliper).

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length, or out of range.

    Notes
    -----
    Reproduces MatchIt 4.7.1 ``matchit(link="linear.logit", caliper=)`` pair for pair. All units are
    sorted by score (stable). Treated units go from the highest score down, ties in data order. Each
    takes the nearest free unit below or above; when the two are equally near, the one fewer places
    away in the sorted list of all units, used and treated ones included; then the lower.
    Free units are found by union-find, so the loop is almost linear in n.

    Departure: `tie_tolerance`. With few covariate patterns, exact ties are common and MatchIt
    lets the rounding of the last bit decide them, which differs between machines.

    References
    ----------
    .. [1] Ho DE, Imai K, King G, Stuart EA (2011), Journal of Statistical Software 42(8).
    .. [2] Austin PC (2011), Pharmaceutical Statistics 10:150-161 (caliper 0.2).
    """
    if not (0 < caliper < math.inf and 0 <= tie_tolerance < math.inf):
        raise InvalidInputError("caliper must be above 0 and tie_tolerance at least 0")
    score = float_vector(linear_predictor, name="linear_predictor")
    arm = binary_vector(treated, name="treated", length=len(score))
    strata = np.zeros(len(score), dtype=np.int64)
    if exact_on is not None:
        strata, _ = group_codes(exact_on, name="exact_on", length=len(score))
    if len(score) == 0:
        return NotEstimable(reason="no_cases", detail="There are no cases.")
    if arm.all() or not arm.any():
        return NotEstimable(reason="empty_arm", detail="One arm has no cases.")
    width = caliper * float(score.std(ddof=1))
    pairs = np.array(_greedy_pairs(score, arm, strata, width, tie_tolerance), dtype=np.int64)
    if len(pairs) == 0:
        return NotEstimable(reason="no_overlap", detail="No pair of cases lies within the caliper.")
    pairs = pairs[np.argsort(pairs[:, 0])]
    free = score[~arm]
    return MatchResult(
        treated_index=pairs[:, 0].copy(),
        comparison_index=pairs[:, 1].copy(),
        distances=np.abs(score[pairs[:, 0]] - score[pairs[:, 1]]),
        n_treated=int(arm.sum()),
        n_comparison=len(free),
        caliper=width,
        overlap_share=float(((score[arm] >= free.min()) & (score[arm] <= free.max())).mean()),
    )


def _greedy_pairs(
    score: FloatArray, arm: BoolArray, strata: IntArray, width: float, tolerance: float
) -> list[tuple[int, int]]:
    """Pairs (treated, comparison) in the order in which they are made.

    Places are positions in a list sorted by stratum, then score, with a wall at both ends of each
    stratum. `below[p]` leads to the free place at or before p, `above[p]` at or after.
    """
    by_score = np.argsort(score, kind="stable")
    rank = np.empty(len(score), dtype=np.int64)
    rank[by_score] = np.arange(len(score))
    by_place = by_score[np.argsort(strata[by_score], kind="stable")]
    unit_at = _with_walls(by_place, strata)
    place_of = np.empty(len(score), dtype=np.int64)
    place_of[unit_at[unit_at >= 0]] = np.flatnonzero(unit_at >= 0)
    stop = (unit_at < 0) | ~arm[unit_at]  # a wall or a comparison unit: the search ends here
    places = np.arange(len(unit_at))
    below = np.where(stop, places, places - 1).tolist()
    above = np.where(stop, places, places + 1).tolist()
    units, scores, ranks = unit_at.tolist(), score.tolist(), rank.tolist()
    queue = np.flatnonzero(arm)
    queue = queue[np.argsort(-score[queue], kind="stable")]
    pairs = []
    for unit, place in zip(queue.tolist(), place_of[queue].tolist(), strict=True):
        down, up = units[_find(below, place)], units[_find(above, place)]
        gap_down = scores[unit] - scores[down] if down >= 0 else math.inf
        gap_up = scores[up] - scores[unit] if up >= 0 else math.inf
        if min(gap_down, gap_up) > width:
            continue
        take_down = gap_down < gap_up
        if down >= 0 and up >= 0 and abs(gap_down - gap_up) <= tolerance:
            take_down = ranks[unit] - ranks[down] <= ranks[up] - ranks[unit]
        partner = down if take_down else up
        pairs.append((unit, partner))
        taken = int(place_of[partner])
        below[taken], above[taken] = taken - 1, taken + 1
    return pairs


def _with_walls(by_place: IntArray, strata: IntArray) -> IntArray:
    """Insert -1 before, between and after the strata."""
    cuts = np.flatnonzero(np.diff(strata[by_place])) + 1
    return np.insert(by_place, np.concatenate(([0], cuts, [len(by_place)])), -1)


def _find(parent: list[int], place: int) -> int:
    """Follow `parent` to its root, halving the path."""
    while parent[place] != place:
        parent[place] = parent[parent[place]]
        place = parent[place]
    return place
