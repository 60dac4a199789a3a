"""Who is at risk at each event, for Cox and Fine-Gray models.

Method notes: ``docs/methods/estimators/time_to_event.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from analytics.statistics.inputs import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LateMembers:
    """Units that stay at risk, with falling weight, after a competing event (Fine-Gray).

    Attributes
    ----------
    unit : ndarray of int, shape (c,)
        Rows of the units.
    since : ndarray of int, shape (c,)
        First event position after each unit's own exit; m when there is none.
    weight : ndarray of float, shape (c,)
        One over the probability of being uncensored at the unit's exit.
    uncensored : ndarray of float, shape (m,)
        Probability of being uncensored just before each event position.
    """

    unit: IntArray
    since: IntArray
    weight: FloatArray
    uncensored: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RiskSets:
    """Event positions (distinct event times within strata) and the units at risk at each.

    Attributes
    ----------
    time : ndarray of float, shape (m,)
        Time of each position, ascending within a stratum; strata follow one another.
    n_events : ndarray of int, shape (m,)
        Events at each position, at least 1.
    survival_before : ndarray of float, shape (m,)
        Kaplan-Meier curve of all strata together just before each position.
    first, last : ndarray of int, shape (n,)
        A unit is at risk at positions ``first`` to ``last``; at none when ``first`` is greater. The
        last of a unit with an event is its event.
    event_rows : ndarray of int, shape (e,)
        Rows of the units with the event.
    late : LateMembers or None
        Units that stay after a competing event.
    """

    time: FloatArray
    n_events: IntArray
    survival_before: FloatArray
    first: IntArray
    last: IntArray
    event_rows: IntArray
    late: LateMembers | None = None

    @classmethod
    def of(
        cls,
        duration: FloatArray,
        happened: BoolArray,
        entry: FloatArray | None = None,
        stratum: IntArray | None = None,
    ) -> Self:
        """Find the risk sets; `happened` is true at least once, `entry` below `duration`."""
        time = np.unique(duration[happened])
        size = len(time) + 1
        leaves = np.searchsorted(time, duration, side="right")
        enters = np.zeros(len(duration), dtype=np.int64)
        if entry is not None:
            enters = np.searchsorted(time, entry, side="right")
        leaving, entering, events = (
            np.bincount(codes, minlength=size) for codes in (leaves, enters, leaves[happened])
        )
        at_risk = np.cumsum((leaving - entering)[::-1])[::-1]
        before = np.cumprod(np.append(1.0, 1 - events[1:] / at_risk[1:]))
        offset = 0 if stratum is None else stratum * size
        position, n_events = np.unique((offset + leaves)[happened], return_counts=True)
        return cls(
            time=time[position % size - 1],
            n_events=n_events.astype(np.int64),
            survival_before=before[position % size - 1],
            first=np.searchsorted(position, offset + enters, side="right"),
            last=np.searchsorted(position, offset + leaves, side="right") - 1,
            event_rows=np.flatnonzero(happened),
        )

    def at_risk_total(self, values: FloatArray) -> FloatArray:
        """Sum values of units over the risk set of each position: (n,) to (m,)."""
        size = len(self.time) + 1
        change = np.bincount(self.last + 1, values, minlength=size).astype(np.float64)
        if self.first.any():
            change -= np.bincount(self.first, values, minlength=size)
        total = np.cumsum(change[::-1])[::-1][1:]
        if self.late is not None:
            added = self.late.weight * values[self.late.unit]
            staying = np.cumsum(np.bincount(self.late.since, added, minlength=size))[:-1]
            total = total + self.late.uncensored * staying
        return np.asarray(total, dtype=np.float64)

    def follow_up_total(self, values: FloatArray) -> FloatArray:
        """Sum values of positions over the follow-up of each unit: (m,) to (n,)."""
        until = np.concatenate(([0.0], np.cumsum(values)))
        total = until[self.last + 1] - until[self.first]
        if self.late is not None:
            weighted = np.concatenate(([0.0], np.cumsum(values * self.late.uncensored)))
            total[self.late.unit] += self.late.weight * (weighted[-1] - weighted[self.late.since])
        return np.asarray(total, dtype=np.float64)

    def event_total(self, values: FloatArray) -> FloatArray:
        """Sum values of units over the events of each position: (n,) to (m,)."""
        at = self.last[self.event_rows]
        total = np.bincount(at, values[self.event_rows], minlength=len(self.time))
        return total.astype(np.float64)
