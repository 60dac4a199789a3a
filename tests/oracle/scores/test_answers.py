"""Answers on a scale, tests over waves and themes against R and statsmodels."""

import numpy as np
import pytest
from scipy.stats import friedmanchisquare
from statsmodels.stats.contingency_tables import cochrans_q
from statsmodels.stats.nonparametric import rank_compare_2ordinal
from statsmodels.stats.proportion import multinomial_proportions_confint

from analytics.statistics.scores.comparison import AnswerComparison, compare_answers
from analytics.statistics.scores.likert import AnswerSummary, summarise_answers
from analytics.statistics.scores.repeated_tests import RepeatedTest, cochran_q, friedman
from analytics.statistics.scores.themes import RoleShare, ThemeShares, theme_shares
from analytics.statistics.two_groups.proportions import wilson_interval
from tests.helpers.oracles import reference, reference_data

# Closed forms printed by R with 15 significant digits.
RTOL = 1e-10

R = reference("scores")
CASES = R["two_groups"]


@pytest.mark.parametrize("name", CASES)
def test_comparison_equals_r_and_statsmodels(name):
    case = CASES[name]
    result = compare_answers(case["first"], case["second"])
    assert isinstance(result, AnswerComparison)
    assert result.probability_of_superiority == pytest.approx(case["superiority"], rel=RTOL)
    assert result.somers_d == pytest.approx(2 * case["superiority"] - 1, rel=RTOL)
    assert result.p_value == pytest.approx(case["p"], rel=RTOL)
    assert (result.mean_rank_first, result.mean_rank_second) == pytest.approx(case["mean_ranks"])
    library = rank_compare_2ordinal(case["first"], case["second"])
    assert result.std_error == pytest.approx(np.sqrt(library.var_prob), rel=RTOL)
    assert result.df == pytest.approx(library.df, rel=RTOL)


def test_logit_interval_is_near_the_plain_one_when_there_are_many():
    first, second = [200, 400, 700, 500, 200], [260, 420, 690, 440, 190]
    result = compare_answers(first, second)
    low, high = rank_compare_2ordinal(first, second).conf_int(alpha=0.05)
    # Both are first-order right: they differ by the curvature of the logit over one interval.
    assert (result.conf_int.low, result.conf_int.high) == pytest.approx((low, high), abs=1e-4)


@pytest.mark.parametrize("name", CASES)
def test_summary_equals_r(name):
    case = CASES[name]
    result = summarise_answers(case["first"], box=len(case["first"]) // 2)
    assert isinstance(result, AnswerSummary)
    assert [result.lower_quartile, result.median, result.upper_quartile] == case["quartiles"]
    interval = result.net_agreement_conf_int
    assert (interval.low, interval.high) == pytest.approx(case["net"], rel=RTOL)


def test_shares_are_wilson_and_goodman():
    counts = [20, 31, 56, 78, 17]
    plain = summarise_answers(counts, n_missing=50)
    joint = summarise_answers(counts, simultaneous=True)
    assert isinstance(plain, AnswerSummary)
    assert isinstance(joint, AnswerSummary)
    assert [a.conf_int for a in plain.answers] == [wilson_interval(c, 202) for c in counts]
    assert plain.top_box.conf_int == wilson_interval(95, 202)
    assert plain.response_rate == pytest.approx(202 / 252)
    goodman = multinomial_proportions_confint(counts, method="goodman")
    ours = [(a.conf_int.low, a.conf_int.high) for a in joint.answers]
    assert np.array(ours) == pytest.approx(goodman, rel=RTOL)


def test_repeated_tests_equal_r():
    data = reference_data("survey3")
    scores, yes = data["y"].reshape(3, 80).T, data["b"].reshape(3, 80).T
    expected = R["repeated"]
    result = friedman(scores)
    assert isinstance(result, RepeatedTest)
    assert result.statistic == pytest.approx(expected["friedman"], rel=RTOL)
    assert result.p_value == pytest.approx(expected["friedman_p"], rel=RTOL)
    tied = friedman(np.round(scores))
    assert isinstance(tied, RepeatedTest)
    assert tied.statistic == pytest.approx(expected["friedman_ties"], rel=RTOL)
    # Cochran's Q is the generalised Cochran-Mantel-Haenszel statistic with respondents as strata.
    result = cochran_q(yes)
    assert isinstance(result, RepeatedTest)
    assert result.statistic == pytest.approx(expected["cochran_q"], rel=RTOL)
    assert result.p_value == pytest.approx(expected["cochran_p"], rel=RTOL)
    assert result.statistic == pytest.approx(cochrans_q(yes).statistic, rel=RTOL)
    assert tied.statistic == pytest.approx(friedmanchisquare(*np.round(scores).T)[0], rel=RTOL)


def test_themes_equal_r():
    result = theme_shares([9, 14, 0, 3], [12, 40, 0, 25])
    assert isinstance(result, ThemeShares)
    assert (result.statistic, result.df, result.p_value) == pytest.approx(
        (R["theme"]["statistic"], R["theme"]["df"], R["theme"]["p"]), rel=RTOL
    )
    assert isinstance(result.roles[0], RoleShare)
    assert result.roles[0].conf_int == wilson_interval(9, 12)
    joint = theme_shares([9, 14, 0, 3], [12, 40, 0, 25], simultaneous=True)
    assert isinstance(joint, ThemeShares)
    assert isinstance(joint.roles[0], RoleShare)
    assert joint.roles[0].conf_int.low == wilson_interval(9, 12, level=1 - 0.05 / 3).low
