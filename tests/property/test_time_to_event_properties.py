"""What must hold for every life table, curve, test and hazard model."""

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from analytics.statistics.results import NotEstimable
from analytics.statistics.time_to_event.cox import fit_cause_specific, fit_cox
from analytics.statistics.time_to_event.curves import incidence_at, survival_at
from analytics.statistics.time_to_event.fine_gray import fit_fine_gray
from analytics.statistics.time_to_event.gray import gray_test, gray_test_from_tables
from analytics.statistics.time_to_event.horizon import (
    at_horizon,
    at_horizon_from_table,
    difference_at_horizon,
    difference_at_horizon_from_tables,
)
from analytics.statistics.time_to_event.life_table import life_table, life_table_from_rows
from analytics.statistics.time_to_event.log_rank import log_rank, log_rank_from_tables
from analytics.statistics.time_to_event.survival import (
    clustered_kaplan_meier,
    cumulative_incidence,
    cumulative_incidence_from_table,
    kaplan_meier,
    kaplan_meier_from_table,
)

few = settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
ROUNDING = 1e-9
ESTIMANDS = st.sampled_from(
    ["survival", "incidence", "restricted_mean_time", "restricted_time_lost"]
)


@st.composite
def follow_up(draw, min_size=6):
    """Whole days with ties, three codes, groups, and families across groups."""
    n = draw(st.integers(min_size, 60))
    tops = (12, 2, 2, n // 2)
    columns = [draw(st.lists(st.integers(0, t), min_size=n, max_size=n)) for t in tops]
    return tuple(np.array(column) for column in columns)


def approx(value):
    return pytest.approx(value, rel=1e-7, abs=1e-8)


def same(one, other):
    """Compare two results or two reasons, to rounding."""
    if isinstance(one, NotEstimable) or isinstance(other, NotEstimable):
        assert one == other
        return False
    return True


@few
@given(follow_up())
def test_counts_by_day_equal_rows(data):
    duration, event, *_ = data
    days = np.unique(duration)
    counted = [
        [int(((duration == day) & (event == code)).sum()) for day in days] for code in (1, 2, 0)
    ]
    table = life_table(days, n_events=counted[:2], n_censored=counted[2])
    rows, counts = kaplan_meier(duration, event > 0), kaplan_meier_from_table(table)
    assert counts.survival_probability == approx(rows.survival_probability)
    assert counts.conf_low == approx(rows.conf_low)
    # Singleton clusters take the road over rows.
    by_row = cumulative_incidence(duration, event, cluster=np.arange(len(event)))
    by_day = cumulative_incidence_from_table(table)
    if same(by_row, by_day):
        assert by_day.incidence == approx(by_row.incidence)
        assert by_day.std_error == pytest.approx(by_row.std_error, abs=1e-6)


@few
@given(follow_up(), ESTIMANDS, st.integers(1, 12))
def test_horizon_from_counts_equals_rows_and_curves(data, estimand, horizon):
    duration, event, *_ = data
    asked = {"estimand": estimand, "horizon": horizon}
    table = life_table_from_rows(duration, event)
    by_day = at_horizon_from_table(table, **asked)
    by_row = at_horizon(duration, event, cluster=np.arange(len(event)), **asked)
    if not same(by_day, by_row):
        return
    assert by_row.estimate == approx(by_day.estimate)
    assert by_row.std_error == pytest.approx(by_day.std_error, abs=1e-6)
    assert by_day.conf_int.low <= by_day.estimate + ROUNDING
    assert by_day.estimate <= by_day.conf_int.high + ROUNDING
    assert by_day.conf_int.low >= 0
    assert by_day.conf_int.high <= (horizon if estimand.startswith("restricted") else 1)
    if estimand == "survival":
        reading = survival_at(kaplan_meier(duration, event > 0), [horizon])
        assert by_day.estimate == approx(reading.estimate[0])
        assert by_day.std_error == pytest.approx(reading.std_error[0], abs=1e-6)
    if estimand == "restricted_mean_time":
        curve = kaplan_meier(duration, event > 0)
        grid = np.arange(horizon)
        assert by_day.estimate == approx(survival_at(curve, grid).estimate.sum())


@few
@given(follow_up(), st.integers(1, 12))
def test_times_lost_and_left_sum_to_the_horizon(data, horizon):
    duration, event, *_ = data
    parts = [
        at_horizon(duration, event, estimand=estimand, horizon=horizon, cause=cause)
        for estimand, cause in (
            ("restricted_mean_time", 1),
            ("restricted_time_lost", 1),
            ("restricted_time_lost", 2),
        )
    ]
    assume(not any(isinstance(part, NotEstimable) for part in parts))
    assert sum(part.estimate for part in parts) == approx(horizon)


@few
@given(follow_up(), ESTIMANDS, st.integers(1, 12), st.booleans())
def test_differences_at_a_horizon(data, estimand, horizon, clustered):
    duration, event, group, family = data
    treated = (group > 0).astype(int)
    asked = {"estimand": estimand, "horizon": horizon}
    options = {"cluster": family} if clustered else {}
    result = difference_at_horizon(duration, event, treated, **asked, **options)
    swapped = difference_at_horizon(duration, event, 1 - treated, **asked, **options)
    if isinstance(result, NotEstimable):
        assert isinstance(swapped, NotEstimable)
        return
    assert result.conf_int.low <= result.estimate + ROUNDING
    assert result.estimate <= result.conf_int.high + ROUNDING
    assert swapped.estimate == approx(-result.estimate)
    assert swapped.conf_int.low == approx(-result.conf_int.high)
    assert swapped.std_error == approx(result.std_error)
    # Every child twice within its family changes neither the estimate nor the clustered error.
    columns = [np.tile(x, 2) for x in (duration, event, treated)]
    twice = difference_at_horizon(*columns, **asked, cluster=np.tile(family, 2))
    if clustered:
        assert twice.estimate == approx(result.estimate)
        assert twice.std_error == pytest.approx(result.std_error, abs=1e-6)
    else:
        tables = [
            life_table_from_rows(duration[treated == arm], event[treated == arm]) for arm in (1, 0)
        ]
        assert difference_at_horizon_from_tables(*tables, **asked) == result


@few
@given(follow_up())
def test_clustered_kaplan_meier_with_singletons_is_greenwood(data):
    duration, event, *_ = data
    plain = kaplan_meier(duration, event > 0)
    clustered = clustered_kaplan_meier(duration, event > 0, np.arange(len(event)))
    assert clustered.survival_probability == approx(plain.survival_probability)
    assert clustered.std_error == pytest.approx(plain.std_error, abs=1e-6)


@few
@given(follow_up(), st.randoms(use_true_random=False))
def test_group_tests_ignore_order_and_labels(data, random):
    duration, event, group, family = data
    order = random.sample(range(len(duration)), len(duration))
    names = np.array(["c", "a", "b"])[group]
    for plain, moved in (
        (
            log_rank(duration, event > 0, group, stratum=family % 2),
            log_rank(duration[order], event[order] > 0, names[order], stratum=family[order] % 2),
        ),
        (gray_test(duration, event, group), gray_test(duration[order], event[order], names[order])),
    ):
        if same(plain, moved):
            assert moved.statistic == pytest.approx(plain.statistic, rel=1e-6, abs=1e-8)
            assert sum(plain.observed) == approx(sum(plain.expected))
            assert 0 <= plain.p_value <= 1


@few
@given(follow_up())
def test_group_tests_from_counts_equal_rows(data):
    duration, event, group, _ = data
    tables = [life_table_from_rows(duration[group == k], event[group == k]) for k in (0, 1, 2)]
    assume(all(table.n for table in tables))
    assert log_rank_from_tables([tables]) == log_rank(duration, event > 0, group)
    assert gray_test_from_tables(tables) == gray_test(duration, event, group)


@few
@given(st.integers(0, 10**6))
def test_hazard_models_ignore_order_scale_and_time_unit(seed):
    duration, event, x, family = _drawn(seed)
    order = np.random.default_rng(seed).permutation(len(duration))
    for fit in (fit_cause_specific, fit_fine_gray):
        plain = fit(duration, event, x, cluster=family)
        assume(not isinstance(plain, NotEstimable))
        moved = fit(duration[order] * 7, event[order], x[order], cluster=family[order])
        assert moved.coefficients == approx(plain.coefficients)
        assert moved.covariance == approx(plain.covariance)
        scaled = fit(duration, event, x * [100, 0.01] + [5, -3], cluster=family)
        assert scaled.coefficients * [100, 0.01] == approx(plain.coefficients)
        flipped = fit(duration, event, -x, cluster=family)
        assert flipped.coefficients == approx(-plain.coefficients)
        assert plain.terms.score == pytest.approx(np.zeros(2), abs=1e-6)


@few
@given(st.integers(0, 10**6))
def test_score_residuals_sum_to_the_score(seed):
    duration, event, x, _ = _drawn(seed)
    entry = duration * np.random.default_rng(seed).uniform(-0.2, 0.9, len(duration))
    fits = (
        fit_cox(duration, event == 1, x, entry=entry, stratum=np.arange(80) % 2),
        fit_fine_gray(duration, event, x),
    )
    for fit in fits:
        assume(not isinstance(fit, NotEstimable))
        somewhere = fit.likelihood.at(np.array([0.3, -0.2]))
        total = fit.likelihood.score_residuals(somewhere).sum(axis=0)
        assert total == pytest.approx(somewhere.score, abs=1e-8)


@few
@given(st.integers(0, 10**6))
def test_fine_gray_without_competing_events_is_cox_but_for_ties(seed):
    duration, event, x, _ = _drawn(seed)
    apart = duration + np.arange(len(duration)) / 1e4
    cox, subdistribution = fit_cox(apart, event == 1, x), fit_fine_gray(apart, event % 2, x)
    assume(not isinstance(cox, NotEstimable))
    assert subdistribution.coefficients == approx(cox.coefficients)
    assert subdistribution.model_covariance == approx(cox.model_covariance)


@few
@given(st.integers(0, 10**6))
def test_the_score_test_of_one_group_covariate_is_the_log_rank(seed):
    duration, event, x, _ = _drawn(seed)
    apart = duration + np.arange(len(duration)) / 1e4
    group = (x[:, 0] > 0).astype(float)
    test, fit = log_rank(apart, event == 1, group), fit_cox(apart, event == 1, group[:, None])
    assume(not isinstance(test, NotEstimable))
    assume(not isinstance(fit, NotEstimable))
    assert fit.score_statistic == pytest.approx(test.statistic)


def _drawn(seed):
    generator = np.random.default_rng(seed)
    n = 80
    x = np.column_stack([generator.normal(size=n), generator.integers(0, 2, n)])
    duration = 1.0 + generator.integers(0, 15, n)
    return duration, generator.integers(0, 3, n), x, generator.integers(0, 30, n)


@few
@given(follow_up(), st.integers(0, 12))
def test_incidence_at_is_the_step_function(data, time):
    duration, event, *_ = data
    curve = cumulative_incidence(duration, event)
    assume(not isinstance(curve, NotEstimable))
    reached = curve.incidence[curve.time <= time]
    expected = reached[-1] if len(reached) else 0
    assert incidence_at(curve, [time]).estimate[0] == expected
