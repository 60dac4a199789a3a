"""Clusters of two kinds at once, such as families and matched pairs."""

from __future__ import annotations

from collections.abc import Sequence

from analytics.statistics.inputs import IntArray, group_codes


def crossed_codes(first: IntArray, second: IntArray) -> IntArray:
    """Give each pair of groups that occurs a number from 0; both are codes of `group_codes`."""
    labels = first * (int(second.max(initial=0)) + 1) + second
    return group_codes(labels, name="clusters", length=len(first))[0]


def two_way_variance(both_ways: float, one_way: Sequence[float]) -> float:
    """Variance when clustered both ways; the larger one-way variance when that isn't positive."""
    return both_ways if both_ways > 0 else max(one_way, default=both_ways)
