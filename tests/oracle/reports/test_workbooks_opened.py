"""Workbooks of the real exhibits, opened by programs that did not write them.

openpyxl reads each number, which is compared with what the exhibit's download table says;
LibreOffice opens and saves them again, and writes each cell as it shows it, which is compared word
for word.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import to_excel

from analytics.ask import evaluations_for
from analytics.emmie.effect.analyses import AnalysesQuestion
from analytics.exhibits.exhibit import Exhibit, Table
from analytics.reports.charts import Panel, panels
from analytics.reports.pack import Item, Pack
from analytics.reports.symbols import IS_SYMBOL
from analytics.reports.workbook import workbook
from analytics.reports.workbook.cells import text
from tests.helpers.deep_dive_exhibits import deep_dive_exhibits
from tests.helpers.letter_exhibits import letter_exhibits
from tests.helpers.office import converted

pytestmark = pytest.mark.timeout(900)

SHEETS_OF_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1"
"""UTF-8, every sheet to a file of its own, each cell as it is shown."""
PART = re.compile(r"(.*): (low|high|out of|number|of what|share|unit|remark)")


@cache
def exhibits() -> tuple[Exhibit, ...]:
    """Return one exhibit of each kind, and with each kind of column."""
    found: dict[tuple[object, ...], Exhibit] = {}
    shown = [
        *(one for name in evaluations_for(AnalysesQuestion) for one in letter_exhibits(name)),
        *deep_dive_exhibits(),
    ]
    for _, several in shown:
        for one in several:
            if not one.is_shown_only:
                kind = re.sub(r"\d+", "", one.key), one.download.columns, _shapes(one.download)
                found.setdefault(kind, one)
    return tuple(found.values())


def _shapes(table: Table) -> tuple[frozenset[str], ...]:
    """Return what the cells of each column look like, without their digits."""
    return tuple(
        frozenset(re.sub(r"[\d,.]+", "9", str(row[place]))[:12] for row in table.rows)
        for place in range(len(table.columns))
    )


@cache
def content(step: int = 1) -> bytes:
    """Return the workbook of every exhibit, or of one in so many."""
    chosen = exhibits()[::step]
    pack = Pack(
        title="Every kind of exhibit",
        items=tuple(Item(exhibit=one, policy="Small counts are withheld.") for one in chosen),
        prepared_at=datetime(2026, 3, 5, 9, 30, tzinfo=UTC),
        version="0.6.0",
        marking="OFFICIAL",
    )
    return workbook(pack)


@pytest.fixture(scope="module")
def book() -> Workbook:
    return load_workbook(io.BytesIO(content()))


def sheets(names: list[str]) -> Iterator[tuple[Exhibit, str]]:
    """Yield each exhibit with the name of its sheet."""
    by_number = {name.split(" ")[0]: name for name in names}
    for number, one in enumerate(exhibits(), start=1):
        yield one, by_number[str(number)]


WRITTEN = {
    frozenset({"", "number", "out of"}): "{main} ({number} of {out of})",
    frozenset({"", "out of", "of what", "share"}): "{main} of {out of} {of what} ({share})",
    frozenset({"", "out of"}): "{main} of {out of}",
    frozenset({"", "unit"}): "{main} {unit}",
    frozenset({"", "remark"}): "{main} ({remark})",
    frozenset({"", "low", "high"}): "{main} ({low} to {high})",
    frozenset({"low", "high"}): "{low} to {high}",
}
"""How an exhibit writes in one cell what a sheet has in several columns."""


def together(parts: dict[str, str]) -> str:
    """Return the text of one cell of an exhibit from what the columns of a sheet show."""
    shown = set(parts.values())
    if len(shown) == 1 and (len(parts) == 1 or shown <= {*IS_SYMBOL, ""}):
        return shown.pop()
    if "" in parts and not any(cell for part, cell in parts.items() if part):
        return parts[""]
    named = {part or "main": cell for part, cell in parts.items()}
    return WRITTEN[frozenset(parts)].format(**named)


def rejoined(table: Table, headers: list[str], rows: list[list[str]]) -> list[list[str]]:
    """Return the exhibit's rows from the columns of a sheet."""
    at, groups = 0, []
    for name in table.columns:
        end = at + 1
        plain = " ".join(name.split())
        while (
            end < len(headers)
            and (part := PART.fullmatch(headers[end]))
            and (part[1] == plain and plain not in headers[end:])
        ):
            end += 1
        groups.append((plain, at, end))
        at = end
    assert at == len(headers), (table.columns, headers)
    return [
        [
            together(
                {
                    part_of(header, name): cell
                    for header, cell in zip(headers[start:end], row[start:end], strict=True)
                }
            )
            for name, start, end in groups
        ]
        for row in rows
    ]


def part_of(header: str, name: str) -> str:
    found = PART.fullmatch(header)
    return found[2] if found and found[1] == name else ""


def shown(cell: Any) -> str:
    """Return a cell of an exhibit with the minus that spreadsheets show."""
    words = "" if cell is None else str(cell)
    is_figure = re.sub(r"[^A-Za-z]", "", words) in {"", "to", "of"}
    return words.replace("−", "-") if is_figure else words


def test_every_number_that_openpyxl_reads_is_the_exhibit_s(book: Workbook) -> None:
    """Each number of each download table stands in its row as a number, in the same order."""
    checked = 0
    for one, name in sheets(book.sheetnames):
        if not one.download.rows:
            assert not book[name].tables
            continue
        (table,) = book[name].tables.values()
        _, *rows = [[cell.value for cell in row] for row in book[name][table.ref]]
        assert len(rows) == len(one.download.rows)
        for mine, theirs in zip(rows, one.download.rows, strict=True):
            found = [Decimal(str(cell)) for cell in mine if isinstance(cell, int | float)]
            wanted = [figure for cell in theirs for figure in figures(cell)]
            assert is_within(found, wanted), (one.key, mine, theirs)
            checked += len(found)
    assert checked > 10_000


def figures(cell: Any) -> list[Decimal]:
    """Return every figure that a cell of an exhibit shows."""
    if cell is None:
        return []
    if isinstance(cell, int | float):
        return [Decimal(str(cell))]
    return [
        Decimal(sign.replace("−", "-").replace("+", "") + digits.replace(",", ""))
        / (100 if percent else 1)
        for sign, digits, percent in re.findall(r"([+−-]?)£?(\d[\d,]*(?:\.\d+)?)(%?)", cell)
    ]


def is_within(found: list[Decimal], wanted: list[Decimal]) -> bool:
    """Return whether the first are among the second, in the same order."""
    rest = iter(wanted)
    return all(any(one == other for other in rest) for one in found)


def test_no_whole_number_stays_a_text(book: Workbook) -> None:
    """A text of a table that is one number would be a number that nobody can add up."""
    for one, name in sheets(book.sheetnames):
        for table in book[name].tables.values():
            for row in list(book[name][table.ref])[1:]:
                for cell in row:
                    if isinstance(cell.value, str):
                        is_number = re.fullmatch(r"[+−-]?£?\d[\d,]*(\.\d+)?%?", cell.value)
                        assert not is_number, (one.key, cell.coordinate, cell.value)


def test_every_cell_that_libreoffice_shows_is_the_exhibit_s(tmp_path: Path, book: Workbook) -> None:
    """What is on the screen, word for word: no digit is lost, none invented."""
    file = tmp_path / "book.xlsx"
    file.write_bytes(content())
    files = {path.stem.removeprefix("book-"): path for path in converted(file, SHEETS_OF_CSV)}
    assert set(files) == set(book.sheetnames)
    checked = 0
    for one, name in sheets(book.sheetnames):
        if not one.download.rows:
            continue
        (table,) = book[name].tables.values()
        first, width = book[name][table.ref][0][0].row, len(table.tableColumns)
        with files[name].open(encoding="utf-8", newline="") as stream:
            rows = [row + [""] * (width - len(row)) for row in csv.reader(stream)]
        headers, *rest = (row[:width] for row in rows[first - 1 :])
        assert headers == [column.name for column in table.tableColumns]
        again = rejoined(one.download, headers, rest)
        wanted = [[shown(cell) for cell in row] for row in one.download.rows]
        for mine, theirs in zip(again, wanted, strict=True):
            for cell, other in zip(mine, theirs, strict=True):
                assert cell.lstrip("'").replace("−", "-") == text(other).lstrip("'").replace(
                    "−", "-"
                ), (one.key, mine, theirs)
                checked += 1
    assert checked > 10_000


def test_libreoffice_saves_the_same_cells_again(tmp_path: Path) -> None:
    """Recomputed and saved by another program, every cell of every sheet is what it was."""
    file = tmp_path / "book.xlsx"
    file.write_bytes(content(6))
    book = load_workbook(file)
    (saved,) = converted(file, "xlsx")
    again = load_workbook(saved)
    assert again.sheetnames == book.sheetnames
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                other = again[sheet.title][cell.coordinate].value
                if isinstance(cell.value, int | float):
                    assert other == pytest.approx(cell.value, rel=1e-14), (
                        sheet.title,
                        cell.coordinate,
                    )
                else:
                    assert other == cell.value, (sheet.title, cell.coordinate)
        assert set(sheet.tables) == set(again[sheet.title].tables)
        assert len(again[sheet.title]._charts) == len(sheet._charts)


def test_every_chart_reads_the_figure_s_values_from_cells(book: Workbook) -> None:
    """Categories, values and both lengths of every interval, of every series of every figure."""
    charts = 0
    for one, name in sheets(book.sheetnames):
        drawn = [panel for panel in panels(one.figure) if panel.is_chart]
        assert len(book[name]._charts) == len(drawn), one.key
        for panel, chart in zip(drawn, book[name]._charts, strict=True):
            read = [_read(book, panel, series) for series in chart.series]
            for series in panel.series:
                assert _has(read, panel, series), (one.key, series.name)
            charts += 1
    assert charts > 100


def _read(book: Workbook, panel: Panel, series: Any) -> dict[str, list[Any]]:
    found = {"values": _cells(book, (series.yVal or series.val).numRef.f)}
    if panel.kind == "xy":
        found["across"] = _cells(book, series.xVal.numRef.f)
    bars = series.errBars
    for error in [] if bars is None else bars if isinstance(bars, list) else [bars]:
        found["plus"] = _cells(book, error.plus.numRef.f)
        found["minus"] = _cells(book, error.minus.numRef.f)
    return found


def _cells(book: Workbook, reference: str) -> list[Any]:
    sheet, cells = reference.rsplit("!", 1)
    found = book[sheet.strip("'")][cells.replace("$", "")]
    return [found.value] if not isinstance(found, tuple) else [cell.value for (cell,) in found]


def _has(read: list[dict[str, list[Any]]], panel: Panel, series: Any) -> bool:
    """Return whether the charts read every point of a series, as one series or by its markers."""
    points = _points(series.x, series.y, series)
    if panel.kind != "xy":
        points = {(y, *rest) for _, y, *rest in points}
    held: set[tuple[Any, ...]] = set()
    for one in read:
        size = len(one["values"])
        plus, minus = one.get("plus", [0.0] * size), one.get("minus", [0.0] * size)
        across = one.get("across", [None] * size)
        for x, y, more, less in zip(across, one["values"], plus, minus, strict=True):
            where = (_round(x), _round(y)) if panel.kind == "xy" else (_round(y),)
            held.add((*where, _round(more), _round(less)))
    return points <= held


def _points(x: Any, y: Any, series: Any) -> set[tuple[Any, ...]]:
    size = len(x)
    error = series.errors[0] if series.errors else None
    plus = error.plus if error else (0.0,) * size
    minus = error.minus if error else (0.0,) * size
    return {
        (_round(a), _round(b), _round(c), _round(d))
        for a, b, c, d in zip(x, y, plus, minus, strict=True)
        if a is not None and b is not None
    }


def _round(value: Any) -> Any:
    if isinstance(value, datetime):
        value = to_excel(value)  # a cell that is shown as a day
    return None if value is None else float(f"{float(value):.14g}")
