"""What must hold of matching, weighting and their effects for every input."""

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analytics.statistics.propensity.balance import weighted_balance_table
from analytics.statistics.propensity.diagnostics import score_overlap
from analytics.statistics.propensity.doubly_robust import augmented_inverse_probability_effect
from analytics.statistics.propensity.entropy_balancing import entropy_balance
from analytics.statistics.propensity.inverse_probability import inverse_probability_effect
from analytics.statistics.propensity.matched_sets import matched_rows
from analytics.statistics.propensity.matching import nearest_neighbour_match
from analytics.statistics.propensity.optimal import optimal_match
from analytics.statistics.propensity.score import fit_propensity
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

ROUNDING = 1e-9
SWAPPED = {"ATT": "ATC", "ATC": "ATT", "ATE": "ATE", "ATO": "ATO"}
few = settings(deadline=None, derandomize=True, max_examples=40)


@st.composite
def scored_units(draw, max_size=40):
    n = draw(st.integers(2, max_size))
    scores = draw(st.lists(st.integers(-20, 20), min_size=n, max_size=n))
    treated = draw(st.lists(st.booleans(), min_size=n, max_size=n))
    strata = draw(st.lists(st.integers(0, 2), min_size=n, max_size=n))
    assume(any(treated) and not all(treated))
    return np.array(scores) / 8, np.array(treated), np.array(strata)


@st.composite
def studies(draw):
    """Outcome 0/1, arm, two covariates and families, with overlap in most draws."""
    n = draw(st.integers(20, 60))
    generator = np.random.default_rng(draw(st.integers(0, 10**6)))
    x = np.column_stack([generator.normal(size=n), generator.integers(0, 2, n)])
    arm = generator.random(n) < 1 / (1 + np.exp(-x @ [0.5, 0.5]))
    outcome = generator.random(n) < 0.4 + 0.2 * x[:, 1]
    assume(arm.any() and not arm.all())
    return outcome * 1.0, arm, x, generator.integers(0, n // 2, n)


def estimated(result):
    assume(not isinstance(result, NotEstimable))
    return result


@few
@given(scored_units(), st.integers(1, 3), st.booleans())
def test_matches_keep_their_promises(units, ratio, replace):
    score, arm, strata = units
    match = estimated(
        nearest_neighbour_match(score, arm, ratio=ratio, replace=replace, exact_on=strata)
    )
    one, other = match.treated_index, match.comparison_index
    assert arm[one].all()
    assert not arm[other].any()
    assert (strata[one] == strata[other]).all()
    assert match.distances.max() <= match.caliper
    pairs = list(zip(one.tolist(), other.tolist(), strict=True))
    assert len(set(pairs)) == len(pairs)
    assert np.bincount(one).max() <= ratio
    if not replace:
        assert np.bincount(other).max() == 1
    assert match.weights[arm].sum() == match.n_treated_matched
    assert match.weights[~arm].sum() == pytest.approx(match.n_comparison_matched)
    rows = matched_rows(match)
    by_set = np.bincount(rows.matched_set, rows.weights * np.where(arm[rows.index], 1, -1))
    assert np.abs(by_set).max() < ROUNDING


@few
@given(scored_units(), st.integers(1, 3))
def test_more_partners_keep_the_earlier_ones(units, ratio):
    score, arm, _ = units
    fewer = estimated(nearest_neighbour_match(score, arm, ratio=ratio))
    more = nearest_neighbour_match(score, arm, ratio=ratio + 1)
    pairs = [set(zip(m.treated_index, m.comparison_index, strict=True)) for m in (fewer, more)]
    assert pairs[0] <= pairs[1]


@few
@given(scored_units(max_size=9))
def test_optimal_is_the_best_of_all_matchings(units):
    score, arm, _ = units
    match = optimal_match(score, arm, caliper=0.5)
    width = 0.5 * score.std(ddof=1)
    one, other = score[arm], score[~arm]
    best = (0, 0.0)
    for size in range(1, min(len(one), len(other)) + 1):
        for chosen in combinations(one, size):
            for partners in permutations(other, size):
                gaps = np.abs(np.array(chosen) - partners)
                if gaps.max() <= width:
                    best = min(best, (-size, float(gaps.sum())))
    if isinstance(match, NotEstimable):
        assert best[0] == 0
    else:
        assert len(match.treated_index) == -best[0]
        assert match.distances.sum() == pytest.approx(best[1], abs=ROUNDING)


@few
@given(studies(), st.sampled_from(["ATT", "ATE", "ATC"]), st.integers(2, 5))
def test_subclass_weights_give_the_arms_the_same_subclasses(study, estimand, n_subclasses):
    _, arm, x, _ = study
    result = estimated(subclassify(x[:, 0], arm, n_subclasses=n_subclasses, estimand=estimand))
    shares = [np.bincount(result.subclass[s], result.weights[s]) / s.sum() for s in (arm, ~arm)]
    assert shares[0] == pytest.approx(shares[1])
    assert (result.n_treated.sum(), result.n_comparison.sum()) == (arm.sum(), (~arm).sum())
    swapped = subclassify(x[:, 0], ~arm, n_subclasses=n_subclasses, estimand=SWAPPED[estimand])
    assert swapped.weights == pytest.approx(result.weights)


@few
@given(studies(), st.sampled_from(["ATT", "ATE", "ATC"]))
def test_entropy_balance_balances_in_any_units(study, estimand):
    _, arm, x, _ = study
    result = estimated(entropy_balance(x, arm, estimand=estimand))
    target = x[{"ATT": arm, "ATE": arm | ~arm, "ATC": ~arm}[estimand]].mean(axis=0)
    for side in (arm, ~arm):
        assert np.average(x[side], axis=0, weights=result.weights[side]) == pytest.approx(
            target, abs=1e-8
        )
        assert result.weights[side].mean() == pytest.approx(1)
    moved = entropy_balance(x * [1000, -2] + [7, 1], arm, estimand=estimand)
    assert moved.weights == pytest.approx(result.weights, rel=1e-5)


@few
@given(studies(), st.sampled_from(["ATT", "ATE", "ATC", "ATO"]))
def test_inverse_probability_is_symmetric(study, estimand):
    y, arm, x, family = study
    effect = estimated(inverse_probability_effect(y, arm, x, estimand=estimand, cluster=family))
    assert effect.conf_int.low <= effect.estimate <= effect.conf_int.high
    assert 0 <= effect.p_value <= 1
    swapped = inverse_probability_effect(y, ~arm, x, estimand=SWAPPED[estimand], cluster=family)
    assert swapped.estimate == pytest.approx(-effect.estimate, abs=1e-7)
    assert swapped.std_error == pytest.approx(effect.std_error, rel=1e-5)
    order = np.argsort(x[:, 0])
    moved = inverse_probability_effect(
        y[order], arm[order], x[order] * [50, 1], estimand=estimand, cluster=family[order]
    )
    assert moved.estimate == pytest.approx(effect.estimate, abs=1e-7)
    assert moved.std_error == pytest.approx(effect.std_error, rel=1e-5)


@few
@given(studies(), st.sampled_from(["ATT", "ATE", "ATC"]))
def test_augmented_effect_moves_with_the_outcome(study, estimand):
    y, arm, x, family = study
    options = {"outcome_model": "linear", "estimand": estimand, "cluster": family}
    effect = estimated(augmented_inverse_probability_effect(y, arm, x, **options))
    moved = augmented_inverse_probability_effect(3 * y + x @ [2.0, -1.0], arm, x, **options)
    assert moved.estimate == pytest.approx(3 * effect.estimate, abs=1e-6)
    options["estimand"] = SWAPPED[estimand]
    swapped = augmented_inverse_probability_effect(y, ~arm, x, **options)
    assert swapped.estimate == pytest.approx(-effect.estimate, abs=1e-7)
    assert swapped.std_error == pytest.approx(effect.std_error, rel=1e-5)


@few
@given(studies(), st.lists(st.integers(0, 3), min_size=60, max_size=60))
def test_whole_weights_stand_for_repeats(study, weights):
    y, arm, x, family = study
    w = np.array(weights[: len(y)])
    rows = np.repeat(np.arange(len(y)), w)
    options = {"vcov_type": "CR0"}
    effect = estimated(weighted_contrast(y, arm, w, cluster=family, **options))
    one = np.ones(len(rows))
    repeated = weighted_contrast(y[rows], arm[rows], one, cluster=family[rows], **options)
    assert repeated.estimate == pytest.approx(effect.estimate, abs=ROUNDING)
    assert repeated.std_error == pytest.approx(effect.std_error)
    rescaled = weighted_contrast(y, arm, w * np.where(arm, 5, 0.1), cluster=family, **options)
    assert rescaled.std_error == pytest.approx(effect.std_error)
    adjusted = estimated(regression_adjusted_contrast(y, arm, x, w, cluster=family, **options))
    again = regression_adjusted_contrast(
        y[rows], arm[rows], x[rows] * 9 + 1, one, cluster=family[rows], **options
    )
    assert again.estimate == pytest.approx(adjusted.estimate, abs=1e-7)


@few
@given(studies(), st.lists(st.floats(0.01, 10), min_size=60, max_size=60))
def test_balance_in_other_units_and_other_arms(study, weights):
    _, arm, x, _ = study
    assume(2 <= arm.sum() <= len(arm) - 2)
    w = np.array(weights[: len(arm)])
    row = weighted_balance_table(x[:, :1], "a", arm, w, estimand="ATE").rows[0]
    moved = weighted_balance_table(x[:, :1] * 4 - 1, "a", arm, w, estimand="ATE").rows[0]
    swapped = weighted_balance_table(x[:, :1], "a", ~arm, w * 3, estimand="ATE").rows[0]
    assert moved.smd_adjusted == pytest.approx(row.smd_adjusted, abs=ROUNDING)
    assert moved.variance_ratio_adjusted == pytest.approx(row.variance_ratio_adjusted)
    assert swapped.smd_adjusted == pytest.approx(-row.smd_adjusted, abs=ROUNDING)
    assert swapped.variance_ratio_adjusted == pytest.approx(1 / row.variance_ratio_adjusted)
    bent = weighted_balance_table(np.exp(x[:, :1]), "a", arm, w, estimand="ATE").rows[0]
    assert bent.ks_adjusted == pytest.approx(row.ks_adjusted)
    assert 0 <= row.ks_adjusted <= 1 + ROUNDING


@few
@given(st.lists(st.floats(0.01, 0.99), min_size=4, max_size=60), st.integers(1, 30))
def test_weights_overlap_and_trimming(scores, n_bins):
    score, arm = np.array(scores), np.arange(len(scores)) % 2 == 0
    overlap = score_overlap(score, arm, n_bins=n_bins)
    assert (overlap.n_treated.sum(), overlap.n_comparison.sum()) == (arm.sum(), (~arm).sum())
    inside = trimmed(score, arm, rule="common_support")
    expected = [1 - overlap.share_treated_outside, 1 - overlap.share_comparison_outside]
    assert inside[arm].mean() <= expected[0] + ROUNDING
    assert inside[~arm].mean() <= expected[1] + ROUNDING
    for estimand in SWAPPED:
        weights = propensity_weights(score, arm, estimand=estimand, normalised=True)
        assert weights[arm].mean() == pytest.approx(1)
        assert 1 - ROUNDING <= effective_sample_size(weights) <= len(weights) + ROUNDING
        cut = truncate_weights(weights, arm, quantile=0.9)
        assert (cut <= weights).all()
        assert effective_sample_size(cut[arm]) >= effective_sample_size(weights[arm]) - ROUNDING


@few
@given(studies())
def test_the_penalty_shrinks_and_keeps_the_direction(study):
    _, arm, x, _ = study
    plain = estimated(fit_propensity(x[:, :1], arm))
    firth = fit_propensity(x[:, :1], arm, penalty="firth")
    assert abs(firth.coefficients[0]) <= abs(plain.coefficients[0]) + 0.05
    swapped = fit_propensity(x[:, :1], ~arm, penalty="firth")
    assert swapped.coefficients == pytest.approx(-firth.coefficients, abs=1e-7)
