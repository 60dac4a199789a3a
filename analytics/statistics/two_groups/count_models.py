r"""Ratio of two rates when units differ in how many events they have: over-dispersed counts.

Assumes independent units. Method notes: ``docs/methods/estimators/two_groups.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import digamma

from analytics.statistics.inference import ratio_interval, two_sided_p
from analytics.statistics.inputs import (
    BoolArray,
    FloatArray,
    binary_vector,
    critical_z,
    missing_arm,
    positive_vector,
    whole_counts,
)
from analytics.statistics.results import HealthCheck, Interval, NotEstimable
from analytics.statistics.two_groups._checks import dispersion_check

# Extra variance of this share of the mean count and below is taken as none.
_NO_EXTRA_VARIANCE = 1e-3
_LARGEST_DISPERSION = 1e6
_NEWTON_STEPS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRateRatio:
    """Ratio of two rates of over-dispersed counts, treated over comparison.

    Attributes
    ----------
    model : {"quasi_poisson", "negative_binomial"}
        Variance of a count with mean m: ``dispersion * m``, or ``m + dispersion * m**2``.
    estimate : float
        Above 0.
    std_error : float
        Of the natural logarithm.
    conf_int : Interval
        On the ratio scale: Student t (quasi-Poisson) or normal (negative binomial).
    p_value : float
        Two-sided; agrees with `conf_int`.
    dispersion : float
        0 or more; 1 (quasi-Poisson) or 0 (negative binomial) is Poisson.
    rate_treated, rate_comparison : float
        Estimated events per unit of exposure.
    n_treated, n_comparison : int
        Units.
    checks : tuple of HealthCheck
        Whether the dispersion is well above Poisson's; empty for the negative binomial.
    """

    model: Literal["quasi_poisson", "negative_binomial"]
    estimate: float
    std_error: float
    conf_int: Interval
    p_value: float
    dispersion: float
    rate_treated: float
    rate_comparison: float
    n_treated: int
    n_comparison: int
    checks: tuple[HealthCheck, ...]


def quasi_poisson_rate_ratio(
    events: ArrayLike, exposure: ArrayLike, treated: ArrayLike, *, level: float = 0.95
) -> CountRateRatio | NotEstimable:
    r"""Ratio of two rates, the variance proportional to the mean.

    Parameters
    ----------
    events : array_like of int, shape (n,)
        Events of each unit, 0 or more. Complete.
    exposure : array_like of float, shape (n,)
        Time at risk, above 0. Complete.
    treated : array_like of bool or 0/1, shape (n,)
        Arm. Complete.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    CountRateRatio or NotEstimable
        Reasons: ``"no_cases"``, ``"empty_arm"``, ``"no_events"`` (an arm has none),
        ``"too_few_cases"`` (fewer than three units), ``"no_variation"`` (counts are exactly
        proportional to exposure in both arms).

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length or out of range.

    Notes
    -----
    :math:`\hat\theta = \frac{a/t_T}{c/t_C}`, :math:`\hat\phi = \sum (y_i-\mu_i)^2/\mu_i/(n-2)`,
    :math:`\log\hat\theta \pm t_{n-2}\sqrt{\hat\phi(1/a + 1/c)}`.

    References
    ----------
    .. [1] McCullagh P, Nelder JA (1989), Generalized Linear Models, 2nd ed., sections 6.2 and 9.2.
    """
    critical_z(level)
    y, time, arm = _count_inputs(events, exposure, treated)
    if problem := _problem(y, arm):
        return problem
    n = len(y)
    if n < 3:
        return NotEstimable(reason="too_few_cases", detail="Fewer than three units.")
    rates = _pooled_rates(y, time, arm)
    mean = time * np.where(arm, rates[0], rates[1])
    dispersion = float((((y - mean) ** 2) / mean).sum()) / (n - 2)
    if dispersion <= 1e-18 * float(mean.max()):
        return NotEstimable(reason="no_variation", detail="Counts are proportional to exposure.")
    se = math.sqrt(dispersion * (1 / float(y[arm].sum()) + 1 / float(y[~arm].sum())))
    log_ratio = math.log(rates[0]) - math.log(rates[1])
    return CountRateRatio(
        model="quasi_poisson",
        estimate=rates[0] / rates[1],
        std_error=se,
        conf_int=ratio_interval(log_ratio, se, level=level, method="log_t", df=n - 2),
        p_value=two_sided_p(log_ratio / se, n - 2),
        dispersion=dispersion,
        rate_treated=rates[0],
        rate_comparison=rates[1],
        n_treated=int(arm.sum()),
        n_comparison=int((~arm).sum()),
        checks=(dispersion_check(dispersion),),
    )


def negative_binomial_rate_ratio(
    events: ArrayLike, exposure: ArrayLike, treated: ArrayLike, *, level: float = 0.95
) -> CountRateRatio | NotEstimable:
    r"""Ratio of two rates, each unit with its own gamma-distributed rate.

    Parameters and errors as in `quasi_poisson_rate_ratio`.

    Returns
    -------
    CountRateRatio or NotEstimable
        Dispersion 0 (the Poisson model) when the counts vary no more than Poisson counts do.
        Reasons: ``"no_cases"``, ``"empty_arm"``, ``"no_events"`` (an arm has none),
        ``"not_converged"``.

    Notes
    -----
    Maximum likelihood of NB2, variance :math:`\mu + \alpha\mu^2`, one :math:`\alpha` for both arms:
    the root of the profile score in :math:`\alpha`, the rates fitted for each value. Variance of
    the log ratio from the expected information:
    :math:`\sum_a 1/\sum_{i\in a}\mu_i/(1+\alpha\mu_i)`.

    References
    ----------
    .. [1] Lawless JF (1987), Canadian Journal of Statistics 15:209-225.
    """
    from scipy.optimize import brentq  # noqa: PLC0415 - slow to load, and only used here

    critical_z(level)
    y, time, arm = _count_inputs(events, exposure, treated)
    if problem := _problem(y, arm):
        return problem

    def score(log_dispersion: float) -> float:
        return _dispersion_score(math.exp(log_dispersion), y, time, arm)

    lower = math.log(_NO_EXTRA_VARIANCE / float(y.mean()))
    upper = max(lower, 0.0) + 1.0
    dispersion = 0.0
    if score(lower) > 0:
        while score(upper) > 0:
            upper += 2.0
            if upper > math.log(_LARGEST_DISPERSION):
                return NotEstimable(
                    reason="not_converged", detail="No dispersion is the likeliest one."
                )
        dispersion = math.exp(float(brentq(score, lower, upper, xtol=1e-12)))
    rates = _fitted_rates(dispersion, y, time, arm)
    mean = time * np.where(arm, rates[0], rates[1])
    information = mean / (1 + dispersion * mean)
    se = math.sqrt(1 / float(information[arm].sum()) + 1 / float(information[~arm].sum()))
    log_ratio = math.log(rates[0]) - math.log(rates[1])
    return CountRateRatio(
        model="negative_binomial",
        estimate=rates[0] / rates[1],
        std_error=se,
        conf_int=ratio_interval(log_ratio, se, level=level, method="log_wald"),
        p_value=two_sided_p(log_ratio / se),
        dispersion=dispersion,
        rate_treated=rates[0],
        rate_comparison=rates[1],
        n_treated=int(arm.sum()),
        n_comparison=int((~arm).sum()),
        checks=(),
    )


def _count_inputs(
    events: ArrayLike, exposure: ArrayLike, treated: ArrayLike
) -> tuple[FloatArray, FloatArray, BoolArray]:
    y = whole_counts(events, name="events")
    time = positive_vector(exposure, name="exposure", length=len(y))
    return y, time, binary_vector(treated, name="treated", length=len(y))


def _problem(y: FloatArray, arm: BoolArray) -> NotEstimable | None:
    if missing := missing_arm(int(arm.sum()), int((~arm).sum())):
        return missing
    if not (y[arm].any() and y[~arm].any()):
        return NotEstimable(reason="no_events", detail="An arm has no event.")
    return None


def _pooled_rates(y: FloatArray, time: FloatArray, arm: BoolArray) -> tuple[float, float]:
    """Events over exposure of the treated and of the comparison."""
    one, other = (float(y[side].sum() / time[side].sum()) for side in (arm, ~arm))
    return one, other


def _fitted_rates(
    dispersion: float, y: FloatArray, time: FloatArray, arm: BoolArray
) -> tuple[float, float]:
    """Likeliest rate of each arm for one dispersion, by Fisher scoring on the log scale."""
    rates = []
    for side, start in zip((arm, ~arm), _pooled_rates(y, time, arm), strict=True):
        log_rate = math.log(start)
        for _ in range(_NEWTON_STEPS):
            mean = time[side] * math.exp(log_rate)
            weight = 1 / (1 + dispersion * mean)
            step = float(weight @ (y[side] - mean)) / float(weight @ mean)
            log_rate += max(-1.0, min(1.0, step))
            if abs(step) < 1e-13:
                break
        rates.append(math.exp(log_rate))
    return rates[0], rates[1]


def _dispersion_score(dispersion: float, y: FloatArray, time: FloatArray, arm: BoolArray) -> float:
    """Slope of the profile log likelihood in the dispersion, times its square."""
    rates = _fitted_rates(dispersion, y, time, arm)
    mean = time * np.where(arm, rates[0], rates[1])
    size = 1 / dispersion
    terms = digamma(size) - digamma(y + size) + np.log1p(dispersion * mean)
    terms += dispersion * (y - mean) / (1 + dispersion * mean)
    return float(terms.sum())
