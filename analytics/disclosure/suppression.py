"""Suppression: small counts, and the counts from which they could be worked out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analytics.disclosure.partitions import withheld_groups
from analytics.disclosure.policy import Policy

CONFIDENTIAL = "c"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A count out of a total, as it may be shown.

    Attributes
    ----------
    events, n : int or None
        Counts; None when withheld.
    value : float or None
        ``events / n``, between 0 and 1; None when withheld or when there is nobody to count.
    symbol : str or None
        ``c`` when something was withheld.
    part : int
        Those of the events that another view of the same figure leaves out; 0 when there is no such
        view. Never kept after disclosure control.
    """

    events: int | None
    n: int | None
    value: float | None
    symbol: str | None = None
    part: int = 0

    @classmethod
    def of(cls, events: int, n: int, *, part: int = 0) -> Share:
        """Return the share before disclosure control."""
        return cls(events=events, n=n, value=events / n if n else None, part=part)

    @property
    def is_withheld(self) -> bool:
        """Whether disclosure control took the figure away."""
        return self.symbol == CONFIDENTIAL


def withhold_share(share: Share, policy: Policy) -> Share:
    """Return a share as it may be shown.

    The share is withheld when the count, its complement or the total is small, or when another view
    would give a small part of the count away; the total stays when it is not small itself.
    """
    if share.events is None or share.n is None:
        return share
    cells = (share.events, share.n - share.events, share.n, share.part)
    if not any(policy.is_small(cell) for cell in cells):
        return replace(share, part=0)
    total = None if policy.is_small(share.n) else share.n
    return Share(events=None, n=total, value=None, symbol=CONFIDENTIAL)


def withhold_count(count: int | None, policy: Policy) -> int | None:
    """Return a count as it may be shown; None when it is small."""
    return None if count is None or policy.is_small(count) else count


def at_least(count: int | None, policy: Policy) -> int | None:
    """Return a whole ten that a count is at least, for a rule that asks for no more than that.

    The exact count stays where the policy withholds nothing; None when the count is small.
    """
    if count is None or policy.is_small(count) or not policy.largest_withheld:
        return withhold_count(count, policy)
    return count // 10 * 10


def small_cells(counts: Sequence[int], policy: Policy) -> list[bool]:
    """Return which cells of a breakdown must be withheld when its total is known.

    A lone withheld cell could be worked out from the total and the others, so the smallest of the
    other non-zero cells is withheld too (or a zero, when there is no other).

    Parameters
    ----------
    counts : sequence of int
        Cells that add up to a total which is or may be known.
    policy : Policy
        What counts as small.

    Returns
    -------
    list of bool
        True for each cell to withhold.
    """
    withheld = [policy.is_small(count) for count in counts]
    if sum(withheld) == 1:
        others = [index for index, is_out in enumerate(withheld) if not is_out]
        if others:
            partner = min(others, key=lambda index: (counts[index] == 0, counts[index]))
            withheld[partner] = True
    return withheld


def shown_cells(counts: Sequence[int], policy: Policy) -> tuple[int | None, ...]:
    """Return the cells of a breakdown as they may be shown beside their total.

    The rule is that of :func:`withheld_groups`.

    Parameters
    ----------
    counts : sequence of int
        Cells that add up to a total which is or may be known.
    policy : Policy
        What counts as small.

    Returns
    -------
    tuple of int or None
        None for each withheld cell; all are withheld when the total is small.
    """
    withheld = withheld_groups([(n,) for n in counts], policy)
    return tuple(None if out else n for n, out in zip(counts, withheld, strict=True))


def withhold_series(
    shares: Sequence[Share], policy: Policy, *, groupings: Sequence[Sequence[object]]
) -> list[Share]:
    """Return a series of shares as it may be shown beside totals over groups of its periods.

    Within each group (for example the months of a year) no single withheld period can be worked out
    from the group's total: where one stands alone, or several add up to a small count, the
    smallest other one is withheld too, and in
    the same way for totals that are withheld. That is repeated until every grouping holds.

    Parameters
    ----------
    shares : sequence of Share
        One for each period.
    policy : Policy
        What counts as small.
    groupings : sequence of sequence of hashable
        For each kind of total, the group of each period, as long as ``shares``.

    Returns
    -------
    list of Share
        In the same order.
    """
    released = [withhold_share(share, policy) for share in shares]
    events = [share.events or 0 for share in shares]
    totals = [share.n or 0 for share in shares]
    rest = [total - count for count, total in zip(events, totals, strict=True)]
    while True:
        is_out = [share.is_withheld for share in released]
        shown = _needs_a_partner(is_out, groupings, (events, rest), policy)
        if shown is not None:
            partner = min(shown, key=lambda i: (events[i] == 0, totals[i]))
            released[partner] = hidden(released[partner])
            continue
        has_no_total = [share.n is None for share in released]
        shown = _needs_a_partner(has_no_total, groupings, (totals,), policy)
        if shown is None:
            return released
        partner = min(shown, key=lambda i: totals[i])
        released[partner] = replace(hidden(released[partner]), n=None)


def _needs_a_partner(
    is_out: Sequence[bool],
    groupings: Sequence[Sequence[object]],
    counts: Sequence[Sequence[int]],
    policy: Policy,
) -> list[int] | None:
    """Return the shown periods of a group whose withheld periods could be worked out.

    One withheld period could be, and so could several whose counts add up to a small number.
    """
    for groups in groupings:
        for group in dict.fromkeys(groups):
            members = [index for index, label in enumerate(groups) if label == group]
            out = [index for index in members if is_out[index]]
            shown = [index for index in members if not is_out[index]]
            if not out or not shown:
                continue
            is_small = any(policy.is_small(sum(count[i] for i in out)) for count in counts)
            if len(out) == 1 or is_small:
                return shown
    return None


def hidden(share: Share) -> Share:
    """Return the share with its count and value withheld; the total stays."""
    return Share(events=None, n=share.n, value=None, symbol=CONFIDENTIAL)
