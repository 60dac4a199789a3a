"""The edges of study size: what can't be reached, too few clusters, contradictions."""

import pytest

from analytics.errors import InvalidInputError
from analytics.statistics.design.clusters import people_per_cluster
from analytics.statistics.design.events import events_needed, time_to_event, two_rates
from analytics.statistics.design.over_time import (
    PanelDesign,
    difference_in_differences,
    interrupted_series_error,
    interrupted_time_series,
)
from analytics.statistics.design.planning import Clustering, directional_power
from analytics.statistics.design.precision import difference_precision, proportion_precision
from analytics.statistics.design.settle import (
    families_to_exclude_zero,
    families_to_half_width,
    present_difference,
    smallest_detectable,
)
from analytics.statistics.design.two_arms import paired_proportions, two_means, two_proportions
from analytics.statistics.results import NotEstimable

NAN, INFINITE = float("nan"), float("inf")
FAMILIES = Clustering(icc=0.3, mean_size=1.6)
PANEL = PanelDesign(std_dev=1.0, icc=0.05, cluster_size=20, cluster_autocorrelation=0.8)
COUNTS = {"events": (5, 9), "n": (40, 42), "n_families": (25, 30), "icc": 0.3}
NOW = {"estimate": -0.1, "std_error": 0.08, "n_families": (25, 30)}


def reason(result: object) -> str:
    assert isinstance(result, NotEstimable)
    assert result.detail
    return result.reason


@pytest.mark.parametrize(
    "call",
    [
        lambda: two_proportions(p_comparison=0.3, p_treated=0.3, power=0.8),
        lambda: two_proportions(p_comparison=0.05, n_treated=10, power=0.8),
        lambda: two_means(std_dev=1, difference=0, power=0.8),
        lambda: paired_proportions(discordant_share=0.1, n_pairs=10, power=0.8),
        lambda: two_rates(rate_comparison=1, rate_ratio=1, follow_up=1, power=0.8),
        lambda: two_rates(rate_comparison=0.01, follow_up=1, n_treated=10, power=0.8),
        lambda: time_to_event(event_risk_comparison=0.1, hazard_ratio=1, power=0.8),
        lambda: difference_in_differences(panel=PANEL, difference=0, power=0.8),
        lambda: people_per_cluster(difference=0.2, std_dev=1, n_clusters=(4, 4), icc=0.05),
        lambda: interrupted_time_series(
            n_before=4, std_dev=1, autocorrelation=0.5, effect=0.5, power=0.8
        ),
        lambda: families_to_exclude_zero(**NOW, true_difference=0.0),
        lambda: families_to_exclude_zero(**NOW, true_difference=1e-9),
        lambda: families_to_half_width(std_error=1, n_families=(5, 5), half_width=1e-9),
        lambda: proportion_precision(proportion=0.5, half_width=1e-9),
    ],
)
def test_not_reached(call):
    assert reason(call()) == "not_reached"


def test_too_few_clusters():
    two = Clustering(icc=0.1, mean_size=100)
    assert reason(two_means(std_dev=1, difference=1, n_treated=100, clustering=two)) == (
        "too_few_clusters"
    )
    assert (
        reason(people_per_cluster(difference=1, std_dev=1, n_clusters=(1, 1), icc=0.1))
        == "too_few_clusters"
    )
    one_each = {"std_error": 1, "n_families": (1, 1)}
    assert reason(families_to_exclude_zero(estimate=1, **one_each)) == "too_few_clusters"
    assert reason(families_to_half_width(**one_each, half_width=1)) == "too_few_clusters"
    single = {"events": (0, 1), "n": (2, 2), "n_families": (1, 1), "icc": 0.1}
    assert reason(smallest_detectable(**single)) == "too_few_clusters"


def test_too_few_cases():
    assert reason(two_means(std_dev=1, difference=1, n_treated=1)) == "too_few_cases"
    assert (
        reason(difference_in_differences(panel=PANEL, difference=1, n_clusters_treated=1))
        == "too_few_cases"
    )
    assert (
        reason(
            interrupted_time_series(n_before=2, n_after=2, std_dev=1, autocorrelation=0, effect=1)
        )
        == "too_few_cases"
    )


@pytest.mark.parametrize("estimator", [present_difference, smallest_detectable])
def test_counts_that_say_nothing(estimator):
    empty = {"events": (0, 0), "n": (0, 0), "n_families": (0, 0), "icc": 0.1}
    assert reason(estimator(**empty)) == "no_cases"
    assert reason(estimator(**(empty | {"n": (3, 0), "n_families": (3, 0)}))) == "empty_arm"
    assert reason(estimator(**(COUNTS | {"events": (5, 0)}))) == "no_variation"
    for changes in (
        {"events": (41, 9)},
        {"events": (-1, 9)},
        {"n_families": (41, 30)},
        {"n_families": (0, 30)},
        {"icc": 1.1},
        {"icc": NAN},
    ):
        with pytest.raises(InvalidInputError):
            estimator(**(COUNTS | changes))


def test_an_arm_without_events_can_still_be_planned_from():
    assert smallest_detectable(**(COUNTS | {"events": (0, 9)})).effect < 0
    assert reason(present_difference(**(COUNTS | {"events": (0, 9)}))) == "no_variation"


def test_a_settled_question_needs_no_more_families():
    found = families_to_exclude_zero(**(NOW | {"estimate": -0.3}))
    assert (found.extra_treated, found.extra_comparison, found.chance) == (0, 0, 1)
    width = families_to_half_width(std_error=0.01, n_families=(25, 30), half_width=0.5)
    assert (width.extra_treated, width.growth) == (0, 1)


def test_a_certain_difference_is_always_found():
    assert two_proportions(p_comparison=0.5, p_treated=0.0, n_treated=500).power > 0.999
    everyone = paired_proportions(discordant_share=1, difference=1, n_pairs=20)
    assert everyone.power == 1
    assert directional_power(effect=0, se_null=1, se_effect=0, level=0.95) == 0
    still = PanelDesign(std_dev=1, individual_autocorrelation=1)
    assert difference_in_differences(panel=still, difference=1, n_clusters_treated=2).power == 1


def test_a_very_strong_signal_is_not_lost_to_underflow():
    for df in (5, 10, 30):
        for effect in range(40, 60):
            power = directional_power(effect=effect, se_null=1, se_effect=1, level=0.95, df=df)
            assert power == 1


@pytest.mark.parametrize(
    "call",
    [
        lambda: two_proportions(p_comparison=0.3),
        lambda: two_proportions(p_comparison=0.3, p_treated=0.2, n_treated=9, power=0.8),
        lambda: two_proportions(p_comparison=0, p_treated=0.2, power=0.8),
        lambda: two_proportions(p_comparison=0.3, p_treated=1.2, power=0.8),
        lambda: two_proportions(p_comparison=0.3, p_treated=NAN, power=0.8),
        lambda: two_proportions(p_comparison=0.3, p_treated=0.2, power=1),
        lambda: two_proportions(p_comparison=0.3, p_treated=0.2, power=0.01),
        lambda: two_proportions(p_comparison=0.3, p_treated=0.2, power=0.8, level=95),
        lambda: two_proportions(p_comparison=0.3, p_treated=0.2, n_treated=0),
        lambda: two_proportions(p_comparison=0.3, p_treated=0.2, power=0.8, ratio=0),
        lambda: two_means(std_dev=0, difference=1, power=0.8),
        lambda: two_means(std_dev=1, difference=INFINITE, power=0.8),
        lambda: paired_proportions(discordant_share=0.2, difference=0.3, power=0.8),
        lambda: paired_proportions(discordant_share=0, difference=0, power=0.8),
        lambda: two_rates(rate_comparison=1, rate_ratio=0, follow_up=1, power=0.8),
        lambda: two_rates(rate_comparison=1, rate_ratio=2, follow_up=0, power=0.8),
        lambda: two_rates(rate_comparison=1, rate_ratio=2, follow_up=1, power=0.8, dispersion=-1),
        lambda: events_needed(hazard_ratio=1),
        lambda: events_needed(hazard_ratio=-1),
        lambda: events_needed(hazard_ratio=2, power=0.4),
        lambda: time_to_event(event_risk_comparison=1, hazard_ratio=2, power=0.8),
        lambda: PanelDesign(std_dev=0),
        lambda: PanelDesign(std_dev=1, icc=2),
        lambda: PanelDesign(std_dev=1, n_before=0),
        lambda: PanelDesign(std_dev=1, cluster_size=0.5),
        lambda: Clustering(icc=-0.1, mean_size=2),
        lambda: Clustering(icc=0.1, mean_size=0.5),
        lambda: Clustering(icc=0.1, mean_size=2, size_cv=-1),
        lambda: interrupted_series_error(
            n_before=1, n_after=5, std_dev=1, autocorrelation=0, change="level"
        ),
        lambda: interrupted_series_error(
            n_before=5, n_after=5, std_dev=1, autocorrelation=1, change="level"
        ),
        lambda: interrupted_time_series(
            n_before=5, n_after=1, std_dev=1, autocorrelation=0, effect=1
        ),
        lambda: people_per_cluster(difference=0, std_dev=1, n_clusters=(4, 4), icc=0.1),
        lambda: people_per_cluster(difference=1, std_dev=1, n_clusters=(0, 4), icc=0.1),
        lambda: people_per_cluster(difference=1, std_dev=1, n_clusters=(4, 4), icc=0.1, power=1),
        lambda: proportion_precision(proportion=1.1, half_width=0.1),
        lambda: proportion_precision(proportion=0.1, half_width=0.5),
        lambda: difference_precision(p_treated=0.1, p_comparison=2, half_width=0.1),
        lambda: difference_precision(p_treated=0.1, p_comparison=0.2, half_width=0.1, ratio=0),
        lambda: families_to_exclude_zero(**(NOW | {"std_error": 0})),
        lambda: families_to_exclude_zero(**(NOW | {"n_families": (0, 9)})),
        lambda: families_to_exclude_zero(**NOW, power=0.4),
        lambda: families_to_exclude_zero(**(NOW | {"estimate": NAN})),
        lambda: families_to_half_width(std_error=1, n_families=(9, 9), half_width=0),
    ],
)
def test_contradictions(call):
    with pytest.raises(InvalidInputError):
        call()
