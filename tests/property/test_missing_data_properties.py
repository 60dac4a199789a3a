"""What must hold of the missing-data methods for every input."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.statistics.missing_data.bounds import missing_outcome_bounds
from analytics.statistics.missing_data.imputation import impute_by_arm
from analytics.statistics.missing_data.outcome_counts import ArmOutcomes, count_outcomes
from analytics.statistics.missing_data.pooling import pool_rubin
from analytics.statistics.missing_data.shares import (
    missing_patterns,
    missing_share,
    missing_shares,
)
from analytics.statistics.missing_data.tipping import missing_outcome_tipping

ROUNDING = 1e-9
few = settings(deadline=None, derandomize=True, max_examples=50)


@st.composite
def arms(draw):
    observed = draw(st.integers(1, 60))
    return ArmOutcomes(
        events=draw(st.integers(0, observed)), observed=observed, missing=draw(st.integers(0, 15))
    )


@st.composite
def flags(draw):
    n = draw(st.integers(2, 30))
    rows = draw(st.lists(st.tuples(*[st.booleans()] * 4), min_size=n, max_size=n))
    array = np.array(rows)
    array[0, 0], array[1, 0] = True, False
    return array[:, 0], array[:, 1:]


@few
@given(flags())
def test_shares_from_patterns_equal_shares_from_rows(drawn):
    treated, is_missing = drawn
    names = ("a", "b", "c")
    patterns = missing_patterns(is_missing, treated, names=names)
    for column, share in enumerate(missing_shares(patterns, names=names)):
        absent = is_missing[:, column]
        direct = missing_share(
            name=names[column],
            missing_treated=int(absent[treated].sum()),
            n_treated=int(treated.sum()),
            missing_comparison=int(absent[~treated].sum()),
            n_comparison=int((~treated).sum()),
        )
        assert share == direct


@few
@given(arms(), arms())
def test_bounds_hold_the_complete_cases(treated, comparison):
    bounds = missing_outcome_bounds(treated, comparison)
    complete = bounds.scenarios[0].difference
    assert bounds.low - ROUNDING <= complete.estimate <= bounds.high + ROUNDING
    assert -1 <= bounds.conf_int.low <= bounds.low <= bounds.high <= bounds.conf_int.high <= 1
    width = treated.missing / treated.cases + comparison.missing / comparison.cases
    assert bounds.high - bounds.low == pytest.approx(width, abs=ROUNDING)


@few
@given(arms(), arms())
def test_corners_of_the_tipping_table_are_the_bounds(treated, comparison):
    bounds = missing_outcome_bounds(treated, comparison)
    table = missing_outcome_tipping(treated, comparison)
    assert table.risk_difference[0, -1] == pytest.approx(bounds.low, abs=ROUNDING)
    assert table.risk_difference[-1, 0] == pytest.approx(bounds.high, abs=ROUNDING)
    turned = missing_outcome_tipping(comparison, treated)
    assert (turned.conclusion == -table.conclusion.T).all()
    assert (np.diff(table.conclusion, axis=0) >= 0).all()
    assert (np.diff(table.conclusion, axis=1) <= 0).all()


@few
@given(arms(), arms(), st.randoms())
def test_counts_do_not_depend_on_the_order_of_rows(treated, comparison, random):
    rows = []
    for side, arm in ((1, treated), (0, comparison)):
        rows += [(1.0, side)] * arm.events + [(0.0, side)] * (arm.observed - arm.events)
        rows += [(np.nan, side)] * arm.missing
    random.shuffle(rows)
    outcome, side = np.array(rows).T
    assert count_outcomes(outcome, np.isnan(outcome), side) == (treated, comparison)


@few
@given(
    st.lists(st.tuples(st.floats(-5, 5), st.floats(0.01, 3)), min_size=2, max_size=12),
    st.floats(0.1, 9),
    st.sampled_from([5.0, 80.0, np.inf]),
)
def test_pooling_scales_and_is_never_surer_than_one_data_set(rows, unit, df_complete):
    estimates, errors = np.array(rows).T
    pooled = pool_rubin(estimates, errors, df_complete=df_complete)
    scaled = pool_rubin(estimates[::-1] * unit, errors[::-1] * unit, df_complete=df_complete)
    assert scaled.estimate == pytest.approx(pooled.estimate * unit, rel=1e-7, abs=1e-9)
    assert scaled.std_error == pytest.approx(pooled.std_error * unit, rel=1e-7)
    assert scaled.df == pytest.approx(pooled.df, rel=1e-5)
    assert pooled.std_error**2 >= pooled.within * (1 - ROUNDING)
    assert pooled.conf_int.low <= pooled.estimate <= pooled.conf_int.high
    assert 0 < pooled.df <= df_complete
    assert 0 <= pooled.fraction_missing_information <= 1 + ROUNDING


@pytest.mark.parametrize("unit", [0.01, 7.0])
def test_imputed_values_follow_the_unit(unit):
    rng = np.random.default_rng(2)
    columns = rng.normal(size=(60, 3))
    columns[rng.random((60, 3)) < 0.15] = np.nan
    treated = np.arange(60) % 2
    first = impute_by_arm(columns, treated, seed=3, n_imputations=2).values
    again = impute_by_arm(columns, treated, seed=3, n_imputations=2).values
    moved = impute_by_arm(columns * unit + 5, treated, seed=3, n_imputations=2).values
    other = impute_by_arm(columns, treated, seed=4, n_imputations=2).values
    assert (first == again).all()
    assert moved == pytest.approx(first * unit + 5, rel=1e-6, abs=1e-9)
    assert (first != other).any()
