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
from analytics.exhibits.neighbour_anyway import REASON_WORDS, anyway_exhibits, reason_words
from analytics.exhibits.neighbour_comparison import comparison_exhibits
from analytics.exhibits.neighbour_controls import (
    NO_START,
    Place,
    no_start_words,
    start_caption,
    with_start,
    with_start_words,
)
from analytics.exhibits.neighbour_funnel import funnel_exhibits
from analytics.exhibits.neighbour_group import group_exhibits
from analytics.exhibits.neighbour_words import highest, judged, ordinal, trend_words
from analytics.statistics.results import Interval

SOUTHAMPTON, HERTFORDSHIRE, GROUP = (
    "E06000045",
    "E10000015",
    ("E10000014", "E06000044", "E06000046"),
)
REASONS = (*REASON_WORDS, "placebos_as_large")
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
    for verdict, reasons in (("different", ()), ("cannot_tell", REASONS)):
        answer = replace(released.answer, verdict=verdict, reasons=reasons)
        changed = Released(answer=answer, policy=released.policy, statement=released.statement)
        first = anyway_exhibits(changed, name="Hertfordshire")[0]
        words = first.sentences[0]
        assert ("can't be told" in first.headline) == (verdict == "cannot_tell")
        assert all(reason_words(answer, reason) in words for reason in reasons)
        assert ("differs from what similar places did, by more than chance" in words) == (
            not reasons
        )


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.8, "most others drifted as far from their own counterparts (80% of"),
        (0.3, "many others drifted as far from their own counterparts (30% of"),
        (0.11, "some others drifted as far from their own counterparts (11% of"),
        (0.06, "a few others drifted as far from their own counterparts (6% of"),
        (None, "no other place whose drift"),
    ],
)
def test_how_many_drifted_goes_by_the_share(sample, share: float | None, words: str) -> None:
    answer = ask(AnywayQuestion(areas=(HERTFORDSHIRE,), start=2015), library=sample).answer
    assert words in reason_words(replace(answer, p_value=share), "placebos_as_large")


def test_a_member_left_out_is_named_with_the_reason(sample) -> None:
    pilots = sample.evaluation("signs_of_safety_ten_areas").protocol.areas.with_intervention
    released = ask(AnywayQuestion(areas=pilots, start=2014), library=sample)
    first, members, *_ = anyway_exhibits(released, name="Pilots")
    for exhibit in (first, members):
        said = " ".join(exhibit.sentences)
        assert "9 of 10 authorities are in it" in said
        assert "Norfolk, no figure for 2013 (not available)" in said
    assert members.table.rows[-1][0] == "Norfolk"
    assert "no figure for 2013" in members.table.rows[-1][-1]


def test_no_check_is_said_to_be_of_an_effect_or_to_be_nothing(sample) -> None:
    pilots = sample.evaluation("signs_of_safety_ten_areas").protocol.areas.with_intervention
    released = ask(AnywayQuestion(areas=pilots, start=2014), library=sample)
    checks = anyway_exhibits(released, name="Pilots")[-1]
    rows = {row[0]: row for row in checks.table.rows}
    assert rows["Fit before the launch"][1:3] == ("Review", "1.00")
    assert "no reassurance" in rows["Fit before the launch"][4]
    assert rows["Smallest p-value that the test can give"][2] == "under 0.01"
    for row in checks.table.rows:
        assert "effect" not in " ".join(map(str, row)).lower()
        assert row[2] != "0.00"


def test_one_verdict_reconciles_chance_and_how_neighbours_differ(sample) -> None:
    """Higher than chance allows is said with how far the neighbours differ in any case."""
    released = ask(ComparisonQuestion(area_code=SOUTHAMPTON), library=sample)
    found = released.answer.standing
    limits = found.own.conf_int
    similar, higher = ("similar", None), (found.position, True)
    cases = {
        "similar to its neighbours": (*similar, 1000.0, ""),
        "but by no more than neighbours differ anyway": (
            found.position, False, 1000.0, "and among all 151 authorities",
        ),
        "higher than its neighbours, but not unusual nationally": (
            found.position, False, 1.0, "yet among all 151 authorities",
        ),
        "higher than its neighbours, and unusual nationally": (*higher, 1.0, "it is unusual too"),
        "by more than its neighbours differ anyway": (found.position, None, 1.0, "anyway (95%"),
    }  # fmt: skip
    for words, (position, stands_out, high, said) in cases.items():
        standing = replace(
            found,
            position=position,
            stands_out=stands_out,
            usual=replace(limits, low=0.0, high=high),
        )
        answer = replace(released.answer, standing=standing)
        exhibit = comparison_exhibits(
            Released(answer=answer, policy=released.policy, statement=released.statement)
        )[0]
        verdict = exhibit.sentences[0]
        assert words in exhibit.headline
        assert said in verdict
        assert ("nothing unusual" in verdict) == (stands_out is False)
        assert ("more than chance alone" in verdict) == (position == "higher")
        assert not {"φ", "τ²"} & set(" ".join([exhibit.headline, *exhibit.sentences]).split())


@pytest.mark.parametrize("measure", ["cp_plans_at_31_march", "second_or_subsequent_plans"])
@pytest.mark.parametrize("code", [SOUTHAMPTON, HERTFORDSHIRE, "E08000036"])
def test_both_parts_say_the_same_of_all_authorities(sample, measure: str, code: str) -> None:
    beside = ask(ComparisonQuestion(area_code=code, measure=measure), library=sample).answer
    among = ask(FunnelQuestion(measure=measure, marked=(code,)), library=sample).answer
    assert beside.standing.stands_out == bool(among.marked[0].beyond)


def test_the_funnel_has_the_same_verdict_against_all_authorities(sample) -> None:
    released = ask(FunnelQuestion(measure="second_or_subsequent_plans"), library=sample)
    found = {(one.by_chance > 0, one.by_chance < 0, bool(one.beyond)): one for one in
             released.answer.points}  # fmt: skip
    assert len(found) >= 4
    for (is_higher, is_lower, is_beyond), point in found.items():
        question = FunnelQuestion(measure="second_or_subsequent_plans", marked=(point.code,))
        (exhibit,) = funnel_exhibits(ask(question, library=sample))
        verdict = exhibit.sentences[0]
        assert ("is higher than" in verdict) == is_higher
        assert ("is lower than" in verdict) == is_lower
        assert ("is similar to" in verdict) == (not is_higher and not is_lower)
        assert ("but by no more than authorities differ" in verdict) == (
            (is_higher or is_lower) and not is_beyond
        )
        assert "above chance" not in exhibit.headline
        assert not any("φ" in sentence for sentence in exhibit.sentences)


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
    assert start_caption(place, NO_START) == ""
    assert "Choose the year" in no_start_words(place)
    assert "Another analysis" not in start_caption(place, 2015)
    twice = replace(place, other_starts=(2016,))
    assert "counts only years from 2017 on as since: choose 2016" in start_caption(twice, 2015)
    assert "another reading" in start_caption(twice, 2016)
    assert "its main one is 2015" in start_caption(twice, 2016)


def test_places_with_a_start_are_one_for_each_evaluation() -> None:
    def place(key: str, start: int, because: str) -> Place:
        return Place(key=key, label=key, name=key, areas=("A",), start=start, because=because)

    found = with_start(
        [place("a", 2015, "one"), place("a.b", 2015, "one"), place("c", NO_START, ""),
         place("d", 2019, "other")]
    )  # fmt: skip
    assert [one.key for one in found] == ["a", "d"]
    assert with_start_words(found[0]) == "a, from 2015"


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
