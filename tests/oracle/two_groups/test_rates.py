"""Rates against R (stats, MASS, clubSandwich) and statsmodels."""

import math

import numpy as np
import pytest

from analytics.statistics.two_groups.before_after_rates import within_unit_rate_ratio
from analytics.statistics.two_groups.count_models import (
    negative_binomial_rate_ratio,
    quasi_poisson_rate_ratio,
)
from analytics.statistics.two_groups.paired import binomial_odds_limits
from analytics.statistics.two_groups.rates import rate_difference, rate_ratio
from tests.helpers.oracles import reference, reference_data

# Closed forms and quantiles printed by R with 15 significant digits.
RTOL = 1e-10
# R's glm takes its dispersion from the last step but one, 3e-8 from the closed form.
RTOL_GLM = 1e-7

ORACLE = reference("two_groups")
COUNTS = {key: np.array([row[key] for row in ORACLE["counts"]]) for key in ORACLE["counts"][0]}
PAIRS = {key: np.array([row[key] for row in ORACLE["pairs"]]) for key in ORACLE["pairs"][0]}


def rates(a: int, t1: float, c: int, t0: float) -> dict[str, float]:
    return {
        "events_treated": a,
        "exposure_treated": t1,
        "events_comparison": c,
        "exposure_comparison": t0,
    }


@pytest.mark.parametrize("case", ORACLE["exact_rates"])
def test_exact_rate_ratio_equals_poisson_test(case):
    result = rate_ratio(**rates(case["a"], case["t1"], case["c"], case["t0"]))
    assert result.conf_int.low == pytest.approx(case["low"], rel=RTOL)
    high = math.inf if case["high"] is None else case["high"]
    assert result.conf_int.high == pytest.approx(high, rel=RTOL)
    assert result.p_value == pytest.approx(case["p_central"], rel=RTOL)
    shares = (case["binomial"][0], case["binomial"][1])
    odds = tuple(share / (1 - share) if share < 1 else math.inf for share in shares)
    limits = binomial_odds_limits(case["a"], case["a"] + case["c"], level=0.95)
    assert limits == pytest.approx(odds, rel=RTOL)


@pytest.mark.parametrize("case", ORACLE["exact_rates"])
def test_rate_difference_equals_statsmodels(case):
    from statsmodels.stats.rates import confint_poisson_2indep

    counts = (case["a"], case["t1"], case["c"], case["t0"])
    expected = confint_poisson_2indep(*counts, method="mover", compare="diff")
    result = rate_difference(**rates(*counts))
    limits = (result.conf_int.low, result.conf_int.high)
    assert limits == pytest.approx(tuple(expected), rel=RTOL)


def test_wald_rate_ratio_equals_a_poisson_regression():
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    # Each arm as two rows: with one it would leave no degree of freedom for a dispersion.
    fit = GLM(
        [20, 21, 7, 8],
        [[1, 0], [1, 0], [1, 1], [1, 1]],
        family=Poisson(),
        exposure=[900, 1100, 600, 600.5],
    ).fit(tol=1e-14)
    result = rate_ratio(**rates(15, 1200.5, 41, 2000))
    assert math.log(result.estimate) == pytest.approx(fit.params[1], rel=RTOL)
    assert result.std_error == pytest.approx(fit.bse[1], rel=RTOL)
    limits = (math.log(result.conf_int_wald.low), math.log(result.conf_int_wald.high))
    assert limits == pytest.approx(tuple(fit.conf_int()[1]), rel=RTOL)


def test_quasi_poisson_equals_r():
    small = quasi_poisson_rate_ratio(COUNTS["events"], COUNTS["exposure"], COUNTS["treat"])
    fsp = reference_data("fsp_like")
    fsp = fsp[fsp["age"] > 0]
    large = quasi_poisson_rate_ratio(fsp["prior_referrals"], fsp["age"], fsp["treat"])
    for result, name in ((small, "small"), (large, "all")):
        expected = ORACLE["quasi"][name]
        assert math.log(result.estimate) == pytest.approx(expected["estimate"], rel=RTOL)
        assert result.std_error == pytest.approx(expected["se"], rel=RTOL_GLM)
        assert result.dispersion == pytest.approx(expected["dispersion"], rel=RTOL_GLM)


def test_negative_binomial_equals_mass():
    expected = ORACLE["negative_binomial"]
    result = negative_binomial_rate_ratio(COUNTS["events"], COUNTS["exposure"], COUNTS["treat"])
    assert math.log(result.estimate) == pytest.approx(expected["estimate"], rel=RTOL_GLM)
    assert result.std_error == pytest.approx(expected["se"], rel=RTOL_GLM)
    assert 1 / result.dispersion == pytest.approx(expected["theta"], rel=RTOL_GLM)


@pytest.mark.parametrize("seed", range(8))
def test_negative_binomial_solves_the_likelihood_of_statsmodels(seed):
    from statsmodels.discrete.discrete_model import NegativeBinomial

    generator = np.random.default_rng(seed)
    n = int(generator.integers(20, 80))
    treated, exposure = generator.integers(0, 2, n), generator.uniform(0.2, 30, n)
    shape = 10 ** generator.uniform(-1, 0.5)
    events = generator.poisson(generator.gamma(shape, exposure / shape))
    result = negative_binomial_rate_ratio(events, exposure, treated)
    model = NegativeBinomial(events, np.column_stack([1 - treated, treated]), exposure=exposure)
    parameters = np.log([result.rate_comparison, result.rate_treated, result.dispersion])
    assert result.dispersion > 0
    assert model.score(parameters) == pytest.approx(np.zeros(3), abs=1e-9 * events.sum())


@pytest.mark.parametrize(("cluster", "name"), [(None, "family"), ("group", "group")])
def test_within_unit_ratio_equals_r(cluster, name):
    expected = ORACLE["within"]
    result = within_unit_rate_ratio(
        events_before=PAIRS["before"],
        exposure_before=PAIRS["time_before"],
        events_after=PAIRS["after"],
        exposure_after=PAIRS["time_after"],
        cluster=None if cluster is None else PAIRS[cluster],
    )
    assert math.log(result.estimate) == pytest.approx(expected["estimate"], rel=RTOL)
    assert result.std_error == pytest.approx(expected[name]["CR2"], rel=RTOL)
    assert result.df == pytest.approx(expected[name]["df"], rel=RTOL)
    assert result.p_value == pytest.approx(expected[name]["p"], rel=1e-8)
    assert result.std_error_poisson == pytest.approx(expected["model_se"], rel=RTOL)
    assert result.n_informative == expected["n_informative"]
    # The same as a Poisson regression with an effect for every family.
    fixed = expected["fixed_effects"]
    assert math.log(result.estimate) == pytest.approx(fixed["estimate"], rel=1e-8)
    assert result.std_error_poisson == pytest.approx(fixed["se"], rel=1e-8)
