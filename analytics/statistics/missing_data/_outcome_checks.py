"""Check of the counts of both arms; shared by the kernels of this folder."""

from __future__ import annotations

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import check_counts, missing_arm
from analytics.statistics.missing_data.outcome_counts import ArmOutcomes
from analytics.statistics.results import NotEstimable


def check_outcomes(treated: ArmOutcomes, comparison: ArmOutcomes) -> NotEstimable | None:
    """Raise InvalidInputError for impossible counts; say when an arm has no known outcome."""
    for arm in (treated, comparison):
        check_counts(arm.events, arm.observed)
        if arm.missing < 0:
            raise InvalidInputError("missing must be at least 0")
    return missing_arm(treated.observed, comparison.observed)
