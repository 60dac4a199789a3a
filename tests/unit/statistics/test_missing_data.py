"""The edges of the missing-data methods."""

import numpy as np
import pytest

from analytics.errors import InvalidInputError
from analytics.statistics.missing_data.bounds import missing_outcome_bounds
from analytics.statistics.missing_data.comparison import compare_with_imputation
from analytics.statistics.missing_data.imputation import impute_by_arm
from analytics.statistics.missing_data.outcome_counts import ArmOutcomes, count_outcomes
from analytics.statistics.missing_data.pooling import pool_rubin
from analytics.statistics.missing_data.shares import missing_patterns, missing_share
from analytics.statistics.missing_data.tipping import missing_outcome_tipping
from analytics.statistics.results import NotEstimable

NAN = float("nan")
ARM = np.tile([1, 0], 20)
KNOWN = np.random.default_rng(1).normal(size=40)
SOME = np.where(np.arange(40) < 6, NAN, KNOWN)


def reason(result: object) -> str:
    assert isinstance(result, NotEstimable)
    assert result.detail
    return result.reason


def arm(events: int, observed: int, missing: int) -> ArmOutcomes:
    return ArmOutcomes(events=events, observed=observed, missing=missing)


def share(a: int, n1: int, c: int, n0: int):
    return missing_share(
        name="age", missing_treated=a, n_treated=n1, missing_comparison=c, n_comparison=n0
    )


@pytest.mark.parametrize(
    ("counts", "statuses"),
    [
        ((1, 100, 2, 100), ("pass", "pass")),
        ((12, 100, 5, 100), ("review", "review")),
        ((40, 100, 10, 100), ("fail", "fail")),
        ((0, 100, 0, 100), ("pass", "pass")),
    ],
)
def test_share_checks(counts, statuses):
    assert tuple(check.status for check in share(*counts).checks) == statuses


def test_empty_arms():
    assert reason(share(0, 0, 1, 5)) == "empty_arm"
    assert reason(share(0, 0, 0, 0)) == "no_cases"
    for method in (missing_outcome_bounds, missing_outcome_tipping):
        assert reason(method(arm(0, 0, 4), arm(1, 5, 0))) == "empty_arm"
        assert reason(method(arm(0, 0, 4), arm(0, 0, 4))) == "no_cases"


def test_nothing_missing():
    bounds = missing_outcome_bounds(arm(0, 10, 0), arm(0, 10, 0))
    assert bounds.low == bounds.high == 0
    assert all(isinstance(scenario.ratio, NotEstimable) for scenario in bounds.scenarios)
    table = missing_outcome_tipping(arm(2, 10, 0), arm(9, 10, 0))
    assert table.conclusion.shape == (1, 1)
    assert (table.complete_case, table.share_changed) == (-1, 0)


def test_a_large_table_is_thinned_out():
    table = missing_outcome_tipping(arm(500, 1000, 400), arm(500, 1000, 0))
    assert table.conclusion.shape == (101, 1)
    assert (table.events_treated[0], table.events_treated[-1]) == (0, 400)


@pytest.mark.parametrize("counts", [(3, 2, 0), (-1, 2, 0), (1, 2, -1)])
def test_impossible_counts(counts):
    with pytest.raises(InvalidInputError):
        missing_outcome_bounds(arm(*counts), arm(1, 2, 0))
    with pytest.raises(InvalidInputError):
        missing_outcome_tipping(arm(1, 2, 0), arm(*counts))


@pytest.mark.parametrize(
    "call",
    [
        lambda: missing_outcome_tipping(arm(1, 2, 0), arm(1, 2, 0), level=0),
        lambda: count_outcomes([1, 0], [0, 0], [1]),
        lambda: count_outcomes([1], [0, 0], [1, 0]),
        lambda: count_outcomes([1, NAN], [0, 0], [1, 0]),
        lambda: count_outcomes([1, 2], [0, 0], [1, 0]),
        lambda: missing_patterns([[0, 1]], [1], names=("a",)),
        lambda: missing_patterns([[0, 1]], [1], names=("a", "a")),
        lambda: missing_patterns([[0, 2]], [1], names=("a", "b")),
        lambda: pool_rubin([1.0], [1.0]),
        lambda: pool_rubin([1.0, 2.0], [1.0]),
        lambda: pool_rubin([1.0, 2.0], [1.0, 0.0]),
        lambda: pool_rubin([1.0, NAN], [1.0, 1.0]),
        lambda: pool_rubin([1.0, 2.0], [1.0, 1.0], df_complete=0),
        lambda: impute_by_arm(SOME, ARM, seed=1),
        lambda: impute_by_arm(SOME[:, None], ARM[1:], seed=1),
        lambda: impute_by_arm(np.empty((40, 0)), ARM, seed=1),
        lambda: impute_by_arm([["x"]] * 40, ARM, seed=1),
        lambda: impute_by_arm(np.full((40, 1), np.inf), ARM, seed=1),
        lambda: impute_by_arm(SOME[:, None], ARM, seed=-1),
        lambda: impute_by_arm(KNOWN[:, None], ARM, seed=1.5),
        lambda: compare_with_imputation(SOME, ARM, seed=True),
        lambda: impute_by_arm(SOME[:, None], ARM, seed=1, n_imputations=1),
        lambda: compare_with_imputation(SOME[1:], ARM, seed=1),
        lambda: compare_with_imputation(SOME, ARM, covariates=KNOWN, seed=1),
        lambda: compare_with_imputation(SOME, ARM, cluster=[1, 2], seed=1),
        lambda: compare_with_imputation(SOME, ARM, seed=1, level=1),
    ],
)
def test_malformed(call):
    with pytest.raises(InvalidInputError):
        call()


def test_arms_that_cannot_be_imputed():
    column = SOME[:, None]
    assert reason(impute_by_arm(np.empty((0, 1)), [], seed=1)) == "no_cases"
    assert reason(impute_by_arm(column, np.ones(40), seed=1)) == "empty_arm"
    nearly_empty = np.where(np.arange(40) < 36, NAN, KNOWN)[:, None]
    assert reason(impute_by_arm(nearly_empty, ARM, seed=1)) == "too_few_cases"
    constant = np.where(np.isnan(SOME), NAN, 1.0)[:, None]
    assert reason(impute_by_arm(constant, ARM, seed=1)) == "no_variation"


def test_a_complete_constant_column_is_no_obstacle():
    columns = np.column_stack([SOME, np.ones(40)])
    result = impute_by_arm(columns, ARM, seed=1, n_imputations=2)
    assert (result.values[:, :, 1] == 1).all()
    with pytest.raises(ValueError, match="read-only"):
        result.values[0, 0, 0] = 1


def test_rows_with_nothing_known_are_imputed():
    columns = np.column_stack([SOME, np.where(np.isnan(SOME), NAN, KNOWN[::-1])])
    assert np.isfinite(impute_by_arm(columns, ARM, seed=1, n_imputations=2).values).all()


def test_collinear_columns_are_imputed():
    columns = np.column_stack([SOME, KNOWN, KNOWN])
    assert np.isfinite(impute_by_arm(columns, ARM, seed=1, n_imputations=2).values).all()


def test_nothing_to_impute():
    result = compare_with_imputation(KNOWN, ARM, seed=1, n_imputations=2)
    assert result.seed == 1
    assert result.shift == pytest.approx(0, abs=1e-12)
    assert result.pooled.fraction_missing_information == 0
    assert result.checks[1].value is None


def test_binary_columns_are_left_out_of_the_range_check():
    outcome = np.where(np.isnan(SOME), NAN, SOME > 0)
    result = compare_with_imputation(outcome, ARM, seed=1, n_imputations=2)
    assert result.checks[1].value is None
    assert result.checks[1].status == "pass"


def test_no_complete_cases_but_imputed():
    # The outcome is known where the covariate isn't, and the other way round, but for a few.
    covariate = np.where(np.arange(40) % 4 < 2, NAN, KNOWN)
    outcome = np.where(np.arange(40) % 4 < 2, KNOWN, NAN)
    result = compare_with_imputation(
        outcome, ARM, covariates=covariate[:, None], seed=1, n_imputations=3
    )
    assert reason(result.complete_case) == "empty_arm"
    assert result.shift is None
    assert np.isfinite(result.imputed.estimate)


def test_a_collinear_analysis_is_not_estimable():
    result = compare_with_imputation(
        SOME, ARM, covariates=ARM[:, None].astype(float), seed=1, n_imputations=2
    )
    assert reason(result) == "collinear"
