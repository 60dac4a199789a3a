"""Rosenbaum bounds against R (rbounds, exact binomial), scipy and brute force."""

import itertools

import numpy as np
import pytest
from scipy.stats import binomtest, norm, rankdata, wilcoxon

from analytics.statistics.sensitivity.hodges_lehmann import hodges_lehmann_bounds
from analytics.statistics.sensitivity.rosenbaum import (
    RosenbaumResult,
    discordant_pairs,
    rosenbaum_binary,
    rosenbaum_signed_rank,
)
from tests.helpers.oracles import reference

# Incomplete beta against R's pbinom; tails down to 1e-80.
RTOL = 1e-10
# R's uniroot stopped at its default tolerance of 1.2e-4 or finer.
RTOL_UNIROOT = 1e-6
# rbounds prints p-values with 4 digits and moves its estimate in steps of 0.1.
PRINTED = 0.5e-4 + 1e-12
STEP = 0.1 + 1e-9

ORACLE = reference("sensitivity")["rosenbaum"]
LEAD = np.subtract(ORACLE["lead_pairs"]["treated"], ORACLE["lead_pairs"]["control"])


def gammas(rows):
    return [row["Gamma"] for row in rows]


def test_binary_bounds_equal_exact_binomial():
    rows = ORACLE["binary_12_110"]["exact_upper"]
    result = rosenbaum_binary(
        treated_only=110, comparison_only=12, alternative="greater", gammas=gammas(rows)
    )
    assert isinstance(result, RosenbaumResult)
    for bound, row in zip(result.bounds, rows, strict=True):
        assert bound.p_value_high == pytest.approx(row["p_plus"], rel=RTOL)
        assert bound.p_value_low == pytest.approx(row["p_minus"], rel=RTOL)


@pytest.mark.parametrize(("few", "many", "name"), [(12, 110, "b12_110"), (31, 62, "b31_62")])
def test_critical_gamma_equals_uniroot(few, many, name):
    result = rosenbaum_binary(treated_only=few, comparison_only=many, alternative="less")
    assert result.critical_gamma == pytest.approx(ORACLE["gamma_at_p05"][name], rel=RTOL_UNIROOT)


@pytest.mark.parametrize(
    ("few", "many", "name"),
    [(12, 110, "binary_12_110"), (5, 14, "binary_14_5"), (31, 62, "binary_31_62")],
)
def test_rbounds_is_one_pair_further(few, many, name):
    # rbounds 2.2 gives P(X > T), which is the bound for one more discordant pair on our side.
    rows = ORACLE[name]["bounds"]
    T = many + 1
    ours = rosenbaum_binary(
        treated_only=T, comparison_only=few - 1, alternative="greater", gammas=gammas(rows)
    )
    for bound, row in zip(ours.bounds, rows, strict=True):
        assert bound.p_value_high == pytest.approx(row["Upper bound"], abs=PRINTED / 10)


@pytest.mark.parametrize(("alternative", "p_key"), [("less", "t0c1"), ("greater", "t1c0")])
def test_without_hidden_bias_it_is_mcnemars_exact_test(alternative, p_key):
    pairs = ORACLE["fsp_like_discordant"]["nn_logit02"]
    result = rosenbaum_binary(
        treated_only=pairs["t1c0"],
        comparison_only=pairs["t0c1"],
        alternative=alternative,
        gammas=[1],
    )
    total = pairs["t1c0"] + pairs["t0c1"]
    expected = binomtest(pairs[p_key], total, 0.5, alternative="greater").pvalue
    assert result.bounds[0].p_value_high == pytest.approx(expected, rel=RTOL)


def test_rows_give_the_same_counts():
    pairs = ORACLE["fsp_like_discordant"]["nn_logit02"]
    sizes = [pairs[key] for key in ("t1c0", "t0c1", "both", "neither")]
    treated = np.repeat([1, 0, 1, 0], sizes)
    comparison = np.repeat([0, 1, 1, 0], sizes)
    assert discordant_pairs(treated, comparison) == (pairs["t1c0"], pairs["t0c1"])


def test_signed_rank_equals_psens():
    rows = ORACLE["lead_pairs"]["psens"]
    result = rosenbaum_signed_rank(LEAD, alternative="greater", gammas=gammas(rows))
    for bound, row in zip(result.bounds, rows, strict=True):
        assert bound.p_value_high == pytest.approx(row["Upper bound"], abs=PRINTED)
        assert bound.p_value_low == pytest.approx(row["Lower bound"], abs=PRINTED)


def test_signed_rank_without_hidden_bias_equals_scipy():
    expected = wilcoxon(
        LEAD, alternative="greater", correction=False, method="asymptotic", zero_method="wilcox"
    )
    result = rosenbaum_signed_rank(LEAD, alternative="greater", gammas=[1])
    assert result.statistic == expected.statistic
    assert result.bounds[0].p_value_high == pytest.approx(expected.pvalue, rel=RTOL)


def test_critical_gamma_is_where_the_bound_is_alpha():
    first = rosenbaum_signed_rank(LEAD, alternative="greater", alpha=0.025)
    again = rosenbaum_signed_rank(LEAD, alternative="greater", gammas=[first.critical_gamma])
    assert again.bounds[0].p_value_high == pytest.approx(0.025, rel=RTOL)


def test_moments_equal_those_of_every_sign_pattern():
    # Mean and variance of the statistic over all 2^8 signs, each positive with probability p.
    d = np.array([1.0, -2.0, 2.0, 4.5, 4.5, 6.0, -7.0, 9.0])
    ranks, p = rankdata(np.abs(d)), 2.5 / 3.5
    signs = np.array(list(itertools.product([0, 1], repeat=len(d))))
    chances = (p**signs * (1 - p) ** (1 - signs)).prod(axis=1)
    values = signs @ ranks
    mean = chances @ values
    spread = np.sqrt(chances @ (values - mean) ** 2)
    result = rosenbaum_signed_rank(d, alternative="greater", gammas=[2.5])
    expected = norm.sf((ranks[d > 0].sum() - mean) / spread)
    assert result.bounds[0].p_value_high == pytest.approx(expected, rel=RTOL)


@pytest.mark.parametrize("gamma", [1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6])
def test_hodges_lehmann_within_a_step_of_hlsens(gamma):
    # hlsens walks in steps of 0.1 and stops past the root; at 2 it starts half a step too high
    # because the estimate it starts from (15.5) isn't the median of the Walsh averages (15).
    row = next(row for row in ORACLE["lead_pairs"]["hlsens"] if row["Gamma"] == gamma)
    (bound,) = hodges_lehmann_bounds(LEAD, gammas=[gamma])
    tolerance = STEP if gamma != 2 else 0.25
    assert bound.low == pytest.approx(row["Lower bound"], abs=tolerance)
    assert bound.high == pytest.approx(row["Upper bound"], abs=STEP)


@pytest.mark.parametrize("gamma", [1, 1.7, 2, 3.3, 6])
def test_hodges_lehmann_by_its_definition(gamma):
    # Shift the pairs until the signed-rank statistic equals its expectation, by brute force.
    M = len(LEAD) * (len(LEAD) + 1) / 2
    shifts = np.arange(-60, 60, 0.25) + 0.125

    def solve(target):
        values = []
        for shift in shifts:
            left = LEAD - shift
            values.append(rankdata(np.abs(left))[left > 0].sum())
        values = np.array(values)
        above, below = shifts[values > target].max(), shifts[values < target].min()
        # Averages are multiples of 0.5, so the statistic jumps between two shifts of this grid.
        return (round(2 * (above + 0.125)) / 2 + round(2 * (below - 0.125)) / 2) / 2

    (bound,) = hodges_lehmann_bounds(LEAD, gammas=[gamma])
    assert bound.low == solve(M * gamma / (1 + gamma))
    assert bound.high == solve(M / (1 + gamma))
