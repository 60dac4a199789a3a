"""Where the charts of a figure stand on slides, so that every word is legible."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from analytics.reports.charts.panel import Axis, Panel
from analytics.reports.powerpoint import room, rows
from analytics.reports.powerpoint.area import Area
from analytics.reports.powerpoint.room import Fitted

GAP: Final = 14.0
LIKE: Final = 0.15
"""Ends of two axes this near, as a share of them, are those of one axis that charts share."""
_COLUMNS: Final = {1: 1, 2: 2, 3: 3, 4: 2}


@dataclass(frozen=True, slots=True)
class Placed:
    """A chart with its room, and where it stands on its slide."""

    fitted: Fitted
    area: Area


Page = tuple[Placed, ...]


def pages(panels: Sequence[Panel], area: Area) -> tuple[Page, ...]:
    """Return the slides that a figure's charts need, each with its charts.

    Charts stand beside each other; those that share their horizontal axis stand below each other.
    A chart with more rows than can be named at this size goes on over several slides.

    Parameters
    ----------
    panels : sequence of Panel
        Charts, none of them a drawing.
    area : Area
        Room on each slide.
    """
    if _is_stacked(panels):
        return (_stacked(panels, area),)
    own = _with_axes(panels)
    columns = _COLUMNS.get(len(own), 3)
    rows = math.ceil(len(own) / columns)
    wide = (area.width - GAP * (columns - 1)) / columns
    high = (area.height - GAP * (rows - 1)) / rows
    if len(own) > 1 and not any(room.rows_that_fit(one, wide, high) for one in own):
        placed = []
        for number, one in enumerate(own):
            row, column = divmod(number, columns)
            at = Area(area.left + column * (wide + GAP), area.top + row * (high + GAP), wide, high)
            placed.append(Placed(room.fitted(one, wide, high), at))
        return (_level(placed),)
    return tuple(page for one in _with_legends(own) for page in _alone(one, area))


def _alone(panel: Panel, area: Area) -> list[Page]:
    """Return the slides of one chart, with as many rows on each as can be named."""
    most = room.rows_that_fit(panel, area.width, area.height)
    parts = [panel]
    if most:
        count = len(panel.y.ticks) if panel.kind == "xy" else len(panel.categories)
        number = math.ceil(count / most)
        size = math.ceil(count / number)
        parts = [rows.part(panel, first, first + size) for first in range(0, count, size)]
    fits = [room.fitted(one, area.width, area.height) for one in parts]
    if len(parts) > 1:
        # What lies along the axis is compared between slides, so that it starts at one place.
        names = max(one.inside.left for one in fits) - room.EDGE
        fits = [room.fitted(one, area.width, area.height, names=names) for one in parts]
    return [(Placed(one, area),) for one in fits]


def _is_stacked(panels: Sequence[Panel]) -> bool:
    """Return whether charts stand below each other because columns of one belong to the other."""
    if len(panels) < 2:
        return False
    below = len({panel.place[0] for panel in panels}) == 1
    upright = panels[0].kind == "bar" and not panels[0].is_horizontal
    return below and (
        all(panel.x.is_hidden for panel in panels) or (upright and panels[0].x.is_hidden)
    )


def _stacked(panels: Sequence[Panel], area: Area) -> Page:
    shares = [panel.place[3] - panel.place[1] for panel in panels]
    room_left = area.height - GAP / 2 * (len(panels) - 1)
    heights = [room_left * share / sum(shares) for share in shares]
    given = [_columns_of(panel, panels[0]) for panel in panels]
    fits = [
        room.fitted(panel, area.width, high) for panel, high in zip(given, heights, strict=True)
    ]
    left = max(one.inside.left for one in fits)
    right = max(one.inside.right for one in fits)
    placed = []
    top = area.top
    for fit, high in zip(fits, heights, strict=True):
        inside = replace(fit.inside, left=left, right=right)
        at = Area(area.left, top, area.width, high)
        placed.append(Placed(replace(fit, inside=inside), at))
        top += high + GAP / 2
    return tuple(placed)


def _columns_of(panel: Panel, bars: Panel) -> Panel:
    """Return a grid whose columns stand under the bars: they reach half a place to each side."""
    if panel is bars or bars.kind != "bar" or panel.kind != "xy":
        return panel
    high = len(bars.categories) - 0.5
    return replace(panel, x=replace(panel.x, low=-0.5, high=high, is_hidden=True))


def _with_axes(panels: Sequence[Panel]) -> list[Panel]:
    """Return charts that shared the marks of one axis with marks of their own."""
    shown = next((panel.x for panel in reversed(panels) if not panel.x.is_hidden), None)
    if shown is None:
        return list(panels)
    return [
        replace(panel, x=_like(panel.x, shown)) if panel.x.is_hidden else panel for panel in panels
    ]


def _like(axis: Axis, shown: Axis) -> Axis:
    room_for = LIKE * (shown.high - shown.low)
    is_same = abs(axis.low - shown.low) <= room_for and abs(axis.high - shown.high) <= room_for
    return replace(shown, has_grid=axis.has_grid) if is_same else axis


def _with_legends(panels: Sequence[Panel]) -> list[Panel]:
    """Return charts that each have the legend which the figure has once for all."""
    named = {one.name for panel in panels for one in panel.series if one.in_legend and one.name}
    return [
        replace(
            panel,
            series=tuple(
                replace(one, in_legend=one.in_legend or one.name in named) for one in panel.series
            ),
        )
        for panel in panels
    ]


def _level(placed: Sequence[Placed]) -> Page:
    """Return charts of one row with plots that start at the same height."""
    tops: dict[float, float] = {}
    for one in placed:
        tops[one.area.top] = max(tops.get(one.area.top, 0.0), one.fitted.inside.top)
    return tuple(
        replace(
            one,
            fitted=replace(one.fitted, inside=replace(one.fitted.inside, top=tops[one.area.top])),
        )
        for one in placed
    )
