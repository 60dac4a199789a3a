"""What a test of several groups returns, and the counts it starts from.

Method notes: ``docs/methods/estimators/time_to_event.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
from scipy.special import chdtrc

from analytics.statistics.inputs import FloatArray, IntArray
from analytics.statistics.results import NotEstimable
from analytics.statistics.time_to_event.life_table import LifeTable

Method = Literal["log_rank", "log_rank_cluster_robust", "gray"]
_ZERO_VARIANCE_SHARE = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTest:
    """Test that several groups share one curve.

    Attributes
    ----------
    method : {"log_rank", "log_rank_cluster_robust", "gray"}
        The test.
    statistic : float
        Chi-squared, at least 0.
    df : int
        Degrees of freedom: groups at risk when an event happens, minus 1.
    p_value : float
        In [0, 1].
    observed, expected : tuple of float
        Events of each group, in the order of the sorted labels, and what a common curve expects.
    n : tuple of int
        Units of each group.
    n_clusters : int or None
        Clusters; None when units are taken as independent.
    """

    method: Method
    statistic: float
    df: int
    p_value: float
    observed: tuple[float, ...]
    expected: tuple[float, ...]
    n: tuple[int, ...]
    n_clusters: int | None

    @classmethod
    def from_score(
        cls,
        method: Method,
        observed: FloatArray,
        expected: FloatArray,
        variance: FloatArray,
        n: IntArray,
        n_clusters: int | None = None,
    ) -> Self | NotEstimable:
        """Test that observed minus expected, which sum to 0, are 0.

        Groups without variance (never at risk when an event happens) are left out.
        """
        diagonal = np.diag(variance)
        used = np.flatnonzero(diagonal > _ZERO_VARIANCE_SHARE * max(float(diagonal.max()), 1.0))
        kept = used[:-1]
        block, score = variance[np.ix_(kept, kept)], (observed - expected)[kept]
        if len(kept) == 0 or np.linalg.matrix_rank(block, hermitian=True) < len(kept):
            return NotEstimable(
                reason="no_variation",
                detail="Groups are never at risk together when an event happens.",
            )
        statistic = float(score @ np.linalg.solve(block, score))
        return cls(
            method=method,
            statistic=statistic,
            df=len(kept),
            p_value=float(chdtrc(len(kept), statistic)),
            observed=tuple(observed.tolist()),
            expected=tuple(expected.tolist()),
            n=tuple(n.tolist()),
            n_clusters=n_clusters,
        )

    @staticmethod
    def nothing_to_compare(n: IntArray) -> NotEstimable | None:
        """Say that fewer than two groups have cases, if so."""
        followed = int((n > 0).sum())
        if followed == 0:
            return NotEstimable(reason="no_cases", detail="There are no cases.")
        if followed < 2:
            return NotEstimable(reason="empty_arm", detail="Only one group has cases.")
        return None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AlignedCounts:
    """Counts of several groups at the times of any event in any of them, shape (groups, m).

    Attributes
    ----------
    time : ndarray of float, shape (m,)
        Times.
    at_risk, events, other : ndarray of float, shape (groups, m)
        Units at risk, events of the cause, and events of other causes.
    """

    time: FloatArray
    at_risk: FloatArray
    events: FloatArray
    other: FloatArray

    @classmethod
    def of(cls, tables: Sequence[LifeTable], cause: int) -> Self:
        """Put life tables on the common grid of their event times."""
        time = np.unique(np.concatenate([t.time[t.n_any_event > 0] for t in tables]))
        at_risk, events, other = (np.zeros((len(tables), len(time))) for _ in range(3))
        for k, table in enumerate(tables):
            happens = table.n_any_event > 0
            at = np.searchsorted(time, table.time[happens])
            at_risk[k] = table.at_risk_at(time)
            events[k, at] = table.events_of(cause)[happens]
            other[k, at] = table.n_any_event[happens] - events[k, at]
        return cls(time=time, at_risk=at_risk, events=events, other=other)
