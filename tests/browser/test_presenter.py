"""What a presenter does: three exhibits, a name, the slides by keyboard, the files, a link."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect
from pptx import Presentation

from analytics.extracts.entries import ENTRIES_VARIABLE
from analytics.reports.shelf import SHELF_VARIABLE
from tests.browser.real_app import WIDE, Server, go, new_context, settle, violations
from tests.helpers.folders import RPS, copy_sample

pytestmark = pytest.mark.browser

expect.set_options(timeout=60_000)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a copy of the sample, whose extracts a test may replace."""
    copy_sample(tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def own_server(
    chromium_path: str, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Server]:
    """Return a server whose data and briefings are this test's own."""
    monkeypatch.setenv(ENTRIES_VARIABLE, str(tmp_path / "entries"))
    monkeypatch.setenv(SHELF_VARIABLE, str(tmp_path / "briefings"))
    with Server(tmp_path / "log.txt", data=data) as running:
        yield running


@pytest.fixture
def page(chromium: Browser, own_server: Server) -> Iterator[Page]:
    with new_context(chromium) as context:
        context.set_default_timeout(60_000)
        page = context.new_page()
        page.set_viewport_size({"width": WIDE, "height": 900})
        yield page


def add_first(page: Page, link: str) -> str:
    """Add the first exhibit of a page to the briefing, and return its headline."""
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=link, exact=True).click()
    page.wait_for_timeout(300)
    settle(page)
    headline = page.get_by_test_id("stMain").get_by_role("heading", level=2).first.inner_text()
    page.get_by_role("button", name="Add to briefing").first.click()
    expect(page.get_by_text("Added to the briefing").first).to_be_visible()
    settle(page)
    return headline


def briefing(page: Page) -> None:
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Briefing", exact=True).click()
    page.wait_for_timeout(300)
    settle(page)


def part(page: Page, name: str) -> None:
    page.get_by_test_id("stMain").get_by_role("radio", name=name, exact=True).click()
    page.wait_for_timeout(300)
    settle(page)


def without_two_families(folder: Path) -> None:
    """Replace the audit's extracts by ones that lack two families."""
    families = pq.read_table(folder / "audit_families.parquet")["family_id"].slice(2)
    for name in ("audit_families", "audit_children"):
        path = folder / f"{name}.parquet"
        rows = pq.read_table(path)
        pq.write_table(rows.filter(pc.is_in(rows["family_id"], families.combine_chunks())), path)


def shown(slides: FrameLocator) -> str:
    """Return the heading of the slide that is presented."""
    return slides.locator(".slide.current h2").first.inner_text()


def test_from_three_exhibits_to_the_last_slide_by_keyboard(page: Page, own_server: Server) -> None:
    go(page, f"{own_server.url}/")
    headlines = [add_first(page, link) for link in ("Effect", "Implementation", "Economic cost")]
    briefing(page)
    page.get_by_label("Name of the briefing").fill("Board in March")
    page.get_by_label("Name of the briefing").press("Tab")
    settle(page)
    page.get_by_role("button", name="Save", exact=True).click()
    link = page.get_by_text(re.compile(r"http://localhost:\d+/briefing\?briefing=\S+")).inner_text()
    assert not any(word in link for word in ("Board", "March", "Hampshire"))
    assert violations(page) == ()

    part(page, "Present")
    slides = page.frame_locator("iframe")
    slides.get_by_role("button", name="Full screen").click()
    page.context.set_offline(True)  # presenting needs no network
    seen = []
    for _ in headlines:
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(200)
        seen.append(shown(slides))
    page.context.set_offline(False)
    assert seen == headlines

    go(page, link)
    expect(page.get_by_label("Name of the briefing")).to_have_value("Board in March")
    part(page, "Take it with you")
    page.get_by_role("button", name="Prepare the slides").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the slides").click()
    deck = Presentation(io.BytesIO(download.value.path().read_bytes()))
    titles = [slide.shapes.title.text for slide in deck.slides if slide.shapes.title]
    assert all(any(title.startswith(headline) for title in titles) for headline in headlines)


def test_a_stale_link_says_which_figures_moved_and_why(
    page: Page, own_server: Server, data: Path
) -> None:
    go(page, f"{own_server.url}/repeat-plans")
    part(page, "What the audit found")
    page.get_by_role("button", name="Sentence, link, picture").first.click()
    page.get_by_role("button", name="Link to these figures").click()
    link = page.get_by_text(re.compile(r"http://localhost:\d+/view\?\S+")).inner_text()

    go(page, link)
    expect(page.get_by_text("nothing has moved")).to_be_visible()

    without_two_families(data / RPS)
    go(page, link)
    expect(page.get_by_text(re.compile(r"\d+ figures moved\."))).to_be_visible()
    expect(page.get_by_text("What has changed since: the extracts.")).to_be_visible()
    table = page.get_by_role("region", name="What moved")
    row = table.get_by_role("row").filter(has_text="2 to 5 years: Of")
    assert row.get_by_role("cell").all_inner_texts()[1:] == ["16", "14", "−2"]
    page.get_by_text("As it was on").click()
    expect(page.get_by_text("8 of the 16 returning families came back")).to_be_visible()
    assert violations(page) == ()
