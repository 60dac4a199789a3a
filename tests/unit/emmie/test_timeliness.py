"""Timeliness against pandas on the whole sample, and its rules on tiny extracts."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import holidays
import numpy as np
import pandas as pd
import pytest

from analytics.access.viewer import Viewer
from analytics.ask import ask
from analytics.disclosure.policy import DFE_CIN
from analytics.emmie.case_outcomes.timeliness import (
    AssessmentTimesQuestion,
    ConferenceTimesQuestion,
    ReReferralsQuestion,
    TimelinessAnswer,
)
from analytics.emmie.case_outcomes.timeliness_counts import (
    answer_assessment_times,
    answer_conference_times,
    answer_re_referrals,
)
from analytics.emmie.study import Unanswered
from analytics.extracts.filters import NO_FILTERS, Filters
from analytics.extracts.library import Library
from analytics.statistics.two_groups.proportions import wilson_interval
from tests.helpers.folders import OTHER_PLACE, PLACE, RPS, SAMPLE, Row, study_of, tiny_library

BANK_HOLIDAYS = np.array(
    sorted(holidays.country_holidays("GB", subdiv="ENG", years=range(2020, 2025))),
    dtype="datetime64[D]",
)
TEAM = "ST401908"
FILTERS = {
    "none": NO_FILTERS,
    "one team of girls": Filters(teams=(TEAM,), sexes=("F",)),
    "eighteen months": Filters(period_start=date(2022, 2, 10), period_end=date(2023, 7, 20)),
}
ANSWERS = {
    "conference": (answer_conference_times, ConferenceTimesQuestion),
    "assessment": (answer_assessment_times, AssessmentTimesQuestion),
    "re_referral": (answer_re_referrals, ReReferralsQuestion),
}
AS_AT = date(2024, 3, 31)


def before_release(
    library: Library, measure: str, filters: Filters = NO_FILTERS, *, step: str = "month", **of: Any
) -> TimelinessAnswer:
    answer, question = ANSWERS[measure]
    found = answer(question(step=step), study_of(library, filters=filters, **of))
    assert isinstance(found, TimelinessAnswer)
    return found


def days_between(first: pd.Series, last: pd.Series) -> np.ndarray:
    moved = [column.to_numpy().astype("datetime64[D]") + 1 for column in (first, last)]
    return np.busday_count(*moved, holidays=BANK_HOLIDAYS)


def read(name: str) -> pd.DataFrame:
    frame = pd.read_parquet(SAMPLE / RPS / f"{name}.parquet")
    for column in frame.columns[frame.columns.str.endswith("_on")]:
        frame[column] = pd.to_datetime(frame[column])
    return frame


def kept(frame: pd.DataFrame, filters: Filters, day: str) -> pd.DataFrame:
    if filters.teams:
        frame = frame[frame["team_id"].isin(filters.teams) & frame["sex"].isin(filters.sexes)]
    if filters.period_start:
        limits = [pd.Timestamp(end) for end in (filters.period_start, filters.period_end)]
        frame = frame[frame[day].between(*limits)]
    return frame


def by_period(frame: pd.DataFrame, day: str, step: str) -> dict[date, tuple[int, int]]:
    period = frame[day].dt.to_period("M" if step == "month" else "Q").dt.start_time.dt.date
    return {start: (int(part["hit"].sum()), len(part)) for start, part in frame.groupby(period)}


def counted(answer: TimelinessAnswer) -> dict[date, tuple[int, int]]:
    return {point.period: (point.share.events, point.share.n) for point in answer.points}


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("step", ["month", "quarter"])
def test_conferences_are_recounted(sample: Library, step: str, name: str) -> None:
    frame = kept(
        read("section_47_enquiries").dropna(subset="conference_on"),
        FILTERS[name],
        "conference_on",
    )
    wait = days_between(frame["started_on"], frame["conference_on"])
    frame = frame.assign(hit=wait <= 15, wait=wait)
    answer = before_release(sample, "conference", FILTERS[name], step=step, name=RPS)
    assert counted(answer) == by_period(frame, "conference_on", step)
    medians = frame.groupby(frame["conference_on"].dt.to_period("M" if step == "month" else "Q"))[
        "wait"
    ].median()
    for point, median in zip(answer.points, medians, strict=True):
        assert point.median == (median if point.share.n >= 10 else None)
    assert answer.total.median == frame["wait"].median()


@pytest.mark.parametrize("name", FILTERS)
def test_assessments_are_recounted(sample: Library, name: str) -> None:
    frame = kept(read("assessments"), FILTERS[name], "started_on")
    until = frame["authorised_on"].fillna(pd.Timestamp(AS_AT))
    followed = days_between(frame["started_on"], pd.Series(pd.Timestamp(AS_AT), frame.index))
    hit = frame["authorised_on"].notna() & (days_between(frame["started_on"], until) <= 45)
    answer = before_release(sample, "assessment", FILTERS[name], name=RPS)
    frame = frame.assign(hit=hit)
    assert answer.n_open == frame["authorised_on"].isna().sum()
    assert counted(answer) == by_period(frame[followed >= 45], "started_on", "month")


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("step", ["month", "quarter"])
def test_re_referrals_are_recounted(sample: Library, step: str, name: str) -> None:
    frame = read("referrals").sort_values(["child_id", "referred_on"])
    previous = frame.groupby("child_id")["referred_on"].shift()
    frame = frame.assign(hit=previous + pd.DateOffset(months=12) >= frame["referred_on"])
    frame = kept(frame[frame["referred_on"].ge("2021-04-01")], FILTERS[name], "referred_on")
    answer = before_release(sample, "re_referral", FILTERS[name], step=step, name=RPS)
    assert counted(answer) == by_period(frame, "referred_on", step)
    assert all(point.median is None for point in (*answer.points, answer.total))


@pytest.mark.parametrize("measure", ANSWERS)
def test_intervals_allow_for_siblings(sample: Library, measure: str) -> None:
    total = before_release(sample, measure, name=RPS).total
    plain = wilson_interval(total.share.events, total.share.n)
    width = total.conf_int.high - total.conf_int.low
    assert total.conf_int.low < total.share.value < total.conf_int.high
    assert 1.1 < width / (plain.high - plain.low) < 2.5


def test_siblings_of_one_family_have_no_interval_and_several_families_have(tmp_path: Path) -> None:
    together = [enquiry(n, "A", 3) for n in range(12)]
    apart = [enquiry(n, f"B{n}", 3 + n) for n in range(12, 24)]
    one = tiny_library(tmp_path / "one", {"section_47_enquiries": [early(), *together]})
    both = tiny_library(tmp_path / "two", {"section_47_enquiries": [early(), *together, *apart]})
    alone = before_release(one, "conference").total
    assert (alone.share.n, alone.conf_int, alone.median) == (12, None, None)
    assert before_release(both, "conference").total.conf_int is not None


def enquiry(number: int, family: str, wait: int | None, **changes: Any) -> Row:
    """Return one enquiry of June 2019, with a conference so many days on."""
    start = changes.pop("started_on", date(2019, 6, 3))
    return (
        who(number, family)
        | {
            "enquiry_id": f"Q{number}",
            "started_on": start,
            "conference_on": None if wait is None else start + timedelta(days=wait),
        }
        | changes
    )


def who(number: int | str, family: str = "") -> Row:
    return {
        "child_id": f"C{number}",
        "family_id": f"F{family or number}",
        "local_authority": PLACE,
        "team_id": "T1",
        "sex": "F",
        "ethnic_group": "white",
    }


def early() -> Row:
    """Return an enquiry without a conference from which the extract is held."""
    return enquiry(900, "", None, started_on=date(2019, 4, 1))


def test_conference_on_the_fifteenth_working_day_is_in_time(tmp_path: Path) -> None:
    rows = [early(), *(enquiry(n, "", wait) for n, wait in enumerate((0, 21, 22, 70)))]
    library = tiny_library(tmp_path, {"section_47_enquiries": rows})
    (june, july_or_later) = before_release(library, "conference").points
    assert (june.share.events, june.share.n) == (2, 3)
    assert (july_or_later.share.events, july_or_later.share.n) == (0, 1)


def test_enquiries_without_conference_and_those_after_the_as_at_date_do_not_count(
    tmp_path: Path,
) -> None:
    rows = [early(), enquiry(1, "", None), enquiry(2, "", 4), enquiry(3, "", 400)]
    library = tiny_library(tmp_path, {"section_47_enquiries": rows})
    assert before_release(library, "conference").total.share.n == 1


def test_first_weeks_of_an_extract_hold_quick_conferences_only(tmp_path: Path) -> None:
    rows = [early(), *(enquiry(n, "", 5, started_on=date(2019, 4, 1 + n)) for n in range(1, 20))]
    late = enquiry(50, "", 7, started_on=date(2019, 5, 1))
    library = tiny_library(tmp_path, {"section_47_enquiries": [*rows, late]})
    answer = before_release(library, "conference")
    assert answer.shown_from == date(2019, 5, 1)
    assert [point.period for point in answer.points] == [date(2019, 5, 1)]


def assessment(number: int, start: date, end: date | None) -> Row:
    return who(number) | {
        "assessment_id": f"A{number}",
        "started_on": start,
        "authorised_on": end,
    }


def test_open_assessments_are_late_once_the_limit_has_passed(tmp_path: Path) -> None:
    rows = [
        assessment(1, date(2019, 10, 1), date(2019, 10, 20)),
        assessment(2, date(2019, 10, 1), None),  # 125 working days before the as-at date
        assessment(3, date(2020, 3, 2), date(2020, 3, 9)),  # only 21 before it
        assessment(4, date(2020, 3, 2), None),
    ]
    answer = before_release(tiny_library(tmp_path, {"assessments": rows}), "assessment")
    assert counted(answer) == {date(2019, 10, 1): (1, 2)}
    assert answer.n_open == 2
    # 45 working days before 31 March 2020: no bank holiday lies between.
    assert answer.shown_to == date(2020, 1, 28)


def referral(number: int, child: int, on: date, **changes: Any) -> Row:
    return who(child) | {"referral_id": f"R{number}", "referred_on": on} | changes


START = referral(0, 99, date(2018, 4, 3))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (date(2018, 7, 1), date(2019, 7, 1), 1),
        (date(2018, 7, 1), date(2019, 7, 2), 0),
        (date(2018, 6, 1), date(2019, 8, 1), 0),
        (date(2019, 7, 1), date(2019, 7, 1), 0),
    ],
)
def test_twelve_months_are_those_of_the_calendar(
    tmp_path: Path, first: date, second: date, expected: int
) -> None:
    rows = [START, referral(1, 1, first), referral(2, 1, second)]
    answer = before_release(tiny_library(tmp_path, {"referrals": rows}), "re_referral")
    assert answer.points[-1].share.events == expected


def test_first_year_is_looked_back_on_and_not_shown(tmp_path: Path) -> None:
    rows = [START, referral(1, 1, date(2018, 9, 1)), referral(2, 1, date(2018, 12, 1))]
    rows += [referral(3, 1, date(2019, 4, 1)), referral(4, 2, date(2019, 3, 31))]
    answer = before_release(tiny_library(tmp_path, {"referrals": rows}), "re_referral")
    assert answer.shown_from == date(2019, 4, 1)
    assert counted(answer) == {date(2019, 4, 1): (1, 1)}


def test_extract_that_starts_within_a_month_holds_it_from_the_next(tmp_path: Path) -> None:
    rows = [referral(0, 99, date(2018, 4, 12)), referral(1, 1, date(2019, 4, 20))]
    rows += [referral(2, 1, date(2019, 5, 2))]
    answer = before_release(tiny_library(tmp_path, {"referrals": rows}), "re_referral")
    assert counted(answer) == {date(2019, 5, 1): (1, 1)}


def test_filters_never_hide_the_earlier_referral_and_another_authority_does(
    tmp_path: Path,
) -> None:
    rows = [START, referral(1, 1, date(2019, 1, 10), team_id="T2")]
    rows += [referral(2, 1, date(2019, 6, 3)), referral(3, 2, date(2019, 6, 3))]
    rows += [referral(4, 2, date(2019, 1, 10), local_authority=OTHER_PLACE)]
    library = tiny_library(tmp_path, {"referrals": rows})
    ours = Filters(teams=("T1",), period_start=date(2019, 6, 1), local_authorities=(PLACE,))
    assert counted(before_release(library, "re_referral", ours)) == {date(2019, 6, 1): (1, 2)}
    here = Viewer(name="Here", local_authorities=frozenset({PLACE}))
    june = Filters(period_start=date(2019, 6, 1))
    assert counted(before_release(library, "re_referral", june, viewer=here)) == {
        date(2019, 6, 1): (1, 2)
    }


def test_years_are_whole_ones(sample: Library) -> None:
    everything = before_release(sample, "conference", name=RPS)
    assert [point.period.year for point in everything.years] == [2021, 2022, 2023]
    some = before_release(sample, "conference", FILTERS["eighteen months"], name=RPS)
    assert [point.period.year for point in some.years] == [2022]


@pytest.mark.parametrize("measure", ANSWERS)
def test_nothing_is_answered_where_nothing_is(
    sample: Library, tmp_path: Path, measure: str
) -> None:
    _, question = ANSWERS[measure]
    nobody = Filters(local_authorities=("E09000001",))
    found = ask(question(), RPS, nobody, library=sample).answer
    assert isinstance(found, Unanswered)
    assert found.reason == "no_rows"
    library = tiny_library(tmp_path, {"children": []})
    assert ask(question(), "tiny", library=library).answer.reason == "not_in_protocol"


@pytest.mark.parametrize("filters", [NO_FILTERS, Filters(teams=(TEAM,)), Filters(sexes=("M",))])
@pytest.mark.parametrize("measure", ANSWERS)
def test_nothing_is_shown_beside_what_is_withheld(
    sample: Library, measure: str, filters: Filters
) -> None:
    shown = before_release(sample, measure, filters, name=RPS).disclose(DFE_CIN)
    assert shown.by_month == ()
    for point in (*shown.points, *shown.years, shown.total):
        n = point.share.n
        if point.share.value is not None:
            for cell in (point.share.events, n - point.share.events, n):
                assert not DFE_CIN.is_small(cell)
            continue
        assert (point.conf_int, point.median_interval) == (None, None)
        if n is None or n < 12:
            assert point.median is None


def test_some_months_are_withheld_and_quarters_fewer(sample: Library) -> None:
    withheld = {
        step: sum(
            point.share.is_withheld
            for point in before_release(
                sample, "conference", Filters(teams=(TEAM,)), step=step, name=RPS
            )
            .disclose(DFE_CIN)
            .points
        )
        for step in ("month", "quarter")
    }
    assert withheld["month"] > 20
    assert 0 < withheld["quarter"] < 12
