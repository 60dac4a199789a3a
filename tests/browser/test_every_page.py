"""What holds on every page: accessible, fits, named, quiet, and nobody else is asked."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.browser.real_app import (
    NARROW,
    NARROWEST,
    PAGES,
    SERVICE,
    WIDE,
    Server,
    Visits,
    go,
    new_context,
)

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(visits: Visits, path: str, width: int) -> None:
    assert visits(path, width).violations == ()


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_with_expanders_open(visits: Visits, path: str, width: int) -> None:
    visit = visits(path, width)
    assert visit.violations_open == ()
    assert visit.expanders or path in {"/data", "/briefing"}


@pytest.mark.parametrize("width", [NARROW, NARROWEST])
@pytest.mark.parametrize("path", PAGES)
def test_page_never_scrolls_sideways(visits: Visits, path: str, width: int) -> None:
    visit = visits(path, NARROW)
    assert visit.overflow[width] <= 0, visit.too_wide[width]


@pytest.mark.parametrize("path", PAGES)
def test_every_chart_is_a_named_figure(visits: Visits, path: str) -> None:
    assert visits(path).unnamed == []


@pytest.mark.parametrize("path", PAGES)
def test_window_says_page_and_service_in_british_english(visits: Visits, path: str) -> None:
    visit = visits(path)
    assert visit.title == f"{PAGES[path]} – {SERVICE}"
    assert visit.language == "en-GB"
    assert visit.heading == PAGES[path] or path == "/"


def test_titles_differ(visits: Visits) -> None:
    assert len({visits(path).title for path in PAGES}) == len(PAGES)


@pytest.mark.parametrize("path", PAGES)
def test_console_is_quiet(visits: Visits, path: str) -> None:
    """Allow two misses on a deep link, which are Streamlit's way to find where it is mounted.

    On ``/effect`` its client first asks for ``/effect/_stcore/health`` and
    ``/effect/_stcore/host-config``, in case the app itself lies under ``/effect``; after two 404s
    it takes the addresses at the root.
    """
    visit = visits(path)
    probes = {f"{path}/_stcore/health", f"{path}/_stcore/host-config"} if path != "/" else set()
    assert {line.partition(" ")[2] for line in visit.failed} <= probes
    assert [line for line in visit.complaints if not any(f"[{at}]" in line for at in probes)] == []


@pytest.mark.parametrize("path", PAGES)
def test_nobody_else_is_asked(visits: Visits, server: Server, path: str) -> None:
    assert visits(path).hosts == {urlsplit(server.url).netloc}


@pytest.mark.parametrize("path", ["/", "/effect"])
def test_first_tab_reaches_a_skip_link_that_leads_to_the_content(
    chromium: Browser, server: Server, path: str
) -> None:
    with new_context(chromium) as context:
        page = context.new_page()
        go(page, server.url + path)
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "() => [document.activeElement.innerText, document.activeElement.getAttribute('href')]"
        )
        assert focused[0].startswith("Skip to")
        assert page.locator(focused[1]).count() == 1
        assert page.locator("a:focus").is_visible()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate(
            "() => document.activeElement.closest('[data-testid=stMain]') !== null"
        )


@pytest.mark.parametrize("path", [*PAGES, "/overview", "/plan-rates"])
def test_no_page_opens_with_a_dialog(chromium: Browser, server: Server, path: str) -> None:
    """Streamlit says "Page not found" in a dialog; ``/overview`` is what people guess."""
    with new_context(chromium) as context:
        page = context.new_page()
        go(page, server.url + path)
        assert page.locator("[role=dialog]").count() == 0
