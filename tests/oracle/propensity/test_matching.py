"""Matching against MatchIt 4.7.1, pair for pair, with the estimates that follow from the pairs.

The data have 237 covariate patterns for 1,745 children, so two patterns are often equally far from
a third. 26 of MatchIt's 910 choices are such ties, decided by the last bit of R's linear predictor,
which wasn't stored. Two tests share the burden: given a linear predictor whose last bits decide
those 26 as R did, all 910 pairs are equal; and from our own fit, every choice that isn't such a tie
is R's choice.
"""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from analytics.statistics.propensity.balance import balance_checks, balance_table
from analytics.statistics.propensity.matching import MatchResult, nearest_neighbour_match
from analytics.statistics.propensity.score import PropensityFit, fit_propensity
from analytics.statistics.two_groups.proportions import clustered_risk_difference

# Sums over 910 children, printed by R with 15 digits.
RTOL = 1e-8
# A standardised difference near 0 is a difference of means of order 1: absolute rounding.
ATOL_SMD = 1e-12
# R glm stops at a relative deviance change of 1e-8, 2e-12 away from the maximum on these data.
ATOL_COEFFICIENT = 1e-11
# Far above rounding (1e-15), far below the smallest gap between covariate patterns (5e-4).
TIE = 1e-10

REFERENCE = Path(__file__).parents[1] / "reference"
ORACLE = json.loads((REFERENCE / "matching.json").read_text(encoding="utf-8"))
FSP = np.genfromtxt(REFERENCE / "data" / "fsp_like.csv", delimiter=",", names=True)
NAMES = ("age", "female", "neglect", "prior_referrals")
COVARIATES = np.column_stack([FSP[name] for name in NAMES])
SPECS = {"nn_logit02": None, "nn_logit02_exact_la": FSP["la"].astype(int)}


def reference_score() -> np.ndarray:
    intercept, *slopes = ORACLE["reference_linear_predictor"]["coefficients"]
    score = np.full(len(FSP), intercept)
    for j, slope in enumerate(slopes):
        score = score + slope * COVARIATES[:, j]
    return score


def reference_pairs(spec: str) -> dict[int, int]:
    pairs = ORACLE[spec]["pairs"]
    return {t - 1: c - 1 for t, c in zip(pairs["t"], pairs["c"], strict=True)}


def reference_match(spec: str) -> MatchResult:
    match = nearest_neighbour_match(
        reference_score(), FSP["treat"], exact_on=SPECS[spec], tie_tolerance=0.0
    )
    assert isinstance(match, MatchResult)
    return match


@pytest.fixture(scope="module")
def fit() -> PropensityFit:
    result = fit_propensity(COVARIATES, FSP["treat"])
    assert isinstance(result, PropensityFit)
    return result


def test_reference_score_is_the_maximum_likelihood_fit(fit):
    assert np.abs(fit.linear_predictor - reference_score()).max() < ATOL_COEFFICIENT
    expected = ORACLE["reference_linear_predictor"]["coefficients"]
    assert [fit.intercept, *fit.coefficients] == pytest.approx(expected, abs=ATOL_COEFFICIENT)


def test_fit_equals_statsmodels(fit):
    from statsmodels.discrete.discrete_model import Logit

    design = np.column_stack([np.ones(len(FSP)), COVARIATES])
    other = Logit(FSP["treat"], design).fit(disp=0, tol=1e-12)
    assert [fit.intercept, *fit.coefficients] == pytest.approx(list(other.params), rel=1e-10)


@pytest.mark.parametrize("spec", SPECS)
def test_pairs_equal_matchit(spec):
    match = reference_match(spec)
    pairs = dict(zip(match.treated_index.tolist(), match.comparison_index.tolist(), strict=True))
    assert pairs == reference_pairs(spec)


@pytest.mark.parametrize("spec", SPECS)
def test_every_choice_that_is_no_tie_is_matchits_from_our_own_fit(spec, fit):
    strata = np.zeros(len(FSP)) if SPECS[spec] is None else SPECS[spec]
    ties = _replay(fit.linear_predictor, strata, reference_pairs(spec))
    assert ties == {"nn_logit02": 6, "nn_logit02_exact_la": 20}[spec]


def _replay(score: np.ndarray, strata: np.ndarray, pairs: dict[int, int]) -> int:
    """Follow MatchIt's pairs with a plain scan; count ties of two patterns, assert the rest."""
    order = np.argsort(score, kind="stable").tolist()
    place = {unit: k for k, unit in enumerate(order)}
    free = set(np.flatnonzero(FSP["treat"] == 0).tolist())
    treated = np.flatnonzero(FSP["treat"] == 1)
    ties = 0
    for unit in treated[np.argsort(-score[treated], kind="stable")].tolist():
        candidates = [k for k in free if strata[k] == strata[unit]]
        nearest = min(abs(score[k] - score[unit]) for k in candidates)
        tied = [k for k in candidates if abs(score[k] - score[unit]) <= nearest + TIE]
        by_place = [(abs(place[k] - place[unit]), place[k], k) for k in tied]
        below = [item for item in by_place if item[1] < place[unit]]
        above = [item for item in by_place if item[1] > place[unit]]
        sides = [min(side) for side in (below, above) if side]
        if nearest > TIE and len(sides) == 2:
            ties += 1
            assert pairs[unit] in {item[2] for item in sides}
        else:
            assert pairs[unit] == min(sides)[2]
        free.remove(pairs[unit])
    return ties


@pytest.mark.parametrize("spec", SPECS)
def test_our_own_fit_differs_only_by_ties(spec, fit):
    match = nearest_neighbour_match(fit.linear_predictor, FSP["treat"], exact_on=SPECS[spec])
    expected = reference_pairs(spec)
    assert match.treated_index.tolist() == sorted(expected)
    pairs = zip(match.treated_index.tolist(), match.comparison_index.tolist(), strict=True)
    same = sum(expected[t] == c for t, c in pairs)
    assert same == {"nn_logit02": 451, "nn_logit02_exact_la": 449}[spec]


@pytest.mark.parametrize("spec", SPECS)
def test_rounding_of_the_fit_does_not_change_our_pairs(spec, fit):
    match = nearest_neighbour_match(fit.linear_predictor, FSP["treat"], exact_on=SPECS[spec])
    other = nearest_neighbour_match(reference_score(), FSP["treat"], exact_on=SPECS[spec])
    assert match.comparison_index.tolist() == other.comparison_index.tolist()


@pytest.mark.parametrize("spec", SPECS)
def test_estimates_equal_matchit_and_sandwich(spec):
    match, expected = reference_match(spec), ORACLE[spec]
    rows = np.concatenate([match.treated_index, match.comparison_index])
    pair = np.tile(np.arange(len(match.treated_index)), 2)
    family = FSP["family_id"][rows].astype(int)
    outcome, treated = FSP["outcome"][rows], FSP["treat"][rows]
    by_pair = clustered_risk_difference(outcome, treated, pair)
    by_family = clustered_risk_difference(outcome, treated, family)
    by_both = clustered_risk_difference(outcome, treated, pair, second_cluster=family)
    assert by_pair.estimate == pytest.approx(expected["rd"], rel=RTOL)
    assert by_pair.mean_treated == pytest.approx(expected["risk_t"], rel=RTOL)
    assert by_pair.mean_comparison == pytest.approx(expected["risk_c"], rel=RTOL)
    assert by_pair.std_error == pytest.approx(expected["se_pair_HC1"], rel=RTOL)
    assert by_family.std_error == pytest.approx(expected["se_family_HC1"], rel=RTOL)
    assert by_both.std_error == pytest.approx(expected["se_twoway_pair_family_HC1"], rel=RTOL)


@pytest.mark.parametrize("spec", SPECS)
def test_balance_equals_matchit(spec):
    match, expected = reference_match(spec), ORACLE[spec]["smd_after"]
    table = balance_table(COVARIATES, NAMES, FSP["treat"], match)
    for row in table.rows:
        assert row.smd_adjusted == pytest.approx(expected[row.covariate], abs=ATOL_SMD)


def test_caliper_is_in_standard_deviations_of_all_scores(fit):
    match = nearest_neighbour_match(fit.linear_predictor, FSP["treat"], caliper=0.2)
    centred = fit.linear_predictor - fit.linear_predictor.mean()
    assert match.caliper == pytest.approx(0.2 * math.sqrt((centred**2).sum() / (len(FSP) - 1)))


def test_checks_pass_on_balanced_pairs():
    match = reference_match("nn_logit02")
    checks = balance_checks(balance_table(COVARIATES, NAMES, FSP["treat"], match), match)
    assert [check.status for check in checks] == ["pass", "pass", "pass"]
    assert [check.name for check in checks] == ["largest_smd", "share_matched", "overlap"]
