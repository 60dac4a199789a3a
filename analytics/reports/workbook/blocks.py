"""What the charts of an exhibit read: blocks of points, each a run of rows of one table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeVar

from analytics.reports.charts.panel import Panel, Reference, Series

Role = Literal["series", "line", "x names", "y names", "words"]
Values = tuple[float | None, ...]
NO_PLACE: Final = ""
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Points that one series of a chart reads.

    Attributes
    ----------
    role : str
        A series of the figure, a line of reference, the names of an axis, or words at a place.
    name : str
        What the rows are called; may be empty.
    points : tuple of str
        What each point is: its category, where the chart has categories.
    across, up : tuple of float or None
        Coordinates, as they are drawn; of a chart with categories only the values are there.
    below, above : dict
        Lengths of the intervals by axis (``x`` or ``y``).
    labels : tuple of str
        What is written at each point; empty where nothing is.
    series : Series or None
        How it looks.
    reference : Reference or None
        How a line looks.
    """

    role: Role
    name: str
    points: tuple[str, ...]
    across: Values
    up: Values
    below: dict[str, Values]
    above: dict[str, Values]
    labels: tuple[str, ...]
    series: Series | None = None
    reference: Reference | None = None


def blocks_of(panel: Panel) -> tuple[Block, ...]:
    """Return what a chart reads, in the order in which it is drawn; no block is empty."""
    return tuple(block for block in _blocks(panel) if block.points)


def _blocks(panel: Panel) -> tuple[Block, ...]:
    if panel.kind == "xy":
        return (
            *(_of_line(line) for line in panel.references),
            *(_of_points(one) for series in panel.series for one in _by_symbol(series)),
            *_names_and_words(panel),
        )
    series = (_of_categories(panel, one) for one in panel.series)
    return (*series, *(_level(panel, line) for line in panel.references if _is_level(panel, line)))


def lost_lines(panel: Panel) -> tuple[Reference, ...]:
    """Return the lines of reference that a chart with categories can't have."""
    if panel.kind == "xy":
        return ()
    return tuple(line for line in panel.references if not _is_level(panel, line))


def _is_level(panel: Panel, line: Reference) -> bool:
    """Return whether a line is at one height of a chart whose categories run across."""
    return not panel.is_horizontal and line.y0 == line.y1


def _of_points(series: Series) -> Block:
    size = len(series.x)
    return Block(
        role="series",
        name=series.name,
        points=series.point_names or ("",) * size,
        across=tuple(_held(series.x)),
        up=series.y,
        below={one.axis: one.minus for one in series.errors},
        above={one.axis: one.plus for one in series.errors},
        labels=series.labels or ("",) * size,
        series=series,
    )


def _held(places: Values) -> Iterator[float | None]:
    """Yield each place; a missing one is the last before it, for the point is not drawn."""
    last = next((place for place in places if place is not None), 0.0)
    for place in places:
        last = last if place is None else place
        yield last


def _of_line(line: Reference) -> Block:
    return Block(
        role="line",
        name=line.name or "Line",
        points=("start", "end"),
        across=(line.x0, line.x1),
        up=(line.y0, line.y1),
        below={},
        above={},
        labels=("", ""),
        reference=line,
    )


def _level(panel: Panel, line: Reference) -> Block:
    size = len(panel.categories)
    return Block(
        role="line",
        name=line.name or "Line",
        points=panel.categories,
        across=(None,) * size,
        up=(line.y0,) * size,
        below={},
        above={},
        labels=("",) * size,
        reference=line,
    )


def _names_and_words(panel: Panel) -> Iterator[Block]:
    if panel.x.ticks and not panel.x.is_hidden:
        foot = panel.y.high if panel.y.is_reversed else panel.y.low
        yield _of_texts("x names", [(one.at, foot, one.text) for one in panel.x.ticks])
    if panel.y.ticks and not panel.y.is_hidden:
        side = panel.x.high if panel.x.is_reversed else panel.x.low
        yield _of_texts("y names", [(side, one.at, one.text) for one in panel.y.ticks])
    for place in dict.fromkeys(one.place for one in panel.words):
        words = [(one.x, one.y, one.text) for one in panel.words if one.place == place]
        yield _of_texts("words", words, place)


def _of_texts(role: Role, texts: list[tuple[float, float, str]], place: str = NO_PLACE) -> Block:
    size = len(texts)
    return Block(
        role=role,
        name={"x names": "Names below", "y names": "Names at the side"}.get(role, "Words"),
        points=("",) * size,
        across=tuple(x for x, _, _ in texts),
        up=tuple(y for _, y, _ in texts),
        below={},
        above={},
        labels=tuple(text for _, _, text in texts),
        series=Series(name="", x=(), y=(), label_place=place),
    )


def _of_categories(panel: Panel, series: Series) -> Block:
    """Return a series with one row for each category, whether or not it has a value there."""
    size = len(panel.categories)
    at = {int(place): row for row, place in enumerate(series.x) if place is not None}
    rows = [at.get(place) for place in range(size)]
    values = tuple(None if row is None else series.y[row] for row in rows)
    nothing: Values = (None,) * size
    axis = "x" if panel.is_horizontal else "y"
    own = next(iter(series.errors), None)
    return Block(
        role="series",
        name=series.name,
        points=panel.categories,
        across=values if panel.is_horizontal else nothing,
        up=nothing if panel.is_horizontal else values,
        below={axis: _at(own.minus, rows)} if own else {},
        above={axis: _at(own.plus, rows)} if own else {},
        labels=tuple(
            series.labels[row] if row is not None and series.labels else "" for row in rows
        ),
        series=series,
    )


def _at(lengths: tuple[float, ...], rows: list[int | None]) -> Values:
    return tuple(0.0 if row is None else lengths[row] for row in rows)


def _by_symbol(series: Series) -> Iterator[Series]:
    """Yield a series once for each of its markers, for a series of a spreadsheet has one.

    A line through points of several markers is a series of its own, before them.
    """
    if not series.symbols:
        yield series
        return
    if series.line_width:
        yield replace(series, symbol="none", symbols=(), errors=(), labels=(), colours=())
    for number, symbol in enumerate(dict.fromkeys(series.symbols)):
        kept = [row for row, one in enumerate(series.symbols) if one == symbol]
        yield replace(
            series,
            x=_chosen(series.x, kept),
            y=_chosen(series.y, kept),
            symbol=symbol,
            symbols=(),
            line_width=0.0,
            errors=tuple(
                replace(one, plus=_chosen(one.plus, kept), minus=_chosen(one.minus, kept))
                for one in series.errors
            ),
            labels=_chosen(series.labels, kept),
            colours=_chosen(series.colours, kept),
            point_names=_chosen(series.point_names, kept),
            in_legend=series.in_legend and not number and not series.line_width,
        )


def _chosen(values: tuple[Value, ...], rows: list[int]) -> tuple[Value, ...]:
    return tuple(values[row] for row in rows) if values else ()
