"""Tables on slides: those that fit beside a chart, and those with slides of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.util import Pt

from analytics.exhibits import theme
from analytics.exhibits.exhibit import Cell, Exhibit, Table
from analytics.reports.powerpoint import shapes, text
from analytics.reports.powerpoint.area import Area

SIZES: Final = (16.0, 14.0, 12.0)
BESIDE_SIZE: Final = 12.0
PAD: Final = 6.0
MOST_BESIDE: Final = (9, 4)
"""Rows and columns of a table that stands beside its chart."""
WIDEST_BESIDE: Final = 350.0
MOST_ROWS: Final = 10
"""Rows of a table that stands in the presentation as well as its figure."""
LARGE: Final = 10_000
"""From here a whole number is written with separators; years are not."""
LEAST_COLUMN: Final = 44.0
_PLAIN_STYLE: Final = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
_NUMBER_STARTS: Final = "0123456789+-−£[<"


@dataclass(frozen=True, slots=True, kw_only=True)
class Set:
    """A table as it is set on a slide: size of its letters, widths, and heights of its rows."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    size: float
    widths: tuple[float, ...]
    head: float
    heights: tuple[float, ...]

    @property
    def width(self) -> float:
        """Of the whole table, in points."""
        return sum(self.widths)

    @property
    def height(self) -> float:
        """Of the whole table, in points."""
        return self.head + sum(self.heights)


def said(cell: Cell) -> str:
    """Return a cell as it is read."""
    if cell is None:
        return ""
    is_large = isinstance(cell, int) and abs(cell) >= LARGE
    return f"{cell:,}" if is_large else str(cell)


def set_in(table: Table, width: float, size: float) -> Set:
    """Return a table set in letters of one size, at most so wide.

    Parameters
    ----------
    table : Table
        Its cells.
    width, size : float
        In points.
    """
    rows = tuple(tuple(said(cell) for cell in row) for row in table.rows)
    cells = [table.columns, *rows]
    natural = [
        max(text.width(row[column], size, is_bold=place == 0) for place, row in enumerate(cells))
        + 2 * PAD
        for column in range(len(table.columns))
    ]
    least = [
        max(
            LEAST_COLUMN,
            *(
                text.width(word, size, is_bold=True) + 2 * PAD
                for row in cells
                for word in [max(row[column].split() or [""], key=len)]
            ),
        )
        for column in range(len(table.columns))
    ]
    widths = _shared(natural, least, width)
    head = _high(table.columns, widths, size, is_bold=True)
    heights = tuple(_high(row, widths, size, is_bold=False) for row in rows)
    return Set(
        columns=table.columns, rows=rows, size=size, widths=widths, head=head, heights=heights
    )


def _shared(natural: Sequence[float], least: Sequence[float], width: float) -> tuple[float, ...]:
    """Return widths that fit: columns that need little keep it, the others share what is left."""
    if sum(natural) <= width:
        return tuple(natural)
    if sum(least) >= width:
        return tuple(one * width / sum(least) for one in least)
    spare = width - sum(least)
    wanted = [max(more - some, 0.0) for more, some in zip(natural, least, strict=True)]
    return tuple(
        some + spare * more / sum(wanted) for some, more in zip(least, wanted, strict=True)
    )


def _high(row: Sequence[str], widths: Sequence[float], size: float, *, is_bold: bool) -> float:
    lines = max(
        len(text.wrapped(cell, size, width - 2 * PAD + 0.5, is_bold=is_bold))
        for cell, width in zip(row, widths, strict=True)
    )
    return text.height(lines, size) + 5


def beside(table: Table, area: Area) -> Set | None:
    """Return a table that is small enough to stand beside its chart; None for others."""
    rows, columns = MOST_BESIDE
    if not table.rows or len(table.rows) > rows or len(table.columns) > columns:
        return None
    found = set_in(table, WIDEST_BESIDE, BESIDE_SIZE)
    fits = found.height <= area.height and max(found.heights) <= 4 * BESIDE_SIZE * text.LINE
    return found if fits and sum(found.widths) <= WIDEST_BESIDE + 1 else None


def is_left_out(exhibit: Exhibit, area: Area) -> bool:
    """Return whether a table is too long for one slide, and so left to the workbook.

    One without a figure never is: there would be nothing to show instead.
    """
    table = exhibit.table
    if exhibit.figure is None or not table.rows:
        return False
    return len(table.rows) > MOST_ROWS or len(pages(table, area)) > 1


def pages(table: Table, area: Area) -> list[Set]:
    """Return a table in parts that each fit a slide, in letters as large as one slide allows."""
    for size in SIZES:
        whole = set_in(table, area.width, size)
        if whole.height <= area.height:
            return [whole]
    whole = set_in(table, area.width, SIZES[-1])
    parts: list[list[int]] = [[]]
    filled = whole.head
    for place, high in enumerate(whole.heights):
        if parts[-1] and filled + high > area.height:
            parts.append([])
            filled = whole.head
        parts[-1].append(place)
        filled += high
    return [
        Set(
            columns=whole.columns,
            rows=tuple(whole.rows[place] for place in part),
            size=whole.size,
            widths=whole.widths,
            head=whole.head,
            heights=tuple(whole.heights[place] for place in part),
        )
        for part in parts
    ]


def draw(tree: Any, found: Set, left: float, top: float, about: str) -> Any:
    """Add a table with its heads marked up as such.

    Parameters
    ----------
    tree : shapes of a slide
        To which it is added.
    found : Set
        The table.
    left, top : float
        Its corner, in points.
    about : str
        Its alternative text.
    """
    frame = tree.add_table(
        len(found.rows) + 1,
        len(found.columns),
        Pt(left),
        Pt(top),
        Pt(found.width),
        Pt(found.height),
    )
    shapes.describe(frame, "Table", about)
    table = frame.table
    table.first_row, table.horz_banding = True, False
    style = frame._element.graphic.graphicData.tbl.tblPr
    style.find(f"{{{style.nsmap['a']}}}tableStyleId").text = _PLAIN_STYLE
    numeric = [
        _is_numeric([row[place] for row in found.rows]) for place in range(len(found.widths))
    ]
    for place, width in enumerate(found.widths):
        table.columns[place].width = Pt(width)
    for place, height in enumerate((found.head, *found.heights)):
        table.rows[place].height = Pt(height)
        row = found.columns if place == 0 else found.rows[place - 1]
        for column, words in enumerate(row):
            _cell(
                table.cell(place, column),
                words,
                found.size,
                is_head=place == 0,
                is_number=numeric[column],
            )
    return frame


def _is_numeric(cells: Sequence[str]) -> bool:
    """Return whether a column holds numbers, which stand at the right."""
    filled = [cell for cell in cells if cell]
    return bool(filled) and all(cell[0] in _NUMBER_STARTS and len(cell) < 30 for cell in filled)


def _cell(cell: Any, words: str, size: float, *, is_head: bool, is_number: bool) -> None:
    cell.margin_left = cell.margin_right = Pt(PAD)
    cell.margin_top = cell.margin_bottom = Pt(2)
    cell.vertical_anchor = MSO_ANCHOR.BOTTOM if is_head else MSO_ANCHOR.TOP
    if is_head:
        cell.fill.solid()
        cell.fill.fore_color.rgb = shapes.rgb(theme.DARK_BLUE)
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT if is_number else PP_ALIGN.LEFT
    run = paragraph.add_run()
    run.text = words.replace("\n", " ")
    run.font.size, run.font.bold = Pt(size), is_head
    run.font.color.rgb = shapes.rgb(theme.WHITE if is_head else theme.TEXT)
    if not is_head:
        properties = cell._tc.get_or_add_tcPr()
        properties.insert(0, parse_xml(_UNDERLINE))


_UNDERLINE: Final = (
    '<a:lnB xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" w="6350">'
    f'<a:solidFill><a:srgbClr val="{theme.GRID[1:]}"/></a:solidFill></a:lnB>'
)
