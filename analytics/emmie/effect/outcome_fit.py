"""The months of one outcome, and the interrupted series that is fitted to them.

Methods: ``docs/methods/questions/effect.md`` and ``docs/methods/estimators/before_after.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from analytics.disclosure.suppression import Share
from analytics.emmie.contrast import Estimate
from analytics.emmie.effect.known_months import Known
from analytics.emmie.effect.months import last_known
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
from analytics.statistics.results import Interval, NotEstimable


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Course:
    """The months of one outcome in one group of areas; arrays have one place per month."""

    months: np.ndarray
    events: np.ndarray
    known: np.ndarray

    @classmethod
    def of(cls, rows: Sequence[dict[str, Any]], key: str) -> Course | None:
        """Return the course of the months in which most outcomes are known; None without any."""
        months = np.array([row["month"] for row in rows], dtype="datetime64[M]")
        if not len(months):
            return None
        n = np.array([row["n"] for row in rows])
        known = np.array([row[f"{key}__known"] or 0 for row in rows])
        events = np.array([row[f"{key}__events"] or 0 for row in rows])
        used = (months <= last_known(months, known, n)) & (known > 0)
        return cls(months=months[used], events=events[used], known=known[used])

    @classmethod
    def as_known(cls, months: Sequence[date], known: Known) -> Course:
        """Return the course of what is known of some months."""
        shares = np.array([known[month].share for month in months], dtype=float)
        return cls(
            months=np.array(months, dtype="datetime64[M]"),
            events=shares,
            known=np.ones(len(shares)),
        )

    @property
    def shares(self) -> np.ndarray:
        """Share of each month."""
        return np.asarray(self.events / self.known)

    @property
    def days(self) -> list[date]:
        """First day of each month."""
        return [month.astype(object) for month in self.months.astype("datetime64[D]")]

    @property
    def counted(self) -> list[Share]:
        """Share of each month with its counts."""
        pairs = zip(self.events, self.known, strict=True)
        return [Share.of(int(events), int(known)) for events, known in pairs]


def estimates(
    course: Course, beside: Course | None, change_on: date, level: float
) -> tuple[InterruptedSeries, dict[str, Any]] | NotEstimable:
    """Return the fit to one outcome's months, and what is told of it.

    Parameters
    ----------
    course, beside : Course
        Areas with the intervention, and areas without it.
    change_on : date
        First day of the new time.
    level : float
        Level of every interval, between 0 and 1.
    """
    model = SeriesModel(interruption=int(month_number([change_on.isoformat()])[0]))
    fit = _fit(course, model, level)
    if isinstance(fit, NotEstimable):
        return fit
    middle = fit.effects[0]
    place = int(np.flatnonzero(fit.period == middle.period)[0])
    expected = float(fit.counterfactual[place])
    return fit, {
        "fitted": expected + middle.absolute,
        "expected": expected,
        "average": _absolute(middle, fit.df),
        "ratio": _relative(middle),
        "jump": Estimate(
            value=fit.level_change.estimate,
            conf_int=fit.level_change.conf_int,
            p_value=fit.level_change.p_value,
        ),
        "against_others": _against(course, beside, model, level),
        "autocorrelation": fit.autocorrelation,
        "trend": _a_year(fit.trend_before),
        "slope": _a_year(fit.slope_change),
        "checks": fit.checks,
        "level": level,
    }


def _fit(course: Course, model: SeriesModel, level: float) -> InterruptedSeries | NotEstimable:
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
    course: Course, beside: Course | None, model: SeriesModel, level: float
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
