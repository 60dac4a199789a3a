"""Hertfordshire: what families got, how well, and the staff and training behind it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sample_data.generator import deliveries, practice
from sample_data.generator.her_families import (
    HERTFORDSHIRE,
    OBSERVED_UNTIL,
    TEAMS_AFTER,
    TEAMS_BEFORE,
)
from sample_data.generator.practice import apportioned
from sample_data.generator.writing import identifiers

RECORDS = 447
"""Families whose computerised records were read; taken to be some of the 940."""

SHORTEST_PROGRAMME, SHORTEST_WORK = pd.Timedelta(42, unit="D"), pd.Timedelta(21, unit="D")

COMPONENTS = {
    "adult_worker_involved": 0.80, "group_case_discussion": 0.71,
    "motivational_interviewing": 0.58, "workbook_used": 0.40, "structured_direct_work": 0.45,
    "caseload_in_limit": 0.77,
}  # fmt: skip
UNKNOWN = {"motivational_interviewing": 0.10, "structured_direct_work": 0.05}

THREE_DAY = {
    "social_worker": 0.90, "team_manager": 0.95, "domestic_abuse_practitioner": 0.83,
    "substance_misuse_practitioner": 0.76, "mental_health_practitioner": 0.76,
}  # fmt: skip
TWO_DAY = {"hub_social_worker": 0.90, "other_staff": 0.88}
COURSES = {
    "mi_three_day": ("2015-03-09", "2016-01-25", 10),
    "mi_two_day": ("2015-05-11", "2016-06-20", 25),
}
"""First and last day, and number of courses. 200 and 380 people finish them, as quoted
elsewhere."""

HUB_STAFF, WIDER_STAFF, WIDER_UNITS = 80, 301, 20

SPECIALIST_POSTS = {
    "domestic_abuse_practitioner": 2.0,
    "substance_misuse_practitioner": 1.0,
    "mental_health_practitioner": 1.0,
}
TEAMS_OF_SIX = 11
FIRST_MONTH, LAUNCH_MONTH, LAST_MONTH = "2014-04", "2015-06", "2016-08"
SPECIALISTS_FILLED = (0.40, 0.65, 0.85, 0.93)
"""From the launch; then 95%. Invented: the document says swift and efficient."""

CASELOAD = (
    ("2014-04", 21.5), ("2015-03", 22.0), ("2015-06", 20.5), ("2015-12", 14.5), ("2016-04", 13.0),
    ("2016-08", 12.5),
)  # fmt: skip
"""Open cases per filled social work post; straight lines between. Invented: the document says a
substantial reduction, and official statistics give 12.4 in September 2017."""

LEAVING = {
    "social_worker": 0.014, "domestic_abuse_practitioner": 0.010,
    "substance_misuse_practitioner": 0.010, "mental_health_practitioner": 0.012,
}  # fmt: skip


def delivery(rng: np.random.Generator, families: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the steps and the fidelity of 447 families' records."""
    read = families.iloc[np.sort(rng.permutation(len(families))[:RECORDS])].reset_index(drop=True)
    rows = read[["family_id", "local_authority", "team_id"]].assign(
        started_on=pd.to_datetime(read["allocated_on"]),
        delivery_id=identifiers(rng, "HD", RECORDS),
    )
    days = _steps(rng, rows)
    parts = deliveries.fidelity(rng, rows, COMPONENTS, unknown=UNKNOWN)
    return deliveries.step_rows(rows, days), parts


def _steps(rng: np.random.Generator, rows: pd.DataFrame) -> dict[str, pd.Series]:
    leaning = deliveries.by_team(rng, rows["team_id"], 0.6) + rng.normal(size=len(rows))
    as_at = str(OBSERVED_UNTIL)

    def step(name: str, since: pd.Series, **how: float) -> pd.Series:
        return deliveries.reached(rng, rows, name, since, leaning=leaning, as_at=as_at, **how)

    start = rows["started_on"]
    worker = step("adult_worker_joined", start, share=0.82, within=30, in_time=0.78, longest=110)
    group = step("group_case_discussion", start, share=0.88, within=42, in_time=0.72, longest=130)
    book = step("workbook_started", group, share=0.52, within=60, in_time=0.55, longest=160)
    ready = _latest(book, worker).where(book.notna()) + SHORTEST_PROGRAMME
    end = step("programme_finished", ready, share=0.75, within=138, in_time=0.85, longest=218)
    done = _latest(start, worker, group).where(book.isna()) + SHORTEST_WORK
    closed = step(
        "closed_without_workbook", done, share=0.45, within=130, in_time=0.60, longest=300
    )
    return {
        "allocated": start,
        "adult_worker_joined": worker,
        "group_case_discussion": group,
        "workbook_started": book,
        "programme_finished": end,
        "closed_without_workbook": closed,
    }


def _latest(*days: pd.Series) -> pd.Series:
    """Return the latest of the days of each delivery; those not reached do not count."""
    return pd.concat(days, axis=1).max(axis=1)


def training(rng: np.random.Generator, team_staff: pd.DataFrame) -> pd.DataFrame:
    """Return who should have had, and had, which course in motivational interviewing."""
    units = pd.DataFrame(
        {"team_id": identifiers(rng, "HU", WIDER_UNITS), "local_authority": HERTFORDSHIRE}
    )
    wider = units.iloc[np.arange(HUB_STAFF + WIDER_STAFF) % WIDER_UNITS].reset_index(drop=True)
    wider["role"] = np.repeat(["hub_social_worker", "other_staff"], [HUB_STAFF, WIDER_STAFF])
    wider["staff_id"] = identifiers(rng, "HV", len(wider))
    people = pd.concat([team_staff, wider], ignore_index=True)
    rows = practice.training(
        rng,
        people,
        {"mi_three_day": THREE_DAY, "mi_two_day": TWO_DAY},
        "2015-03-09",
        "2016-06-20",
    )
    for course, (first, last, number) in COURSES.items():
        _on_course_days(rng, rows, course, _course_days(first, last, number))
    return rows


def _course_days(first: str, last: str, number: int) -> np.ndarray:
    """Return evenly spread working days, both ends included."""
    start, end = np.datetime64(first), np.datetime64(last)
    offsets = np.linspace(0, (end - start).astype(int), number).round().astype(int)
    return np.busday_offset(start + offsets, 0, roll="backward")


def _on_course_days(
    rng: np.random.Generator, rows: pd.DataFrame, course: str, days: np.ndarray
) -> None:
    """Move everybody who finished ``course`` to one of its days, as evenly as they divide."""
    done = np.flatnonzero(rows["course"].eq(course) & rows["completed_on"].notna())
    places = np.repeat(days, apportioned([1.0] * len(days), len(done)))
    rows.loc[done, "completed_on"] = rng.permutation(places).astype("datetime64[ns]")


def workforce_months(rng: np.random.Generator, team_ids: Sequence[str]) -> pd.DataFrame:
    """Return posts, leavers and caseloads: 19 teams, and 21 with specialists from the launch."""
    planned = 5.0 + practice.exactly(rng, TEAMS_AFTER, TEAMS_OF_SIX)
    teams = pd.DataFrame({"team_id": team_ids, "local_authority": HERTFORDSHIRE})
    workers = teams.assign(role="social_worker", posts_planned=planned)
    specialists = pd.concat(
        [teams.assign(role=role, posts_planned=number) for role, number in SPECIALIST_POSTS.items()]
    )
    return pd.concat(
        [
            _months(rng, workers.iloc[:TEAMS_BEFORE], FIRST_MONTH),
            _months(rng, workers.iloc[TEAMS_BEFORE:], LAUNCH_MONTH),
            _months(rng, specialists, LAUNCH_MONTH),
        ],
        ignore_index=True,
    )


def _months(rng: np.random.Generator, posts: pd.DataFrame, first: str) -> pd.DataFrame:
    days = practice.months(first, LAST_MONTH)
    quick = (*SPECIALISTS_FILLED, *([0.95] * len(days)))[: len(days)]
    filled = dict.fromkeys(SPECIALIST_POSTS, quick) | {"social_worker": _workers_filled(days)}
    return practice.workforce_months(
        rng, posts, days, filled=filled, leaving=LEAVING, caseload={"social_worker": _open(days)}
    )


def _open(days: np.ndarray) -> np.ndarray:
    known = np.array([month for month, _ in CASELOAD], "datetime64[M]").astype(int)
    return np.interp(
        days.astype("datetime64[M]").astype(int), known, [cases for _, cases in CASELOAD]
    )


def _workers_filled(days: np.ndarray) -> np.ndarray:
    return np.where(days < np.datetime64(LAUNCH_MONTH), 0.88, 0.93)
