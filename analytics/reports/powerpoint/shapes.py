"""Native shapes: boxes, circles, lines and words, with alternative text and without links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_LINE
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Pt

from analytics.exhibits import theme
from analytics.reports.charts.panel import Dash
from analytics.reports.powerpoint.area import Area

_DASHES: Final[dict[Dash, Any]] = {
    "dash": MSO_LINE.DASH,
    "dot": MSO_LINE.ROUND_DOT,
    "dashdot": MSO_LINE.DASH_DOT,
}
_KINDS: Final = {
    "box": MSO_SHAPE.RECTANGLE,
    "square": MSO_SHAPE.RECTANGLE,
    "circle": MSO_SHAPE.OVAL,
    "diamond": MSO_SHAPE.DIAMOND,
    "triangle": MSO_SHAPE.ISOSCELES_TRIANGLE,
}
_ALIGN: Final = {"left": PP_ALIGN.LEFT, "centre": PP_ALIGN.CENTER, "right": PP_ALIGN.RIGHT}


def rgb(colour: str) -> RGBColor:
    """Return a colour as python-pptx has it."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return RGBColor(red, green, blue)  # type: ignore[no-untyped-call]


def describe(shape: Any, name: str, words: str) -> None:
    """Give a shape its name and its alternative text."""
    about = shape._element.xpath(".//p:cNvPr")[0]
    about.set("name", name)
    about.set("descr", words)


def _plain(shape: Any) -> None:
    """Take off the style of the theme, which has shadows."""
    style = shape._element.find(qn("p:style"))
    if style is not None:
        shape._element.remove(style)


def box(
    shapes: Any,
    area: Area,
    *,
    kind: str = "box",
    fill: str = "",
    outline: str = "",
    width: float = 1.0,
) -> Any:
    """Add a shape; without a fill or an outline where none is given."""
    shape = shapes.add_shape(
        _KINDS.get(kind, MSO_SHAPE.RECTANGLE),
        Pt(area.left),
        Pt(area.top),
        Pt(area.width),
        Pt(area.height),
    )
    _plain(shape)
    if fill:
        shape.fill.solid()
        shape.fill.fore_color.rgb = rgb(fill)
    else:
        shape.fill.background()
    if outline:
        shape.line.color.rgb = rgb(outline)
        shape.line.width = Pt(width)
    else:
        shape.line.fill.background()
    return shape


def write(
    shape: Any,
    lines: Sequence[str],
    size: float,
    *,
    colour: str = theme.TEXT,
    is_bold: bool = False,
    align: str = "centre",
    anchor: Any = MSO_ANCHOR.MIDDLE,
    margin: float = 2.0,
) -> None:
    """Write into a shape, one paragraph for each line."""
    frame = shape.text_frame
    frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
    frame.vertical_anchor = anchor
    frame.margin_left = frame.margin_right = Pt(margin)
    frame.margin_top = frame.margin_bottom = Pt(0)
    for number, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.alignment = _ALIGN[align]
        run = paragraph.add_run()
        run.text = line
        run.font.size, run.font.bold = Pt(size), is_bold
        run.font.color.rgb = rgb(colour)


def words(shapes: Any, area: Area, lines: Sequence[str], size: float, **look: Any) -> Any:
    """Add a box of words."""
    shape = shapes.add_textbox(Pt(area.left), Pt(area.top), Pt(area.width), Pt(area.height))
    write(shape, lines, size, **look)
    return shape


def segment(
    shapes: Any,
    ends: tuple[float, float, float, float],
    *,
    colour: str,
    width: float,
    dash: Dash = "solid",
) -> Any:
    """Add a straight line from one place to another."""
    x0, y0, x1, y1 = (Pt(one) for one in ends)
    shape = shapes.add_connector(MSO_CONNECTOR.STRAIGHT, x0, y0, x1, y1)
    _stroke(shape, colour, width, dash)
    return shape


def path(
    shapes: Any,
    points: Sequence[tuple[float, float]],
    *,
    colour: str,
    width: float,
    dash: Dash = "solid",
) -> Any:
    """Add a line through several places with a head at its end."""
    scale = 100.0
    builder = shapes.build_freeform(
        round(points[0][0] * scale), round(points[0][1] * scale), scale=12700 / scale
    )
    builder.add_line_segments(
        [(round(x * scale), round(y * scale)) for x, y in points[1:]], close=False
    )
    shape = builder.convert_to_shape()
    shape.fill.background()
    _stroke(shape, colour, width, dash)
    stroke = shape.line._get_or_add_ln()
    stroke.append(stroke.makeelement(qn("a:tailEnd"), {"type": "triangle"}))
    return shape


def _stroke(shape: Any, colour: str, width: float, dash: Dash) -> None:
    _plain(shape)
    shape.line.color.rgb = rgb(colour)
    shape.line.width = Pt(width)
    if dash in _DASHES:
        shape.line.dash_style = _DASHES[dash]
