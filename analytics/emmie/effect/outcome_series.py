"""Interrupted series of one outcome of cases, and what of it may be shown.

Methods: ``docs/methods/questions/effect.md`` and ``docs/methods/estimators/before_after.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import Share, withhold_series
from analytics.emmie.contrast import Estimate
from analytics.emmie.effect.months import last_known
from analytics.emmie.effect.outcome_change import rounded_estimate
from analytics.extracts.protocol import Direction, Outcome
from analytics.statistics.before_after.interrupted_series import (
    controlled_interrupted_series,
    interrupted_series,
)
from analytics.statistics.before_after.panel import month_number
from analytics.statistics.before_after.segments import SeriesModel
from analytics.statistics.before_after.series_result import (
    InterruptedSeries,
    PeriodEffect,
    SegmentChange,
)
from analytics.statistics.inference import critical_value, two_sided_p
from analytics.statistics.results import HealthCheck, Interval, NotEstimable

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

    def disclose(self, change_on: date, policy: Policy) -> OutcomeSeries:
        """Withhold small months so that no total of months tells them; round the others.

        Other pages show the same cases, so shares are whole per cent, without counts. So are the
        fitted lines: exact ones would give the few months since the change away.
        """
        if not policy.largest_withheld:
            return self
        if self._has_small_side(change_on, policy):
            return _not_estimable(self, "withheld")
        months = [point.month for point in self.points]
        shares = withhold_series(
            [point.share for point in self.points],
            policy,
            groupings=[
                [(month.year, (month.month - 1) // 3) for month in months],
                [month.year for month in months],
                [month >= change_on for month in months],
            ],
        )
        rounded = (
            replace(
                share,
                events=None,
                n=None,
                value=None if share.value is None else round(share.value, SHARE_PLACES),
            )
            for share in shares
        )
        points = tuple(
            replace(
                point,
                share=share,
                fitted=round(point.fitted, SHARE_PLACES),
                expected=round(point.expected, SHARE_PLACES),
            )
            for point, share in zip(self.points, rounded, strict=True)
        )
        return replace(
            self,
            points=points,
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Course:
    """The months of one outcome in one group of areas; arrays have one place per month."""

    months: np.ndarray
    events: np.ndarray
    known: np.ndarray

    @classmethod
    def of(cls, rows: Sequence[dict[str, Any]], key: str) -> _Course | None:
        months = np.array([row["month"] for row in rows], dtype="datetime64[M]")
        if not len(months):
            return None
        n = np.array([row["n"] for row in rows])
        known = np.array([row[f"{key}__known"] or 0 for row in rows])
        events = np.array([row[f"{key}__events"] or 0 for row in rows])
        used = (months <= last_known(months, known, n)) & (known > 0)
        return cls(months=months[used], events=events[used], known=known[used])

    @property
    def shares(self) -> np.ndarray:
        """Share of each month."""
        return np.asarray(self.events / self.known)


def outcome_series(
    outcome: Outcome,
    treated: list[dict[str, Any]],
    others: list[dict[str, Any]],
    change_on: date,
    level: float,
) -> OutcomeSeries:
    """Fit one outcome's monthly share, alone and against areas without the intervention."""
    course, beside = _Course.of(treated, outcome.key), _Course.of(others, outcome.key)
    model = SeriesModel(interruption=int(month_number([change_on.isoformat()])[0]))
    fit = None if course is None else _fit(course, model, level)
    if course is None or isinstance(fit, NotEstimable) or fit is None:
        reason = fit.reason if isinstance(fit, NotEstimable) else "no_cases"
        return _not_estimable(outcome, reason)
    middle = fit.effects[0]
    place = int(np.flatnonzero(fit.period == middle.period)[0])
    expected = float(fit.counterfactual[place])
    controlled = _against(course, beside, model, level)
    return OutcomeSeries(
        key=outcome.key,
        label=outcome.label,
        phrase=outcome.phrase,
        intended=outcome.intended,
        primary=outcome.primary,
        points=_points(course, fit),
        fitted=expected + middle.absolute,
        expected=expected,
        average=_absolute(middle, fit.df),
        ratio=_relative(middle),
        jump=Estimate(
            value=fit.level_change.estimate,
            conf_int=fit.level_change.conf_int,
            p_value=fit.level_change.p_value,
        ),
        against_others=controlled,
        autocorrelation=fit.autocorrelation,
        trend=_a_year(fit.trend_before),
        slope=_a_year(fit.slope_change),
        checks=fit.checks,
    )


def _fit(course: _Course, model: SeriesModel, level: float) -> InterruptedSeries | NotEstimable:
    """Segmented regression, with the effect in the middle month of the new time.

    The effect changes in a straight line, so its average is that of the middle month.
    """
    period = month_number(course.months)
    new = period[period >= model.start]
    if not len(new):
        return NotEstimable(reason="too_few_cases", detail="No month since the change is known.")
    return interrupted_series(
        course.shares, period, model, at=[int(new[(len(new) - 1) // 2])], level=level
    )


def _a_year(slope: SegmentChange) -> Estimate:
    """Return a slope for each month as one for twelve."""
    limits = slope.conf_int
    return Estimate(
        value=12 * slope.estimate,
        conf_int=replace(limits, low=12 * limits.low, high=12 * limits.high),
        p_value=slope.p_value,
    )


def _against(
    course: _Course, beside: _Course | None, model: SeriesModel, level: float
) -> Estimate | None:
    """Return the average effect on the gap to areas without the intervention."""
    if beside is None:
        return None
    both, here, there = np.intersect1d(course.months, beside.months, return_indices=True)
    period = month_number(both) if len(both) else np.array([])
    new = period[period >= model.start]
    if not len(new):
        return None
    fit = controlled_interrupted_series(
        course.shares[here],
        beside.shares[there],
        period,
        model,
        at=[int(new[(len(new) - 1) // 2])],
        level=level,
    )
    return None if isinstance(fit, NotEstimable) else _absolute(fit.effects[0], fit.df)


def _absolute(effect: PeriodEffect, df: float) -> Estimate:
    """Return the effect with the p-value that goes with its Student t interval."""
    limits = effect.absolute_conf_int
    error = (limits.high - limits.low) / 2 / critical_value(limits.level, df)
    p_value = two_sided_p(effect.absolute / error, df)
    return Estimate(value=effect.absolute, conf_int=limits, p_value=p_value)


def _relative(effect: PeriodEffect) -> Estimate | None:
    limits = effect.relative_conf_int
    if effect.relative is None or limits is None or limits.low <= -1:
        return None
    shifted = Interval(
        low=1 + limits.low, high=1 + limits.high, level=limits.level, method=limits.method
    )
    return Estimate(value=1 + effect.relative, conf_int=shifted)


def _points(course: _Course, fit: InterruptedSeries) -> tuple[MonthShare, ...]:
    return tuple(
        MonthShare(
            month=month.astype(object),
            share=Share.of(int(events), int(known)),
            fitted=float(fitted),
            expected=float(expected),
        )
        for month, events, known, fitted, expected in zip(
            course.months.astype("datetime64[D]"),
            course.events,
            course.known,
            fit.fitted,
            fit.counterfactual,
            strict=True,
        )
    )


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
