"""What must hold of study sizes for every input."""

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analytics.statistics.design.clusters import people_per_cluster
from analytics.statistics.design.events import time_to_event, two_rates
from analytics.statistics.design.over_time import (
    PanelDesign,
    difference_in_differences,
    interrupted_series_error,
)
from analytics.statistics.design.planning import Clustering, design_effect
from analytics.statistics.design.precision import difference_precision, proportion_precision
from analytics.statistics.design.settle import (
    families_to_exclude_zero,
    families_to_half_width,
    smallest_detectable,
)
from analytics.statistics.design.two_arms import paired_proportions, two_means, two_proportions
from analytics.statistics.results import NotEstimable

few = settings(deadline=None, derandomize=True, max_examples=50)
risk = st.floats(0.05, 0.95)
size = st.integers(5, 2000)
correlation = st.floats(0, 1)
clusters = st.builds(
    Clustering, icc=correlation, mean_size=st.floats(1, 40), size_cv=st.floats(0, 1)
)
maybe_clusters = st.none() | clusters


@few
@given(risk, risk, size, maybe_clusters, st.sampled_from(["score", "arcsine"]))
def test_power_grows_with_size_and_keeps_in_range(p0, p1, n, clustering, method):
    given_values = {"p_comparison": p0, "p_treated": p1, "clustering": clustering, "method": method}
    small = two_proportions(**given_values, n_treated=n)
    large = two_proportions(**given_values, n_treated=2 * n)
    if isinstance(small, NotEstimable):
        assert small.reason == "too_few_clusters"
        return
    assert 0 <= small.power <= 1
    if abs(p0 - p1) > 1e-3:
        assert small.power <= large.power + 1e-9


@few
@given(risk, risk, size, st.floats(0.3, 3), maybe_clusters)
def test_turning_outcome_or_arms_round_changes_nothing(p0, p1, n, ratio, clustering):
    def power(comparison, treated, n_treated, by):
        study = two_proportions(
            p_comparison=comparison,
            p_treated=treated,
            n_treated=n_treated,
            ratio=by,
            clustering=clustering,
        )
        return None if isinstance(study, NotEstimable) else study.power

    plain = power(p0, p1, n, ratio)
    assert power(1 - p0, 1 - p1, n, ratio) == pytest.approx(plain, abs=1e-9)
    other = 2 * n
    assert power(p0, p1, n, 2.0) == pytest.approx(power(p1, p0, other, 0.5), abs=1e-9)


@few
@given(risk, risk, st.floats(0.5, 0.99), maybe_clusters, st.floats(0.3, 3))
def test_the_size_found_is_the_smallest(p0, p1, target, clustering, ratio):
    assume(abs(p0 - p1) > 0.01)
    study = two_proportions(
        p_comparison=p0, p_treated=p1, power=target, clustering=clustering, ratio=ratio
    )
    assert study.power >= target
    count = study.n_treated
    if clustering is None and count > 1:
        fewer = two_proportions(
            p_comparison=p0,
            p_treated=p1,
            n_treated=count - 1,
            ratio=math.ceil(ratio * (count - 1) - 1e-9) / (count - 1),
        )
        assert fewer.power < target


@few
@given(risk, size, st.floats(0.5, 0.95), maybe_clusters, st.sampled_from(["lower", "higher"]))
def test_the_effect_found_has_the_power(p0, n, target, clustering, direction):
    study = two_proportions(
        p_comparison=p0, n_treated=n, power=target, clustering=clustering, direction=direction
    )
    if isinstance(study, NotEstimable):
        assert study.reason in ("not_reached", "too_few_clusters")
        return
    assert study.power == pytest.approx(target, abs=1e-6)
    assert (study.effect < 0) == (direction == "lower")


@few
@given(clusters, st.floats(0, 0.5))
def test_design_effect_grows_with_everything(clustering, more):
    effect = design_effect(clustering)
    assert effect >= 1
    for change in ({"mean_size": clustering.mean_size + 5}, {"size_cv": clustering.size_cv + more}):
        values = {"icc": clustering.icc, "mean_size": clustering.mean_size, "size_cv": 0.0} | change
        base = values | {"mean_size": clustering.mean_size, "size_cv": 0.0}
        assert design_effect(Clustering(**values)) >= design_effect(Clustering(**base))


@few
@given(st.floats(0.1, 2), st.floats(0.5, 20), st.floats(0.5, 0.95))
def test_means_scale(difference, std_dev, target):
    one = two_means(difference=difference, std_dev=std_dev, power=target)
    ten = two_means(difference=-10 * difference, std_dev=10 * std_dev, power=target)
    assert one.n_treated == ten.n_treated


@few
@given(st.floats(0.1, 5), st.floats(0.3, 0.9), st.floats(0, 2), size)
def test_rates_and_times_grow_with_size(rate, ratio, dispersion, n):
    shared = {"rate_comparison": rate, "rate_ratio": ratio, "follow_up": 1.0}
    even = two_rates(**shared, n_treated=n)
    spread = two_rates(**shared, n_treated=n, dispersion=dispersion)
    assert spread.power <= even.power + 1e-12
    risky = {"event_risk_comparison": min(0.9, rate / 6), "hazard_ratio": ratio}
    assert (
        time_to_event(**risky, n_treated=n).power
        <= time_to_event(**risky, n_treated=n + 10).power + 1e-12
    )


@few
@given(st.floats(0.05, 1), st.floats(0.1, 0.9), st.integers(10, 800))
def test_pairs_swap(discordant, share, n):
    difference = share * discordant
    forward = paired_proportions(discordant_share=discordant, difference=difference, n_pairs=n)
    backward = paired_proportions(discordant_share=discordant, difference=-difference, n_pairs=n)
    assert forward.power == backward.power


@few
@given(correlation, correlation, correlation, st.integers(1, 30), st.integers(2, 30))
def test_people_who_stay_help_a_difference_in_differences(icc, cac, iac, people, k):
    def power(**changes):
        values = {
            "std_dev": 1.0,
            "icc": icc,
            "cluster_size": people,
            "cluster_autocorrelation": cac,
            "individual_autocorrelation": iac * 0.9,
        }
        return difference_in_differences(
            panel=PanelDesign(**(values | changes)), difference=0.3, n_clusters_treated=k
        ).power

    assert power() <= power(individual_autocorrelation=0.9 * iac + 0.1) + 1e-9
    assert power() <= power(n_before=2, n_after=3) + 1e-9
    assert power(icc=0.0) == pytest.approx(power(icc=0.0, cluster_autocorrelation=0.0), abs=1e-9)


@few
@given(st.integers(2, 60), st.integers(2, 60), st.floats(-0.9, 0.9))
def test_series_look_the_same_backwards(before, after, phi):
    def error(first, second, change):
        return interrupted_series_error(
            n_before=first, n_after=second, std_dev=2.0, autocorrelation=phi, change=change
        )

    assert error(before, after, "slope") == pytest.approx(error(after, before, "slope"))
    assert error(before, after + 1, "level") <= error(before, after, "level") * (1 + 1e-9)


@few
@given(correlation, st.integers(2, 30), st.floats(0.2, 1), st.floats(0, 1))
def test_people_per_cluster_reach_the_power_or_cannot(icc, k, difference, cv):
    found = people_per_cluster(
        difference=difference, std_dev=1.0, n_clusters=(k, k), icc=icc, size_cv=cv
    )
    if isinstance(found, NotEstimable):
        assert found.reason == "not_reached"
        return
    assert 0.8 <= found.power <= found.most_power + 1e-9


@few
@given(st.floats(0, 1), risk, st.floats(0.01, 0.3), maybe_clusters)
def test_widths_are_met_and_turn_round(p1, p0, half, clustering):
    one = proportion_precision(proportion=p1, half_width=half, clustering=clustering)
    other = proportion_precision(proportion=1 - p1, half_width=half, clustering=clustering)
    assert one.half_width <= half + 1e-12
    assert abs(one.n - other.n) <= 1 + one.n * 1e-9
    both = difference_precision(
        p_treated=p1, p_comparison=p0, half_width=half, clustering=clustering
    )
    assert both.half_width <= half + 1e-12


@few
@given(st.floats(-1, 1), st.floats(0.01, 1), st.integers(5, 300), st.floats(0.1, 100))
def test_families_to_add_do_not_depend_on_units_or_sign(estimate, error, families, scale):
    assume(abs(estimate) > 0.02)
    arms = (families, families + 3)
    one = families_to_exclude_zero(estimate=estimate, std_error=error, n_families=arms)
    two = families_to_exclude_zero(
        estimate=-scale * estimate, std_error=scale * error, n_families=arms
    )
    assert one.growth == pytest.approx(two.growth)
    assert one.half_width_then <= one.half_width_now
    assert one.chance == pytest.approx(1 if one.growth == 1 else 0.8)
    width = families_to_half_width(std_error=error, n_families=arms, half_width=error)
    assert width.half_width_then <= error + 1e-9


@few
@given(st.integers(1, 60), st.integers(20, 200), correlation)
def test_all_children_alone_equal_no_clusters(events, extra, icc):
    n = events + extra
    seen = smallest_detectable(events=(0, events), n=(n, n), n_families=(n, n), icc=icc)
    plain = smallest_detectable(events=(0, events), n=(n, n), n_families=(n, n), icc=0.0)
    assert seen == plain
