"""The team manager's parts of Repeat plans: who to look at, and the analysis of a return."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from analytics.exhibits.repeat_words import QUESTION_GROUPS
from analytics.extracts.code_lists import AUDIT_ANSWER, AUDIT_FLAGS
from analytics.extracts.entries import FILE
from analytics.extracts.library import open_library
from tests.app.opened_pages import Opened, Session
from tests.helpers.folders import RPS, SAMPLE

MANAGER = "southampton_manager"
WHOSE = "Filters: Southampton only"
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


def mark(session: Session, answers: dict[str, str]) -> Opened:
    """Choose answers, and save nothing."""
    for key, said in answers.items():
        radios(session)[AUDIT_FLAGS[key]].set_value(said)
    session.app.run()
    return session.look()


def press(session: Session, label: str) -> Opened:
    """Press the one button with this label."""
    (button,) = (one for one in session.app.button if one.label == label)
    button.click()
    session.app.run()
    return session.look()


def section_of(key: str) -> int:
    """Return the number of the section in which a question is asked."""
    return next(
        number for number, keys in enumerate(QUESTION_GROUPS.values(), start=1) if key in keys
    )


def answer(session: Session, answers: dict[str, str]) -> Opened:
    """Answer questions and save each section that has one, as somebody quick does: in one run."""
    page = session.look()
    for number, keys in enumerate(QUESTION_GROUPS.values(), start=1):
        mine = {key: said for key, said in answers.items() if key in keys}
        for key, said in mine.items():
            radios(session)[AUDIT_FLAGS[key]].set_value(said)
        if mine:
            page = press(session, f"Save section {number}")
    return page


def warned(session: Session) -> list[str]:
    return [one.value for one in session.app.warning]


def child_box(session: Session):
    return session.app.selectbox(key="child_to_analyse")


def titles(page: Opened) -> list[str]:
    """Return the families of the list."""
    texts = page.exhibits["who_to_look_at"].texts
    return [text.strip("*") for text in texts if text.startswith("**Family ")]


def entries(page: Opened) -> list[str]:
    """Return what is said of children of the list: those alike in one entry."""
    return [text for text in page.exhibits["who_to_look_at"].texts if "Chronology: " in text]


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
    session, page = opened("who", MANAGER)
    assert not page.failures
    assert page.exhibits["who_to_look_at"].has_download is False
    assert "not for sharing" in " ".join(page.exhibits["who_to_look_at"].texts)
    page = session.choose("toggle", "who_all", True)
    lines = entries(page)
    assert len(lines) > 20
    assert all(keys_in(line) for line in lines)
    assert all(re.search("without; (on a plan since|conference)", line) for line in lines)
    assert len(titles(page)) == len(set(titles(page)))
    n = sum(int(re.search(r": (\d+) child", title)[1]) for title in titles(page))
    assert page.exhibits["who_to_look_at"].headline.startswith(
        f"{n} children in {len(titles(page))}"
    )


def test_siblings_are_one_entry_and_the_newest_can_come_first(folder: Path) -> None:
    plans = pd.read_parquet(SAMPLE / RPS / "cp_plans.parquet")
    latest = plans.groupby("family_id").started_on.max()
    session, page = opened("who", MANAGER)
    soonest = titles(page)
    page = session.choose("segmented_control", "who_order", "newest")
    newest = titles(page)
    assert newest != soonest
    assert len(newest) == len(soonest) == 12
    starts = [latest[keys_in(title).pop()] for title in newest]
    assert starts == sorted(starts, reverse=True)
    page = session.choose("toggle", "who_all", True)
    assert any(": 3 children" in title for title in titles(page))
    with_two = [line for line in entries(page) if len(keys_in(line.partition(":")[0])) == 2]
    assert with_two


def test_from_a_child_of_the_list_to_its_analysis(folder: Path) -> None:
    session, _ = opened("who", MANAGER)
    buttons = [one for one in session.app.button if one.label.startswith("Analyse ")]
    child = buttons[2].label.removeprefix("Analyse ")
    page = press(session, f"Analyse {child}")
    assert not page.failures
    assert session.app.session_state["part_of_repeat"] == "analyse"
    plans = pd.read_parquet(SAMPLE / RPS / "cp_plans.parquet")
    mine = plans[plans.child_id == child].sort_values("started_on").plan_id.iloc[-1]
    assert child_box(session).value == mine
    link = json.dumps({key: str(value) for key, value in session.app.query_params.items()})
    assert not keys_in(link)
    assert not keys_in(" ".join(getattr(one, "key", "") or "" for one in buttons))


def test_the_list_follows_the_team_filter(folder: Path) -> None:
    session, _ = opened("who", MANAGER)
    everyone = entries(session.choose("toggle", "who_all", True))
    teams = [re.search(r"team (\w+)", line)[1] for line in everyone]
    team = max(set(teams), key=teams.count)
    narrow = entries(session.choose("multiselect", "team", [team]))
    assert len(narrow) == teams.count(team) < len(everyone)
    assert all(f"team {team}" in line for line in narrow)


def test_the_manager_sees_true_counts_and_takes_away_only_those_for_sharing(folder: Path) -> None:
    session, mine = opened("who", MANAGER)
    public = opened("who", "commissioner")[1]
    for key in ("current_by_gap", "current_by_team"):
        own = mine.exhibits[key]
        assert not own.has_download
        assert "[c]" not in " ".join(own.texts)
        assert "not for sharing" in " ".join(own.texts)
        assert "not for sharing" not in " ".join(public.exhibits[key].texts)
    assert any("[c]" in " ".join(public.exhibits[key].texts) for key in ("current_by_gap",))
    shared = session.choose("segmented_control", "counts_shown", "shared")
    for key in ("current_by_gap", "current_by_team"):
        own = shared.exhibits[key]
        assert WHOSE in own.texts
        others = tuple(text for text in own.texts if text != WHOSE)
        assert replace(own, texts=others) == public.exhibits[key]
        assert own.has_download


def test_the_manager_answers_and_the_tally_moves(folder: Path) -> None:
    session, page = opened("analyse", MANAGER)
    assert not page.failures
    assert set(radios(session)) == set(AUDIT_FLAGS.values())
    before = page.exhibits["audit_tally"]
    assert before.headline == "No family is analysed yet"
    assert not before.tables
    assert "audit_compared" not in page.exhibits
    child = child_box(session).options[2]
    child_box(session).select(child)
    session.app.run()
    page = answer(session, dict.fromkeys(AUDIT_FLAGS, "yes"))
    assert not page.failures
    (said,) = (one.value for one in session.app.success)
    assert re.fullmatch(r"Saved \d\d:\d\d, 27 of 27 answered\.", said)
    rows = pq.read_table(folder / FILE).to_pylist()
    assert len(rows) == len(AUDIT_FLAGS)
    assert {row["answered_by"] for row in rows} == {MANAGER}
    assert {row["child_id"] for row in rows} == {child.partition(":")[0]}
    after = page.exhibits["audit_tally"]
    assert re.fullmatch(r"1 of \d+ families analysed so far", after.headline)
    assert list(after.tables[0].iloc[0])[1:4] == ["1", "0", "0"]
    assert not after.has_download
    assert "not for sharing" in " ".join(after.texts)
    assert f"{len(AUDIT_FLAGS)} of {len(AUDIT_FLAGS)} answered" in child_box(session).options[2]
    assert f"last by {MANAGER} on " in page.main_text
    given = page.exhibits["audit_answers_of_a_child"]
    assert not given.has_download
    assert set(given.tables[0]["Answered by"]) == {MANAGER}


def test_six_families_are_enough_to_be_counted_for_sharing(folder: Path) -> None:
    session, _ = opened("analyse", MANAGER)
    own, shared = [], []
    for number in range(12):
        child_box(session).select_index(number)
        session.app.run()
        page = answer(session, {"domestic_abuse": "yes"})
        own.append(page.exhibits["audit_tally"].headline.split()[0])
        public = opened("analyse")[1].exhibits["audit_tally"]
        assert "[c]" not in public.headline
        shared.append(public.headline.split()[0])
    assert own[0] == "1"
    assert list(map(int, own)) == sorted(map(int, own))
    for mine, theirs in zip(own, shared, strict=True):
        assert theirs == ("How" if int(mine) < 6 else mine)
    assert shared[-1] == own[-1]
    row = public.tables[0].set_index("Question").iloc[0]
    assert row["Yes (families)"] == own[-1]


def test_another_child_starts_with_an_empty_form(folder: Path) -> None:
    session, _ = opened("analyse", MANAGER)
    first = child_box(session).value
    answer(session, {"domestic_abuse": "yes"})
    assert radios(session)[AUDIT_FLAGS["domestic_abuse"]].value == "yes"
    mark(session, {"issue_dropped": "no"})
    child_box(session).select_index(3)
    session.app.run()
    assert {radio.value for radio in session.app.radio} == {None}
    assert any("1 answer about 1 child is not saved yet" in one for one in warned(session))
    assert any(option.endswith(", 1 unsaved") for option in child_box(session).options)
    child_box(session).set_value(first)
    session.app.run()
    assert radios(session)[AUDIT_FLAGS["issue_dropped"]].value == "no"


DRAFT = {"domestic_abuse": "yes", "changed_chair": "not_known", "issue_dropped": "no"}


def chosen(session: Session) -> dict[str, str]:
    """Return what stands in the form."""
    shown = radios(session)
    return {key: shown[words].value for key, words in AUDIT_FLAGS.items() if shown[words].value}


def test_a_draft_stays_over_parts_and_pages_and_viewers(folder: Path) -> None:
    session, _ = opened("analyse", MANAGER)
    mark(session, DRAFT)
    assert any("1 answer in this section" in one for one in warned(session))
    session.choose("segmented_control", "part_of_repeat", "who")
    assert not session.app.radio
    assert any("3 answers about 1 child are not saved yet" in one for one in warned(session))
    session.choose("segmented_control", "part_of_repeat", "analyse")
    assert chosen(session) == DRAFT
    session.open("data")
    session.open("repeat_plans")
    assert chosen(session) == DRAFT
    page = session.choose("selectbox", "viewer", "commissioner")
    assert not warned(session)
    assert not page.failures
    session.choose("selectbox", "viewer", MANAGER)
    assert chosen(session) == DRAFT
    assert not (folder / FILE).exists()


def test_a_section_is_saved_and_the_rest_stays_a_draft(folder: Path) -> None:
    session, _ = opened("analyse", MANAGER)
    mark(session, DRAFT)
    press(session, f"Save section {section_of('changed_chair')}")
    (said,) = (one.value for one in session.app.success)
    assert re.fullmatch(r"Saved \d\d:\d\d, 1 of 27 answered\.", said)
    rows = pq.read_table(folder / FILE).to_pylist()
    assert [(row["question"], row["answer"]) for row in rows] == [("changed_chair", "not_known")]
    assert chosen(session) == DRAFT
    assert any("2 answers about 1 child are not saved yet" in one for one in warned(session))
    session.app.run()
    assert not session.app.success
    assert any("1 of 3 saved in this section; last by" in one.value for one in session.app.caption)


def test_a_draft_can_be_discarded(folder: Path) -> None:
    session, _ = opened("analyse", MANAGER)
    answer(session, {"domestic_abuse": "yes"})
    mark(session, {"domestic_abuse": "no", "alcohol_misuse": "yes", "issue_dropped": "no"})
    press(session, "Discard what is not saved in section 1")
    assert chosen(session) == {"domestic_abuse": "yes", "issue_dropped": "no"}
    assert len(pq.read_table(folder / FILE)) == 1


def test_what_was_chosen_and_changed_back_is_no_draft(folder: Path) -> None:
    session, _ = opened("analyse", MANAGER)
    answer(session, {"domestic_abuse": "yes"})
    mark(session, {"domestic_abuse": "no"})
    mark(session, {"domestic_abuse": "yes"})
    session.app.run()
    assert not warned(session)


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
    page = press(session, "Save section 1")
    assert any("Nothing was changed" in line for line in page.informed)
    assert len(pq.read_table(folder / FILE)) == 3
    table = page.exhibits["audit_answers_of_a_child"].tables[0]
    assert list(table["Answer"]) == [AUDIT_ANSWER["not_known"], AUDIT_ANSWER["no"]]


def test_sections_go_through_every_question_in_the_papers_order(folder: Path) -> None:
    session, _ = opened("analyse", MANAGER)
    asked = [radio.label for radio in session.app.radio]
    assert asked == [AUDIT_FLAGS[key] for keys in QUESTION_GROUPS.values() for key in keys]
    headings = [one.value.replace("\\", "") for one in session.app.subheader]
    assert headings == [f"{n}. {words}" for n, words in enumerate(QUESTION_GROUPS, start=1)]


def test_what_somebody_else_answered_meanwhile_stays(folder: Path) -> None:
    first, _ = opened("analyse", MANAGER)
    second, _ = opened("analyse", MANAGER)
    answer(first, {"domestic_abuse": "yes"})
    answer(second, {"issue_dropped": "no"})
    rows = pq.read_table(folder / FILE).to_pylist()
    assert [row["question"] for row in rows] == ["domestic_abuse", "issue_dropped"]
    first.app.run()
    assert radios(first)[AUDIT_FLAGS["issue_dropped"]].value == "no"


def test_a_draft_is_not_overwritten_by_what_somebody_else_answered(folder: Path) -> None:
    first, _ = opened("analyse", MANAGER)
    second, _ = opened("analyse", MANAGER)
    mark(first, {"domestic_abuse": "no"})
    answer(second, {"domestic_abuse": "yes"})
    first.app.run()
    assert radios(first)[AUDIT_FLAGS["domestic_abuse"]].value == "no"
    assert any("1 answer in this section" in one for one in warned(first))


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
    assert any("1 answer in this section not saved yet" in one for one in warned(session))
    folder.unlink()
    press(session, "Save section 1")
    assert len(pq.read_table(folder / FILE)) == 1


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
