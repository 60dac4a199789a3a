"""Calendar months around a change, and up to when an outcome is known."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import ArrayLike

from analytics.statistics.inputs import FloatArray

KNOWN_FROM = 0.8
"""Share of a month's cases whose outcome must be known; below it, quick endings would lead."""


def months_before(day: date, months: int) -> date:
    """Return the first day of the month that many months before."""
    number = 12 * day.year + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def months_between(first: date, later: date) -> int:
    """Return by how many months one month comes after another."""
    return 12 * (later.year - first.year) + later.month - first.month


def quarter_of(day: date) -> date:
    """Return the first day of the calendar quarter that a day lies in."""
    return date(day.year, day.month - (day.month - 1) % 3, 1)


def known_until(outcome: FloatArray, month: np.ndarray) -> np.datetime64:
    """Return the last month in which most outcomes are known.

    Parameters
    ----------
    outcome : ndarray of float, shape (n,)
        1, 0, or NaN while it is not known.
    month : ndarray of datetime64[M], shape (n,)
        Month of the case.

    Returns
    -------
    datetime64[M]
        The month before the first one when no month has enough.
    """
    months, place = np.unique(month, return_inverse=True)
    seen = np.bincount(place, weights=~np.isnan(outcome), minlength=len(months))
    return last_known(months, seen, np.bincount(place, minlength=len(months)))


def last_known(months: np.ndarray, n_known: ArrayLike, n: ArrayLike) -> np.datetime64:
    """Return the last month in which at least four in five outcomes are known.

    ``months`` ascend; ``n_known`` and ``n`` are cases of each month.
    """
    enough = np.asarray(n_known) >= KNOWN_FROM * np.asarray(n)
    return np.datetime64(months[enough][-1] if enough.any() else months[0] - 1)
