"""Rows of follow-up, fetched: how long, what ended it, and whose family."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from analytics.statistics.inputs import BoolArray, IntArray, StringArray

if TYPE_CHECKING:
    import pandas as pd

HORIZON = 1825
"""Days for which a plan that ended is followed at most: five years."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Followed:
    """Follow-up of plans that ended, one entry each.

    Attributes
    ----------
    days : ndarray of int, shape (n,)
        Days of follow-up, from 0 to the horizon.
    event : ndarray of int, shape (n,)
        1 for a return, 2 for a competing event, 0 for neither by the horizon or the as-at date.
    family : ndarray of int, shape (n,)
        Number of the family.
    cause : ndarray of str, shape (n,)
        What ended follow-up: a key of ``spells.CAUSES``.
    """

    days: IntArray
    event: IntArray
    family: IntArray
    cause: StringArray

    @classmethod
    def of(cls, rows: pd.DataFrame, horizon: int = HORIZON) -> Self:
        """Read rows of ``spells``; what comes after the horizon is not seen."""
        days = rows["days"].to_numpy(dtype=np.int64)
        later = days > horizon
        return cls(
            days=np.minimum(days, horizon),
            event=np.where(later, 0, rows["event"].to_numpy(dtype=np.int64)),
            family=rows["family_id"].factorize()[0].astype(np.int64),
            cause=np.where(later, "followed", rows["cause"].to_numpy(dtype=np.str_)),
        )

    def part(self, chosen: BoolArray) -> Self:
        """Return some of the entries; families keep their numbers."""
        return type(self)(
            days=self.days[chosen],
            event=self.event[chosen],
            family=self.family[chosen],
            cause=self.cause[chosen],
        )

    @property
    def n_families(self) -> int:
        """Families."""
        return len(np.unique(self.family))

    def n(self, event: int) -> int:
        """Return how many follow-ups ended with an event, or with none (0)."""
        return int((self.event == event).sum())

    @property
    def cells(self) -> tuple[int, int, int]:
        """Returns, competing events, and neither."""
        return self.n(1), self.n(2), self.n(0)

    @property
    def totals(self) -> tuple[int, int, int]:
        """Returns, competing events, and follow-ups that ended otherwise than by a return."""
        return self.n(1), self.n(2), len(self.days) - self.n(1)
