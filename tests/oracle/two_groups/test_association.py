"""Tests of association and the exact odds ratio against R: stats and epitools."""

import pytest

from analytics.statistics.two_groups.association import association_tests, conditional_odds_ratio
from tests.helpers.oracles import reference

# R and scipy sum the same hypergeometric terms.
RTOL = 1e-10
# Limits solved in R to 1e-13 of the log odds, by scipy to 2e-12 of the odds.
RTOL_EXACT = 1e-9
# epitools 0.5 sums the terms of 16,000 cases one by one.
RTOL_MID_P = 1e-9
# fisher.test stops its root search at 1e-4; kept to show that it is the same interval.
RTOL_FISHER_TEST = 2e-3

TABLES = reference("two_groups_tables")["tables"]
EXACT = reference("two_groups")["exact_odds_ratio"]


def counts(a: int, n1: int, c: int, n0: int) -> dict[str, int]:
    return {"events_treated": a, "n_treated": n1, "events_comparison": c, "n_comparison": n0}


def of_table(table: dict) -> dict[str, int]:
    return counts(table["a"], table["a"] + table["b"], table["c"], table["c"] + table["d"])


@pytest.mark.parametrize("name", TABLES)
def test_chi_squared_and_fisher_equal_r(name):
    table = TABLES[name]
    result = association_tests(**of_table(table))
    plain, corrected = table["chisq_nocc"], table["chisq_yates"]
    assert result.statistic == pytest.approx(plain["statistic.X-squared"], rel=RTOL)
    assert result.p_value == pytest.approx(plain["p.value"], rel=RTOL)
    assert result.statistic_corrected == pytest.approx(corrected["statistic.X-squared"], rel=RTOL)
    assert result.p_value_corrected == pytest.approx(corrected["p.value"], rel=RTOL)
    assert result.p_value_fisher == pytest.approx(table["fisher"]["p"], rel=RTOL)


@pytest.mark.parametrize("case", EXACT)
def test_mid_p_and_odds_ratio_equal_r(case):
    table = counts(case["a"], case["n1"], case["c"], case["n0"])
    assert association_tests(**table).p_value_mid_p == pytest.approx(case["mid_p"], rel=RTOL_MID_P)
    result = conditional_odds_ratio(**table)
    assert result.estimate == pytest.approx(case["estimate"], rel=RTOL_EXACT)
    assert result.conf_int.low == pytest.approx(case["low"], rel=RTOL_EXACT)
    assert result.conf_int.high == pytest.approx(case["high"], rel=RTOL_EXACT)


@pytest.mark.parametrize("name", TABLES)
def test_odds_ratio_is_that_of_fisher_test(name):
    expected = TABLES[name]["fisher"]
    result = conditional_odds_ratio(**of_table(TABLES[name]))
    assert result.estimate == pytest.approx(expected["or_cmle"], rel=RTOL_FISHER_TEST)
    limits = (result.conf_int.low, result.conf_int.high)
    assert limits == pytest.approx(tuple(expected["ci"]), rel=RTOL_FISHER_TEST)
