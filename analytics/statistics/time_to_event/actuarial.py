"""Actuarial life table by interval, for reports that count by month.

Method notes: ``docs/methods/estimators/time_to_event.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import FloatArray, IntArray, read_only
from analytics.statistics.time_to_event.life_table import LifeTable


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ActuarialTable:
    """Survival by intervals of equal width.

    Attributes
    ----------
    start : ndarray of float, shape (m,)
        Start of each interval, from 0; an interval holds its start and not its end.
    n_entering, n_events, n_censored : ndarray of int, shape (m,)
        Units event-free and followed at the start, and leaving during the interval.
    n_effective : ndarray of float, shape (m,)
        Units entering less half of those censored.
    event_probability : ndarray of float, shape (m,)
        Probability of an event during the interval, given none before.
    survival_probability, std_error : ndarray of float, shape (m,)
        Probability of no event by the end of the interval, and Greenwood's error.
    """

    start: FloatArray
    n_entering: IntArray
    n_events: IntArray
    n_censored: IntArray
    n_effective: FloatArray
    event_probability: FloatArray
    survival_probability: FloatArray
    std_error: FloatArray

    def __post_init__(self) -> None:
        """Mark the arrays read-only."""
        for name in self.__slots__:
            read_only(getattr(self, name))


def actuarial_table(table: LifeTable, *, width: float) -> ActuarialTable:
    r"""Group a life table into intervals, censorings counted as leaving half-way.

    Parameters
    ----------
    table : LifeTable
        Counts; events of all causes count. Everyone followed from the start.
    width : float
        Width of an interval in the units of time, above 0, for example 30 days.

    Returns
    -------
    ActuarialTable
        One row for each interval up to the last in which anyone leaves; none without units.

    Raises
    ------
    InvalidInputError
        If `width` isn't above 0 or the table has late entries.

    Notes
    -----
    .. math:: q_j = d_j / (n_j - c_j/2),\quad S_j = \prod_{i \le j} (1 - q_i)

    Coarser than Kaplan-Meier and biased where censoring isn't even within intervals; for tables in
    the form that official statistics use, not for inference.

    References
    ----------
    .. [1] Cutler SJ, Ederer F (1958), Journal of Chronic Diseases 8:699-712.
    """
    if not (math.isfinite(width) and width > 0):
        raise InvalidInputError("width must be above 0")
    if table.n and table.n_at_risk[0] != table.n:
        raise InvalidInputError("the life table must not have late entries")
    interval = np.floor(table.time / width).astype(np.int64)
    size = int(interval[-1]) + 1 if table.n else 0
    events, censored = (
        np.bincount(interval, counts, minlength=size).astype(np.int64)
        for counts in (table.n_any_event, table.n_censored)
    )
    entering = table.n - np.cumsum(events + censored) + events + censored
    effective = entering - censored / 2
    q = events / effective
    survival = np.cumprod(1 - q, dtype=np.float64)
    terms = np.divide(q, effective * (1 - q), out=np.zeros(size), where=q < 1)
    return ActuarialTable(
        start=np.arange(size, dtype=np.float64) * width,
        n_entering=entering,
        n_events=events,
        n_censored=censored,
        n_effective=effective,
        event_probability=q,
        survival_probability=survival,
        std_error=survival * np.sqrt(np.cumsum(terms)),
    )
