"""The Moderators page, for each evaluation: groups where something is compared, or why not."""

from __future__ import annotations

import json
from functools import cache

import pytest

from analytics.ask import ask, evaluations_for
from analytics.emmie.effect.analyses import AnalysesQuestion
from analytics.emmie.moderators import ModeratorsQuestion
from analytics.emmie.study import is_unanswered
from tests.app.opened_pages import Opened, Session
from tests.helpers.screen import number

TITLES = evaluations_for(AnalysesQuestion)


@cache
def opened(name: str) -> Opened:
    return Session({"evaluation": TITLES[name]}).open("moderators")


@pytest.mark.parametrize("name", sorted(TITLES))
def test_page_opens_for_every_evaluation(name: str) -> None:
    page = opened(name)
    assert not page.failures
    released = ask(ModeratorsQuestion(), name)
    if is_unanswered(released):
        assert "no_groups" in page.exhibits
        assert page.exhibits["no_groups"].headline.startswith("Can't tell")
    else:
        assert f"groups_{released.answer.outcome}" in page.exhibits
    assert "nan" not in page.main_text.lower().split()


@pytest.mark.parametrize("name", sorted(TITLES))
def test_forest_plot_and_table_draw_the_answer(name: str) -> None:
    released = ask(ModeratorsQuestion(), name)
    if is_unanswered(released):
        assert not opened(name).exhibits["no_groups"].charts
        return
    answer = released.answer
    exhibit = opened(name).exhibits[f"groups_{answer.outcome}"]
    groups = [group for item in answer.moderators for group in item.groups]
    (trace,) = json.loads(exhibit.charts[0].spec)["data"]
    factor = 100 if answer.unit == "share" else 1
    drawn = [factor * group.estimate.value for group in groups if group.estimate]
    assert trace["x"] == pytest.approx(drawn)
    (table,) = exhibit.tables
    assert list(table["Group"]) == [group.label for group in groups]
    is_open = answer.scale == "ratio" or answer.unit != "share"
    column = next(name for name in table.columns if name.startswith(("Ratio", "Difference")))
    for cell, group in zip(table[column], groups, strict=True):
        if group.estimate is None:
            assert not any(character.isdigit() for character in cell)
        elif is_open:
            assert number(cell) == pytest.approx(group.estimate.value, abs=0.051)
        else:
            assert number(cell) == pytest.approx(100 * group.estimate.value, abs=0.51)


def test_another_outcome_can_be_chosen() -> None:
    name = "family_safety_plans"
    outcomes = ask(ModeratorsQuestion(), name).answer.outcomes
    session = Session({"evaluation": TITLES[name]})
    session.open("moderators")
    page = session.choose("selectbox", f"groups_outcome_{name}", outcomes[-1][0])
    assert f"groups_{outcomes[-1][0]}" in page.exhibits


def test_nobody_left_says_so() -> None:
    session = Session({"evaluation": TITLES["family_safety_plans"], "la": "City of London"})
    page = session.open("moderators")
    assert "No cases are left" in page.main_text
    assert not page.failures
