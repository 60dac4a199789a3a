"""Counts by day of who is followed, who leaves and why: all that unclustered estimates need.

A database engine can count them; the kernels finish. Method notes:
``docs/methods/estimators/time_to_event.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import (
    FloatArray,
    IntArray,
    float_vector,
    read_only,
    whole_counts,
)

_MOST_DAYS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LifeTable:
    """Units by day of leaving and reason.

    Attributes
    ----------
    time : ndarray of float, shape (m,)
        Distinct times at which anyone leaves, ascending, at least 0 (days). Censorings at a time
        come after its events.
    n_at_risk : ndarray of int, shape (m,)
        Units under observation just before each time.
    n_events : ndarray of int, shape (k, m)
        Events of each cause at each time; row 0 is cause 1.
    n_censored : ndarray of int, shape (m,)
        Units leaving without an event at each time.
    n : int
        Units.
    """

    time: FloatArray
    n_at_risk: IntArray
    n_events: IntArray
    n_censored: IntArray
    n: int

    def __post_init__(self) -> None:
        """Mark the arrays read-only."""
        for array in (self.time, self.n_at_risk, self.n_events, self.n_censored):
            read_only(array)

    def any_cause(self) -> LifeTable:
        """Return the same table with all causes counted as one."""
        return LifeTable(
            time=self.time,
            n_at_risk=self.n_at_risk,
            n_events=self.n_any_event[None, :],
            n_censored=self.n_censored,
            n=self.n,
        )

    @property
    def n_any_event(self) -> IntArray:
        """Events of any cause at each time, shape (m,)."""
        return np.asarray(self.n_events.sum(axis=0), dtype=np.int64)

    def events_of(self, cause: int) -> IntArray:
        """Events of one cause at each time, shape (m,); zeros for a cause that nobody has."""
        if cause < 1:
            raise InvalidInputError("cause must be at least 1")
        if cause > len(self.n_events):
            return np.zeros(len(self.time), dtype=np.int64)
        return np.asarray(self.n_events[cause - 1], dtype=np.int64)

    @property
    def event_free(self) -> FloatArray:
        """Probability of no event of any cause up to and including each time, shape (m,)."""
        d, y = self.n_any_event, self.n_at_risk
        return np.cumprod((y - d) / y, dtype=np.float64)

    @property
    def entering(self) -> FloatArray:
        """Probability of no event of any cause before each time, shape (m,)."""
        return np.concatenate(([1.0], self.event_free))[:-1]

    def incidence_of(self, cause: int) -> FloatArray:
        """Probability of an event of one cause up to and including each time, shape (m,)."""
        jumps = self.entering * self.events_of(cause) / self.n_at_risk
        return np.minimum(np.cumsum(jumps), 1.0)

    def at_risk_at(self, times: ArrayLike) -> IntArray:
        """Units under observation just before given times, between days of leaving too."""
        at = np.searchsorted(self.time, np.asarray(times, dtype=np.float64), side="left")
        return np.asarray(np.append(self.n_at_risk, 0)[at], dtype=np.int64)


def life_table(
    time: ArrayLike,
    *,
    n_events: ArrayLike,
    n_censored: ArrayLike,
    entry_time: ArrayLike | None = None,
    n_entered: ArrayLike | None = None,
) -> LifeTable:
    """Make a life table from counts by day.

    Parameters
    ----------
    time : array_like of float, shape (m,)
        Distinct times, ascending, at least 0. Complete.
    n_events : array_like of int, shape (m,) or (k, m)
        Events at each time, one row per cause.
    n_censored : array_like of int, shape (m,)
        Units leaving without an event at each time.
    entry_time, n_entered : array_like, shape (p,), optional
        Times at which units came under observation, and how many: a unit is at risk after its
        entry, up to and including the time it leaves. All are followed from the start when omitted.

    Returns
    -------
    LifeTable
        The table, with numbers at risk.

    Raises
    ------
    InvalidInputError
        If times do not ascend, a count is not a whole number of at least 0, only one of
        `entry_time` and `n_entered` is given, as many do not enter as leave, or more leave at a
        time than are at risk.
    """
    times = float_vector(time, name="time")
    if (times < 0).any() or (np.diff(times) <= 0).any():
        raise InvalidInputError("time must ascend from at least 0")
    rows = np.atleast_2d(np.asarray(n_events))
    events = np.array([_counts(row, "n_events", len(times)) for row in rows])
    censored = _counts(n_censored, "n_censored", len(times))
    leaving = events.sum(axis=0) + censored
    n = int(leaving.sum())
    entered = np.full(len(times), n, dtype=np.int64)
    if (entry_time is None) != (n_entered is None):
        raise InvalidInputError("give both entry_time and n_entered, or neither")
    if entry_time is not None and n_entered is not None:
        entries = float_vector(entry_time, name="entry_time")
        added = _counts(n_entered, "n_entered", len(entries))
        if int(added.sum()) != n:
            raise InvalidInputError("as many must enter as leave")
        order = np.argsort(entries, kind="stable")
        before = np.searchsorted(entries[order], times, side="left")
        entered = np.concatenate(([0], np.cumsum(added[order])))[before]
    at_risk = entered - np.cumsum(leaving) + leaving
    if (at_risk < leaving).any():
        raise InvalidInputError("more leave at a time than are at risk")
    return LifeTable(
        time=times.copy(), n_at_risk=at_risk, n_events=events, n_censored=censored, n=n
    )


def life_table_from_rows(
    duration: ArrayLike, event: ArrayLike, *, entry: ArrayLike | None = None
) -> LifeTable:
    """Count rows by day of leaving and reason.

    Parameters
    ----------
    duration : array_like of float, shape (n,)
        Time from the start to the first event or the end of observation; at least 0. Complete.
    event : array_like of int, shape (n,)
        0 = censored, 1, 2, ... = cause of the event.
    entry : array_like of float, shape (n,), optional
        Time at which each unit came under observation, below its duration; 0 when omitted.

    Returns
    -------
    LifeTable
        The counts.

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length or out of range.
    """
    durations = _durations(duration)
    codes = _counts(event, "event", len(durations))
    times, step = _distinct(durations)
    m, causes = len(times), max(int(codes.max(initial=0)), 1)
    counted = np.bincount(codes * m + step, minlength=(causes + 1) * m).reshape(causes + 1, m)
    entry_time = n_entered = None
    if entry is not None:
        entries = float_vector(entry, name="entry", length=len(durations))
        if (entries >= durations).any():
            raise InvalidInputError("entry must be below duration")
        entry_time, n_entered = np.unique(entries, return_counts=True)
    return life_table(
        times,
        n_events=counted[1:],
        n_censored=counted[0],
        entry_time=entry_time,
        n_entered=n_entered,
    )


def _distinct(durations: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return distinct times and the place of each duration; whole days are counted, not sorted."""
    days = durations.astype(np.int64) if durations.max(initial=0.0) < _MOST_DAYS else None
    if days is None or not (days == durations).all():
        times, step = np.unique(durations, return_inverse=True)
        return times, step.astype(np.int64)
    seen = np.bincount(days) > 0
    return np.flatnonzero(seen).astype(np.float64), (np.cumsum(seen) - 1)[days]


def _durations(duration: ArrayLike) -> FloatArray:
    """Check durations: complete, at least 0."""
    values = float_vector(duration, name="duration")
    if (values < 0).any():
        raise InvalidInputError("duration must be at least 0")
    return values


def _counts(values: ArrayLike, name: str, length: int) -> IntArray:
    """Check whole numbers of at least 0."""
    return whole_counts(values, name=name, length=length).astype(np.int64)
