"""A table as a file: the exhibit's rows with its title, filters, notes and source."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime

from analytics.exhibits import wording
from analytics.exhibits.exhibit import Exhibit
from analytics.reports.symbols import SYMBOLS

_NUMBER = r"[+-]?£?\d[\d,.]*(e[+-]?\d+)?%?"
NUMBERS = re.compile(rf"{_NUMBER}( to {_NUMBER})?( \({_NUMBER} to {_NUMBER}\))?")
"""A number with its sign, an interval, or both: never a formula."""
ONE_NUMBER = re.compile(r"[+-]?\d{1,3}(,\d{3})*(\.\d+)?")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def table_csv(
    exhibit: Exhibit,
    *,
    filters: str,
    policy: str = "",
    prepared_at: datetime | None = None,
    version: str = "",
    marking: str = "",
) -> bytes:
    """Return the exhibit's table as CSV, with what it shows and where it comes from above it.

    Parameters
    ----------
    exhibit : Exhibit
        What was shown.
    filters : str
        The filters in words.
    policy : str
        The disclosure policy that was applied, as a sentence.
    prepared_at : datetime, optional
        When the numbers were taken.
    version : str
        Version of the app that computed them.
    marking : str
        The body's own security marking, in capitals; none when empty.

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
    if policy:
        about.append(f"Disclosure control: {policy}")
    if prepared_at:
        about.append(f"Numbers taken: {wording.moment(prepared_at)}")
    if version:
        about.append(f"Computed by: EMMIE Explorer {version}")
    if marking:
        about.append(f"Marking: {marking}")
    held = {cell for row in exhibit.download.rows for cell in row}
    about += [f"Symbol: {symbol} {meaning}" for symbol, meaning in SYMBOLS if symbol in held]
    writer.writerows([_safe(line)] for line in about)
    writer.writerow([])
    writer.writerow([_safe(column) for column in exhibit.download.columns])
    writer.writerows([_safe(cell) for cell in row] for row in exhibit.download.rows)
    writer.writerow([])
    writer.writerows([_safe(f"Note: {note}")] for note in exhibit.notes)
    return text.getvalue().encode("utf-8-sig")


def _safe(cell: object) -> object:
    """Return a cell that no spreadsheet takes for a formula, nor a number for a text.

    The screen has a true minus and thousands separators; neither is read back as a number.
    """
    if not isinstance(cell, str):
        return "" if cell is None else cell
    text = cell.replace(wording.MINUS, "-")
    return text.replace(",", "") if ONE_NUMBER.fullmatch(text) else escaped(text)


def escaped(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; a signed number is none."""
    is_text = not text.startswith(FORMULA_STARTS) or NUMBERS.fullmatch(text)
    return text if is_text else f"'{text}"


def file_name(exhibit: Exhibit) -> str:
    """Return the name of the file; says so when the data is made up."""
    mark = "_synthetic" if exhibit.synthetic else ""
    return f"{exhibit.key}{mark}.csv"
