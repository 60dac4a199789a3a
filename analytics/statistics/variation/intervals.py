r"""Limits for many counts or proportions at once: the rows of a table, the areas of a map.

Assumes that the areas' counts are independent and vary as Poisson or binomial counts. Method notes:
``docs/methods/estimators/variation.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv, gammaincinv

from analytics.errors import InvalidInputError
from analytics.statistics._wilson import wilson_formula
from analytics.statistics.inputs import (
    FloatArray,
    critical_z,
    read_only,
    whole_counts,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IntervalColumns:
    """One estimate with its interval per area.

    Attributes
    ----------
    estimate, conf_low, conf_high : ndarray of float, shape (n_areas,)
        Read-only; ``conf_low <= estimate <= conf_high``.
    level : float
        Confidence level, strictly between 0 and 1.
    method : tuple of str, length n_areas
        Code of each area's method, as in `Interval`.
    """

    estimate: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    level: float
    method: tuple[str, ...]

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for array in (self.estimate, self.conf_low, self.conf_high):
            read_only(array)


def poisson_exact_limits(count: ArrayLike, *, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
    r"""Exact (Garwood) limits for the mean of each Poisson count.

    Parameters
    ----------
    count : array_like, shape (n_areas,)
        Events, whole numbers of at least 0. Complete.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    low, high : ndarray of float, shape (n_areas,)
        Limits, at least 0; `low` is 0 where there are no events.

    Raises
    ------
    InvalidInputError
        If a count is missing, negative or not whole, or `level` is out of range.

    Notes
    -----
    Half the chi-squared quantiles on :math:`2x` and :math:`2x + 2` degrees of freedom, computed as
    gamma quantiles.

    References
    ----------
    .. [1] Garwood F (1936), Biometrika 28:437-442.
    """
    critical_z(level)
    x = whole_counts(count, name="count")
    # A shape of 1 stands in where there are no events; that limit is 0 and not this quantile.
    low = np.where(x > 0, gammaincinv(np.maximum(x, 1), (1 - level) / 2), 0.0)
    return low, np.asarray(gammaincinv(x + 1, (1 + level) / 2))


def byar_limits(count: ArrayLike, *, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
    r"""Byar's approximate limits for the mean of each Poisson count.

    Close to exact from about 10 events; below, use `poisson_exact_limits`.

    Parameters
    ----------
    count : array_like, shape (n_areas,)
        Events, whole numbers of at least 0. Complete.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    low, high : ndarray of float, shape (n_areas,)
        Limits; the cubed term is floored at 0, so none is negative.

    Raises
    ------
    InvalidInputError
        If a count is missing, negative or not whole, or `level` is out of range.

    Notes
    -----
    .. math:: x\Big(1 - \frac{1}{9x} - \frac{z}{3\sqrt x}\Big)^3,\quad
              (x+1)\Big(1 - \frac{1}{9(x+1)} + \frac{z}{3\sqrt{x+1}}\Big)^3

    References
    ----------
    .. [1] Breslow NE, Day NE (1987), Statistical Methods in Cancer Research II, eq. 2.13.
    """
    z = critical_z(level)
    x = whole_counts(count, name="count")
    low = np.where(x > 0, _byar(np.maximum(x, 1), -z), 0.0)
    return low, _byar(x + 1, z)


def wilson_limits(
    events: ArrayLike, n: ArrayLike, *, level: float = 0.95
) -> tuple[FloatArray, FloatArray]:
    r"""Wilson score limits for each proportion.

    Parameters
    ----------
    events, n : array_like, shape (n_areas,)
        Units with the event, and units; whole, ``0 <= events <= n`` and ``n >= 1``. Complete.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    low, high : ndarray of float, shape (n_areas,)
        Limits in [0, 1]; exactly 0 where no unit has the event and 1 where all have.

    Raises
    ------
    InvalidInputError
        If counts are missing, not whole or contradict each other, or `level` is out of range.

    Notes
    -----
    .. math:: \frac{2np + z^2 \pm z\sqrt{z^2 + 4np(1-p)}}{2(n + z^2)}

    References
    ----------
    .. [1] Newcombe RG (1998), Statistics in Medicine 17:857-872, method 3 (Wilson 1927).
    """
    z = critical_z(level)
    x, size = _binomial(events, n)
    low, high = wilson_formula(x, size, z)
    return np.where(x == 0, 0.0, np.maximum(low, 0)), np.where(x == size, 1.0, np.minimum(high, 1))


def clopper_pearson_limits(
    events: ArrayLike, n: ArrayLike, *, level: float = 0.95
) -> tuple[FloatArray, FloatArray]:
    r"""Clopper-Pearson (exact) limits for each proportion: never below their level, often above it.

    Parameters
    ----------
    events, n : array_like, shape (n_areas,)
        Units with the event, and units; whole, ``0 <= events <= n`` and ``n >= 1``. Complete.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    low, high : ndarray of float, shape (n_areas,)
        Limits in [0, 1].

    Raises
    ------
    InvalidInputError
        If counts are missing, not whole or contradict each other, or `level` is out of range.

    Notes
    -----
    The :math:`\alpha/2` quantile of Beta(x, n - x + 1) and the :math:`1 - \alpha/2` quantile of
    Beta(x + 1, n - x).

    References
    ----------
    .. [1] Clopper CJ, Pearson ES (1934), Biometrika 26:404-413.
    """
    critical_z(level)
    x, size = _binomial(events, n)
    some, rest = np.maximum(x, 1), np.maximum(size - x, 1)
    low = np.where(x > 0, betaincinv(some, size - x + 1, (1 - level) / 2), 0.0)
    return low, np.where(x < size, betaincinv(x + 1, rest, (1 + level) / 2), 1.0)


def _binomial(events: ArrayLike, n: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Check the counts of proportions."""
    size = whole_counts(n, name="n")
    x = whole_counts(events, name="events", length=len(size))
    if ((x > size) | (size == 0)).any():
        raise InvalidInputError("counts must satisfy 0 <= events <= n, and n at least 1")
    return x, size


def _byar(count: FloatArray, z: float) -> FloatArray:
    """One side of Byar's limits."""
    root = np.maximum(0.0, 1 - 1 / (9 * count) + z / (3 * np.sqrt(count)))
    return np.asarray(count * root**3, dtype=np.float64)
