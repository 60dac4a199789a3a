"""The edges of the estimators of before and after: too little, too few, gaps, malformed."""

import numpy as np
import pytest

from analytics.errors import InvalidInputError
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
from analytics.statistics.before_after.panel import Panel, balanced_panel, month_number
from analytics.statistics.before_after.permutation import permutation_test
from analytics.statistics.before_after.placebos import (
    leave_one_donor_out,
    placebo_in_space,
    placebo_in_time,
)
from analytics.statistics.before_after.segments import SeriesModel
from analytics.statistics.before_after.staggered import group_time_effects
from analytics.statistics.before_after.synthetic_control import synthetic_control
from analytics.statistics.results import NotEstimable

NAN = float("nan")
CONTRASTS = [difference_in_proportion_changes, difference_in_rate_changes, ratio_of_rate_ratios]


def reason(result: object) -> str:
    assert isinstance(result, NotEstimable)
    assert result.detail
    return result.reason


def statuses(checks) -> dict[str, str]:
    return {check.name: check.status for check in checks}


def cells(*pairs):
    names = ("treated_before", "treated_after", "comparison_before", "comparison_after")
    return {name: Cell(events=x, denominator=n) for name, (x, n) in zip(names, pairs, strict=True)}


def panel(first_treated, n_periods=6, seed=1, flat=False) -> Panel:
    """Return a panel of noise; `first_treated` has one entry per unit."""
    n_units = len(first_treated)
    noise = np.random.default_rng(seed).normal(50, 3, n_units * n_periods)
    made = balanced_panel(
        np.ones(n_units * n_periods) if flat else noise,
        np.repeat(np.arange(n_units), n_periods),
        np.tile(np.arange(1, n_periods + 1), n_units),
        np.repeat(first_treated, n_periods),
    )
    assert isinstance(made, Panel)
    return made


@pytest.mark.parametrize("contrast", CONTRASTS)
def test_counts_without_cases(contrast):
    assert reason(contrast(**cells((0, 0), (0, 0), (0, 0), (0, 0)))) == "no_cases"
    assert reason(contrast(**cells((3, 9), (0, 0), (2, 8), (2, 8)))) == "empty_arm"


@pytest.mark.parametrize("contrast", CONTRASTS)
@pytest.mark.parametrize("bad", [(-1, 5), (0.5, 5), (1, -5), (1, 0), (1, NAN), (NAN, 5)])
def test_impossible_counts(contrast, bad):
    with pytest.raises(InvalidInputError):
        contrast(**cells(bad, (1, 5), (1, 5), (1, 5)))


@pytest.mark.parametrize("contrast", CONTRASTS)
@pytest.mark.parametrize("level", [0, 1, NAN])
def test_impossible_levels_of_counts(contrast, level):
    with pytest.raises(InvalidInputError):
        contrast(**cells((1, 5), (1, 5), (1, 5), (1, 5)), level=level)


def test_counts_without_events():
    empty = cells((0, 50), (0, 60), (0, 70), (0, 80))
    for contrast in CONTRASTS[:2]:
        result = contrast(**empty)
        assert result.estimate == 0
        assert result.p_value is None
        assert result.conf_int.low < 0 < result.conf_int.high
    assert reason(ratio_of_rate_ratios(**empty)) == "no_events"


def test_panel_with_gaps_and_no_rows():
    assert reason(balanced_panel([], [], [], [])) == "no_cases"
    gap_for_one = balanced_panel([1, 2, 3], ["A", "A", "B"], [1, 2, 1], [0, 0, 0])
    assert reason(gap_for_one) == "calendar_gap"
    gap_for_all = balanced_panel([1, 2, 3, 4], ["A", "A", "B", "B"], [1, 3, 1, 3], [0, 0, 0, 0])
    assert reason(gap_for_all) == "calendar_gap"


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": [1, 2, NAN, 4]},
        {"period": [1, 2, 1, 1]},
        {"period": [0, 1, 0, 1]},
        {"period": [1, 1.5, 1, 1.5]},
        {"first_treated": [0, 2, 0, 0]},
        {"first_treated": [-1, -1, 0, 0]},
        {"weights": [1, 2, 1, 1]},
        {"weights": [0, 0, 1, 1]},
        {"weights": [1, 1, 1]},
        {"unit": ["A", "A", "B"]},
    ],
)
def test_malformed_panels(change):
    rows = {
        "outcome": [1, 2, 3, 4],
        "unit": ["A", "A", "B", "B"],
        "period": [1, 2, 1, 2],
        "first_treated": [0, 0, 0, 0],
    }
    with pytest.raises(InvalidInputError):
        balanced_panel(**(rows | change))


def test_panels_forget_treatment_after_the_end_and_are_read_only():
    made = panel([0, 0, 99])
    assert not made.is_treated.any()
    with pytest.raises(ValueError, match="read-only"):
        made.outcome[0, 0] = 1


@pytest.mark.parametrize("months", [["2020-13"], ["spring"], ["NaT"]])
def test_malformed_months(months):
    with pytest.raises(InvalidInputError):
        month_number(months)


def test_rows_that_carry_no_difference_in_differences():
    y, arm, late, area = [1, 2, 3, 5], [1, 1, 0, 0], [0, 1, 0, 1], [1, 1, 2, 2]
    assert reason(difference_in_differences([], [], [], [])) == "no_cases"
    assert reason(difference_in_differences(y, arm, [0, 0, 0, 1], area)) == "empty_arm"
    assert reason(difference_in_differences(y, arm, late, area)) == "too_few_clusters"
    flat = difference_in_differences(
        np.ones(16), *(np.tile(x, 4) for x in (arm, late)), np.arange(16)
    )
    assert reason(flat) == "no_variation"
    with pytest.raises(InvalidInputError):
        difference_in_differences(y, arm, late, area, covariates=[1, 2, 3, 4])
    with pytest.raises(InvalidInputError):
        difference_in_differences([1, 2, 3, NAN], arm, late, area)


def test_few_clusters_are_for_review():
    result = two_way_fixed_effects(panel([4, 4, *[0] * 10]))
    found = statuses(result.checks)
    assert found == {"clusters_in_smaller_group": "review", "degrees_of_freedom": "fail"}
    many = two_way_fixed_effects(panel([4] * 12 + [0] * 12))
    assert set(statuses(many.checks).values()) == {"pass"}


@pytest.mark.parametrize(
    ("first_treated", "expected"),
    [
        ([0, 0, 0], "empty_arm"),
        ([4, 0, 0, 0], "too_few_clusters"),
        ([4, 4, 4, 0], "too_few_clusters"),
        ([4, 4, 4, 4], "too_few_clusters"),
    ],
)
def test_panels_that_carry_no_estimate(first_treated, expected):
    assert reason(two_way_fixed_effects(panel(first_treated))) == expected
    assert reason(event_study(panel(first_treated))) == expected


def test_other_panels_that_carry_no_estimate():
    assert reason(two_way_fixed_effects(panel([1, 1, 0, 0]))) == "collinear"
    assert reason(two_way_fixed_effects(panel([4, 4, 0, 0], flat=True))) == "no_variation"
    assert reason(two_way_fixed_effects(panel([1, 1, 0, 0], n_periods=1))) == "collinear"
    assert reason(event_study(panel([1, 1, 0, 0]))) == "not_available"
    assert reason(event_study(panel([3, 4, 0, 0]))) == "not_available"
    assert reason(event_study(panel([4, 4, 0, 0], flat=True))) == "no_variation"
    assert reason(decompose_two_way_fixed_effects(panel([0, 0]))) == "empty_arm"
    assert reason(decompose_two_way_fixed_effects(panel([4, 4]))) == "empty_arm"


def test_event_study_without_a_second_period_before():
    result = event_study(panel([2, 2, 2, 0, 0, 0]))
    assert result.pre_trend is None
    assert "pre_trend_test" not in statuses(result.checks)


def test_event_study_with_more_leads_than_clusters_can_carry():
    result = event_study(panel([10, 10, 0, 0, 0], n_periods=12))
    assert result.pre_trend.joint is None
    assert result.pre_trend.slope.std_error > 0


def test_permutation_of_what_cannot_be_permuted():
    assert reason(permutation_test(panel([0, 0, 0]), seed=1)) == "empty_arm"
    assert reason(permutation_test(panel([4, 4]), seed=1)) == "empty_arm"
    assert reason(permutation_test(panel([1, 0, 0]), seed=1)) == "not_available"
    assert reason(permutation_test(panel([3, 4, 0]), seed=1)) == "not_available"
    assert reason(permutation_test(panel([4, 0, 0], flat=True), seed=1)) == "no_variation"
    with pytest.raises(InvalidInputError):
        permutation_test(panel([4, 0, 0]), seed=1, draws=0)


def test_permutation_with_one_treated_area_says_what_it_can_find():
    result = permutation_test(panel([4, *[0] * 9]), seed=1)
    assert result.is_exact
    assert result.check.value == pytest.approx(0.1)
    assert result.check.status == "review"


def test_drawn_permutations_follow_the_seed():
    made = panel([4] * 8 + [0] * 20)
    first, again, other = (permutation_test(made, seed=s, draws=500) for s in (1, 1, 2))
    assert not first.is_exact
    assert first.p_value == again.p_value
    assert first.n_assignments == 501
    assert other.p_value == pytest.approx(first.p_value, abs=0.15)


@pytest.mark.parametrize("comparison_group", ["never_treated", "not_yet_treated"])
def test_group_time_effects_that_do_not_exist(comparison_group):
    def cells_of(first_treated, **options):
        return group_time_effects(
            panel(first_treated, **options), comparison_group=comparison_group
        )

    assert reason(cells_of([0, 0, 0])) == "empty_arm"
    assert reason(cells_of([1, 1, 0, 0])) == "empty_arm"
    assert reason(cells_of([4, 4, 4])) == "empty_arm"
    assert reason(cells_of([4, 0, 0])) == "too_few_clusters"
    assert reason(cells_of([4, 4, 0])) == "too_few_clusters"
    assert reason(cells_of([4, 4, 0, 0], flat=True)) == "no_variation"


def test_not_yet_treated_units_do_without_never_treated():
    made = panel([3, 3, 3, 5, 5, 5])
    assert reason(group_time_effects(made)) == "empty_arm"
    effects = group_time_effects(made, comparison_group="not_yet_treated")
    cells_found = set(zip(effects.group.tolist(), effects.period.tolist(), strict=True))
    assert (3, 4) in cells_found
    assert (3, 5) not in cells_found
    assert (5, 5) not in cells_found
    assert set(statuses(effects.checks).values()) == {"review"}


def test_impossible_options_of_aggregates():
    effects = group_time_effects(panel([2, 2, 6, 6]), comparison_group="not_yet_treated")
    with pytest.raises(InvalidInputError):
        aggregate_group_time_effects(effects, by="group", seed=1, draws=10)
    with pytest.raises(InvalidInputError):
        average_group_time_effects(effects, level=2)


def series(n=40, seed=1):
    return np.random.default_rng(seed).normal(50, 3, n), np.arange(101, 101 + n)


FITS = [
    interrupted_series,
    lambda y, t, m: interrupted_counts(np.round(y), np.ones(len(y)), t, m),
    lambda y, t, m: controlled_interrupted_series(y, np.arange(len(y)), t, m),
]


@pytest.mark.parametrize("fit", FITS)
def test_series_that_carry_no_estimate(fit):
    y, t = series()
    model = SeriesModel(interruption=120)
    assert reason(fit(y[:0], t[:0], model)) == "no_cases"
    assert reason(fit(np.delete(y, 5), np.delete(t, 5), model)) == "calendar_gap"
    assert reason(fit(y, t, SeriesModel(interruption=103))) == "too_few_cases"
    assert reason(fit(y, t, SeriesModel(interruption=139))) == "too_few_cases"
    assert reason(fit(y, t, SeriesModel(interruption=500))) == "too_few_cases"
    assert reason(fit(y[15:25], t[15:25], SeriesModel(interruption=120, harmonics=6))) == (
        "too_few_cases"
    )
    with pytest.raises(InvalidInputError):
        fit(y, t[::-1], model)
    with pytest.raises(InvalidInputError):
        fit(y, t + 0.5, model)


def test_other_series_that_carry_no_estimate():
    _, t = series()
    model = SeriesModel(interruption=120)
    assert reason(interrupted_series(np.ones(40), t, model)) == "no_variation"
    assert reason(interrupted_counts(np.zeros(40), np.ones(40), t, model)) == "no_events"
    after_only = np.where(t < 120, 0, 5)
    assert reason(interrupted_counts(after_only, np.ones(40), t, model)) == "no_events"
    assert reason(interrupted_counts(np.full(40, 5), np.ones(40), t, model)) == "no_variation"


def test_season_that_cannot_be_told_from_the_trend():
    y, t = series()
    model = SeriesModel(interruption=120, harmonics=10, season_length=10_000)
    assert reason(interrupted_series(y, t, model)) == "collinear"
    assert reason(interrupted_counts(np.round(y), np.ones(40), t, model)) == "collinear"


def test_a_month_without_events_in_any_year():
    rng, t = np.random.default_rng(1), np.arange(1, 61)
    events = np.where(t % 12 == 7, 0, rng.poisson(30, 60))
    model = SeriesModel(interruption=31, harmonics=6)
    assert reason(interrupted_counts(events, np.ones(60), t, model)) == "separation"


@pytest.mark.parametrize(
    "options",
    [
        {"phase_in": -1},
        {"harmonics": 7},
        {"harmonics": -1},
        {"season_length": 1},
        {"second_interruption": 120},
        {"second_interruption": 122, "phase_in": 3},
    ],
)
def test_impossible_series_models(options):
    with pytest.raises(InvalidInputError):
        SeriesModel(interruption=120, **options)


@pytest.mark.parametrize("options", [{"lag": -1}, {"lag": 40}, {"at": [119]}, {"at": [141]}])
def test_impossible_options_of_a_series(options):
    y, t = series()
    model = SeriesModel(interruption=120)
    with pytest.raises(InvalidInputError):
        interrupted_series(y, t, model, errors="newey_west", **options)
    with pytest.raises(InvalidInputError):
        interrupted_counts(np.round(y), np.ones(40), t, model, variance="newey_west", **options)
    with pytest.raises(InvalidInputError):
        interrupted_series(y, t, model, level=1)


def test_a_lag_without_newey_west_is_a_mistake():
    y, t = series()
    model = SeriesModel(interruption=120)
    with pytest.raises(InvalidInputError):
        interrupted_series(y, t, model, lag=3)
    with pytest.raises(InvalidInputError):
        interrupted_counts(np.round(y), np.ones(40), t, model, lag=3)


@pytest.mark.parametrize("bad", [(-1, 1), (0.5, 1), (1, 0), (1, NAN)])
def test_impossible_counts_of_a_series(bad):
    events, exposure = np.full(40, 5.0), np.ones(40)
    events[3], exposure[3] = bad
    with pytest.raises(InvalidInputError):
        interrupted_counts(events, exposure, np.arange(1, 41), SeriesModel(interruption=20))


def test_short_series_are_for_review():
    y, t = series(12)
    result = interrupted_series(y, t, SeriesModel(interruption=106))
    found = statuses(result.checks)
    assert found["points_before"] == found["points_after"] == found["series_length"] == "review"


def test_overdispersed_counts_fail_only_the_poisson_variance():
    rng = np.random.default_rng(1)
    counts, t = rng.negative_binomial(3, 0.1, 60), np.arange(1, 61)
    for variance, status in (("poisson", "fail"), ("quasi_poisson", "review")):
        result = interrupted_counts(
            counts, np.ones(60), t, SeriesModel(interruption=31), variance=variance
        )
        assert statuses(result.checks)["dispersion"] == status


def test_phase_in_is_shown_but_not_fitted():
    y, t = series()
    moved = y.copy()
    moved[19:22] = 1e6
    model = SeriesModel(interruption=120, phase_in=3)
    one, two = interrupted_series(y, t, model), interrupted_series(moved, t, model)
    assert one.level_change == two.level_change
    assert two.is_fitted.sum() == 37
    assert two.fitted[19:22].tolist() == two.counterfactual[19:22].tolist()
    assert two.effects[0].period == 123


@pytest.mark.parametrize("kernel", [synthetic_control, placebo_in_space, leave_one_donor_out])
def test_panels_without_a_synthetic_control(kernel):
    assert reason(kernel(panel([0, 0, 0]))) == "empty_arm"
    assert reason(kernel(panel([4, 4, 0, 0]))) == "not_available"
    assert reason(kernel(panel([4, 0]))) == "too_few_clusters"
    assert reason(kernel(panel([2, 0, 0, 0]))) == "too_few_cases"
    assert reason(kernel(panel([1, 0, 0, 0]))) == "too_few_cases"


def test_placebos_that_do_not_exist():
    assert reason(placebo_in_space(panel([4, 0, 0, 0], flat=True))) == "no_variation"
    assert reason(placebo_in_space(panel([4, 0, 0]))) == "too_few_clusters"
    assert reason(leave_one_donor_out(panel([4, 0, 0]))) == "too_few_clusters"
    assert reason(placebo_in_time(panel([0, 0, 0]), placebo_start=3)) == "empty_arm"
    assert reason(placebo_in_time(panel([5, 0, 0, 0]), placebo_start=2)) == "too_few_cases"
    for start in (1, 5, 9):
        with pytest.raises(InvalidInputError):
            placebo_in_time(panel([5, 0, 0, 0]), placebo_start=start)


def test_perfect_fit_has_no_ratio():
    made = synthetic_control(panel([4, 0, 0, 0], flat=True))
    assert made.error_ratio is None
    assert made.average_effect == pytest.approx(0, abs=1e-12)
    assert statuses(made.checks)["fit_before_treatment"] == "fail"


@pytest.mark.parametrize(("n_donors", "status"), [(3, "pass"), (4, "pass"), (5, "review")])
def test_a_perfect_fit_with_fewer_periods_than_donors_reassures_nobody(n_donors, status):
    """Four periods before; the treated unit is the mean of two donors, so that all fits are."""
    others = np.random.default_rng(3).normal(50, 3, (n_donors, 6))
    outcome = np.vstack([others[:2].mean(axis=0), others])
    n_units = len(outcome)
    made = synthetic_control(
        balanced_panel(
            outcome.ravel(),
            np.repeat(np.arange(n_units), 6),
            np.tile(np.arange(1, 7), n_units),
            np.repeat([5] + [0] * n_donors, 6),
        )
    )
    (fit,) = (check for check in made.checks if check.name == "fit_before_treatment")
    assert fit.value == pytest.approx(1)
    assert fit.status == status
    assert ("no reassurance" in fit.meaning) == (status == "review")


def carried_on(before, n_after):
    """Counts that change fast before, and are steady for a long time after."""
    events = np.concatenate([before, 5000 + np.arange(n_after) % 3])
    model = SeriesModel(interruption=len(before) + 1)
    return interrupted_counts(
        events, np.full(len(events), 1e7), np.arange(1, len(events) + 1), model
    )


def test_ratios_beyond_the_largest_float_are_infinite():
    falling = carried_on([26_000, 900, 30, 1], 250).effects[-1]
    assert falling.relative == falling.relative_conf_int.high == np.inf
    assert falling.absolute == pytest.approx(5001)
    apart = ratio_of_rate_ratios(**cells((1, 1e300), (1, 1e-3), (1, 1e-3), (1, 1e300)))
    assert apart.estimate == apart.conf_int.high == np.inf


def test_a_counterfactual_beyond_the_largest_float_is_a_reason():
    assert reason(carried_on([60, 120, 260, 480, 1000, 2000], 1300)) == "not_available"


def test_results_of_draws_carry_their_seed():
    effects = group_time_effects(panel([3, 3, 4, 4, 0, 0, 0]))
    assert aggregate_group_time_effects(effects, by="group", seed=7).seed == 7
    made = panel([4, *[0] * 9])
    assert permutation_test(made, seed=7).seed == 7
    for seed in (-1, 1.5, True):
        with pytest.raises(InvalidInputError, match="seed"):
            permutation_test(made, seed=seed)
        with pytest.raises(InvalidInputError, match="seed"):
            aggregate_group_time_effects(effects, by="group", seed=seed)
