"""Subclasses, weights and their balance against MatchIt, and entropy balancing."""

import numpy as np
import pytest

from analytics.statistics.propensity.balance import weighted_balance_table
from analytics.statistics.propensity.entropy_balancing import entropy_balance
from analytics.statistics.propensity.score import fit_propensity
from analytics.statistics.propensity.subclassification import SubclassResult, subclassify
from analytics.statistics.propensity.weights import propensity_weights, trimmed, truncate_weights
from tests.helpers.oracles import reference, reference_data

R = reference("propensity")
OTHER = reference("propensity_estimation")
FSP = reference_data("fsp_like")
NAMES = ("age", "female", "neglect", "prior_referrals")
COVARIATES = np.column_stack([FSP[name] for name in NAMES])
TREATED = FSP["treat"] == 1
# Sums over 1,745 children, stored with 15 digits.
RTOL = 1e-9
ATOL = 1e-12
# The scores differ from R's by 3e-12 (glm stops early).
ATOL_SCORE = 1e-11
# The other library's root finder stops at a smaller gradient only by chance: 6e-10 found.
ATOL_ENTROPY = 2e-9


@pytest.fixture(scope="module")
def score() -> np.ndarray:
    return fit_propensity(COVARIATES, TREATED).propensity_score


@pytest.mark.parametrize("estimand", ["ATT", "ATE", "ATC"])
def test_subclasses_equal_matchit(estimand, score):
    expected = R["subclass"][estimand]
    # Rounded: a cut point may lie on a score that glm gives with another last bit.
    result = subclassify(score.round(9), TREATED, n_subclasses=expected["n"], estimand=estimand)
    assert isinstance(result, SubclassResult)
    assert result.cut_points == pytest.approx(np.array(expected["cut_points"]), abs=1e-9)
    assert (result.subclass + 1).tolist() == expected["subclass"]
    for arm, key in ((TREATED, "treated_weights"), (~TREATED, "comparison_weights")):
        means = np.bincount(result.subclass[arm], result.weights[arm]) / np.bincount(
            result.subclass[arm]
        )
        assert means == pytest.approx(np.array(expected[key]), rel=RTOL)
    table = weighted_balance_table(COVARIATES, NAMES, TREATED, result.weights, estimand=estimand)
    assert [row.smd_adjusted for row in table.rows] == pytest.approx(expected["smd"], abs=ATOL)
    assert [row.ks_adjusted for row in table.rows] == pytest.approx(expected["ks"], abs=ATOL)
    ratios = [table.rows[j].variance_ratio_adjusted for j in (0, 3)]
    assert ratios == pytest.approx(expected["variance_ratio"], rel=RTOL)


@pytest.mark.parametrize("key", OTHER["entropy_first_40"])
def test_entropy_balance_equals_empirical_calibration(key):
    estimand, arm = key.split("_")
    result = entropy_balance(COVARIATES, TREATED, estimand=estimand)
    side = TREATED if arm == "treated" else ~TREATED
    expected = np.array(OTHER["entropy_first_40"][key])
    assert result.weights[side][:40] == pytest.approx(expected, abs=ATOL_ENTROPY)
    assert result.largest_gap < 1e-10


def test_entropy_balance_solves_the_primal_problem():
    from scipy.optimize import minimize

    x, t = COVARIATES[:60], TREATED[:60]
    result = entropy_balance(x, t, estimand="ATT")
    others, target = x[~t], x[t].mean(axis=0)
    n = len(others)
    solved = minimize(
        lambda w: float(w @ np.log(w)),
        np.full(n, 1 / n),
        jac=lambda w: np.log(w) + 1,
        bounds=[(1e-9, 1)] * n,
        constraints=[
            {"type": "eq", "fun": lambda w: w.sum() - 1, "jac": lambda w: np.ones(n)},
            {"type": "eq", "fun": lambda w: w @ others - target, "jac": lambda w: others.T},
        ],
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 500},
    )
    # SLSQP stops at a change of 1e-14 in the objective, the square of the error in the weights.
    assert result.weights[~t] / n == pytest.approx(solved.x, abs=1e-6)


def test_overlap_weights_balance_the_means_exactly(score):
    weights = propensity_weights(score, TREATED, estimand="ATO")
    table = weighted_balance_table(COVARIATES, NAMES, TREATED, weights, estimand="ATO")
    assert max(abs(row.smd_adjusted) for row in table.rows) < 1e-10


def test_crump_cut_is_the_best_of_all(score):
    spread = score**3 / (score**3).max() * 0.98 + 0.01
    kept = trimmed(spread, TREATED, rule="crump")
    cost = 1 / (spread * (1 - spread))
    bounds = [cost[cost <= cut].sum() / (cost <= cut).sum() ** 2 for cut in cost]
    assert cost[kept].sum() / kept.sum() ** 2 == pytest.approx(min(bounds), rel=RTOL)
    # Crump et al. 2009, theorem 1: the cut is at most twice the mean, and the next unit above it.
    assert cost[kept].max() <= 2 * cost[kept].mean() < cost[~kept].min()


def test_truncation_is_at_an_observed_weight(score):
    weights = propensity_weights(score, TREATED, estimand="ATE")
    cut = truncate_weights(weights, TREATED, quantile=0.9)
    for arm in (TREATED, ~TREATED):
        assert cut[arm].max() in weights[arm]
        assert (cut[arm] == cut[arm].max()).mean() == pytest.approx(0.1, abs=0.02)
