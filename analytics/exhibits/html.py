"""Words of an exhibit as HTML, the same on a page and in a file."""

from __future__ import annotations

import re
from html import escape
from typing import Final

from analytics.exhibits.exhibit import Cell

LONG_TEXT: Final = 40
"""Characters beyond which a cell needs room."""
_NEGATIVE: Final = re.compile(r"−£[\d,.]+")


def is_long(cell: Cell) -> bool:
    """Return whether a cell holds a text that needs room."""
    return cell is not None and len(str(cell)) > LONG_TEXT


def kept(text: str) -> str:
    """Return a text, escaped, in which no line ends between a minus and its pounds.

    Examples
    --------
    >>> kept("<b>")
    '&lt;b&gt;'
    """
    return _NEGATIVE.sub(r'<span class="whole">\g<0></span>', escape(text))
