"""What must hold of the statistical kernels for every input."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analytics.statistics.propensity.matching import MatchResult, nearest_neighbour_match
from analytics.statistics.propensity.score import PropensityFit, fit_propensity
from analytics.statistics.results import NotEstimable
from analytics.statistics.time_to_event.survival import (
    cumulative_incidence,
    incidence_at,
    kaplan_meier,
)
from analytics.statistics.two_groups.clustered import (
    ClusteredResult,
    clustered_risk_difference,
    clustered_risk_ratio,
)
from analytics.statistics.two_groups.proportions import risk_difference, wilson_interval
from analytics.statistics.two_groups.ratios import odds_ratio, risk_ratio
from analytics.statistics.variation.rates import rate, rate_interval

ROUNDING = 1e-9
LEVELS = st.sampled_from([0.5, 0.9, 0.95, 0.998])
few = settings(deadline=None, derandomize=True, max_examples=50)


@st.composite
def arm(draw):
    n = draw(st.integers(1, 400))
    return draw(st.integers(0, n)), n


@st.composite
def follow_up(draw, min_size=2):
    n = draw(st.integers(min_size, 40))
    values = st.lists(st.integers(0, 12), min_size=n, max_size=n)
    events = st.lists(st.integers(0, 2), min_size=n, max_size=n)
    families = st.lists(st.integers(0, 9), min_size=n, max_size=n)
    return np.array(draw(values)), np.array(draw(events)), np.array(draw(families))


@st.composite
def two_arms(draw):
    n = draw(st.integers(4, 40))
    columns = [draw(st.lists(st.integers(0, top), min_size=n, max_size=n)) for top in (1, 1, 9, 5)]
    return tuple(np.array(column) for column in columns)


@st.composite
def scored_units(draw):
    n = draw(st.integers(2, 60))
    scores = draw(st.lists(st.integers(-20, 20), min_size=n, max_size=n))
    treated = draw(st.lists(st.booleans(), min_size=n, max_size=n))
    strata = draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))
    return np.array(scores) / 8, np.array(treated), np.array(strata)


def counts(treated, comparison):
    return {
        "events_treated": treated[0],
        "n_treated": treated[1],
        "events_comparison": comparison[0],
        "n_comparison": comparison[1],
    }


@few
@given(arm(), LEVELS)
def test_wilson_holds_the_proportion_within_0_and_1(units, level):
    interval = wilson_interval(*units, level=level)
    p = units[0] / units[1]
    assert 0 <= interval.low <= p + ROUNDING
    assert p - ROUNDING <= interval.high <= 1


@few
@given(arm(), arm(), LEVELS)
def test_risk_difference_interval_holds_the_estimate_within_range(treated, comparison, level):
    result = risk_difference(**counts(treated, comparison), level=level)
    assert -1 <= result.conf_int.low <= result.estimate <= result.conf_int.high <= 1
    assert result.p_value is None or 0 <= result.p_value <= 1


@few
@given(arm(), arm())
def test_swapping_arms_flips_the_contrasts(treated, comparison):
    one, other = counts(treated, comparison), counts(comparison, treated)
    forward, backward = risk_difference(**one), risk_difference(**other)
    assert forward.estimate == pytest.approx(-backward.estimate, abs=ROUNDING)
    assert forward.conf_int.low == pytest.approx(-backward.conf_int.high, abs=ROUNDING)
    if forward.p_value is None:
        assert backward.p_value is None
    else:
        assert forward.p_value == pytest.approx(backward.p_value, rel=1e-6)
    for ratio in (risk_ratio, odds_ratio):
        there, back = ratio(**one), ratio(**other)
        if isinstance(there, NotEstimable):
            assert there == back
            continue
        assert there.estimate == pytest.approx(1 / back.estimate)
        assert there.conf_int.low == pytest.approx(1 / back.conf_int.high)
        assert there.conf_int.low <= there.estimate <= there.conf_int.high


@few
@given(st.integers(0, 2000), st.integers(1, 10**6), LEVELS)
def test_rate_interval_holds_the_rate(count, population, level):
    interval = rate_interval(count, population, level=level)
    assert 0 <= interval.low <= rate(count, population) <= interval.high


@few
@given(two_arms())
def test_clustered_contrasts(data):
    outcome, treated, family, second = data
    for estimator in (clustered_risk_difference, clustered_risk_ratio):
        result = estimator(outcome, treated, family)
        swapped = estimator(outcome, 1 - treated, family)
        if isinstance(result, NotEstimable):
            assert result == swapped
            continue
        assert result.conf_int.low <= result.estimate <= result.conf_int.high
        assert swapped.std_error == pytest.approx(result.std_error)
        assert swapped.statistic == pytest.approx(-result.statistic, abs=ROUNDING)
        order = np.argsort(second, kind="stable")
        moved = estimator(outcome[order], treated[order], family[order])
        assert moved.std_error == pytest.approx(result.std_error)
        twice = estimator(*(np.tile(column, 2) for column in (outcome, treated, family)))
        assert twice.estimate == pytest.approx(result.estimate, abs=ROUNDING)


@few
@given(two_arms())
def test_singleton_clusters_equal_the_robust_error(data):
    outcome, treated, *_ = data
    result = clustered_risk_difference(outcome, treated, np.arange(len(outcome)))
    assume(isinstance(result, ClusteredResult))
    one, other = outcome[treated == 1], outcome[treated == 0]
    hc0 = one.var() / len(one) + other.var() / len(other)
    n = len(outcome)
    assert result.std_error**2 == pytest.approx(hc0 * n / (n - 2))


@few
@given(two_arms())
def test_two_way_with_the_same_grouping_twice_is_one_way(data):
    outcome, treated, family, _ = data
    once = clustered_risk_difference(outcome, treated, family)
    twice = clustered_risk_difference(outcome, treated, family, second_cluster=family)
    assume(isinstance(once, ClusteredResult))
    assert twice.std_error == pytest.approx(once.std_error)


@few
@given(scored_units(), st.sampled_from([0.05, 0.2, 1.0]), st.booleans())
def test_pairs_obey_the_rules(data, caliper, exact):
    score, treated, strata = data
    match = nearest_neighbour_match(
        score, treated, caliper=caliper, exact_on=strata if exact else None
    )
    assume(isinstance(match, MatchResult))
    assert len(np.unique(match.comparison_index)) == len(match.comparison_index)
    assert (np.diff(match.treated_index) > 0).all()
    assert treated[match.treated_index].all()
    assert not treated[match.comparison_index].any()
    assert (match.distances <= match.caliper).all()
    assert 0 <= match.overlap_share <= 1
    if exact:
        assert (strata[match.treated_index] == strata[match.comparison_index]).all()


@few
@given(scored_units(), st.booleans())
def test_pairs_equal_a_plain_scan(data, exact):
    score, treated, strata = data
    strata = strata if exact else np.zeros_like(strata)
    match = nearest_neighbour_match(score, treated, exact_on=strata)
    assume(treated.any() and not treated.all())
    width, order = 0.2 * score.std(ddof=1), np.argsort(score, kind="stable").tolist()
    place = {unit: k for k, unit in enumerate(order)}
    free, expected = set(np.flatnonzero(~treated).tolist()), {}
    queue = np.flatnonzero(treated)
    for unit in queue[np.argsort(-score[queue], kind="stable")].tolist():
        keys = [
            (abs(score[k] - score[unit]), abs(place[k] - place[unit]), place[k], k)
            for k in free
            if strata[k] == strata[unit] and abs(score[k] - score[unit]) <= width
        ]
        if keys:
            expected[unit] = min(keys)[3]
            free.remove(expected[unit])
    found = (
        {}
        if isinstance(match, NotEstimable)
        else dict(zip(match.treated_index.tolist(), match.comparison_index.tolist(), strict=True))
    )
    assert found == expected


@few
@given(st.integers(0, 10**6))
def test_propensity_scores_solve_the_likelihood_equations(seed):
    generator = np.random.default_rng(seed)
    covariates = generator.normal(size=(80, 2)) * [1, 1000] + [0, 5e5]
    treated = generator.random(80) < 0.4
    fit = fit_propensity(covariates, treated)
    assume(isinstance(fit, PropensityFit))
    assert fit.propensity_score.sum() == pytest.approx(treated.sum(), rel=1e-8)
    assert fit.propensity_score @ covariates == pytest.approx(treated @ covariates, rel=1e-8)
    scaled = fit_propensity(covariates * [3, 0.01], treated)
    assert scaled.linear_predictor == pytest.approx(fit.linear_predictor, abs=1e-7)
    flipped = fit_propensity(covariates, ~treated)
    assert flipped.linear_predictor == pytest.approx(-fit.linear_predictor, abs=1e-7)


@few
@given(follow_up())
def test_incidences_rise_and_sum_to_1_with_the_event_free(data):
    duration, event, _ = data
    curves = [cumulative_incidence(duration, event, cause=cause) for cause in (1, 2)]
    assume(not any(isinstance(curve, NotEstimable) for curve in curves))
    total = curves[0].event_free + sum(curve.incidence for curve in curves)
    assert total == pytest.approx(np.ones(len(total)))
    for curve in curves:
        assert (np.diff(curve.incidence) >= 0).all()
        assert (curve.conf_low <= curve.incidence + ROUNDING).all()
        assert (curve.incidence <= curve.conf_high + ROUNDING).all()
        assert curve.conf_low.min() >= 0
        assert curve.conf_high.max() <= 1
        leaving = curve.n_events + curve.n_competing + curve.n_censored
        assert leaving.sum() == curve.n == curve.n_at_risk[0]


@few
@given(follow_up(), st.randoms(use_true_random=False))
def test_incidence_ignores_order_and_duplication(data, random):
    duration, event, family = data
    curve = cumulative_incidence(duration, event, cluster=family)
    assume(not isinstance(curve, NotEstimable))
    order = random.sample(range(len(duration)), len(duration))
    moved = cumulative_incidence(duration[order], event[order], cluster=family[order])
    assert moved.std_error == pytest.approx(curve.std_error, abs=1e-8)
    # Copying every child within its family changes neither the estimate nor the clustered error.
    twice = cumulative_incidence(
        *(np.tile(x, 2) for x in (duration, event)), cluster=np.tile(family, 2)
    )
    assert twice.incidence == pytest.approx(curve.incidence)
    assert twice.std_error == pytest.approx(curve.std_error, abs=1e-8)


@few
@given(follow_up())
def test_clustering_by_singletons_is_the_default(data):
    duration, event, _ = data
    alone = cumulative_incidence(duration, event)
    assume(not isinstance(alone, NotEstimable))
    named = cumulative_incidence(duration, event, cluster=[f"child {k}" for k in range(len(event))])
    assert named.std_error == pytest.approx(alone.std_error, abs=1e-8)
    assert named.n_clusters == alone.n


@few
@given(follow_up())
def test_naive_kaplan_meier_is_never_below_the_incidence(data):
    duration, event, _ = data
    curve = cumulative_incidence(duration, event)
    assume(not isinstance(curve, NotEstimable))
    naive = kaplan_meier(duration, event == 1)
    assert (1 - naive.survival_probability >= curve.incidence - ROUNDING).all()
    if (event != 2).all():
        assert 1 - naive.survival_probability == pytest.approx(curve.incidence)


@few
@given(follow_up(min_size=1), LEVELS)
def test_survival_falls_within_its_interval(data, level):
    duration, event, _ = data
    curve = kaplan_meier(duration, event > 0, level=level)
    assert (np.diff(curve.survival_probability) <= 0).all()
    assert (curve.conf_low <= curve.survival_probability + ROUNDING).all()
    assert (curve.survival_probability <= curve.conf_high + ROUNDING).all()
    assert curve.conf_low.min() >= 0
    assert curve.conf_high.max() <= 1


@few
@given(follow_up())
def test_uncensored_incidence_is_a_proportion_with_its_robust_error(data):
    duration, event, _ = data
    event = np.where(event == 0, 1, event)
    assume(2 in event)
    assume(1 in event)
    end = incidence_at(cumulative_incidence(duration, event), [99])
    p, n = (event == 1).mean(), len(event)
    assert end.estimate[0] == pytest.approx(p)
    assert end.std_error[0] == pytest.approx(np.sqrt(p * (1 - p) / n))
