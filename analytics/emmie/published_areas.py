"""Places with published figures: what they are called, their neighbours, and their figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from analytics.access.viewer import PUBLIC
from analytics.extracts.engine import Store, UnusableExtractError
from analytics.statistics.results import Interval
from analytics.statistics.two_groups.proportions import wilson_interval
from analytics.statistics.variation.rates import rate_interval

ENGLAND = "E92000001"
PUBLISHERS = "Department for Education and Office for National Statistics"
NeighbourModel = Literal["2025", "2021"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A place with published figures.

    ``is_current`` tells today's authorities from those that were replaced.
    """

    code: str
    name: str
    level: str
    region_code: str | None
    is_current: bool
    successor_code: str | None = None


def areas_of(store: Store) -> dict[str, Area]:
    """Return every area with published figures by its code, in alphabetical order of names."""
    table = store.table("areas", PUBLIC)
    rows = store.records(table.order_by("area_name"))
    newest = max((row["last_year"] for row in rows), default=0)
    return {
        row["area_code"]: Area(
            code=row["area_code"],
            name=row["area_name"],
            level=row["level"],
            region_code=row["region_code"],
            successor_code=row["successor_code"],
            is_current=bool(row["dfe_code"])
            and not row["successor_code"]
            and row["last_year"] >= newest,
        )
        for row in rows
    }


def sources_of(store: Store, measures: Sequence[str]) -> tuple[tuple[str, ...], int]:
    """Return what England's figures of some measures are from, and their last year.

    Parameters
    ----------
    store : Store
        Of the published figures.
    measures : sequence of str
        Keys of measures.

    Returns
    -------
    tuple
        Sources as the figures name them, and a year; none and 0 where there are no figures.
    """
    try:
        found = figures_of(store, measures, [ENGLAND], areas_of(store))
    except UnusableExtractError:
        return (), 0
    rows = [row for years in found.values() for row in years.get(ENGLAND, {}).values()]
    return tuple(row["source"] for row in rows), max((row["year"] for row in rows), default=0)


def neighbours_of(store: Store, area_codes: Sequence[str], model: str) -> dict[str, list[str]]:
    """Return the statistical neighbours of each area, the closest first; none when unknown."""
    table = store.table("statistical_neighbours", PUBLIC)
    wanted = table.filter(table.area_code.isin(list(area_codes)), table.model == model)
    found: dict[str, list[str]] = {code: [] for code in area_codes}
    for row in store.records(wanted.order_by("area_code", "rank")):
        found[row["area_code"]].append(row["neighbour_code"])
    return found


Rows = dict[str, dict[int, dict[str, Any]]]
"""Rows of ``published_figures`` by area and year."""


def figures_of(
    store: Store, measures: Sequence[str], wanted: Sequence[str], areas: dict[str, Area]
) -> dict[str, Rows]:
    """Return the figures of each wanted area by measure and year, under its earlier code too.

    Parameters
    ----------
    store : Store
        The published figures.
    measures : sequence of str
        Which of them.
    wanted : sequence of str
        Codes of areas.
    areas : dict of str to Area
        Every area, to know which codes were replaced.

    Returns
    -------
    dict of str to Rows
        One entry per measure, empty when it has no figures.
    """
    today = _todays_codes(areas)
    earlier = [code for code, new in today.items() if new in wanted]
    table = store.table("published_figures", PUBLIC)
    is_wanted = table.area_code.isin([*wanted, *earlier])
    found: dict[str, Rows] = {measure: {} for measure in measures}
    for row in store.records(table.filter(table.measure.isin(list(measures)), is_wanted)):
        code = today.get(row["area_code"], row["area_code"])
        years = found[row["measure"]].setdefault(code, {})
        if row["area_code"] == code or row["year"] not in years:
            years[row["year"]] = row
    return found


def _todays_codes(areas: dict[str, Area]) -> dict[str, str]:
    """Return today's code of each place that only changed its code; merged places are not one."""
    successors = [area.successor_code for area in areas.values()]
    return {
        area.code: area.successor_code
        for area in areas.values()
        if area.successor_code is not None and successors.count(area.successor_code) == 1
    }


def chance_interval(row: dict[str, Any]) -> Interval | None:
    """Return how far chance alone would move a figure: Byar for rates, Wilson for shares of counts.

    None in units without counts.
    """
    count, total = row["numerator"], row["denominator"]
    if row["value"] is None or count is None or not total:
        return None
    if row["unit"] == "per_10000":
        return rate_interval(round(count), total, per=10_000)
    are_counts = float(count).is_integer() and float(total).is_integer()
    is_share_of_counts = row["unit"] == "percent" and are_counts and count <= total
    if not is_share_of_counts:
        return None
    share = wilson_interval(round(count), round(total))
    return Interval(
        low=100 * share.low, high=100 * share.high, level=share.level, method=share.method
    )
