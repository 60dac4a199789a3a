"""Rows of a table and a forest plot from differences and changes of areas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from analytics.emmie.effect.results import EffectRow, Unit, with_holm

if TYPE_CHECKING:
    from analytics.emmie.area_change.outcomes import AreaOutcome

UNITS: dict[str, Unit] = {
    "per_10000": "per_10000",
    "percent": "percent",
    "days": "days",
    "per_worker": "score",
    "count": "score",
}


def effect_rows(
    outcomes: Sequence[AreaOutcome], *, is_cross_section: bool, level: float
) -> tuple[EffectRow, ...]:
    """Return the main estimate of each outcome and, beside it, the other one.

    Parameters
    ----------
    outcomes : sequence of AreaOutcome
        Measures.
    is_cross_section : bool
        Whether the one-year difference is the main estimate, and the change is beside it.
    level : float
        Confidence level of the intervals.
    """
    rows = []
    for outcome in outcomes:
        found = (_cross(outcome), _change(outcome))
        main, other = found if is_cross_section else found[::-1]
        rows += [_row(outcome, "main", main), _row(outcome, "alternative", other)]
    return with_holm(rows, level=level)


def _row(outcome: AreaOutcome, series: str, fields: dict[str, Any]) -> EffectRow:
    return EffectRow(
        key=outcome.key,
        label=outcome.label,
        unit=UNITS[outcome.unit],
        series="main" if series == "main" else "alternative",
        intended=outcome.intended,
        primary=outcome.primary,
        **fields,
    )


def _cross(outcome: AreaOutcome) -> dict[str, Any]:
    gap = outcome.cross
    return {
        "treated": gap.treated,
        "comparison": gap.comparison,
        "difference": gap.difference,
        "ratio": gap.ratio,
        "p_value": gap.difference.p_value if gap.difference else None,
        "reason": None if gap.difference else "too_few_clusters",
    }


def _change(outcome: AreaOutcome) -> dict[str, Any]:
    """Return the change: with, and as it would be had the change elsewhere been the same."""
    change = outcome.change
    if change is None or change.after is None or change.estimate is None:
        return {"reason": (change.reason if change else None) or "not_available"}
    value = change.after.treated
    p_value = change.difference.p_value if change.difference else change.p_permutation
    return {
        "treated": value,
        "comparison": None if value is None else value - change.estimate,
        "difference": change.difference,
        "p_value": p_value,
        "reason": None if change.difference else "too_few_clusters",
    }
