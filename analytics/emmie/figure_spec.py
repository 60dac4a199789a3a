"""How a computed figure is named in ``published_findings.computed_from``.

``count:EXTRACT[CONDITIONS]`` counts rows, ``share:EXTRACT[CONDITIONS]`` their per cent of all rows,
and ``distinct:EXTRACT.COLUMN[CONDITIONS]`` what differs in a column, or in several joined by ``+``;
``levels:`` does the same for what nobody can be recognised by, such as places and waves.
Conditions are joined by ``&``: ``flag``, ``!flag``, ``column=value``, ``column=value|other``,
``column!=value``, and ``2+ of a, b, c|d`` or ``0 of a, b`` over flags, where ``c|d`` is true when
either is.
``effect:OUTCOME`` is the difference of the main analysis in percentage points;
``change:OUTCOME`` the relative change of its rate or share in per cent; ``areas:MEASURE@YEAR`` the
mean of the intervention's areas, and ``published:MEASURE@AREA@YEAR`` one published figure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any, Literal, get_args

import ibis

from analytics.errors import InvalidInputError

Kind = Literal[
    "count",
    "share",
    "distinct",
    "levels",
    "effect",
    "change",
    "areas",
    "published",
]
KINDS: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}
_SPEC = re.compile(r"^(?P<kind>\w+):(?P<of>[\w.@+]+)(\[(?P<conditions>.+)\])?$")
_OF = re.compile(r"^(?P<number>\d+)(?P<more>\+?) of (?P<flags>.+)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureSpec:
    """One computed figure, taken apart.

    Attributes
    ----------
    kind : str
        What kind of figure.
    of : tuple of str
        Extract and column, or key, place and year.
    conditions : tuple of str
        Which rows count.
    """

    kind: Kind
    of: tuple[str, ...]
    conditions: tuple[str, ...] = ()


def parse_spec(text: str) -> FigureSpec:
    """Take a text apart.

    Raises
    ------
    InvalidInputError
        When it does not follow the grammar of this module.
    """
    found = _SPEC.match(text)
    if found is None or found["kind"] not in KINDS:
        raise InvalidInputError(f"{text!r} names no figure.")
    conditions = found["conditions"].split("&") if found["conditions"] else []
    return FigureSpec(
        kind=KINDS[found["kind"]],
        of=tuple(re.split(r"[.@]", found["of"])),
        conditions=tuple(condition.strip() for condition in conditions),
    )


def count_of(table: ibis.Table, spec: FigureSpec) -> Any:
    """Return a figure that is counted, not executed; a ``share`` between 0 and 100.

    Raises
    ------
    InvalidInputError
        When a column is not in the table.
    """
    tests = [_test(table, condition) for condition in spec.conditions]
    where = reduce(and_, tests) if tests else ibis.literal(True)
    if spec.kind in ("distinct", "levels"):
        columns = [_column(table, name).cast("string") for name in spec.of[1].split("+")]
        return reduce(lambda one, other: one + "|" + other, columns).nunique(where=where)
    if spec.kind == "share":
        return 100 * where.cast("float64").mean()
    return where.cast("int64").sum() if tests else table.count()


def _test(table: ibis.Table, condition: str) -> Any:
    """Return a condition as an expression that is false where the column is empty."""
    some = _OF.match(condition)
    if some is not None:
        flags = [_either(table, name.strip()) for name in some["flags"].split(",")]
        total = sum((flag.cast("int64") for flag in flags[1:]), flags[0].cast("int64"))
        number = int(some["number"])
        return total >= number if some["more"] else total == number
    name, is_equal, value = condition.partition("=")
    if is_equal:
        column = _column(table, name.removesuffix("!")).cast("string")
        among = column.isin(value.split("|")).fill_null(False)
        return ~among if name.endswith("!") else among
    if name.startswith("!"):
        return ~_column(table, name[1:]).fill_null(True)
    return _either(table, name)


def _either(table: ibis.Table, names: str) -> Any:
    return reduce(or_, [_column(table, name).fill_null(False) for name in names.split("|")])


def _column(table: ibis.Table, name: str) -> Any:
    if name not in table.columns:
        raise InvalidInputError(f"There is no column {name!r} to count by.")
    return table[name]
