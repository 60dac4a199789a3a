"""Paired comparisons against R (stats, clubSandwich), published tables and statsmodels."""

import numpy as np
import pytest

from analytics.statistics.two_groups.paired import (
    mcnemar_test,
    paired_mean_difference,
    paired_risk_difference,
)
from tests.helpers.oracles import reference, reference_data

# Closed forms printed by R with 15 significant digits.
RTOL = 1e-10
# Published with four decimals.
PUBLISHED = 5.01e-5

ORACLE = reference("two_groups")
MCNEMAR = reference("two_groups_tables")["mcnemar"]


@pytest.mark.parametrize("name", MCNEMAR)
def test_mcnemar_equals_r(name):
    expected = MCNEMAR[name]
    _both, first, second, _neither = expected["table"]
    # R takes the first of the two tables' margins; its odds ratio is first over second.
    result = mcnemar_test(treated_only=first, comparison_only=second)
    assert result.statistic == pytest.approx(expected["chisq"], rel=RTOL)
    assert result.p_value == pytest.approx(expected["p"], rel=RTOL)
    assert result.p_value_corrected == pytest.approx(expected["p_cc"], rel=RTOL)
    assert result.p_value_exact == pytest.approx(expected["p_exact"], rel=RTOL)
    assert result.p_value_mid_p == pytest.approx(expected["p_midp"], rel=RTOL)
    assert result.odds_ratio == pytest.approx(expected["or_paired"], rel=RTOL)
    limits = (result.conf_int.low, result.conf_int.high)
    assert limits == pytest.approx(tuple(expected["or_exact_ci"]), rel=RTOL)


def test_discordant_matched_pairs_equal_statsmodels():
    from statsmodels.stats.contingency_tables import mcnemar

    # Pairs of the matched sample in the propensity oracle.
    table = [[40, 78], [103, 234]]
    result = mcnemar_test(treated_only=78, comparison_only=103)
    exact, plain = mcnemar(table, exact=True), mcnemar(table, exact=False, correction=False)
    assert result.p_value_exact == pytest.approx(exact.pvalue, rel=RTOL)
    assert result.p_value == pytest.approx(plain.pvalue, rel=RTOL)


@pytest.mark.parametrize("case", ORACLE["paired"])
def test_paired_difference_equals_r(case):
    names = ("both", "treated_only", "comparison_only", "neither")
    interval = paired_risk_difference(**dict(zip(names, case["table"], strict=True))).conf_int
    assert (interval.low, interval.high) == pytest.approx((case["low"], case["high"]), abs=1e-12)


def test_paired_difference_equals_the_published_one():
    # contingencytables 3.1.0, Newcombe_square_and_add_CI_paired_2x2, data of Cavo et al. 2012.
    result = paired_risk_difference(both=59, treated_only=6, comparison_only=16, neither=80)
    assert result.estimate == pytest.approx(-0.0621, abs=PUBLISHED)
    limits = (result.conf_int.low, result.conf_int.high)
    assert limits == pytest.approx((-0.1186, -0.0046), abs=PUBLISHED)


def test_paired_mean_difference_equals_r():
    fsp, expected = reference_data("fsp_like"), ORACLE["paired_mean"]
    after, before = fsp["prior_referrals"], fsp["age"] / 10
    plain = paired_mean_difference(after, before)
    assert plain.estimate == pytest.approx(expected["estimate"], rel=RTOL)
    assert plain.statistic == pytest.approx(expected["t"], rel=RTOL)
    limits = (plain.conf_int.low, plain.conf_int.high)
    assert limits == pytest.approx(tuple(expected["conf_int"]), rel=RTOL)
    clustered = paired_mean_difference(after, before, cluster=fsp["family_id"])
    assert clustered.std_error == pytest.approx(expected["CR2"], rel=RTOL)
    assert clustered.df == pytest.approx(expected["df"], rel=RTOL)
    assert clustered.p_value == pytest.approx(expected["p"], rel=1e-8)


def test_paired_t_equals_scipy():
    from scipy.stats import ttest_rel

    generator = np.random.default_rng(3)
    after, before = generator.normal(size=(2, 12))
    expected = ttest_rel(after, before)
    result = paired_mean_difference(after, before)
    assert result.p_value == pytest.approx(expected.pvalue, rel=RTOL)
    assert result.df == 11
