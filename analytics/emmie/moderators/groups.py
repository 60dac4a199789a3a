"""Groups of a characteristic, what was seen in each, and whether the groups differ.

Methods: ``docs/methods/questions/moderators.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from analytics.disclosure.policy import Policy
from analytics.emmie.contrast import Estimate
from analytics.extracts import code_lists as codes
from analytics.extracts.protocol import Subgroup
from analytics.statistics.results import NotEstimable
from analytics.statistics.subgroups.multiplicity import adjust_p_values

if TYPE_CHECKING:
    import pandas as pd

FEWEST_UNITS: Final = 10
"""Families, or places, that a group needs in each arm before anything is said of it."""

ROUND_TO: Final = 5

Scale = Literal["difference", "ratio"]
Why = Literal["too_few_units", "no_events", "withheld", "too_few_groups", "not_estimable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One group of a characteristic.

    Attributes
    ----------
    label : str
        The group in words.
    n_treated, n_comparison : int or None
        Cases or places in each arm, or people (the same before and after); rounded to the nearest
        five, or None, after disclosure control.
    estimate : Estimate or None
        What was seen in the group, on the scale of its characteristic.
    reason : str or None
        Why there is none.
    cells : tuple of int
        Counts from which somebody could be recognised; never kept after disclosure control.
    """

    label: str
    n_treated: int | None
    n_comparison: int | None
    estimate: Estimate | None
    reason: Why | None = None
    cells: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Moderator:
    """One characteristic: its groups, and the test that they do not differ.

    Attributes
    ----------
    key, label : str
        As in the protocol.
    p_value : float or None
        Of the test that what was seen is the same in every group.
    p_adjusted : float or None
        Holm's p-value over every characteristic that could be tested.
    n_tested : int
        Groups in the test.
    reason : str or None
        Why there is no test.
    """

    key: str
    label: str
    groups: tuple[Group, ...]
    p_value: float | None = None
    p_adjusted: float | None = None
    n_tested: int = 0
    reason: Why | None = None


def with_holm(moderators: Sequence[Moderator]) -> tuple[Moderator, ...]:
    """Adjust the tests of all characteristics together; what could not be tested is not counted."""
    entered = [
        item.p_value
        if item.p_value is not None
        else NotEstimable(reason="not_available", detail="There is no test.")
        for item in moderators
    ]
    family = adjust_p_values(entered) if entered else None
    if family is None or isinstance(family, NotEstimable):
        return tuple(moderators)
    return tuple(
        item if isinstance(test, NotEstimable) else replace(item, p_adjusted=test.adjusted_p_value)
        for item, test in zip(moderators, family.tests, strict=True)
    )


def labels_of(rows: pd.DataFrame, subgroup: Subgroup, names: dict[str, str]) -> np.ndarray:
    """Return each row's group in words, or None where it is not known, shape (n,).

    Parameters
    ----------
    rows : DataFrame
        Holds the subgroup's column.
    subgroup : Subgroup
        A characteristic of the protocol.
    names : dict of str to str
        Names of local authorities.
    """
    words = {"sex": codes.SEX, "ethnic_group": codes.ETHNIC_GROUP, "local_authority": names}
    known: dict[str, str] = dict(words.get(subgroup.column, {}))

    def label(value: Any) -> str | None:
        if value is None or value != value:  # noqa: PLR0124 - not a number is unlike itself
            return None
        if subgroup.bands:
            inside = (band.label for band in subgroup.bands if band.low <= value <= band.high)
            return next(inside, None)
        if isinstance(value, bool | np.bool_):
            return "Yes" if value else "No"
        return known.get(value, str(value))

    values = rows[subgroup.column].astype(object).where(rows[subgroup.column].notna(), None)
    return np.array([label(value) for value in values], dtype=object)


def order_of(subgroup: Subgroup, present: set[str]) -> list[str]:
    """Return the groups that are present, in the order of the protocol or of the alphabet."""
    if subgroup.bands:
        return [band.label for band in subgroup.bands if band.label in present]
    if present <= {"Yes", "No"}:
        return [label for label in ("Yes", "No") if label in present]
    return sorted(present)


def moderator_of(
    subgroup: Subgroup,
    labels: np.ndarray,
    group_of: Callable[[str, np.ndarray], Group],
    test: Callable[[np.ndarray, np.ndarray], tuple[float, int] | None],
) -> Moderator:
    """Look at each group, and test whether those that can be estimated differ.

    Parameters
    ----------
    subgroup : Subgroup
        Characteristic.
    labels : ndarray of object, shape (n,)
        Group of each row; None where it is not known.
    group_of : callable
        Returns a group from its label and which rows are in it.
    test : callable
        Returns p-value and number of groups, from which rows are in the test and their labels; None
        when it can't be done.
    """
    order = order_of(subgroup, {label for label in labels if label is not None})
    groups = tuple(group_of(label, labels == label) for label in order)
    kept = [group.label for group in groups if group.estimate is not None]
    found = None
    if len(kept) > 1:
        inside = np.isin(labels.astype(str), kept) & np.array(
            [label is not None for label in labels]
        )
        found = test(inside, labels[inside].astype(str))
    return Moderator(
        key=subgroup.key,
        label=subgroup.label,
        groups=groups,
        p_value=found[0] if found else None,
        n_tested=found[1] if found else 0,
        reason=None if found else "too_few_groups" if len(kept) < 2 else "not_estimable",
    )


def disclose_group(group: Group, policy: Policy) -> Group:
    """Withhold a group with a small cell, and round the others.

    Differences become whole percentage points and ratios two decimal places, and sizes the nearest
    five, so that no count can be worked out from another group or from all cases.
    """
    if not policy.largest_withheld:
        return replace(group, cells=())
    if any(policy.is_small(cell) for cell in group.cells):
        return replace(
            group, n_treated=None, n_comparison=None, estimate=None, reason="withheld", cells=()
        )
    return replace(
        group,
        n_treated=_nearest(group.n_treated),
        n_comparison=_nearest(group.n_comparison),
        estimate=_rounded(group.estimate),
        cells=(),
    )


def _nearest(number: int | None) -> int | None:
    return None if number is None else ROUND_TO * round(number / ROUND_TO)


def _rounded(estimate: Estimate | None) -> Estimate | None:
    if estimate is None:
        return None
    limits = estimate.conf_int
    return Estimate(
        value=round(estimate.value, 2),
        conf_int=replace(limits, low=round(limits.low, 2), high=round(limits.high, 2)),
    )
