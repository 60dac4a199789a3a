"""The Effect page for rates before and after, and for published figures of areas."""

from __future__ import annotations

import json
from functools import cache

import pandas as pd
import pytest

from tests.app.opened_pages import Opened, Session
from tests.helpers.folders import SAMPLE

RATES, AREAS = "family_safeguarding_hertfordshire", "signs_of_safety_ten_areas"
FORMS = ("frequency", "difference", "ratio")
SHOWN = {
    (RATES, "before_and_after"): [
        "service_use_{form}", "service_use_exposure", "service_use_raw_counts",
        "service_use_sensitivity", "health_checks", "assumptions",
    ],
    (RATES, "plans_around_the_launch"): [
        "area_around_launch_cp_plans_at_31_march", "area_outcomes_{form}",
        "area_gap_cp_plans_at_31_march", "area_synthetic_cp_plans_at_31_march", "health_checks",
        "area_marked_figures",
    ],
    (RATES, "plans_against_neighbours"): [
        "area_outcomes_{form}", "area_around_launch_cp_plans_at_31_march",
        "area_gap_cp_plans_at_31_march", "area_synthetic_cp_plans_at_31_march", "health_checks",
        "area_marked_figures",
    ],
    **{
        (AREAS, analysis): [
            "area_outcomes_{form}", "area_gap_initial_conferences",
            "area_event_study_initial_conferences", "area_one_by_one_initial_conferences",
            "area_alternatives_initial_conferences", "area_reported", "health_checks",
            "area_marked_figures",
        ]
        for analysis in (
            "before_and_after_against_neighbours", "one_year_against_neighbours",
            "first_whole_year", "to_2025",
        )
    },
}  # fmt: skip


@cache
def opened(evaluation: str, analysis: str, form: str = "difference") -> Opened:
    session = Session()
    session.open("effect")
    session.choose("selectbox", "evaluation", evaluation)
    session.choose("selectbox", f"analysis_{evaluation}", analysis)
    if form == "difference":
        return session.look()
    return session.choose("segmented_control", "form", form)


@pytest.mark.parametrize(("evaluation", "analysis"), SHOWN)
def test_every_analysis_shows_its_exhibits(evaluation: str, analysis: str) -> None:
    page = opened(evaluation, analysis)
    assert not page.failures
    wanted = [key.format(form="difference") for key in SHOWN[evaluation, analysis]]
    assert list(page.exhibits) == wanted
    for exhibit in page.exhibits.values():
        assert len(exhibit.headline.split()) <= 12
        assert exhibit.has_download == bool(exhibit.tables)
        for chart in exhibit.charts:
            assert len(chart.alt.split()) >= 5
            assert json.loads(chart.spec)["data"]
    assert "nan" not in page.main_text.lower().split()
    assert "None" not in page.main_text


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("evaluation", [RATES, AREAS])
def test_three_forms(evaluation: str, form: str) -> None:
    analysis = next(key for name, key in SHOWN if name == evaluation)
    page = opened(evaluation, analysis, form)
    assert not page.failures
    first = next(iter(page.exhibits))
    assert first == SHOWN[evaluation, analysis][0].format(form=form)
    assert page.exhibits[first].charts
    assert page.exhibits[first].headline == opened(evaluation, analysis).exhibits[
        first.replace(form, "difference")
    ].headline  # fmt: skip


def test_published_figures_are_not_called_synthetic_and_rates_are() -> None:
    rates = opened(RATES, "before_and_after").exhibits
    assert all("Synthetic" in " ".join(exhibit.texts) for exhibit in rates.values())
    areas = opened(AREAS, "one_year_against_neighbours").exhibits
    assert not any("ynthetic data" in " ".join(exhibit.texts) for exhibit in areas.values())


def test_a_difference_of_one_year_is_called_one() -> None:
    page = opened(AREAS, "one_year_against_neighbours")
    exhibit = page.exhibits["area_outcomes_difference"]
    # Two years before the launch show the same side, but not beyond chance.
    assert exhibit.headline.endswith("in 2016, and perhaps before")
    words = " ".join(exhibit.texts)
    assert "Difference in 2016 alone" in words
    assert "can't tell what the programme changed" in words
    assert "effect" not in exhibit.headline.lower()


def test_both_exposures_and_raw_counts_stand_on_the_page() -> None:
    use = pd.read_parquet(SAMPLE / RATES / "service_use.parquet")
    days = use[use["kind"].eq("police_involvement")].groupby("side")["exposure"].sum()
    page = opened(RATES, "before_and_after")
    (table,) = page.exhibits["service_use_exposure"].tables
    row = table.set_index("Outcome").loc["Police involvement in domestic abuse incidents"]
    assert row["Time before"] == f"{days['before'] / 365.25:,.0f} person-years"
    assert row["Time after"] == f"{days['after'] / 365.25:,.0f} person-years"
    raw = page.exhibits["service_use_raw_counts"]
    assert "misleading" in " ".join(raw.tables[0].columns)
    assert raw.subtitle.startswith("Warning")


@pytest.mark.parametrize(
    ("key", "value"), [("la", ["E09000001"]), ("age", ["5-9"]), ("ethnic", ["other"])]
)
def test_filters_reach_people_and_leave_no_gap(key: str, value: list[str]) -> None:
    session = Session()
    session.open("effect")
    session.choose("selectbox", "evaluation", RATES)
    page = session.choose("multiselect", key, value)
    assert not page.failures
    if key == "la":
        assert page.informed
        return
    texts = page.exhibits["service_use_difference"].texts
    assert any(text.startswith("Filters") for text in texts)
    assert "nan" not in page.main_text.lower().split()


def test_another_measure_is_looked_at_more_closely() -> None:
    session = Session()
    session.open("effect")
    session.choose("selectbox", "evaluation", AREAS)
    box = f"outcome_{AREAS}_before_and_after_against_neighbours"
    page = session.choose("selectbox", box, "re_referrals")
    assert not page.failures
    (table,) = page.exhibits["area_one_by_one_re_referrals"].tables
    wakefield = table.set_index("Area").loc["Wakefield"]
    assert (wakefield.iloc[0], wakefield["Note"]) == ("67.6", "Unlike its other years")


@pytest.mark.parametrize("evaluation", [RATES, AREAS])
def test_of_100_is_said_of_cases_only(evaluation: str) -> None:
    analysis = next(key for name, key in SHOWN if name == evaluation)
    for form in FORMS:
        assert "Of 100" not in opened(evaluation, analysis, form).everything


def test_the_plainest_form_stays_chosen_from_cases_to_areas() -> None:
    session = Session({"form": "Plain numbers"})
    assert "outcomes_frequency" in session.open("effect").exhibits
    page = session.choose("selectbox", "evaluation", AREAS)
    assert not page.failures
    assert "area_outcomes_frequency" in page.exhibits
