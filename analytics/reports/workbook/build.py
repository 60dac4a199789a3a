"""A pack as a workbook."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC
from typing import Any, Final

from analytics.errors import InvalidInputError, NotAllowedError
from analytics.reports.pack import SYNTHETIC, Item, Pack
from analytics.reports.workbook.cells import text
from analytics.reports.workbook.charts import charted, describe, height, insert
from analytics.reports.workbook.columns import sheet_table
from analytics.reports.workbook.cover import COVER, as_at, cover_sheet
from analytics.reports.workbook.data import data_sheet
from analytics.reports.workbook.exhibit_sheet import write_about, write_about_table
from analytics.reports.workbook.language import in_british_english
from analytics.reports.workbook.names import sheet_name, table_name
from analytics.reports.workbook.notes import (
    NOTES,
    SYMBOLS_SHEET,
    notes_sheet,
    numbered,
    symbols_sheet,
)
from analytics.reports.workbook.own_cells import own_cells
from analytics.reports.workbook.sheet import Sheet
from analytics.reports.workbook.styles import WIDE, Styles, options

AUTHOR: Final = "EMMIE Explorer"


def workbook(pack: Pack, progress: Callable[[int, int], None] | None = None) -> bytes:
    """Return a pack as an Excel workbook.

    Parameters
    ----------
    pack : Pack
        What is in it; the same pack gives the same bytes.
    progress : callable, optional
        Called with how many exhibits are done, and of how many, after each.

    Returns
    -------
    bytes
        The file: a cover, notes, symbols, then one sheet for each exhibit, and after it one with
        the data of its chart where the chart can't read them from the table.

    Raises
    ------
    NotAllowedError
        When an exhibit is for the screen only.
    InvalidInputError
        When the pack is empty.
    """
    import xlsxwriter  # noqa: PLC0415  it is needed only when a file is made

    _check(pack)
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, options())
    _describe(book, pack)
    _fill(book, pack, progress)
    book.close()
    return in_british_english(content.getvalue())


def _check(pack: Pack) -> None:
    if not pack.items:
        raise InvalidInputError("A workbook needs at least one exhibit")
    if any(item.exhibit.is_shown_only for item in pack.items):
        raise NotAllowedError("An exhibit for the screen only can't go into a file")


def _describe(book: Any, pack: Pack) -> None:
    made_up = f" {SYNTHETIC}." if pack.synthetic else ""
    book.set_properties(
        {
            "title": text(pack.title),
            "subject": text(f"Exhibits with their numbers, prepared for a meeting.{made_up}"),
            "author": f"{AUTHOR} {text(pack.version)}".strip(),
            "category": text(pack.marking),
            "created": pack.prepared_at.astimezone(UTC).replace(tzinfo=None),
        }
    )


def _fill(book: Any, pack: Pack, progress: Callable[[int, int], None] | None) -> None:
    """Make the sheets in their order; the first ones list what the others turn out to be."""
    styles = Styles(book)
    front = [Sheet(book, name, styles, pack, width=WIDE) for name in (COVER, NOTES, SYMBOLS_SHEET)]
    front[0].worksheet.activate()
    names = [
        sheet_name(number, item.exhibit.key) for number, item in enumerate(pack.items, start=1)
    ]
    contents = [(NOTES, "The notes of every exhibit", ""), (SYMBOLS_SHEET, "What symbols mean", "")]
    numbers = numbered(pack)
    for number, (name, item) in enumerate(zip(names, pack.items, strict=True), start=1):
        sheet = Sheet(book, name, styles, pack)
        write_about(sheet, pack, item, numbers)
        contents.append((name, _listed(item), as_at(item)))
        further = _write_exhibit(book, sheet, pack, item, styles)
        if further:
            contents.append((further, f"Data of the chart on the sheet {name}", ""))
        if progress:
            progress(number, len(pack.items))
    cover_sheet(front[0], pack, contents)
    notes_sheet(front[1], pack, names)
    symbols_sheet(front[2], pack)


def _write_exhibit(book: Any, sheet: Sheet, pack: Pack, item: Item, styles: Styles) -> str:
    """Write what is below an exhibit's lines; return the name of the sheet of its chart's data."""
    charts = charted(item)
    table = sheet_table(item.exhibit.download)
    row = sheet.row
    describe(sheet, item, charts)
    if table.rows:
        write_about_table(sheet, table)
    if charts:
        sheet.make_room(row, height(item))
    places = None
    if table.rows:
        first, _ = sheet.table(table, table_name(sheet.name))
        places = own_cells(charts, table, sheet.name, first)
    if not charts:
        return ""
    further = ""
    if places is None:
        number, _, words = sheet.name.partition(" ")
        further = sheet_name(int(number), words, part="b")
        data = Sheet(book, further, styles, pack)
        places = data_sheet(data, pack, item, charts, read_by=sheet.name)
    insert(book, sheet, row, item, charts, places)
    return further


def _listed(item: Item) -> str:
    return f"{item.heading} ({SYNTHETIC})" if item.exhibit.synthetic else item.heading
