"""Interrupted time series against R (sandwich, lmtest, glm) and statsmodels."""

import numpy as np
import pytest

from analytics.statistics.before_after.interrupted_counts import interrupted_counts
from analytics.statistics.before_after.interrupted_series import (
    controlled_interrupted_series,
    interrupted_series,
)
from analytics.statistics.before_after.segments import SeriesModel
from tests.helpers.oracles import data_beside, reference, reference_data

R = reference("before_after")["its"]
COUNTS = reference("before_after")["its_counts"]
SICILY = reference("before_after_shared")["sicily"]
BELTS = reference_data("seatbelts")
KILLED, TIME = BELTS["DriversKilled"], BELTS["t"]
LAW = 170

# Least squares of 192 rows and up to 15 columns.
RTOL = 1e-9
# Poisson fits iterated to a relative change of the deviance of 1e-12 on both sides.
RTOL_GLM = 1e-7
# These were fitted with the default stopping rule of R glm, 1e-8; standard errors and dispersion
# come from the weights of the last iteration but one.
RTOL_GLM_DEFAULT = 1e-5

# nlme and scipy stop where the likelihood is flat to its rounding: the root of 1e-13 or so.
RTOL_NLME = 1e-5

MODELS = {
    "plain": (SeriesModel(interruption=LAW), 12),
    "lag0": (SeriesModel(interruption=LAW), 0),
    "months": (SeriesModel(interruption=LAW, harmonics=6), 4),
    "waves": (SeriesModel(interruption=LAW, harmonics=1), 4),
    "two": (SeriesModel(interruption=LAW, second_interruption=181), 4),
    "phase_in": (SeriesModel(interruption=LAW, phase_in=3), 4),
}


def close(value: object, rel: float = RTOL) -> object:
    return pytest.approx(value, rel=rel)


def check(result, name):
    return {check.name: check for check in result.checks}[name]


def changes(result):
    parts = [result.trend_before, result.level_change, result.slope_change]
    second = [result.second_level_change, result.second_slope_change]
    return parts + [part for part in second if part is not None]


def half_width(interval):
    return (interval.high - interval.low) / 2


def assert_linear(result, expected):
    from scipy.stats import t

    assert [part.estimate for part in changes(result)] == close(expected["coef"])
    assert [part.std_error for part in changes(result)] == close(expected["se"])
    assert result.df == expected["df"]
    effect, last = expected["effect"], result.effects[-1]
    quantile = t.ppf(0.975, expected["df"])
    # The effect of the last month is a small difference of large terms.
    assert last.absolute == close(effect["absolute"], rel=1e-7)
    assert half_width(last.absolute_conf_int) == close(quantile * effect["absolute_se"])
    if last.relative is not None:
        assert last.relative == close(effect["relative"], rel=1e-7)
        assert half_width(last.relative_conf_int) == close(quantile * effect["relative_se"])
    p = 2 * t.sf(abs(expected["coef"][1] / expected["se"][1]), expected["df"])
    assert result.level_change.p_value == close(p, rel=1e-6)


@pytest.mark.parametrize("name", MODELS)
def test_segmented_regression_equals_sandwich(name):
    model, lag = MODELS[name]
    assert_linear(interrupted_series(KILLED, TIME, model, errors="newey_west", lag=lag), R[name])


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("autoregressive", SeriesModel(interruption=LAW)),
        ("autoregressive_months", SeriesModel(interruption=LAW, harmonics=6)),
        ("autoregressive_phase_in", SeriesModel(interruption=LAW, phase_in=3)),
    ],
)
def test_autoregressive_errors_equal_nlme(name, model):
    result, expected = interrupted_series(KILLED, TIME, model), R[name]
    assert result.autocorrelation == close(expected["rho"], RTOL_NLME)
    assert [part.estimate for part in changes(result)] == close(expected["coef"], RTOL_NLME)
    assert [part.std_error for part in changes(result)] == close(expected["se"], RTOL_NLME)
    assert result.df == expected["df"]


def test_default_lag_and_statsmodels():
    from statsmodels.regression.linear_model import OLS

    result = interrupted_series(KILLED, TIME, MODELS["plain"][0], errors="newey_west")
    since, law = TIME - LAW, BELTS["law"]
    design = np.column_stack([np.ones(192), since, law, law * since])
    options = {"maxlags": 4, "use_correction": True}
    theirs = OLS(KILLED, design).fit(cov_type="HAC", cov_kwds=options, use_t=True)
    assert result.lag == 4
    assert [part.std_error for part in changes(result)] == close(list(theirs.bse[1:]))
    interval = result.level_change.conf_int
    assert [interval.low, interval.high] == close(list(theirs.conf_int()[2]))


def test_checks_equal_r():
    plain = interrupted_series(KILLED, TIME, MODELS["plain"][0], errors="newey_west")
    assert check(plain, "durbin_watson").value == close(R["durbin_watson"])
    waves = interrupted_series(KILLED, TIME, MODELS["waves"][0], errors="newey_west")
    assert check(waves, "ljung_box").value == close(R["ljung_box"], rel=1e-7)


def test_controlled_series_equals_the_stacked_regression():
    model = SeriesModel(interruption=LAW)
    result = controlled_interrupted_series(
        BELTS["front"], BELTS["rear"], TIME, model, errors="newey_west", lag=4
    )
    assert_linear(result, R["controlled"])
    assert [part.estimate for part in changes(result)] == close(R["controlled"]["stacked"])
    assert result.observed == pytest.approx(BELTS["front"].astype(float))
    assert result.effects[-1].relative is None


@pytest.mark.parametrize("variance", ["poisson", "quasi_poisson", "newey_west"])
def test_counts_equal_r(variance):
    from scipy.stats import norm, t

    expected, lag = COUNTS[variance], 4 if variance == "newey_west" else None
    model = SeriesModel(interruption=LAW, harmonics=6)
    result = interrupted_counts(KILLED, BELTS["kms"], TIME, model, variance=variance, lag=lag)
    estimates = [np.log(part.estimate) for part in changes(result)]
    assert estimates == close(expected["coef"], RTOL_GLM)
    assert [part.std_error for part in changes(result)] == close(expected["se"], RTOL_GLM)
    assert result.dispersion == close(COUNTS["dispersion"], RTOL_GLM)
    last = result.effects[-1]
    quantile = norm.ppf(0.975) if variance == "poisson" else t.ppf(0.975, expected["df"])
    assert last.absolute == close(expected["absolute"], 1e-6)
    assert half_width(last.absolute_conf_int) == close(quantile * expected["absolute_se"], RTOL_GLM)
    assert np.log1p(last.relative) == close(expected["log_ratio"], RTOL_GLM)
    inside = np.log1p([last.relative_conf_int.low, last.relative_conf_int.high])
    assert (inside[1] - inside[0]) / 2 == close(quantile * expected["log_ratio_se"], RTOL_GLM)


def test_counts_equal_statsmodels():
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    since, law = TIME - LAW, BELTS["law"]
    design = np.column_stack([np.ones(192), since, law, law * since])
    model = GLM(KILLED, design, family=Poisson(), offset=np.log(BELTS["kms"]))
    theirs = model.fit(scale="X2", tol=1e-12)
    result = interrupted_counts(KILLED, BELTS["kms"], TIME, SeriesModel(interruption=LAW))
    estimates = [np.log(part.estimate) for part in changes(result)]
    assert estimates == close(list(theirs.params[1:]), RTOL_GLM)
    assert [part.std_error for part in changes(result)] == close(list(theirs.bse[1:]), RTOL_GLM)


def test_sicily_equals_the_published_example():
    data = data_beside("sicily")
    model = SeriesModel(interruption=37, harmonics=2)
    result = interrupted_counts(data["aces"], data["stdpop"], data["time"], model)
    theirs = SICILY["model4_slope"]
    slope = theirs["coef"]["smokban:I(time - 36)"]
    # Their level is that of the month before the ban.
    level = np.log(result.level_change.estimate) - np.log(result.slope_change.estimate)
    assert level == close(theirs["coef"]["smokban"], RTOL_GLM)
    assert np.log(result.slope_change.estimate) == close(slope, RTOL_GLM)
    slope_se = theirs["se"]["smokban:I(time - 36)"]
    assert result.slope_change.std_error == close(slope_se, RTOL_GLM_DEFAULT)
    assert result.dispersion == close(theirs["dispersion"], RTOL_GLM_DEFAULT)


def test_sicily_rates_equal_newey_west():
    data = data_beside("sicily")
    rate = data["aces"] / data["stdpop"] * 1e5
    theirs = SICILY["ols_rate"]
    result = interrupted_series(
        rate, data["time"], SeriesModel(interruption=37), errors="newey_west", lag=3
    )
    expected = theirs["nw_lag3_adjust"]
    assert result.slope_change.std_error == close(expected["tpost"])
    assert result.trend_before.std_error == close(expected["time"])
    assert result.trend_before.estimate == close(theirs["coef"]["time"])
