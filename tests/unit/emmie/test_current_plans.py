"""Who to look at: by hand, and in the sample a second way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analytics.access.viewer import PUBLIC, Viewer
from analytics.access.viewers import read_viewers
from analytics.ask import ask
from analytics.emmie.repeat_plans.current import (
    GAPS,
    CurrentPlansAnswer,
    CurrentPlansQuestion,
)
from analytics.emmie.study import Unanswered
from analytics.exhibits.repeat_current import current_plan_exhibits
from analytics.exhibits.repeat_families import Order, families_to_look_at, list_exhibit
from analytics.exhibits.repeat_words import chronology
from analytics.extracts.filters import NO_FILTERS, Filters
from analytics.extracts.library import Library
from analytics.reports.table_file import table_csv
from tests.helpers.folders import (
    OTHER_PLACE,
    PLACE,
    REPEAT_PROTOCOL,
    RPS,
    SAMPLE,
    child,
    plan,
    tiny_library,
)

AS_AT = date(2020, 3, 31)
MANAGER = Viewer(
    name="Manager", key="manager", local_authorities=frozenset({PLACE}), may_see_cases=True
)


def days(number: int) -> timedelta:
    return timedelta(days=number)


def conference(number: int, family: str, on: date, *, planned: bool = True) -> dict[str, Any]:
    return {
        "conference_id": f"K{number}",
        "family_id": family,
        "local_authority": PLACE,
        "held_on": on,
        "risk": "inside_home",
        "previously_planned": planned,
    }


def ending(plan_id: str, changes: int) -> dict[str, Any]:
    flags = ("domestic_abuse", "parental_mental_health", "substance_misuse", "alcohol_misuse")
    return {
        "plan_id": plan_id,
        "local_authority": PLACE,
        "risk": "inside_home",
        **dict.fromkeys(flags, False),
        "worker_changes": changes,
        "manager_changes": 0,
        "chair_changes": 0,
        "interventions_complete": True,
        "sustained_change": True,
        "lead_professional_named": True,
        "closed_to": "closed",
    }


START, FIRST_END = date(2018, 1, 1), date(2018, 10, 1)
PLANS = [
    plan(1, 1, START, FIRST_END),
    plan(2, 1, FIRST_END + days(61), None, team_id="T1", previous_plans=3),
    # Two years to the day, and a day more.
    plan(3, 2, date(2016, 5, 1), date(2017, 5, 1)),
    plan(4, 2, date(2017, 5, 1) + days(730), None, team_id="T2"),
    plan(5, 3, date(2016, 5, 1), date(2017, 5, 1)),
    plan(6, 3, date(2017, 5, 1) + days(731), None),
    # Back, and ended again.
    plan(7, 4, START, FIRST_END),
    plan(8, 4, FIRST_END + days(30), date(2019, 9, 1)),
    # No plan now, and a conference: in the quarter; on the day of the end; of another kind.
    plan(9, 5, date(2019, 1, 1), date(2019, 12, 1), category="EMO", team_id="T1"),
    plan(10, 6, date(2019, 1, 1), date(2020, 2, 1)),
    plan(11, 7, date(2019, 1, 1), date(2019, 12, 1)),
    # A conference before the quarter; and one about a child who has moved away.
    plan(12, 8, date(2018, 1, 1), date(2018, 12, 1)),
    plan(13, 9, date(2019, 1, 1), date(2019, 12, 1)),
    # Another authority's.
    plan(14, 10, START, FIRST_END, local_authority=OTHER_PLACE),
    plan(15, 10, FIRST_END + days(10), None, local_authority=OTHER_PLACE),
]
CHILDREN = [
    *(child(number) for number in range(1, 9)),
    child(9, left_on=date(2020, 1, 1), left_reason="moved_away"),
    child(10, local_authority=OTHER_PLACE),
]
CONFERENCES = [
    conference(1, "F1", date(2020, 2, 1)),
    conference(2, "F5", date(2020, 1, 31)),
    conference(3, "F6", date(2020, 2, 1)),
    conference(4, "F7", date(2020, 2, 1), planned=False),
    conference(5, "F8", date(2019, 12, 31)),
    conference(6, "F9", date(2020, 2, 1)),
]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return tiny_library(
        tmp_path_factory.mktemp("current") / "data",
        {
            "cp_plans": PLANS,
            "children": CHILDREN,
            "conferences": CONFERENCES,
            "plan_endings": [ending("P1", 2), ending("P9", 1)],
        },
        REPEAT_PROTOCOL,
        as_at=AS_AT,
        design="case_audit",
    )


def asked(library: Library, viewer: Viewer = MANAGER, filters: Filters = NO_FILTERS):
    answer = ask(CurrentPlansQuestion(), "tiny", filters, viewer, library=library).answer
    assert isinstance(answer, CurrentPlansAnswer)
    return answer


def test_the_list_by_hand(tiny: Library) -> None:
    lines = [(line.child_id, line.kind, line.gap_days, line.team) for line in asked(tiny).lines]
    assert lines == [
        ("C1", "plan", 61, "T1"),
        ("C5", "conference", 61, "T1"),
        ("C2", "plan", 730, "T2"),
    ]


def test_the_chronology_in_one_line(tiny: Library) -> None:
    one, five, two = asked(tiny).lines
    assert chronology(one) == (
        "2 earlier plans counted on the record, dates not in the extract; "
        "plan Jan 2018 to Oct 2018 (9 months, 2 worker changes); "
        "2 months without; on a plan since Dec 2018"
    )
    assert chronology(five) == (
        "plan Jan 2019 to Dec 2019 (11 months, 1 worker change); 2 months without; "
        "conference Jan 2020"
    )
    assert chronology(two) == (
        "plan May 2016 to May 2017 (12 months); 24 months without; on a plan since May 2019"
    )


def test_counts_for_everyone(tiny: Library) -> None:
    public = asked(tiny, replace(PUBLIC, local_authorities=frozenset({PLACE})))
    assert public.lines == ()
    assert public.own is None
    counts = public.counts
    assert counts.n_children == 3
    assert {part.key: part.n_children for part in counts.kinds} == {"plan": 2, "conference": 1}
    assert {part.key: part.n_children for part in counts.teams} == {"T1": 2, "T2": 1}
    assert {part.key: part.n_children for part in counts.gaps} == {
        "6_months": 2,
        "1_year": 0,
        "18_months": 0,
        "2_years": 1,
    }


def test_only_the_viewers_own_authority(tiny: Library) -> None:
    elsewhere = replace(MANAGER, local_authorities=frozenset({OTHER_PLACE}))
    assert [line.child_id for line in asked(tiny, elsewhere).lines] == ["C10"]
    assert asked(tiny, PUBLIC).counts.n_children == 4


@pytest.mark.parametrize(
    ("filters", "children"),
    [
        (Filters(teams=("T1",)), ["C1", "C5"]),
        (Filters(categories=("EMO",)), ["C5"]),
        (Filters(period_start=date(2020, 1, 1)), ["C5"]),
        (Filters(period_end=date(2019, 1, 1)), ["C1"]),
    ],
)
def test_filters(tiny: Library, filters: Filters, children: list[str]) -> None:
    assert [line.child_id for line in asked(tiny, filters=filters).lines] == children


def test_without_conferences_and_endings(tmp_path: Path) -> None:
    library = tiny_library(
        tmp_path / "data",
        {"cp_plans": PLANS, "children": CHILDREN},
        REPEAT_PROTOCOL,
        as_at=AS_AT,
        design="case_audit",
    )
    lines = asked(library).lines
    assert [line.child_id for line in lines] == ["C1", "C2"]
    assert all(span.worker_changes is None for line in lines for span in line.spans)


def test_nobody_is_an_answer(tiny: Library) -> None:
    filters = Filters(teams=("T9",))
    answer = ask(CurrentPlansQuestion(), "tiny", filters, MANAGER, library=tiny).answer
    assert isinstance(answer, Unanswered)
    assert answer.reason == "no_rows"


def test_the_list_goes_into_no_file(tiny: Library) -> None:
    released = ask(CurrentPlansQuestion(), "tiny", NO_FILTERS, MANAGER, library=tiny)
    (listed,) = list_exhibit(released)
    assert listed.headline == "3 children in 3 families to look at first"
    assert listed.download.rows == ()
    assert b"C1" not in table_csv(listed, filters="none")
    public = ask(CurrentPlansQuestion(), "tiny", NO_FILTERS, PUBLIC, library=tiny)
    assert families_to_look_at(public, order="soonest") == ()


def listed(library: Library, order: Order) -> list[str]:
    released = ask(CurrentPlansQuestion(), "tiny", NO_FILTERS, MANAGER, library=library)
    return [family.title for family in families_to_look_at(released, order=order)]


def test_the_orders_of_the_list(tiny: Library) -> None:
    assert listed(tiny, "soonest") == [
        "Family F5: 1 child",
        "Family F1: 1 child",
        "Family F2: 1 child",
    ]
    assert listed(tiny, "newest") == [
        "Family F5: 1 child",
        "Family F2: 1 child",
        "Family F1: 1 child",
    ]


def test_siblings_stand_in_one_entry(tmp_path: Path) -> None:
    """Those of whom the same is to be said share words; a family stands where its first does."""
    end, back = date(2019, 1, 1), date(2019, 6, 1)
    plans = [
        *(plan(number, number, START, end, family_id="F1") for number in (1, 2, 3)),
        plan(4, 1, back, None, family_id="F1", category="NEG"),
        plan(5, 2, back, None, family_id="F1", category="NEG"),
        plan(6, 3, date(2019, 12, 1), None, family_id="F1", category="NEG"),
        plan(7, 4, START, end),
        plan(8, 4, back + days(31), None),
    ]
    library = tiny_library(
        tmp_path / "data",
        {
            "cp_plans": plans,
            "children": [*(child(n, family_id="F1") for n in (1, 2, 3)), child(4)],
        },
        REPEAT_PROTOCOL,
        as_at=AS_AT,
        design="case_audit",
    )
    released = ask(CurrentPlansQuestion(), "tiny", NO_FILTERS, MANAGER, library=library)
    first, second = families_to_look_at(released, order="soonest")
    assert (first.title, second.title) == ("Family F1: 3 children", "Family F4: 1 child")
    assert [siblings.children for siblings in first.siblings] == [("C1", "C2"), ("C3",)]
    assert first.siblings[0].facts == "back after 5 months; neglect; no team recorded"
    assert list_exhibit(released)[0].headline == "4 children in 2 families to look at first"
    newest = families_to_look_at(released, order="newest")
    assert [siblings.children for siblings in newest[0].siblings] == [("C3",), ("C1", "C2")]


def test_true_counts_for_who_sees_the_list_and_none_of_them_in_a_file(tmp_path: Path) -> None:
    library = tiny_library(
        tmp_path / "data",
        {"cp_plans": PLANS, "children": CHILDREN, "conferences": CONFERENCES},
        REPEAT_PROTOCOL,
        as_at=AS_AT,
        design="case_audit",
        policy="dfe_cin",
    )
    released = ask(CurrentPlansQuestion(), "tiny", NO_FILTERS, MANAGER, library=library)
    shared = current_plan_exhibits(released)
    assert shared[0].headline == "How many children are back is withheld"
    assert {row[1] for row in shared[1].table.rows} == {"[c]"}
    assert all(exhibit.download.rows for exhibit in shared)
    own = current_plan_exhibits(released, is_own=True)
    assert own[0].headline == "3 children are back within two years"
    assert own[1].table.rows == (("T1", "2"), ("T2", "1"))
    assert not any(exhibit.download.rows for exhibit in own)
    public = ask(
        CurrentPlansQuestion(),
        "tiny",
        NO_FILTERS,
        replace(MANAGER, may_see_cases=False),
        library=library,
    )
    assert current_plan_exhibits(public, is_own=True) == shared


def test_the_sample_counted_a_second_way(sample: Library) -> None:
    plans = pd.read_parquet(SAMPLE / RPS / "cp_plans.parquet")
    for name in ("started_on", "ended_on"):
        plans[name] = pd.to_datetime(plans[name])
    as_at = pd.Timestamp(2024, 3, 31)
    plans = plans.sort_values(["child_id", "started_on", "plan_id"])
    plans["gap"] = (plans.started_on - plans.groupby("child_id").ended_on.shift()).dt.days
    now = plans[(plans.ended_on.isna() | (plans.ended_on > as_at)) & (plans.gap <= 730)]
    manager = read_viewers(SAMPLE)["southampton_manager"]
    answer = ask(CurrentPlansQuestion(), RPS, NO_FILTERS, manager, library=sample).answer
    of_plans = [line for line in answer.lines if line.kind == "plan"]
    assert {line.child_id: line.gap_days for line in of_plans} == dict(
        zip(now.child_id, now.gap.astype(int), strict=True)
    )
    assert [line.gap_days for line in answer.lines] == sorted(
        line.gap_days for line in answer.lines
    )
    assert len(of_plans) > 20
    endings = pd.read_parquet(SAMPLE / RPS / "plan_endings.parquet").set_index("plan_id")
    starts = plans.set_index(["child_id", "started_on"]).plan_id
    for line in of_plans:
        assert len(line.spans) == (plans.child_id == line.child_id).sum()
        for span in line.spans:
            plan_id = starts[line.child_id, pd.Timestamp(span.started_on)]
            known = endings.worker_changes.get(plan_id)
            assert span.worker_changes == (None if known is None else int(known))
    low = 0
    for key, high in GAPS.items():
        n = sum(low <= line.gap_days <= high for line in answer.lines)
        shown = next(part.n_children for part in answer.counts.gaps if part.key == key)
        assert shown in (None, n)
        assert n == next(part.n_children for part in answer.own.gaps if part.key == key)
        low = high + 1
