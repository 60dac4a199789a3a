r"""Rates and ratios made comparable between areas whose populations differ, in age for example.

Direct: what an area's rates would give in a standard population. Indirect: an area's events against
what reference rates would give in its own population. Both assume Poisson counts and known
populations; neither adjusts for anything but the strata.
Method notes: ``docs/methods/estimators/variation.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import FloatArray, float_vector, positive_vector, whole_counts
from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.variation.intervals import (
    byar_limits,
)
from analytics.statistics.variation.rates import EXACT_BELOW, rate_interval

EUROPEAN_STANDARD_POPULATION_2013 = (
    *(5000, 5500, 5500, 5500, 6000, 6000, 6500, 7000, 7000, 7000),
    *(7000, 6500, 6000, 5500, 5000, 4000, 2500, 1500, 1000),
)
"""Ages 0 to 4, 5 to 9, ... 85 to 89, 90 and over; sums to 100,000 (Eurostat 2013)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardisedRate:
    """Directly standardised rate of one area.

    Attributes
    ----------
    estimate : float
        Rate per `per` in the standard population.
    conf_int : Interval
        Dobson's interval on Byar's limits, same unit, at least 0.
    crude_rate : float
        Rate per `per` without standardisation.
    events, population : float
        Totals over the strata.
    per : float
        Multiplier.
    """

    estimate: float
    conf_int: Interval
    crude_rate: float
    events: float
    population: float
    per: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardisedRatio:
    """Indirectly standardised ratio of one area: observed over expected events.

    Attributes
    ----------
    estimate : float
        1 when the area has the events that the reference rates give.
    conf_int : Interval
        Exact Poisson below 10 events, Byar from 10; at least 0.
    observed : int
        Events.
    expected : float
        Events at the reference rates, above 0.
    reference_rate : float
        Crude rate of the reference, as a share; times `estimate` it is the indirectly standardised
        rate.
    """

    estimate: float
    conf_int: Interval
    observed: int
    expected: float
    reference_rate: float


def directly_standardised_rate(
    events: ArrayLike,
    population: ArrayLike,
    standard: ArrayLike,
    *,
    per: float = 10_000,
    level: float = 0.95,
) -> StandardisedRate | NotEstimable:
    r"""Rate that the area's stratum rates would give in a standard population.

    Parameters
    ----------
    events : array_like, shape (n_strata,)
        Events of each stratum, whole numbers of at least 0. Complete.
    population : array_like, shape (n_strata,)
        Population of each stratum, above 0. Complete.
    standard : array_like, shape (n_strata,)
        Standard population, at least 0 and not all 0, for example
        `EUROPEAN_STANDARD_POPULATION_2013`. Same strata, same order.
    per : float
        Multiplier, above 0.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    StandardisedRate or NotEstimable
        Reason ``"too_few_cases"`` with fewer than 10 events in all strata together, and where the
        only strata with events have no standard population.

    Raises
    ------
    InvalidInputError
        If an argument is missing, of another length or out of range.

    Notes
    -----
    With weights :math:`w_i = s_i / \sum s`, total events X and Byar's limits L, U of X,

    .. math:: D = \sum w_i x_i / n_i,\quad V = \sum w_i^2 x_i / n_i^2,\quad
              D + \sqrt{V / X}\,(L - X),\; D + \sqrt{V / X}\,(U - X)

    floored at 0.

    References
    ----------
    .. [1] Dobson AJ, Kuulasmaa K, Eberle E, Scherer J (1991), Statistics in Medicine 10:457-462.
    .. [2] PHEindicatormethods 2.0.0, ``phe_dsr``: Byar's limits, and no rate below 10 events.

    Examples
    --------
    >>> result = directly_standardised_rate([4, 9], [2000, 1500], [3000, 1000])
    >>> round(result.estimate, 1), round(result.conf_int.low, 1), round(result.conf_int.high, 1)
    (30.0, 14.8, 53.1)
    """
    if not 0 < per < math.inf:
        raise InvalidInputError("per must be above 0 and finite")
    x = whole_counts(events, name="events")
    n = positive_vector(population, name="population", length=len(x))
    weight = float_vector(standard, name="standard", length=len(x))
    if len(x) == 0:
        return NotEstimable(reason="no_cases", detail="There are no strata.")
    if (weight < 0).any() or weight.sum() == 0:
        raise InvalidInputError("standard must be at least 0, and not all 0")
    total = float(x.sum())
    low, high = byar_limits([total], level=level)
    weight = weight / weight.sum() / n
    spread = float((weight**2 * x).sum())
    if total < EXACT_BELOW or spread == 0:
        return NotEstimable(reason="too_few_cases", detail="Fewer than 10 events to standardise.")
    estimate, scale = float((weight * x).sum()), math.sqrt(spread / total)
    return StandardisedRate(
        estimate=estimate * per,
        conf_int=Interval(
            low=max(0.0, estimate + scale * (float(low[0]) - total)) * per,
            high=(estimate + scale * (float(high[0]) - total)) * per,
            level=level,
            method="dobson_byar",
        ),
        crude_rate=total / float(n.sum()) * per,
        events=total,
        population=float(n.sum()),
        per=per,
    )


def expected_counts(
    population: ArrayLike, reference_events: ArrayLike, reference_population: ArrayLike
) -> FloatArray:
    r"""Events that each area's population would have at the reference rates.

    Parameters
    ----------
    population : array_like, shape (n_areas, n_strata)
        Population of each stratum of each area, at least 0. Complete.
    reference_events : array_like, shape (n_strata,)
        Events of the reference in each stratum, at least 0. Complete.
    reference_population : array_like, shape (n_strata,)
        Population of the reference in each stratum, above 0. Complete.

    Returns
    -------
    ndarray of float, shape (n_areas,)
        :math:`E_j = \sum_i n_{ji} x_i^{ref} / n_i^{ref}`, at least 0.

    Raises
    ------
    InvalidInputError
        If an argument is missing, of another shape or out of range.
    """
    x = float_vector(reference_events, name="reference_events")
    n = positive_vector(reference_population, name="reference_population", length=len(x))
    try:
        table = np.asarray(population, dtype=np.float64)
    except (TypeError, ValueError):
        raise InvalidInputError("population must be numeric") from None
    if table.ndim != 2 or table.shape[1] != len(x) or not np.isfinite(table).all():
        raise InvalidInputError("population must be complete, with one column per stratum")
    if (table < 0).any() or (x < 0).any():
        raise InvalidInputError("population and reference_events must be at least 0")
    return np.asarray(table @ (x / n), dtype=np.float64)


def indirectly_standardised_ratio(
    observed: int,
    population: ArrayLike,
    reference_events: ArrayLike,
    reference_population: ArrayLike,
    *,
    level: float = 0.95,
) -> StandardisedRatio | NotEstimable:
    """Observed over expected events of one area.

    For many areas: `expected_counts`, then `rates.rate_intervals` with ``per=1``.

    Parameters
    ----------
    observed : int
        Events of the area in all strata together, at least 0.
    population : array_like, shape (n_strata,)
        Its population, at least 0. Complete.
    reference_events, reference_population : array_like, shape (n_strata,)
        Events (at least 0) and population (above 0) of the reference. Complete.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    StandardisedRatio or NotEstimable
        Reason ``"no_events"`` when no event is expected.

    Raises
    ------
    InvalidInputError
        If an argument is missing, of another length or out of range.

    References
    ----------
    .. [1] Breslow NE, Day NE (1987), Statistical Methods in Cancer Research II, section 2.3.
    .. [2] PHEindicatormethods 2.0.0, ``calculate_ISRatio`` (formerly ``phe_smr``).

    Examples
    --------
    >>> ratio = indirectly_standardised_ratio(12, [900, 400], [100, 300], [10000, 10000])
    >>> round(ratio.expected, 2), round(ratio.estimate, 3), round(ratio.conf_int.low, 3)
    (21.0, 0.571, 0.295)
    """
    whole_counts([observed], name="observed")
    own = float_vector(population, name="population")[None, :]
    x = float_vector(reference_events, name="reference_events")
    n = float_vector(reference_population, name="reference_population")
    expected = float(expected_counts(own, x, n)[0])
    if expected == 0:
        return NotEstimable(reason="no_events", detail="No event is expected in this population.")
    return StandardisedRatio(
        estimate=observed / expected,
        conf_int=rate_interval(observed, expected, per=1, level=level),
        observed=int(observed),
        expected=expected,
        reference_rate=float(x.sum() / n.sum()),
    )
