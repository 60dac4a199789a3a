r"""Whether a short series rises or falls by more than chance: a line with autocorrelated errors.

Method notes: ``docs/methods/estimators/before_after.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.before_after._autoregressive import fit_autoregressive
from analytics.statistics.before_after.panel import period_numbers
from analytics.statistics.inference import symmetric_interval, two_sided_p
from analytics.statistics.inputs import critical_z, float_vector
from analytics.statistics.results import HealthCheck, Interval, NotEstimable

FEWEST_PERIODS = 5
PERIODS_PASS = 8
# Residuals below this share of the outcomes are rounding, not information.
_ZERO_SHARE = 1e-20


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearTrend:
    """The slope of a straight line through a series.

    Attributes
    ----------
    slope : float
        Change per period, in units of the outcome.
    std_error : float
        Of `slope`, above 0; the autocorrelation taken as known.
    conf_int : Interval
        Student t interval on the periods minus 2.
    p_value : float
        Two-sided, of no slope.
    autocorrelation : float
        Of the errors of neighbouring periods, in [-0.98, 0.98].
    n_periods : int
        Periods with a value.
    check : HealthCheck
        Whether there are enough of them.
    """

    slope: float
    std_error: float
    conf_int: Interval
    p_value: float
    autocorrelation: float
    n_periods: int
    check: HealthCheck


def linear_trend(
    outcome: ArrayLike, period: ArrayLike, *, level: float = 0.95
) -> LinearTrend | NotEstimable:
    r"""Fit a straight line with first-order autoregressive errors.

    Parameters
    ----------
    outcome : array_like of float, shape (n,)
        One value per period, for example a rate per 10,000. Complete.
    period : array_like of int, shape (n,)
        Period numbers, 1 or above, ascending; periods without a value are left out and keep their
        place in the calendar.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    LinearTrend or NotEstimable
        Reasons: ``"too_few_cases"`` (fewer than five periods), ``"no_variation"`` (all values lie
        on the line).

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length, not ascending, or `level` is out of range.

    Notes
    -----
    :math:`y_t = \beta_0 + \beta_1 t + e_t` with :math:`\mathrm{corr}(e_t, e_s) = \rho^{|t-s|}` by
    restricted maximum likelihood, as in `interrupted_series`.

    References
    ----------
    .. [1] Cheang WK, Reinsel GC (2000), JASA 95:1173-1184.

    Examples
    --------
    >>> trend = linear_trend([10.0, 12.5, 13.5, 16.5, 17.5, 20.5, 21.5, 24.0], range(2013, 2021))
    >>> round(trend.slope, 1), trend.p_value < 0.001
    (1.9, True)
    """
    critical_z(level)
    y = float_vector(outcome, name="outcome")
    time = period_numbers(period, name="period", length=len(y))
    if (np.diff(time) <= 0).any():
        raise InvalidInputError("period must be ascending")
    if len(y) < FEWEST_PERIODS:
        return NotEstimable(reason="too_few_cases", detail="Fewer than five periods.")
    # Time from the middle keeps the two columns apart, and changes no slope.
    design = np.column_stack([np.ones(len(y)), time - time.mean()])
    flat = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    if float(flat @ flat) <= _ZERO_SHARE * float(y @ y):
        return NotEstimable(reason="no_variation", detail="All values lie on the line.")
    fit = fit_autoregressive(y, design, time)
    slope, error = float(fit.coefficients[1]), float(np.sqrt(fit.covariance[1, 1]))
    df = float(len(y) - 2)
    return LinearTrend(
        slope=slope,
        std_error=error,
        conf_int=symmetric_interval(slope, error, level=level, method="autoregressive_t", df=df),
        p_value=two_sided_p(slope / error, df),
        autocorrelation=fit.autocorrelation,
        n_periods=len(y),
        check=_length_check(len(y)),
    )


def _length_check(n_periods: int) -> HealthCheck:
    """Judge whether a trend can be told from so few periods."""
    return HealthCheck(
        name="periods_of_trend",
        value=float(n_periods),
        threshold=float(PERIODS_PASS),
        status="pass" if n_periods >= PERIODS_PASS else "review",
        meaning=(
            "Periods with a value. With fewer than eight no trend can be told from chance, because "
            "the autocorrelation can't be."
        ),
        source="Penfold and Zhang 2013, Academic Pediatrics 13:S38-S44",
    )
