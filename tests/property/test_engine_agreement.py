"""The engine's counts against plain Python, on small random tables."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import numpy as np
import pytest

from analytics.access.viewer import PUBLIC, Viewer
from analytics.ask import ask
from analytics.emmie.case_outcomes import CaseOutcomesQuestion
from analytics.emmie.effect import EffectAnswer, EffectQuestion
from analytics.extracts.code_lists import AGE_BANDS
from analytics.extracts.contracts import CP_PLANS
from analytics.extracts.filters import Filters
from tests.helpers.folders import (
    AS_AT,
    EFFECT_PROTOCOL,
    OTHER_PLACE,
    PLACE,
    Row,
    case,
    event,
    plan,
    tiny_library,
)

OUT_OF_COURT = {2, 3, 6, 7, 8}


def random_cases(rng: np.random.Generator, size: int) -> list[Row]:
    rows = []
    for number in range(size):
        code = rng.choice([1, 2, 8, 15, 20, 20, 22, 0])
        rows.append(
            case(
                number,
                child_id=f"C{rng.integers(size)}",
                family_id=f"F{rng.integers(size)}",
                local_authority=str(rng.choice([PLACE, OTHER_PLACE, "E06000044"])),
                arm=[None, "intervention", "comparison"][rng.integers(3)],
                recorded_on=date(2018, 1, 1) + timedelta(days=int(rng.integers(820))),
                age_years=int(rng.integers(18)),
                assessed_risk=int(rng.integers(1, 4)),
                sex=str(rng.choice(["F", "M", "U"])),
                outcome_code=int(code) or None,
            )
        )
    return rows


def passes(row: Row, filters: Filters, viewer: Viewer) -> bool:
    bands = [AGE_BANDS[band] for band in filters.age_bands]
    return (
        (viewer.local_authorities is None or row["local_authority"] in viewer.local_authorities)
        and (not filters.local_authorities or row["local_authority"] in filters.local_authorities)
        and (not filters.sexes or row["sex"] in filters.sexes)
        and (not bands or any(low <= row["age_years"] <= high for low, high in bands))
        and (filters.period_start or date.min)
        <= row["recorded_on"]
        <= (filters.period_end or date.max)
    )


def random_filters(rng: np.random.Generator) -> tuple[Filters, Viewer]:
    def some(values):
        return tuple(value for value in values if rng.random() < 0.5)

    start = date(2018, 1, 1) + timedelta(days=int(rng.integers(400)))
    places = (PLACE, OTHER_PLACE, "E06000044")
    filters = Filters(
        local_authorities=some(places) if rng.random() < 0.4 else (),
        sexes=some("FMU") if rng.random() < 0.4 else (),
        age_bands=some(AGE_BANDS) if rng.random() < 0.4 else (),
        period_start=start if rng.random() < 0.4 else None,
        period_end=start + timedelta(days=300) if rng.random() < 0.4 else None,
    )
    scope = frozenset(some(places)) if rng.random() < 0.4 else None
    return filters, Viewer(name="", local_authorities=scope)


@pytest.mark.parametrize("seed", range(4))
def test_case_outcomes(tmp_path, seed: int) -> None:
    rng = np.random.default_rng([20190701, seed])
    rows = random_cases(rng, int(rng.integers(20, 120)))
    library = tiny_library(tmp_path, {"cases": rows})
    for step in ("month", "quarter"):
        for _ in range(3):
            filters, viewer = random_filters(rng)
            question = CaseOutcomesQuestion(step=step)
            answer = ask(question, "tiny", filters, viewer, library=library).answer
            closed = [
                row
                for row in rows
                if row["outcome_code"] is not None and passes(row, filters, viewer)
            ]
            totals: Counter = Counter()
            events: Counter = Counter()
            for row in closed:
                day = row["recorded_on"]
                month = day.month if step == "month" else (day.month - 1) // 3 * 3 + 1
                label = {OTHER_PLACE: "With", PLACE: "Without"}.get(
                    row["local_authority"], "Other areas"
                )
                for group, codes in (("outcome_20", {20}), ("out_of_court", OUT_OF_COURT)):
                    key = (group, label, date(day.year, month, 1))
                    totals[key] += 1
                    events[key] += row["outcome_code"] in codes
            found = {
                (series.group, series.series, point.period): (point.share.events, point.share.n)
                for series in getattr(answer, "series", ())
                for point in series.points
            }
            assert found == {key: (events[key], n) for key, n in totals.items()}


@pytest.mark.parametrize("seed", range(3))
def test_outcomes_of_the_effect(tmp_path, seed: int) -> None:
    rng = np.random.default_rng([20190702, seed])
    rows = random_cases(rng, 80)
    known = sorted({row["child_id"] for row in rows})
    days = [date(2018, 1, 1) + timedelta(days=int(day)) for day in rng.integers(820, size=60)]
    events = [
        event(n, str(rng.choice(known))[1:], day, kind=str(rng.choice(["victim", "missing"])))
        for n, day in enumerate(days)
    ]
    plans = [plan(n, child[1:], days[n], None) for n, child in enumerate(known)]
    library = tiny_library(
        tmp_path, {"cases": rows, "cp_plans": plans, "events": events}, EFFECT_PROTOCOL
    )
    answer = ask(EffectQuestion(), "tiny", library=library).answer
    assert isinstance(answer, EffectAnswer)

    def within_90_days(row: Row, happened: list[tuple[str, date]]) -> bool:
        return any(
            child == row["child_id"] and 0 < (day - row["recorded_on"]).days <= 90
            for child, day in happened
        )

    victims = [(row["child_id"], row["occurred_on"]) for row in events if row["kind"] == "victim"]
    planned = [(row["child_id"], row["started_on"]) for row in plans]
    for arm, name in (("intervention", "treated"), ("comparison", "comparison")):
        mine = [row for row in rows if row["arm"] == arm]
        closed = [row for row in mine if row["outcome_code"] is not None]
        followed = [row for row in mine if (AS_AT - row["recorded_on"]).days >= 90]
        expected = {
            "outcome_20": (sum(row["outcome_code"] == 20 for row in closed), len(closed)),
            "plan_soon": (sum(within_90_days(row, planned) for row in followed), len(followed)),
            "victim_soon": (sum(within_90_days(row, victims) for row in followed), len(followed)),
        }
        found = {
            outcome.key: (
                getattr(outcome.unadjusted, name).events,
                getattr(outcome.unadjusted, name).n,
            )
            for outcome in answer.outcomes
        }
        assert found == expected


def overlaps_another(row: Row, rows: list[Row]) -> bool:
    """Return whether a plan starts before an earlier plan of that child has ended."""
    return any(
        other["child_id"] == row["child_id"]
        and (other["started_on"], other["plan_id"]) < (row["started_on"], row["plan_id"])
        and (other["ended_on"] is None or row["started_on"] < other["ended_on"])
        for other in rows
    )


def test_the_overlap_rule_of_neighbouring_plans(tmp_path) -> None:
    """Two plans of each child: the later one is set aside exactly when it overlaps."""
    rng = np.random.default_rng(20240331)
    rows = []
    for child in range(60):
        for number in range(2):
            start = date(2018, 1, 1) + timedelta(days=int(rng.integers(300)))
            end = None if rng.random() < 0.1 else start + timedelta(days=int(rng.integers(200)))
            rows.append(plan(2 * child + number, child, start, end))
    library = tiny_library(tmp_path, {"cp_plans": rows})
    store = library.evaluation("tiny").store
    kept = {row["plan_id"] for row in store.records(store.table("cp_plans", PUBLIC))}
    assert kept == {row["plan_id"] for row in rows if not overlaps_another(row, rows)}
    assert CP_PLANS.key == ("plan_id",)


def test_the_engine_does_not_share_state_between_libraries(tmp_path) -> None:
    one = tiny_library(tmp_path / "one", {"cases": [case(1)]})
    two = tiny_library(tmp_path / "two", {"cases": [case(1), case(2)]})
    sizes = [
        library.evaluation("tiny").store.table("cases", PUBLIC).count().execute()
        for library in (one, two, one)
    ]
    assert sizes == [1, 2, 1]
