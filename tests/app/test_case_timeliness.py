"""The part Timeliness of Case outcomes: what it offers, and the numbers that it shows."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from analytics.ask import ask
from analytics.emmie.case_outcomes.timeliness import (
    AssessmentTimesQuestion,
    ConferenceTimesQuestion,
    ReReferralsQuestion,
)
from analytics.extracts.filters import Filters
from tests.app.opened_pages import Opened, Session
from tests.helpers.folders import FSP, RPS, SAMPLE

PILOTS = "signs_of_safety_ten_areas"
QUESTIONS = {
    "conference": ConferenceTimesQuestion,
    "assessment": AssessmentTimesQuestion,
    "re_referral": ReReferralsQuestion,
}
FUNNELS = {"conference": "funnel_conferences_within_15_days", "re_referral": "funnel_re_referrals"}


@pytest.fixture(scope="module")
def session() -> Session:
    """Return a session that shows Southampton's timeliness."""
    session = Session()
    session.open("case_outcomes")
    session.choose("selectbox", "outcomes_of", RPS)
    return session


def opened(session: Session, measure: str, step: str = "month") -> Opened:
    session.choose("segmented_control", "timeliness_of", measure)
    return session.choose("segmented_control", "step", step)


def shares_drawn(page: Opened, key: str) -> dict[str, float]:
    (chart,) = page.exhibits[key].charts
    return {
        period[:10]: value
        for trace in json.loads(chart.spec)["data"]
        if trace.get("mode") == "markers"
        for period, value in zip(trace["x"], trace["y"], strict=True)
    }


@pytest.mark.parametrize("step", ["month", "quarter"])
@pytest.mark.parametrize("measure", QUESTIONS)
def test_what_is_drawn_is_what_was_released(session: Session, measure: str, step: str) -> None:
    page = opened(session, measure, step)
    assert not page.failures
    answer = ask(QUESTIONS[measure](step=step), RPS).answer
    expected = {
        point.period.isoformat(): round(100 * point.share.value, 2)
        for point in answer.points
        if point.share.value is not None
    }
    assert shares_drawn(page, f"timely_share_{measure}") == pytest.approx(expected)
    table = page.exhibits[f"timely_share_{measure}"].tables[0]
    withheld = sum(point.share.is_withheld for point in answer.points)
    assert list(table["Share (%)"]).count("[c]") == withheld
    assert (f"timely_median_{measure}" in page.exhibits) == (measure != "re_referral")
    assert (FUNNELS.get(measure, "none") in page.exhibits) == (measure in FUNNELS)


def test_a_year_shows_its_published_share(session: Session) -> None:
    table = opened(session, "conference").exhibits["timely_years_conference"].tables[0]
    assert list(table["Share (%)"]) == ["72.1", "67.2", "72.0"]
    table = opened(session, "re_referral").exhibits["timely_years_re_referral"].tables[0]
    assert list(table["Share (%)"]) == ["18.1", "22.8", "24.8"]


def test_a_filter_narrows_what_is_counted() -> None:
    session = Session(
        {"sex": "Female", "outcomes_of": "Why children return to child protection plans"}
    )
    page = session.open("case_outcomes")
    assert not page.failures
    answer = ask(ConferenceTimesQuestion(), RPS, Filters(sexes=("F",))).answer
    share = answer.total.share
    whole = ask(ConferenceTimesQuestion(), RPS).answer.total.share
    words = "\n".join(page.exhibits["timely_share_conference"].texts)
    assert f"{share.events:,} of {share.n:,} children" in words
    assert f"{whole.events:,} of {whole.n:,}" not in words


def test_areas_are_compared_where_the_protocol_does() -> None:
    session = Session()
    session.open("case_outcomes")
    session.choose("selectbox", "outcomes_of", PILOTS)
    page = session.choose("segmented_control", "part_of_cases", "timeliness")
    assert not page.failures
    assert {
        "funnel_conferences_within_15_days",
        "area_gap_conferences_within_15_days",
        "area_event_study_conferences_within_15_days",
        "area_gap_days_section_47_to_conference",
    } <= set(page.exhibits)
    assert not any(key.startswith("timely_") for key in page.exhibits)
    again = session.choose("segmented_control", "timeliness_of", "re_referral")
    assert {"funnel_re_referrals", "area_gap_re_referrals"} <= set(again.exhibits)


def test_measure_that_the_next_evaluation_lacks_gives_way() -> None:
    session = Session()
    session.open("case_outcomes")
    session.choose("selectbox", "outcomes_of", RPS)
    session.choose("segmented_control", "timeliness_of", "assessment")
    session.choose("selectbox", "outcomes_of", FSP)
    page = session.choose("segmented_control", "part_of_cases", "timeliness")
    assert not page.failures
    assert "funnel_conferences_within_15_days" in page.exhibits


def test_reported_lengths_of_assessments_are_those_of_the_document() -> None:
    session = Session()
    session.open("case_outcomes")
    session.choose("selectbox", "outcomes_of", PILOTS)
    session.choose("segmented_control", "part_of_cases", "timeliness")
    page = session.choose("segmented_control", "timeliness_of", "assessment")
    assert not page.failures
    assert list(page.exhibits) == ["reported_assessments"]
    exhibit = page.exhibits["reported_assessments"]
    findings = pd.read_csv(SAMPLE / "published_findings.csv")
    mine = findings[findings["finding_id"].str.startswith("sos-assessment-days")]
    assert sorted(mine["value"]) == [19, 28]
    for text in mine["value_text"]:
        assert text in exhibit.headline
    words = " ".join(exhibit.texts)
    assert "not an effect" in words
    assert "ynthetic" not in words


def test_quarters_and_no_chart_of_a_small_group() -> None:
    """One team of girls: too many months are withheld, and a sentence says what is shown."""
    session = Session({"sex": "Female", "age": "10 to 15 years"})
    session.open("case_outcomes")
    session.choose("selectbox", "outcomes_of", RPS)
    page = session.choose("segmented_control", "timeliness_of", "conference")
    assert not page.failures
    exhibit = page.exhibits["timely_share_conference"]
    words = " ".join(exhibit.texts)
    assert "By quarter, because" in words
    assert "by quarter in which" in exhibit.subtitle
    assert bool(exhibit.charts) is ("No chart:" not in words)
    by_month = session.choose("segmented_control", "step", "month").exhibits[
        "timely_share_conference"
    ]
    hidden = list(by_month.tables[0]["Share (%)"]).count("[c]")
    assert f"{hidden} of {len(by_month.tables[0])} months" in " ".join(by_month.texts)
    assert bool(by_month.charts) is (hidden < len(by_month.tables[0]) / 2)
    assert "beyond chance" not in by_month.headline
