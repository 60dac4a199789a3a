"""How wide words are, where lines break, and text as PowerPoint writes it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any, Final
from xml.sax.saxutils import escape

LANGUAGE: Final = "en-GB"
LINE: Final = 1.2
"""Height of a line, in sizes of its letters."""
_NARROW: Final = frozenset("iljtfrI.,:;'|!()[]/ -")
_WIDE: Final = frozenset("mwMW@%&")
_WIDTHS: Final = (0.3, 0.88, 0.7, 0.56)
"""Of narrow and wide characters, capitals, and all others, in sizes; Arial's, rounded up."""


def width(text: str, size: float, *, is_bold: bool = False) -> float:
    """Return about how wide the longest line of a text is.

    Parameters
    ----------
    text : str
        Lines are separated by line feeds.
    size : float
        Of the letters, in points.
    is_bold : bool
        Bold letters are wider.

    Returns
    -------
    float
        Points.
    """
    longest = max((sum(map(_character, line)) for line in text.split("\n")), default=0.0)
    return longest * size * (1.08 if is_bold else 1.0)


def _character(one: str) -> float:
    narrow, wide, capital, other = _WIDTHS
    if one in _NARROW:
        return narrow
    if one in _WIDE:
        return wide
    return capital if one.isupper() else other


def wrapped(text: str, size: float, room: float, *, is_bold: bool = False) -> list[str]:
    """Return the lines of a text, none wider than there is room for unless one word is.

    Parameters
    ----------
    text : str
        Line feeds are kept.
    size, room : float
        Size of the letters, and width of a line, in points.
    is_bold : bool
        Bold letters are wider.
    """
    lines: list[str] = []
    for part in text.split("\n"):
        line = ""
        for word in part.split():
            longer = f"{line} {word}" if line else word
            if line and width(longer, size, is_bold=is_bold) > room:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return lines


def flat(words: str) -> str:
    """Return a text without breaks; one after a hyphen was made within a word."""
    return re.sub(r"(?<=\w-)\n", "", words).replace("\n", " ")


def height(lines: int, size: float) -> float:
    """Return how high so many lines are, in points."""
    return lines * size * LINE


def fitted(
    text: str, room: float, high: float, sizes: Sequence[float], *, is_bold: bool = False
) -> tuple[float, bool]:
    """Return the first of the sizes at which a text fits, and whether it does at all.

    Parameters
    ----------
    text : str
        Lines are separated by line feeds.
    room, high : float
        Width and height there are, in points.
    sizes : sequence of float
        From the largest.
    is_bold : bool
        Bold letters are wider.
    """
    for size in sizes:
        if height(len(wrapped(text, size, room, is_bold=is_bold)), size) <= high:
            return size, True
    return sizes[-1], False


def shortened(text: str, size: float, room: float, lines: int) -> str:
    """Return a text cut at a word so that it has at most so many lines; an ellipsis says so."""
    if len(wrapped(text, size, room)) <= lines:
        return text
    words = text.split()
    while words and len(wrapped(" ".join(words) + " …", size, room)) > lines:
        words.pop()
    return " ".join(words) + " …"


def mark_language(element: Any) -> None:
    """Write on every run of a slide, a notes page or a layout that it is British English."""
    drawing = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
    for name in ("rPr", "endParaRPr", "defRPr"):
        for one in element.iter(f"{drawing}{name}"):
            one.set("lang", LANGUAGE)
    for run in element.iter(f"{drawing}r"):
        if run.find(f"{drawing}rPr") is None:
            run.insert(0, run.makeelement(f"{drawing}rPr", {"lang": LANGUAGE}))


def run_xml(text: str, size: float, colour: str, *, is_bold: bool = False) -> str:
    """Return the properties and the words of one run of a chart's text."""
    bold = ' b="1"' if is_bold else ' b="0"'
    return (
        f'<a:r><a:rPr lang="{LANGUAGE}" sz="{math.floor(size * 100)}"{bold}>'
        f'<a:solidFill><a:srgbClr val="{colour[1:]}"/></a:solidFill></a:rPr>'
        f"<a:t>{escape(text)}</a:t></a:r>"
    )


def rich_xml(
    lines: Sequence[str],
    size: float,
    colour: str,
    *,
    align: str = "ctr",
    bold: Sequence[bool],
) -> str:
    """Return a text of a chart, one paragraph for each line, that is not broken any further."""
    runs = (
        f'<a:p><a:pPr algn="{align}"><a:defRPr sz="{math.floor(size * 100)}"/></a:pPr>'
        + run_xml(line, size, colour, is_bold=is_bold)
        + "</a:p>"
        for line, is_bold in zip(lines, bold, strict=True)
    )
    return (
        '<c:rich><a:bodyPr rot="0" wrap="none" lIns="38100" tIns="0" rIns="38100" bIns="0" '
        'anchor="ctr"><a:spAutoFit/></a:bodyPr><a:lstStyle/>' + "".join(runs) + "</c:rich>"
    )


def text_properties_xml(size: float, colour: str) -> str:
    """Return how the text of an axis or a legend looks."""
    return (
        '<c:txPr><a:bodyPr rot="0" vert="horz"/><a:lstStyle/><a:p><a:pPr>'
        f'<a:defRPr sz="{math.floor(size * 100)}" b="0"><a:solidFill>'
        f'<a:srgbClr val="{colour[1:]}"/></a:solidFill></a:defRPr></a:pPr>'
        f'<a:endParaRPr lang="{LANGUAGE}"/></a:p></c:txPr>'
    )
