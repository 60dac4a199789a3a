"""The Mechanism page, for each evaluation and each of its parts."""

from __future__ import annotations

import json

import pytest

from analytics.ask import ask, evaluations_for
from analytics.emmie.mechanism.logic_model import LogicModelQuestion
from analytics.emmie.mechanism.skills import SkillsQuestion
from analytics.emmie.mechanism.surveys import SurveysQuestion
from analytics.emmie.mechanism.themes import ThemesQuestion
from analytics.emmie.mechanism.verdict import verdict_of
from analytics.exhibits.mechanism_words import STANDING
from analytics.extracts.code_lists import ROLE
from tests.app.opened_pages import Opened, Session

TITLES = evaluations_for(LogicModelQuestion)
PARTS = {
    "Interviews": ThemesQuestion,
    "Surveys": SurveysQuestion,
    "Observed practice": SkillsQuestion,
}
ASKED = [
    (part, name) for part, kind in PARTS.items() for name in TITLES if name in evaluations_for(kind)
]


def opened(name: str, part: str = "Logic model", **query: str) -> Opened:
    asked = {"evaluation": TITLES[name], "part": part} | query
    return Session(asked).open("mechanism")


def test_every_evaluation_has_a_logic_model() -> None:
    assert len(TITLES) == 5


@pytest.mark.parametrize("name", TITLES)
def test_the_logic_model_shows_every_box_and_every_link(name: str) -> None:
    page = opened(name)
    assert not page.failures
    (exhibit,) = page.exhibits.values()
    answer = ask(LogicModelQuestion(), name).answer
    (chart,) = exhibit.charts
    layout = json.loads(chart.spec)["layout"]
    drawn = {note["text"].replace("<br>", " ") for note in layout["annotations"]}
    assert {node.label for node in answer.nodes} <= drawn
    (table,) = exhibit.tables
    assert list(table["How it stands"]) == [STANDING[link.standing] for link in answer.links]
    verdict = verdict_of(answer)
    assert exhibit.headline.lower().startswith(verdict.word)
    assert all(reason in " ".join(exhibit.texts) for reason in verdict.reasons)


@pytest.mark.parametrize("name", TITLES)
def test_each_link_is_drawn_once_and_styled_by_its_standing(name: str) -> None:
    (exhibit,) = opened(name).exhibits.values()
    answer = ask(LogicModelQuestion(), name).answer
    traces = json.loads(exhibit.charts[0].spec)["data"]
    styles = set()
    for standing, words in STANDING.items():
        mine = [link.number for link in answer.links if link.standing == standing]
        lines = [item for item in traces if item["name"] == f"{words} ({len(mine)})"]
        assert len(lines) == bool(mine)
        for line in lines:
            assert line["x"].count(None) == len(mine)
            styles.add((line["line"]["dash"], line["line"]["width"]))
        numbers = [item for item in traces if item["name"] == f"Numbers: {words.lower()}"]
        assert [n for item in numbers for n in item["text"]] == [f"<b>{n}</b>" for n in mine]
    assert len(styles) == len({link.standing for link in answer.links})


@pytest.mark.parametrize(("part", "name"), ASKED)
def test_each_part_opens(part: str, name: str) -> None:
    page = opened(name, part)
    assert not page.failures
    assert page.exhibits
    for exhibit in page.exhibits.values():
        assert "Synthetic" in " ".join(exhibit.texts)
        assert exhibit.has_download
        assert "nan" not in " ".join(exhibit.texts).lower().split()
        for chart in exhibit.charts:
            assert len(chart.alt.split()) >= 5
            assert json.loads(chart.spec)["data"]


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_an_evaluation_lacks_is_answered_with_a_sentence(part: str) -> None:
    without = [name for name in TITLES if name not in evaluations_for(PARTS[part])]
    page = opened(without[0], part)
    assert not page.failures
    assert not page.exhibits
    assert page.informed


@pytest.mark.parametrize("name", [name for part, name in ASKED if part == "Interviews"])
def test_themes_are_drawn_as_answered(name: str) -> None:
    page = opened(name, "Interviews")
    answer = ask(ThemesQuestion(), name).answer
    sizes = dict(answer.interviews)
    for kind in {theme.kind for theme in answer.themes}:
        mine = [theme for theme in answer.themes if theme.kind == kind]
        drawn = 0
        for trace in json.loads(page.exhibits[f"themes_{kind}"].charts[0].spec)["data"]:
            role = next(r for r in ROLE if trace["name"] == f"{ROLE[r]} ({sizes.get(r)})")
            expected = [
                100 * one.share.value
                for theme in mine
                for one in theme.roles
                if one.role == role and one.share.value is not None
            ]
            assert trace["x"] == pytest.approx(expected)
            drawn += 1
        assert 0 < drawn <= 4


@pytest.mark.parametrize("name", [name for part, name in ASKED if part == "Surveys"])
def test_shares_who_agree_are_drawn_as_answered(name: str) -> None:
    page = opened(name, "Surveys")
    answer = ask(SurveysQuestion(), name).answer
    for survey in answer.surveys:
        spec = json.loads(page.exhibits[f"survey_{survey.key}"].charts[0].spec)
        values = sorted(value for trace in spec["data"] for value in trace["x"])
        expected = [
            wave.mean if wave.agree is None else 100 * wave.agree.value
            for item in survey.items
            for wave in item.waves
            if wave.mean is not None or (wave.agree and wave.agree.value is not None)
        ]
        assert values == pytest.approx(sorted(expected))
        if survey.agree_from is not None:
            bars = json.loads(page.exhibits[f"answers_{survey.key}"].charts[0].spec)["data"]
            totals = [sum(bar["x"][place] for bar in bars) for place in range(len(bars[0]["x"]))]
            assert totals == pytest.approx([100] * len(totals))


@pytest.mark.parametrize("name", [name for part, name in ASKED if part == "Observed practice"])
def test_skill_scores_are_drawn_as_answered(name: str) -> None:
    page = opened(name, "Observed practice")
    answer = ask(SkillsQuestion(), name).answer
    spec = json.loads(page.exhibits["skill_scores"].charts[0].spec)
    for place, trace in enumerate(spec["data"]):
        expected = [skill.waves[place].mean.value for skill in answer.skills]
        assert trace["x"] == pytest.approx(expected)


def test_an_authority_where_nobody_was_asked_is_answered_with_a_sentence() -> None:
    name = next(name for part, name in ASKED if part == "Surveys")
    page = opened(name, "Surveys", la="Barnet")
    assert not page.failures
    assert not page.exhibits
    assert page.informed
