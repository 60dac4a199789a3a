"""Multiple imputation against R mice (method norm, by arm) and Rubin's rules against mice::pool."""

import math

import numpy as np
import pytest

from analytics.statistics.missing_data.comparison import (
    MissingDataComparison,
    compare_with_imputation,
)
from analytics.statistics.missing_data.imputation import impute_by_arm
from analytics.statistics.missing_data.pooling import pool_rubin
from tests.helpers.oracles import REFERENCE, reference

# Closed forms on stored estimates, printed by R with 15 significant digits.
RTOL = 1e-10
# Two samplers draw: their pooled estimates may differ by Monte Carlo error only.
MONTE_CARLO_ERRORS = 4.0
# Two priors (inverse Wishart, one degree of freedom, here; flat in mice), 90 to 138 cases an arm,
# and B estimated from 200 and 1,000 draws: B may differ by 15 %, which moves T by 2 %.
RTOL_STD_ERROR = 0.02
IMPUTATIONS = 200

ORACLE = reference("missing_data")


@pytest.fixture(scope="module")
def lung():
    table = np.genfromtxt(REFERENCE / "data" / "lung.csv", delimiter=",", skip_header=1)
    names = ["inst", "time", "status", "age", "sex", "ecog", "karno", "pat_karno", "meal", "loss"]
    return dict(zip(names, table.T, strict=True))


@pytest.fixture(scope="module", params=["weight_loss", "lost_ten"])
def comparison(request, lung):
    loss = lung["loss"]
    binary = np.where(np.isnan(loss), np.nan, loss >= 10)
    result = compare_with_imputation(
        loss if request.param == "weight_loss" else binary,
        lung["sex"] == 2,
        covariates=np.column_stack([lung["age"], lung["karno"], lung["meal"]]),
        auxiliary=lung["pat_karno"][:, None],
        seed=5,
        n_imputations=IMPUTATIONS,
    )
    assert isinstance(result, MissingDataComparison)
    return result, ORACLE[request.param]


def test_complete_case_equals_r(comparison):
    result, expected = comparison
    row, case = result.complete_case, expected["complete_case"]
    assert row.estimate == pytest.approx(case["estimate"], rel=1e-9)
    assert row.std_error == pytest.approx(case["std_error"], rel=1e-9)
    assert row.df == case["df"]


def test_imputed_equals_mice_within_monte_carlo_error(comparison):
    result, expected = comparison
    pooled = expected["pooled"]
    theirs = math.sqrt(pooled["between"] / expected["m"])
    error = math.hypot(theirs, result.pooled.monte_carlo_error)
    assert abs(result.imputed.estimate - pooled["estimate"]) < MONTE_CARLO_ERRORS * error
    assert result.imputed.std_error == pytest.approx(pooled["std_error"], rel=RTOL_STD_ERROR)


@pytest.mark.parametrize("outcome", ["weight_loss", "lost_ten"])
@pytest.mark.parametrize("large", [False, True])
def test_rubins_rules_equal_mice(outcome, large):
    stored = ORACLE[outcome]["first20"]
    expected = stored["pooled_large" if large else "pooled"]
    result = pool_rubin(
        stored["estimate"],
        stored["std_error"],
        df_complete=math.inf if large else stored["df_complete"],
    )
    assert result.estimate == pytest.approx(expected["estimate"], rel=RTOL)
    assert result.std_error == pytest.approx(expected["std_error"], rel=RTOL)
    assert result.within == pytest.approx(expected["within"], rel=RTOL)
    assert result.between == pytest.approx(expected["between"], rel=RTOL)
    assert result.df == pytest.approx(expected["df"], rel=RTOL)
    assert result.fraction_missing_information == pytest.approx(expected["fmi"], rel=RTOL)


def test_observed_values_stay_as_they_were(lung):
    columns = np.column_stack([lung[name] for name in ("meal", "loss", "karno", "pat_karno")])
    drawn = impute_by_arm(columns, lung["sex"] == 2, seed=1, n_imputations=3)
    known = ~np.isnan(columns)
    assert all((values[known] == columns[known]).all() for values in drawn.values)
    assert np.isfinite(drawn.values).all()
    assert drawn.n_missing == tuple(np.isnan(columns).sum(axis=0))


def test_patterns_that_statsmodels_takes_for_one():
    # Six columns; columns 0, 3, 4, 5 missing and columns 1, 2, 3, 4 missing share a key there.
    rng = np.random.default_rng(8)
    columns = rng.normal(size=(80, 6))
    columns[:10, [0, 3, 4, 5]] = np.nan
    columns[40:50, [1, 2, 3, 4]] = np.nan
    columns[10:20, [1, 2, 3, 4]] = np.nan
    known = ~np.isnan(columns)
    drawn = impute_by_arm(columns, np.arange(80) < 40, seed=1, n_imputations=2)
    assert (drawn.values[0][known] == columns[known]).all()
    assert np.isfinite(drawn.values).all()
    # A value imputed from the wrong pattern would be an observed mean, the same in each draw.
    assert (np.ptp(drawn.values, axis=0)[~known] > 0).all()
