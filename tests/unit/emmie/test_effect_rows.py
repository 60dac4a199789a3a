"""Rows of a table of effects: multiplicity, direction, and natural frequencies."""

from __future__ import annotations

import pytest

from analytics.emmie.contrast import Estimate
from analytics.emmie.effect.results import (
    EffectRow,
    multiplicity_of,
    natural_frequency,
    with_holm,
)
from analytics.statistics.results import Interval


def estimate(value: float, half: float, p: float | None = None) -> Estimate:
    limits = Interval(low=value - half, high=value + half, level=0.95, method="by hand")
    return Estimate(value=value, conf_int=limits, p_value=p)


def row(key: str, p: float | None, **changes) -> EffectRow:
    fields = {
        "key": key,
        "label": key,
        "unit": "share",
        "primary": True,
        "intended": "lower",
        "p_value": p,
        "difference": None if p is None else estimate(-0.2, 0.1, p),
    } | changes
    return EffectRow(**fields)


def adjusted(*rows: EffectRow) -> list[float | None]:
    return [item.p_adjusted for item in with_holm(rows)]


def test_holm_over_primary_outcomes_only() -> None:
    found = adjusted(row("a", 0.01), row("b", 0.04), row("c", 0.03), row("d", 0.001, primary=False))
    assert found == [pytest.approx(0.03), pytest.approx(0.06), pytest.approx(0.06), None]


def test_unadjusted_series_are_in_no_family() -> None:
    rows = (row("a", 0.02), row("a", 0.0001, series="unadjusted"))
    assert adjusted(*rows) == [pytest.approx(0.02), None]


def test_a_withheld_outcome_stays_in_the_family_without_being_told() -> None:
    """The released p-value is what it is whatever the withheld one was."""
    found = adjusted(row("a", 0.01), row("b", None, reason="withheld"))
    assert found == [pytest.approx(0.02), None]


def test_an_outcome_that_is_not_estimable_is_no_test() -> None:
    assert adjusted(row("a", 0.01), row("b", None, reason="no_events")) == [
        pytest.approx(0.01),
        None,
    ]


def test_a_rounded_p_value_enters_at_its_upper_end() -> None:
    assert adjusted(row("a", 0.0, rounded=True), row("b", 0.5)) == [
        pytest.approx(0.001),
        pytest.approx(0.5),
    ]


def test_a_difference_counts_only_when_its_adjusted_p_value_does() -> None:
    one, other = with_holm((row("a", 0.03), row("b", 0.04)))
    assert not one.differs_as_intended
    assert not other.differs_as_intended
    (alone,) = with_holm((row("a", 0.03),))
    assert alone.differs_as_intended
    (wrong_way,) = with_holm((row("a", 0.03, intended="higher"),))
    assert not wrong_way.differs_as_intended
    assert wrong_way.excludes_no_effect


def test_a_ratio_is_read_where_there_is_no_difference() -> None:
    ratio = Estimate(
        value=0.5, conf_int=Interval(low=0.3, high=0.8, level=0.95, method="by hand"), p_value=0.01
    )
    assert row("a", None, ratio=ratio, unit="person_year").differs_as_intended


def test_multiplicity_is_said_in_false_positives_to_expect() -> None:
    check = multiplicity_of((row("a", 0.01), row("b", 0.2), row("c", 0.5)))
    assert check is not None
    assert check.value == pytest.approx(0.15)
    assert multiplicity_of((row("a", 0.01, primary=False),)) is None


def test_natural_frequencies_agree_with_the_shares() -> None:
    found = natural_frequency(
        row("a", 0.01, treated=0.17, comparison=0.62, difference=estimate(-0.45, 0.1, 0.01))
    )
    assert found is not None
    assert (found.treated, found.comparison, found.difference, found.denominator) == (
        17,
        62,
        -45,
        100,
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"treated": None, "comparison": 0.2},
        {"treated": 0.3, "comparison": -0.05},
        {"treated": 3.0, "comparison": 2.0, "unit": "person_year"},
    ],
)
def test_no_natural_frequency_without_shares(changes: dict) -> None:
    assert natural_frequency(row("a", 0.01, **changes)) is None


def test_rounded_limits_may_leave_the_rounded_difference_out() -> None:
    found = natural_frequency(
        row("a", 0.5, treated=0.2, comparison=0.5, difference=estimate(-0.2, 0.05), rounded=True)
    )
    assert found is not None
    assert found.difference == -30
