"""The path of a case: counts a second way, and no flow that could be worked out."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from analytics.access.viewer import PUBLIC
from analytics.ask import ask
from analytics.disclosure.policy import DFE_CIN, PUBLISHED
from analytics.disclosure.suppression import Share
from analytics.emmie.case_outcomes import CaseOutcomesAnswer, CaseOutcomesQuestion
from analytics.emmie.case_outcomes.path import (
    PathAnswer,
    PathQuestion,
    PathSide,
    answer_path,
    denominator,
)
from analytics.emmie.case_outcomes.path_disclosure import disclosed_sides
from analytics.emmie.study import Study
from analytics.extracts.code_lists import OUTCOME_GROUPS, POLICE_OUTCOME
from analytics.extracts.filters import NO_FILTERS, Filters
from analytics.extracts.library import Library
from tests.helpers.folders import FSP, OTHER_PLACE, PLACE, SAMPLE, case, plan, tiny_library

CHANGE = date(2019, 7, 1)
CHANGE_PROTOCOL = f"""
[change]
on = {CHANGE}
label = "New"
"""
PLAN_PROTOCOL = """
[[outcomes]]
key = "plan_soon"
label = "On a plan within 90 days"
phrase = "were followed by a plan"
kind = "plan"
within_days = 90
intended = "lower"
primary = true
"""


def before_release(library: Library, question: PathQuestion, filters: Filters) -> PathAnswer:
    study = Study(
        evaluation=library.evaluation(FSP), filters=filters, viewer=PUBLIC, library=library
    )
    answer = answer_path(question, study)
    assert isinstance(answer, PathAnswer)
    return answer


def counted(with_plans: bool, is_new: bool, sexes: tuple[str, ...]) -> pd.DataFrame:
    frame = pd.read_parquet(SAMPLE / FSP / "cases.parquet")
    if sexes:
        frame = frame[frame["sex"].isin(sexes)]
    frame = frame[(frame["local_authority"] != PLACE) == with_plans]
    return frame[(frame["recorded_on"] >= CHANGE) == is_new]


def followed_by_plan(frame: pd.DataFrame) -> tuple[int, int]:
    """Return children on a plan within 183 days, and cases followed for so long."""
    plans = pd.read_parquet(SAMPLE / FSP / "cp_plans.parquet")
    starts = plans.groupby("child_id")["started_on"].apply(list)
    kept = frame[frame["recorded_on"] <= date(2020, 3, 31) - timedelta(days=183)]
    hits = sum(
        any(
            row.recorded_on < start <= row.recorded_on + timedelta(days=183)
            for start in starts.get(row.child_id, [])
        )
        for row in kept.itertuples()
    )
    return hits, len(kept)


@pytest.mark.parametrize("include_22", [False, True])
@pytest.mark.parametrize("sexes", [(), ("F",)])
def test_counts_by_pandas(sample: Library, include_22: bool, sexes: tuple[str, ...]) -> None:
    answer = before_release(sample, PathQuestion(include_22=include_22), Filters(sexes=sexes))
    assert len(answer.sides) == 4
    for side in answer.sides:
        frame = counted(side.areas == "Areas with plans", side.side == "since", sexes)
        closed = frame["outcome_code"].dropna()
        disposals = [2, 3, 6, 7, 8] + ([22] if include_22 else [])
        expected = {
            "earlier_referral": (frame["prior_referrals"] > 0).sum(),
            "earlier_plan": frame["prior_plan"].sum(),
            "open": frame["outcome_code"].isna().sum(),
            "out_of_court": closed.isin(disposals).sum(),
            **{key: closed.isin(codes).sum() for key, codes in OUTCOME_GROUPS.items()},
        }
        hits, followed = followed_by_plan(frame)
        assert (side.recorded, side.closed, side.followed) == (len(frame), len(closed), followed)
        assert {key: share.events for key, share in side.steps} == {**expected, "plan": hits}
        for key, share in side.steps:
            assert share.n == side.cases(denominator(key))


def test_every_code_is_in_one_group() -> None:
    codes = [code for group in OUTCOME_GROUPS.values() for code in group]
    assert sorted(codes) == sorted(POLICE_OUTCOME)


def test_differences_are_those_of_the_shares_and_allow_for_siblings(sample: Library) -> None:
    import statsmodels.formula.api as smf

    answer = before_release(sample, PathQuestion(), NO_FILTERS)
    sides = {(side.areas, side.side): side for side in answer.sides}
    for one in answer.changes:
        old, new = (sides[one.areas, side].step(one.step) for side in ("before", "since"))
        if one.difference is None:
            assert old.events == new.events == 0
            continue
        assert one.difference.value == pytest.approx(new.value - old.value)
    frame = pd.concat([counted(True, False, ()), counted(True, True, ())])
    frame = frame.dropna(subset=["outcome_code"])
    frame["hit"] = (frame["outcome_code"] == 20).astype(float)
    frame["new"] = (frame["recorded_on"] >= CHANGE).astype(float)
    fit = smf.ols("hit ~ new", frame).fit(
        cov_type="cluster", cov_kwds={"groups": pd.factorize(frame["family_id"])[0]}
    )
    found = next(
        one for one in answer.changes if (one.areas, one.step) == ("Areas with plans", "outcome_20")
    )
    half = (found.difference.conf_int.high - found.difference.conf_int.low) / 2
    # CR2 with Student's t against CR1 with the normal: alike with thousands of families.
    assert half == pytest.approx(1.96 * fit.bse["new"], rel=0.02)


def random_side(rng: np.random.Generator, size: int, name: str) -> PathSide:
    """Return a side with counts of many sizes."""
    counts = {key: int(rng.integers(0, rng.choice([1, 4, 9, 40]) * size)) for key in OUTCOME_GROUPS}
    closed = sum(counts.values())
    still = int(rng.integers(0, rng.choice([1, 4, 30])))
    recorded = closed + still
    followed = int(rng.integers(0, recorded + 1))
    disposals = counts["out_of_court_formal"] + counts["out_of_court_informal"]
    steps = {
        "earlier_referral": Share.of(int(rng.integers(0, recorded + 1)), recorded),
        "earlier_plan": Share.of(int(rng.integers(0, recorded + 1)), recorded),
        "open": Share.of(still, recorded),
        **{key: Share.of(count, closed) for key, count in counts.items()},
        "out_of_court": Share.of(disposals, closed),
        "plan": Share.of(int(rng.integers(0, followed + 1)), followed),
    }
    return PathSide(
        areas=name,
        side="before",
        recorded=recorded,
        closed=closed,
        followed=followed,
        steps=tuple(steps.items()),
    )


def is_small(count: int) -> bool:
    return 1 <= count <= 5


BLOCKS = (
    ("out_of_court_formal", "out_of_court_informal"),
    ("charged", "evidential_difficulties", "no_suspect", "not_prosecuted", "other"),
    tuple(OUTCOME_GROUPS),
)


@pytest.mark.parametrize("seed", range(300))
def test_no_flow_can_be_worked_out(seed: int) -> None:
    rng = np.random.default_rng(seed)
    held = [random_side(rng, size, str(size)) for size in (1, 2, 4)]
    shown = disclosed_sides(held, DFE_CIN)
    assert disclosed_sides(held, PUBLISHED) == tuple(held)
    for true, side in zip(held, shown, strict=True):
        counts = {key: share.events for key, share in true.steps}
        out = {key: share.events is None for key, share in side.steps}
        for key, share in side.steps:
            assert out[key] or not is_small(counts[key])
            assert out[key] or not is_small(share.n - counts[key])
            assert share.value is None or share.events is not None
        for block in BLOCKS:
            hidden = [key for key in block if out[key]]
            is_block_known = block != BLOCKS[0] or not out["out_of_court"]
            others_shown = any(not out[key] for key in block)
            if is_block_known and hidden and others_shown:
                assert len(hidden) > 1
                assert not is_small(sum(counts[key] for key in hidden))
        if side.recorded is not None and side.closed is not None:
            assert not is_small(side.recorded - side.closed)
        if side.followed is not None and side.recorded is not None:
            assert not is_small(side.recorded - side.followed)
        for count in (side.recorded, side.closed, side.followed):
            assert count is None or not is_small(count)
    open_hidden = [
        true.step("open").events
        for true, side in zip(held, shown, strict=True)
        if side.recorded is None or side.step("open").events is None
    ]
    if any(is_small(side.step("open").events) for side in held) and len(open_hidden) < len(held):
        assert len(open_hidden) > 1
        assert not is_small(sum(open_hidden))


SUBSETS = [
    Filters(local_authorities=(place,), sexes=(sex,), age_bands=(band,))
    for place, sex, band in itertools.product(
        (PLACE, "E06000044", "E06000046"), ("F", "M"), ("0-4", "10-15", "16-17")
    )
]


@pytest.mark.parametrize("filters", [NO_FILTERS, *SUBSETS], ids=str)
def test_the_view_over_time_tells_no_withheld_flow(sample: Library, filters: Filters) -> None:
    """Closed cases, Outcome 20 and disposals are known there, with and without Outcome 22."""
    solved = []
    for include_22 in (False, True):
        raw = before_release(sample, PathQuestion(include_22=include_22), filters)
        path = ask(PathQuestion(include_22=include_22), FSP, filters, library=sample).answer
        known = over_time(sample, filters)
        for true, side in zip(raw.sides, path.sides, strict=True):
            counts = {key: share.events for key, share in true.steps}
            mine = {key: share.events for key, share in side.steps}
            mine |= {
                key: count
                for key, count in known.get((side.areas, side.side), {}).items()
                if count is not None
            }
            closed = mine.get("closed", side.closed)
            if mine["out_of_court_formal"] is None and mine.get("plain") is not None:
                informal = mine["out_of_court_informal"]
                solved += [] if informal is None else [(side.areas, "formal")]
            hidden = [key for key in OUTCOME_GROUPS if mine[key] is None]
            pair = {"out_of_court_formal", "out_of_court_informal"}
            if closed is None:
                continue
            left = closed - sum(mine[key] for key in OUTCOME_GROUPS if mine[key] is not None)
            if mine.get("plain") is not None and pair <= set(hidden):
                left -= mine["plain"]
                hidden = [key for key in hidden if key not in pair]
            if hidden and is_small(left) and len(hidden) < len(OUTCOME_GROUPS):
                solved.append((side.areas, side.side, tuple(hidden), left))
            assert left == sum(counts[key] for key in hidden)
    assert solved == []


def over_time(sample: Library, filters: Filters) -> dict[tuple[str, str], dict[str, int | None]]:
    """Return what the view over time shows of each side."""
    found: dict[tuple[str, str], dict[str, int | None]] = {}
    for include_22 in (False, True):
        question = CaseOutcomesQuestion(step="quarter", include_22=include_22)
        answer = ask(question, FSP, filters, library=sample).answer
        if not isinstance(answer, CaseOutcomesAnswer):
            return {}
        for series in answer.series:
            for name, share in (("before", series.before), ("since", series.after)):
                if share is None:
                    continue
                mine = found.setdefault((series.series, name), {})
                mine["closed"] = share.n
                if series.group == "outcome_20":
                    mine["outcome_20"] = share.events
                elif include_22:
                    plain = mine.get("plain")
                    if None not in (plain, share.events):
                        mine["diversionary"] = share.events - plain
                else:
                    mine["plain"] = share.events
    return found


def test_changes_are_withheld_with_their_shares(sample: Library) -> None:
    withheld = 0
    for filters in SUBSETS:
        answer = ask(PathQuestion(), FSP, filters, library=sample).answer
        if not isinstance(answer, PathAnswer):
            continue
        for one in answer.changes:
            shares = [side.step(one.step) for side in answer.sides if side.areas == one.areas]
            if any(share.value is None for share in shares):
                withheld += 1
                assert one.difference is None
                assert one.adjusted_p is None
    assert withheld


def test_open_cases_are_in_no_denominator_of_outcomes(tmp_path) -> None:
    closed = [case(number, local_authority=OTHER_PLACE) for number in range(10)]
    still = [case(100 + n, local_authority=OTHER_PLACE, outcome_code=None) for n in range(30)]
    library = tiny_library(tmp_path, {"cases": [*closed, *still]}, CHANGE_PROTOCOL)
    (side,) = ask(PathQuestion(), "tiny", library=library).answer.sides
    assert (side.recorded, side.closed, side.followed) == (40, 10, None)
    assert side.step("outcome_20") == Share.of(10, 10)
    assert side.step("open") == Share.of(30, 40)
    assert side.step("plan") is None
    assert side.interval("plan") is None


def test_plans_are_counted_where_they_are_linked(tmp_path) -> None:
    rows = [case(n, local_authority=OTHER_PLACE, recorded_on=date(2019, 8, 1)) for n in (1, 2, 3)]
    late = case(4, local_authority=OTHER_PLACE, recorded_on=date(2020, 3, 1))
    plans = [plan(1, 1, date(2019, 9, 1), None), plan(2, 2, date(2019, 12, 1), None)]
    library = tiny_library(
        tmp_path, {"cases": [*rows, late], "cp_plans": plans}, CHANGE_PROTOCOL + PLAN_PROTOCOL
    )
    answer = ask(PathQuestion(), "tiny", library=library).answer
    (side,) = answer.sides
    assert (side.followed, side.step("plan")) == (3, Share.of(1, 3))
    assert answer.plan_within_days == 90


def test_without_a_change_or_without_cases_there_is_no_path(tmp_path) -> None:
    library = tiny_library(tmp_path, {"cases": [case(1)]})
    assert ask(PathQuestion(), "tiny", library=library).answer.reason == "not_in_protocol"
    nobody = Filters(local_authorities=("E09000001",))
    library = tiny_library(tmp_path / "b", {"cases": [case(1)]}, CHANGE_PROTOCOL)
    assert ask(PathQuestion(), "tiny", nobody, library=library).answer.reason == "no_rows"


def test_steps_of_the_mix_have_no_tested_difference(sample: Library) -> None:
    answer = ask(PathQuestion(), FSP, library=sample).answer
    tested = {one.step for one in answer.changes}
    assert not tested & {"open", "earlier_referral", "earlier_plan"}
    assert tested == {*OUTCOME_GROUPS, "out_of_court", "plan"}
    assert replace(answer, changes=()).disclose(PUBLISHED).changes == ()
