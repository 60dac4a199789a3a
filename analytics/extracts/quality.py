"""Data quality: checks an extract against its contract and says what was found.

Nothing that is read is trusted. A file that breaks its contract is not used; rows that break a row
rule are counted and set aside; everything else goes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import ibis
import ibis.expr.datatypes as dt
from pandera.config import ValidationDepth, config_context
from pandera.errors import SchemaErrorReason, SchemaErrors

from analytics.extracts.contract_rules import Contract


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong with an extract.

    Attributes
    ----------
    table : str
        Extract.
    column : str or None
        Column; None when the rule is about the file or about several columns.
    rule : str
        Short name of the rule.
    meaning : str
        The rule in words; never a value of a row.
    rows : int or None
        Rows that broke it and were set aside; None when the whole file is not used.
    example_key : str or None
        Pseudonymised key of one such row, for viewers who may see cases.
    """

    table: str
    column: str | None
    rule: str
    meaning: str
    rows: int | None = None
    example_key: str | None = None

    @property
    def words(self) -> str:
        """The finding as one phrase that names file, column and rule."""
        column = f", column {self.column}" if self.column else ""
        return f"{self.table}.parquet{column}: {self.meaning}"

    @property
    def stops_use(self) -> bool:
        """Whether the extract cannot be used at all."""
        return self.rows is None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractStatus:
    """What is known of one extract after it was read.

    Attributes
    ----------
    name : str
        Extract.
    rows : int
        Rows that are used.
    rows_set_aside : int
        Rows that broke at least one rule.
    fingerprint : str
        First 16 hexadecimal digits of the SHA-256 of the file; empty when there is no file.
    modified_at : datetime or None
        When the file was last written (UTC).
    findings : tuple of Finding
        What broke its contract.
    usable : bool
        Whether questions can be asked of it.
    """

    name: str
    rows: int
    rows_set_aside: int
    fingerprint: str
    modified_at: datetime | None
    findings: tuple[Finding, ...]
    usable: bool


def normalise_types(table: ibis.Table, contract: Contract) -> ibis.Table:
    """Widen numbers and cut midnight timestamps to dates where the contract asks for it.

    Whole numbers stored with a decimal point, and columns that are empty throughout, are taken for
    what the contract asks. Anything else is left as it is, so that dates stored as text stay text
    and are found.
    """
    changes: dict[str, Any] = {}
    for name, column in contract.schema.columns.items():
        if name not in table.columns:
            continue
        held, wanted = table[name].type(), _type_of(column)
        if held != wanted and _can_become(table[name], held, wanted):
            changes[name] = table[name].cast(wanted)
    return table.mutate(**changes) if changes else table


def _can_become(column: Any, held: dt.DataType, wanted: dt.DataType) -> bool:
    """Return whether casting loses nothing."""
    if held.is_null() or held.is_unknown():
        return True
    if held.is_integer() and wanted.is_integer():
        return True
    if held.is_numeric() and wanted.is_floating():
        return True
    if held.is_timestamp() and wanted.is_date():
        return _holds(column == column.truncate("D"))
    if held.is_floating() and wanted.is_integer():
        return _holds(column == column.round())
    return False


def _holds(test: Any) -> bool:
    """Return whether a test is true wherever its column is filled."""
    return bool(test.fill_null(True).all().fill_null(True).execute())


def check_structure(table: ibis.Table, contract: Contract) -> tuple[Finding, ...]:
    """Return a finding for each column that is missing or of another type.

    Parameters
    ----------
    table : ibis.Table
        The extract after :func:`normalise_types`.
    contract : Contract
        What it must hold.
    """
    try:
        with config_context(validation_depth=ValidationDepth.SCHEMA_ONLY):
            contract.schema.validate(table, lazy=True)
    except SchemaErrors as errors:
        return tuple(_structural(error, table, contract) for error in errors.schema_errors)
    return ()


def _structural(error: Any, table: ibis.Table, contract: Contract) -> Finding:
    if error.reason_code is SchemaErrorReason.COLUMN_NOT_IN_DATAFRAME:
        column = str(error.failure_cases)
        return Finding(
            table=contract.name,
            column=column,
            rule="column_present",
            meaning=f"column {column} is missing or has another name",
        )
    column = str(error.schema.name)
    wanted, held = _type_of(contract.schema.columns[column]), table[column].type()
    return Finding(
        table=contract.name,
        column=column,
        rule="column_type",
        meaning=f"must be stored as {_type_name(wanted)}, but is stored as {_type_name(held)}",
    )


def check_rows(
    table: ibis.Table, contract: Contract, others: dict[str, ibis.Table]
) -> tuple[tuple[Finding, ...], ibis.Table]:
    """Count the rows that break each row rule, in one query.

    Parameters
    ----------
    table : ibis.Table
        An extract with the right columns.
    contract : Contract
        Its rules.
    others : dict of str to ibis.Table
        Extracts of the same folder that passed, for rules across extracts; a reference to one that
        did not pass is not checked, because that extract has its own finding.

    Returns
    -------
    findings : tuple of Finding
        One for each broken rule.
    kept : ibis.Table
        The rows that break none; ``table`` itself when all rows are kept.
    """
    rules = _row_rules(table, contract, others)
    flagged = table.mutate(**{f"_broken_{i}": ~test for i, (*_, test) in enumerate(rules)})
    key = flagged[contract.key[0]].cast("string")
    counts = flagged.aggregate(
        **{f"_n_{i}": flagged[f"_broken_{i}"].sum() for i in range(len(rules))},
        **{f"_key_{i}": key.min(where=flagged[f"_broken_{i}"]) for i in range(len(rules))},
    ).to_pyarrow()
    row = counts.to_pylist()[0]
    findings = tuple(
        Finding(
            table=contract.name,
            column=column,
            rule=rule,
            meaning=meaning,
            rows=int(row[f"_n_{i}"]),
            example_key=row[f"_key_{i}"],
        )
        for i, (column, rule, meaning, _) in enumerate(rules)
        if row[f"_n_{i}"]
    )
    if not findings:
        return (), table
    broken = [f"_broken_{i}" for i in range(len(rules))]
    return findings, flagged.filter([~flagged[name] for name in broken]).drop(*broken)


def _row_rules(
    table: ibis.Table, contract: Contract, others: dict[str, ibis.Table]
) -> list[tuple[str | None, str, str, Any]]:
    """Return (column, rule, meaning, boolean expression that is true where the rule is kept)."""
    rules: list[tuple[str | None, str, str, Any]] = []
    for name, column in contract.schema.columns.items():
        for check in column.checks:
            test = check(table, name).check_output.fill_null(False)
            rules.append((name, str(check.name), str(check.description), test))
    for check in contract.schema.checks:
        test = check(table).check_output.fill_null(False)
        rules.append((None, str(check.name), str(check.description), test))
    for reference in contract.references:
        if reference.table in others:
            known = others[reference.table][reference.key]
            rules.append(
                (
                    reference.column,
                    "known_reference",
                    f"must exist in {reference.table}.{reference.key}",
                    table[reference.column].isin(known),
                )
            )
    return rules


def _type_of(column: Any) -> dt.DataType:
    return column.dtype.type


def _type_name(kind: dt.DataType) -> str:
    if kind.is_date():
        return "a date"
    if kind.is_string():
        return "text"
    if kind.is_integer():
        return "a whole number"
    if kind.is_boolean():
        return "yes or no"
    return "a number" if kind.is_numeric() else str(kind)
