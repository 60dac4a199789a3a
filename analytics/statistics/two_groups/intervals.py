"""The interval of a ratio that is symmetric on the log scale."""

from __future__ import annotations

import math

from analytics.statistics.results import Interval

# The largest whole number whose exponential is a finite float.
_LARGEST_EXPONENT = 709.0


def ratio_interval(log_ratio: float, half: float, *, level: float, method: str) -> Interval:
    """Turn a symmetric interval of a log ratio into one of the ratio.

    Parameters
    ----------
    log_ratio : float
        Natural logarithm of the estimate.
    half : float
        Half the width on the log scale, 0 or more.
    level : float
        Confidence level, strictly between 0 and 1.
    method : str
        Code of the method.

    Returns
    -------
    Interval
        From 0 to infinity; either is a limit when there is next to no information.
    """
    high = log_ratio + half
    return Interval(
        low=math.exp(log_ratio - half),
        high=math.exp(high) if high < _LARGEST_EXPONENT else math.inf,
        level=level,
        method=method,
    )
