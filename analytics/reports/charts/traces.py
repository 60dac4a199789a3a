"""Traces of a figure as neutral series, in coordinates of numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final

from analytics.exhibits import theme
from analytics.reports.charts import bands, values
from analytics.reports.charts.panel import Dash, Errors, Number, Series, Symbol

Place = Callable[[Any], Number]
"""Where a value of an axis stands, as a number."""

PIXELS_A_POINT: Final = 96 / 72
HIDDEN: Final = (False, "legendonly")
_SYMBOLS: Final[tuple[tuple[str, Symbol], ...]] = (
    ("circle", "circle"),
    ("square", "square"),
    ("diamond", "diamond"),
    ("triangle", "triangle"),
    ("hexagon", "circle"),
    ("line-ns", "tick"),
    ("line-ew", "dash"),
    ("arrow", "arrow"),
    ("x", "x"),
    ("cross", "x"),
)
_DASHES: Final[dict[str, Dash]] = {
    "dash": "dash",
    "longdash": "dash",
    "dot": "dot",
    "dashdot": "dashdot",
    "longdashdot": "dashdot",
}
_PLACES: Final = {
    "outside": "outside",
    "auto": "outside",
    "inside": "inside",
    "none": "",
}


def symbol(value: Any) -> Symbol:
    """Return the marker, without whether it is filled."""
    name = str(value or "circle")
    return next((ours for start, ours in _SYMBOLS if name.startswith(start)), "circle")


def dash(value: Any) -> Dash:
    """Return how a line is broken."""
    return _DASHES.get(str(value), "solid")


def of_bars(trace: dict[str, Any], category: Place, value: Place, colour: str) -> Series:
    """Return a trace of bars: places of its categories, and its values.

    Parameters
    ----------
    trace : dict
        Of type ``bar``.
    category, value : callable
        Where a category stands, and what a value is.
    colour : str
        Of bars that have none of their own.
    """
    is_lying = trace.get("orientation") == "h"
    along, across = ("y", "x") if is_lying else ("x", "y")
    found = values.listed(trace[across])
    places = trace.get(along)
    at = values.listed(places) if places is not None else list(range(len(found)))
    bases = [base or 0.0 for base in map(values.number, values.each(trace.get("base"), len(found)))]
    sizes = [value(one) for one in found]
    marker = trace.get("marker") or {}
    colours = [values.colour(one, colour) for one in values.each(marker.get("color"), len(found))]
    place = _PLACES.get(str(trace.get("textposition") or "auto"), "outside")
    if place == "inside" and trace.get("insidetextanchor") == "middle":
        place = "centre"
    font = trace.get("textfont") or {}
    dark = place in ("inside", "centre") and "color" not in font
    return Series(
        name=values.plain(trace.get("name")),
        x=tuple(category(one) for one in at),
        y=tuple(
            None if size is None else base + size for size, base in zip(sizes, bases, strict=True)
        ),
        colour=colours[0] if colours else colour,
        colours=tuple(colours) if len(set(colours)) > 1 else (),
        errors=_errors(trace, len(found)),
        labels=_texts(trace, len(found)) if place else (),
        label_place=place or "outside",
        label_colour=theme.WHITE if dark else values.colour(font.get("color"), theme.TEXT),
        point_names=_point_names(trace, len(found)),
        in_legend=bool(trace.get("name")) and trace.get("showlegend") is not False,
        base=bases[0] if bases else 0.0,
    )


def of_points(trace: dict[str, Any], x: Place, y: Place, colour: str) -> Iterator[Series]:
    """Yield the series of a scatter trace: one, or two for the ends of a band.

    Parameters
    ----------
    trace : dict
        Of type ``scatter``; one that bounds a band is marked, see `bands.marked`.
    x, y : callable
        Where a value stands on each axis.
    colour : str
        Of a trace that has none of its own.
    """
    xs, ys = values.listed(trace.get("x")), values.listed(trace.get("y"))
    xs = xs or list(range(len(ys)))
    found = _styled(trace, [x(one) for one in xs], [y(one) for one in ys], colour)
    shape = (trace.get("line") or {}).get("shape")
    for one in bands.ends(found, trace) if "_band" in trace else (found,):
        yield _stepped(one, shape)


def _styled(trace: dict[str, Any], x: list[Number], y: list[Number], colour: str) -> Series:
    mode = str(trace.get("mode") or "lines+markers")
    marker, line = trace.get("marker") or {}, trace.get("line") or {}
    outline = marker.get("line") or {}
    size = len(x)
    symbols = values.each(marker.get("symbol"), size)
    sizes = [values.number(one) for one in values.each(marker.get("size", 6), size)]
    fills = [
        values.colour(values.first(one, outline.get("color"), line.get("color")), colour)
        for one in values.each(marker.get("color"), size)
    ]
    shapes: list[Symbol] = [
        "none" if drawn == 0 else symbol(one) for one, drawn in zip(symbols, sizes, strict=True)
    ]
    has_marker = "markers" in mode
    white = bool(fills) and set(fills) == {theme.WHITE}
    own = values.colour(line.get("color"), fills[0] if fills else colour)
    if has_marker and "lines" not in mode:
        own = values.colour(outline.get("color"), colour) if white else (fills or [colour])[0]
        if symbols and str(symbols[0]).startswith("line-"):
            own = values.colour(values.first(outline.get("color"), marker.get("color")), colour)
    places = [_text_place(one) for one in values.each(trace.get("textposition"), size)]
    is_mixed = has_marker and (len(set(shapes)) > 1)
    return Series(
        name=values.plain(trace.get("name")),
        x=tuple(x),
        y=tuple(y),
        colour=own,
        opacity=values.opacity(values.first(line.get("color"), marker.get("color"))),
        symbol=shapes[0] if has_marker and shapes else "none",
        is_filled=not white and not (symbols and "open" in str(symbols[0])),
        size=(max(values.known(sizes), default=6.0) or 6.0) / PIXELS_A_POINT,
        line_width=float(line.get("width", 2)) / PIXELS_A_POINT if "lines" in mode else 0.0,
        dash=dash(line.get("dash")),
        errors=_errors(trace, size),
        labels=_texts(trace, size) if "text" in mode else (),
        label_place=places[0] if places else "centre",
        label_places=tuple(places) if len(set(places)) > 1 else (),
        label_colour=values.colour((trace.get("textfont") or {}).get("color"), theme.TEXT),
        colours=tuple(fills) if has_marker and len(set(fills)) > 1 else (),
        symbols=tuple(shapes) if is_mixed else (),
        point_names=_point_names(trace, size),
        in_legend=bool(trace.get("name")) and trace.get("showlegend") is not False,
    )


def _errors(trace: dict[str, Any], size: int) -> tuple[Errors, ...]:
    found = []
    for axis in ("x", "y"):
        given = trace.get(f"error_{axis}") or {}
        if given.get("visible") is False or given.get("array") is None:
            continue
        plus = [values.number(one) or 0.0 for one in values.each(given["array"], size)]
        below = given.get("arrayminus")
        minus = (
            plus
            if below is None or given.get("symmetric")
            else [values.number(one) or 0.0 for one in values.each(below, size)]
        )
        found.append(
            Errors(
                axis="x" if axis == "x" else "y",
                plus=tuple(max(one, 0.0) for one in plus),
                minus=tuple(max(one, 0.0) for one in minus),
                colour=values.solid(given.get("color"), theme.TEXT),
                width=float(given.get("thickness", 2)) / PIXELS_A_POINT,
                has_caps=bool(given.get("width", 4)),
            )
        )
    return tuple(error for error in found if error.has_any)


def _texts(trace: dict[str, Any], size: int) -> tuple[str, ...]:
    texts = tuple(values.plain(one) for one in values.each(trace.get("text"), size))
    return texts if any(texts) else ()


def _text_place(given: Any) -> str:
    place = str(given or "middle center")
    if "left" in place or "right" in place:
        return "left" if "left" in place else "right"
    return "above" if "top" in place else "below" if "bottom" in place else "centre"


def _point_names(trace: dict[str, Any], size: int) -> tuple[str, ...]:
    """Return what the figure says of each point when one points at it."""
    for key in ("customdata", "hovertext", "text"):
        given = values.each(trace.get(key), size) if trace.get(key) is not None else []
        if given and all(one is None or isinstance(one, str) for one in given):
            return tuple(values.plain(one).replace("\n", " ") for one in given)
    return ()


def _stepped(found: Series, shape: Any) -> Series:
    """Return a line of steps as one with a point at each corner."""
    if shape not in ("hv", "vh") or len(found.x) < 2:
        return found
    x: list[Number] = [found.x[0]]
    y: list[Number] = [found.y[0]]
    for (x0, y0), (x1, y1) in pairwise(zip(found.x, found.y, strict=True)):
        x += [x1 if shape == "hv" else x0, x1]
        y += [y0 if shape == "hv" else y1, y1]
    return replace(found, x=tuple(x), y=tuple(y), point_names=())


def drawn_points(series: Sequence[Series]) -> int:
    """Return how many points or bars are drawn."""
    return sum(
        sum(x is not None and y is not None for x, y in zip(one.x, one.y, strict=True))
        for one in series
    )
