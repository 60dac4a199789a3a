"""Standardisation against PHEindicatormethods 2.0.0 and epitools."""

import numpy as np
import pytest

from analytics.statistics.variation.standardisation import (
    EUROPEAN_STANDARD_POPULATION_2013,
    directly_standardised_rate,
    expected_counts,
    indirectly_standardised_ratio,
)
from tests.helpers.oracles import reference, reference_data

# Closed forms printed by R with 15 significant digits.
RTOL = 1e-10

AGES = reference_data("dsr_inputs")
AREA = {name: AGES[np.char.strip(AGES["area"], '"') == name] for name in "AB"}
EPITOOLS = reference("variation")["standardisation"]
PUBLISHED = reference("variation_published")


@pytest.mark.parametrize("row", [0, 1])
def test_direct_rate_equals_phe_dsr(row):
    expected = PUBLISHED["dsr_per_100000"][row]
    area = AREA[expected["area"]]
    result = directly_standardised_rate(
        area["x"], area["pop"], EUROPEAN_STANDARD_POPULATION_2013, per=100_000
    )
    assert result.estimate == pytest.approx(expected["value"], rel=RTOL)
    assert result.conf_int.low == pytest.approx(expected["lowercl"], rel=RTOL)
    assert result.conf_int.high == pytest.approx(expected["uppercl"], rel=RTOL)
    assert (result.events, result.population) == (expected["total_count"], expected["total_pop"])


@pytest.mark.parametrize("name", ["A", "B"])
def test_direct_rate_equals_epitools(name):
    area = AREA[name]
    result = directly_standardised_rate(
        area["x"], area["pop"], EUROPEAN_STANDARD_POPULATION_2013, per=100_000
    )
    expected = EPITOOLS["direct_crude_and_adjusted"][name]
    assert [result.crude_rate, result.estimate] == pytest.approx(expected, rel=RTOL)


def test_standard_population_is_that_of_phe():
    assert list(EUROPEAN_STANDARD_POPULATION_2013) == PUBLISHED["esp2013"]
    assert sum(EUROPEAN_STANDARD_POPULATION_2013) == 100_000


def test_indirect_ratio_equals_epitools():
    a, b = AREA["A"], AREA["B"]
    result = indirectly_standardised_ratio(int(a["x"].sum()), a["pop"], b["x"], b["pop"])
    expected = EPITOOLS["indirect_sir"]
    assert result.expected == pytest.approx(expected["exp"], rel=RTOL)
    assert result.estimate == pytest.approx(expected["sir"], rel=RTOL)
    rate = result.estimate * result.reference_rate
    assert rate == pytest.approx(EPITOOLS["indirect_rate"]["adj.rate"], rel=RTOL)
    both = expected_counts([a["pop"], b["pop"]], b["x"], b["pop"])
    assert both == pytest.approx([expected["exp"], b["x"].sum()], rel=RTOL)
