"""How cases ended period by period: shares, what they are totalled by, and what may be shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any, Literal

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import Share, withhold_series, withhold_share
from analytics.emmie.effect.months import KNOWN_FROM
from analytics.extracts import code_lists as codes
from analytics.extracts.protocol import Change, Protocol
from analytics.statistics.results import Interval
from analytics.statistics.two_groups.proportions import wilson_interval

Step = Literal["month", "quarter"]
Group = Literal["outcome_20", "out_of_court"]
GROUPS: tuple[Group, ...] = ("outcome_20", "out_of_court")


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A day from which codes were recorded in another way.

    Attributes
    ----------
    label : str
        The protocol's words for a change of this place; empty for one of the national framework.
    is_compulsory : bool
        Whether the code then had to be recorded; of the national framework only.
    """

    on: date
    codes: tuple[int, ...]
    label: str = ""
    is_compulsory: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One share in one period, with its interval; the interval is None when withheld.

    Attributes
    ----------
    is_settled : bool
        Whether at least four in five cases of the period, or of a later one, are closed.
    """

    period: date
    share: Share
    conf_int: Interval | None
    is_settled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """Periods between two changes, and the share over all of them.

    Attributes
    ----------
    start : date
        First day; that of the first period for the first phase.
    is_coding_break : bool
        Whether it begins with another way of recording, so that nothing is carried across.
    share : Share
        Periods whose own share is withheld are in it.
    """

    start: date
    is_coding_break: bool
    share: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The share of one kind of outcome in one group of areas over time.

    Attributes
    ----------
    phases : tuple of Phase
        Split by the change of process and by changes of what these codes record.
    before, after : Share or None
        Share over all periods before the change of process, and over all since; None when the
        protocol names no change. Periods whose own share is withheld are in them.
    """

    group: Group
    series: str
    points: tuple[Point, ...]
    phases: tuple[Phase, ...]
    before: Share | None
    after: Share | None

    def disclose(self, change_on: date | None, breaks: Sequence[Break], policy: Policy) -> Series:
        """Withhold so that no total of a quarter, a year or a stretch of time tells a period."""
        cuts = sorted({*(one.on for one in breaks), *([change_on] if change_on else [])})
        periods = [point.period for point in self.points]
        shares = withhold_series(
            [point.share for point in self.points],
            policy,
            groupings=[
                [(period.year, (period.month - 1) // 3) for period in periods],
                [period.year for period in periods],
                [change_on is not None and period >= change_on for period in periods],
                [sum(cut <= period for cut in cuts) for period in periods],
            ],
        )
        totals = withhold_series(
            [phase.share for phase in self.phases],
            policy,
            groupings=[
                [change_on is not None and phase.start >= change_on for phase in self.phases],
                [0 for _ in self.phases],
            ],
        )
        points = (
            replace(point, share=share, conf_int=None if share.is_withheld else point.conf_int)
            for point, share in zip(self.points, shares, strict=True)
        )
        return replace(
            self,
            points=tuple(points),
            phases=tuple(
                replace(phase, share=share)
                for phase, share in zip(self.phases, totals, strict=True)
            ),
            before=None if self.before is None else withhold_share(self.before, policy),
            after=None if self.after is None else withhold_share(self.after, policy),
        )


def breaks_of(protocol: Protocol, first: date, last: date) -> tuple[Break, ...]:
    """Return the changes of recording after the first and up to the last period, in order."""
    found = [
        *(
            Break(on=one.on, codes=(one.code,), is_compulsory=one.is_compulsory)
            for one in codes.RECORDING_BREAKS
        ),
        *(Break(on=one.on, codes=one.codes, label=one.label) for one in protocol.coding_changes),
    ]
    return tuple(sorted((one for one in found if first < one.on <= last), key=lambda one: one.on))


def series_of(
    rows: Sequence[dict[str, Any]],
    labels: Iterable[str],
    counted: dict[Group, tuple[int, ...]],
    breaks: Sequence[Break],
    change: Change | None,
) -> tuple[Series, ...]:
    """Return the series of each group of areas.

    Parameters
    ----------
    rows : sequence of dict
        ``areas``, ``period``, closed cases ``n``, all ``cases`` and events of each group; ordered
        by period.
    labels : iterable of str
        Groups of areas, in their order.
    counted : dict of str to tuple of int
        Codes that each kind of outcome counts.
    breaks : sequence of Break
        Changes of recording within the rows.
    change : Change or None
        The change of process.
    """
    found = []
    for label in labels:
        mine = [row for row in rows if row["areas"] == label]
        if not any(row["n"] for row in mine):
            continue
        settled = [row["period"] for row in mine if row["n"] >= KNOWN_FROM * row["cases"]]
        for group in GROUPS:
            points = tuple(
                Point(
                    period=row["period"],
                    share=share_of(row, group),
                    conf_int=wilson_interval(int(row[group]), int(row["n"])),
                    is_settled=row["period"] <= max(settled, default=date.min),
                )
                for row in mine
                if row["n"]
            )
            before, after = _sides(points, change)
            found.append(
                Series(
                    group=group,
                    series=label,
                    points=points,
                    phases=_phases(points, counted[group], breaks, change),
                    before=before,
                    after=after,
                )
            )
    return tuple(found)


def share_of(row: dict[str, Any], group: Group) -> Share:
    """Return a share; its part is what the view without Outcome 22 leaves out."""
    part = int(row["outcome_22"]) if group == "out_of_court" else 0
    return Share.of(int(row[group]), int(row["n"]), part=part)


def _total(points: Iterable[Point]) -> Share:
    shares = [point.share for point in points]
    return Share.of(
        sum(share.events or 0 for share in shares),
        sum(share.n or 0 for share in shares),
        part=sum(share.part for share in shares),
    )


def _sides(points: Sequence[Point], change: Change | None) -> tuple[Share | None, Share | None]:
    if change is None:
        return None, None
    old = [point for point in points if point.period < change.on]
    new = [point for point in points if point.period >= change.on]
    return (_total(old) if old else None), (_total(new) if new else None)


def _phases(
    points: Sequence[Point],
    counted: tuple[int, ...],
    breaks: Sequence[Break],
    change: Change | None,
) -> tuple[Phase, ...]:
    """Split the periods by the change, and by changes of recording of codes that are counted."""
    coding = {one.on for one in breaks if set(one.codes) & set(counted)}
    first = points[0].period
    cuts = coding | ({change.on} if change else set())
    starts = [first, *sorted(cut for cut in cuts if first < cut <= points[-1].period), date.max]
    return tuple(
        Phase(
            start=start,
            is_coding_break=start in coding,
            share=_total(point for point in points if start <= point.period < end),
        )
        for start, end in pairwise(starts)
    )
