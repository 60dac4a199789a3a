"""What must hold of many tests, subgroups and areas for every input."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analytics.statistics.results import NotEstimable
from analytics.statistics.subgroups.interaction import (
    InteractionResult,
    compare_two_estimates,
    interaction_from_estimates,
)
from analytics.statistics.subgroups.interaction_cases import interaction_from_cases
from analytics.statistics.subgroups.interaction_counts import interaction_from_counts
from analytics.statistics.subgroups.multiplicity import (
    TestFamily,
    adjust_p_values,
    family_wise_level,
)
from analytics.statistics.subgroups.pooling import PooledEstimate, pool_estimates

ROUNDING = 1e-9
few = settings(deadline=None, derandomize=True, max_examples=50)

effects = st.floats(-3, 3).map(lambda value: round(value, 3))
errors = st.floats(0.01, 2).map(lambda value: round(value, 3))
areas = st.lists(st.tuples(effects, errors), min_size=2, max_size=12)
METHODS = st.sampled_from(["REML", "DL", "PM", "common"])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=10), st.sampled_from([0.01, 0.05, 0.2]))
@few
def test_adjusted_p_values_keep_their_order(p_values, rate):
    holm = adjust_p_values(p_values, method="holm", error_rate=rate)
    fdr = adjust_p_values(p_values, method="benjamini_hochberg", error_rate=rate)
    assert isinstance(holm, TestFamily)
    assert isinstance(fdr, TestFamily)
    order = np.argsort(p_values)
    for family in (holm, fdr):
        adjusted = np.array([test.adjusted_p_value for test in family.tests])
        assert (np.diff(adjusted[order]) >= -ROUNDING).all()
        assert (adjusted >= np.array(p_values) - ROUNDING).all()
        assert adjusted.max() <= 1
    for one, other in zip(holm.tests, fdr.tests, strict=True):
        assert other.adjusted_p_value <= one.adjusted_p_value + ROUNDING


@given(st.integers(1, 50), st.floats(0.5, 0.999))
@few
def test_sidak_is_between_one_and_bonferroni(n, level):
    sidak = family_wise_level(n, level=level, method="sidak")
    bonferroni = family_wise_level(n, level=level, method="bonferroni")
    assert level - ROUNDING <= sidak <= bonferroni + ROUNDING < 1 + ROUNDING


@given(areas, METHODS, st.floats(-5, 5), st.sampled_from([-1, 1]))
@few
def test_pooling_moves_with_the_areas(drawn, method, shift, sign):
    y, se = (np.array(column) for column in zip(*drawn, strict=True))
    one = pool_estimates(y, se, method=method)
    if isinstance(one, NotEstimable):
        assert one.reason == "no_variation"
        return
    other = pool_estimates(sign * y[::-1] + shift, se[::-1], method=method)
    assert isinstance(other, PooledEstimate)
    assert other.tau2 == pytest.approx(one.tau2, rel=1e-5, abs=1e-8)
    assert other.estimate == pytest.approx(sign * one.estimate + shift, rel=1e-5, abs=1e-6)
    assert other.std_error == pytest.approx(one.std_error, rel=1e-4, abs=1e-7)
    assert one.conf_int.low <= one.estimate <= one.conf_int.high
    assert min(y) - ROUNDING <= one.estimate <= max(y) + ROUNDING
    assert 0 <= one.i2 < 1
    assert 0 <= one.p_value <= 1
    assert one.tau2_conf_int.low <= one.tau2_conf_int.high
    assert sum(one.weights) == pytest.approx(1)
    if one.prediction_interval is not None:
        assert one.prediction_interval.low <= one.conf_int.low + ROUNDING


@given(areas, st.sampled_from(["REML", "DL", "PM"]), st.floats(0.1, 20))
@few
def test_pooling_scales(drawn, method, scale):
    y, se = (np.array(column) for column in zip(*drawn, strict=True))
    one = pool_estimates(y, se, method=method)
    assume(isinstance(one, PooledEstimate))
    other = pool_estimates(scale * y, scale * se, method=method)
    assert isinstance(other, PooledEstimate)
    assert other.tau2 == pytest.approx(scale**2 * one.tau2, rel=1e-5, abs=1e-8)
    assert other.i2 == pytest.approx(one.i2, abs=1e-6)


@given(areas)
@few
def test_paule_mandel_solves_its_equation(drawn):
    y, se = (np.array(column) for column in zip(*drawn, strict=True))
    result = pool_estimates(y, se, method="PM")
    assume(isinstance(result, PooledEstimate) and result.tau2 > 0)
    # Then the Hartung-Knapp factor is 1.
    wald = result.wald_conf_int.high - result.estimate
    assert result.std_error == pytest.approx(wald / 1.959963984540054, rel=1e-6)


@given(st.tuples(effects, errors), st.tuples(effects, errors))
@few
def test_two_estimates_are_q(first, second):
    two = compare_two_estimates(first, second, scale="log_ratio")
    back = compare_two_estimates(second, first, scale="log_ratio")
    q = interaction_from_estimates([first, second], scale="log_ratio")
    assert isinstance(q, InteractionResult)
    assert q.p_value == pytest.approx(two.p_value, abs=ROUNDING)
    assert back.difference == -two.difference
    assert back.ratio * two.ratio == pytest.approx(1)


@st.composite
def subgroup_counts(draw):
    k = draw(st.integers(1, 4))
    columns = [
        [sorted((draw(st.integers(0, 25)), draw(st.integers(0, 25)))) for _ in range(k)]
        for _ in range(2)
    ]
    return tuple(np.array(column)[:, i] for column in columns for i in (0, 1))


@given(subgroup_counts(), st.sampled_from(["risk_difference", "odds_ratio"]))
@few
def test_interaction_from_counts_mirrors(drawn, scale):
    a, n1, c, n0 = drawn
    one = interaction_from_counts(a, n1, c, n0, scale=scale)
    swapped = interaction_from_counts(c, n0, a, n1, scale=scale)
    no_event = interaction_from_counts(n1 - a, n1, n0 - c, n0, scale=scale)
    for other in (swapped, no_event):
        if isinstance(one, NotEstimable):
            assert other == one
        else:
            assert isinstance(other, InteractionResult)
            assert other.statistic == pytest.approx(one.statistic, rel=1e-6, abs=1e-6)
            assert other.n_tested == one.n_tested
            assert 0 <= one.p_value <= 1


@given(subgroup_counts())
@few
def test_interaction_of_equal_subgroups_is_none(drawn):
    a, n1, c, n0 = (np.repeat(column[:1], 3) for column in drawn)
    for scale in ("risk_difference", "odds_ratio"):
        result = interaction_from_counts(a, n1, c, n0, scale=scale)
        if isinstance(result, InteractionResult):
            assert result.p_value == pytest.approx(1, abs=1e-6)


@given(st.integers(0, 1000))
@settings(few, max_examples=15)
def test_interaction_from_cases_relabels(seed):
    rng = np.random.default_rng(seed)
    n = 60
    outcome, arm = rng.integers(0, 2, n), rng.integers(0, 2, n)
    group, family = rng.integers(0, 3, n), rng.integers(0, 20, n)
    one = interaction_from_cases(outcome, arm, group, family)
    shuffle = rng.permutation(n)
    other = interaction_from_cases(
        1 - outcome[shuffle], 1 - arm[shuffle], 2 - group[shuffle], family[shuffle] + 100
    )
    if isinstance(one, NotEstimable):
        assert isinstance(other, NotEstimable)
        return
    assert isinstance(other, InteractionResult)
    assert other.statistic == pytest.approx(one.statistic, rel=1e-6, abs=1e-9)
    assert other.p_value == pytest.approx(one.p_value, rel=1e-6, abs=1e-9)
