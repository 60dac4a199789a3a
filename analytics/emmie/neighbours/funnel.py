"""All authorities in one year against what chance allows, with some of them marked.

Methods: ``docs/methods/questions/statistical_neighbours.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

import numpy as np

from analytics.disclosure.policy import Policy
from analytics.emmie.neighbours.measures import MEASURES
from analytics.emmie.neighbours.places import (
    Figures,
    authorities_of,
    figures_of_measure,
    interval_of,
    provenance_of,
    years_in,
)
from analytics.emmie.neighbours.standing import FEWEST, KIND, PER
from analytics.emmie.published_areas import NeighbourModel, neighbours_of
from analytics.emmie.study import Provenance, Question, Unanswered
from analytics.extracts.library import Library
from analytics.statistics.inputs import FloatArray
from analytics.statistics.results import HealthCheck, NotEstimable
from analytics.statistics.variation.funnel import (
    Adjustment,
    Funnel,
    Kind,
    funnel,
    funnel_limits,
)
from analytics.statistics.variation.over_dispersion import OverDispersion

GRID = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelQuestion(Question["FunnelAnswer"]):
    """Ask which authorities differ by more than chance on a measure with counts.

    Attributes
    ----------
    measure : str
        Key of ``MEASURES`` that is made of whole events.
    year : int or None
        The newest with figures when None.
    until : date or None
        The newest then lies before this day.
    marked : tuple of str
        Codes of authorities to tell apart from the others.
    neighbour_model : str
        Whose neighbours are told apart, too, when one authority is marked.
    """

    measure: str
    year: int | None = None
    marked: tuple[str, ...] = ()
    neighbour_model: NeighbourModel = "2025"
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelPoint:
    """One authority.

    Attributes
    ----------
    value : float
        In the unit of the measure.
    events, size : float
        Counts above and below the line.
    by_chance, beyond : int
        -2 below the 99.8% limit, -1 below the 95% limit, 0 within, 1 and 2 above: against limits
        from chance alone, and against those that allow for how authorities vary beyond it.
    """

    code: str
    name: str
    value: float
    events: float
    size: float
    by_chance: int
    beyond: int
    is_marked: bool
    is_neighbour: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsAt:
    """Limits at one size, in the unit of the measure."""

    size: float
    low_95: float
    high_95: float
    low_998: float
    high_998: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelAnswer:
    """All authorities with a count in one year.

    Attributes
    ----------
    centre : float
        All events over all denominators, in the unit of the measure.
    points : tuple of FunnelPoint
        In alphabetical order.
    chance, usual : tuple of LimitsAt
        From chance alone; allowing for over-dispersion (the same where there is none).
    is_adjusted : bool
        Whether any over-dispersion was found.
    outside_chance, outside_usual : int
        Authorities outside the 95% limits of each.
    expected : float
        Authorities that chance alone would put outside the 95% limits.
    phi, tau_squared : float or None
        Over-dispersion; None when it can't be estimated.
    check : HealthCheck or None
        Whether the authorities differ by more than chance.
    left_out : tuple of str
        Marked authorities without a count, by name.
    n_left_out : int
        All authorities without one.
    """

    provenance: Provenance
    measure: str
    label: str
    unit: str
    year: int
    centre: float
    points: tuple[FunnelPoint, ...]
    chance: tuple[LimitsAt, ...]
    usual: tuple[LimitsAt, ...]
    is_adjusted: bool
    outside_chance: int
    outside_usual: int
    expected: float
    phi: float | None
    tau_squared: float | None
    check: HealthCheck | None
    left_out: tuple[str, ...]
    n_left_out: int
    source: str
    licence: str

    def disclose(self, policy: Policy) -> Self:
        """Return the same: the publisher has withheld what must be."""
        del policy
        return self

    @property
    def marked(self) -> tuple[FunnelPoint, ...]:
        """The authorities that were asked for."""
        return tuple(point for point in self.points if point.is_marked)


def answer_funnel(question: FunnelQuestion, library: Library) -> FunnelAnswer | Unanswered:
    """Place every authority in the funnel of a measure.

    Parameters
    ----------
    question : FunnelQuestion
        Measure, year and authorities to mark.
    library : Library
        Where the published figures are.

    Returns
    -------
    FunnelAnswer or Unanswered
        Unanswered for a measure without whole events, and for a year with too few authorities.
    """
    store = library.benchmarks()
    figures = figures_of_measure(store, question.measure)
    if figures is None:
        return Unanswered(reason="no_rows", details=("no_figures",))
    kind = KIND.get(figures.unit)
    if kind is None or not MEASURES[question.measure].has_counts:
        return Unanswered(reason="not_estimable", details=("no_counts",))
    everybody = authorities_of(figures)
    year = question.year or _newest(figures, everybody, question.until)
    codes = [code for code in everybody if interval_of(figures.measure, _row(figures, code, year))]
    if len(codes) < FEWEST:
        return Unanswered(reason="no_rows", details=("no_years",))
    events = np.array([float(_row(figures, code, year)["numerator"]) for code in codes])
    sizes = np.array([float(_row(figures, code, year)["denominator"]) for code in codes])
    placed = funnel(kind, events, sizes)
    if isinstance(placed, NotEstimable):
        return Unanswered(reason="not_estimable", details=(placed.reason,))
    beyond = funnel(kind, events, sizes, adjustment="additive")
    wider = placed if isinstance(beyond, NotEstimable) else beyond
    neighbours: list[str] = []
    if len(question.marked) == 1:
        only = question.marked[0]
        neighbours = neighbours_of(store, [only], question.neighbour_model)[only]
    per = PER[figures.unit]
    dispersion = placed.dispersion if isinstance(placed.dispersion, OverDispersion) else None
    return FunnelAnswer(
        provenance=provenance_of(store),
        measure=question.measure,
        label=MEASURES[question.measure].label,
        unit=figures.unit,
        year=year,
        centre=per * placed.limits.centre,
        points=tuple(
            FunnelPoint(
                code=code,
                name=figures.areas[code].name,
                value=per * float(placed.value[i]),
                events=float(events[i]),
                size=float(sizes[i]),
                by_chance=int(placed.position[i]),
                beyond=int(wider.position[i]),
                is_marked=code in question.marked,
                is_neighbour=code in neighbours,
            )
            for i, code in enumerate(codes)
        ),
        chance=_drawn(kind, placed, sizes, per, "none"),
        usual=_drawn(kind, wider, sizes, per, wider.limits.adjustment),
        is_adjusted=wider.limits.adjustment != "none",
        outside_chance=placed.outside_95,
        outside_usual=wider.outside_95,
        expected=placed.expected_outside_95,
        phi=dispersion.phi if dispersion else None,
        tau_squared=dispersion.tau_squared if dispersion else None,
        check=next((one for one in placed.health if one.name == "over_dispersion"), None),
        left_out=tuple(
            figures.areas[code].name
            for code in question.marked
            if code in figures.areas and code not in codes
        ),
        n_left_out=len(everybody) - len(codes),
        source=figures.source,
        licence=figures.licence,
    )


def _row(figures: Figures, code: str, year: int) -> dict[str, Any]:
    return figures.rows.get(code, {}).get(year, {})


def _newest(figures: Figures, codes: Sequence[str], until: date | None) -> int:
    known = [
        year
        for code in codes
        for year, row in figures.rows[code].items()
        if row["value"] is not None
    ]
    return max(years_in(known, None, until), default=0)


def _drawn(
    kind: Kind, placed: Funnel, sizes: FloatArray, per: float, adjustment: Adjustment
) -> tuple[LimitsAt, ...]:
    """Return the limits over the sizes there are, closer together where they are small."""
    grid = np.geomspace(max(float(sizes.min()) * 0.9, 1.0), float(sizes.max()) * 1.05, GRID)
    dispersion = placed.dispersion if isinstance(placed.dispersion, OverDispersion) else None
    limits = funnel_limits(
        kind, grid, centre=placed.limits.centre, dispersion=dispersion, adjustment=adjustment
    )
    columns = (limits.low_95, limits.high_95, limits.low_998, limits.high_998)
    return tuple(
        LimitsAt(
            size=float(at),
            low_95=per * float(a),
            high_95=per * float(b),
            low_998=per * float(c),
            high_998=per * float(d),
        )
        for at, a, b, c, d in zip(grid, *columns, strict=True)
    )
