"""Degenerate and malformed inputs of the propensity family."""

import numpy as np
import pytest

from analytics.errors import InvalidInputError
from analytics.statistics.propensity import optimal
from analytics.statistics.propensity.balance import weighted_balance_table
from analytics.statistics.propensity.diagnostics import (
    love_plot,
    score_overlap,
    variance_ratio_check,
    weighting_checks,
)
from analytics.statistics.propensity.doubly_robust import augmented_inverse_probability_effect
from analytics.statistics.propensity.effect_estimate import EffectEstimate
from analytics.statistics.propensity.entropy_balancing import entropy_balance
from analytics.statistics.propensity.inverse_probability import inverse_probability_effect
from analytics.statistics.propensity.matching import nearest_neighbour_match
from analytics.statistics.propensity.optimal import optimal_match
from analytics.statistics.propensity.score import fit_propensity, score_checks
from analytics.statistics.propensity.subclassification import subclassify
from analytics.statistics.propensity.weighted_contrasts import (
    regression_adjusted_contrast,
    weighted_contrast,
)
from analytics.statistics.propensity.weights import (
    effective_sample_size,
    propensity_weights,
    trimmed,
    truncate_weights,
)
from analytics.statistics.results import NotEstimable

NAN = float("nan")
ARM = np.tile([1, 0], 20)
X = np.random.default_rng(3).normal(size=(40, 2)) + ARM[:, None] / 3
Y = np.tile([0, 0, 1, 1, 1], 8)
ONES = np.ones(40)


def reason(result) -> str:
    assert isinstance(result, NotEstimable)
    return result.reason


def augmented(y, arm, x, **options):
    options.setdefault("outcome_model", "linear")
    return augmented_inverse_probability_effect(y, arm, x, **options)


def test_no_cases_and_empty_arms():
    nobody = np.empty((0, 2))
    for arm, x, y, expected in (
        ([], nobody, [], "no_cases"),
        ([1, 1], X[:2], [0, 1], "empty_arm"),
    ):
        score = np.full(len(arm), 0.5)
        assert reason(nearest_neighbour_match(score, arm)) == expected
        assert reason(optimal_match(score, arm)) == expected
        assert reason(subclassify(score, arm)) == expected
        assert reason(entropy_balance(x, arm)) == expected
        assert reason(score_overlap(score, arm)) == expected
        assert reason(fit_propensity(x, arm, penalty="firth")) == expected
        assert reason(inverse_probability_effect(y, arm, x)) == expected
        assert reason(augmented(y, arm, x)) == expected
        assert reason(weighted_contrast(y, arm, score)) == expected
        assert reason(regression_adjusted_contrast(y, arm, x, score)) == expected


def test_nobody_within_the_caliper():
    score = np.concatenate([np.arange(20), np.arange(20) + 1000.0])
    arm = np.repeat([1, 0], 20)
    assert reason(nearest_neighbour_match(score, arm, ratio=3, replace=True)) == "no_overlap"
    assert reason(optimal_match(score, arm)) == "no_overlap"
    assert reason(nearest_neighbour_match([1, 2], [1, 0], exact_on=["a", "b"])) == "no_overlap"
    assert reason(optimal_match([1, 2], [1, 0], exact_on=["a", "b"])) == "no_overlap"


def test_optimal_matching_refuses_a_table_that_is_too_large(monkeypatch):
    monkeypatch.setattr(optimal, "MAX_DISTANCES", 399)
    with pytest.raises(InvalidInputError):
        optimal_match(X[:, 0], ARM)
    assert not isinstance(optimal_match(X[:, 0], ARM, exact_on=np.repeat([1, 2], 20)), NotEstimable)


def test_equal_scores_are_matched():
    for match in (nearest_neighbour_match(ONES, ARM), optimal_match(ONES, ARM)):
        assert len(match.treated_index) == 20
        assert match.distances.max() == 0


def test_a_subclass_with_one_arm():
    score = np.concatenate([np.linspace(0.1, 0.4, 20), np.linspace(0.6, 0.9, 20)])
    assert reason(subclassify(score, np.repeat([0, 1], 20))) == "no_overlap"


def test_ties_leave_fewer_subclasses():
    result = subclassify(np.repeat([0.3, 0.6], 20), ARM, n_subclasses=5)
    assert len(result.n_treated) == 2


def test_a_score_without_a_maximum():
    apart = np.column_stack([ARM, X[:, 0]])
    assert reason(fit_propensity(apart, ARM)) == "separation"
    assert reason(inverse_probability_effect(Y, ARM, apart)) == "separation"
    assert reason(augmented(Y, ARM, apart)) == "separation"
    fit = fit_propensity(apart, ARM, penalty="firth_if_needed")
    assert np.isfinite(fit.coefficients).all()
    assert ((fit.propensity_score > 0) & (fit.propensity_score < 1)).all()


def test_nearly_separated_arms_are_not_called_separated():
    score = [-0.151, 0.262, 0.621, -1.575, 1.243, -0.319, 0.263, 0.14, 0.908, 1.071, 2.213, -0.347]
    first, second = [0, 1, 1, 1, 1, 0, 1, 1, 0, 1, 1, 0], [0, 1, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0]
    x = np.column_stack([first, second, score])
    arm = np.array([1, 1, 1, 0, 1, 0, 0, 0, 1, 1, 1, 0])
    assert reason(fit_propensity(x, arm)) == "not_converged"
    fit = fit_propensity(x, arm, penalty="firth_if_needed")
    assert (fit.penalty, fit.is_separated) == ("firth", False)


def test_few_cases_per_covariate():
    wide = np.random.default_rng(1).normal(size=(40, 3))
    assert score_checks(fit_propensity(wide, ARM), ARM)[0].status == "review"
    wide = np.random.default_rng(1).normal(size=(40, 5))
    assert score_checks(fit_propensity(wide, ARM), ARM)[0].status == "fail"
    constant = score_checks(fit_propensity(ONES[:, None], ARM), ARM)[0]
    assert (constant.value, constant.status) == (20, "pass")


def test_means_out_of_reach():
    beyond = X[:, :1] + 100 * ARM[:, None]
    edge = np.where(ARM == 1, 1, np.repeat([0, 1], 20))[:, None]
    for estimand in ("ATT", "ATE", "ATC"):
        assert reason(entropy_balance(beyond, ARM, estimand=estimand)) == "no_overlap"
    assert reason(entropy_balance(edge, ARM, estimand="ATT")) == "no_overlap"


def test_nothing_to_balance():
    result = entropy_balance(ONES[:, None], ARM, estimand="ATE")
    assert result.weights.tolist() == ONES.tolist()
    assert result.largest_gap == 0


@pytest.mark.parametrize("y", [ARM, ONES, 1 - ARM])
def test_an_outcome_that_does_not_vary(y):
    assert reason(inverse_probability_effect(y, ARM, X)) == "no_variation"
    assert reason(augmented(y, ARM, X)) == "no_variation"
    assert reason(augmented(y, ARM, X, outcome_model="logistic")) == "no_variation"
    assert reason(weighted_contrast(y, ARM, ONES)) == "no_variation"


def test_ratios_need_events():
    y = np.where(ARM == 1, 0, Y)
    assert reason(weighted_contrast(y, ARM, ONES, measure="risk_ratio")) == "no_events"
    assert reason(inverse_probability_effect(y, ARM, X, measure="risk_ratio")) == "no_events"
    assert reason(augmented(y, ARM, X, outcome_model="logistic")) == "no_events"


def test_outcome_models_that_do_not_exist():
    only_treated = np.column_stack([X[:, 0], np.where(ARM == 1, X[:, 1], 0)])
    assert reason(augmented(Y, ARM, X, outcome_covariates=only_treated)) == "collinear"
    perfect = {"outcome_model": "logistic", "outcome_covariates": Y[:, None]}
    assert reason(augmented(Y, ARM, X, **perfect)) == "separation"


def test_too_few_clusters():
    one = np.zeros(40)
    assert reason(weighted_contrast(Y, ARM, ONES, cluster=one)) == "too_few_clusters"
    assert reason(inverse_probability_effect(Y, ARM, X, cluster=one)) == "too_few_clusters"
    assert reason(augmented(Y, ARM, X, cluster=one)) == "too_few_clusters"


def test_a_ratio_whose_limit_is_beyond_every_number():
    two = (np.arange(40) % 3 == 0).astype(int)
    result = weighted_contrast(Y, ARM, ONES, measure="risk_ratio", cluster=two, level=1 - 1e-9)
    assert isinstance(result, EffectEstimate)
    assert (result.conf_int.low, result.conf_int.high) == (0, np.inf)


def test_units_without_weight_are_left_out():
    weights = np.where(np.arange(40) < 30, 1.0, 0.0)
    part = weighted_contrast(Y[:30], ARM[:30], ONES[:30], cluster=np.arange(30) // 2)
    assert weighted_contrast(Y, ARM, weights, cluster=np.arange(40) // 2) == part
    assert reason(weighted_contrast(Y, ARM, 1.0 - ARM)) == "empty_arm"


def test_checks_of_bad_weights():
    weights = np.where(np.arange(40) == 0, 400.0, 1.0)
    x = np.column_stack([X, X[:, 0] * (1 + 9 * ARM)])
    table = weighted_balance_table(x, ("a", "b", "c"), ARM, weights, estimand="ATE")
    score = np.where(ARM == 1, 0.7, 0.3) + X[:, 0] / 100
    checks = weighting_checks(table, score_overlap(score, ARM))
    assert {check.name: check.status for check in checks} == {
        "largest_smd": "fail",
        "variance_ratio": "fail",
        "effective_sample_share": "fail",
        "largest_weight": "fail",
        "overlap": "fail",
    }


def test_covariates_without_spread():
    table = weighted_balance_table(ARM[:, None], ("arm",), ARM, ONES, estimand="ATT")
    assert (table.rows[0].smd_adjusted, table.rows[0].ks_adjusted) == (None, 1)
    check = variance_ratio_check(table)
    assert (check.value, check.status) == (None, "pass")
    pooled = weighted_balance_table(ARM[:, None], ("arm",), ARM, ONES, estimand="ATE")
    assert pooled.rows[0].smd_adjusted is None


def test_love_plot_orders_by_the_unadjusted_difference():
    x = np.column_stack([X[:, 0] * 0 + ARM, X[:, 0], X[:, 0] + 5 * ARM])
    table = weighted_balance_table(x, ("none", "small", "large"), ARM, ONES, estimand="ATT")
    plot = love_plot(table)
    assert [row.covariate for row in plot.rows] == ["large", "small", "none"]
    assert plot.rows[2].unadjusted is None
    assert plot.threshold == 0.1


def test_overlap_counts_everyone():
    score = np.concatenate([[0.0, 1.0], np.full(38, 0.5)])
    overlap = score_overlap(score, ARM, n_bins=4)
    assert overlap.n_treated.tolist() == [1, 0, 19, 0]
    assert overlap.n_comparison.tolist() == [0, 0, 19, 1]
    assert (overlap.share_treated_outside, overlap.share_comparison_outside) == (0.05, 0.05)
    assert (overlap.common_low, overlap.common_high) == (0.5, 0.5)


def test_trimming_rules():
    score = np.linspace(0.01, 0.99, 40)
    assert trimmed(score, ARM, rule="bounds").sum() == ((score >= 0.1) & (score <= 0.9)).sum()
    assert trimmed(score, ARM, rule="common_support").sum() == 38
    assert trimmed(np.full(40, 0.3), ARM, rule="crump").all()


def test_effective_size_of_no_weight():
    assert effective_sample_size([]) == 0
    assert effective_sample_size([0, 0]) == 0


@pytest.mark.parametrize(
    "call",
    [
        lambda: nearest_neighbour_match(X[:, 0], ARM, ratio=0),
        lambda: nearest_neighbour_match(X[:, 0], ARM, caliper=0),
        lambda: optimal_match(X[:, 0], ARM, caliper=NAN),
        lambda: optimal_match(X[:, 0], ARM[:5]),
        lambda: subclassify(ONES / 2, ARM, n_subclasses=1),
        lambda: subclassify(ONES / 2, ARM, estimand="ATO"),
        lambda: fit_propensity(X, ARM, penalty="lasso"),
        lambda: propensity_weights(ONES, ARM),
        lambda: propensity_weights(ONES / 2, ARM, estimand="all"),
        lambda: truncate_weights(ONES, ARM, quantile=1),
        lambda: truncate_weights(-ONES, ARM, quantile=0.9),
        lambda: trimmed(ONES / 2, ONES, rule="crump"),
        lambda: trimmed(ONES / 2, ARM, rule="bounds", bounds=(0.9, 0.1)),
        lambda: entropy_balance(X, ARM, estimand="ATO"),
        lambda: entropy_balance(np.full((40, 1), NAN), ARM),
        lambda: score_overlap(2 * ONES, ARM),
        lambda: score_overlap(ONES, ARM, n_bins=0),
        lambda: weighted_contrast(Y, ARM, -ONES),
        lambda: weighted_contrast(Y, ARM, ONES, measure="odds_ratio"),
        lambda: weighted_contrast(X[:, 0], ARM, ONES, measure="risk_ratio"),
        lambda: weighted_contrast(Y, ARM, ONES, cluster=[1, 2]),
        lambda: weighted_contrast(Y, ARM, ONES, level=95),
        lambda: regression_adjusted_contrast(Y, ARM, X[:5], ONES),
        lambda: inverse_probability_effect(Y, ARM, X, level=0),
        lambda: inverse_probability_effect(Y, ARM, X, estimand="everyone"),
        lambda: inverse_probability_effect(Y, ARM, X[:5]),
        lambda: augmented(Y, ARM, X, estimand="ATO"),
        lambda: augmented(Y, ARM, X, outcome_model="probit"),
        lambda: augmented(X[:, 0], ARM, X, outcome_model="logistic"),
        lambda: augmented(Y, ARM, X, outcome_covariates=X[:5]),
        lambda: weighted_balance_table(X, ("a",), ARM, ONES, estimand="ATT"),
        lambda: weighted_balance_table(X, ("a", "b"), ARM, ONES, estimand="all"),
        lambda: weighted_balance_table(X, ("a", "b"), ARM, 1.0 * ARM, estimand="ATT"),
    ],
)
def test_malformed_inputs(call):
    with pytest.raises(InvalidInputError):
        call()
