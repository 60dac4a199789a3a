"""The design of a segmented regression.

Method notes: ``docs/methods/estimators/before_after.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.before_after.panel import period_numbers
from analytics.statistics.before_after.segments import SeriesModel
from analytics.statistics.inputs import BoolArray, FloatArray, IntArray
from analytics.statistics.results import NotEstimable

POINTS_NEEDED = 3
_RANK_TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Segments:
    """Design of a segmented regression: columns of trend, changes, then season.

    Attributes
    ----------
    period : ndarray of int, shape (n,)
        All periods.
    is_fitted : ndarray of bool, shape (n,)
        False in the phase-in.
    design : ndarray of float, shape (n, k)
        Intercept, period since the start, level, slope, second level and slope if any, season.
    without : ndarray of float, shape (n, k)
        The same without any interruption.
    n_before, n_after : int
        Fitted periods before and after; after the shorter segment when there are two interruptions.
    start : int
        First fitted period of the new time.
    """

    period: IntArray
    is_fitted: BoolArray
    design: FloatArray
    without: FloatArray
    n_before: int
    n_after: int
    start: int

    def rows_of(self, at: Sequence[int] | None) -> list[int]:
        """Rows of the periods whose effect is wanted: by default the first and the last one.

        Parameters
        ----------
        at : sequence of int or None
            Periods of the new time.

        Returns
        -------
        list of int
            Row numbers.

        Raises
        ------
        InvalidInputError
            If a period lies outside the new time.
        """
        last = int(self.period[-1])
        asked = (self.start, last) if at is None else tuple(at)
        if any(not self.start <= period <= last for period in asked):
            raise InvalidInputError("effects exist only from the start of the new time to the end")
        return [period - int(self.period[0]) for period in asked]


def build_segments(period: ArrayLike, n: int, model: SeriesModel) -> Segments | NotEstimable:
    """Make the design of a series.

    Parameters
    ----------
    period : array_like of int, shape (n,)
        Ascending period numbers.
    n : int
        Length of the series.
    model : SeriesModel
        Interruptions and season.

    Returns
    -------
    Segments or NotEstimable
        Reasons: ``"no_cases"``, ``"calendar_gap"`` (a period is missing), ``"too_few_cases"`` (a
        segment has fewer than three fitted periods, or the model no residual degree of freedom),
        ``"collinear"`` (the season can't be told from the segments).

    Raises
    ------
    InvalidInputError
        If periods are not whole numbers, or not ascending.
    """
    time = period_numbers(period, name="period", length=n)
    if n == 0:
        return NotEstimable(reason="no_cases", detail="The series is empty.")
    if (np.diff(time) < 1).any():
        raise InvalidInputError("period must be ascending, each period once")
    if (np.diff(time) > 1).any():
        return NotEstimable(reason="calendar_gap", detail="A period is missing from the series.")
    after = time >= model.start
    is_fitted = after | (time < model.interruption)
    since = (time - model.start).astype(np.float64)
    changes = [after, after * since]
    ends = [int(after.sum())]
    if model.second_interruption is not None:
        later = time >= model.second_interruption
        changes += [later, later * (time - model.second_interruption)]
        ends = [int((after & ~later).sum()), int(later.sum())]
    n_before, n_after = int((time < model.interruption).sum()), min(ends)
    common = [np.ones(n), since]
    season = _season(time, model)
    design = np.column_stack([*common, *changes, *season]).astype(np.float64)
    if min(n_before, n_after) < POINTS_NEEDED or is_fitted.sum() <= design.shape[1]:
        return NotEstimable(
            reason="too_few_cases", detail="A segment has too few periods for this model."
        )
    rows = design[is_fitted]
    if np.linalg.matrix_rank(rows / np.linalg.norm(rows, axis=0), _RANK_TOLERANCE) < rows.shape[1]:
        return NotEstimable(reason="collinear", detail="The season can't be told from the changes.")
    none = [np.zeros(n)] * len(changes)
    return Segments(
        period=time,
        is_fitted=is_fitted,
        design=design,
        without=np.column_stack([*common, *none, *season]).astype(np.float64),
        n_before=n_before,
        n_after=n_after,
        start=model.start,
    )


def _season(time: IntArray, model: SeriesModel) -> list[FloatArray]:
    """Sines and cosines; the last sine of a full set is 0 everywhere and left out."""
    angle = 2 * np.pi * time / model.season_length
    columns = []
    for k in range(1, model.harmonics + 1):
        columns.append(np.cos(k * angle))
        if 2 * k < model.season_length:
            columns.append(np.sin(k * angle))
    return columns
