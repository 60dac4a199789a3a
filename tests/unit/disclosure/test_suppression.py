"""Suppression of single figures and of breakdowns."""

from __future__ import annotations

import pytest

from analytics.disclosure.policy import DFE_CIN, POLICIES, PUBLISHED, policy_named, strictest
from analytics.disclosure.suppression import (
    Share,
    small_cells,
    withhold_count,
    withhold_series,
    withhold_share,
)
from analytics.errors import ProtocolError


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, None), (5, None), (6, 6), (None, None)])
def test_counts(count, shown) -> None:
    assert withhold_count(count, DFE_CIN) == shown
    assert withhold_count(count, PUBLISHED) == count


@pytest.mark.parametrize(
    ("events", "n", "events_shown", "n_shown"),
    [
        (0, 0, 0, 0),
        (0, 40, 0, 40),
        (40, 40, 40, 40),
        (6, 40, 6, 40),
        (34, 40, 34, 40),
        (5, 40, None, 40),
        (35, 40, None, 40),
        (39, 40, None, 40),
        (0, 3, None, None),
        (3, 3, None, None),
        (6, 6, 6, 6),
    ],
)
def test_shares(events, n, events_shown, n_shown) -> None:
    share = withhold_share(Share.of(events, n), DFE_CIN)
    assert (share.events, share.n) == (events_shown, n_shown)
    assert share.is_withheld is (events_shown is None)
    assert (share.value is None) is (share.is_withheld or not n)
    assert withhold_share(Share.of(events, n), PUBLISHED) == Share.of(events, n)


@pytest.mark.parametrize(
    ("cells", "withheld"),
    [
        ([10, 20, 30], [0, 0, 0]),
        ([3, 20, 30], [1, 1, 0]),
        ([3, 4, 30], [1, 1, 0]),
        ([3, 0, 30], [1, 0, 1]),
        ([3, 0, 0], [1, 1, 0]),
        ([0, 0, 0], [0, 0, 0]),
        ([3], [1]),
        ([], []),
    ],
)
def test_breakdowns(cells, withheld) -> None:
    assert small_cells(cells, DFE_CIN) == [bool(item) for item in withheld]
    assert not any(small_cells(cells, PUBLISHED))


def test_a_lone_withheld_period_has_a_partner() -> None:
    shares = [Share.of(events, 40) for events in (10, 3, 12)]
    found = withhold_series(shares, DFE_CIN, groupings=[[1, 1, 1]])
    assert [share.is_withheld for share in found] == [True, True, False]


def test_a_lone_withheld_total_has_a_partner() -> None:
    """A period of three cases, beside two of forty, is the group's total less the other two."""
    shares = [Share.of(10, 40), Share.of(1, 3), Share.of(12, 41)]
    found = withhold_series(shares, DFE_CIN, groupings=[[1, 1, 1]])
    hidden = [share for share in found if share.n is None]
    assert len(hidden) != 1


def test_the_published_policy_changes_no_series() -> None:
    shares = [Share.of(1, 3), Share.of(2, 40)]
    assert withhold_series(shares, PUBLISHED, groupings=[[1, 1]]) == shares


def test_policies() -> None:
    assert set(POLICIES) >= {"dfe_cin", "published"}
    assert strictest(("published", "dfe_cin")) is DFE_CIN
    assert strictest(("published",)) is PUBLISHED
    for key, policy in POLICIES.items():
        assert policy.key == key
        assert policy.statement
        assert not policy.is_small(0)
    with pytest.raises(ProtocolError, match="nobody"):
        policy_named("nobody")
