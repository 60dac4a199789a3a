"""The page on statistical neighbours: its parts, its groups, and the start of a comparison."""

from __future__ import annotations

import json
from functools import cache

import pytest

from analytics.ask import ask
from analytics.emmie.neighbours.anyway import AnywayQuestion
from analytics.emmie.neighbours.comparison import ComparisonQuestion
from analytics.emmie.neighbours.funnel import FunnelQuestion
from analytics.emmie.neighbours.group import GroupQuestion
from analytics.emmie.neighbours.presets import PresetsQuestion
from tests.app.opened_pages import Opened, Session

PAGE, RATE = "statistical_neighbours", "cp_plans_at_31_march"
PILOTS = "signs_of_safety_ten_areas"
BEGAN = {"Hertfordshire": ("E10000015", 2015), "Portsmouth": ("E06000044", 2019)}
SHOWN = {
    ("one", "beside"): ["neighbours_{}", "years_{}"],
    ("one", "funnel"): ["funnel_{}"],
    (PILOTS, "beside"): ["group_{}", "group_years_{}"],
    (PILOTS, "funnel"): ["funnel_{}"],
    (PILOTS, "anyway"): [
        "anyway_{}", "anyway_members_{}", "anyway_change_{}", "health_checks",
    ],
}  # fmt: skip


@cache
def opened(compare: str, part: str, measure: str = RATE, la: str = "") -> Opened:
    session = Session({"la": la} if la else {})
    session.open(PAGE)
    session.choose("selectbox", "compare", compare)
    session.choose("selectbox", "measure", measure)
    return session.choose("segmented_control", "part_of_neighbours", part)


def is_sound(page: Opened) -> None:
    assert not page.failures
    assert "nan" not in page.main_text.lower().split()
    assert "None" not in page.main_text
    for exhibit in page.exhibits.values():
        assert len(exhibit.headline.split()) <= 14
        assert exhibit.has_download == bool(exhibit.tables)
        for chart in exhibit.charts:
            assert len(chart.alt.split()) >= 5
            assert json.loads(chart.spec)["data"]


@pytest.mark.parametrize(("compare", "part"), SHOWN)
@pytest.mark.parametrize("measure", [RATE, "second_or_subsequent_plans"])
def test_every_part_shows_its_exhibits(compare: str, part: str, measure: str) -> None:
    page = opened(compare, part, measure)
    is_sound(page)
    assert list(page.exhibits) == [key.format(measure) for key in SHOWN[compare, part]]
    assert page.informed == ()
    assert "effect of anything" in page.everything or "effect" not in page.main_text.lower()


def test_standing_is_what_the_answer_says() -> None:
    found = ask(ComparisonQuestion(area_code="E06000045")).answer.standing
    exhibit = opened("one", "beside").exhibits[f"neighbours_{RATE}"]
    table = exhibit.tables[0].set_index("Place")
    for place in found.places:
        assert table.loc[place.name, "Rank"] == str(place.rank)
    assert table.iloc[-1].iloc[1] == f"{found.median:.1f}"
    assert f"{found.distance:+.1f}" in exhibit.charts[0].alt
    data = json.loads(exhibit.charts[0].spec)["data"]
    drawn = [x for trace in data for x in trace["x"]]
    assert sorted(drawn) == pytest.approx(sorted(place.value for place in found.places))


def test_group_table_is_what_the_answer_says() -> None:
    presets = ask(PresetsQuestion()).answer.presets
    areas = next(one.areas for one in presets if one.key == PILOTS)
    answer = ask(GroupQuestion(areas=areas)).answer
    table = opened(PILOTS, "beside").exhibits[f"group_{RATE}"].tables[0]
    assert list(table["Authority"]) == [member.name for member in answer.members]
    assert list(table["Against its neighbours"]) == [member.position for member in answer.members]
    words = opened(PILOTS, "beside").main_text
    assert f"{answer.pooled.value:+.1f}" in words


def test_funnel_marks_the_authority_and_offers_every_one_as_a_file() -> None:
    answer = ask(FunnelQuestion(measure=RATE, marked=("E06000045",))).answer
    page = opened("one", "funnel")
    exhibit = page.exhibits[f"funnel_{RATE}"]
    data = {trace.get("name"): trace for trace in json.loads(exhibit.charts[0].spec)["data"]}
    assert data["Southampton"]["y"] == pytest.approx([answer.marked[0].value])
    assert len(data["Statistical neighbours"]["x"]) == 10
    assert f"φ {answer.phi:.1f}" not in exhibit.charts[0].alt
    assert f"φ {answer.phi:.1f}" in page.everything
    assert "Verdict: Southampton" in page.main_text


@pytest.mark.parametrize("measure", ["days_section_47_to_conference", "social_worker_turnover"])
def test_a_measure_without_counts_says_why_there_is_no_funnel(measure: str) -> None:
    page = opened("one", "funnel", measure)
    assert not page.failures
    assert any("whole events" in sentence for sentence in page.informed)
    beside = opened("one", "beside", measure)
    is_sound(beside)
    assert "can't be told" in " ".join(beside.exhibits[f"neighbours_{measure}"].texts)


@pytest.mark.parametrize("name", BEGAN)
def test_a_start_of_a_protocol_is_the_default(name: str) -> None:
    code, start = BEGAN[name]
    page = opened("one", "anyway", RATE, name)
    is_sound(page)
    answer = ask(AnywayQuestion(areas=(code,), start=start)).answer
    assert f"anyway_{RATE}" in page.exhibits
    assert "the protocol's" in page.main_text
    table = page.exhibits[f"anyway_{RATE}"].tables[0]
    assert list(table["Start"]) == [
        "since" if one.year > start else "before" for one in answer.years
    ]
    told = "Can't tell whether" if answer.verdict == "cannot_tell" else "differs from"
    assert told in page.main_text


def test_without_a_protocol_the_page_asks_and_then_answers() -> None:
    session = Session({"la": "Birmingham"})
    session.open(PAGE)
    asked = session.choose("segmented_control", "part_of_neighbours", "anyway")
    assert not asked.failures
    assert asked.exhibits == {}
    assert any("Choose the year" in words for words in asked.informed)
    assert any("Birmingham" in words for words in asked.informed)
    (slider,) = session.app.select_slider
    slider.set_value(2018).run()
    answered = session.look()
    is_sound(answered)
    answer = ask(AnywayQuestion(areas=("E08000025",), start=2018)).answer
    assert f"{answer.average:+.1f}" in answered.main_text


def test_where_nothing_began_the_page_leads_to_places_where_something_did() -> None:
    session = Session({})
    session.open(PAGE)
    asked = session.choose("segmented_control", "part_of_neighbours", "anyway")
    assert any("Southampton" in words for words in asked.informed)
    labels = {button.key: button.label for button in session.app.button}
    offered = {key: label for key, label in labels.items() if key and key.startswith("look_at_")}
    assert {label.rsplit(" ", 1)[-1] for label in offered.values()} == {"2014", "2015", "2019"}
    session.app.button(key=f"look_at_{PILOTS}").click().run()
    answered = session.look()
    is_sound(answered)
    assert f"anyway_{RATE}" in answered.exhibits
    assert session.app.selectbox(key="compare").value == PILOTS
    assert "choose 2015 for it" in answered.main_text
    assert "Norfolk, no figure for 2013" in answered.main_text


@pytest.mark.parametrize("part", ["beside", "funnel", "anyway"])
def test_an_authority_without_figures_is_answered_with_a_sentence(part: str) -> None:
    page = opened("one", part, RATE, "City of London")
    assert not page.failures
    assert "nan" not in page.main_text.lower().split()
    assert page.exhibits or page.informed or "Choose the year" in page.main_text


def test_better_and_worse_only_where_a_protocol_intends_a_direction() -> None:
    told = opened(PILOTS, "beside", "re_referrals").exhibits["group_re_referrals"].tables[0]
    words = set(told["Against its neighbours"])
    assert words <= {"higher (worse)", "lower (better)", "similar", "[x]"}
    assert {"higher (worse)", "lower (better)"} & words
    assert "worse" not in opened(PILOTS, "beside").main_text
