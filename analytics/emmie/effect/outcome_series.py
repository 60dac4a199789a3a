"""Interrupted series of one outcome of cases, and what of it may be shown.

Methods: ``docs/methods/questions/effect.md`` and ``docs/methods/estimators/before_after.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import CONFIDENTIAL, Share
from analytics.emmie.contrast import Estimate
from analytics.emmie.effect.known_months import Known, is_enough, known_months
from analytics.emmie.effect.outcome_change import rounded_estimate
from analytics.emmie.effect.outcome_fit import Course, estimates
from analytics.extracts.protocol import Direction, Outcome
from analytics.statistics.before_after.series_result import InterruptedSeries
from analytics.statistics.results import HealthCheck, NotEstimable

SHARE_PLACES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthShare:
    """One month: share seen, share fitted, and share expected had the old course gone on."""

    month: date
    share: Share
    fitted: float
    expected: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeSeries:
    """One outcome month by month.

    Attributes
    ----------
    points : tuple of MonthShare
        All months; empty when there is no estimate.
    fitted, expected : float or None
        Share in the middle month of the new time, as fitted and on the old course.
    average : Estimate or None
        Their difference: what the share differs by on average since the change.
    ratio : Estimate or None
        Their ratio.
    jump : Estimate or None
        Difference in the first month.
    against_others : Estimate or None
        The average difference of the gap to areas without the intervention.
    autocorrelation : float or None
        Between the errors of neighbouring months.
    trend, slope : Estimate or None
        Slope of the old course, and how much steeper the new one is, a year.
    others : tuple of (date, Share)
        All months of areas without the intervention; empty after release.
    level : float
        Level of every interval, between 0 and 1.
    """

    key: str
    label: str
    phrase: str
    intended: Direction | None
    primary: bool
    points: tuple[MonthShare, ...]
    fitted: float | None
    expected: float | None
    average: Estimate | None
    ratio: Estimate | None
    jump: Estimate | None
    against_others: Estimate | None
    autocorrelation: float | None
    checks: tuple[HealthCheck, ...]
    reason: str | None = None
    trend: Estimate | None = None
    slope: Estimate | None = None
    others: tuple[tuple[date, Share], ...] = ()
    level: float = 0.95

    def disclose(
        self,
        change_on: date,
        policy: Policy,
        known: Known | None = None,
        known_of_others: Known | None = None,
    ) -> OutcomeSeries:
        """Withhold small months so that no total of months tells them; round the others.

        Other pages show the same cases, so shares are whole per cent, without counts. Lines and
        estimates are fitted to what is shown: a withheld month has the share of all months with
        which it is withheld.

        Parameters
        ----------
        change_on : date
            First day of the new time.
        policy : Policy
            What is withheld.
        known, known_of_others : mapping of date to KnownMonth, optional
            What other pages tell of each month, here and in the other areas.
        """
        if not policy.largest_withheld or not self.points:
            return replace(self, others=())
        if self._has_small_side(change_on, policy):
            return _not_estimable(self, "withheld")
        if known is None:
            mine = [(point.month, point.share) for point in self.points]
            known = known_months(mine, change_on, policy)
        if known_of_others is None:
            known_of_others = known_months(self.others, change_on, policy)
        if not is_enough(known[point.month] for point in self.points):
            return _not_estimable(self, "withheld")
        return self._fitted_to(known, known_of_others, change_on)._rounded(known)

    def _fitted_to(self, known: Known, of_others: Known, change_on: date) -> OutcomeSeries:
        """Return the series with everything fitted to what is known."""
        course = Course.as_known([point.month for point in self.points], known)
        others = [month for month, _ in self.others]
        beside = None
        if others and is_enough(of_others[month] for month in others):
            beside = Course.as_known(others, of_others)
        fitted = _estimated(self, course, beside, change_on, self.level)
        points = tuple(
            replace(new, share=old.share)
            for new, old in zip(fitted.points, self.points, strict=False)
        )
        return replace(fitted, points=points)

    def _rounded(self, known: Known) -> OutcomeSeries:
        points = tuple(
            replace(
                point,
                share=_per_cent(point.share, is_told=known[point.month].is_told),
                fitted=round(point.fitted, SHARE_PLACES),
                expected=round(point.expected, SHARE_PLACES),
            )
            for point in self.points
        )
        return replace(
            self,
            points=points,
            others=(),
            fitted=None if self.fitted is None else round(self.fitted, SHARE_PLACES),
            expected=None if self.expected is None else round(self.expected, SHARE_PLACES),
            average=rounded_estimate(self.average),
            ratio=rounded_estimate(self.ratio, SHARE_PLACES),
            jump=rounded_estimate(self.jump),
            against_others=rounded_estimate(self.against_others),
            trend=rounded_estimate(self.trend),
            slope=rounded_estimate(self.slope),
            autocorrelation=None
            if self.autocorrelation is None
            else round(self.autocorrelation, SHARE_PLACES),
        )

    def smaller_side(self, change_on: date) -> int:
        """Return the cases before the change or since it, whichever are fewer."""
        sides = [0, 0]
        for point in self.points:
            sides[point.month >= change_on] += point.share.n or 0
        return min(sides)

    def _has_small_side(self, change_on: date, policy: Policy) -> bool:
        """Return whether few cases before the change, or since, had or lacked the outcome."""
        for is_new in (False, True):
            shares = [point.share for point in self.points if (point.month >= change_on) is is_new]
            events = sum(share.events or 0 for share in shares)
            n = sum(share.n or 0 for share in shares)
            if any(policy.is_small(cell) for cell in (events, n - events)):
                return True
        return False


def outcome_series(
    outcome: Outcome,
    treated: list[dict[str, Any]],
    others: list[dict[str, Any]],
    change_on: date,
    level: float,
) -> OutcomeSeries:
    """Fit one outcome's monthly share, alone and against areas without the intervention."""
    course, beside = Course.of(treated, outcome.key), Course.of(others, outcome.key)
    empty = _not_estimable(outcome, "no_cases")
    if course is None:
        return empty
    found = _estimated(empty, course, beside, change_on, level)
    if not found.points or beside is None:
        return found
    return replace(found, others=tuple(zip(beside.days, beside.counted, strict=True)))


def _estimated(
    of: OutcomeSeries, course: Course, beside: Course | None, change_on: date, level: float
) -> OutcomeSeries:
    """Return the estimates of one outcome, alone and against other areas."""
    found = estimates(course, beside, change_on, level)
    if isinstance(found, NotEstimable):
        return _not_estimable(of, found.reason)
    fit, told = found
    return replace(of, reason=None, points=_points(course, fit), **told)


def _points(course: Course, fit: InterruptedSeries) -> tuple[MonthShare, ...]:
    return tuple(
        MonthShare(month=month, share=share, fitted=float(fitted), expected=float(expected))
        for month, share, fitted, expected in zip(
            course.days, course.counted, fit.fitted, fit.counterfactual, strict=True
        )
    )


def _per_cent(share: Share, *, is_told: bool) -> Share:
    if not is_told or share.value is None:
        return Share(events=None, n=None, value=None, symbol=CONFIDENTIAL)
    return Share(events=None, n=None, value=round(share.value, SHARE_PLACES))


def _not_estimable(outcome: Outcome | OutcomeSeries, reason: str) -> OutcomeSeries:
    return OutcomeSeries(
        key=outcome.key,
        label=outcome.label,
        phrase=outcome.phrase,
        intended=outcome.intended,
        primary=outcome.primary,
        points=(),
        fitted=None,
        expected=None,
        average=None,
        ratio=None,
        jump=None,
        against_others=None,
        autocorrelation=None,
        checks=(),
        reason=reason,
    )
