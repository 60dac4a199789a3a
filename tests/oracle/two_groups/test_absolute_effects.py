"""Cohen's h and numbers needed to treat against R, and against published examples."""

import math

import pytest

from analytics.statistics.results import Interval
from analytics.statistics.two_groups.absolute_effects import (
    cohens_h,
    natural_frequencies,
    number_needed_to_treat,
)
from analytics.statistics.two_groups.proportions import risk_difference
from tests.helpers.oracles import reference

# Closed forms printed by R with 15 significant digits.
RTOL = 1e-10
TABLES = reference("two_groups_tables")["tables"]


def counts(table: dict) -> dict[str, int]:
    return {
        "events_treated": table["a"],
        "n_treated": table["a"] + table["b"],
        "events_comparison": table["c"],
        "n_comparison": table["c"] + table["d"],
    }


@pytest.mark.parametrize("name", TABLES)
def test_cohens_h_equals_r(name):
    table = counts(TABLES[name])
    result = cohens_h(**table)
    assert result.estimate == pytest.approx(TABLES[name]["cohens_h"], rel=RTOL)
    half = (result.conf_int.high - result.conf_int.low) / 2
    sizes = 1 / table["n_treated"] + 1 / table["n_comparison"]
    assert half == pytest.approx(1.959963984540054 * math.sqrt(sizes), rel=RTOL)


@pytest.mark.parametrize("name", TABLES)
def test_number_needed_equals_epir(name):
    # None of these intervals holds 0; epiR keeps the sign, we name the direction.
    difference = risk_difference(**counts(TABLES[name]))
    expected = TABLES[name]["epiR_NNT_wald"]
    result = number_needed_to_treat(
        difference.estimate, difference.conf_int_wald, fewer_is_better=True
    )
    favourable = expected["est"] < 0
    assert result.direction == ("benefit" if favourable else "harm")
    assert result.estimate == pytest.approx(abs(expected["est"]), rel=RTOL)
    shown, other = (result.benefit, result.harm) if favourable else (result.harm, result.benefit)
    limits = sorted(abs(expected[end]) for end in ("lower", "upper"))
    assert other is None
    assert (shown.low, shown.high) == pytest.approx(tuple(limits), rel=RTOL)


@pytest.mark.parametrize(
    ("difference", "benefit", "harm"),
    [
        # CMAJ 2002;166:1676: 16.6% (0.9% to 32.2%) is 6 (3.1 to 111.1).
        ((0.166, 0.009, 0.322), (3.1, 111.1), None),
        # Altman 1998, figure 1: 10% (-5% to 25%) is NNTB 10 (NNTB 4 to infinity to NNTH 20).
        ((0.10, -0.05, 0.25), (4.0, math.inf), (20.0, math.inf)),
    ],
)
def test_published_numbers_needed(difference, benefit, harm):
    estimate, low, high = difference
    interval = Interval(low=low, high=high, level=0.95, method="published")
    result = number_needed_to_treat(estimate, interval, fewer_is_better=False)
    assert (result.benefit.low, result.benefit.high) == pytest.approx(benefit, abs=0.06)
    if harm is None:
        assert result.harm is None
    else:
        assert (result.harm.low, result.harm.high) == pytest.approx(harm)


@pytest.mark.parametrize(
    ("risks", "limits", "shown"),
    [
        ((0.21, 0.27), (-0.12, 0.0), (100, 21, 27, -6, -12, 0)),
        ((0.0032, 0.0081), (-0.008, -0.001), (1_000, 3, 8, -5, -8, -1)),
        ((0.00032, 0.0), (0.0, 0.001), (10_000, 3, 0, 3, 0, 10)),
        ((0.2131, 0.2112), (-0.03, 0.03), (1_000, 213, 211, 2, -30, 30)),
        ((0.21311, 0.21309), (-0.03, 0.03), (1_000, 213, 213, 0, -30, 30)),
        ((1.0, 0.9999), (-0.01, 0.01), (10_000, 10_000, 9_999, 1, -100, 100)),
        ((0.0, 0.0), (-0.2, 0.3), (100, 0, 0, 0, -20, 30)),
    ],
)
def test_people_shown_agree_with_each_other(risks, limits, shown):
    interval = Interval(low=limits[0], high=limits[1], level=0.95, method="given")
    result = natural_frequencies(*risks, interval)
    assert shown == (
        result.denominator,
        result.treated,
        result.comparison,
        result.difference,
        result.difference_low,
        result.difference_high,
    )
