"""The sheet of notes and the sheet of symbols."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from analytics.reports.pack import Pack
from analytics.reports.symbols import SYMBOLS
from analytics.reports.workbook.cells import Number, text
from analytics.reports.workbook.columns import SheetTable
from analytics.reports.workbook.sheet import Sheet

NOTES: Final = "Notes"
SYMBOLS_SHEET: Final = "Symbols"
EMPTY_CELLS: Final = "An empty cell means that the row has no such figure."


def numbered(pack: Pack) -> Mapping[str, int]:
    """Return every note of the pack with its number, in the order in which they are met."""
    notes = dict.fromkeys(note for item in pack.items for note in item.exhibit.notes)
    return {note: number for number, note in enumerate(notes, start=1)}


def notes_sheet(sheet: Sheet, pack: Pack, sheets: Iterable[str]) -> None:
    """Write every note once, with the sheets that it belongs to."""
    names = tuple(sheets)
    sheet.title("Notes")
    sheet.line(f"Marking: {pack.marking}")
    sheet.line("This sheet has one table: every note once, with the sheets that it belongs to.")
    rows = tuple(
        (
            text(note),
            Number(value=number, form="0"),
            ", ".join(
                name
                for name, item in zip(names, pack.items, strict=True)
                if note in item.exhibit.notes
            ),
        )
        for note, number in numbered(pack).items()
    )
    if not rows:
        sheet.line("No exhibit of this workbook has notes.")
        return
    sheet.table(SheetTable(headers=("Note", "Number", "Sheets"), rows=rows), "Table_Notes")


def symbols_sheet(sheet: Sheet, pack: Pack) -> None:
    """Write what stands where a number can't."""
    sheet.title("Symbols")
    sheet.line(f"Marking: {pack.marking}")
    sheet.line("This sheet has one table: what stands in a cell in place of a number, and why.")
    sheet.line(EMPTY_CELLS)
    sheet.table(SheetTable(headers=("Symbol", "Meaning"), rows=SYMBOLS), "Table_Symbols")
