"""A table of an exhibit as a table of a sheet: one thing in each column, numbers where they are.

The screen writes an interval, or a count with what it is out of, in one cell; a sheet has a column
for each of them. A column is split only when every one of its cells can be put together again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from analytics.exhibits.exhibit import Cell, Table
from analytics.reports.symbols import IS_SYMBOL
from analytics.reports.workbook.cells import NUMBER, Number, content, text

LONGEST_HEADER: Final = 240
Content = Number | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How the cells of a column are written, and the columns that they become.

    Attributes
    ----------
    pattern : re.Pattern
        One group for each column.
    parts : tuple of str
        What is added to the column's name; nothing for the main part, into which go whole the
        cells that are not written so.
    named : re.Pattern or None
        What the column's name must hold.
    """

    pattern: re.Pattern[str]
    parts: tuple[str, ...]
    named: re.Pattern[str] | None = None


UNITS: Final = "days|months|years|hours|people|sessions|person-years"
SHAPES: Final = (
    Shape(
        pattern=re.compile(rf"({NUMBER}) \(({NUMBER}) to ({NUMBER})\)"),
        parts=("", "low", "high"),
    ),
    Shape(
        pattern=re.compile(rf"({NUMBER}) to ({NUMBER}|no end)"),
        parts=("low", "high"),
        named=re.compile("interval|range|low to high", re.IGNORECASE),
    ),
    Shape(pattern=re.compile(rf"({NUMBER}) of ({NUMBER})"), parts=("", "out of")),
    Shape(
        pattern=re.compile(rf"({NUMBER}) \(({NUMBER}) of ({NUMBER})\)"),
        parts=("", "number", "out of"),
    ),
    Shape(
        pattern=re.compile(rf"({NUMBER}) of ({NUMBER}) (\D.*) \(({NUMBER})\)"),
        parts=("", "out of", "of what", "share"),
    ),
    Shape(pattern=re.compile(rf"({NUMBER}) ((?:{UNITS})|per .+)"), parts=("", "unit")),
    Shape(pattern=re.compile(rf"(<?{NUMBER}) \(([a-z]+)\)"), parts=("", "remark")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetTable:
    """A table as it stands in a sheet.

    Attributes
    ----------
    headers : tuple of str
        No two alike, whatever their case.
    rows : tuple of tuple
        Numbers, or texts; an empty text is an empty cell.
    """

    headers: tuple[str, ...]
    rows: tuple[tuple[Content, ...], ...]

    @property
    def has_empty_cells(self) -> bool:
        """Whether any cell is empty."""
        return any(cell == "" for row in self.rows for cell in row)


def sheet_table(table: Table) -> SheetTable:
    """Return the table with one thing in each column."""
    headers: list[str] = []
    columns: list[tuple[Content, ...]] = []
    for place, name in enumerate(table.columns):
        cells = tuple(row[place] for row in table.rows)
        shape = shape_of(name, cells)
        if shape is None:
            headers.append(name)
            columns.append(tuple(content(cell) for cell in cells))
            continue
        headers += [f"{name}: {part}" if part else name for part in shape.parts]
        columns += zip(*(_split(shape, cell) for cell in cells), strict=True)
    rows = tuple(zip(*columns, strict=True)) if table.rows else ()
    return SheetTable(headers=unique(headers), rows=rows)


def shape_of(name: str, cells: Iterable[Cell]) -> Shape | None:
    """Return how the cells of a column are written, or None when it stays one column."""
    filled = [cell for cell in cells if cell not in IS_SYMBOL and cell not in {None, ""}]
    for shape in SHAPES:
        if shape.named and not shape.named.search(name):
            continue
        written = [cell for cell in filled if _parts(shape, cell)]
        others = len(filled) - len(written)
        if written and (not others or ("" in shape.parts and others <= len(written))):
            return shape
    return None


def _parts(shape: Shape, cell: Cell) -> tuple[str, ...]:
    found = shape.pattern.fullmatch(cell) if isinstance(cell, str) else None
    return found.groups("") if found else ()


def _split(shape: Shape, cell: Cell) -> tuple[Content, ...]:
    """Return the parts of a cell; a symbol stands for each, other words for the main part."""
    if found := _parts(shape, cell):
        return tuple(content(part) for part in found)
    whole = content(cell)
    if cell in IS_SYMBOL:
        return (whole,) * len(shape.parts)
    return tuple("" if part else whole for part in shape.parts)


def unique(headers: Iterable[str]) -> tuple[str, ...]:
    """Return names of columns that a table may have: short, on one line, no two alike."""
    taken: set[str] = set()
    names: list[str] = []
    for number, header in enumerate(headers, start=1):
        stem = text(" ".join(header.split()))[:LONGEST_HEADER] or f"Column {number}"
        name, again = stem, 1
        while name.casefold() in taken:
            again += 1
            name = f"{stem} ({again})"
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)
