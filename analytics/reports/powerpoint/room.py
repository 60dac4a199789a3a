"""Room for the words of a chart: where its plot lies, and how its rows are named."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from analytics.reports.charts.panel import Axis, Panel, Series, Words
from analytics.reports.powerpoint import beside, text
from analytics.reports.powerpoint.parts import SIZE, Inside

ROW: Final = SIZE * text.LINE + 1.5
"""Height of a line of a chart's words, in points."""
WIDEST_NAMES: Final = 0.42
"""Share of a chart that the names of its rows may take."""
LEAST_PLOT: Final = 60.0
KEY: Final = 44.0
"""What an entry of a legend needs beside its words."""
EDGE: Final = 12.0
NEAR: Final = 0.01
"""A point this near the left end of the plot, as a share of it, stands over its edge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A panel with the room that its words need.

    Attributes
    ----------
    panel : Panel
        Its names of rows are broken into lines.
    inside : Inside
        Where the plot lies.
    legend_top, legend_height : float
        In points; the height is 0 without a legend.
    """

    panel: Panel
    inside: Inside
    legend_top: float
    legend_height: float


def fitted(panel: Panel, width: float, height: float, *, names: float | None = None) -> Fitted:
    """Return a panel with the room that its words need in a frame.

    Parameters
    ----------
    panel : Panel
        A chart.
    width, height : float
        Of the frame, in points.
    names : float, optional
        Room at the left, so that panels below each other are in line.
    """
    panel = _held(panel)
    top = EDGE / 2 + ROW * len(heading(panel, width))
    legend_top, legend_height = top, legend_lines(panel, width) * (ROW + 3)
    top += legend_height + _above(panel) + (0 if legend_height else EDGE / 2)
    bottom = _below(panel)
    right = EDGE + _overhang(panel, width)
    plot = max(height - top - bottom, LEAST_PLOT)
    panel, left = _named(panel, width, plot, names)
    panel, right = beside.named(panel, beside.Room(width, left, right))
    panel = _thinned(panel, width - left - right)
    return Fitted(
        panel=panel,
        inside=Inside(
            width=width,
            height=height,
            left=left,
            top=top,
            right=right,
            bottom=height - top - plot,
        ),
        legend_top=legend_top,
        legend_height=legend_height,
    )


def _held(panel: Panel) -> Panel:
    """Return a panel without lines that have no point: they would shift LibreOffice's legend."""
    kept = (
        one
        for one in panel.series
        if (panel.kind != "xy" and one.is_bars)
        or any(x is not None and y is not None for x, y in zip(one.x, one.y, strict=True))
    )
    return replace(panel, series=tuple(kept))


def heading(panel: Panel, width: float) -> list[tuple[str, bool]]:
    """Return the lines above a panel, each with whether it is bold: its title and its axis's."""
    return [
        *((line, True) for line in _lines(panel.title, width, is_bold=True)),
        *((line, False) for line in _lines(panel.y.title, width, is_bold=False)),
    ]


def _lines(words: str, width: float, *, is_bold: bool) -> list[str]:
    one = text.flat(words)
    return text.wrapped(one, SIZE, 0.88 * width - EDGE, is_bold=is_bold) if one else []


def legend_lines(panel: Panel, width: float) -> int:
    """Return how many lines a legend needs; 0 without one."""
    names = [one.name for one in in_legend(panel)]
    if not names:
        return 0
    entries = [KEY + text.width(name, SIZE) for name in names]
    columns = max(1, math.floor(0.95 * width / max(entries)))
    in_columns = math.ceil(len(names) / columns)
    return max(in_columns, math.ceil(sum(entries) / (0.95 * width)))


def in_legend(panel: Panel) -> list[Series]:
    """Return the series that the legend has, each name once; one series needs no legend."""
    found: dict[str, Series] = {}
    for one in panel.series:
        if one.in_legend and one.name:
            found.setdefault(one.name, one)
    shown = [one for one in panel.series if any(value is not None for value in one.y)]
    return list(found.values()) if len(shown) > 1 or len(found) > 1 else []


def rows_that_fit(panel: Panel, width: float, height: float) -> int:
    """Return how many of the rows of a panel can be named in a frame; 0 where all can."""
    drawn = fitted(panel, width, height)
    count = len(panel.y.ticks) if panel.kind == "xy" else len(panel.categories)
    if not (panel.y.ticks or panel.is_horizontal) or count < 2:
        return 0
    room = drawn.inside.left - EDGE
    names = [tick.text for tick in panel.y.ticks] if panel.kind == "xy" else panel.categories
    lines = [len(text.wrapped(text.flat(one), SIZE, room)) for one in names]
    marks = max(1, len([one for one in panel.series if one.is_bars])) if panel.categories else 1
    # Clustered bars need room for their own marks as well as for the name.
    least = max(max(lines) * ROW, 9.0 * marks + 6)
    return 0 if count * least <= drawn.inside.high else max(2, int(drawn.inside.high // least))


def _named(panel: Panel, width: float, plot: float, names: float | None) -> tuple[Panel, float]:
    """Return the panel with its row names in lines, and the room that they need at the left."""
    widest = WIDEST_NAMES * width
    if panel.kind == "bar" and panel.is_horizontal:
        room = names or _needed(panel.categories, widest, plot, len(panel.categories))
        return panel, room + EDGE
    if not panel.y.ticks:
        numbers = _numbers(panel.y)
        return panel, names or (EDGE if panel.y.is_hidden else numbers + EDGE)
    texts = [text.flat(tick.text) for tick in panel.y.ticks]
    gaps = [abs(b.at - a.at) for a, b in pairwise(sorted(panel.y.ticks, key=lambda t: t.at))]
    span = panel.y.high - panel.y.low
    rows = span / min(gaps, default=span)
    room = names or _needed(texts, widest, plot, rows) + at_edge(panel)
    broken = tuple(
        replace(tick, text="\n".join(text.wrapped(words, SIZE, room - at_edge(panel))))
        for tick, words in zip(panel.y.ticks, texts, strict=True)
    )
    return replace(panel, y=replace(panel.y, ticks=broken)), room + EDGE


def at_edge(panel: Panel) -> float:
    """Return how far points at the left end of the plot reach beyond it, in points."""
    end = panel.x.low + NEAR * (panel.x.high - panel.x.low)
    reach = (
        one.size / 2 + 2
        for one in panel.series
        if one.symbol != "none" and any(at is not None and at <= end for at in one.x)
    )
    return max(reach, default=0.0)


def _thinned(panel: Panel, across: float) -> Panel:
    """Return the panel with as many marks of dates or numbers as have room beside each other."""
    axis = panel.x
    if panel.kind != "xy" or len(axis.ticks) < 2:
        return panel
    widest = max(text.width(tick.text, SIZE) for tick in axis.ticks) + EDGE
    space = across / len(axis.ticks)
    every = math.ceil(widest / space)
    if every < 2 or not axis.is_date:
        return panel
    return replace(panel, x=replace(axis, ticks=axis.ticks[::every]))


def _needed(names: Sequence[str], widest: float, plot: float, rows: float) -> float:
    """Return the narrowest room in which every name has as few lines as its row has room for."""
    lines = max(1, int(plot / max(rows, 1) / ROW))
    room = 0.25 * widest
    while room < widest:
        broken = [text.wrapped(text.flat(name), SIZE, room) for name in names]
        if max(map(len, broken), default=0) <= min(lines, 3):
            return max((text.width("\n".join(one), SIZE) for one in broken), default=0.0) + 2
        room += 8
    broken = [text.wrapped(text.flat(name), SIZE, widest) for name in names]
    return max((text.width("\n".join(one), SIZE) for one in broken), default=0.0) + 2


def _numbers(axis: Axis) -> float:
    """Return about how wide the numbers of an axis are."""
    shown = max((f"{axis.low:,.0f}", f"{axis.high:,.0f}"), key=len)
    decimals = axis.number_format.split(";")[0].partition(".")[2].count("0")
    more = "." + "0" * decimals if decimals else ""
    extra = "".join(axis.number_format.split(";")[0].split('"')[1::2])
    return text.width(f"{shown}{more}{extra}", SIZE) + 4


def _above(panel: Panel) -> float:
    """Return the room that texts at the upper end of the plot need above it."""
    at_top = [one for one in panel.words if is_above(panel, one)]
    return max((ROW * (one.text.count("\n") + 1) for one in at_top), default=0.0)


def is_above(panel: Panel, one: Words) -> bool:
    """Return whether a text stands above the plot."""
    is_up = one.place == "above" or one.rise > 0
    return panel.kind == "xy" and is_up and one.y >= panel.y.high - 1e-9


def _below(panel: Panel) -> float:
    axis = panel.x
    if axis.is_hidden and not axis.title:
        return 6.0
    if panel.kind == "line" or (panel.kind == "bar" and not panel.is_horizontal):
        lines = max((one.count("\n") + 1 for one in panel.categories), default=1)
        return ROW * max(lines, 2) + (ROW + 4 if axis.title else 0) + 4
    lines = max((tick.text.count("\n") + 1 for tick in axis.ticks), default=1)
    shown = 0.0 if axis.is_hidden else ROW * lines + 4
    return shown + (ROW + 4 if axis.title else 0) + 4


def _overhang(panel: Panel, width: float) -> float:
    """Return the room at the right for the last mark of the axis, and for labels beyond it."""
    last = max(panel.x.ticks, key=lambda tick: tick.at, default=None)
    half = text.width(last.text, SIZE) / 2 if last else _numbers(panel.x) / 2
    if panel.kind == "line":
        ends = [label for one in panel.series for label in one.labels if label]
        half = max([half, *(text.width(label, SIZE) for label in ends)])
    return min(half, 0.3 * width)
