"""Published timeliness is what the questions about funnels and areas answer."""

from __future__ import annotations

from datetime import date

import pytest

from analytics.ask import ask, evaluations_for
from analytics.emmie.area_change import AreaChangeQuestion
from analytics.emmie.case_outcomes.timeliness_published import (
    MEASURES,
    PublishedTimelinessAnswer,
    PublishedTimelinessQuestion,
)
from analytics.emmie.neighbours.funnel import FunnelQuestion
from analytics.extracts.filters import Filters
from analytics.extracts.library import Library
from tests.helpers.folders import PLACE, RPS, tiny_library

PILOTS = "signs_of_safety_ten_areas"


def published(
    sample: Library, of: str, name: str, filters: Filters | None = None
) -> PublishedTimelinessAnswer:
    question = PublishedTimelinessQuestion(of=of)
    answer = ask(question, name, filters or Filters(), library=sample).answer
    assert isinstance(answer, PublishedTimelinessAnswer)
    return answer


@pytest.mark.parametrize(
    ("of", "measure", "figure"),
    [("conference", "conferences_within_15_days", 72.0), ("re_referral", "re_referrals", 24.8)],
)
def test_funnel_marks_the_authority_in_the_last_year_of_the_extract(
    sample: Library, of: str, measure: str, figure: float
) -> None:
    answer = published(sample, of, RPS)
    (marked,) = answer.funnel.marked
    assert (answer.funnel.year, marked.code) == (2024, PLACE)
    assert marked.value == pytest.approx(figure, abs=0.05)
    same = FunnelQuestion(measure=measure, year=2024, marked=(PLACE,))
    assert answer.funnel == ask(same, library=sample).answer
    assert answer.change is None


def test_filters_choose_the_year_and_the_authorities_that_are_marked(sample: Library) -> None:
    filters = Filters(local_authorities=("E10000014",), period_end=date(2019, 12, 31))
    funnel = published(sample, "re_referral", RPS, filters).funnel
    assert funnel.year == 2019
    assert [point.code for point in funnel.marked] == ["E10000014"]


def test_change_of_a_protocols_outcomes_is_that_of_the_effect_page(sample: Library) -> None:
    whole = ask(AreaChangeQuestion(), PILOTS, library=sample).answer
    for of, measure in (("conference", "days_section_47_to_conference"),
                        ("re_referral", "re_referrals")):  # fmt: skip
        mine = published(sample, of, PILOTS).change
        (here,) = [one for one in mine.outcomes if one.measure == measure]
        (there,) = [one for one in whole.outcomes if one.measure == measure]
        assert here == there


def test_change_of_a_measure_that_is_no_outcome_is_estimated_alike(sample: Library) -> None:
    change = published(sample, "conference", PILOTS).change
    assert tuple(one.measure for one in change.outcomes) == MEASURES["conference"]
    share = change.outcomes[0]
    by_year = {item.year: item.gap for item in share.years}
    before = [by_year[year] for year in (2013, 2014, 2015)]
    after = [by_year[year] for year in (2016, 2017, 2018, 2019, 2020)]
    gaps = [
        sum(one.treated - one.comparison for one in part) / len(part) for part in (before, after)
    ]
    # Areas without every year are left out of the change, so that the two are near, not equal.
    assert share.change.estimate == pytest.approx(gaps[1] - gaps[0], abs=3)
    assert share.change.difference.conf_int.low < 0 < share.change.difference.conf_int.high


def test_it_is_asked_where_a_protocol_names_authorities(sample: Library) -> None:
    assert {RPS, PILOTS} <= set(evaluations_for(PublishedTimelinessQuestion, sample))


def test_without_published_figures_there_is_no_answer(tmp_path) -> None:
    library = tiny_library(tmp_path, {"children": []})
    found = ask(PublishedTimelinessQuestion(of="conference"), "tiny", library=library).answer
    assert found.reason in {"no_rows", "unusable_extract"}
