"""Families and children of Southampton's synthetic plan history."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sample_data.generator.people import (
    FAMILY_SIZE_SHARES,
    birth_month,
    choose,
    sexes,
    sibling_ages,
)
from sample_data.generator.rps_audit import (
    CHILDREN_IN_FAMILY,
    FAMILIES,
    UNRELATED_RISK_FAMILY,
    gap_band,
)

FIRST_OTHER_FAMILY = 100
OLDEST_AGE_SHARES = {
    age: 1.6 if age < 2 else 1.1 if age < 6 else 1.0 if age < 14 else 0.75 if age < 16 else 0.35
    for age in range(18)
}
EARLIEST_BEFORE_HISTORY = np.datetime64("2015-09-01")
"""A child with a plan before April 2016 was born before this day."""

GAP_DAYS = {
    "within_1_year": (60, 351),
    "1_to_2_years": (385, 716),
    "2_to_5_years": (770, 1781),
    "5_years_or_more": (1900, 2151),
}
"""Days from the end of the earlier plan, well inside each band."""


@dataclass(frozen=True, slots=True)
class Child:
    """One child; ``family`` and ``number`` identify the child inside the generator only."""

    family: int
    number: int
    born_on: np.datetime64
    sex: str


def _children(
    rng: np.random.Generator, family: int, on: np.datetime64, ages: list[int]
) -> list[Child]:
    drawn = zip(ages, sexes(rng, len(ages), female=0.48), strict=True)
    return [
        Child(family, number, birth_month(rng, on, age), sex)
        for number, (age, sex) in enumerate(drawn)
    ]


def _family_number(rng: np.random.Generator) -> int:
    """Return a number that no other family has, for all practical purposes."""
    return int(rng.integers(FIRST_OTHER_FAMILY, 2**53))


def new_family(rng: np.random.Generator, on: np.datetime64) -> list[Child]:
    """Return the children of a family that nobody knew before."""
    size = choose(rng, FAMILY_SIZE_SHARES)
    ages = sibling_ages(rng, size, choose(rng, OLDEST_AGE_SHARES))
    return _children(rng, _family_number(rng), on, ages)


def known_before_history(rng: np.random.Generator, on: np.datetime64) -> list[Child]:
    """Return children old enough at ``on`` to have had a plan before April 2016."""
    youngest = _years_between(EARLIEST_BEFORE_HISTORY, on) + 1 + int(rng.integers(0, 4))
    size = choose(rng, FAMILY_SIZE_SHARES)
    return _children(rng, _family_number(rng), on, _ages_from(rng, youngest, size))


def _years_between(earlier: np.datetime64, later: np.datetime64) -> int:
    """Return years from ``earlier`` to ``later``, rounded up."""
    return int(np.ceil(int((later - earlier).astype(int)) / 365.25))


def _ages_from(rng: np.random.Generator, youngest: int, size: int) -> list[int]:
    steps = np.concatenate([[0], np.cumsum(rng.integers(1, 3, size=size - 1))])
    return [min(int(age), 16) for age in youngest + steps]


def audited_episodes(
    rng: np.random.Generator,
) -> list[tuple[Child, np.datetime64, np.datetime64, int]]:
    """Return the audited children's plans: child, start, end, stored number of earlier plans.

    Each child has the plan that started in January to March 2024 and, unless that plan came nine
    years later, an earlier one that ended within the family's gap band.
    """
    quarter = np.arange("2024-01-03", "2024-03-28", dtype="datetime64[D]")
    quarter = quarter[np.is_busday(quarter)]
    rows: list[tuple[Child, np.datetime64, np.datetime64, int]] = []
    for family in sorted(FAMILIES):
        start = rng.choice(quarter)
        gap = int(rng.integers(*GAP_DAYS[gap_band(family)]))
        earlier_end = np.busday_offset(start - gap, 0, roll="forward")
        earlier_start = np.busday_offset(
            earlier_end - int(rng.integers(170, 330)), 0, roll="forward"
        )
        if family == UNRELATED_RISK_FAMILY:
            earlier_start = EARLIEST_BEFORE_HISTORY - 500
        youngest = _years_between(earlier_start, start) + int(rng.integers(0, 3))
        ages = _ages_from(rng, youngest, CHILDREN_IN_FAMILY[family])
        end = start + int(rng.integers(150, 420))
        for child in _children(rng, family, start, ages):
            rows.append((child, start, end, 1))
            if family != UNRELATED_RISK_FAMILY:
                rows.append((child, earlier_start, earlier_end, 0))
    return rows
