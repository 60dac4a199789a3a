"""Filters: one frozen value that every page shares and that a link carries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, Final

import ibis

from analytics.extracts import code_lists as codes
from analytics.extracts.contract_rules import FilterRole

__all__ = ["FILTER_WORDS", "NOT_NARROWED", "NO_FILTERS", "FilterRole", "Filters", "apply_filters"]

FILTER_WORDS: Final[dict[FilterRole, str]] = {
    "local_authority": "local authority",
    "team": "team",
    "period": "period",
    "age": "age band",
    "sex": "sex",
    "ethnic_group": "ethnic group",
    "category": "category of abuse",
}
"""Each filter in words, in the order of the filter bar."""
NOT_NARROWED: Final = "none"
"""What stands for no filters, in words."""

_LISTS: Final[dict[FilterRole, str]] = {
    "local_authority": "local_authorities",
    "team": "teams",
    "age": "age_bands",
    "sex": "sexes",
    "ethnic_group": "ethnic_groups",
    "category": "categories",
}
"""The field of each filter that is a list of codes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the viewer has narrowed the view to; an empty tuple or None means no narrowing.

    Attributes
    ----------
    local_authorities : tuple of str
        Codes of authorities.
    teams : tuple of str
        Pseudonymised identifiers of teams.
    period_start, period_end : date or None
        First and last day, both included.
    age_bands : tuple of str
        Keys of ``code_lists.AGE_BANDS``.
    sexes, ethnic_groups, categories : tuple of str
        Codes of the lists of the same name.
    """

    local_authorities: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    period_start: date | None = None
    period_end: date | None = None
    age_bands: tuple[str, ...] = ()
    sexes: tuple[str, ...] = ()
    ethnic_groups: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()

    def active(self) -> frozenset[FilterRole]:
        """Return the roles that narrow the view."""
        is_dated = self.period_start is not None or self.period_end is not None
        chosen = {role for role, field in _LISTS.items() if getattr(self, field)}
        return frozenset(chosen | ({"period"} if is_dated else set()))

    def without(self, roles: Collection[FilterRole]) -> Filters:
        """Return the filters with those of some roles left out."""
        empty: dict[str, Any] = {_LISTS[role]: () for role in roles if role in _LISTS}
        if "period" in roles:
            empty |= {"period_start": None, "period_end": None}
        return replace(self, **empty)


NO_FILTERS = Filters()


def apply_filters(table: ibis.Table, filters: Filters, roles: dict[FilterRole, str]) -> ibis.Table:
    """Return the rows that pass every filter which has a column in ``roles``.

    Parameters
    ----------
    table : ibis.Table
        Rows to narrow; nothing is executed.
    filters : Filters
        What to narrow to.
    roles : dict of str to str
        Column of each filter; a filter without one does not apply.

    Returns
    -------
    ibis.Table
        The same columns, fewer rows.
    """
    tests = [
        _test(table[column], role, filters)
        for role, column in roles.items()
        if role in filters.active()
    ]
    return table.filter(tests) if tests else table


def _test(column: Any, role: FilterRole, filters: Filters) -> Any:
    if role == "period":
        start = filters.period_start or date.min
        return column.between(start, filters.period_end or date.max)
    if role == "age":
        bands = [codes.AGE_BANDS[band] for band in filters.age_bands]
        return reduce(or_, [column.between(low, high) for low, high in bands])
    return column.isin(getattr(filters, _LISTS[role]))
