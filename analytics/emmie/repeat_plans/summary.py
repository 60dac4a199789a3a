"""A curve of returns in single numbers: how long children stay free of a plan, and the median."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from analytics.disclosure.nesting import Labels, is_told, no_small, remainders, shown_levels
from analytics.disclosure.partitions import Counts
from analytics.disclosure.policy import Policy
from analytics.emmie.repeat_plans.followed import Followed
from analytics.emmie.repeat_plans.spells import CAUSES
from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.time_to_event.horizon import at_horizon

_KINDS = {"returned": "returned", "followed": "followed"}
"""Every other cause is a competing event."""
GONE = ("moved_away", "died", "left")
"""Ends of follow-up that are counted together where one is too small to be shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeTime:
    """Mean time before a return, up to a horizon (restricted mean).

    Attributes
    ----------
    horizon : int
        Days.
    days : float
        Mean days before a return; a plan that none follows counts with the whole horizon, and so
        does one whose child turns 18, moves away or dies first.
    conf_int : Interval
        Allows for siblings.
    """

    horizon: int
    days: float
    conf_int: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How many follow-ups ended in one way; ``n`` is None when withheld.

    ``cause`` is one of ``spells.CAUSES`` or, after release, ``gone`` for some of them together.
    """

    cause: str
    n: int | None


def free_time(followed: Followed, horizons: Iterable[int], level: float) -> FreeTime | None:
    """Return the mean time before a return up to the longest horizon that follow-up reaches."""
    for horizon in sorted(horizons, reverse=True):
        lost = at_horizon(
            followed.days,
            followed.event,
            estimand="restricted_time_lost",
            horizon=horizon,
            cluster=followed.family,
            level=level,
        )
        if isinstance(lost, NotEstimable):
            continue
        between = lost.conf_int
        return FreeTime(
            horizon=horizon,
            days=horizon - lost.estimate,
            conf_int=Interval(
                low=horizon - between.high,
                high=horizon - between.low,
                level=between.level,
                method=between.method,
            ),
        )
    return None


def endings_of(followed: Followed) -> tuple[Ending, ...]:
    """Count what ended follow-up; they add up to all of it."""
    found = followed.cause.tolist()
    return tuple(
        Ending(cause=cause, n=found.count(cause))
        for cause in CAUSES
        if cause != "left" or cause in found
    )


def released_endings(endings: tuple[Ending, ...], policy: Policy) -> tuple[Ending, ...]:
    """Return what ended follow-up as it may be shown.

    Where few have died, they are counted together with those who went elsewhere.
    """
    if any(policy.is_small(one.n or 0) for one in endings if one.cause == "died"):
        gone = [one for one in endings if one.cause in GONE]
        together = Ending(cause="gone", n=sum(one.n or 0 for one in gone))
        endings = tuple(
            together if one is gone[0] else one for one in endings if one not in gone[1:]
        )
    counts = [one.n or 0 for one in endings]
    kinds = [_KINDS.get(one.cause, "competing") for one in endings]
    blocks = _told(counts, kinds, policy)
    return tuple(
        replace(one, n=one.n if is_told([place], blocks) else None)
        for place, one in enumerate(endings)
    )


def released_kinds(cells: Counts, policy: Policy) -> tuple[int | None, ...]:
    """Return returns, competing events and neither as they may be shown.

    The same are shown wherever the same plans are counted, whatever else is shown of them there.
    """
    blocks = _told(cells, ("returned", "competing", "followed"), policy)
    return tuple(n if is_told([place], blocks) else None for place, n in enumerate(cells))


def _told(counts: Sequence[int], kinds: Sequence[str], policy: Policy) -> Labels:
    """Decide from the whole down: returns and others, competing events and neither, causes."""
    levels: list[Labels] = [
        [0] * len(counts),
        [kind == "returned" for kind in kinds],
        kinds,
        range(len(counts)),
    ]
    return remainders(shown_levels(levels, [no_small([counts], policy)], counts))
