"""Filters narrow as they say, and nobody sees rows outside their scope."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from analytics.access.viewer import PUBLIC, Viewer
from analytics.ask import ask
from analytics.emmie.audit import AuditQuestion
from analytics.emmie.case_outcomes import CaseOutcomesQuestion
from analytics.emmie.effect import EffectAnswer, EffectQuestion
from analytics.emmie.repeat_plans import RepeatPlansQuestion
from analytics.emmie.study import Unanswered
from analytics.extracts.code_lists import AGE_BANDS
from analytics.extracts.contracts import CONTRACTS
from analytics.extracts.filters import NO_FILTERS, Filters
from analytics.extracts.library import Library
from tests.helpers.folders import (
    EFFECT_PROTOCOL,
    FSP,
    OTHER_PLACE,
    PLACE,
    RPS,
    SAMPLE,
    case,
    event,
    plan,
    tiny_library,
)

NARROW = {
    "local_authority": Filters(local_authorities=("E06000044", "E06000046")),
    "from": Filters(period_start=date(2018, 3, 17)),
    "to": Filters(period_end=date(2018, 3, 17)),
    "one day": Filters(period_start=date(2019, 7, 10), period_end=date(2019, 7, 10)),
    "age": Filters(age_bands=("5-9", "16-17")),
    "sex": Filters(sexes=("F", "U")),
    "ethnic_group": Filters(ethnic_groups=("mixed",)),
    "category": Filters(categories=("NEG", "EMO")),
    "all": Filters(
        local_authorities=("E10000014",),
        period_start=date(2017, 1, 1),
        period_end=date(2018, 12, 31),
        age_bands=("0-4",),
        sexes=("M",),
        ethnic_groups=("white",),
        categories=("NEG",),
    ),
}


def narrowed(frame: pd.DataFrame, filters: Filters, roles: dict[str, str]) -> pd.DataFrame:
    """Narrow in pandas, as the slow reference."""
    keep = pd.Series(True, index=frame.index)
    chosen = {
        "local_authority": filters.local_authorities,
        "sex": filters.sexes,
        "ethnic_group": filters.ethnic_groups,
        "category": filters.categories,
    }
    for role, values in chosen.items():
        if values and role in roles:
            keep &= frame[roles[role]].isin(values)
    if filters.age_bands and "age" in roles:
        bands = [range(AGE_BANDS[band][0], AGE_BANDS[band][1] + 1) for band in filters.age_bands]
        keep &= frame[roles["age"]].isin([age for band in bands for age in band])
    if "period" in roles:
        day = frame[roles["period"]]
        keep &= (day >= (filters.period_start or date.min)) & (
            day <= (filters.period_end or date.max)
        )
    return frame[keep]


@pytest.mark.parametrize("name", NARROW)
@pytest.mark.parametrize(
    ("evaluation", "extract"),
    [(FSP, "cases"), (RPS, "cp_plans"), (RPS, "children"), (RPS, "conferences")],
    ids=lambda value: value,
)
def test_each_filter_narrows_as_it_says(
    sample: Library, evaluation: str, extract: str, name: str
) -> None:
    contract, filters = CONTRACTS[extract], NARROW[name]
    frame = pd.read_parquet(SAMPLE / evaluation / f"{extract}.parquet")
    expected = set(narrowed(frame, filters, contract.roles)[contract.key[0]])
    store = sample.evaluation(evaluation).store
    table = store.table(extract, PUBLIC, filters)
    rows = store.records(table.select(contract.key[0]))
    assert sorted(row[contract.key[0]] for row in rows) == sorted(expected)


@pytest.mark.parametrize(
    ("question", "evaluation"),
    [(CaseOutcomesQuestion(), FSP), (RepeatPlansQuestion(), RPS), (AuditQuestion(), RPS)],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else value,
)
def test_filters_that_are_empty_change_nothing(sample: Library, question, evaluation: str) -> None:
    assert ask(question, evaluation, Filters(), library=sample) == ask(
        question, evaluation, library=sample
    )
    assert Filters() == NO_FILTERS
    assert not NO_FILTERS.active()


NOBODY = Filters(local_authorities=("E09000001",))


@pytest.mark.parametrize("filters", [NOBODY, Filters(period_start=date(2099, 1, 1))])
@pytest.mark.parametrize(
    ("question", "evaluation"),
    [(CaseOutcomesQuestion(), FSP), (EffectQuestion(), FSP), (RepeatPlansQuestion(), RPS)],
)
def test_filters_that_leave_nothing(sample: Library, question, evaluation, filters) -> None:
    answer = ask(question, evaluation, filters, library=sample).answer
    assert isinstance(answer, Unanswered)
    assert answer.reason == "no_rows"


def test_the_audit_without_families_in_the_authority(sample: Library) -> None:
    answer = ask(AuditQuestion(), RPS, NOBODY, library=sample).answer
    assert isinstance(answer, Unanswered)
    assert answer.reason == "no_rows"


def test_an_answer_says_which_filters_it_used(sample: Library) -> None:
    filters = Filters(sexes=("F",), categories=("NEG",))
    answer = ask(CaseOutcomesQuestion(), FSP, filters, library=sample).answer
    assert answer.provenance.filters_used == ("sex",)
    assert answer.provenance.filters_unused == ("category",)


def limited(*places: str) -> Viewer:
    return Viewer(name="Limited", local_authorities=frozenset(places))


SCOPED = [
    (CaseOutcomesQuestion(), FSP, "E10000014"),
    (CaseOutcomesQuestion(step="quarter", include_22=True), FSP, "E06000045"),
    (EffectQuestion(), FSP, "E10000014"),
    (RepeatPlansQuestion(), RPS, "E06000045"),
    (AuditQuestion(), RPS, "E06000045"),
]


def unsourced(answer):
    """Return an answer without the names of the filters that made it."""
    return {
        name: getattr(answer, name)
        for name in type(answer).__dataclass_fields__
        if name != "provenance"
    }


@pytest.mark.parametrize(("question", "evaluation", "place"), SCOPED)
def test_a_scope_gives_the_same_as_a_filter(sample, question, evaluation, place) -> None:
    by_scope = ask(question, evaluation, viewer=limited(place), library=sample).answer
    by_filter = ask(
        question, evaluation, Filters(local_authorities=(place,)), library=sample
    ).answer
    assert not isinstance(by_scope, Unanswered)
    assert unsourced(by_scope) == unsourced(by_filter)


@pytest.mark.parametrize(("question", "evaluation", "place"), SCOPED)
def test_a_filter_cannot_widen_a_scope(sample, question, evaluation, place) -> None:
    """Neither another authority nor one's own beside another gives more than one's own."""
    viewer = limited("E06000044")
    other = Filters(local_authorities=(place,))
    answer = ask(question, evaluation, other, viewer, library=sample).answer
    assert isinstance(answer, Unanswered)
    assert answer.reason == "no_rows"
    both = Filters(local_authorities=(place, "E09000001"))
    mine = ask(question, evaluation, both, limited(place), library=sample).answer
    assert unsourced(mine) == unsourced(
        ask(question, evaluation, viewer=limited(place), library=sample).answer
    )


def test_a_scope_of_nothing_sees_nothing(sample: Library) -> None:
    for question, evaluation, _ in SCOPED:
        answer = ask(question, evaluation, viewer=limited(), library=sample).answer
        assert isinstance(answer, Unanswered)


def test_scopes_have_their_own_cache_keys() -> None:
    scopes = {
        PUBLIC.scope,
        limited().scope,
        limited(PLACE).scope,
        limited(PLACE, OTHER_PLACE).scope,
        Viewer(name="", local_authorities=None, may_see_cases=True).scope,
    }
    assert len(scopes) == 5
    assert limited(PLACE, OTHER_PLACE).scope == limited(OTHER_PLACE, PLACE).scope


def test_events_and_plans_outside_the_scope_do_not_leak(tmp_path) -> None:
    """A child with a case in two authorities: the case outside the scope is not counted."""
    rows = [
        case(n, arm="intervention" if n % 2 else "comparison", age_years=n % 7)
        | {"recorded_on": date(2019, 7, 1)}
        for n in range(40)
    ]
    outside = [
        case(n, arm="intervention", local_authority=OTHER_PLACE, child_id=f"C{n - 100}")
        for n in range(100, 120)
    ]
    library = tiny_library(
        tmp_path,
        {
            "cases": rows + outside,
            "events": [event(n, n, date(2019, 7, 20)) for n in range(1, 9)],
            "cp_plans": [
                plan(n, n, date(2019, 7, 20), None, local_authority=OTHER_PLACE) for n in range(12)
            ],
        },
        EFFECT_PROTOCOL,
    )
    answer = ask(EffectQuestion(), "tiny", viewer=limited(PLACE), library=library).answer
    assert isinstance(answer, EffectAnswer)
    assert (answer.n_treated, answer.n_comparison) == (20, 20)
    outcomes = {item.key: item.unadjusted for item in answer.outcomes}
    assert outcomes["victim_soon"].treated.events == 4
    assert outcomes["victim_soon"].comparison.events == 4
    # Plans with another authority are outside the viewer's scope, so nobody here has one.
    assert outcomes["plan_soon"].treated.events == 0
    other = ask(EffectQuestion(), "tiny", viewer=limited(OTHER_PLACE), library=library).answer
    assert isinstance(other, Unanswered)
