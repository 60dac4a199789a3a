"""What a team manager does: one team, the curve, the list, one analysis, and the tally moves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from analytics.access.viewers import read_viewers
from analytics.ask import ask, enter
from analytics.emmie.repeat_plans.audit_entry import AuditEntry
from analytics.emmie.repeat_plans.audit_tool import AuditToolQuestion
from analytics.exhibits.repeat_words import QUESTION_GROUPS
from analytics.extracts.code_lists import AUDIT_FLAGS
from analytics.extracts.entries import ENTRIES_VARIABLE, FILE
from analytics.extracts.library import Library
from tests.browser.real_app import (
    NARROW,
    Server,
    go,
    new_context,
    open_expanders,
    settle,
    violations,
)
from tests.helpers.folders import RPS, SAMPLE

pytestmark = pytest.mark.browser

expect.set_options(timeout=30_000)

WHO = "southampton_manager"
BEFORE = 12
QUESTION = AUDIT_FLAGS["domestic_abuse"]
SAVED = re.compile(r"Saved \d\d:\d\d, \d+ of 27 answered\.")


@pytest.fixture
def entries(tmp_path: Path) -> Path:
    """Return a folder in which somebody has analysed one child of each of some families."""
    library = Library(SAMPLE, tmp_path)
    viewer = read_viewers(SAMPLE)[WHO]
    cases = ask(AuditToolQuestion(), RPS, viewer=viewer, library=library).answer.cases
    plans = pq.read_table(SAMPLE / RPS / "cp_plans.parquet").to_pylist()
    family = {row["plan_id"]: row["family_id"] for row in plans}
    one_each = {family[case.plan_id]: case for case in reversed(cases)}
    del one_each[family[cases[0].plan_id]]
    for case in list(one_each.values())[:BEFORE]:
        entry = AuditEntry(plan_id=case.plan_id, answers=(("domestic_abuse", "yes"),))
        enter(entry, RPS, viewer, library=library)
    return tmp_path


@pytest.fixture
def manager_server(
    chromium_path: str, entries: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Server]:
    """Return a server whose entries are this test's own."""
    monkeypatch.setenv(ENTRIES_VARIABLE, str(entries))
    with Server(tmp_path / "log.txt") as running:
        yield running


def choose(page: Page, label: str, option: str) -> None:
    """Choose in a list of the sidebar, as a person does."""
    settle(page)  # a run that ends later would close the list again
    side = page.get_by_test_id("stSidebar")
    side.get_by_role("combobox", name=label, exact=True).click()
    page.get_by_role("option", name=option, exact=True).click()
    page.keyboard.press("Escape")
    page.wait_for_timeout(300)
    settle(page)


def part(page: Page, name: str) -> None:
    """Choose a part of the page."""
    page.get_by_test_id("stMain").get_by_role("radio", name=name, exact=True).click()
    page.wait_for_timeout(300)
    settle(page)


def exhibit(page: Page, key: str) -> Locator:
    return page.locator(f".st-key-exhibit_{key}")


def listed(page: Page) -> list[str]:
    """Return what the list says of children, of every family."""
    everyone = exhibit(page, "who_to_look_at").get_by_text("Show all")
    if everyone.count() and not page.get_by_role("switch", name="Show all").is_checked():
        everyone.click()
        page.wait_for_timeout(300)
        settle(page)
    return exhibit(page, "who_to_look_at").get_by_text("Chronology:").all_inner_texts()


def answer_to(page: Page, question: str, said: str) -> Locator:
    group = page.get_by_role("radiogroup", name=question, exact=True)
    return group.get_by_role("radio", name=said, exact=True)


def say(page: Page, question: str, said: str) -> None:
    """Choose an answer, as a person does."""
    group = page.get_by_role("radiogroup", name=question, exact=True)
    group.get_by_text(said, exact=True).click()
    page.wait_for_timeout(300)
    settle(page)


def sign_in_on_a_narrow_screen(page: Page) -> None:
    page.get_by_test_id("stExpandSidebarButton").click()
    page.wait_for_timeout(600)  # until the sidebar has slid in
    choose(page, "Viewing as", "Team manager, Southampton")
    page.get_by_test_id("stSidebarCollapseButton").locator("button").click()
    page.wait_for_timeout(600)


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than the window."""
    main = "document.querySelector('[data-testid=stMain]')"
    found: int = page.evaluate(f"{main}.scrollWidth - {main}.clientWidth")
    return found


def tally_row(page: Page) -> list[str]:
    """Return what stands in the tally beside the first question."""
    row = exhibit(page, "audit_tally").locator("tbody tr").filter(has_text=QUESTION)
    return row.locator("td").all_inner_texts()[1:]


def test_a_manager_looks_and_analyses_one_return(
    chromium: Browser, manager_server: Server, entries: Path
) -> None:
    addresses: list[str] = []
    with new_context(chromium) as context:
        page = context.new_page()
        page.on("request", lambda request: addresses.append(request.url))
        go(page, f"{manager_server.url}/repeat-plans")
        choose(page, "Viewing as", "Team manager, Southampton")

        part(page, "Who to look at")
        whole = listed(page)
        team = re.search(r"team (\w+)", whole[0])[1]
        choose(page, "Team", team)
        mine = listed(page)
        assert 0 < len(mine) < len(whole)
        assert all(team in line for line in mine)
        assert exhibit(page, "who_to_look_at").get_by_role("button", name="Download").count() == 0
        open_expanders(page)
        assert violations(page) == ()

        part(page, "How soon")
        curve = page.locator("[data-testid=stPlotlyChart] .main-svg")
        expect(curve.first).to_be_visible()
        expect(page.get_by_test_id("stMain").get_by_text(team).first).to_be_visible()

        page.get_by_role("button", name="Clear all filters").click()
        page.wait_for_timeout(300)
        settle(page)
        part(page, "Analyse a return")
        before = tally_row(page)
        assert before[0] == str(BEFORE)
        expect(exhibit(page, "audit_tally").get_by_role("heading")).to_contain_text(f"{BEFORE} of ")
        say(page, QUESTION, "Yes")
        expect(page.get_by_text("1 answer in this section not saved yet.")).to_be_visible()
        page.get_by_role("button", name="Save section 1").click()
        expect(page.get_by_text(SAVED)).to_be_visible()
        settle(page)
        after = tally_row(page)
        assert after[0] == str(BEFORE + 1)
        assert int(after[-1]) == int(before[-1]) - 1
        expect(exhibit(page, "audit_tally").get_by_role("heading")).to_contain_text(
            f"{BEFORE + 1} of "
        )
        expect(
            page.get_by_text(re.compile(f"1 of 27 questions answered; last by {WHO}"))
        ).to_be_visible()
        open_expanders(page)
        assert violations(page) == ()

        page.reload()
        settle(page)
        assert tally_row(page)[0] == str(BEFORE + 1)
        addresses.append(page.url)
    rows = pq.read_table(entries / RPS / FILE).to_pylist()
    assert len(rows) == BEFORE + 1
    keys = {row[name] for row in rows for name in ("plan_id", "child_id")}
    assert not [address for address in addresses if any(key in address for key in keys)]
    log = manager_server.log.read_text()
    assert not [key for key in keys if key in log]


def test_a_draft_outlives_a_change_of_part_and_of_page(
    chromium: Browser, manager_server: Server, entries: Path
) -> None:
    other = AUDIT_FLAGS["changed_chair"]
    with new_context(chromium) as context:
        page = context.new_page()
        go(page, f"{manager_server.url}/repeat-plans?part_of_repeat=Analyse+a+return")
        choose(page, "Viewing as", "Team manager, Southampton")
        say(page, QUESTION, "Yes")
        say(page, other, "Not known")
        say(page, other, "No")
        part(page, "Who to look at")
        reminder = page.get_by_text("2 answers about 1 child are not saved yet")
        expect(reminder).to_be_visible()
        page.get_by_test_id("stSidebar").get_by_role("link", name="Data", exact=True).click()
        page.wait_for_timeout(300)
        settle(page)
        entered = exhibit(page, "data_entries").locator("tbody tr").all_inner_texts()
        assert [line.split("\t")[1:4] for line in entered] == [
            ["audit_answers.parquet", "Used", str(BEFORE)]
        ]
        page.get_by_test_id("stSidebar").get_by_role("link", name="Repeat plans").click()
        page.wait_for_timeout(300)
        settle(page)
        part(page, "Analyse a return")
        expect(answer_to(page, QUESTION, "Yes")).to_be_checked()
        expect(answer_to(page, other, "No")).to_be_checked()
        discard = page.get_by_role("button", name="Discard what is not saved in section 3")
        discard.click()
        page.wait_for_timeout(300)
        settle(page)
        expect(answer_to(page, other, "No")).not_to_be_checked()
        expect(answer_to(page, QUESTION, "Yes")).to_be_checked()
        say(page, other, "No")  # as if it had never been discarded
        page.get_by_role("button", name="Save section 3").click()
        expect(page.get_by_text(SAVED)).to_be_visible()
        settle(page)
        expect(answer_to(page, QUESTION, "Yes")).to_be_checked()
        page.get_by_role("button", name="Save section 1").click()
        expect(page.get_by_text(re.compile("2 of 27 questions answered"))).to_be_visible()
        expect(page.get_by_text("not saved yet")).to_have_count(0)
    saved = pq.read_table(entries / RPS / FILE).to_pylist()[BEFORE:]
    assert [(row["question"], row["answer"]) for row in saved] == [
        ("changed_chair", "no"),
        ("domestic_abuse", "yes"),
    ]


def test_from_the_list_to_a_child_on_a_narrow_screen(
    chromium: Browser, manager_server: Server
) -> None:
    with new_context(chromium, NARROW) as context:
        page = context.new_page()
        go(page, f"{manager_server.url}/repeat-plans?part_of_repeat=Who+to+look+at")
        sign_in_on_a_narrow_screen(page)
        entry = exhibit(page, "who_to_look_at").get_by_text("Chronology:").first
        box = entry.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= NARROW
        assert overflow(page) <= 0
        button = exhibit(page, "who_to_look_at").get_by_role("button", name="Analyse ").nth(5)
        child = button.inner_text().removeprefix("Analyse ")
        button.click()
        page.wait_for_timeout(300)
        settle(page)
        expect(page.get_by_role("combobox", name="Child")).to_have_value(re.compile(child))
        main = "document.querySelector('[data-testid=stMain]')"
        page.wait_for_function(f"{main}.scrollTop === 0")
        assert child not in page.url
        assert violations(page) == ()


def test_the_form_works_by_keyboard_on_a_narrow_screen(
    chromium: Browser, manager_server: Server, entries: Path
) -> None:
    with new_context(chromium, NARROW) as context:
        page = context.new_page()
        go(page, f"{manager_server.url}/repeat-plans?part_of_repeat=Analyse+a+return")
        sign_in_on_a_narrow_screen(page)
        group = page.get_by_role("radiogroup", name=QUESTION, exact=True)
        group.get_by_role("radio").first.focus()
        page.keyboard.press("Space")
        expect(group.get_by_role("radio", name="Yes")).to_be_checked()
        settle(page)
        save = page.get_by_role("button", name="Save section 1")
        for _ in next(iter(QUESTION_GROUPS.values())):  # to each question, then to the button
            page.keyboard.press("Tab")
        expect(save).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_text(SAVED)).to_be_visible()
        settle(page)
        assert tally_row(page)[0] == str(BEFORE + 1)
        assert overflow(page) <= 0
        assert violations(page) == ()


def test_anyone_else_sees_the_tally_and_no_child(
    chromium: Browser, manager_server: Server, entries: Path
) -> None:
    with new_context(chromium) as context:
        page = context.new_page()
        for name in ("Analyse+a+return", "Who+to+look+at"):
            go(page, f"{manager_server.url}/repeat-plans?part_of_repeat={name}")
            open_expanders(page)
            text = page.content()
            rows = pq.read_table(SAMPLE / RPS / "children.parquet").column("child_id").to_pylist()
            assert not [key for key in rows if key in text]
            assert page.get_by_role("button", name="Save section").count() == 0
