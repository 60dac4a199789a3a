"""Parts of a native chart as DrawingML: lines, markers, intervals and labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from analytics.exhibits import theme
from analytics.reports.charts.panel import Dash, Errors, Series, Symbol
from analytics.reports.powerpoint import text
from analytics.reports.powerpoint.sheet import Sheet

SIZE: Final = 14.0
"""Of letters on charts, in points: legible from the back of a room."""
EMU: Final = 12700
DASHES: Final[dict[Dash, str]] = {
    "solid": "solid",
    "dash": "dash",
    "dot": "sysDot",
    "dashdot": "dashDot",
}
_MARKERS: Final[dict[Symbol, str]] = {
    "circle": "circle",
    "square": "square",
    "diamond": "diamond",
    "triangle": "triangle",
    "x": "x",
    "tick": "plus",
    "dash": "dash",
    "arrow": "none",
    "none": "none",
}
_POSITIONS: Final = {
    "right": "r",
    "left": "l",
    "above": "t",
    "below": "b",
    "centre": "ctr",
    "outside": "outEnd",
    "inside": "inBase",
}
GROUND: Final = 0.85
"""How opaque the ground of words over a line is."""
NO_LINE: Final = "<c:spPr><a:ln><a:noFill/></a:ln></c:spPr>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """Where the plot lies in its frame, and the frame's size, in points."""

    width: float
    height: float
    left: float
    top: float
    right: float
    bottom: float

    @property
    def across(self) -> float:
        """Width of the plot."""
        return self.width - self.left - self.right

    @property
    def high(self) -> float:
        """Height of the plot."""
        return self.height - self.top - self.bottom


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One text at a point: its lines, on which side, and shares it is moved right and up.

    With a ground of its own it is legible over a line.
    """

    lines: tuple[str, ...]
    place: str
    colour: str = theme.TEXT
    is_bold: bool = False
    shift: float = 0.0
    rise: float = 0.0
    align: str = "ctr"
    size: float = SIZE
    has_ground: bool = False


def fill(colour: str, opacity: float = 1.0) -> str:
    """Return one colour, solid or see-through."""
    alpha = f'<a:alpha val="{round(100000 * opacity)}"/>' if opacity < 1 else ""
    return f'<a:solidFill><a:srgbClr val="{colour[1:]}">{alpha}</a:srgbClr></a:solidFill>'


def pale(colour: str) -> str:
    """Return a tint for the inside of an outlined marker.

    Not white: LibreOffice draws no outlines of markers, and a white one would not be seen.
    """
    parts = [int(colour[start : start + 2], 16) for start in (1, 3, 5)]
    return "#" + "".join(f"{round(part + 0.6 * (255 - part)):02X}" for part in parts)


def line(
    colour: str,
    width: float,
    dash: Dash = "solid",
    *,
    opacity: float = 1.0,
    has_arrow: bool = False,
) -> str:
    """Return a line; none where its width is 0."""
    if not width:
        return "<a:ln><a:noFill/></a:ln>"
    head = '<a:tailEnd type="triangle"/>' if has_arrow else ""
    return (
        f'<a:ln w="{round(width * EMU)}" cap="flat">{fill(colour, opacity)}'
        f'<a:prstDash val="{DASHES[dash]}"/><a:round/>{head}</a:ln>'
    )


def marker(symbol: Symbol, colour: str, size: float, *, is_filled: bool, opacity: float) -> str:
    """Return the marker of a series or of one point."""
    name = _MARKERS[symbol]
    if name == "none":
        return '<c:marker><c:symbol val="none"/></c:marker>'
    inner = fill(colour if is_filled else pale(colour), opacity)
    return (
        f'<c:marker><c:symbol val="{name}"/><c:size val="{max(4, min(18, round(size)))}"/>'
        f"<c:spPr>{inner}{line(colour, 1.75, opacity=opacity)}</c:spPr></c:marker>"
    )


def point_markers(series: Series) -> str:
    """Return the points whose marker or colour differs from that of their series."""
    if not (series.colours or series.symbols):
        return ""
    found = []
    for place in range(len(series.x)):
        shape = series.symbols[place] if series.symbols else series.symbol
        colour = series.colours[place] if series.colours else series.colour
        look = marker(
            shape, colour, series.size, is_filled=series.is_filled, opacity=series.opacity
        )
        has_arrow = shape == "arrow"
        stroke = line(
            series.colour,
            series.line_width,
            series.dash,
            opacity=series.opacity,
            has_arrow=has_arrow,
        )
        found.append(
            f'<c:dPt><c:idx val="{place}"/>{look}<c:bubble3D val="0"/>'
            f"<c:spPr>{stroke}</c:spPr></c:dPt>"
        )
    return "".join(found)


def errors(
    sheet: Sheet, name: str, given: Sequence[Errors], direction: dict[str, str | None]
) -> str:
    """Return intervals as native error bars, whose lengths stand in the sheet.

    Parameters
    ----------
    sheet : Sheet
        Gets a column for each side.
    name : str
        Of the series.
    given : sequence of Errors
        Of the series.
    direction : dict of str to (str or None)
        For each axis what the chart calls it; None where it has but one.
    """
    found = []
    for one in given:
        plus = sheet.add(f"{name}: up to the upper end", one.plus)
        minus = sheet.add(f"{name}: down to the lower end", one.minus)
        called = direction.get(one.axis)
        way = f'<c:errDir val="{called}"/>' if called else ""
        found.append(
            f'<c:errBars>{way}<c:errBarType val="both"/><c:errValType val="cust"/>'
            f'<c:noEndCap val="{int(not one.has_caps)}"/>'
            f"<c:plus>{sheet.numbers_xml(plus)}</c:plus>"
            f"<c:minus>{sheet.numbers_xml(minus)}</c:minus>"
            f"<c:spPr>{line(one.colour, one.width)}</c:spPr></c:errBars>"
        )
    return "".join(found)


def _shown(value: int) -> str:
    return (
        '<c:showLegendKey val="0"/>'
        f'<c:showVal val="{value}"/>'
        '<c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/>'
        '<c:showBubbleSize val="0"/>'
    )


def labels(given: Sequence[Label | None]) -> str:
    """Return the texts at the points of a series; None for a point without one."""
    if not any(given):
        return ""
    found = []
    for place, one in enumerate(given):
        if one is None:
            found.append(f'<c:dLbl><c:idx val="{place}"/><c:delete val="1"/></c:dLbl>')
            continue
        moved = (
            f'<c:layout><c:manualLayout><c:x val="{one.shift:.5f}"/>'
            f'<c:y val="{-one.rise:.5f}"/></c:manualLayout></c:layout>'
            if one.shift or one.rise
            else ""
        )
        bold = [one.is_bold for _ in one.lines]
        words = text.rich_xml(one.lines, one.size, one.colour, align=one.align, bold=bold)
        found.append(
            f'<c:dLbl><c:idx val="{place}"/>{moved}<c:tx>{words}</c:tx>'
            f"<c:spPr>{fill(theme.WHITE, GROUND) if one.has_ground else '<a:noFill/>'}</c:spPr>"
            f'<c:dLblPos val="{_POSITIONS[one.place]}"/>'
            f"{_shown(1)}</c:dLbl>"
        )
    return f"<c:dLbls>{''.join(found)}{_shown(0)}</c:dLbls>"
