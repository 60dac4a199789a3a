"""Names of sheets and tables: short, unlike each other, the same each time."""

from __future__ import annotations

import re
from typing import Final

LONGEST_SHEET: Final = 31
LONGEST_TABLE: Final = 60
_NOT_A_WORD = re.compile(r"[^A-Za-z0-9]+")


def sheet_name(number: int, key: str, *, part: str = "") -> str:
    """Return the name of an exhibit's sheet.

    Parameters
    ----------
    number : int
        Place in the pack, from 1; makes the name unlike every other.
    key : str
        The exhibit's key.
    part : str
        Letter that stands after the number on a further sheet of the exhibit.

    Returns
    -------
    str
        At most 31 letters, digits and spaces.
    """
    name = f"{number}{part} {_NOT_A_WORD.sub(' ', key).strip()}".strip()
    if len(name) > LONGEST_SHEET:
        whole_words = name[: LONGEST_SHEET + 1].rsplit(" ", 1)[0]
        name = whole_words if " " in whole_words else name[:LONGEST_SHEET]
    return name.strip()


def table_name(sheet: str) -> str:
    """Return the name of the table of a sheet: letters, digits and underscores."""
    return f"Table_{_NOT_A_WORD.sub('_', sheet).strip('_')}"[:LONGEST_TABLE]
