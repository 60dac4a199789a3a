"""Distributions of uncertain inputs, found from a mean and a spread.

Method notes: ``docs/methods/estimators/economics.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import special

from analytics.errors import InvalidInputError
from analytics.statistics.inference import exponential
from analytics.statistics.inputs import FloatArray, critical_z
from analytics.statistics.results import Interval

Family = Literal["beta", "gamma", "lognormal", "normal", "triangular", "pert", "fixed"]
_PERT_WEIGHT = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """Distribution of one uncertain input.

    Attributes
    ----------
    family : {"beta", "gamma", "lognormal", "normal", "triangular", "pert", "fixed"}
        Shape.
    parameters : tuple of float
        Beta: alpha, beta. Gamma: shape, scale. Lognormal: mean and standard deviation of the
        logarithm. Normal: mean, standard deviation. Triangular and PERT: low, mode, high. Fixed:
        the value.
    mean, std_dev : float
        Exact moments, in the units of the input.
    """

    family: Family
    parameters: tuple[float, ...]
    mean: float
    std_dev: float


def from_moments(
    family: Literal["beta", "gamma", "lognormal", "normal"], *, mean: float, std_dev: float
) -> Distribution:
    r"""Distribution with this mean and standard deviation.

    Parameters
    ----------
    family : {"beta", "gamma", "lognormal", "normal"}
        Beta for a share, gamma or lognormal for a cost, lognormal for a ratio.
    mean : float
        In (0, 1) for beta, above 0 for gamma and lognormal.
    std_dev : float
        Above 0; for beta below :math:`\sqrt{m(1-m)}`.

    Returns
    -------
    Distribution
        With exactly these moments.

    Raises
    ------
    InvalidInputError
        If no distribution of the family has these moments.

    Notes
    -----
    With mean m and variance v: beta :math:`\alpha = m(m(1-m)/v - 1)`,
    :math:`\beta = \alpha(1-m)/m`; gamma shape :math:`m^2/v`, scale :math:`v/m`; lognormal
    :math:`\sigma^2 = \log(1 + v/m^2)`, :math:`\mu = \log m - \sigma^2/2`.

    References
    ----------
    .. [1] Briggs A, Claxton K, Sculpher M (2006), Decision Modelling for Health Economic
       Evaluation, Oxford University Press, chapter 4.
    .. [2] dampack 1.0.2 ``beta_params``, ``gamma_params``, ``lnorm_params``.

    Examples
    --------
    >>> from_moments("gamma", mean=2500, std_dev=600).parameters
    (17.36111111111111, 144.0)
    """
    variance = std_dev**2
    if not (math.isfinite(mean) and math.isfinite(std_dev) and std_dev > 0):
        raise InvalidInputError("mean must be finite and std_dev above 0")
    if family != "normal" and not mean > 0:
        raise InvalidInputError("mean must be above 0")
    parameters = (mean, std_dev)
    if family == "beta":
        if not mean < 1 or variance >= mean * (1 - mean):
            raise InvalidInputError("no beta distribution has this mean and standard deviation")
        alpha = mean * (mean * (1 - mean) / variance - 1)
        parameters = (alpha, alpha * (1 - mean) / mean)
    elif family == "gamma":
        parameters = (mean**2 / variance, variance / mean)
    elif family == "lognormal":
        log_variance = math.log1p(variance / mean**2)
        parameters = (math.log(mean) - log_variance / 2, math.sqrt(log_variance))
    return Distribution(family=family, parameters=parameters, mean=mean, std_dev=std_dev)


def from_interval(
    family: Literal["normal", "lognormal"], *, estimate: float, conf_int: Interval
) -> Distribution:
    r"""Distribution of an effect from its estimate and interval.

    Parameters
    ----------
    family : {"normal", "lognormal"}
        Normal for a difference, lognormal for a ratio.
    estimate : float
        Centre; the median for lognormal, which must be above 0.
    conf_int : Interval
        Interval of positive width around it; its lower limit above 0 for lognormal.

    Returns
    -------
    Distribution
        Standard deviation from the width, on the log scale for lognormal.

    Raises
    ------
    InvalidInputError
        If the interval doesn't hold the estimate, has no width, or is so wide that a lognormal has
        no finite mean and standard deviation.

    Notes
    -----
    .. math:: \sigma = (u - l) / (2 z)

    References
    ----------
    .. [1] Briggs A, Claxton K, Sculpher M (2006), chapter 4.
    """
    limits = (conf_int.low, estimate, conf_int.high)
    if not conf_int.low <= estimate <= conf_int.high or not conf_int.low < conf_int.high:
        raise InvalidInputError("the interval must hold the estimate and have a width")
    if family == "lognormal":
        if not conf_int.low > 0:
            raise InvalidInputError("a ratio and its interval must be above 0")
        limits = (math.log(conf_int.low), math.log(estimate), math.log(conf_int.high))
    sigma = (limits[2] - limits[0]) / (2 * critical_z(conf_int.level))
    if family == "normal":
        return from_moments("normal", mean=estimate, std_dev=sigma)
    if math.isinf(exponential(sigma**2)):
        raise InvalidInputError("the interval is too wide for a mean and standard deviation")
    mean = estimate * math.exp(sigma**2 / 2)
    return Distribution(
        family="lognormal",
        parameters=(limits[1], sigma),
        mean=mean,
        std_dev=mean * math.sqrt(math.expm1(sigma**2)),
    )


def from_range(
    family: Literal["triangular", "pert"], *, low: float, mode: float, high: float
) -> Distribution:
    r"""Distribution over a stated range with a most likely value.

    Parameters
    ----------
    family : {"triangular", "pert"}
        PERT puts less weight on the ends.
    low, mode, high : float
        ``low <= mode <= high`` and ``low < high``.

    Returns
    -------
    Distribution
        Bounded by the range.

    Raises
    ------
    InvalidInputError
        If the three are not in order, or the range has no width.

    Notes
    -----
    PERT is a beta on the range with :math:`\alpha = 1 + 4(m-l)/(h-l)`,
    :math:`\beta = 1 + 4(h-m)/(h-l)`.

    References
    ----------
    .. [1] Vose D (2008), Risk Analysis, 3rd edition, Wiley, appendix III.
    """
    if not (math.isfinite(low) and math.isfinite(high) and low <= mode <= high and low < high):
        raise InvalidInputError("low, mode and high must be in order and the range have a width")
    if family == "triangular":
        mean = (low + mode + high) / 3
        squares = low**2 + mode**2 + high**2 - low * mode - low * high - mode * high
        std_dev = math.sqrt(squares / 18)
    else:
        alpha, beta = _pert_shapes(low, mode, high)
        mean = low + (high - low) * alpha / (alpha + beta)
        total = alpha + beta
        std_dev = (high - low) * math.sqrt(alpha * beta / (total**2 * (total + 1)))
    return Distribution(family=family, parameters=(low, mode, high), mean=mean, std_dev=std_dev)


def fixed(value: float) -> Distribution:
    """Give an input without uncertainty the form of a distribution; `value` is finite."""
    if not math.isfinite(value):
        raise InvalidInputError("value must be finite")
    return Distribution(family="fixed", parameters=(value,), mean=value, std_dev=0.0)


def draw(distribution: Distribution, generator: np.random.Generator, n: int) -> FloatArray:
    """Draw `n` independent values with `generator`; shape (n,)."""
    p = distribution.parameters
    match distribution.family:
        case "beta":
            drawn = generator.beta(p[0], p[1], n)
        case "gamma":
            drawn = generator.gamma(p[0], p[1], n)
        case "lognormal":
            drawn = generator.lognormal(p[0], p[1], n)
        case "normal":
            drawn = generator.normal(p[0], p[1], n)
        case "triangular":
            drawn = generator.triangular(p[0], p[1], p[2], n)
        case "pert":
            drawn = p[0] + (p[2] - p[0]) * generator.beta(*_pert_shapes(*p), n)
        case _:
            drawn = np.full(n, p[0])
    return np.asarray(drawn, dtype=np.float64)


def probability_above(distribution: Distribution, threshold: float) -> float:
    """Probability that an uncertain input is above `threshold`, from its distribution function.

    Parameters
    ----------
    distribution : Distribution
        The input.
    threshold : float
        In the units of the input.

    Returns
    -------
    float
        In [0, 1]; for a fixed value 0 or 1.
    """
    p = distribution.parameters
    match distribution.family:
        case "beta":
            below = special.betainc(p[0], p[1], min(max(threshold, 0.0), 1.0))
        case "gamma":
            below = special.gammainc(p[0], max(threshold, 0.0) / p[1])
        case "lognormal":
            below = special.ndtr((math.log(threshold) - p[0]) / p[1]) if threshold > 0 else 0.0
        case "normal":
            below = special.ndtr((threshold - p[0]) / p[1])
        case "triangular":
            below = _triangular_below(p, threshold)
        case "pert":
            share = min(max((threshold - p[0]) / (p[2] - p[0]), 0.0), 1.0)
            below = special.betainc(*_pert_shapes(*p), share)
        case _:
            below = 0.0 if p[0] > threshold else 1.0
    return 1 - float(below)


def _pert_shapes(low: float, mode: float, high: float) -> tuple[float, float]:
    """Both shapes of the beta distribution behind a PERT distribution."""
    width = high - low
    return 1 + _PERT_WEIGHT * (mode - low) / width, 1 + _PERT_WEIGHT * (high - mode) / width


def _triangular_below(p: tuple[float, ...], threshold: float) -> float:
    """Distribution function of a triangular distribution."""
    low, mode, high = p
    if threshold <= low:
        return 0.0
    if threshold >= high:
        return 1.0
    if threshold <= mode:
        return (threshold - low) ** 2 / ((high - low) * (mode - low))
    return 1 - (high - threshold) ** 2 / ((high - low) * (high - mode))
