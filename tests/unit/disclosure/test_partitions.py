"""What can be shown of counts over time and of groups: no pencil finds a small number."""

from __future__ import annotations

from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.disclosure.partitions import kept_days, withheld_groups
from analytics.disclosure.policy import DFE_CIN, PUBLISHED

STEPS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=20)


def curves(steps):
    columns = [list(accumulate(column)) for column in zip(*steps, strict=True)]
    cumulative = list(zip(*columns, strict=True))
    return dict(enumerate(cumulative[:-1])), cumulative[-1]


@given(STEPS, st.randoms(use_true_random=False))
def test_no_step_of_any_count_is_small(steps, random) -> None:
    by_day, total = curves(steps)
    wanted = list(by_day)
    random.shuffle(wanted)
    kept = sorted(kept_days(by_day, total, wanted, DFE_CIN))
    shown = [(0, 0), *(by_day[day] for day in kept), total]
    for earlier, later in pairwise(shown):
        if kept:
            assert not any(DFE_CIN.is_small(b - a) for a, b in zip(earlier, later, strict=True))


def test_the_most_important_day_comes_first() -> None:
    by_day, total = {10: (6,), 20: (10,), 30: (12,)}, (18,)
    assert kept_days(by_day, total, [10, 20, 30], DFE_CIN) == {10, 30}
    assert kept_days(by_day, total, [20], DFE_CIN) == {20}
    assert kept_days(by_day, total, [20, 10, 30], DFE_CIN) == {20}


def test_what_comes_after_the_last_day_counts() -> None:
    assert kept_days({10: (16,)}, (18,), [10], DFE_CIN) == frozenset()
    assert kept_days({10: (18,)}, (18,), [10], DFE_CIN) == {10}


def test_a_small_total_is_never_split() -> None:
    assert kept_days({10: (3,), 20: (4,)}, (4,), [10, 20], DFE_CIN) == frozenset()
    assert kept_days({10: (3,), 20: (4,)}, (4,), [10, 20], PUBLISHED) == {10, 20}


@given(st.lists(st.tuples(*[st.integers(0, 12)] * 3), min_size=1, max_size=7))
def test_withheld_groups_are_together_large_or_everything(cells) -> None:
    out = withheld_groups(cells, DFE_CIN)
    hidden = [group for group, is_out in zip(cells, out, strict=True) if is_out]
    shown = [group for group, is_out in zip(cells, out, strict=True) if not is_out]
    assert not any(DFE_CIN.is_small(cell) for group in shown for cell in group)
    if hidden and shown:
        assert len(hidden) > 1
        assert not any(DFE_CIN.is_small(sum(column)) for column in zip(*hidden, strict=True))


@pytest.mark.parametrize(
    ("cells", "out"),
    [
        ([(9, 9), (9, 9)], [False, False]),
        ([(3, 9), (9, 9)], [True, True]),
        ([(3, 90), (40, 90), (9, 9)], [True, False, True]),
        ([(0, 9), (9, 9)], [False, False]),
        ([(1, 9), (1, 9), (8, 80), (9, 90)], [True, True, True, False]),
    ],
)
def test_groups_by_hand(cells, out) -> None:
    assert withheld_groups(cells, DFE_CIN) == out
