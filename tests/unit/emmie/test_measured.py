"""Each kind of measure, counted by hand in rows made by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from analytics.access.viewer import Viewer
from analytics.emmie.measured import Measured, measure, measured
from analytics.extracts.filters import Filters
from analytics.extracts.library import Library
from analytics.extracts.protocol import Measure
from analytics.statistics.two_groups.proportions import wilson_interval
from tests.helpers.folders import OTHER_PLACE, PLACE, Row, study_of, tiny_library
from tests.helpers.practice_rows import (
    OBSERVED_EMPATHY,
    STAFF_SURVEY,
    interview,
    meeting,
    part,
    reply,
    skill_score,
)

NAMED = """
[[themes]]
key = "clear_goals"
label = "Clear goals"
kind = "mechanism"

[[instruments]]
key = "sdq"
label = "Strengths and difficulties"
respondents = "parents"
waves = ["First"]
low = 0
high = 40

[[items]]
key = "confident"
instrument = "staff_survey"
label = "I am confident"

[[items]]
key = "difficulties"
instrument = "sdq"
label = "Total difficulties"

[[steps]]
key = "referred"
label = "Referred"

[[steps]]
key = "visited"
label = "Visited"
after = "referred"
within_days = 10

[[steps]]
key = "agreed"
label = "Agreed"
after = "visited"

[[components]]
key = "plan"
label = "Written plan"

[[courses]]
key = "basic"
label = "Basic course"

[[agencies]]
key = "health"
label = "Health"
"""
PROTOCOL = STAFF_SURVEY + OBSERVED_EMPATHY + NAMED
START = date(2020, 1, 1)


def step(delivery: int, name: str, **changes: Any) -> Row:
    return {
        "delivery_id": f"D{delivery}",
        "family_id": f"F{delivery}",
        "local_authority": PLACE,
        "team_id": "T1",
        "started_on": START,
        "step": name,
        "reached_on": START,
    } | changes


def post(month: int, filled: float, **changes: Any) -> Row:
    return {
        "team_id": "T1",
        "local_authority": PLACE,
        "role": "mental_health_practitioner",
        "month": date(2020, month, 1),
        "posts_planned": 4.0,
        "posts_filled": filled,
        "leavers": 0,
    } | changes


EXTRACTS: dict[str, list[Row]] = {
    "coded_interviews": [
        *(interview(n, "clear_goals", n < 8) for n in range(10)),
        *(interview(n, "clear_goals", True, coder="second") for n in range(5)),
        *(interview(20 + n, "clear_goals", n < 2, role="parent") for n in range(4)),
    ],
    "survey_responses": [
        *(reply(n, 2, 5 if n < 6 else 3) for n in range(9)),
        reply(9, 2, None),
        *(reply(n, 1, 1) for n in range(9)),
        *(reply(n, 1, 20, instrument="sdq", item="difficulties") for n in range(9)),
    ],
    "observations": [
        *(meeting(n, 2, n % 3) for n in range(8)),
        meeting(8, 1, 2),
        meeting(9, 2, 0, recorded=False),
    ],
    "skill_scores": [
        *(skill_score(n, 3.5 if n < 5 else 3.4) for n in range(8)),
        *(skill_score(n, 5, coder="second") for n in range(8)),
        skill_score(8, 5),
        skill_score(9, 5),
    ],
    "delivery_steps": [
        *(step(n, "referred") for n in range(10)),
        *(step(n, "visited") for n in range(8)),
        *(step(n, "agreed") for n in range(6)),
        step(11, "visited"),
    ],
    "fidelity": [
        part(
            n,
            "plan",
            [True, False, None][n % 3],
            local_authority=PLACE if n < 6 else OTHER_PLACE,
        )
        for n in range(12)
    ],
    "training": [
        {
            "staff_id": f"S{n}",
            "local_authority": PLACE,
            "team_id": "T1",
            "role": "social_worker" if n < 6 else "team_manager",
            "course": "basic",
            "completed_on": START if n < 4 else None,
        }
        for n in range(8)
    ],
    "workforce_months": [
        post(1, 4.0),
        post(2, 1.5),
        post(2, 2.0, team_id="T2"),
    ],
    "audit_families": [
        {
            "family_id": f"F{n}",
            "local_authority": PLACE,
            "gap_band": "within_1_year",
            "full_chronology": [True, False, False, None][n % 4],
        }
        for n in range(12)
    ],
    "conferences": [
        {
            "conference_id": f"C{n}",
            "family_id": f"F{n}",
            "local_authority": PLACE if n < 8 else OTHER_PLACE,
            "held_on": START,
            "risk": "inside_home",
            "previously_planned": True,
        }
        for n in range(10)
    ],
    "agency_contributions": [
        {
            "conference_id": f"C{n}",
            "agency": "health",
            "involved": n != 0,
            "invited": True,
            "attended": n < 6,
            "contributed": n < 3,
        }
        for n in range(10)
    ],
}
EVERYWHERE = {
    "theme": ("clear_goals", 10, 14),
    "item": ("confident", 6, 9),
    "skill": ("empathy", 5, 8),
    "step": ("visited", 8, 10),
    "component": ("plan", 4, 8),
    "course": ("basic", 4, 8),
    "audit": ("full_chronology", 3, 9),
    "agency_attended": ("health", 5, 9),
    "agency_contributed": ("health", 2, 9),
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return tiny_library(tmp_path_factory.mktemp("measured"), EXTRACTS, PROTOCOL, policy="staff")


@pytest.mark.parametrize("kind", EVERYWHERE)
def test_counts_and_interval_of_each_kind(library: Library, kind: Any) -> None:
    of, events, n = EVERYWHERE[kind]
    found = measured(study_of(library), kind, of)
    assert found.why_not is None
    assert found.share is not None
    assert (found.share.events, found.share.n) == (events, n)
    assert found.conf_int == wilson_interval(events, n)


def test_role_wave_and_place_narrow_the_count(library: Library) -> None:
    everywhere = study_of(library)
    asked = measured(everywhere, "theme", "clear_goals", role="social_worker")
    assert (asked.share.events, asked.share.n) == (8, 10)  # type: ignore[union-attr]
    assert measured(everywhere, "theme", "clear_goals", wave=2).why_not == "no_rows"
    first = measured(everywhere, "item", "confident", wave=1)
    assert (first.share.events, first.share.n) == (0, 9)  # type: ignore[union-attr]
    manager = measured(everywhere, "course", "basic", role="team_manager")
    assert (manager.share.events, manager.share.n) == (0, 2)  # type: ignore[union-attr]
    one_place = study_of(library, filters=Filters(local_authorities=(PLACE,)))
    assert measured(one_place, "component", "plan").share.n == 4  # type: ignore[union-attr]
    assert measured(one_place, "agency_attended", "health").share.n == 7  # type: ignore[union-attr]


def test_scope_of_the_viewer_narrows_agencies_and_skills(library: Library) -> None:
    elsewhere = Viewer(name="A", local_authorities=frozenset({OTHER_PLACE}))
    seen = study_of(library, viewer=elsewhere)
    assert measured(seen, "agency_attended", "health").share.n == 2  # type: ignore[union-attr]
    assert measured(seen, "skill", "empathy").why_not == "no_rows"


def test_posts_are_added_over_teams_in_the_last_month(library: Library) -> None:
    found = measured(study_of(library), "post", "mental_health_practitioner")
    assert found.posts is not None
    assert (found.posts.filled, found.posts.planned) == (3.5, 8.0)
    assert found.posts.month == date(2020, 2, 1)
    assert found.value == 3.5 / 8
    assert found.conf_int is None
    assert measured(study_of(library), "post", "social_worker").why_not == "no_rows"


def test_no_is_counted_where_no_should_be_seen(library: Library) -> None:
    asked = Measure(key="m", label="M", kind="audit", of="full_chronology", expected=False)
    found = measure(study_of(library), asked)
    assert (found.share.events, found.share.n) == (6, 9)  # type: ignore[union-attr]
    assert found.conf_int == wilson_interval(6, 9)


def test_the_mean_of_a_skill_has_an_interval_around_it(library: Library) -> None:
    found = measured(study_of(library), "skill", "empathy")
    assert found.mean is not None
    assert found.mean.value == pytest.approx((5 * 3.5 + 3 * 3.4) / 8)
    assert found.mean.conf_int is not None
    assert found.mean.conf_int.low < found.mean.value < found.mean.conf_int.high


@pytest.mark.parametrize(
    ("kind", "of", "why"),
    [
        ("item", "difficulties", "not_a_scale"),
        ("item", "unheard_of", "not_in_protocol"),
        ("step", "unheard_of", "not_in_protocol"),
        ("theme", "unheard_of", "no_rows"),
    ],
)
def test_says_why_nothing_was_counted(library: Library, kind: Any, of: str, why: str) -> None:
    found = measured(study_of(library), kind, of)
    assert found.why_not == why
    assert found.share is None
    assert found.value is None
    assert found.disclose() == found


def test_missing_and_broken_extracts_are_reasons(tmp_path: Path) -> None:
    few = tiny_library(tmp_path, {"training": EXTRACTS["training"]}, PROTOCOL)
    assert measured(study_of(few), "theme", "clear_goals").why_not == "no_extract"
    (tmp_path / "tiny" / "training.parquet").write_bytes(b"not parquet")
    broken = Library(tmp_path)
    assert measured(study_of(broken), "course", "basic").why_not == "unusable_extract"


def test_small_counts_go_under_the_policy_of_the_extract(library: Library) -> None:
    def shown(found: Measured) -> int | None:
        share = found.disclose().share
        assert share is not None
        assert share.is_withheld is (share.events is None)
        return share.events

    everywhere = study_of(library)
    assert shown(measured(everywhere, "course", "basic")) == 4
    assert shown(measured(everywhere, "agency_contributed", "health")) is None
    one_role = measured(everywhere, "theme", "clear_goals", role="social_worker")
    assert one_role.policy == "staff"
    families = measured(everywhere, "theme", "clear_goals", role="parent")
    assert families.policy == "dfe_cin"
    assert shown(families) is None
    withheld = families.disclose()
    assert withheld.conf_int is None
    assert withheld.value is None
