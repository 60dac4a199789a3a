"""Series of a chart of points, with those that draw its marks, names, lines and words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from analytics.exhibits import theme
from analytics.reports.charts.panel import Axis, Errors, Number, Panel, Reference, Series
from analytics.reports.powerpoint import apart, room, text
from analytics.reports.powerpoint.parts import Label

HAIR: Final = 1e-6
"""Share of an axis: what lies on its very end may not be drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A series ready to be written, with texts at its points; ``spans`` what it draws again."""

    series: Series
    labels: tuple[Label | None, ...] = ()
    spans: Series | None = None


def all_points(fitted: room.Fitted) -> list[Drawn]:
    """Return the series of a chart of points, and those that draw its marks, lines and words."""
    panel = fitted.panel
    found: list[Drawn] = []
    grid = _grid(panel)
    if panel.x.has_grid and grid.x:
        found.append(Drawn(series=grid))
    if panel.x.ticks:
        found.append(_x_marks(panel))
    if panel.y.ticks:
        found.append(_y_marks(fitted))
    found += [Drawn(series=_reference(one)) for one in panel.references]
    for one in panel.series:
        found += [Drawn(series=_across(one), spans=one)] if errors_across(one) else []
        found.append(Drawn(series=one, labels=point_labels(one)))
    if panel.words:
        found.append(_words(fitted))
    return _longest_first(found)


def _longest_first(drawn: list[Drawn]) -> list[Drawn]:
    """Return the series, the first filled up with empty cells to the length of the longest.

    LibreOffice takes the length of its table of data from the first series.
    """
    if not drawn:
        return drawn
    more = max(len(one.series.x) for one in drawn) - len(drawn[0].series.x)
    blank = (None,) * more
    series = drawn[0].series
    filled = replace(
        series,
        x=series.x + blank,
        y=series.y + blank,
        labels=series.labels + ("",) * more if series.labels else (),
        point_names=series.point_names + ("",) * more if series.point_names else (),
        errors=tuple(
            replace(error, plus=error.plus + (0.0,) * more, minus=error.minus + (0.0,) * more)
            for error in series.errors
        ),
    )
    return [replace(drawn[0], series=filled), *drawn[1:]]


def errors_across(one: Series) -> Errors | None:
    """Return the intervals of a series that lie across; None where it has none."""
    return next((error for error in one.errors if error.axis == "x"), None)


def _across(one: Series) -> Series:
    """Return intervals across once more as lines.

    LibreOffice 7 draws no error bars of their own lengths across. The cells are formulas, so that
    the lines follow what is edited.
    """
    error = errors_across(one)
    if error is None:
        return one
    x: list[Number] = []
    y: list[Number] = []
    for at_x, at_y, plus, minus in zip(one.x, one.y, error.plus, error.minus, strict=True):
        held = at_x is not None and at_y is not None and plus + minus > 0
        low, high = ((at_x or 0) - minus, (at_x or 0) + plus) if held else (None, None)
        x += [low, high, None]
        y += [at_y if held else None, at_y if held else None, None]
    return Series(
        name=f"{one.name or 'Intervals'}: intervals as lines",
        x=tuple(x),
        y=tuple(y),
        colour=error.colour,
        line_width=error.width,
        in_legend=False,
    )


def point_labels(one: Series) -> tuple[Label | None, ...]:
    """Return the texts at the points of a series."""
    return tuple(
        Label(lines=tuple(words.split("\n")), place=place, colour=one.label_colour)
        if words
        else None
        for words, place in zip(
            one.labels, one.label_places or [one.label_place] * len(one.labels), strict=True
        )
    )


def _reference(one: Reference) -> Series:
    return Series(
        name=one.name or "Line",
        x=(one.x0, one.x1),
        y=(one.y0, one.y1),
        colour=one.colour,
        line_width=max(one.width, 1.0),
        dash=one.dash,
        in_legend=False,
    )


def _words(fitted: room.Fitted) -> Drawn:
    panel, inside = fitted.panel, fitted.inside
    own = [apart.own_box(fitted, one) for one in panel.words]
    moved = zip(panel.words, own, apart.spots(fitted), strict=True)
    labels = tuple(
        Label(
            lines=tuple(one.text.split("\n")),
            place=one.place,
            shift=(spot.box.left - at.left) / inside.width,
            rise=(apart.raised(one) + at.top - spot.box.top) / inside.height,
            colour=one.colour,
            is_bold=one.is_bold,
            align={"right": "l", "left": "r"}.get(one.place, "ctr"),
            has_ground=spot.is_covering,
        )
        for one, at, spot in moved
    )
    x = tuple(_off_end(one.x, panel.x) for one in panel.words)
    y = tuple(_off_end(one.y, panel.y) for one in panel.words)
    return Drawn(series=Series(name="Words", x=x, y=y, in_legend=False), labels=labels)


def _off_end(at: float, axis: Axis) -> float:
    """Return a place a hair inside the plot: what lies on its end or beyond may not be drawn."""
    if axis.is_log:
        return max(axis.low * (1 + HAIR), min(axis.high * (1 - HAIR), at))
    hair = HAIR * (axis.high - axis.low)
    return max(axis.low + hair, min(axis.high - hair, at))


def _grid(panel: Panel) -> Series:
    """Return the lines that cross the plot at the marks of an axis that names its own."""
    # Programs differ in which series is in front, so that none stands where something is drawn.
    taken = {one.x0 for one in panel.references if one.x0 == one.x1}
    taken |= {
        at
        for one in panel.series
        for at in one.x
        if at is not None and any(error.axis == "y" for error in one.errors)
    }
    free = [tick.at for tick in panel.x.ticks if tick.at not in taken]
    ends = (panel.y.low, panel.y.high, None)
    return Series(
        name="Grid",
        x=tuple(at for at in free for _ in ends),
        y=ends * len(free),
        colour=theme.GRID,
        line_width=0.75,
        in_legend=False,
    )


def _x_marks(panel: Panel) -> Drawn:
    """Return the marks of an axis that names its own."""
    return Drawn(
        series=Series(
            name="Marks of the axis",
            x=tuple(tick.at for tick in panel.x.ticks),
            y=tuple(panel.y.low for _ in panel.x.ticks),
            in_legend=False,
        ),
        labels=tuple(
            Label(lines=tuple(tick.text.split("\n")), place="below") for tick in panel.x.ticks
        ),
    )


def _y_marks(fitted: room.Fitted) -> Drawn:
    """Return the names of rows, beside points that stand over the edge of the plot."""
    panel, inside = fitted.panel, fitted.inside
    axis = panel.x
    edge, away = _off_end(axis.low, axis), room.at_edge(panel) / inside.width
    return Drawn(
        series=Series(
            name="Names of the rows",
            x=tuple(edge for _ in panel.y.ticks),
            y=tuple(tick.at for tick in panel.y.ticks),
            point_names=tuple(text.flat(tick.text) for tick in panel.y.ticks),
            in_legend=False,
        ),
        labels=tuple(
            Label(
                lines=tuple(tick.text.split("\n")),
                place="left",
                align="r",
                is_bold=tick.is_bold,
                shift=-away,
            )
            for tick in panel.y.ticks
        ),
    )
