"""What must hold of the estimators of before and after for every input."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analytics.statistics.before_after._synthetic import simplex_weights
from analytics.statistics.before_after.aggregation import (
    aggregate_group_time_effects,
    average_group_time_effects,
)
from analytics.statistics.before_after.counts import (
    Cell,
    difference_in_proportion_changes,
    difference_in_rate_changes,
    ratio_of_rate_ratios,
)
from analytics.statistics.before_after.decomposition import decompose_two_way_fixed_effects
from analytics.statistics.before_after.difference_in_differences import (
    difference_in_differences,
    two_way_fixed_effects,
)
from analytics.statistics.before_after.event_study import event_study
from analytics.statistics.before_after.interrupted_counts import interrupted_counts
from analytics.statistics.before_after.interrupted_series import (
    controlled_interrupted_series,
    interrupted_series,
)
from analytics.statistics.before_after.panel import Panel, balanced_panel
from analytics.statistics.before_after.permutation import permutation_test
from analytics.statistics.before_after.segments import SeriesModel
from analytics.statistics.before_after.staggered import group_time_effects
from analytics.statistics.results import NotEstimable

# Outcomes are near 50; estimates are differences of a few dozen of them.
ROUNDING = 1e-8
few = settings(deadline=None, derandomize=True, max_examples=40)
SEEDS = st.integers(0, 10_000)
NAMES = ("treated_before", "treated_after", "comparison_before", "comparison_after")


@st.composite
def four_cells(draw):
    sizes = [draw(st.integers(1, 300)) for _ in NAMES]
    return {
        name: Cell(events=draw(st.integers(0, n)), denominator=n)
        for name, n in zip(NAMES, sizes, strict=True)
    }


def swapped(cells):
    other = {"treated": "comparison", "comparison": "treated"}
    return {
        "_".join([other[name.split("_")[0]], name.split("_")[1]]): cell
        for name, cell in cells.items()
    }


def rows(seed, starts=(0, 0, 0, 4, 4, 4), n_periods=7):
    """Return rows of a panel in random order."""
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(len(starts)), n_periods)
    period = np.tile(np.arange(1, n_periods + 1), len(starts))
    weight = np.repeat(rng.integers(1, 9, len(starts)), n_periods).astype(float)
    outcome = rng.normal(50, 5, len(unit)) + rng.normal(0, 5, len(starts))[unit]
    order = rng.permutation(len(unit))
    columns = (outcome, unit, period, np.repeat(starts, n_periods), weight)
    return tuple(column[order] for column in columns)


def panel(seed, *, weighted=True, **options) -> Panel:
    *columns, weight = rows(seed, **options)
    made = balanced_panel(*columns, weights=weight if weighted else None)
    assert isinstance(made, Panel)
    return made


def scaled(made: Panel, factor, shift) -> Panel:
    return Panel(
        outcome=made.outcome * factor + shift,
        units=made.units,
        periods=made.periods,
        first_treated=made.first_treated,
        weights=made.weights,
    )


@few
@given(four_cells(), st.sampled_from([0.5, 0.9, 0.95]))
def test_interval_of_counts_holds_the_estimate_and_mirrors(cells, level):
    for contrast in (difference_in_proportion_changes, difference_in_rate_changes):
        result = contrast(**cells, level=level)
        interval = result.conf_int
        assert interval.low <= result.estimate <= interval.high
        mirrored = contrast(**swapped(cells), level=level)
        assert mirrored.estimate == pytest.approx(-result.estimate)
        assert mirrored.conf_int.low == pytest.approx(-interval.high)
    assert difference_in_proportion_changes(**cells).conf_int.low >= -2
    ratio = ratio_of_rate_ratios(**cells)
    if not isinstance(ratio, NotEstimable):
        assert 0 < ratio.conf_int.low <= ratio.estimate <= ratio.conf_int.high
        inverse = ratio_of_rate_ratios(**swapped(cells))
        assert inverse.estimate == pytest.approx(1 / ratio.estimate)


@few
@given(four_cells())
def test_counts_and_case_rows_agree(cells):
    y, arm, late = [], [], []
    for name, cell in cells.items():
        y += [1] * cell.events + [0] * (cell.denominator - cell.events)
        arm += [name.startswith("treated")] * cell.denominator
        late += [name.endswith("after")] * cell.denominator
    from_rows = difference_in_differences(y, arm, late, np.arange(len(y)))
    assume(not isinstance(from_rows, NotEstimable))
    from_counts = difference_in_proportion_changes(**cells)
    assert from_rows.estimate == pytest.approx(from_counts.estimate, abs=ROUNDING)
    # CR2 of independent cases divides by n - 1 where the binomial variance divides by n.
    variance = sum(
        cell.events
        * (cell.denominator - cell.events)
        / cell.denominator**2
        / (cell.denominator - 1)
        for cell in cells.values()
        if cell.denominator > 1
    )
    assert from_rows.std_error == pytest.approx(np.sqrt(variance))


@few
@given(SEEDS)
def test_panel_ignores_the_order_of_rows(seed):
    *columns, weight = rows(seed)
    order = np.random.default_rng(seed).permutation(len(weight))
    one = balanced_panel(*columns, weights=weight)
    two = balanced_panel(*(column[order] for column in columns), weights=weight[order])
    assert (one.outcome == two.outcome).all()
    assert (one.weights == two.weights).all()


@few
@given(SEEDS, st.floats(0.1, 50), st.floats(-100, 100))
def test_panel_estimates_follow_units_of_measurement(seed, factor, shift):
    made = panel(seed)
    other = scaled(made, factor, shift)
    for estimate in (two_way_fixed_effects, lambda p: event_study(p).average_effect):
        one, two = estimate(made), estimate(other)
        assert two.estimate == pytest.approx(factor * one.estimate, abs=factor * ROUNDING)
        assert two.std_error == pytest.approx(factor * one.std_error)
        assert two.p_value == pytest.approx(one.p_value, rel=1e-6)
    assert permutation_test(made, seed=1).p_value == permutation_test(other, seed=1).p_value


@few
@given(SEEDS)
def test_panel_and_rows_give_one_difference_in_differences(seed):
    outcome, unit, period, start, _ = rows(seed)
    from_rows = difference_in_differences(outcome, start > 0, period >= 4, unit)
    from_panel = two_way_fixed_effects(panel(seed, weighted=False))
    permuted = permutation_test(panel(seed, weighted=False), seed=1)
    assert from_rows.estimate == pytest.approx(from_panel.estimate)
    assert from_rows.std_error == pytest.approx(from_panel.std_error)
    assert from_rows.df == pytest.approx(from_panel.df)
    assert permuted.estimate == pytest.approx(from_panel.estimate)
    assert permuted.p_value >= permuted.check.value


STAGGERED = (0, 0, 0, 3, 3, 5, 5, 5, 6, 6)


@few
@given(SEEDS)
def test_group_time_effects_find_a_constructed_effect(seed):
    made = panel(seed, starts=STAGGERED)
    since = made.periods - made.first_treated[:, None]
    effect = np.where(made.is_treated[:, None] & (since >= 0), 3.0 + since, 0.0)
    moved = scaled(made, 1, effect)
    for comparison_group in ("never_treated", "not_yet_treated"):
        one = group_time_effects(made, comparison_group=comparison_group)
        two = group_time_effects(moved, comparison_group=comparison_group)
        expected = np.where(one.period >= one.group, 3.0 + one.period - one.group, 0.0)
        assert two.estimate - one.estimate == pytest.approx(expected, abs=ROUNDING)
        assert two.std_error == pytest.approx(one.std_error)


@few
@given(SEEDS)
def test_aggregates_are_averages_of_cells(seed):
    effects = group_time_effects(panel(seed, starts=STAGGERED))
    late = effects.period >= effects.group
    simple = average_group_time_effects(effects)
    assert effects.estimate[late].min() <= simple.estimate <= effects.estimate[late].max()
    by_event = aggregate_group_time_effects(effects, by="event_time", seed=1, draws=200)
    base = by_event.key == -1
    assert (by_event.estimate[base] == 0).all()
    assert (by_event.band_low <= by_event.conf_low + ROUNDING).all()
    assert (by_event.conf_high <= by_event.band_high + ROUNDING).all()


@few
@given(SEEDS)
def test_one_adoption_date_makes_all_estimators_agree(seed):
    made = panel(seed)
    study = event_study(made)
    effects = group_time_effects(made)
    assert effects.estimate == pytest.approx(study.estimate, abs=ROUNDING)
    decomposition = decompose_two_way_fixed_effects(made)
    assert decomposition.forbidden_share == 0
    assert decomposition.estimate == pytest.approx(study.average_effect.estimate)


@few
@given(SEEDS)
def test_decomposition_has_weights_that_add_up(seed):
    made = panel(seed, starts=(*STAGGERED, 1))
    result = decompose_two_way_fixed_effects(made)
    assert sum(pair.weight for pair in result.comparisons) == pytest.approx(1)
    assert all(pair.weight > 0 for pair in result.comparisons)
    assert result.estimate == pytest.approx(two_way_fixed_effects(made).estimate)


@few
@given(SEEDS, st.integers(8, 20), st.integers(0, 3), st.sampled_from([0, 1, 2]))
def test_linear_series_finds_a_constructed_change(seed, start, phase_in, harmonics):
    rng, t = np.random.default_rng(seed), np.arange(1, 41)
    y = rng.normal(50, 3, 40)
    model = SeriesModel(interruption=start, phase_in=phase_in, harmonics=harmonics)
    since = t - model.start
    moved = y + np.where(since >= 0, 7 + 0.5 * since, 0.0)
    one, two = interrupted_series(y, t, model), interrupted_series(moved, t, model)
    assert two.level_change.estimate - one.level_change.estimate == pytest.approx(7)
    assert two.slope_change.estimate - one.slope_change.estimate == pytest.approx(0.5)
    assert two.level_change.std_error == pytest.approx(one.level_change.std_error)
    assert two.counterfactual == pytest.approx(one.counterfactual)
    controlled = controlled_interrupted_series(moved, y, t, model)
    assert isinstance(controlled, NotEstimable)
    assert controlled.reason == "no_variation"


@few
@given(SEEDS, st.integers(1, 900))
def test_counts_of_a_series_follow_the_exposure(seed, factor):
    rng, t = np.random.default_rng(seed), np.arange(1, 41)
    y, exposure = rng.poisson(20, 40), rng.uniform(50, 80, 40)
    model = SeriesModel(interruption=20)
    one = interrupted_counts(y, exposure, t, model)
    two = interrupted_counts(y, exposure * factor, t, model)
    assert two.level_change.estimate == pytest.approx(one.level_change.estimate)
    assert two.effects[-1].absolute == pytest.approx(one.effects[-1].absolute, abs=1e-6)
    interval = one.effects[-1].relative_conf_int
    assert -1 < interval.low <= one.effects[-1].relative <= interval.high


@few
@given(SEEDS, st.integers(2, 30), st.integers(1, 20))
def test_synthetic_weights_are_the_best_on_the_simplex(seed, n_donors, n_periods):
    rng = np.random.default_rng(seed)
    target, donors = rng.normal(50, 5, n_periods), rng.normal(50, 5, (n_donors, n_periods))
    weights = simplex_weights(target, donors)
    assert (weights >= 0).all()
    assert weights.sum() == pytest.approx(1)
    # Karush, Kuhn and Tucker: no donor has a steeper descent than those in use.
    gradient = donors @ (weights @ donors - target)
    lowest = gradient.min()
    assert gradient[weights > 1e-9] == pytest.approx(lowest, abs=1e-5)
    inside = simplex_weights(weights @ donors, donors)
    assert inside @ donors == pytest.approx(weights @ donors, abs=1e-5)
