"""What a browser sees of each letter's page, for each evaluation, in everything it offers."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from playwright.sync_api import BrowserContext, Error, Locator, Page

from tests.browser.real_app import (
    NARROW,
    NARROWEST,
    OVERFLOW,
    ROOT,
    TOO_WIDE,
    UNNAMED_CHARTS,
    WIDE,
    Server,
    go,
    open_expanders,
    settle,
    violations,
)

LETTERS = ("/effect", "/mechanism", "/moderators", "/implementation", "/economic-cost")
EVALUATIONS = {
    path.parent.name: tomllib.loads(path.read_text(encoding="utf-8"))["evaluation"]["name"]
    for path in sorted((ROOT / "sample_data").glob("*/evaluation.toml"))
}
"""Folder and title of each evaluation."""
BOX = "Evaluation"
NO_NUMBER = re.compile(r"\b(?:nan|NaN|NaT|inf|undefined|null)\b")
KEY = re.compile(r"\b[a-z]+(?:_[a-z0-9]+)+\b")


@dataclass(frozen=True, kw_only=True)
class View:
    """What was seen of one page with one thing chosen on it.

    Attributes
    ----------
    chosen : str
        What was chosen last; empty for the page as it opens.
    overflow : dict of int to int
        Pixels by which the page is wider than the window, by width of the window.
    odd_words : list of str
        What is no word for a reader: names with underscores, and numbers that are none.
    cut_off : list of str
        Words of charts that stand outside their chart, by width of the window.
    """

    chosen: str
    exhibits: int
    violations: tuple[str, ...]
    overflow: dict[int, int]
    too_wide: list[str]
    unnamed: list[str]
    odd_words: list[str]
    cut_off: list[str]
    failures: list[str]


@dataclass(frozen=True, kw_only=True)
class Walk:
    """Everything that one letter's page shows of one evaluation."""

    evaluation: str
    views: tuple[View, ...]


class Walks:
    """Walks through each letter's page once for each evaluation, in one tab."""

    def __init__(self, context: BrowserContext, server: Server) -> None:
        self._server = server
        self._page = context.new_page()
        self._seen: dict[tuple[str, str], Walk | Error] = {}

    def __call__(self, path: str, evaluation: str) -> Walk:
        """Return what was seen; a walk that failed is not tried again."""
        if (path, evaluation) not in self._seen:
            try:
                self._seen[path, evaluation] = self._walk(path, EVALUATIONS[evaluation])
            except Error as error:
                self._seen[path, evaluation] = error
        seen = self._seen[path, evaluation]
        if isinstance(seen, Error):
            raise seen
        return seen

    def _walk(self, path: str, title: str) -> Walk:
        page = self._page
        page.set_viewport_size({"width": WIDE, "height": 900})
        go(page, f"{self._server.url}{path}?evaluation={quote(title)}")
        chosen = box(page, BOX).input_value()
        views = [_look(page, ""), *(_look(page, choice) for choice in _choices(page))]
        return Walk(evaluation=chosen, views=tuple(views))


def box(page: Page, label: str) -> Locator:
    """Return a box of the main part that offers a list."""
    return page.get_by_test_id("stMain").get_by_role("combobox", name=label, exact=True)


def _choices(page: Page) -> Iterator[str]:
    """Choose what the page offers, one after the other, and yield what was chosen.

    Every part of a segmented control, the first of the pills, and the last of each list: a list
    holds more of the same kind.
    """
    main = page.get_by_test_id("stMain")
    for part in main.get_by_role("radio", checked=False).all_inner_texts():
        main.get_by_role("radio", name=part, exact=True).click()
        yield _settled(page, part)
    for pill in main.locator("[role=toolbar] button").all_inner_texts()[:1]:
        main.locator("[role=toolbar] button").first.click()
        yield _settled(page, pill)
    labels = [one.get_attribute("aria-label") or "" for one in main.get_by_role("combobox").all()]
    for label in labels:
        if label != BOX and box(page, label).count():
            yield _settled(page, f"{label}: {_last(page, label)}")


def _last(page: Page, label: str) -> str:
    box(page, label).click()
    option = page.get_by_role("option").last
    words = option.inner_text()
    option.click()
    return words


def _settled(page: Page, chosen: str) -> str:
    page.wait_for_timeout(300)  # until the choice has reached the server and a run has begun
    settle(page)
    return chosen


def _look(page: Page, chosen: str) -> View:
    open_expanders(page)
    found = violations(page)
    words = page.evaluate(WORDS)
    cut_off = page.evaluate(CUT_OFF)
    overflow: dict[int, int] = {}
    too_wide: list[str] = []
    for width in (NARROW, NARROWEST):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(REDRAWN)
        overflow[width] = page.evaluate(OVERFLOW)
        too_wide += page.evaluate(TOO_WIDE) if overflow[width] > 0 else []
        cut_off += page.evaluate(CUT_OFF) if width == NARROW else []
    page.set_viewport_size({"width": WIDE, "height": 900})
    page.wait_for_function(REDRAWN)  # before anything is chosen
    main = page.get_by_test_id("stMain")
    return View(
        chosen=chosen,
        exhibits=main.locator("[class*=st-key-exhibit_]").count(),
        violations=found,
        overflow=overflow,
        too_wide=too_wide,
        unnamed=page.evaluate(UNNAMED_CHARTS),
        odd_words=[*NO_NUMBER.findall(words), *KEY.findall(words)],
        cut_off=cut_off,
        failures=main.locator("[data-testid=stException]").all_inner_texts(),
    )


WORDS = """() => {
  const walk = document.createTreeWalker(
    document.querySelector('[data-testid=stMain]'), NodeFilter.SHOW_TEXT);
  const words = [];
  while (walk.nextNode()) {
    const part = walk.currentNode.parentElement;
    if (!part.closest('style, script, [data-testid=stIconMaterial]')) {
      words.push(walk.currentNode.textContent);
    }
  }
  const figures = [...document.querySelectorAll('[data-testid=stMain] [role=figure]')];
  return words.concat(figures.map(one => one.getAttribute('aria-label') || '')).join('\\n');
}"""
REDRAWN = """() => [...document.querySelectorAll('.js-plotly-plot')].every(chart => {
  const room = chart.clientWidth;
  return room === 0 || Math.abs(chart.querySelector('.main-svg').clientWidth - room) < 2;
})"""
"""Whether each chart has been drawn again for the window's width."""
CUT_OFF = """() => [...document.querySelectorAll('.js-plotly-plot')].flatMap(chart => {
  const whole = chart.getBoundingClientRect();
  return [...chart.querySelectorAll('svg text')]
    .map(text => [text.textContent.trim(), text.getBoundingClientRect()])
    .filter(([words, at]) => words && at.width > 0)
    .filter(([, at]) => at.left < whole.left - 2 || at.right > whole.right + 2
      || at.top < whole.top - 2 || at.bottom > whole.bottom + 2)
    .map(([words]) => `${words} [${window.innerWidth}]`);
})"""
