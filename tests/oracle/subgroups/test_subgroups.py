"""Multiplicity, interaction and pooling against R (metafor, clubSandwich) and statsmodels."""

import math

import numpy as np
import pytest
from statsmodels.stats.meta_analysis import combine_effects
from statsmodels.stats.multitest import multipletests

from analytics.statistics.results import NotEstimable
from analytics.statistics.subgroups.interaction import (
    ForestRow,
    InteractionResult,
    compare_two_estimates,
    interaction_from_estimates,
)
from analytics.statistics.subgroups.interaction_cases import interaction_from_cases
from analytics.statistics.subgroups.interaction_counts import interaction_from_counts
from analytics.statistics.subgroups.multiplicity import (
    AdjustedTest,
    TestFamily,
    adjust_p_values,
    family_wise_intervals,
    family_wise_level,
)
from analytics.statistics.subgroups.pooling import PooledEstimate, leave_one_out, pool_estimates
from tests.helpers.oracles import reference, reference_data

# Closed forms printed by R with 15 significant digits.
RTOL = 1e-10
# Iterative ones, both sides run to changes below 1e-12; a variance's last digits are lost twice.
RTOL_ITERATED = 1e-7
# Where the reference is exactly 0.
ATOL = 1e-12

R = reference("subgroups")
SETS = R["pool"]
MISSING = NotEstimable(reason="no_events", detail="An arm has no event.")


@pytest.mark.parametrize("method", ["holm", "benjamini_hochberg"])
def test_adjusted_p_values_equal_r(method):
    p_values = R["adjust"]["p"]
    family = adjust_p_values([p_values[0], MISSING, *p_values[1:]], method=method)
    assert isinstance(family, TestFamily)
    assert family.tests[1] is MISSING
    made = [test for test in family.tests if isinstance(test, AdjustedTest)]
    assert [test.adjusted_p_value for test in made] == pytest.approx(R["adjust"][method], rel=RTOL)
    library = multipletests(
        p_values, method={"holm": "holm", "benjamini_hochberg": "fdr_bh"}[method]
    )
    assert [test.adjusted_p_value for test in made] == pytest.approx(library[1], rel=RTOL)
    assert [test.rejected for test in made] == [p <= 0.05 for p in R["adjust"][method]]


def test_family_wise_levels_by_hand():
    assert family_wise_level(6, method="bonferroni") == pytest.approx(1 - 0.05 / 6, rel=RTOL)
    assert family_wise_level(6, method="sidak") == pytest.approx(0.95 ** (1 / 6), rel=RTOL)
    # Two intervals at 97.5 per cent: normal 2.2414, Student t with 10 degrees of freedom 2.6338.
    normal, missing, student = family_wise_intervals([(0.0, 1.0, None), MISSING, (0.0, 1.0, 10)])
    assert missing is MISSING
    assert normal.high == pytest.approx(2.241402727604947, rel=RTOL)
    assert student.high == pytest.approx(2.6337669, abs=1e-7)


@pytest.mark.parametrize("method", ["REML", "DL", "PM", "common"])
@pytest.mark.parametrize("name", SETS)
def test_pooling_equals_metafor(name, method):
    case, expected = SETS[name], SETS[name][method]
    result = pool_estimates(case["y"], case["se"], method=method)
    assert isinstance(result, PooledEstimate)

    def near(value: object) -> object:
        return pytest.approx(value, rel=RTOL_ITERATED, abs=ATOL)

    assert result.tau2 == near(expected["tau2"])
    assert (result.estimate, result.std_error) == near((expected["est"], expected["se"]))
    assert (result.conf_int.low, result.conf_int.high) == near(tuple(expected["ci"]))
    assert (result.p_value, result.q, result.q_p_value) == near(
        (expected["p"], expected["Q"], expected["Qp"])
    )
    # For a common effect metafor cuts I2 at 0 but leaves H2 below 1.
    assert (100 * result.i2, result.h2) == near((expected["I2"], max(1, expected["H2"])))
    assert result.weights == near(tuple(expected["weights"]))
    if method == "common":
        assert result.prediction_interval is None
    else:
        prediction = result.prediction_interval
        assert (prediction.low, prediction.high) == near(tuple(expected["pi"]))
    if method == "REML":
        wald = (result.wald_conf_int.low, result.wald_conf_int.high)
        assert wald == near(tuple(expected["wald"]))
        limits = (result.tau2_conf_int.low, result.tau2_conf_int.high)
        # metafor's root finder stops at about the fourth root of the machine precision.
        assert limits == pytest.approx(tuple(expected["tau2_ci"]), rel=RTOL_ITERATED, abs=1e-10)


def test_pooling_equals_published_bcg():
    result = pool_estimates(SETS["bcg"]["y"], SETS["bcg"]["se"])
    # metafor's documentation, REML: -0.7145 (0.1798 without Hartung-Knapp), tau2 0.3132, and the
    # normal prediction interval 0.155 to 1.549 as risk ratios.
    assert isinstance(result, PooledEstimate)
    assert (round(result.estimate, 4), round(result.tau2, 4)) == (-0.7145, 0.3132)
    wald_se = (result.wald_conf_int.high - result.estimate) / 1.959963984540054
    assert round(wald_se, 4) == 0.1798
    reach = 1.959963984540054 * math.sqrt(wald_se**2 + result.tau2)
    ends = [math.exp(result.estimate + side * reach) for side in (-1, 1)]
    assert [round(end, 3) for end in ends] == [0.155, 1.549]


@pytest.mark.parametrize("name", ["bcg", "four", "two", "uneven"])
def test_pooling_equals_statsmodels(name):
    y, se = np.array(SETS[name]["y"]), np.array(SETS[name]["se"])
    for method, library_method in (("DL", "dl"), ("PM", "pm")):
        ours = pool_estimates(y, se, method=method)
        library = combine_effects(y, se**2, method_re=library_method)
        assert isinstance(ours, PooledEstimate)
        # Its Paule-Mandel iteration stops at a change of 1e-5.
        rel = RTOL if method == "DL" else 1e-4
        assert ours.estimate == pytest.approx(library.mean_effect_re, rel=rel)
        assert ours.std_error == pytest.approx(math.sqrt(library.var_hksj_re), rel=rel)


def test_leave_one_out_equals_metafor():
    left = leave_one_out(SETS["bcg"]["y"], SETS["bcg"]["se"])
    expected = R["leave_one_out"]
    for name, key in (("estimate", "estimate"), ("std_error", "se"), ("tau2", "tau2")):
        ours = [getattr(one.pooled, name) for one in left]
        assert ours == pytest.approx(expected[key], rel=RTOL_ITERATED)
    assert [one.left_out for one in left] == list(range(13))


def test_two_estimates_equal_altman_and_bland():
    case = R["altman_bland"]
    first, second = zip(case["y"], case["se"], strict=True)
    result = compare_two_estimates(first, second, scale="log_ratio")
    ours = (result.difference, result.std_error, result.p_value, result.ratio)
    assert ours == pytest.approx(
        (case["difference"], case["se_difference"], case["p"], case["ratio"]), rel=RTOL
    )
    assert (result.conf_int.low, result.conf_int.high) == pytest.approx(case["ci"], rel=RTOL)
    # BMJ 2003;326:219 prints 0.76.
    assert round(result.ratio, 3) == 0.761
    test = interaction_from_estimates([first, second], scale="log_ratio")
    assert isinstance(test, InteractionResult)
    assert test.p_value == pytest.approx(result.p_value, rel=RTOL)


def test_q_equals_metafor():
    pairs = list(zip(SETS["four"]["y"], SETS["four"]["se"], strict=True))
    result = interaction_from_estimates([*pairs, MISSING], scale="difference")
    assert isinstance(result, InteractionResult)
    assert (result.statistic, result.p_value) == pytest.approx(
        (R["q_of_four"]["Q"], R["q_of_four"]["p"]), rel=RTOL
    )
    assert (result.n_tested, result.rows[4]) == (4, MISSING)


@pytest.mark.parametrize("name", R["counts"])
def test_interaction_from_counts_equals_r(name):
    case = R["counts"][name]
    cells = [case["cells"][column] for column in ("a", "n1", "c", "n0")]
    ratio = interaction_from_counts(*cells, scale="odds_ratio")
    assert isinstance(ratio, InteractionResult)
    assert ratio.df == case["df"]
    assert (ratio.statistic, ratio.p_value) == pytest.approx((case["lr"], case["p"]), rel=1e-9)
    difference = interaction_from_counts(*cells, scale="risk_difference")
    assert isinstance(difference, InteractionResult)
    assert (difference.statistic, difference.p_value) == pytest.approx(
        (case["Q"], case["Qp"]), rel=RTOL
    )
    rows = [r for r in difference.rows if isinstance(r, ForestRow) and r.std_error > 0]
    assert [row.estimate for row in rows] == pytest.approx(case["rd"], rel=RTOL)
    assert [row.std_error for row in rows] == pytest.approx(case["rd_se"], rel=RTOL)


def test_interaction_from_cases_equals_clubsandwich():
    data = reference_data("fsp_like")
    band = np.minimum(data["prior_referrals"], 2)
    result = interaction_from_cases(data["outcome"], data["treat"], band, data["family_id"])
    assert isinstance(result, InteractionResult)
    case = R["cases"]
    ours = (result.statistic, result.df, result.df_denominator, result.p_value)
    expected = (case["F"], case["df_num"], case["df_denom"], case["p"])
    assert ours == pytest.approx(expected, rel=1e-8)
    assert [row.estimate for row in result.rows] == pytest.approx(case["est"], rel=RTOL)
    assert [row.std_error for row in result.rows] == pytest.approx(case["se"], rel=1e-8)
