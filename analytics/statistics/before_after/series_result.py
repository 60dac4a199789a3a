r"""Result of an interrupted time series, linear or log-linear, and how it is put together.

Method notes: ``docs/methods/estimators/before_after.md``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from analytics.statistics.before_after._segments import Segments
from analytics.statistics.before_after._series import series_checks
from analytics.statistics.inference import exponential, symmetric_interval, two_sided_p
from analytics.statistics.inputs import BoolArray, FloatArray, IntArray, read_only
from analytics.statistics.results import HealthCheck, Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentChange:
    """One coefficient of a segmented regression.

    Attributes
    ----------
    estimate : float
        In units of the outcome (per period for slopes); a ratio in a log-linear model.
    std_error : float
        Of the estimate; of its natural logarithm in a log-linear model.
    conf_int : Interval
        On the scale of `estimate`.
    p_value : float
        Two-sided, in [0, 1].
    """

    estimate: float
    std_error: float
    conf_int: Interval
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodEffect:
    """Fitted minus counterfactual in one period.

    Attributes
    ----------
    period : int
        The period.
    periods_since : int
        Periods since the first one of the new time, which is 0.
    absolute : float
        In units of the outcome (events in a log-linear model).
    absolute_conf_int : Interval
        Of `absolute`.
    relative : float or None
        Share of the counterfactual, -0.1 for a tenth less; None when that isn't above 0, or when
        the series is a difference.
    relative_conf_int : Interval or None
        Of `relative`.
    """

    period: int
    periods_since: int
    absolute: float
    absolute_conf_int: Interval
    relative: float | None
    relative_conf_int: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class InterruptedSeries:
    """A segmented regression of one series.

    Attributes
    ----------
    trend_before, level_change, slope_change : SegmentChange
        Slope before; jump in the first period of the new time; change of the slope.
    second_level_change, second_slope_change : SegmentChange or None
        Of the second interruption.
    effects : tuple of PeriodEffect
        In the periods asked for.
    period : ndarray of int, shape (n,)
        All periods of the series.
    is_fitted : ndarray of bool, shape (n,)
        False in the phase-in.
    observed, fitted, counterfactual : ndarray of float, shape (n,)
        Series, model, and model without interruption; in the phase-in `fitted` is the
        counterfactual.
    df : float
        Degrees of freedom of the intervals; infinite for the normal.
    vcov_type : {"autoregressive", "newey_west", "poisson", "quasi_poisson"}
        Variance estimator.
    lag : int or None
        Newey-West lag; None without.
    dispersion : float or None
        Pearson statistic over its degrees of freedom, of counts; None in a linear model.
    autocorrelation : float or None
        Estimated between neighbouring periods; None unless `vcov_type` is "autoregressive".
    checks : tuple of HealthCheck
        Points before and after, length, autocorrelation, and dispersion of counts.
    """

    trend_before: SegmentChange
    level_change: SegmentChange
    slope_change: SegmentChange
    second_level_change: SegmentChange | None
    second_slope_change: SegmentChange | None
    effects: tuple[PeriodEffect, ...]
    period: IntArray
    is_fitted: BoolArray
    observed: FloatArray
    fitted: FloatArray
    counterfactual: FloatArray
    df: float
    vcov_type: str
    lag: int | None
    dispersion: float | None
    autocorrelation: float | None
    checks: tuple[HealthCheck, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeriesFit:
    """Coefficients of a segmented regression and what inference on them needs.

    Attributes
    ----------
    coefficients : ndarray of float, shape (k,)
        On the scale of the linear predictor.
    covariance : ndarray of float, shape (k, k)
        Of `coefficients`.
    df : float
        Degrees of freedom; infinite for the normal.
    level : float
        Confidence level.
    is_log : bool
        Whether the linear predictor is the logarithm of the mean.
    vcov_type : str
        Variance estimator.
    lag : int or None
        Newey-West lag.
    dispersion, autocorrelation : float or None
        As in `InterruptedSeries`.
    residuals : ndarray of float, shape (n,)
        Standardised; 0 in periods left out.
    """

    coefficients: FloatArray
    covariance: FloatArray
    df: float
    level: float
    is_log: bool
    vcov_type: str
    lag: int | None
    dispersion: float | None
    autocorrelation: float | None
    residuals: FloatArray

    @property
    def finite_df(self) -> float | None:
        """Degrees of freedom; None for the normal."""
        return None if math.isinf(self.df) else self.df

    def error(self, gradient: FloatArray) -> float:
        """Find the standard error of a function of the coefficients from its gradient."""
        return math.sqrt(float(gradient @ self.covariance @ gradient))

    def interval(self, estimate: float, std_error: float) -> Interval:
        """Symmetric interval."""
        return symmetric_interval(
            estimate, std_error, level=self.level, method=self.vcov_type, df=self.finite_df
        )

    def exponentiated(self, estimate: float, std_error: float, minus: float = 0.0) -> Interval:
        """Symmetric interval of a logarithm, back on its natural scale."""
        inside = self.interval(estimate, std_error)
        return Interval(
            low=exponential(inside.low) - minus,
            high=exponential(inside.high) - minus,
            level=self.level,
            method=self.vcov_type,
        )

    def change(self, position: int) -> SegmentChange:
        """Inference on one coefficient."""
        value = float(self.coefficients[position])
        se = math.sqrt(float(self.covariance[position, position]))
        return SegmentChange(
            estimate=exponential(value) if self.is_log else value,
            std_error=se,
            conf_int=self.exponentiated(value, se) if self.is_log else self.interval(value, se),
            p_value=two_sided_p(value / se, self.finite_df),
        )

    def assemble(
        self,
        segments: Segments,
        *,
        observed: FloatArray,
        means: tuple[FloatArray, FloatArray],
        effect: Callable[[int], PeriodEffect],
        at: Sequence[int] | None,
        is_double: bool,
        checks: tuple[HealthCheck, ...] = (),
    ) -> InterruptedSeries:
        """Put the result together.

        Parameters
        ----------
        segments : Segments
            Design of the fit.
        observed : ndarray of float, shape (n,)
            The series.
        means : tuple of two ndarrays of float, shape (n,)
            Fitted means with and without interruption.
        effect : callable
            Gives the effect in the period of a row.
        at : sequence of int or None
            Periods whose effect is wanted.
        is_double : bool
            Whether there is a second interruption.
        checks : tuple of HealthCheck
            In addition to those of every series.

        Returns
        -------
        InterruptedSeries
            The result.
        """
        changes = [self.change(k) for k in range(1, 6 if is_double else 4)]
        second = changes[3:]
        fitted = np.where(segments.is_fitted, *means)
        for array in (observed, fitted, means[1], segments.period):
            read_only(array)
        segments.is_fitted.setflags(write=False)
        return InterruptedSeries(
            trend_before=changes[0],
            level_change=changes[1],
            slope_change=changes[2],
            second_level_change=second[0] if second else None,
            second_slope_change=second[1] if second else None,
            effects=tuple(effect(row) for row in segments.rows_of(at)),
            period=segments.period,
            is_fitted=segments.is_fitted,
            observed=observed,
            fitted=fitted,
            counterfactual=means[1],
            df=self.df,
            vcov_type=self.vcov_type,
            lag=self.lag,
            dispersion=self.dispersion,
            autocorrelation=self.autocorrelation,
            checks=series_checks(segments, self.residuals) + checks,
        )
