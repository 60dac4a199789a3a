"""The first sheet: what the workbook is, how it was made, and where everything is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from analytics.exhibits.wording import day, plural
from analytics.reports.pack import SYNTHETIC, Item, Pack
from analytics.reports.workbook.cells import text
from analytics.reports.workbook.columns import SheetTable
from analytics.reports.workbook.sheet import Sheet

COVER: Final = "Cover"
_AS_AT = re.compile(r"as at (\d{1,2} [A-Z][a-z]+ \d{4})")


def as_at(item: Item) -> tuple[str, ...]:
    """Return the dates at which an exhibit's data stood, as its source line tells them."""
    return tuple(dict.fromkeys(_AS_AT.findall(item.exhibit.source)))


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
    prepared = f"{day(pack.prepared_at)} at {pack.prepared_at:%H:%M}"
    dates = dict.fromkeys(date for item in pack.items for date in as_at(item))
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
