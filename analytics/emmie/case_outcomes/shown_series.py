"""What may be shown of shares over time, whichever step and codes the viewer chooses.

The view offers months and quarters, with Outcome 22 among the disposals and without, beside the
totals of every stretch between two changes. All are decided at once, from the months, so that every
choice withholds the same and no two of them can be subtracted.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Self

from analytics.disclosure.nesting import (
    Check,
    Labels,
    is_told,
    no_small,
    no_small_rest,
    not_told_by_number,
    remainders,
    shown_levels,
)
from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import Share, hidden
from analytics.emmie.effect.known_months import KnownMonth, known_from
from analytics.emmie.effect.months import quarter_of
from analytics.extracts import code_lists as codes

if TYPE_CHECKING:
    from analytics.emmie.case_outcomes.periods import Break, Group


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthCounts:
    """Closed cases of one month.

    Attributes
    ----------
    disposals, outcome_22 : int
        Out-of-court disposals without Outcome 22, and cases with it.
    """

    month: date
    n: int
    outcome_20: int
    disposals: int
    outcome_22: int


@dataclass(frozen=True, slots=True)
class ShownSeries:
    """Remainders of the totals and of each share that may be shown, month by month.

    Attributes
    ----------
    totals, outcome_20, disposals, with_22 : sequence of hashable or None
        Of closed cases, and of each share; disposals without Outcome 22 and with it.
    """

    months: tuple[date, ...]
    totals: Labels
    outcome_20: Labels
    disposals: Labels
    with_22: Labels

    @classmethod
    @lru_cache(maxsize=16)  # every series of some areas, whatever its step and codes, asks the same
    def of(
        cls,
        counts: tuple[MonthCounts, ...],
        change_on: date | None,
        breaks: tuple[Break, ...],
        policy: Policy,
    ) -> Self:
        """Decide from the months of one group of areas.

        Parameters
        ----------
        counts : tuple of MonthCounts
            Months with closed cases, in order.
        change_on : date or None
            The change of process.
        breaks : tuple of Break
            Changes of recording.
        policy : Policy
            What counts as small.
        """
        months = tuple(one.month for one in counts)
        n = [one.n for one in counts]
        twenty = [one.outcome_20 for one in counts]
        some = [one.disposals for one in counts]
        more = [one.outcome_22 for one in counts]
        both = _plus(some, more)

        def levels(counted: Collection[int]) -> list[Labels]:
            return _levels(months, change_on, breaks, counted)

        def shown(counted: Collection[int], *checks: Check, within: Labels | None = None) -> Labels:
            return remainders(shown_levels(levels(counted), checks, n, within))

        def check(*columns: Sequence[int]) -> Check:
            return no_small(columns, policy)

        all_codes = codes.OUT_OF_COURT_CODES_WITH_22
        totals = shown({20, *all_codes}, check(n), not_told_by_number(n, policy))
        outcome_20 = shown({20}, check(twenty, _less(n, twenty)), within=totals)
        # Who knows two shares knows what is in neither, and how far those that overlap differ.
        beside = (twenty, outcome_20)
        disposals = shown(
            all_codes,
            check(some, _less(n, some)),
            no_small_rest(n, some, beside, policy),
            within=totals,
        )
        with_22 = shown(
            all_codes,
            check(both, _less(n, both), more),
            no_small_rest(n, both, beside, policy, part=(some, disposals)),
            within=disposals,
        )
        return cls(months, totals, outcome_20, disposals, with_22)

    def share(self, share: Share, first: date, end: date, group: Group, *, with_22: bool) -> Share:
        """Return the share over some months as it may be shown.

        Parameters
        ----------
        share : Share
            Before disclosure control.
        first, end : date
            First day, and the first day that is no longer in it.
        group : str
            Kind of outcome.
        with_22 : bool
            Whether Outcome 22 counts as a disposal.
        """
        held = [i for i, month in enumerate(self.months) if first <= month < end]
        disposals = self.with_22 if with_22 else self.disposals
        if is_told(held, self.outcome_20 if group == "outcome_20" else disposals):
            return share
        return hidden(share if is_told(held, self.totals) else replace(share, n=None))

    def known(
        self, counts: Sequence[MonthCounts], group: Group, *, with_22: bool
    ) -> dict[date, KnownMonth]:
        """Return what is known of the share in each month, given the counts it was decided from."""
        disposals = [one.disposals + with_22 * one.outcome_22 for one in counts]
        if group == "outcome_20":
            events, blocks = [one.outcome_20 for one in counts], self.outcome_20
        else:
            events, blocks = disposals, self.with_22 if with_22 else self.disposals
        return known_from(self.months, events, [one.n for one in counts], blocks)


def _levels(
    months: Sequence[date],
    change_on: date | None,
    breaks: Sequence[Break],
    counted: Collection[int],
) -> list[Labels]:
    """Return the cells: sides of the change, stretches between two changes, quarters, months."""
    change = [] if change_on is None else [change_on]
    cuts = {*change, *(one.on for one in breaks if set(one.codes) & set(counted))}
    return [
        [_after(month, change) for month in months],
        [_after(month, cuts) for month in months],
        [quarter_of(month) for month in months],
        months,
    ]


def _after(month: date, cuts: Collection[date]) -> Hashable:
    return sum(cut <= month for cut in cuts)


def _plus(one: Sequence[int], other: Sequence[int]) -> list[int]:
    return [a + b for a, b in zip(one, other, strict=True)]


def _less(one: Sequence[int], other: Sequence[int]) -> list[int]:
    return [a - b for a, b in zip(one, other, strict=True)]
