"""The follow-up question: whether the share of repeat plans left its old course.

Quarter by quarter: of the plans that started, how many were of a child whose earlier plan had ended
within two years. Methods: ``docs/methods/questions/repeat_series.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import Share, withhold_series
from analytics.emmie.repeat_plans.follow_up_rule import Reason, judged
from analytics.emmie.repeat_plans.old_course import (
    Course,
    ExpectedQuarter,
    NewCourse,
    new_course,
    old_course,
)
from analytics.emmie.repeat_plans.quarters import count_quarters
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.emmie.verdict import Word
from analytics.extracts.protocol import Protocol
from analytics.statistics.results import HealthCheck

EXTRACTS = ("cp_plans",)
SHARE_PLACES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatSeriesQuestion(Question["RepeatSeriesAnswer"]):
    """Ask whether the share of repeat plans left its old course.

    Attributes
    ----------
    worthwhile_fall : float
        Smallest fall that would matter, as a share of the old course, between 0 and 1.
    n_ahead : int
        Quarters for which the old course is carried on.
    level : float
        Level of every interval, between 0 and 1.
    """

    worthwhile_fall: float = 0.25
    n_ahead: int = 8
    level: float = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarter:
    """One quarter: the share of its plans that were repeats.

    Attributes
    ----------
    starts_on : date
    share : Share
        Repeat plans out of all that started.
    fitted : float or None
        The line of the old course; since the change, that of the new one.
    is_new : bool
        Whether it lies after the change.
    """

    starts_on: date
    share: Share
    fitted: float | None
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatSeriesAnswer:
    """The series, where its old course would go, and what new quarters say.

    Attributes
    ----------
    of : str
        What is followed up.
    since : date or None
        When it began; None when no day is known.
    word, reasons : str, tuple of str
        Whether a fall from the old course is shown, and codes of why.
    quarters : tuple of Quarter
        In order.
    course : Course or None
        The old course; None when it can't be fitted or may not be shown.
    change : NewCourse or None
        Level and slope since the change.
    n_outside : int or None
        New quarters outside the range that the old course foretold, of ``n_foretold``.
    not_held : float
        Share of starts with an earlier plan that is only counted: whether it ended within two
        years is not known.
    checks : tuple of HealthCheck
    """

    provenance: Provenance
    question: RepeatSeriesQuestion
    of: str
    since: date | None
    word: Word
    reasons: tuple[Reason, ...]
    quarters: tuple[Quarter, ...]
    course: Course | None
    change: NewCourse | None
    n_outside: int | None
    n_foretold: int
    not_held: float
    checks: tuple[HealthCheck, ...]
    assumptions: tuple[str, ...]

    @property
    def ahead(self) -> tuple[ExpectedQuarter, ...]:
        """Where the old course would go."""
        return self.course.ahead if self.course else ()

    def disclose(self, policy: Policy) -> Self:
        """Withhold small quarters so that no total of quarters tells them; round the others.

        Shares are whole per cent, without counts, as are the lines. With more quarters withheld
        than shown, nothing is left of the series.
        """
        if not policy.largest_withheld:
            return self
        if self._has_small_side(policy):
            return self._withheld()
        starts = [quarter.starts_on for quarter in self.quarters]
        shares = withhold_series(
            [quarter.share for quarter in self.quarters],
            policy,
            groupings=[
                [day.year for day in starts],
                [day.year - (day.month < 4) for day in starts],
                [quarter.is_new for quarter in self.quarters],
                [0] * len(starts),
            ],
        )
        if 2 * sum(share.is_withheld for share in shares) > len(shares):
            return self._withheld()
        quarters = tuple(
            replace(quarter, share=_rounded(share), fitted=_places(quarter.fitted))
            for quarter, share in zip(self.quarters, shares, strict=True)
        )
        return replace(
            self,
            quarters=quarters,
            course=None if self.course is None else self.course.rounded(),
            change=None if self.change is None else self.change.rounded(),
            not_held=round(self.not_held, SHARE_PLACES),
        )

    def _withheld(self) -> Self:
        return replace(
            self,
            word="can't tell",
            reasons=("withheld",),
            quarters=(),
            course=None,
            change=None,
            n_outside=None,
            n_foretold=0,
            not_held=0.0,
            checks=(),
        )

    def _has_small_side(self, policy: Policy) -> bool:
        """Return whether few plans before the change, or since, were or were not repeats."""
        for is_new in (False, True):
            shares = [one.share for one in self.quarters if one.is_new is is_new]
            events = sum(share.events or 0 for share in shares)
            n = sum(share.n or 0 for share in shares)
            if any(policy.is_small(cell) for cell in (events, n - events)):
                return True
        return False


def _rounded(share: Share) -> Share:
    return replace(share, events=None, n=None, value=_places(share.value))


def _places(value: float | None) -> float | None:
    return None if value is None else round(value, SHARE_PLACES)


def asks_series(protocol: Protocol) -> bool:
    """Return whether the protocol names something to follow up."""
    return protocol.repeat is not None and bool(protocol.repeat.follow_up_of)


def answer_repeat_series(
    question: RepeatSeriesQuestion, study: Study
) -> RepeatSeriesAnswer | Unanswered:
    """Count the quarters, carry the old course on, and compare the new quarters with it.

    Parameters
    ----------
    question : RepeatSeriesQuestion
        What counts as a fall, and how far ahead to look.
    study : Study
        Evaluation, filters and viewer; the period is that in which a plan started.

    Returns
    -------
    RepeatSeriesAnswer or Unanswered
    """
    provenance = study.provenance(*EXTRACTS)
    repeat = study.protocol.repeat
    if repeat is None or not repeat.follow_up_of:
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    counted = count_quarters(study, repeat)
    if not counted:
        return Unanswered(reason="no_rows", provenance=provenance)
    since = repeat.follow_up_from
    course = old_course(_before(counted, since), question.n_ahead, question.level)
    change = None if since is None else new_course(counted, since, question.level)
    word, reasons = judged(counted, since, change, question.worthwhile_fall)
    n_outside, n_foretold = _outside(counted, since, course)
    return RepeatSeriesAnswer(
        provenance=provenance,
        question=question,
        of=repeat.follow_up_of,
        since=since,
        word=word,
        reasons=reasons,
        quarters=_quarters(counted, since, course, change),
        course=course,
        change=change,
        n_outside=n_outside,
        n_foretold=n_foretold,
        not_held=sum(row["not_held"] for row in counted) / sum(row["n"] for row in counted),
        checks=change.checks if change else (course.check,) if course else (),
        assumptions=study.protocol.assumed_of(*EXTRACTS),
    )


def _before(counted: list[dict[str, Any]], since: date | None) -> list[dict[str, Any]]:
    return [row for row in counted if since is None or row["quarter"] < since]


def _outside(
    counted: list[dict[str, Any]], since: date | None, course: Course | None
) -> tuple[int | None, int]:
    """Return how many new quarters lie outside the foretold range, and how many it covers."""
    if since is None or course is None:
        return None, 0
    foretold = {point.starts_on: point.conf_int for point in course.ahead}
    seen = [
        (row["events"] / row["n"], foretold[row["quarter"]])
        for row in counted
        if row["quarter"] >= since and row["quarter"] in foretold
    ]
    if not seen:
        return None, 0
    return sum(not limits.low <= share <= limits.high for share, limits in seen), len(seen)


def _quarters(
    counted: list[dict[str, Any]],
    since: date | None,
    course: Course | None,
    change: NewCourse | None,
) -> tuple[Quarter, ...]:
    fitted = dict(course.fitted) if course else {}
    if change:
        fitted |= {day: value for day, value in change.fitted if since and day >= since}
    return tuple(
        Quarter(
            starts_on=row["quarter"],
            share=Share.of(row["events"], row["n"]),
            fitted=fitted.get(row["quarter"]),
            is_new=since is not None and row["quarter"] >= since,
        )
        for row in counted
    )
