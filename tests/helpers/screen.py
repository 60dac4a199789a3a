"""Reading what a person is shown."""

from __future__ import annotations

import re

MINUS = "\N{MINUS SIGN}"
ASCII_MINUS = re.compile(r"(?<![\w/–.)-])-(?=£?\.?\d)")
"""A hyphen that stands for a minus."""


def number(shown: object) -> float:
    """Return the number that a cell or a word of the screen shows."""
    return float(str(shown).replace(MINUS, "-").replace("£", "").replace(",", ""))
