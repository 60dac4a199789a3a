"""The first sheet: what the workbook is, how it was made, and where everything is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from analytics.exhibits.wording import day, moment, plural
from analytics.reports.pack import SYNTHETIC, Item, Pack
from analytics.reports.workbook.cells import text
from analytics.reports.workbook.columns import SheetTable
from analytics.reports.workbook.sheet import Sheet

COVER: Final = "Cover"


def as_at(item: Item) -> str:
    """Return the date at which an exhibit's data stood; empty where there is not one for all."""
    return day(item.exhibit.as_at) if item.exhibit.as_at else ""


def cover_sheet(sheet: Sheet, pack: Pack, sheets: Iterable[tuple[str, str, str]]) -> None:
    """Write the cover.

    Parameters
    ----------
    sheet : Sheet
        Empty.
    pack : Pack
        What is in the workbook.
    sheets : iterable of (str, str, str)
        Name of each sheet, what is on it and the date of its data; each becomes a link.
    """
    listed = tuple(sheets)
    prepared = moment(pack.prepared_at)
    dates = dict.fromkeys(filter(None, map(as_at, pack.items)))
    sheet.title(pack.title)
    exhibits = plural(len(pack.items), "exhibit", "exhibits")
    sheet.line(
        f"This workbook has {exhibits} of EMMIE Explorer, one to a sheet: the finding, "
        "the numbers as a table and, where there is one, a chart that reads them from cells."
    )
    if pack.synthetic:
        sheet.line(f"{SYNTHETIC}: see which sheets in the list below.", sheet.styles.bold)
    sheet.line(f"Marking: {pack.marking}")
    sheet.line(f"Prepared: {prepared}. The numbers are as they were then.")
    sheet.line(f"Version of the app: {pack.version}")
    sheet.line(f"Data as at: {'; '.join(dates) or 'see the source on each sheet'}")
    for policy in pack.policies:
        sheet.line(f"Disclosure policy: {policy}")
    sheet.line("The table below lists every sheet, with a link to it.")
    first, _ = sheet.table(
        SheetTable(
            headers=("What is on it", "Sheet", "Data as at"),
            rows=tuple((text(words), name, date) for name, words, date in listed),
        ),
        "Table_Sheets",
    )
    for row, (name, _, _) in enumerate(listed, start=first):
        sheet.write_link(row, 1, name, name)
