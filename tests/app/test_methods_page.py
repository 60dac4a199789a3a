"""The Methods page explains every number on screen, and shows whole entries of the registry."""

from __future__ import annotations

from fnmatch import fnmatch

import pytest

from analytics.emmie.methods import answer_methods
from tests.app.opened_pages import PAGES, Session, seen

REGISTRY = answer_methods()
TITLE_OF = {"overview": "Overview"}
EXPLAINED_ELSEWHERE = {"assumptions"}
"""Exhibits without a number."""


@pytest.mark.parametrize("page", sorted(set(PAGES) - {"methods", "briefing"}))
def test_every_exhibit_of_every_page_is_in_the_registry(page: str) -> None:
    opened = seen(page)
    title = TITLE_OF.get(page, opened.titles[0])
    patterns = [key for item in REGISTRY.numbers if item.page == title for key in item.exhibits]
    assert patterns
    for key in set(opened.exhibits) - EXPLAINED_ELSEWHERE:
        assert any(fnmatch(key, pattern) for pattern in patterns), key


def test_a_page_can_be_chosen_and_shows_the_sources_of_its_numbers() -> None:
    session = Session()
    session.open("methods")
    opened = session.choose("selectbox", "shown_on", "Effect")
    (table,) = opened.exhibits["numbers_on_screen"].tables
    assert set(table["Page"]) == {"Effect"}
    assert len(table) == sum(item.page == "Effect" for item in REGISTRY.numbers)
    assert table["Source"].str.len().min() > 0
    assert table["Checked against"].str.len().min() > 0
    assert "What is withheld" in opened.everything or "Disclosure" in opened.everything


@pytest.mark.parametrize("family", [item.key for item in REGISTRY.families])
def test_a_family_shows_every_entry_whole(family: str) -> None:
    (chosen,) = (item for item in REGISTRY.families if item.key == family)
    session = Session()
    session.open("methods")
    opened = session.choose("selectbox", "family", family)
    assert not opened.failures
    (table,) = opened.exhibits["estimators"].tables
    assert set(table["Method"]) == {entry.name for entry in chosen.estimators}
    assert all(entry.name in opened.everything for entry in chosen.estimators)


@pytest.mark.parametrize("study", dict.fromkeys(item.study for item in REGISTRY.simulations))
def test_a_simulation_study_shows_its_findings(study: str) -> None:
    session = Session()
    session.open("methods")
    opened = session.choose("selectbox", "study", study)
    assert not opened.failures
    (table,) = opened.exhibits["simulation"].tables
    assert len(table) == sum(item.study == study for item in REGISTRY.simulations)


def test_families_are_counted() -> None:
    (table,) = seen("methods").exhibits["families"].tables
    assert set(table["Family"]) == {item.title for item in REGISTRY.families}
    assert table["Methods"].astype(int).sum() == sum(len(f.estimators) for f in REGISTRY.families)
    assert table["Behind numbers on screen"].astype(int).sum() > 5
