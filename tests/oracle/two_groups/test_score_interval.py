"""Miettinen-Nurminen against brute force in R, epiR and Newcombe's published table."""

import math

import pytest

from analytics.statistics.two_groups import score_interval
from analytics.statistics.two_groups.score_interval import miettinen_nurminen
from tests.helpers.oracles import reference

# R maximises the constrained likelihood numerically: optimise stops at the root of the machine's
# precision, 1.5e-8 of the risk, which moves a limit by no more than 5e-9.
BRUTE_FORCE = 5e-9
# Published figures have four decimals.
PUBLISHED = 5.01e-5
# epiR stops when the score is within 1e-6 of z, here up to 1e-7 of the difference, and shows 100
# times the difference.
EPIR = 1e-5
# The same closed form written differently.
RTOL = 1e-12

TABLES = reference("two_groups_tables")["tables"]
BRUTE = reference("two_groups")["miettinen_nurminen"]


def counts(a: int, n1: int, c: int, n0: int) -> dict[str, int]:
    return {"events_treated": a, "n_treated": n1, "events_comparison": c, "n_comparison": n0}


@pytest.mark.parametrize("case", BRUTE)
def test_limits_equal_brute_force(case):
    result = miettinen_nurminen(**counts(case["a"], case["n1"], case["c"], case["n0"]))
    assert result.conf_int.low == pytest.approx(case["low"], abs=BRUTE_FORCE)
    assert result.conf_int.high == pytest.approx(case["high"], abs=BRUTE_FORCE)


@pytest.mark.parametrize(
    ("table", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17:873-890, table II, method 6.
        ((56, 70, 48, 80), 0.0528, 0.3382),
        ((9, 10, 3, 10), 0.1700, 0.8406),
        ((6, 7, 2, 7), 0.0342, 0.8534),
        ((5, 56, 0, 29), -0.0326, 0.1933),
        ((0, 10, 0, 20), -0.1658, 0.2844),
        ((0, 10, 0, 10), -0.2879, 0.2879),
        ((10, 10, 0, 20), 0.7156, 1.0),
        ((10, 10, 0, 10), 0.6636, 1.0),
        # contingencytables 3.1.0, MiettinenNurminen_asymptotic_score_CI_difference_2x2.
        ((0, 16, 15, 72), -0.3164, -0.0056),
    ],
)
def test_limits_equal_published_ones(table, low, high):
    interval = miettinen_nurminen(**counts(*table)).conf_int
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=PUBLISHED)


@pytest.mark.parametrize("name", TABLES)
def test_without_the_factor_it_is_mees_interval_in_epir(name):
    table = TABLES[name]
    a, c = table["a"], table["c"]
    n1, n0 = a + table["b"], c + table["d"]
    bound = 1.959963984540054**2
    expected = table["epiR_ARisk_score_per100"]
    high = score_interval._upper_limit(a, n1, c, n0, bound)
    low = -score_interval._upper_limit(c, n0, a, n1, bound)
    assert 100 * high == pytest.approx(expected["upper"], abs=EPIR)
    assert 100 * low == pytest.approx(expected["lower"], abs=EPIR)


@pytest.mark.parametrize("name", TABLES)
def test_the_test_is_pearsons_with_one_case_fewer(name):
    table = TABLES[name]
    cells = counts(table["a"], table["a"] + table["b"], table["c"], table["c"] + table["d"])
    n = cells["n_treated"] + cells["n_comparison"]
    pearson = table["chisq_nocc"]["statistic.X-squared"] * (n - 1) / n
    result = miettinen_nurminen(**cells)
    assert result.statistic**2 == pytest.approx(pearson, rel=RTOL)
    assert result.p_value == pytest.approx(math.erfc(math.sqrt(pearson / 2)), rel=1e-10)
