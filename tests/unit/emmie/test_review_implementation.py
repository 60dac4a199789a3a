"""Errors that a review found in the verdict on Implementation."""

from __future__ import annotations

from typing import Any

import pytest

from analytics.emmie.implementation.verdict import implementation_verdict
from tests.unit.emmie.test_implementation_rules import with_parts

NOT_COLLECTED = """
[[courses]]
key = "course{n}"
label = "Course"

[[measures]]
key = "trained{n}"
label = "Staff trained"
kind = "course"
of = "course{n}"
"""


@pytest.mark.parametrize(("n_untold", "word"), [(0, "shown"), (1, "shown"), (2, "can't tell")])
def test_one_met_measure_of_several_does_not_show_that_all_was_done(
    tmp_path: Any, n_untold: int, word: str
) -> None:
    more = "".join(NOT_COLLECTED.format(n=n) for n in range(n_untold))
    assert implementation_verdict(with_parts(tmp_path, 95, 100, more)).word == word


@pytest.mark.parametrize(("met", "n", "word"), [(6, 7, "can't tell"), (12, 14, "shown")])
def test_a_few_deliveries_that_may_as_well_be_too_few_show_nothing(
    tmp_path: Any, met: int, n: int, word: str
) -> None:
    """Six of seven: the interval runs from 49%, and below 50% counts as not met."""
    assert implementation_verdict(with_parts(tmp_path, met, n)).word == word
