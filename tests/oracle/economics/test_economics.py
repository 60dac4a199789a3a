"""Money against dampack, mgcv, numpy-financial, scipy and published tables."""

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from analytics.statistics.economics.break_even import break_even
from analytics.statistics.economics.cost_benefit import CostLine, UnitCost, cost_benefit
from analytics.statistics.economics.discounting import (
    GREEN_BOOK,
    GREEN_BOOK_HEALTH,
    constant_schedule,
    discount_factors,
    equivalent_annual_amount,
    present_value,
)
from analytics.statistics.economics.distributions import (
    draw,
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
from analytics.statistics.economics.prices import uprate
from analytics.statistics.economics.sensitivity import (
    one_way_sensitivity,
    probabilistic_sensitivity,
)
from analytics.statistics.economics.strategies import acceptability, incremental_analysis
from analytics.statistics.results import Interval
from tests.helpers.oracles import data_beside, reference

# Closed forms printed with 15 digits.
RTOL = 1e-12
# dampack's means of 10,000 draws are carried with 15 digits and the draws with about 10.
RTOL_DRAWS = 1e-8
# Shares of 10,000 draws are multiples of 0.0001, printed exactly.
ATOL_SHARE = 1e-12
# Published factors have 4 decimals.
ATOL_FACTOR = 0.5e-4
# Two smoothers of the same draws (penalised and fixed-knot spline), and the exact value.
RTOL_SMOOTHERS = 0.01

ORACLE = reference("economics")
INFORMATION = reference("economics_information")
ANNUITY = reference("economics_annuity")


def close(value, tolerance=RTOL):
    return pytest.approx(value, rel=tolerance)


def test_moment_matching_equals_dampack():
    inputs = ORACLE["moment_inputs"]
    for family, key in (("beta", "beta"), ("gamma", "gamma"), ("lognormal", "lnorm")):
        mean, std_dev = inputs[family]
        expected = tuple(ORACLE[f"{key}_params"].values())
        assert from_moments(family, mean=mean, std_dev=std_dev).parameters == close(expected)


SCIPY = {
    "beta": (from_moments("beta", mean=0.3, std_dev=0.05), stats.beta(24.9, 58.1)),
    "gamma": (from_moments("gamma", mean=2500, std_dev=600), stats.gamma(625 / 36, scale=144)),
    "lognormal": (
        from_interval(
            "lognormal",
            estimate=0.7,
            conf_int=Interval(low=0.5, high=0.98, level=0.95, method="stated"),
        ),
        stats.lognorm(math.log(0.98 / 0.5) / 2 / stats.norm.ppf(0.975), scale=0.7),
    ),
    "normal": (from_moments("normal", mean=-2, std_dev=3), stats.norm(-2, 3)),
    "triangular": (from_range("triangular", low=1, mode=2, high=5), stats.triang(0.25, 1, 4)),
    "pert": (from_range("pert", low=1, mode=2, high=5), stats.beta(2, 4, 1, 4)),
}


@pytest.mark.parametrize("family", SCIPY)
def test_distributions_equal_scipy(family):
    ours, theirs = SCIPY[family]
    assert (ours.mean, ours.std_dev) == close((theirs.mean(), theirs.std()))
    for threshold in [*theirs.ppf([0.01, 0.2, 0.5, 0.9]), -10.0, 1e6]:
        assert probability_above(ours, threshold) == pytest.approx(theirs.sf(threshold), abs=1e-12)
    drawn = draw(ours, np.random.default_rng(1), 20_000)
    assert stats.kstest(drawn, theirs.cdf).pvalue > 0.001


def test_published_discount_factors():
    factors = discount_factors(126)
    for year, factor in ORACLE["discount_factors_published"]["factors"].items():
        assert factors[int(year)] == pytest.approx(factor, abs=ATOL_FACTOR)


def test_factors_are_the_product_of_their_years():
    rates = [0.035] * 30 + [0.03] * 45 + [0.025] * 50 + [0.02] * 75 + [0.015] * 100 + [0.01] * 40
    expected = [1.0, *itertools.accumulate((1 / (1 + r) for r in rates), lambda a, b: a * b)]
    assert discount_factors(341, GREEN_BOOK) == close(np.array(expected))
    assert discount_factors(32, GREEN_BOOK_HEALTH)[31] == close(1.015**-30 / 1.0129)


def test_constant_rate_equals_numpy_financial():
    for rate, value in ANNUITY["net_present_value"].items():
        stream = present_value(ANNUITY["stream"], constant_schedule(float(rate)))
        assert stream.value == close(value, 1e-9)
    for case in ANNUITY["payment_of_1000"]:
        schedule = constant_schedule(case["rate"])
        assert equivalent_annual_amount(1000, case["years"], schedule) == close(case["value"], 1e-9)
    for years in (1, 5, 20, 30):  # the Green Book has one rate until year 30
        assert equivalent_annual_amount(1000, years) == close(
            next(
                case["value"]
                for case in ANNUITY["payment_of_1000"]
                if (case["rate"], case["years"]) == (0.035, years)
            ),
            1e-9,
        )


def test_uprating_there_and_back():
    deflator = {"2008/09": 76.3, "2013/14": 83.1, "2023/24": 110.9}
    there = uprate(511, deflator, from_year="2008/09", to_year="2023/24")
    back = uprate(there.amount, deflator, from_year="2023/24", to_year="2008/09")
    assert there.amount == close(511 * 110.9 / 76.3)
    assert back.amount == close(511)


def test_incremental_analysis_equals_published_table():
    expected = ORACLE["icers_published"]
    rows = incremental_analysis(expected["names"], expected["cost"], expected["effect"])
    assert [row.name for row in rows] == ["UC", "B", "A", "C", "D", "E"]
    for row in rows:
        assert row.status == expected["status"][row.name]
        icer = expected["icer"].get(row.name)
        assert row.cost_per_outcome == (None if icer is None else close(icer))


def test_incremental_analysis_of_dampack_means():
    names = ["Chemo", "Radio", "Surg"]
    cost = [ORACLE["mean_cost"][f"{name}_Cost"] for name in names]
    effect = [ORACLE["mean_effect"][f"{name}_Eff"] for name in names]
    rows = {row.name: row for row in incremental_analysis(names, cost, effect)}
    # Surgery costs more per outcome than the step from it to chemotherapy: a mix beats it.
    assert rows["Surg"].status == "extended_dominated"
    assert rows["Chemo"].cost_per_outcome == close((cost[0] - cost[1]) / (effect[0] - effect[1]))
    pair = incremental_analysis(["Radio", "Surg"], cost[1:], effect[1:])
    assert pair[1].cost_per_outcome == close(ORACLE["icer_consecutive_by_cost"][0])
    pair = incremental_analysis(["Surg", "Chemo"], cost[::-2], effect[::-2])
    assert pair[1].cost_per_outcome == close(ORACLE["icer_consecutive_by_cost"][1])


def test_acceptability_and_information_equal_dampack():
    data = data_beside(ORACLE["data_file"])
    names = ORACLE["strategies"]
    cost = np.column_stack([data[f"cost_{name}"] for name in names])
    effect = np.column_stack([data[f"eff_{name}"] for name in names])
    result = acceptability(cost, effect, ORACLE["wtp"])
    assert pytest.approx(np.array(ORACLE["ceac"]), abs=ATOL_SHARE) == result.probabilities.T
    assert [names[i] for i in result.frontier] == ORACLE["ceaf_on_frontier"]
    assert result.perfect_information == close(np.array(ORACLE["evpi_per_person"]), RTOL_DRAWS)
    assert cost.mean(axis=0) == close(np.array(list(ORACLE["mean_cost"].values())), RTOL_DRAWS)


def closed_form_model(x):
    return x["p0"] * (1 - x["rr"]) * 1000 * x["cb"] - 1000 * x["ci"]


def closed_form_inputs():
    moments = {k: (v["mean"], v["sd"]) for k, v in ORACLE["closed_form"].items() if k in FAMILIES}
    return {
        name: from_moments(FAMILIES[name], mean=mean, std_dev=std_dev)
        for name, (mean, std_dev) in moments.items()
    }


FAMILIES = {"p0": "beta", "rr": "lognormal", "cb": "gamma", "ci": "gamma"}


def test_draws_agree_with_the_closed_form():
    inputs = closed_form_inputs()
    result = probabilistic_sensitivity(closed_form_model, inputs, seed=20, n_draws=200_000)
    expected = ORACLE["closed_form"]["mean_nb"]
    assert abs(result.mean - expected) < 4 * result.monte_carlo_error
    # Variance of a product of independent factors: product of second moments less squared mean.
    factors = [(inputs["p0"].mean, inputs["p0"].std_dev), (0.2, inputs["rr"].std_dev)]
    factors += [(inputs["cb"].mean, inputs["cb"].std_dev)]
    second = math.prod(m**2 + s**2 for m, s in factors) - math.prod(m for m, _ in factors) ** 2
    std_dev = 1000 * math.sqrt(second + inputs["ci"].std_dev ** 2)
    # The relative standard error of a standard deviation is about 1 / sqrt(2n), some more as the
    # draws have heavier tails than a normal.
    assert result.std_dev == pytest.approx(std_dev, rel=6 / math.sqrt(2 * 200_000))


def test_tornado_equals_the_model_by_hand():
    base = {"p0": 0.26, "rr": 0.8, "cb": 12000.0, "ci": 350.0}
    ranges = {"rr": (0.6, 1.0), "cb": (7000.0, 17000.0), "ci": (230.0, 470.0)}
    swings = one_way_sensitivity(closed_form_model, base, ranges)
    by_hand = {
        name: tuple(closed_form_model({**base, name: end}) for end in ends)
        for name, ends in ranges.items()
    }
    assert [swing.name for swing in swings] == ["rr", "cb", "ci"]
    for swing in swings:
        assert (swing.at_low, swing.at_high) == close(by_hand[swing.name])


def van_der_corput(n, base):
    values = np.zeros(n)
    for i in range(n):
        k, scale = i + 1, 1 / base
        while k:
            values[i] += scale * (k % base)
            k, scale = k // base, scale / base
    return values


def test_partial_information_equals_mgcv_and_the_exact_value():
    n = INFORMATION["n"]
    x, e = (stats.norm.ppf(van_der_corput(n, base)) for base in (2, 3))
    nets = {"linear": 0.3 + x + 2 * e, "curved": 500 * np.exp(0.5 * x) - 620 + 400 * e}
    for name, net in nets.items():
        value = partial_perfect_information(np.column_stack([np.zeros(n), net]), x)
        assert value == pytest.approx(INFORMATION["gam"][name], rel=RTOL_SMOOTHERS)
        assert value == pytest.approx(INFORMATION["exact"][name], rel=2 * RTOL_SMOOTHERS)


def test_perfect_information_of_a_normal_net_benefit():
    n, mean, std_dev = 4095, 200.0, 900.0
    net = mean + std_dev * stats.norm.ppf(van_der_corput(n, 2))
    result = acceptability(np.column_stack([np.zeros(n), -net]), np.zeros((n, 2)), [0.0])
    ratio = mean / std_dev
    exact = std_dev * stats.norm.pdf(ratio) - mean * stats.norm.sf(ratio)
    assert result.perfect_information[0] == pytest.approx(exact, rel=RTOL_SMOOTHERS)
    assert result.probabilities[0, 1] == pytest.approx(stats.norm.cdf(ratio), abs=1 / n)


def test_population_value_is_the_sum_of_its_years():
    value = population_information(12.5, people_per_year=300, n_years=4)
    assert value == close(12.5 * 300 * sum(1.035**-t for t in range(4)))


def test_reported_saving_of_the_family_safety_plans():
    # The document reports 40 fewer children on a plan and 182,320 pounds: 4,558 pounds a child.
    interval = Interval(low=20 / 258, high=60 / 258, level=0.95, method="stated")
    result = cost_benefit(
        n_cases=258,
        effect=40 / 258,
        conf_int=interval,
        costs=[],
        unit_costs=[
            UnitCost(
                name="plan",
                agency="council",
                amount=4558,
                low=4558,
                high=4558,
                price_year="2019/20",
            )
        ],
    )
    assert result.total_benefit == close(182_320)
    assert {check.name: check.status for check in result.checks} == {
        "benefit_concentration": "review",
        "price_years": "pass",
    }


def test_break_even_makes_the_net_benefit_nothing():
    stated = {"n_families": 160, "effect": 0.09, "unit_cost": 9000.0, "cost_per_family": 650.0}
    result = break_even(**stated, set_up_cost=30_000)
    for name in ("effect", "unit_cost"):
        at = break_even(**{**stated, name: getattr(result, name)}, set_up_cost=30_000)
        assert at.net_benefit == pytest.approx(0, abs=1e-6)
    families = result.n_families
    assert families * (0.09 * 9000 - 650) == pytest.approx(30_000)
    lines = cost_benefit(
        n_cases=160,
        effect=0.09,
        conf_int=Interval(low=0.01, high=0.17, level=0.95, method="stated"),
        costs=[
            CostLine(name="workers", agency="council", amount=160 * 650.0, price_year="2023/24"),
            CostLine(name="set-up", agency="council", amount=30_000, price_year="2023/24"),
        ],
        unit_costs=[
            UnitCost(
                name="plan",
                agency="council",
                amount=9000,
                low=6000,
                high=9000,
                price_year="2023/24",
            )
        ],
    )
    assert lines.net_benefit == close(result.net_benefit)
    assert lines.net_benefit_unit_cost_range[0] == close(160 * 0.09 * 6000 - 134_000)
    assert probability_above(fixed(0.2), result.effect) == 1
