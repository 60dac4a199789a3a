"""England's working days: Monday to Friday without bank holidays."""

from __future__ import annotations

from functools import cache

import holidays
import numpy as np

YEARS = range(2015, 2026)


@cache
def bank_holidays() -> np.ndarray:
    """Return England's bank holidays, substitute days and one-off ones included."""
    days = holidays.country_holidays("GB", subdiv="ENG", years=YEARS)
    return np.array(sorted(days), dtype="datetime64[D]")


def working_days_of(first: np.datetime64, last: np.datetime64) -> np.ndarray:
    """Return the working days from ``first`` to ``last``, both included."""
    days = np.arange(first, last + 1, dtype="datetime64[D]")
    return days[np.is_busday(days, holidays=bank_holidays())]


def working_days_on(day: np.datetime64, number: int) -> np.datetime64:
    """Return the day ``number`` working days after ``day``, or before it when negative.

    A ``day`` that is no working day counts as the next one, or as the one before it when counting
    back.
    """
    roll = "backward" if number < 0 else "forward"
    return np.busday_offset(day, number, roll=roll, holidays=bank_holidays())


def is_working_day(day: np.datetime64) -> bool:
    """Return whether ``day`` is a working day."""
    return bool(np.is_busday(day, holidays=bank_holidays()))
