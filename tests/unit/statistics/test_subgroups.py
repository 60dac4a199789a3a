"""The edges of many tests, subgroups and areas: empty, single, separated, malformed."""

import numpy as np
import pytest

from analytics.errors import InvalidInputError
from analytics.statistics.results import NotEstimable
from analytics.statistics.subgroups.between_areas import estimate_tau2, tau2_interval
from analytics.statistics.subgroups.interaction import (
    ForestRow,
    InteractionResult,
    compare_two_estimates,
    interaction_from_estimates,
)
from analytics.statistics.subgroups.interaction_cases import interaction_from_cases
from analytics.statistics.subgroups.interaction_counts import interaction_from_counts
from analytics.statistics.subgroups.multiplicity import (
    TestFamily,
    adjust_p_values,
    family_wise_intervals,
    family_wise_level,
)
from analytics.statistics.subgroups.pooling import PooledEstimate, leave_one_out, pool_estimates

NAN = float("nan")
MISSING = NotEstimable(reason="no_events", detail="An arm has no event.")
SCALES = ["risk_difference", "odds_ratio"]


def reason(result: object) -> str:
    assert isinstance(result, NotEstimable)
    assert result.detail
    return result.reason


def test_families_of_nothing():
    assert reason(adjust_p_values([])) == "no_cases"
    assert reason(adjust_p_values([MISSING, MISSING])) == "no_cases"
    assert family_wise_intervals([MISSING]) == (MISSING,)


def test_what_could_not_be_tested_is_not_counted():
    family = adjust_p_values([0.02, MISSING, 0.03])
    assert isinstance(family, TestFamily)
    assert family.n_tests == 2
    assert family.tests[0].adjusted_p_value == pytest.approx(0.04)
    check = family.checks[0]
    assert (check.value, check.status) == (pytest.approx(0.1), "review")
    alone = adjust_p_values([0.02])
    assert isinstance(alone, TestFamily)
    assert (alone.tests[0].adjusted_p_value, alone.checks[0].status) == (0.02, "pass")


def test_areas_that_cannot_be_pooled():
    assert reason(pool_estimates([], [])) == "no_cases"
    assert reason(pool_estimates([0.1], [0.2])) == "too_few_cases"
    assert reason(pool_estimates([0.1, 0.1], [0.2, 0.3])) == "no_variation"
    common = pool_estimates([0.1, 0.1], [0.2, 0.3], method="common")
    assert isinstance(common, PooledEstimate)
    assert (common.q, common.i2, common.h2) == pytest.approx((0, 0, 1), abs=1e-12)
    left = leave_one_out([0.1, 0.3], [0.2, 0.3])
    assert [reason(one.pooled) for one in left] == ["too_few_cases"] * 2


def test_areas_that_agree_have_no_variance_between_them():
    for method in ("REML", "DL", "PM"):
        result = pool_estimates([0.1, 0.11, 0.12], [0.3, 0.2, 0.4], method=method)
        assert isinstance(result, PooledEstimate)
        assert (result.tau2, result.i2, result.tau2_conf_int.low) == (0, 0, 0)
        checks = {check.name: check.status for check in result.checks}
        assert checks == {"few_areas": "review", "hartung_knapp_narrower": "review"}


def test_five_differing_areas_pass():
    result = pool_estimates([0.1, 0.9, -0.4, 0.5, 1.4], [0.1] * 5)
    assert isinstance(result, PooledEstimate)
    assert [check.status for check in result.checks] == ["pass", "pass"]


def test_reml_where_scoring_crawls():
    # Found by simulation: Fisher scoring alone needs more than 500 steps here.
    y, se = [-0.12211873, -0.07303503, 0.09443546, -1.02184264], [0.15, 0.25, 0.2, 0.4]
    result = pool_estimates(y, se)
    assert isinstance(result, PooledEstimate)
    assert 0 < result.tau2 < 0.01


def test_reml_that_does_not_settle(monkeypatch):
    monkeypatch.setattr("analytics.statistics.subgroups.between_areas._MAX_STEPS", 1)
    assert reason(pool_estimates([0.1, 0.9, -0.4], [0.1, 0.3, 0.2])) == "not_converged"


def test_reml_with_extreme_areas():
    # A precise area among vague ones, and effects far apart: the search must still settle.
    for y, se in (([0, 50, -80], [1e-4, 9, 7]), ([1e6, -1e6, 3], [1, 1, 1]), ([0, 1], [1e-6, 5])):
        result = pool_estimates(y, se)
        assert isinstance(result, PooledEstimate)
        assert np.isfinite(result.tau2)


@pytest.mark.parametrize("scale", SCALES)
def test_counts_without_subgroups(scale):
    assert reason(interaction_from_counts([], [], [], [], scale=scale)) == "no_cases"
    assert reason(interaction_from_counts([0], [0], [0], [0], scale=scale)) == "no_cases"
    assert reason(interaction_from_counts([3], [9], [4], [9], scale=scale)) == "too_few_cases"
    one_arm = interaction_from_counts([3, 2], [9, 9], [4, 0], [9, 0], scale=scale)
    assert reason(one_arm) == "too_few_cases"


def test_subgroups_that_say_nothing_keep_their_rows():
    cells = ([3, 0, 5, 2], [9, 9, 12, 8], [4, 0, 3, 0], [9, 9, 14, 0])
    difference = interaction_from_counts(*cells, scale="risk_difference")
    ratio = interaction_from_counts(*cells, scale="odds_ratio")
    assert isinstance(difference, InteractionResult)
    assert isinstance(ratio, InteractionResult)
    assert (difference.n_tested, ratio.n_tested) == (2, 2)
    assert isinstance(difference.rows[1], ForestRow)
    assert reason(ratio.rows[1]) == "no_events"
    assert reason(ratio.rows[3]) == "empty_arm"
    assert difference.checks[0].status == "review"


def test_common_odds_ratio_of_zero():
    cells = ([0, 0], [9, 9], [4, 3], [9, 9])
    assert reason(interaction_from_counts(*cells, scale="odds_ratio")) == "separation"
    assert isinstance(interaction_from_counts(*cells, scale="risk_difference"), InteractionResult)


def test_estimates_without_subgroups():
    for members in ([], [(0.1, 0.2)], [(0.1, 0.2), MISSING]):
        assert reason(interaction_from_estimates(members, scale="difference")) == "too_few_cases"


def test_ratios_beyond_every_number():
    far = compare_two_estimates((800.0, 1.0), (0.0, 1.0), scale="log_ratio")
    assert (far.ratio, far.ratio_conf_int.low, far.ratio_conf_int.high) == (np.inf,) * 3
    vague = compare_two_estimates((0.0, 400.0), (0.0, 1.0), scale="log_ratio")
    assert (vague.ratio, vague.ratio_conf_int.high) == (1, np.inf)
    assert 0 <= vague.ratio_conf_int.low < 1e-300


def test_cases_that_cannot_be_tested():
    y, arm, family = [0, 1, 1, 0], [0, 1, 0, 1], [1, 2, 3, 4]
    assert reason(interaction_from_cases([], [], [], [])) == "no_cases"
    assert reason(interaction_from_cases(y, arm, ["a"] * 4, family)) == "too_few_cases"
    assert reason(interaction_from_cases(y, [0, 1, 0, 0], list("aabb"), family)) == "empty_arm"
    assert reason(interaction_from_cases(y, arm, list("aabb"), family)) == "too_few_cases"
    constant = np.array([0, 1, 1, 0, 0, 1] * 2 + [0] * 6)
    group, arms = np.repeat(list("abc"), 6), np.tile([0, 1], 9)
    flat = interaction_from_cases(constant, arms, group, np.arange(18))
    assert reason(flat) == "too_few_clusters"
    # Each family is one subgroup: rounding must not be taken for variance.
    same = interaction_from_cases(np.arange(12) % 5, np.tile([0, 1], 6), *[np.arange(12) // 4] * 2)
    assert reason(same) == "too_few_clusters"
    # Two families in each of six subgroups: each effect has a variance, but few for a joint test.
    y, arm = np.random.default_rng(6).integers(0, 2, 48), np.tile([0, 1], 24)
    many = interaction_from_cases(y, arm, np.arange(48) // 8, np.arange(48) // 4)
    assert reason(many) == "too_few_clusters"
    y, arm = [0, 1, 1, 0], [0, 1, 0, 1]
    twice = [np.tile(column, 3) for column in (y, arm, list("aabb"))]
    assert reason(interaction_from_cases(*twice, np.zeros(12))) == "too_few_clusters"


@pytest.mark.parametrize(
    "call",
    [
        lambda: adjust_p_values([1.2]),
        lambda: adjust_p_values([NAN]),
        lambda: adjust_p_values([0.1], error_rate=0),
        lambda: family_wise_level(0, method="sidak"),
        lambda: family_wise_level(3, level=1, method="bonferroni"),
        lambda: family_wise_intervals([(0, 0, None)]),
        lambda: family_wise_intervals([(NAN, 1, None)]),
        lambda: family_wise_intervals([(0, 1, 0)]),
        lambda: pool_estimates([1, 2], [1]),
        lambda: pool_estimates([1, 2], [1, 0]),
        lambda: pool_estimates([1, 2], [1, -1]),
        lambda: pool_estimates([1, 2], [1, 1e-200]),
        lambda: pool_estimates([1, NAN], [1, 1]),
        lambda: pool_estimates([1, 2], [1, 1], level=0),
        lambda: estimate_tau2(np.ones(1), np.ones(1), method="DL"),
        lambda: tau2_interval(np.ones(2), np.ones(2), level=2),
        lambda: compare_two_estimates((0, 1), (0, 0), scale="difference"),
        lambda: interaction_from_estimates([(0, 1), (0, NAN)], scale="difference"),
        lambda: interaction_from_counts([3], [2], [1], [2], scale="odds_ratio"),
        lambda: interaction_from_counts([1], [2, 3], [1], [2], scale="odds_ratio"),
        lambda: interaction_from_counts([1.5], [2], [1], [2], scale="risk_difference"),
        lambda: interaction_from_cases([1, 0], [1, 0], ["a"], [1, 2]),
    ],
)
def test_malformed(call):
    with pytest.raises(InvalidInputError):
        call()
