"""Presentations: nothing said is cut, hidden or told twice, and a briefing stays short."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.util import Pt

from analytics.access.viewer import PUBLIC
from analytics.exhibits import theme
from analytics.reports.charts import Axis, Panel, Reference, Series, Tick, Words, panels
from analytics.reports.pack import NO_MARKING, Pack
from analytics.reports.powerpoint import (
    apart,
    arrange,
    charts,
    helpers,
    obstacles,
    presentation,
    room,
    text,
)
from analytics.reports.powerpoint.area import Area
from analytics.reports.ready_made import ready_made

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
FIGURE = Area(30, 136, 900, 334)
MAIN_EXHIBITS = 12
MOST_SLIDES = 20
SENTENCE = "We ask the teams about this before the board meets again. "
LONG_NOTE = (SENTENCE * 11)[:600].strip()
MANY_FILTERS = "; ".join(f"characteristic {number}: one of its values" for number in range(12))


@cache
def briefing(name: str) -> Pack:
    return ready_made(name, PUBLIC, prepared_at=datetime(2026, 3, 5, 9, 30, tzinfo=UTC))


@cache
def deck(name: str) -> Any:
    return opened(briefing(name))


def opened(pack: Pack, template: Path | None = None) -> Any:
    return Presentation(io.BytesIO(presentation(pack, template=template)))


CASES, REPEAT = "family_safety_plans", "repeat_plans_southampton"


def figure(name: str, key: str) -> dict[str, Any]:
    found = next(one.exhibit for one in briefing(name).items if one.exhibit.key == key)
    assert found.figure is not None
    return found.figure


def charts_of(slide: Any) -> list[Any]:
    return [shape.chart for shape in slide.shapes if shape.has_chart]


def named(slide: Any, name: str) -> Any:
    return next(shape for shape in slide.shapes if shape.name == name)


def in_legend(chart: Any) -> list[str]:
    space = chart._chartSpace
    hidden = {
        int(entry.find(f"{CHART}idx").get("val")) for entry in space.iter(f"{CHART}legendEntry")
    }
    names = [one.find(f".//{CHART}tx//{CHART}v").text for one in space.iter(f"{CHART}ser")]
    return [name for place, name in enumerate(names) if place not in hidden]


@pytest.mark.parametrize("name", [CASES, REPEAT])
def test_a_briefing_of_ten_minutes_has_at_most_twenty_slides_with_its_tables_last(
    name: str,
) -> None:
    pack = briefing(name)
    assert len(pack.items) >= MAIN_EXHIBITS - 1
    titles = [slide.shapes.title.text for slide in deck(name).slides]
    assert len(titles) <= MOST_SLIDES
    places = [
        next(place for place, title in enumerate(titles) if title.startswith(item.heading))
        for item in pack.items
    ]
    assert places == sorted(places)
    behind = titles.index("Appendix: tables")
    assert behind > places[-1]
    assert not any("table" in title for title in titles[:behind])
    assert all(title.endswith("(table)") for title in titles[behind + 1 :])


def test_an_interval_round_a_curve_is_seen_and_named_once_for_each() -> None:
    (chart,) = [
        one
        for slide in deck(REPEAT).slides
        for one in charts_of(slide)
        if "60 months" in slide.shapes.title.text
    ]
    legend = in_legend(chart)
    for curve in ("Followed by another plan", "If nobody turned 18, moved or died"):
        assert legend.count(f"95% interval: {curve}") == 1
    ends = 0
    for one in chart._chartSpace.iter(f"{CHART}ser"):
        if "interval" in one.find(f".//{CHART}tx//{CHART}v").text:
            ends += 1
            line = one.find(f"{CHART}spPr")[0]
            assert line.get("w")
            assert [part.tag.split("}")[1] for part in line][:2] == ["solidFill", "prstDash"]
            assert line[1].get("val") == "dash"
    assert ends == 4


def test_each_part_of_a_figure_has_the_legend_of_what_it_shows_and_no_empty_line() -> None:
    parts = 0
    for name in (CASES, REPEAT):
        for slide in deck(name).slides:
            if "measures of delivery" not in slide.shapes.title.text:
                continue
            (chart,) = charts_of(slide)
            parts += 1
            assert "Not met below, met from" in in_legend(chart)
            for one in chart._chartSpace.iter(f"{CHART}ser"):
                held = one.find(f"{CHART}yVal")
                assert next(held.iter(f"{CHART}pt"), None) is not None
    assert parts >= 5


@pytest.mark.parametrize("key", ["outcome_20_over_time", "out_of_court_over_time"])
def test_names_of_lines_stand_in_the_frame_beside_their_line_and_on_no_other(key: str) -> None:
    ((first, *_),) = arrange.pages(panels(figure(CASES, key)), FIGURE)
    fitted = first.fitted
    inside = fitted.inside
    words = fitted.panel.words
    assert {"".join(one.text.split()) for one in words} == {
        "Outcome22mayberecorded",
        "Newprocessstarts",
    }
    lines = [
        apart.place_of(fitted, one.x0, fitted.panel.y.low)[0] for one in fitted.panel.references
    ]
    for one, box in zip(words, apart.boxes(fitted), strict=True):
        assert box.left >= 0
        assert box.right <= inside.width
        assert box.top >= 0
        assert box.bottom <= inside.height
        own = apart.place_of(fitted, one.x, one.y)[0]
        assert min(abs(box.left - own), abs(box.right - own)) < 1
        assert not any(box.left + 1 < line < box.right - 1 for line in lines)
    drawn = next(one for one in helpers.all_points(fitted) if one.series.name == "Words")
    axis = fitted.panel.y
    assert all(at is not None and axis.low < at < axis.high for at in drawn.series.y)


def test_a_name_without_room_at_its_side_makes_room_at_the_right() -> None:
    axis = Axis(low=0.0, high=10.0)
    lines = tuple(Reference(x0=at, x1=at, y0=0.0, y1=10.0) for at in (8.5, 9.0))
    said = tuple(
        Words(text=f"What happened {when}", x=at, y=10.0, place="left", rise=-1)
        for when, at in (("first", 8.5), ("after that", 9.0))
    )
    panel = Panel(kind="xy", x=axis, y=axis, references=lines, words=said)
    fitted = room.fitted(panel, 440, 330)
    assert [one.place for one in fitted.panel.words] == ["left", "right"]
    assert fitted.panel.words[1].text == "What happened\nafter that"
    assert fitted.inside.right > room.fitted(replace(panel, words=said[:1]), 440, 330).inside.right
    assert apart.boxes(fitted)[1].right <= 441


def test_words_at_a_curve_leave_it_free() -> None:
    (panel,) = panels(figure(REPEAT, "time_to_repeat_plan"))
    fitted = room.fitted(panel, FIGURE.width, FIGURE.height)
    drawn = obstacles.of(fitted, apart.place_of)
    own = [apart.own_box(fitted, one) for one in panel.words]
    assert any(obstacles.hit(box, drawn) for box in own)
    spots = apart.spots(fitted)
    assert not any(obstacles.hit(spot.box, drawn) or spot.is_covering for spot in spots)
    assert not any(apart.overlap(a.box, b.box) for a, b in combinations(spots, 2))


def test_words_that_have_nowhere_to_go_stand_on_a_ground_of_their_own() -> None:
    axis = Axis(low=0.0, high=10.0)
    comb = Series(
        name="",
        x=tuple(0.05 * place for place in range(201)),
        y=tuple(10.0 * (place % 2) for place in range(201)),
        line_width=2.0,
    )
    panel = Panel(kind="xy", x=axis, y=axis, series=(comb,), words=(Words(text="Here", x=5, y=5),))
    drawn = helpers.all_points(room.fitted(panel, 880, 340))
    (label,) = next(one for one in drawn if one.series.name == "Words").labels
    assert label is not None
    assert label.has_ground


def test_names_of_rows_leave_room_for_a_point_at_the_edge() -> None:
    rows = (Tick(at=1.0, text="A full chronology"), Tick(at=2.0, text="A second row"))
    points = Series(name="", x=(0.0, 40.0), y=(1.0, 2.0), symbol="circle", size=9.0)
    panel = Panel(
        kind="xy",
        x=Axis(low=0.0, high=100.0),
        y=Axis(low=0.5, high=2.5, ticks=rows),
        series=(points,),
    )
    fitted = room.fitted(panel, 880, 340)
    names = next(
        one for one in helpers.all_points(fitted) if one.series.name == "Names of the rows"
    )
    assert all(label and -label.shift * 880 >= 4.5 for label in names.labels)
    free = room.fitted(replace(panel, series=(replace(points, x=(20.0, 40.0)),)), 880, 340)
    assert free.inside.left < fitted.inside.left


def noted(**changed: Any) -> Pack:
    pack = briefing(CASES)
    items = tuple(replace(one, annotation=LONG_NOTE, filters=MANY_FILTERS) for one in pack.items)
    return replace(pack, items=items, **changed)


@pytest.mark.parametrize("is_theirs", [False, True])
def test_footer_subtitle_and_note_are_whole_and_have_room(tmp_path: Path, is_theirs: bool) -> None:
    """However much is to be said, and on a template of 4 to 3 as well."""
    path = tmp_path / "narrow.pptx"
    Presentation().save(str(path))
    pack = noted()
    made = opened(pack, path if is_theirs else None)
    slides = list(made.slides)
    whole = "".join(shape.text_frame.text for slide in slides for shape in slide.shapes
                    if shape.has_text_frame)  # fmt: skip
    assert "…" not in whole
    for item in pack.items:
        mine = [one for one in slides if one.shapes.title.text.startswith(item.heading)]
        assert mine
        notes = [s for one in mine for s in one.shapes if s.name == "Presenter's note"]
        assert {s.text_frame.text for s in notes} == {f"Presenter's note: {LONG_NOTE}"}
        shown = [one for one in mine if "presenter's note" not in one.shapes.title.text]
        for slide in shown:
            footer = named(slide, "Footer of the exhibit").text_frame.text
            assert MANY_FILTERS in footer
            assert item.policy in footer
            assert named(slide, "Statistical subtitle").text_frame.text == item.exhibit.subtitle
    for slide in slides[1:]:
        for name in ("Footer of the exhibit", "Statistical subtitle", "Presenter's note"):
            for shape in [one for one in slide.shapes if one.name == name]:
                assert_fits(shape, 900 if name.startswith("Footer") else 1200)


def assert_fits(shape: Any, least: int) -> None:
    """Check that words, in letters of at least so many hundredths of a point, fit their shape."""
    (size,) = {run.font.size for line in shape.text_frame.paragraphs for run in line.runs}
    assert size >= Pt(least / 100)
    wide = Pt(shape.text_frame.margin_left.pt * 2).pt
    lines = text.wrapped(shape.text_frame.text, size.pt, shape.width.pt - wide)
    assert text.height(len(lines), size.pt) <= shape.height.pt + 0.1
    assert shape.top.pt + shape.height.pt <= 540.1


def test_that_no_marking_is_set_stands_in_grey() -> None:
    for number, slide in enumerate(deck(CASES).slides):
        shapes = (
            [slide.placeholders[1]]
            if number == 0
            else [named(slide, "Marking"), named(slide, "Footer of the exhibit")]
        )
        for shape in shapes:
            runs = [run for line in shape.text_frame.paragraphs for run in line.runs]
            (said,) = [run for run in runs if NO_MARKING in run.text]
            assert said.text == NO_MARKING
            assert said.font.color.rgb == RGBColor.from_string(theme.MUTED[1:])
            assert not said.font.bold
    marked = opened(replace(briefing(CASES), marking="OFFICIAL-SENSITIVE"))
    run = named(marked.slides[1], "Marking").text_frame.paragraphs[0].runs[0]
    assert run.font.color.rgb == RGBColor.from_string(theme.TEXT[1:])


def test_words_of_a_corner_stay_in_their_corner() -> None:
    axis = Axis(low=-10.0, high=10.0)
    cross = (
        Reference(x0=0.0, x1=0.0, y0=-10.0, y1=10.0),
        Reference(x0=-10.0, x1=10.0, y0=0.0, y1=0.0),
    )
    cloud = Series(
        name="",
        x=tuple(-9.9 + 0.1 * place for place in range(100)),
        y=tuple(0.5 + 0.095 * (37 * place % 100) for place in range(100)),
        symbol="circle",
    )
    said = Words(text="Dearer and worse: under 1%", x=-9.8, y=9.8, place="right", rise=-1)
    panel = Panel(kind="xy", x=axis, y=axis, series=(cloud,), references=cross, words=(said,))
    fitted = room.fitted(panel, 880, 340)
    (box,) = apart.boxes(fitted)
    middle = apart.place_of(fitted, 0.0, 0.0)
    assert box.right <= middle[0]
    assert box.top >= fitted.inside.top - 1
    assert box.top + box.height / 2 < middle[1]


def test_the_first_series_is_in_the_legend_when_it_is_filled_up() -> None:
    axis = Axis(low=0.0, high=10.0)
    short = Series(name="Short", x=(0.0, 1.0), y=(1.0, 2.0), line_width=1.0)
    long = Series(name="Long", x=(0.0, 1.0, 2.0), y=(1.0, 2.0, 3.0), line_width=1.0)
    panel = Panel(kind="xy", x=axis, y=axis, series=(short, long))
    made = charts.native(room.fitted(panel, 880, 340), datetime(2026, 3, 5, tzinfo=UTC))
    assert b"legendEntry" not in made.xml
    assert b"<c:legend>" in made.xml
