"""Two parts of Repeat plans: the simulation and its sliders, and the follow-up question."""

from __future__ import annotations

import json
from functools import cache

import pytest

from analytics.ask import ask
from analytics.emmie.repeat_plans.series import RepeatSeriesQuestion
from analytics.emmie.repeat_plans.what_if import WhatIfQuestion
from analytics.extracts.library import open_library
from tests.app.opened_pages import Opened, Session
from tests.helpers.folders import RPS

PARTS = {"what_if": "What if", "follow_up": "Has it made a difference?"}
KEYS = {
    "what_if": [
        "what_if_result",
        "what_if_by_share",
        "what_if_difference",
        "what_if_assumed",
        "assumptions",
    ],
    "follow_up": ["repeat_series", "repeat_series_power", "assumptions"],
}


def opened(part: str, query: dict[str, str] | None = None) -> tuple[Session, Opened]:
    session = Session({"part_of_repeat": PARTS[part], **(query or {})})
    return session, session.open("repeat_plans")


@cache
def seen(part: str) -> Opened:
    return opened(part)[1]


def cells(page: Opened, exhibit: str) -> dict[str, str]:
    """Return what an exhibit's table says in all, without intervals, by its first column."""
    table = page.exhibits[exhibit].tables[0]
    values = [cell.partition(" (")[0] for cell in table.iloc[:, -1]]
    return dict(zip(table.iloc[:, 0], values, strict=True))


@pytest.mark.parametrize("part", PARTS)
def test_part_shows_its_exhibits(part: str) -> None:
    page = seen(part)
    assert not page.failures
    assert list(page.exhibits) == KEYS[part]
    for key, exhibit in page.exhibits.items():
        assert len(exhibit.headline.split()) <= 12, key
        assert any("Synthetic" in text for text in exhibit.texts)
    for chart in page.charts:
        assert len(chart.alt.split()) > 10
        assert json.loads(chart.spec)["data"]
    assert "nan" not in page.main_text.lower().split()


def test_result_is_the_answer_s() -> None:
    result = ask(WhatIfQuestion(), RPS).answer.result
    values = cells(seen("what_if"), "what_if_result")
    assert values["Plan starts avoided within 24 months"] == f"{result.starts.value:,.0f}"
    assert values["Extra plan-months"] == f"{result.plan_months.value:,.0f}"
    priced = values["Cost of the extra plan-months (2024/25 prices)"]
    assert priced == f"£{round(result.pounds.value, -3):,.0f}"


def test_each_control_moves_what_it_should() -> None:
    session, before = opened("what_if")
    first = cells(before, "what_if_result")
    nothing = session.choose("slider", "due", 0)
    assert cells(nothing, "what_if_result")["Plan starts avoided within 24 months"] == "0"
    assert "nothing would have been avoided" in nothing.main_text
    session.choose("slider", "due", 50)
    longer = cells(session.choose("slider", "extra", 6), "what_if_result")
    assert (
        longer["Plan starts avoided within 24 months"]
        == (first["Plan starts avoided within 24 months"])
    )
    months = [int(one["Extra plan-months"].replace(",", "")) for one in (first, longer)]
    assert months[1] > months[0]
    session.choose("slider", "extra", 3)
    older = cells(session.choose("selectbox", "what_if_prices", "2019/20"), "what_if_result")
    assert "Cost of the extra plan-months (2019/20 prices)" in older
    year = cells(session.choose("selectbox", "what_if_window", 365), "what_if_result")
    assert "Plan starts avoided within 12 months" in year


def test_follow_up_cannot_tell_and_says_why() -> None:
    answer = ask(RepeatSeriesQuestion(), RPS).answer
    page = seen("follow_up")
    headline = f"Not yet: no start date of {answer.of} is recorded"
    assert page.exhibits["repeat_series"].headline == headline
    assert f"No day is recorded on which {answer.of} began" in page.main_text
    table = page.exhibits["repeat_series"].tables[0]
    assert len(table) == len(answer.quarters) + len(answer.ahead)
    assert list(table.iloc[-8:, 1]) == ["to come"] * 8


@pytest.mark.parametrize("part", PARTS)
def test_only_assumptions_that_bear_on_a_part_are_shown_and_folded(part: str) -> None:
    extracts = {"what_if": {"children", "cp_plans", "plan_endings"}, "follow_up": {"cp_plans"}}
    protocol = open_library().evaluation(RPS).protocol
    said = {one.text: bool(extracts[part] & set(one.extracts)) for one in protocol.assumptions}
    assert set(said.values()) == {True, False}
    shown = "\n".join(seen(part).exhibits["assumptions"].texts)
    for text, is_about in said.items():
        assert (text in shown) is is_about
    assert f"{sum(said.values())} assumptions bear" in shown


def test_sliders_and_filters_outlive_a_change_of_part() -> None:
    """A part that is not looked at draws no control; what was chosen there stays in the session."""
    session, _ = opened("what_if", {"sex": "Female"})
    session.choose("slider", "due", 0)
    away = session.choose("segmented_control", "part_of_repeat", "follow_up")
    assert "Filters: sex: Female" in away.main_text
    back = session.choose("segmented_control", "part_of_repeat", "what_if")
    assert back.values["due"] == 0
    assert "nothing would have been avoided" in back.main_text
    assert "Filters: sex: Female" in back.main_text


def test_a_link_holds_sliders_and_filters() -> None:
    page = opened("what_if", {"due": "0", "extra": "6", "sex": "Female"})[1]
    assert (page.values["due"], page.values["extra"]) == (0, 6)
    assert "nothing would have been avoided" in page.main_text
    assert "Filters: sex: Female" in page.main_text


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(
    "query",
    [
        {"sex": "Female"},
        {"category": "Sexual abuse"},
        {"from": "2023-04-01"},
        {"from": "2031-01-01"},
    ],
    ids=["girls", "a rare category", "one year", "nothing yet"],
)
def test_part_stands_with_filters(part: str, query: dict[str, str]) -> None:
    page = opened(part, query)[1]
    assert not page.failures
    assert page.exhibits or page.informed
    assert "nan" not in page.main_text.lower().split()
