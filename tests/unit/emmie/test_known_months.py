"""What is fitted to months is fitted to what is known of them, and tells no more."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from analytics.ask import ask
from analytics.disclosure.policy import DFE_CIN, PUBLISHED
from analytics.disclosure.suppression import Share
from analytics.emmie.case_outcomes import CaseOutcomesAnswer, CaseOutcomesQuestion
from analytics.emmie.case_outcomes.course import CourseAnswer, CourseQuestion
from analytics.emmie.effect.known_months import KnownMonth, is_enough, known_months
from analytics.emmie.effect.outcome_series import OutcomeSeries, outcome_series
from analytics.emmie.effect.series import SeriesAnswer, SeriesQuestion
from analytics.extracts.filters import NO_FILTERS, Filters
from analytics.extracts.library import Library
from analytics.extracts.protocol import Outcome
from tests.helpers.folders import FSP

CHANGE = date(2020, 1, 1)
OUTCOME = Outcome(key="ended", label="Ended", kind="police_outcome", primary=True, codes=(20,))
MONTHS = [date(2018 + place // 12, place % 12 + 1, 1) for place in range(36)]


def rows(events: list[int], n: int = 50) -> list[dict]:
    return [
        {"month": month, "n": n, "ended__known": n, "ended__events": count}
        for month, count in zip(MONTHS, events, strict=True)
    ]


def fitted(events: list[int], beside: list[int] | None = None) -> OutcomeSeries:
    others = rows(beside) if beside else []
    return outcome_series(OUTCOME, rows(events), others, CHANGE, 0.95)


def usual() -> list[int]:
    return np.random.default_rng(4).binomial(50, [0.4] * 24 + [0.25] * 12).clip(8, 42).tolist()


@pytest.mark.parametrize("with_others", [False, True])
def test_every_split_of_two_withheld_months_gives_the_same_estimates(*, with_others: bool) -> None:
    """A reader who tries all splits, with the model that is documented, learns nothing."""
    shown = set()
    for first in range(7, 12):
        events = usual()
        events[27], events[28] = first, 12 - first
        found = fitted(events, events if with_others else None).disclose(CHANGE, DFE_CIN)
        assert found.jump is not None
        assert found.others == ()
        assert [place for place, one in enumerate(found.points) if one.share.value is None] == [
            27,
            28,
        ]
        shown.add(found)
    assert len(shown) == 1


def test_before_release_the_splits_differ() -> None:
    """So the test above is no formality."""
    events = usual()
    events[27], events[28] = 7, 5
    one = fitted(events)
    events[27], events[28] = 11, 1
    assert one.jump != fitted(events).jump


def test_without_withheld_months_the_fit_is_that_of_the_months() -> None:
    whole = fitted(usual(), usual()[::-1])
    shown = whole.disclose(CHANGE, DFE_CIN)
    assert shown.jump.value == pytest.approx(whole.jump.value, abs=0.0005)
    assert shown.against_others.value == pytest.approx(whole.against_others.value, abs=0.0005)
    assert all(one.share.value is not None for one in shown.points)
    published = whole.disclose(CHANGE, PUBLISHED)
    assert published.points == whole.points


def test_a_withheld_month_has_the_share_of_those_it_is_withheld_with() -> None:
    shares = [(month, Share.of(20, 50)) for month in MONTHS]
    shares[27] = (MONTHS[27], Share.of(3, 40))
    shares[28] = (MONTHS[28], Share.of(10, 40))
    known = known_months(shares, CHANGE, DFE_CIN)
    assert known[MONTHS[27]] == known[MONTHS[28]] == KnownMonth(False, 13 / 80, 2)
    assert known[MONTHS[0]] == KnownMonth(True, 0.4, 1)


@pytest.mark.parametrize(
    ("known", "enough"),
    [
        ([KnownMonth(True, 0.1, 1)] * 10, True),
        ([KnownMonth(False, 0.1, 3)] * 10, True),
        ([KnownMonth(False, 0.1, 5)] * 10, False),
        ([KnownMonth(False, 0.1, 5)] * 2 + [KnownMonth(True, 0.1, 1)] * 8, True),
        ([KnownMonth(False, None, 5), *[KnownMonth(True, 0.1, 1)] * 9], False),
    ],
)
def test_months_known_only_with_many_others_are_no_course(
    known: list[KnownMonth], *, enough: bool
) -> None:
    assert is_enough(known) is enough


FILTERS = {
    "none": NO_FILTERS,
    "one place": Filters(local_authorities=("E10000014",)),
    "girls": Filters(sexes=("F",)),
    "girls of a place": Filters(local_authorities=("E10000014",), sexes=("F",)),
    "a small place": Filters(local_authorities=("E06000044",)),
}


@pytest.mark.parametrize("name", FILTERS)
def test_effect_shows_no_month_that_case_outcomes_withholds(sample: Library, name: str) -> None:
    """With the month's cases, which Case outcomes shows, a rounded share is a count."""
    filters = FILTERS[name]
    effect = ask(SeriesQuestion(analysis="series"), FSP, filters, library=sample).answer
    cases = ask(CaseOutcomesQuestion(), FSP, filters, library=sample).answer
    assert isinstance(effect, SeriesAnswer)
    assert isinstance(cases, CaseOutcomesAnswer)
    assert (effect.elsewhere, effect.codes) == (None, ())
    seen = 0
    for one in effect.outcomes:
        for series in cases.series:
            if (series.group, series.series) == (one.key, effect.labels[0]):
                withheld = {p.period for p in series.points if p.share.is_withheld}
                shown = {p.month for p in one.points if p.share.value is not None}
                assert not shown & withheld
                seen += len(shown)
    assert seen


@pytest.mark.parametrize("name", FILTERS)
def test_level_and_slope_are_the_same_on_both_pages(sample: Library, name: str) -> None:
    """Two fits of the same months, one of them to the months themselves, would tell them apart."""
    filters = FILTERS[name]
    effect = ask(SeriesQuestion(analysis="series"), FSP, filters, library=sample).answer
    course = ask(CourseQuestion(), FSP, filters, library=sample).answer
    assert isinstance(effect, SeriesAnswer)
    assert isinstance(course, CourseAnswer)
    there = {one.key: one for one in effect.outcomes}
    for group, one in course.courses:
        other = there[group]
        assert (one.jump, one.average, one.trend, one.slope, one.autocorrelation) == (
            other.jump,
            other.average,
            other.trend,
            other.slope,
            other.autocorrelation,
        )
