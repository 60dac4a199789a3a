r"""Where a series would go on its old course: a line carried on, with limits for single periods.

Method notes: ``docs/methods/estimators/before_after.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.before_after._autoregressive import AutoregressiveFit, fit_autoregressive
from analytics.statistics.before_after.panel import period_numbers
from analytics.statistics.inference import symmetric_interval
from analytics.statistics.inputs import FloatArray, IntArray, critical_z, float_vector
from analytics.statistics.results import HealthCheck, Interval, NotEstimable

FEWEST_PERIODS = 5
PERIODS_PASS = 8
# Residuals below this share of the outcomes are rounding, not information.
_ZERO_SHARE = 1e-20


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastPoint:
    """One period to come.

    Attributes
    ----------
    period : int
        Period number.
    expected : float
        In units of the outcome.
    std_error : float
        Of the value that would be seen, above 0.
    conf_int : Interval
        Prediction limits: where a single value would lie.
    """

    period: int
    expected: float
    std_error: float
    conf_int: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class LineForecast:
    """A straight line with autocorrelated errors, carried on.

    Attributes
    ----------
    fitted : tuple of float
        The line in each period of the series.
    points : tuple of ForecastPoint
        The periods to come.
    std_dev : float
        Of a value about the line, above 0.
    autocorrelation : float
        Of the errors of neighbouring periods, in [-0.98, 0.98].
    n_periods : int
        Periods with a value.
    check : HealthCheck
        Whether there are enough of them.
    """

    fitted: tuple[float, ...]
    points: tuple[ForecastPoint, ...]
    std_dev: float
    autocorrelation: float
    n_periods: int
    check: HealthCheck


def forecast_line(
    outcome: ArrayLike, period: ArrayLike, *, ahead: int, level: float = 0.95
) -> LineForecast | NotEstimable:
    r"""Carry a straight line with first-order autoregressive errors on.

    Parameters
    ----------
    outcome : array_like of float, shape (n,)
        One value per period, for example a share. Complete.
    period : array_like of int, shape (n,)
        Period numbers, 1 or above, ascending; periods without a value are left out and keep their
        place in the calendar.
    ahead : int
        Periods to come, 1 or more.
    level : float
        Level of the limits, strictly between 0 and 1.

    Returns
    -------
    LineForecast or NotEstimable
        Reasons: ``"too_few_cases"`` (fewer than five periods), ``"no_variation"`` (all values lie
        on the line).

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length, not ascending, or out of range.

    Notes
    -----
    With :math:`\mathrm{corr}(e_t, e_s) = \rho^{|t-s|}`, T the last period and h steps from it,
    the best linear unbiased prediction and its variance, the autocorrelation taken as known:

    .. math:: \hat y = x'b + \rho^h (y_T - x_T'b),\quad
              V = \sigma^2(1 - \rho^{2h}) + a' C a,\quad a = x - \rho^h x_T

    C the covariance of b; Student t on n minus 2. Fitted as in `interrupted_series`.

    References
    ----------
    .. [1] Goldberger AS (1962), JASA 57:369-375.
    .. [2] Cheang WK, Reinsel GC (2000), JASA 95:1173-1184.

    Examples
    --------
    >>> found = forecast_line([10.0, 12.5, 13.5, 16.5, 17.5, 20.5], range(1, 7), ahead=2)
    >>> [round(point.expected) for point in found.points]
    [21, 24]
    """
    critical_z(level)
    y = float_vector(outcome, name="outcome")
    time = period_numbers(period, name="period", length=len(y))
    if (np.diff(time) <= 0).any():
        raise InvalidInputError("period must be ascending")
    if ahead < 1:
        raise InvalidInputError("ahead must be at least 1")
    if len(y) < FEWEST_PERIODS:
        return NotEstimable(reason="too_few_cases", detail="Fewer than five periods.")
    middle = float(time.mean())
    design = _design(time, middle)
    flat = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    if float(flat @ flat) <= _ZERO_SHARE * float(y @ y):
        return NotEstimable(reason="no_variation", detail="All values lie on the line.")
    fit = fit_autoregressive(y, design, time)
    fitted = design @ fit.coefficients
    variance = float(fit.residuals @ fit.residuals) / (len(y) - 2)
    steps = np.arange(1, ahead + 1)
    return LineForecast(
        fitted=tuple(float(value) for value in fitted),
        points=_points(
            fit,
            rows=(_design(time[-1] + steps, middle), design[-1]),
            last=(int(time[-1]), float(y[-1] - fitted[-1])),
            variance=variance,
            df=float(len(y) - 2),
            level=level,
        ),
        std_dev=float(np.sqrt(variance)),
        autocorrelation=fit.autocorrelation,
        n_periods=len(y),
        check=_length_check(len(y)),
    )


def _design(time: IntArray, middle: float) -> FloatArray:
    """Intercept and time; from the middle, which keeps the two columns apart."""
    return np.column_stack([np.ones(len(time)), time - middle])


def _points(
    fit: AutoregressiveFit,
    *,
    rows: tuple[FloatArray, FloatArray],
    last: tuple[int, float],
    variance: float,
    df: float,
    level: float,
) -> tuple[ForecastPoint, ...]:
    """Predict each period to come from its row of the design and the last residual."""
    to_come, last_row = rows
    period, residual = last
    found = []
    for step, row in enumerate(to_come, start=1):
        carried = fit.autocorrelation**step
        apart = row - carried * last_row
        error = np.sqrt(variance * (1 - carried**2) + apart @ fit.covariance @ apart)
        expected = float(row @ fit.coefficients + carried * residual)
        found.append(
            ForecastPoint(
                period=period + step,
                expected=expected,
                std_error=float(error),
                conf_int=symmetric_interval(
                    expected, float(error), level=level, method="prediction_t", df=df
                ),
            )
        )
    return tuple(found)


def _length_check(n_periods: int) -> HealthCheck:
    """Judge whether the old course is long enough to be carried on."""
    return HealthCheck(
        name="periods_carried_on",
        value=float(n_periods),
        threshold=float(PERIODS_PASS),
        status="pass" if n_periods >= PERIODS_PASS else "review",
        meaning=(
            "Periods on the old course. With fewer than eight its slope and autocorrelation are "
            "hardly determined."
        ),
        source="Penfold and Zhang 2013, Academic Pediatrics 13:S38-S44",
    )
