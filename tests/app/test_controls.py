"""Controls of a page do what they say, and what is chosen goes along from page to page."""

from __future__ import annotations

import json
from datetime import date

import pytest

from analytics.ask import ask, evaluations_for
from analytics.emmie.effect import EffectQuestion
from analytics.emmie.evidence import EvidenceQuestion
from analytics.emmie.neighbours.comparison import ComparisonQuestion
from analytics.emmie.neighbours.measures import MEASURES
from tests.app.opened_pages import CHOSEN, PAGES, Session, seen
from tests.helpers.folders import FSP

SOUTHAMPTON, BIRMINGHAM = "E06000045", "E08000025"


@pytest.fixture(scope="module")
def session() -> Session:
    """Return one session, in which each test opens its page and leaves it as it was."""
    return Session()


def test_scale_switches_to_ratios(session: Session) -> None:
    session.open("effect")
    opened = session.choose("segmented_control", "form", "ratio")
    exhibit = opened.exhibits["outcomes_ratio"]
    spec = json.loads(exhibit.charts[0].spec)
    drawn = next(trace["x"] for trace in spec["data"] if trace.get("name") == "Matched")
    answer = ask(EffectQuestion(), FSP).answer
    ratios = [item.adjusted.ratio.value for item in answer.outcomes if item.adjusted.ratio]
    assert drawn == pytest.approx(ratios)
    assert spec["layout"]["xaxis"]["type"] == "log"
    assert "Ratio" in exhibit.tables[0].columns
    assert "outcomes_difference" not in opened.exhibits
    back = session.choose("segmented_control", "form", "difference")
    assert "outcomes_difference" in back.exhibits


def test_quarters_are_fewer_than_months(session: Session) -> None:
    months = session.open("case_outcomes").exhibits["outcome_20_over_time"]
    opened = session.choose("segmented_control", "step", "quarter")
    quarters = opened.exhibits["outcome_20_over_time"]
    assert "by quarter" in quarters.subtitle
    assert "by month" in months.subtitle
    assert len(months.tables[0]) == 3 * len(quarters.tables[0])
    session.choose("segmented_control", "step", "month")


def test_codes_are_named_and_22_adds_cases(session: Session) -> None:
    before = session.open("case_outcomes").exhibits["out_of_court_over_time"]
    after = session.choose("selectbox", "codes", True).exhibits["out_of_court_over_time"]
    assert "22" not in before.subtitle
    assert "22" in after.subtitle
    assert before.charts[0].spec != after.charts[0].spec
    session.choose("selectbox", "codes", False)


@pytest.mark.parametrize(
    "measure", [key for key in MEASURES if MEASURES[key].group != "factors"] + ["factor_neglect"]
)
def test_each_measure_can_be_chosen(session: Session, measure: str) -> None:
    session.open("statistical_neighbours")
    opened = session.choose("selectbox", "measure", measure)
    assert not opened.failures
    standing, years = opened.exhibits.values()
    answer = ask(ComparisonQuestion(area_code=SOUTHAMPTON, measure=measure)).answer
    assert (standing.key, years.key) == (f"neighbours_{measure}", f"years_{measure}")
    assert len(years.tables[0]) == len(answer.series[0].figures)
    assert len(standing.tables[0]) == 12
    assert MEASURES[measure].label in standing.subtitle
    session.choose("selectbox", "measure", "cp_plans_at_31_march")


def test_figures_of_a_chosen_authority_and_measure() -> None:
    session = Session({"la": "Birmingham"})
    session.open("statistical_neighbours")
    opened = session.choose("selectbox", "measure", "section_47_enquiries")
    exhibit = opened.exhibits["neighbours_section_47_enquiries"]
    answer = ask(ComparisonQuestion(area_code=BIRMINGHAM, measure="section_47_enquiries")).answer
    newest = [figure.value for figure in answer.series[0].figures if figure.value is not None][-1]
    assert "Birmingham" in exhibit.headline
    assert f"{newest:.1f}" in exhibit.charts[0].alt
    assert "Southampton" not in exhibit.headline + exhibit.subtitle


def test_neighbours_follow_the_model(session: Session) -> None:
    new = next(iter(session.open("statistical_neighbours").exhibits.values()))
    old = next(iter(session.choose("selectbox", "neighbours", "2021").exhibits.values()))
    answer = ask(ComparisonQuestion(area_code=SOUTHAMPTON, neighbour_model="2021")).answer
    assert new.charts[0].spec != old.charts[0].spec
    assert all(name in " ".join(old.texts) for name in answer.neighbours)
    session.choose("selectbox", "neighbours", "2025")


@pytest.mark.parametrize("evaluation", sorted(evaluations_for(EvidenceQuestion)))
def test_each_document_can_be_read(session: Session, evaluation: str) -> None:
    session.open("published_evidence")
    opened = session.choose("selectbox", "evaluation", evaluation)
    assert not opened.failures
    assert set(opened.exhibits) == {"reported_and_computed", "reported_findings"}
    findings = ask(EvidenceQuestion(evaluation=evaluation)).answer.findings
    assert len(opened.exhibits["reported_findings"].tables[0]) == len(findings)


def test_filters_stay_when_the_page_changes() -> None:
    session = Session()
    session.open("effect")
    chosen = session.choose("multiselect", "la", [SOUTHAMPTON])
    session.choose("date_input", "from", date(2017, 1, 1))
    for page in ("case_outcomes", "statistical_neighbours", "data", "overview"):
        opened = session.open(page)
        assert opened.values["la"] == [SOUTHAMPTON]
        assert opened.values["from"] == date(2017, 1, 1)
    session.choose("date_input", "from", None)
    again = session.open("effect")
    assert again.exhibits["outcomes_difference"].charts == (
        chosen.exhibits["outcomes_difference"].charts
    )


def test_controls_stay_when_the_page_changes() -> None:
    session = Session()
    session.open("effect")
    session.choose("segmented_control", "form", "ratio")
    session.open("data")
    assert "outcomes_ratio" in session.open("effect").exhibits


def test_clear_button_empties_every_filter() -> None:
    session = Session(
        {
            "la": "Southampton",
            "from": "2017-01-01",
            "to": "2019-12-31",
            "age": "5 to 9 years",
            "sex": "Female",
            "ethnic": "White",
            "category": "Neglect",
        }
    )
    session.open("effect")
    (button,) = (item for item in session.app.button if "lear" in item.label)
    button.click()
    session.app.run()
    opened = session.look()
    for key in ("la", "age", "sex", "ethnic", "category"):
        assert opened.values[key] == []
    assert opened.values["from"] is None
    assert opened.values["to"] is None
    assert opened.main_text == seen("effect").main_text


@pytest.mark.parametrize("filters", [name for name in CHOSEN if name != "none"])
def test_link_sets_the_filters(filters: str) -> None:
    for page in PAGES:
        opened = seen(page, filters)
        assert {key: opened.values.get(key) for key in CHOSEN[filters]} == CHOSEN[filters]


@pytest.mark.parametrize(
    "query",
    [
        {"la": "Atlantis"},
        {"la": "E06000045' OR 1=1 --"},
        {"from": "yesterday"},
        {"from": "1900-01-01"},
        {"from": "2019-01-01", "to": "2018-01-01"},
        {"sex": ""},
        {"form": "odds", "step": "week", "codes": "99", "measure": "x", "evaluation": "x"},
        {"nothing": "of ours"},
    ],
)
def test_odd_links_do_no_harm(query: dict[str, str]) -> None:
    session = Session(query)
    for page in PAGES:
        opened = session.open(page)
        assert not opened.failures
        assert opened.titles == seen(page).titles
        assert opened.exhibits or opened.cards or opened.informed
