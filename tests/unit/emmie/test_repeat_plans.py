"""Spells of follow-up after a plan, against a slow reference and by hand."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from analytics.ask import ask
from analytics.emmie.repeat_plans import RepeatPlansAnswer, RepeatPlansQuestion
from analytics.emmie.repeat_plans.spells import spells
from analytics.extracts.filters import NO_FILTERS, Filters
from analytics.extracts.library import Library
from tests.helpers.folders import (
    REPEAT_PROTOCOL,
    RPS,
    SAMPLE,
    Row,
    child,
    plan,
    study_of,
    tiny_library,
)

AS_AT = date(2020, 3, 31)
HISTORY_FROM = date(2016, 4, 1)
END = date(2018, 1, 1)


def spells_of(library: Library, name: str, filters: Filters) -> list[tuple[int, int, str]]:
    """Return days, event and family of every spell, as the engine finds them."""
    study = study_of(library, name, filters)
    found = study.store.rows(spells(study, study.protocol.repeat.history_from))
    return sorted(zip(found["days"], found["event"], found["family_id"], strict=True))


def reference(
    plans: list[Row], children: list[Row], as_at: date, keep=lambda row: True
) -> list[tuple[int, int, str]]:
    """Return the same from plain Python: one spell after another."""
    about = {row["child_id"]: row for row in children}
    spells = []
    for row in plans:
        if row["ended_on"] is None or row["ended_on"] < HISTORY_FROM or not keep(row):
            continue
        if row["child_id"] not in about:
            continue
        later = [
            other["started_on"]
            for other in plans
            if other["child_id"] == row["child_id"]
            and (other["started_on"], other["plan_id"]) > (row["started_on"], row["plan_id"])
        ]
        if later and min(later) <= as_at:
            spells.append(((min(later) - row["ended_on"]).days, 1, row["family_id"]))
            continue
        ends = []
        known = about.get(row["child_id"])
        if known:
            born = known["born_on"]
            ends.append(date(born.year + 18, born.month, born.day))
            ends += [known["left_on"]] if known.get("left_on") else []
        first = min([*ends, as_at])
        days = max((first - row["ended_on"]).days, 0)
        spells.append((days, 2 if first < as_at else 0, row["family_id"]))
    return sorted(spells)


def days(number: int) -> timedelta:
    return timedelta(days=number)


PLANS = [
    plan(1, 1, date(2017, 1, 1), END),  # returns after 100 days
    plan(2, 1, END + days(100), None),
    plan(3, 2, date(2017, 1, 1), END),  # never returns: followed to the as-at date
    plan(4, 3, date(2017, 1, 1), END),  # turns 18 after 31 days
    plan(5, 4, date(2017, 1, 1), END),  # moves away after 60 days
    plan(6, 5, date(2017, 1, 1), END, category="NEG"),  # returns under another category
    plan(7, 5, END + days(200), END + days(300), category="EMO"),  # and is followed again
    plan(8, 6, date(2015, 1, 1), date(2016, 3, 31)),  # ended before the history
    plan(9, 7, date(2019, 1, 1), None),  # still open
    plan(10, 8, date(2017, 1, 1), END),  # returns only after the as-at date
    plan(11, 8, AS_AT + days(10), None),
    plan(12, 9, date(2017, 1, 1), END),  # back on the very day
    plan(13, 9, END, None),
    plan(14, 10, date(2019, 1, 1), AS_AT),  # ends on the as-at date: no follow-up
    plan(15, 11, date(2017, 1, 1), END),  # not in the list of children: set aside
    plan(16, 12, date(2017, 1, 1), END),  # left after it had come back
    plan(17, 12, END + days(50), None),
]
CHILDREN = [
    *(child(number) for number in (1, 2, 5, 6, 7, 8, 9, 10)),
    child(3, born_on=date(2000, 2, 1)),
    child(4, left_on=END + days(60), left_reason="moved_away"),
    child(12, left_on=END + days(400), left_reason="moved_away"),
]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> Library:
    return tiny_library(
        tmp_path_factory.mktemp("repeat"),
        {"cp_plans": PLANS, "children": CHILDREN},
        REPEAT_PROTOCOL,
        as_at=AS_AT,
        design="case_audit",
    )


def test_spells_by_hand(tiny: Library) -> None:
    followed = (AS_AT - END).days
    assert spells_of(tiny, "tiny", NO_FILTERS) == sorted(
        [
            (100, 1, "F1"),
            (followed, 0, "F2"),
            (31, 2, "F3"),
            (60, 2, "F4"),
            (200, 1, "F5"),
            (followed - 300, 0, "F5"),
            (followed, 0, "F8"),
            (0, 1, "F9"),
            (0, 0, "F10"),
            (50, 1, "F12"),
        ]
    )


def test_spells_of_the_reference(tiny: Library) -> None:
    assert spells_of(tiny, "tiny", NO_FILTERS) == reference(PLANS, CHILDREN, AS_AT)


@pytest.mark.parametrize(
    ("filters", "keep"),
    [
        (Filters(categories=("NEG",)), lambda row: row["category"] == "NEG"),
        (Filters(categories=("EMO",)), lambda row: row["category"] == "EMO"),
        (Filters(period_end=END), lambda row: row["ended_on"] <= END),
        (Filters(period_start=END + days(1)), lambda row: row["ended_on"] > END),
    ],
)
def test_a_filter_does_not_hide_the_return(tiny: Library, filters: Filters, keep) -> None:
    expected = reference(PLANS, CHILDREN, AS_AT, keep)
    assert spells_of(tiny, "tiny", filters) == expected
    if filters.categories == ("NEG",):
        assert (200, 1, "F5") in expected


def test_the_answer_counts_the_spells(tiny: Library) -> None:
    answer = ask(RepeatPlansQuestion(), "tiny", library=tiny).answer
    assert isinstance(answer, RepeatPlansAnswer)
    expected = reference(PLANS, CHILDREN, AS_AT)
    assert answer.n_spells == len(expected)
    assert answer.n_families == len({family for *_, family in expected})
    assert answer.n_returns == sum(event == 1 for _, event, _ in expected)
    assert answer.n_competing == sum(event == 2 for _, event, _ in expected)
    within = {point.day: point for point in answer.within}
    assert within[365].n_events == 4
    assert 0 < within[365].share < 1
    assert within[730].share >= within[365].share


@pytest.mark.parametrize("categories", [(), ("NEG",), ("PHY", "EMO")])
def test_spells_of_the_sample(sample: Library, categories: tuple[str, ...]) -> None:
    folder = SAMPLE / RPS
    plans = pd.read_parquet(folder / "cp_plans.parquet").astype(object)
    plans = plans.where(plans.notna(), None).to_dict("records")
    children = pd.read_parquet(folder / "children.parquet").astype(object)
    children = children.where(children.notna(), None).to_dict("records")
    as_at = sample.evaluation(RPS).protocol.evaluation.as_at
    by_child: dict[str, list[Row]] = {}
    for row in plans:
        by_child.setdefault(row["child_id"], []).append(row)
    of_child = {row["child_id"]: [row] for row in children}

    def keep(row: Row) -> bool:
        return not categories or row["category"] in categories

    expected = [
        spell
        for name, mine in by_child.items()
        for spell in reference(mine, of_child.get(name, []), as_at, keep)
    ]
    assert spells_of(sample, RPS, Filters(categories=categories)) == sorted(expected)


def test_the_share_without_competing_events_is_the_plain_one(tmp_path) -> None:
    """With everyone followed to the end and nobody leaving, the estimate is the plain share."""
    plans = [plan(n, n, date(2016, 1, 1), date(2016, 6, 1)) for n in range(20)]
    plans += [plan(100 + n, n, date(2016, 6, 1) + days(30 * n + 30), None) for n in range(8)]
    library = tiny_library(
        tmp_path,
        {"cp_plans": plans, "children": [child(n) for n in range(20)]},
        REPEAT_PROTOCOL,
        as_at=AS_AT,
        design="case_audit",
    )
    answer = ask(RepeatPlansQuestion(), "tiny", library=library).answer
    assert isinstance(answer, RepeatPlansAnswer)
    assert [point.share for point in answer.within] == pytest.approx([8 / 20, 8 / 20])
    assert [point.naive for point in answer.within] == pytest.approx([8 / 20, 8 / 20])
    assert np.all(np.diff([point.share for point in answer.curve]) >= 0)
