"""E-values against R EValue 4.1.4 and the published examples."""

import math

import pytest

from analytics.statistics.results import Interval
from analytics.statistics.sensitivity.e_value import (
    EValueResult,
    e_value,
    e_value_risk_difference,
)
from tests.helpers.oracles import reference

# Closed forms, printed by R with 15 significant digits.
RTOL = 1e-12
# EValue searches the bias factor of a limit on a grid and takes the first point past the root.
GRID = 1e-4

ORACLE = reference("sensitivity")["evalue"]
RATIOS = {
    "victora_RR_3.9": "risk_ratio",
    "leukaemia_RR_0.80": "risk_ratio",
    "null_crossing": "rate_ratio",
    "or_common": "odds_ratio_common",
    "or_rare": "odds_ratio_rare",
    "hr_common": "hazard_ratio_common",
    "hr_rare": "hazard_ratio_rare",
}
# EValue names its four cells with and without the event, higher risk first.
COUNTS = {"rd_397_78557_51_108778": (397, 78557, 51, 108778), "rd_fsp": (52, 148, 30, 170)}


def bias_factor(value: float) -> float:
    return value**2 / (2 * value - 1)


@pytest.mark.parametrize("name", RATIOS)
def test_ratios_equal_evalue(name):
    case = ORACLE[name]
    interval = Interval(low=case["lo"], high=case["hi"], level=0.95, method="wald")
    result = e_value(case["est"], measure=RATIOS[name], conf_int=interval)
    assert isinstance(result, EValueResult)
    assert result.risk_ratio == pytest.approx(case["point"]["rr"], rel=RTOL)
    assert result.estimate == pytest.approx(case["point"]["e"], rel=RTOL)
    expected = case["lower"].get("e") or case["upper"].get("e")
    assert result.limit == pytest.approx(expected, rel=RTOL)


@pytest.mark.parametrize(
    ("name", "published"), [("victora_RR_3.9", (7.26, 3.00)), ("leukaemia_RR_0.80", (1.81, 1.43))]
)
def test_published_examples(name, published):
    case = ORACLE[name]
    interval = Interval(low=case["lo"], high=case["hi"], level=0.95, method="wald")
    result = e_value(case["est"], measure="risk_ratio", conf_int=interval)
    assert (round(result.estimate, 2), round(result.limit, 2)) == published


def test_mean_difference_equals_evalue():
    # EValue rounds 0.91 * 1.96 to 1.78; an interval with that half width gives its numbers.
    case = ORACLE["md"]
    half = 1.78 / 0.91 * case["se"]
    interval = Interval(low=case["est"] - half, high=case["est"] + half, level=0.95, method="t")
    result = e_value(case["est"], measure="standardised_mean_difference", conf_int=interval)
    assert result.risk_ratio == pytest.approx(case["point"]["rr"], rel=RTOL)
    assert result.estimate == pytest.approx(case["point"]["e"], rel=RTOL)
    assert result.limit == pytest.approx(case["lower"]["e"], rel=RTOL)


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("name", COUNTS)
def test_risk_difference_equals_evalue_but_for_its_grid(name, swapped):
    a, b, c, d = COUNTS[name]
    arms = [(a, a + b), (c, c + d)]
    (a, n1), (c, n0) = arms[::-1] if swapped else arms
    result = e_value_risk_difference(
        events_treated=a, n_treated=n1, events_comparison=c, n_comparison=n0
    )
    expected = ORACLE[name]
    assert result.estimate == pytest.approx(expected["est.Evalue"], rel=RTOL)
    gap = bias_factor(expected["lower.Evalue"]) - bias_factor(result.limit)
    assert 0 <= gap <= GRID


def test_risk_difference_limit_is_where_the_limit_is_zero():
    # The lower limit at the bias factor found, from its definition with a numerical gradient.
    a, n1, c, n0 = 52, 200, 30, 200
    result = e_value_risk_difference(
        events_treated=a, n_treated=n1, events_comparison=c, n_comparison=n0
    )
    B = bias_factor(result.limit)

    def difference(p1, p0, f):
        return (p1 - B * p0) * (f + (1 - f) / B)

    at = [a / n1, c / n0, n1 / (n1 + n0)]
    variances = [p * (1 - p) / n for p, n in zip(at, (n1, n0, n1 + n0), strict=True)]
    variance = 0.0
    for i in range(3):
        up, down = list(at), list(at)
        up[i] += 1e-6
        down[i] -= 1e-6
        variance += ((difference(*up) - difference(*down)) / 2e-6) ** 2 * variances[i]
    assert difference(*at) == pytest.approx(1.959963984540054 * math.sqrt(variance), rel=1e-6)
