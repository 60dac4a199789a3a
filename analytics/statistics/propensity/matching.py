r"""Treated units matched to the nearest comparison units, by propensity score.

Greedy nearest-neighbour matching within a caliper: estimates the effect on those treated units that
found a partner. Method notes: ``docs/methods/estimators/propensity.md``.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import IntArray
from analytics.statistics.propensity.matched_sets import (
    Candidates,
    MatchResult,
)
from analytics.statistics.results import NotEstimable

__all__ = ["MatchResult", "nearest_neighbour_match"]


def nearest_neighbour_match(
    linear_predictor: ArrayLike,
    treated: ArrayLike,
    *,
    caliper: float = 0.2,
    ratio: int = 1,
    replace: bool = False,
    exact_on: ArrayLike | None = None,
    tie_tolerance: float = 1e-10,
) -> MatchResult | NotEstimable:
    r"""Match each treated unit to the nearest comparison units within a caliper.

    Parameters
    ----------
    linear_predictor : array_like of float, shape (n,)
        Log odds of treatment. Complete.
    treated : array_like of bool or 0/1, shape (n,)
        Arm. Complete.
    caliper : float
        Above 0, in standard deviations (n - 1) of `linear_predictor` over all units.
    ratio : int
        Partners sought for each treated unit, at least 1; those with fewer keep what they find.
    replace : bool
        Whether a comparison unit may be the partner of several treated units.
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
    away in the sorted list of all units, used and treated ones included; then the lower. With
    `ratio` k there are k such rounds, and places are counted from the outermost partners so far.
    Free units are found by union-find, so the loop is almost linear in n.

    Departure: `tie_tolerance`. With few covariate patterns, exact ties are common and MatchIt
    lets the rounding of the last bit decide them, which differs between machines.

    References
    ----------
    .. [1] Ho DE, Imai K, King G, Stuart EA (2011), Journal of Statistical Software 42(8).
    .. [2] Austin PC (2011), Pharmaceutical Statistics 10:150-161 (caliper 0.2).
    """
    if not 0 <= tie_tolerance < math.inf:
        raise InvalidInputError("tie_tolerance must be at least 0")
    if ratio < 1:
        raise InvalidInputError("ratio must be at least 1")
    units = Candidates.of(linear_predictor, treated, caliper, exact_on)
    if isinstance(units, NotEstimable):
        return units
    pairs = _greedy_pairs(units, ratio, replace, tie_tolerance)
    return units.result(np.array(pairs, dtype=np.int64).reshape(-1, 2))


def _greedy_pairs(
    candidate: Candidates, ratio: int, replace: bool, tolerance: float
) -> list[tuple[int, int]]:
    """Pairs (treated, comparison) in the order in which they are made.

    Places are positions in a list sorted by stratum, then score, with a wall at both ends of each
    stratum. `below[p]` leads to the free place at or before p, `above[p]` at or after.
    """
    score, arm = candidate.score, candidate.arm
    by_score = np.argsort(score, kind="stable")
    rank = np.empty(len(score), dtype=np.int64)
    rank[by_score] = np.arange(len(score))
    unit_at = _with_walls(
        by_score[np.argsort(candidate.strata[by_score], kind="stable")], candidate
    )
    place_of = np.empty(len(score), dtype=np.int64)
    place_of[unit_at[unit_at >= 0]] = np.flatnonzero(unit_at >= 0)
    stop = (unit_at < 0) | ~arm[unit_at]  # a wall or a comparison unit: the search ends here
    places = np.arange(len(unit_at))
    below = np.where(stop, places, places - 1).tolist()
    above = np.where(stop, places, places + 1).tolist()
    units, scores, ranks = unit_at.tolist(), score.tolist(), rank.tolist()
    queue = np.flatnonzero(arm)
    queue = queue[np.argsort(-score[queue], kind="stable")]
    lowest = highest = place_of.tolist()
    if ratio > 1:
        lowest, highest = lowest.copy(), lowest.copy()
    pairs = []
    for _ in range(ratio):
        for unit in queue.tolist():
            low, high = lowest[unit], highest[unit]
            place_down, place_up = _find(below, low - 1), _find(above, high + 1)
            down, up = units[place_down], units[place_up]
            gap_down = scores[unit] - scores[down] if down >= 0 else math.inf
            gap_up = scores[up] - scores[unit] if up >= 0 else math.inf
            if min(gap_down, gap_up) > candidate.width:
                continue
            take_down = gap_down < gap_up
            if down >= 0 and up >= 0 and abs(gap_down - gap_up) <= tolerance:
                steps_down = ranks[units[low]] - ranks[down]
                take_down = steps_down <= ranks[up] - ranks[units[high]]
            taken = place_down if take_down else place_up
            pairs.append((unit, units[taken]))
            if ratio > 1:
                lowest[unit], highest[unit] = min(low, taken), max(high, taken)
            if not replace:
                below[taken], above[taken] = taken - 1, taken + 1
    return pairs


def _with_walls(by_place: IntArray, candidate: Candidates) -> IntArray:
    """Insert -1 before, between and after the strata."""
    cuts = np.flatnonzero(np.diff(candidate.strata[by_place])) + 1
    return np.insert(by_place, np.concatenate(([0], cuts, [len(by_place)])), -1)


def _find(parent: list[int], place: int) -> int:
    """Follow `parent` to its root, halving the path."""
    while parent[place] != place:
        parent[place] = parent[parent[place]]
        place = parent[place]
    return place
