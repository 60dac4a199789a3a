"""Lines, texts and boxes that a figure draws beside its traces, at places of a panel."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from analytics.exhibits import theme
from analytics.reports.charts import traces, values
from analytics.reports.charts.panel import Axis, Box, Number, Panel, Reference, Tick, Words
from analytics.reports.charts.plot import Plot

NEAR: Final = 0.03
"""A text this near a line, as a share of the panel, says what the line is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A coordinate: in units of the axis, or as a share of the panel."""

    at: float
    is_share: bool

    def on(self, axis: Axis) -> float:
        """Return it in units of an axis, which may be logarithmic or run the other way."""
        if not self.is_share:
            return self.at
        share = 1 - self.at if axis.is_reversed else self.at
        if axis.is_log:
            low, high = math.log10(axis.low), math.log10(axis.high)
            return float(10 ** (low + share * (high - low)))
        return axis.low + share * (axis.high - axis.low)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A line or a rectangle, before the ends of the axes are known."""

    x: tuple[Spot, Spot]
    y: tuple[Spot, Spot]
    is_box: bool
    raw: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A text, before the ends of the axes are known."""

    x: Spot
    y: Spot
    raw: dict[str, Any]


def lines(layout: dict[str, Any], plot: Plot) -> tuple[Shape, ...]:
    """Return the lines and rectangles of one pair of axes."""
    found = []
    for raw in layout.get("shapes") or ():
        if raw.get("visible") is False or not _belongs(raw, plot):
            continue
        x = [_spot(raw, f"x{end}", "x", plot) for end in (0, 1)]
        y = [_spot(raw, f"y{end}", "y", plot) for end in (0, 1)]
        if any(one is None for one in (*x, *y)):
            continue
        found.append(
            Shape(
                x=(x[0], x[1]),  # type: ignore[arg-type]
                y=(y[0], y[1]),  # type: ignore[arg-type]
                is_box=raw.get("type") != "line",
                raw=raw,
            )
        )
    return tuple(found)


def texts(layout: dict[str, Any], plot: Plot) -> tuple[Note, ...]:
    """Return the texts of one pair of axes, without its title."""
    found = []
    for raw in _notes(layout):
        if _is_title(raw) or not _belongs(raw, plot):
            continue
        x, y = (_spot(raw, letter, letter, plot, is_note=True) for letter in ("x", "y"))
        if x and y:
            found.append(Note(x=x, y=y, raw=raw))
    return tuple(found)


def title(layout: dict[str, Any], plot: Plot) -> str:
    """Return the text above a panel; of several the first."""
    left, _, right, top = plot.place
    for raw in _notes(layout):
        if not _is_title(raw):
            continue
        if _key(raw, "x") == "paper":
            is_mine = left - 0.01 <= float(raw.get("x", 0)) <= right + 0.01
        else:
            is_mine = _key(raw, "x") == plot.x_key
        y_key = _key(raw, "y")
        is_level = y_key == plot.y_key or -0.01 <= float(raw.get("y", 1)) - top <= 0.2
        if is_mine and is_level:
            return values.plain(raw.get("text"))
    return ""


def used(layout: dict[str, Any], plot: Plot, letter: str) -> list[Number]:
    """Return where lines and texts stand along an axis."""
    spots: list[Spot] = []
    for shape in lines(layout, plot):
        spots += shape.x if letter == "x" else shape.y
    spots += [note.x if letter == "x" else note.y for note in texts(layout, plot)]
    return [spot.at for spot in spots if not spot.is_share]


def placed(panel: Panel, shapes: Sequence[Shape], notes: Sequence[Note]) -> Panel:
    """Return the panel with its lines and texts, in units of its axes."""
    x, y = panel.x, panel.y
    rows = _rows(panel, notes)
    words = tuple(
        Words(
            text=values.plain(note.raw.get("text")),
            x=note.x.on(x),
            y=note.y.on(y),
            place=_place(note.raw),
            rise=_rise(note.raw),
            is_bold=values.is_bold(note.raw.get("text")),
            colour=values.colour((note.raw.get("font") or {}).get("color"), theme.TEXT),
        )
        for note in notes
        if note not in rows and values.plain(note.raw.get("text"))
    )
    if rows:
        ticks = tuple(
            Tick(
                at=one.y.at,
                text=values.plain(one.raw.get("text")),
                is_bold=values.is_bold(one.raw.get("text")),
            )
            for one in rows
        )
        y = replace(y, ticks=ticks, is_hidden=False)
    drawn = tuple(line for shape in shapes for line in _references(shape, x, y))
    return replace(
        panel, y=y, references=tuple(_named(line, words, x) for line in drawn), words=words
    )


def drawing(panel: Panel, layout: dict[str, Any], plot: Plot) -> Panel:
    """Return a panel without axes as a drawing: its rectangles hold the texts at their middles."""
    x, y = panel.x, panel.y
    boxes = []
    inside: list[Words] = []
    for shape in lines(layout, plot):
        if not shape.is_box:
            continue
        ends = [
            spot.on(axis) for spot, axis in zip((*shape.x, *shape.y), (x, x, y, y), strict=True)
        ]
        x0, x1 = sorted(ends[:2])
        y0, y1 = sorted(ends[2:])
        held = [
            one
            for one in panel.words
            if one.place == "centre"
            and math.isclose(one.x, (x0 + x1) / 2, abs_tol=1e-6)
            and math.isclose(one.y, (y0 + y1) / 2, abs_tol=1e-6)
        ]
        inside += held
        outline = shape.raw.get("line") or {}
        boxes.append(
            Box(
                x0=x0,
                y0=y0,
                x1=x1,
                y1=y1,
                fill=values.colour(shape.raw.get("fillcolor"), theme.WHITE),
                outline=values.colour(outline.get("color"), theme.TEXT)
                if outline.get("width", 1)
                else "",
                text="\n".join(one.text for one in held),
            )
        )
    is_icons = bool(panel.series) and all(
        one.symbol == "square" and not one.line_width for one in panel.series
    )
    return replace(
        panel,
        kind="drawing",
        reason="icons" if is_icons else "drawn",
        boxes=tuple(boxes),
        words=tuple(one for one in panel.words if one not in inside),
        references=() if boxes else panel.references,
    )


def _notes(layout: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for raw in layout.get("annotations") or ():
        if raw.get("visible") is not False:
            yield raw


def _key(raw: dict[str, Any], letter: str) -> str:
    return str(raw.get(f"{letter}ref") or letter).removesuffix(" domain")


def _is_share(raw: dict[str, Any], letter: str) -> bool:
    ref = str(raw.get(f"{letter}ref") or letter)
    return ref == "paper" or ref.endswith(" domain")


def _is_title(raw: dict[str, Any]) -> bool:
    """Return whether a text stands above a panel, at no value of either axis."""
    return (
        _is_share(raw, "x")
        and _is_share(raw, "y")
        and float(raw.get("y", 0)) > 0
        and raw.get("yanchor") == "bottom"
    )


def _belongs(raw: dict[str, Any], plot: Plot) -> bool:
    keys = (_key(raw, "x"), _key(raw, "y"))
    if keys == ("paper", "paper"):
        left, bottom, right, top = plot.place
        x, y = (float(raw.get(one, raw.get(f"{one}0", 0))) for one in ("x", "y"))
        return left <= x <= right and bottom <= y <= top
    return keys[0] in (plot.x_key, "paper") and keys[1] in (plot.y_key, "paper")


def _spot(
    raw: dict[str, Any], name: str, letter: str, plot: Plot, *, is_note: bool = False
) -> Spot | None:
    value = raw.get(name)
    if _is_share(raw, letter):
        at = float(value or 0)
        if _key(raw, letter) == "paper":
            left, bottom, right, top = plot.place
            low, high = (left, right) if letter == "x" else (bottom, top)
            at = (at - low) / (high - low)
        return Spot(at=at, is_share=True)
    found = plot.at_x(value) if letter == "x" else plot.at_y(value)
    if found is None:
        return None
    axis = plot.x if letter == "x" else plot.y
    if is_note and axis.get("type") == "log":
        found = 10**found
    return Spot(at=found, is_share=False)


def _rows(panel: Panel, notes: Sequence[Note]) -> list[Note]:
    """Return the texts that name rows: at one place of the left, where the axis has no marks."""
    if not panel.y.is_hidden or panel.x.is_hidden:
        return []
    left = [
        note
        for note in notes
        if note.raw.get("xanchor") == "left" and not note.y.is_share and not note.raw.get("xshift")
    ]
    return left if len({(note.x.at, note.x.is_share) for note in left}) == 1 else []


def _place(raw: dict[str, Any]) -> str:
    x, y = raw.get("xanchor"), raw.get("yanchor")
    if raw.get("showarrow") is not False and raw.get("ay") is not None:
        return "above" if float(raw["ay"]) < 0 else "below"
    if x in ("left", "right"):
        return "right" if x == "left" else "left"
    return {"bottom": "above", "top": "below"}.get(str(y), "centre")


def _rise(raw: dict[str, Any]) -> int:
    """Return whether a text stands on top of its height or under it; one with an arrow is far."""
    if raw.get("showarrow") is not False and raw.get("ay") is not None:
        return 1 if float(raw["ay"]) < 0 else -1
    beside = raw.get("xanchor") in ("left", "right")
    return {"bottom": 1, "top": -1}.get(str(raw.get("yanchor")), 0) if beside else 0


def _references(shape: Shape, x: Axis, y: Axis) -> Iterator[Reference]:
    """Yield a line, or the two sides of a rectangle that are not ends of the panel."""
    x0, x1 = (spot.on(x) for spot in shape.x)
    y0, y1 = (spot.on(y) for spot in shape.y)
    line = shape.raw.get("line") or {}
    look: dict[str, Any] = {
        "colour": values.colour(line.get("color"), theme.TEXT),
        "width": float(line.get("width", 2)) / traces.PIXELS_A_POINT,
        "dash": traces.dash(line.get("dash")),
    }
    if shape.is_box and not line.get("width", 1):
        look = {"colour": theme.MUTED, "width": 1.0, "dash": "dot"}
    if not shape.is_box:
        yield Reference(x0=x0, y0=y0, x1=x1, y1=y1, **look)
    elif shape.x[0].is_share:
        for end in (y0, y1):
            yield Reference(x0=x0, x1=x1, y0=end, y1=end, **look)
    else:
        for end in (x0, x1):
            yield Reference(x0=end, x1=end, y0=y0, y1=y1, **look)


def _named(line: Reference, words: Sequence[Words], x: Axis) -> Reference:
    """Return an upright line with the name that stands beside it."""
    if line.x0 != line.x1 or x.is_log:
        return line
    room = NEAR * (x.high - x.low)
    near = [one.text for one in words if abs(one.x - line.x0) <= room]
    return replace(line, name=near[0].replace("\n", " ")) if near else line
