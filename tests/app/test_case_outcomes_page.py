"""Case outcomes as a viewer sees them: control charts, the tide, level and slope, and the path."""

from __future__ import annotations

import json

import pytest

from analytics.ask import ask
from analytics.emmie.case_outcomes.course import CourseQuestion
from analytics.emmie.case_outcomes.force_trend import ForceTrendQuestion
from analytics.emmie.case_outcomes.path import PathQuestion
from tests.app.opened_pages import FILTERS, Opened, Session, seen
from tests.helpers.folders import FSP

CHARTS = ("outcome_20_over_time", "out_of_court_over_time", "force_trend", "level_and_slope")
PATH = ("path_changes", "path_1", "path_2")


@pytest.fixture(scope="module")
def path() -> Opened:
    session = Session()
    session.open("case_outcomes")
    return session.choose("segmented_control", "part_of_cases", "path")


def narrowed(filters: str) -> Opened:
    session = Session({**FILTERS[filters], "part_of_cases": "Path"})
    return session.open("case_outcomes")


def test_control_charts_come_first_and_the_tide_after_them() -> None:
    keys = [key for key in seen("case_outcomes").exhibits if key in CHARTS]
    assert keys == list(CHARTS)


@pytest.mark.parametrize("key", [*CHARTS, "outcomes_by_arm", *PATH])
def test_the_codes_stand_in_every_subtitle(path: Opened, key: str) -> None:
    exhibit = {**seen("case_outcomes").exhibits, **path.exhibits}[key]
    assert "out-of-court means Home Office outcomes 2, 3, 6, 7 and 8" in exhibit.subtitle
    assert len(exhibit.headline.split()) <= 12


def test_the_start_of_outcome_22_and_the_change_are_printed_on_the_charts() -> None:
    for key in CHARTS[:3]:
        (chart,) = seen("case_outcomes").exhibits[key].charts
        printed = [note["text"] for note in json.loads(chart.spec)["layout"]["annotations"]]
        assert any("Outcome 22" in text.replace("<br>", " ") for text in printed)
        assert any("New process" in text for text in printed) is (key != "force_trend")


def test_the_tide_draws_the_published_shares() -> None:
    answer = ask(ForceTrendQuestion(), FSP).answer
    exhibit = seen("case_outcomes").exhibits["force_trend"]
    drawn = json.loads(exhibit.charts[0].spec)["data"][0]
    found = {year: value for year, value in zip(drawn["x"], drawn["y"], strict=True) if value}
    assert found == {one.year: pytest.approx(100 * one.share, abs=0.006) for one in answer.years}
    assert f"{100 * answer.rise:+.1f} points" in exhibit.charts[0].alt
    assert "ynthetic" not in " ".join(exhibit.texts)


def test_the_path_draws_the_shares_of_the_answer(path: Opened) -> None:
    assert not path.failures
    assert list(path.exhibits) == list(PATH)
    answer = ask(PathQuestion(), FSP).answer
    for place, areas in enumerate(dict.fromkeys(side.areas for side in answer.sides), start=1):
        exhibit = path.exhibits[f"path_{place}"]
        spec = json.loads(exhibit.charts[0].spec)
        bars = [trace for trace in spec["data"] if trace["type"] == "bar"]
        sides = [side for side in answer.sides if side.areas == areas]
        for trace, side in zip(bars, sides, strict=True):
            shown = sorted(value for value in trace["x"] if value)
            expected = sorted(100 * share.value for _, share in side.steps if share.value)
            assert shown == pytest.approx(expected, abs=0.006)
            assert f"{side.recorded:,} cases recorded" in exhibit.charts[0].alt
        assert all(f"{side.closed:,} {side.side}" in str(spec) for side in sides)


def test_the_setting_is_kept_from_part_to_part() -> None:
    session = Session()
    session.open("case_outcomes")
    session.choose("selectbox", "codes", True)
    opened = session.choose("segmented_control", "part_of_cases", "path")
    assert all("7, 8 and 22" in exhibit.subtitle for exhibit in opened.exhibits.values())
    assert "together (2, 3, 6, 7, 8, 22)" in opened.main_text


@pytest.mark.parametrize("filters", ["local authority", "period", "sex", "age band"])
def test_the_path_through_filters(filters: str) -> None:
    opened = narrowed(filters)
    assert not opened.failures
    assert "path_1" in opened.exhibits
    assert any(line.startswith("Filters: ") for line in opened.main_text.splitlines())


@pytest.mark.parametrize("filters", ["nobody there", "nothing yet"])
def test_the_path_of_nobody_is_a_sentence(filters: str) -> None:
    opened = narrowed(filters)
    assert not opened.failures
    assert opened.exhibits == {}
    assert opened.informed


def test_quarters_are_shown_where_too_many_months_are_withheld() -> None:
    """Southampton's disposals: most months are withheld, and quarters can be read."""
    opened = seen("case_outcomes", "local authority")
    assert not opened.failures
    for key in CHARTS[:2]:
        exhibit = opened.exhibits[key]
        why = [line for line in exhibit.texts if "By quarter, because too many months" in line]
        assert bool(why) is ("by quarter of recording" in exhibit.subtitle)
    by_month = {
        key: "by month of recording" in one.subtitle
        for key, one in seen("case_outcomes").exhibits.items()
        if key in CHARTS[:2]
    }
    assert by_month == {"outcome_20_over_time": True, "out_of_court_over_time": False}


def test_a_group_with_mostly_withheld_months_is_named_and_not_drawn() -> None:
    session = Session()
    session.open("case_outcomes")
    exhibit = session.choose("segmented_control", "step", "month").exhibits[CHARTS[1]]
    spec = json.loads(exhibit.charts[0].spec)
    titles = [note["text"] for note in spec["layout"]["annotations"]]
    assert "Areas with plans" in titles
    assert "Southampton (no plans)" not in titles
    assert any("Southampton (no plans): not drawn" in line for line in exhibit.texts)


def test_a_fall_is_read_against_the_area_without_it_in_the_same_headline() -> None:
    course = dict(ask(CourseQuestion(), FSP).answer.courses)["outcome_20"]
    exhibit = seen("case_outcomes").exhibits["level_and_slope"]
    for found in (course.average, course.against_others):
        assert f"−{abs(100 * found.value):.1f}" in exhibit.headline
    assert "against Southampton (no plans)" in exhibit.headline


def test_disposals_are_not_counted_alike_with_outcome_22() -> None:
    session = Session()
    session.open("case_outcomes")
    opened = session.choose("selectbox", "codes", True)
    said = {key: " ".join(opened.exhibits[key].texts) for key in CHARTS}
    assert "not counted alike (Outcome 22 may be recorded only from" in said[CHARTS[1]]
    assert "not counted alike (Outcome 22 may be recorded only from" in said["force_trend"]
    assert "Out-of-court disposals: no estimate" in said["level_and_slope"]
    (chart,) = opened.exhibits["force_trend"].charts
    lines = [trace["x"] for trace in json.loads(chart.spec)["data"]]
    assert [years[0] for years in lines] == [2015, 2020, 2022]


@pytest.mark.parametrize("part", ["over_time", "path"])
def test_no_headline_or_column_names_a_statistic(path: Opened, part: str) -> None:
    exhibits = (path if part == "path" else seen("case_outcomes")).exhibits
    for exhibit in exhibits.values():
        heads = " ".join([exhibit.headline, *(str(table.columns) for table in exhibit.tables)])
        assert not any(word in heads for word in ("Holm", "p′", "XmR", "φ", "τ"))


def test_periods_that_are_judged_and_not_judged_are_named_apart() -> None:
    session = Session()
    session.open("case_outcomes")
    lines = session.choose("segmented_control", "step", "month").exhibits[CHARTS[1]].texts
    since = [line for line in lines if "8 months since the change are higher" in line]
    before = [line for line in lines if "Areas with plans" in line and "none of these" in line]
    assert since
    assert before
    assert all("Apr 2016 to Jun 2019" in line for line in before)
