"""Shares, bounds and tipping points against statsmodels, scipy and every completed table."""

import itertools

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from analytics.statistics.missing_data.bounds import missing_outcome_bounds
from analytics.statistics.missing_data.outcome_counts import ArmOutcomes, count_outcomes
from analytics.statistics.missing_data.shares import missing_patterns, missing_shares
from analytics.statistics.missing_data.tipping import missing_outcome_tipping

RTOL = 1e-10
ATOL = 1e-12
TREATED = ArmOutcomes(events=30, observed=180, missing=12)
COMPARISON = ArmOutcomes(events=52, observed=190, missing=9)


def newcombe(a, n1, c, n0):
    return confint_proportions_2indep(a, n1, c, n0, method="newcomb", compare="diff", alpha=0.05)


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(4)
    treated = rng.random(300) < 0.4
    is_missing = rng.random((300, 3)) < np.where(treated[:, None], 0.2, [0.05, 0.1, 0.2])
    return treated, is_missing


def test_patterns_equal_pandas(rows):
    treated, is_missing = rows
    names = ("a", "b", "c")
    table = pd.DataFrame(is_missing, columns=names).assign(treated=treated)
    counted = table.groupby([*names, "treated"]).size()
    patterns = missing_patterns(is_missing, treated, names=names)
    assert sum(p.n_treated + p.n_comparison for p in patterns) == len(treated)
    for pattern in patterns:
        flags = tuple(name in pattern.variables for name in names)
        assert pattern.n_treated == counted.get((*flags, True), 0)
        assert pattern.n_comparison == counted.get((*flags, False), 0)


def test_shares_equal_statsmodels(rows):
    treated, is_missing = rows
    names = ("a", "b", "c")
    shares = missing_shares(missing_patterns(is_missing, treated, names=names), names=names)
    for column, share in enumerate(shares):
        absent = is_missing[:, column]
        assert share.share == absent.mean()
        n1, n0 = int(treated.sum()), int((~treated).sum())
        a, c = int(absent[treated].sum()), int(absent[~treated].sum())
        found = share.difference.conf_int
        assert (found.low, found.high) == pytest.approx(newcombe(a, n1, c, n0), rel=RTOL)


def test_bounds_are_the_extremes_of_every_completed_table():
    bounds = missing_outcome_bounds(TREATED, COMPARISON)
    differences, limits = [], []
    for x, y in itertools.product(range(TREATED.missing + 1), range(COMPARISON.missing + 1)):
        a, n1 = TREATED.events + x, TREATED.cases
        c, n0 = COMPARISON.events + y, COMPARISON.cases
        differences.append(a / n1 - c / n0)
        limits.append(newcombe(a, n1, c, n0))
    assert bounds.low == pytest.approx(min(differences), rel=RTOL)
    assert bounds.high == pytest.approx(max(differences), rel=RTOL)
    assert bounds.conf_int.low == pytest.approx(min(low for low, _ in limits), rel=RTOL)
    assert bounds.conf_int.high == pytest.approx(max(high for _, high in limits), rel=RTOL)


def test_tipping_table_equals_every_completed_table():
    table = missing_outcome_tipping(TREATED, COMPARISON)
    for (i, x), (j, y) in itertools.product(
        enumerate(table.events_treated), enumerate(table.events_comparison)
    ):
        counts = (TREATED.events + x, TREATED.cases, COMPARISON.events + y, COMPARISON.cases)
        low, high = newcombe(*counts)
        expected = 1 if low > 0 else -1 if high < 0 else 0
        assert table.conclusion[i, j] == expected
        assert table.risk_difference[i, j] == pytest.approx(
            counts[0] / counts[1] - counts[2] / counts[3], abs=ATOL
        )
    assert table.conclusion.shape == (13, 10)
    assert table.complete_case == -1
    assert 0 < table.share_changed < 1


def test_rows_give_the_same_counts():
    def arm(counts):
        known = np.repeat([1.0, 0.0], [counts.events, counts.observed - counts.events])
        return np.concatenate([known, np.full(counts.missing, np.nan)])

    outcome = np.concatenate([arm(TREATED), arm(COMPARISON)])
    treated = np.repeat([1, 0], [TREATED.cases, COMPARISON.cases])
    assert count_outcomes(outcome, np.isnan(outcome), treated) == (TREATED, COMPARISON)
