"""Numbers as words: one place for how counts, shares, differences and dates are written."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from analytics.disclosure.suppression import Share
from analytics.emmie import in_words
from analytics.emmie.in_words import MINUS, chance, rounded
from analytics.statistics.results import Interval

__all__ = [
    "MINUS",
    "NOT_AVAILABLE",
    "WITHHELD",
    "chance",
    "clock",
    "count",
    "day",
    "day_of",
    "fixed",
    "interval",
    "listed",
    "lower_first",
    "moment",
    "out_of",
    "p_value",
    "percent",
    "plural",
    "points",
    "rounded",
    "rounded_apart",
    "signed",
    "subtracted",
]

WITHHELD = "[c]"
NOT_AVAILABLE = "[x]"
ENGLAND = ZoneInfo("Europe/London")


def count(value: int | None) -> str:
    """Return a count with thousands separators, or ``[c]``."""
    return WITHHELD if value is None else f"{value:,}"


def percent(value: float | None, *, places: int = 0) -> str:
    """Return a share between 0 and 1 as a percentage, or ``[c]``."""
    return WITHHELD if value is None else in_words.percent(value, places=places)


def fixed(value: float | None, places: int = 0) -> str:
    """Return a number with that many decimal places, or ``[c]``."""
    return WITHHELD if value is None else in_words.fixed(value, places)


def signed(value: float | None, *, places: int = 1) -> str:
    """Return a difference with its sign and a bare 0 where it rounds to zero, or ``[c]``."""
    return WITHHELD if value is None else in_words.signed(value, places=places)


def out_of(share: Share) -> str:
    """Return ``12 of 16``, or ``[c]``."""
    if share.events is None or share.n is None:
        return WITHHELD
    return f"{share.events:,} of {share.n:,}"


def points(value: float, *, places: int = 1) -> str:
    """Return a difference between two shares in percentage points, with its sign."""
    return signed(100 * value, places=places)


def interval(conf_int: Interval | None, *, scale: float = 1.0, places: int = 1) -> str:
    """Return ``low to high``, or nothing when there is no interval."""
    if conf_int is None:
        return ""
    return f"{fixed(scale * conf_int.low, places)} to {fixed(scale * conf_int.high, places)}"


def p_value(value: float | None) -> str:
    """Return a p-value to two or three decimal places."""
    if value is None:
        return ""
    return "<0.001" if value < 0.001 else fixed(value, 3 if value < 0.1 else 2)


def day(value: date) -> str:
    """Return a date as ``1 July 2019``."""
    return f"{value.day} {value:%B %Y}"


def day_of(value: datetime) -> str:
    """Return the day of a time as ``1 July 2019``, as calendars in England show it."""
    return day(value.astimezone(ENGLAND).date())


def moment(value: datetime) -> str:
    """Return a time as ``1 July 2019, 10:42``, as clocks in England show it."""
    return f"{day_of(value)}, {clock(value)}"


def clock(value: datetime) -> str:
    """Return the time of day as ``10:42``, as clocks in England show it."""
    return f"{value.astimezone(ENGLAND):%H:%M}"


def rounded_apart(difference: str, first: str, second: str) -> str:
    """Return `` (rounded)`` where a shown difference is not that of the two shown figures.

    Each figure is rounded by itself, so somebody who subtracts can come to another difference.

    Parameters
    ----------
    difference, first, second : str
        As they are shown, with or without a sign or ``%``.

    Examples
    --------
    >>> rounded_apart("+12", "22", "9"), rounded_apart("−2.5", "44.0", "46.5")
    (' (rounded)', '')
    """
    shown, apart = _number(difference), _number(subtracted(first, second))
    return "" if shown is None or apart is None or shown == apart else " (rounded)"


def subtracted(first: str, second: str) -> str:
    """Return the difference of two shown figures, as a reader would work it out.

    Empty where one of them is no number, such as ``[c]``.

    Examples
    --------
    >>> subtracted("14%", "59%"), subtracted("[c]", "14%")
    ('-45', '')
    """
    one, other = _number(first), _number(second)
    return "" if one is None or other is None else str(one - other)


def _number(shown: str) -> Decimal | None:
    try:
        return Decimal(shown.replace(MINUS, "-").replace(",", "").strip("%+"))
    except InvalidOperation:
        return None


def plural(number: int, one: str, many: str) -> str:
    """Return a number with its noun."""
    return f"{number:,} {one if number == 1 else many}"


def listed(items: list[str]) -> str:
    """Return ``a, b and c``."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def lower_first(text: str) -> str:
    """Return the text with a small first letter, for use inside a sentence."""
    return text[:1].lower() + text[1:]
