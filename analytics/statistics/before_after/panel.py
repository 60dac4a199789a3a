"""A balanced panel: units followed over consecutive periods, and when each was first treated.

Every estimator of this family that follows units over time takes a `Panel`, so that the rows are
checked once. Method notes: ``docs/methods/estimators/before_after.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import (
    BoolArray,
    FloatArray,
    IntArray,
    float_vector,
    group_codes,
    read_only,
)
from analytics.statistics.results import NotEstimable

NEVER = 0
_Scalar = TypeVar("_Scalar", bound=np.generic)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Panel:
    """Units by periods.

    Attributes
    ----------
    outcome : ndarray of float, shape (n_units, n_periods)
        Outcome of each unit in each period, any unit of measurement.
    units : ndarray, shape (n_units,)
        Labels, sorted.
    periods : ndarray of int, shape (n_periods,)
        Consecutive period numbers, 1 or above.
    first_treated : ndarray of int, shape (n_units,)
        First treated period; 0 for a unit not treated within the panel.
    weights : ndarray of float, shape (n_units,)
        Weight of each unit, mean 1.
    """

    outcome: FloatArray
    units: NDArray[np.generic]
    periods: IntArray
    first_treated: IntArray
    weights: FloatArray

    @property
    def is_treated(self) -> BoolArray:
        """Whether each unit is treated in every period or from some period on, shape (n_units,)."""
        return np.asarray(self.first_treated != NEVER, dtype=np.bool_)

    @property
    def groups(self) -> IntArray:
        """Distinct first treated periods, ascending."""
        return np.unique(self.first_treated[self.is_treated])


def balanced_panel(
    outcome: ArrayLike,
    unit: ArrayLike,
    period: ArrayLike,
    first_treated: ArrayLike,
    *,
    weights: ArrayLike | None = None,
) -> Panel | NotEstimable:
    """Arrange rows, one per unit and period, into a panel.

    Parameters
    ----------
    outcome : array_like of float, shape (n,)
        Outcome of one unit in one period, for example a rate per 10,000. Complete.
    unit : array_like, shape (n,)
        Label of the unit, for example a local authority: integers or strings.
    period : array_like of int, shape (n,)
        Number of the period, 1 or above; months can be numbered by `month_number`.
    first_treated : array_like of int, shape (n,)
        First treated period of the row's unit; 0 for never. The same in all rows of a unit. A
        period after the last one counts as never.
    weights : array_like of float, shape (n,), optional
        Weight above 0, for example the population at the start; the same in all rows of a unit.

    Returns
    -------
    Panel or NotEstimable
        Reasons: ``"no_cases"``, ``"calendar_gap"`` (a period between the first and the last is
        missing, for all units or for one).

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length, a unit has two rows for one period, or
        `first_treated` or `weights` change within a unit.

    Examples
    --------
    >>> panel = balanced_panel([3, 4, 5, 9], ["A", "A", "B", "B"], [1, 2, 1, 2], [0, 0, 2, 2])
    >>> panel.outcome.tolist(), panel.first_treated.tolist()
    ([[3.0, 4.0], [5.0, 9.0]], [0, 2])
    """
    y = float_vector(outcome, name="outcome")
    if len(y) == 0:
        return NotEstimable(reason="no_cases", detail="There are no rows.")
    row, n_units = group_codes(unit, name="unit", length=len(y))
    time = period_numbers(period, name="period", length=len(y))
    start = period_numbers(first_treated, name="first_treated", length=len(y), lowest=NEVER)
    weight = np.ones(len(y)) if weights is None else float_vector(weights, name="weights")
    if len(weight) != len(y) or (weight <= 0).any():
        raise InvalidInputError("weights must be above 0, one per row")
    column = time - time.min()
    cell = row * (int(column.max()) + 1) + column
    if len(np.unique(cell)) < len(y):
        raise InvalidInputError("a unit has more than one row for a period")
    if len(y) < n_units * (int(column.max()) + 1):
        return NotEstimable(reason="calendar_gap", detail="A unit has no row for a period.")
    order = np.argsort(cell)
    table = (n_units, int(column.max()) + 1)
    starts = _constant(start[order].reshape(table), name="first_treated")
    sizes = _constant(weight[order].reshape(table), name="weights")
    panel = Panel(
        outcome=y[order].reshape(table),
        units=np.unique(np.asarray(unit)),
        periods=np.arange(time.min(), time.max() + 1, dtype=np.int64),
        first_treated=np.where(starts > time.max(), NEVER, starts),
        weights=sizes / sizes.mean(),
    )
    for array in (panel.outcome, panel.periods, panel.first_treated, panel.weights):
        read_only(array)
    panel.units.setflags(write=False)
    return panel


def month_number(months: ArrayLike) -> IntArray:
    """Give calendar months numbers, so that consecutive months have consecutive numbers.

    Parameters
    ----------
    months : array_like of datetime64 or of str, shape (n,)
        Dates, or text such as ``"2019-04"``.

    Returns
    -------
    ndarray of int, shape (n,)
        Twelve times the year plus the month (1 to 12), minus 1; the remainder by 12 is 0 in
        January.

    Raises
    ------
    InvalidInputError
        If a value is missing or not a date.

    Examples
    --------
    >>> month_number(["2019-12", "2020-01"]).tolist()
    [24239, 24240]
    """
    try:
        dates = np.asarray(months).astype("datetime64[M]")
    except ValueError:
        raise InvalidInputError("months must be dates or text such as 2019-04") from None
    if np.isnat(dates).any():
        raise InvalidInputError("months must be complete")
    return np.asarray(dates.astype(np.int64) + 1970 * 12, dtype=np.int64)


def period_numbers(values: ArrayLike, *, name: str, length: int, lowest: int = 1) -> IntArray:
    """Convert to whole numbers not below `lowest`, or raise InvalidInputError."""
    numbers = float_vector(values, name=name, length=length)
    if (numbers != np.round(numbers)).any() or (numbers < lowest).any():
        raise InvalidInputError(f"{name} must hold whole numbers, {lowest} or above")
    return numbers.astype(np.int64)


def _constant(table: NDArray[_Scalar], *, name: str) -> NDArray[_Scalar]:
    """First column of a table whose columns must all be equal."""
    if (table != table[:, :1]).any():
        raise InvalidInputError(f"{name} must be the same in all rows of a unit")
    return table[:, 0].copy()
