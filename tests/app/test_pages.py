"""Every page opens, with every filter, and shows what it should."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.app.opened_pages import (
    CHOSEN,
    FILTERS,
    PAGES,
    PAGES_FOLDER,
    SECONDS,
    TITLES,
    Session,
    seen,
)
from tests.helpers.folders import SAMPLE

USED = [name for name in FILTERS if name not in ("none", "nobody there", "nothing yet")]
IDENTIFIERS = ("child_id", "case_id", "family_id", "plan_id", "event_id", "conference_id")
EVALUATIONS = (
    "family_safeguarding_cambridgeshire",
    "family_safeguarding_hertfordshire",
    "family_safety_plans",
    "repeat_plans_southampton",
    "signs_of_safety_ten_areas",
)
EXHIBITS = {
    "overview": ["letters_at_a_glance", "strength_at_a_glance"],
    "effect": ["outcomes_difference", "love_plot", "health_checks"],
    "mechanism": ["logic_model"],
    "moderators": ["groups_outcome_20", "themes_moderator"],
    "implementation": [
        "measures",
        "delivery_funnel",
        "step_times",
        "fidelity",
        "teams_step",
        "teams_fidelity",
        "training",
        "posts",
        "caseload_police_officer",
        "caseload_social_worker",
        "turnover",
    ],
    "economic_cost": [
        "economic_summary",
        "chance_by_share",
        "cost_lines",
        "costs_avoided",
        "who_pays",
        "tornado",
        "cost_plane",
        "acceptability",
        "break_even",
        "cost_illustration",
        "reported_costs",
        "unit_costs",
    ],
    "case_outcomes": [
        "outcome_20_over_time",
        "out_of_court_over_time",
        "force_trend",
        "level_and_slope",
        "outcomes_by_arm",
    ],
    "statistical_neighbours": [
        "neighbours_cp_plans_at_31_march",
        "years_cp_plans_at_31_march",
    ],
    "repeat_plans": [
        "time_to_repeat_plan",
        "what_ended_follow_up",
        "returns_by_group",
        "ever_before",
    ],
    "published_evidence": ["reported_and_computed", "reported_findings"],
    "methods": ["numbers_on_screen", "families"],
    "data": [
        "data_findings",
        *(f"extracts_{name}" for name in EVALUATIONS),
        "extracts_benchmarks",
        "extracts_published_findings",
    ],
}
AUDIT = [
    "audit_bands",
    "audit_features",
    "adversities_together",
    "changes_on_changes",
    "endings_together",
    "conferences_by_risk",
    "agencies_at_conferences",
    "quoted_against_official",
    "baseline_repeat_plans_reduced",
]
"""Exhibits of the part of Repeat plans about the audit."""
SYNTHETIC = {
    "effect": EXHIBITS["effect"],
    "mechanism": EXHIBITS["mechanism"],
    "moderators": EXHIBITS["moderators"],
    "implementation": EXHIBITS["implementation"],
    "economic_cost": ["economic_summary", "cost_lines"],
    "case_outcomes": [key for key in EXHIBITS["case_outcomes"] if key != "force_trend"],
    "repeat_plans": EXHIBITS["repeat_plans"],
    "published_evidence": ["reported_and_computed"],
    "overview": EXHIBITS["overview"],
    "data": [f"extracts_{name}" for name in EVALUATIONS],
}
"""Exhibits whose numbers are made up."""


@pytest.mark.parametrize("page", PAGES)
def test_page_opens_with_defaults(page: str) -> None:
    opened = seen(page)
    assert not opened.failures
    assert len(opened.titles) == 1
    assert TITLES[page] in (None, opened.titles[0])
    assert opened.informed == () or page == "briefing"


def test_overview_has_a_card_with_five_letters_for_each_evaluation() -> None:
    opened = seen("overview")
    assert opened.cards == EVALUATIONS
    words = opened.main_text
    marks = sum(words.count(mark) for mark in ("● Shown", "○ Not shown", "? Can't tell"))
    assert marks == 2 * 5 * len(EVALUATIONS)


def test_an_empty_briefing_says_how_to_fill_it() -> None:
    (said,) = seen("briefing").informed
    assert "Add to briefing" in said


@pytest.mark.parametrize("page", EXHIBITS)
def test_page_shows_its_exhibits(page: str) -> None:
    opened = seen(page)
    assert list(opened.exhibits)[: len(EXHIBITS[page])] == EXHIBITS[page]
    for key in EXHIBITS[page]:
        exhibit = opened.exhibits[key]
        assert exhibit.headline
        assert exhibit.tables or key == "data_findings"
        assert exhibit.has_download == bool(exhibit.tables)


def test_audit_is_a_part_of_repeat_plans() -> None:
    opened = Session({"part_of_repeat": "What the audit found"}).open("repeat_plans")
    assert list(opened.exhibits) == AUDIT
    for key in AUDIT:
        is_marked = "Synthetic" in " ".join(opened.exhibits[key].texts)
        assert is_marked == (key != "quoted_against_official")
        assert opened.exhibits[key].has_download


@pytest.mark.parametrize("filters", ["none", *USED])
@pytest.mark.parametrize("page", PAGES)
def test_every_chart_has_words_and_marks(page: str, filters: str) -> None:
    for chart in seen(page, filters).charts:
        assert len(chart.alt.split()) >= 5
        assert json.loads(chart.spec)["data"]


@pytest.mark.parametrize("filters", USED)
@pytest.mark.parametrize("page", PAGES)
def test_page_opens_with_each_filter(page: str, filters: str) -> None:
    opened = seen(page, filters)
    assert not opened.failures
    assert opened.titles == seen(page).titles
    assert opened.exhibits or opened.cards or opened.informed
    assert {key: opened.values.get(key) for key in CHOSEN[filters]} == CHOSEN[filters]


@pytest.mark.parametrize("filters", ["local authority", "period", "age band", "sex"])
@pytest.mark.parametrize("page", ["effect", "case_outcomes", "repeat_plans"])
def test_filter_changes_the_figures_and_is_named(page: str, filters: str) -> None:
    narrow, whole = seen(page, filters), seen(page)
    assert narrow.main_text != whole.main_text
    assert any(line.startswith("Filters: ") for line in narrow.main_text.splitlines())


@pytest.mark.parametrize(
    "page", ["effect", "case_outcomes", "repeat_plans", "statistical_neighbours"]
)
def test_authority_is_named_in_words(page: str) -> None:
    lines = seen(page, "local authority").main_text.splitlines()
    assert "Southampton" in next(line for line in lines if line.startswith("Filters: "))


@pytest.mark.parametrize("page", ["published_evidence", "methods", "data"])
@pytest.mark.parametrize("filters", USED)
def test_filters_do_nothing_on_pages_about_documents_and_data(page: str, filters: str) -> None:
    assert seen(page, filters).main_text == seen(page).main_text


@pytest.mark.parametrize(
    ("page", "filters"),
    [
        *((page, "nobody there") for page in ("effect", "case_outcomes", "repeat_plans")),
        *((page, "nothing yet") for page in ("effect", "case_outcomes", "repeat_plans")),
        ("statistical_neighbours", "nothing yet"),
    ],
)
def test_filter_that_leaves_nothing_is_answered_with_a_sentence(page: str, filters: str) -> None:
    opened = seen(page, filters)
    assert not opened.failures
    assert opened.informed
    assert all(sentence.rstrip().endswith(".") for sentence in opened.informed)
    assert EXHIBITS[page][0] not in opened.exhibits


@pytest.mark.parametrize("filters", ["nobody there", "nothing yet"])
def test_overview_stays_whole_when_a_filter_leaves_nothing(filters: str) -> None:
    opened = seen("overview", filters)
    assert not opened.failures
    assert opened.cards or opened.informed


@pytest.mark.parametrize("page", SYNTHETIC)
def test_synthetic_exhibits_say_so(page: str) -> None:
    opened = seen(page)
    marked = [
        key for key, exhibit in opened.exhibits.items() if "Synthetic" in " ".join(exhibit.texts)
    ]
    assert set(SYNTHETIC[page]) <= set(marked)


def test_overview_cards_say_that_they_are_synthetic() -> None:
    opened = seen("overview")
    assert opened.main_text.count("Synthetic data") >= len(opened.cards)


def test_published_figures_are_not_called_synthetic() -> None:
    for exhibit in seen("statistical_neighbours").exhibits.values():
        assert "ynthetic" not in " ".join(exhibit.texts)


def _identifiers() -> frozenset[str]:
    found: set[str] = set()
    for path in SAMPLE.glob("*/*.parquet"):
        table = pq.read_table(path)
        for name in set(IDENTIFIERS) & set(table.column_names):
            found.update(str(value) for value in table[name].to_pylist() if value is not None)
    return frozenset(found)


def test_no_page_holds_an_identifier_of_a_row() -> None:
    identifiers = _identifiers()
    assert len(identifiers) > 10_000
    for filters in FILTERS:
        for page in PAGES:
            found = _words(seen(page, filters).everything) & identifiers
            assert not found, f"{page}, {filters}: {len(found)} identifiers"


def test_no_download_holds_an_identifier_of_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    files: dict[str, bytes] = {}
    button = st.download_button

    def recorded(*args, data, key, **more):
        files[key] = data()
        return button(*args, data=data, key=key, **more)

    monkeypatch.setattr(st, "download_button", recorded)
    session = Session()
    for page in PAGES:
        session.open(page)
    shown = {key for keys in EXHIBITS.values() for key in keys} - {"data_findings"}
    assert {f"download_{key}" for key in shown} <= set(files)
    identifiers = _identifiers()
    for name, file in files.items():
        assert not _words(file.decode("utf-8-sig")) & identifiers, name


def _words(text: str) -> set[str]:
    return set("".join(c if c.isalnum() else " " for c in text).split())


def test_no_page_shows_where_the_data_lies_on_disk() -> None:
    for page in PAGES:
        assert str(Path(SAMPLE).parent) not in seen(page).main_text


def test_link_to_an_unknown_authority_says_so() -> None:
    app = AppTest.from_file(PAGES_FOLDER / "navigation.py", default_timeout=SECONDS)
    app.query_params["la"] = "Atlantis"
    app.run()
    assert not app.exception
    (warning,) = app.warning
    assert "not known" in warning.value
    assert "Atlantis" not in warning.value


def test_why_there_is_nothing_is_said_once() -> None:
    """Every part of the page has nothing, all for the same reason."""
    opened = Session({"la": "Portsmouth"}).open("repeat_plans")
    assert not opened.failures
    assert len(opened.informed) == len(set(opened.informed))
    assert sum("No cases are left" in said for said in opened.informed) == 1
