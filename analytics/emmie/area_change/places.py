"""Single areas: each treated one beside its own neighbours, and figures to look at.

Methods: ``docs/methods/questions/area_change.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from analytics.emmie.area_change.figures import AreaFigures, unusual
from analytics.emmie.published_areas import Rows, chance_interval
from analytics.statistics.results import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnNeighbours:
    """One treated area beside the mean of its own neighbours in the year of the cross-section.

    Attributes
    ----------
    value, before : float or None
        In that year; mean of the years before the launch.
    neighbours, neighbours_before : float or None
        Mean of its neighbours that have a figure and are not treated themselves.
    n_neighbours : int
        How many those are in that year.
    conf_int : Interval or None
        How far chance alone would move the area's own figure; None in units without counts.
    unusual : bool
        Whether the figure is unlike the area's other years.
    """

    code: str
    value: float | None
    neighbours: float | None
    n_neighbours: int
    before: float | None
    neighbours_before: float | None
    conf_int: Interval | None
    unusual: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A figure of a treated area that is missing, or unlike its other years."""

    code: str
    year: int
    value: float | None
    symbol: str | None


def own_neighbours(
    figures: AreaFigures,
    rows: Rows,
    own: dict[str, list[str]],
    *,
    year: int,
    before: tuple[int, int],
) -> tuple[OwnNeighbours, ...]:
    """Return each treated area beside the mean of its own neighbours.

    Parameters
    ----------
    figures : AreaFigures
        One measure.
    rows : Rows
        The same, as published.
    own : dict of str to list of str
        Neighbours of each treated area.
    year : int
        Year of the cross-section.
    before : tuple of int
        First and last year before the launch.
    """
    then, earlier = figures.columns(year, year), figures.columns(*before)
    marks = unusual(figures)[:, then]
    at = {code: row for row, code in enumerate(figures.codes) if row >= figures.n_treated}
    found = []
    for row, code in enumerate(figures.codes[: figures.n_treated]):
        mine = np.array([at[other] for other in own.get(code, ()) if other in at], dtype=np.intp)
        now = _known(figures.value[np.ix_(mine, then)])
        published = rows[code].get(year)
        found.append(
            OwnNeighbours(
                code=code,
                value=_mean(_known(figures.value[[row]][:, then])),
                neighbours=_mean(now),
                n_neighbours=len(now),
                before=_mean(_known(figures.value[[row]][:, earlier])),
                neighbours_before=_mean(_known(figures.value[np.ix_(mine, earlier)])),
                conf_int=chance_interval(published) if published else None,
                unusual=bool(marks[row].any()),
            )
        )
    return tuple(found)


def _known(values: np.ndarray) -> np.ndarray:
    """Return the mean of each area over the years that it has; areas without one are left out."""
    there = np.isfinite(values)
    counts = there.sum(axis=1)
    sums = np.where(there, values, 0.0).sum(axis=1)
    kept: np.ndarray = sums[counts > 0] / counts[counts > 0]
    return kept


def _mean(values: np.ndarray) -> float | None:
    return float(values.mean()) if len(values) else None


def marked(figures: AreaFigures, first: int, last: int | None) -> dict[str, Any]:
    """Return missing and unusual figures of the years used, as fields of an `AreaOutcome`."""
    marks = unusual(figures)
    used = figures.columns(first, last or figures.years[-1])
    cells = [(row, column) for row in range(figures.n_treated) for column in used]

    def one(row: int, column: int) -> Marked:
        code, year = figures.codes[row], figures.years[column]
        value = float(figures.value[row, column])
        return Marked(
            code=code,
            year=year,
            value=value if np.isfinite(value) else None,
            symbol=figures.symbols.get((code, year)),
        )

    return {
        "unusual": tuple(one(*cell) for cell in cells if marks[cell]),
        "missing": tuple(one(*cell) for cell in cells if not np.isfinite(figures.value[cell])),
        "n_unusual": int(marks[figures.n_treated :, used].sum()),
    }
