"""The edges of comparisons of two groups: empty, one-sided, tied, impossible."""

import math
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from analytics.errors import InvalidInputError
from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.two_groups import count_models
from analytics.statistics.two_groups._checks import cluster_check
from analytics.statistics.two_groups._table import unusable_table
from analytics.statistics.two_groups.absolute_effects import (
    cohens_h,
    natural_frequencies,
    number_needed_to_treat,
)
from analytics.statistics.two_groups.association import association_tests, conditional_odds_ratio
from analytics.statistics.two_groups.before_after_rates import within_unit_rate_ratio
from analytics.statistics.two_groups.cluster_totals import cluster_totals, total_by_cluster
from analytics.statistics.two_groups.clustered import (
    clustered_contrast,
    clustered_risk_difference,
)
from analytics.statistics.two_groups.count_models import (
    negative_binomial_rate_ratio,
    quasi_poisson_rate_ratio,
)
from analytics.statistics.two_groups.paired import (
    mcnemar_test,
    paired_mean_difference,
    paired_risk_difference,
)
from analytics.statistics.two_groups.proportions import risk_difference
from analytics.statistics.two_groups.rates import rate_difference, rate_ratio
from analytics.statistics.two_groups.score_interval import miettinen_nurminen

NAN = float("nan")
RATIO_ESTIMANDS = ["risk_ratio", "odds_ratio", "rate_ratio"]
ALL_ESTIMANDS = ["risk_difference", "rate_difference", *RATIO_ESTIMANDS]


def reason(result: object) -> str:
    assert isinstance(result, NotEstimable)
    assert result.detail
    return result.reason


def table(a: int, n1: int, c: int, n0: int) -> dict[str, int]:
    return {"events_treated": a, "n_treated": n1, "events_comparison": c, "n_comparison": n0}


def rates(a: int, t1: float, c: int, t0: float) -> dict[str, float]:
    return {
        "events_treated": a,
        "exposure_treated": t1,
        "events_comparison": c,
        "exposure_comparison": t0,
    }


def totals(y1, n1, y0, n0, **more):
    return cluster_totals(
        events_treated=y1, n_treated=n1, events_comparison=y0, n_comparison=n0, **more
    )


OF_TABLES = [
    miettinen_nurminen,
    cohens_h,
    association_tests,
    conditional_odds_ratio,
    unusable_table,
]


@pytest.mark.parametrize("function", OF_TABLES)
def test_tables_without_an_arm_and_impossible_tables(function):
    assert reason(function(**table(0, 0, 3, 10))) == "empty_arm"
    assert reason(function(**table(0, 0, 0, 0))) == "no_cases"
    for cells in ((11, 10, 0, 5), (-1, 10, 0, 5), (0, 5, 6, 5)):
        with pytest.raises(InvalidInputError):
            function(**table(*cells))


@pytest.mark.parametrize("level", [0, 1, 95, NAN])
def test_impossible_levels(level):
    units = ([1, 2, 3, 4], [1.0] * 4, [0, 0, 1, 1])
    for call in (
        lambda: miettinen_nurminen(**table(1, 3, 1, 3), level=level),
        lambda: cohens_h(**table(1, 3, 1, 3), level=level),
        lambda: conditional_odds_ratio(**table(1, 3, 1, 3), level=level),
        lambda: mcnemar_test(treated_only=1, comparison_only=2, level=level),
        lambda: paired_risk_difference(
            both=1, treated_only=1, comparison_only=1, neither=1, level=level
        ),
        lambda: paired_mean_difference([1, 2, 4], [0, 0, 0], level=level),
        lambda: rate_ratio(**rates(1, 1, 1, 1), level=level),
        lambda: rate_difference(**rates(1, 1, 1, 1), level=level),
        lambda: quasi_poisson_rate_ratio(*units, level=level),
        lambda: negative_binomial_rate_ratio(*units, level=level),
        lambda: clustered_contrast(
            totals([1, 0], [2, 2], [1, 1], [2, 3]), estimand="odds_ratio", level=level
        ),
        lambda: within_unit_rate_ratio(
            events_before=[1, 1],
            exposure_before=[1, 1],
            events_after=[1, 1],
            exposure_after=[1, 1],
            level=level,
        ),
    ):
        with pytest.raises(InvalidInputError):
            call()


def test_wald_interval_is_there_to_be_distrusted():
    result = risk_difference(**table(0, 20, 0, 30))
    assert result.conf_int_wald.low == result.conf_int_wald.high == 0
    assert result.conf_int.low < 0 < result.conf_int.high


def test_score_interval_where_nobody_or_everybody_has_the_event():
    for cells in ((0, 20, 0, 30), (20, 20, 30, 30)):
        result = miettinen_nurminen(**table(*cells))
        assert result.estimate == 0
        assert result.p_value is result.statistic is None
        assert result.conf_int.low < 0 < result.conf_int.high
    assert miettinen_nurminen(**table(1, 1, 0, 1)).conf_int.high == 1


def test_association_needs_events_and_others():
    assert reason(association_tests(**table(0, 9, 0, 9))) == "no_events"
    assert reason(conditional_odds_ratio(**table(9, 9, 9, 9))) == "no_variation"


def test_exact_odds_ratio_at_its_ends():
    none = conditional_odds_ratio(**table(0, 9, 4, 9))
    assert (none.estimate, none.conf_int.low) == (0, 0)
    every = conditional_odds_ratio(**table(9, 9, 4, 9))
    assert (every.estimate, every.conf_int.high) == (math.inf, math.inf)
    assert every.conf_int.low > 0


@pytest.mark.parametrize(
    ("cells", "status"), [((9, 40, 9, 40), "pass"), ((2, 40, 3, 40), "review")]
)
def test_expected_counts(cells, status):
    (check,) = association_tests(**table(*cells)).checks
    assert check.status == status
    assert check.value == (cells[0] + cells[2]) / 2


def interval(low: float, high: float) -> Interval:
    return Interval(low=low, high=high, level=0.95, method="given")


def test_no_difference_needs_infinitely_many():
    result = number_needed_to_treat(0.0, interval(-0.1, 0.2), fewer_is_better=True)
    assert (result.estimate, result.direction) == (math.inf, None)
    assert (result.benefit.low, result.harm.low) == (10, 5)
    touching = number_needed_to_treat(-0.1, interval(-0.2, 0.0), fewer_is_better=True)
    assert (touching.benefit.low, touching.benefit.high) == (5, math.inf)
    assert touching.harm is None


def test_intervals_beyond_the_possible_need_at_least_one():
    result = number_needed_to_treat(0.5, interval(-0.4, 1.4), fewer_is_better=False)
    assert result.benefit.low == 1


@pytest.mark.parametrize(
    ("difference", "limits"), [(0.3, (-0.1, 0.2)), (1.2, (1, 2)), (NAN, (0, 1))]
)
def test_impossible_differences(difference, limits):
    with pytest.raises(InvalidInputError):
        number_needed_to_treat(difference, interval(*limits), fewer_is_better=True)


def test_people_shown_need_risks():
    for risks in ((1.2, 0.1), (NAN, 0.1)):
        with pytest.raises(InvalidInputError):
            natural_frequencies(*risks, interval(-1, 1))
    with pytest.raises(InvalidInputError):
        natural_frequencies(0.3, 0.1, interval(-0.1, 0.1))


def test_the_rarest_risks_show_as_none_of_100_000():
    shown = natural_frequencies(1e-7, 0.2, interval(-0.3, -0.1))
    assert (shown.denominator, shown.treated, shown.excludes_none) == (100_000, 0, True)
    assert not natural_frequencies(0.2, 0.2, interval(0.0, 0.1)).excludes_none


def test_mcnemar_edges():
    assert reason(mcnemar_test(treated_only=0, comparison_only=0)) == "no_variation"
    one_sided = mcnemar_test(treated_only=4, comparison_only=0)
    assert one_sided.odds_ratio == one_sided.conf_int.high == math.inf
    assert mcnemar_test(treated_only=0, comparison_only=4).conf_int.low == 0
    equal = mcnemar_test(treated_only=3, comparison_only=3)
    assert equal.p_value == equal.p_value_exact == equal.p_value_corrected == 1
    with pytest.raises(InvalidInputError):
        mcnemar_test(treated_only=-1, comparison_only=2)


def test_paired_difference_edges():
    nothing = {"both": 0, "treated_only": 0, "comparison_only": 0, "neither": 0}
    assert reason(paired_risk_difference(**nothing)) == "no_cases"
    alike = paired_risk_difference(**{**nothing, "neither": 12})
    assert alike.conf_int.low < alike.estimate == 0 < alike.conf_int.high
    with pytest.raises(InvalidInputError):
        paired_risk_difference(**{**nothing, "both": -1})


def test_paired_means():
    assert reason(paired_mean_difference([], [])) == "no_cases"
    assert reason(paired_mean_difference([1], [0])) == "too_few_cases"
    assert reason(paired_mean_difference([2, 3, 4], [1, 2, 3])) == "no_variation"
    one_family = paired_mean_difference([2, 3, 5], [1, 2, 3], cluster=["a", "a", "a"])
    assert reason(one_family) == "too_few_clusters"
    with pytest.raises(InvalidInputError):
        paired_mean_difference([1, 2], [1])


def test_rates_without_events():
    assert reason(rate_ratio(**rates(0, 10, 0, 20))) == "no_events"
    result = rate_difference(**rates(0, 10, 0, 20))
    assert result.conf_int.low < result.estimate == 0 < result.conf_int.high
    none = rate_ratio(**rates(0, 10, 5, 20))
    assert (none.estimate, none.std_error, none.conf_int_wald) == (0, None, None)
    assert rate_ratio(**rates(5, 10, 0, 20)).estimate == math.inf


@pytest.mark.parametrize(
    "cells", [(-1, 1, 0, 1), (1, 0, 1, 1), (1, 1, 1, NAN), (1, 1, 1, math.inf)]
)
def test_impossible_rates(cells):
    for function in (rate_ratio, rate_difference):
        with pytest.raises(InvalidInputError):
            function(**rates(*cells))


@pytest.mark.parametrize("model", [quasi_poisson_rate_ratio, negative_binomial_rate_ratio])
def test_count_models_reasons_and_inputs(model):
    assert reason(model([], [], [])) == "no_cases"
    assert reason(model([1, 2], [1, 1], [1, 1])) == "empty_arm"
    assert reason(model([1, 2, 0], [1, 1, 1], [1, 1, 0])) == "no_events"
    for columns in (
        ([1.5, 2], [1, 1], [0, 1]),
        ([-1, 2], [1, 1], [0, 1]),
        ([1, 2], [0, 1], [0, 1]),
        ([1, NAN], [1, 1], [0, 1]),
        ([1, 2], [1], [0, 1]),
        ([1, 2], [1, 1], [0, 2]),
    ):
        with pytest.raises(InvalidInputError):
            model(*columns)


def test_quasi_poisson_edges():
    assert reason(quasi_poisson_rate_ratio([1, 2], [1, 1], [0, 1])) == "too_few_cases"
    proportional = quasi_poisson_rate_ratio([2, 4, 3, 9], [1, 2, 1, 3], [0, 0, 1, 1])
    assert reason(proportional) == "no_variation"


def test_counts_that_vary_less_than_poisson_have_no_dispersion():
    result = negative_binomial_rate_ratio([5, 5, 6, 9, 9, 8], [1] * 6, [0, 0, 0, 1, 1, 1])
    assert result.dispersion == 0
    poisson = rate_ratio(**rates(26, 3, 16, 3))
    assert result.std_error == pytest.approx(poisson.std_error)


def test_one_unit_with_all_the_events_still_converges():
    events = np.zeros(40)
    events[[3, 30]] = 500
    result = negative_binomial_rate_ratio(events, np.ones(40), np.arange(40) >= 20)
    assert result.dispersion > 10
    assert result.estimate == pytest.approx(1)


def test_dispersion_without_end_does_not_converge(monkeypatch):
    monkeypatch.setattr(count_models, "_LARGEST_DISPERSION", 1.0)
    events = np.array([0, 0, 900, 0, 0, 900])
    result = negative_binomial_rate_ratio(events, np.ones(6), np.arange(6) >= 3)
    assert reason(result) == "not_converged"


@pytest.mark.parametrize(
    ("events", "status"), [([1, 2, 1, 2, 3, 1], "pass"), ([0, 0, 30, 0, 1, 40], "review")]
)
def test_dispersion_check(events, status):
    columns = (events, [1] * 6, [0, 0, 0, 1, 1, 1])
    result = quasi_poisson_rate_ratio(*columns)
    (check,) = result.checks
    assert (check.name, check.value, check.status) == ("dispersion", result.dispersion, status)
    assert negative_binomial_rate_ratio(*columns).checks == ()


@pytest.mark.parametrize("estimand", ALL_ESTIMANDS)
def test_clustered_reasons(estimand):
    def of(*columns):
        return reason(clustered_contrast(totals(*columns), estimand=estimand))

    assert of([], [], [], []) == "no_cases"
    assert of([1, 0], [2, 2], [0, 0], [0, 0]) == "empty_arm"
    assert of([0, 0], [2, 2], [0, 0], [2, 2]) == "no_events"
    assert of([1, 0], [2, 0], [1, 1], [2, 3]) == "too_few_clusters"
    assert of([1, 1], [2, 2], [1, 1], [2, 2]) == "too_few_clusters"


@pytest.mark.parametrize("estimand", RATIO_ESTIMANDS)
def test_clustered_ratios_need_events_in_both_arms(estimand):
    few = totals([0, 0], [2, 2], [1, 0], [2, 2])
    assert reason(clustered_contrast(few, estimand=estimand)) == "no_events"


def test_clustered_odds_need_cases_without_the_event():
    every = totals([2, 2], [2, 2], [1, 0], [2, 2])
    assert reason(clustered_contrast(every, estimand="odds_ratio")) == "no_events"
    assert clustered_contrast(every, estimand="risk_ratio").estimate == 4


def test_unknown_estimands_and_variances_are_refused():
    few = totals([1, 0], [2, 2], [1, 1], [2, 3])
    for more in ({"estimand": "hazard_ratio"}, {"estimand": "risk_ratio", "vcov_type": "HC9"}):
        with pytest.raises(InvalidInputError):
            clustered_contrast(few, **more)


def test_clustered_inputs_must_be_possible():
    for more in (
        {"repeats": [0, 1]},
        {"repeats": [1.5, 1]},
        {"exposure_treated": [1, 1]},
        {"exposure_treated": [0, 1], "exposure_comparison": [1, 1]},
        {"exposure_treated": [1, 1], "exposure_comparison": [1, NAN]},
    ):
        with pytest.raises(InvalidInputError):
            totals([1, 0], [2, 2], [1, 1], [2, 3], **more)
    for columns in (
        ([1, 0], [2, 2.5], [1, 1], [2, 3]),
        ([1, 0], [2, -2], [1, 1], [2, 3]),
        ([1, 1], [2, 0], [1, 1], [2, 3]),
        ([1], [2, 2], [1, 1], [2, 3]),
    ):
        with pytest.raises(InvalidInputError):
            totals(*columns)
    with pytest.raises(InvalidInputError):
        total_by_cluster([1, 0], [1, 0], [1, 2], exposure=[1, 0])
    too_many = totals([3, 0], [2, 2], [1, 1], [2, 3])
    for estimand in ("risk_ratio", "odds_ratio"):
        with pytest.raises(InvalidInputError):
            clustered_contrast(too_many, estimand=estimand)
    negative = totals([-1, 3], [2, 2], [1, 1], [2, 3])
    for estimand in ("rate_ratio", "rate_difference"):
        with pytest.raises(InvalidInputError):
            clustered_contrast(negative, estimand=estimand)
    assert clustered_contrast(negative, estimand="risk_difference").mean_treated == 0.5


def test_two_groupings_need_cr1():
    columns = ([1, 0, 1, 0], [1, 1, 0, 0], [1, 2, 3, 4])
    with pytest.raises(InvalidInputError):
        clustered_risk_difference(*columns, second_cluster=[1, 2, 1, 2], vcov_type="CR2")


def test_next_to_no_information_is_an_interval_from_0_to_infinity():
    lopsided = totals([1, 0], [30, 1], [1, 0], [40, 1])
    result = clustered_contrast(lopsided, estimand="risk_ratio", level=0.999999)
    assert result.df < 1.5
    assert result.conf_int.high == math.inf


def test_totals_are_read_only():
    counted = totals([1, 0], [2, 2], [1, 1], [2, 3])
    with pytest.raises(FrozenInstanceError):
        counted.repeats = np.ones(2)
    with pytest.raises(ValueError, match="read-only"):
        counted.n_treated[0] = 9


@pytest.mark.parametrize(("df", "status"), [(25.0, "pass"), (6.0, "review"), (2.5, "fail")])
def test_cluster_check_of_cr2(df, status):
    assert cluster_check("CR2", df=df, n_clusters=99).status == status


@pytest.mark.parametrize(("clusters", "status"), [(50, "pass"), (20, "review"), (6, "fail")])
def test_cluster_check_of_cr1(clusters, status):
    generator = np.random.default_rng(0)
    family = np.arange(120) % clusters
    result = clustered_risk_difference(generator.random(120), np.arange(120) % 2, family)
    (check,) = result.checks
    assert (check.name, check.status, check.value) == ("n_clusters", status, clusters)


def test_cluster_checks_of_results():
    few = totals([1, 0], [2, 2], [1, 1], [2, 3])
    result = clustered_contrast(few, estimand="risk_difference")
    (check,) = result.checks
    assert (check.name, check.value) == ("satterthwaite_df", result.df)
    both = clustered_risk_difference(
        np.arange(120) % 7, np.arange(120) % 2, np.arange(120), second_cluster=np.arange(120) % 12
    )
    assert (both.checks[0].value, both.checks[0].status) == (12, "review")


def within(before, time_before, after, time_after, **more):
    return within_unit_rate_ratio(
        events_before=before,
        exposure_before=time_before,
        events_after=after,
        exposure_after=time_after,
        **more,
    )


def test_within_unit_reasons_and_inputs():
    assert reason(within([], [], [], [])) == "no_cases"
    assert reason(within([0, 0], [1, 1], [1, 2], [1, 1])) == "no_events"
    assert reason(within([1, 0], [1, 1], [2, 0], [1, 1])) == "too_few_clusters"
    assert reason(within([1, 2], [1, 1], [2, 4], [1, 1])) == "too_few_clusters"
    one_family = within([1, 2], [1, 1], [2, 1], [1, 1], cluster=["a", "a"])
    assert reason(one_family) == "too_few_clusters"
    for columns in (
        ([1, 2], [1, 0], [1, 2], [1, 1]),
        ([1, -2], [1, 1], [1, 2], [1, 1]),
        ([1, 2.5], [1, 1], [1, 2], [1, 1]),
        ([1, 2], [1, 1], [1], [1]),
    ):
        with pytest.raises(InvalidInputError):
            within(*columns)


def test_ratios_of_times_in_absurd_units_are_numbers():
    apart = within([1, 2, 1], [1e160] * 3, [2, 1, 3], [1e-160] * 3)
    assert apart.estimate == apart.conf_int.high == math.inf
    time = [1e300, 1e300, 1e300, 1e-300, 1e-300, 1e-300]
    lopsided = ([1, 2, 4, 1, 3, 1], time, [1, 1, 1, 0, 0, 0])
    assert quasi_poisson_rate_ratio(*lopsided).estimate == 0
    counted = total_by_cluster(lopsided[0], lopsided[2], np.arange(6), exposure=time)
    assert clustered_contrast(counted, estimand="rate_ratio").conf_int.low == 0


@pytest.mark.parametrize(("pairs", "expected"), [(1, 0.75), (3, 0.84375)])
def test_mid_p_of_as_many_pairs_on_both_sides(pairs, expected):
    # Fagerland, Lydersen and Laake 2013: 1 less half the probability of what was seen.
    result = mcnemar_test(treated_only=pairs, comparison_only=pairs)
    assert result.p_value_mid_p == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("scores", "expected"),
    [([3, 1, -1, 1, 1, -2, 2, -1], 1.0), ([-1, 1, -2, 2, 0, 0, 3, -3], 0.0)],
)
def test_scores_that_sum_to_nothing_or_to_the_units_still_vary(scores, expected):
    result = clustered_risk_difference(scores, [1, 1, 1, 1, 0, 0, 0, 0], list(range(8)))
    assert result.estimate == pytest.approx(expected)
    assert result.std_error > 0
