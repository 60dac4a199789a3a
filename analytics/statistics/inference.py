"""From an estimate and its standard error to an interval and a p-value, for every kernel."""

from __future__ import annotations

import math

from scipy.special import ndtr, stdtr, stdtrit

from analytics.statistics.inputs import critical_z
from analytics.statistics.results import Interval

# Just below the logarithm of the largest float.
_LARGEST_EXPONENT = 709.0


def critical_value(level: float, df: float | None = None) -> float:
    """Two-sided quantile of Student's t, or of the normal distribution without `df`.

    Parameters
    ----------
    level : float
        Confidence level, strictly between 0 and 1.
    df : float, optional
        Degrees of freedom, above 0.

    Returns
    -------
    float
        The ``(1 + level) / 2`` quantile.

    Raises
    ------
    InvalidInputError
        If `level` is out of range.
    """
    z = critical_z(level)
    return z if df is None else float(stdtrit(df, (1 + level) / 2))


def two_sided_p(statistic: float, df: float | None = None) -> float:
    """Two-sided p-value of a t statistic, or of a normal one without `df`; in [0, 1]."""
    tail = ndtr(-abs(statistic)) if df is None else stdtr(df, -abs(statistic))
    return 2 * float(tail)


def symmetric_interval(
    estimate: float, std_error: float, *, level: float, method: str, df: float | None = None
) -> Interval:
    """Interval of `critical_value` standard errors on either side of an estimate."""
    half = critical_value(level, df) * std_error
    return Interval(low=estimate - half, high=estimate + half, level=level, method=method)


def exponential(value: float) -> float:
    """Exponential that is infinite, not an error, beyond the largest float."""
    return math.exp(value) if value < _LARGEST_EXPONENT else math.inf


def ratio_interval(
    log_ratio: float, std_error: float, *, level: float, method: str, df: float | None = None
) -> Interval:
    """`symmetric_interval` of a log ratio, as limits of the ratio, from 0 to infinity."""
    log_limits = symmetric_interval(log_ratio, std_error, level=level, method=method, df=df)
    return Interval(
        low=exponential(log_limits.low),
        high=exponential(log_limits.high),
        level=level,
        method=method,
    )
