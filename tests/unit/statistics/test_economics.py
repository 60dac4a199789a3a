"""The edges of the economics: nothing spent, nothing avoided, years and draws missing."""

import numpy as np
import pytest

from analytics.errors import InvalidInputError
from analytics.statistics.economics._draws import draw_matrix
from analytics.statistics.economics._financial_year import check_financial_year
from analytics.statistics.economics.break_even import break_even
from analytics.statistics.economics.cost_benefit import (
    CostLine,
    UnitCost,
    concentration_check,
    cost_benefit,
    cost_effectiveness_verdict,
)
from analytics.statistics.economics.discounting import (
    DiscountSchedule,
    constant_schedule,
    discount_factors,
    equivalent_annual_amount,
    horizon_check,
    present_value,
)
from analytics.statistics.economics.distributions import (
    fixed,
    from_interval,
    from_moments,
    from_range,
    probability_above,
)
from analytics.statistics.economics.information import (
    partial_perfect_information,
    population_information,
)
from analytics.statistics.economics.prices import price_year_check, uprate
from analytics.statistics.economics.sensitivity import (
    one_way_sensitivity,
    probabilistic_sensitivity,
)
from analytics.statistics.economics.strategies import (
    acceptability,
    cost_effectiveness_plane,
    incremental_analysis,
)
from analytics.statistics.results import Interval, NotEstimable

NAN, INFINITE = float("nan"), float("inf")
HALF = Interval(low=0.05, high=0.15, level=0.95, method="stated")


def reason(result: object) -> str:
    assert isinstance(result, NotEstimable)
    assert result.detail
    return result.reason


def unit_cost(**changes):
    values = {"name": "plan", "agency": "council", "amount": 100.0, "low": 50.0, "high": 200.0}
    return UnitCost(**(values | {"price_year": "2023/24"} | changes))


def result_of(**changes):
    values = {"n_cases": 10, "effect": 0.1, "conf_int": HALF, "costs": []}
    return cost_benefit(**(values | {"unit_costs": [unit_cost()]} | changes))


def test_a_year_without_an_index_is_not_available():
    deflator = {"2013/14": 80.0, "2014/15": 82.0}
    for years in (("2012/13", "2014/15"), ("2013/14", "2015/16")):
        answer = uprate(1, deflator, from_year=years[0], to_year=years[1])
        assert reason(answer) == "not_available"


@pytest.mark.parametrize("year", ["2013", "2013/15", "13/14", "2013-14", "", "2013/14 "])
def test_years_that_are_not_financial(year):
    with pytest.raises(InvalidInputError):
        check_financial_year(year)
    with pytest.raises(InvalidInputError):
        uprate(1, {"2013/14": 80.0}, from_year="2013/14", to_year=year)


def test_the_turn_of_the_century_is_a_financial_year():
    check_financial_year("1999/00")


@pytest.mark.parametrize("index", [0.0, -1.0, NAN, INFINITE])
def test_impossible_index(index):
    with pytest.raises(InvalidInputError):
        uprate(1, {"2013/14": index}, from_year="2013/14", to_year="2013/14")


def test_mixed_price_years_fail():
    assert price_year_check(["2013/14", "2013/14"]).status == "pass"
    assert price_year_check(["2013/14", "2014/15"]).status == "fail"
    with pytest.raises(InvalidInputError):
        price_year_check([])


def test_streams_and_schedules_must_make_sense():
    assert present_value([5.0]).value == 5
    for call in (
        lambda: present_value([]),
        lambda: present_value([1.0, NAN]),
        lambda: discount_factors(0),
        lambda: equivalent_annual_amount(1, 0),
        lambda: constant_schedule(1.0),
        lambda: constant_schedule(-0.01),
        lambda: DiscountSchedule(name="late", bands=((2, 0.03),), source="none"),
        lambda: DiscountSchedule(name="back", bands=((1, 0.03), (1, 0.02)), source="none"),
        lambda: DiscountSchedule(name="none", bands=(), source="none"),
    ):
        with pytest.raises(InvalidInputError):
            call()


@pytest.mark.parametrize(
    ("horizon", "delivery", "follow_up", "status"),
    [(1, 1, 1, "pass"), (5, 1, 1, "review"), (1, 2, 1, "fail"), (1, 2, 3, "fail")],
)
def test_horizon(horizon, delivery, follow_up, status):
    periods = {"horizon_years": horizon, "delivery_years": delivery, "follow_up_years": follow_up}
    assert horizon_check(**periods).status == status
    with pytest.raises(InvalidInputError):
        horizon_check(**(periods | {"follow_up_years": 0}))


@pytest.mark.parametrize(
    ("family", "mean", "std_dev"),
    [
        ("beta", 0.5, 0.5),
        ("beta", 1.0, 0.1),
        ("beta", 0.0, 0.1),
        ("gamma", -1, 1),
        ("lognormal", 0, 1),
        ("normal", 0, 0),
        ("normal", NAN, 1),
        ("gamma", 1, NAN),
    ],
)
def test_impossible_moments(family, mean, std_dev):
    with pytest.raises(InvalidInputError):
        from_moments(family, mean=mean, std_dev=std_dev)


def test_impossible_ranges_and_intervals():
    for call in (
        lambda: from_range("pert", low=1, mode=0, high=2),
        lambda: from_range("triangular", low=1, mode=1, high=1),
        lambda: fixed(NAN),
        lambda: from_interval("normal", estimate=1, conf_int=HALF),
        lambda: from_interval(
            "lognormal", estimate=1, conf_int=Interval(low=0, high=2, level=0.95, method="x")
        ),
        lambda: from_interval(
            "normal", estimate=1, conf_int=Interval(low=1, high=1, level=0.95, method="x")
        ),
        *(
            lambda high=high: from_interval(
                "lognormal",
                estimate=1,
                conf_int=Interval(low=1e-70, high=high, level=0.95, method="x"),
            )
            for high in (1e70, np.inf)
        ),
    ):
        with pytest.raises(InvalidInputError):
            call()


def test_ranges_with_the_mode_at_an_end():
    for family in ("triangular", "pert"):
        for mode in (0.0, 1.0):
            distribution = from_range(family, low=0, mode=mode, high=1)
            assert probability_above(distribution, 0.0) == 1
            assert probability_above(distribution, 1.0) == 0
            assert 0 < probability_above(distribution, 0.5) < 1


def test_no_case_no_cost_no_effect():
    assert reason(result_of(n_cases=0)) == "no_cases"
    free = result_of()
    assert reason(free.benefit_cost_ratio) == "not_available"
    assert free.verdict == "dominant"
    paid = [CostLine(name="x", agency="police", amount=500.0, price_year="2023/24")]
    nothing = result_of(
        effect=0.0,
        costs=paid,
        conf_int=Interval(low=-0.1, high=0.1, level=0.95, method="x"),
    )
    assert reason(nothing.cost_per_outcome_avoided) == "not_reached"
    assert nothing.verdict == "dominated"
    assert [account.agency for account in nothing.accounts] == ["police", "council"]


@pytest.mark.parametrize(
    "changes",
    [
        {"n_cases": -1},
        {"effect": 0.5},
        {"effect": NAN},
        {"unit_costs": []},
        {"unit_costs": [unit_cost(low=150.0)]},
        {"unit_costs": [unit_cost(low=-1.0)]},
        {"unit_costs": [unit_cost(high=INFINITE)]},
        {"unit_costs": [unit_cost(price_year="2023")]},
        {"costs": [CostLine(name="x", agency="y", amount=-1.0, price_year="2023/24")]},
        {"costs": [CostLine(name="x", agency="y", amount=NAN, price_year="2023/24")]},
    ],
)
def test_impossible_costs_and_benefits(changes):
    with pytest.raises(InvalidInputError):
        result_of(**changes)


@pytest.mark.parametrize(
    ("cost", "effect", "verdict"),
    [
        (0, 0, "no_difference"),
        (-1, 0, "dominant"),
        (0, 1, "dominant"),
        (1, 0, "dominated"),
        (0, -1, "dominated"),
        (1, 1, "more_for_more"),
        (-1, -1, "less_for_less"),
    ],
)
def test_verdicts(cost, effect, verdict):
    assert cost_effectiveness_verdict(cost, effect) == verdict


def test_concentration():
    assert concentration_check([4, 3, 3]).status == "pass"
    assert concentration_check([5, 3, 2]).status == "review"
    nothing = concentration_check([0.0])
    assert nothing.value is None
    assert nothing.status == "review"


def test_break_even_that_is_not_reached():
    loss = break_even(n_families=10, effect=0.1, unit_cost=100, cost_per_family=20, set_up_cost=5)
    assert reason(loss.n_families) == "not_reached"
    worthless = break_even(n_families=10, effect=-0.1, unit_cost=0, cost_per_family=20)
    assert reason(worthless.effect) == "not_reached"
    assert reason(worthless.unit_cost) == "not_reached"
    even = break_even(n_families=10, effect=0.1, unit_cost=200, cost_per_family=20)
    assert even.n_families == 0
    nobody = break_even(n_families=0, effect=0.1, unit_cost=1, cost_per_family=1)
    assert reason(nobody) == "no_cases"
    for changes in ({"n_families": -1}, {"unit_cost": -1}, {"effect": NAN}, {"set_up_cost": NAN}):
        values = {"n_families": 1, "effect": 0.1, "unit_cost": 1, "cost_per_family": 1}
        with pytest.raises(InvalidInputError):
            break_even(**(values | changes))


def test_models_and_draws_that_do_not_fit():
    normal = {"a": from_moments("normal", mean=0, std_dev=1)}
    for call in (
        lambda: probabilistic_sensitivity(lambda x: x["a"], {}, seed=1),
        lambda: probabilistic_sensitivity(lambda x: x["a"], normal, seed=-1),
        lambda: probabilistic_sensitivity(lambda x: x["a"], normal, seed=1.5),
        lambda: probabilistic_sensitivity(lambda x: x["a"], normal, seed=1, n_draws=1),
        lambda: probabilistic_sensitivity(lambda x: x["a"], normal, seed=1, level=95),
        lambda: probabilistic_sensitivity(lambda x: x["a"][1:], normal, seed=1),
        lambda: probabilistic_sensitivity(lambda x: x["a"] * NAN, normal, seed=1),
        lambda: probabilistic_sensitivity(
            lambda x: x["a"], normal, seed=1, plausible={"b": (0, 1)}
        ),
        lambda: one_way_sensitivity(lambda x: x["a"], {"a": 1.0}, {"b": (0, 1)}),
        lambda: one_way_sensitivity(lambda x: x["a"], {"a": 1.0}, {"a": (1, 0)}),
    ):
        with pytest.raises(InvalidInputError):
            call()


@pytest.mark.parametrize(("width", "status"), [(4, "pass"), (2.1, "review"), (1, "fail")])
def test_draws_outside_their_range(width, status):
    normal = {"a": from_moments("normal", mean=0, std_dev=1)}
    result = probabilistic_sensitivity(
        lambda x: x["a"], normal, seed=1, plausible={"a": (-width, width)}
    )
    (check,) = result.checks
    assert check.status == status
    assert result.draws is None
    assert result.input_draws is None


def test_kept_draws_are_read_only():
    normal = {"a": from_moments("normal", mean=0, std_dev=1)}
    result = probabilistic_sensitivity(lambda x: x["a"], normal, seed=1, keep_draws=True)
    for array in (result.draws, result.input_draws):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_strategies_that_do_not_fit():
    assert incremental_analysis(["only"], [1.0], [2.0])[0].status == "reference"
    twins = incremental_analysis(["a", "b"], [1.0, 1.0], [2.0, 2.0])
    assert [row.status for row in twins] == ["reference", "dominated"]
    line = incremental_analysis(["a", "b", "c"], [0, 1, 2], [0, 1, 2])
    assert [row.status for row in line] == ["reference", "efficient", "efficient"]
    for call in (
        lambda: incremental_analysis([], [], []),
        lambda: incremental_analysis(["a", "a"], [1, 2], [1, 2]),
        lambda: incremental_analysis(["a"], [NAN], [1]),
        lambda: draw_matrix([[1, 2]], "costs"),
        lambda: draw_matrix([1, 2], "costs"),
        lambda: draw_matrix([["a", "b"], ["c", "d"]], "costs"),
        lambda: draw_matrix([[1, 2], [3, NAN]], "costs"),
        lambda: acceptability([[1, 2], [3, 4]], [[1, 2, 3], [4, 5, 6]], [1]),
        lambda: cost_effectiveness_plane([1, 2], [1], threshold=1),
        lambda: cost_effectiveness_plane([1], [1], threshold=1, n_points=0),
    ):
        with pytest.raises(InvalidInputError):
            call()
    assert reason(cost_effectiveness_plane([], [], threshold=1)) == "no_cases"


def test_information_needs_draws_and_variation():
    generator = np.random.default_rng(1)
    net = generator.normal(size=(300, 2))
    assert reason(partial_perfect_information(net[:199], np.ones(199))) == "too_few_cases"
    assert partial_perfect_information(net, np.full(300, 0.1)) == 0
    two_valued = generator.integers(0, 2, 300)
    groups = [net[two_valued == value].mean(axis=0).max() for value in (0, 1)]
    share = two_valued.mean()
    expected = (1 - share) * groups[0] + share * groups[1] - net.mean(axis=0).max()
    assert partial_perfect_information(net, two_valued) == pytest.approx(expected)
    with pytest.raises(InvalidInputError):
        partial_perfect_information(net, np.ones(299))
    for changes in ({"per_person": -1}, {"people_per_year": NAN}, {"n_years": 0}):
        values = {"per_person": 1, "people_per_year": 1, "n_years": 1} | changes
        with pytest.raises(InvalidInputError):
            population_information(values.pop("per_person"), **values)


def test_a_strategy_on_the_line_between_two_others_stays_in_decimals_too():
    rows = incremental_analysis(list("abc"), [0, 0.3, 1.2], [0, 0.1, 0.4])
    assert [row.status for row in rows] == ["reference", "efficient", "efficient"]
    assert rows[1].cost_per_outcome == pytest.approx(3)
