"""Values of a figure as plain Python: numbers, dates, words and colours."""

from __future__ import annotations

import base64
import html
import math
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

import numpy as np

EPOCH: Final = datetime(1899, 12, 30, tzinfo=UTC)
"""Day 0 of spreadsheets."""
_HEX: Final = re.compile(r"#([0-9a-fA-F]{6})")
_RGB: Final = re.compile(r"rgba?\(\s*(\d+),\s*(\d+),\s*(\d+)(?:,\s*([\d.]+))?\s*\)")
_BREAK: Final = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG: Final = re.compile(r"</?[a-zA-Z][^>]*>")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}([T ].*)?")


def listed(values: Any) -> list[Any]:
    """Return an array of a figure as a list: a sequence, an array, or Plotly's coded bytes.

    Parameters
    ----------
    values : sequence, array, dict or None
        A dict has ``dtype`` and ``bdata`` (base 64), and ``shape`` where it has several dimensions.
    """
    if values is None:
        return []
    if isinstance(values, dict):
        coded = np.frombuffer(base64.b64decode(values["bdata"]), dtype=np.dtype(values["dtype"]))
        return list(coded.tolist())
    if isinstance(values, np.ndarray):
        return list(values.tolist())
    return list(values)


def number(value: Any) -> float | None:
    """Return a number or a date as a number; None for what is neither, or not finite."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, datetime | date) or (isinstance(value, str) and _DAY.fullmatch(value)):
        return serial(value)
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None
    return found if math.isfinite(found) else None


def is_date(value: Any) -> bool:
    """Return whether a value is a day, or a text that says one."""
    return isinstance(value, date) or (isinstance(value, str) and bool(_DAY.fullmatch(value)))


def serial(value: str | date | datetime) -> float:
    """Return a day as days since 30 December 1899."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    return (value.replace(tzinfo=UTC) - EPOCH).total_seconds() / 86400


def plain(text: Any) -> str:
    """Return the words of a text: breaks as line feeds, other marks left out."""
    if text is None:
        return ""
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", str(text)))).strip()


def is_bold(text: Any) -> bool:
    """Return whether the whole text is bold."""
    return str(text).strip().startswith("<b>")


def colour(value: Any, default: str) -> str:
    """Return a colour as ``#RRGGBB``."""
    if isinstance(value, str):
        if found := _HEX.fullmatch(value.strip()):
            return f"#{found[1].upper()}"
        if found := _RGB.fullmatch(value.strip()):
            return "#" + "".join(f"{int(part):02X}" for part in found.groups()[:3])
    return default


def solid(value: Any, default: str) -> str:
    """Return a see-through colour as it looks on white."""
    share = opacity(value)
    parts = [int(colour(value, default)[start : start + 2], 16) for start in (1, 3, 5)]
    return "#" + "".join(f"{round(255 - share * (255 - part)):02X}" for part in parts)


def opacity(value: Any) -> float:
    """Return how opaque a colour is, between 0 and 1."""
    found = _RGB.fullmatch(value.strip()) if isinstance(value, str) else None
    return float(found[4]) if found and found[4] is not None else 1.0


def each(value: Any, size: int) -> list[Any]:
    """Return a property for each point: one of its own, or the same for all."""
    if isinstance(value, str | int | float) or value is None:
        return [value] * size
    found = listed(value)
    return [*found, *[None] * (size - len(found))][:size]


def nice_step(low: float, high: float, marks: int = 6) -> float:
    """Return a step of 1, 2 or 5 times a power of ten, with at most so many steps."""
    span = high - low
    if span <= 0:
        return 1.0
    rough = span / marks
    power = 10.0 ** math.floor(math.log10(rough))
    return next(
        (factor * power for factor in (1, 2, 5) if factor * power >= rough * (1 - 1e-9)), 10 * power
    )


def known(values: Iterable[float | None]) -> list[float]:
    """Return the values that are there."""
    return [value for value in values if value is not None]


def first(*values: Any) -> Any:
    """Return the first that is not None."""
    return next((value for value in values if value is not None), None)


def is_words(values: Sequence[Any]) -> bool:
    """Return whether an axis with these values is one of names."""
    return any(isinstance(value, str) and number(value) is None for value in values)
