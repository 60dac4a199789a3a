r"""Score interval and test for the difference between two independent proportions, from counts.

Keeps its level in small and unequal arms, and interval and test always agree. Assumes independent
units. Method notes: ``docs/methods/estimators/two_groups.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from analytics.statistics.inference import two_sided_p
from analytics.statistics.inputs import critical_z
from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.two_groups._table import unusable_table

# Limits are found to this distance, on a scale from -1 to 1.
_LIMIT_TOLERANCE = 1e-13
# The first step away from the estimate: no limit is nearer below 10^15 cases.
_STEP = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreDifferenceResult:
    """Difference of two independent proportions with its score interval and test.

    Attributes
    ----------
    estimate : float
        Risk difference, treated minus comparison, in [-1, 1].
    conf_int : Interval
        Miettinen-Nurminen interval, in [-1, 1].
    statistic : float or None
        Score statistic of no difference, standard normal under it; None when nobody, or everybody,
        has the event.
    p_value : float or None
        Two-sided; below ``1 - level`` exactly when the interval leaves 0 out.
    """

    estimate: float
    conf_int: Interval
    statistic: float | None
    p_value: float | None


def miettinen_nurminen(
    *,
    events_treated: int,
    n_treated: int,
    events_comparison: int,
    n_comparison: int,
    level: float = 0.95,
) -> ScoreDifferenceResult | NotEstimable:
    r"""Difference of two independent proportions by inverting the score test.

    Parameters
    ----------
    events_treated, n_treated, events_comparison, n_comparison : int
        Units with the event and units, by arm; ``0 <= events <= n``.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    ScoreDifferenceResult or NotEstimable
        Reason ``"no_cases"`` when both arms are empty, ``"empty_arm"`` when one is.

    Raises
    ------
    InvalidInputError
        If counts contradict each other or `level` is out of range.

    Notes
    -----
    The limits are the values :math:`\delta` at which

    .. math:: \frac{(p_T - p_C - \delta)^2}{\frac{N}{N-1}\left(\frac{\tilde p_T(1-\tilde p_T)}{n_T}
              + \frac{\tilde p_C(1-\tilde p_C)}{n_C}\right)} = z^2

    with the maximum likelihood estimates :math:`\tilde p_T - \tilde p_C = \delta` from the root
    of a cubic. At :math:`\delta = 0` this is the chi-squared test with :math:`N - 1` for N.

    References
    ----------
    .. [1] Miettinen O, Nurminen M (1985), Statistics in Medicine 4:213-226, eqs. 8, 9 and
       appendix I.
    .. [2] Farrington CP, Manning G (1990), Statistics in Medicine 9:1447-1454, appendix.

    Examples
    --------
    >>> result = miettinen_nurminen(
    ...     events_treated=56, n_treated=70, events_comparison=48, n_comparison=80
    ... )
    >>> round(result.conf_int.low, 4), round(result.conf_int.high, 4)
    (0.0528, 0.3382)
    """
    z = critical_z(level)
    if missing := unusable_table(
        events_treated=events_treated,
        n_treated=n_treated,
        events_comparison=events_comparison,
        n_comparison=n_comparison,
    ):
        return missing
    a, n1, c, n0 = events_treated, n_treated, events_comparison, n_comparison
    n = n1 + n0
    factor = n / (n - 1)
    statistic = None
    if 0 < a + c < n:
        statistic = (a / n1 - c / n0) / math.sqrt(factor * _variance(a, n1, c, n0, 0.0))
    return ScoreDifferenceResult(
        estimate=a / n1 - c / n0,
        conf_int=Interval(
            low=-_upper_limit(c, n0, a, n1, z * z * factor),
            high=_upper_limit(a, n1, c, n0, z * z * factor),
            level=level,
            method="miettinen_nurminen",
        ),
        statistic=statistic,
        p_value=None if statistic is None else two_sided_p(statistic),
    )


def _upper_limit(a: int, n1: int, c: int, n0: int, bound: float) -> float:
    """Largest difference whose squared distance is within `bound` variances."""
    from scipy.optimize import brentq  # noqa: PLC0415 - slow to load, and only used here

    estimate = a / n1 - c / n0

    def excess(delta: float) -> float:
        return (estimate - delta) ** 2 - bound * _variance(a, n1, c, n0, delta)

    if estimate + _STEP >= 1:
        return 1.0
    return float(brentq(excess, estimate + _STEP, 1.0, xtol=_LIMIT_TOLERANCE))


def _variance(a: int, n1: int, c: int, n0: int, delta: float) -> float:
    """Variance of the difference where the two risks are `delta` apart, at their likeliest."""
    theta = n0 / n1
    p1, p0 = a / n1, c / n0
    cubic = 1 + theta
    square = -(1 + theta + p1 + theta * p0 + delta * (theta + 2))
    linear = delta * delta + delta * (2 * p1 + theta + 1) + p1 + theta * p0
    constant = -p1 * delta * (1 + delta)
    third = square / (3 * cubic)
    v = third**3 - square * linear / (6 * cubic**2) + constant / (2 * cubic)
    u = math.copysign(math.sqrt(max(0.0, third**2 - linear / (3 * cubic))), v)
    cosine = v / u**3 if u else 0.0
    angle = (math.pi + math.acos(min(1.0, max(-1.0, cosine)))) / 3
    risk1 = min(max(2 * u * math.cos(angle) - third, 0.0, delta), 1.0, 1 + delta)
    risk0 = min(max(risk1 - delta, 0.0), 1.0)
    return risk1 * (1 - risk1) / n1 + risk0 * (1 - risk0) / n0
