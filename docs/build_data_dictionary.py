"""Write the data dictionary from the contracts.

Run ``python docs/build_data_dictionary.py`` to write ``docs/data_dictionary.md``; with ``--check``
nothing is written, and the exit status is 1 when the file is out of date.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from analytics.extracts import code_lists as codes
from analytics.extracts.contract_rules import Contract
from analytics.extracts.contracts import CONTRACTS
from analytics.extracts.filters import FILTER_WORDS

OUTPUT = Path(__file__).resolve().parent / "data_dictionary.md"

INTRODUCTION = """\
# Data dictionary

Written by `docs/build_data_dictionary.py` from the contracts in
`analytics/extracts/`; do not edit.

An extract is one parquet file, named after its contract. Other columns may be there; they are not
read. A file with a missing column, or with a column of another type, is not used. A row that breaks
a rule is set aside and counted. Whole numbers may be of any width, and a timestamp is cut to its
date where a date is asked for. "Required" means that no row may be empty there; every column must
exist.
"""

TYPE_NAMES = {
    "string": "text",
    "int64": "whole number",
    "float64": "number",
    "date": "date",
    "timestamp('UTC', 6)": "date and time",
    "boolean": "yes or no",
}

CODE_LISTS: dict[str, Mapping[Any, str]] = {
    "Sex": codes.SEX,
    "Ethnic group": codes.ETHNIC_GROUP,
    "Category of abuse": codes.CATEGORY_OF_ABUSE,
    "Study arm": codes.ARM,
    "Kind of event": codes.EVENT_KIND,
    "Reason for leaving": codes.LEFT_REASON,
    "Risk at a conference": codes.CONFERENCE_RISK,
    "Time since the previous plan": codes.GAP_BANDS,
    "What followed a plan": codes.CLOSED_TO,
    "Question of the audit": codes.AUDIT_FLAGS,
    "Answer of the audit": codes.AUDIT_ANSWER,
    "Role": codes.ROLE,
    "Child or adult": codes.PERSON_KIND,
    "Before or after": codes.SIDE,
    "Police outcome": codes.POLICE_OUTCOME,
    "Agency": codes.AGENCY,
    "Symbol of a published figure": codes.DFE_SYMBOL,
}


def dictionary() -> str:
    """Return the whole data dictionary as Markdown."""
    parts = [INTRODUCTION, *(_section(contract) for contract in CONTRACTS.values()), _codes()]
    return "\n".join(parts)


def _section(contract: Contract) -> str:
    lines = [
        f"## {contract.name}",
        "",
        f"One row is {contract.row}. Key: {_listed(contract.key)}.",
        "",
        *_table(
            ("Column", "Type", "Required", "Unit", "Description", "Rules"),
            (_column_row(name, column) for name, column in contract.schema.columns.items()),
        ),
        "",
        "Rules about rows:",
        "",
        *(f"- {check.description}" for check in contract.schema.checks),
        *(
            f"- `{reference.column}` must exist in `{reference.table}.{reference.key}`"
            for reference in contract.references
        ),
        "",
        f"Filters: {_filters(contract)}.",
        "",
    ]
    return "\n".join(lines)


def _column_row(name: str, column: Any) -> tuple[str, ...]:
    rules = [check for check in column.checks if check.name != "present"]
    is_required = len(rules) < len(column.checks)
    return (
        f"`{name}`",
        TYPE_NAMES[str(column.dtype.type)],
        "yes" if is_required else "no",
        (column.metadata or {}).get("unit", ""),
        column.description,
        "; ".join(check.description for check in rules),
    )


def _filters(contract: Contract) -> str:
    used = [f"{FILTER_WORDS[role]} (`{column}`)" for role, column in contract.roles.items()]
    return ", ".join(used) or "none"


def _codes() -> str:
    lines = ["## Codes", ""]
    for title, words in CODE_LISTS.items():
        lines += [f"### {title}", ""]
        lines += _table(("Code", "Meaning"), ((f"`{code}`", word) for code, word in words.items()))
        lines.append("")
    return "\n".join(lines)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield _line(columns)
    yield _line("---" for _ in columns)
    yield from (_line(row) for row in rows)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def main(arguments: list[str] | None = None) -> int:
    """Write the file, or check it, and return the exit status."""
    parser = argparse.ArgumentParser(description="Write the data dictionary from the contracts.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if out of date")
    options = parser.parse_args(arguments)
    text = dictionary()
    if not options.check:
        OUTPUT.write_text(text, encoding="utf-8", newline="\n")
        return 0
    if OUTPUT.is_file() and OUTPUT.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write("docs/data_dictionary.md is out of date; run docs/build_data_dictionary.py\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
