r"""Interrupted time series of counts: segmented Poisson regression with a population at risk.

Method notes: ``docs/methods/estimators/before_after.md``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import xlogy

from analytics.errors import InvalidInputError
from analytics.statistics.before_after._segments import Segments, build_segments
from analytics.statistics.before_after._series import newey_west_lag
from analytics.statistics.before_after.autocorrelation import newey_west
from analytics.statistics.before_after.segments import SeriesModel
from analytics.statistics.before_after.series_result import (
    InterruptedSeries,
    PeriodEffect,
    SeriesFit,
)
from analytics.statistics.inference import exponential
from analytics.statistics.inputs import FloatArray, critical_z, float_vector
from analytics.statistics.results import HealthCheck, NotEstimable

Variance = Literal["poisson", "quasi_poisson", "newey_west"]
DISPERSION_REVIEW = 1.5
# A fitted rate this small beside the largest is on its way to 0.
_ZERO_RATE = 1e-6
_DEVIANCE_TOLERANCE = 1e-12
_STEPS = 50


def interrupted_counts(
    events: ArrayLike,
    exposure: ArrayLike,
    period: ArrayLike,
    model: SeriesModel,
    *,
    variance: Variance = "quasi_poisson",
    lag: int | None = None,
    at: Sequence[int] | None = None,
    level: float = 0.95,
) -> InterruptedSeries | NotEstimable:
    r"""Segmented Poisson regression of events per population.

    Parameters
    ----------
    events : array_like of int, shape (n,)
        Events in each period, whole, at least 0.
    exposure : array_like of float, shape (n,)
        Population or person-time, above 0.
    period : array_like of int, shape (n,)
        Consecutive period numbers, ascending.
    model : SeriesModel
        Interruptions, phase-in and season.
    variance : {"poisson", "quasi_poisson", "newey_west"}
        Poisson variance; times the dispersion; or robust to autocorrelation too.
    lag : int, optional
        Newey-West lag; used with that variance only.
    at : sequence of int, optional
        Periods whose effect is wanted; by default the first of the new time and the last.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    InterruptedSeries or NotEstimable
        Coefficients as rate ratios; absolute effects in events. Reasons as `interrupted_series`,
        and ``"no_events"`` (a segment has none), ``"separation"`` (a month of the season has none
        in any year), ``"not_converged"``, ``"not_available"`` (the counterfactual grows beyond any
        number).

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length, or out of range.

    Notes
    -----
    The linear predictor of `interrupted_series` plus log exposure. Dispersion: Pearson statistic
    over ``n-k``. Student t on ``n-k``, normal for ``"poisson"``. Newey-West covariance times
    ``n/(n-k)``. Absolute effects by the delta method.

    References
    ----------
    .. [1] Lopez Bernal J, Cummins S, Gasparrini A (2017), International Journal of Epidemiology
       46:348-355.
    """
    critical_z(level)
    y = float_vector(events, name="events")
    size = float_vector(exposure, name="exposure", length=len(y))
    if (y < 0).any() or (y != np.round(y)).any() or (size <= 0).any():
        raise InvalidInputError("events must be whole and at least 0, exposure above 0")
    if lag is not None and variance != "newey_west":
        raise InvalidInputError("lag belongs to the Newey-West variance")
    segments = build_segments(period, len(y), model)
    if isinstance(segments, NotEstimable):
        return segments
    if not _every_segment_has_events(y, segments, model):
        return NotEstimable(reason="no_events", detail="A segment of the series has no events.")
    fit = _poisson(y, size, segments, variance, lag, level)
    if isinstance(fit, NotEstimable):
        return fit
    b = fit.coefficients
    with np.errstate(over="ignore"):
        means = (size * np.exp(segments.design @ b), size * np.exp(segments.without @ b))
    if not np.isfinite(means).all():
        return NotEstimable(
            reason="not_available", detail="The trend before, carried on, grows beyond any number."
        )
    return fit.assemble(
        segments,
        observed=y.copy(),
        means=means,
        effect=lambda row: _effect(fit, segments, row, means),
        at=at,
        is_double=model.second_interruption is not None,
        checks=(_dispersion_check(fit),),
    )


def _every_segment_has_events(y: FloatArray, segments: Segments, model: SeriesModel) -> bool:
    """Whether no segment's level runs off to minus infinity."""
    starts = [model.start, model.second_interruption]
    edges = [edge for edge in starts if edge is not None]
    segment = np.searchsorted(edges, segments.period, side="right")
    used = segments.is_fitted
    totals = np.bincount(segment[used], weights=y[used], minlength=len(edges) + 1)
    return bool((totals > 0).all())


def _poisson(
    y: FloatArray,
    size: FloatArray,
    segments: Segments,
    variance: Variance,
    lag: int | None,
    level: float,
) -> SeriesFit | NotEstimable:
    """Fit the periods outside the phase-in."""
    used = segments.is_fitted
    n, k = int(used.sum()), segments.design.shape[1]
    chosen = newey_west_lag(lag, n) if variance == "newey_west" else None
    b = _coefficients(y[used], size[used], segments.design[used])
    if b is None:
        return NotEstimable(reason="not_converged", detail="The Poisson regression found no fit.")
    mean = np.where(used, size * np.exp(segments.design @ b), 0.0)
    rates = (mean / size)[used]
    if rates.min() <= _ZERO_RATE * rates.max():
        return NotEstimable(
            reason="separation", detail="A period of the season never has an event."
        )
    rows = np.where(used[:, None], segments.design, 0.0)
    bread = np.linalg.inv(rows.T @ (rows * mean[:, None]))
    residuals = np.zeros(len(y))
    residuals[used] = (y - mean)[used] / np.sqrt(mean[used])
    dispersion = float(residuals @ residuals) / (n - k)
    if dispersion <= 1e-20:
        return NotEstimable(reason="no_variation", detail="The model leaves no residual variation.")
    if chosen is not None:
        scores = rows * np.where(used, y - mean, 0.0)[:, None]
        covariance = newey_west(scores, bread, chosen) * n / (n - k)
    else:
        covariance = bread * (dispersion if variance == "quasi_poisson" else 1.0)
    return SeriesFit(
        coefficients=b,
        covariance=covariance,
        df=math.inf if variance == "poisson" else float(n - k),
        level=level,
        is_log=True,
        vcov_type=variance,
        lag=chosen,
        dispersion=dispersion,
        autocorrelation=None,
        residuals=residuals,
    )


def _coefficients(y: FloatArray, size: FloatArray, X: FloatArray) -> FloatArray | None:
    """Iterate weighted least squares until the deviance stands still."""
    mean, previous = y + 0.1, np.inf
    for _ in range(_STEPS):
        eta = np.log(mean / size)
        root = np.sqrt(mean)
        working = eta + (y - mean) / mean
        b = np.linalg.lstsq(X * root[:, None], working * root, rcond=None)[0]
        mean = size * np.exp(X @ b)
        if not np.isfinite(mean).all() or mean.min() <= 0:
            return None
        deviance = 2 * float((xlogy(y, y / mean) - (y - mean)).sum())
        if abs(deviance - previous) <= _DEVIANCE_TOLERANCE * (abs(deviance) + 0.1):
            return np.asarray(b, dtype=np.float64)
        previous = deviance
    return None


def _effect(
    fit: SeriesFit,
    segments: Segments,
    row: int,
    means: tuple[FloatArray, FloatArray],
) -> PeriodEffect:
    """Effect in the period of a row: events by the delta method, ratio on the log scale."""
    with_it, without = segments.design[row], segments.without[row]
    mean, expected = float(means[0][row]), float(means[1][row])
    log_ratio = float((with_it - without) @ fit.coefficients)
    gradient = mean * with_it - expected * without
    return PeriodEffect(
        period=int(segments.period[row]),
        periods_since=int(segments.period[row]) - segments.start,
        absolute=mean - expected,
        absolute_conf_int=fit.interval(mean - expected, fit.error(gradient)),
        relative=exponential(log_ratio) - 1,
        relative_conf_int=fit.exponentiated(log_ratio, fit.error(with_it - without), minus=1.0),
    )


def _dispersion_check(fit: SeriesFit) -> HealthCheck:
    """Judge whether the counts vary more than Poisson counts."""
    value = fit.dispersion if fit.dispersion is not None else 1.0
    too_much = value > DISPERSION_REVIEW
    return HealthCheck(
        name="dispersion",
        value=value,
        threshold=DISPERSION_REVIEW,
        status="pass" if not too_much else "fail" if fit.vcov_type == "poisson" else "review",
        meaning=(
            "Variance of the counts over that of Poisson counts. Above 1.5 Poisson intervals are "
            "too narrow; the other two allow for it."
        ),
        source="Our own rule",
    )
