"""Rates and their intervals against PHEindicatormethods 2.0.0."""

import json
from pathlib import Path

import pytest

from analytics.statistics.two_groups.proportions import wilson_interval
from analytics.statistics.variation.rates import rate, rate_interval

# Closed forms and quantiles printed by R with 15 significant digits.
RTOL = 1e-10

ORACLE = json.loads(
    (Path(__file__).parents[1] / "reference" / "rates.json").read_text(encoding="utf-8")
)
BYAR, WILSON = ORACLE["byar_rate_per_10k"], ORACLE["wilson_pct"]
ROWS = range(len(BYAR["x"]))
METHODS = {"Exact": "poisson_exact", "Byars": "byar"}


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize(("level", "suffix"), [(0.95, "95_0cl"), (0.998, "99_8cl")])
def test_rate_interval_equals_phe_rate(row, level, suffix):
    x, n = BYAR["x"][row], BYAR["n"][row]
    interval = rate_interval(x, n, level=level)
    assert interval.low == pytest.approx(BYAR[f"lower{suffix}"][row], rel=RTOL)
    assert interval.high == pytest.approx(BYAR[f"upper{suffix}"][row], rel=RTOL)
    assert interval.method == METHODS[BYAR["method"][row]]
    assert rate(x, n) == pytest.approx(BYAR["value"][row], rel=RTOL)


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize(("level", "suffix"), [(0.95, "95_0cl"), (0.998, "99_8cl")])
def test_wilson_equals_phe_proportion(row, level, suffix):
    interval = wilson_interval(WILSON["x"][row], WILSON["n"][row], level=level)
    assert 100 * interval.low == pytest.approx(WILSON[f"lower{suffix}"][row], rel=RTOL)
    assert 100 * interval.high == pytest.approx(WILSON[f"upper{suffix}"][row], rel=RTOL)
