"""What must hold of the sensitivity analyses for every input."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.sensitivity.confounder import (
    bounding_factor,
    confounding_factor,
    tipping_grid,
)
from analytics.statistics.sensitivity.e_value import e_value, e_value_risk_difference
from analytics.statistics.sensitivity.hodges_lehmann import hodges_lehmann_bounds
from analytics.statistics.sensitivity.negative_control import (
    bias_shifted_estimate,
    negative_control_outcome,
)
from analytics.statistics.sensitivity.rosenbaum import (
    discordant_pairs,
    rosenbaum_binary,
    rosenbaum_signed_rank,
)
from analytics.statistics.sensitivity.specification import Specification, specification_curve

ROUNDING = 1e-9
few = settings(deadline=None, derandomize=True, max_examples=50)
ratios = st.floats(0.02, 50)
shares = st.integers(0, 1000).map(lambda thousandths: thousandths / 1000)
DIFFERENCES = st.lists(st.integers(-20, 20), min_size=1, max_size=25).map(np.array)
GAMMAS = [1.0, 1.2, 1.7, 3.0, 9.0]


@few
@given(ratios, ratios, ratios)
def test_e_value_does_not_depend_on_which_arm_comes_first(a, b, c):
    low, estimate, high = sorted([a, b, c])
    interval = Interval(low=low, high=high, level=0.95, method="wald")
    turned = Interval(low=1 / high, high=1 / low, level=0.95, method="wald")
    result = e_value(estimate, measure="risk_ratio", conf_int=interval)
    other = e_value(1 / estimate, measure="risk_ratio", conf_int=turned)
    assert result.estimate == pytest.approx(other.estimate, rel=ROUNDING)
    assert result.limit == pytest.approx(other.limit, rel=ROUNDING)
    assert 1 <= result.limit <= result.estimate


@few
@given(ratios, ratios)
def test_a_stronger_ratio_has_a_larger_e_value(first, second):
    weak, strong = sorted([max(first, 1 / first), max(second, 1 / second)])
    values = [e_value(ratio, measure="hazard_ratio_common").estimate for ratio in (weak, strong)]
    assert values[0] <= values[1] + ROUNDING


@few
@given(st.integers(1, 60), st.integers(0, 60), st.integers(1, 60), st.integers(0, 60))
def test_e_value_of_a_difference_from_both_sides(a, b, c, d):
    tables = [(a, a + b, c, c + d), (c, c + d, a, a + b)]
    names = ("events_treated", "n_treated", "events_comparison", "n_comparison")
    first, second = (e_value_risk_difference(**dict(zip(names, t, strict=True))) for t in tables)
    assert first.estimate == pytest.approx(second.estimate, rel=ROUNDING)
    assert first.limit == pytest.approx(second.limit, rel=ROUNDING)
    assert 1 <= first.limit <= first.estimate + ROUNDING


@few
@given(st.integers(0, 80), st.integers(0, 80))
def test_binary_bounds_widen_and_turn_round(ours, theirs):
    assume(ours + theirs > 0)
    result = rosenbaum_binary(
        treated_only=ours, comparison_only=theirs, alternative="greater", gammas=GAMMAS
    )
    turned = rosenbaum_binary(
        treated_only=theirs, comparison_only=ours, alternative="less", gammas=GAMMAS
    )
    assert result.bounds == turned.bounds
    high = [bound.p_value_high for bound in result.bounds]
    low = [bound.p_value_low for bound in result.bounds]
    assert high == sorted(high)
    assert low == sorted(low, reverse=True)
    assert all(0 <= bound.p_value_low <= bound.p_value_high <= 1 for bound in result.bounds)
    if result.critical_gamma is not None:
        again = rosenbaum_binary(
            treated_only=ours,
            comparison_only=theirs,
            alternative="greater",
            gammas=[result.critical_gamma],
        )
        assert again.bounds[0].p_value_high == pytest.approx(0.05, rel=1e-6)


@few
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40), st.randoms())
def test_pairs_in_any_order_give_the_same_counts(pairs, random):
    mixed = list(pairs)
    random.shuffle(mixed)
    first, second = (discordant_pairs(*np.array(each).T) for each in (pairs, mixed))
    assert first == second


@few
@given(DIFFERENCES, st.floats(0.1, 30))
def test_signed_rank_bounds(differences, scale):
    assume(differences.any())
    result = rosenbaum_signed_rank(differences, alternative="greater", gammas=GAMMAS)
    turned = rosenbaum_signed_rank(-differences, alternative="less", gammas=GAMMAS)
    mixed = rosenbaum_signed_rank(differences[::-1], alternative="greater", gammas=GAMMAS)
    assert result.bounds == turned.bounds == mixed.bounds
    scaled = rosenbaum_signed_rank(differences * scale, alternative="greater", gammas=GAMMAS)
    assert scaled.statistic == result.statistic
    high = [bound.p_value_high for bound in result.bounds]
    assert high == sorted(high)
    if result.critical_gamma is not None:
        assert result.critical_gamma >= 1


@few
@given(DIFFERENCES, st.integers(-9, 9), st.sampled_from([-2, -1, 1, 4]))
def test_hodges_lehmann_bounds_shift_and_scale(differences, shift, scale):
    bounds = hodges_lehmann_bounds(differences, gammas=GAMMAS)
    moved = hodges_lehmann_bounds(differences * scale + shift, gammas=GAMMAS)
    assert bounds[0].low == bounds[0].high
    for first, second in zip(bounds, moved, strict=True):
        assert first.low <= first.high
        expected = sorted([first.low * scale + shift, first.high * scale + shift])
        assert [second.low, second.high] == expected
    lows = [bound.low for bound in bounds]
    assert lows == sorted(lows, reverse=True)
    assert min(differences) <= lows[-1]


@few
@given(shares, shares, ratios)
def test_confounding_factor_turns_round_and_is_bounded(p1, p0, strength):
    factor = confounding_factor(prevalence_treated=p1, prevalence_comparison=p0, strength=strength)
    turned = confounding_factor(prevalence_treated=p0, prevalence_comparison=p1, strength=strength)
    assert factor == pytest.approx(1 / turned, rel=ROUNDING)
    if strength >= 1 and 0 < p0 <= p1:
        limit = bounding_factor(arm_ratio=p1 / p0, outcome_ratio=strength)
        assert factor <= limit * (1 + ROUNDING)


@few
@given(ratios, st.lists(shares, min_size=1, max_size=5))
def test_a_tipping_strength_is_never_negative(ratio, prevalences):
    grid = tipping_grid(ratio, prevalence_treated=prevalences, prevalence_comparison=prevalences)
    assert not np.isnan(grid.strength).any()
    assert (grid.strength > 0).all()


@few
@given(st.floats(-5, 5), st.floats(0.01, 3), st.floats(0.01, 3), st.floats(0.1, 20))
def test_negative_control_does_not_depend_on_the_unit(estimate, error, margin, unit):
    first = negative_control_outcome(estimate=estimate, std_error=error, margin=margin)
    second = negative_control_outcome(
        estimate=-estimate * unit, std_error=error * unit, margin=margin * unit
    )
    assert first.p_value == pytest.approx(second.p_value, rel=1e-6, abs=1e-12)
    assert first.conf_int.low <= estimate <= first.conf_int.high
    if first.check.status == "pass":
        assert abs(estimate) < margin


@few
@given(st.floats(-3, 3), st.floats(0.01, 2), st.floats(-3, 3), st.floats(0.01, 2))
def test_shifting_widens_the_interval(estimate, error, control, control_error):
    result = bias_shifted_estimate(
        estimate=estimate,
        std_error=error,
        control_estimate=control,
        control_std_error=control_error,
    )
    assert result.std_error >= max(error, control_error)
    assert result.conf_int.low <= result.estimate <= result.conf_int.high


def specifications(values):
    found = []
    for number, (estimate, half) in enumerate(values):
        problem = NotEstimable(reason="no_cases", detail="None.") if half == 0 else None
        interval = Interval(low=estimate - half, high=estimate + half, level=0.95, method="t")
        found.append(
            Specification(
                choices=(("model", str(number % 3)), ("sample", str(number // 3))),
                estimate=None if problem else estimate,
                conf_int=None if problem else interval,
                problem=problem,
            )
        )
    return found


@few
@given(
    st.lists(st.tuples(st.integers(-9, 9), st.integers(0, 9)), min_size=1, max_size=20),
    st.randoms(),
)
def test_a_curve_does_not_depend_on_the_order(values, random):
    listed = specifications(values)
    mixed = list(listed)
    random.shuffle(mixed)
    curve, again = specification_curve(listed), specification_curve(mixed)
    if isinstance(curve, NotEstimable):
        assert isinstance(again, NotEstimable)
        return
    assert curve.specifications == again.specifications
    assert curve.influences == again.influences
    assert 0 <= curve.share_significant <= curve.share_same_side <= 1
    assert len(curve.specifications) + len(curve.not_estimable) == len(listed)
