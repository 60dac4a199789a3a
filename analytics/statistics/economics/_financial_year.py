"""Check of how a financial year is written; shared by the kernels of this folder."""

from __future__ import annotations

import re

from analytics.errors import InvalidInputError

_FINANCIAL_YEAR = re.compile(r"(\d{4})/(\d{2})")


def check_financial_year(year: str) -> None:
    """Raise InvalidInputError unless `year` looks like ``"2013/14"``, its two years in sequence."""
    match = _FINANCIAL_YEAR.fullmatch(year)
    if match is None or (int(match[1]) + 1) % 100 != int(match[2]):
        raise InvalidInputError("a financial year is written as 2013/14")
