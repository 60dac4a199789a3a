"""What is released about delivery and staff: small counts, and those that subtract to one."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from analytics.ask import ask
from analytics.emmie.implementation.delivery import DeliveryQuestion
from analytics.emmie.implementation.fidelity import FidelityQuestion
from analytics.emmie.implementation.measures import MeasuresQuestion
from analytics.emmie.implementation.teams import TeamsQuestion
from analytics.emmie.implementation.training import TrainingQuestion
from analytics.emmie.implementation.workforce import WorkforceQuestion
from analytics.extracts.filters import Filters
from analytics.extracts.library import Library
from tests.helpers.folders import OTHER_PLACE, PLACE, Row, tiny_library
from tests.helpers.practice_rows import part

QUESTIONS = (
    DeliveryQuestion(),
    FidelityQuestion(),
    TeamsQuestion(),
    TrainingQuestion(),
    WorkforceQuestion(),
    MeasuresQuestion(),
)
PROTOCOL = """
[[steps]]
key = "start"
label = "Start"

[[steps]]
key = "visit"
label = "Visit"
after = "start"
within_days = 10

[[steps]]
key = "plan"
label = "Plan"
after = "visit"

[[components]]
key = "goals"
label = "Goals"

[[components]]
key = "signed"
label = "Signed"
weight = 3.0

[[components]]
key = "reviewed"
label = "Reviewed"

[[courses]]
key = "basic"
label = "Basic"

[[measures]]
key = "visited"
label = "Visited"
kind = "step"
of = "visit"

[[measures]]
key = "planned"
label = "Planned"
kind = "step"
of = "plan"
"""
START = date(2020, 1, 1)


def steps(visited: int, planned: int, n: int = 40, **changes: Any) -> list[Row]:
    return [
        {
            "delivery_id": f"D{i}",
            "family_id": f"F{i}",
            "local_authority": PLACE,
            "team_id": f"T{i % 2}",
            "started_on": START,
            "step": name,
            "reached_on": date(2020, 1, 1 + place * (1 + i % 9)),
        }
        | changes
        for place, (name, count) in enumerate((("start", n), ("visit", visited), ("plan", planned)))
        for i in range(count)
    ]


def parts(goals: int, signed: int, reviewed: int, n: int = 40) -> list[Row]:
    return [
        part(i, key, i < count, team_id=f"T{i % 4}")
        for key, count in (("goals", goals), ("signed", signed), ("reviewed", reviewed))
        for i in range(n)
    ]


def released(tmp_path: Path, question: Any, policy: str = "dfe_cin", **extracts: Any) -> Any:
    library = tiny_library(tmp_path, extracts, PROTOCOL, policy=policy)
    return ask(question, "tiny", library=library).answer


def test_a_small_drop_hides_the_step_its_curve_and_what_follows_from_it(tmp_path: Path) -> None:
    answer = released(tmp_path, DeliveryQuestion(), delivery_steps=steps(37, 20))
    start, visit, plan = answer.steps
    assert (start.count, visit.count, plan.count) == (40, None, 20)
    assert visit.share.value is None
    assert visit.conf_int is None
    assert visit.time.curve == ()
    assert visit.time.in_time is None
    assert (plan.share.n, plan.share.value) == (None, None)
    assert plan.time.curve == ()


def test_measures_do_not_tell_what_the_steps_withhold(tmp_path: Path) -> None:
    answer = released(tmp_path, MeasuresQuestion(), delivery_steps=steps(37, 20))
    for item in answer.measures:
        assert item.measured.share.is_withheld
        assert item.measured.share.n in {None, 40}
        assert item.measured.drops == ()
        assert item.standing == "cannot_tell"


def test_time_to_a_step_counts_those_who_never_reach_it(tmp_path: Path) -> None:
    answer = released(tmp_path, DeliveryQuestion(), "published", delivery_steps=steps(20, 9))
    visit, plan = answer.steps[1:]
    assert visit.time.in_time.share == pytest.approx(0.5)
    assert plan.time.median is None
    assert visit.time.in_time.day == 10
    days = [point.share for point in visit.time.curve]
    assert days == sorted(days)
    assert days[-1] == pytest.approx(0.5)


def test_the_fidelity_score_is_weighted_and_hides_no_lone_part(tmp_path: Path) -> None:
    whole = released(tmp_path / "a", FidelityQuestion(), "published", fidelity=parts(20, 30, 10))
    assert whole.score == pytest.approx((20 + 3 * 30 + 10) / (5 * 40))
    hidden = released(tmp_path / "b", FidelityQuestion(), fidelity=parts(20, 30, 38))
    shown = [part.share.events for part in hidden.parts]
    assert shown[2] is None
    assert shown.count(None) == 2
    assert hidden.score is not None
    few = released(tmp_path / "c", FidelityQuestion(), fidelity=parts(2, 2, 2, n=4))
    assert (few.score, few.conf_int, few.n_deliveries) == (None, None, None)


def test_small_teams_are_neither_shown_nor_told_by_the_rest(tmp_path: Path) -> None:
    rows = steps(50, 34, n=69)
    for row in rows:
        number = int(row["delivery_id"][1:])
        row["team_id"] = "E" if number >= 65 else "ABCD"[number % 4]
    answer = released(tmp_path, TeamsQuestion(), delivery_steps=rows)
    (funnel,) = answer.funnels
    assert funnel.of == "step"
    withheld = [point for point in funnel.points if point.value is None]
    assert len(withheld) >= 2
    assert all(point.events is None and point.position == 0 for point in withheld)
    small = next(point for point in funnel.points if point.team == "E")
    assert small.n is None


def staff_rows(done: dict[str, tuple[int, int]]) -> list[Row]:
    return [
        {
            "staff_id": f"{role}{i}",
            "local_authority": PLACE,
            "team_id": "T",
            "role": role,
            "course": "basic",
            "completed_on": START if i < yes else None,
        }
        for role, (yes, n) in done.items()
        for i in range(n)
    ]


def test_a_role_cannot_be_worked_out_from_its_course(tmp_path: Path) -> None:
    done = {"social_worker": (20, 30), "team_manager": (1, 9), "hub_social_worker": (6, 12)}
    answer = released(tmp_path, TrainingQuestion(), "staff", training=staff_rows(done))
    whole, *roles = answer.covered
    assert (whole.role, whole.share.events, whole.share.n) == (None, 27, 51)
    hidden = {item.role for item in roles if item.share.events is None}
    assert "team_manager" in hidden
    assert len(hidden) == 2
    one = released(
        tmp_path / "one", TrainingQuestion(), "staff", training=staff_rows({"team_manager": (3, 8)})
    )
    assert [item.role for item in one.covered] == [None]


def months(leavers: list[int], cases: list[int | None], **changes: Any) -> list[Row]:
    return [
        {
            "team_id": "T",
            "local_authority": PLACE,
            "role": "social_worker",
            "month": date(2019 + i // 12, 1 + i % 12, 1),
            "posts_planned": 60.0,
            "posts_filled": 50.0,
            "leavers": left,
            "open_cases": held,
        }
        | changes
        for i, (left, held) in enumerate(zip(leavers, cases, strict=True))
    ]


def test_small_numbers_of_leavers_and_of_cases_are_withheld(tmp_path: Path) -> None:
    leavers = [6, 7, 1, 6, 8, 9, 7, 6, 5, 8, 9, 7]
    cases = [500 + 10 * (i % 3) for i in range(11)] + [4]
    rows = months(leavers, cases)
    answer = released(tmp_path, WorkforceQuestion(), "staff", workforce_months=rows)
    chart = answer.turnover
    assert chart.step == "month"
    out = [i for i, point in enumerate(chart.points) if point.value is None]
    assert 2 in out
    assert len(out) == 2
    assert all(chart.points[i].signals == () for i in out)
    assert all(point.count == 0 for point in chart.points)
    (load,) = answer.caseloads
    assert load.points[-1].value is None
    assert sum(point.value is None for point in load.points) == 2
    assert answer.leavers.count == sum(leavers)


def test_few_leavers_are_counted_by_quarter_and_a_step_up_is_a_signal(tmp_path: Path) -> None:
    leavers = [1, 2, 1] * 8
    cases = [500 + 10 * (i % 3) for i in range(12)] + [700 + 10 * (i % 3) for i in range(12)]
    change = '[change]\non = 2020-01-01\nlabel = "New"\n'
    library = tiny_library(
        tmp_path,
        {"workforce_months": months(leavers, cases)},
        change + PROTOCOL,
        policy="published",
    )
    answer: Any = ask(WorkforceQuestion(), "tiny", library=library).answer
    assert answer.turnover.step == "quarter"
    assert len(answer.turnover.points) == 8
    (load,) = answer.caseloads
    assert load.baseline_to == date(2020, 1, 1)
    sides = [point.side for point in load.points]
    assert set(sides[12:]) == {"high"}
    assert set(sides[:10]) <= {None}


def test_too_few_months_make_no_chart(tmp_path: Path) -> None:
    rows = months([1, 0, 1], [500, 510, 505])
    answer = released(tmp_path, WorkforceQuestion(), "published", workforce_months=rows)
    assert answer.turnover is None
    assert answer.caseloads == ()
    assert answer.leavers.rate == pytest.approx(2 / 12.5)


EXTRACTS: dict[str, list[Row]] = {
    "delivery_steps": steps(30, 20),
    "fidelity": parts(20, 30, 10),
    "training": staff_rows({"social_worker": (20, 30)}),
    "workforce_months": months([6] * 8, [500] * 8),
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return tiny_library(tmp_path_factory.mktemp("released"), EXTRACTS, PROTOCOL, policy="dfe_cin")


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: type(one).__name__)
def test_nothing_there_is_an_answer_too(library: Library, question: Any) -> None:
    nobody = Filters(local_authorities=(OTHER_PLACE,))
    answer: Any = ask(question, "tiny", nobody, library=library).answer
    if isinstance(question, TeamsQuestion):
        assert answer.funnels == ()
    else:
        assert answer.reason == "no_rows"


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: type(one).__name__)
def test_a_protocol_that_names_nothing_asks_nothing(tmp_path: Path, question: Any) -> None:
    bare = tiny_library(tmp_path, {"training": EXTRACTS["training"]})
    assert ask(question, "tiny", library=bare).answer.reason == "not_in_protocol"


@pytest.mark.parametrize("question", QUESTIONS[:5], ids=lambda one: type(one).__name__)
def test_a_broken_extract_is_named(tmp_path: Path, question: Any) -> None:
    broken = tiny_library(tmp_path, EXTRACTS, PROTOCOL)
    for name in EXTRACTS:
        (tmp_path / "tiny" / f"{name}.parquet").write_bytes(b"not parquet")
    assert ask(question, "tiny", library=broken).answer.reason == "unusable_extract"


def test_equal_points_make_no_chart_and_no_error(library: Library) -> None:
    answer: Any = ask(WorkforceQuestion(), "tiny", library=library).answer
    assert answer.caseloads == ()
    assert answer.posts
