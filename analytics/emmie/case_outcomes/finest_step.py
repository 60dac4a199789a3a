"""The finest step whose periods can be shown and read: months, or quarters where months cannot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from analytics.emmie.case_outcomes.shown_phases import MOST_WITHHELD

MOSTLY: Final = 0.5
"""Share of its periods that a chart must be able to show to be drawn."""


def is_mostly_shown(values: Sequence[float | None]) -> bool:
    """Return whether more than half of the released values of a chart are shown.

    Parameters
    ----------
    values : sequence of float or None
        One for each period; None where it is withheld.
    """
    return sum(value is not None for value in values) > MOSTLY * len(values)


def finest(steps: Sequence[Sequence[Sequence[float | None]]]) -> int:
    """Return the place of the first step that can be shown and read, or of the last.

    In the first chart of a step no more than one in five values may be withheld, so that signals
    can be looked for; the others, which stand beside it, have to be mostly shown.

    Parameters
    ----------
    steps : sequence of sequences of sequences of float or None
        For each step, the finest first, the released values of each chart.
    """
    for place, charts in enumerate(steps):
        first = charts[0] if charts else []
        is_read = sum(value is None for value in first) <= MOST_WITHHELD * len(first)
        if is_read and all(is_mostly_shown(values) for values in charts):
            return place
    return len(steps) - 1
