"""Nested cells: a reader who tries every sum of what is shown finds nothing small."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.disclosure.nesting import (
    Labels,
    is_told,
    no_small,
    no_small_rest,
    not_told_by_number,
    remainders,
    shown_levels,
)
from analytics.disclosure.partitions import told_sums
from analytics.disclosure.policy import DFE_CIN, PUBLISHED

SIZES = st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 7, 9, 12, 20])
QUARTERS, HALVES = [0, 0, 1, 1, 2, 2, 3, 3], [0, 0, 0, 0, 1, 1, 1, 1]
LEVELS: list[Labels] = [[0] * 8, HALVES, QUARTERS, range(8)]


def cells_of(shown: Sequence[Labels]) -> list[set[int]]:
    return [
        {i for i, other in enumerate(labels) if other == label}
        for labels in shown
        for label in set(labels) - {None}
    ]


def small_sums(rows: np.ndarray, counts: np.ndarray) -> list[np.ndarray]:
    """Return every set of parts that is small and whose sum follows from the sums of some sets."""
    n = len(counts)
    sets = ((np.arange(2**n)[:, None] >> np.arange(n)) & 1).astype(float)
    sums = sets @ counts
    sets = sets[(sums >= 1) & (sums <= DFE_CIN.largest_withheld)]
    if not len(rows) or not len(sets):
        return []
    solved = np.linalg.lstsq(rows.T, sets.T, rcond=None)[0]
    return list(sets[np.abs(rows.T @ solved - sets.T).max(axis=0) < 1e-6])


def rows_of(cells: Sequence[set[int]], columns: Sequence[int], width: int) -> np.ndarray:
    """Return a row for each cell: ones where its parts are counted in some of the columns."""
    found = np.zeros((len(cells), 8, width))
    for row, parts in enumerate(cells):
        found[np.ix_([row], sorted(parts), columns)] = 1
    return found.reshape(len(cells), -1)


@settings(deadline=None, derandomize=True, max_examples=300)
@given(st.lists(SIZES, min_size=8, max_size=8))
def test_no_sum_of_shown_cells_is_small(counts: list[int]) -> None:
    shown = shown_levels(LEVELS, [no_small([counts], DFE_CIN)], counts)
    rows = rows_of(cells_of(shown), [0], 1)
    assert small_sums(rows, np.array(counts)) == []


def test_the_attack_finds_what_is_there_to_find() -> None:
    """Without a partner the withheld month is the quarter less the other."""
    counts = np.array([3, 9, 20, 20, 20, 20, 20, 20])
    rows = rows_of([{0, 1}, {1}], [0], 1)
    assert [np.flatnonzero(one).tolist() for one in small_sums(rows, counts)] == [[0]]


@settings(deadline=None, derandomize=True, max_examples=200)
@given(st.lists(st.tuples(SIZES, SIZES), min_size=8, max_size=8))
def test_no_sum_of_totals_and_shares_is_small(cells: list[tuple[int, int]]) -> None:
    """Both columns of eight months are unknown, and every set of the sixteen is tried."""
    n = [events + rest for events, rest in cells]
    totals = remainders(shown_levels(LEVELS, [no_small([n], DFE_CIN)], n))
    columns = list(zip(*cells, strict=True))
    shares = shown_levels(LEVELS, [no_small(columns, DFE_CIN)], n, totals)
    told = [parts for parts in cells_of(LEVELS) if is_told(parts, totals)]
    rows = np.vstack([rows_of(told, [0, 1], 2), rows_of(cells_of(shares), [0], 2)])
    assert small_sums(rows, np.array(cells).ravel()) == []
    assert all(is_told(parts, totals) for parts in cells_of(shares))


@settings(deadline=None, derandomize=True, max_examples=100)
@given(st.lists(SIZES, min_size=8, max_size=8))
def test_nothing_is_withheld_in_vain(counts: list[int]) -> None:
    """Showing one month more, of those that are withheld, tells something small."""
    shown = shown_levels(LEVELS, [no_small([counts], DFE_CIN)], counts)
    cells = cells_of(shown)
    for i, label in enumerate(shown[-1]):
        if label is None and not is_told([i], remainders(shown)):
            more = rows_of([*cells, {i}], [0], 1)
            assert small_sums(more, np.array(counts))


@pytest.mark.parametrize(
    ("counts", "withheld"),
    [
        ([9] * 8, []),
        ([3, 9, 9, 9, 9, 9, 9, 9], [0, 1]),
        ([3, 3, 9, 9, 9, 9, 9, 9], [0, 1]),
        ([0, 3, 9, 9, 9, 9, 9, 9], [1, 2]),
        ([1, 1, 9, 8, 9, 9, 9, 9], [0, 1, 3]),
        ([1, 1, 0, 0, 9, 9, 9, 9], [0, 1, 4]),
        ([1, 1, 0, 0, 0, 0, 0, 0], [0, 1]),
    ],
)
def test_partners_by_hand(counts: list[int], withheld: list[int]) -> None:
    """A partner comes from the same quarter, or else from the same half, and is no empty one."""
    shown = shown_levels(LEVELS, [no_small([counts], DFE_CIN)], counts)
    assert [i for i, label in enumerate(shown[-1]) if label is None] == withheld


def test_coarse_cells_come_before_fine_ones() -> None:
    counts = [3, 9, 9, 9, 9, 9, 9, 9]
    shown = shown_levels(LEVELS, [no_small([counts], DFE_CIN)], counts)
    assert [None in labels for labels in shown] == [False, False, False, True]


def test_nothing_is_withheld_of_what_is_published() -> None:
    counts = [1, 2, 3, 0, 1, 1, 1, 1]
    checks = [no_small([counts], PUBLISHED), not_told_by_number(counts, PUBLISHED)]
    assert [list(one) for one in shown_levels(LEVELS, checks, counts)] == [
        list(one) for one in LEVELS
    ]


@pytest.mark.parametrize(("counts", "is_shown"), [([1] * 8, False), ([1] * 7 + [2], True)])
def test_eight_children_in_eight_months_are_one_in_each(counts: list[int], is_shown: bool) -> None:
    """Readers see which months have anybody."""
    checks = [no_small([counts], DFE_CIN), not_told_by_number(counts, DFE_CIN)]
    assert (None not in shown_levels(LEVELS, checks, counts)[0]) is is_shown


def test_what_two_kinds_leave_over_is_not_small() -> None:
    """Ten of each kind of 23 cases leave three: the second kind is withheld in that month."""
    levels: list[Labels] = [[0, 0, 0], [0, 1, 2]]
    n, first, second = [23, 40, 40], [10, 10, 10], [10, 10, 10]
    known = remainders(levels)
    check = no_small_rest(n, second, (first, known), DFE_CIN)
    shown = shown_levels(levels, [no_small([second], DFE_CIN), check], n)
    assert shown[1] == [None, None, 2]


def test_of_no_parts_nothing_is_told() -> None:
    assert not is_told([], [0, 0])
    assert is_told([0, 1], [0, 0])
    assert not is_told([0], [0, 0])
    assert not is_told([0], [None, 0])


def test_sums_that_follow_where_nothing_is_nested() -> None:
    """The rows and columns of a table of two by two, and then one of its cells."""
    known = [{0, 1}, {2, 3}, {0, 2}, {1, 3}]
    told = {tuple(sorted(one)) for one in told_sums(known, 4)}
    assert told == {(0, 1), (2, 3), (0, 2), (1, 3), (0, 1, 2, 3)}
    assert len(told_sums([*known, {0}], 4)) == 15
    assert told_sums([], 4) == []
