"""The team manager's parts of Repeat plans: who to look at, and the analysis of a return."""

from __future__ import annotations

import json
import logging
import re
from functools import cache
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from analytics.extracts.code_lists import AUDIT_ANSWER, AUDIT_FLAGS
from analytics.extracts.entries import FILE
from analytics.extracts.library import open_library
from tests.app.opened_pages import Opened, Session
from tests.helpers.folders import RPS, SAMPLE

MANAGER = "southampton_manager"
PARTS = {"who": "Who to look at", "analyse": "Analyse a return"}
CASES = {"who": "who_to_look_at", "analyse": "audit_answers_of_a_child"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of the evaluation's entries, which nobody has entered yet."""
    monkeypatch.setattr(open_library(), "_entries", tmp_path)
    return tmp_path / RPS


def opened(part: str, viewer: str = "") -> tuple[Session, Opened]:
    """Open a part of Repeat plans as a viewer."""
    session = Session({"part_of_repeat": PARTS[part]})
    if viewer:
        session.choose("selectbox", "viewer", viewer)
    return session, session.open("repeat_plans")


@cache
def keys() -> frozenset[str]:
    """Return every pseudonym of the sample's rows."""
    found: set[str] = set()
    for path in (SAMPLE / RPS).glob("*.parquet"):
        table = pq.read_table(path)
        names = [name for name in table.column_names if name.endswith("_id") and name != "team_id"]
        for name in names:
            found.update(str(value) for value in table[name].to_pylist() if value is not None)
    assert len(found) > 10_000
    return frozenset(found)


def keys_in(text: str) -> set[str]:
    return set(re.split(r"[^0-9A-Za-z]+", text)) & keys()


def radios(session: Session) -> dict[str, object]:
    """Return the questions of the form by their words."""
    return {radio.label: radio for radio in session.app.radio}


def answer(session: Session, answers: dict[str, str]) -> Opened:
    """Answer questions and save them with the button of the form."""
    for key, said in answers.items():
        radios(session)[AUDIT_FLAGS[key]].set_value(said)
    (button,) = (one for one in session.app.button if one.label == "Save the answers")
    button.click()
    session.app.run()
    return session.look()


def child_box(session: Session):
    return session.app.selectbox(key="child_to_analyse")


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("viewer", ["", "hampshire_police", "commissioner"])
def test_no_case_is_on_the_page_of_who_may_not_see_one(
    folder: Path, part: str, viewer: str
) -> None:
    session, page = opened(part, viewer)
    assert not page.failures
    assert page.exhibits
    assert CASES[part] not in page.exhibits
    assert not keys_in(page.everything)
    assert not session.app.radio
    if part == "analyse":
        assert any("only by viewers who may see cases" in line for line in page.informed)


def test_no_case_is_on_the_page_after_the_manager_looked(folder: Path) -> None:
    """The cache is shared by all sessions: it must not give one viewer what another may see."""
    session, mine = opened("who", MANAGER)
    assert keys_in(mine.everything)
    page = session.choose("selectbox", "viewer", "")
    assert not keys_in(page.everything)
    for part in PARTS:
        assert not keys_in(opened(part)[1].everything)


def test_the_manager_sees_the_list_and_nobody_else_can_take_it_away(folder: Path) -> None:
    _, page = opened("who", MANAGER)
    assert not page.failures
    listed = page.exhibits["who_to_look_at"]
    assert not listed.has_download
    (table,) = listed.tables
    assert len(table) > 20
    assert set(table["Child"]) <= keys()
    assert table["Chronology"].str.contains("without; on a plan since|conference").all()
    assert page.exhibits["current_by_gap"].has_download


def test_the_list_follows_the_team_filter(folder: Path) -> None:
    session, page = opened("who", MANAGER)
    table = page.exhibits["who_to_look_at"].tables[0]
    team = table["Team"].value_counts().index[0]
    narrow = session.choose("multiselect", "team", [team]).exhibits["who_to_look_at"].tables[0]
    assert set(narrow["Team"]) == {team}
    assert len(narrow) == (table["Team"] == team).sum() < len(table)


def test_the_manager_answers_and_the_tally_moves(folder: Path) -> None:
    session, page = opened("analyse", MANAGER)
    assert not page.failures
    assert set(radios(session)) == set(AUDIT_FLAGS.values())
    before = page.exhibits["audit_tally"]
    assert re.fullmatch(r"0 of \d+ families analysed so far", before.headline)
    child = child_box(session).options[2]
    child_box(session).select(child)
    session.app.run()
    page = answer(session, dict.fromkeys(AUDIT_FLAGS, "yes"))
    assert not page.failures
    assert [one.value for one in session.app.success] == ["The answers are saved."]
    rows = pq.read_table(folder / FILE).to_pylist()
    assert len(rows) == len(AUDIT_FLAGS)
    assert {row["answered_by"] for row in rows} == {MANAGER}
    assert {row["child_id"] for row in rows} == {child.partition(":")[0]}
    after = page.exhibits["audit_tally"]
    assert after.headline.startswith("[c] of")
    assert "[c]" in " ".join(after.tables[0].iloc[0])
    assert f"{len(AUDIT_FLAGS)} of {len(AUDIT_FLAGS)} answered" in child_box(session).options[2]
    assert f"last by {MANAGER} on " in page.main_text
    given = page.exhibits["audit_answers_of_a_child"]
    assert not given.has_download
    assert set(given.tables[0]["Answered by"]) == {MANAGER}


def test_six_families_are_enough_to_be_counted(folder: Path) -> None:
    session, _ = opened("analyse", MANAGER)
    seen = []
    for number in range(12):
        child_box(session).select_index(number)
        session.app.run()
        page = answer(session, {"domestic_abuse": "yes"})
        seen.append(page.exhibits["audit_tally"].headline.split()[0])
    numbers = [int(one) for one in seen if one != "[c]"]
    assert seen[0] == "[c]"
    assert numbers
    assert min(numbers) == 6
    assert numbers == sorted(numbers)
    row = page.exhibits["audit_tally"].tables[0].set_index("Question").iloc[0]
    assert row["Yes (families)"] == str(numbers[-1])


def test_another_child_starts_with_an_empty_form(folder: Path) -> None:
    session, _ = opened("analyse", MANAGER)
    answer(session, {"domestic_abuse": "yes"})
    assert radios(session)[AUDIT_FLAGS["domestic_abuse"]].value == "yes"
    radios(session)[AUDIT_FLAGS["issue_dropped"]].set_value("no")
    child_box(session).select_index(3)
    session.app.run()
    assert {radio.value for radio in session.app.radio} == {None}


def test_only_what_was_changed_is_saved_and_the_latest_counts(folder: Path) -> None:
    session, _ = opened("analyse", MANAGER)
    answer(session, {"domestic_abuse": "yes", "issue_dropped": "no"})
    answer(session, {"domestic_abuse": "not_known"})
    rows = pq.read_table(folder / FILE).to_pylist()
    assert [(row["question"], row["answer"]) for row in rows] == [
        ("domestic_abuse", "yes"),
        ("issue_dropped", "no"),
        ("domestic_abuse", "not_known"),
    ]
    page = answer(session, {})
    assert "Nothing was changed" in session.app.success[0].value
    assert len(pq.read_table(folder / FILE)) == 3
    table = page.exhibits["audit_answers_of_a_child"].tables[0]
    assert list(table["Answer"]) == [AUDIT_ANSWER["not_known"], AUDIT_ANSWER["no"]]


def test_what_somebody_else_answered_meanwhile_stays(folder: Path) -> None:
    first, _ = opened("analyse", MANAGER)
    second, _ = opened("analyse", MANAGER)
    answer(first, {"domestic_abuse": "yes"})
    answer(second, {"issue_dropped": "no"})
    rows = pq.read_table(folder / FILE).to_pylist()
    assert [row["question"] for row in rows] == ["domestic_abuse", "issue_dropped"]
    first.app.run()
    assert radios(first)[AUDIT_FLAGS["issue_dropped"]].value == "no"


def test_a_save_that_fails_is_told_and_the_form_keeps_what_was_answered(folder: Path) -> None:
    session, _ = opened("analyse", MANAGER)
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("in the way")
    answer(session, {"domestic_abuse": "yes"})
    (fault,) = session.app.error
    assert "Nothing was saved" in fault.value
    assert str(folder.parent) not in fault.value
    assert not session.app.success
    assert radios(session)[AUDIT_FLAGS["domestic_abuse"]].value == "yes"


def test_broken_entries_are_told_in_a_sentence(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / FILE).write_bytes(b"nothing")
    session, page = opened("analyse", MANAGER)
    assert not page.failures
    assert not session.app.radio
    assert any("audit_answers.parquet" in line for line in page.informed)
    assert (folder / FILE).read_bytes() == b"nothing"


def test_no_key_is_in_the_link_or_in_a_log(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    session, _ = opened("analyse", MANAGER)
    child_box(session).select_index(4)
    session.app.run()
    answer(session, {"domestic_abuse": "yes"})
    link = json.dumps({key: str(value) for key, value in session.app.query_params.items()})
    assert not keys_in(link)
    assert not keys_in(caplog.text)
    names = [getattr(node, "key", "") or "" for node in session.app]
    assert not keys_in(" ".join(names).replace("_", " "))
