"""What can be shown of counts that rise with time, and of groups whose total is known."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from analytics.disclosure.policy import Policy

Counts = tuple[int, ...]
_TINY = 1e-6


def kept_days(
    by_day: Mapping[int, Counts], total: Counts, wanted: Iterable[int], policy: Policy
) -> frozenset[int]:
    """Return the days at which cumulative counts can be shown.

    No step between neighbouring days, none before the first, and none from the last to the total
    that is or may be known, is small in any of the counts.

    Parameters
    ----------
    by_day : mapping of int to tuple of int
        Cumulative counts by each day, one for each thing that is counted.
    total : tuple of int
        The counts in the end.
    wanted : iterable of int
        Days of ``by_day``, the most important first: each is kept where those kept before allow it.
    policy : Policy
        What counts as small.
    """
    kept: list[int] = []

    def is_small(earlier: Counts, later: Counts) -> bool:
        return any(policy.is_small(b - a) for a, b in zip(earlier, later, strict=True))

    for day in wanted:
        if day in kept:
            continue
        place = bisect_left(kept, day)
        before = by_day[kept[place - 1]] if place else (0,) * len(total)
        after = by_day[kept[place]] if place < len(kept) else total
        if not is_small(before, by_day[day]) and not is_small(by_day[day], after):
            insort(kept, day)
    return frozenset(kept)


def withheld_groups(cells: Sequence[Counts], policy: Policy) -> list[bool]:
    """Return which groups must be withheld when all of them together are or may be known.

    Groups with a small cell are withheld, and further ones, smallest first and empty last, until no
    cell of those that are withheld adds up to a small number and none of them stands alone.

    Parameters
    ----------
    cells : sequence of tuple of int
        For each group the cells that divide it.
    policy : Policy
        What counts as small.

    Returns
    -------
    list of bool
        True for each group to withhold.
    """
    out = [any(policy.is_small(cell) for cell in group) for group in cells]
    while any(out) and not all(out) and _can_be_solved(cells, out, policy):
        shown = [index for index, is_out in enumerate(out) if not is_out]
        out[min(shown, key=lambda index: (not sum(cells[index]), sum(cells[index])))] = True
    return out


def _can_be_solved(cells: Sequence[Counts], out: Sequence[bool], policy: Policy) -> bool:
    hidden = [group for group, is_out in zip(cells, out, strict=True) if is_out]
    together = (sum(column) for column in zip(*hidden, strict=True))
    return len(hidden) == 1 or any(policy.is_small(cell) for cell in together)


def told_sums(known: Iterable[Iterable[int]], n_parts: int) -> list[frozenset[int]]:
    """Return all sets of some parts whose sum follows from sums that are known.

    For a few parts only, where the known sums are not nested: every set is tried.

    Parameters
    ----------
    known : iterable of iterable of int
        Sets of parts, each with a known sum.
    n_parts : int
        How many parts there are, up to about a dozen.
    """
    rows = np.array([[part in one for part in range(n_parts)] for one in map(set, known)])
    if not rows.size:
        return []
    _, sizes, axes = np.linalg.svd(rows.astype(float), full_matrices=False)
    axes = axes[sizes > _TINY]
    sets = (np.arange(2**n_parts)[:, None] >> np.arange(n_parts)) & 1
    told = np.abs(sets @ axes.T @ axes - sets).max(axis=1) < _TINY
    return [frozenset(np.flatnonzero(one).tolist()) for one in sets[told] if one.any()]
