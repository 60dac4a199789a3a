"""Timeliness: from enquiry to conference, length of assessments, and referrals that come again.

Methods: ``docs/methods/questions/timeliness.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal, Self

from analytics.disclosure.nesting import (
    Labels,
    is_told,
    no_small,
    not_told_by_number,
    remainders,
    shown_levels,
)
from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import Share, hidden, withhold_count
from analytics.emmie.case_outcomes.periods import Step
from analytics.emmie.effect.months import months_between, quarter_of
from analytics.emmie.study import Provenance, Question
from analytics.statistics.results import Interval

Measure = Literal["conference", "assessment", "re_referral"]

LIMITS: Final[dict[Measure, int]] = {"conference": 15, "assessment": 45, "re_referral": 0}
"""Longest wait that counts as in time, in working days; a re-referral has a wait of 0."""
FEWEST_ROWS: Final = 10
"""Children that a median needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferenceTimesQuestion(Question["TimelinessAnswer"]):
    """Ask how long it took from a section 47 enquiry to the initial conference."""

    step: Step = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentTimesQuestion(Question["TimelinessAnswer"]):
    """Ask how long assessments took."""

    step: Step = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReReferralsQuestion(Question["TimelinessAnswer"]):
    """Ask how many referrals came within 12 months of another of the same child."""

    step: Step = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimePoint:
    """One period, or several.

    Attributes
    ----------
    period : date
        First day.
    share : Share
        Children within the limit, or referred again.
    conf_int : Interval or None
        Allows for siblings; None when withheld, or with children of one family only.
    median : float or None
        Working days; None for re-referrals, and with fewer than ten children.
    median_interval : Interval or None
        Allows for siblings; None too where it has no upper end, or where the share is withheld.
    """

    period: date
    share: Share
    conf_int: Interval | None
    median: float | None
    median_interval: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelinessAnswer:
    """How long something took over time.

    Attributes
    ----------
    points : tuple of TimePoint
        In order; a period without children has none.
    years : tuple of TimePoint
        Years from April to March that lie wholly within what is shown.
    total : TimePoint
        All periods together.
    shown_from, shown_to : date
        First and last day that are counted.
    by_month : tuple of (date, Share)
        Counts of every month whatever the step, to decide what is shown; empty after release.
    n_open : int or None
        Assessments that are open at the as-at date; None when withheld.
    """

    provenance: Provenance
    measure: Measure
    step: Step
    points: tuple[TimePoint, ...]
    years: tuple[TimePoint, ...]
    total: TimePoint
    by_month: tuple[tuple[date, Share], ...]
    shown_from: date
    shown_to: date
    n_open: int | None
    level: float

    def disclose(self, policy: Policy) -> Self:
        """Withhold small counts so that no month, quarter, year or total tells one of them.

        The choice between months and quarters is the viewer's, so both are decided at once.
        """
        shown = _Shown.of(self, policy)
        return replace(
            self,
            points=tuple(shown.point(point, _MONTHS[self.step], policy) for point in self.points),
            years=tuple(shown.point(point, _MONTHS["year"], policy) for point in self.years),
            total=shown.point(self.total, None, policy),
            by_month=(),
            n_open=withhold_count(self.n_open, policy),
        )


_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class _Shown:
    """Remainders of the totals and of the shares that may be shown, month by month."""

    months: tuple[date, ...]
    totals: Labels
    shares: Labels

    @classmethod
    def of(cls, answer: TimelinessAnswer, policy: Policy) -> Self:
        """Decide for all steps, whichever one was asked for."""
        months = tuple(month for month, _ in answer.by_month)
        n = [share.n or 0 for _, share in answer.by_month]
        events = [share.events or 0 for _, share in answer.by_month]
        rest = [total - count for total, count in zip(n, events, strict=True)]
        years = {point.period.year for point in answer.years}
        levels: list[Labels] = [
            [0] * len(months),
            [year if (year := _year_of(month)) in years else None for month in months],
            [quarter_of(month) for month in months],
            months,
        ]
        checks = [no_small([n], policy), not_told_by_number(n, policy)]
        totals = remainders(shown_levels(levels, checks, n))
        shares = shown_levels(levels, [no_small([events, rest], policy)], n, totals)
        return cls(months, totals, remainders(shares))

    def point(self, point: TimePoint, length: int | None, policy: Policy) -> TimePoint:
        """Return a point that holds so many months, or all of them, as it may be shown."""
        held = [
            i
            for i, month in enumerate(self.months)
            if length is None or 0 <= months_between(point.period, month) < length
        ]
        if is_told(held, self.shares):
            return point
        n = point.share.n if is_told(held, self.totals) else None
        # A median half a day beyond the limit would say that exactly half were in time.
        is_half_small = n is None or policy.is_small(n // 2)
        return replace(
            point,
            share=hidden(replace(point.share, n=n)),
            conf_int=None,
            median=None if is_half_small else point.median,
            median_interval=None,
        )


def _year_of(month: date) -> int:
    """Return in which calendar year the year to 31 March began that a month lies in."""
    return month.year - (month.month < 4)
