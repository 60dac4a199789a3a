"""The edges of the time-to-event kernels: empty, one-sided, tied, separated, missing."""

import math

import numpy as np
import pytest

from analytics.errors import InvalidInputError
from analytics.statistics.results import NotEstimable
from analytics.statistics.time_to_event.actuarial import actuarial_table
from analytics.statistics.time_to_event.checks import (
    at_risk_check,
    events_per_parameter_check,
    follow_up_check,
    proportional_hazards_check,
)
from analytics.statistics.time_to_event.cox import fit_cause_specific, fit_cox
from analytics.statistics.time_to_event.fine_gray import fit_fine_gray
from analytics.statistics.time_to_event.gray import gray_test, gray_test_from_tables
from analytics.statistics.time_to_event.hazard_fit import hazard_ratio
from analytics.statistics.time_to_event.horizon import (
    at_horizon,
    at_horizon_from_table,
    difference_at_horizon,
    difference_at_horizon_from_tables,
)
from analytics.statistics.time_to_event.life_table import life_table, life_table_from_rows
from analytics.statistics.time_to_event.log_rank import log_rank, log_rank_from_tables
from analytics.statistics.time_to_event.proportional_hazards import proportional_hazards_test
from analytics.statistics.time_to_event.survival import (
    clustered_kaplan_meier,
    cumulative_incidence_from_table,
    kaplan_meier,
    kaplan_meier_from_table,
    median_duration,
    median_interval,
)

NAN = float("nan")
EMPTY = life_table_from_rows([], [])
ESTIMANDS = ("survival", "incidence", "restricted_mean_time", "restricted_time_lost")
DAYS = np.array([1.0, 2, 3, 4, 5, 6, 7, 8])
EVENTS = np.array([1, 0, 1, 1, 0, 1, 1, 0])
GROUP = np.array([0, 0, 0, 0, 1, 1, 1, 1])
X = np.array([3.0, 1, 4, 1, 5, 9, 2, 6])[:, None]


def reason(result: object) -> str:
    assert isinstance(result, NotEstimable)
    assert result.detail
    return result.reason


@pytest.mark.parametrize(
    "counts",
    [
        {"time": [2, 1], "n_events": [1, 1], "n_censored": [0, 0]},
        {"time": [1, 1], "n_events": [1, 1], "n_censored": [0, 0]},
        {"time": [-1], "n_events": [1], "n_censored": [0]},
        {"time": [1], "n_events": [0.5], "n_censored": [0]},
        {"time": [1], "n_events": [-1], "n_censored": [2]},
        {"time": [1], "n_events": [1], "n_censored": [NAN]},
        {"time": [1], "n_events": [1, 1], "n_censored": [0]},
        {"time": [1], "n_events": [1], "n_censored": [0], "n_entered": [1]},
        {"time": [1], "n_events": [1], "n_censored": [0], "entry_time": [0], "n_entered": [2]},
        {"time": [1], "n_events": [1], "n_censored": [0], "entry_time": [1], "n_entered": [1]},
    ],
)
def test_impossible_life_tables(counts):
    with pytest.raises(InvalidInputError):
        life_table(**counts)


@pytest.mark.parametrize(
    ("duration", "event", "entry"),
    [([-1], [1], None), ([1], [0.5], None), ([1], [-1], None), ([1], [1], [1]), ([NAN], [1], None)],
)
def test_impossible_rows(duration, event, entry):
    with pytest.raises(InvalidInputError):
        life_table_from_rows(duration, event, entry=entry)


def test_causes_of_a_life_table():
    table = life_table_from_rows([1, 2], [1, 0])
    assert table.events_of(3).tolist() == [0, 0]
    assert table.at_risk_at([0, 1, 1.5, 2, 3]).tolist() == [2, 2, 1, 1, 0]
    with pytest.raises(InvalidInputError):
        table.events_of(0)


def test_curves_without_units_or_clusters():
    with pytest.raises(InvalidInputError):
        kaplan_meier_from_table(EMPTY)
    assert reason(clustered_kaplan_meier([], [], [])) == "no_cases"
    assert reason(clustered_kaplan_meier([1, 2], [1, 0], ["a", "a"])) == "too_few_clusters"
    assert reason(cumulative_incidence_from_table(EMPTY)) == "no_cases"
    one = life_table_from_rows([1], [1])
    assert reason(cumulative_incidence_from_table(one)) == "too_few_clusters"
    assert reason(cumulative_incidence_from_table(one, cause=2)) == "no_events"


def test_median_that_is_not_reached():
    curve = kaplan_meier(np.arange(1, 41), np.arange(40) < 16)
    assert reason(median_duration(curve)) == "not_reached"
    assert math.isinf(median_interval(curve).high)
    assert reason(median_interval(kaplan_meier([1, 2, 3], [0, 0, 0]))) == "not_reached"


@pytest.mark.parametrize("estimand", ESTIMANDS)
def test_horizon_reasons(estimand):
    def ask(duration, event, horizon=5, **options):
        return at_horizon(duration, event, estimand=estimand, horizon=horizon, **options)

    assert reason(ask([], [])) == "no_cases"
    assert reason(ask([9], [1])) == "too_few_clusters"
    assert reason(ask([1, 9], [1, 0], cluster=["a", "a"])) == "too_few_clusters"
    assert reason(ask([1, 2, 3], [1, 0, 0])) == "not_reached"
    nothing_yet = ask([8, 9], [1, 1])
    if estimand.startswith("restricted"):
        assert reason(nothing_yet) == "no_events"
    else:
        assert nothing_yet.std_error == 0
        assert nothing_yet.conf_int.low < nothing_yet.conf_int.high
    all_had_it = ask([1, 2, 3], [1, 1, 1])
    if estimand == "incidence":
        assert (all_had_it.estimate, all_had_it.std_error) == (1, 0)
        assert all_had_it.conf_int.low == pytest.approx(0.025 ** (1 / 3))
    assert all_had_it.n_at_risk == 0


@pytest.mark.parametrize(
    "options",
    [
        {"estimand": "hazard"},
        {"horizon": 0},
        {"horizon": math.inf},
        {"cause": 0},
        {"level": 1},
    ],
)
def test_impossible_questions(options):
    asked = {"estimand": "incidence", "horizon": 5, **options}
    table = life_table_from_rows(DAYS, EVENTS)
    for call in (
        lambda: at_horizon(DAYS, EVENTS, **asked),
        lambda: at_horizon_from_table(table, **asked),
        lambda: difference_at_horizon(DAYS, EVENTS, GROUP, **asked),
        lambda: difference_at_horizon_from_tables(table, table, **asked),
    ):
        with pytest.raises(InvalidInputError):
            call()


def test_difference_reasons():
    asked = {"estimand": "incidence", "horizon": 4}
    assert reason(difference_at_horizon([], [], [], **asked)) == "no_cases"
    assert reason(difference_at_horizon(DAYS, EVENTS, np.ones(8), **asked)) == "empty_arm"
    table = life_table_from_rows(DAYS, EVENTS)
    assert reason(difference_at_horizon_from_tables(EMPTY, table, **asked)) == "empty_arm"
    assert reason(difference_at_horizon_from_tables(EMPTY, EMPTY, **asked)) == "no_cases"
    for order in (GROUP, 1 - GROUP):
        late = difference_at_horizon(
            DAYS, EVENTS * (GROUP == 0), order, estimand="incidence", horizon=9
        )
        assert reason(late) == "not_reached"


def test_difference_of_two_groups_without_events_has_an_interval():
    result = difference_at_horizon(
        np.full(20, 9), np.zeros(20), np.arange(20) < 10, estimand="survival", horizon=5
    )
    assert (result.estimate, result.std_error, result.p_value) == (0, 0, None)
    assert result.conf_int.low == pytest.approx(-result.conf_int.high)
    assert result.conf_int.low < 0


@pytest.mark.parametrize("test", [log_rank, gray_test])
def test_group_test_reasons(test):
    assert reason(test([], [], [])) == "no_cases"
    assert reason(test(DAYS, EVENTS, np.ones(8))) == "empty_arm"
    assert reason(test(DAYS, np.zeros(8), GROUP)) == "no_events"
    assert reason(test([1, 2, 3, 4], [0, 0, 1, 1], [0, 0, 1, 1])) == "no_variation"
    with pytest.raises(InvalidInputError):
        test(DAYS, EVENTS, GROUP[:5])
    with pytest.raises(InvalidInputError):
        test(-DAYS, EVENTS, GROUP)


def test_log_rank_with_clusters_and_empty_strata():
    assert reason(log_rank(DAYS, EVENTS, GROUP, cluster=GROUP)) == "too_few_clusters"
    assert reason(log_rank(DAYS, np.zeros(8), GROUP, cluster=np.arange(8))) == "no_events"
    assert reason(log_rank(DAYS, EVENTS, GROUP, stratum=GROUP)) == "no_variation"
    tables = [life_table_from_rows(DAYS[k == GROUP], EVENTS[k == GROUP]) for k in (0, 1)]
    plain = log_rank_from_tables([tables])
    assert log_rank_from_tables([tables, [EMPTY, EMPTY]]) == plain
    for strata in ([], [[tables[0]]], [tables, tables[:1]]):
        with pytest.raises(InvalidInputError):
            log_rank_from_tables(strata)
    with pytest.raises(InvalidInputError):
        gray_test_from_tables(tables[:1])


def test_gray_after_a_group_has_ended():
    # The pooled incidence reaches 1 while the second group still has events to come.
    result = gray_test([1, 1, 2, 3], [1, 1, 1, 1], [0, 0, 1, 1])
    assert math.isfinite(result.statistic)


def fine_gray(duration, event, covariates, **options):
    return fit_fine_gray(duration, event, covariates, **options)


@pytest.mark.parametrize("fit", [fit_cox, fine_gray])
def test_hazard_model_reasons(fit):
    assert reason(fit([], [], np.empty((0, 1)))) == "no_cases"
    assert reason(fit(DAYS, np.zeros(8), X)) == "no_events"
    assert reason(fit(DAYS, EVENTS, X, cluster=np.ones(8))) == "too_few_clusters"
    assert reason(fit(DAYS, EVENTS, np.full((8, 1), 0.1))) == "collinear"
    assert reason(fit(DAYS, EVENTS, np.hstack([X, 2 * X + 1]))) == "collinear"
    assert reason(fit(DAYS, EVENTS, DAYS[:, None])) == "separation"
    without_events = (EVENTS == 0)[:, None]
    assert reason(fit(DAYS, EVENTS, without_events)) == "separation"


def test_a_rare_group_without_events_is_separation():
    generator = np.random.default_rng(4)
    duration, happened = generator.exponential(size=20_000), generator.random(20_000) < 0.5
    rare = np.zeros(20_000)
    rare[:4], happened[:4] = 1, False
    x = np.column_stack([rare, generator.normal(size=20_000)])
    assert reason(fit_cox(duration, happened, x)) == "separation"


def test_overshooting_steps_are_halved():
    generator = np.random.default_rng(0)
    converged = 0
    for _ in range(60):
        n = int(generator.integers(5, 40))
        x = generator.standard_cauchy((n, 2)) ** 3
        duration = generator.exponential(np.exp(-np.clip(x[:, 0], -3, 3)))
        fit = fit_cox(duration, generator.random(n) < 0.7, x)
        if not isinstance(fit, NotEstimable):
            converged += 1
            assert np.abs(fit.terms.score).max() < 1e-5
            assert fit.log_likelihood >= fit.null_log_likelihood
    assert converged > 20


@pytest.mark.parametrize(
    "change",
    [
        {"covariates": X[:, 0]},
        {"covariates": np.empty((8, 0))},
        {"covariates": X[:4]},
        {"covariates": np.where(X > 8, NAN, X)},
        {"covariates": X.astype(str)[:, 0]},
        {"event_observed": EVENTS * 2},
        {"duration": DAYS[:4]},
        {"entry": DAYS},
        {"stratum": GROUP[:3]},
        {"cluster": np.where(GROUP, NAN, 1.0)},
    ],
)
def test_malformed_hazard_inputs(change):
    with pytest.raises(InvalidInputError):
        fit_cox(**{"duration": DAYS, "event_observed": EVENTS, "covariates": X, **change})


def test_malformed_causes():
    for fit in (fit_cause_specific, fit_fine_gray):
        with pytest.raises(InvalidInputError):
            fit(DAYS, EVENTS, X, cause=0)
        with pytest.raises(InvalidInputError):
            fit(DAYS, EVENTS / 2, X)


def test_units_never_at_risk_at_an_event_change_nothing():
    fit = fit_cox(DAYS, EVENTS, X)
    wider = fit_cox(
        np.append(DAYS, [0.5, 7.5]),
        np.append(EVENTS, [0, 0]),
        np.vstack([X, [[4.0], [-3.0]]]),
        entry=np.append(np.zeros(8), [0.1, 7.2]),
    )
    assert wider.coefficients == pytest.approx(fit.coefficients)


def test_hazard_ratio_and_its_checks():
    fit = fit_cox(DAYS, EVENTS, X)
    for column in (-1, 1):
        with pytest.raises(InvalidInputError):
            hazard_ratio(fit, column)
    with pytest.raises(InvalidInputError):
        hazard_ratio(fit, 0, level=0)
    with pytest.raises(InvalidInputError):
        proportional_hazards_test(fit, transform="log")
    with pytest.raises(InvalidInputError):
        proportional_hazards_test(fit_fine_gray(DAYS, EVENTS, X))
    with pytest.raises(ValueError, match="read-only"):
        fit.coefficients[0] = 1
    assert events_per_parameter_check(fit).status == "review"
    assert 0 <= fit.likelihood_ratio_p_value <= 1


def test_hazard_ratios_per_absurdly_large_unit_are_infinite():
    per_million = hazard_ratio(fit_cox(DAYS, EVENTS, X * 1e-6), 0)
    assert per_million.estimate == 0
    assert per_million.conf_int.high == math.inf
    assert per_million.p_value == pytest.approx(hazard_ratio(fit_cox(DAYS, EVENTS, X), 0).p_value)
    other_way = hazard_ratio(fit_cox(DAYS, EVENTS, -X * 1e-6), 0)
    assert other_way.estimate == other_way.conf_int.high == math.inf


def test_one_event_time_cannot_show_change():
    result = proportional_hazards_test(fit_cox([1, 1, 2, 2], [1, 1, 0, 0], [[0], [1], [2], [1]]))
    assert (result.statistic, result.p_value, result.covariate_statistics) == (0, 1, (0,))


@pytest.mark.parametrize(("effect", "status"), [(0.0, "pass"), (3.0, "review")])
def test_proportional_hazards_check(effect, status):
    generator = np.random.default_rng(1)
    group = np.arange(600) % 2
    duration = generator.weibull(np.where(group == 1, 1 + effect, 1))
    check = proportional_hazards_check(
        proportional_hazards_test(fit_cox(duration, np.ones(600), group[:, None]))
    )
    assert check.status == status


@pytest.mark.parametrize(
    ("horizon", "risk", "followed"),
    [(50, "pass", "pass"), (90, "review", "pass"), (98, "fail", "pass")],
)
def test_follow_up_checks(horizon, risk, followed):
    duration, event = np.arange(1, 101), np.arange(100) % 10 > 0
    estimate = at_horizon(duration, event, estimand="survival", horizon=horizon)
    assert at_risk_check(estimate).status == risk
    table = life_table_from_rows(duration, event)
    assert follow_up_check(table, horizon=horizon).status == followed
    lost = life_table_from_rows(duration, np.zeros(100))
    assert follow_up_check(lost, horizon=40).status == "review"
    assert follow_up_check(lost, horizon=90).status == "fail"
    assert follow_up_check(EMPTY, horizon=90).value is None


def test_actuarial_edges():
    assert len(actuarial_table(EMPTY, width=30).start) == 0
    table = actuarial_table(life_table_from_rows([0, 30, 95], [1, 0, 1]), width=30)
    assert table.start.tolist() == [0, 30, 60, 90]
    assert table.n_entering.tolist() == [3, 2, 1, 1]
    assert table.n_effective.tolist() == [3, 1.5, 1, 1]
    assert table.survival_probability[-1] == table.std_error[-1] == 0
    with pytest.raises(InvalidInputError):
        actuarial_table(EMPTY, width=0)
    with pytest.raises(InvalidInputError):
        actuarial_table(life_table_from_rows([5, 9], [1, 0], entry=[0, 6]), width=30)
