"""The table that the charts of an exhibit read: one row for each point."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from analytics.reports.charts.panel import Axis, Panel
from analytics.reports.pack import SYNTHETIC, Item, Pack
from analytics.reports.workbook.blocks import Block, Values
from analytics.reports.workbook.cells import Number, text
from analytics.reports.workbook.columns import Content, SheetTable
from analytics.reports.workbook.names import table_name
from analytics.reports.workbook.sheet import Sheet

FEW_DIGITS: Final = 3
CLOSE: Final = 1e-9
LARGE: Final = 10_000
"""From here numbers have separators, unless they are years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Where a chart finds one thing of a block: a run of cells of one column.

    Attributes
    ----------
    sheet : str
        Name of the sheet.
    first, last : int
        Rows, from 0.
    column : int
        From 0.
    """

    sheet: str
    first: int
    last: int
    column: int

    def cell(self, place: int) -> str:
        """Return the reference of one cell of the run."""
        return f"='{self.sheet}'!${_letters(self.column)}${self.first + place + 1}"

    @property
    def formula(self) -> str:
        """The reference of the whole run."""
        return f"{self.cell(0)}:{self.cell(self.last - self.first).split('!')[1]}"


def _letters(column: int) -> str:
    """Return the name of a column; no table here has more than 26 times 26."""
    more, last = divmod(column, 26)
    return (chr(64 + more) if more else "") + chr(65 + last)


Places = dict[str, Run]
"""The runs of one block, by the names of the columns."""

COLUMNS: Final[dict[str, tuple[str, Callable[[Block], Values | tuple[str, ...]]]]] = {
    "point": ("Point", lambda block: block.points),
    "across": ("Across", lambda block: block.across),
    "up": ("Up", lambda block: block.up),
    "x below": ("Interval to the left", lambda block: _lengths(block, block.below, "x")),
    "x above": ("Interval to the right", lambda block: _lengths(block, block.above, "x")),
    "y below": ("Interval below", lambda block: _lengths(block, block.below, "y")),
    "y above": ("Interval above", lambda block: _lengths(block, block.above, "y")),
    "label": ("Words at the point", lambda block: block.labels),
}


def data_sheet(
    sheet: Sheet,
    pack: Pack,
    item: Item,
    of_panels: Sequence[tuple[Panel, tuple[Block, ...]]],
    *,
    read_by: str,
) -> list[list[Places]]:
    """Write the data of an exhibit's charts and return where each block stands.

    Parameters
    ----------
    sheet : Sheet
        Empty.
    pack, item : Pack, Item
        For what stands above the table.
    of_panels : sequence of (Panel, blocks)
        The charts with what each of them reads.
    read_by : str
        Name of the sheet that the charts are on.
    """
    sheet.title(f"Chart data: {item.heading}")
    if item.exhibit.synthetic:
        sheet.line(SYNTHETIC, sheet.styles.bold)
    sheet.line(f"Marking: {pack.marking}")
    sheet.line(f"Source: {item.exhibit.source}")
    reads = "chart reads" if len(of_panels) == 1 else "charts read"
    sheet.link(read_by, f"These are the cells that the {reads} on the sheet {read_by}")
    sheet.line(
        "This sheet has one table: a row for each point. Intervals are lengths from the point. "
        "The chart changes with the cells. Empty cells: that kind of chart has no such figure."
    )
    blocks = [block for _, found in of_panels for block in found]
    used = [key for key in COLUMNS if any(any(_is_filled(v) for v in _of(b, key)) for b in blocks)]
    rows: list[tuple[Content, ...]] = []
    for place, (panel, found) in enumerate(of_panels, start=1):
        chart = panel.title or (f"Chart {place}" if len(of_panels) > 1 else "")
        for block in found:
            rows += _rows(block, text(chart), used, _forms(panel))
    headers = ("Chart and series", *(COLUMNS[key][0] for key in used))
    first, _ = sheet.table(SheetTable(headers=headers, rows=tuple(rows)), table_name(sheet.name))
    return _places(sheet.name, first, [found for _, found in of_panels], used)


def _of(block: Block, key: str) -> Values | tuple[str, ...]:
    return COLUMNS[key][1](block)


def _lengths(block: Block, given: dict[str, Values], axis: str) -> Values:
    return given.get(axis, (None,) * len(block.points))


def _is_filled(value: float | str | None) -> bool:
    return value is not None and value != ""


def _rows(
    block: Block, chart: str, used: Iterable[str], forms: Mapping[str, str]
) -> list[tuple[Content, ...]]:
    columns = [[_cell(value, forms.get(key, "0")) for value in _of(block, key)] for key in used]
    series = ": ".join(filter(None, (chart, block.name))) or "Values"
    return [(text(series), *row) for row in zip(*columns, strict=True)]


def _cell(value: float | str | None, form: str) -> Content:
    if value is None:
        return ""
    if isinstance(value, str):
        return text(" ".join(value.split()))
    return Number(value=float(f"{value:.14g}"), form=form)  # 14, not 14.000000000000002


def _forms(panel: Panel) -> dict[str, str]:
    """Return how the numbers of each column are shown: days as dates, others in a few digits."""
    return {
        "across": panel.x.number_format if panel.x.is_date else _few_digits(panel.x),
        "up": panel.y.number_format if panel.y.is_date else _few_digits(panel.y),
        **{f"x {side}": _few_digits(panel.x) for side in ("below", "above")},
        **{f"y {side}": _few_digits(panel.y) for side in ("below", "above")},
    }


def _few_digits(axis: Axis) -> str:
    """Return a format with about three digits of what an axis reaches; days are whole."""
    if axis.is_date:
        return "0"
    size = 1.0 if axis.is_log else abs(axis.high - axis.low) or 1.0
    # An axis of shares, which may reach beyond 100, has one place, as tables have.
    whole_digits = math.ceil(math.log10(size / 2) - CLOSE) if size > 2 else 1
    places = max(FEW_DIGITS - whole_digits, 0)
    whole = "#,##0" if max(abs(axis.low), abs(axis.high)) >= LARGE else "0"
    return f"{whole}.{'0' * places}" if places else whole


def _places(
    sheet: str, first: int, of_panels: Iterable[tuple[Block, ...]], used: Sequence[str]
) -> list[list[Places]]:
    found = []
    for blocks in of_panels:
        runs = []
        for block in blocks:
            last = first + len(block.points) - 1
            runs.append(
                {
                    key: Run(sheet=sheet, first=first, last=last, column=column)
                    for column, key in enumerate(used, start=1)
                }
            )
            first = last + 1
        found.append(runs)
    return found
