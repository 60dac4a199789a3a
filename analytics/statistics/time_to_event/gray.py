r"""Gray's test of whether groups share one cumulative incidence of a cause among competing ones.

Method notes: ``docs/methods/estimators/time_to_event.md``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import FloatArray, float_vector, group_codes
from analytics.statistics.results import NotEstimable
from analytics.statistics.time_to_event.group_tests import (
    AlignedCounts,
    GroupTest,
)
from analytics.statistics.time_to_event.life_table import (
    LifeTable,
    life_table_from_rows,
)


def gray_test(
    duration: ArrayLike, event: ArrayLike, group: ArrayLike, *, cause: int = 1
) -> GroupTest | NotEstimable:
    r"""Test equality of cumulative incidence across groups, from rows.

    Parameters
    ----------
    duration : array_like of float, shape (n,)
        Time from the start to the first event or the end of observation; at least 0. Complete.
    event : array_like of int, shape (n,)
        0 = censored, 1, 2, ... = cause of the event.
    group : array_like, shape (n,)
        Label of the group of each unit. Complete.
    cause : int
        Cause of interest, at least 1.

    Returns
    -------
    GroupTest or NotEstimable
        Reasons: ``"no_cases"``, ``"empty_arm"`` (one group), ``"no_events"``, ``"no_variation"``.

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length, or out of range.

    Notes
    -----
    With :math:`h_k = Y_k / S_k(t^-)` and :math:`R_k = h_k (1 - F_k(t^-))`,

    .. math:: U_k = \sum_t d_{1k} - d_1 R_k / \sum_l R_l

    The variance is Gray's, with his correction for ties. Units are taken as independent: with
    clusters, use the difference at a horizon instead.

    References
    ----------
    .. [1] Gray RJ (1988), Annals of Statistics 16:1141-1154, section 2.
    """
    durations = float_vector(duration, name="duration")
    codes = float_vector(event, name="event", length=len(durations))
    groups, n_groups = group_codes(group, name="group", length=len(durations))
    nothing = GroupTest.nothing_to_compare(np.bincount(groups))
    if nothing is not None:
        return nothing
    return gray_test_from_tables(
        [life_table_from_rows(durations[groups == k], codes[groups == k]) for k in range(n_groups)],
        cause=cause,
    )


def gray_test_from_tables(
    tables: Sequence[LifeTable], *, cause: int = 1
) -> GroupTest | NotEstimable:
    """Test equality of cumulative incidence from counts by day.

    Parameters
    ----------
    tables : sequence of LifeTable
        One table for each of at least two groups, everyone followed from the start.
    cause : int
        Cause of interest, at least 1.

    Returns
    -------
    GroupTest or NotEstimable
        As `gray_test`.

    Raises
    ------
    InvalidInputError
        If there are fewer than two tables, or `cause` is below 1.
    """
    if len(tables) < 2:
        raise InvalidInputError("give the life tables of at least two groups")
    n = np.array([table.n for table in tables])
    nothing = GroupTest.nothing_to_compare(n)
    if nothing is not None:
        return nothing
    counts = AlignedCounts.of(tables, cause)
    if not counts.events.any():
        return NotEstimable(reason="no_events", detail="Nobody has the event of interest.")
    expected, variance = _expected_and_variance(counts)
    return GroupTest.from_score("gray", counts.events.sum(axis=1), expected, variance, n)


def _expected_and_variance(counts: AlignedCounts) -> tuple[FloatArray, FloatArray]:
    """Return expected events and Gray's variance, groups in rows and times in columns."""
    y, d1, d2 = counts.at_risk, counts.events, counts.other
    at_risk = y > 0
    someone = np.where(at_risk, y, 1.0)
    survival = np.cumprod(1 - (d1 + d2) / someone, axis=1)
    entering = np.hstack([np.ones((len(y), 1)), survival[:, :-1]])
    before = np.cumsum(entering * d1 / someone, axis=1) - entering * d1 / someone
    total = d1.sum(axis=0)
    h = np.divide(y, entering, out=np.zeros_like(y), where=at_risk)
    pooled = h.sum(axis=0)
    r = h * (1 - before)
    expected = (r * (total / r.sum(axis=0))).sum(axis=1)
    jump = total / pooled
    incidence = np.cumsum(jump)
    a = h[:, None, :] * (np.eye(len(y))[:, :, None] - (h / pooled)[None, :, :])
    rest = 1 - incidence + jump
    c = np.cumsum(a * np.divide(jump, rest, out=np.zeros_like(jump), where=rest > 0), axis=2)
    remaining = c[:, :, -1:] - c
    left = np.divide(1 - incidence, survival, out=np.zeros_like(y), where=survival > 0)
    w1 = a + (1 - left) * remaining
    w2 = left * remaining
    ties = _tie_correction(total[None, :], pooled * entering)
    v1 = np.where(at_risk, ties * entering * total / (pooled * someone), 0.0)
    v2 = _tie_correction(d2, y) * entering**2 * d2 / someone**2
    variance = np.zeros((len(y), len(y)))
    for w, v in ((w1, v1), (w2, v2)):
        variance += np.tensordot(w * v, w, axes=([1, 2], [1, 2]))
    return expected, variance


def _tie_correction(events: FloatArray, at_risk: FloatArray) -> FloatArray:
    """Share of the variance left when several events fall on one time."""
    tied = (events > 1) & (at_risk > 1)
    extra = np.divide(events - 1, at_risk - 1, out=np.zeros(tied.shape), where=tied)
    return np.asarray(1 - extra, dtype=np.float64)
