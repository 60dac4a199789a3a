"""The simulation of longer plans: its arithmetic by hand, its basis a second way, disclosure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.access.viewer import PUBLIC
from analytics.ask import ask
from analytics.disclosure.policy import DFE_CIN
from analytics.emmie.economics.parts import Money
from analytics.emmie.repeat_plans.avoiding import Assumed, Basis, avoided, by_share_due
from analytics.emmie.repeat_plans.early_endings import Group
from analytics.emmie.repeat_plans.what_if import WhatIfAnswer, WhatIfQuestion, answer_what_if
from analytics.emmie.study import Study, Unanswered
from analytics.exhibits.repeat_what_if import price_years, result_sentences, what_if_exhibits
from analytics.exhibits.unanswered import sentences
from analytics.extracts.filters import NO_FILTERS, Filters
from analytics.extracts.library import Library
from tests.helpers.folders import (
    PLACE,
    REPEAT_PROTOCOL,
    RPS,
    SAMPLE,
    Row,
    child,
    plan,
    tiny_library,
)

BASIS = Basis(
    n_early=200,
    n_compared=190,
    difference=0.1,
    std_error=0.02,
    repeat_plan_months=9.0,
    price=Money(amount=400.0, low=200.0, high=800.0),
)
ASSUMED = Assumed(
    share_due=0.5,
    extra_months=3.0,
    extra_spread=2.0,
    never_share=0.0,
    longest_months=12.0,
    seed=1,
    n_draws=2_000,
    level=0.95,
)


def test_no_share_due_avoids_nothing_in_any_draw() -> None:
    found = avoided(BASIS, replace(ASSUMED, share_due=0.0))
    assert (found.starts.value, found.starts.conf_int.low, found.starts.conf_int.high) == (0, 0, 0)
    assert found.months_per_start is None
    assert found.plan_months.value == 600


def test_starts_avoided_rise_with_the_share_due() -> None:
    rows = by_share_due(BASIS, ASSUMED)
    values = [row.starts.value for row in rows]
    lows = [row.starts.conf_int.low for row in rows]
    assert values == sorted(values)
    assert len(set(values)) == len(values)
    assert lows == sorted(lows)
    assert values[-1] == pytest.approx(190 * 0.1)


@pytest.mark.parametrize("months", [0.0, 1.5, 3.0])
def test_plan_months_are_plans_times_months(months: float) -> None:
    found = avoided(BASIS, replace(ASSUMED, extra_months=months, extra_spread=0.0))
    assert found.plan_months.value == pytest.approx(200 * months)
    assert found.plan_months.conf_int.low == pytest.approx(200 * months)


def test_those_who_never_change_stay_longest_and_avoid_nothing() -> None:
    found = avoided(BASIS, replace(ASSUMED, never_share=0.25))
    assert found.plan_months.value == pytest.approx(200 * (0.75 * 3 + 0.25 * 12))
    assert found.starts.value == pytest.approx(190 * 0.75 * 0.5 * 0.1)
    all_of_them = avoided(BASIS, replace(ASSUMED, never_share=1.0))
    assert all_of_them.starts.value == 0
    assert all_of_them.plan_months.value == 200 * 12


def test_pounds_are_months_at_the_unit_cost() -> None:
    found = avoided(BASIS, ASSUMED)
    assert found.pounds.value == pytest.approx(600 * 400)
    assert found.months_not_needed.value == pytest.approx(190 * 0.5 * 0.1 * 9)
    assert found.net_pounds.value == pytest.approx((600 - 85.5) * 400)
    assert found.months_per_start == pytest.approx(600 / 9.5)
    assert found.pounds.conf_int.low < found.pounds.value < found.pounds.conf_int.high


def test_without_a_price_or_a_length_there_is_none() -> None:
    found = avoided(replace(BASIS, price=None, repeat_plan_months=None), ASSUMED)
    assert (found.pounds, found.net_pounds, found.net_months) == (None, None, None)


def test_interval_of_the_starts_is_that_of_the_difference() -> None:
    found = avoided(BASIS, ASSUMED)
    half = 190 * 0.5 * 1.96 * 0.02
    width = found.starts.conf_int.high - found.starts.conf_int.low
    assert width == pytest.approx(2 * half, rel=0.06)
    assert avoided(BASIS, ASSUMED) == found


# The whole sample, a second way.


def study(library: Library, name: str, filters: Filters = NO_FILTERS) -> Study:
    return Study(
        evaluation=library.evaluation(name), filters=filters, viewer=PUBLIC, library=library
    )


@cache
def followed() -> pd.DataFrame:
    """Return every plan that ended, its follow-up, and its stratum, straight from the files."""
    folder = SAMPLE / RPS
    plans = pd.read_parquet(folder / "cp_plans.parquet")
    children = pd.read_parquet(folder / "children.parquet")
    endings = pd.read_parquet(folder / "plan_endings.parquet")
    for column in ("started_on", "ended_on"):
        plans[column] = pd.to_datetime(plans[column])
    for column in ("born_on", "left_on"):
        children[column] = pd.to_datetime(children[column])
    as_at = pd.Timestamp("2024-03-31")
    plans = plans.sort_values(["child_id", "started_on", "plan_id"])
    plans["next_start"] = plans.groupby("child_id")["started_on"].shift(-1)
    rows = plans.dropna(subset=["ended_on"])
    rows = rows.merge(children[["child_id", "born_on", "left_on"]], on="child_id", how="left")
    rows = rows.merge(endings, on="plan_id")
    adult = rows["born_on"] + pd.DateOffset(years=18)
    stop = pd.concat([rows["left_on"].fillna(as_at), adult.fillna(as_at)], axis=1).min(axis=1)
    stop = stop.clip(upper=as_at)
    returned = rows["next_start"].notna() & (rows["next_start"] <= as_at)
    end = rows["next_start"].where(returned, stop)
    rows["days"] = (end - rows["ended_on"]).dt.days.clip(lower=0)
    rows["event"] = np.where(returned, 1, np.where(stop < as_at, 2, 0))
    adversities = (
        rows["domestic_abuse"].astype(int)
        + rows["parental_mental_health"].astype(int)
        + (rows["substance_misuse"] | rows["alcohol_misuse"]).astype(int)
    )
    category = rows["category"].where(rows["category"].isin(["NEG", "EMO"]), "other")
    rows["stratum"] = category + adversities.astype(str)
    return rows


def incidence(rows: pd.DataFrame, horizon: int) -> float:
    """Aalen-Johansen day by day, as it is written in a textbook."""
    days, event = rows["days"].to_numpy(), rows["event"].to_numpy()
    free, total = 1.0, 0.0
    for day in np.unique(days[(days <= horizon) & (event > 0)]):
        at_risk, today = (days >= day).sum(), days == day
        total += free * (today & (event == 1)).sum() / at_risk
        free *= 1 - (today & (event > 0)).sum() / at_risk
    return total


@pytest.mark.parametrize("within", [365, 730])
def test_difference_on_the_sample_against_the_files(sample: Library, within: int) -> None:
    answer = answer_what_if(WhatIfQuestion(within_days=within), study(sample, RPS))
    assert isinstance(answer, WhatIfAnswer)
    rows = followed()
    early, kept = rows[~rows["sustained_change"]], rows[rows["sustained_change"]]
    assert (answer.early.n, answer.sustained.n) == (len(early), len(kept))
    assert answer.early.share == pytest.approx(incidence(early, within))
    assert answer.sustained.share == pytest.approx(incidence(kept, within))
    weights = early["stratum"].value_counts(normalize=True)
    expected = sum(
        weight
        * (
            incidence(early[early["stratum"].eq(stratum)], within)
            - incidence(kept[kept["stratum"].eq(stratum)], within)
        )
        for stratum, weight in weights.items()
    )
    assert answer.n_compared == len(early)
    assert answer.difference == pytest.approx(expected)
    assert answer.result.starts.value == pytest.approx(len(early) * 0.8 * 0.5 * expected)
    assert answer.result.plan_months.value == pytest.approx(len(early) * (0.8 * 3 + 0.2 * 12))


def test_price_is_the_published_one_in_the_chosen_year(sample: Library) -> None:
    released = ask(WhatIfQuestion(price_year="2019/20"), RPS, library=sample)
    answer = released.answer
    costs = pd.read_parquet(SAMPLE / "benchmarks" / "unit_costs.parquet").set_index("code")
    amount = costs.loc["implied.plan_month", "amount"]
    assert answer.result.pounds.value == pytest.approx(answer.result.plan_months.value * amount)
    assert price_years(released)[0] == "2024/25"
    newest = ask(WhatIfQuestion(), RPS, library=sample).answer
    assert newest.priced.year == "2024/25"
    assert newest.result.pounds.value > answer.result.pounds.value


def test_every_exhibit_says_that_it_is_a_simulation(sample: Library) -> None:
    released = ask(WhatIfQuestion(), RPS, library=sample)
    for exhibit in what_if_exhibits(released):
        if exhibit.key not in ("what_if_difference", "assumptions"):
            assert exhibit.subtitle.startswith("A simulation, not a finding")
        words = " ".join((exhibit.headline, exhibit.subtitle, *exhibit.sentences)).lower().split()
        assert "nan" not in words
        assert len(exhibit.headline.split()) <= 11


def test_result_is_said_once_and_doubt_is_said(sample: Library) -> None:
    answer = ask(WhatIfQuestion(), RPS, library=sample).answer
    starts = f"{answer.result.starts.value / answer.n_years:.0f}"
    first, *_, last = result_sentences(answer)
    assert f"finding: {starts} plan starts avoided a year" in first
    assert f"{answer.result.starts.value:.0f} (" in last
    filters = Filters(categories=("PHY",))
    unsure = ask(WhatIfQuestion(), RPS, filters, library=sample)
    assert unsure.answer.result.starts.conf_int.low < 0
    assert "can't tell" in what_if_exhibits(unsure)[0].headline


def test_a_year_is_the_whole_over_the_years(sample: Library) -> None:
    released = ask(WhatIfQuestion(), RPS, library=sample)
    answer = released.answer
    assert answer.n_years == pytest.approx(8, abs=0.01)  # April 2016 to March 2024
    whole, a_year = answer.result.plan_months, answer.result.plan_months.a_year(answer.n_years)
    assert a_year.value == pytest.approx(whole.value / answer.n_years)
    assert a_year.conf_int.low == pytest.approx(whole.conf_int.low / answer.n_years)
    assert a_year.conf_int.high == pytest.approx(whole.conf_int.high / answer.n_years)
    result, by_share, *_ = what_if_exhibits(released)
    assert f"avoided a year for {a_year.value:,.0f}" in result.headline
    assert "a year" in by_share.headline
    rows = {row[0]: row[1:] for row in result.table.rows}
    assert rows["Extra plan-months"] == tuple(
        f"{one.value:,.0f} ({one.conf_int.low:,.0f} to {one.conf_int.high:,.0f})"
        for one in (a_year, whole)
    )


def test_less_than_a_year_is_not_made_one(sample: Library) -> None:
    filters = Filters(period_start=date(2018, 4, 1), period_end=date(2018, 12, 31))
    released = ask(WhatIfQuestion(), RPS, filters, library=sample)
    assert not released.answer.is_yearly
    for exhibit in what_if_exhibits(released)[:2]:
        said = " ".join((exhibit.headline, *exhibit.sentences, *exhibit.table.columns))
        assert "a year" not in said.lower()


# Made by hand: who is asked, and what is withheld.

START, END = date(2016, 6, 1), date(2017, 6, 1)


def ending(number: int, *, sustained: bool, **changes: object) -> Row:
    flags = ("domestic_abuse", "parental_mental_health", "substance_misuse", "alcohol_misuse")
    return {
        "plan_id": f"P{number}",
        "local_authority": PLACE,
        "risk": "inside_home",
        **dict.fromkeys(flags, False),
        "worker_changes": 0,
        "manager_changes": 0,
        "chair_changes": 0,
        "interventions_complete": True,
        "sustained_change": sustained,
        "lead_professional_named": True,
        "closed_to": "closed",
    } | changes


def made(
    root: Path,
    early: tuple[int, int],
    kept: tuple[int, int],
    more: str = "",
    policy: str = "dfe_cin",
    late: int = 0,
) -> Library:
    """Return so many plans of each kind, of which so many came back after 100 days.

    With ``late``, so many of those that ended early came back after 500 days instead.
    """
    plans, endings, number = [], [], 0
    for (n, n_back), sustained in ((early, False), (kept, True)):
        for place in range(n):
            number += 1
            plans.append(plan(number, number, START, END))
            endings.append(ending(number, sustained=sustained))
            if place < n_back:
                again = END + timedelta(days=500 if not sustained and place < late else 100)
                plans.append(plan(1000 + number, number, again, None))
    return tiny_library(
        root / "data",
        {
            "cp_plans": plans,
            "children": [child(one) for one in range(1, number + 1)],
            "plan_endings": endings,
        },
        REPEAT_PROTOCOL + more,
        as_at=date(2020, 3, 31),
        design="case_audit",
        policy=policy,
    )


def asked(library: Library, **changes: object) -> WhatIfAnswer:
    answer = ask(WhatIfQuestion(**changes), "tiny", library=library).answer
    assert isinstance(answer, WhatIfAnswer)
    return answer


def test_nothing_to_ask_when_every_plan_ended_after_sustained_change(tmp_path: Path) -> None:
    released = ask(WhatIfQuestion(), "tiny", library=made(tmp_path, (0, 0), (40, 10)))
    assert isinstance(released.answer, Unanswered)
    assert any("sustained change" in one for one in sentences(released))


def test_nobody_to_compare_with(tmp_path: Path) -> None:
    released = ask(WhatIfQuestion(), "tiny", library=made(tmp_path, (40, 10), (0, 0)))
    assert isinstance(released.answer, Unanswered)
    assert released.answer.details == ("empty_arm",)


def test_without_a_unit_cost_only_months_are_counted(tmp_path: Path) -> None:
    answer = asked(made(tmp_path, (40, 20), (40, 10)))
    assert answer.priced.why_not == "not_named"
    assert answer.result.pounds is None
    assert answer.difference == pytest.approx(0.25)
    assert answer.result.plan_months.value == pytest.approx(40 * (0.8 * 3 + 0.2 * 12))


def test_without_price_tables_only_months_are_counted(tmp_path: Path) -> None:
    library = made(tmp_path, (40, 20), (40, 10), 'plan_month_cost = "implied.plan_month"')
    answer = asked(library)
    assert answer.priced.why_not == "unreadable"
    assert answer.result.pounds is None
    assert answer.result.plan_months.value > 0


@pytest.mark.parametrize(
    ("early", "kept"),
    [((40, 3), (40, 20)), ((40, 20), (40, 38)), ((5, 5), (40, 20)), ((40, 20), (40, 2))],
)
def test_small_counts_withhold_all_that_rests_on_them(
    tmp_path: Path, early: tuple[int, int], kept: tuple[int, int]
) -> None:
    answer = asked(made(tmp_path, early, kept))
    assert answer.difference is None
    assert answer.result is None
    assert answer.by_share == ()
    for group in (answer.early, answer.sustained):
        assert (group.share, group.n_returns) == (None, None)
    if early[0] <= 5:
        assert (answer.early.n, answer.sustained.n) == (None, None)


def test_a_small_step_between_the_windows_withholds_the_shorter_one(tmp_path: Path) -> None:
    library = made(tmp_path, (40, 20), (40, 10), late=3)
    assert asked(library, within_days=365).difference is None
    assert asked(library, within_days=730).difference is not None


def test_returns_are_never_kept_and_nothing_else_is_lost(tmp_path: Path) -> None:
    answer = asked(made(tmp_path, (40, 20), (40, 10)))
    assert answer.early == Group(
        n=40, n_returns=None, n_later=None, share=answer.early.share, conf_int=answer.early.conf_int
    )
    assert answer.disclose(DFE_CIN) == answer


def test_a_filter_narrows_the_plans_that_ended(sample: Library) -> None:
    filters = Filters(period_start=date(2019, 4, 1), period_end=date(2020, 3, 31))
    answer = answer_what_if(WhatIfQuestion(), study(sample, RPS, filters))
    rows = followed()
    ended = rows["ended_on"].between("2019-04-01", "2020-03-31")
    assert (answer.early.n or 0) + (answer.sustained.n or 0) == ended.sum()
    assert answer.n_years == pytest.approx(366 / 365.25)
