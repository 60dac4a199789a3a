"""The page Effect: every evaluation, every analysis, every form."""

from __future__ import annotations

import json

import pytest

from analytics.ask import ask, evaluations_for
from analytics.emmie.effect import EffectQuestion
from analytics.emmie.effect.analyses import AnalysesQuestion
from analytics.emmie.effect.change import ChangeQuestion
from analytics.emmie.effect.specification import SpecificationQuestion
from tests.app.opened_pages import Opened, Session
from tests.helpers.folders import FSP

EVALUATIONS = sorted(evaluations_for(AnalysesQuestion))
PAIRS = [
    (name, one.key) for name in EVALUATIONS for one in ask(AnalysesQuestion(), name).answer.analyses
]
FORMS = {"Plain numbers": "frequency", "Difference": "difference", "Ratio": "ratio"}


def opened(name: str, analysis: str = "", form: str = "Difference", **more: str) -> Opened:
    """Open the page by a link, as somebody who was sent it."""
    answer = ask(AnalysesQuestion(), name).answer
    query = {"evaluation": answer.provenance.title, "form": form, **more}
    labels = {one.key: one.label for one in answer.analyses}
    if analysis and len(labels) > 1:
        query[f"analysis_{name}"] = labels[analysis]
    return Session(query).open("effect")


@pytest.mark.parametrize(("name", "analysis"), PAIRS)
def test_every_analysis_has_a_table(name: str, analysis: str) -> None:
    page = opened(name, analysis)
    assert not page.failures
    assert page.informed == ()
    assert any(exhibit.tables for exhibit in page.exhibits.values())
    for exhibit in page.exhibits.values():
        assert exhibit.headline
        for chart in exhibit.charts:
            assert "NaN" not in chart.spec
            assert len(chart.alt.split()) >= 5


@pytest.mark.parametrize("name", EVALUATIONS)
def test_an_evaluation_that_compares_nothing_says_so_with_reasons(name: str) -> None:
    answer = ask(AnalysesQuestion(), name).answer
    if answer.analyses:
        return
    exhibit = opened(name).exhibits["no_effect"]
    assert exhibit.headline.startswith("Can't tell")
    assert answer.caution
    assert answer.caution in "\n".join(exhibit.texts)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("analysis", ["matched", "weighted", "areas", "series"])
def test_every_form_of_a_design_on_cases(analysis: str, form: str) -> None:
    page = opened(FSP, analysis, form)
    assert not page.failures
    exhibit = page.exhibits[f"outcomes_{FORMS[form]}"]
    (chart,) = exhibit.charts
    assert json.loads(chart.spec)["data"]
    assert exhibit.tables


def test_icons_are_as_many_as_the_released_shares() -> None:
    outcome = ask(EffectQuestion(), FSP).answer.outcomes[0]
    (chart,) = opened(FSP, "matched", "Plain numbers").exhibits["outcomes_frequency"].charts
    drawn = [len(trace["x"]) for trace in json.loads(chart.spec)["data"]]
    shares = (outcome.adjusted.treated.value, outcome.adjusted.comparison.value)
    filled = [round(100 * share) for share in shares]
    assert drawn == [filled[0], 100 - filled[0], filled[1], 100 - filled[1]]


def test_curve_draws_every_specification_of_the_answer() -> None:
    answer = ask(SpecificationQuestion(outcome="outcome_20", analysis="matched"), FSP).answer
    (chart,) = opened(FSP, "matched").exhibits["specification_curve"].charts
    traces = json.loads(chart.spec)["data"]
    drawn = sum(len(trace["y"]) for trace in traces[:2])
    assert drawn == len(answer.specs)
    assert (
        f"{len(answer.specs):,}" in opened(FSP, "matched").exhibits["specification_curve"].headline
    )


def test_areas_are_said_to_be_too_few() -> None:
    page = opened(FSP, "areas")
    assert page.exhibits["outcomes_difference"].headline.startswith("Can't tell")
    answer = ask(ChangeQuestion(analysis="areas"), FSP).answer
    (chart,) = page.exhibits["areas_before_and_after"].charts
    first = json.loads(chart.spec)["data"][0]["y"]
    shown = answer.outcomes[0]
    assert first == [100 * shown.with_before.value, 100 * shown.with_after.value]
