"""What a reader knows of each month: its share, or the share of the months it is withheld with.

What is fitted to months is fitted to that. Fitted to the months themselves, an estimate would tell
which of two withheld months had more: a reader could try every split until the estimate agrees.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from analytics.disclosure.nesting import Labels, no_small, remainders, shown_levels
from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import Share
from analytics.emmie.effect.months import quarter_of

QUARTER: Final = 3
MOST_SPREAD: Final = 0.2
"""Share of the months that may be known only together with more than a quarter's months."""


@dataclass(frozen=True, slots=True)
class KnownMonth:
    """What is known of one month.

    Attributes
    ----------
    is_told : bool
        Whether its own share is.
    share : float or None
        Its share, or that of all months with which it is withheld; None when not even that is.
    n_months : int
        Those months.
    """

    is_told: bool
    share: float | None
    n_months: int


Known = Mapping[date, KnownMonth]


def known_from(
    months: Sequence[date], events: Sequence[int], n: Sequence[int], blocks: Labels
) -> dict[date, KnownMonth]:
    """Return what is known of each month, given the remainders of the shares that are shown.

    Parameters
    ----------
    months : sequence of date
        First days.
    events, n : sequence of int
        Counts of each month.
    blocks : sequence of hashable or None
        The remainder of each month.
    """
    found = {}
    for i, month in enumerate(months):
        held = [place for place, one in enumerate(blocks) if one == blocks[i]]
        total = sum(n[place] for place in held)
        is_known = blocks[i] is not None and total > 0
        found[month] = KnownMonth(
            is_told=is_known and len(held) == 1,
            share=sum(events[place] for place in held) / total if is_known else None,
            n_months=len(held),
        )
    return found


def known_months(
    shares: Sequence[tuple[date, Share]], change_on: date, policy: Policy
) -> dict[date, KnownMonth]:
    """Return what is known of each month of a series that no other page counts."""
    months = [month for month, _ in shares]
    events = [share.events or 0 for _, share in shares]
    n = [share.n or 0 for _, share in shares]
    rest = [total - count for total, count in zip(n, events, strict=True)]
    levels: list[Labels] = [
        [month >= change_on for month in months],
        [quarter_of(month) for month in months],
        months,
    ]
    shown = shown_levels(levels, [no_small([events, rest], policy)], n)
    return known_from(months, events, n, remainders(shown))


def is_enough(known: Iterable[KnownMonth]) -> bool:
    """Return whether a course can be fitted to what is known of its months."""
    held = list(known)
    spread = sum(one.n_months > QUARTER for one in held)
    return all(one.share is not None for one in held) and spread <= MOST_SPREAD * len(held)
