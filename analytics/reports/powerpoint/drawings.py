"""What PowerPoint has no chart for, drawn with its own shapes: icon arrays and logic models."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from analytics.exhibits import theme
from analytics.reports.charts.panel import Box, Panel, Series
from analytics.reports.powerpoint import shapes, text
from analytics.reports.powerpoint.area import Area

WORDS, HEAD = 12.0, 14.0
"""Sizes of the words in boxes, and of the names of stages."""
NUMBER: Final = 19.0
GAPS: Final = (46.0, 38.0, 30.0, 24.0)
"""Points between two columns of boxes: as many as words leave, no fewer than arrows need."""
LEGEND: Final = 22.0
_SYMBOL_SHARE: Final = 0.72


def icons(tree: Any, panels: Sequence[Panel], area: Area) -> None:
    """Draw squares of icons beside each other, each under what it counts.

    Parameters
    ----------
    tree : shapes of a slide or of a group
        To which they are added.
    panels : sequence of Panel
        Drawings of icons.
    area : Area
        Where.
    """
    wide = area.width / len(panels)
    for number, panel in enumerate(panels):
        first, *rest = panel.title.split("\n")
        middle = Area(area.left + number * wide, area.top, wide, area.height)
        lines = text.wrapped(" ".join(rest), 18, wide - 20)
        heading = 34 + 22 * len(lines)
        shapes.words(tree, Area(middle.left, middle.top, wide, 32), [first], 24, is_bold=True)
        shapes.words(tree, Area(middle.left, middle.top + 32, wide, heading - 34), lines, 18)
        side = min(area.height - heading - 4, wide - 40)
        left = middle.left + (wide - side) / 2
        _icons(tree, panel, Area(left, middle.top + heading, side, side))


def _icons(tree: Any, panel: Panel, area: Area) -> None:
    x, y = panel.x, panel.y
    step = area.width / (x.high - x.low)
    size = _SYMBOL_SHARE * step
    for one in panel.series:
        for at_x, at_y in zip(one.x, one.y, strict=True):
            if at_x is None or at_y is None:
                continue
            left = area.left + (at_x - x.low) * step - size / 2
            top = area.top + (y.high - at_y) * step - size / 2
            shapes.box(
                tree,
                Area(left, top, size, size),
                kind=one.symbol,
                fill=one.colour if one.is_filled else theme.WHITE,
                outline=one.colour,
                width=1.25,
            )


@dataclass(frozen=True, slots=True)
class _Column:
    """One row of the figure's boxes, which is a column on the slide."""

    low: float
    high: float
    left: float
    right: float


def flow(tree: Any, panel: Panel, area: Area) -> None:
    """Draw boxes and arrows from left to right; the figure draws them from top to bottom.

    Parameters
    ----------
    tree : shapes of a slide or of a group
        To which they are added.
    panel : Panel
        A drawing with boxes.
    area : Area
        Where.
    """
    bands = [one for one in panel.boxes if not one.outline]
    held = [one for one in panel.boxes if one.outline]
    columns = _columns(held, area, _gap(panel, area) or GAPS[-1])
    place = _Place(panel, columns, _inner(area))
    for band in bands:
        _band(tree, band, panel, place, area)
    for one in panel.series:
        if one.line_width:
            _arrows(tree, one, place)
    for box in held:
        _held(tree, box, place)
    for one in panel.series:
        if one.labels:
            _numbers(tree, one, place)
    named = [one for one in panel.series if one.in_legend and one.line_width]
    _legend(tree, named, Area(area.left, area.bottom - LEGEND + 4, area.width, LEGEND - 4))


def fits(panel: Panel, area: Area) -> bool:
    """Return whether the words of every box have room in it."""
    return _gap(panel, area) is not None


def _gap(panel: Panel, area: Area) -> float | None:
    """Return the widest gap between columns with which all words fit; None for none."""
    held = [one for one in panel.boxes if one.outline]
    for gap in GAPS:
        place = _Place(panel, _columns(held, area, gap), _inner(area))
        if all(_has_room(one, place) for one in held):
            return gap
    return None


def _has_room(one: Box, place: _Place) -> bool:
    wide = place.across(one.y0) - place.across(one.y1) - 8
    words = " ".join(one.text.split("\n"))
    lines = text.wrapped(words, WORDS, wide)
    longest = max(text.width(word, WORDS) for word in words.split())
    high = place.down(one.x1) - place.down(one.x0)
    return longest <= wide and text.height(len(lines), WORDS) + 6 <= high


def _inner(area: Area) -> Area:
    """Return the room for boxes: under the names of the stages, above the legend."""
    return Area(area.left, area.top + 20, area.width, area.height - 20 - LEGEND)


def _columns(held: Sequence[Box], area: Area, gap: float) -> list[_Column]:
    """Return the rows of the figure from its top, with where they stand on the slide."""
    rows = sorted({(one.y0, one.y1) for one in held}, key=lambda row: -row[1])
    wide = (area.width - gap * (len(rows) - 1) - 12) / len(rows)
    return [
        _Column(low, high, left, left + wide)
        for number, (low, high) in enumerate(rows)
        for left in [area.left + 6 + number * (wide + gap)]
    ]


class _Place:
    """Where a place of the figure stands on the slide: turned, and with room for words."""

    def __init__(self, panel: Panel, columns: Sequence[_Column], area: Area) -> None:
        self._panel, self._area = panel, area
        knots = [(-one.high, one.left) for one in columns]
        knots += [(-one.low, one.right) for one in columns]
        self._knots = sorted(knots)

    def across(self, y: float) -> float:
        """Return how far to the right a height of the figure stands."""
        keys = [key for key, _ in self._knots]
        place = min(max(bisect_right(keys, -y), 1), len(keys) - 1)
        (k0, x0), (k1, x1) = self._knots[place - 1], self._knots[place]
        share = (-y - k0) / (k1 - k0) if k1 > k0 else 0.0
        return x0 + share * (x1 - x0)

    def down(self, x: float) -> float:
        """Return how far down a place across the figure stands."""
        axis = self._panel.x
        return self._area.top + (x - axis.low) / (axis.high - axis.low) * self._area.height


def _band(tree: Any, band: Box, panel: Panel, place: _Place, area: Area) -> None:
    held = [one for one in panel.boxes if one.outline and band.y0 <= one.y0 and one.y1 <= band.y1]
    if not held:
        return
    left = place.across(max(one.y1 for one in held)) - 6
    right = place.across(min(one.y0 for one in held)) + 6
    shapes.box(tree, Area(left, area.top, right - left, area.height - LEGEND), fill=band.fill)
    named = [one for one in panel.words if band.y0 <= one.y <= band.y1]
    for one in named[:1]:
        at = Area(left, area.top + 2, right - left, 18)
        shapes.words(tree, at, [one.text], HEAD, is_bold=True)


def _held(tree: Any, one: Box, place: _Place) -> None:
    left, right = place.across(one.y1), place.across(one.y0)
    top, bottom = place.down(one.x0), place.down(one.x1)
    words = " ".join(one.text.split("\n"))
    lines = text.wrapped(words, WORDS, right - left - 8)
    high = max(text.height(len(lines), WORDS) + 8, min(bottom - top, 110))
    middle = (top + bottom) / 2
    shape = shapes.box(
        tree,
        Area(left, middle - high / 2, right - left, high),
        fill=one.fill,
        outline=one.outline,
    )
    shapes.write(shape, [words], WORDS, margin=3)


def _arrows(tree: Any, one: Series, place: _Place) -> None:
    for points in _paths(one):
        where = [(place.across(y), place.down(x)) for x, y in points]
        shapes.path(tree, where, colour=one.colour, width=max(one.line_width, 1.25), dash=one.dash)


def _paths(one: Series) -> Iterator[list[tuple[float, float]]]:
    points: list[tuple[float, float]] = []
    for x, y in zip(one.x, one.y, strict=True):
        if x is None or y is None:
            if len(points) > 1:
                yield points
            points = []
        else:
            points.append((x, y))
    if len(points) > 1:
        yield points


def _numbers(tree: Any, one: Series, place: _Place) -> None:
    for x, y, words in zip(one.x, one.y, one.labels, strict=True):
        if x is None or y is None:
            continue
        middle_x, middle_y = place.across(y), place.down(x)
        side = NUMBER * (1.35 if one.symbol == "diamond" else 1.0)
        at = Area(middle_x - side / 2, middle_y - side / 2, side, side)
        shape = shapes.box(
            tree, at, kind=one.symbol, fill=theme.WHITE, outline=one.colour, width=1.25
        )
        shapes.write(shape, [words], WORDS, is_bold=True, margin=0)
        shape.text_frame.word_wrap = False


def _legend(tree: Any, named: Sequence[Series], area: Area) -> None:
    left = area.left + 6
    for one in named:
        middle = area.top + area.height / 2
        shapes.segment(
            tree,
            (left, middle, left + 34, middle),
            colour=one.colour,
            width=max(one.line_width, 1.25),
            dash=one.dash,
        )
        wide = text.width(one.name, HEAD) + 12
        at = Area(left + 38, area.top, wide, area.height)
        shapes.words(tree, at, [one.name], HEAD, align="left")
        left += 38 + wide + 12
