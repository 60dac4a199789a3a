"""Exhibits of statistical neighbours: sound for every measure and odd place, and in plain words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from analytics.ask import ask
from analytics.disclosure.release import Released
from analytics.emmie.neighbours.anyway import AnywayQuestion
from analytics.emmie.neighbours.comparison import ComparisonQuestion
from analytics.emmie.neighbours.funnel import FunnelQuestion
from analytics.emmie.neighbours.group import GroupQuestion
from analytics.emmie.neighbours.measures import MEASURES
from analytics.emmie.neighbours.places import Agreed, Trend
from analytics.emmie.study import is_unanswered
from analytics.exhibits import theme
from analytics.exhibits.exhibit import Exhibit
from analytics.exhibits.neighbour_anyway import REASON_WORDS, anyway_exhibits
from analytics.exhibits.neighbour_comparison import comparison_exhibits
from analytics.exhibits.neighbour_controls import NO_START, Place, start_caption
from analytics.exhibits.neighbour_funnel import funnel_exhibits
from analytics.exhibits.neighbour_group import group_exhibits
from analytics.exhibits.neighbour_words import highest, judged, ordinal, trend_words
from analytics.statistics.results import Interval

SOUTHAMPTON, HERTFORDSHIRE, GROUP = (
    "E06000045",
    "E10000015",
    ("E10000014", "E06000044", "E06000046"),
)
ODD = ("E06000053", "E09000001", "E10000014", "E06000063", "E06000058", "E06000017")
"""Isles of Scilly, City of London, Hampshire, Cumberland, a merged place, the smallest one."""


def questions(measure: str, code: str) -> Iterator[tuple[Any, Any, dict[str, str]]]:
    yield ComparisonQuestion(area_code=code, measure=measure), comparison_exhibits, {}
    yield FunnelQuestion(measure=measure, marked=(code,)), funnel_exhibits, {}


def assert_sound(exhibit: Exhibit) -> None:
    texts = [exhibit.headline, exhibit.subtitle, exhibit.alt_text, exhibit.source]
    texts += [*exhibit.notes, *exhibit.sentences, *exhibit.table.columns]
    texts += [str(cell) for row in exhibit.download.rows for cell in row]
    for text in texts:
        assert not {"nan", "inf"} & set(text.lower().replace("(", " ").split()), text
        assert "None" not in text.split(), text
    assert len(exhibit.headline.split()) <= 15, exhibit.headline
    assert exhibit.synthetic is False
    for table in (exhibit.table, exhibit.download):
        assert all(len(row) == len(table.columns) for row in table.rows)
    assert exhibit.figure
    used = set()
    for trace in exhibit.figure["data"]:
        for axis in "xy":
            values = [value for value in trace[axis] if isinstance(value, float)]
            assert not any(math.isnan(value) or math.isinf(value) for value in values)
        found = (trace.get("line", {}).get("color"), trace.get("marker", {}).get("color"))
        used |= {one for one in found if isinstance(one, str) and one.startswith("#")}
    assert used - {theme.MUTED} <= set(theme.CATEGORICAL)
    assert len(used) <= 4


@pytest.mark.parametrize("measure", MEASURES)
def test_every_measure_is_sound(sample, measure: str) -> None:
    for question, build, more in questions(measure, SOUTHAMPTON):
        released = ask(question, library=sample)
        if is_unanswered(released):
            assert isinstance(question, FunnelQuestion)
            # The old codes of abuse are recorded no more in the newest year.
            assert not MEASURES[measure].has_counts or measure.endswith("abuse_unknown")
            continue
        for exhibit in build(released, **more):
            assert_sound(exhibit)


@pytest.mark.parametrize("code", ODD)
@pytest.mark.parametrize(
    "measure", ["cp_plans_at_31_march", "factor_gangs", "social_worker_turnover"]
)
def test_odd_places_are_sound(sample, measure: str, code: str) -> None:
    for question, build, more in questions(measure, code):
        released = ask(question, library=sample)
        for exhibit in () if is_unanswered(released) else build(released, **more):
            assert_sound(exhibit)


@pytest.mark.parametrize("measure", ["cp_plans_at_31_march", "social_worker_caseload"])
@pytest.mark.parametrize("areas", [GROUP, (HERTFORDSHIRE,)])
def test_groups_and_courses_are_sound_and_claim_no_effect(sample, measure, areas) -> None:
    found = [
        *group_exhibits(ask(GroupQuestion(areas=areas, measure=measure), library=sample), name="G"),
        *anyway_exhibits(
            ask(AnywayQuestion(areas=areas, start=2020, measure=measure), library=sample), name="G"
        ),
    ]
    for exhibit in found:
        if exhibit.key == "health_checks":
            continue
        assert_sound(exhibit)
        said = " ".join([exhibit.headline, *exhibit.sentences]).lower()
        assert "effect" not in said
        assert "caused" not in said


def test_a_verdict_says_different_or_why_not(sample) -> None:
    released = ask(AnywayQuestion(areas=(HERTFORDSHIRE,), start=2015), library=sample)
    for verdict, reasons in (("different", ()), ("cannot_tell", tuple(REASON_WORDS))):
        answer = replace(released.answer, verdict=verdict, reasons=reasons)
        changed = Released(answer=answer, policy=released.policy, statement=released.statement)
        first = anyway_exhibits(changed, name="Hertfordshire")[0]
        words = first.sentences[-1]
        assert ("can't tell" in first.headline) == (verdict == "cannot_tell")
        assert all(REASON_WORDS[reason] in words for reason in reasons)
        assert ("differs from what similar places did, by more than chance" in words) == (
            not reasons
        )


def test_ranks_in_words() -> None:
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 112)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th",
    ]  # fmt: skip
    assert (highest(1), highest(3)) == ("highest", "3rd highest")


def test_better_and_worse_need_an_agreed_direction() -> None:
    lower = Agreed(direction="lower", evaluation="one")
    assert judged("higher", None) == "higher"
    assert judged("higher", lower) == "higher (worse)"
    assert judged("lower", lower) == "lower (better)"
    assert judged("similar", lower) == "similar"
    assert judged(None, lower) == "[x]"


@pytest.mark.parametrize(
    ("course", "words"),
    [
        ("rising", "rose by more than chance"),
        ("falling", "fell by more than chance"),
        ("unclear", "no trend that can be told from chance"),
        ("too_few", "too few years"),
    ],
)
def test_trend_in_words(course: Any, words: str) -> None:
    limits = Interval(low=-1.0, high=2.0, level=0.99, method="autoregressive_t")
    trend = Trend(first_year=2013, last_year=2025, slope=0.5, conf_int=limits, course=course)
    assert words in trend_words(trend, "the figure")
    assert trend_words(None, "the figure") == ""


def test_caption_says_whose_start_it_is() -> None:
    place = Place(
        key="K", label="Place", name="Place", areas=("K",), start=2015, because="A programme"
    )
    assert "“A programme”" in start_caption(place, 2015)
    assert "“A programme”" not in start_caption(place, 2016)
    assert "Choose" in start_caption(place, NO_START)


@pytest.mark.parametrize("measure", [key for key, one in MEASURES.items() if one.is_recoded])
def test_a_change_of_coding_is_drawn_and_no_trend_goes_over_it(sample, measure: str) -> None:
    released = ask(ComparisonQuestion(area_code=SOUTHAMPTON, measure=measure), library=sample)
    exhibit = comparison_exhibits(released)[-1]
    assert "the coding changed" in exhibit.headline
    assert any("Years don't compare" in note for note in exhibit.notes)
    (mark,) = exhibit.figure["layout"]["annotations"]
    assert mark["text"] == "Coding changed"
    assert is_unanswered(
        ask(AnywayQuestion(areas=(SOUTHAMPTON,), start=2022, measure=measure), library=sample)
    )
