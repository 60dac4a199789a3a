"""How cases ended period by period: shares, what they are totalled by, and what may be shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any, Literal

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import Share
from analytics.emmie.case_outcomes.shown_series import MonthCounts, ShownSeries
from analytics.emmie.effect.known_months import Known
from analytics.emmie.effect.months import KNOWN_FROM, quarter_of
from analytics.extracts import code_lists as codes
from analytics.extracts.protocol import Change, Protocol
from analytics.statistics.results import Interval
from analytics.statistics.two_groups.proportions import wilson_interval

Step = Literal["month", "quarter"]
Group = Literal["outcome_20", "out_of_court"]
GROUPS: tuple[Group, ...] = ("outcome_20", "out_of_court")
_ADDED = ("n", "cases", *GROUPS)


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
    with_22 : bool
        Whether Outcome 22 is counted.
    months : tuple of MonthCounts
        Counts of every month whatever the step, to decide what is shown; empty after release.
    """

    group: Group
    series: str
    with_22: bool
    points: tuple[Point, ...]
    phases: tuple[Phase, ...]
    before: Share | None
    after: Share | None
    months: tuple[MonthCounts, ...]

    def disclose(self, change_on: date | None, breaks: Sequence[Break], policy: Policy) -> Series:
        """Withhold so that no step, choice of codes or stretch of time tells a period."""
        shown = ShownSeries.of(self.months, change_on, tuple(breaks), policy)

        def share(one: Share, first: date, end: date) -> Share:
            return shown.share(one, first, end, self.group, with_22=self.with_22)

        def consecutive(parts: Sequence[tuple[date, Share]]) -> list[Share]:
            ends = [*(first for first, _ in parts[1:]), date.max]
            return [share(one, first, end) for (first, one), end in zip(parts, ends, strict=True)]

        points = consecutive([(one.period, one.share) for one in self.points])
        phases = consecutive([(one.start, one.share) for one in self.phases])
        turn = change_on or date.max
        return replace(
            self,
            points=tuple(
                replace(one, share=found, conf_int=None if found.is_withheld else one.conf_int)
                for one, found in zip(self.points, points, strict=True)
            ),
            phases=tuple(
                replace(one, share=found) for one, found in zip(self.phases, phases, strict=True)
            ),
            before=self.before and share(self.before, date.min, turn),
            after=self.after and share(self.after, turn, date.max),
            months=(),
        )

    def known(self, change_on: date, breaks: Sequence[Break], policy: Policy) -> Known:
        """Return what is known of each month once the series is released; before release."""
        shown = ShownSeries.of(self.months, change_on, tuple(breaks), policy)
        return shown.known(self.months, self.group, with_22=self.with_22)


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
    step: Step = "month",
) -> tuple[Series, ...]:
    """Return the series of each group of areas.

    Parameters
    ----------
    rows : sequence of dict
        ``areas``, month in ``period``, closed cases ``n``, all ``cases``, events of each group, and
        cases with ``outcome_22``; ordered by month.
    labels : iterable of str
        Groups of areas, in their order.
    counted : dict of str to tuple of int
        Codes that each kind of outcome counts.
    breaks : sequence of Break
        Changes of recording within the rows.
    change : Change or None
        The change of process.
    step : str
        Length of a period.
    """
    found = []
    for label in labels:
        months = [row for row in rows if row["areas"] == label]
        if not any(row["n"] for row in months):
            continue
        mine = months if step == "month" else _quarters(months)
        settled = [row["period"] for row in mine if row["n"] >= KNOWN_FROM * row["cases"]]
        for group in GROUPS:
            points = tuple(
                Point(
                    period=row["period"],
                    share=Share.of(int(row[group]), int(row["n"])),
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
                    with_22=22 in counted[group],
                    points=points,
                    phases=_phases(points, counted[group], breaks, change),
                    before=before,
                    after=after,
                    months=_months(months, with_22=22 in counted["out_of_court"]),
                )
            )
    return tuple(found)


def _quarters(months: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add the counts of months up to quarters."""
    quarters: dict[date, dict[str, Any]] = {}
    for row in months:
        quarter = quarter_of(row["period"])
        mine = quarters.setdefault(quarter, {"period": quarter, **dict.fromkeys(_ADDED, 0)})
        for name in _ADDED:
            mine[name] += row[name]
    return list(quarters.values())


def _months(rows: Sequence[dict[str, Any]], *, with_22: bool) -> tuple[MonthCounts, ...]:
    return tuple(
        MonthCounts(
            month=row["period"],
            n=int(row["n"]),
            outcome_20=int(row["outcome_20"]),
            disposals=int(row["out_of_court"]) - (int(row["outcome_22"]) if with_22 else 0),
            outcome_22=int(row["outcome_22"]),
        )
        for row in rows
        if row["n"]
    )


def _total(points: Iterable[Point]) -> Share:
    shares = [point.share for point in points]
    return Share.of(
        sum(share.events or 0 for share in shares),
        sum(share.n or 0 for share in shares),
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
