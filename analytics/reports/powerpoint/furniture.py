"""What stands on every slide: title, subtitle, marking, footer, notes, presenter's words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from typing import Any, Final

from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR
from pptx.util import Pt

from analytics.exhibits import theme
from analytics.reports.pack import NO_MARKING, Item, Pack
from analytics.reports.powerpoint import laid, ours, shapes, tables, text, words
from analytics.reports.powerpoint.area import Area
from analytics.reports.powerpoint.laid import Block, Laid
from analytics.reports.powerpoint.template import Template, places

TITLE_SIZES: Final = (28.0, 24.0, 20.0, 18.0)
MARKING_SIZE: Final = 12.0


class Furniture:
    """Adds slides that have everything but their figure."""

    def __init__(self, made: Template, pack: Pack) -> None:
        self._made, self._pack = made, pack
        self._titles = Counter([pack.title])
        self._noted_apart: list[Item] = []

    def note_apart(self, item: Item) -> None:
        """Leave the presenter's own words off the slides of an exhibit: they have their own."""
        self._noted_apart.append(item)

    def figure_area(self, item: Item) -> Area:
        """Return the room for the figure: what all words beside it leave of it."""
        return self._laid(item).figure

    def add(self, item: Item, part: str = "") -> Any:
        """Add a slide with everything but its figure: the title is read first, the footer last."""
        found = self._laid(item)
        heading = f"{item.heading} ({part})" if part else item.heading
        marking = words.mark(self._pack, synthetic=item.exhibit.synthetic)
        slide = self._slide(heading, found, marking)
        if found.note is not None:
            own_words(slide, found.note.area, found.note.lines, found.note.size)
        slide.notes_slide.notes_text_frame.text = self.notes(item, part)
        return slide

    def notes(self, item: Item, part: str = "") -> str:
        """Return the notes page of a slide of an exhibit."""
        return words.notes(self._pack, item, part, is_table_out=self.is_table_out(item))

    def is_table_out(self, item: Item) -> bool:
        """Return whether the table of a figure is too long for the slides."""
        return tables.is_left_out(item.exhibit, self._made.figure)

    def plain(self, heading: str, subtitle: str) -> tuple[Any, Area]:
        """Add a slide of the whole pack, and return it with the room for what it says."""
        marking = words.mark(self._pack, synthetic=self._pack.synthetic)
        prepared = words.prepared(self._pack, self._pack.prepared_at)
        found = laid.around(self._made, subtitle, [f"{marking}  ·  {prepared}"])
        slide = self._slide(heading, found, marking)
        return slide, found.figure

    def _laid(self, item: Item) -> Laid:
        is_apart = any(one is item for one in self._noted_apart)
        return laid.laid(
            self._made,
            self._pack,
            item,
            has_note=bool(item.annotation) and not is_apart,
            is_table_out=self.is_table_out(item),
        )

    def _slide(self, heading: str, found: Laid, marking: str) -> Any:
        made = self._made
        slide = made.presentation.slides.add_slide(made.exhibit_layout)
        used = [self._title(slide, heading)]
        by_place = {one.placeholder_format.idx: one for one in slide.placeholders}
        for name, block, own in (
            (ours.SUBTITLE, found.subtitle, made.subtitle),
            (ours.MARKING, Block((marking,), MARKING_SIZE, made.marking), made.marking),
            (ours.FOOTER, found.footer, made.footer),
        ):
            one = by_place.get(made.places.get(name, -1))
            if one is None:
                one = shapes.words(slide.shapes, block.area, (), block.size)
            elif block.area != own:
                _move(one, block.area)
            write_marked(one, block.lines, block.size)
            one.name = name
            used.append(one.element)
        for one in slide.placeholders:
            if one.element not in used:
                one.element.getparent().remove(one.element)
        _number(slide, made)
        return slide

    def _title(self, slide: Any, heading: str) -> Any:
        self._titles[heading] += 1
        if self._titles[heading] > 1:
            heading = f"{heading} ({self._titles[heading]})"
        title = slide.shapes.title
        title.text = heading
        size, _ = text.fitted(
            heading, title.width.pt - 8, title.height.pt, TITLE_SIZES, is_bold=True
        )
        title.text_frame.paragraphs[0].runs[0].font.size = Pt(size)
        return title.element


def write_marked(shape: Any, lines: Sequence[str], size: float) -> None:
    """Write lines, of which one that starts by saying that no marking is set does so in grey."""
    parts = [
        [NO_MARKING, line.removeprefix(NO_MARKING)] if line.startswith(NO_MARKING) else [line]
        for line in lines
    ]
    shapes.write(
        shape, [part[0] for part in parts], size, align="left", anchor=MSO_ANCHOR.TOP, margin=0
    )
    for paragraph, part in zip(shape.text_frame.paragraphs, parts, strict=True):
        if len(part) == 1:
            continue
        paragraph.runs[0].font.color.rgb = shapes.rgb(theme.MUTED)
        run = paragraph.add_run()
        run.text = part[1]
        run.font.size, run.font.bold = Pt(size), False
        run.font.color.rgb = shapes.rgb(theme.TEXT)


def own_words(slide: Any, area: Area, lines: Sequence[str], size: float) -> Any:
    """Add the presenter's own words, visibly theirs."""
    one = shapes.box(slide.shapes, area, fill=theme.BAND, outline=theme.TURQUOISE)
    shapes.write(one, lines, size, align="left", margin=laid.NOTE_MARGIN)
    one.text_frame.paragraphs[0].runs[0].font.italic = True
    shapes.describe(one, "Presenter's note", " ".join(lines))
    return one


def _move(shape: Any, area: Area) -> None:
    shape.left, shape.top = Pt(area.left), Pt(area.top)
    shape.width, shape.height = Pt(area.width), Pt(area.height)


def close(slide: Any) -> None:
    """Put what is alike on every slide behind its figure, so that it is read last."""
    tree = slide.shapes._spTree
    last = (ours.MARKING, ours.FOOTER)
    for shape in list(slide.shapes):
        if shape.name in last or shape.name.startswith("Slide Number"):
            tree.append(shape._element)


def _number(slide: Any, made: Template) -> None:
    """Add the number of the slide where the layout has a place for it."""
    for one in places(made.exhibit_layout):
        if one.placeholder_format.type == PP_PLACEHOLDER.SLIDE_NUMBER:
            copied = deepcopy(one.element)
            copied.xpath(".//p:cNvPr")[0].set("id", str(len(slide.shapes) + 20))
            slide.shapes._spTree.append(copied)
