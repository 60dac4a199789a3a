"""A table as a file: the exhibit's rows with its title, filters, notes and source."""

from __future__ import annotations

import csv
import io
import re

from analytics.exhibits.exhibit import Exhibit

NUMBERS = re.compile(r"[+-]?\d[\d,.]*(e[+-]?\d+)?( to [+-]?\d[\d,.]*)?")
"""A number with its sign, or an interval: never a formula."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def table_csv(exhibit: Exhibit, *, filters: str) -> bytes:
    """Return the exhibit's table as CSV, with what it shows and where it comes from above it.

    Parameters
    ----------
    exhibit : Exhibit
        What was shown.
    filters : str
        The filters in words.

    Returns
    -------
    bytes
        UTF-8 with a byte order mark, so that spreadsheets show every character.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    about = [exhibit.headline, exhibit.subtitle, f"Filters: {filters}", f"Source: {exhibit.source}"]
    if exhibit.synthetic:
        about.append("SYNTHETIC DATA: made up, calibrated to published figures")
    writer.writerows([_safe(line)] for line in about)
    writer.writerow([])
    writer.writerow([_safe(column) for column in exhibit.download.columns])
    writer.writerows([_safe(cell) for cell in row] for row in exhibit.download.rows)
    writer.writerow([])
    writer.writerows([f"Note: {note}"] for note in exhibit.notes)
    return text.getvalue().encode("utf-8-sig")


def _safe(cell: object) -> object:
    """Return a cell that no spreadsheet takes for a formula."""
    if not isinstance(cell, str) or not cell.startswith(FORMULA_STARTS):
        return "" if cell is None else cell
    return cell if NUMBERS.fullmatch(cell) else f"'{cell}"


def file_name(exhibit: Exhibit) -> str:
    """Return the name of the file; says so when the data is made up."""
    mark = "_synthetic" if exhibit.synthetic else ""
    return f"{exhibit.key}{mark}.csv"
