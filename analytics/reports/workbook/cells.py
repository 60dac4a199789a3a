"""A cell of an exhibit's table as a cell of a sheet: a number with its format, or a text."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from analytics.exhibits.exhibit import Cell
from analytics.exhibits.wording import MINUS, NOT_AVAILABLE
from analytics.reports.table_file import escaped

MOST_DIGITS: Final = 15
"""A spreadsheet keeps no more digits of a number than these."""
LONGEST_TEXT: Final = 32_000
CUT: Final = " … (cut here: a cell holds no more)"
NUMBER: Final = r"[+−-]?£?\d[\d,]*(?:\.\d+)?%?"
_PARTS = re.compile(r"([+−-]?)(£?)(\d[\d,]*)(?:\.(\d+))?(%?)")
_NOT_XML = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number as a spreadsheet keeps it.

    Attributes
    ----------
    value : int or float
        Finite; a share between 0 and 1 where a percentage is shown.
    form : str
        The number format that shows the digits that the exhibit shows, no more and no fewer.
    """

    value: int | float
    form: str


def content(cell: Cell) -> Number | str:
    """Return what goes into a sheet for one cell of an exhibit's table.

    Parameters
    ----------
    cell : str, int, float or None
        None is an empty cell; what is not finite is not available.
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        return number(cell) or text(cell)
    if isinstance(cell, float):
        return Number(value=cell, form="General") if math.isfinite(cell) else NOT_AVAILABLE
    is_number = not isinstance(cell, bool) and abs(cell) < 10**MOST_DIGITS
    return Number(value=cell, form="0") if is_number else text(str(cell))


def number(shown: str) -> Number | None:
    """Return the number that a text shows, or None when a digit or a sign of it would be lost.

    Parameters
    ----------
    shown : str
        Such as ``1,234``, ``−4.5``, ``+0.10``, ``23%`` or ``−£1,234``.
    """
    found = _PARTS.fullmatch(shown)
    if not found:
        return None
    sign, pounds, whole, places, percent = found.groups("")
    digits = whole.replace(",", "")
    is_grouped = "," in whole
    if len(digits) + len(places) > MOST_DIGITS:
        return None
    if whole != (f"{int(digits):,}" if is_grouped else str(int(digits))):
        return None
    exact = Decimal(f"{digits}.{places or 0}") / (100 if percent else 1)
    is_negative = sign in {MINUS, "-"} and sign != ""
    if is_negative and not exact:
        return None
    exact = -exact if is_negative else exact
    is_whole = not places and not percent
    body = ("#,##0" if is_grouped else "0") + (f".{'0' * len(places)}" if places else "") + percent
    return Number(
        value=int(exact) if is_whole else float(exact),
        form=_form('"£"' + body if pounds else body, with_plus=sign == "+", is_zero=not exact),
    )


def _form(body: str, *, with_plus: bool, is_zero: bool) -> str:
    if with_plus:
        return f"+{body};-{body};{'+' if is_zero else ''}{body}"
    return f"{body};-{body}" if body.startswith('"') else body


def text(words: str) -> str:
    """Return words that every spreadsheet can hold and none takes for a formula."""
    clean = _NOT_XML.sub("", words).replace("\r\n", "\n").replace("\r", "\n")
    if len(clean) > LONGEST_TEXT:
        clean = clean[:LONGEST_TEXT] + CUT
    return escaped(clean)
