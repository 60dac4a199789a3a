"""The check that every function of a two-by-two table begins with."""

from __future__ import annotations

from analytics.statistics.inputs import check_counts, missing_arm
from analytics.statistics.results import NotEstimable


def unusable_table(
    *, events_treated: int, n_treated: int, events_comparison: int, n_comparison: int
) -> NotEstimable | None:
    """Return why a two-by-two table has no contrast, or None when both arms have cases.

    Parameters
    ----------
    events_treated, n_treated, events_comparison, n_comparison : int
        Units with the event and units, by arm; ``0 <= events <= n``.

    Returns
    -------
    NotEstimable or None
        Reason ``"no_cases"`` when both arms are empty, ``"empty_arm"`` when one is.

    Raises
    ------
    InvalidInputError
        If counts contradict each other.
    """
    check_counts(events_treated, n_treated, arm=" of the treated arm")
    check_counts(events_comparison, n_comparison, arm=" of the comparison arm")
    return missing_arm(n_treated, n_comparison)
