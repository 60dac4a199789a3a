"""One exhibit as a picture for a document; what it is and its source are drawn into it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Final

from analytics.errors import ExportError, NotAllowedError
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Exhibit
from analytics.reports import chromium
from analytics.reports.document import drawing
from analytics.reports.pack import NO_MARKING, SYNTHETIC, Item

MARGIN: Final = 24
LINE: Final = 1.35
"""Height of a line of text, as a multiple of its size."""
GAP: Final = 8

_NARROW: Final = frozenset("fijlrtI.,:;'|!()[]{}/\\- ·’‘")
_BROAD: Final = frozenset("mwMWGOQ%@&—→…")
_WIDTHS: Final = {"narrow": 0.34, "broad": 0.95, "capital": 0.73, "other": 0.57}
"""Widths of Arial's characters as shares of its size, a little more than they are."""
_BOLD: Final = 1.08
_OPENING: Final = re.compile(r"<svg\b[^>]*>")
_SIZE: Final = re.compile(r'\b(width|height)="([\d.]+)"')
_NOT_IN_XML: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def svg(item: Item, *, marking: str = "") -> bytes:
    """Return an exhibit's figure as SVG, with its headline, filters, source and policy in it.

    Parameters
    ----------
    item : Item
        What is shown.
    marking : str
        The body's own security marking, in capitals; nothing is said of it when empty.

    Returns
    -------
    bytes
        UTF-8, with a title and a description for those who do not see it.

    Raises
    ------
    ExportError
        It has no figure, the figure can't be drawn, or there is no Chromium to draw it.
    NotAllowedError
        It is for the screen only.
    """
    return _drawn(item, marking).text.encode()


def png(item: Item, *, marking: str = "") -> bytes:
    """Return the same picture as :func:`svg`, as PNG with two pixels for each of its own.

    Raises
    ------
    ExportError
        It has no figure, the figure can't be drawn, or there is no Chromium to draw it.
    NotAllowedError
        It is for the screen only.
    """
    sheet = _drawn(item, marking)
    return _photographed(sheet.text, sheet.width, sheet.height)


def figure_png(exhibit: Exhibit) -> bytes:
    """Return an exhibit's figure alone as PNG, for a page that has the words around it.

    Raises
    ------
    ExportError
        It has no figure, the figure can't be drawn, or there is no Chromium to draw it.
    NotAllowedError
        It is for the screen only.
    """
    drawn = _figure(exhibit)
    return _photographed(drawn, *_size(drawn))


def _photographed(drawn: str, width: int, height: int) -> bytes:
    html = (
        '<!doctype html><html lang="en-GB" data-ready="yes"><meta charset="utf-8">'
        f"{chromium.FETCHES_NOTHING}<title>Picture</title>"
        f'<body style="margin:0;overflow:hidden">{drawn}'
    )
    return chromium.photographed(html, width=width, height=height)


def _figure(exhibit: Exhibit) -> str:
    if exhibit.is_shown_only:
        raise NotAllowedError("An exhibit with rows of cases is for the screen only, not for files")
    if exhibit.figure is None:
        raise ExportError("This exhibit has no figure. Take its table instead.")
    picture = drawing.drawn([exhibit.figure])[0]
    if picture is None:
        raise ExportError("This figure can't be drawn. Take its table instead.")
    return picture.wide


def _size(drawn: str) -> tuple[int, int]:
    """Return width and height in pixels of what was drawn."""
    found = dict(_SIZE.findall(_OPENING.findall(drawn)[0]))
    return round(float(found["width"])), round(float(found["height"]))


@dataclass(slots=True)
class _Sheet:
    """A picture that grows downwards."""

    title: str
    description: str
    width: int
    bottom: float = MARGIN
    parts: list[str] = field(default_factory=list)

    @property
    def height(self) -> int:
        return round(self.bottom + MARGIN)

    @property
    def text(self) -> str:
        size = f'width="{self.width}" height="{self.height}"'
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'{size} viewBox="0 0 {self.width} {self.height}" role="img" '
            'aria-labelledby="picture-title picture-description">'
            f'<title id="picture-title">{_xml(self.title)}</title>'
            f'<desc id="picture-description">{_xml(self.description)}</desc>'
            f'<rect {size} fill="{theme.WHITE}"/>{"".join(self.parts)}</svg>'
        )

    def write(
        self, text: str, *, size: int, bold: bool = False, colour: str = theme.TEXT, gap: int = GAP
    ) -> None:
        """Add lines of text."""
        weight = ' font-weight="700"' if bold else ""
        for line in broken(text, width=self.width - 2 * MARGIN, size=size, bold=bold):
            self.bottom += size * LINE
            at = f'x="{MARGIN}" y="{self.bottom - 0.3 * size:.1f}"'
            font = f'font-family="{drawing.FONT}" font-size="{size}"'
            self.parts.append(f'<text {at} {font}{weight} fill="{colour}">{_xml(line)}</text>')
        self.bottom += gap

    def label(self, text: str, *, fill: str, colour: str, size: int = 13) -> None:
        """Add a text in a box."""
        lines = broken(text, width=self.width - 2 * MARGIN - 16, size=size, bold=True)
        width = max(width_of(line, size=size, bold=True) for line in lines) + 16
        height = len(lines) * size * LINE + 8
        self.parts.append(
            f'<rect x="{MARGIN}" y="{self.bottom:.1f}" width="{width:.1f}" height="{height:.1f}" '
            f'fill="{fill}" stroke="{theme.TEXT}"/>'
        )
        for number, line in enumerate(lines, start=1):
            at = f'x="{MARGIN + 8}" y="{self.bottom + 4 + number * size * LINE - 0.3 * size:.1f}"'
            font = f'font-family="{drawing.FONT}" font-size="{size}" font-weight="700"'
            self.parts.append(f'<text {at} {font} fill="{colour}">{_xml(line)}</text>')
        self.bottom += height + GAP

    def place(self, drawn: str) -> None:
        """Add a figure."""
        inside = drawn[drawn.index(">", drawn.index("<svg")) + 1 : drawn.rindex("</svg>")]
        move = f'transform="translate({MARGIN},{self.bottom:.1f})"'
        self.parts.append(f"<g {move}>{inside}</g>")
        self.bottom += _size(drawn)[1] + GAP


def _drawn(item: Item, marking: str) -> _Sheet:
    exhibit = item.exhibit
    figure = _figure(exhibit)
    sheet = _Sheet(
        title=item.heading,
        description=f"{exhibit.alt_text} Source: {exhibit.source}".strip(),
        width=_size(figure)[0] + 2 * MARGIN,
    )
    if marking == NO_MARKING:
        sheet.write(marking, size=11, colour=theme.MUTED, gap=4)
    elif marking:
        sheet.label(marking, fill=theme.TEXT, colour=theme.WHITE)
    sheet.write(item.heading, size=24, bold=True, gap=4)
    if item.title and item.title != exhibit.headline:
        sheet.write(f"As computed: {exhibit.headline}", size=15, gap=4)
    sheet.write(exhibit.subtitle, size=15, colour=theme.MUTED)
    if exhibit.synthetic:
        sheet.label(SYNTHETIC, fill=theme.BAND, colour=theme.TEXT)
    sheet.write(f"Filters: {item.filters}", size=13)
    sheet.place(figure)
    for line in _foot(item):
        sheet.write(line, size=12, colour=theme.MUTED, gap=2)
    return sheet


def _foot(item: Item) -> Iterator[str]:
    """Yield what stands below the figure: where its numbers are from, and how they were taken."""
    yield f"Source: {item.exhibit.source}"
    if item.frozen_at is not None:
        yield f"Numbers taken {wording.moment(item.frozen_at)}"
    if item.policy:
        yield f"Disclosure control: {item.policy}"


def broken(text: str, *, width: float, size: float, bold: bool = False) -> list[str]:
    """Return a text in lines that are no wider than ``width`` pixels.

    Examples
    --------
    >>> broken("Fewer plans than before", width=90, size=14)
    ['Fewer plans', 'than before']
    """
    lines: list[str] = []
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(joined, size=size, bold=bold) <= width:
            lines[-1] = joined
            continue
        piece = ""
        for character in word:
            if piece and width_of(piece + character, size=size, bold=bold) > width:
                lines.append(piece)
                piece = ""
            piece += character
        lines.append(piece)
    return lines or [""]


def width_of(text: str, *, size: float, bold: bool = False) -> float:
    """Return about how many pixels a text takes; rather too many than too few."""
    return sum(_WIDTHS[_kind(character)] for character in text) * size * (_BOLD if bold else 1)


def _kind(character: str) -> str:
    if character in _NARROW:
        return "narrow"
    if character in _BROAD or not character.isascii():
        return "broad"
    return "capital" if character.isupper() else "other"


def _xml(text: str) -> str:
    return escape(_NOT_IN_XML.sub("", text))
