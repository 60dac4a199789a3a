r"""A sum over event times of the incidence's jumps, and what each unit contributes to its error.

For :math:`\theta = \sum_u h\, d_k\, \kappa(u)` with :math:`h = S(u^-)/Y`, a unit's influence (the
derivative with respect to its case weight) is

.. math:: \sum_u w_1(u)\, dM_{ki}(u) - w_2(u)\, dM_i(u),\quad w_1 = h\kappa,\quad
          w_2(u) = \frac{1}{Y - d} \sum_{v > u} h\, d_k\, \kappa(v)

Method notes: ``docs/methods/estimators/time_to_event.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from analytics.statistics.inputs import FloatArray
from analytics.statistics.time_to_event.life_table import LifeTable


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WeightedIncidence:
    """An incidence's jumps, weighted and summed.

    Attributes
    ----------
    table : LifeTable
        Counts.
    cause : int
        Cause whose jumps are summed.
    value : float
        The sum.
    own, other : ndarray of float, shape (m,)
        The weights w1 and w2 of influences.
    """

    table: LifeTable
    cause: int
    value: float
    own: FloatArray
    other: FloatArray

    @classmethod
    def of(cls, table: LifeTable, cause: int, kappa: FloatArray) -> Self:
        """Weigh the jump at each time of a table by `kappa`, shape (m,)."""
        d, y = table.n_any_event, table.n_at_risk
        own = table.entering / y * kappa
        jumps = own * table.events_of(cause)
        after = np.cumsum(jumps[::-1])[::-1] - jumps
        other = np.divide(after, y - d, out=np.zeros(len(y)), where=y > d)
        return cls(table=table, cause=cause, value=float(jumps.sum()), own=own, other=other)

    @property
    def variance(self) -> float:
        """Variance when each unit is by itself: residuals at different times don't correlate."""
        table, own, other = self.table, self.own, self.other
        d, dk, y = table.n_any_event, table.events_of(self.cause), table.n_at_risk
        terms = own**2 * dk * (1 - dk / y)
        terms = terms - 2 * own * other * dk * (1 - d / y) + other**2 * d * (1 - d / y)
        return max(float(terms.sum()), 0.0)

    def unit_influence(self, duration: FloatArray, event: FloatArray) -> FloatArray:
        """Influence of each unit on the sum, shape (n,); everyone followed from the start."""
        table, own, other = self.table, self.own, self.other
        step = np.searchsorted(table.time, duration)
        d, dk, y = table.n_any_event, table.events_of(self.cause), table.n_at_risk
        expected = np.cumsum(own * dk / y - other * d / y)
        happened = np.where(event == self.cause, own[step], 0.0)
        happened -= np.where(event > 0, other[step], 0.0)
        return np.asarray(happened - expected[step], dtype=np.float64)
