"""A group of authorities, each beside its own statistical neighbours, and what they have in common.

Methods: ``docs/methods/questions/statistical_neighbours.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

import numpy as np

from analytics.disclosure.policy import Policy
from analytics.emmie.contrast import Estimate
from analytics.emmie.neighbours.measures import MEASURES
from analytics.emmie.neighbours.places import (
    Agreed,
    Figures,
    Position,
    Trend,
    agreed_direction,
    figures_of_measure,
    interval_of,
    median_of,
    position_of,
    provenance_of,
    shifted,
    trend_of,
    value_of,
    years_in,
)
from analytics.emmie.published_areas import NeighbourModel, neighbours_of
from analytics.emmie.study import Provenance, Question, Unanswered
from analytics.extracts.library import Library
from analytics.statistics.linear_models import (
    LinearContrast,
    LinearFit,
    fit_linear,
    linear_contrast,
)
from analytics.statistics.results import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupQuestion(Question["GroupAnswer"]):
    """Ask how a group of authorities stands, each against its own neighbours.

    Attributes
    ----------
    areas : tuple of str
        Codes.
    measure : str
        Key of ``MEASURES``.
    neighbour_model : str
        Year of the statistical neighbour model.
    period_start, period_end : date or None
        Keep the years whose 31 March lies between them, both included.
    """

    areas: tuple[str, ...]
    measure: str = "cp_plans_at_31_march"
    neighbour_model: NeighbourModel = "2025"
    period_start: date | None = None
    period_end: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One authority of the group beside its own neighbours, other members left out.

    Attributes
    ----------
    median : float or None
        Of the neighbours with a figure.
    distance, distance_interval : float and Interval, or None
        As in `Standing`.
    position : str or None
        None without a figure; ``is_judged`` says whether by more than chance.
    """

    code: str
    name: str
    value: float | None
    symbol: str | None
    median: float | None
    n_neighbours: int
    distance: float | None
    distance_interval: Interval | None
    position: Position | None

    @property
    def is_judged(self) -> bool:
        """Whether chance could be told from the figures."""
        return self.distance_interval is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupYear:
    """The mean distance of the members from their neighbours' medians in one year."""

    year: int
    n_areas: int
    mean: float | None
    conf_int: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupAnswer:
    """Each member in the newest year with a figure, and the mean distance in every year.

    Attributes
    ----------
    pooled : Estimate or None
        Mean distance in that year, each authority counting alike, with a t interval between
        authorities; None with fewer than two.
    trend : Trend or None
        Of the mean distance.
    """

    provenance: Provenance
    measure: str
    label: str
    unit: str
    year: int
    members: tuple[Member, ...]
    pooled: Estimate | None
    years: tuple[GroupYear, ...]
    trend: Trend | None
    neighbour_model: str
    agreed: Agreed | None
    source: str
    licence: str

    def disclose(self, policy: Policy) -> Self:
        """Return the same: the publisher has withheld what must be."""
        del policy
        return self


def answer_group(question: GroupQuestion, library: Library) -> GroupAnswer | Unanswered:
    """Compare each member of a group with its own neighbours.

    Parameters
    ----------
    question : GroupQuestion
        Authorities, measure and neighbour model.
    library : Library
        Where the published figures are.

    Returns
    -------
    GroupAnswer or Unanswered
        Unanswered when no member has a figure in the chosen years.
    """
    store = library.benchmarks()
    figures = figures_of_measure(store, question.measure)
    if figures is None:
        return Unanswered(reason="no_rows", details=("no_figures",))
    known = [code for code in question.areas if code in figures.areas]
    own = neighbours_of(store, known, question.neighbour_model)
    others = {code: [one for one in own[code] if one not in known] for code in known}
    valued = [
        year
        for code in known
        for year in figures.rows.get(code, {})
        if value_of(figures, code, year) is not None
    ]
    years = years_in(valued, question.period_start, question.period_end)
    if not years:
        return Unanswered(reason="no_rows", details=("no_years",))
    members = tuple(_member(figures, code, others[code], years[-1]) for code in known)
    by_year = tuple(_year(figures, others, year) for year in years)
    return GroupAnswer(
        provenance=provenance_of(store),
        measure=question.measure,
        label=MEASURES[question.measure].label,
        unit=figures.unit,
        year=years[-1],
        members=members,
        pooled=_mean([one.distance for one in members if one.distance is not None]),
        years=by_year,
        trend=trend_of(
            {one.year: one.mean for one in by_year if one.mean is not None}, question.measure
        ),
        neighbour_model=question.neighbour_model,
        agreed=agreed_direction(library, question.measure),
        source=figures.source,
        licence=figures.licence,
    )


def _member(figures: Figures, code: str, neighbours: Sequence[str], year: int) -> Member:
    row = figures.rows.get(code, {}).get(year)
    value = value_of(figures, code, year)
    middle, count = median_of(figures, neighbours, year)
    conf_int = interval_of(figures.measure, row)
    is_known = value is not None and middle is not None
    return Member(
        code=code,
        name=figures.areas[code].name,
        value=value,
        symbol=None if row is None else row["symbol"],
        median=middle,
        n_neighbours=count,
        distance=value - middle if value is not None and middle is not None else None,
        distance_interval=shifted(conf_int, middle) if is_known and middle is not None else None,
        position=(
            position_of(value, conf_int, middle)
            if value is not None and middle is not None
            else None
        ),
    )


def _year(figures: Figures, others: dict[str, list[str]], year: int) -> GroupYear:
    found = [_member(figures, code, neighbours, year) for code, neighbours in others.items()]
    distances = [one.distance for one in found if one.distance is not None]
    pooled = _mean(distances)
    return GroupYear(
        year=year,
        n_areas=len(distances),
        mean=float(np.mean(distances)) if distances else None,
        conf_int=pooled.conf_int if pooled else None,
    )


def _mean(distances: Sequence[float]) -> Estimate | None:
    """Return the mean distance with an interval between authorities."""
    if len(distances) < 2:
        return None
    design = np.ones((len(distances), 1))
    fit = fit_linear(distances, design, cluster=np.arange(len(distances)))
    if not isinstance(fit, LinearFit):
        return None
    found = linear_contrast(fit, [1.0])
    if not isinstance(found, LinearContrast):
        return None
    return Estimate(value=found.estimate, conf_int=found.conf_int, p_value=found.p_value)
