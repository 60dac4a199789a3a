"""What holds for every exhibit of the briefing that each evaluation has from the start."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache

import pytest

from analytics.access.viewer import PUBLIC
from analytics.ask import evaluations_for
from analytics.emmie.overview import OverviewQuestion
from analytics.emmie.published_areas import PUBLISHERS
from analytics.exhibits.publications import publications_in_words
from analytics.reports.pack import Pack
from analytics.reports.ready_made import ready_made

NAMES = sorted(evaluations_for(OverviewQuestion))
YEAR = re.compile(r"\b(19|20)\d\d\b")
ELSEWHERE = re.compile(
    r"\b(as listed|listed under|below|beside|above|see the|this page|under notes)\b", re.IGNORECASE
)
each = pytest.mark.parametrize("name", NAMES)


@cache
def briefing(name: str) -> Pack:
    return ready_made(name, PUBLIC, prepared_at=datetime(2026, 1, 1, tzinfo=UTC))


@each
def test_ten_minutes_are_eight_to_twelve_exhibits(name: str) -> None:
    assert 8 <= len(briefing(name).items) <= 12


@each
def test_a_source_names_publications_and_years_and_nothing_elsewhere(name: str) -> None:
    for item in briefing(name).items:
        one = item.exhibit
        assert one.as_at is not None, one.key
        assert YEAR.search(one.source.partition(", as at ")[0]), (one.key, one.source)
        assert str(one.as_at.year) in one.source, one.key
        assert not ELSEWHERE.search(one.source), (one.key, one.source)
        assert PUBLISHERS not in one.source, (one.key, one.source)


@each
def test_no_policy_contradicts_itself(name: str) -> None:
    for item in briefing(name).items:
        assert item.policy, item.exhibit.key
        whole, withheld = "Counts are shown whole" in item.policy, "withheld" in item.policy
        assert not (whole and withheld), (item.exhibit.key, item.policy)


def test_published_rates_name_their_tables_and_the_last_year() -> None:
    items = {item.exhibit.key: item.exhibit for item in briefing("signs_of_safety_ten_areas").items}
    groups = items["groups_initial_conferences"]
    assert "Characteristics of children in need 2013 to 2025, table C4; " in groups.source
    assert "Office for National Statistics, Mid-year population estimates" in groups.source
    assert "figures to 31 March 2025" in groups.source
    assert f"{groups.as_at:%d %B %Y}" == "31 March 2025"
    assert "tables B1, C1, C4, D3 and D5" in items["area_outcomes_difference"].source
    made_up, _, published = items["logic_model"].source.partition(". Published, not made up: ")
    assert "Department for Education, Characteristics" in published
    assert "Department for Education" not in made_up


def test_publications_are_named_once_without_abbreviations() -> None:
    sources = ["DfE, A 2013, table B; ONS, C, from DfE", "DfE, A 2013, table D"]
    assert publications_in_words(sources) == (
        "Department for Education, A 2013, tables B and D; Office for National Statistics, C"
    )
