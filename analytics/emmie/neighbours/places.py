"""The figures of one measure for every place, and what a figure is compared with.

Methods: ``docs/methods/questions/statistical_neighbours.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any, Literal

from analytics.emmie.neighbours.measures import MEASURES
from analytics.emmie.published_areas import Area, Rows, areas_of, chance_interval, figures_of
from analytics.emmie.study import Provenance
from analytics.extracts.engine import Store
from analytics.extracts.library import Library
from analytics.extracts.protocol import Direction
from analytics.statistics.before_after.trend import PERIODS_PASS, linear_trend
from analytics.statistics.results import Interval, NotEstimable

Position = Literal["higher", "similar", "lower"]
Course = Literal["rising", "falling", "unclear", "too_few", "recoded"]

SAME = 0.05
"""Figures without an interval that are less than this apart are called similar."""
TREND_LEVEL = 0.99
"""Of a trend's interval: with so few years, tests at 0.95 find trends too often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One measure: what it is, every area, and every figure of it."""

    measure: str
    unit: str
    source: str
    licence: str
    areas: dict[str, Area]
    rows: Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """The straight line through yearly figures.

    Attributes
    ----------
    first_year, last_year : int
        With a figure.
    slope : float or None
        Change a year, in the unit of the measure; None when there are too few years.
    conf_int : Interval or None
        At ``TREND_LEVEL``.
    course : str
        ``rising`` or ``falling`` when the interval leaves out 0; ``too_few`` below eight years;
        ``recoded`` where the years don't compare.
    """

    first_year: int
    last_year: int
    slope: float | None
    conf_int: Interval | None
    course: Course


def figures_of_measure(store: Store, measure: str) -> Figures | None:
    """Return every figure of a measure; None when it is unknown or has none."""
    if measure not in MEASURES:
        return None
    areas = areas_of(store)
    rows = figures_of(store, [measure], list(areas), areas)[measure]
    some = next((row for years in rows.values() for row in years.values()), None)
    if some is None:
        return None
    return Figures(
        measure=measure,
        unit=some["unit"],
        source=some["source"],
        licence=some["licence"],
        areas=areas,
        rows=rows,
    )


def authorities_of(figures: Figures) -> tuple[str, ...]:
    """Return the codes of today's authorities that have a row."""
    return tuple(
        code
        for code, area in figures.areas.items()
        if area.level == "local_authority" and area.is_current and figures.rows.get(code)
    )


def years_in(years: Sequence[int], start: date | None, end: date | None) -> list[int]:
    """Return the years whose 31 March lies in a period, in order."""
    first, last = start or date.min, end or date.max
    return sorted(year for year in set(years) if first <= date(year, 3, 31) <= last)


def value_of(figures: Figures, code: str, year: int) -> float | None:
    """Return a published value, or None."""
    value: float | None = figures.rows.get(code, {}).get(year, {}).get("value")
    return value


def interval_of(measure: str, row: dict[str, Any] | None) -> Interval | None:
    """Return how far chance alone would move a figure; None where it isn't made of counts."""
    return chance_interval(row) if row and MEASURES[measure].has_counts else None


def median_of(figures: Figures, codes: Sequence[str], year: int) -> tuple[float | None, int]:
    """Return the median of the areas with a figure, and how many those are."""
    known = [value for code in codes if (value := value_of(figures, code, year)) is not None]
    return (median(known) if known else None), len(known)


def position_of(value: float, conf_int: Interval | None, other: float) -> Position:
    """Return whether a figure lies above or below another by more than chance."""
    if conf_int is None:
        is_similar = abs(value - other) < SAME
    else:
        is_similar = conf_int.low <= other <= conf_int.high
    return "similar" if is_similar else "higher" if value > other else "lower"


def shifted(conf_int: Interval | None, other: float) -> Interval | None:
    """Return the interval of a difference from a figure that is taken as known."""
    if conf_int is None:
        return None
    return Interval(
        low=conf_int.low - other,
        high=conf_int.high - other,
        level=conf_int.level,
        method=conf_int.method,
    )


def trend_of(values: dict[int, float], measure: str = "") -> Trend | None:
    """Return the trend of yearly values; None without a value.

    Parameters
    ----------
    values : dict of int to float
        By year; years without a figure are left out.
    measure : str
        Whose values they are: no trend is fitted over a change of coding.
    """
    years = sorted(values)
    if not years:
        return None
    found = linear_trend([values[year] for year in years], years, level=TREND_LEVEL)
    course: Course = "too_few" if len(years) < PERIODS_PASS else "unclear"
    if measure in MEASURES and MEASURES[measure].is_recoded:
        course = "recoded"
    if isinstance(found, NotEstimable) or course != "unclear":
        return Trend(
            first_year=years[0], last_year=years[-1], slope=None, conf_int=None, course=course
        )
    if found.conf_int.low > 0 or found.conf_int.high < 0:
        course = "rising" if found.slope > 0 else "falling"
    return Trend(
        first_year=years[0],
        last_year=years[-1],
        slope=found.slope,
        conf_int=found.conf_int,
        course=course,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """The direction of a measure that a protocol intends, and which one."""

    direction: Direction
    evaluation: str


def agreed_direction(library: Library, measure: str) -> Agreed | None:
    """Return the direction that protocols intend for a measure; None when none, or not one, does.

    Parameters
    ----------
    library : Library
        Every protocol that can be read.
    measure : str
        Key of ``MEASURES``.
    """
    found = [
        Agreed(direction=outcome.intended, evaluation=one.protocol.evaluation.name)
        for one in library.readable()
        for outcome in one.protocol.outcomes
        if outcome.kind == "published" and outcome.measure == measure and outcome.intended
    ]
    return found[0] if len({one.direction for one in found}) == 1 else None


def provenance_of(store: Store) -> Provenance:
    """Return where published figures come from."""
    return Provenance(
        evaluation="",
        title="Published figures",
        place="England",
        document="Department for Education and Office for National Statistics",
        design="published_statistics",
        as_at=None,
        synthetic=False,
        fingerprint=store.fingerprint("published_figures", "statistical_neighbours"),
    )
