"""The charts of an exhibit on its sheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from analytics.reports.charts import Panel, panels
from analytics.reports.pack import Item
from analytics.reports.workbook.blocks import Block, blocks_of, lost_lines
from analytics.reports.workbook.cells import text
from analytics.reports.workbook.data import Places
from analytics.reports.workbook.native import draw
from analytics.reports.workbook.sheet import LONGEST_ALT, Sheet

WIDTH: Final = 760
SHORTEST, TALLEST = 300, 1_600
"""Pixels."""
GAP: Final = 6
Charted = tuple[Panel, tuple[Block, ...]]
NOT_A_CHART: Final = (
    "The picture on the page is not a kind of chart that a workbook has; it shows what is in the "
    "table."
)


def charted(item: Item) -> tuple[Charted, ...]:
    """Return the charts of an exhibit with what each reads; none for what is no chart."""
    found = ((panel, blocks_of(panel)) for panel in panels(item.exhibit.figure) if panel.is_chart)
    return tuple((panel, blocks) for panel, blocks in found if blocks)


def describe(sheet: Sheet, item: Item, charts: Sequence[Charted]) -> None:
    """Write what the picture of an exhibit shows in words."""
    if item.exhibit.figure is None:
        return
    words = [item.exhibit.alt_text]
    if not charts:
        words.append(NOT_A_CHART)
    words += [
        f"Not in this chart, but on the page: a line, {line.name}."
        for panel, _ in charts
        for line in lost_lines(panel)
        if line.name
    ]
    sheet.line(" ".join(["In words:", *filter(None, words)]))


def height(item: Item) -> int:
    """Return the pixels that the charts of an exhibit take down the sheet."""
    return _height(item) + 2 * GAP


def _height(item: Item) -> int:
    layout = (item.exhibit.figure or {}).get("layout") or {}
    return max(SHORTEST, min(int(layout.get("height") or 420), TALLEST))


def insert(
    book: Any,
    sheet: Sheet,
    row: int,
    item: Item,
    charts: Sequence[Charted],
    places: Sequence[Sequence[Places]],
) -> None:
    """Draw the charts into their row, beside each other as the figure has them."""
    height = _height(item)
    sheet.keep_whole(row, (WIDTH + GAP, height + 2 * GAP))
    for number, ((panel, blocks), runs) in enumerate(zip(charts, places, strict=True), start=1):
        left, bottom, right, top = _place(panel, number, charts)
        size = round((right - left) * WIDTH) - GAP, round((top - bottom) * height)
        chart = draw(book, panel, blocks, runs, size)
        of_several = f" {number} of {len(charts)}" if len(charts) > 1 else ""
        title = f", {panel.title}" if panel.title else ""
        alt = text(f"Chart{of_several}{title}: {item.exhibit.alt_text}")[:LONGEST_ALT]
        sheet.worksheet.insert_chart(
            row,
            1,
            chart,
            {
                "x_offset": GAP + round(left * WIDTH),
                "y_offset": GAP + round((1 - top) * height),
                "object_position": 2,
                "description": alt,
            },
        )


def _place(
    panel: Panel, number: int, charts: Sequence[Charted]
) -> tuple[float, float, float, float]:
    """Return the share of the room that a chart has: a whole row of charts fills the width."""
    if len(charts) == 1:
        return 0.0, 0.0, 1.0, 1.0
    rows = sorted({round(one.place[3], 2) for one, _ in charts}, reverse=True)
    mine = rows.index(round(panel.place[3], 2))
    beside = [
        place
        for place, (one, _) in enumerate(charts, start=1)
        if round(one.place[3], 2) == rows[mine]
    ]
    at = beside.index(number)
    return (
        at / len(beside),
        1 - (mine + 1) / len(rows),
        (at + 1) / len(beside),
        1 - mine / len(rows),
    )
