"""Weighted, adjusted and doubly robust effects against R, statsmodels and delicatessen."""

import math

import numpy as np
import pytest

from analytics.statistics.propensity.doubly_robust import augmented_inverse_probability_effect
from analytics.statistics.propensity.inverse_probability import inverse_probability_effect
from analytics.statistics.propensity.score import fit_propensity
from analytics.statistics.propensity.subclassification import subclassify
from analytics.statistics.propensity.weighted_contrasts import (
    regression_adjusted_contrast,
    weighted_contrast,
)
from analytics.statistics.propensity.weights import propensity_weights
from tests.helpers.oracles import reference, reference_data

R = reference("propensity")
OTHER = reference("propensity_estimation")
FSP = reference_data("fsp_like")
COVARIATES = np.column_stack(
    [FSP[name] for name in ("age", "female", "neglect", "prior_referrals")]
)
OUTCOME, TREATED, FAMILY = FSP["outcome"], FSP["treat"], FSP["family_id"]
N, N_FAMILIES = len(OUTCOME), len(np.unique(FAMILY))
# Sums over 1,745 children, stored with 15 digits; our own fits have converged to 1e-12.
RTOL = 1e-9
# The same contrast from a Poisson glm, whose weights come from its own iterations.
RTOL_GLM = 1e-7
# Satterthwaite degrees of freedom: sums over pairs of families.
RTOL_DF = 1e-6
# statsmodels differentiates the moments numerically.
RTOL_DERIVATIVE = 1e-7


@pytest.mark.parametrize("estimand", ["ATT", "ATE", "ATC"])
def test_weighted_contrasts_equal_sandwich(estimand):
    expected = R["subclass"][estimand]
    score = fit_propensity(COVARIATES, TREATED).propensity_score.round(9)
    subclasses = subclassify(score, TREATED, n_subclasses=expected["n"], estimand=estimand)
    columns = (OUTCOME, TREATED, subclasses.weights)
    plain = weighted_contrast(*columns)
    by_family = weighted_contrast(*columns, cluster=FAMILY)
    few = weighted_contrast(*columns, cluster=FAMILY, vcov_type="CR2")
    assert plain.estimate == pytest.approx(expected["difference"], rel=RTOL)
    assert plain.std_error == pytest.approx(expected["se_HC1"], rel=RTOL)
    assert by_family.std_error == pytest.approx(expected["se_family_HC1"], rel=RTOL)
    assert few.std_error == pytest.approx(expected["se_CR2"], rel=RTOL)
    assert few.df == pytest.approx(expected["df_CR2"], rel=RTOL_DF)
    ratio = weighted_contrast(*columns, measure="risk_ratio", cluster=FAMILY, vcov_type="CR0")
    assert math.log(ratio.estimate) == pytest.approx(expected["log_ratio"], rel=RTOL_GLM)
    # vcovCL's HC0 has the factor G / (G - 1).
    factor = math.sqrt(N_FAMILIES / (N_FAMILIES - 1))
    assert ratio.std_error * factor == pytest.approx(expected["se_log_ratio_family"], rel=RTOL_GLM)


def test_regression_adjustment_equals_r():
    pairs, expected = reference("matching")["nn_logit02"]["pairs"], R["regression_adjusted"]
    rows = np.array(pairs["t"] + pairs["c"]) - 1
    pair = np.tile(np.arange(len(pairs["t"])), 2)
    columns = (OUTCOME[rows], TREATED[rows], COVARIATES[rows], np.ones(len(rows)))
    by_pair = regression_adjusted_contrast(*columns, cluster=pair)
    by_family = regression_adjusted_contrast(*columns, cluster=FAMILY[rows])
    by_both = regression_adjusted_contrast(*columns, cluster=pair, second_cluster=FAMILY[rows])
    assert by_pair.estimate == pytest.approx(expected["estimate"], rel=RTOL)
    assert by_pair.std_error == pytest.approx(expected["se_pair"], rel=RTOL)
    assert by_family.std_error == pytest.approx(expected["se_family"], rel=RTOL)
    assert by_both.std_error == pytest.approx(expected["se_both"], rel=RTOL)
    assert by_pair.estimate == by_pair.mean_treated - by_pair.mean_comparison


def assert_equal(effect, by_family, expected, measure):
    """Compare with delicatessen, which has no factor for finite samples."""
    place = ["difference", "risk_ratio"].index(measure)
    means = [effect.mean_treated, effect.mean_comparison]
    assert means == pytest.approx(expected["means"], rel=RTOL)
    se = effect.std_error * math.sqrt((N - 1) / N)
    assert se == pytest.approx(expected["se_difference_and_log_ratio"][place], rel=RTOL)
    se = by_family.std_error * math.sqrt((N_FAMILIES - 1) / N_FAMILIES)
    assert se == pytest.approx(expected["se_by_family"][place], rel=RTOL)


@pytest.mark.parametrize("measure", ["difference", "risk_ratio"])
@pytest.mark.parametrize("estimand", ["ATE", "ATT", "ATC", "ATO"])
def test_inverse_probability_equals_delicatessen(estimand, measure):
    options = {"estimand": estimand, "measure": measure}
    columns = (OUTCOME, TREATED, COVARIATES)
    effect = inverse_probability_effect(*columns, **options)
    by_family = inverse_probability_effect(*columns, **options, cluster=FAMILY)
    assert_equal(effect, by_family, OTHER["ipw"][estimand], measure)


@pytest.mark.parametrize("measure", ["difference", "risk_ratio"])
@pytest.mark.parametrize("name", OTHER["aipw"])
def test_augmented_equals_delicatessen(name, measure):
    estimand, model, *short = name.split("_", 2)
    options = {"estimand": estimand, "outcome_model": model, "measure": measure}
    female = COVARIATES[:, [1]]
    score_columns = female if short == ["short_score"] else COVARIATES
    options["outcome_covariates"] = female if short == ["short_outcome"] else COVARIATES
    columns = (OUTCOME, TREATED, score_columns)
    effect = augmented_inverse_probability_effect(*columns, **options)
    by_family = augmented_inverse_probability_effect(*columns, **options, cluster=FAMILY)
    assert_equal(effect, by_family, OTHER["aipw"][name], measure)


def test_statsmodels_agrees():
    """Its numbers are verified against Stata's teffects in its own tests."""
    from statsmodels.discrete.discrete_model import Logit
    from statsmodels.regression.linear_model import OLS
    from statsmodels.treatment.treatment_effects import TreatmentEffect

    design = np.column_stack([np.ones(N), COVARIATES])
    treatment = Logit(TREATED, design).fit(disp=0, tol=1e-12)
    other = TreatmentEffect(OLS(OUTCOME, design), TREATED, results_select=treatment)
    factor = math.sqrt((N - 1) / N)
    for group, estimand in (("all", "ATE"), (1, "ATT"), (0, "ATC")):
        expected = other.ipw(effect_group=group)
        effect = inverse_probability_effect(OUTCOME, TREATED, COVARIATES, estimand=estimand)
        assert effect.estimate == pytest.approx(expected.effect[0], rel=RTOL)
        assert effect.std_error * factor == pytest.approx(
            expected.results_gmm.bse[0], rel=RTOL_DERIVATIVE
        )
    expected = other.aipw()
    effect = augmented_inverse_probability_effect(
        OUTCOME, TREATED, COVARIATES, outcome_model="linear"
    )
    assert effect.estimate == pytest.approx(expected.effect[0], rel=RTOL)
    assert effect.std_error * factor == pytest.approx(
        expected.results_gmm.bse[0], rel=RTOL_DERIVATIVE
    )


def test_known_weights_make_the_interval_of_the_average_effect_too_wide():
    weights = propensity_weights(
        fit_propensity(COVARIATES, TREATED).propensity_score, TREATED, estimand="ATE"
    )
    known = weighted_contrast(OUTCOME, TREATED, weights)
    estimated = inverse_probability_effect(OUTCOME, TREATED, COVARIATES, estimand="ATE")
    assert known.estimate == pytest.approx(estimated.estimate, rel=RTOL)
    assert known.std_error > estimated.std_error
