"""The curve of one group, and which groups may be shown.

Methods: ``docs/methods/questions/time_to_repeat_plan.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import add

from analytics.disclosure.partitions import withheld_groups
from analytics.disclosure.policy import Policy
from analytics.emmie.repeat_plans.followed import Followed
from analytics.emmie.repeat_plans.points import (
    CURVE_GRID,
    RISK_TABLE_DAYS,
    DayCounts,
    IncidencePoint,
    counts_of,
    curves_of,
    points_of,
    released_points,
    subset,
)
from analytics.emmie.repeat_plans.summary import FreeTime, free_time
from analytics.statistics.results import NotEstimable


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCurve:
    """Time to a return in one group.

    Attributes
    ----------
    key : str
        Code of the group, or ``rest``.
    n_spells, n_families, n_returns, n_competing, n_neither : int or None
        Plans that ended, families, returns, competing events, and plans with neither.
    within, at_risk, curve, counts, free
        As in ``RepeatPlansAnswer``; empty where the group is withheld or nobody in it returned.
    """

    key: str
    n_spells: int | None
    n_families: int | None
    n_returns: int | None
    n_competing: int | None
    n_neither: int | None
    within: tuple[IncidencePoint, ...]
    at_risk: tuple[IncidencePoint, ...]
    curve: tuple[IncidencePoint, ...]
    counts: tuple[DayCounts, ...]
    free: FreeTime | None

    @property
    def is_withheld(self) -> bool:
        """Whether disclosure control took the group away."""
        return self.n_spells is None


def curve_of(key: str, followed: Followed, within: tuple[int, ...], level: float) -> GroupCurve:
    """Estimate the curve of one group; within are the days of the protocol's windows."""
    curves = curves_of(followed, level)
    days = {*CURVE_GRID, *within, *RISK_TABLE_DAYS}
    points: tuple[IncidencePoint, ...] = ()
    if not isinstance(curves, NotEstimable):
        points = points_of(followed, curves, days)
    returns, competing, neither = followed.cells
    return GroupCurve(
        key=key,
        n_spells=len(followed.days),
        n_families=followed.n_families,
        n_returns=returns,
        n_competing=competing,
        n_neither=neither,
        within=subset(points, within),
        at_risk=subset(points, RISK_TABLE_DAYS),
        curve=points,
        counts=counts_of(followed, days),
        free=free_time(followed, within, level),
    )


def released_groups(groups: tuple[GroupCurve, ...], policy: Policy) -> tuple[GroupCurve, ...]:
    """Withhold small groups and those that would tell them; coarsen the others together."""
    cells = [(one.n_returns or 0, one.n_competing or 0, one.n_neither or 0) for one in groups]
    out = withheld_groups(cells, policy)
    drawn = [index for index, one in enumerate(groups) if one.curve and not out[index]]
    found = _released_curves(groups, drawn, policy)
    return tuple(
        _withheld(one) if out[index] else _shown(one, found.get(index, ()), policy)
        for index, one in enumerate(groups)
    )


def _released_curves(
    groups: tuple[GroupCurve, ...], drawn: list[int], policy: Policy
) -> dict[int, tuple[IncidencePoint, ...]]:
    """Return the curves as they may be shown, by place.

    Of three or more, the two groups with the fewest returns are shown at fewer days than the
    others: between these days only both together can be worked out from the whole.
    """
    keys = [
        point.day
        for one in groups
        for points in (one.within[::-1], one.at_risk)
        for point in points
    ]
    by_returns = sorted(drawn, key=lambda index: groups[index].n_returns or 0)
    few = set(by_returns[:2]) if len(drawn) > 2 else set()
    many = [index for index in drawn if index not in few]
    hidden = [one.counts for index, one in enumerate(groups) if index not in drawn]
    first = released_points(
        [groups[index].curve for index in many],
        [
            *(groups[index].counts for index in many),
            *_sum([*(groups[index].counts for index in few), *hidden]),
        ],
        keys,
        policy,
    )
    if not few:
        return dict(zip(many, first, strict=True))
    days = {point.day for point in first[0]}
    second = released_points(
        [subset(groups[index].curve, days) for index in few],
        [*(groups[index].counts for index in few), *_sum(hidden)],
        keys,
        policy,
    )
    return dict(zip([*many, *few], [*first, *second], strict=True))


def _sum(counts: Sequence[tuple[DayCounts, ...]]) -> list[tuple[DayCounts, ...]]:
    """Return the counts of groups together, as a list of one; of none when there are none."""
    return [tuple(reduce(add, now) for now in zip(*counts, strict=True))] if counts else []


def _withheld(one: GroupCurve) -> GroupCurve:
    return replace(
        one,
        n_spells=None,
        n_families=None,
        n_returns=None,
        n_competing=None,
        n_neither=None,
        within=(),
        at_risk=(),
        curve=(),
        counts=(),
        free=None,
    )


def _shown(one: GroupCurve, curve: tuple[IncidencePoint, ...], policy: Policy) -> GroupCurve:
    days = {point.day for point in curve}
    return replace(
        one,
        n_families=None if policy.is_small(one.n_families or 0) else one.n_families,
        within=subset(curve, {point.day for point in one.within}),
        at_risk=subset(curve, {point.day for point in one.at_risk}),
        curve=curve,
        counts=(),
        free=one.free if one.free and one.free.horizon in days else None,
    )
