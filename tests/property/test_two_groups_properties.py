"""What must hold of comparisons of two groups for every input."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.two_groups.absolute_effects import (
    cohens_h,
    natural_frequencies,
    number_needed_to_treat,
)
from analytics.statistics.two_groups.association import association_tests, conditional_odds_ratio
from analytics.statistics.two_groups.before_after_rates import within_unit_rate_ratio
from analytics.statistics.two_groups.cluster_totals import cluster_totals, total_by_cluster
from analytics.statistics.two_groups.clustered import clustered_contrast
from analytics.statistics.two_groups.count_models import (
    negative_binomial_rate_ratio,
    quasi_poisson_rate_ratio,
)
from analytics.statistics.two_groups.paired import mcnemar_test, paired_risk_difference
from analytics.statistics.two_groups.proportions import risk_difference
from analytics.statistics.two_groups.rates import rate_difference, rate_ratio
from analytics.statistics.two_groups.score_interval import miettinen_nurminen

ROUNDING = 1e-9
LEVELS = st.sampled_from([0.5, 0.9, 0.95, 0.998])
ESTIMANDS = ("risk_difference", "risk_ratio", "odds_ratio", "rate_difference", "rate_ratio")
few = settings(deadline=None, derandomize=True, max_examples=50)


@st.composite
def tables(draw):
    cells = {}
    for arm in ("treated", "comparison"):
        cells[f"n_{arm}"] = draw(st.integers(1, 400))
        cells[f"events_{arm}"] = draw(st.integers(0, cells[f"n_{arm}"]))
    return cells


@st.composite
def patterns(draw):
    """Totals of at most eight patterns, each shown by one to four clusters."""
    size = draw(st.integers(2, 8))
    columns = {}
    for arm in ("treated", "comparison"):
        units = draw(st.lists(st.integers(0, 4), min_size=size, max_size=size))
        columns[f"n_{arm}"] = np.array(units)
        columns[f"events_{arm}"] = np.array([draw(st.integers(0, n)) for n in units])
    columns["repeats"] = np.array(draw(st.lists(st.integers(1, 4), min_size=size, max_size=size)))
    return columns


@st.composite
def unit_counts(draw):
    n = draw(st.integers(4, 30))
    generator = np.random.default_rng(draw(st.integers(0, 10**6)))
    events = generator.poisson(generator.gamma(0.8, 3, (2, n)))
    return events, generator.uniform(0.2, 5, (2, n)), generator.integers(0, 2, n)


def swapped(columns: dict) -> dict:
    other = {"treated": "comparison", "comparison": "treated"}
    names = {
        name: name.replace(arm, other[arm]) for name in columns for arm in other if arm in name
    }
    return {names.get(name, name): values for name, values in columns.items()}


@few
@given(tables(), LEVELS)
def test_score_interval_agrees_with_its_test(table, level):
    result = miettinen_nurminen(**table, level=level)
    low, high = result.conf_int.low, result.conf_int.high
    assert -1 <= low <= result.estimate <= high <= 1
    back = miettinen_nurminen(**swapped(table), level=level)
    assert (back.conf_int.low, back.conf_int.high) == pytest.approx((-high, -low), abs=ROUNDING)
    if result.p_value is None:
        assert low < 0 < high
    elif abs(result.p_value - (1 - level)) > ROUNDING:
        assert (result.p_value < 1 - level) == (not low <= 0 <= high)


@few
@given(tables(), LEVELS)
def test_wider_levels_make_wider_score_intervals(table, level):
    inner, outer = (miettinen_nurminen(**table, level=each).conf_int for each in (level, 0.999))
    assert outer.low <= inner.low + ROUNDING
    assert inner.high <= outer.high + ROUNDING


@few
@given(tables(), st.booleans())
def test_numbers_needed_cover_the_interval_of_the_difference(table, fewer):
    difference = risk_difference(**table)
    interval = difference.conf_int
    result = number_needed_to_treat(difference.estimate, interval, fewer_is_better=fewer)
    other = number_needed_to_treat(difference.estimate, interval, fewer_is_better=not fewer)
    assert (result.benefit, result.harm) == (other.harm, other.benefit)
    assert result.estimate == other.estimate >= 1
    shown = [side for side in (result.benefit, result.harm) if side is not None]
    assert len(shown) == (2 if interval.low < 0 < interval.high else 1)
    assert all(1 <= side.low <= side.high for side in shown)
    if len(shown) == 2:
        assert all(side.high == math.inf for side in shown)
    if result.direction is not None:
        side = result.benefit if result.direction == "benefit" else result.harm
        assert side.low - ROUNDING <= result.estimate <= side.high * (1 + ROUNDING)


@few
@given(tables())
def test_people_shown_add_up(table):
    result = risk_difference(**table)
    risks = (result.risk_treated, result.risk_comparison)
    shown = natural_frequencies(*risks, result.conf_int)
    assert shown.treated - shown.comparison == shown.difference
    assert shown.difference_low <= shown.difference <= shown.difference_high
    assert abs(shown.difference / shown.denominator - result.estimate) <= 1 / shown.denominator
    for people, risk in zip((shown.treated, shown.comparison), risks, strict=True):
        assert abs(people / shown.denominator - risk) <= 0.5 / shown.denominator + ROUNDING
        assert (people == 0) == (risk == 0)
        assert (people == shown.denominator) == (risk == 1)
    mirror = Interval(
        low=-result.conf_int.high, high=-result.conf_int.low, level=0.95, method="mirrored"
    )
    back = natural_frequencies(*reversed(risks), mirror)
    assert (back.denominator, back.difference) == (shown.denominator, -shown.difference)
    assert back.difference_low == -shown.difference_high


@few
@given(tables(), LEVELS)
def test_cohens_h_turns_its_sign_with_the_arms(table, level):
    result, back = cohens_h(**table, level=level), cohens_h(**swapped(table), level=level)
    assert result.estimate == pytest.approx(-back.estimate)
    assert -math.pi <= result.conf_int.low <= result.estimate <= result.conf_int.high <= math.pi


@few
@given(tables())
def test_association_does_not_depend_on_which_arm_is_which(table):
    result, back = association_tests(**table), association_tests(**swapped(table))
    if isinstance(result, NotEstimable):
        assert result == back
        return
    for name in ("p_value", "p_value_corrected", "p_value_fisher", "p_value_mid_p"):
        assert getattr(result, name) == pytest.approx(getattr(back, name), rel=1e-6)
        assert 0 <= getattr(result, name) <= 1
    assert result.p_value <= result.p_value_corrected


@settings(few, max_examples=15)
@given(tables(), LEVELS)
def test_exact_odds_ratio_turns_around_with_the_arms(table, level):
    result = conditional_odds_ratio(**table, level=level)
    assume(not isinstance(result, NotEstimable))
    back = conditional_odds_ratio(**swapped(table), level=level)
    assert 0 <= result.conf_int.low <= result.estimate <= result.conf_int.high
    limits = (result.conf_int.low, result.conf_int.high)
    turned = tuple(
        math.inf if limit == 0 else 1 / limit for limit in (back.conf_int.high, back.conf_int.low)
    )
    assert limits == pytest.approx(turned, rel=1e-6)


@few
@given(st.integers(0, 300), st.integers(0, 300), LEVELS)
def test_mcnemar(first, second, level):
    result = mcnemar_test(treated_only=first, comparison_only=second, level=level)
    assume(not isinstance(result, NotEstimable))
    back = mcnemar_test(treated_only=second, comparison_only=first, level=level)
    assert result.p_value_exact == pytest.approx(back.p_value_exact)
    assert 0 <= result.p_value_mid_p <= result.p_value_exact <= 1
    assert result.p_value <= result.p_value_corrected
    assert result.conf_int.low <= result.odds_ratio <= result.conf_int.high


@few
@given(st.lists(st.integers(0, 60), min_size=4, max_size=4), LEVELS)
def test_paired_difference_holds_the_estimate_within_range(cells, level):
    assume(sum(cells))
    both, first, second, neither = cells
    result = paired_risk_difference(
        both=both, treated_only=first, comparison_only=second, neither=neither, level=level
    )
    back = paired_risk_difference(
        both=both, treated_only=second, comparison_only=first, neither=neither, level=level
    )
    assert -1 <= result.conf_int.low <= result.estimate <= result.conf_int.high <= 1
    assert result.conf_int.low == pytest.approx(-back.conf_int.high, abs=ROUNDING)
    assert result.risk_treated - result.risk_comparison == pytest.approx(result.estimate)


@few
@given(patterns(), st.sampled_from(ESTIMANDS), st.sampled_from(["CR0", "CR1", "CR2"]))
def test_patterns_clusters_and_cases_give_one_answer(columns, estimand, kind):
    counted = clustered_contrast(cluster_totals(**columns), estimand=estimand, vcov_type=kind)
    repeats = columns["repeats"]
    each = {
        name: np.repeat(values, repeats) for name, values in columns.items() if name != "repeats"
    }
    clusters = clustered_contrast(cluster_totals(**each), estimand=estimand, vcov_type=kind)
    outcome, treated, family = [], [], []
    for arm, flag in (("treated", 1), ("comparison", 0)):
        for label, (n, events) in enumerate(
            zip(each[f"n_{arm}"], each[f"events_{arm}"], strict=True)
        ):
            outcome += [1] * events + [0] * (n - events)
            treated += [flag] * n
            family += [label] * n
    order = np.random.default_rng(0).permutation(len(outcome))
    cases = total_by_cluster(
        np.array(outcome, float)[order], np.array(treated, float)[order], np.array(family)[order]
    )
    from_cases = clustered_contrast(cases, estimand=estimand, vcov_type=kind)
    if isinstance(counted, NotEstimable):
        assert counted.reason == clusters.reason == from_cases.reason
        return
    assert counted.std_error == pytest.approx(clusters.std_error, rel=1e-9)
    assert counted.df == pytest.approx(clusters.df)
    assert counted.estimate == pytest.approx(from_cases.estimate)
    assert counted.std_error == pytest.approx(from_cases.std_error, rel=1e-9)
    assert counted.df == pytest.approx(from_cases.df)


@few
@given(patterns(), st.sampled_from(ESTIMANDS), st.sampled_from(["CR0", "CR1", "CR2"]))
def test_swapping_arms_flips_clustered_contrasts(columns, estimand, kind):
    result = clustered_contrast(cluster_totals(**columns), estimand=estimand, vcov_type=kind)
    back = clustered_contrast(cluster_totals(**swapped(columns)), estimand=estimand, vcov_type=kind)
    if isinstance(result, NotEstimable):
        assert result.reason == back.reason
        return
    assert result.conf_int.low <= result.estimate <= result.conf_int.high
    assert back.std_error == pytest.approx(result.std_error)
    assert back.statistic == pytest.approx(-result.statistic, abs=ROUNDING)
    assert back.df == pytest.approx(result.df)
    assert 0 < result.df <= result.n_clusters - 1 + ROUNDING
    assert 0 <= result.p_value <= 1


@few
@given(patterns(), st.sampled_from(ESTIMANDS))
def test_every_cluster_twice_halves_the_variance(columns, estimand):
    result = clustered_contrast(cluster_totals(**columns), estimand=estimand, vcov_type="CR0")
    assume(not isinstance(result, NotEstimable))
    twice = cluster_totals(**{**columns, "repeats": 2 * columns["repeats"]})
    doubled = clustered_contrast(twice, estimand=estimand, vcov_type="CR0")
    assert doubled.estimate == pytest.approx(result.estimate)
    assert doubled.std_error == pytest.approx(result.std_error / math.sqrt(2))


@few
@given(st.integers(0, 10**6))
def test_cr2_of_single_cases_is_welchs_variance(seed):
    generator = np.random.default_rng(seed)
    n = int(generator.integers(6, 60))
    outcome, treated = generator.normal(size=n), generator.random(n) < 0.4
    assume(2 <= treated.sum() <= n - 2)
    totals = total_by_cluster(outcome, treated, np.arange(n))
    result = clustered_contrast(totals, estimand="risk_difference")
    one, other = outcome[treated], outcome[~treated]
    welch = one.var(ddof=1) / len(one) + other.var(ddof=1) / len(other)
    assert result.std_error**2 == pytest.approx(welch)


@few
@given(st.integers(0, 400), st.integers(0, 400), st.floats(0.1, 1e4), st.floats(0.1, 1e4), LEVELS)
def test_rates(a, c, t1, t0, level):
    events = {"events_treated": a, "events_comparison": c}
    difference = rate_difference(**events, exposure_treated=t1, exposure_comparison=t0, level=level)
    interval = difference.conf_int
    slack = ROUNDING * (abs(interval.low) + abs(interval.high))
    assert interval.low - slack <= difference.estimate <= interval.high + slack
    assert -difference.rate_comparison - interval.high <= difference.rate_treated
    result = rate_ratio(**events, exposure_treated=t1, exposure_comparison=t0, level=level)
    assume(not isinstance(result, NotEstimable))
    assert result.conf_int.low <= result.estimate <= result.conf_int.high
    assert 0 <= result.p_value <= 1
    years = rate_ratio(
        **events, exposure_treated=t1 / 365, exposure_comparison=t0 / 365, level=level
    )
    assert years.estimate == pytest.approx(result.estimate)
    assert years.p_value == pytest.approx(result.p_value, rel=1e-6)
    if result.conf_int.low > 0 and abs(result.p_value - (1 - level)) > ROUNDING:
        leaves_one_out = not result.conf_int.low <= 1 <= result.conf_int.high
        assert leaves_one_out == (result.p_value < 1 - level)


@few
@given(unit_counts())
def test_count_models_do_not_depend_on_the_unit_of_time_or_the_order(data):
    (events, _), (exposure, _), treated = data
    for model in (quasi_poisson_rate_ratio, negative_binomial_rate_ratio):
        result = model(events, exposure, treated)
        other = model(events[::-1], 365 * exposure[::-1], treated[::-1])
        back = model(events, exposure, 1 - treated)
        if isinstance(result, NotEstimable):
            assert result.reason == other.reason == back.reason
            continue
        assert other.estimate == pytest.approx(result.estimate, rel=1e-6)
        assert other.std_error == pytest.approx(result.std_error, rel=1e-6)
        assert other.dispersion == pytest.approx(result.dispersion, rel=1e-5, abs=1e-9)
        assert back.estimate == pytest.approx(1 / result.estimate, rel=1e-6)
        assert result.conf_int.low < result.estimate < result.conf_int.high


@few
@given(unit_counts(), st.floats(0.1, 5))
def test_within_unit_ratio(data, proportion):
    events, exposure, _ = data
    columns = {"events_before": events[0], "events_after": events[1]}
    times = {"exposure_before": exposure[0], "exposure_after": exposure[1]}
    result = within_unit_rate_ratio(**columns, **times)
    assume(not isinstance(result, NotEstimable))
    assert result.conf_int.low < result.estimate < result.conf_int.high
    back = within_unit_rate_ratio(
        events_before=events[1],
        exposure_before=exposure[1],
        events_after=events[0],
        exposure_after=exposure[0],
    )
    assert back.estimate == pytest.approx(1 / result.estimate)
    assert back.std_error == pytest.approx(result.std_error)
    steady = within_unit_rate_ratio(
        **columns, exposure_before=exposure[0], exposure_after=proportion * exposure[0]
    )
    pooled = events[1].sum() / events[0].sum() / proportion
    assert steady.estimate == pytest.approx(pooled)
    assert steady.n_informative == (events.sum(axis=0) > 0).sum()
