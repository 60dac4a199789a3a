r"""Interrupted time series of a rate or a mean: segmented regression with autocorrelated errors.

Method notes: ``docs/methods/estimators/before_after.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.before_after._autoregressive import fit_autoregressive
from analytics.statistics.before_after._segments import Segments, build_segments
from analytics.statistics.before_after._series import newey_west_lag
from analytics.statistics.before_after.autocorrelation import newey_west
from analytics.statistics.before_after.segments import SeriesModel
from analytics.statistics.before_after.series_result import (
    InterruptedSeries,
    PeriodEffect,
    SeriesFit,
)
from analytics.statistics.inputs import FloatArray, critical_z, float_vector
from analytics.statistics.results import NotEstimable

Errors = Literal["autoregressive", "newey_west"]
# Residuals below this share of the outcomes are rounding, not information.
_ZERO_SHARE = 1e-20


def interrupted_series(
    outcome: ArrayLike,
    period: ArrayLike,
    model: SeriesModel,
    *,
    errors: Errors = "autoregressive",
    lag: int | None = None,
    at: Sequence[int] | None = None,
    level: float = 0.95,
) -> InterruptedSeries | NotEstimable:
    r"""Segmented regression of a rate or a mean.

    Parameters
    ----------
    outcome : array_like of float, shape (n,)
        One value per period, for example a rate per 10,000. Complete.
    period : array_like of int, shape (n,)
        Consecutive period numbers, ascending; months can be numbered by `month_number`.
    model : SeriesModel
        Interruptions, phase-in and season.
    errors : {"autoregressive", "newey_west"}
        First-order autoregressive errors by restricted maximum likelihood; or least squares with
        Newey-West covariance, whose tests reject far too often in series of a few years.
    lag : int, optional
        Newey-West lag; ``4 (n/100)^(2/9)`` rounded down by default. Months with a season left in
        need 12.
    at : sequence of int, optional
        Periods whose effect is wanted; by default the first of the new time and the last.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    InterruptedSeries or NotEstimable
        Reasons: ``"no_cases"``, ``"calendar_gap"``, ``"too_few_cases"``, ``"collinear"``,
        ``"no_variation"`` (the model leaves no residual).

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length, or out of range.

    Notes
    -----
    .. math:: y_t = \beta_0 + \beta_1 (t-s) + \beta_2 1(t \ge s) + \beta_3 1(t \ge s)(t-s)
              + \mathrm{season}_t + e_t

    with s the first period of the new time, so that :math:`\beta_2` is the effect in it, and
    :math:`\beta_2 + \beta_3 m` the effect m periods later. Newey-West covariance times
    ``n/(n-k)``; Student t on ``n-k``. Periods left out keep their place in the calendar.
    Autoregressive errors: `fit_autoregressive`. The relative effect's error is by the delta method.

    References
    ----------
    .. [1] Wagner AK, et al. (2002), Journal of Clinical Pharmacy and Therapeutics 27:299-309.
    .. [2] Newey WK, West KD (1987), Econometrica 55:703-708.
    .. [3] Turner SL, et al. (2021), BMC Medical Research Methodology 21:181 (which method when).
    """
    critical_z(level)
    y = float_vector(outcome, name="outcome")
    return _interrupted(y, period, model, errors=errors, lag=lag, at=at, level=level)


def controlled_interrupted_series(
    outcome: ArrayLike,
    comparison: ArrayLike,
    period: ArrayLike,
    model: SeriesModel,
    *,
    errors: Errors = "autoregressive",
    lag: int | None = None,
    at: Sequence[int] | None = None,
    level: float = 0.95,
) -> InterruptedSeries | NotEstimable:
    r"""Segmented regression of the difference from a series that wasn't interrupted.

    Parameters, errors and reasons as in `interrupted_series`; `comparison` is a second series of
    the same periods and units.

    Returns
    -------
    InterruptedSeries or NotEstimable
        The coefficients are those of the difference. The counterfactual is the comparison series
        plus the difference expected from the time before; effects have no relative version.

    Notes
    -----
    The coefficients equal the interactions with the group in a regression of both series stacked,
    and shocks that hit both series alike cancel out of the errors.

    References
    ----------
    .. [1] Lopez Bernal J, Cummins S, Gasparrini A (2018), International Journal of Epidemiology
       47:2082-2093.
    """
    critical_z(level)
    y = float_vector(outcome, name="outcome")
    other = float_vector(comparison, name="comparison", length=len(y))
    return _interrupted(
        y - other, period, model, errors=errors, lag=lag, at=at, level=level, baseline=other
    )


def _interrupted(
    y: FloatArray,
    period: ArrayLike,
    model: SeriesModel,
    *,
    errors: Errors,
    lag: int | None,
    at: Sequence[int] | None,
    level: float,
    baseline: FloatArray | None = None,
) -> InterruptedSeries | NotEstimable:
    """Fit a series, which is the difference from a baseline where there is one."""
    if lag is not None and errors != "newey_west":
        raise InvalidInputError("lag belongs to Newey-West errors")
    segments = build_segments(period, len(y), model)
    if isinstance(segments, NotEstimable):
        return segments
    if errors == "autoregressive":
        fit = _autoregressive(y, segments, level)
    else:
        fit = _least_squares(y, segments, lag, level)
    if isinstance(fit, NotEstimable):
        return fit
    b = fit.coefficients
    is_difference = baseline is not None
    floor = np.zeros(len(y)) if baseline is None else baseline
    return fit.assemble(
        segments,
        observed=y + floor,
        means=(segments.design @ b + floor, segments.without @ b + floor),
        effect=lambda row: _effect(fit, segments, row, is_difference=is_difference),
        at=at,
        is_double=model.second_interruption is not None,
    )


def _autoregressive(y: FloatArray, segments: Segments, level: float) -> SeriesFit | NotEstimable:
    """Fit the periods outside the phase-in, with errors that depend on the one before."""
    used = segments.is_fitted
    X = segments.design[used]
    if _is_exact(y[used], X):
        return NotEstimable(reason="no_variation", detail="The model leaves no residual variation.")
    fit = fit_autoregressive(y[used], X, segments.period[used])
    residuals = np.zeros(len(y))
    residuals[used] = fit.residuals
    return SeriesFit(
        coefficients=fit.coefficients,
        covariance=fit.covariance,
        df=float(X.shape[0] - X.shape[1]),
        level=level,
        is_log=False,
        vcov_type="autoregressive",
        lag=None,
        dispersion=None,
        autocorrelation=fit.autocorrelation,
        residuals=residuals,
    )


def _is_exact(y: FloatArray, X: FloatArray) -> bool:
    """Whether least squares leaves nothing but rounding."""
    residuals = y - X @ np.linalg.lstsq(X, y, rcond=None)[0]
    return float(residuals @ residuals) <= _ZERO_SHARE * float(y @ y)


def _least_squares(
    y: FloatArray, segments: Segments, lag: int | None, level: float
) -> SeriesFit | NotEstimable:
    """Fit the periods outside the phase-in."""
    used = segments.is_fitted
    n, k = int(used.sum()), segments.design.shape[1]
    chosen = newey_west_lag(lag, n)
    if _is_exact(y[used], segments.design[used]):
        return NotEstimable(reason="no_variation", detail="The model leaves no residual variation.")
    solution = np.linalg.lstsq(segments.design[used], y[used], rcond=None)[0]
    b = np.asarray(solution, dtype=np.float64)
    residuals = np.where(used, y - segments.design @ b, 0.0)
    rows = np.where(used[:, None], segments.design, 0.0)
    bread = np.linalg.inv(rows.T @ rows)
    covariance = newey_west(rows * residuals[:, None], bread, chosen) * n / (n - k)
    return SeriesFit(
        coefficients=b,
        covariance=covariance,
        df=float(n - k),
        level=level,
        is_log=False,
        vcov_type="newey_west",
        lag=chosen,
        dispersion=None,
        autocorrelation=None,
        residuals=residuals,
    )


def _effect(fit: SeriesFit, segments: Segments, row: int, *, is_difference: bool) -> PeriodEffect:
    """Effect in the period of a row; the relative one by the delta method."""
    with_it, without = segments.design[row], segments.without[row]
    gradient = with_it - without
    absolute = float(gradient @ fit.coefficients)
    expected = float(without @ fit.coefficients)
    relative, relative_interval = None, None
    if expected > 0 and not is_difference:
        relative = absolute / expected
        slope = (gradient - relative * without) / expected
        relative_interval = fit.interval(relative, fit.error(slope))
    return PeriodEffect(
        period=int(segments.period[row]),
        periods_since=int(segments.period[row]) - segments.start,
        absolute=absolute,
        absolute_conf_int=fit.interval(absolute, fit.error(gradient)),
        relative=relative,
        relative_conf_int=relative_interval,
    )
