"""The trend of a short series: what it refuses, and what doesn't change it."""

import numpy as np
import pytest

from analytics.errors import InvalidInputError
from analytics.statistics.before_after.trend import linear_trend

YEARS = np.arange(2013, 2026)
VALUES = np.array([5.0, 7.5, 6.0, 9.5, 8.0, 11.0, 9.0, 13.5, 12.0, 13.0, 15.5, 14.0, 17.5])


def test_slope_turns_with_the_series_and_scales_with_its_unit() -> None:
    found, turned = linear_trend(VALUES, YEARS), linear_trend(-10 * VALUES, YEARS)
    assert turned.slope == pytest.approx(-10 * found.slope, rel=1e-5)
    assert turned.p_value == pytest.approx(found.p_value, rel=1e-4)
    assert turned.conf_int.low == pytest.approx(-10 * found.conf_int.high, rel=1e-5)


def test_numbering_the_years_otherwise_changes_nothing() -> None:
    found, moved = linear_trend(VALUES, YEARS), linear_trend(VALUES, YEARS - 2000)
    assert moved.slope == pytest.approx(found.slope, rel=1e-6)
    assert moved.std_error == pytest.approx(found.std_error, rel=1e-6)


def test_interval_and_p_value_agree() -> None:
    for noise in range(12):
        values = VALUES * noise / 40 + np.random.default_rng(noise).normal(size=len(YEARS))
        found = linear_trend(values, YEARS, level=0.99)
        outside = found.conf_int.low > 0 or found.conf_int.high < 0
        assert outside == (found.p_value < 0.01)


def test_too_few_years_and_no_variation_are_refused() -> None:
    assert linear_trend(VALUES[:4], YEARS[:4]).reason == "too_few_cases"
    assert linear_trend(YEARS * 2.0, YEARS).reason == "no_variation"
    assert linear_trend(VALUES[:7], YEARS[:7]).check.status == "review"
    assert linear_trend(VALUES[:8], YEARS[:8]).check.status == "pass"


def test_a_missing_year_keeps_its_place() -> None:
    kept = YEARS != 2018
    found, squeezed = (
        linear_trend(VALUES[kept], YEARS[kept]),
        linear_trend(VALUES[kept], YEARS[:-1]),
    )
    assert found.n_periods == len(YEARS) - 1
    assert found.slope != pytest.approx(squeezed.slope, rel=1e-3)


@pytest.mark.parametrize("years", [YEARS[::-1], np.repeat(2013, len(YEARS)), YEARS + 0.5])
def test_years_must_ascend_and_be_whole(years: np.ndarray) -> None:
    with pytest.raises(InvalidInputError):
        linear_trend(VALUES, years)
