"""Whether a chart can read an exhibit's own table: its categories and values stand there whole."""

from __future__ import annotations

from collections.abc import Sequence

from analytics.reports.charts.panel import Panel
from analytics.reports.workbook.blocks import Block
from analytics.reports.workbook.cells import Number
from analytics.reports.workbook.columns import SheetTable
from analytics.reports.workbook.data import Places, Run


def own_cells(
    charts: Sequence[tuple[Panel, Sequence[Block]]], table: SheetTable, sheet: str, first: int
) -> list[list[Places]] | None:
    """Return where the exhibit's table holds what its charts read, or None when it does not.

    Parameters
    ----------
    charts : sequence of (Panel, blocks)
        What is drawn.
    table : SheetTable
        The exhibit's.
    sheet : str
        Name of the sheet it stands on.
    first : int
        Its first row of data, from 0.
    """
    found: list[list[Places]] = []
    for panel, blocks in charts:
        places = [_places(panel, block, table, sheet, first) for block in blocks]
        known = [place for place in places if place is not None]
        if not places or len(known) < len(places):
            return None
        found.append(known)
    return found


def _places(panel: Panel, block: Block, table: SheetTable, sheet: str, first: int) -> Places | None:
    """Return the runs of one block; only bars without intervals or labels can be whole cells."""
    is_plain = block.role == "series" and not block.below and not any(block.labels)
    if panel.kind == "xy" or not is_plain or len(block.points) != len(table.rows):
        return None
    values = block.across if panel.is_horizontal else block.up
    names = _column(table, [" ".join(point.split()) for point in block.points])
    numbers = _column(table, list(values))
    if names is None or numbers is None:
        return None
    last = first + len(table.rows) - 1
    key = "across" if panel.is_horizontal else "up"
    return {
        "point": Run(sheet=sheet, first=first, last=last, column=names),
        key: Run(sheet=sheet, first=first, last=last, column=numbers),
    }


def _column(table: SheetTable, wanted: list[str] | list[float | None]) -> int | None:
    columns = list(zip(*table.rows, strict=True))
    matches = [place for place, cells in enumerate(columns) if _plain(cells) == wanted]
    return matches[0] if len(matches) == 1 else None


def _plain(cells: Sequence[Number | str]) -> list[float | str | None]:
    return [cell.value if isinstance(cell, Number) else cell or None for cell in cells]
