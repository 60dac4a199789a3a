"""Rates before and after, against the rows themselves; and what of them may be shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.ask import ask
from analytics.disclosure.policy import DFE_CIN
from analytics.emmie.service_use import (
    ServiceUseAnswer,
    ServiceUseQuestion,
    answer_service_use,
)
from analytics.emmie.study import Unanswered
from analytics.extracts.filters import NO_FILTERS, Filters
from analytics.extracts.library import Library
from tests.helpers.folders import PLACE, SAMPLE, Row, study_of, tiny_library

HERTFORDSHIRE = "family_safeguarding_hertfordshire"
FILTERS = {
    "none": NO_FILTERS,
    "women": Filters(sexes=("F",)),
    "three months": Filters(period_start=date(2015, 9, 1), period_end=date(2015, 11, 30)),
}
PROTOCOL = """
[[outcomes]]
key = "visits"
label = "Visits"
kind = "service_use"
people = "adult"
primary = true
intended = "lower"

[[outcomes]]
key = "sessions"
label = "Sessions missed"
kind = "service_use"
people = "child"
unit = "100_sessions"
primary = true
intended = "lower"

[[analyses]]
key = "rates"
label = "Rates"
estimator = "rate_ratio"
main = true
"""


def answer_of(library: Library, name: str, filters: Filters = NO_FILTERS) -> ServiceUseAnswer:
    """Return the answer before disclosure control, to be compared with the rows."""
    answer = answer_service_use(ServiceUseQuestion(), study_of(library, name, filters))
    assert isinstance(answer, ServiceUseAnswer)
    return answer


def rows(kind: str, filters: Filters) -> pd.DataFrame:
    """Return people side by side, straight from the files."""
    folder = SAMPLE / HERTFORDSHIRE
    people = pd.read_parquet(folder / "people.parquet")
    if filters.sexes:
        people = people[people["sex"].isin(filters.sexes)]
    if filters.period_start:
        inside = people["allocated_on"].between(filters.period_start, filters.period_end)
        people = people[inside]
    use = pd.read_parquet(folder / "service_use.parquet")
    wide = use[use["kind"].eq(kind)].pivot(
        index="person_id", columns="side", values=["events", "exposure"]
    )
    wide.columns = [f"{what}_{side}" for what, side in wide.columns]
    return wide.join(people.set_index("person_id"), how="inner")


@pytest.mark.parametrize("name", FILTERS)
def test_rates_differences_and_ratios_against_pandas(sample: Library, name: str) -> None:
    answer = answer_of(sample, HERTFORDSHIRE, FILTERS[name])
    assert {item.unit for item in answer.outcomes} == {"person_year", "100_sessions"}
    for outcome in answer.outcomes:
        frame = rows(outcome.key, FILTERS[name])
        unit = 100.0 if outcome.unit == "100_sessions" else 36_525.0
        assert (outcome.n_people, outcome.n_families) == (
            len(frame),
            frame["family_id"].nunique(),
        )
        rates = {}
        for side, found in (("before", outcome.rates.before), ("after", outcome.rates.after)):
            events, time = frame[f"events_{side}"].sum(), frame[f"exposure_{side}"].sum() / unit
            rates[side] = events / time
            assert found.events == events
            assert found.exposure == pytest.approx(time)
            assert found.rate == pytest.approx(rates[side])
            assert found.n_users == frame[f"events_{side}"].gt(0).sum()
            assert found.conf_int.low < found.rate < found.conf_int.high
        difference = rates["after"] - rates["before"]
        assert outcome.rates.difference.value == pytest.approx(difference)
        total = frame["events_before"] + frame["events_after"]
        odds = frame["exposure_after"] / frame["exposure_before"] * outcome.rates.ratio.value
        expected = (total * odds / (1 + odds)).sum()
        assert expected == pytest.approx(frame["events_after"].sum(), rel=1e-9)
        raw = frame["events_after"].sum() / frame["events_before"].sum()
        assert outcome.rates.raw_ratio == pytest.approx(raw)


def test_other_choices_against_pandas(sample: Library) -> None:
    """Without short follow-up and without top users the ratio solves the same equation."""
    outcome = answer_of(sample, HERTFORDSHIRE).outcomes[0]
    frame = rows(outcome.key, NO_FILTERS)
    days = (pd.to_datetime(frame["observed_until"]) - pd.to_datetime(frame["allocated_on"])).dt.days
    choices = {choice.choice: choice for choice in outcome.rates.sensitivity}
    kept = frame[days >= 182]
    followed = choices["followed_six_months"]
    assert followed.n_people == len(kept)
    assert outcome.n_not_followed == len(frame) - len(kept)
    odds = kept["exposure_after"] / kept["exposure_before"] * followed.ratio.value
    total = kept["events_before"] + kept["events_after"]
    assert (total * odds / (1 + odds)).sum() == pytest.approx(kept["events_after"].sum())
    without = choices["without_top_users"]
    assert without.n_people == len(frame) - int(np.ceil(0.01 * len(frame)))
    pooled = choices["pooled"].ratio.value
    assert pooled == pytest.approx(outcome.rates.after.rate / outcome.rates.before.rate)


def test_families_are_clusters(sample: Library) -> None:
    """The interval of the difference is that of families, computed another way."""
    outcome = answer_of(sample, HERTFORDSHIRE).outcomes[0]
    frame = rows(outcome.key, NO_FILTERS)
    sums = frame.groupby("family_id")[
        ["events_before", "exposure_before", "events_after", "exposure_after"]
    ].sum()
    score = 0
    for side, sign in (("after", 1), ("before", -1)):
        time = sums[f"exposure_{side}"] / 36_525
        rate = sums[f"events_{side}"].sum() / time.sum()
        residual = (sums[f"events_{side}"] - rate * time) / np.sqrt(1 - time / time.sum())
        score = score + sign * residual / time.sum()
    error = np.sqrt((score**2).sum())
    limits = outcome.rates.difference.conf_int
    half = (limits.high - limits.low) / 2
    assert half == pytest.approx(1.97 * error, rel=0.01)


def test_primary_outcomes_are_read_together(sample: Library) -> None:
    answer = ask(ServiceUseQuestion(), HERTFORDSHIRE, library=sample).answer
    primary = [row for row in answer.rows if row.primary]
    assert len(primary) == 3
    for row in answer.rows:
        assert (row.p_adjusted is not None) == row.primary
        assert row.p_adjusted is None or row.p_adjusted >= row.p_value
    assert all(row.differs_as_intended for row in primary)
    assert not any(row.differs_as_intended for row in answer.rows if not row.primary)


def person(number: int, *, family: int | None = None, kind: str = "adult") -> Row:
    return {
        "person_id": f"P{number}",
        "family_id": f"F{family if family is not None else number}",
        "local_authority": PLACE,
        "team_id": "T1",
        "kind": kind,
        "age_years": 30 if kind == "adult" else 8,
        "sex": "F",
        "ethnic_group": "white",
        "domestic_abuse": False,
        "parental_mental_health": False,
        "substance_misuse": False,
        "prior_referrals": 0,
        "allocated_on": date(2015, 8, 1),
        "observed_until": date(2015, 8, 1) + timedelta(days=300),
    }


def use(number: int, before: int, after: int, *, time: float = 300, kind: str = "visits"):
    sides = (("before", before, 365.0), ("after", after, time))
    return [
        {"person_id": f"P{number}", "kind": kind, "side": side, "events": n, "exposure": exposure}
        for side, n, exposure in sides
    ]


def tiny(root: Path, people: list[Row], uses: list[list[Row]], policy: str = "published"):
    extracts = {"people": people, "service_use": [row for one in uses for row in one]}
    return tiny_library(root, extracts, PROTOCOL, policy=policy, design="before_and_after")


def test_people_without_time_on_a_side_are_left_out_and_counted(tmp_path: Path) -> None:
    people = [person(n) for n in range(40)]
    uses = [use(n, 2, n % 3, time=0 if n < 10 else 300) for n in range(40)]
    outcome = answer_of(tiny(tmp_path, people, uses), "tiny").outcomes[0]
    assert (outcome.n_people, outcome.n_without) == (30, 10)
    assert outcome.rates.before.events == 60
    check = next(c for c in outcome.rates.checks if c.name == "share_without_exposure")
    assert (check.value, check.status) == (0.25, "review")


def test_an_outcome_without_people_says_so(tmp_path: Path) -> None:
    library = tiny(tmp_path, [person(n) for n in range(9)], [use(n, 1, n) for n in range(9)])
    answer = ask(ServiceUseQuestion(), "tiny", library=library).answer
    sessions = answer.outcomes[1]
    assert (sessions.rates, sessions.reason) == (None, "no_cases")
    assert answer.rows[1].p_adjusted is None


@pytest.mark.parametrize("users", [1, 5])
@pytest.mark.parametrize("side", ["before", "after"])
def test_events_of_few_people_are_withheld(tmp_path: Path, side: str, users: int) -> None:
    """However many events they had."""
    people = [person(n) for n in range(40)]
    uses = [
        use(
            n, 50 if side == "after" or n < users else 0, 50 if side == "before" or n < users else 0
        )
        for n in range(40)
    ]
    library = tiny(tmp_path, people, uses, policy="dfe_cin")
    outcome = ask(ServiceUseQuestion(), "tiny", library=library).answer.outcomes[0]
    assert outcome.reason == "withheld"
    for found in (outcome.rates.before, outcome.rates.after):
        assert (found.events, found.rate, found.conf_int, found.n_users) == (None,) * 4
    rates = outcome.rates
    assert (rates.difference, rates.ratio, rates.raw_ratio, rates.sensitivity, rates.checks) == (
        None, None, None, (), (),
    )  # fmt: skip


def test_events_of_few_families_are_withheld(tmp_path: Path) -> None:
    people = [person(n, family=n % 4) for n in range(40)]
    uses = [use(n, 2 + n % 2, 1 + n % 3) for n in range(40)]
    library = tiny(tmp_path, people, uses, policy="dfe_cin")
    outcome = ask(ServiceUseQuestion(), "tiny", library=library).answer.outcomes[0]
    assert outcome.reason == "withheld"
    assert outcome.rates.ratio is None


def test_a_true_zero_is_shown(tmp_path: Path) -> None:
    people = [person(n) for n in range(40)]
    uses = [use(n, 2 + n % 2, 0) for n in range(40)]
    library = tiny(tmp_path, people, uses, policy="dfe_cin")
    outcome = ask(ServiceUseQuestion(), "tiny", library=library).answer.outcomes[0]
    assert (outcome.rates.after.events, outcome.rates.after.rate) == (0, 0.0)
    assert (outcome.rates.ratio, outcome.reason) == (None, "no_events")


def test_few_people_left_out_cannot_be_worked_out(tmp_path: Path) -> None:
    """Neither from how many there are, nor from the time, nor from another choice."""
    people = [person(n) for n in range(60)]
    uses = [use(n, 2 + n % 2, 1 + n % 3, time=0 if n < 3 else 300) for n in range(60)]
    outcome = ask(
        ServiceUseQuestion(), "tiny", library=tiny(tmp_path, people, uses, policy="dfe_cin")
    ).answer.outcomes[0]
    assert (outcome.n_people, outcome.n_without, outcome.n_families_with) == (None, None, None)
    assert (outcome.rates.before.exposure, outcome.rates.after.exposure) == (None, None)
    choices = {choice.choice: choice for choice in outcome.rates.sensitivity}
    assert all(choice.n_people is None for choice in choices.values())
    shares = {check.name: check.value for check in outcome.rates.checks}
    assert shares["share_without_exposure"] is None
    assert outcome.rates.ratio is not None


def test_a_choice_that_leaves_few_people_out_is_withheld(tmp_path: Path) -> None:
    """Two of 150 are the top users; their events would follow from the two ratios."""
    people = [person(n) for n in range(150)]
    uses = [use(n, 200 if n < 2 else 2 + n % 2, 1 + n % 3) for n in range(150)]
    outcome = ask(
        ServiceUseQuestion(), "tiny", library=tiny(tmp_path, people, uses, policy="dfe_cin")
    ).answer.outcomes[0]
    choices = {choice.choice: choice for choice in outcome.rates.sensitivity}
    top = choices["without_top_users"]
    assert (top.ratio, top.n_people, top.reason) == (None, None, "withheld")
    assert choices["pooled"].ratio is not None


def test_nothing_released_is_a_small_count(sample: Library) -> None:
    for filters in (Filters(ethnic_groups=("other",)), Filters(sexes=("U",)), NO_FILTERS):
        released = ask(ServiceUseQuestion(), HERTFORDSHIRE, filters, library=sample).answer
        for outcome in released.outcomes:
            counts = [outcome.n_people, outcome.n_without, outcome.n_families]
            counts += [outcome.n_not_followed, outcome.n_families_with]
            if outcome.rates:
                sides = (outcome.rates.before, outcome.rates.after)
                counts += [side.n_users for side in sides]
                counts += [choice.n_people for choice in outcome.rates.sensitivity]
                assert {choice.n_left_out for choice in outcome.rates.sensitivity} <= {None}
            assert not [count for count in counts if count and DFE_CIN.is_small(count)]


def test_releasing_twice_changes_nothing(sample: Library) -> None:
    once = ask(ServiceUseQuestion(), HERTFORDSHIRE, library=sample).answer
    assert once.disclose(DFE_CIN) == once
    assert replace(once, level=0.9) != once


@pytest.mark.parametrize(
    ("filters", "reason"),
    [(Filters(local_authorities=("E09000001",)), "no_rows"), (NO_FILTERS, "not_in_protocol")],
)
def test_no_answer_says_why(sample: Library, filters: Filters, reason: str) -> None:
    question = ServiceUseQuestion(analysis="" if reason == "no_rows" else "nothing")
    answer = ask(question, HERTFORDSHIRE, filters, library=sample).answer
    assert isinstance(answer, Unanswered)
    assert answer.reason == reason


def test_a_broken_extract_says_so(tmp_path: Path) -> None:
    library = tiny(tmp_path, [person(0)], [use(0, 1, 1)])
    (tmp_path / "tiny" / "service_use.parquet").write_bytes(b"nothing")
    answer = ask(ServiceUseQuestion(), "tiny", library=library).answer
    assert isinstance(answer, Unanswered)
    assert answer.reason == "unusable_extract"
