"""Matching against MatchIt, pair for pair, with the estimates that follow from the pairs.

The data have 237 covariate patterns for 1,745 children, so two patterns are often equally far from
a third. MatchIt lets the last bit of R's linear predictor decide between them. Given R's linear
predictor (R 4.2.2's own, stored to the last bit) every pair is MatchIt 4.7.1's. From our own fit,
every choice that isn't such a tie is MatchIt's, and rounding doesn't change our pairs.
"""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from analytics.statistics.propensity.balance import balance_checks, balance_table
from analytics.statistics.propensity.matched_sets import MatchResult, matched_rows
from analytics.statistics.propensity.matching import nearest_neighbour_match
from analytics.statistics.propensity.optimal import optimal_match
from analytics.statistics.propensity.score import PropensityFit, fit_propensity
from analytics.statistics.propensity.weighted_contrasts import weighted_contrast
from analytics.statistics.two_groups.clustered import clustered_risk_difference
from tests.helpers.oracles import reference

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
R = reference("propensity")
FSP = np.genfromtxt(REFERENCE / "data" / "fsp_like.csv", delimiter=",", names=True)
NAMES = ("age", "female", "neglect", "prior_referrals")
COVARIATES = np.column_stack([FSP[name] for name in NAMES])
SPECS = {"nn_logit02": None, "nn_logit02_exact_la": FSP["la"].astype(int)}


def reference_score() -> np.ndarray:
    """Return R's own linear predictor, by covariate pattern in sorted order."""
    _, pattern = np.unique(COVARIATES, axis=0, return_inverse=True)
    return np.array(R["linear_predictor"]["by_pattern"], dtype=float)[pattern]


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
    expected = R["linear_predictor"]["coefficients"]
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


def test_two_partners_each_equal_matchit():
    """MatchIt 4.7.1, ``ratio = 2``: its pairs were not stored, but what follows from them."""
    expected = ORACLE["nn_ratio2"]
    match = nearest_neighbour_match(reference_score(), FSP["treat"], ratio=2, tie_tolerance=0.0)
    rows = matched_rows(match)
    family = FSP["family_id"][rows.index].astype(int)
    columns = (FSP["outcome"][rows.index], FSP["treat"][rows.index], rows.weights)
    by_set = weighted_contrast(*columns, cluster=rows.matched_set)
    by_family = weighted_contrast(*columns, cluster=family)
    by_both = weighted_contrast(*columns, cluster=rows.matched_set, second_cluster=family)
    assert match.n_treated_matched == expected["n_pairs"]
    assert by_set.estimate == pytest.approx(expected["rd"], rel=RTOL)
    assert by_set.mean_comparison == pytest.approx(expected["risk_c"], rel=RTOL)
    assert by_set.std_error == pytest.approx(expected["se_pair_HC1"], rel=RTOL)
    assert by_family.std_error == pytest.approx(expected["se_family_HC1"], rel=RTOL)
    assert by_both.std_error == pytest.approx(expected["se_twoway_pair_family_HC1"], rel=RTOL)
    for row in balance_table(COVARIATES, NAMES, FSP["treat"], match).rows:
        assert row.smd_adjusted == pytest.approx(expected["smd_after"][row.covariate], abs=ATOL_SMD)


def score_without_ties() -> np.ndarray:
    return FSP["age"] / 18 + np.sin(FSP["child_id"])


STRATA = FSP["la"].astype(int)
OPTIONS = {
    "replace": {"replace": True, "caliper": 1e6},
    "ratio2_exact": {"ratio": 2, "exact_on": STRATA, "caliper": 1e6},
    "caliper": {"caliper": 0.002},
    "ratio2_caliper_exact": {"ratio": 2, "exact_on": STRATA, "caliper": 0.005},
}


@pytest.mark.parametrize("name", OPTIONS)
def test_options_equal_matchit(name):
    """MatchIt 4.5.1, on a score without ties in a unit that its rounding spares."""
    expected = R["nearest"][name]
    match = nearest_neighbour_match(score_without_ties(), FSP["treat"], **OPTIONS[name])
    treated = np.flatnonzero(FSP["treat"])
    partners = np.array(expected["match_matrix"], dtype=float).reshape(len(treated), -1) - 1
    for unit, row in zip(treated.tolist(), partners, strict=True):
        found = match.comparison_index[match.treated_index == unit]
        assert sorted(found.tolist()) == sorted(row[~np.isnan(row)].astype(int).tolist())
    assert match.weights == pytest.approx(np.array(expected["weights"]), rel=RTOL)
    table = balance_table(COVARIATES, NAMES, FSP["treat"], match)
    for j, row in enumerate(table.rows):
        assert row.smd_adjusted == pytest.approx(expected["smd"][j], abs=ATOL_SMD)
        assert row.ks_adjusted == pytest.approx(expected["ks"][j], abs=ATOL_SMD)
        assert row.smd_unadjusted == pytest.approx(R["unadjusted"]["smd"][j], abs=ATOL_SMD)
        assert row.ks_unadjusted == pytest.approx(R["unadjusted"]["ks"][j], abs=ATOL_SMD)
    ratios = [table.rows[0].variance_ratio_adjusted, table.rows[3].variance_ratio_adjusted]
    assert ratios == pytest.approx(expected["variance_ratio"], rel=RTOL)
    before = [table.rows[0].variance_ratio_unadjusted, table.rows[3].variance_ratio_unadjusted]
    assert before == pytest.approx(R["unadjusted"]["variance_ratio"], rel=RTOL)
    sizes = [table.comparison.effective_sample_size, table.treated.effective_sample_size]
    assert sizes == pytest.approx(expected["effective"], rel=RTOL)


def test_partners_with_replacement_are_the_nearest():
    score, treated = score_without_ties(), np.flatnonzero(FSP["treat"])
    match = nearest_neighbour_match(score, FSP["treat"], ratio=3, replace=True, caliper=0.005)
    others = np.flatnonzero(FSP["treat"] == 0)
    weights = np.zeros(len(score))
    for unit in treated.tolist():
        near = others[np.argsort(np.abs(score[others] - score[unit]))][:3]
        near = near[np.abs(score[near] - score[unit]) <= match.caliper]
        found = match.comparison_index[match.treated_index == unit]
        assert sorted(found.tolist()) == sorted(near.tolist())
        weights[near] += 1 / max(len(near), 1)
    weights *= np.count_nonzero(weights) / weights.sum()
    assert match.weights[others] == pytest.approx(weights[others], rel=RTOL)


@pytest.mark.parametrize("caliper", [0.2, 0.01])
def test_optimal_pairs_equal_another_algorithm(caliper):
    """Scipy's sparse matching (LAPJVsp), with one dear stand-in per treated unit."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    score = score_without_ties() * np.where(FSP["treat"] == 1, 1, 0.7)
    match = optimal_match(score, FSP["treat"], caliper=caliper)
    one, other = score[FSP["treat"] == 1], score[FSP["treat"] == 0]
    distance = np.abs(one[:, None] - other)
    offset = 1e-6  # a stored 0 would count as no edge
    table = np.where(distance <= match.caliper, distance + offset, 0)
    stand_ins = np.diag(np.full(len(one), 1e3))
    graph = csr_array(np.hstack([table, stand_ins]))
    rows, columns = min_weight_full_bipartite_matching(graph)
    paired = columns < len(other)
    assert len(match.treated_index) == paired.sum()
    assert paired.sum() < len(one)
    total = distance[rows[paired], columns[paired]].sum()
    assert match.distances.sum() == pytest.approx(total, rel=RTOL)


def test_optimal_pairs_are_no_farther_than_greedy_ones(fit):
    for strata in SPECS.values():
        best = optimal_match(fit.linear_predictor, FSP["treat"], exact_on=strata)
        greedy = nearest_neighbour_match(fit.linear_predictor, FSP["treat"], exact_on=strata)
        assert len(best.treated_index) >= len(greedy.treated_index)
        assert best.distances.sum() <= greedy.distances.sum()
