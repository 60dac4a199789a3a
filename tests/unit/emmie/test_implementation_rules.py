"""The rules of Implementation: steps that may be shown, standings, lights and the verdict."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.disclosure.policy import DFE_CIN, PUBLISHED
from analytics.disclosure.suppression import Share
from analytics.emmie.implementation.delivery import ReachedBy, StepTime, coarse
from analytics.emmie.implementation.measures import light
from analytics.emmie.implementation.standing import Stood, standing
from analytics.emmie.implementation.steps import hidden_steps, in_order, path_to
from analytics.emmie.implementation.verdict import implementation_verdict
from analytics.emmie.measured import Measured
from analytics.emmie.study import Study
from analytics.extracts.protocol import Measure, Step
from analytics.statistics.results import Interval
from tests.helpers.folders import study_of, tiny_library
from tests.helpers.practice_rows import part

STEPS = (
    Step(key="start", label="Start"),
    Step(key="visit", label="Visit", after="start", within_days=10),
    Step(key="plan", label="Plan", after="visit"),
    Step(key="kept", label="Kept", after="plan", is_end=True),
    Step(key="broken", label="Broken", after="plan", is_end=True),
)


def hidden(*counts: int) -> set[str]:
    reached = dict(zip((step.key for step in STEPS), counts, strict=True))
    return hidden_steps(STEPS, reached, DFE_CIN)


def test_steps_come_after_the_one_they_follow() -> None:
    assert in_order(reversed(STEPS))[0].key == "start"
    order = [step.key for step in in_order(reversed(STEPS))]
    assert all(order.index(str(step.after)) < order.index(step.key) for step in STEPS[1:])
    assert path_to("broken", STEPS) == ("start", "visit", "plan", "broken")


def test_a_step_that_waits_for_itself_is_left_out() -> None:
    circle = (Step(key="a", label="A", after="b"), Step(key="b", label="B", after="a"))
    assert in_order((*STEPS, *circle)) == STEPS


@pytest.mark.parametrize(
    ("counts", "out"),
    [
        ((100, 80, 60, 30, 20), set()),
        ((100, 97, 60, 30, 20), {"visit"}),
        ((100, 97, 97, 50, 30), {"visit", "plan"}),
        ((100, 80, 4, 2, 1), {"plan", "kept", "broken"}),
        ((100, 80, 60, 57, 3), {"kept", "broken"}),
        ((100, 80, 60, 30, 3), {"broken"}),
        ((100, 80, 60, 0, 0), set()),
        ((100, 100, 100, 60, 40), set()),
    ],
)
def test_steps_that_tell_a_small_number_are_hidden(counts: tuple[int, ...], out: set[str]) -> None:
    assert hidden(*counts) == out


@given(st.lists(st.integers(0, 12), min_size=5, max_size=5), st.integers(0, 40))
def test_no_two_shown_steps_are_few_deliveries_apart(drops: list[int], last: int) -> None:
    plan = last + drops[2]
    kept = min(drops[3], plan)
    broken = min(drops[4], plan - kept)
    visit = plan + drops[1]
    counts = {
        "start": visit + drops[0],
        "visit": visit,
        "plan": plan,
        "kept": kept,
        "broken": broken,
    }
    out = hidden_steps(STEPS, counts, DFE_CIN)
    shown = {key: count for key, count in counts.items() if key not in out}
    assert not any(DFE_CIN.is_small(count) for count in shown.values())
    chains = (("start", "visit", "plan", "kept"), ("start", "visit", "plan", "broken"))
    for chain in chains:
        seen = [shown[key] for key in chain if key in shown]
        assert not any(DFE_CIN.is_small(a - b) for a, b in pairwise(seen))
    if {"plan", "kept", "broken"} <= set(shown):
        assert not DFE_CIN.is_small(plan - kept - broken)
    if "plan" not in out and len({"kept", "broken"} & out) == 1:
        assert plan - kept - broken > 0
    assert hidden_steps(STEPS, counts, PUBLISHED) == set()


def point(day: int, events: int) -> ReachedBy:
    nothing = Interval(low=0.0, high=1.0, level=0.95, method="test")
    return ReachedBy(day=day, share=0.5, conf_int=nothing, n_events=events)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=20), st.integers(0, 9), st.data())
def test_no_step_of_a_released_curve_is_of_a_few(
    events: list[int], later: int, data: st.DataObject
) -> None:
    curve = tuple(point(day, count) for day, count in enumerate(events))
    planned = data.draw(st.none() | st.integers(0, len(events) - 1))
    time = StepTime(
        median=None,
        conf_int=None,
        high_is_open=False,
        in_time=None if planned is None else curve[planned],
        curve=curve,
    )
    total = sum(events) + later
    days = [kept.day for kept in coarse(curve, total, DFE_CIN, time)]
    so_far = [sum(events[: day + 1]) for day in days]
    steps = [b - a for a, b in zip([0, *so_far], [*so_far, total], strict=True)]
    assert not any(DFE_CIN.is_small(step) for step in steps if days)
    by_planned = 0 if planned is None else sum(events[: planned + 1])
    if planned is not None and not any(map(DFE_CIN.is_small, (by_planned, total - by_planned))):
        assert planned in days


def stood(
    events: int, n: int, *, kind: Any = "component", met_from: float = 0.8, counts: bool = True
) -> Stood:
    item = Measure(
        key="m",
        label="M",
        kind=kind,
        of="x",
        met_from=met_from,
        counts_for_implementation=counts,
    )
    standings: dict[bool, Any] = {True: "met", False: "not_met"}
    return Stood(
        measure=item,
        measured=Measured(kind=kind, of="x", share=Share.of(events, n)),
        standing=standings[events / n >= met_from],
        is_clear=True,
    )


NOTHING = Stood(
    measure=Measure(key="n", label="N", kind="component", of="x"),
    measured=Measured(kind="component", of="x", why_not="no_rows"),
    standing="cannot_tell",
    is_clear=False,
)


@pytest.mark.parametrize(
    ("measures", "expected"),
    [
        ((), "cannot_tell"),
        ((NOTHING,), "cannot_tell"),
        ((stood(9, 10),), "yes"),
        ((stood(9, 10), NOTHING), "yes"),
        ((stood(9, 10), stood(1, 10)), "partly"),
        ((stood(1, 10),), "not_yet"),
        ((stood(10, 10, kind="theme"), stood(10, 10, kind="item")), "anecdotal"),
        ((stood(1, 10, kind="theme"),), "anecdotal"),
        ((stood(10, 10, kind="theme"), NOTHING), "anecdotal"),
        ((stood(10, 10, kind="theme"), stood(9, 10)), "yes"),
    ],
)
def test_the_light_of_a_research_question(measures: tuple[Stood, ...], expected: str) -> None:
    assert light(measures) == expected


MEASURES = """
[[components]]
key = "plan"
label = "Plan"

[[measures]]
key = "plans"
label = "Plans written"
kind = "component"
of = "plan"

[[measures]]
key = "said"
label = "Not counted"
kind = "component"
of = "plan"
met_from = 1.0
counts_for_implementation = false
"""


def with_parts(tmp_path: Any, met: int, n: int, more: str = "", **options: Any) -> Study:
    rows = [part(number, "plan", number < met) for number in range(n)]
    return study_of(tiny_library(tmp_path, {"fidelity": rows}, MEASURES + more, **options))


@pytest.mark.parametrize(
    ("met", "n", "place", "is_clear", "word"),
    [
        (95, 100, "met", True, "shown"),
        (80, 100, "met", False, "shown"),
        (79, 100, "partly_met", False, "can't tell"),
        (65, 100, "partly_met", True, "can't tell"),
        (50, 100, "partly_met", False, "can't tell"),
        (49, 100, "not_met", False, "can't tell"),
        (30, 100, "not_met", True, "not shown"),
        (4, 10, "not_met", False, "can't tell"),
        (0, 10, "not_met", True, "not shown"),
    ],
)
def test_standing_and_verdict(
    tmp_path: Any, met: int, n: int, place: str, is_clear: bool, word: str
) -> None:
    here = with_parts(tmp_path, met, n)
    found = standing(here, here.protocol.measures[0])
    assert (found.standing, found.is_clear) == (place, is_clear)
    verdict = implementation_verdict(here)
    assert verdict.word == word
    assert verdict.letter == "implementation"
    assert verdict.reasons[0].startswith(("0 of 1", "1 of 1"))
    assert not any("Not counted" in reason for reason in verdict.reasons)


def test_a_withheld_measure_cannot_be_told(tmp_path: Any) -> None:
    here = with_parts(tmp_path, 3, 40, policy="dfe_cin")
    found = standing(here, here.protocol.measures[0])
    assert found.standing == "cannot_tell"
    assert found.measured.value is None
    verdict = implementation_verdict(here)
    assert verdict.word == "can't tell"
    assert not any(character.isdigit() for character in " ".join(verdict.reasons))


def test_nothing_named_is_nothing_told(tmp_path: Any) -> None:
    empty = study_of(tiny_library(tmp_path, {"fidelity": []}))
    verdict = implementation_verdict(empty)
    assert verdict.word == "can't tell"
    assert verdict.reasons
