"""How tall a row must be for words that are wrapped."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Final

from analytics.reports.workbook.styles import PIXELS_A_CHARACTER

TALLEST_ROW: Final = 546
"""Pixels; no row of a sheet is taller."""


@dataclass(frozen=True, slots=True)
class Size:
    """Pixels of a face: of a letter, as a rule, and of a line."""

    letter: float
    line: int


PLAIN: Final = Size(7.5, 20)
HEADING: Final = Size(11.0, 27)


def height(words: str, width: int, size: Size = PLAIN) -> int:
    """Return the height in pixels of words in a cell.

    Parameters
    ----------
    words : str
        May hold line feeds.
    width : int
        Of the column, in characters of the body's face.
    size : Size
        Of the face.
    """
    letters = max(int(width * PIXELS_A_CHARACTER / size.letter), 1)
    lines = sum(len(textwrap.wrap(line, letters)) or 1 for line in words.split("\n"))
    return min(lines * size.line, TALLEST_ROW)
