"""The frame of a native chart as DrawingML: titles, axes, legend, and where the plot lies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import quoteattr

from analytics.exhibits import theme
from analytics.reports.charts.panel import Axis
from analytics.reports.powerpoint import parts, room, text
from analytics.reports.powerpoint.parts import SIZE, Inside

CATEGORY: Final = 111111
VALUE: Final = 222222
"""Numbers by which axes name each other."""


def title(lines: Sequence[tuple[str, bool]], left: float, top: float) -> str:
    """Return a title of the chart or of an axis.

    Parameters
    ----------
    lines : sequence of (str, bool)
        Each with whether it is bold.
    left, top : float
        Its corner, as shares of the frame.
    """
    rich = text.rich_xml(
        [words for words, _ in lines],
        SIZE,
        theme.TEXT,
        align="l",
        bold=[is_bold for _, is_bold in lines],
    )
    return (
        f"<c:title><c:tx>{rich}</c:tx><c:layout><c:manualLayout>"
        '<c:xMode val="edge"/><c:yMode val="edge"/>'
        f'<c:x val="{left:.5f}"/><c:y val="{top:.5f}"/></c:manualLayout></c:layout>'
        '<c:overlay val="0"/></c:title>'
    )


def plot_layout(inside: Inside) -> str:
    """Return where the plot lies, without its labels."""
    shares = {
        "x": inside.left / inside.width,
        "y": inside.top / inside.height,
        "w": inside.across / inside.width,
        "h": inside.high / inside.height,
    }
    ends = "".join(f'<c:{name} val="{share:.5f}"/>' for name, share in shares.items())
    return (
        '<c:layout><c:manualLayout><c:layoutTarget val="inner"/>'
        f'<c:xMode val="edge"/><c:yMode val="edge"/>{ends}</c:manualLayout></c:layout>'
    )


def scaling(axis: Axis) -> str:
    """Return the ends of an axis of numbers."""
    base = '<c:logBase val="10"/>' if axis.is_log else ""
    way = "maxMin" if axis.is_reversed else "minMax"
    return (
        f'<c:scaling>{base}<c:orientation val="{way}"/>'
        f'<c:max val="{axis.high!r}"/><c:min val="{axis.low!r}"/></c:scaling>'
    )


def value_axis(
    axis: Axis,
    *,
    identity: int,
    crossing: int,
    side: str,
    title_xml: str = "",
    crosses: str = '<c:crosses val="min"/>',
    is_between: bool = False,
    labels: str = "low",
) -> str:
    """Return an axis of numbers.

    Parameters
    ----------
    axis : Axis
        What it is.
    identity, crossing : int
        Its number, and that of the axis that it crosses.
    side : str
        ``b`` or ``l``.
    title_xml : str
        Its title; empty without one.
    crosses : str
        Where it crosses the other axis.
    is_between : bool
        Whether bars stand between the marks of the other axis.
    labels : str
        Where the numbers stand: ``low`` or ``nextTo`` the line.
    """
    has_own = bool(axis.ticks) or axis.is_hidden or axis.is_log
    grid = (
        f"<c:majorGridlines><c:spPr>{parts.line(theme.GRID, 0.75)}</c:spPr></c:majorGridlines>"
        if axis.has_grid and not has_own
        else ""
    )
    step = f'<c:majorUnit val="{axis.step!r}"/>' if axis.step and not axis.is_log else ""
    between = "between" if is_between else "midCat"
    return (
        f'<c:valAx><c:axId val="{identity}"/>{scaling(axis)}'
        f'<c:delete val="0"/><c:axPos val="{side}"/>{grid}{title_xml}'
        f'<c:numFmt formatCode={quoteattr(axis.number_format)} sourceLinked="0"/>'
        '<c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
        f'<c:tickLblPos val="{"none" if has_own else labels}"/>'
        f"<c:spPr>{parts.line(theme.GRID, 0.0 if axis.is_hidden else 0.75)}</c:spPr>"
        f"{text.text_properties_xml(SIZE, theme.TEXT)}"
        f'<c:crossAx val="{crossing}"/>{crosses}<c:crossBetween val="{between}"/>{step}</c:valAx>'
    )


def legend(
    hidden: Sequence[int], inside: Inside, *, top: float, height: float, has_any: bool
) -> str:
    """Return the legend above the plot, without the series that are only there to be drawn.

    Parameters
    ----------
    hidden : sequence of int
        Places of the series that it leaves out.
    inside : Inside
        Sizes in points.
    top, height : float
        Of the legend, in points.
    has_any : bool
        Whether there is one.
    """
    if not has_any:
        return ""
    left_out = "".join(
        f'<c:legendEntry><c:idx val="{place}"/><c:delete val="1"/></c:legendEntry>'
        for place in hidden
    )
    return (
        f'<c:legend><c:legendPos val="t"/>{left_out}<c:layout><c:manualLayout>'
        '<c:xMode val="edge"/><c:yMode val="edge"/>'
        f'<c:x val="0.005"/><c:y val="{top / inside.height:.5f}"/>'
        f'<c:w val="0.99"/><c:h val="{height / inside.height:.5f}"/>'
        '</c:manualLayout></c:layout><c:overlay val="0"/>'
        f"{text.text_properties_xml(SIZE, theme.TEXT)}</c:legend>"
    )


def space(chart_title: str, plot_area: str, legend_xml: str) -> bytes:
    """Return the whole chart as the part of a presentation."""
    deleted = 0 if chart_title else 1
    return (
        "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>"
        '<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        f'<c:date1904 val="0"/><c:lang val="{text.LANGUAGE}"/><c:roundedCorners val="0"/>'
        f'<c:chart>{chart_title}<c:autoTitleDeleted val="{deleted}"/>'
        f'<c:plotArea>{plot_area}</c:plotArea>{legend_xml}<c:plotVisOnly val="1"/>'
        '<c:dispBlanksAs val="gap"/></c:chart>'
        f"<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"
        f"{text.text_properties_xml(SIZE, theme.TEXT)}</c:chartSpace>"
    ).encode()


def x_title(words: str, inside: Inside) -> str:
    """Return the title of the horizontal axis under its marks."""
    if not words:
        return ""
    # The title of the other axis stands level above the plot, where it is read like a line.
    middle = inside.left + inside.across / 2
    left = max(middle - text.width(words, SIZE) / 2, 0) / inside.width
    return title([(words, False)], left, 1 - (room.ROW + 4) / inside.height)
