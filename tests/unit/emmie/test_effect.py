"""Denominators of the effect question, computed by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from analytics.ask import ask
from analytics.emmie.effect import EffectAnswer, EffectQuestion
from analytics.emmie.study import Unanswered
from analytics.extracts.filters import Filters
from tests.helpers.folders import AS_AT, EFFECT_PROTOCOL, case, event, plan, tiny_library

RECORDED = date(2019, 7, 1)
LAST_FOLLOWED = AS_AT - timedelta(days=90)


def arm(number: int) -> str:
    return "intervention" if number < 20 else "comparison"


@pytest.fixture(scope="module")
def answer(tmp_path_factory) -> EffectAnswer:
    """Twenty cases in each arm, alike in their covariates, and one outside the study."""
    rows = [
        case(
            n,
            arm=arm(n),
            recorded_on=RECORDED,
            age_years=n % 5,
            assessed_risk=1 + n % 2,
            outcome_code=20 if n % 20 < (6 if n < 20 else 10) else 1,
        )
        for n in range(40)
    ]
    # Three open cases of the intervention, one of the comparison.
    for n in (17, 18, 19, 39):
        rows[n] |= {"outcome_code": None, "outcome_on": None}
    # Recorded one day too late to be followed for ninety days, and on the last day that is enough.
    rows[0] |= {"recorded_on": LAST_FOLLOWED + timedelta(days=1), "outcome_on": AS_AT}
    rows[1] |= {"recorded_on": LAST_FOLLOWED, "outcome_on": AS_AT}
    rows.append(case(99, arm=None))
    plans = [
        plan(0, 0, LAST_FOLLOWED + timedelta(days=5), None),  # not followed: in no denominator
        plan(1, 1, AS_AT, None),  # on the ninetieth day: counts
        plan(2, 2, RECORDED, None),  # on the day of the case: already there
        plan(3, 3, RECORDED + timedelta(days=1), None),  # counts
        plan(4, 4, RECORDED + timedelta(days=90), None),  # counts
        plan(5, 5, RECORDED + timedelta(days=91), None),  # too late
        plan(6, 6, date(2018, 1, 1), date(2018, 2, 1)),  # before
        plan(7, 7, RECORDED + timedelta(days=3), RECORDED + timedelta(days=9)),  # counts once,
        plan(8, 7, RECORDED + timedelta(days=20), None),  # though twice
        plan(9, 25, RECORDED + timedelta(days=3), None),  # counts, in the comparison
        plan(10, 99, RECORDED + timedelta(days=3), None),  # outside the study
    ]
    events = [
        event(1, 3, RECORDED + timedelta(days=10)),
        event(2, 4, RECORDED + timedelta(days=10), kind="suspect"),
        event(3, 30, RECORDED + timedelta(days=89)),
        event(4, 31, RECORDED + timedelta(days=10), kind="missing"),
    ]
    library = tiny_library(
        tmp_path_factory.mktemp("effect"),
        {"cases": rows, "cp_plans": plans, "events": events},
        EFFECT_PROTOCOL,
    )
    found = ask(EffectQuestion(), "tiny", library=library).answer
    assert isinstance(found, EffectAnswer)
    return found


def shares(answer: EffectAnswer, key: str) -> tuple[tuple[int, int], tuple[int, int]]:
    contrast = next(item for item in answer.outcomes if item.key == key).unadjusted
    treated, comparison = contrast.treated, contrast.comparison
    return (treated.events, treated.n), (comparison.events, comparison.n)


def test_cases_outside_the_study_are_in_no_arm(answer: EffectAnswer) -> None:
    assert (answer.n_treated, answer.n_comparison, answer.n_incomplete) == (20, 20, 0)


def test_open_cases_are_in_no_denominator(answer: EffectAnswer) -> None:
    assert shares(answer, "outcome_20") == ((6, 17), (10, 19))


def test_plans_within_the_window(answer: EffectAnswer) -> None:
    """Children 1, 3, 4 and 7; the case that is not followed for 90 days counts nowhere."""
    assert shares(answer, "plan_soon") == ((4, 19), (1, 20))


def test_events_of_the_kind_within_the_window(answer: EffectAnswer) -> None:
    assert shares(answer, "victim_soon") == ((1, 19), (1, 20))


def test_differences_are_of_the_shares(answer: EffectAnswer) -> None:
    for outcome in answer.outcomes:
        for contrast in (outcome.unadjusted, outcome.adjusted):
            expected = contrast.treated.value - contrast.comparison.value
            assert contrast.difference.value == pytest.approx(expected)
            limits = contrast.difference.conf_int
            assert limits.low <= contrast.difference.value <= limits.high
            assert limits.level == answer.level == 0.95


def test_matched_cases_come_in_pairs(answer: EffectAnswer) -> None:
    for outcome in answer.outcomes:
        assert outcome.adjusted.treated.n == outcome.adjusted.comparison.n
        assert outcome.adjusted.treated.n <= answer.n_pairs
        assert outcome.adjusted.treated.events <= outcome.unadjusted.treated.events


def test_one_arm_alone_is_not_estimable(sample) -> None:
    early = Filters(period_end=date(2018, 12, 31))
    answer = ask(EffectQuestion(), "family_safety_plans", early, library=sample).answer
    assert isinstance(answer, Unanswered)
    assert (answer.reason, answer.details) == ("not_estimable", ("empty_arm",))


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_the_level_is_the_one_asked_for(sample, level: float) -> None:
    answer = ask(EffectQuestion(level=level), "family_safety_plans", library=sample).answer
    limits = answer.outcomes[0].unadjusted.difference.conf_int
    assert limits.level == answer.level == level


def test_the_same_question_gets_the_same_answer(sample) -> None:
    first = ask(EffectQuestion(), "family_safety_plans", library=sample)
    assert first == ask(EffectQuestion(), "family_safety_plans", library=sample)
