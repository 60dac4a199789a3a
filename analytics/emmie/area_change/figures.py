"""Published figures of treated areas and of the areas that they are compared with, as one table.

Methods: ``docs/methods/questions/area_change.md``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from analytics.emmie.published_areas import (
    Area,
    NeighbourModel,
    Rows,
    neighbours_of,
)
from analytics.extracts.engine import Store

Against = Literal["neighbours", "all_others"]
FloatArray = NDArray[np.float64]

UNUSUAL_DEVIATIONS: Final = 3.5
"""How many robust deviations a figure lies from its area's median before it is marked."""
UNUSUAL_SHARE: Final = 0.5
"""What share of that median it must differ by, too: a steady area has a small deviation."""
FEWEST_YEARS: Final = 6
"""Years that an area needs before a figure can be called unlike the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What treated areas are compared with."""

    against: Against
    neighbour_model: NeighbourModel


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AreaFigures:
    """One measure of treated areas, which come first, and of those they are compared with.

    Attributes
    ----------
    codes : tuple of str
        Areas, treated ones first.
    n_treated : int
        How many of them are treated.
    years : tuple of int
        Consecutive.
    value, numerator, denominator : ndarray of float, shape (n_areas, n_years)
        Not a number where there is no figure.
    symbols : dict of (str, int) to str
        The publisher's symbol where there is no number.
    """

    unit: str
    source: str
    licence: str
    codes: tuple[str, ...]
    n_treated: int
    years: tuple[int, ...]
    value: FloatArray
    numerator: FloatArray
    denominator: FloatArray
    symbols: dict[tuple[str, int], str]

    def columns(self, first: int, last: int) -> NDArray[np.intp]:
        """Return the positions of the years from first to last."""
        return np.flatnonzero([first <= year <= last for year in self.years])

    def between(self, first: int | None, last: int | None) -> AreaFigures:
        """Return the same for some of the years."""
        kept = self.columns(first or self.years[0], last or self.years[-1])
        return replace(
            self,
            years=tuple(self.years[column] for column in kept),
            value=self.value[:, kept],
            numerator=self.numerator[:, kept],
            denominator=self.denominator[:, kept],
        )

    def keeping(self, rows: NDArray[np.bool_]) -> AreaFigures:
        """Return the same for some of the areas."""
        return replace(
            self,
            codes=tuple(code for code, kept in zip(self.codes, rows, strict=True) if kept),
            n_treated=int(rows[: self.n_treated].sum()),
            value=self.value[rows],
            numerator=self.numerator[rows],
            denominator=self.denominator[rows],
        )

    @property
    def is_complete(self) -> NDArray[np.bool_]:
        """Whether each area has a figure in every year."""
        return np.asarray(np.isfinite(self.value).all(axis=1), dtype=np.bool_)

    @property
    def is_treated(self) -> NDArray[np.bool_]:
        """Whether each area is a treated one."""
        return np.arange(len(self.codes)) < self.n_treated


def comparison_areas(
    store: Store,
    areas: dict[str, Area],
    treated: Sequence[str],
    comparison: Comparison,
    never: Collection[str] = (),
) -> tuple[str, ...]:
    """Return the areas that treated ones are compared with.

    Parameters
    ----------
    store : Store
        The published figures.
    areas : dict of str to Area
        Every area.
    treated : sequence of str
        Treated areas; none of them is ever a comparison.
    comparison : Comparison
        The union of the ten neighbours of each, or every other authority of today.
    never : collection of str
        Other areas that had the intervention.
    """
    if comparison.against == "all_others":
        found = [
            area.code
            for area in areas.values()
            if area.level == "local_authority" and area.is_current
        ]
    else:
        mine = neighbours_of(store, treated, comparison.neighbour_model)
        found = [code for codes in mine.values() for code in codes]
    return tuple(sorted(set(found) - set(treated) - set(never)))


def area_figures(rows: Rows, treated: Sequence[str], others: Sequence[str]) -> AreaFigures | None:
    """Arrange one measure of treated and other areas.

    Parameters
    ----------
    rows : Rows
        From `published_areas.figures_of`.
    treated, others : sequence of str
        Codes of areas; those without a row are left out.

    Returns
    -------
    AreaFigures or None
        None when no treated area has a row.
    """
    codes = [code for code in (*treated, *others) if rows.get(code)]
    n_treated = sum(code in codes for code in treated)
    if not n_treated:
        return None
    known = [year for code in codes for year in rows[code]]
    years = tuple(range(min(known), max(known) + 1))
    some = next(iter(rows[codes[0]].values()))
    return AreaFigures(
        unit=some["unit"],
        source=some["source"],
        licence=some["licence"],
        codes=tuple(codes),
        n_treated=n_treated,
        years=years,
        symbols={
            (code, year): row["symbol"]
            for code in codes
            for year, row in rows[code].items()
            if row["symbol"]
        },
        **{
            name: np.array(
                [[_number(rows[code].get(year), name) for year in years] for code in codes]
            )
            for name in ("value", "numerator", "denominator")
        },
    )


def unusual(figures: AreaFigures) -> NDArray[np.bool_]:
    """Return which figures are unlike their area's other years, shape (n_areas, n_years).

    To be looked at, not to be believed: more than 3.5 robust standard
    deviations (1.4826 times the median absolute deviation) from the area's median over all years,
    (Iglewicz and Hoaglin 1993), and, a rule of our own, more than half of that median. A lasting
    step to a new level is not one.
    """
    there = np.isfinite(figures.value)
    enough = there.sum(axis=1) >= FEWEST_YEARS
    values = figures.value[enough]
    middle = np.nanmedian(values, axis=1, keepdims=True) if len(values) else values
    distance = np.abs(values - middle)
    scale = 1.4826 * np.nanmedian(distance, axis=1, keepdims=True) if len(values) else values
    marked = np.zeros(figures.value.shape, dtype=np.bool_)
    limit = np.maximum(UNUSUAL_DEVIATIONS * scale, UNUSUAL_SHARE * np.abs(middle))
    # A comparison with what isn't a number is false, so a missing figure is never marked.
    marked[enough] = distance > limit
    return marked


def _number(row: dict[str, Any] | None, name: str) -> float:
    found = None if row is None else row[name]
    return float("nan") if found is None else float(found)
