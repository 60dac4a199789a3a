"""Returns by group and what ended follow-up: by hand, recounted, and with a pencil."""

from __future__ import annotations

from datetime import date, timedelta
from functools import reduce
from itertools import pairwise
from operator import add

import numpy as np
import pandas as pd
import pytest

from analytics.ask import ask
from analytics.disclosure.policy import DFE_CIN
from analytics.emmie.repeat_plans import RepeatPlansQuestion
from analytics.emmie.repeat_plans.followed import Followed
from analytics.emmie.repeat_plans.groups import (
    MOST,
    REST,
    RepeatGroupsAnswer,
    RepeatGroupsQuestion,
    answer_repeat_groups,
)
from analytics.emmie.repeat_plans.summary import Ending, released_endings
from analytics.emmie.repeat_plans.timing import answer_repeat_plans
from analytics.emmie.study import Unanswered
from analytics.exhibits.repeat_groups import repeat_group_exhibits
from analytics.exhibits.repeat_timing import repeat_plan_exhibits
from analytics.extracts.filters import NO_FILTERS, Filters
from analytics.extracts.library import Library
from tests.helpers.folders import (
    REPEAT_PROTOCOL,
    RPS,
    child,
    plan,
    study_of,
    tiny_library,
)
from tests.helpers.oracles import REFERENCE
from tests.helpers.walking import small_counts_in

AS_AT = date(2024, 3, 31)
END = date(2017, 1, 1)
GROUPINGS = ("category", "team", "adversities", "closed_to", "risk")
SUBSETS = [
    NO_FILTERS,
    Filters(sexes=("F",)),
    Filters(age_bands=("10-15",)),
    Filters(ethnic_groups=("mixed",)),
    Filters(period_start=date(2021, 4, 1)),
    Filters(categories=("PHY", "SAB")),
]


def is_small(count: int) -> bool:
    return 1 <= count <= 5


def days(number: int) -> timedelta:
    return timedelta(days=number)


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    """Southampton's follow-up, made with pandas (see tests/oracle/r/repeat_plans_data.py)."""
    return pd.read_csv(REFERENCE / "data" / "southampton_returns.csv")


# By hand.


def made(policy: str = "published", n: int = 12) -> dict:
    """Half the plans in each category; in NEG half return, in EMO none."""
    plans = [
        plan(k, k, date(2016, 5, 1), END, category="NEG" if k % 2 else "EMO") for k in range(n)
    ]
    plans += [plan(100 + k, k, END + days(30 * k), None) for k in range(1, n, 4)]
    return {"cp_plans": plans, "children": [child(k) for k in range(n)]}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return tiny_library(
        tmp_path_factory.mktemp("groups"),
        made(),
        REPEAT_PROTOCOL,
        as_at=AS_AT,
        design="case_audit",
        policy="published",
    )


def test_two_groups_by_hand(tiny: Library) -> None:
    answer = ask(RepeatGroupsQuestion(), "tiny", library=tiny).answer
    assert isinstance(answer, RepeatGroupsAnswer)
    by_key = {group.key: group for group in answer.groups}
    assert list(by_key) == ["NEG", "EMO"]
    assert (by_key["NEG"].n_spells, by_key["NEG"].n_returns) == (6, 3)
    assert by_key["NEG"].within[-1].share == pytest.approx(0.5)
    assert (by_key["EMO"].n_spells, by_key["EMO"].n_returns, by_key["EMO"].curve) == (6, 0, ())
    tests = {test.name: test.p_value for test in answer.tests}
    assert tests["fine_gray_clustered"] is None
    assert answer.test is not None
    assert answer.test.name == "log_rank_clustered"
    (exhibit,) = repeat_group_exhibits(ask(RepeatGroupsQuestion(), "tiny", library=tiny))
    assert exhibit.figure is not None
    assert not any(cell is None for row in exhibit.table.rows for cell in row)


def test_one_group_is_no_comparison(tiny: Library) -> None:
    filters = Filters(categories=("NEG",))
    answer = ask(RepeatGroupsQuestion(), "tiny", filters, library=tiny).answer
    assert isinstance(answer, Unanswered)
    assert answer.details == ("one_group",)


def test_endings_are_needed_for_what_they_record(tiny: Library) -> None:
    answer = ask(RepeatGroupsQuestion(grouping="risk"), "tiny", library=tiny).answer
    assert isinstance(answer, Unanswered)
    assert answer.reason == "not_in_protocol"


def test_plans_of_no_team_are_left_out_and_counted(tmp_path) -> None:
    extracts = made()
    for number, row in enumerate(extracts["cp_plans"][:12]):
        row["team_id"] = None if number < 2 else f"T{number % 2}"
    library = tiny_library(tmp_path, extracts, REPEAT_PROTOCOL, as_at=AS_AT, policy="published")
    answer = ask(RepeatGroupsQuestion(grouping="team"), "tiny", library=library).answer
    assert answer.n_unknown == 2
    assert sum(group.n_spells for group in answer.groups) == 10


def test_follow_up_ends_with_five_years() -> None:
    rows = pd.DataFrame(
        {
            "days": [1825, 1826, 3000, 10],
            "event": [1, 1, 2, 2],
            "cause": ["returned", "returned", "died", "turned_18"],
            "family_id": ["a", "a", "b", "c"],
        }
    )
    followed = Followed.of(rows)
    assert followed.days.tolist() == [1825, 1825, 1825, 10]
    assert followed.event.tolist() == [1, 0, 0, 2]
    assert followed.cause.tolist() == ["returned", "followed", "followed", "turned_18"]
    assert followed.cells == (1, 1, 2)


def endings(**counts: int) -> tuple[Ending, ...]:
    return tuple(Ending(cause=cause, n=n) for cause, n in counts.items())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            endings(returned=50, turned_18=20, moved_away=30, died=3, followed=100),
            endings(returned=50, turned_18=20, gone=33, followed=100),
        ),
        (
            endings(returned=50, turned_18=20, moved_away=30, died=8, followed=100),
            endings(returned=50, turned_18=20, moved_away=30, died=8, followed=100),
        ),
        (
            endings(returned=50, turned_18=20, moved_away=0, died=3, followed=100),
            endings(returned=50, turned_18=None, gone=None, followed=100),
        ),
    ],
)
def test_what_ended_follow_up_as_it_may_be_shown(before, after) -> None:
    assert released_endings(before, DFE_CIN) == after


# The sample, counted a second way.


def test_what_ended_follow_up_recounted(sample: Library, rows: pd.DataFrame) -> None:
    answer = answer_repeat_plans(RepeatPlansQuestion(), study_of(sample, RPS))
    found = {one.cause: one.n for one in answer.endings}
    assert found["returned"] == (rows["event"] == 1).sum()
    assert found["followed"] == (rows["event"] == 0).sum()
    competing = found["turned_18"] + found["moved_away"] + found["died"]
    assert competing == (rows["event"] == 2).sum()
    children = pd.read_parquet(sample.root / RPS / "children.parquet")
    assert found["died"] <= children["left_reason"].eq("died").sum()


@pytest.mark.parametrize("grouping", ["category", "adversities", "closed_to", "risk"])
def test_groups_recounted(sample: Library, rows: pd.DataFrame, grouping: str) -> None:
    labels = {
        "category": rows["category"],
        "adversities": rows[["da", "mh", "misuse"]].sum(axis=1).astype(str),
        "closed_to": rows["closed_to"],
        "risk": rows["outside"].map({0: "inside_home", 1: "outside_home"}),
    }[grouping]
    answer = ask(RepeatGroupsQuestion(grouping=grouping), RPS, library=sample).answer
    assert len(answer.groups) <= MOST
    for group in answer.groups:
        mine = labels.isin(answer.together) if group.key == REST else labels == group.key
        assert group.n_spells == mine.sum()
        assert group.n_families == rows.loc[mine, "family"].nunique()
        counts = rows.loc[mine, "event"].value_counts()
        assert (group.n_returns, group.n_competing, group.n_neither) == tuple(counts[[1, 2, 0]])


def test_which_teams_are_told_apart(sample: Library) -> None:
    plans = pd.read_parquet(sample.root / RPS / "cp_plans.parquet")
    largest = ask(RepeatGroupsQuestion(grouping="team"), RPS, library=sample).answer
    assert len(largest.groups) == MOST
    sizes = {group.key: group.n_spells for group in largest.groups if group.key != REST}
    ended = plans[pd.to_datetime(plans["ended_on"]) <= pd.Timestamp(AS_AT)]
    assert sizes == ended["team_id"].value_counts().head(3).to_dict()


# A reader with a pencil.


@pytest.mark.parametrize("filters", SUBSETS)
@pytest.mark.parametrize("grouping", GROUPINGS)
def test_no_small_step_can_be_worked_out(sample: Library, grouping, filters: Filters) -> None:
    """Subtract the groups that are shown from all of them, at every day at which they are shown."""
    question = RepeatGroupsQuestion(grouping=grouping)
    raw = answer_repeat_groups(question, study_of(sample, RPS, filters))
    if isinstance(raw, Unanswered):
        return
    shown = raw.disclose(DFE_CIN)
    assert small_counts_in(shown) == []
    counts = {group.key: {one.day: one for one in group.counts} for group in raw.groups}
    at = {group.key: [point.day for point in group.curve] for group in shown.groups}
    for key, group_days in at.items():
        steps(counts[key], group_days)
    every_day = sorted({day for group_days in at.values() for day in group_days})
    for day_set in {tuple(group_days) for group_days in at.values() if group_days}:
        known = [key for key, group_days in at.items() if set(day_set) <= set(group_days)]
        others = [counts[key] for key in counts if key not in known]
        if others:
            end = max(others[0])
            rest = {day: reduce(add, (one[day] for one in others)) for day in (*every_day, end)}
            steps(rest, list(day_set))
    for group in shown.groups:
        followed = [point for point in group.at_risk if point.n_at_risk is not None]
        for before, after in pairwise(followed):
            gone = [counts[group.key][point.day].gone for point in (before, after)]
            assert not is_small(gone[1] - gone[0])


def steps(counts: dict, shown: list[int]) -> None:
    end = max(counts)
    found = [0, *(counts[day].returned for day in sorted(shown)), counts[end].returned]
    if shown:
        assert not any(is_small(after - before) for before, after in pairwise(found))


@pytest.mark.parametrize("filters", SUBSETS)
def test_competing_events_cannot_be_worked_out(sample: Library, filters: Filters) -> None:
    """The naive curve and the other one differ by competing events."""
    study = study_of(sample, RPS, filters)
    raw = answer_repeat_plans(RepeatPlansQuestion(), study)
    assert not isinstance(raw, Unanswered)
    shown = raw.disclose(DFE_CIN)
    assert small_counts_in(shown) == []
    assert shown.counts == ()
    by_day = {one.day: one.competed for one in raw.counts}
    naive = [by_day[point.day] for point in shown.curve if point.naive is not None]
    if naive:
        found = [0, *naive, by_day[max(by_day)]]
        assert not any(is_small(after - before) for before, after in pairwise(found))


def test_the_naive_curve_is_never_lower(sample: Library) -> None:
    answer = ask(RepeatPlansQuestion(), RPS, library=sample).answer
    both = [(point.share, point.naive) for point in answer.curve if point.naive is not None]
    assert len(both) > 12
    assert all(naive >= share - 1e-12 for share, naive in both)
    assert both[-1][1] > both[-1][0] + 0.01


def test_months_without_a_return_are_the_area_above_the_curve(
    sample: Library, rows: pd.DataFrame
) -> None:
    """With everyone followed to an end or the horizon: the plain mean, weighted for censoring."""
    answer = ask(RepeatPlansQuestion(), RPS, library=sample).answer
    grid = np.arange(1825)
    order = np.sort(rows["days"].unique())
    event_free, lost, incidence = 1.0, 0.0, 0.0
    at = dict.fromkeys(grid, 0.0)
    for day in order:
        risk = (rows["days"] >= day).sum()
        here = rows.loc[rows["days"] == day, "event"]
        incidence += event_free * (here == 1).sum() / risk
        event_free *= 1 - (here > 0).sum() / risk
        at[day] = incidence
    current = 0.0
    for day in grid:
        current = max(current, at[day])
        lost += current
    assert answer.free.days == pytest.approx(1825 - lost, rel=1e-9)
    assert answer.median is None


@pytest.mark.parametrize("filters", [NO_FILTERS, *SUBSETS[1:3]])
def test_the_words_of_the_exhibits(sample: Library, filters: Filters) -> None:
    for grouping in GROUPINGS:
        released = ask(RepeatGroupsQuestion(grouping=grouping), RPS, filters, library=sample)
        if isinstance(released.answer, Unanswered):
            continue
        (exhibit,) = repeat_group_exhibits(released)
        assert len(exhibit.headline.split()) <= 12
        assert not any(cell is None for row in exhibit.table.rows for cell in row)
        said = " ".join((exhibit.alt_text, *exhibit.notes, exhibit.headline))
        assert "nan" not in said.lower().split()
    curves, ended = repeat_plan_exhibits(ask(RepeatPlansQuestion(), RPS, filters, library=sample))
    assert "not reached" in " ".join(curves.sentences)
    assert len(ended.table.rows) >= 4
