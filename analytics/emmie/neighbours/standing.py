"""Where an authority stands among its neighbours in one year, and whether that is more than chance.

Methods: ``docs/methods/questions/statistical_neighbours.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from analytics.emmie.neighbours.places import (
    Figures,
    Position,
    interval_of,
    median_of,
    position_of,
    shifted,
    value_of,
)
from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.variation.funnel import Kind, funnel, funnel_limits
from analytics.statistics.variation.over_dispersion import (
    OverDispersion,
    proportion_over_dispersion,
    ratio_over_dispersion,
)

KIND: Final[dict[str, Kind]] = {"per_10000": "rate", "percent": "proportion"}
"""What is compared, by the unit of the measure."""
FEWEST: Final = 10
"""Authorities with a count that a funnel needs."""
PER: Final = {"per_10000": 10_000.0, "percent": 100.0}
"""What events over the denominator are multiplied by in each unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFigure:
    """One place in one year.

    Attributes
    ----------
    value : float or None
        None when it was not published.
    symbol : str or None
        The publisher's symbol then.
    rank : int or None
        1 is the highest of the eleven; equal figures share the better rank.
    """

    code: str
    name: str
    value: float | None
    symbol: str | None
    conf_int: Interval | None
    rank: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An authority among its neighbours in one year.

    Attributes
    ----------
    places : tuple of PlaceFigure
        The authority first, then its neighbours, the closest first.
    n_ranked, n_authorities : int
        Of the eleven, and of all authorities of today, those with a figure.
    rank_of_all : int
        1 is the highest.
    median : float or None
        Of the neighbours with a figure.
    distance : float or None
        The authority's figure minus that median.
    distance_interval : Interval or None
        The chance interval of the authority's own figure, minus the median, which is taken as
        known; None in measures without counts.
    position : str or None
        Against the median; ``is_judged`` says whether by more than chance.
    usual : Interval or None
        Where 95% of places of this size would lie around the median if they varied as the
        neighbours do, beyond chance: additive over-dispersion of the neighbours.
    phi : float or None
        Spread of the neighbours over the spread that chance alone would give.
    stands_out : bool or None
        Whether it lies beyond how all authorities vary around their common value, as in the
        funnel; None when that isn't known.
    """

    year: int
    places: tuple[PlaceFigure, ...]
    n_ranked: int
    rank_of_all: int
    n_authorities: int
    median: float | None
    n_neighbours: int
    distance: float | None
    distance_interval: Interval | None
    position: Position | None
    usual: Interval | None
    phi: float | None
    stands_out: bool | None = None

    @property
    def own(self) -> PlaceFigure:
        """The authority itself."""
        return self.places[0]

    @property
    def is_judged(self) -> bool:
        """Whether chance could be told from the figures."""
        return self.distance_interval is not None

    @property
    def is_unusual(self) -> bool | None:
        """Whether it lies beyond how the neighbours vary among themselves; None when not known."""
        if self.usual is None or self.own.value is None:
            return None
        return not self.usual.low <= self.own.value <= self.usual.high


def standing_of(
    figures: Figures, code: str, neighbours: Sequence[str], everybody: Sequence[str], year: int
) -> Standing:
    """Return where an authority stands in a year in which it has a figure.

    Parameters
    ----------
    figures : Figures
        One measure.
    code : str
        The authority.
    neighbours : sequence of str
        Its neighbours, the closest first.
    everybody : sequence of str
        All authorities of today.
    year : int
        In which the authority has a figure.
    """
    values = {one: value_of(figures, one, year) for one in (code, *neighbours)}
    known = [value for value in values.values() if value is not None]
    all_known = [value for one in everybody if (value := value_of(figures, one, year)) is not None]
    own = values[code] or 0.0
    middle, count = median_of(figures, neighbours, year)
    conf_int = interval_of(figures.measure, figures.rows[code].get(year))
    usual, phi = _usual(figures, code, neighbours, year, middle)
    return Standing(
        year=year,
        places=tuple(_place(figures, one, year, known) for one in values),
        n_ranked=len(known),
        rank_of_all=_rank(own, all_known),
        n_authorities=len(all_known),
        median=middle,
        n_neighbours=count,
        distance=None if middle is None else own - middle,
        distance_interval=None if middle is None else shifted(conf_int, middle),
        position=None if middle is None else position_of(own, conf_int, middle),
        usual=usual,
        phi=phi,
        stands_out=_stands_out(figures, code, everybody, year),
    )


def _stands_out(figures: Figures, code: str, everybody: Sequence[str], year: int) -> bool | None:
    """Return whether a place is outside the 95% limits of the over-dispersed funnel of all."""
    kind = KIND.get(figures.unit)
    rows = {one: figures.rows.get(one, {}).get(year) for one in everybody}
    counted = {one: row for one, row in rows.items() if row and interval_of(figures.measure, row)}
    if kind is None or code not in counted or len(counted) < FEWEST:
        return None
    events = np.array([float(row["numerator"]) for row in counted.values()])
    sizes = np.array([float(row["denominator"]) for row in counted.values()])
    placed = funnel(kind, events, sizes, adjustment="additive")
    if isinstance(placed, NotEstimable):
        return None
    return bool(placed.position[list(counted).index(code)])


def _place(figures: Figures, code: str, year: int, known: list[float]) -> PlaceFigure:
    row = figures.rows.get(code, {}).get(year)
    value = None if row is None else row["value"]
    return PlaceFigure(
        code=code,
        name=figures.areas[code].name if code in figures.areas else code,
        value=value,
        symbol=None if row is None else row["symbol"],
        conf_int=interval_of(figures.measure, row),
        rank=None if value is None else _rank(value, known),
    )


def _rank(value: float, known: Sequence[float]) -> int:
    return 1 + sum(other > value for other in known)


def _usual(
    figures: Figures, code: str, neighbours: Sequence[str], year: int, middle: float | None
) -> tuple[Interval | None, float | None]:
    """Return where places of this size lie around the median, and the neighbours' dispersion."""
    own = figures.rows[code].get(year)
    rows = [figures.rows.get(one, {}).get(year) for one in neighbours]
    counted = [row for row in rows if row and interval_of(figures.measure, row)]
    kind = KIND.get(figures.unit)
    if kind is None or not middle or not interval_of(figures.measure, own) or own is None:
        return None, None
    centre = middle / PER[figures.unit]
    events = [float(row["numerator"]) for row in counted]
    sizes = [float(row["denominator"]) for row in counted]
    found = (
        proportion_over_dispersion(events, sizes, centre=centre)
        if kind == "proportion"
        else ratio_over_dispersion(events, [size * centre for size in sizes])
    )
    if not isinstance(found, OverDispersion) or centre >= 1:
        return None, None
    limits = funnel_limits(
        kind, [float(own["denominator"])], centre=centre, dispersion=found, adjustment="additive"
    )
    per = PER[figures.unit]
    return (
        Interval(
            low=per * float(limits.low_95[0]),
            high=per * float(limits.high_95[0]),
            level=0.95,
            method="additive_funnel",
        ),
        found.phi,
    )
