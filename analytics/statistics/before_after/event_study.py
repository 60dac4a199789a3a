r"""Effects by time since adoption, and what the time before says about parallel trends.

For one adoption date; for several, aggregate `group_time_effects` by event time. Method notes:
``docs/methods/estimators/before_after.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from analytics.statistics.before_after._clusters import (
    cluster_checks,
    fit_within_units,
    too_few_clusters,
)
from analytics.statistics.before_after.panel import Panel
from analytics.statistics.inputs import FloatArray, IntArray, critical_z, read_only
from analytics.statistics.linear_models import (
    LinearContrast,
    LinearFit,
    WaldTest,
    linear_contrast,
    wald_test,
)
from analytics.statistics.results import HealthCheck, NotEstimable

BASE = -1
SIGNIFICANT = 0.05
POWER = 0.8
HIDDEN_SHARE_REVIEW = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class PreTrend:
    """How the groups moved apart before treatment.

    Attributes
    ----------
    joint : WaldTest or None
        Joint test that all leads are 0; None when the clusters can't carry it.
    slope : LinearContrast
        Difference in linear trend before treatment, in units of the outcome per period.
    detectable_slope : float
        Smallest true slope that the slope's test would find 4 times in 5; above 0.
    detectable_bias : float
        What that slope, carried on, would add to the average effect; above 0.
    """

    joint: WaldTest | None
    slope: LinearContrast
    detectable_slope: float
    detectable_bias: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EventStudy:
    """Difference between the groups by time since adoption, relative to the period before it.

    Attributes
    ----------
    event_time : ndarray of int, shape (n_periods,)
        Periods since adoption; 0 is the first treated one.
    estimate : ndarray of float, shape (n_periods,)
        In units of the outcome; 0 at event time -1, the base.
    std_error, df, conf_low, conf_high : ndarray of float, shape (n_periods,)
        CR2, Satterthwaite; 0, infinite, 0 and 0 at the base.
    level : float
        Confidence level.
    average_effect : LinearContrast
        Mean after adoption minus mean before it: the two-way fixed effects estimate.
    pre_trend : PreTrend or None
        None when the base is the only period before adoption.
    checks : tuple of HealthCheck
        Clusters, degrees of freedom, and, with a `pre_trend`, its test and its power.
    """

    event_time: IntArray
    estimate: FloatArray
    std_error: FloatArray
    df: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    level: float
    average_effect: LinearContrast
    pre_trend: PreTrend | None
    checks: tuple[HealthCheck, ...]


def event_study(panel: Panel, *, level: float = 0.95) -> EventStudy | NotEstimable:
    r"""Leads and lags of one adoption date, weighted by the unit's weight.

    Parameters
    ----------
    panel : Panel
        One adoption date, at least one period before it, at least one never-treated unit.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    EventStudy or NotEstimable
        Reasons: ``"empty_arm"`` (nobody is treated), ``"not_available"`` (several adoption dates,
        or no period before), ``"too_few_clusters"`` (fewer than two treated or two comparison
        units), ``"no_variation"``, ``"too_few_cases"``.

    Raises
    ------
    InvalidInputError
        If `level` is out of range.

    Notes
    -----
    :math:`y_{it} = \alpha_i + \gamma_t + \sum_{e \ne -1} \beta_e 1(t - g = e) T_i + e_{it}`,
    covariance CR2 by unit. The pre-trend slope is that of treated times period in the periods
    before adoption, units and periods having effects. With its standard error s on :math:`\nu`
    degrees of freedom, the detectable slope is :math:`(t_{\nu,0.975} + t_{\nu,0.8})\,s`; the
    bias multiplies it by mean period after minus mean period before.

    References
    ----------
    .. [1] Roth J (2022), American Economic Review: Insights 4:305-322.
    .. [2] Bloom HS (1995), Evaluation Review 19:547-556 (smallest detectable effect).
    """
    critical_z(level)
    if problem := _problem(panel):
        return problem
    event_time = panel.periods - panel.groups[0]
    kept = event_time != BASE
    terms = panel.is_treated[:, None, None] * np.eye(len(kept))[None][:, :, kept]
    fit = fit_within_units(panel, terms)
    if isinstance(fit, NotEstimable):
        return fit
    contrasts = []
    for position in range(int(kept.sum())):
        one = linear_contrast(fit, _unit(fit, position), level=level)
        if isinstance(one, NotEstimable):
            return one
        contrasts.append(one)
    early = event_time[kept] < 0
    average = _average(fit, early, level)
    if isinstance(average, NotEstimable):
        return average
    pre_trend = _pre_trend(panel, fit, early, level)
    if isinstance(pre_trend, NotEstimable):
        return pre_trend
    treated = int(panel.is_treated.sum())
    checks = cluster_checks(treated, len(panel.units) - treated, average.df)
    if pre_trend:
        checks += _pre_trend_checks(pre_trend, average.estimate)
    columns = {
        "estimate": [c.estimate for c in contrasts],
        "std_error": [c.std_error for c in contrasts],
        "conf_low": [c.conf_int.low for c in contrasts],
        "conf_high": [c.conf_int.high for c in contrasts],
    }
    return EventStudy(
        event_time=_frozen(event_time),
        df=_filled([c.df for c in contrasts], kept, np.inf),
        level=level,
        average_effect=average,
        pre_trend=pre_trend,
        checks=checks,
        **{name: _filled(values, kept, 0.0) for name, values in columns.items()},
    )


def _problem(panel: Panel) -> NotEstimable | None:
    """Reason why there is no event study, or None."""
    if not panel.is_treated.any():
        return NotEstimable(reason="empty_arm", detail="No unit is treated within the panel.")
    if len(panel.groups) > 1 or panel.groups[0] <= panel.periods[0]:
        return NotEstimable(
            reason="not_available",
            detail="An event study needs one adoption date and a period before it.",
        )
    return too_few_clusters(np.arange(len(panel.units)), panel.is_treated)


def _average(fit: LinearFit, early: np.ndarray, level: float) -> LinearContrast | NotEstimable:
    """Mean of the lags minus mean of the leads, the base among them."""
    vector = np.zeros(len(fit.coefficients))
    n_late = int((~early).sum())
    vector[: len(early)] = np.where(early, -1 / (len(early) - n_late + 1), 1 / n_late)
    return linear_contrast(fit, vector, level=level)


def _pre_trend(
    panel: Panel, fit: LinearFit, early: np.ndarray, level: float
) -> PreTrend | NotEstimable | None:
    """Joint test of the leads, slope before adoption, and what its test could find."""
    leads = np.flatnonzero(early)
    if len(leads) == 0:
        return None
    joint = wald_test(fit, np.eye(len(fit.coefficients))[leads])
    late = panel.periods >= panel.groups[0]
    before = Panel(
        outcome=panel.outcome[:, ~late],
        units=panel.units,
        periods=panel.periods[~late],
        first_treated=panel.first_treated,
        weights=panel.weights,
    )
    clock = (before.periods - before.periods.mean()).astype(np.float64)
    trend = fit_within_units(before, (before.is_treated[:, None] * clock)[:, :, None])
    if isinstance(trend, NotEstimable):
        return trend
    slope = linear_contrast(trend, _unit(trend, 0), level=level)
    if isinstance(slope, NotEstimable):
        return slope
    quantiles = stdtrit(slope.df, np.array([1 - SIGNIFICANT / 2, POWER]))
    detectable = float(quantiles.sum()) * slope.std_error
    distance = float(panel.periods[late].mean() - panel.periods[~late].mean())
    return PreTrend(
        joint=None if isinstance(joint, NotEstimable) else joint,
        slope=slope,
        detectable_slope=detectable,
        detectable_bias=detectable * distance,
    )


def _pre_trend_checks(pre_trend: PreTrend, effect: float) -> tuple[HealthCheck, HealthCheck]:
    """Judge the test of the time before, and what it could not have seen."""
    joint = pre_trend.joint
    p_value = min(pre_trend.slope.p_value, 1.0 if joint is None else joint.p_value)
    share = None if effect == 0 else pre_trend.detectable_bias / abs(effect)
    is_small = share is not None and share <= HIDDEN_SHARE_REVIEW
    return (
        HealthCheck(
            name="pre_trend_test",
            value=p_value,
            threshold=SIGNIFICANT,
            status="fail" if p_value < SIGNIFICANT else "pass",
            meaning=(
                "Smaller p-value of two tests that the groups moved alike before treatment. A "
                "small one speaks against parallel trends; not finding a difference is no proof "
                "of parallel trends, before or after."
            ),
            source="Roth 2022, American Economic Review: Insights 4:305-322",
        ),
        HealthCheck(
            name="pre_trend_power",
            value=share,
            threshold=HIDDEN_SHARE_REVIEW,
            status="pass" if is_small else "review",
            meaning=(
                "Bias from a trend that the test would miss one time in five, as a share of the "
                "estimate. Near or above 1, a trend too small to be seen could be all of it."
            ),
            source="After Roth 2022; the threshold is our own",
        ),
    )


def _unit(fit: LinearFit, position: int) -> FloatArray:
    """Contrast that picks one coefficient."""
    vector = np.zeros(len(fit.coefficients))
    vector[position] = 1.0
    return vector


def _filled(values: list[float], kept: np.ndarray, base: float) -> FloatArray:
    """Values of the estimated periods, with the base's own value in its place."""
    array = np.full(len(kept), base)
    array[kept] = values
    read_only(array)
    return array


def _frozen(array: IntArray) -> IntArray:
    read_only(array)
    return array
