"""Points of a curve of returns, and which of them may be shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from analytics.disclosure.partitions import kept_days
from analytics.disclosure.policy import Policy
from analytics.emmie.repeat_plans.followed import Followed
from analytics.statistics.inputs import IntArray
from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.time_to_event.curves import (
    CumulativeIncidenceCurve,
    SurvivalCurve,
    incidence_at,
    survival_at,
)
from analytics.statistics.time_to_event.survival import (
    clustered_kaplan_meier,
    cumulative_incidence,
)

RISK_TABLE_DAYS = (0, 365, 730, 1095, 1460, 1825)
CURVE_GRID = tuple(round(365 * month / 12) for month in range(61))
"""Days at which the curve is drawn: every month for five years."""

LAST = 10**6
"""A day after all others: the counts in the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidencePoint:
    """Cumulative incidence of a return at one time after the end of a plan.

    Attributes
    ----------
    day : int
        Days since the plan ended.
    share : float
        Estimated share of ended plans that another plan of the child has followed by then.
    conf_int : Interval
        Allows for siblings in the same family.
    n_at_risk : int or None
        Ended plans still followed; None when withheld or not shown at this time.
    n_events : int
        Returns since the point before.
    naive : float or None
        One minus Kaplan-Meier, which treats competing events as if follow-up had merely ended; None
        when withheld.
    naive_conf_int : Interval or None
        Allows for siblings.
    """

    day: int
    share: float
    conf_int: Interval
    n_at_risk: int | None
    n_events: int
    naive: float | None
    naive_conf_int: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves:
    """Both curves of some plans that ended."""

    incidence: CumulativeIncidenceCurve
    naive: SurvivalCurve


def curves_of(followed: Followed, level: float) -> Curves | NotEstimable:
    """Estimate both curves, families as clusters."""
    incidence = cumulative_incidence(
        followed.days, followed.event, cause=1, cluster=followed.family, level=level
    )
    if isinstance(incidence, NotEstimable):
        return incidence
    naive = clustered_kaplan_meier(followed.days, followed.event == 1, followed.family, level=level)
    if isinstance(naive, NotEstimable):
        return naive
    return Curves(incidence=incidence, naive=naive)


def points_of(
    followed: Followed, curves: Curves, days: Collection[int]
) -> tuple[IncidencePoint, ...]:
    """Return both curves at given days, for as long as anyone is followed."""
    times = np.array(sorted(days))
    there, naive = incidence_at(curves.incidence, times), survival_at(curves.naive, times)
    returned = np.diff(_by(followed.days[followed.event == 1], times), prepend=0)
    level, method = curves.incidence.level, curves.incidence.method
    return tuple(
        IncidencePoint(
            day=int(day),
            share=float(there.estimate[i]),
            conf_int=Interval(
                low=float(there.conf_low[i]),
                high=float(there.conf_high[i]),
                level=level,
                method=method,
            ),
            n_at_risk=int(there.n_at_risk[i]),
            n_events=int(returned[i]),
            naive=float(1 - naive.estimate[i]),
            naive_conf_int=Interval(
                low=float(1 - naive.conf_high[i]),
                high=float(1 - naive.conf_low[i]),
                level=level,
                method=curves.naive.method,
            ),
        )
        for i, day in enumerate(times)
        if there.n_at_risk[i]
    )


def subset(points: tuple[IncidencePoint, ...], days: Collection[int]) -> tuple[IncidencePoint, ...]:
    """Return the points at some days, each with the returns since the one before it there."""
    kept: list[IncidencePoint] = []
    returned = 0
    for point in points:
        returned += point.n_events
        if point.day in days:
            kept.append(replace(point, n_events=returned))
            returned = 0
    return tuple(kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCounts:
    """What has happened to some plans by a day; never part of what is released.

    Attributes
    ----------
    at_risk : int
        Plans still followed.
    returned, competed : int
        Returns, and competing events, by then.
    gone : int
        Follow-ups that ended before the day otherwise than by a return.
    """

    day: int
    at_risk: int
    returned: int
    competed: int
    gone: int

    def __add__(self, other: DayCounts) -> DayCounts:
        """Return the counts of two groups together."""
        return DayCounts(
            day=self.day,
            at_risk=self.at_risk + other.at_risk,
            returned=self.returned + other.returned,
            competed=self.competed + other.competed,
            gone=self.gone + other.gone,
        )


def counts_of(followed: Followed, days: Collection[int]) -> tuple[DayCounts, ...]:
    """Count what has happened by each of some days; the last item is what happens in the end."""
    times = np.array([*sorted(days), LAST])
    is_return = followed.event == 1
    columns = zip(
        times,
        len(followed.days) - _by(followed.days, times, "left"),
        _by(followed.days[is_return], times),
        _by(followed.days[followed.event == 2], times),
        _by(followed.days[~is_return], times, "left"),
        strict=True,
    )
    return tuple(
        DayCounts(day=int(a), at_risk=int(b), returned=int(c), competed=int(d), gone=int(e))
        for a, b, c, d, e in columns
    )


def _by(left: IntArray, times: IntArray, side: Literal["left", "right"] = "right") -> IntArray:
    """Return how many have left by each time or, with ``left``, before it."""
    return np.searchsorted(np.sort(left), times, side=side).astype(np.int64)


def released_points(
    groups: Sequence[tuple[IncidencePoint, ...]],
    counts: Sequence[tuple[DayCounts, ...]],
    keys: Iterable[int],
    policy: Policy,
) -> list[tuple[IncidencePoint, ...]]:
    """Return the curves of groups that together are a known whole, as they may be shown.

    All groups are shown at the same days, so that no step of one can be subtracted from a finer one
    of the whole. No step of returns is small, nor is one of competing events between days with a
    naive share, nor what else leaves between days with a number at risk.

    Parameters
    ----------
    groups : sequence of tuple of IncidencePoint
        The curve of each group that is shown, at the same days for as long as it is followed.
    counts : sequence of tuple of DayCounts
        Counts of each of these groups, and of those that are not shown, at all these days.
    keys : iterable of int
        Days of the tables, the most important first; kept before those of the curve.
    policy : Policy
        What counts as small.
    """
    followed = [
        now[0].day
        for now in zip(*groups, strict=False)
        if not any(policy.is_small(point.n_at_risk or 0) for point in now)
    ]
    tables = [day for day in dict.fromkeys(keys) if day in followed]
    by_day = {now[0].day: now for now in zip(*counts, strict=True)}
    end = tuple(one[-1] for one in counts)

    def kept(name: str, wanted: Iterable[int]) -> frozenset[int]:
        of = {day: tuple(getattr(one, name) for one in now) for day, now in by_day.items()}
        return kept_days(of, tuple(getattr(one, name) for one in end), wanted, policy)

    shown = kept("returned", [*tables, *followed])
    with_naive = kept("competed", [day for day in (*tables, *followed) if day in shown])
    at_risk = kept(
        "gone",
        [
            day
            for day in tables
            if day in shown and not any(policy.is_small(one.at_risk) for one in by_day[day])
        ],
    )
    return [
        tuple(
            replace(
                point,
                n_at_risk=point.n_at_risk if point.day in at_risk else None,
                naive=point.naive if point.day in with_naive else None,
                naive_conf_int=point.naive_conf_int if point.day in with_naive else None,
            )
            for point in subset(points, shown)
        )
        for points in groups
    ]
