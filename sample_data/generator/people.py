"""Draws and date arithmetic that the synthetic evaluations share."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

ETHNIC_GROUP_SHARES: Mapping[str, float] = {
    "white": 0.81, "mixed": 0.07, "asian": 0.05, "black": 0.03, "other": 0.015, "unknown": 0.025,
}  # fmt: skip
FAMILY_SIZE_SHARES: Mapping[int, float] = {1: 0.50, 2: 0.30, 3: 0.14, 4: 0.06}


def sigmoid(value: np.ndarray | float) -> np.ndarray | float:
    """Return the logistic function of ``value``."""
    return 1.0 / (1.0 + np.exp(-value))


def choose(rng: np.random.Generator, shares: Mapping, size: int | None = None):
    """Draw keys of ``shares`` with the given weights (scaled to sum to 1)."""
    weights = np.array(list(shares.values()), dtype=float)
    picked = rng.choice(len(weights), size=size, p=weights / weights.sum())
    keys = list(shares)
    return keys[picked] if size is None else [keys[index] for index in picked]


def family_sizes(rng: np.random.Generator, children: int) -> list[int]:
    """Draw sizes of families that together have exactly ``children`` children."""
    sizes: list[int] = []
    while (left := children - sum(sizes)) > 0:
        sizes.append(min(choose(rng, FAMILY_SIZE_SHARES), left))
    return sizes


def sibling_ages(rng: np.random.Generator, size: int, oldest: int) -> list[int]:
    """Return ages in years of ``size`` siblings, one to four years apart, none below 0."""
    gaps = rng.integers(1, 5, size=size - 1)
    return [int(max(age, 0)) for age in oldest - np.concatenate([[0], np.cumsum(gaps)])]


def sexes(rng: np.random.Generator, size: int, female: float = 0.49) -> list[str]:
    """Draw sexes as recorded."""
    return choose(rng, {"F": female, "M": 0.998 - female, "U": 0.002}, size)


def birth_month(rng: np.random.Generator, on: np.datetime64, age: int) -> np.datetime64:
    """Return a first day of month on which a child aged ``age`` at ``on`` may have been born.

    The next birthday is always in a later month, so that nobody turns 18 within days of ``on``.
    """
    months_old = 12 * int(age) + int(rng.integers(0, 11))
    return (on.astype("datetime64[M]") - months_old).astype("datetime64[D]")


def age_on(born_on: np.datetime64, day: np.datetime64) -> int:
    """Return completed years from ``born_on`` (first of a month) to ``day``."""
    months = day.astype("datetime64[M]") - born_on.astype("datetime64[M]")
    return int(months.astype(int) // 12)


def add_years(day: np.datetime64, years: int) -> np.datetime64:
    """Return the same day of the month (at most the 28th) ``years`` later."""
    month = day.astype("datetime64[M]")
    offset = min(int((day - month.astype("datetime64[D]")).astype(int)), 27)
    return (month + 12 * years).astype("datetime64[D]") + offset


def working_day(day: np.datetime64) -> np.datetime64:
    """Return ``day``, or the Friday before it when it falls on a weekend."""
    return np.busday_offset(day, 0, roll="backward")
