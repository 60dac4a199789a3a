"""Whether a child had ever been on a plan: by hand, recounted, and what may be shown."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from analytics.ask import ask
from analytics.disclosure.policy import DFE_CIN
from analytics.emmie.repeat_plans.ever import EverAnswer, EverQuestion, answer_ever
from analytics.emmie.study import Unanswered
from analytics.exhibits.repeat_ever import ever_exhibits
from analytics.extracts.filters import NO_FILTERS, Filters
from analytics.extracts.library import Library
from tests.helpers.folders import (
    REPEAT_PROTOCOL,
    RPS,
    SAMPLE,
    child,
    plan,
    study_of,
    tiny_library,
)
from tests.helpers.walking import small_counts_in

AS_AT = date(2020, 3, 31)
PLANS = [
    # The extract holds the earlier plan; the stored count may lag.
    plan(1, 1, date(2016, 5, 1), date(2017, 1, 1), previous_plans=0),
    plan(2, 1, date(2018, 5, 1), None, previous_plans=1),
    plan(3, 2, date(2016, 5, 1), date(2017, 1, 1), previous_plans=None),
    plan(4, 2, date(2018, 6, 1), None, previous_plans=0),
    # An earlier plan is only counted.
    plan(5, 3, date(2018, 5, 1), None, previous_plans=2),
    # Before the history; and after the as-at date.
    plan(6, 4, date(2016, 3, 31), date(2016, 5, 1), previous_plans=0),
    plan(7, 4, date(2019, 1, 1), None, previous_plans=1),
    plan(8, 5, date(2020, 4, 1), None, previous_plans=1),
]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return tiny_library(
        tmp_path_factory.mktemp("ever"),
        {"cp_plans": PLANS, "children": [child(n) for n in range(1, 6)]},
        REPEAT_PROTOCOL,
        as_at=AS_AT,
        design="case_audit",
        policy="published",
    )


def test_counted_and_seen_by_hand(tiny: Library) -> None:
    answer = ask(EverQuestion(), "tiny", library=tiny).answer
    assert isinstance(answer, EverAnswer)
    assert (answer.whole.counted.events, answer.whole.seen.events) == (4, 3)
    assert answer.whole.counted.n == 5
    assert answer.n_without == 1
    years = {one.first_year: one.cells for one in answer.periods}
    assert years == {2017: (0, 0, 1), 2019: (3, 1, 0)}


def test_nobody_is_an_answer(tiny: Library) -> None:
    answer = ask(EverQuestion(), "tiny", Filters(categories=("SAB",)), library=tiny).answer
    assert isinstance(answer, Unanswered)


def counted(filters: Filters) -> pd.DataFrame:
    plans = pd.read_parquet(SAMPLE / RPS / "cp_plans.parquet")
    plans["started_on"] = pd.to_datetime(plans["started_on"])
    plans = plans.sort_values(["child_id", "started_on", "plan_id"])
    plans["seen"] = plans.groupby("child_id").cumcount() > 0
    plans["counted"] = plans["seen"] | (plans["previous_plans"] > 0)
    plans["year"] = plans["started_on"].dt.year + (plans["started_on"].dt.month > 3)
    if filters.teams:
        plans = plans[plans["team_id"].isin(filters.teams)]
    return plans[plans["started_on"].between("2016-04-01", "2024-03-31")]


@pytest.mark.parametrize("teams", [(), ("ST403476",), ("ST403476", "ST510836")])
def test_the_sample_recounted(sample: Library, teams: tuple[str, ...]) -> None:
    filters = Filters(teams=teams)
    plans = counted(filters)
    raw = answer_ever(EverQuestion(), study_of(sample, RPS, filters))
    assert isinstance(raw, EverAnswer)
    for some in (*raw.finer, raw.periods, (raw.whole,)):
        assert sum(one.counted.n for one in some) == len(plans)
        for one in some:
            mine = plans[plans["year"].between(one.first_year, one.last_year)]
            assert one.counted.events == mine["counted"].sum()
            assert one.seen.events == mine["seen"].sum()


def test_the_interval_allows_for_families(sample: Library) -> None:
    """The share's error by hand: residuals summed in families."""
    plans = counted(NO_FILTERS)
    share = plans["counted"].mean()
    error = ((plans["counted"] - share).groupby(plans["family_id"]).sum() ** 2).sum() ** 0.5
    error /= len(plans)
    whole = ask(EverQuestion(), RPS, library=sample).answer.whole
    half = (whole.counted_conf_int.high - whole.counted_conf_int.low) / 2
    assert half == pytest.approx(1.96 * error, rel=0.02)
    assert half > 1.2 * 1.96 * (share * (1 - share) / len(plans)) ** 0.5


@pytest.mark.parametrize(
    "filters",
    [
        NO_FILTERS,
        Filters(teams=("ST403476",)),
        Filters(categories=("SAB",)),
        Filters(sexes=("U",)),
        Filters(ethnic_groups=("other",)),
        Filters(age_bands=("16-17",)),
    ],
)
def test_periods_are_as_short_as_small_counts_allow(sample: Library, filters: Filters) -> None:
    raw = answer_ever(EverQuestion(), study_of(sample, RPS, filters))
    assert isinstance(raw, EverAnswer)
    shown = raw.disclose(DFE_CIN)
    assert shown.finer == ()
    assert small_counts_in(shown) == []
    for one in (*shown.periods, shown.whole):
        if one.counted.events is not None:
            assert not any(DFE_CIN.is_small(cell) for cell in one.cells)
    out = [
        one.cells
        for one, kept in zip(raw_of(raw, shown), shown.periods, strict=True)
        if kept.counted.events is None
    ]
    if out and shown.whole.counted.events is not None:
        assert len(out) > 1
        assert not any(DFE_CIN.is_small(sum(column)) for column in zip(*out, strict=True))


def raw_of(raw: EverAnswer, shown: EverAnswer):
    years = [(one.first_year, one.last_year) for one in shown.periods]
    return next(
        some
        for some in (*raw.finer, raw.periods)
        if [(one.first_year, one.last_year) for one in some] == years
    )


def test_the_exhibit_says_what_the_extract_would_miss(sample: Library) -> None:
    (exhibit,) = ever_exhibits(ask(EverQuestion(), RPS, library=sample))
    plans = counted(NO_FILTERS)
    missed = 1 - plans["seen"].sum() / plans["counted"].sum()
    assert f"{100 * missed:.0f}%" in exhibit.headline
    assert "left-truncated" in " ".join(exhibit.notes)
    (few,) = ever_exhibits(ask(EverQuestion(), RPS, Filters(sexes=("U",)), library=sample))
    assert "Too few" in few.headline
    assert all("[c]" in row for row in few.table.rows)
