"""Which steps of the path fell and which rose: differences of shares, allowing for siblings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from analytics.disclosure.policy import Policy
from analytics.emmie.contrast import Estimate
from analytics.emmie.effect.outcome_change import rounded_estimate
from analytics.statistics.results import NotEstimable
from analytics.statistics.subgroups.multiplicity import AdjustedTest, adjust_p_values
from analytics.statistics.two_groups.cluster_totals import cluster_totals
from analytics.statistics.two_groups.clustered import clustered_contrast

if TYPE_CHECKING:
    from analytics.emmie.case_outcomes.path import PathSide


@dataclass(frozen=True, slots=True, kw_only=True)
class PathChange:
    """How one step's share differs since the change from before it, in one group of areas.

    Attributes
    ----------
    difference : Estimate or None
        Share since minus share before, between -1 and 1; None when it can't be estimated or is
        withheld.
    is_withheld : bool
        Whether disclosure control took it away.
    adjusted_p : float or None
        Holm's p-value among the steps of these areas.
    """

    areas: str
    step: str
    difference: Estimate | None
    adjusted_p: float | None = None
    is_withheld: bool = False


def changes_of(
    label: str, rows: Sequence[Mapping[str, Any]], steps: Mapping[str, str]
) -> tuple[PathChange, ...]:
    """Return the change of each step of one group of areas.

    Parameters
    ----------
    label : str
        The group of areas.
    rows : sequence of mapping
        Counts of each family on each side of the change.
    steps : mapping of str to str
        Step, and the cases that it is a share of.
    """
    families: dict[str, dict[bool, Mapping[str, Any]]] = {}
    for row in rows:
        families.setdefault(row["family_id"], {})[bool(row["is_new"])] = row
    both = list(families.values())
    if not both:
        return ()
    return tuple(
        PathChange(areas=label, step=step, difference=_difference(both, step, of))
        for step, of in steps.items()
    )


def disclosed_changes(
    changes: Iterable[PathChange], sides: Sequence[PathSide], policy: Policy
) -> tuple[PathChange, ...]:
    """Withhold the change of each step of which a share is withheld, and adjust the others."""
    shown = [
        one if _is_shown(one, sides) else replace(one, difference=None, is_withheld=True)
        for one in changes
    ]
    if policy.largest_withheld:
        shown = [replace(one, difference=rounded_estimate(one.difference)) for one in shown]
    found: list[PathChange] = []
    for areas in dict.fromkeys(one.areas for one in shown):
        found += _adjusted([one for one in shown if one.areas == areas])
    return tuple(found)


def _difference(
    families: Sequence[dict[bool, Mapping[str, Any]]], step: str, of: str
) -> Estimate | None:
    def counts(key: str, *, is_new: bool) -> list[int]:
        return [int(sides[is_new][key]) if is_new in sides else 0 for sides in families]

    totals = cluster_totals(
        events_treated=counts(step, is_new=True),
        n_treated=counts(of, is_new=True),
        events_comparison=counts(step, is_new=False),
        n_comparison=counts(of, is_new=False),
    )
    found = clustered_contrast(totals, estimand="risk_difference")
    if isinstance(found, NotEstimable):
        return None
    return Estimate(value=found.estimate, conf_int=found.conf_int, p_value=found.p_value)


def _is_shown(change: PathChange, sides: Sequence[PathSide]) -> bool:
    mine = [side.step(change.step) for side in sides if side.areas == change.areas]
    return all(share is not None and share.value is not None for share in mine)


def _adjusted(changes: Sequence[PathChange]) -> list[PathChange]:
    """Return the changes with Holm's p-values."""
    tested = [
        one.difference.p_value
        for one in changes
        if one.difference is not None and one.difference.p_value is not None
    ]
    family = adjust_p_values(tested) if tested else None
    if family is None or isinstance(family, NotEstimable):
        return list(changes)
    tests = iter(family.tests)
    found = []
    for one in changes:
        if one.difference is None or one.difference.p_value is None:
            found.append(one)
            continue
        test = next(tests)
        p = test.adjusted_p_value if isinstance(test, AdjustedTest) else None
        found.append(replace(one, adjusted_p=p))
    return found
