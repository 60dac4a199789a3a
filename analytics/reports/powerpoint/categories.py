"""Charts of bars and lines over categories."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from analytics.exhibits import theme
from analytics.reports.charts.panel import Axis, Panel, Series
from analytics.reports.powerpoint import frame, helpers, parts, room, text
from analytics.reports.powerpoint.frame import CATEGORY, VALUE
from analytics.reports.powerpoint.parts import SIZE, Inside, Label
from analytics.reports.powerpoint.sheet import Sheet

BESIDE: Final = 4.0
"""Points between the end of an interval and the text beside it."""


def chart(fitted: room.Fitted, sheet: Sheet) -> str:
    """Return a chart of bars or lines over categories."""
    panel, inside = fitted.panel, fitted.inside
    names = sheet.add("Category", [text.flat(one) for one in panel.categories])
    kind = "bar" if panel.kind == "bar" else "line"
    series = "".join(
        _category_series(place, one, panel, inside, sheet, names)
        for place, one in enumerate(panel.series)
    )
    axes = f'<c:axId val="{CATEGORY}"/><c:axId val="{VALUE}"/>'
    if kind == "line":
        chart = (
            '<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>'
            f'{series}<c:marker val="1"/>{axes}</c:lineChart>'
        )
    else:
        grouping = "stacked" if panel.grouping == "stacked" else "clustered"
        overlap = 0 if panel.grouping == "clustered" else 100
        chart = (
            f'<c:barChart><c:barDir val="{"bar" if panel.is_horizontal else "col"}"/>'
            f'<c:grouping val="{grouping}"/><c:varyColors val="0"/>{series}'
            f'<c:gapWidth val="60"/><c:overlap val="{overlap}"/>{axes}</c:barChart>'
        )
    return chart + _category_axes(fitted)


def _category_series(
    place: int, one: Series, panel: Panel, inside: Inside, sheet: Sheet, names: int
) -> str:
    column = sheet.add(one.name or f"Series {place + 1}", one.y)
    head = f'<c:ser><c:idx val="{place}"/><c:order val="{place}"/>{sheet.heading_xml(column)}'
    data = f"<c:cat>{sheet.words_xml(names)}</c:cat><c:val>{sheet.numbers_xml(column)}</c:val>"
    name = one.name or f"Series {place + 1}"
    if panel.kind == "line":
        look = parts.line(one.colour, one.line_width, one.dash, opacity=one.opacity)
        mark = parts.marker(
            one.symbol, one.colour, one.size, is_filled=one.is_filled, opacity=one.opacity
        )
        return (
            f"{head}<c:spPr>{look}</c:spPr>{mark}{parts.point_markers(one)}"
            + parts.labels(helpers.point_labels(one))
            + parts.errors(sheet, name, one.errors, {"y": "y"})
            + f'{data}<c:smooth val="0"/></c:ser>'
        )
    colours = "".join(
        f'<c:dPt><c:idx val="{number}"/><c:invertIfNegative val="0"/><c:bubble3D val="0"/>'
        f"<c:spPr>{parts.fill(colour)}</c:spPr></c:dPt>"
        for number, colour in enumerate(one.colours)
    )
    return (
        f"{head}<c:spPr>{parts.fill(one.colour, one.opacity)}</c:spPr>"
        f'<c:invertIfNegative val="0"/>{colours}'
        + parts.labels(_bar_labels(one, panel, inside))
        + parts.errors(sheet, name, one.errors, {"x": None, "y": None})
        + f"{data}</c:ser>"
    )


def _bar_labels(one: Series, panel: Panel, inside: Inside) -> tuple[Label | None, ...]:
    """Return the texts of bars; one outside stands beyond the end of the interval."""
    axis = panel.x if panel.is_horizontal else panel.y
    span, along = axis.high - axis.low, inside.across / inside.width
    found: list[Label | None] = []
    for place, words in enumerate(one.labels):
        value = one.y[place]
        if not words or value is None:
            found.append(None)
            continue
        where = one.label_place
        if where == "outside" and panel.grouping == "stacked":
            where = "centre"
        beyond = max((error.plus[place] for error in one.errors), default=0.0)
        fits = text.width(words, SIZE) + 8 < abs(value - one.base) / span * inside.across
        colour = one.label_colour
        is_apart = panel.grouping != "stacked"
        if where == "inside" and panel.is_horizontal and is_apart and not fits:
            where, colour = "outside", theme.TEXT
        is_moved = where == "outside" and panel.is_horizontal
        found.append(
            Label(
                lines=tuple(words.split("\n")),
                place=where,
                colour=colour if where != "outside" else theme.TEXT,
                shift=beyond / span * along + BESIDE / inside.width if is_moved and beyond else 0.0,
            )
        )
    return tuple(found)


def _category_axes(fitted: room.Fitted) -> str:
    panel, inside = fitted.panel, fitted.inside
    lies = panel.kind == "bar" and panel.is_horizontal
    names, numbers = (panel.y, panel.x) if lies else (panel.x, panel.y)
    base = next((one.base for one in panel.series if one.base), 0.0)
    where = f'<c:crossesAt val="{base!r}"/>' if base else '<c:crosses val="autoZero"/>'
    across = frame.x_title(panel.x.title, inside)
    deleted = "none" if names.is_hidden else "low"
    category = (
        f'<c:catAx><c:axId val="{CATEGORY}"/><c:scaling><c:orientation '
        f'val="{"maxMin" if lies else "minMax"}"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="{"l" if lies else "b"}"/>{"" if lies else across}'
        '<c:numFmt formatCode="General" sourceLinked="0"/>'
        '<c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
        f'<c:tickLblPos val="{deleted}"/><c:spPr>{parts.line(theme.MUTED, 0.75)}</c:spPr>'
        f"{text.text_properties_xml(SIZE, theme.TEXT)}"
        f'<c:crossAx val="{VALUE}"/>{where}<c:auto val="0"/><c:lblAlgn val="ctr"/>'
        '<c:lblOffset val="50"/><c:tickLblSkip val="1"/><c:noMultiLvlLbl val="1"/></c:catAx>'
    )
    value = frame.value_axis(
        _with_step(numbers),
        identity=VALUE,
        crossing=CATEGORY,
        side="b" if lies else "l",
        title_xml=across if lies else "",
        labels="nextTo" if lies else "low",
        crosses='<c:crosses val="max"/>' if lies else '<c:crosses val="autoZero"/>',
        is_between=True,
    )
    return category + value


def _with_step(axis: Axis) -> Axis:
    """Return an axis of values that has evenly spaced marks of its own as one with a step."""
    if not axis.ticks:
        return axis
    places = sorted(tick.at for tick in axis.ticks)
    step = places[1] - places[0] if len(places) > 1 else 0.0
    return replace(axis, ticks=(), step=step)
