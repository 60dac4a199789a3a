"""The slides of a pack: title, exhibits, and their tables at the end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.text import MSO_ANCHOR
from pptx.util import Pt

from analytics.exhibits import wording
from analytics.exhibits.exhibit import Table
from analytics.reports.charts import Panel, bands, panels
from analytics.reports.pack import Item, Pack
from analytics.reports.powerpoint import (
    arrange,
    charts,
    drawings,
    furniture,
    over,
    pictures,
    room,
    shapes,
    tables,
    text,
    words,
)
from analytics.reports.powerpoint.area import Area
from analytics.reports.powerpoint.arrange import Placed
from analytics.reports.powerpoint.furniture import Furniture
from analytics.reports.powerpoint.template import Template

SENTENCE_SIZES: Final = (20.0, 18.0, 16.0, 14.0)
MOST_PAGES: Final = 3
"""Slides of one table."""
LEFT_OUT: Final = 18.0
"""Height of the line that says which rows of a table are left out."""
GAP: Final = 14.0
LEAST_CHART: Final = 500.0
LEAST_FIGURE: Final = 190.0
LEAST_PLOT: Final = 115.0
"""Heights that the presenter's words leave of a figure and a plot; else they have their slide."""
COVER_SIZE: Final = 20.0
APPENDIX: Final = "Appendix: tables"


class Slides:
    """Slides that are added one after the other to a template."""

    def __init__(self, made: Template, pack: Pack) -> None:
        self._made, self._pack = made, pack
        self._furniture = Furniture(made, pack)
        self._behind: list[Item] = []

    def title(self) -> None:
        """Add the first slide: what the pack is, when it was prepared, and its marking."""
        pack = self._pack
        slide = self._made.presentation.slides.add_slide(self._made.title_layout)
        slide.shapes.title.text = pack.title
        lines = [
            words.mark(pack, synthetic=pack.synthetic),
            f"Prepared {wording.moment(pack.prepared_at)}, version {pack.version}",
            wording.plural(len(pack.items), "exhibit", "exhibits"),
        ]
        others = [one for one in slide.placeholders if one.placeholder_format.idx != 0]
        for number, one in enumerate(others):
            if number == 0 and one.has_text_frame:
                furniture.write_marked(one, lines, COVER_SIZE)
            else:
                one.element.getparent().remove(one.element)
        slide.notes_slide.notes_text_frame.text = "\n".join([*lines, "", *pack.policies])

    def item(self, item: Item) -> None:
        """Add the slides of one exhibit.

        The presenter's own words stand under the figure; where that would leave too little room, or
        need more slides, they have a slide of their own after it.
        """
        found = panels(item.exhibit.figure)
        level = bands.level_in(item.exhibit.subtitle)
        found = tuple(bands.with_level(panel, level) for panel in found)
        is_apart = bool(item.annotation) and self._is_crowded(item, found)
        if is_apart:
            self._furniture.note_apart(item)
        self._exhibit(item, found)
        if is_apart:
            self._note(item)

    def _exhibit(self, item: Item, found: Sequence[Panel]) -> None:
        area = self._furniture.figure_area(item)
        if not found:
            self._without_figure(item, area)
        elif all(panel.is_chart for panel in found):
            self._charts(item, found, area)
        elif all(panel.reason == "icons" for panel in found):
            slide = self._furniture.add(item)
            self._drawing(slide, item, lambda tree: drawings.icons(tree, found, area))
            self._behind.append(item)
        elif len(found) == 1 and found[0].boxes and drawings.fits(found[0], area):
            slide = self._furniture.add(item)
            self._drawing(slide, item, lambda tree: drawings.flow(tree, found[0], area))
            self._behind.append(item)
        else:
            self._picture(item, area)

    def _is_crowded(self, item: Item, found: Sequence[Panel]) -> bool:
        """Return whether the presenter's own words leave too little room for the figure."""
        area = self._furniture.figure_area(item)
        whole = self._furniture.figure_area(replace(item, annotation=""))
        if area.height < LEAST_FIGURE or _slides(item, found, area) > _slides(item, found, whole):
            return True
        return _least_plot(found, area) < LEAST_PLOT <= _least_plot(found, whole)

    def _note(self, item: Item) -> None:
        slide, area = self._furniture.plain(
            f"{item.heading} ({words.OWN_WORDS.rstrip(':').lower()})", item.exhibit.subtitle
        )
        said = f"{words.OWN_WORDS} {item.annotation}"
        size, _ = text.fitted(said, area.width - 24, area.height - 16, SENTENCE_SIZES)
        high = text.height(len(text.wrapped(said, size, area.width - 24)), size) + 16
        furniture.own_words(slide, replace(area, height=min(high, area.height)), [said], size)
        slide.notes_slide.notes_text_frame.text = self._furniture.notes(item)

    def appendix(self) -> None:
        """Add the short tables of figures that have none beside them, behind a slide that says so.

        Longer ones stay out: they are in the workbook and on the web page.
        """
        tabled = [item for item in self._behind if item.exhibit.table.rows]
        shown = [item for item in tabled if not self._furniture.is_table_out(item)]
        others = [item for item in tabled if self._furniture.is_table_out(item)]
        if not shown:
            return
        lines = [item.heading for item in shown]
        if others:
            count = wording.plural(len(others), "longer table is", "longer tables are")
            lines.append(f"{count} in the workbook and on the web page of this briefing.")
        slide, area = self._furniture.plain(APPENDIX, self._pack.title)
        size, _ = _that_fit(lines, area)
        shapes.words(slide.shapes, area, lines, size, align="left", anchor=MSO_ANCHOR.TOP)
        slide.notes_slide.notes_text_frame.text = "\n".join([*lines, "", *self._pack.policies])
        for item in shown:
            self._table(replace(item, annotation=""), item.exhibit.table, "table")

    def _charts(self, item: Item, found: Sequence[Panel], area: Area) -> None:
        beside = tables.beside(item.exhibit.table, area) if len(found) == 1 else None
        if beside is not None:
            narrow = replace(area, width=area.width - beside.width - 2 * GAP)
            is_wide = narrow.width >= LEAST_CHART
            if is_wide and not room.rows_that_fit(found[0], narrow.width, narrow.height):
                page = arrange.pages(found, narrow)[0]
                slide = self._furniture.add(item)
                self._page(slide, item, page, "")
                left = narrow.right + 2 * GAP
                tables.draw(slide.shapes, beside, left, area.top + 4, _about_table(item))
                return
        pages = arrange.pages(found, area)
        for number, page in enumerate(pages, start=1):
            part = f"part {number} of {len(pages)}" if len(pages) > 1 else ""
            slide = self._furniture.add(item, part)
            self._page(slide, item, page, part)
        if item.exhibit.table.rows:
            self._behind.append(item)

    def _page(self, slide: Any, item: Item, page: Sequence[Placed], part: str) -> None:
        for number, placed in enumerate(page, start=1):
            area, panel = placed.area, placed.fitted.panel
            frame = slide.shapes.add_chart(
                XL_CHART_TYPE.XY_SCATTER,
                Pt(area.left),
                Pt(area.top),
                Pt(area.width),
                Pt(area.height),
                charts.native(placed.fitted, self._pack.prepared_at),
            )
            which = [one for one in (part, panel.title.replace("\n", " ")) if one]
            if len(page) > 1:
                which.append(f"chart {number} of {len(page)}")
            about = item.exhibit.alt_text or item.exhibit.headline
            said = f"{', '.join(which)}. {about}" if which else about
            shapes.describe(frame, f"Chart {number}", said[:1].upper() + said[1:])
            over.draw(slide.shapes, placed)

    def _drawing(self, slide: Any, item: Item, draw: Any) -> None:
        # Drawn first and grouped after: a group measures itself anew with each shape.
        before = len(slide.shapes)
        draw(slide.shapes)
        group = slide.shapes.add_group_shape(list(slide.shapes)[before:])
        shapes.describe(group, "Drawing", item.exhibit.alt_text or item.exhibit.headline)

    def _picture(self, item: Item, area: Area) -> None:
        """Add a picture of a figure that is neither a chart nor drawn here, with its table."""
        found = pictures.picture(item)
        if found is not None:
            slide = self._furniture.add(item)
            frame = pictures.place(slide.shapes, found, area)
            shapes.describe(frame, "Picture", item.exhibit.alt_text or item.exhibit.headline)
        if item.exhibit.table.rows:
            self._table(item, item.exhibit.table, "" if found is None else "table")

    def _without_figure(self, item: Item, area: Area) -> None:
        sentences, table = item.exhibit.sentences, item.exhibit.table
        if table.rows:
            self._table(item, table, "")
            return
        lines = list(sentences) or ["See the notes."]
        while lines:
            size, shown = _that_fit(lines, area)
            slide = self._furniture.add(item, "" if len(shown) == len(lines) else "continued")
            shapes.words(
                slide.shapes,
                area,
                shown,
                size,
                align="left",
                anchor=MSO_ANCHOR.TOP,
            )
            lines = lines[len(shown) :]

    def _table(self, item: Item, table: Table, part: str) -> None:
        """Add the slides of a table: at most three, and the last says what it leaves out."""
        area = self._furniture.figure_area(item)
        found = _pages_of(table, area)
        for number, one in enumerate(found[:MOST_PAGES], start=1):
            parts = [part] if part else []
            if len(found) > 1:
                parts.append(f"part {number} of {min(len(found), MOST_PAGES)}")
            slide = self._furniture.add(item, ", ".join(parts))
            tables.draw(slide.shapes, one, area.left, area.top, _about_table(item))
            if number == MOST_PAGES and len(found) > MOST_PAGES:
                shown = sum(len(page.rows) for page in found[:MOST_PAGES])
                left_out = (
                    f"The first {shown} of {len(table.rows)} rows; the workbook has them all."
                )
                at = Area(area.left, area.bottom - 17, area.width, 17)
                shapes.words(slide.shapes, at, [left_out], 12, align="left")


def _slides(item: Item, found: Sequence[Panel], area: Area) -> int:
    """Return how many slides a figure, or what stands in its place, needs in this room."""
    table = item.exhibit.table
    if not found:
        fits = len(_that_fit(list(item.exhibit.sentences), area)[1]) == len(item.exhibit.sentences)
        return len(_pages_of(table, area)) if table.rows else (1 if fits else 2)
    if all(panel.is_chart for panel in found):
        return len(arrange.pages(found, area))
    if len(found) == 1 and found[0].boxes:
        return 1 if drawings.fits(found[0], area) else 2
    return 1


def _least_plot(found: Sequence[Panel], area: Area) -> float:
    """Return the height of the lowest plot of a figure's charts, in points; infinite without."""
    if not found or not all(panel.is_chart for panel in found):
        return math.inf
    placed = (one for page in arrange.pages(found, area) for one in page)
    return min(one.fitted.inside.high for one in placed)


def _pages_of(table: Table, area: Area) -> list[tables.Set]:
    found = tables.pages(table, area)
    if len(found) <= MOST_PAGES:
        return found
    return tables.pages(table, replace(area, height=area.height - LEFT_OUT))


def _about_table(item: Item) -> str:
    table = item.exhibit.table
    columns = ", ".join(table.columns)
    return f"Table of {wording.plural(len(table.rows), 'row', 'rows')}: {columns}."


def _that_fit(lines: Sequence[str], area: Area) -> tuple[float, list[str]]:
    """Return the size of letters, and how many of the sentences one slide holds."""
    for size in SENTENCE_SIZES:
        used = [text.height(len(text.wrapped(one, size, area.width - 8)), size) for one in lines]
        if sum(used) <= area.height:
            return size, list(lines)
    size = SENTENCE_SIZES[-1]
    shown: list[str] = []
    filled = 0.0
    for line in lines:
        filled += text.height(len(text.wrapped(line, size, area.width - 8)), size)
        if shown and filled > area.height:
            break
        shown.append(line)
    return size, shown
