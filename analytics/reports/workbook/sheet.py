"""What every sheet has: lines down the first column, then at most one table."""

from __future__ import annotations

from typing import Any, Final

from analytics.reports.pack import Pack
from analytics.reports.symbols import IS_SYMBOL
from analytics.reports.workbook.cells import Number, text
from analytics.reports.workbook.columns import SheetTable
from analytics.reports.workbook.heights import HEADING, PLAIN, TALLEST_ROW, height
from analytics.reports.workbook.styles import FIRST_COLUMN, PIXELS_A_CHARACTER, Styles

A4: Final = 9
PAGE: Final = (960, 620)
"""Pixels of a page of A4 on its side that can be printed on, with some to spare."""
SMALLEST: Final = 10
"""Per cent; no spreadsheet prints smaller."""
NARROWEST, WIDEST = 12, 44
LONGEST_ALT: Final = 2_000
"""Of a picture's text in words, by what programs show of it."""


class Sheet:
    """A sheet that is filled from the top: title, lines, and one table at the end.

    Parameters
    ----------
    book : xlsxwriter.Workbook
        The workbook.
    name : str
        Of the sheet.
    styles : Styles
        Of the workbook.
    pack : Pack
        For the marking at the top and foot of each page.
    width : int
        Of the first column, in characters.
    """

    def __init__(
        self, book: Any, name: str, styles: Styles, pack: Pack, *, width: int = FIRST_COLUMN
    ) -> None:
        self.name = name
        self.row = 0
        self.width = width
        self._heights: dict[int, int] = {}
        self._widths = [width]
        self.styles = styles
        self.worksheet = book.add_worksheet(name)
        self.worksheet.set_column(0, 0, width, styles.words)
        self.worksheet.set_landscape()
        self.worksheet.set_paper(A4)
        self.worksheet.fit_to_pages(1, 0)
        self.worksheet.set_selection(0, 0, 0, 0)
        marking = text(pack.marking).replace("&", "&&")[:200]
        if marking:
            self.worksheet.set_header(f"&C{marking}")
        self.worksheet.set_footer(f"&L{marking}&RPage &P of &N" if marking else "&RPage &P of &N")

    def line(self, words: str, style: Any = None) -> None:
        """Write words into the next cell of the first column; none take no row."""
        if words:
            self.worksheet.write_string(self.row, 0, text(words), style or self.styles.words)
            size = HEADING if style is self.styles.title else PLAIN
            self._room(self.row, [height(words, self.width, size)])
            self.row += 1

    def _room(self, row: int, heights: list[int]) -> None:
        """Make a row as tall as its words need: not every program does so by itself."""
        self._heights[row] = max(heights)
        if max(heights) > PLAIN.line:
            self.worksheet.set_row_pixels(row, max(heights))

    def make_room(self, first: int, pixels: int) -> None:
        """Make the rows from one to the next free one tall enough for what floats beside them.

        No more of them grow than must, and no row is left empty for it.
        """
        rows = range(first, min(self.row, first - (-pixels // TALLEST_ROW)))
        for row in rows:
            share = min(-(-pixels // len(rows)), TALLEST_ROW)
            self._room(row, [share, self._heights.get(row, 0)])

    def keep_whole(self, first: int, size: tuple[int, int]) -> None:
        """Print what floats beside the first column on one page, and no page beside another.

        Programs break pages where they like when they fit a sheet to the width of a page, so the
        scale is worked out here, and what floats begins a page where it would be broken.

        Parameters
        ----------
        first : int
            Row that it begins at.
        size : tuple of int
            Its width and height in pixels.
        """
        own, *others = [PIXELS_A_CHARACTER * width for width in self._widths]
        wide = own + max(size[0], sum(others))
        scale = min(1.0, PAGE[0] / wide, PAGE[1] / size[1])
        above = sum(self._heights.get(row, PLAIN.line) for row in range(first))
        self.worksheet.set_print_scale(max(int(100 * scale), SMALLEST))
        if (above + size[1]) * scale > PAGE[1]:
            self.worksheet.set_h_pagebreaks([first])

    def title(self, words: str) -> None:
        """Write what the sheet is called."""
        self.line(words or self.name, self.styles.title)

    def link(self, sheet: str, words: str) -> None:
        """Write a link to the top of another sheet."""
        self.write_link(self.row, 0, sheet, words)
        self._room(self.row, [height(words, self.width)])
        self.row += 1

    def write_link(self, row: int, column: int, sheet: str, words: str) -> None:
        """Write a link into one cell."""
        target = f"internal:'{sheet}'!A1"
        self.worksheet.write_url(row, column, target, self.styles.link, text(words))

    def table(self, table: SheetTable, name: str) -> tuple[int, int]:
        """Write a table with its mark-up; return its first and last row of data.

        Parameters
        ----------
        table : SheetTable
            At least one row.
        name : str
            Of the table; no two of a workbook are alike.
        """
        first, last = self.row + 1, self.row + len(table.rows)
        self.worksheet.add_table(
            self.row,
            0,
            last,
            len(table.headers) - 1,
            {
                "name": name,
                "autofilter": False,
                "banded_rows": False,
                "style": "Table Style Light 1",
                "columns": [
                    {"header": header, "header_format": self._header(table, column)}
                    for column, header in enumerate(table.headers)
                ],
            },
        )
        widths = [self.width, *(_width(table, place) for place in range(1, len(table.headers)))]
        self._widths = widths
        for column, width in enumerate(widths):
            self.worksheet.set_column(column, column, width, self.styles.words)
        for row, cells in enumerate([table.headers, *table.rows], start=self.row):
            words = [cell if isinstance(cell, str) else "" for cell in cells]
            self._room(row, [height(*each) for each in zip(words, widths, strict=True)])
        for row, cells in enumerate(table.rows, start=first):
            for column, cell in enumerate(cells):
                self._cell(row, column, cell)
        self.row = last + 1
        return first, last

    def _header(self, table: SheetTable, column: int) -> Any:
        """Return how a header looks: at the right above numbers, as they are."""
        has_words = any(
            isinstance(cell := row[column], str) and cell and cell not in IS_SYMBOL
            for row in table.rows
        )
        return self.styles.header if has_words or not column else self.styles.header_of_numbers

    def _cell(self, row: int, column: int, cell: Number | str) -> None:
        if isinstance(cell, Number):
            style = self.styles.number(cell.form, at_left=column == 0)
            self.worksheet.write_number(row, column, cell.value, style)
        elif cell:
            beside = self.styles.symbol if cell in IS_SYMBOL else self.styles.beside
            style = beside if column else self.styles.words
            self.worksheet.write_string(row, column, cell, style)


def _width(table: SheetTable, column: int) -> int:
    """Return the width of a column in characters: numbers whole, texts on few lines."""
    longest = max(len(word) for word in table.headers[column].split())
    longest = max([longest, *(_length(row[column]) for row in table.rows)])
    return max(NARROWEST, min(longest + 2, WIDEST))


def _length(cell: Number | str) -> int:
    return len(cell) if isinstance(cell, str) else len(f"{cell.value:,.0f}") + len(cell.form) // 2
