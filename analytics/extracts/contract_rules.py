"""How contracts are written: the contract itself, and the rules that its columns can have.

A contract is a Pandera schema. Row rules are boolean expressions, so the engine counts the rows
that break them in one query and sets those rows aside; ``docs/decisions/`` says why.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Literal

import ibis
import ibis.expr.datatypes as dt
import pandera.ibis as pa

FilterRole = Literal["local_authority", "team", "period", "age", "sex", "ethnic_group", "category"]
Expression = Callable[[ibis.Table], Any]

STRING, INTEGER, NUMBER, DATE, FLAG = dt.string, dt.int64, dt.float64, dt.date, dt.boolean
TIMESTAMP = dt.Timestamp(timezone="UTC", scale=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A column whose values must exist in a column of another extract of the same folder."""

    column: str
    table: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What one extract must hold.

    Attributes
    ----------
    name : str
        The extract's name: its file is ``<name>.parquet``.
    row : str
        What one row is, in words.
    key : tuple of str
        Columns that together identify a row.
    schema : pandera.ibis.DataFrameSchema
        Columns, types, descriptions and row rules.
    roles : dict of str to str
        Which column each filter applies to; a filter without a column does not apply.
    references : tuple of Reference
        Rules across extracts.
    """

    name: str
    row: str
    key: tuple[str, ...]
    schema: pa.DataFrameSchema
    roles: dict[FilterRole, str]
    references: tuple[Reference, ...] = ()


def rule(name: str, meaning: str, test: Callable[[Any, Any], Any]) -> pa.Check:
    """Return a row rule on one column; ``test`` gets the table and the column."""
    return pa.Check(
        lambda data: test(data.table, data.table[data.key]),
        name=name,
        description=meaning,
        ignore_na=False,
    )


def present() -> pa.Check:
    """Return the rule that a column must not be empty."""
    return rule("present", "must not be empty", lambda _, column: column.notnull())


def allowed(values: Collection[Any]) -> pa.Check:
    """Return the rule that a column holds only these codes."""
    shown = ", ".join(str(value) for value in values)
    return rule(
        "allowed_code",
        f"must be one of {shown}",
        lambda _, column: column.isin(list(values)) | column.isnull(),
    )


def between(low: float, high: float) -> pa.Check:
    """Return the rule that a column lies between two values, both included."""
    return rule(
        "in_range",
        f"must lie between {low:g} and {high:g}",
        lambda _, column: column.between(low, high) | column.isnull(),
    )


def matching(expression: str, meaning: str) -> pa.Check:
    """Return the rule that a text column matches a regular expression."""
    return rule(
        "pattern", meaning, lambda _, column: column.re_search(expression) | column.isnull()
    )


def column(
    kind: dt.DataType,
    description: str,
    *rules: pa.Check,
    required: bool = True,
    unit: str = "",
) -> pa.Column:
    """Return a column; empty cells break the contract where it is required."""
    checks = [*([present()] if required else []), *rules]
    return pa.Column(kind, checks, nullable=True, description=description, metadata={"unit": unit})


def row_rule(name: str, meaning: str, test: Expression) -> pa.Check:
    """Return a rule over several columns of a row."""
    return pa.Check(lambda data: test(data.table), name=name, description=meaning, ignore_na=False)


def unique_key(key: tuple[str, ...]) -> pa.Check:
    """Return the rule that the key identifies one row."""
    shown = " and ".join(key)
    return row_rule(
        "unique_key",
        f"{shown} must identify one row",
        lambda table: table.count().over(ibis.window(group_by=list(key))) == 1,
    )


def not_before(later: str, earlier: str) -> pa.Check:
    """Return the rule that one date is not before another, where both are filled."""
    return row_rule(
        "date_order",
        f"{later} must not be before {earlier}",
        lambda table: (
            (table[later] >= table[earlier]) | table[later].isnull() | table[earlier].isnull()
        ),
    )


def contract(
    name: str,
    row: str,
    key: tuple[str, ...],
    columns: dict[str, pa.Column],
    *rules: pa.Check,
    roles: dict[FilterRole, str] | None = None,
    references: tuple[Reference, ...] = (),
) -> Contract:
    """Return a contract, with the rule that its key is unique."""
    schema = pa.DataFrameSchema(columns, checks=[unique_key(key), *rules], name=name)
    return Contract(
        name=name, row=row, key=key, schema=schema, roles=roles or {}, references=references
    )
