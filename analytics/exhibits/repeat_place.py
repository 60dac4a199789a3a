"""Which authority's published figures stand beside an evaluation of repeat plans."""

from __future__ import annotations

from typing import Final

from analytics.disclosure.release import Released
from analytics.emmie.repeat_plans.place import PlaceAnswer

MEASURE: Final = "second_or_subsequent_plans"
"""The published measure of repeat plans."""


def codes_of(released: Released[PlaceAnswer]) -> tuple[str, ...]:
    """Return the codes of the authorities that the evaluation is about."""
    return released.answer.areas
