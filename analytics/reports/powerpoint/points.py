"""Charts of points and lines over numbers, dates or named rows."""

from __future__ import annotations

from collections.abc import Sequence

from analytics.reports.charts.panel import Number, Series
from analytics.reports.powerpoint import frame, helpers, parts, room
from analytics.reports.powerpoint.frame import CATEGORY, VALUE
from analytics.reports.powerpoint.helpers import Drawn
from analytics.reports.powerpoint.sheet import Cell, Formula, Sheet

Columns = tuple[int, int, int, int]
"""Columns of the sheet with a series' places across and up, and its intervals across."""


def chart(fitted: room.Fitted, sheet: Sheet) -> str:
    """Return a chart of points and lines over numbers."""
    panel, inside = fitted.panel, fitted.inside
    drawn = helpers.all_points(fitted)
    columns: dict[str, Columns] = {}
    written = {
        place: _point_series(place, one, sheet, columns)
        for place, one in sorted(enumerate(drawn), key=lambda pair: pair[1].spans is not None)
    }
    series = "".join(written[place] for place in range(len(drawn)))
    return (
        '<c:scatterChart><c:scatterStyle val="lineMarker"/><c:varyColors val="0"/>'
        f'{series}<c:axId val="{CATEGORY}"/><c:axId val="{VALUE}"/></c:scatterChart>'
        + frame.value_axis(
            panel.x,
            identity=CATEGORY,
            crossing=VALUE,
            side="b",
            title_xml=frame.x_title(panel.x.title, inside),
            crosses='<c:crosses val="max"/>' if panel.y.is_reversed else '<c:crosses val="min"/>',
        )
        + frame.value_axis(
            panel.y,
            identity=VALUE,
            crossing=CATEGORY,
            side="l",
        )
    )


def _point_series(place: int, one: Drawn, sheet: Sheet, columns: dict[str, Columns]) -> str:
    """Return one series of points; its columns stand side by side in the sheet."""
    series = one.series
    name = series.name or f"Series {place + 1}"
    sheet.gap()
    if series.point_names:
        sheet.add(f"{name}: what each point is", series.point_names)
    across: Sequence[Cell] = _without_gaps(series.x)
    up: Sequence[Cell] = series.y
    if one.spans is not None:
        across, up = _following(series, one.spans, columns[_key(one.spans)])
    x = sheet.add(f"{name}: across", across)
    y = sheet.add(name, up)
    bars = parts.errors(sheet, name, series.errors, {"x": "x", "y": "y"})
    if (number := _error_columns(series, y)) is not None:
        columns[_key(series)] = (x, y, *number)
    stroke = parts.line(series.colour, series.line_width, series.dash, opacity=series.opacity)
    look = f"<c:spPr>{stroke}</c:spPr>"
    mark = parts.marker(
        series.symbol,
        series.colour,
        series.size,
        is_filled=series.is_filled,
        opacity=series.opacity,
    )
    return (
        f'<c:ser><c:idx val="{place}"/><c:order val="{place}"/>{sheet.heading_xml(y)}{look}{mark}'
        + parts.point_markers(series)
        + parts.labels(one.labels)
        + bars
        + f"<c:xVal>{sheet.numbers_xml(x)}</c:xVal><c:yVal>{sheet.numbers_xml(y)}</c:yVal>"
        '<c:smooth val="0"/></c:ser>'
    )


def _key(one: Series) -> str:
    return f"{one.name}|{one.x}|{one.y}"


def _error_columns(series: Series, y: int) -> tuple[int, int] | None:
    """Return the columns of the intervals across; those of each axis follow the values."""
    axes = [error.axis for error in series.errors]
    if "x" not in axes:
        return None
    plus = y + 1 + 2 * axes.index("x")
    return plus, plus + 1


def _following(series: Series, spans: Series, columns: Columns) -> tuple[list[Cell], list[Cell]]:
    """Return the cells of intervals as lines: formulas of the places and lengths beside them."""
    x, y, plus, minus = columns
    across: list[Cell] = []
    up: list[Cell] = []
    held = next((at for at in series.x if at is not None), 0.0)
    for place, (at_x, at_y) in enumerate(zip(series.x, series.y, strict=True)):
        row, end = divmod(place, 3)
        if at_x is None or at_y is None or row >= len(spans.x):
            across.append(held)
            up.append(None)
            continue
        held = at_x
        sign, length = ("-", minus) if end == 0 else ("+", plus)
        cell = f"={Sheet.cell(x, row)}{sign}{Sheet.cell(length, row)}"
        across.append(Formula(cell, at_x))
        up.append(Formula(f"={Sheet.cell(y, row)}", at_y))
    return across, up


def _without_gaps(x: tuple[Number, ...]) -> tuple[Number, ...]:
    """Return places across without gaps: one empty cell would make a program count 1, 2, 3."""
    held = 0.0
    found: list[Number] = []
    for at in x:
        held = held if at is None else at
        found.append(held)
    return tuple(found)
