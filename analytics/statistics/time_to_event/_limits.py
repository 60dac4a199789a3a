r"""Limits of a curve at its times: complementary log-log, exact where it is at an end.

Method notes: ``docs/methods/estimators/time_to_event.md``.
"""

from __future__ import annotations

import numpy as np

from analytics.statistics.inputs import FloatArray, IntArray, critical_z


def log_log_limits(
    complement: FloatArray, std_error: FloatArray, n_at_risk: IntArray, level: float
) -> tuple[FloatArray, FloatArray]:
    r"""Complementary log-log limits of a rising curve F, given 1 - F.

    Parameters
    ----------
    complement, std_error : ndarray of float, shape (m,)
        1 - F, in [0, 1], not rising; standard error of F.
    n_at_risk : ndarray of int, shape (m,)
        Units at risk, used only while F is 0.
    level : float
        Confidence level.

    Returns
    -------
    low, high : ndarray of float, shape (m,)
        Limits of F, in [0, 1].

    Notes
    -----
    .. math:: 1 - (1 - F)^{\exp(\mp z\,se / ((1 - F)\,|\log(1 - F)|))}

    Undefined at the ends: at F = 0 the exact binomial limit for no events is used; at F = 1 the
    lower limit before it is carried forward, which F, a rising curve, still exceeds.
    """
    inside = (complement > 0) & (complement < 1)
    c = np.where(inside, complement, 0.5)
    shift = np.minimum(critical_z(level) * std_error / (c * -np.log(c)), 700.0)
    low = np.where(inside, 1 - c ** np.exp(-shift), 0.0)
    high = np.where(inside, 1 - c ** np.exp(shift), 1.0)
    high = np.where(complement >= 1, zero_limit(n_at_risk, level), high)
    reached = np.flatnonzero(complement <= 0)
    if len(reached):
        first = int(reached[0])
        low[first:] = low[first - 1] if first else 1 - zero_limit(n_at_risk[0], level)
    return low, high


def zero_limit(n: int | IntArray, level: float) -> FloatArray:
    """Upper exact binomial limit when none of n units has the event."""
    return np.asarray(-np.expm1(np.log((1 - level) / 2) / n), dtype=np.float64)
