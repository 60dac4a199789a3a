"""Native charts that read from cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from analytics.reports.charts.panel import Errors, Panel, Series
from analytics.reports.workbook.axes import axis_of, font, legend, room_of, said
from analytics.reports.workbook.blocks import Block
from analytics.reports.workbook.data import Places

MARKERS: Final = {
    "circle": "circle",
    "square": "square",
    "diamond": "diamond",
    "triangle": "triangle",
    "arrow": "triangle",
    "x": "x",
    "tick": "plus",
    "dash": "long_dash",
    "none": "none",
}
DASHES: Final = {"solid": "solid", "dash": "dash", "dot": "round_dot", "dashdot": "dash_dot"}
PLACES: Final = {
    "xy": {"left": "left", "right": "right", "above": "above", "below": "below"},
    "line": {"left": "left", "right": "right", "above": "above", "below": "below"},
    "bar": {"inside": "inside_base", "centre": "center"},
}
INSTEAD: Final = {"xy": "center", "line": "center", "bar": "outside_end"}


def draw(
    book: Any,
    panel: Panel,
    blocks: Sequence[Block],
    places: Sequence[Places],
    size: tuple[int, int],
) -> Any:
    """Return the chart of a panel.

    Parameters
    ----------
    book : xlsxwriter.Workbook
        The workbook.
    panel : Panel
        Any but a drawing.
    blocks : sequence of Block
        What it reads.
    places : sequence of dict
        Where each block stands.
    size : tuple of int
        Width and height in pixels.
    """
    chart = book.add_chart(_kind(panel))
    hidden = []
    for number, (block, runs) in enumerate(zip(blocks, places, strict=True)):
        chart.add_series(_series(panel, block, runs))
        if block.role != "series" or not block.series or not block.series.in_legend:
            hidden.append(number)
    shown = len(blocks) - len(hidden)
    room = room_of(panel, size, has_legend=shown > 1)
    chart.set_x_axis(axis_of(panel, "x", room, size))
    chart.set_y_axis(axis_of(panel, "y", room, size))
    chart.set_legend(legend(shown, hidden))
    chart.set_title(_title(panel))
    chart.set_size({"width": size[0], "height": size[1]})
    chart.set_plotarea({"layout": room})
    chart.show_blanks_as("gap")
    return chart


def _kind(panel: Panel) -> dict[str, str]:
    if panel.kind == "xy":
        return {"type": "scatter", "subtype": "straight_with_markers"}
    if panel.kind == "line":
        return {"type": "line"}
    kind = {"type": "bar" if panel.is_horizontal else "column"}
    return {**kind, "subtype": "stacked"} if panel.grouping == "stacked" else kind


def _title(panel: Panel) -> dict[str, Any]:
    words = said(panel.title)
    return {"name": words, "name_font": font(bold=True)} if words else {"none": True}


def _series(panel: Panel, block: Block, runs: Places) -> dict[str, Any]:
    is_xy = panel.kind == "xy"
    values = "across" if panel.kind == "bar" and panel.is_horizontal else "up"
    made: dict[str, Any] = {
        "name": said(block.name) or "Values",
        "categories": runs["across" if is_xy else "point"].formula,
        "values": runs[values].formula,
    }
    if block.role in ("x names", "y names", "words"):
        return {**made, **_nothing_drawn(), "data_labels": _words(block)}
    if block.reference:
        given = block.reference
        line = {"color": given.colour, "width": given.width, "dash_type": DASHES[given.dash]}
        return {**made, "line": line, "marker": {"type": "none"}}
    look = block.series or Series(name="", x=(), y=())
    made |= _bars(panel, look) if panel.kind == "bar" else _points(look)
    if len(look.colours) == len(block.points) and (panel.kind == "bar" or look.symbol != "none"):
        made["points"] = [_point(colour, look) for colour in look.colours]
    for errors in look.errors:
        made[f"{_direction(panel, errors)}_error_bars"] = _errors(errors, runs, block)
    if any(block.labels):
        made["data_labels"] = _labels(panel, block, look)
    return made


def _nothing_drawn() -> dict[str, Any]:
    return {"line": {"none": True}, "marker": {"type": "none"}}


def _bars(panel: Panel, look: Series) -> dict[str, Any]:
    made: dict[str, Any] = {"fill": _fill(look.colour, look), "gap": 50}
    if panel.grouping == "overlaid":
        made["overlap"] = 100
    if panel.grouping == "stacked":
        made["border"] = {"color": "#FFFFFF", "width": 0.75}
    return made


def _fill(colour: str, look: Series) -> dict[str, Any]:
    if look.opacity >= 1:
        return {"color": colour}
    return {"color": colour, "transparency": round(100 * (1 - look.opacity))}


def _point(colour: str, look: Series) -> dict[str, Any]:
    return {"fill": _fill(colour, look), "border": {"color": colour}}


def _points(look: Series) -> dict[str, Any]:
    line: dict[str, Any] = {"none": True}
    if look.line_width:
        line = {
            "color": look.colour,
            "width": max(look.line_width, 0.75),
            "dash_type": DASHES[look.dash],
        }
        if look.opacity < 1:
            line["transparency"] = round(100 * (1 - look.opacity))
    marker: dict[str, Any] = {"type": MARKERS[look.symbol]}
    if look.symbol != "none":
        inside = {"color": look.colour if look.is_filled else _pale(look.colour)}
        marker |= {
            "size": max(2, min(round(look.size), 20)),
            "border": {"color": look.colour, "width": 1.5},
            "fill": inside,
        }
    return {"line": line, "marker": marker}


def _pale(colour: str) -> str:
    """Return the colour inside an outline: not white, for some programs draw no outlines."""
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{(part + 2 * 255) // 3:02X}" for part in parts)


def _direction(panel: Panel, errors: Errors) -> str:
    """Return along which axis the library draws intervals: of bars always that of values."""
    return errors.axis if panel.kind == "xy" else "y"


def _errors(errors: Errors, runs: Places, block: Block) -> dict[str, Any]:
    plus, minus = runs[f"{errors.axis} above"], runs[f"{errors.axis} below"]
    return {
        "type": "custom",
        "plus_values": plus.formula,
        "minus_values": minus.formula,
        "plus_data": list(block.above[errors.axis]),
        "minus_data": list(block.below[errors.axis]),
        "end_style": int(errors.has_caps),
        "line": {"color": errors.colour, "width": errors.width},
    }


def _labels(panel: Panel, block: Block, look: Series) -> dict[str, Any]:
    place = PLACES[panel.kind].get(look.label_place, INSTEAD[panel.kind])
    if panel.kind == "bar" and panel.grouping == "stacked" and place == "outside_end":
        place = "center"
    return {
        "value": True,
        "position": place,
        "font": font(colour=look.label_colour),
        "custom": _written(block),
    }


def _words(block: Block) -> dict[str, Any]:
    place = {"x names": "below", "y names": "left"}.get(block.role)
    if place is None:
        look = block.series or Series(name="", x=(), y=())
        place = PLACES["xy"].get(look.label_place, INSTEAD["xy"])
    return {
        "value": True,
        "position": place,
        "font": font(),
        "custom": _written(block),
    }


def _written(block: Block) -> list[dict[str, Any]]:
    """Return the words at each point; as they are, for few programs show those of a cell."""
    return [{"value": said(label)} if label else {"delete": True} for label in block.labels]
