"""A link in process: it says that nothing moved, what did, or why that cannot be said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analytics.access.viewer import PUBLIC, Viewer
from analytics.access.viewers import read_viewers
from analytics.emmie.case_outcomes import CaseOutcomesQuestion
from analytics.exhibits.case_outcomes import over_time_exhibits
from analytics.exhibits.exhibit import Exhibit
from analytics.exhibits.making import make, name_of
from analytics.exhibits.recipe import Recipe
from analytics.extracts.library import Library
from analytics.reports.links import link_to, open_link
from analytics.reports.ready_made import item_of
from analytics.reports.shelf import SHELF_VARIABLE, Shelf
from tests.app.opened_pages import Opened, Session
from tests.helpers.folders import FSP, SAMPLE

MANAGER = "southampton_manager"
RECIPE = Recipe(
    build=name_of(over_time_exhibits),
    questions=(CaseOutcomesQuestion(step="quarter"),),
    evaluations=(FSP,),
)


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    monkeypatch.setenv(SHELF_VARIABLE, str(tmp_path))
    return Shelf(tmp_path)


def shown_to(viewer: Viewer, sample: Library) -> Exhibit:
    made = make(RECIPE, replace(viewer, may_see_cases=False), library=sample)
    assert isinstance(made, tuple)
    return made[0]


def linked(exhibit: Exhibit, shelf: Shelf) -> dict[str, str]:
    """Return the parameters of a link, its figures kept as the app keeps them."""
    parameters = link_to(exhibit, shelf.secret())
    name = open_link(parameters, shelf.secret()).name
    shelf.keep(name, item_of(exhibit, "none", datetime.now(UTC)))
    return parameters


def opened(parameters: Mapping[str, str], viewer: str = "") -> tuple[Session, Opened]:
    session = Session(parameters)
    if viewer:
        session.app.selectbox(key="viewer").select(viewer).run()
    return session, session.open("view")


def test_a_link_whose_figures_are_the_same_says_so(sample: Library, shelf: Shelf) -> None:
    session, page = opened(linked(shown_to(PUBLIC, sample), shelf))
    assert [one.value for one in session.app.success] == [
        "These are the figures that were linked to: nothing has moved."
    ]
    assert len(page.exhibits) == 1
    assert not page.failures


def test_a_link_whose_figures_moved_says_which_and_why(sample: Library, shelf: Shelf) -> None:
    now = shown_to(PUBLIC, sample)
    assert now.stamp is not None
    rows = now.download.rows
    before = replace(
        now,
        full_table=replace(now.download, rows=((*rows[0][:-1], "987"), *rows[1:])),
        stamp=replace(now.stamp, answer="0123456789", data="before"),
    )
    session, page = opened(linked(before, shelf))
    (said,) = [one.value for one in session.app.warning]
    assert "1 figure moved" in said
    assert "the extracts" in said
    assert "987" in page.main_text
    assert not page.failures


def test_a_managers_link_shows_others_their_own_figures_and_compares_nothing(
    sample: Library, shelf: Shelf
) -> None:
    manager = read_viewers(SAMPLE)[MANAGER]
    session, page = opened(linked(shown_to(manager, sample), shelf))
    assert any("You see other authorities than whoever made" in one for one in page.informed)
    assert not session.app.warning
    assert not page.failures


def test_a_link_to_more_than_a_manager_may_see_compares_nothing(
    sample: Library, shelf: Shelf
) -> None:
    session, page = opened(linked(shown_to(PUBLIC, sample), shelf), MANAGER)
    (said,) = [one.value for one in session.app.warning]
    assert "cannot be said here" in said
    assert any("Southampton only" in one.value for one in session.app.caption)
    assert not [one for one in session.app.expander if one.label.startswith("As it was")]
    assert not page.failures


@pytest.mark.parametrize("part", ["view", "exhibit", "answer", "seal"])
def test_a_link_that_was_changed_asks_nothing(sample: Library, shelf: Shelf, part: str) -> None:
    parameters = linked(shown_to(PUBLIC, sample), shelf)
    _, page = opened(parameters | {part: parameters[part] + "x"})
    (failure,) = page.failures
    assert "was changed on its way" in failure
    assert not page.exhibits
