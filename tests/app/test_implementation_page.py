"""The Implementation page, for each evaluation that says what would show it."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from analytics.ask import ask, evaluations_for
from analytics.emmie.implementation.delivery import DeliveryQuestion
from analytics.emmie.implementation.fidelity import FidelityQuestion
from analytics.emmie.implementation.measures import MeasuresQuestion
from analytics.emmie.implementation.teams import TeamsQuestion
from analytics.emmie.implementation.training import TrainingQuestion
from analytics.emmie.implementation.workforce import WorkforceQuestion
from analytics.extracts.code_lists import ROLE
from tests.app.opened_pages import Exhibit, Opened, Session

NAMES = sorted(evaluations_for(MeasuresQuestion))


@cache
def opened(name: str, part: str = "") -> Opened:
    """Return the page of one evaluation, whole or in part."""
    query = {"evaluation": evaluations_for(MeasuresQuestion)[name]}
    if part:
        query["parts"] = part
    return Session(query).open("implementation")


def asks(kind: type, name: str) -> bool:
    return name in evaluations_for(kind)


def traces(exhibit: Exhibit) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(exhibit.charts[0].spec)["data"]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_page_opens_with_everything_that_the_evaluation_has(name: str) -> None:
    page = opened(name)
    assert not page.failures
    assert page.informed == ()
    expected = {
        "delivery_funnel": asks(DeliveryQuestion, name),
        "step_times": asks(DeliveryQuestion, name),
        "fidelity": asks(FidelityQuestion, name),
        "teams_fidelity": asks(FidelityQuestion, name),
        "teams_step": asks(TeamsQuestion, name) and asks(DeliveryQuestion, name),
        "training": asks(TrainingQuestion, name),
        "posts": asks(WorkforceQuestion, name),
        "turnover": asks(WorkforceQuestion, name),
        "measures": True,
    }
    assert {key: key in page.exhibits for key in expected} == expected
    assert all("Synthetic" in " ".join(exhibit.texts) for exhibit in page.exhibits.values())
    assert "nan" not in page.main_text.lower().split()


@pytest.mark.parametrize("name", NAMES)
def test_headlines_are_short_and_charts_have_words(name: str) -> None:
    for exhibit in opened(name).exhibits.values():
        assert len(exhibit.headline.split()) <= 16, exhibit.headline
        assert all(len(chart.alt.split()) >= 5 for chart in exhibit.charts)


@pytest.mark.parametrize("name", NAMES)
def test_measures_are_drawn_as_they_were_released(name: str) -> None:
    answer: Any = ask(MeasuresQuestion(), name).answer
    counted = [item for item in answer.measures if item.measure.counts_for_implementation]
    told = [item.measured.value for item in counted if item.measured.value is not None]
    exhibit = opened(name).exhibits["measures"]
    drawn = [
        value
        for trace in traces(exhibit)
        if trace.get("name") in {"Met", "Partly met", "Not met"}
        for value in trace["x"]
    ]
    assert sorted(drawn) == pytest.approx(sorted(100 * value for value in told))
    assert len(exhibit.tables[0]) == len(answer.measures)
    assert f"Implementation: {answer.verdict.word}" in " ".join(exhibit.texts)


@pytest.mark.parametrize("name", [name for name in NAMES if asks(DeliveryQuestion, name)])
def test_the_funnel_draws_the_released_counts(name: str) -> None:
    answer: Any = ask(DeliveryQuestion(), name).answer
    bars = [
        value for trace in traces(opened(name).exhibits["delivery_funnel"]) for value in trace["x"]
    ]
    counts = [step.count for step in answer.steps]
    assert sorted(value for value in bars if value is not None) == sorted(
        count for count in counts if count is not None
    )
    words = " ".join(opened(name).exhibits["step_times"].texts)
    for step in answer.steps:
        if step.time is not None and step.time.median is not None:
            assert f"by day {step.time.median:g}" in words


@pytest.mark.parametrize("name", [name for name in NAMES if asks(WorkforceQuestion, name)])
def test_charts_draw_the_released_points_and_say_which_signal(name: str) -> None:
    answer: Any = ask(WorkforceQuestion(), name).answer
    for chart in answer.caseloads:
        exhibit = opened(name).exhibits[f"caseload_{chart.role}"]
        line = next(
            trace for trace in traces(exhibit) if trace["mode"] == "lines" and not trace.get("name")
        )
        assert line["y"] == pytest.approx([point.value for point in chart.points])
        said = " ".join(exhibit.texts)
        assert ("Higher or rising, beyond" in said) == any(p.side == "high" for p in chart.points)
        assert ("Lower or falling, beyond" in said) == any(p.side == "low" for p in chart.points)
    assert {f"{ROLE[role.role]}:" in opened(name).main_text for role in answer.posts} == {True}


@pytest.mark.parametrize(
    ("part", "key"),
    [("Delivery", "delivery_funnel"), ("Staff", "posts"), ("Where it stands", "measures")],
)
def test_a_part_can_be_chosen(part: str, key: str) -> None:
    page = opened("family_safety_plans", part)
    assert key in page.exhibits
    assert len(page.exhibits) < len(opened("family_safety_plans").exhibits)


def test_research_questions_have_a_word_beside_the_mark() -> None:
    table = opened("family_safeguarding_cambridgeshire").exhibits["research_questions"].tables[0]
    assert len(table) == 3
    assert all(len(answer.split()) >= 2 for answer in table["Answer"])
    promise = table[table["Research question"].str.contains("romise")]
    assert promise["Answer"].tolist() == ["? Can't tell: anecdotal"]


def test_recommendations_name_who_acts() -> None:
    table = opened("repeat_plans_southampton").exhibits["recommendations"].tables[0]
    assert len(table) == 11
    assert table["Who acts"].str.len().min() > 3
    assert table["Measures, and where they stand"].str.len().min() > 10


def test_nothing_left_is_said_once() -> None:
    title = evaluations_for(MeasuresQuestion)["family_safety_plans"]
    page = Session({"evaluation": title, "la": "City of London"}).open("implementation")
    assert not page.failures
    assert len(page.informed) == 1
