"""Timeliness: from enquiry to conference, length of assessments, and referrals that come again.

Methods: ``docs/methods/questions/timeliness.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal, Self

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import (
    Share,
    withhold_count,
    withhold_series,
    withhold_share,
)
from analytics.emmie.case_outcomes.periods import Step
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
        Allows for siblings; None too where it has no upper end.
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
    n_open : int or None
        Assessments that are open at the as-at date; None when withheld.
    """

    provenance: Provenance
    measure: Measure
    step: Step
    points: tuple[TimePoint, ...]
    years: tuple[TimePoint, ...]
    total: TimePoint
    shown_from: date
    shown_to: date
    n_open: int | None
    level: float

    def disclose(self, policy: Policy) -> Self:
        """Withhold small counts so that no total of a quarter, a year or all tells a period."""
        periods = [point.period for point in self.points]
        groupings: list[list[object]] = [
            [(period.year, (period.month - 1) // 3) for period in periods],
            [_year_of(period) for period in periods],
            [0 for _ in periods],
        ]
        return replace(
            self,
            points=_disclosed(self.points, policy, groupings),
            years=_disclosed(self.years, policy, [[0 for _ in self.years]]),
            total=_shown(self.total, withhold_share(self.total.share, policy)),
            n_open=withhold_count(self.n_open, policy),
        )


def _disclosed(
    points: Sequence[TimePoint], policy: Policy, groupings: Sequence[Sequence[object]]
) -> tuple[TimePoint, ...]:
    shares = withhold_series([point.share for point in points], policy, groupings=groupings)
    return tuple(_shown(point, share) for point, share in zip(points, shares, strict=True))


def _shown(point: TimePoint, share: Share) -> TimePoint:
    """Return a point with its share as it may be shown; a median stays where its number does."""
    return replace(
        point,
        share=share,
        conf_int=None if share.is_withheld else point.conf_int,
        median=None if share.n is None else point.median,
        median_interval=None if share.n is None else point.median_interval,
    )


def _year_of(period: date) -> int:
    """Return the year to 31 March that a month or quarter lies in."""
    return period.year + (period.month > 3)
