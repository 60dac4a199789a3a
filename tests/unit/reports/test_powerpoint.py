"""Presentations: what stands on each slide, where, and how it reads."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from pptx.util import Pt

from analytics.errors import ExportError, NotAllowedError
from analytics.exhibits.exhibit import Exhibit
from analytics.reports.charts import Axis, Panel, Words, panels
from analytics.reports.pack import SYNTHETIC, Item, Pack
from analytics.reports.powerpoint import apart, arrange, helpers, pictures, presentation, room
from analytics.reports.powerpoint.area import Area
from tests.helpers.deep_dive_exhibits import deep_dive_exhibits
from tests.helpers.letter_exhibits import letter_exhibits

POLICY = "Counts from 1 to 5 are withheld, with what would tell them."
MAIN = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
HALF_A_POINT = Pt(1) // 2
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""One pixel."""


@cache
def exhibits() -> dict[str, Exhibit]:
    """Return one exhibit of each kind of a few evaluations."""
    names = ("family_safety_plans", "family_safeguarding_cambridgeshire")
    found: dict[str, Exhibit] = {}
    for parts in (*(letter_exhibits(name) for name in names), deep_dive_exhibits()):
        for _, several in parts:
            for one in several:
                if not one.is_shown_only:
                    found.setdefault(one.key, one)
    return found


def pack(*items: Item, **changed: Any) -> Pack:
    about = {
        "title": "Ten minutes for the board",
        "prepared_at": datetime(2026, 3, 5, 9, 30, tzinfo=UTC),
        "version": "0.6.0",
        "marking": "OFFICIAL-SENSITIVE",
    }
    return Pack(items=items, **{**about, **changed})


def opened(made: bytes) -> Any:
    return Presentation(io.BytesIO(made))


@cache
def everything() -> Any:
    """Return the presentation of one exhibit of each kind."""
    items = [Item(exhibit=one, policy=POLICY) for one in exhibits().values()]
    items[1] = replace(items[1], annotation="We will ask the teams about this. " * 8)
    return opened(presentation(pack(*items)))


def words_of(shape: Any) -> str:
    return shape.text_frame.text if shape.has_text_frame else ""


def frames(slide: Any) -> list[Any]:
    return [one for one in slide.shapes if one.has_chart or one.has_table or one.shape_type == 6]


def test_slides_have_titles_of_their_own_that_are_read_first() -> None:
    titles = [slide.shapes.title.text for slide in everything().slides]
    assert len(titles) > len(exhibits())
    assert all(titles)
    assert len(set(titles)) == len(titles)
    for slide in everything().slides:
        assert slide.shapes[0].shape_id == slide.shapes.title.shape_id
    for slide in list(everything().slides)[1:]:
        names = [shape.name for shape in slide.shapes]
        assert names[-2:] == ["Footer of the exhibit", "Slide Number"]


def test_each_exhibit_has_its_headline_as_title() -> None:
    titles = [slide.shapes.title.text for slide in everything().slides]
    for one in exhibits().values():
        assert any(title.startswith(one.headline) for title in titles), one.key


def test_every_slide_says_filters_source_policy_marking_and_that_it_is_made_up() -> None:
    one = next(one for one in exhibits().values() if one.synthetic and one.figure)
    made = opened(presentation(pack(Item(exhibit=one, policy=POLICY, filters="Sex: female"))))
    for slide in list(made.slides)[1:]:
        by_name = {shape.name: words_of(shape) for shape in slide.shapes}
        assert by_name["Marking"] == f"OFFICIAL-SENSITIVE  ·  {SYNTHETIC}"
        footer = by_name["Footer of the exhibit"]
        for said in ("Filters: Sex: female", "as at", "Source:", POLICY, "OFFICIAL", SYNTHETIC):
            assert said in footer
        assert by_name["Statistical subtitle"][:40] == one.subtitle[:40]


def test_notes_have_caveats_sentences_and_what_the_footer_leaves_out() -> None:
    one = next(one for one in exhibits().values() if one.notes and one.sentences and one.figure)
    made = opened(presentation(pack(Item(exhibit=one, policy=POLICY, annotation="Ask the teams."))))
    notes = made.slides[1].notes_slide.notes_text_frame.text
    for said in (*one.notes, *one.sentences, one.source, one.subtitle, POLICY):
        assert said in notes
    assert "Can I say this?" in notes
    assert "Presenter's note: Ask the teams." in notes


def test_the_presenters_words_are_visibly_theirs() -> None:
    one = next(one for one in exhibits().values() if one.figure)
    made = opened(presentation(pack(Item(exhibit=one, annotation="Ask the teams.", title="Ours"))))
    slide = made.slides[1]
    assert slide.shapes.title.text.startswith("Ours")
    (box,) = [shape for shape in slide.shapes if shape.name == "Presenter's note"]
    assert words_of(box) == "Presenter's note: Ask the teams."
    assert f"computed: {one.headline}" in slide.notes_slide.notes_text_frame.text


def test_nothing_runs_off_a_slide_or_over_something_else() -> None:
    deck = everything()
    for number, slide in enumerate(deck.slides, start=1):
        for shape in slide.shapes:
            assert shape.left >= 0, (number, shape.name)
            assert shape.top >= 0, (number, shape.name)
            assert shape.left + shape.width <= deck.slide_width, (number, shape.name)
            assert shape.top + shape.height <= deck.slide_height, (number, shape.name)
        parts = [shape for shape in slide.shapes if not is_on_a_chart(shape)]
        for one, other in combinations(parts, 2):
            assert not overlap(one, other), (number, one.name, other.name)


def is_on_a_chart(shape: Any) -> bool:
    """Return whether a shape is a line or a text at a place of a chart."""
    return bool(shape.name == "Line" or shape.name.startswith("Words "))


def words_over_charts(one: Exhibit) -> list[tuple[str, str, Area, Area]]:
    """Return, for each pair of words over one chart, what they say and where they stand."""
    found = []
    for page in arrange.pages(panels(one.figure), Area(40, 110, 880, 340)):
        for placed in page:
            said = [words.text for words in placed.fitted.panel.words]
            boxes = apart.boxes(placed.fitted)
            for (a, one_box), (b, other) in combinations(zip(said, boxes, strict=True), 2):
                found.append((a, b, one_box, other))
    return found


def test_no_words_stand_over_others_on_a_chart() -> None:
    pairs = 0
    for one in exhibits().values():
        drawn = panels(one.figure)
        if not drawn or not all(panel.is_chart for panel in drawn):
            continue
        for said, other, box, other_box in words_over_charts(one):
            pairs += 1
            assert not apart.overlap(box, other_box), (one.key, said, other)
    assert pairs > 10


def test_words_at_nearly_the_same_place_are_stacked() -> None:
    axis = Axis(low=0.0, high=10.0)
    said = tuple(Words(text=one, x=5.0, y=5.0) for one in ("First words", "Others", "The last"))
    fitted = room.fitted(Panel(kind="xy", x=axis, y=axis, words=said), 880, 340)
    own = [apart.own_box(fitted, one) for one in said]
    boxes = apart.boxes(fitted)
    assert boxes[0] == own[0]
    assert not any(apart.overlap(one, other) for one, other in combinations(boxes, 2))
    labels = next(one for one in helpers.all_points(fitted) if one.series.name == "Words").labels
    assert len({(label.shift, label.rise) for label in labels if label}) == 3


def overlap(one: Any, other: Any) -> bool:
    across = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
    down = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
    return bool(across > HALF_A_POINT and down > HALF_A_POINT)


def test_letters_are_large_enough() -> None:
    for slide in everything().slides:
        for shape in slide.shapes:
            least = 900 if shape.name == "Footer of the exhibit" else 1200
            sizes = [
                int(one.get("sz")) for one in shape._element.iter(f"{MAIN}rPr") if one.get("sz")
            ]
            assert all(size >= least for size in sizes), shape.name
            if shape.has_chart:
                space = shape.chart._chartSpace
                found = [int(one.get("sz")) for one in space.iter() if one.get("sz")]
                assert found
                assert min(found) >= 1400


def test_everything_that_is_seen_is_described() -> None:
    for slide in everything().slides:
        for shape in frames(slide):
            about = shape._element.xpath(".//p:cNvPr")[0].get("descr")
            assert about
            assert len(about) > 10


def test_words_are_in_british_english() -> None:
    for slide in everything().slides:
        for element in (slide._element, slide.notes_slide._element):
            for run in element.iter(f"{MAIN}r"):
                assert run.find(f"{MAIN}rPr").get("lang") == "en-GB"
        for shape in slide.shapes:
            if shape.has_chart:
                assert shape.chart._chartSpace.find(f"{CHART}lang").get("val") == "en-GB"


def test_tables_stand_beside_behind_or_where_the_footer_says() -> None:
    """A short table is in the presentation; a long one of a figure is not, which is said."""
    slides = list(everything().slides)
    titles = [slide.shapes.title.text for slide in slides]
    heads = {slide.shapes.title.text for slide in slides if any(s.has_table for s in slide.shapes)}
    assert titles.count("Appendix: tables") == 1
    assert all("(table)" in title for title in titles[titles.index("Appendix: tables") + 1 :])
    kinds = set()
    for one in exhibits().values():
        is_alone = sum(other.headline == one.headline for other in exhibits().values()) == 1
        if not one.table.rows or not is_alone:
            continue
        mine = [title for title in titles if title.startswith(one.headline)]
        is_in = any(title in heads for title in mine)
        footer, notes = (said[titles.index(mine[0])] for said in (footers(), notes_of_slides()))
        elsewhere = f"Whole table ({len(one.table.rows)} rows): in the workbook"
        kinds.add((bool(one.figure), is_in))
        assert is_in == (elsewhere not in footer) == (elsewhere not in notes), one.key
        if one.figure and len(one.table.rows) > 10:
            assert not is_in, one.key
    assert kinds == {(True, True), (True, False), (False, True)}


def footers() -> list[str]:
    by_name = [{s.name: words_of(s) for s in slide.shapes} for slide in everything().slides]
    return [one.get("Footer of the exhibit", "") for one in by_name]


def notes_of_slides() -> list[str]:
    return [slide.notes_slide.notes_text_frame.text for slide in everything().slides]


def test_the_same_pack_gives_the_same_bytes() -> None:
    items = [Item(exhibit=one, policy=POLICY) for one in list(exhibits().values())[:6]]
    assert presentation(pack(*items)) == presentation(pack(*items))


def test_progress_is_told_and_rows_for_the_screen_stay_there() -> None:
    one = next(iter(exhibits().values()))
    steps: list[tuple[int, int]] = []
    presentation(
        pack(Item(exhibit=one), Item(exhibit=one)),
        progress=lambda done, of: steps.append((done, of)),
    )
    assert steps == [(1, 2), (2, 2)]
    with pytest.raises(NotAllowedError, match="screen"):
        presentation(pack(Item(exhibit=replace(one, is_shown_only=True))))


def test_a_template_of_the_user_is_used(tmp_path: Path) -> None:
    theirs = Presentation()
    theirs.slides.add_slide(theirs.slide_layouts[0]).shapes.title.text = "An old slide"
    path = tmp_path / "ours.pptx"
    theirs.save(str(path))
    one = next(one for one in exhibits().values() if one.figure)
    made = opened(presentation(pack(Item(exhibit=one, policy=POLICY)), template=path))
    assert made.slide_width == theirs.slide_width
    assert "An old slide" not in [slide.shapes.title.text for slide in made.slides]
    assert made.slides[1].slide_layout.name == "Title and Content"
    for slide in list(made.slides)[1:]:
        shapes = [shape for shape in slide.shapes if not is_on_a_chart(shape)]
        assert not any(overlap(a, b) for a, b in combinations(shapes, 2))
        assert all(shape.left + shape.width <= made.slide_width for shape in shapes)
        assert any(SYNTHETIC in words_of(shape) for shape in shapes) == one.synthetic


def test_boxes_that_have_no_room_for_their_words_become_a_picture_with_its_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "narrow.pptx"
    Presentation().save(str(path))
    one = exhibits()["logic_model"]
    monkeypatch.setattr(pictures, "picture", lambda _: PICTURE)
    made = opened(presentation(pack(Item(exhibit=one)), template=path))
    names = [[shape.name for shape in slide.shapes] for slide in made.slides]
    assert "Picture" in names[1]
    assert "Table" in names[2]
    monkeypatch.setattr(pictures, "picture", lambda _: None)
    without = opened(presentation(pack(Item(exhibit=one)), template=path))
    assert "Table" in [shape.name for shape in without.slides[1].shapes]


def test_a_template_without_what_is_needed_says_so(tmp_path: Path) -> None:
    bare = Presentation()
    for layout in list(bare.slide_layouts)[2:]:
        bare.slide_layouts.remove(layout)
    bare.slide_layouts.remove(bare.slide_layouts[1])
    path = tmp_path / "bare.pptx"
    bare.save(str(path))
    one = next(iter(exhibits().values()))
    with pytest.raises(ExportError, match="This one has: “Title Slide”"):
        presentation(pack(Item(exhibit=one)), template=path)
    words = tmp_path / "words.pptx"
    words.write_text("not a presentation")
    with pytest.raises(ExportError, match="not a PowerPoint presentation"):
        presentation(pack(Item(exhibit=one)), template=words)
