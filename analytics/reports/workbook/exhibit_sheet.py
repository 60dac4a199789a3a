"""The sheet of one exhibit: what is above its table, and the table."""

from __future__ import annotations

from collections.abc import Mapping

from analytics.exhibits.wording import listed
from analytics.extracts.filters import FILTER_WORDS
from analytics.reports.pack import SYNTHETIC, Item, Pack
from analytics.reports.workbook.columns import SheetTable
from analytics.reports.workbook.notes import EMPTY_CELLS, NOTES, SYMBOLS_SHEET
from analytics.reports.workbook.sheet import Sheet


def write_about(sheet: Sheet, pack: Pack, item: Item, numbers: Mapping[str, int]) -> None:
    """Write what stands above the chart and the table.

    Parameters
    ----------
    sheet : Sheet
        Empty.
    pack : Pack
        For the marking.
    item : Item
        The exhibit as it stood.
    numbers : Mapping
        Number of each note on the sheet of notes.
    """
    exhibit = item.exhibit
    sheet.title(item.heading)
    if item.heading != exhibit.headline:
        sheet.line(f"Finding: {exhibit.headline}", sheet.styles.bold)
    sheet.line(exhibit.subtitle)
    if exhibit.synthetic:
        sheet.line(SYNTHETIC, sheet.styles.bold)
    sheet.line(f"Marking: {pack.marking}")
    if item.annotation:
        sheet.line(f"The presenter's own words: {item.annotation}")
    for sentence in exhibit.sentences:
        sheet.line(sentence)
    sheet.line(f"Filters: {item.filters}")
    if exhibit.filters_unused:
        unused = ", ".join(FILTER_WORDS[role] for role in exhibit.filters_unused)
        sheet.line(f"Not narrowed by: {unused}.")
    sheet.line(f"Source: {exhibit.source}")
    if item.policy:
        sheet.line(f"Disclosure policy: {item.policy}")
    if exhibit.notes:
        own = listed([str(numbers[note]) for note in dict.fromkeys(exhibit.notes)])
        sheet.link(NOTES, f"Notes: {own}, on the sheet {NOTES}")


def write_about_table(sheet: Sheet, table: SheetTable) -> None:
    """Write what is to know of the exhibit's table, right above it."""
    sheet.link(SYMBOLS_SHEET, f"Symbols such as [c] are explained on the sheet {SYMBOLS_SHEET}")
    empty = f" {EMPTY_CELLS}" if table.has_empty_cells else ""
    sheet.line(f"This sheet has one table.{empty}")
