"""Vectorised limits against R (stats, survival, epitools) and statsmodels."""

import numpy as np
import pytest

from analytics.statistics.two_groups.proportions import wilson_interval
from analytics.statistics.variation.intervals import (
    byar_limits,
    clopper_pearson_limits,
    poisson_exact_limits,
    wilson_limits,
)
from analytics.statistics.variation.rates import (
    proportion_intervals,
    rate_interval,
    rate_intervals,
)
from tests.helpers.oracles import reference

# Closed forms and quantiles printed by R with 15 significant digits.
RTOL = 1e-10
# The lower limit of Clopper-Pearson at 1 of 3000 comes from a search in R's qbeta.
ATOL = 1e-12

ORACLE = reference("variation")
PROPORTIONS, COUNTS = ORACLE["proportions"], ORACLE["counts"]
LEVELS = [(0.95, "95"), (0.998, "998")]


@pytest.mark.parametrize(("level", "suffix"), LEVELS)
def test_clopper_pearson_equals_binom_test(level, suffix):
    limits = clopper_pearson_limits(PROPORTIONS["x"], PROPORTIONS["n"], level=level)
    expected = np.array(PROPORTIONS[f"clopper_pearson_{suffix}"])
    np.testing.assert_allclose(np.column_stack(limits), expected, rtol=RTOL, atol=ATOL)


@pytest.mark.parametrize(("level", "suffix"), LEVELS)
def test_wilson_equals_epitools(level, suffix):
    limits = wilson_limits(PROPORTIONS["x"], PROPORTIONS["n"], level=level)
    expected = np.array(PROPORTIONS[f"wilson_{suffix}"])
    np.testing.assert_allclose(np.column_stack(limits), expected, rtol=RTOL, atol=ATOL)


@pytest.mark.parametrize(("level", "suffix"), LEVELS)
def test_exact_poisson_equals_survival_cipoisson(level, suffix):
    limits = np.column_stack(poisson_exact_limits(COUNTS["x"], level=level))
    np.testing.assert_allclose(limits, np.array(COUNTS[f"exact_{suffix}"]), rtol=RTOL)


@pytest.mark.parametrize("row", range(11))
@pytest.mark.parametrize(("level", "suffix"), [(0.95, "95_0cl"), (0.998, "99_8cl")])
def test_byar_equals_phe_rate(row, level, suffix):
    table = reference("rates")["byar_rate_per_10k"]
    if table["method"][row] != "Byars":
        return
    low, high = byar_limits([table["x"][row]], level=level)
    scale = 10_000 / table["n"][row]
    assert low[0] * scale == pytest.approx(table[f"lower{suffix}"][row], rel=RTOL)
    assert high[0] * scale == pytest.approx(table[f"upper{suffix}"][row], rel=RTOL)


def test_columns_equal_one_at_a_time():
    table = reference("rates")["byar_rate_per_10k"]
    columns = rate_intervals(table["x"], table["n"])
    for row, (x, n) in enumerate(zip(table["x"], table["n"], strict=True)):
        single = rate_interval(x, n)
        found = (columns.conf_low[row], columns.conf_high[row], columns.method[row])
        assert found == (single.low, single.high, single.method)
    proportions = proportion_intervals(PROPORTIONS["x"], PROPORTIONS["n"], level=0.9)
    for row, (x, n) in enumerate(zip(PROPORTIONS["x"], PROPORTIONS["n"], strict=True)):
        single = wilson_interval(x, n, level=0.9)
        found = (proportions.conf_low[row], proportions.conf_high[row])
        assert found == pytest.approx((single.low, single.high), rel=RTOL)


@pytest.mark.parametrize(
    ("limits", "method"), [(wilson_limits, "wilson"), (clopper_pearson_limits, "beta")]
)
def test_limits_equal_statsmodels(limits, method):
    from statsmodels.stats.proportion import proportion_confint

    x, n = np.array(PROPORTIONS["x"]), np.array(PROPORTIONS["n"])
    expected = proportion_confint(x, n, alpha=0.1, method=method)
    np.testing.assert_allclose(limits(x, n, level=0.9), expected, rtol=RTOL, atol=ATOL)
