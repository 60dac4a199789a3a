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
        everyone = exhibit(page, "who_to_look_at").locator("tbody tr").all_inner_texts()
        team = everyone[0].split("\t")[1]
        choose(page, "Team", team)
        mine = exhibit(page, "who_to_look_at").locator("tbody tr").all_inner_texts()
        assert 0 < len(mine) < len(everyone)
        assert all(team in row for row in mine)
        assert exhibit(page, "who_to_look_at").get_by_role("button").count() == 0

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
        group = page.get_by_role("radiogroup", name=QUESTION, exact=True)
        group.get_by_text("Yes", exact=True).click()
        page.get_by_role("button", name="Save the answers").click()
        expect(page.get_by_text("The answers are saved.")).to_be_visible()
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


def test_the_form_works_by_keyboard_on_a_narrow_screen(
    chromium: Browser, manager_server: Server, entries: Path
) -> None:
    with new_context(chromium, NARROW) as context:
        page = context.new_page()
        go(page, f"{manager_server.url}/repeat-plans?part_of_repeat=Analyse+a+return")
        page.get_by_test_id("stExpandSidebarButton").click()
        page.wait_for_timeout(600)  # until the sidebar has slid in
        choose(page, "Viewing as", "Team manager, Southampton")
        page.get_by_test_id("stSidebarCollapseButton").locator("button").click()
        page.wait_for_timeout(600)
        group = page.get_by_role("radiogroup", name=QUESTION, exact=True)
        group.get_by_role("radio").first.focus()
        page.keyboard.press("Space")
        expect(group.get_by_role("radio", name="Yes")).to_be_checked()
        save = page.get_by_role("button", name="Save the answers")
        for _ in AUDIT_FLAGS:  # from each question to the next, and from the last one to the button
            page.keyboard.press("Tab")
        expect(save).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_text("The answers are saved.")).to_be_visible()
        settle(page)
        assert tally_row(page)[0] == str(BEFORE + 1)
        main = "document.querySelector('[data-testid=stMain]')"
        assert page.evaluate(f"{main}.scrollWidth - {main}.clientWidth") <= 0
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
            assert page.get_by_role("button", name="Save the answers").count() == 0
