"""The edges of the statistical kernels: empty, one-sided, tied, separated, missing."""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import check_counts, float_vector, group_codes, random_generator
from analytics.statistics.propensity.balance import balance_checks, balance_table
from analytics.statistics.propensity.matching import nearest_neighbour_match
from analytics.statistics.propensity.score import fit_propensity
from analytics.statistics.results import NotEstimable
from analytics.statistics.time_to_event.survival import (
    cumulative_incidence,
    incidence_at,
    kaplan_meier,
    median_duration,
    survival_at,
)
from analytics.statistics.two_groups.clustered import (
    clustered_risk_difference,
    clustered_risk_ratio,
)
from analytics.statistics.two_groups.proportions import risk_difference, wilson_interval
from analytics.statistics.two_groups.ratios import odds_ratio, risk_ratio
from analytics.statistics.variation.rates import rate, rate_interval

NAN = float("nan")
ALTERNATING = np.tile([True, False], 10)


def reason(result: object) -> str:
    assert isinstance(result, NotEstimable)
    assert result.detail
    return result.reason


def table(a: int, n1: int, c: int, n0: int) -> dict[str, int]:
    return {"events_treated": a, "n_treated": n1, "events_comparison": c, "n_comparison": n0}


@pytest.mark.parametrize("contrast", [risk_difference, risk_ratio, odds_ratio])
def test_empty_arms(contrast):
    assert reason(contrast(**table(0, 0, 3, 10))) == "empty_arm"
    assert reason(contrast(**table(3, 10, 0, 0))) == "empty_arm"
    assert reason(contrast(**table(0, 0, 0, 0))) == "no_cases"


@pytest.mark.parametrize("contrast", [risk_difference, risk_ratio, odds_ratio])
@pytest.mark.parametrize("cells", [(11, 10, 0, 5), (-1, 10, 0, 5), (0, 5, 6, 5)])
def test_impossible_counts(contrast, cells):
    with pytest.raises(InvalidInputError):
        contrast(**table(*cells))


def test_no_events_in_either_arm_still_has_a_difference():
    result = risk_difference(**table(0, 20, 0, 30))
    assert result.estimate == 0
    assert result.p_value is None
    assert result.conf_int.low < 0 < result.conf_int.high


def test_ratios_need_their_cells():
    assert reason(risk_ratio(**table(0, 20, 3, 30))) == "no_events"
    assert reason(risk_ratio(**table(20, 20, 30, 30))) == "no_events"
    assert reason(odds_ratio(**table(20, 20, 3, 30))) == "no_events"
    assert risk_ratio(**table(20, 20, 3, 30)).estimate == pytest.approx(10)


@pytest.mark.parametrize("level", [0, 1, -1, 95, NAN])
def test_impossible_levels(level):
    for call in (
        lambda: wilson_interval(1, 2, level=level),
        lambda: rate_interval(1, 2, level=level),
        lambda: risk_ratio(**table(1, 3, 1, 3), level=level),
        lambda: kaplan_meier([1], [1], level=level),
        lambda: cumulative_incidence([1], [1], level=level),
        lambda: clustered_risk_difference([1], [1], [1], level=level),
        lambda: clustered_risk_ratio([1], [1], [1], level=level),
    ):
        with pytest.raises(InvalidInputError):
            call()


def test_wilson_at_its_ends():
    assert wilson_interval(0, 5).low == 0
    assert wilson_interval(5, 5).high == 1
    with pytest.raises(InvalidInputError):
        wilson_interval(0, 0)


@pytest.mark.parametrize("estimator", [clustered_risk_difference, clustered_risk_ratio])
def test_clustered_reasons(estimator):
    arm, family = [1, 1, 0, 0], [1, 2, 3, 4]
    assert reason(estimator([], [], [])) == "no_cases"
    assert reason(estimator([1, 0], [1, 1], [1, 2])) == "empty_arm"
    assert reason(estimator([0, 0, 0, 0], arm, family)) == "no_events"
    assert reason(estimator([1, 0, 1, 0], arm, [1, 1, 2, 3])) == "too_few_clusters"
    cancelling = ([1, 0, 1, 0] * 2, arm * 2, [1, 1, 2, 2, 3, 3, 4, 4])
    assert reason(estimator(*cancelling)) == "too_few_clusters"


def test_clustered_ratio_needs_events_in_both_arms():
    assert reason(clustered_risk_ratio([1, 0, 0, 0], [1, 1, 0, 0], [1, 2, 3, 4])) == "no_events"


def test_two_way_variance_that_is_not_positive_falls_back():
    generator = np.random.default_rng(0)
    for _ in range(200):
        outcome = generator.integers(0, 2, 12)
        one, other = generator.integers(0, 4, (2, 12))
        arm = np.repeat([0, 1], 6)
        result = clustered_risk_difference(outcome, arm, one, second_cluster=other)
        if not isinstance(result, NotEstimable):
            assert np.isfinite(result.std_error)
            assert result.vcov_type == "CR1_two_way"


@pytest.mark.parametrize(
    ("outcome", "treated", "cluster"),
    [
        ([1, NAN], [1, 0], [1, 2]),
        ([1, 0], [1, NAN], [1, 2]),
        ([1, 0], [1, 2], [1, 2]),
        ([1, 0], [1, 0], [1, NAN]),
        ([1, 0], [1, 0], np.array(["a", None], dtype=object)),
        ([1, 0], [1, 0], np.array(["a", 1], dtype=object)),
        ([1, 0], [1, 0], [1, 2, 3]),
        ([1, 0], [1, 0, 1], [1, 2]),
        ([[1, 0]], [1, 0], [1, 2]),
        (["yes", "no"], [1, 0], [1, 2]),
    ],
)
def test_clustered_inputs_must_be_complete(outcome, treated, cluster):
    with pytest.raises(InvalidInputError):
        clustered_risk_difference(outcome, treated, cluster)


def test_text_labels_make_clusters():
    labels = np.array(["a", "b", "c", "d"], dtype=object)
    assert clustered_risk_difference([1, 0, 1, 1], [1, 1, 0, 0], labels).n_clusters == 4


@pytest.mark.parametrize("sign", [1, -1])
def test_complete_separation(sign):
    covariate = np.arange(20.0)
    assert reason(fit_propensity(covariate[:, None], sign * covariate > sign * 9.5)) == "separation"


def test_quasi_separation():
    covariate = np.repeat([0.0, 1.0, 1.0], 10)
    treated = np.concatenate([np.zeros(10), np.tile([0, 1], 10)])
    assert reason(fit_propensity(covariate[:, None], treated)) == "separation"


def test_a_rare_perfect_predictor_among_many_is_separation():
    generator = np.random.default_rng(1)
    rare = np.zeros(20_000)
    rare[:3] = 1
    treated = generator.random(20_000) < 0.2
    treated[:3] = True
    assert reason(fit_propensity(np.column_stack([rare]), treated)) == "separation"


def heavy_tailed(seed: int) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    n = int(generator.integers(4, 60))
    x = generator.standard_cauchy((n, 1)) ** 3
    uniform, steep = generator.random(n), generator.normal() * 3
    return x, uniform < 1 / (1 + np.exp(-np.clip(x[:, 0] * steep, -50, 50)))


def test_overshooting_steps_are_halved():
    fits = [fit_propensity(*heavy_tailed(seed)) for seed in range(40)]
    assert any(not isinstance(fit, NotEstimable) and fit.n_steps > 10 for fit in fits)
    for seed, fit in enumerate(fits):
        if not isinstance(fit, NotEstimable):
            _x, treated = heavy_tailed(seed)
            assert fit.propensity_score.sum() == pytest.approx(treated.sum(), rel=1e-6)


def test_a_singular_likelihood_is_separation():
    assert reason(fit_propensity(*heavy_tailed(8))) == "separation"


def test_propensity_reasons_and_inputs():
    assert reason(fit_propensity(np.empty((0, 2)), [])) == "no_cases"
    assert reason(fit_propensity([[1.0], [2.0]], [1, 1])) == "empty_arm"
    for covariates in ([[NAN], [1.0]], [1.0, 2.0], [["a"], ["b"]], [[np.inf], [1.0]], [[1.0]]):
        with pytest.raises(InvalidInputError):
            fit_propensity(covariates, [1, 0])


def test_constant_and_collinear_columns_are_dropped():
    generator = np.random.default_rng(2)
    x = generator.normal(size=(200, 2))
    treated = generator.random(200) < 0.5
    wide = np.column_stack(
        [x[:, 0], np.full(200, 7.0), x[:, 1], x @ [2, -3] + 4, 0.1 * np.ones(200)]
    )
    fit, plain = fit_propensity(wide, treated), fit_propensity(x, treated)
    assert fit.dropped == (1, 3, 4)
    assert fit.coefficients[[1, 3, 4]].tolist() == [0, 0, 0]
    assert fit.linear_predictor == pytest.approx(plain.linear_predictor)


def test_no_usable_covariate_gives_the_share_treated():
    fit = fit_propensity(np.ones((10, 1)), [1, 1, 1, 0, 0, 0, 0, 0, 0, 0])
    assert fit.propensity_score == pytest.approx(np.full(10, 0.3))


def test_all_scores_tied_pairs_neighbours_in_the_data():
    match = nearest_neighbour_match(np.zeros(20), ALTERNATING)
    assert match.caliper == 0
    assert len(match.distances) == 10
    assert (match.distances == 0).all()


def test_matching_reasons_and_inputs():
    assert reason(nearest_neighbour_match([], [])) == "no_cases"
    assert reason(nearest_neighbour_match([1.0, 2.0], [1, 1])) == "empty_arm"
    assert reason(nearest_neighbour_match([1.0, 2.0], [1, 0])) == "no_overlap"
    apart = nearest_neighbour_match([1.0, 1.0], [1, 0], exact_on=["north", "south"])
    assert reason(apart) == "no_overlap"
    for options in ({"caliper": 0}, {"caliper": NAN}, {"tie_tolerance": -1}, {"exact_on": [1]}):
        with pytest.raises(InvalidInputError):
            nearest_neighbour_match([1.0, 2.0], [1, 0], **options)
    with pytest.raises(InvalidInputError):
        nearest_neighbour_match([1.0, NAN], [1, 0])


def test_ties_are_not_left_to_the_last_bit():
    score = np.array([0.3, 0.2, 0.1, 9.0])
    assert 0.3 - 0.2 != 0.2 - 0.1
    treated = [0, 1, 0, 0]
    lower = nearest_neighbour_match(score, treated, caliper=1)
    assert lower.comparison_index.tolist() == [2]
    other = nearest_neighbour_match(score, treated, caliper=1, tie_tolerance=0)
    assert other.comparison_index.tolist() == [0]


def test_more_treated_than_comparison_leaves_some_unmatched():
    match = nearest_neighbour_match([0.0, 0.0, 0.0, 0.0], [1, 1, 1, 0])
    assert match.treated_index.tolist() == [0]
    share = {
        c.name: c for c in balance_checks(_table(np.zeros((4, 1)), [1, 1, 1, 0], match), match)
    }
    assert share["share_matched"].status == "fail"
    assert share["share_matched"].value == pytest.approx(1 / 3)


def _table(covariates, treated, match):
    return balance_table(covariates, ["x"], treated, match)


@pytest.mark.parametrize(
    ("comparison", "smd", "status"), [(1.0, 0.0, "pass"), (2.0, None, "review")]
)
def test_balance_of_a_covariate_that_is_constant_among_the_treated(comparison, smd, status):
    match = nearest_neighbour_match(np.zeros(20), ALTERNATING)
    x = np.where(ALTERNATING, 1.0, comparison)[:, None]
    result = _table(x, ALTERNATING, match)
    assert result.rows[0].smd_adjusted == smd
    assert result.rows[0].variance_ratio_adjusted is None
    assert balance_checks(result, match)[0].status == status


@pytest.mark.parametrize(("shift", "status"), [(0.0, "pass"), (0.15, "review"), (0.4, "fail")])
def test_balance_thresholds(shift, status):
    match = nearest_neighbour_match(np.zeros(20), ALTERNATING)
    x = np.repeat(np.arange(10.0), 2)
    x = np.where(ALTERNATING, x + shift * x[::2].std(ddof=1), x)
    assert balance_checks(_table(x[:, None], ALTERNATING, match), match)[0].status == status


def test_variance_ratio_of_equal_groups_is_1():
    match = nearest_neighbour_match(np.zeros(20), ALTERNATING)
    row = _table(np.repeat(np.arange(10.0), 2)[:, None], ALTERNATING, match).rows[0]
    assert row.variance_ratio_unadjusted == pytest.approx(1)
    assert row.variance_ratio_adjusted == pytest.approx(1)


def test_balance_inputs():
    match = nearest_neighbour_match([0.0, 0.0], [1, 0])
    for covariates, treated in (
        ([[1.0]], [1, 0]),
        ([[1.0], [NAN]], [1, 0]),
        ([[1.0], [2.0]], [1, 1]),
    ):
        with pytest.raises(InvalidInputError):
            _table(covariates, treated, match)


@pytest.mark.parametrize(
    ("duration", "event"),
    [([1, NAN], [1, 0]), ([1, -1], [1, 0]), ([1, 2], [1, NAN]), ([1, 2], [1]), ([1, 2], [0.5, 1])],
)
def test_follow_up_must_be_complete(duration, event):
    with pytest.raises(InvalidInputError):
        kaplan_meier(duration, event)
    with pytest.raises(InvalidInputError):
        cumulative_incidence(duration, event)


def test_survival_edges():
    with pytest.raises(InvalidInputError):
        kaplan_meier([], [])
    nobody = kaplan_meier([0, 5, 9], [0, 0, 0])
    assert nobody.survival_probability.tolist() == [1, 1, 1]
    assert (nobody.conf_low < 1).all()
    assert reason(median_duration(nobody)) == "not_reached"
    everybody = kaplan_meier([0, 0, 0], [1, 1, 1])
    assert everybody.survival_probability.tolist() == [0]
    assert everybody.std_error.tolist() == [0]
    assert 0 < everybody.conf_high[0] < 1
    assert median_duration(everybody) == 0


def test_median_between_two_drops():
    assert median_duration(kaplan_meier([1, 2, 3, 4], [1, 1, 1, 1])) == 2.5
    assert median_duration(kaplan_meier([1, 2, 3, 4], [1, 1, 0, 0])) == 2


def test_incidence_reasons():
    assert reason(cumulative_incidence([], [])) == "no_cases"
    assert reason(cumulative_incidence([1, 2], [0, 2])) == "no_events"
    assert reason(cumulative_incidence([1, 2], [1, 0], cluster=["a", "a"])) == "too_few_clusters"
    with pytest.raises(InvalidInputError):
        cumulative_incidence([1, 2], [1, 0], cause=0)


def test_reading_a_curve_before_within_and_after():
    curve = cumulative_incidence([0, 10, 20, 30], [0, 1, 2, 0])
    reading = incidence_at(curve, [0, 9, 10, 25, 30, 99])
    assert reading.estimate == pytest.approx([0, 0, 1 / 3, 1 / 3, 1 / 3, 1 / 3])
    assert reading.n_at_risk.tolist() == [4, 3, 3, 1, 1, 0]
    assert (reading.conf_high[:2] > 0).all()
    early = survival_at(kaplan_meier([5, 6], [1, 1]), [0])
    assert early.estimate.tolist() == [1]
    assert early.conf_low[0] == pytest.approx(np.sqrt(0.025))
    for times in ([-1], [NAN]):
        with pytest.raises(InvalidInputError):
            incidence_at(curve, times)


def test_everybody_has_the_event_at_once():
    curve = cumulative_incidence([3, 3, 3], [1, 1, 1])
    assert curve.incidence.tolist() == [1]
    assert 0 < curve.conf_low[0] < curve.conf_high[0] == 1


@pytest.mark.parametrize("arguments", [(-1, 10), (1, 0), (NAN, 10), (1, NAN), (1.5, 10)])
def test_impossible_rates(arguments):
    with pytest.raises(InvalidInputError):
        rate_interval(*arguments)


def test_rate_of_nothing():
    assert rate(0, 10) == 0
    assert rate_interval(0, 10_000).low == 0
    with pytest.raises(InvalidInputError):
        rate(1, 10, per=0)


def test_results_cannot_be_changed():
    match = nearest_neighbour_match(np.zeros(20), ALTERNATING)
    with pytest.raises(ValueError, match="read-only"):
        match.distances[0] = 1
    with pytest.raises(FrozenInstanceError):
        match.caliper = 1


@pytest.mark.parametrize(
    "values",
    [
        np.ma.array([1.0, 0.0], mask=[False, True]),
        ["1", "0"],
        np.array(["1", "0"], dtype=object),
        [1.0, np.inf],
        [[1.0], [0.0]],
    ],
)
def test_what_is_not_a_complete_column_of_numbers_is_an_error(values):
    with pytest.raises(InvalidInputError):
        float_vector(values, name="outcome")


@pytest.mark.parametrize(
    "labels",
    [
        np.ma.array([1, 2], mask=[False, True]),
        np.array(["2020-01-01", "NaT"], dtype="datetime64[D]"),
        [1.0, np.nan],
        np.array(["a", 1], dtype=object),
        np.array([None, "a"], dtype=object),
    ],
)
def test_a_missing_or_mixed_label_is_an_error(labels):
    with pytest.raises(InvalidInputError):
        group_codes(
            np.array(labels, dtype=object) if None in labels else labels, name="f", length=2
        )


@pytest.mark.parametrize("counts", [(1.5, 3), (1, 3.2), (-1, 3), (4, 3)])
def test_counts_that_are_not_whole_or_contradict_are_an_error(counts):
    with pytest.raises(InvalidInputError):
        check_counts(*counts)


@pytest.mark.parametrize("seed", [-1, 1.5, True, "1"])
def test_a_seed_that_is_not_a_whole_number_is_an_error(seed):
    with pytest.raises(InvalidInputError):
        random_generator(seed)
