"""A real server, started as the README says, and a real Chromium.

Every test here carries the marker ``browser``. Without a Chromium on the path they are skipped;
with ``REQUIRE_BROWSER=1`` that is a failure.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.letters import Walks
from tests.browser.real_app import ARGUMENTS, Server, Visits, new_context

NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Return where Chromium is."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        reason = "no Chromium on the path"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(f"{reason}, and REQUIRE_BROWSER=1", pytrace=False)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="session")
def chromium(chromium_path: str) -> Iterator[Browser]:
    """Return one browser for all tests; each opens its own context."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(chromium_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return a server that every test may use."""
    with Server(tmp_path_factory.mktemp("server") / "log.txt") as running:
        yield running


@pytest.fixture
def fresh_server(chromium_path: str, tmp_path: Path) -> Iterator[Server]:
    """Return a server that nobody has opened yet."""
    with Server(tmp_path / "log.txt") as running:
        yield running


@pytest.fixture(scope="session")
def visits(chromium: Browser, server: Server) -> Iterator[Visits]:
    """Return what was seen on each page; each is visited once at each width."""
    with new_context(chromium) as context:
        yield Visits(context, server)


@pytest.fixture(scope="session")
def walks(chromium: Browser, server: Server) -> Iterator[Walks]:
    """Return what was seen of each letter's page for each evaluation; each is walked once."""
    with new_context(chromium) as context:
        yield Walks(context, server)
