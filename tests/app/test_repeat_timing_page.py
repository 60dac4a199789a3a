"""The parts of Repeat plans on how soon children come back, what goes with it, and others."""

from __future__ import annotations

import json

import pytest

from analytics.ask import ask
from analytics.emmie.neighbours.comparison import ComparisonQuestion
from analytics.emmie.repeat_plans.factors import FactorsQuestion
from analytics.emmie.repeat_plans.groups import RepeatGroupsQuestion
from analytics.extracts.filters import Filters
from tests.app.opened_pages import FILTERS, Opened, Session
from tests.helpers.folders import RPS

TIMING = ["time_to_repeat_plan", "what_ended_follow_up", "returns_by_group", "ever_before"]
FACTORS = [
    "return_factors",
    "return_factors_over_time",
    "health_checks",
    "returns_by_combination",
    "assumptions",
]
PUBLISHED = [
    "neighbours_second_or_subsequent_plans",
    "years_second_or_subsequent_plans",
    "funnel_second_or_subsequent_plans",
]


def opened(part: str, **query: str | list[str]) -> Opened:
    return Session({"part_of_repeat": part, **query}).open("repeat_plans")


@pytest.mark.parametrize(
    ("part", "keys"),
    [
        ("How soon", [*TIMING, "assumptions"]),
        ("What goes with it", FACTORS),
        ("Against other authorities", PUBLISHED),
    ],
)
def test_each_part_shows_its_exhibits(part: str, keys: list[str]) -> None:
    page = opened(part)
    assert not page.failures
    assert page.informed == ()
    assert list(page.exhibits) == keys
    for exhibit in page.exhibits.values():
        assert len(exhibit.headline.split()) <= 13
        assert "nan" not in "\n".join(exhibit.texts).lower().split()


def test_the_choice_of_a_grouping_moves_the_curves() -> None:
    session = Session()
    page = session.open("repeat_plans")
    assert "category of abuse" in page.exhibits["returns_by_group"].headline
    page = session.choose("selectbox", "returns_by", "closed_to")
    exhibit = page.exhibits["returns_by_group"]
    answer = ask(RepeatGroupsQuestion(grouping="closed_to"), RPS).answer
    assert "by more than chance" in exhibit.headline
    names = {trace.get("name") for trace in json.loads(exhibit.charts[0].spec)["data"]}
    assert {"Child in need plan", "Became looked after"} <= names
    assert {str(group.n_spells) for group in answer.groups} <= {
        cell.replace(",", "") for cell in exhibit.tables[0]["Plans that ended"]
    }


def test_the_largest_teams_are_told_apart() -> None:
    page = Session({"returns_by": "Team"}).open("repeat_plans")
    groups = set(page.exhibits["returns_by_group"].tables[0]["Group"])
    assert len(groups) == 4
    assert "All others" in groups


@pytest.mark.parametrize("name", [name for name in FILTERS if name != "none"])
@pytest.mark.parametrize("part", ["How soon", "What goes with it", "Against other authorities"])
def test_filters_break_nothing(part: str, name: str) -> None:
    page = opened(part, **FILTERS[name])
    assert not page.failures
    assert page.exhibits or page.informed


def test_the_forest_draws_the_answer() -> None:
    exhibit = opened("What goes with it").exhibits["return_factors"]
    answer = ask(FactorsQuestion(), RPS).answer
    adjusted = json.loads(exhibit.charts[0].spec)["data"][0]
    expected = [level.adjusted.estimate for factor in answer.factors for level in factor.levels[1:]]
    assert adjusted["x"] == pytest.approx(expected)
    assert "association" in exhibit.charts[0].alt


def test_a_team_sees_less_of_the_factors() -> None:
    page = opened("What goes with it", team="ST403476")
    assert not page.failures
    answer = ask(FactorsQuestion(), RPS, Filters(teams=("ST403476",))).answer
    assert answer.left_out
    headline = page.exhibits["return_factors"].headline
    assert headline == "Too few returns to tell what goes with them"
    assert "times as often" not in " ".join(page.exhibits["return_factors"].texts[:6])
    assert page.exhibits["return_factors"].tables[0]["Factor"].nunique() == len(answer.factors)


def test_the_published_measure_is_the_one_of_statistical_neighbours() -> None:
    page = opened("Against other authorities")
    question = ComparisonQuestion(area_code="E06000045", measure="second_or_subsequent_plans")
    answer = ask(question).answer
    table = page.exhibits["years_second_or_subsequent_plans"].tables[0]
    assert list(table["Year"]) == [str(one.year) for one in answer.series[0].figures]
    assert "Southampton" in page.exhibits["funnel_second_or_subsequent_plans"].headline
    other = opened("Against other authorities", la="Portsmouth")
    assert "Portsmouth" in other.exhibits["funnel_second_or_subsequent_plans"].headline
