r"""Rates and proportions of places and periods, with the intervals that OHID publishes.

Assumes counts that vary as Poisson or binomial counts; repeat events of one child break that.
Method notes: ``docs/methods/estimators/variation.md``.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import FloatArray, float_vector, positive_vector, whole_counts
from analytics.statistics.results import Interval
from analytics.statistics.variation.intervals import (
    IntervalColumns,
    byar_limits,
    clopper_pearson_limits,
    poisson_exact_limits,
    wilson_limits,
)

EXACT_BELOW = 10


def rate(count: int, denominator: float, per: float = 10_000) -> float:
    """Events per `per` of the denominator.

    Parameters
    ----------
    count : int
        Events, at least 0.
    denominator : float
        Population or person-time, above 0.
    per : float
        Multiplier, above 0; 10,000 children by default.

    Returns
    -------
    float
        Rate per `per`.

    Raises
    ------
    InvalidInputError
        If an argument is out of range or not finite.

    Examples
    --------
    >>> rate(25, 41000)
    6.097560975609756
    """
    if not (0 <= count < math.inf and 0 < denominator < math.inf and 0 < per < math.inf):
        raise InvalidInputError("count must be at least 0; denominator and per above 0; all finite")
    return count / denominator * per


def rate_interval(
    count: int, denominator: float, *, per: float = 10_000, level: float = 0.95
) -> Interval:
    """Interval for one rate; as `rate_intervals`.

    Parameters
    ----------
    count : int
        Events, a whole number of at least 0.
    denominator : float
        Population or person-time, above 0; taken as known.
    per : float
        Multiplier, above 0.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    Interval
        Limits per `per`, at least 0; method ``"poisson_exact"`` or ``"byar"``.

    Raises
    ------
    InvalidInputError
        If an argument is out of range, not finite, or `count` isn't whole.
    """
    columns = rate_intervals([count], [denominator], per=per, level=level)
    return Interval(
        low=float(columns.conf_low[0]),
        high=float(columns.conf_high[0]),
        level=level,
        method=columns.method[0],
    )


def rate_intervals(
    count: ArrayLike, denominator: ArrayLike, *, per: float = 10_000, level: float = 0.95
) -> IntervalColumns:
    """Rate of each area: exact Poisson limits below 10 events, Byar's approximation from 10.

    With expected counts as the denominator and ``per=1`` these are indirectly standardised ratios.

    Parameters
    ----------
    count : array_like, shape (n_areas,)
        Events, whole numbers of at least 0. Complete.
    denominator : array_like, shape (n_areas,)
        Population, person-time or expected counts, above 0; taken as known. Complete.
    per : float
        Multiplier, above 0; 10,000 children by default.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    IntervalColumns
        Rates and limits per `per`; methods ``"poisson_exact"`` and ``"byar"``.

    Raises
    ------
    InvalidInputError
        If an argument is missing, of another length or out of range.

    References
    ----------
    .. [1] PHEindicatormethods 2.0.0, ``phe_rate`` and ``calculate_ISRatio``: the switch at 10.

    Examples
    --------
    >>> columns = rate_intervals([5, 25], [900, 41000])
    >>> columns.estimate.round(1).tolist(), columns.conf_low.round(1).tolist(), columns.method
    ([55.6, 6.1], [18.0, 3.9], ('poisson_exact', 'byar'))
    """
    if not 0 < per < math.inf:
        raise InvalidInputError("per must be above 0 and finite")
    x = whole_counts(count, name="count")
    population = positive_vector(denominator, name="denominator", length=len(x))
    exact, byar = poisson_exact_limits(x, level=level), byar_limits(x, level=level)
    few, scale = x < EXACT_BELOW, per / population
    return IntervalColumns(
        estimate=x * scale,
        conf_low=np.where(few, exact[0], byar[0]) * scale,
        conf_high=np.where(few, exact[1], byar[1]) * scale,
        level=level,
        method=tuple("poisson_exact" if small else "byar" for small in few.tolist()),
    )


def proportion_intervals(
    events: ArrayLike,
    n: ArrayLike,
    *,
    level: float = 0.95,
    method: Literal["wilson", "clopper_pearson"] = "wilson",
) -> IntervalColumns:
    """Proportion of each area with its interval.

    Parameters
    ----------
    events, n : array_like, shape (n_areas,)
        Units with the event, and units; whole, ``0 <= events <= n`` and ``n >= 1``. Complete.
    level : float
        Confidence level, strictly between 0 and 1.
    method : {"wilson", "clopper_pearson"}
        Wilson is right on average; Clopper-Pearson is never below its level, and so wider.

    Returns
    -------
    IntervalColumns
        Proportions and limits in [0, 1].

    Raises
    ------
    InvalidInputError
        If counts are missing, not whole or contradict each other, or `level` is out of range.

    Examples
    --------
    >>> columns = proportion_intervals([30, 0], [200, 12])
    >>> columns.conf_low.round(4).tolist(), columns.conf_high.round(4).tolist()
    ([0.1071, 0.0], [0.2061, 0.2425])
    """
    limits = wilson_limits if method == "wilson" else clopper_pearson_limits
    low, high = limits(events, n, level=level)
    estimate: FloatArray = float_vector(events, name="events") / float_vector(n, name="n")
    return IntervalColumns(
        estimate=estimate, conf_low=low, conf_high=high, level=level, method=(method,) * len(low)
    )
