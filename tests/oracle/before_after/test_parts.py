"""The parts that several estimators of before and after share, against statsmodels and by hand."""

import numpy as np
import pytest

from analytics.statistics.before_after._autoregressive import fit_autoregressive
from analytics.statistics.before_after._clusters import (
    cluster_checks,
    fit_within_units,
    too_few_clusters,
)
from analytics.statistics.before_after._segments import build_segments
from analytics.statistics.before_after._series import newey_west_lag, series_checks
from analytics.statistics.before_after._synthetic import fit_synthetic, simplex_weights
from analytics.statistics.before_after.autocorrelation import newey_west
from analytics.statistics.before_after.decomposition import (
    comparison_check,
    decompose_two_way_fixed_effects,
)
from analytics.statistics.before_after.panel import (
    Panel,
    balanced_panel,
    month_number,
    period_numbers,
)
from analytics.statistics.before_after.segments import SeriesModel
from analytics.statistics.linear_models import fit_linear
from tests.helpers.oracles import reference_data

BELTS = reference_data("seatbelts")
DATA = reference_data("before_after_synthetic")
# Linear algebra of a few hundred rows in double precision, done in two ways.
RTOL = 1e-9


def segments(**options):
    return build_segments(BELTS["t"], 192, SeriesModel(interruption=170, **options))


def areas() -> Panel:
    return balanced_panel(*(DATA[name] for name in ("rate", "area", "period", "first_treated")))


def test_newey_west_equals_statsmodels():
    from statsmodels.regression.linear_model import OLS
    from statsmodels.stats.sandwich_covariance import cov_hac_simple

    X = segments(harmonics=2).design
    fit = OLS(BELTS["DriversKilled"], X).fit()
    bread = np.linalg.inv(X.T @ X)
    for lag in (0, 1, 7):
        ours = newey_west(X * fit.resid[:, None], bread, lag)
        assert ours == pytest.approx(
            cov_hac_simple(fit, nlags=lag, use_correction=False), rel=RTOL, abs=1e-12
        )
    assert [newey_west_lag(None, n) for n in (24, 60, 100, 192)] == [2, 3, 4, 4]


def test_series_checks_equal_statsmodels():
    from statsmodels.stats.diagnostic import acorr_ljungbox
    from statsmodels.stats.stattools import durbin_watson

    residuals = np.random.default_rng(1).normal(size=192)
    found = {check.name: check.value for check in series_checks(segments(), residuals)}
    assert found["durbin_watson"] == pytest.approx(durbin_watson(residuals), rel=RTOL)
    # Theirs takes the mean away first; residuals of a model with an intercept have none.
    residuals -= residuals.mean()
    found = {check.name: check.value for check in series_checks(segments(), residuals)}
    expected = float(acorr_ljungbox(residuals, lags=[12])["lb_pvalue"].iloc[0])
    assert found["ljung_box"] == pytest.approx(expected, rel=RTOL)


def test_autoregressive_fit_equals_dense_generalised_least_squares():
    used = np.flatnonzero((BELTS["t"] < 60) | (BELTS["t"] > 66))
    X, y, t = segments().design[used], BELTS["DriversKilled"][used].astype(float), BELTS["t"][used]
    fit = fit_autoregressive(y, X, t)
    inverse = np.linalg.inv(fit.autocorrelation ** np.abs(t[:, None] - t))
    bread = np.linalg.inv(X.T @ inverse @ X)
    b = bread @ X.T @ inverse @ y
    e = y - X @ b
    assert fit.coefficients == pytest.approx(b, rel=RTOL)
    scale = e @ inverse @ e / (len(y) - X.shape[1])
    assert fit.covariance == pytest.approx(scale * bread, rel=RTOL)


def test_within_units_equals_indicators():
    panel = areas()
    exposure = panel.is_treated[:, None] & (panel.periods >= 17)
    ours = fit_within_units(panel, exposure[:, :, None].astype(float))
    n_units, n_periods = panel.outcome.shape
    design = np.column_stack(
        [
            exposure.ravel(),
            np.repeat(np.eye(n_units), n_periods, axis=0),
            np.tile(np.eye(n_periods)[:, 1:], (n_units, 1)),
        ]
    )
    cluster = np.repeat(panel.units, n_periods)
    theirs = fit_linear(panel.outcome.ravel(), design, cluster=cluster)
    assert ours.coefficients[0] == pytest.approx(theirs.coefficients[0], rel=RTOL)
    assert ours.residuals == pytest.approx(theirs.residuals, abs=1e-9)


def test_a_synthetic_control_of_a_donor():
    panel = areas()
    fit = fit_synthetic(panel, 3, np.array([1, 2, 4, 5]), 17)
    weights = simplex_weights(panel.outcome[3, :16], panel.outcome[[1, 2, 4, 5], :16])
    assert fit.weights == pytest.approx(weights)
    assert fit.gap == pytest.approx(panel.outcome[3] - weights @ panel.outcome[[1, 2, 4, 5]])


def test_rules():
    assert too_few_clusters(np.array([1, 1, 2, 3]), np.array([1, 1, 0, 0], bool))
    assert too_few_clusters(np.array([1, 4, 2, 3]), np.array([1, 1, 0, 0], bool)) is None
    assert [check.status for check in cluster_checks(9, 30, 4.0)] == ["review", "pass"]
    assert [check.status for check in cluster_checks(10, 10, 3.9)] == ["pass", "fail"]
    assert comparison_check(decompose_two_way_fixed_effects(areas())).status == "pass"
    assert period_numbers([1, 2], name="period", length=2).tolist() == [1, 2]
    assert np.diff(month_number(["2019-11", "2019-12", "2020-01"])).tolist() == [1, 1]
