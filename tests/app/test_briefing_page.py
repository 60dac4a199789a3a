"""The Briefing page in process: a draft stays the viewer's own, and no two are mixed."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from analytics.access.viewer import PUBLIC
from analytics.errors import ExportError
from analytics.reports import files
from analytics.reports.shelf import SHELF_VARIABLE, Shelf
from tests.app.opened_pages import Session

BY_HAND = "Hand-written title"


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    monkeypatch.setenv(SHELF_VARIABLE, str(tmp_path))
    return Shelf(tmp_path)


@pytest.fixture
def session(shelf: Shelf) -> Session:
    return Session()


def button(app: AppTest, label: str, which: int = 0) -> Any:
    return [one for one in app.button if one.label == label][which]


def press(session: Session, label: str, which: int = 0) -> None:
    button(session.app, label, which).click().run()


def until_made(session: Session) -> None:
    """Run the page until no work is going on beside it."""
    for _ in range(600):
        jobs = session.app.session_state.get("jobs", {})
        if all(job.future.done() for job in jobs.values()):
            session.app.run()
            return
        time.sleep(0.2)
    pytest.fail("Work beside the page did not end.")


def ready_made(session: Session) -> None:
    session.open("briefing")
    box = session.app.selectbox(key="briefing_to_open")
    label = next(one for one in box.options if one.startswith("Ready-made: ") and "eturn" in one)
    box.select(label).run()
    press(session, "Open")
    until_made(session)


def headings(session: Session) -> list[str]:
    return [one.value for one in session.app.header if re.match(r"\d+\\?\. ", one.value)]


def add_from(session: Session, page: str) -> None:
    session.open(page)
    press(session, "Add to briefing")


def test_what_is_added_on_pages_stands_in_the_briefing(session: Session) -> None:
    add_from(session, "implementation")
    add_from(session, "published_evidence")
    session.open("briefing")
    assert len(headings(session)) == 2
    press(session, "Move down")
    assert headings(session)[0].startswith("1")
    press(session, "Remove")
    assert len(headings(session)) == 1
    assert not session.look().failures


def test_own_words_go_with_their_slide_and_with_no_other(session: Session) -> None:
    ready_made(session)
    first = headings(session)[0].split(" ", 1)[1]
    session.app.text_input(key="words_of_briefing_title_0").set_value(BY_HAND).run()
    press(session, "Move down")
    assert headings(session)[1].endswith(BY_HAND)
    assert session.app.text_input(key="words_of_briefing_title_0").value == ""
    press(session, "Open")  # another copy, without own words
    until_made(session)
    assert headings(session)[0].endswith(first)
    assert session.app.text_input(key="words_of_briefing_title_0").value == ""
    assert session.app.text_input(key="words_of_briefing_title_1").value == ""


def test_one_viewers_briefing_is_not_anothers(session: Session) -> None:
    add_from(session, "implementation")
    session.open("briefing")
    assert len(headings(session)) == 1
    session.app.selectbox(key="viewer").select_index(1).run()
    assert headings(session) == []
    session.app.selectbox(key="viewer").select_index(0).run()
    assert len(headings(session)) == 1


def test_a_saved_briefing_opens_by_its_link_and_is_not_written_over(
    session: Session, shelf: Shelf
) -> None:
    add_from(session, "implementation")
    session.open("briefing")
    session.app.text_input(key="words_of_briefing_name").set_value("Board").run()
    press(session, "Save")
    (listed,) = shelf.listed(PUBLIC)
    assert listed.title == "Board"
    other = Session({"briefing": listed.key})
    other.open("briefing")
    assert len(headings(other)) == 1
    assert other.app.text_input(key="words_of_briefing_name").value == "Board"
    other.app.text_input(key="words_of_briefing_name").set_value("Theirs").run()
    press(other, "Save")
    session.app.text_input(key="words_of_briefing_name").set_value("Mine").run()
    press(session, "Save")
    assert any("Somebody else" in failure for failure in session.look().failures)
    assert [one.title for one in shelf.listed(PUBLIC)] == ["Theirs"]
    press(session, "Save as new")
    assert {one.title for one in shelf.listed(PUBLIC)} == {"Theirs", "Mine"}


def test_a_link_to_no_briefing_says_so(session: Session) -> None:
    other = Session({"briefing": "doesnotexist"})
    assert any("no such briefing" in one for one in other.open("briefing").failures)


def test_new_figures_are_taken_over_and_words_stay(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_from(session, "implementation")
    session.open("briefing")
    press(session, "Check for newer figures")
    until_made(session)
    assert any("No figure" in one.value for one in session.app.success)
    drafts = session.app.session_state["drafts_of_briefings"]
    ((scope, draft),) = drafts.items()
    item = draft.items[0]
    stamp = replace(item.exhibit.stamp, data="before")
    old = replace(item, exhibit=replace(item.exhibit, sentences=("Once.",), stamp=stamp))
    session.app.session_state["drafts_of_briefings"] = {scope: replace(draft, items=(old,))}
    session.app.run()
    press(session, "Check for newer figures")
    until_made(session)
    shown = "\n".join(one.value for one in session.app.markdown)
    assert "the extracts" in shown
    session.app.text_input(key="words_of_briefing_title_0").set_value(BY_HAND).run()
    press(session, "Take over the new figures")
    (now,) = session.app.session_state["drafts_of_briefings"][scope].items
    assert now.title == BY_HAND
    assert now.exhibit == item.exhibit


def test_a_failed_file_says_why_and_leaves_none(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(pack: object, progress: object) -> bytes:
        raise ExportError("No browser was found.")

    failing = tuple(replace(kind, make=fail) for kind in files.KINDS)
    monkeypatch.setattr(files, "KINDS", failing)
    add_from(session, "implementation")
    session.open("briefing")
    session.choose("segmented_control", "part_of_briefing", "files")
    press(session, "Prepare the slides")
    until_made(session)
    (failure,) = session.look().failures
    assert "No browser was found." in failure
    assert "half done" in failure
    assert button(session.app, "Try again") is not None


def as_manager(session: Session) -> None:
    session.app.selectbox(key="viewer").select("southampton_manager").run()


def test_what_a_manager_adds_is_the_managers_and_says_whose_cases_it_counts(
    session: Session,
) -> None:
    session.open("case_outcomes")
    as_manager(session)
    press(session, "Add to briefing")
    assert any("now has 1 exhibit" in one.value for one in session.app.caption)
    session.open("briefing")
    assert len(headings(session)) == 1
    assert any("Southampton only" in one.value for one in session.app.caption)
    drafts = session.app.session_state["drafts_of_briefings"]
    ((scope, draft),) = drafts.items()
    assert scope.startswith("E06000045")
    assert draft.items[0].filters == "Southampton only"
    session.app.selectbox(key="viewer").select_index(0).run()
    assert headings(session) == []


def test_a_managers_ready_made_briefing_is_made_saved_and_closed_to_other_places(
    session: Session, shelf: Shelf
) -> None:
    session.open("briefing")
    as_manager(session)
    box = session.app.selectbox(key="briefing_to_open")
    box.select(next(one for one in box.options if "afety Plans" in one)).run()
    press(session, "Open")
    until_made(session)
    assert len(headings(session)) > 3
    press(session, "Save")
    assert not session.look().failures
    (listed,) = shelf.listed(PUBLIC)
    other = replace(PUBLIC, local_authorities=frozenset({"E06000044"}))
    assert shelf.listed(other) == ()
    saved = shelf.open(listed.key, PUBLIC)
    counted = [one for one in saved.pack.items if one.exhibit.stamp.confined_to]
    assert counted
    assert all(one.filters == "Southampton only" for one in counted)


def test_a_marking_of_its_own_goes_with_the_briefing(session: Session, shelf: Shelf) -> None:
    add_from(session, "implementation")
    session.open("briefing")
    session.app.text_input(key="words_of_briefing_marking").set_value("official").run()
    press(session, "Save")
    (listed,) = shelf.listed(PUBLIC)
    assert shelf.open(listed.key, PUBLIC).pack.marking == "OFFICIAL"
    other = Session({"briefing": listed.key})
    other.open("briefing")
    assert other.app.text_input(key="words_of_briefing_marking").value == "OFFICIAL"


def test_words_that_are_too_long_are_cut_and_it_is_said(session: Session) -> None:
    add_from(session, "implementation")
    session.open("briefing")
    session.app.text_input(key="words_of_briefing_title_0").set_value("A" * 500).run()
    assert headings(session)[0] == r"1\. " + "A" * 120 or headings(session)[0].endswith("A" * 120)
    assert any("first 120 letters" in one.value for one in session.app.warning)
    session.app.run()
    assert not any("letters" in one.value for one in session.app.warning)


def test_what_cannot_be_asked_again_is_said_and_the_rest_is_still_compared(
    session: Session,
) -> None:
    add_from(session, "implementation")
    add_from(session, "published_evidence")
    session.open("briefing")
    drafts = session.app.session_state["drafts_of_briefings"]
    ((scope, draft),) = drafts.items()
    first, second = draft.items
    gone = replace(first.exhibit.stamp, recipe=replace(first.exhibit.stamp.recipe, build="x:y"))
    items = (replace(first, exhibit=replace(first.exhibit, stamp=gone)), second)
    session.app.session_state["drafts_of_briefings"] = {scope: replace(draft, items=items)}
    session.app.run()
    press(session, "Check for newer figures")
    until_made(session)
    (said,) = [one.value for one in session.app.warning if "makes exhibits" in one.value]
    assert said.startswith("1")
    assert any("No other figure" in one.value for one in session.app.success)
    assert len(headings(session)) == 2
