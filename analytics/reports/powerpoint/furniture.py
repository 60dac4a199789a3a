"""What stands on every slide: title, subtitle, marking, footer, notes, presenter's words."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from dataclasses import replace
from typing import Any, Final

from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR
from pptx.util import Pt

from analytics.exhibits import theme
from analytics.reports.pack import Item, Pack
from analytics.reports.powerpoint import ours, shapes, text, words
from analytics.reports.powerpoint.area import Area
from analytics.reports.powerpoint.template import Template, places

ANNOTATION_SIZE: Final = 14.0
MOST_ANNOTATION: Final = 4
"""Lines of the presenter's own words on a slide; all of them stand in the notes."""
TITLE_SIZES: Final = (28.0, 24.0, 20.0)
SUBTITLE_SIZES: Final = (16.0, 14.0)


class Furniture:
    """Adds slides that have everything but their figure."""

    def __init__(self, made: Template, pack: Pack) -> None:
        self._made, self._pack = made, pack
        self._titles = Counter([pack.title])

    def add(self, item: Item, part: str = "") -> Any:
        """Add a slide with everything but its figure: the title is read first, the footer last."""
        made, pack = self._made, self._pack
        slide = made.presentation.slides.add_slide(made.exhibit_layout)
        heading = f"{item.heading} ({part})" if part else item.heading
        self._titles[heading] += 1
        if self._titles[heading] > 1:
            heading = f"{heading} ({self._titles[heading]})"
        title = slide.shapes.title
        title.text = heading
        size, _ = text.fitted(
            heading, title.width.pt - 8, title.height.pt, TITLE_SIZES, is_bold=True
        )
        title.text_frame.paragraphs[0].runs[0].font.size = Pt(size)
        by_place = {one.placeholder_format.idx: one for one in slide.placeholders}
        used = [title.element]
        area = made.subtitle
        size, _ = text.fitted(item.exhibit.subtitle, area.width, area.height, SUBTITLE_SIZES)
        lines = int(area.height / size / text.LINE)
        subtitle = text.shortened(item.exhibit.subtitle, size, area.width, lines)
        marking = words.mark(pack, synthetic=item.exhibit.synthetic)
        for name, said, points, where in (
            (ours.SUBTITLE, [subtitle], size, area),
            (ours.MARKING, [marking], 12.0, made.marking),
            (ours.FOOTER, self._footer(item), float(ours.FOOTER_SIZE), made.footer),
        ):
            one = by_place.get(made.places.get(name, -1))
            if one is None:
                one = shapes.words(
                    slide.shapes, where, said, points, align="left", anchor=MSO_ANCHOR.TOP, margin=0
                )
            else:
                shapes.write(one, said, points, align="left", anchor=MSO_ANCHOR.TOP, margin=0)
            one.name = name
            used.append(one.element)
        for one in slide.placeholders:
            if one.element not in used:
                one.element.getparent().remove(one.element)
        _number(slide, made)
        if item.annotation:
            self._annotate(slide, item)
        slide.notes_slide.notes_text_frame.text = words.notes(pack, item, part)
        return slide

    def _footer(self, item: Item) -> list[str]:
        about, rules, marking = words.footer(self._pack, item)
        wide, size = self._made.footer.width, float(ours.FOOTER_SIZE)
        most = int(self._made.footer.height / size / text.LINE)
        rules = text.shortened(rules, size, wide, 1)
        return [text.shortened(about, size, wide, max(most - 2, 1)), rules, marking]

    def _annotation(self, item: Item) -> list[str]:
        said = f"{words.OWN_WORDS} {item.annotation}"
        wide = self._made.figure.width - 24
        short = text.shortened(said, ANNOTATION_SIZE, wide, MOST_ANNOTATION)
        return text.wrapped(short, ANNOTATION_SIZE, wide)

    def figure_area(self, item: Item) -> Area:
        """Return the room for the figure: what the presenter's own words leave of it."""
        area = self._made.figure
        if not item.annotation:
            return area
        high = text.height(len(self._annotation(item)), ANNOTATION_SIZE) + 16
        return replace(area, height=area.height - high)

    def _annotate(self, slide: Any, item: Item) -> None:
        """Write the presenter's own words under the figure, visibly theirs."""
        lines = self._annotation(item)
        area = self._made.figure
        high = text.height(len(lines), ANNOTATION_SIZE) + 8
        at = Area(area.left, area.bottom - high - 2, area.width, high)
        one = shapes.box(slide.shapes, at, fill=theme.BAND, outline=theme.TURQUOISE)
        shapes.write(one, [" ".join(lines)], ANNOTATION_SIZE, align="left", margin=10)
        run = one.text_frame.paragraphs[0].runs[0]
        run.font.italic = True
        shapes.describe(one, "Presenter's note", " ".join(lines))


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
