"""Filters: one frozen value that every page shares and that a link carries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, Final

import ibis

from analytics.extracts import code_lists as codes
from analytics.extracts.contract_rules import FilterRole

__all__ = ["FILTER_WORDS", "NO_FILTERS", "FilterRole", "Filters", "apply_filters"]

FILTER_WORDS: Final[dict[FilterRole, str]] = {
    "local_authority": "local authority",
    "period": "period",
    "age": "age band",
    "sex": "sex",
    "ethnic_group": "ethnic group",
    "category": "category of abuse",
}
"""Each filter in words, in the order of the filter bar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the viewer has narrowed the view to; an empty tuple or None means no narrowing.

    Attributes
    ----------
    local_authorities : tuple of str
        Codes of authorities.
    period_start, period_end : date or None
        First and last day, both included.
    age_bands : tuple of str
        Keys of ``code_lists.AGE_BANDS``.
    sexes, ethnic_groups, categories : tuple of str
        Codes of the lists of the same name.
    """

    local_authorities: tuple[str, ...] = ()
    period_start: date | None = None
    period_end: date | None = None
    age_bands: tuple[str, ...] = ()
    sexes: tuple[str, ...] = ()
    ethnic_groups: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()

    def active(self) -> frozenset[FilterRole]:
        """Return the roles that narrow the view."""
        chosen: dict[FilterRole, bool] = {
            "local_authority": bool(self.local_authorities),
            "period": self.period_start is not None or self.period_end is not None,
            "age": bool(self.age_bands),
            "sex": bool(self.sexes),
            "ethnic_group": bool(self.ethnic_groups),
            "category": bool(self.categories),
        }
        return frozenset(role for role, is_set in chosen.items() if is_set)

    def without(self, roles: Collection[FilterRole]) -> Filters:
        """Return the filters with those of some roles left out."""
        return Filters(
            local_authorities=() if "local_authority" in roles else self.local_authorities,
            period_start=None if "period" in roles else self.period_start,
            period_end=None if "period" in roles else self.period_end,
            age_bands=() if "age" in roles else self.age_bands,
            sexes=() if "sex" in roles else self.sexes,
            ethnic_groups=() if "ethnic_group" in roles else self.ethnic_groups,
            categories=() if "category" in roles else self.categories,
        )


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
    match role:
        case "period":
            start = filters.period_start or date.min
            return column.between(start, filters.period_end or date.max)
        case "age":
            bands = [codes.AGE_BANDS[band] for band in filters.age_bands]
            return reduce(or_, [column.between(low, high) for low, high in bands])
        case "local_authority":
            return column.isin(filters.local_authorities)
        case "sex":
            return column.isin(filters.sexes)
        case "ethnic_group":
            return column.isin(filters.ethnic_groups)
        case "category":
            return column.isin(filters.categories)
