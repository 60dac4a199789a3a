"""The parts that the estimators share, each against another route to the same numbers."""

import numpy as np
import pytest

from analytics.statistics.propensity._health import ceiling_check, overlap_check, share_check
from analytics.statistics.propensity._logistic import (
    is_separated,
    logistic_fit,
    penalised_logistic_fit,
)
from analytics.statistics.propensity._outcome import checked_outcome, constant_outcome
from analytics.statistics.propensity._weighted_score import regression_influence, weighted_score
from analytics.statistics.propensity._weights import arm_weights, checked_weights
from analytics.statistics.propensity.balance import largest_smd_check, weighted_balance_table
from analytics.statistics.propensity.diagnostics import (
    love_plot,
    score_overlap,
    variance_ratio_check,
    weighting_checks,
)
from analytics.statistics.propensity.score import fit_propensity, standardised
from analytics.statistics.propensity.weights import effective_sample_size, propensity_weights
from tests.helpers.oracles import reference, reference_data

R = reference("propensity")
FSP = reference_data("fsp_like")
NAMES = ("age", "female", "neglect", "prior_referrals")
COVARIATES = np.column_stack([FSP[name] for name in NAMES]).astype(float)
TREATED = FSP["treat"] == 1
# Sums over 1,745 children.
RTOL = 1e-9
# A central difference with this step is right to its square.
STEP, ATOL_DERIVATIVE = 1e-5, 1e-8


@pytest.fixture(scope="module")
def logit():
    from statsmodels.discrete.discrete_model import Logit

    columns, _ = standardised(COVARIATES)
    design = np.column_stack([np.ones(len(TREATED)), columns])
    return design, Logit(TREATED.astype(float), design).fit(disp=0, tol=1e-12, cov_type="HC0")


def test_logistic_fits_equal_statsmodels_and_brglm2(logit):
    design, other = logit
    beta, _ = logistic_fit(design, TREATED.astype(float))
    assert beta == pytest.approx(other.params, rel=RTOL)
    penalised, _ = penalised_logistic_fit(design, TREATED.astype(float))
    slopes = penalised[1:] / COVARIATES.std(axis=0)
    assert slopes == pytest.approx(R["firth"]["all"][1:], rel=RTOL)


def test_influence_of_the_score_equals_the_robust_covariance_of_statsmodels(logit):
    design, other = logit
    e = other.predict()
    influence = regression_influence(design, TREATED - e, e * (1 - e))
    covariance = influence.T @ influence / len(e) ** 2
    assert np.sqrt(np.diag(covariance)) == pytest.approx(other.bse, rel=RTOL)
    score = weighted_score(COVARIATES, TREATED, "ATE")
    assert score.influence == pytest.approx(influence, rel=1e-7, abs=1e-7)
    expected = propensity_weights(e, TREATED, estimand="ATE")
    assert checked_weights(score.weights) == pytest.approx(expected, rel=RTOL)


def test_standardised_columns_span_what_the_covariates_span():
    doubled = np.column_stack([COVARIATES, COVARIATES @ [1, 2, 3, 4], np.ones(len(TREATED))])
    columns, kept = standardised(doubled)
    assert kept == [0, 1, 2, 3]
    assert columns.mean(axis=0) == pytest.approx(0, abs=1e-12)
    assert columns.std(axis=0) == pytest.approx(1)


def test_separation_is_where_no_fit_exists():
    generator = np.random.default_rng(5)
    seen = []
    for _ in range(60):
        x = np.column_stack([generator.integers(0, 2, (12, 2)), generator.normal(size=12)])
        arm = generator.random(12) < 0.5
        columns, _ = standardised(x)
        design = np.column_stack([np.ones(12), columns])
        if arm.any() and not arm.all():
            fit = logistic_fit(design, arm.astype(float))
            seen.append((is_separated(design, arm), fit is None))
    # One of them is separated but for 0.0007 standard deviations: its maximum is out of reach.
    assert sorted(set(seen)) == [(False, False), (False, True), (True, True)]
    assert seen.count((False, True)) == 1
    assert 10 < seen.count((True, True)) < 50


@pytest.mark.parametrize("estimand", ["ATT", "ATE", "ATC", "ATO"])
def test_weights_change_with_the_logit_as_they_say(estimand):
    logit = np.linspace(-3, 3, 40)
    arm = np.arange(40) % 2 == 0

    def weights(shift):
        return arm_weights(1 / (1 + np.exp(-logit - shift)), arm, estimand)

    slope = (weights(STEP)[0] - weights(-STEP)[0]) / (2 * STEP)
    assert weights(0)[1] == pytest.approx(slope, abs=ATOL_DERIVATIVE)


def test_effective_sample_size_is_matchits():
    expected = R["nearest"]["replace"]
    weights = np.array(expected["weights"])[~TREATED]
    assert effective_sample_size(weights) == pytest.approx(expected["effective"][0], rel=RTOL)


def test_overlap_equals_plain_counting():
    score = fit_propensity(COVARIATES, TREATED).propensity_score
    overlap = score_overlap(score, TREATED, n_bins=10)
    for k in range(10):
        inside = (score >= k / 10) & (score < (k + 1) / 10)
        assert overlap.n_treated[k] == (inside & TREATED).sum()
        assert overlap.n_comparison[k] == (inside & ~TREATED).sum()
    one, other = score[TREATED], score[~TREATED]
    assert overlap.share_treated_outside == np.mean((one < other.min()) | (one > other.max()))


def test_checks_turn_at_their_thresholds():
    statuses = [share_check("x", v, (0.8, 0.5), "").status for v in (0.8, 0.79, 0.5, 0.49)]
    assert statuses == ["pass", "review", "review", "fail"]
    statuses = [ceiling_check("x", v, (1, 2), "", "").status for v in (1, 1.1, 2, 2.1, None)]
    assert statuses == ["pass", "review", "review", "fail", "pass"]
    assert [overlap_check(v).status for v in (0.95, 0.94, 0.79)] == ["pass", "review", "fail"]


def test_checks_of_overlap_weights():
    score = fit_propensity(COVARIATES, TREATED).propensity_score
    weights = propensity_weights(score, TREATED, estimand="ATO")
    table = weighted_balance_table(COVARIATES, NAMES, TREATED, weights, estimand="ATO")
    checks = weighting_checks(table, score_overlap(score, TREATED))
    assert [check.status for check in checks] == ["pass"] * 5
    assert checks[:2] == (largest_smd_check(table), variance_ratio_check(table))
    differences = [abs(row.smd_unadjusted) for row in table.rows]
    drawn = [row.unadjusted for row in love_plot(table).rows]
    assert drawn == sorted(differences, reverse=True)


def test_outcomes():
    assert checked_outcome([0, 1], "risk_ratio").tolist() == [0.0, 1.0]
    arm = np.array([True, False, False])
    assert constant_outcome(np.array([1.0, 0, 0]), arm).reason == "no_variation"
    assert constant_outcome(np.array([1.0, 0, 1]), arm) is None
