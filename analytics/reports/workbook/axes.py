"""Axes, legend and room of a native chart."""

from __future__ import annotations

from typing import Any, Final

from analytics.reports.charts.panel import Axis, Panel
from analytics.reports.workbook.cells import text
from analytics.reports.workbook.styles import FONT

SMALL: Final = 9
"""Points of the words in a chart."""
PIXELS_A_LETTER: Final = 5.6
LINE_OF_GRID: Final = {"visible": True, "line": {"color": "#D9D9D9", "width": 0.75}}
Room = dict[str, float]
"""Where the plot stands in the chart, as shares of it."""


def font(*, bold: bool = False, colour: str = "#0B0C0C") -> dict[str, Any]:
    """Return how words in a chart look."""
    return {"name": FONT, "size": SMALL, "bold": bold, "color": colour}


def said(words: str) -> str:
    """Return words of a chart.

    The library takes ``word!A1`` for a cell, so a joiner of no width goes after the mark.
    """
    return text(words).replace("!", "!\N{WORD JOINER}")


def axis_of(panel: Panel, letter: str, room: Room, size: tuple[int, int]) -> dict[str, Any]:
    """Return one axis; that of categories has their names and no numbers.

    Parameters
    ----------
    panel : Panel
        What is drawn.
    letter : {"x", "y"}
        Across or up.
    room : dict
        Where the plot stands.
    size : tuple of int
        Width and height of the chart in pixels.
    """
    axis = panel.x if letter == "x" else panel.y
    is_lying = panel.kind == "bar" and panel.is_horizontal
    made: dict[str, Any] = {
        "num_font": font(),
        "name_font": font(),
        "label_position": "low",
        "line": {"color": "#7F7F7F", "width": 0.75},
        "major_tick_mark": "none",
        "minor_tick_mark": "none",
        "major_gridlines": {"visible": False},
    }
    if axis.title:
        made["name"] = said(axis.title)
    if panel.kind != "xy" and letter == ("y" if is_lying else "x"):
        return {**made, "reverse": True, "crossing": "max"} if is_lying else made
    return made | _numbers(panel, axis) | _title_beyond_names(panel, axis, letter, room, size)


def _numbers(panel: Panel, axis: Axis) -> dict[str, Any]:
    """Return what an axis of numbers has."""
    made: dict[str, Any] = {"min": axis.low, "max": axis.high, "num_format": axis.number_format}
    if axis.has_grid and not axis.is_hidden and not axis.ticks:
        made["major_gridlines"] = LINE_OF_GRID
    if axis.step:
        made["major_unit"] = axis.step
    if axis.is_log:
        made["log_base"] = 10
    if axis.is_reversed:
        made["reverse"] = True
    if axis.ticks or axis.is_hidden:
        made["label_position"] = "none"
    elif panel.kind == "bar" and panel.is_horizontal:
        made["label_position"] = "high"  # the axis of categories runs down
    bases = {series.base for series in panel.series if series.is_bars}
    if panel.kind == "bar" and len(bases) == 1 and bases != {0.0}:
        made["crossing"] = bases.pop()
    elif panel.kind == "xy":
        made["crossing"] = "max" if axis.is_reversed else "min"
    return made


def _title_beyond_names(
    panel: Panel, axis: Axis, letter: str, room: Room, size: tuple[int, int]
) -> dict[str, Any]:
    """Return where the title of an axis stands that has names: no program keeps clear of them."""
    if panel.kind != "xy" or not axis.title or not axis.ticks:
        return {}
    length = len(axis.title) * PIXELS_A_LETTER
    if letter == "x":
        left = room["x"] + max(room["width"] - length / size[0], 0) / 2
        return {"name_layout": {"x": left, "y": 1 - 20 / size[1]}}
    top = room["y"] + max(room["height"] - length / size[1], 0) / 2
    return {"name_layout": {"x": 4 / size[0], "y": top}}


def legend(shown: int, hidden: list[int]) -> dict[str, Any]:
    """Return the legend: none for one series, and without what helps others to be drawn."""
    if shown < 2:
        return {"none": True}
    return {"position": "top", "font": font(), "delete_series": hidden}


def room_of(panel: Panel, size: tuple[int, int], *, has_legend: bool) -> Room:
    """Return where the plot stands in the chart, with room for the names at its sides."""
    width, height = size
    names = _names(panel)
    longest = max((len(line) for name in names for line in name.split("\n")), default=0)
    left = max(50, min(14 + longest * PIXELS_A_LETTER, 0.45 * width))
    left += 18 if panel.y.title else 0
    top = 12 + (24 if panel.title else 0) + (26 if has_legend else 0)
    foot = 26 + (22 if panel.x.title else 0) + 12 * _lines_below(panel)
    right = 24 + _beyond(panel)
    return {
        "x": left / width,
        "y": top / height,
        "width": max(0.2, (width - left - right) / width),
        "height": max(0.2, (height - top - foot) / height),
    }


def _names(panel: Panel) -> list[str]:
    if panel.kind == "bar" and panel.is_horizontal:
        return list(panel.categories)
    if panel.y.is_hidden or panel.kind != "xy":
        return []
    return [tick.text for tick in panel.y.ticks]


def _lines_below(panel: Panel) -> int:
    if panel.kind == "xy" and panel.x.ticks:
        return max(tick.text.count("\n") for tick in panel.x.ticks) + 1
    return 2 if panel.kind == "line" else 0


def _beyond(panel: Panel) -> float:
    """Return the room that labels at the right of the last point need, in pixels."""
    if panel.kind == "bar":
        return 0.0
    right = [
        label
        for series in panel.series
        if series.label_place == "right" and not panel.x.is_fixed
        for label in series.labels[-1:]
    ]
    longest = max((len(line) for one in right for line in one.split("\n")), default=0)
    return min(longest * PIXELS_A_LETTER, 160)
