"""The edges of rates, standardisation, funnels and control charts."""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import positive_vector, whole_counts
from analytics.statistics.results import NotEstimable
from analytics.statistics.variation._rule_flags import rule_flags
from analytics.statistics.variation.control_rules import (
    NHS_RULES,
    WESTERN_ELECTRIC_RULES,
    apply_rules,
)
from analytics.statistics.variation.count_charts import count_chart, proportion_chart, rate_chart
from analytics.statistics.variation.funnel import funnel, funnel_limits
from analytics.statistics.variation.individuals_charts import individuals_chart, moving_range_chart
from analytics.statistics.variation.intervals import (
    byar_limits,
    clopper_pearson_limits,
    poisson_exact_limits,
    wilson_limits,
)
from analytics.statistics.variation.over_dispersion import (
    over_dispersion_check,
    proportion_over_dispersion,
    ratio_over_dispersion,
)
from analytics.statistics.variation.rates import proportion_intervals, rate_intervals
from analytics.statistics.variation.standardisation import (
    directly_standardised_rate,
    expected_counts,
    indirectly_standardised_ratio,
)
from analytics.statistics.variation.timeline import Timeline

NAN = float("nan")
RATIOS = ratio_over_dispersion([1, 9, 20], [5, 5, 5])
MONTHS = [31, 28, 35, 30, 27, 33, 36, 29, 30, 34, 28, 32]


def reason(result: object) -> str:
    assert isinstance(result, NotEstimable)
    assert result.detail
    return result.reason


def check(result, name):
    return next(item for item in result.health if item.name == name)


@pytest.mark.parametrize("level", [0, 1, -1, 95, NAN])
@pytest.mark.parametrize(
    "limits",
    [
        lambda level: poisson_exact_limits([3], level=level),
        lambda level: byar_limits([3], level=level),
        lambda level: wilson_limits([3], [5], level=level),
        lambda level: clopper_pearson_limits([3], [5], level=level),
        lambda level: rate_intervals([3], [5], level=level),
        lambda level: directly_standardised_rate([30], [5], [1], level=level),
    ],
)
def test_impossible_levels(limits, level):
    with pytest.raises(InvalidInputError):
        limits(level)


@pytest.mark.parametrize(
    "call",
    [
        lambda: whole_counts([1.5], name="x"),
        lambda: whole_counts([-1], name="x"),
        lambda: positive_vector([0], name="x"),
        lambda: rate_intervals([1, NAN], [5, 5]),
        lambda: rate_intervals([1], [5, 5]),
        lambda: rate_intervals([1], [5], per=0),
        lambda: proportion_intervals([6], [5]),
        lambda: proportion_intervals([0], [0]),
        lambda: directly_standardised_rate([20], [5], [0]),
        lambda: directly_standardised_rate([20], [5], [-1]),
        lambda: directly_standardised_rate([20], [0], [1]),
        lambda: directly_standardised_rate([20], [5], [1], per=NAN),
        lambda: directly_standardised_rate([20, 1], [5, 5], [1]),
        lambda: expected_counts([1, 2], [1, 2], [3, 4]),
        lambda: expected_counts([["a", "b"]], [1, 2], [3, 4]),
        lambda: expected_counts([[1, -2]], [1, 2], [3, 4]),
        lambda: expected_counts([[1, 2]], [1, 2], [3, 0]),
        lambda: indirectly_standardised_ratio(-1, [1], [1], [2]),
        lambda: funnel("rate", [1], [0]),
        lambda: funnel("proportion", [3], [2]),
        lambda: funnel("ratio", [-1], [2]),
        lambda: funnel("proportion", [1], [2], centre=2),
        lambda: funnel_limits("ratio", [5], centre=0),
        lambda: funnel_limits("ratio", [5], centre=1, adjustment="additive"),
        lambda: funnel_limits("proportion", [5], centre=0.5, dispersion=RATIOS),
        lambda: proportion_over_dispersion([3], [2], centre=0.5),
        lambda: ratio_over_dispersion([-1], [2]),
        lambda: individuals_chart([1, NAN]),
        lambda: individuals_chart([1, 2], timeline=Timeline(period=[1])),
        lambda: individuals_chart([1, 2], timeline=Timeline(period=[2, 1])),
        lambda: individuals_chart([1, 2], timeline=Timeline(period=[1, 2.5])),
        lambda: individuals_chart([1, 2], timeline=Timeline(phase=[1])),
        lambda: individuals_chart([1, 2], timeline=Timeline(baseline=[1, 2])),
        lambda: proportion_chart([3], [2]),
        lambda: rate_chart([3], [0]),
        lambda: count_chart([0.5]),
    ],
)
def test_malformed_input(call):
    with pytest.raises(InvalidInputError):
        call()


def test_no_areas_give_empty_columns():
    assert rate_intervals([], []).method == ()
    assert proportion_intervals([], []).estimate.shape == (0,)
    assert reason(funnel("rate", [], [])) == "no_cases"


def test_limits_at_the_ends():
    low, high = clopper_pearson_limits([0, 4], [4, 4])
    assert (low[0], high[1]) == (0, 1)
    low, high = wilson_limits([0, 4], [4, 4])
    assert (low[0], high[1]) == (0, 1)
    assert byar_limits([0])[0][0] == poisson_exact_limits([0])[0][0] == 0
    assert byar_limits([1], level=0.9999999)[0][0] == 0


def test_few_events_are_not_standardised():
    assert reason(directly_standardised_rate([4, 5], [90, 80], [1, 1])) == "too_few_cases"
    assert reason(directly_standardised_rate([0, 50], [90, 80], [1, 0])) == "too_few_cases"
    assert directly_standardised_rate([5, 5], [90, 80], [1, 1]).conf_int.low > 0


def test_a_wide_direct_interval_stops_at_zero():
    result = directly_standardised_rate([1, 99], [10, 10_000_000], [1, 1], level=0.9999)
    assert result.conf_int.low == 0


def test_nothing_expected():
    assert reason(indirectly_standardised_ratio(3, [10, 0], [0, 5], [100, 100])) == "no_events"
    assert indirectly_standardised_ratio(0, [10, 0], [5, 5], [100, 100]).estimate == 0


def test_funnels_that_cannot_be_drawn():
    assert reason(funnel("rate", [0, 0], [10, 10])) == "no_events"
    assert reason(funnel("proportion", [10, 5], [10, 5])) == "no_variation"
    assert reason(funnel("rate", [1, 2], [9, 9], adjustment="additive")) == "too_few_cases"
    zeros = [0, 0, 0, 0, 5, 6, 7]
    assert reason(funnel("rate", zeros, [9] * 7, adjustment="additive", transform="log")) == (
        "no_events"
    )
    assert reason(proportion_over_dispersion([1, 2, 3], [9, 9, 9], centre=0.0)) == "no_variation"
    assert reason(ratio_over_dispersion([], [])) == "too_few_cases"


def test_a_funnel_of_two_areas_has_limits_but_no_dispersion():
    found = funnel("rate", [1, 20], [9, 9])
    assert reason(found.dispersion) == "too_few_cases"
    assert [item.name for item in found.health] == ["small_expected_counts"]


def test_a_count_of_one_can_be_too_many():
    assert funnel("ratio", [1, 0, 0], [0.001, 5, 0.5]).position.tolist() == [2, -1, 0]


@pytest.mark.parametrize("adjustment", ["multiplicative", "additive"])
def test_no_adjustment_without_over_dispersion(adjustment):
    found = funnel("rate", [30, 31, 29, 30], [100] * 4, adjustment=adjustment)
    assert found.limits.adjustment == "none"
    assert over_dispersion_check(found.dispersion).status == "pass"


def test_adjusted_limits_stay_in_range():
    sizes = [20, 30, 400, 500, 20, 30, 400, 500]
    cases = [0, 29, 4, 480, 19, 1, 399, 2]
    for adjustment in ("multiplicative", "additive"):
        limits = funnel("proportion", cases, sizes, adjustment=adjustment).limits
        assert (limits.low_998 >= 0).all()
        assert (limits.high_998 <= 1).all()
        assert (funnel("rate", cases, sizes, adjustment=adjustment).limits.low_998 >= 0).all()
    assert over_dispersion_check(funnel("rate", cases, sizes).dispersion).status == "review"


def test_charts_without_points_or_variation():
    for chart in (individuals_chart, moving_range_chart, count_chart):
        assert reason(chart([])) == "no_cases"
    assert reason(proportion_chart([], [])) == reason(rate_chart([], [])) == "no_cases"
    for chart in (individuals_chart, moving_range_chart):
        assert reason(chart([4])) == "too_few_cases"
        assert reason(chart([0.1 + 0.2, 0.3, 0.3])) == "no_variation"
    assert reason(count_chart([0, 0, 0])) == "no_events"
    assert reason(proportion_chart([0, 0], [5, 6])) == "no_events"
    assert reason(proportion_chart([5, 6], [5, 6])) == "no_variation"
    assert reason(proportion_chart([5, 6, 7], [10, 12, 14], laney=True)) == "no_variation"
    assert reason(rate_chart([5], [10], laney=True)) == "too_few_cases"


def test_a_missing_month_is_reported_and_not_bridged():
    gap = Timeline(period=[1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13])
    limits = individuals_chart(MONTHS, timeline=gap)
    assert limits.n_missing == check(limits, "calendar_gap").value == 1
    assert check(limits, "calendar_gap").status == "review"
    ranges = np.delete(np.abs(np.diff(MONTHS)), 5)
    assert limits.std_dev[0] == pytest.approx(2.66 / 3 * ranges.mean())
    assert moving_range_chart(MONTHS, timeline=gap).position.tolist() == [
        *range(1, 6),
        *range(7, 12),
    ]
    z = np.full(12, 0.5)
    shift = rule_flags(z, z, limits.segment, NHS_RULES)["shift"][0]
    assert not shift.any()
    assert rule_flags(z, z, limits.phase, NHS_RULES)["shift"][0].all()


def test_only_lonely_months():
    lonely = Timeline(period=[1, 3, 5])
    for chart in (individuals_chart, moving_range_chart):
        assert reason(chart([1, 2, 3], timeline=lonely)) == "calendar_gap"
    assert reason(rate_chart([4, 5, 6], [9, 9, 9], laney=True, timeline=lonely)) == "calendar_gap"
    assert rate_chart([4, 5, 6], [9, 9, 9], timeline=lonely).n_missing == 2


def test_each_phase_has_its_own_limits():
    phases = Timeline(phase=[0] * 12 + [5] * 12)
    limits = individuals_chart([*MONTHS, *(x + 40 for x in MONTHS)], timeline=phases)
    assert limits.phase.tolist() == [0] * 12 + [1] * 12
    np.testing.assert_allclose(limits.centre_line[12:], limits.centre_line[:12] + 40)
    assert all(not rules for rules in apply_rules(limits).signals)
    no_baseline = Timeline(phase=[0, 0, 1], baseline=[1, 1, 0])
    assert reason(individuals_chart([1, 2, 3], timeline=no_baseline)) == "too_few_cases"
    single = Timeline(phase=[0, 0, 1])
    assert reason(individuals_chart([1, 2, 3], timeline=single)) == "too_few_cases"


def test_later_points_do_not_move_a_baseline():
    early = Timeline(baseline=[True] * 12 + [False] * 3)
    limits = individuals_chart([*MONTHS, 90, 91, 92], timeline=early)
    assert limits.centre_line[0] == pytest.approx(np.mean(MONTHS))
    chart = apply_rules(limits, improvement_direction="increase")
    assert chart.variation[-3:] == ("special_cause_improvement",) * 3
    assert apply_rules(limits).variation[-1] == "special_cause_neutral_high"
    assert apply_rules(limits, improvement_direction="decrease").variation[-1].endswith("concern")


@pytest.mark.parametrize(("n", "status"), [(12, "pass"), (11, "review"), (5, "fail")])
def test_few_points_are_judged(n, status):
    assert check(individuals_chart(MONTHS[:n]), "points_per_phase").status == status


def test_counts_are_judged():
    chart = rate_chart([0, 9, 0, 9, 0, 9, 0, 9], [10] * 8)
    assert check(chart, "over_dispersion").status == "review"
    assert check(chart, "small_counts").status == "review"
    assert check(chart, "autocorrelation").status == "review"
    calm = rate_chart(MONTHS, [10] * 12)
    assert {item.status for item in calm.health} == {"pass"}


def test_western_electric_rules():
    z = np.array([0, 2.1, 0.5, 2.1, 0, 1.5, 1.2, -3.5, 1.1, 1.1, -0.1, 3.2, 0, 0, 0])
    flags = rule_flags(z, z, np.zeros(15, dtype=int), WESTERN_ELECTRIC_RULES)
    assert np.flatnonzero(flags["outside_limits"][0]).tolist() == [11]
    assert np.flatnonzero(flags["outside_limits"][1]).tolist() == [7]
    assert np.flatnonzero(flags["two_of_three"][0]).tolist() == [1, 3]
    assert np.flatnonzero(flags["four_of_five"][0]).tolist() == [5, 6, 8, 9]
    assert not flags["shift"][0].any()
    assert "trend" not in flags


@pytest.mark.parametrize("n", [1, 2, 4])
@pytest.mark.parametrize("rules", [NHS_RULES, WESTERN_ELECTRIC_RULES])
def test_short_series_have_no_patterns(n, rules):
    z = np.full(n, 2.5)
    flags = rule_flags(z, z, np.zeros(n, dtype=int), rules)
    assert not flags["shift"][0].any()


def test_results_are_frozen_and_leave_the_input_alone():
    values = np.array(MONTHS, dtype=float)
    limits = individuals_chart(values)
    with pytest.raises(ValueError, match="read-only"):
        limits.value[0] = 1
    with pytest.raises(FrozenInstanceError):
        limits.chart = "p"
    values[0] = 99
    assert limits.value[0] == 31
    sizes = np.array([5.0, 6.0])
    funnel_limits("rate", sizes, centre=1)
    sizes[0] = 1
