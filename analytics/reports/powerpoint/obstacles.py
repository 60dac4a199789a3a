"""What is drawn on a chart, as straight pieces in its frame that words had better not cover."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from analytics.reports.charts.panel import Series
from analytics.reports.powerpoint import room
from analytics.reports.powerpoint.area import Area

Segment = tuple[float, float, float, float]
"""From x0, y0 to x1, y1, in points from the upper left corner of the frame."""
PlaceOf = Callable[[room.Fitted, float, float], tuple[float, float]]
NEAR: Final = 1.5
"""Points of a box's edge that a line may touch."""


def of(fitted: room.Fitted, place_of: PlaceOf, *, has_points: bool = True) -> tuple[Segment, ...]:
    """Return the pieces of the lines, points and intervals of a panel, its own lines first.

    Bars are left out: words stand on them and beside them.

    Parameters
    ----------
    fitted : Fitted
        The panel with its room.
    place_of : callable
        Where a place of the panel stands in the frame.
    has_points : bool
        Whether points count, or only lines and intervals.
    """
    panel = fitted.panel
    found: list[Segment] = [
        (*place_of(fitted, one.x0, one.y0), *place_of(fitted, one.x1, one.y1))
        for one in panel.references
    ]
    for series in panel.series:
        if not series.is_bars:
            found += _of_series(fitted, series, place_of)
            found += _points(fitted, series, place_of) if has_points else []
    return tuple(found)


def _of_series(fitted: room.Fitted, one: Series, place_of: PlaceOf) -> Iterator[Segment]:
    held = [
        None if x is None or y is None else place_of(fitted, x, y)
        for x, y in zip(one.x, one.y, strict=True)
    ]
    if one.line_width:
        for start, end in pairwise(held):
            if start is not None and end is not None:
                yield (*start, *end)
    for error in one.errors:
        for x, y, plus, minus in zip(one.x, one.y, error.plus, error.minus, strict=True):
            if x is None or y is None or not plus + minus:
                continue
            is_across = error.axis == "x"
            low = place_of(fitted, x - minus, y) if is_across else place_of(fitted, x, y - minus)
            high = place_of(fitted, x + plus, y) if is_across else place_of(fitted, x, y + plus)
            yield (*low, *high)


def _points(fitted: room.Fitted, one: Series, place_of: PlaceOf) -> Iterator[Segment]:
    """Yield both diagonals of each point."""
    half = one.size / 2
    for x, y in zip(one.x, one.y, strict=True):
        if x is not None and y is not None and (one.symbol != "none" or one.symbols):
            across, down = place_of(fitted, x, y)
            yield (across - half, down - half, across + half, down + half)
            yield (across - half, down + half, across + half, down - half)


def hit(box: Area, drawn: Sequence[Segment]) -> int:
    """Return how many pieces cross a rectangle; what only touches its edge does not."""
    inner = Area(box.left + NEAR, box.top + NEAR, box.width - 2 * NEAR, box.height - 2 * NEAR)
    return sum(_crosses(one, inner) for one in drawn)


def _crosses(one: Segment, box: Area) -> bool:
    """Return whether a piece has a part in a rectangle: what is left of it between both pairs."""
    x0, y0, x1, y1 = one
    start, end = 0.0, 1.0
    for at, way, low, high in (
        (x0, x1 - x0, box.left, box.right),
        (y0, y1 - y0, box.top, box.bottom),
    ):
        if not way:
            if not low < at < high:
                return False
            continue
        first, last = sorted(((low - at) / way, (high - at) / way))
        start, end = max(start, first), min(end, last)
    return start < end
