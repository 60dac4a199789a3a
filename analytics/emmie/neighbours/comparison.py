"""One authority beside its statistical neighbours, its region and England on a published measure.

Methods: ``docs/methods/questions/statistical_neighbours.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, Self

from analytics.disclosure.policy import Policy
from analytics.emmie.neighbours.measures import MEASURES
from analytics.emmie.neighbours.places import (
    Agreed,
    Figures,
    Trend,
    agreed_direction,
    authorities_of,
    figures_of_measure,
    interval_of,
    median_of,
    provenance_of,
    trend_of,
    value_of,
    years_in,
)
from analytics.emmie.neighbours.standing import Standing, standing_of
from analytics.emmie.published_areas import ENGLAND, Area, NeighbourModel, areas_of, neighbours_of
from analytics.emmie.study import Provenance, Question, Unanswered
from analytics.extracts.library import Library
from analytics.statistics.results import Interval

Comparator = Literal["area", "neighbours", "region", "england"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonQuestion(Question["ComparisonAnswer"]):
    """Ask for one published measure of one authority and what it is compared with.

    Attributes
    ----------
    area_code : str
        Authority.
    measure : str
        Key of ``MEASURES``.
    neighbour_model : str
        Year of the statistical neighbour model.
    period_start, period_end : date or None
        Keep the years whose 31 March lies between them, both included.
    """

    area_code: str
    measure: str = "cp_plans_at_31_march"
    neighbour_model: NeighbourModel = "2025"
    period_start: date | None = None
    period_end: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class YearFigure:
    """One figure of one year.

    Attributes
    ----------
    value : float or None
        In the unit of the answer; None when it was not published.
    symbol : str or None
        The publisher's symbol where there is no number.
    conf_int : Interval or None
        How far chance alone would move the authority's own figure.
    lowest, highest : float or None
        Of the neighbours with a figure.
    n_areas : int
        Areas behind the figure: those of the ten neighbours that have one.
    """

    year: int
    value: float | None
    symbol: str | None = None
    conf_int: Interval | None = None
    lowest: float | None = None
    highest: float | None = None
    n_areas: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RateSeries:
    """One line of the comparison."""

    comparator: Comparator
    label: str
    figures: tuple[YearFigure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonAnswer:
    """An authority, its ten statistical neighbours, its region and England.

    Attributes
    ----------
    neighbours : tuple of str
        Names, the closest first.
    series : tuple of RateSeries
        The authority, the median of its neighbours, its region, England.
    standing : Standing or None
        In the newest year with a figure of the authority; None without one.
    trend, gap_trend : Trend or None
        Of the authority's own figures; of their difference from the neighbours' median.
    agreed : Agreed or None
        The direction that a protocol intends.
    """

    provenance: Provenance
    measure: str
    label: str
    unit: str
    area_code: str
    area_name: str
    neighbour_model: str
    neighbours: tuple[str, ...]
    series: tuple[RateSeries, ...]
    standing: Standing | None
    trend: Trend | None
    gap_trend: Trend | None
    agreed: Agreed | None
    source: str
    licence: str

    def disclose(self, policy: Policy) -> Self:
        """Return the same: the publisher has withheld what must be, and its symbols are kept."""
        del policy
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class AreasQuestion(Question["AreasAnswer"]):
    """Ask which authorities there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AreasAnswer:
    """Every area with published figures, in alphabetical order."""

    areas: tuple[Area, ...]

    def disclose(self, policy: Policy) -> Self:
        """Return the same: names of places."""
        del policy
        return self


def answer_areas(question: AreasQuestion, library: Library) -> AreasAnswer:
    """Return every area with published figures."""
    del question
    return AreasAnswer(areas=tuple(areas_of(library.benchmarks()).values()))


def answer_comparison(
    question: ComparisonQuestion, library: Library
) -> ComparisonAnswer | Unanswered:
    """Compare an authority with its neighbours, its region and England.

    Parameters
    ----------
    question : ComparisonQuestion
        Authority, measure and neighbour model.
    library : Library
        Where the published figures are.

    Returns
    -------
    ComparisonAnswer or Unanswered
        Unanswered when the authority is unknown or has no figures for the measure.
    """
    store = library.benchmarks()
    figures = figures_of_measure(store, question.measure)
    if figures is None or question.area_code not in figures.areas:
        return Unanswered(reason="no_rows", details=("unknown_area",))
    area = figures.areas[question.area_code]
    if not figures.rows.get(area.code):
        return Unanswered(reason="no_rows", details=("no_figures",))
    neighbours = neighbours_of(store, [area.code], question.neighbour_model)[area.code]
    shown = [area.code, *neighbours, area.region_code or "", ENGLAND]
    known = [year for code in shown for year in figures.rows.get(code, {})]
    years = years_in(known, question.period_start, question.period_end)
    if not years:
        return Unanswered(reason="no_rows", details=("no_years",))
    own = {
        year: value for year in years if (value := value_of(figures, area.code, year)) is not None
    }
    middle = {year: median_of(figures, neighbours, year)[0] for year in own}
    gaps = {year: own[year] - other for year, other in middle.items() if other is not None}
    return ComparisonAnswer(
        provenance=provenance_of(store),
        measure=question.measure,
        label=MEASURES[question.measure].label,
        unit=figures.unit,
        area_code=area.code,
        area_name=area.name,
        neighbour_model=question.neighbour_model,
        neighbours=tuple(figures.areas[code].name for code in neighbours if code in figures.areas),
        series=tuple(_series(figures, area, neighbours, years)),
        standing=(
            standing_of(figures, area.code, neighbours, authorities_of(figures), max(own))
            if own
            else None
        ),
        trend=trend_of(own, question.measure),
        gap_trend=trend_of(gaps, question.measure),
        agreed=agreed_direction(library, question.measure),
        source=figures.source,
        licence=figures.licence,
    )


def _series(
    figures: Figures, area: Area, neighbours: list[str], years: list[int]
) -> list[RateSeries]:
    """Return the lines of the comparison; those without any figure are left out."""
    found = [
        RateSeries(
            comparator="area",
            label=area.name,
            figures=tuple(_figure(figures, area.code, year, is_own=True) for year in years),
        )
    ]
    if neighbours:
        found.append(
            RateSeries(
                comparator="neighbours",
                label="Statistical neighbours (median)",
                figures=tuple(_middle(figures, neighbours, year) for year in years),
            )
        )
    if area.region_code in figures.rows:
        found.append(
            RateSeries(
                comparator="region",
                label=figures.areas[area.region_code].name,
                figures=tuple(_figure(figures, area.region_code, year) for year in years),
            )
        )
    national = tuple(_figure(figures, ENGLAND, year) for year in years)
    return [*found, RateSeries(comparator="england", label="England", figures=national)]


def _figure(figures: Figures, code: str, year: int, *, is_own: bool = False) -> YearFigure:
    row = figures.rows.get(code, {}).get(year)
    if row is None:
        return YearFigure(year=year, value=None)
    return YearFigure(
        year=year,
        value=row["value"],
        symbol=row["symbol"],
        conf_int=interval_of(figures.measure, row) if is_own else None,
    )


def _middle(figures: Figures, neighbours: list[str], year: int) -> YearFigure:
    """Return the median of the neighbours with a figure, as the department's dashboard does."""
    known = [value for code in neighbours if (value := value_of(figures, code, year)) is not None]
    middle, count = median_of(figures, neighbours, year)
    return YearFigure(
        year=year,
        value=middle,
        lowest=min(known, default=None),
        highest=max(known, default=None),
        n_areas=count,
    )
