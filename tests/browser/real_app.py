"""The real server, and what a browser sees of it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Error, Page

ROOT = Path(__file__).resolve().parents[2]
SERVICE = "EMMIE Explorer"
PAGES = {
    "/": "Overview",
    "/effect": "Effect",
    "/mechanism": "Mechanism",
    "/moderators": "Moderators",
    "/implementation": "Implementation",
    "/economic-cost": "Economic cost",
    "/case-outcomes": "Case outcomes",
    "/statistical-neighbours": "Statistical neighbours",
    "/repeat-plans": "Repeat plans",
    "/published-evidence": "Published evidence",
    "/briefing": "Briefing",
    "/methods": "Methods",
    "/data": "Data",
}
"""Address and title of each page."""
WIDE, NARROW, NARROWEST = 1280, 390, 320
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
PATIENCE = 60_000
SETTLED = """() => {
  const app = document.querySelector('[data-testid=stApp]');
  return app !== null
    && app.getAttribute('data-test-connection-state') === 'CONNECTED'
    && app.getAttribute('data-test-script-state') === 'notRunning'
    && document.querySelector('h1') !== null
    && document.querySelector('[data-stale=true]') === null
    && document.querySelector('[data-testid=stSkeleton]') === null
    && [...document.querySelectorAll('[data-testid=stPlotlyChart]')]
      .every(chart => chart.querySelector('.main-svg') !== null);
}"""
FOOTER = "Do not use these pages"


class Server:
    """The app, served by the command of the README."""

    def __init__(self, log: Path, data: Path | None = None) -> None:
        self.log = log
        self._data = data
        self.port = _free_port()
        self.url = f"http://localhost:{self.port}"

    def __enter__(self) -> Self:
        environment = {key: value for key, value in os.environ.items() if key != "EMMIE_DATA"}
        if self._data is not None:
            environment["EMMIE_DATA"] = str(self._data)
        with self.log.open("w") as log:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "streamlit",
                    "run",
                    "app.py",
                    "--server.port",
                    str(self.port),
                ],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End the server."""
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _wait(self) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if self._process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise RuntimeError(f"The server did not start: {self.log.read_text()[-2000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port: int = probe.getsockname()[1]
        return port


def settle(page: Page) -> None:
    """Wait until the script has run, no element is stale and every chart is drawn."""
    page.wait_for_function(SETTLED, timeout=PATIENCE)
    page.get_by_text(FOOTER).wait_for(state="attached", timeout=PATIENCE)
    page.wait_for_function(SETTLED, timeout=PATIENCE)


def go(page: Page, url: str) -> None:
    """Open an address and wait for the whole page."""
    page.goto(url, timeout=PATIENCE)
    settle(page)


def open_expanders(page: Page) -> int:
    """Open every expander of the main part; return how many there are."""
    found: int = page.evaluate(OPEN_ALL)
    page.wait_for_timeout(400)  # they unfold with an animation, whose colours axe would measure
    settle(page)
    return found


@contextmanager
def new_context(browser: Browser, width: int = WIDE) -> Iterator[BrowserContext]:
    """Return a viewer without history: no cookies, nothing stored."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        locale="en-GB",
        timezone_id="Europe/London",
        reduced_motion="reduce",
        accept_downloads=True,
    )
    context.set_default_timeout(PATIENCE)
    try:
        yield context
    finally:
        context.close()


@dataclass(frozen=True, kw_only=True)
class Visit:
    """What was seen on one page at one width.

    Attributes
    ----------
    violations, violations_open : tuple of str
        What axe found with the expanders closed, and open.
    overflow : dict of int to int
        Pixels by which the page is wider than the window, by width of the window.
    """

    title: str
    language: str
    heading: str
    violations: tuple[str, ...]
    violations_open: tuple[str, ...]
    expanders: int
    overflow: dict[int, int]
    too_wide: dict[int, list[str]]
    unnamed: list[str]
    complaints: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)


class Visits:
    """Visits each page once at each width, each in a tab of its own."""

    def __init__(self, context: BrowserContext, server: Server) -> None:
        self._context, self._server = context, server
        self._seen: dict[tuple[str, int], Visit | Exception] = {}

    def __call__(self, path: str, width: int = WIDE) -> Visit:
        """Return what was seen; a visit that failed is not tried again."""
        if (path, width) not in self._seen:
            try:
                page = self._context.new_page()
                page.set_viewport_size({"width": width, "height": 900})
                self._seen[path, width] = self._look(page, path, width)
                page.close()
            except Error as error:
                self._seen[path, width] = error
        seen = self._seen[path, width]
        if isinstance(seen, Exception):
            raise seen
        return seen

    def _look(self, page: Page, path: str, width: int) -> Visit:
        complaints: list[str] = []
        failed: list[str] = []
        hosts: set[str] = set()
        page.on(
            "console",
            lambda line: (
                line.type == "error"
                and complaints.append(f"{line.text} [{urlsplit(line.location['url']).path}]")
            ),
        )
        page.on("pageerror", lambda error: complaints.append(f"uncaught: {error}"))
        page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
        page.on(
            "response",
            lambda answer: (
                answer.status >= 400
                and failed.append(f"{answer.status} {urlsplit(answer.url).path}")
            ),
        )
        go(page, self._server.url + path)
        page.wait_for_function("document.documentElement.lang !== 'en'", timeout=PATIENCE)
        closed = violations(page)
        expanders = open_expanders(page)
        opened = violations(page) if expanders else closed
        overflow, too_wide = {}, {}
        for size in (NARROW, NARROWEST) if width == NARROW else ():
            page.set_viewport_size({"width": size, "height": 900})
            page.wait_for_timeout(300)
            overflow[size] = page.evaluate(OVERFLOW)
            too_wide[size] = page.evaluate(TOO_WIDE)
        return Visit(
            title=page.title(),
            language=page.evaluate("document.documentElement.lang"),
            heading=page.locator("h1").inner_text(),
            violations=closed,
            violations_open=opened,
            expanders=expanders,
            overflow=overflow,
            too_wide=too_wide,
            unnamed=page.evaluate(UNNAMED_CHARTS),
            complaints=complaints,
            failed=failed,
            hosts={host for host in hosts if host},
        )


OPEN_ALL = """() => {
  const closed = document.querySelectorAll('[data-testid=stMain] details:not([open]) > summary');
  closed.forEach(summary => summary.click());
  return closed.length;
}"""
OVERFLOW = """() => Math.max(
  ...['html', 'body', '[data-testid=stApp]', '[data-testid=stMain]']
    .map(name => document.querySelector(name))
    .map(part => part.scrollWidth - part.clientWidth)
)"""
TOO_WIDE = """() => [...document.querySelectorAll('[data-testid=stMain] *')]
  .filter(part => part.getBoundingClientRect().right > window.innerWidth + 1)
  .filter(part => !part.closest('.table-region'))
  .slice(0, 3).map(part => part.outerHTML.slice(0, 200))"""
UNNAMED_CHARTS = """() => [...document.querySelectorAll('[data-testid=stPlotlyChart]')]
  .filter(chart => {
    const named = chart.closest('[role=figure]') || chart.querySelector('[role=figure]');
    return !named || !named.getAttribute('aria-label');
  }).map(chart => chart.outerHTML.slice(0, 200))"""


def violations(page: Page) -> tuple[str, ...]:
    """Return what axe finds, with the element."""
    options = {"runOnly": list(RULES), "resultTypes": ["violations"]}
    found: list[dict[str, Any]] = Axe().run(page, options=options).response["violations"]
    return tuple(
        f"{rule['id']} ({rule['impact']}): {node['html'][:300]} :: {node['target']}"
        for rule in found
        for node in rule["nodes"]
        if not _is_streamlits_own(rule["id"], node["html"])
    )


STREAMLITS_OWN: tuple[tuple[str, str, str], ...] = ()
"""Rule, part of the element, and why nothing here can change it. Empty: nothing is excused."""


def _is_streamlits_own(rule: str, html: str) -> bool:
    return any(rule == known and part in html for known, part, _ in STREAMLITS_OWN)
