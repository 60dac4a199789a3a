"""Bars of a figure as categories with values, whichever way the figure places them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final, TypeVar

from analytics.reports.charts.panel import Axis, Errors, Grouping, Panel, Series, Words

_GROUPINGS: Final[dict[str, Grouping]] = {
    "stack": "stacked",
    "relative": "stacked",
    "overlay": "overlaid",
}
CLOSE: Final = 1e-6
T = TypeVar("T")


def panel(found: Panel, given: Sequence[dict[str, Any]], mode: str) -> Panel:
    """Return a panel with bars as one of categories, the first at the top or left.

    Parameters
    ----------
    found : Panel
        With series at places along the axis of categories.
    given : sequence of dict
        Its traces.
    mode : str
        Plotly's way of standing bars of one category beside each other.
    """
    is_lying = any(trace.get("orientation") == "h" for trace in given)
    axis = found.y if is_lying else found.x
    found = labelled(found, is_lying)
    rows = _rows(found, axis, is_lying)
    # Horizontal bars are read from the top, where an axis that runs up has its last place.
    is_turned = is_lying and not axis.is_reversed
    rows = rows[::-1] if is_turned else rows
    series = tuple(_aligned(one, rows, is_lying) for one in found.series)
    grouping = _GROUPINGS.get(mode, "clustered")
    if grouping == "overlaid" and _stand_apart(found.series):
        grouping = "clustered"
    if is_turned and grouping == "clustered":
        series = series[::-1]
    named = [row.at for row in rows if row.is_words]
    words = tuple(
        one
        for one in found.words
        if not any(abs((one.y if is_lying else one.x) - at) <= CLOSE for at in named)
    )
    plain = replace(axis, low=-0.5, high=len(rows) - 0.5, ticks=(), step=0, is_reversed=False)
    return replace(
        found,
        kind="bar",
        is_horizontal=is_lying,
        grouping=grouping,
        categories=tuple(row.text for row in rows),
        series=series,
        x=found.x if is_lying else plain,
        y=plain if is_lying else found.y,
        references=tuple(
            replace(one, y0=-0.5, y1=len(rows) - 0.5)
            if is_lying and one.x0 == one.x1
            else replace(one, x0=_along(one.x0, rows), x1=_along(one.x1, rows))
            for one in found.references
        ),
        words=tuple(
            replace(one, y=_along(one.y, rows)) if is_lying else replace(one, x=_along(one.x, rows))
            for one in words
        ),
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One category: where the figure has it, and its text."""

    at: float
    text: str
    is_words: bool = False


def _rows(found: Panel, axis: Axis, is_lying: bool) -> list[Row]:
    """Return the categories in the order of the axis: its marks, or where bars and texts stand."""
    bars = [one for one in found.series if one.is_bars]
    held = sorted({at for one in bars for at in one.x if at is not None})
    rows = [Row(tick.at, tick.text) for tick in axis.ticks]
    reach = _gap([row.at for row in rows]) / 2
    for at in held:
        if not rows or min(abs(at - row.at) for row in rows) > reach + CLOSE:
            rows.append(Row(at, "" if axis.is_hidden else f"{at:g}"))
    for one in found.words if is_lying else ():
        if min(abs(one.y - row.at) for row in rows) > reach - CLOSE:
            rows.append(Row(one.y, one.text, is_words=True))
    return sorted(_told(rows, held, found.words if is_lying else (), reach), key=lambda row: row.at)


def _stand_apart(series: Sequence[Series]) -> bool:
    """Return whether no two series have bars at one place."""
    held = [{at for at in one.x if at is not None} for one in series if one.is_bars]
    return len(held) > 1 and len(set().union(*held)) == sum(map(len, held))


def _told(
    rows: Sequence[Row], held: Sequence[float], words: Sequence[Words], reach: float
) -> list[Row]:
    """Return rows without bars together with the text that stands in them."""
    told = []
    for row in rows:
        is_empty = all(abs(at - row.at) > reach for at in held)
        beside = [one.text for one in words if abs(one.y - row.at) <= CLOSE]
        if is_empty and beside and not row.is_words:
            told.append(Row(row.at, "\n".join([row.text, *beside]), is_words=True))
        else:
            told.append(row)
    return told


def _gap(places: Sequence[float]) -> float:
    ordered = sorted(places)
    return min((b - a for a, b in pairwise(ordered) if b - a > CLOSE), default=1.0)


def _nearest(at: float, rows: Sequence[Row]) -> int:
    return min(range(len(rows)), key=lambda place: abs(rows[place].at - at))


def _along(at: float, rows: Sequence[Row]) -> float:
    """Return a place of the figure as one among the categories."""
    place = _nearest(at, rows)
    beyond = (at - rows[place].at) / _gap([row.at for row in rows])
    is_down = len(rows) < 2 or rows[0].at < rows[-1].at
    return place + max(-0.4, min(0.4, beyond if is_down else -beyond))


def _aligned(one: Series, rows: Sequence[Row], is_lying: bool) -> Series:
    """Return bars with one place for each category; points at the places of the categories."""
    if not one.is_bars:
        along = one.y if is_lying else one.x
        moved = tuple(None if at is None else _along(at, rows) for at in along)
        return replace(one, y=moved) if is_lying else replace(one, x=moved)
    where = {_nearest(at, rows): index for index, at in enumerate(one.x) if at is not None}
    order = [where.get(place) for place in range(len(rows))]
    return replace(
        one,
        x=tuple(float(place) for place in range(len(rows))),
        y=_taken(one.y, order, None),
        colours=_taken(one.colours, order, one.colour) if one.colours else (),
        labels=_taken(one.labels, order, "") if one.labels else (),
        point_names=_taken(one.point_names, order, "") if one.point_names else (),
        errors=tuple(_reordered(error, order) for error in one.errors),
    )


def _taken(given: Sequence[T], order: Sequence[int | None], other: T) -> tuple[T, ...]:
    return tuple(other if place is None else given[place] for place in order)


def _reordered(error: Errors, order: Sequence[int | None]) -> Errors:
    return replace(
        error, plus=_taken(error.plus, order, 0.0), minus=_taken(error.minus, order, 0.0)
    )


def labelled(found: Panel, is_lying: bool) -> Panel:
    """Return bars with the texts that stand beside them as their labels."""
    series = list(found.series)
    kept = []
    for one in found.words:
        at = one.y if is_lying else one.x
        hit = next(
            (
                (number, place)
                for number, bars in enumerate(series)
                if bars.is_bars and one.place in ("right", "above", "left")
                for place, held in enumerate(bars.x)
                if held is not None and abs(held - at) <= CLOSE and bars.y[place] is not None
            ),
            None,
        )
        if hit is None:
            kept.append(one)
            continue
        number, place = hit
        labels = list(series[number].labels or [""] * len(series[number].x))
        labels[place] = one.text
        series[number] = replace(
            series[number], labels=tuple(labels), label_place="outside", label_colour=one.colour
        )
    return replace(found, series=tuple(series), words=tuple(kept))
