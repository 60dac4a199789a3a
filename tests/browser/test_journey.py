"""What people do: follow a link, filter, go to another page, share the link, take the table."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.letters import BOX, EVALUATIONS, LETTERS, box
from tests.browser.real_app import (
    PAGES,
    Server,
    go,
    new_context,
    open_expanders,
    settle,
)

pytestmark = pytest.mark.browser

expect.set_options(timeout=30_000)
FOREST = ".st-key-exhibit_outcomes_difference"


def choose_authority(page: Page, name: str) -> None:
    """Choose an authority in the filters, as a person does: click, type, pick."""
    box = page.get_by_test_id("stSidebar").get_by_role("combobox", name="Local authority")
    box.click()
    box.fill(name)
    page.get_by_role("option", name=name, exact=True).click()
    page.keyboard.press("Escape")
    expect(chip(page, name)).to_be_visible()
    settle(page)


def chip(page: Page, name: str):
    """Return the mark of a chosen authority in the filters."""
    return page.locator(".st-key-la").get_by_text(name, exact=True)


def follow(page: Page, title: str) -> None:
    """Change the page by the navigation."""
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True).click()
    expect(page).to_have_title(f"{title} – EMMIE Explorer")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    settle(page)


def figures(page: Page, exhibit: str) -> list[str]:
    """Return the words and numbers of an exhibit: text alternative, then its table."""
    open_expanders(page)
    part = page.locator(exhibit)
    alt = part.locator("[role=figure]").first.get_attribute("aria-label")
    return [alt or "", *part.locator("table").all_inner_texts()]


@pytest.mark.parametrize("path", ["/effect"])
def test_deep_link_is_the_first_request_that_a_server_gets(
    chromium: Browser, fresh_server: Server, path: str
) -> None:
    with new_context(chromium) as context:
        page = context.new_page()
        go(page, fresh_server.url + path)
        links = page.get_by_test_id("stSidebarNav").get_by_role("link")
        assert [link.inner_text() for link in links.all()] == list(PAGES.values())
        expect(page.get_by_role("heading", level=1)).to_have_text(PAGES[path])
        for key in ("la", "from", "to", "age", "sex", "ethnic", "category"):
            expect(page.locator(f".st-key-{key}")).to_be_visible()
        assert page.locator("[data-testid=stPlotlyChart] .main-svg").count() > 0
        assert page.title() == f"{PAGES[path]} – EMMIE Explorer"


def test_filter_goes_along_and_the_link_says_the_same_to_someone_else(
    chromium: Browser, server: Server, tmp_path: Path
) -> None:
    with new_context(chromium) as context:
        page = context.new_page()
        go(page, server.url + "/effect")
        unfiltered = figures(page, FOREST)
    with new_context(chromium) as context:
        page = context.new_page()
        go(page, server.url + "/")
        choose_authority(page, "Southampton")
        follow(page, "Effect")
        expect(chip(page, "Southampton")).to_be_visible()
        expect(page.get_by_test_id("stMain").get_by_text("Southampton").first).to_be_visible()
        mine, link = figures(page, FOREST), page.url
        assert "la=Southampton" in link
        assert mine != unfiltered
        assert len(mine) == 2

        name, rows = download(page, "outcomes_difference", tmp_path)
        assert name == "outcomes_difference_synthetic.csv"
        assert_says_what_it_is(rows, authority="Southampton", synthetic=True)
        assert len(table_of(rows)) == 1 + 2 * 6

        page.reload()
        settle(page)
        expect(chip(page, "Southampton")).to_be_visible()
        assert figures(page, FOREST) == mine
    with new_context(chromium) as context:
        page = context.new_page()
        go(page, link)
        expect(chip(page, "Southampton")).to_be_visible()
        assert figures(page, FOREST) == mine


def test_link_inside_a_page_takes_the_filter_along(chromium: Browser, server: Server) -> None:
    with new_context(chromium) as context:
        page = context.new_page()
        go(page, server.url + "/?la=Southampton")
        card = page.locator(".st-key-card_family_safety_plans")
        card.get_by_role("link", name="Effect", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Effect")
        settle(page)
        expect(chip(page, "Southampton")).to_be_visible()
        assert "la=Southampton" in page.url
        by_link = figures(page, FOREST)
    with new_context(chromium) as context:
        page = context.new_page()
        go(page, server.url + "/effect?la=Southampton")
        assert figures(page, FOREST) == by_link


@pytest.mark.parametrize(
    ("evaluation", "letter"),
    [("signs_of_safety_ten_areas", "Mechanism"), ("repeat_plans_southampton", "Economic cost")],
)
def test_letter_of_an_evaluation_leads_to_it_and_every_page_keeps_it(
    chromium: Browser, server: Server, evaluation: str, letter: str
) -> None:
    title = EVALUATIONS[evaluation]
    with new_context(chromium) as context:
        page = context.new_page()
        go(page, server.url + "/")
        card = page.locator(f".st-key-card_{evaluation}")
        card.get_by_role("link", name=letter, exact=True).click()
        assert_is_about(page, letter, title)
        others = [PAGES[path] for path in LETTERS if PAGES[path] != letter]
        for other in others:
            follow(page, other)
            assert_is_about(page, other, title)
        page.reload()
        assert_is_about(page, others[-1], title)
        link = page.url
    with new_context(chromium) as context:
        page = context.new_page()
        go(page, link)
        assert_is_about(page, others[-1], title)


@pytest.mark.parametrize("evaluation", EVALUATIONS)
def test_card_of_an_evaluation_leads_to_its_own_document(
    chromium: Browser, server: Server, evaluation: str
) -> None:
    with new_context(chromium) as context:
        page = context.new_page()
        go(page, server.url + "/")
        card = page.locator(f".st-key-card_{evaluation}")
        card.get_by_role("link", name="What the document reports").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Published evidence")
        settle(page)
        expect(box(page, BOX)).to_have_value(EVALUATIONS[evaluation])


def assert_is_about(page: Page, letter: str, title: str) -> None:
    """Assert that a letter's page is open, about this evaluation, and that the link says so."""
    expect(page.get_by_role("heading", level=1)).to_have_text(letter)
    settle(page)
    expect(box(page, BOX)).to_have_value(title)
    assert parse_qs(urlsplit(page.url).query)["evaluation"] == [title]


def test_each_page_leads_to_the_methods_of_its_own_numbers(
    chromium: Browser, server: Server
) -> None:
    with new_context(chromium) as context:
        page = context.new_page()
        pages = (("/effect?la=Southampton", "Effect"), ("/plan-rates", "Statistical neighbours"))
        for path, title in pages:
            go(page, server.url + path)
            page.get_by_role("link", name="How the numbers on this page are made").click()
            expect(page.get_by_role("heading", level=1)).to_have_text("Methods")
            settle(page)
            rows = page.locator(".st-key-exhibit_numbers_on_screen tbody tr")
            assert {row.locator("td").first.inner_text() for row in rows.all()} == {title}
        follow(page, "Effect")
        page.get_by_role("link", name="How the numbers on this page are made").click()
        settle(page)
        cell = page.locator(".st-key-exhibit_numbers_on_screen tbody td").first
        expect(cell).to_have_text("Effect")


def test_back_button_returns_to_the_page_before(chromium: Browser, server: Server) -> None:
    with new_context(chromium) as context:
        page = context.new_page()
        go(page, server.url + "/effect?la=Southampton")
        follow(page, "Data")
        page.go_back()
        expect(page.get_by_role("heading", level=1)).to_have_text("Effect")
        settle(page)
        expect(chip(page, "Southampton")).to_be_visible()


def test_published_table_names_the_authority_and_is_not_called_synthetic(
    chromium: Browser, server: Server, tmp_path: Path
) -> None:
    with new_context(chromium) as context:
        page = context.new_page()
        go(page, server.url + "/statistical-neighbours?la=Southampton")
        page.locator(".st-key-exhibit_years_cp_plans_at_31_march summary").first.click()
        expect(page.locator(".st-key-exhibit_years_cp_plans_at_31_march table")).to_be_visible()
        name, rows = download(page, "years_cp_plans_at_31_march", tmp_path)
        assert name == "years_cp_plans_at_31_march.csv"
        assert_says_what_it_is(rows, authority="Southampton", synthetic=False)
        assert table_of(rows)[1][0] == "2013"


def test_control_changes_the_link_and_the_chart(chromium: Browser, server: Server) -> None:
    with new_context(chromium) as context:
        page = context.new_page()
        go(page, server.url + "/effect")
        page.locator(".st-key-form").get_by_text("Ratio", exact=True).click()
        expect(page.locator(".st-key-exhibit_outcomes_ratio")).to_be_visible()
        settle(page)
        assert page.url.endswith("?form=Ratio")
        assert page.locator(FOREST).count() == 0


def download(page: Page, key: str, folder: Path) -> tuple[str, list[list[str]]]:
    """Take the table of an exhibit; return the name of the file and its rows."""
    with page.expect_download() as waiting:
        page.locator(f".st-key-download_{key} button").click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    text = path.read_bytes().decode("utf-8-sig")
    return path.name, list(csv.reader(io.StringIO(text)))


def assert_says_what_it_is(rows: list[list[str]], *, authority: str, synthetic: bool) -> None:
    above = [row[0] for row in rows[: rows.index([])]]
    assert [line for line in above if line.startswith("Disclosure control: ")]
    assert [line for line in above if line.startswith("Numbers taken: ")]
    assert [line for line in above if line.startswith("Computed by: EMMIE Explorer ")]
    assert [line for line in above if line.startswith("Marking: ")]
    assert [line for line in above if line.startswith("Filters: ") and authority in line]
    assert [line for line in above if line.startswith("Source: ")]
    assert any("SYNTHETIC" in line for line in above) == synthetic


def table_of(rows: list[list[str]]) -> list[list[str]]:
    """Return the table with its column names, from between the two empty lines."""
    first = rows.index([])
    second = rows.index([], first + 1)
    return rows[first + 1 : second]
