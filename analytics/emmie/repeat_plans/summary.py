"""A curve of returns in single numbers: how long children stay free of a plan, and the median."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import shown_cells
from analytics.emmie.repeat_plans.followed import Followed
from analytics.emmie.repeat_plans.spells import CAUSES
from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.time_to_event.horizon import at_horizon

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
    cells = shown_cells([one.n or 0 for one in endings], policy)
    return tuple(replace(one, n=n) for one, n in zip(endings, cells, strict=True))
