"""The data of a chart: the workbook that Edit Data opens, and references to its cells."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from xml.sax.saxutils import escape

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from analytics.reports.charts.panel import Number

SHEET: Final = "Sheet1"
"""The name that office programs give the data of a chart."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that follows others, with what it comes to."""

    formula: str
    value: float


Cell = Number | str | Formula


@dataclass(slots=True)
class Sheet:
    """Columns of data, each with a heading, side by side.

    Attributes
    ----------
    columns : list
        Heading and cells of each column; a number of None is an empty cell.
    """

    columns: list[tuple[str, tuple[Cell, ...]]] = field(default_factory=list)

    def add(self, heading: str, cells: Sequence[Cell]) -> int:
        """Add a column, and return its place."""
        self.columns.append((heading, tuple(cells)))
        return len(self.columns) - 1

    @staticmethod
    def cell(column: int, place: int) -> str:
        """Return how a formula calls the cell of a column at a place."""
        return f"{xl_col_to_name(column)}{place + 2}"

    def gap(self) -> None:
        """Leave a column empty, so that the next ones stand apart."""
        if self.columns:
            self.columns.append(("", ()))

    def numbers_xml(self, column: int, number_format: str = "General") -> str:
        """Return a reference to the numbers of a column, with what they are."""
        cells = self.columns[column][1]
        points = "".join(
            f'<c:pt idx="{place}"><c:v>{value!r}</c:v></c:pt>'
            for place, cell in enumerate(cells)
            if isinstance(value := cell.value if isinstance(cell, Formula) else cell, float | int)
        )
        return (
            f"<c:numRef><c:f>{self._range(column)}</c:f><c:numCache>"
            f"<c:formatCode>{escape(number_format)}</c:formatCode>"
            f'<c:ptCount val="{len(cells)}"/>{points}</c:numCache></c:numRef>'
        )

    def words_xml(self, column: int) -> str:
        """Return a reference to the words of a column, with what they are."""
        cells = self.columns[column][1]
        points = "".join(
            f'<c:pt idx="{place}"><c:v>{escape(str(cell))}</c:v></c:pt>'
            for place, cell in enumerate(cells)
        )
        return (
            f"<c:strRef><c:f>{self._range(column)}</c:f><c:strCache>"
            f'<c:ptCount val="{len(cells)}"/>{points}</c:strCache></c:strRef>'
        )

    def heading_xml(self, column: int) -> str:
        """Return a reference to the heading of a column: the name of a series."""
        heading = escape(self.columns[column][0])
        return (
            f"<c:tx><c:strRef><c:f>{SHEET}!${xl_col_to_name(column)}$1</c:f><c:strCache>"
            f'<c:ptCount val="1"/><c:pt idx="0"><c:v>{heading}</c:v></c:pt></c:strCache>'
            "</c:strRef></c:tx>"
        )

    def _range(self, column: int) -> str:
        name = xl_col_to_name(column)
        return f"{SHEET}!${name}$2:${name}${max(len(self.columns[column][1]), 1) + 1}"

    def workbook(self, created: datetime) -> bytes:
        """Return the data as a workbook, the same bytes for the same data.

        Parameters
        ----------
        created : datetime
            Written into its properties.
        """
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False})
        book.set_properties({"created": created.replace(tzinfo=None)})
        page = book.add_worksheet(SHEET)
        bold = book.add_format({"bold": True})
        for column, (heading, cells) in enumerate(self.columns):
            if heading:
                page.write_string(0, column, heading, bold)
                page.set_column(column, column, min(max(len(heading) + 2, 10), 40))
            for row, cell in enumerate(cells, start=1):
                if isinstance(cell, str):
                    if cell:
                        page.write_string(row, column, cell)
                elif isinstance(cell, Formula):
                    page.write_formula(row, column, cell.formula, None, cell.value)
                elif cell is not None:
                    page.write_number(row, column, cell)
        book.close()
        return stream.getvalue()
