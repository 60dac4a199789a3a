"""The phases of a released series: periods that are shown, and what a phase holds beside them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from analytics.disclosure.suppression import Share
from analytics.emmie.case_outcomes.periods import Point, Series

MOST_WITHHELD = 0.2
"""Share of a stretch's periods that may be withheld; beyond it, those shown are not typical."""


@dataclass(frozen=True, slots=True)
class ShownPhase:
    """The periods of one phase; ``rest`` is what the phase holds beside the shown periods."""

    start: date
    is_coding_break: bool
    points: tuple[Point, ...]
    rest: Share | None

    @property
    def usable(self) -> list[Point]:
        """Periods that are shown and mostly closed."""
        return [one for one in self.points if one.share.value is not None and one.is_settled]

    @property
    def n_withheld(self) -> int:
        """How many periods are withheld."""
        return sum(one.share.value is None for one in self.points)

    @property
    def reads_signals(self) -> bool:
        """Whether the shown periods are enough to look for signals."""
        return self.n_withheld <= MOST_WITHHELD * len(self.points)


def shown_phases(series: Series) -> list[ShownPhase]:
    """Return the phases of a released series."""
    starts = [phase.start for phase in series.phases]
    ends = [*starts[1:], date.max]
    return [
        _phase(
            phase.start,
            tuple(point for point in series.points if phase.start <= point.period < end),
            phase.share,
            is_coding_break=phase.is_coding_break,
        )
        for phase, end in zip(series.phases, ends, strict=True)
    ]


def _phase(
    start: date, points: tuple[Point, ...], total: Share, *, is_coding_break: bool
) -> ShownPhase:
    """Return a phase; without a total that may be shown it has no usable rest, so no limits."""
    shown = [point.share for point in points if point.share.value is not None]
    rest = None
    if total.events is not None and total.n is not None:
        rest = Share.of(
            total.events - sum(share.events or 0 for share in shown),
            total.n - sum(share.n or 0 for share in shown),
        )
    return ShownPhase(start, is_coding_break, points, rest)
