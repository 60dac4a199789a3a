r"""Rates of events per population, with the intervals that OHID publishes.

Assumes counts that vary as Poisson counts; repeat events of one child break that.
Method notes: ``docs/methods/rates.md``.
"""

from __future__ import annotations

import math

from scipy.special import gammaincinv

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import critical_z
from analytics.statistics.results import Interval

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
    r"""Interval for a rate: exact Poisson below 10 events, Byar's approximation from 10.

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

    Notes
    -----
    Byar: :math:`x(1 - 1/(9x) - z/(3\sqrt x))^3` and the same with :math:`x + 1` and :math:`+z`.
    Exact: half chi-squared quantiles on :math:`2x` and :math:`2x + 2` degrees of freedom, computed
    as gamma quantiles.

    References
    ----------
    .. [1] Breslow NE, Day NE (1987), Statistical Methods in Cancer Research II, eq. 2.13 (Byar).
    .. [2] PHEindicatormethods 2.0.0, ``phe_rate``: the switch at 10 events.
    """
    rate(count, denominator, per)
    if count != int(count):
        raise InvalidInputError("count must be a whole number")
    z = critical_z(level)
    if count < EXACT_BELOW:
        low = float(gammaincinv(count, (1 - level) / 2)) if count else 0.0
        high = float(gammaincinv(count + 1, (1 + level) / 2))
    else:
        low, high = _byar(count, -z), _byar(count + 1, z)
    scale = per / denominator
    method = "poisson_exact" if count < EXACT_BELOW else "byar"
    return Interval(low=low * scale, high=high * scale, level=level, method=method)


def _byar(count: int, z: float) -> float:
    """One Byar limit; the cubed term is floored at 0, so no rate is negative."""
    return float(count * max(0.0, 1 - 1 / (9 * count) + z / (3 * math.sqrt(count))) ** 3)
