r"""Tipping points: which missing outcomes would change what a comparison concludes.

Method notes: ``docs/methods/estimators/missing_data.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.statistics.inputs import FloatArray, IntArray, critical_z, read_only
from analytics.statistics.missing_data._outcome_checks import check_outcomes
from analytics.statistics.missing_data.outcome_counts import ArmOutcomes
from analytics.statistics.results import NotEstimable
from analytics.statistics.two_groups.proportions import wilson_interval

# A page can't show more, and every count is there up to this many missing outcomes.
_MOST_POINTS = 101


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MissingTippingTable:
    """The conclusion for each number of events among the missing outcomes of each arm.

    A conclusion is -1 when the interval of the risk difference lies below 0, 1 when above, 0 when
    it holds 0.

    Attributes
    ----------
    events_treated : ndarray of int, shape (a,)
        Assumed events among the missing of the treated arm, from 0 to all of them.
    events_comparison : ndarray of int, shape (b,)
        The same for the comparison arm.
    risk_difference : ndarray of float, shape (a, b)
        Treated minus comparison.
    conclusion : ndarray of int, shape (a, b)
        -1, 0 or 1.
    complete_case : int
        Conclusion without the cases whose outcome is missing.
    share_changed : float
        Share of the table's cells whose conclusion isn't that of the complete cases, in [0, 1].
    """

    events_treated: IntArray
    events_comparison: IntArray
    risk_difference: FloatArray
    conclusion: IntArray
    complete_case: int
    share_changed: float


def missing_outcome_tipping(
    treated: ArmOutcomes, comparison: ArmOutcomes, *, level: float = 0.95
) -> MissingTippingTable | NotEstimable:
    r"""Table of what would be concluded from every possible set of missing outcomes.

    Parameters
    ----------
    treated, comparison : ArmOutcomes
        Counts by arm. Above 100 missing outcomes in an arm, 101 evenly spread numbers of events
        are tried.
    level : float
        Confidence level of the interval that decides, strictly between 0 and 1.

    Returns
    -------
    MissingTippingTable or NotEstimable
        Reasons ``"no_cases"``, ``"empty_arm"`` (an arm has no known outcome).

    Raises
    ------
    InvalidInputError
        If counts contradict each other or `level` is out of range.

    Notes
    -----
    The interval is Newcombe's hybrid score interval, as in `risk_difference`. Imputed events are
    treated as observed: it is a check of the conclusion, not an estimate.

    References
    ----------
    .. [1] Yan X, Lee S, Li N (2009), Journal of Biopharmaceutical Statistics 19:1085-1098.
    .. [2] Liublinska V, Rubin DB (2014), Statistics in Medicine 33:4170-4185.
    """
    critical_z(level)
    if problem := check_outcomes(treated, comparison):
        return problem
    added1, added0 = _grid(treated.missing), _grid(comparison.missing)
    difference, conclusion = _conclusions(
        _wilson(treated.events + added1, treated.cases, level),
        _wilson(comparison.events + added0, comparison.cases, level),
    )
    _, observed = _conclusions(
        _wilson(np.array([treated.events]), treated.observed, level),
        _wilson(np.array([comparison.events]), comparison.observed, level),
    )
    complete_case = int(observed[0, 0])
    for array in (added1, added0, difference, conclusion):
        read_only(array)
    return MissingTippingTable(
        events_treated=added1,
        events_comparison=added0,
        risk_difference=difference,
        conclusion=conclusion,
        complete_case=complete_case,
        share_changed=float((conclusion != complete_case).mean()),
    )


def _grid(missing: int) -> IntArray:
    points = min(missing + 1, _MOST_POINTS)
    return np.rint(np.linspace(0, missing, points)).astype(np.int64)


def _wilson(events: IntArray, n: int, level: float) -> FloatArray:
    """Shares, lower and upper limits, shape (3, number of values)."""
    limits = [wilson_interval(int(count), n, level=level) for count in events]
    return np.array([events / n, [each.low for each in limits], [each.high for each in limits]])


def _conclusions(treated: FloatArray, comparison: FloatArray) -> tuple[FloatArray, IntArray]:
    """Differences of every value of one arm and every one of the other, and what they conclude."""
    p1, low1, high1 = treated[:, :, None]
    p0, low0, high0 = comparison[:, None, :]
    difference = p1 - p0
    below = difference + np.hypot(high1 - p1, p0 - low0) < 0
    above = difference - np.hypot(p1 - low1, high0 - p0) > 0
    return difference, above.astype(np.int64) - below.astype(np.int64)
