r"""Variance of the true effects between areas: REML, DerSimonian-Laird, Paule-Mandel, Q-profile.

Method notes: ``docs/methods/estimators/subgroups.md``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from scipy.special import chdtri

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import FloatArray, critical_z
from analytics.statistics.results import Interval, NotEstimable

TauMethod = Literal["REML", "DL", "PM"]
_MAX_STEPS = 100
_TOLERANCE = 1e-12


def estimate_tau2(y: FloatArray, v: FloatArray, *, method: TauMethod) -> float | NotEstimable:
    r"""Estimate the variance between areas; never below 0.

    Parameters
    ----------
    y : ndarray of float, shape (k,)
        Estimates of at least two areas.
    v : ndarray of float, shape (k,)
        Their variances, above 0.
    method : {"REML", "DL", "PM"}
        Estimator.

    Returns
    -------
    float or NotEstimable
        In squared units of the estimates; reason ``"not_converged"`` for REML.

    Raises
    ------
    InvalidInputError
        If there are fewer than two areas.

    Notes
    -----
    With generalised Q :math:`Q(\tau^2) = \sum w_i(y_i - \hat\mu)^2`: DL solves
    :math:`Q(0) = E` for :math:`\tau^2` in closed form, PM :math:`Q(\tau^2) = k - 1` by
    bisection, REML by Newton steps

    .. math:: \tau^2 \leftarrow \tau^2 + \frac{y'PPy - \mathrm{tr}P}{2y'PPPy - \mathrm{tr}PP},\quad
        P = W - ww'/\sum w

    with :math:`\mathrm{tr}PP` below the line (Fisher scoring) where the likelihood isn't concave,
    halved while it falls, and stopped at the border 0 when the slope there is negative.

    References
    ----------
    .. [1] Viechtbauer W (2005), Journal of Educational and Behavioral Statistics 30:261-293.
    .. [2] DerSimonian R, Laird N (1986), Controlled Clinical Trials 7:177-188.
    .. [3] Paule RC, Mandel J (1982), Journal of Research NBS 87:377-385.
    """
    if len(y) < 2:
        raise InvalidInputError("the variance between areas needs at least two areas")
    k = len(y)
    if method == "DL":
        w = 1 / v
        c = float(w.sum() - w @ w / w.sum())
        return max(0.0, (_q(0.0, y, v) - (k - 1)) / c)
    if method == "PM":
        return _solve(lambda tau2: _q(tau2, y, v), k - 1.0, start=float(v.mean()))
    return _reml(y, v)


def tau2_interval(y: FloatArray, v: FloatArray, *, level: float) -> Interval:
    """Q-profile interval of the variance between areas.

    Parameters
    ----------
    y : ndarray of float, shape (k,)
        Estimates of at least two areas.
    v : ndarray of float, shape (k,)
        Their variances, above 0.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    Interval
        Where the generalised Q lies between its chi-squared limits; method ``"q_profile"``. Both
        limits are 0 when the areas agree better than chance would have them.

    Raises
    ------
    InvalidInputError
        If `level` is out of range.

    References
    ----------
    .. [1] Viechtbauer W (2007), Statistics in Medicine 26:37-52.
    """
    critical_z(level)
    df, start = len(y) - 1, float(v.mean())

    def limit(tail: float) -> float:
        return _solve(lambda tau2: _q(tau2, y, v), float(chdtri(df, tail)), start=start)

    low, high = limit((1 - level) / 2), limit((1 + level) / 2)
    return Interval(low=low, high=high, level=level, method="q_profile")


def _q(tau2: float, y: FloatArray, v: FloatArray) -> float:
    """Weighted sum of squares about the mean, for this variance between areas."""
    w = 1 / (v + tau2)
    return float(w @ (y - w @ y / w.sum()) ** 2)


def _solve(falling: Callable[[float], float], target: float, *, start: float) -> float:
    """Find where a falling function meets the target; 0 when it starts below it."""
    if falling(0.0) <= target:
        return 0.0
    low, high = 0.0, start
    while falling(high) > target:
        low, high = high, 2 * high
    middle = (low + high) / 2
    while low < middle < high:
        low, high = (middle, high) if falling(middle) > target else (low, middle)
        middle = (low + high) / 2
    return middle


def _reml(y: FloatArray, v: FloatArray) -> float | NotEstimable:
    """Newton steps, the likelihood never falling; 0 when the slope there is negative."""
    tau2 = max(0.0, float(np.var(y, ddof=1) - v.mean()))
    value = _restricted(tau2, y, v)
    for _ in range(_MAX_STEPS):
        w = 1 / (v + tau2)
        total = float(w.sum())
        trace = total - float(w @ w) / total
        trace_square = float(w @ w) - 2 * float(w @ w**2) / total + (float(w @ w) / total) ** 2
        residual = w * (y - w @ y / total)
        slope = float(residual @ residual) - trace
        curvature = 2 * float(w @ residual**2 - (w @ residual) ** 2 / total) - trace_square
        # Where the likelihood isn't concave the expected curvature is; near a maximum the observed
        # one is needed, because scoring can crawl there.
        step = slope / (curvature if curvature > 0 else trace_square)
        if tau2 == 0 and step <= 0:
            return 0.0
        trial = max(0.0, tau2 + step)
        while _restricted(trial, y, v) < value - 1e-13 * abs(value):
            trial = (trial + tau2) / 2
        if abs(trial - tau2) <= _TOLERANCE * (float(v.mean()) + trial):
            return trial
        tau2, value = trial, _restricted(trial, y, v)
    return NotEstimable(reason="not_converged", detail="REML doesn't settle.")


def _restricted(tau2: float, y: FloatArray, v: FloatArray) -> float:
    """Restricted log likelihood, without its constant."""
    w = 1 / (v + tau2)
    return float(np.log(w).sum() - np.log(w.sum()) - _q(tau2, y, v)) / 2
