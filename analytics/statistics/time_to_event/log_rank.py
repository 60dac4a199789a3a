r"""Log-rank test of whether groups share one survival curve.

Method notes: ``docs/methods/estimators/time_to_event.md``.
"""

from __future__ import annotations

from collections.abc import Sequence

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
)
from analytics.statistics.results import NotEstimable
from analytics.statistics.time_to_event.group_tests import (
    AlignedCounts,
    GroupTest,
    Method,
)
from analytics.statistics.time_to_event.life_table import (
    LifeTable,
    life_table_from_rows,
)

_NO_EVENTS = NotEstimable(reason="no_events", detail="Nobody has the event.")


def log_rank(
    duration: ArrayLike,
    event_observed: ArrayLike,
    group: ArrayLike,
    *,
    stratum: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
) -> GroupTest | NotEstimable:
    r"""Log-rank test of two or more groups, from rows.

    Parameters
    ----------
    duration : array_like of float, shape (n,)
        Time from the start to the event or the end of observation; at least 0. Complete.
    event_observed : array_like of bool or 0/1, shape (n,)
        Whether the event ended it (else censored).
    group : array_like, shape (n,)
        Label of the group of each unit. Complete.
    stratum : array_like, shape (n,), optional
        Units are compared within strata only.
    cluster : array_like, shape (n,), optional
        Cluster label, for example the family; the variance of the score is then the sum over
        clusters of its squared total contribution.

    Returns
    -------
    GroupTest or NotEstimable
        Reasons: ``"no_cases"``, ``"empty_arm"`` (one group), ``"no_events"``, ``"no_variation"``
        (groups are never at risk together at an event), ``"too_few_clusters"`` (no more than
        groups).

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length, or out of range.

    Notes
    -----
    .. math:: U_k = \sum_u (d_{ku} - d_u Y_{ku}/Y_u),\quad
        V_{kl} = \sum_u d_u\frac{Y_u - d_u}{Y_u - 1}\frac{Y_{ku}}{Y_u}(1[k = l] - Y_{lu}/Y_u)

    With clusters, each unit contributes
    :math:`\int (1[i \in k] - Y_k/Y)(dN_i - 1[i\ \text{at risk}]\,d/Y)` to U (Lin and Wei's robust
    score at no effect). It needs many clusters.

    References
    ----------
    .. [1] Mantel N (1966), Cancer Chemotherapy Reports 50:163-170.
    .. [2] Lin DY, Wei LJ (1989), JASA 84:1074-1078.
    """
    durations = float_vector(duration, name="duration")
    n = len(durations)
    observed = binary_vector(event_observed, name="event_observed", length=n)
    codes, n_groups = group_codes(group, name="group", length=n)
    nothing = GroupTest.nothing_to_compare(np.bincount(codes))
    if nothing is not None:
        return nothing
    strata = np.zeros(n, dtype=np.int64)
    if stratum is not None:
        strata = group_codes(stratum, name="stratum", length=n)[0]
    members = [np.flatnonzero(strata == s) for s in range(int(strata.max()) + 1)]
    tables = [
        [
            life_table_from_rows(durations[rows], observed[rows])
            for rows in (units[codes[units] == k] for k in range(n_groups))
        ]
        for units in members
    ]
    if cluster is None:
        return log_rank_from_tables(tables)
    clusters, n_clusters = group_codes(cluster, name="cluster", length=n)
    if not observed.any():
        return _NO_EVENTS
    if n_clusters <= n_groups:
        return NotEstimable(reason="too_few_clusters", detail="There are too few clusters.")
    totals = np.zeros((n_groups, n_clusters))
    for units, stratum_tables in zip(members, tables, strict=True):
        parts = _contributions(
            durations[units], observed[units], codes[units], AlignedCounts.of(stratum_tables, 1)
        )
        for k in range(n_groups):
            totals[k] += np.bincount(clusters[units], weights=parts[k], minlength=n_clusters)
    return _result(tables, totals @ totals.T, n_clusters)


def log_rank_from_tables(strata: Sequence[Sequence[LifeTable]]) -> GroupTest | NotEstimable:
    """Log-rank test from counts by day, without clusters; late entries allowed.

    Parameters
    ----------
    strata : sequence of sequences of LifeTable
        For each stratum the groups' tables, in the same order in each; a group without units in a
        stratum has an empty table. One stratum when the test isn't stratified. Events of all causes
        count.

    Returns
    -------
    GroupTest or NotEstimable
        As `log_rank`.

    Raises
    ------
    InvalidInputError
        If there is no stratum, fewer than two groups, or strata differ in their number.
    """
    if len({len(tables) for tables in strata}) != 1 or len(strata[0]) < 2:
        raise InvalidInputError("strata must be some, with the same two or more groups in each")
    merged = [[table.any_cause() for table in tables] for tables in strata]
    n_groups = len(merged[0])
    variance = np.zeros((n_groups, n_groups))
    for tables in merged:
        counts = AlignedCounts.of(tables, 1)
        y, d = counts.at_risk.sum(axis=0), counts.events.sum(axis=0)
        share = counts.at_risk / y
        scale = d * np.divide(y - d, y - 1, out=np.zeros(len(y)), where=y > 1)
        variance += np.diag((share * scale).sum(axis=1)) - (share * scale) @ share.T
    return _result(merged, variance, None)


def _result(
    strata: Sequence[Sequence[LifeTable]], variance: FloatArray, n_clusters: int | None
) -> GroupTest | NotEstimable:
    """Compare observed with expected events."""
    n = np.array([[table.n for table in tables] for tables in strata]).sum(axis=0)
    nothing = GroupTest.nothing_to_compare(n)
    if nothing is not None:
        return nothing
    observed, expected = np.zeros(len(n)), np.zeros(len(n))
    for tables in strata:
        counts = AlignedCounts.of(tables, 1)
        observed += counts.events.sum(axis=1)
        hazard = counts.events.sum(axis=0) / counts.at_risk.sum(axis=0)
        expected += counts.at_risk @ hazard
    if not observed.any():
        return _NO_EVENTS
    method: Method = "log_rank" if n_clusters is None else "log_rank_cluster_robust"
    return GroupTest.from_score(method, observed, expected, variance, n, n_clusters)


def _contributions(
    duration: FloatArray, observed: BoolArray, codes: IntArray, counts: AlignedCounts
) -> FloatArray:
    """Contribution of each unit to each group's score, shape (groups, n)."""
    y = counts.at_risk.sum(axis=0)
    hazard, share = counts.events.sum(axis=0) / y, counts.at_risk / y
    start = np.zeros((len(share), 1))
    total_hazard = np.concatenate(([0.0], np.cumsum(hazard)))
    total_share = np.hstack([start, np.cumsum(share * hazard, axis=1)])
    until = np.searchsorted(counts.time, duration, side="right")
    own = (codes[None, :] == np.arange(len(share))[:, None]).astype(np.float64)
    at_event = np.hstack([start, share])[:, until]
    happened = np.where(observed, own - at_event, 0.0)
    return np.asarray(happened - own * total_hazard[until] + total_share[:, until])
