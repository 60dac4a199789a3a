"""Each letter's page for each evaluation: accessible, fits a phone, and in words for a reader."""

from __future__ import annotations

import pytest

from tests.browser.letters import EVALUATIONS, LETTERS, Walks

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("evaluation", EVALUATIONS),
    pytest.mark.parametrize("path", LETTERS),
]


def test_link_opens_the_evaluation_and_every_choice_shows_something(
    walks: Walks, path: str, evaluation: str
) -> None:
    walk = walks(path, evaluation)
    assert walk.evaluation == EVALUATIONS[evaluation]
    assert walk.views[0].exhibits
    assert [view.chosen for view in walk.views if view.failures] == []


def test_axe_finds_nothing_whatever_is_chosen(walks: Walks, path: str, evaluation: str) -> None:
    views = walks(path, evaluation).views
    assert {view.chosen: view.violations for view in views if view.violations} == {}
    assert [view.chosen for view in views if view.unnamed] == []


def test_page_never_scrolls_sideways_on_a_phone(walks: Walks, path: str, evaluation: str) -> None:
    wide = [view for view in walks(path, evaluation).views if max(view.overflow.values()) > 0]
    assert [(view.chosen, view.overflow, view.too_wide) for view in wide] == []


def test_words_of_charts_stay_inside_them(walks: Walks, path: str, evaluation: str) -> None:
    views = walks(path, evaluation).views
    assert {view.chosen: view.cut_off for view in views if view.cut_off} == {}


def test_no_key_and_no_missing_number_is_printed(walks: Walks, path: str, evaluation: str) -> None:
    views = walks(path, evaluation).views
    assert {view.chosen: view.odd_words for view in views if view.odd_words} == {}
