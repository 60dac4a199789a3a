"""Plan rates: published figures of an authority, its statistical neighbours, region and England.

Methods: ``docs/methods/questions/plan_rates.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any, Literal, Self

from analytics.disclosure.policy import Policy
from analytics.emmie.published_areas import (
    ENGLAND,
    PUBLISHERS,
    Area,
    NeighbourModel,
    areas_of,
    chance_interval,
    figures_of,
    neighbours_of,
)
from analytics.emmie.study import Provenance, Question, Unanswered
from analytics.extracts.engine import Store
from analytics.extracts.library import Library
from analytics.statistics.results import Interval

Comparator = Literal["area", "neighbours", "region", "england"]

MEASURES: dict[str, str] = {
    "cp_plans_at_31_march": "Child protection plans at 31 March",
    "cp_plans_starting": "Child protection plans starting in the year",
    "second_or_subsequent_plans": "Plans starting that are a second or subsequent plan",
    "initial_conferences": "Initial child protection conferences",
    "section_47_enquiries": "Section 47 enquiries",
    "days_section_47_to_conference": "Days from section 47 enquiry to conference (median)",
    "conferences_within_15_days": "Conferences held within 15 working days",
    "children_in_need_at_31_march": "Children in need at 31 March",
    "referrals": "Referrals to children's social care",
    "re_referrals": "Referrals within 12 months of an earlier one",
    "social_worker_caseload": "Cases per children's social worker",
    "social_worker_turnover": "Turnover of children's social workers",
}
"""Measures that can be asked for, with the words shown for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRatesQuestion(Question["PlanRatesAnswer"]):
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
        Interval for chance variation in the authority's own count.
    numerator, denominator : float or None
        Counts behind the figure.
    n_areas : int
        Areas behind the figure: those of the ten neighbours that have one.
    """

    year: int
    value: float | None
    symbol: str | None = None
    conf_int: Interval | None = None
    numerator: float | None = None
    denominator: float | None = None
    n_areas: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RateSeries:
    """One line of the comparison."""

    comparator: Comparator
    label: str
    figures: tuple[YearFigure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRatesAnswer:
    """An authority, the median of its ten statistical neighbours, its region and England."""

    provenance: Provenance
    measure: str
    label: str
    unit: str
    area_name: str
    neighbour_model: str
    neighbours: tuple[str, ...]
    series: tuple[RateSeries, ...]
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


def answer_plan_rates(
    question: PlanRatesQuestion, library: Library
) -> PlanRatesAnswer | Unanswered:
    """Return one published measure for an authority and its four comparators.

    Parameters
    ----------
    question : PlanRatesQuestion
        Authority, measure and neighbour model.
    library : Library
        Where the published figures are.

    Returns
    -------
    PlanRatesAnswer or Unanswered
        Unanswered when the authority is unknown or has no figures for the measure.
    """
    store = library.benchmarks()
    areas = areas_of(store)
    area = areas.get(question.area_code)
    if area is None or question.measure not in MEASURES:
        return Unanswered(reason="no_rows", details=("unknown_area",))
    neighbours = neighbours_of(store, [area.code], question.neighbour_model)[area.code]
    wanted = [area.code, *neighbours, ENGLAND, *([area.region_code] if area.region_code else [])]
    rows = figures_of(store, [question.measure], wanted, areas)[question.measure]
    own = rows.get(area.code, {})
    if not own:
        return Unanswered(reason="no_rows", details=("no_figures",))
    first, last = question.period_start or date.min, question.period_end or date.max
    known = {year for figures in rows.values() for year in figures}
    years = sorted(year for year in known if first <= date(year, 3, 31) <= last)
    if not years:
        return Unanswered(reason="no_rows", details=("no_years",))
    some_row = next(iter(own.values()))
    series = [RateSeries(comparator="area", label=area.name, figures=_own(own, years))]
    if neighbours:
        label = "Statistical neighbours (median)"
        middle = _median([rows.get(code, {}) for code in neighbours], years)
        series.append(RateSeries(comparator="neighbours", label=label, figures=middle))
    if area.region_code in rows:
        region = areas[area.region_code]
        figures = _plain(rows[area.region_code], years)
        series.append(RateSeries(comparator="region", label=region.name, figures=figures))
    england = _plain(rows.get(ENGLAND, {}), years)
    series.append(RateSeries(comparator="england", label="England", figures=england))
    return PlanRatesAnswer(
        provenance=_provenance(store),
        measure=question.measure,
        label=MEASURES[question.measure],
        unit=some_row["unit"],
        area_name=area.name,
        neighbour_model=question.neighbour_model,
        neighbours=tuple(areas[code].name for code in neighbours if code in areas),
        series=tuple(series),
        source=some_row["source"],
        licence=some_row["licence"],
    )


def _own(rows: dict[int, dict[str, Any]], years: list[int]) -> tuple[YearFigure, ...]:
    return tuple(
        YearFigure(
            year=year,
            value=row["value"],
            symbol=row["symbol"],
            conf_int=chance_interval(row),
            numerator=row["numerator"],
            denominator=row["denominator"],
        )
        if (row := rows.get(year))
        else YearFigure(year=year, value=None)
        for year in years
    )


def _plain(rows: dict[int, dict[str, Any]], years: list[int]) -> tuple[YearFigure, ...]:
    return tuple(
        YearFigure(
            year=year,
            value=row["value"],
            symbol=row["symbol"],
            numerator=row["numerator"],
            denominator=row["denominator"],
        )
        if (row := rows.get(year))
        else YearFigure(year=year, value=None)
        for year in years
    )


def _median(
    neighbours: list[dict[int, dict[str, Any]]], years: list[int]
) -> tuple[YearFigure, ...]:
    """Return the median of the neighbours with a figure, as the department's dashboard does."""
    figures = []
    for year in years:
        values = [
            rows[year]["value"]
            for rows in neighbours
            if year in rows and rows[year]["value"] is not None
        ]
        value = median(values) if values else None
        figures.append(YearFigure(year=year, value=value, n_areas=len(values)))
    return tuple(figures)


def _provenance(store: Store) -> Provenance:
    return Provenance(
        evaluation="",
        title="Published figures",
        place="England",
        document=PUBLISHERS,
        design="published_statistics",
        as_at=None,
        synthetic=False,
        fingerprint=store.fingerprint("published_figures", "statistical_neighbours"),
    )
