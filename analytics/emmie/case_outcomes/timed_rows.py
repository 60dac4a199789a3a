"""Children, how long each waited and with which siblings, from counts that the engine makes.

Methods: ``docs/methods/questions/timeliness.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import ibis
import numpy as np
from numpy.typing import NDArray

from analytics.emmie.case_outcomes.working_days import working_days_between
from analytics.emmie.study import Study

FIRST_WEEK = 7
"""An extract whose first row lies this early in a month is taken to hold the whole month."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TimedRows:
    """One entry for each child.

    Attributes
    ----------
    day : ndarray of date, shape (n,)
        What the entry is counted in: a day, or the first day of its month.
    wait : ndarray of int, shape (n,)
        Working days; for referrals 0 for one within 12 months of another, else 1.
    is_over : ndarray of bool, shape (n,)
        Whether the wait has ended; it is censored otherwise.
    cluster : ndarray of int, shape (n,)
        Siblings that went together have the same.
    """

    day: NDArray[np.datetime64]
    wait: NDArray[np.int64]
    is_over: NDArray[np.bool_]
    cluster: NDArray[np.int64]

    def __len__(self) -> int:
        """Return how many children there are."""
        return len(self.day)

    def of(self, kept: NDArray[np.bool_]) -> TimedRows:
        """Return some of the entries."""
        return TimedRows(
            day=self.day[kept],
            wait=self.wait[kept],
            is_over=self.is_over[kept],
            cluster=self.cluster[kept],
        )

    def between(self, first: date, last: date) -> TimedRows:
        """Return the entries from a day to another, both included."""
        return self.of((self.day >= np.datetime64(first)) & (self.day <= np.datetime64(last)))


def ended_waits(study: Study, extract: str, end: str) -> TimedRows:
    """Return waits from ``started_on`` that have ended, by the day on which they did.

    Parameters
    ----------
    study : Study
        Evaluation, filters and viewer; the period filter applies to the last day.
    extract, end : str
        Extract, and the column of the last day.
    """
    as_at = study.protocol.evaluation.as_at
    rows = study.table(extract, period=end)
    found = _together(study, rows.filter(rows[end] <= as_at).rename(until=end))
    until = [row["until"] for row in found]
    return _rows(found, day=until, until=until, is_over=[True] * len(found))


def begun_waits(study: Study, extract: str, end: str) -> TimedRows:
    """Return all waits by their first day; open ones are censored at the as-at date.

    Parameters
    ----------
    study : Study
        Evaluation, filters and viewer; the period filter applies to the first day.
    extract, end : str
        Extract, and the column of the last day; empty, or after the as-at date, while open.
    """
    as_at = study.protocol.evaluation.as_at
    rows = study.table(extract)
    until = ibis.ifelse(rows[end] <= as_at, rows[end], ibis.null("date"))
    found = _together(study, rows.filter(rows.started_on <= as_at).mutate(until=until))
    return _rows(
        found,
        day=[row["started_on"] for row in found],
        until=[row["until"] or as_at for row in found],
        is_over=[row["until"] is not None for row in found],
    )


def _together(study: Study, rows: ibis.Table) -> list[dict[str, Any]]:
    """Count siblings with the same days, and then families with as many siblings.

    What comes back has no identifiers: one line for each pair of days and number of siblings.
    """
    families = rows.group_by("family_id", "started_on", "until").aggregate(size=rows.count())
    counts = families.group_by("started_on", "until", "size").aggregate(families=families.count())
    return study.store.records(counts.order_by("started_on", "until", "size"))


def _rows(
    found: list[dict[str, Any]], *, day: list[date], until: list[date], is_over: list[bool]
) -> TimedRows:
    line, cluster = _expanded(found)
    wait = working_days_between([row["started_on"] for row in found], until)
    return TimedRows(
        day=np.array(day, dtype="datetime64[D]")[line],
        wait=wait[line],
        is_over=np.array(is_over, dtype=np.bool_)[line],
        cluster=cluster,
    )


def look_backs(study: Study) -> TimedRows:
    """Return each referral, and whether the child was referred in the 12 months before.

    Earlier referrals are looked for among all those to the same authority in scope, before any
    filter, so that a filter cannot hide them.
    """
    child = ("local_authority", "child_id")
    days = study.unfiltered("referrals").select(*child, "referred_on").distinct()
    window = ibis.window(group_by=list(child), order_by="referred_on")
    days = days.mutate(previous=days.referred_on.lag().over(window))
    rows = study.table("referrals").select(*child, "family_id", "referred_on")
    rows = rows.filter(rows.referred_on <= study.protocol.evaluation.as_at)
    seen = rows.inner_join(days, [*child, "referred_on"])
    year_on = (seen.previous + ibis.interval(months=12)).cast("date")
    seen = seen.mutate(
        again=ibis.ifelse(year_on >= seen.referred_on, 1, 0),
        month=seen.referred_on.truncate("M").cast("date"),
    )
    families = seen.group_by("family_id", "referred_on", "month").aggregate(
        size=seen.count(), again=seen.again.sum()
    )
    counts = families.group_by("month", "size", "again").aggregate(families=families.count())
    found = study.store.records(counts.order_by("month", "size", "again"))
    line, cluster = _expanded(found)
    # Of the siblings of one cluster, the first so many are those who were referred again.
    place = np.arange(len(line)) - np.searchsorted(cluster, cluster)
    again = np.array([int(row["again"]) for row in found], dtype=np.int64)
    return TimedRows(
        day=np.array([row["month"] for row in found], dtype="datetime64[D]")[line],
        wait=(place >= again[line]).astype(np.int64),
        is_over=np.ones(len(line), dtype=np.bool_),
        cluster=cluster,
    )


def held_from(study: Study, extract: str, day: str) -> date | None:
    """Return the first day from which every authority in view has rows; None without rows."""
    rows = study.unfiltered(extract)
    mine = study.table(extract).select("local_authority").distinct()
    rows = rows.filter(rows.local_authority.isin(mine.local_authority))
    starts = rows.group_by("local_authority").aggregate(first=rows[day].min())
    return max((row["first"] for row in study.store.records(starts)), default=None)


def whole_month_from(first: date) -> date:
    """Return the first day of the first month that is held whole, where rows start on a day."""
    if first.day <= FIRST_WEEK:
        return first.replace(day=1)
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)


def _expanded(found: list[dict[str, Any]]) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Return the line and the cluster of each child, from families by line and siblings in each."""
    families = np.array([int(row["families"]) for row in found], dtype=np.int64)
    sizes = np.array([int(row["size"]) for row in found], dtype=np.int64)
    line = np.repeat(np.arange(len(found)), families)
    cluster = np.repeat(np.arange(len(line)), sizes[line])
    return np.repeat(line, sizes[line]), cluster
