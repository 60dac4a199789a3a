r"""Events and size of each arm within each cluster: all that clustered contrasts need of the cases.

A database can count them, identical clusters can be counted once, and no case leaves its table.
Method notes: ``docs/methods/estimators/two_groups.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import (
    FloatArray,
    binary_vector,
    float_vector,
    group_codes,
    read_only,
    whole_counts,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClusterTotals:
    """Totals of clusters, one entry per cluster or per pattern that several clusters share.

    Attributes
    ----------
    events_treated, events_comparison : ndarray of float, shape (g,)
        Events, or the sum of another outcome, by arm.
    n_treated, n_comparison : ndarray of float, shape (g,)
        Units, by arm.
    exposure_treated, exposure_comparison : ndarray of float, shape (g,)
        Time at risk, by arm; the units where no exposure was given.
    repeats : ndarray of float, shape (g,)
        Clusters with this pattern.
    """

    events_treated: FloatArray
    events_comparison: FloatArray
    n_treated: FloatArray
    n_comparison: FloatArray
    exposure_treated: FloatArray
    exposure_comparison: FloatArray
    repeats: FloatArray

    def sides(self) -> tuple[tuple[FloatArray, FloatArray, FloatArray], ...]:
        """Return events, units and exposure of the treated, and of the comparison."""
        return (
            (self.events_treated, self.n_treated, self.exposure_treated),
            (self.events_comparison, self.n_comparison, self.exposure_comparison),
        )


def cluster_totals(
    *,
    events_treated: ArrayLike,
    n_treated: ArrayLike,
    events_comparison: ArrayLike,
    n_comparison: ArrayLike,
    exposure_treated: ArrayLike | None = None,
    exposure_comparison: ArrayLike | None = None,
    repeats: ArrayLike | None = None,
) -> ClusterTotals:
    """Take totals that have been counted already.

    Parameters
    ----------
    events_treated, events_comparison : array_like of float, shape (g,)
        Events of each cluster (or pattern) by arm; 0 where the cluster has no unit in the arm.
    n_treated, n_comparison : array_like of int, shape (g,)
        Units by arm, 0 or more.
    exposure_treated, exposure_comparison : array_like of float, shape (g,), optional
        Time at risk by arm, above 0 exactly where there are units; both or neither.
    repeats : array_like of int, shape (g,), optional
        How many clusters have each pattern, at least 1; 1 by default.

    Returns
    -------
    ClusterTotals
        Without clusters that have no unit in either arm.

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length or negative, if an arm without units has events
        or exposure, or if only one exposure is given.
    """
    if (exposure_treated is None) != (exposure_comparison is None):
        raise InvalidInputError("give the exposure of both arms or of neither")
    length = len(float_vector(n_treated, name="n_treated"))
    n1 = whole_counts(n_treated, name="n_treated", length=length)
    n0 = whole_counts(n_comparison, name="n_comparison", length=length)
    y1 = float_vector(events_treated, name="events_treated", length=length)
    y0 = float_vector(events_comparison, name="events_comparison", length=length)
    times = [
        units if given is None else float_vector(given, name="exposure", length=length)
        for given, units in ((exposure_treated, n1), (exposure_comparison, n0))
    ]
    clusters = (
        np.ones(length) if repeats is None else whole_counts(repeats, name="repeats", length=length)
    )
    if (clusters < 1).any():
        raise InvalidInputError("repeats must be at least 1")
    for events, units, time in zip((y1, y0), (n1, n0), times, strict=True):
        if (events[units == 0] != 0).any() or ((time > 0) != (units > 0)).any():
            raise InvalidInputError("events and exposure must be there exactly where units are")
    there = n1 + n0 > 0
    return _totals(
        (y1[there], y0[there]),
        (n1[there], n0[there]),
        (times[0][there], times[1][there]),
        clusters[there],
    )


def total_by_cluster(
    outcome: ArrayLike,
    treated: ArrayLike,
    cluster: ArrayLike,
    *,
    exposure: ArrayLike | None = None,
) -> ClusterTotals:
    """Add up cases by cluster and arm.

    Parameters
    ----------
    outcome : array_like of float, shape (n,)
        0/1, a count of events, or any finite number. Complete.
    treated : array_like of bool or 0/1, shape (n,)
        Arm. Complete.
    cluster : array_like, shape (n,)
        Cluster label, for example the family. Complete.
    exposure : array_like of float, shape (n,), optional
        Time at risk, above 0.

    Returns
    -------
    ClusterTotals
        One entry per cluster, in the order of the sorted labels.

    Raises
    ------
    InvalidInputError
        If an input is incomplete or of another length, or an exposure isn't above 0.
    """
    y = float_vector(outcome, name="outcome")
    arm = binary_vector(treated, name="treated", length=len(y))
    codes, n_clusters = group_codes(cluster, name="cluster", length=len(y))
    time = None if exposure is None else float_vector(exposure, name="exposure", length=len(y))
    if time is not None and (time <= 0).any():
        raise InvalidInputError("exposure must be above 0")
    # Twice the cluster, plus the arm: one pass over the cases for both arms.
    cell = 2 * codes + arm

    def by_arm(values: FloatArray | None) -> tuple[FloatArray, FloatArray]:
        sums = np.bincount(cell, weights=values, minlength=2 * n_clusters).astype(np.float64)
        return sums[1::2].copy(), sums[::2].copy()

    units = by_arm(None)
    return _totals(
        by_arm(y), units, by_arm(time) if time is not None else units, np.ones(n_clusters)
    )


def _totals(
    events: tuple[FloatArray, FloatArray],
    units: tuple[FloatArray, FloatArray],
    exposure: tuple[FloatArray, FloatArray],
    repeats: FloatArray,
) -> ClusterTotals:
    """Freeze the totals; pairs are treated, comparison."""
    held = [np.array(array, dtype=np.float64) for array in (*events, *units, *exposure, repeats)]
    for array in held:
        read_only(array)
    return ClusterTotals(
        events_treated=held[0],
        events_comparison=held[1],
        n_treated=held[2],
        n_comparison=held[3],
        exposure_treated=held[4],
        exposure_comparison=held[5],
        repeats=held[6],
    )
