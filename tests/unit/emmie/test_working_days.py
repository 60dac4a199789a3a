"""Working days of England against bank holidays written down by hand."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from analytics.emmie.case_outcomes.working_days import bank_holidays, working_days_between

BANK_HOLIDAYS = {
    2022: ("01-03", "04-15", "04-18", "05-02", "06-02", "06-03", "08-29", "09-19", "12-26",
           "12-27"),
    2023: ("01-02", "04-07", "04-10", "05-01", "05-08", "05-29", "08-28", "12-25", "12-26"),
}  # fmt: skip
"""England and Wales, as GOV.UK lists them: 1 January 2022 and 2023 and Christmas Day 2022 fell on
a weekend, so the next weekday took their place; the spring holiday of 2022 moved to 2 June, with
3 June beside it for the jubilee; 19 September 2022 was the day of the state funeral; 8 May 2023 of
the coronation."""
BY_HAND = np.array(
    [f"{year}-{day}" for year, days in BANK_HOLIDAYS.items() for day in days],
    dtype="datetime64[D]",
)
EVERY_DAY = [date(2022, 1, 3) + timedelta(days=more) for more in range(726)]


@pytest.mark.parametrize("year", BANK_HOLIDAYS)
def test_bank_holidays_are_those_of_england(year: int) -> None:
    weekdays = [one for one in bank_holidays(year, year) if one.weekday() < 5]
    assert [f"{one:%m-%d}" for one in weekdays] == list(BANK_HOLIDAYS[year])


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2022, 6, 1), date(2022, 6, 6), 1),  # jubilee, and a weekend
        (date(2022, 5, 27), date(2022, 6, 1), 3),  # the usual spring holiday was worked
        (date(2022, 9, 16), date(2022, 9, 20), 1),  # state funeral
        (date(2023, 5, 5), date(2023, 5, 9), 1),  # coronation
        (date(2022, 12, 23), date(2022, 12, 28), 1),  # Christmas Day on a Sunday
        (date(2023, 3, 1), date(2023, 3, 22), 15),  # three plain weeks
        (date(2023, 3, 31), date(2023, 4, 25), 15),  # three weeks and Easter
        (date(2023, 3, 4), date(2023, 3, 6), 1),  # from a Saturday to the Monday
        (date(2023, 3, 3), date(2023, 3, 5), 0),  # to a Sunday
        (date(2023, 3, 7), date(2023, 3, 7), 0),  # the same day
    ],
)
def test_counted_on_a_calendar(start: date, end: date, expected: int) -> None:
    assert working_days_between([start], [end]).tolist() == [expected]


@pytest.mark.parametrize("length", [1, 15, 22, 45, 64])
def test_every_start_of_two_years_agrees_with_numpy(length: int) -> None:
    ends = [day + timedelta(days=length) for day in EVERY_DAY if day.year < 2024]
    pairs = [(start, end) for start, end in zip(EVERY_DAY, ends, strict=True) if end.year < 2024]
    starts, ends = ([pair[side] for pair in pairs] for side in (0, 1))
    counted = working_days_between(starts, ends)
    # NumPy leaves out the last day, so that both ends are moved by one.
    moved = [np.array(days, dtype="datetime64[D]") + 1 for days in (starts, ends)]
    assert counted.tolist() == np.busday_count(*moved, holidays=BY_HAND).tolist()
    assert counted.sum() < np.busday_count(*moved).sum()


def test_one_by_one_against_a_loop() -> None:
    holidays = set(BY_HAND.tolist())
    start = date(2022, 12, 20)
    for length in range(40):
        days = [start + timedelta(days=more) for more in range(1, length + 1)]
        worked = [day for day in days if day.weekday() < 5 and day not in holidays]
        end = start + timedelta(days=length)
        assert working_days_between([start], [end]).tolist() == [len(worked)]


def test_of_nobody() -> None:
    assert working_days_between([], []).tolist() == []
