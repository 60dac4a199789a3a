"""What must hold of the economics for every input."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.statistics.economics.break_even import break_even
from analytics.statistics.economics.cost_benefit import CostLine, UnitCost, cost_benefit
from analytics.statistics.economics.discounting import (
    GREEN_BOOK,
    GREEN_BOOK_HEALTH,
    discount_factors,
    equivalent_annual_amount,
    present_value,
)
from analytics.statistics.economics.distributions import from_moments, from_range, probability_above
from analytics.statistics.economics.information import partial_perfect_information
from analytics.statistics.economics.prices import uprate
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

ROUNDING = 1e-9
few = settings(deadline=None, derandomize=True, max_examples=50)
money = st.floats(0, 1e6)
index = st.floats(20, 300)
whole = st.integers(0, 40)


@few
@given(money, index, index, index)
def test_uprating_by_steps_equals_uprating_at_once(amount, first, second, third):
    deflator = {"2008/09": first, "2015/16": second, "2023/24": third}
    step = uprate(amount, deflator, from_year="2008/09", to_year="2015/16")
    by_steps = uprate(step.amount, deflator, from_year="2015/16", to_year="2023/24")
    at_once = uprate(amount, deflator, from_year="2008/09", to_year="2023/24")
    assert by_steps.amount == pytest.approx(at_once.amount)


@few
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=120), st.floats(0.1, 10))
def test_present_values_are_linear_and_smaller(stream, scale):
    value = present_value(stream).value
    assert present_value(np.array(stream) * scale).value == pytest.approx(value * scale, abs=1e-3)
    kinder = present_value(np.abs(stream), GREEN_BOOK_HEALTH)
    plain = present_value(np.abs(stream), GREEN_BOOK)
    assert plain.value <= kinder.value + ROUNDING <= kinder.undiscounted + 2 * ROUNDING
    factors = discount_factors(len(stream))
    assert factors[0] == 1
    assert (np.diff(factors) < 0).all()


@few
@given(money, st.integers(1, 120))
def test_an_equivalent_annual_amount_has_its_present_value(value, years):
    amount = equivalent_annual_amount(value, years)
    assert present_value([0.0, *[amount] * years]).value == pytest.approx(value, abs=1e-6)


@few
@given(st.floats(0.05, 0.95), st.floats(0.05, 0.9), st.floats(0, 1.5), st.floats(0, 1.5))
def test_probabilities_fall_with_the_threshold(mean, spread, one, other):
    std_dev = spread * math.sqrt(mean * (1 - mean))
    low, high = sorted((one, other))
    for distribution in (
        *(from_moments(f, mean=mean, std_dev=std_dev) for f in ("beta", "gamma", "lognormal")),
        from_range("triangular", low=0, mode=mean, high=1),
        from_range("pert", low=0, mode=mean, high=1),
    ):
        above = [probability_above(distribution, at) for at in (low, high)]
        assert 0 <= above[1] <= above[0] + ROUNDING
        assert above[0] <= 1


@few
@given(
    st.integers(0, 500),
    st.tuples(st.floats(-1, 1), st.floats(-1, 1), st.floats(-1, 1)),
    st.lists(money, max_size=4),
    st.lists(money, min_size=1, max_size=4),
)
def test_agencies_add_up_and_the_interval_holds(n_cases, effects, costs, values):
    low, effect, high = sorted(effects)
    agencies = ("council", "police", "health", "schools")
    result = cost_benefit(
        n_cases=n_cases,
        effect=effect,
        conf_int=Interval(low=low, high=high, level=0.95, method="stated"),
        costs=[
            CostLine(name="cost", agency=agency, amount=amount, price_year="2023/24")
            for agency, amount in zip(agencies, costs, strict=False)
        ],
        unit_costs=[
            UnitCost(name="u", agency=a, amount=v, low=v / 2, high=2 * v, price_year="2023/24")
            for a, v in zip(agencies, values, strict=False)
        ],
    )
    if n_cases == 0:
        assert isinstance(result, NotEstimable)
        return
    scale = 1e-9 * (1 + result.total_cost + abs(result.total_benefit))
    assert sum(a.net for a in result.accounts) == pytest.approx(result.net_benefit, abs=scale)
    interval = result.net_benefit_interval
    assert interval.low - scale <= result.net_benefit <= interval.high + scale
    worst, best = result.net_benefit_unit_cost_range
    assert worst - scale <= result.net_benefit <= best + scale


@few
@given(st.lists(st.tuples(whole, whole), min_size=1, max_size=8), st.randoms())
def test_efficient_strategies_win_at_some_willingness_to_pay(points, random):
    names = [f"s{i}" for i in range(len(points))]
    rows = incremental_analysis(names, [c for c, _ in points], [e for _, e in points])
    by_name = {row.name: row for row in rows}
    # Where two strategies tie, and between, above and below all such places.
    ties = {(c1 - c2) / (e1 - e2) for c1, e1 in points for c2, e2 in points if e1 != e2}
    places = sorted(tie for tie in ties if tie >= 0)
    between = [(a + b) / 2 for a, b in zip([0, *places], [*places, 1e6], strict=True)]
    efficient = {row.name for row in rows if row.status in ("reference", "efficient")}
    for willing in (0.0, *between):
        net = [willing * e - c for c, e in points]
        winners = {name for name, n in zip(names, net, strict=True) if n >= max(net) - ROUNDING}
        assert winners & efficient
    icers = [row.cost_per_outcome for row in rows if row.status == "efficient"]
    assert all(a <= b + ROUNDING for a, b in pairwise(icers))
    order = list(range(len(points)))
    random.shuffle(order)
    again = incremental_analysis(
        [names[i] for i in order], [points[i][0] for i in order], [points[i][1] for i in order]
    )
    if len(set(points)) == len(points):
        assert {row.name: row.status for row in again} == {
            name: row.status for name, row in by_name.items()
        }


@st.composite
def drawn(draw):
    n, k = draw(st.integers(2, 30)), draw(st.integers(2, 4))
    cells = st.lists(st.lists(whole, min_size=k, max_size=k), min_size=n, max_size=n)
    return np.array(draw(cells), dtype=float), np.array(draw(cells), dtype=float)


@few
@given(drawn(), st.lists(st.floats(0, 100), min_size=1, max_size=4))
def test_acceptability(draws, thresholds):
    cost, effect = draws
    result = acceptability(cost, effect, thresholds)
    assert result.probabilities.sum(axis=1) == pytest.approx(1)
    assert (result.perfect_information >= -ROUNDING).all()
    turned = acceptability(cost[:, ::-1], effect[:, ::-1], thresholds)
    assert turned.probabilities[:, ::-1] == pytest.approx(result.probabilities)
    assert turned.perfect_information == pytest.approx(result.perfect_information, abs=1e-6)
    twice = acceptability(np.tile(cost, (2, 1)), np.tile(effect, (2, 1)), thresholds)
    assert twice.probabilities == pytest.approx(result.probabilities)
    plane = cost_effectiveness_plane(
        cost[:, 1] - cost[:, 0], effect[:, 1] - effect[:, 0], threshold=thresholds[0]
    )
    shares = (plane.dearer_better, plane.cheaper_better, plane.cheaper_worse, plane.dearer_worse)
    assert sum(shares) == pytest.approx(1)
    assert len(plane.points) == len(cost)


@few
@given(st.integers(0, 2**31), st.floats(-3, 3))
def test_partial_information_is_between_nothing_and_a_bound(seed, mean):
    generator = np.random.default_rng(seed)
    x = generator.normal(size=400)
    net = np.column_stack([np.zeros(400), mean + x + generator.normal(size=400)])
    value = partial_perfect_information(net, x)
    order = generator.permutation(400)
    assert 0 <= value <= np.abs(net[:, 1]).mean() + 1
    assert partial_perfect_information(net[order], x[order]) == pytest.approx(value, abs=1e-9)
    assert partial_perfect_information(net * 7, x) == pytest.approx(7 * value, abs=1e-8)
    assert partial_perfect_information(net, 5 - 3 * x) == pytest.approx(value, rel=0.05, abs=0.01)


def product(x):
    return x["a"] * x["b"]


@few
@given(st.integers(0, 2**31), st.floats(0.1, 5))
def test_another_input_leaves_the_draws_as_they_were(seed, mean):
    inputs = {
        "a": from_moments("gamma", mean=mean, std_dev=0.3),
        "b": from_moments("normal", mean=-1, std_dev=2),
    }
    first = probabilistic_sensitivity(product, inputs, seed=seed, n_draws=50, keep_draws=True)
    more = {"0": from_moments("normal", mean=0, std_dev=1), "b": inputs["b"], "a": inputs["a"]}
    second = probabilistic_sensitivity(product, more, seed=seed, n_draws=50, keep_draws=True)
    assert (first.draws == second.draws).all()
    assert first.input_names == ("a", "b")
    assert (first.input_draws[:, 0] * first.input_draws[:, 1] == first.draws).all()
    assert first.conf_int.low <= first.median <= first.conf_int.high
    assert 0 <= first.probability_positive <= 1


@few
@given(st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), min_size=2, max_size=2))
def test_swings_are_sorted_and_hold_both_ends(ends):
    ranges = {name: tuple(sorted(pair)) for name, pair in zip("ab", ends, strict=True)}
    swings = one_way_sensitivity(product, {"a": 2.0, "b": -3.0}, ranges)
    assert swings[0].width >= swings[1].width >= 0
    for swing in swings:
        assert swing.width == pytest.approx(abs(swing.at_high - swing.at_low))


@few
@given(st.integers(1, 500), st.floats(0.01, 1), st.floats(1, 1e5), money, money)
def test_break_even_values_give_no_net_benefit(families, effect, worth, per_family, set_up):
    given_values = {"n_families": families, "cost_per_family": per_family, "set_up_cost": set_up}
    result = break_even(**given_values, effect=effect, unit_cost=worth)
    scale = 1e-9 * (1 + set_up + families * per_family)
    at_effect = break_even(**given_values, effect=result.effect, unit_cost=worth)
    at_worth = break_even(**given_values, effect=effect, unit_cost=result.unit_cost)
    assert at_effect.net_benefit == pytest.approx(0, abs=scale)
    assert at_worth.net_benefit == pytest.approx(0, abs=scale)
    if not isinstance(result.n_families, NotEstimable):
        assert (result.n_families <= families + 1e-6) == (result.net_benefit >= -scale)
