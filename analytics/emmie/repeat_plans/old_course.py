"""The old course of a quarterly share: carried on, and compared with quarters since a change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Self

import numpy as np

from analytics.emmie.contrast import Estimate
from analytics.emmie.effect.outcome_change import rounded_estimate
from analytics.statistics.before_after.forecast import ForecastPoint, forecast_line
from analytics.statistics.before_after.interrupted_series import interrupted_series
from analytics.statistics.before_after.segments import SeriesModel
from analytics.statistics.before_after.series_result import SegmentChange
from analytics.statistics.design.over_time import interrupted_time_series
from analytics.statistics.inference import critical_value, two_sided_p
from analytics.statistics.inputs import FloatArray, IntArray
from analytics.statistics.results import HealthCheck, Interval, NotEstimable

QUARTERS = 4
FEWEST_OLD_QUARTERS = 8
"""A shorter course has a slope and a tie that are hardly determined, and a range that misleads."""

POWER: Final = 0.8
LOOKED_AHEAD: Final = (2, 4, 6, 8)
"""Numbers of new quarters for which it is said how large a change could be shown."""

PLACES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedQuarter:
    """A quarter to come on the old course; shares between 0 and 1."""

    starts_on: date
    expected: float
    conf_int: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Detectable:
    """The smallest average change that so many new quarters would show with a chance of 80 %.

    ``change`` is a difference of shares; None when none is small enough.
    """

    n_quarters: int
    change: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The old course.

    Attributes
    ----------
    fitted : tuple of (date, float)
        The line, by quarter.
    ahead : tuple of ExpectedQuarter
        Where it would go, with the range of single quarters.
    std_dev, autocorrelation : float
        Of a quarter about the line, and between neighbouring quarters.
    detectable : tuple of Detectable
        What new quarters could show.
    check : HealthCheck
        Whether there are enough quarters.
    """

    fitted: tuple[tuple[date, float], ...]
    ahead: tuple[ExpectedQuarter, ...]
    std_dev: float
    autocorrelation: float
    detectable: tuple[Detectable, ...]
    check: HealthCheck

    def rounded(self) -> Self:
        """Return the same in whole per cent."""
        return replace(
            self,
            fitted=tuple((day, round(value, PLACES)) for day, value in self.fitted),
            ahead=tuple(
                replace(
                    one,
                    expected=round(one.expected, PLACES),
                    conf_int=replace(
                        one.conf_int,
                        low=round(one.conf_int.low, PLACES),
                        high=round(one.conf_int.high, PLACES),
                    ),
                )
                for one in self.ahead
            ),
            std_dev=round(self.std_dev, PLACES),
            autocorrelation=round(self.autocorrelation, PLACES),
            detectable=tuple(
                replace(one, change=None if one.change is None else round(one.change, PLACES))
                for one in self.detectable
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCourse:
    """Quarters since the change against the old course carried on.

    Attributes
    ----------
    fitted : tuple of (date, float)
        Line before and since, by quarter.
    expected, seen : float
        Share in the middle quarter since the change: on the old course, and as fitted.
    average : Estimate
        Their difference: by how much the share differs on average since the change.
    level, slope : Estimate
        The jump in the first new quarter, and how much steeper the line is, a year.
    checks : tuple of HealthCheck
    """

    fitted: tuple[tuple[date, float], ...]
    expected: float
    seen: float
    average: Estimate
    level: Estimate
    slope: Estimate
    checks: tuple[HealthCheck, ...]

    def rounded(self) -> Self:
        """Return the same in whole per cent; differences keep a tenth of a point."""
        return replace(
            self,
            fitted=tuple((day, round(value, PLACES)) for day, value in self.fitted),
            expected=round(self.expected, PLACES),
            seen=round(self.seen, PLACES),
            average=rounded_estimate(self.average) or self.average,
            level=rounded_estimate(self.level) or self.level,
            slope=rounded_estimate(self.slope) or self.slope,
        )


def quarter_number(day: date) -> int:
    """Return the number of a quarter; neighbouring quarters have neighbouring numbers."""
    return QUARTERS * day.year + (day.month - 1) // 3


def _first_day(number: int) -> date:
    return date(number // QUARTERS, 3 * (number % QUARTERS) + 1, 1)


def _arrays(counted: Sequence[dict[str, Any]]) -> tuple[FloatArray, IntArray]:
    shares = np.array([row["events"] / row["n"] for row in counted], dtype=np.float64)
    return shares, np.array([quarter_number(row["quarter"]) for row in counted], dtype=np.int64)


def old_course(counted: Sequence[dict[str, Any]], n_ahead: int, level: float) -> Course | None:
    """Carry the old course on; None when it is too short or can't be fitted.

    Parameters
    ----------
    counted : sequence of dict
        ``quarter``, ``events`` and ``n`` (above 0) of each quarter before the change.
    n_ahead : int
        Quarters to come.
    level : float
        Level of the range.
    """
    if len(counted) < FEWEST_OLD_QUARTERS:
        return None
    shares, numbers = _arrays(counted)
    found = forecast_line(shares, numbers, ahead=n_ahead, level=level)
    if isinstance(found, NotEstimable):
        return None
    return Course(
        fitted=tuple(
            (row["quarter"], value) for row, value in zip(counted, found.fitted, strict=True)
        ),
        ahead=tuple(_expected(point) for point in found.points),
        std_dev=found.std_dev,
        autocorrelation=found.autocorrelation,
        detectable=tuple(
            _detectable(n, len(shares), found.std_dev, found.autocorrelation, level)
            for n in LOOKED_AHEAD
        ),
        check=found.check,
    )


def _expected(point: ForecastPoint) -> ExpectedQuarter:
    """Return a quarter to come; a share stays between 0 and 1."""
    low, expected, high = (
        min(max(value, 0.0), 1.0)
        for value in (point.conf_int.low, point.expected, point.conf_int.high)
    )
    return ExpectedQuarter(
        starts_on=_first_day(point.period),
        expected=expected,
        conf_int=replace(point.conf_int, low=low, high=high),
    )


def _detectable(
    n_new: int, n_before: int, std_dev: float, autocorrelation: float, level: float
) -> Detectable:
    found = interrupted_time_series(
        n_before=n_before,
        n_after=n_new,
        std_dev=std_dev,
        autocorrelation=autocorrelation,
        change="middle",
        power=POWER,
        level=level,
    )
    change = None if isinstance(found, NotEstimable) else found.effect
    return Detectable(n_quarters=n_new, change=change)


def new_course(counted: Sequence[dict[str, Any]], since: date, level: float) -> NewCourse | None:
    """Estimate level and slope since a change; None when there are too few quarters.

    Parameters
    ----------
    counted : sequence of dict
        All quarters, as in `old_course`.
    since : date
        First day of the first new quarter.
    level : float
        Confidence level.
    """
    shares, numbers = _arrays(counted)
    start = quarter_number(since)
    new = numbers[numbers >= start]
    if not len(new):
        return None
    # The difference follows a straight line, so that of the middle quarter is its average.
    middle = int(new[(len(new) - 1) // 2])
    model = SeriesModel(interruption=start, season_length=QUARTERS)
    found = interrupted_series(shares, numbers, model, at=[middle], level=level)
    if isinstance(found, NotEstimable):
        return None
    effect = found.effects[0]
    place = int(np.flatnonzero(found.period == middle)[0])
    expected = float(found.counterfactual[place])
    limits = effect.absolute_conf_int
    error = (limits.high - limits.low) / 2 / critical_value(level, found.df)
    return NewCourse(
        fitted=tuple(
            (row["quarter"], float(value)) for row, value in zip(counted, found.fitted, strict=True)
        ),
        expected=expected,
        seen=expected + effect.absolute,
        average=Estimate(
            value=effect.absolute,
            conf_int=limits,
            p_value=two_sided_p(effect.absolute / error, found.df),
        ),
        level=_estimate(found.level_change, 1),
        slope=_estimate(found.slope_change, QUARTERS),
        checks=found.checks,
    )


def _estimate(change: SegmentChange, times: int) -> Estimate:
    """Return a coefficient per quarter as one for so many quarters."""
    limits = change.conf_int
    return Estimate(
        value=times * change.estimate,
        conf_int=replace(limits, low=times * limits.low, high=times * limits.high),
        p_value=change.p_value,
    )
