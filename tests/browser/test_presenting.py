"""Presenting in a real Chromium: an exhibit fits the screen, and says what stands behind More."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from analytics.exhibits.exhibit import Table
from analytics.reports.document import web_page
from analytics.reports.pack import NO_MARKING, Pack
from tests.browser.real_app import NARROW, violations
from tests.helpers.packs import BARS, POLICY, item, pack, real_pack

pytestmark = pytest.mark.browser
SCREENS = ((1280, 720), (1280, 900), (1920, 1080))
LONG = "One reason after the other, each of them longer than a column of a phone's screen is wide. "
LETTERS = Table(
    columns=("Letter", "Rating", "Because"),
    rows=tuple((letter, "Can't tell", LONG) for letter in "EMMIE"),
)
NUMBERS = Table(
    columns=tuple(f"Measure {number}" for number in range(9)),
    rows=tuple(tuple(f"{row}.{number}" for number in range(9)) for row in range(40)),
)
FIVE = tuple(f"Sentence {number}, and what it is of, where and when." for number in range(1, 6))
CUT_OFF = """() => {
  const slide = document.querySelector('.slide.current');
  const foot = slide.querySelector('.further-cue').getBoundingClientRect().top;
  const parts = slide.querySelectorAll('.body :is(li, img, tr, .annotation)');
  return [...parts].filter(part => !part.closest('.tall .figure'))
    .map(part => part.getBoundingClientRect())
    .filter(box => box.height && (box.bottom > foot + 1 || box.right > innerWidth + 1)).length;
}"""
SMALLEST = """() => Math.min(1, ...[...document.querySelectorAll('.slide.current .figure img')]
  .map(image => image.clientWidth / image.naturalWidth))"""
TALLER = "() => document.documentElement.scrollHeight - window.innerHeight"
SIDEWAYS = "part => part.scrollWidth - part.clientWidth"


def opened(chromium: Browser, folder: Path, made: Pack, width: int, height: int) -> Page:
    file = folder / "page.html"
    file.write_bytes(web_page(made, drawn="still"))
    page = chromium.new_page(viewport={"width": width, "height": height})
    page.goto(file.as_uri())
    return page


def present(page: Page) -> None:
    """Present in the window: a whole screen has another size in every Chromium."""
    page.evaluate("() => { document.documentElement.requestFullscreen = undefined; }")
    page.click("button.present")


@pytest.fixture(scope="module")
def made(sample, chromium_path) -> Pack:
    first = item(figure=None, table=LETTERS, sentences=FIVE)
    real = real_pack(sample)
    return replace(real, items=(first, *real.items))


@pytest.fixture(scope="module")
def presented(made, chromium: Browser, tmp_path_factory) -> Iterator[Page]:
    page = opened(chromium, tmp_path_factory.mktemp("page"), made, 1280, 720)
    present(page)
    yield page
    page.close()


@pytest.fixture
def page(presented: Page) -> Page:
    presented.set_viewport_size({"width": 1280, "height": 720})
    presented.keyboard.press("Home")
    presented.keyboard.press("ArrowRight")
    return presented


def in_sight(page: Page, part: str) -> bool:
    box = page.locator(f".slide.current {part}").bounding_box()
    size = page.viewport_size
    return bool(box and size) and box["y"] >= 0 and box["y"] + box["height"] <= size["height"]


@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_every_exhibit_fits_the_screen(page: Page, made, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    for one in made.items:
        assert page.inner_text(".slide.current h2") == one.heading
        assert page.evaluate(TALLER) <= 0
        assert page.evaluate(CUT_OFF) == 0
        assert page.evaluate(SMALLEST) >= 0.6
        assert page.locator(".slide.current .sentences li:visible").count() <= 3
        assert in_sight(page, ".pinned")
        assert in_sight(page, ".policy")
        assert POLICY in page.inner_text(".slide.current .policy")
        assert "what can be said" in page.inner_text(".slide.current .further-cue")
        page.keyboard.press("ArrowRight")


def test_more_shows_the_rest_and_keeps_the_strip(page: Page) -> None:
    page.keyboard.press("ArrowDown")
    assert page.inner_text(".position").startswith("2 of")
    assert not page.locator(".slide.current table").is_visible()
    page.keyboard.press("m")
    assert page.get_attribute("button.more", "aria-expanded") == "true"
    assert page.locator(".slide.current table").is_visible()
    assert page.locator(".slide.current .notes").first.is_visible()
    assert page.locator(".below").is_visible()
    assert page.evaluate(TALLER) <= 0
    assert violations(page) == ()
    page.keyboard.press("PageDown")
    assert page.evaluate("() => document.querySelector('.current .scroller').scrollTop") > 0
    assert in_sight(page, ".pinned")
    assert in_sight(page, ".policy")
    page.click("button.more")
    assert page.get_attribute("button.more", "aria-expanded") == "false"
    assert not page.locator(".slide.current table").is_visible()
    assert page.evaluate("() => document.activeElement.tagName") == "H2"


def test_page_down_reads_to_the_end_of_more_and_then_turns(page: Page) -> None:
    page.keyboard.press("m")
    presses = 0
    while page.inner_text(".position").startswith("1 of") and presses < 20:
        page.keyboard.press("PageDown")
        presses += 1
    assert 1 < presses < 20
    assert page.inner_text(".position").startswith("2 of")
    page.keyboard.press("ArrowUp")
    assert page.inner_text(".position").startswith("1 of")
    assert not page.locator(".slide.current.open").count()


def test_a_tall_figure_keeps_its_size_and_is_read_to_its_end(
    chromium: Browser, tmp_path: Path
) -> None:
    tall = BARS | {"layout": BARS["layout"] | {"height": 2400}}
    page = opened(chromium, tmp_path, pack(item(figure=tall), item()), 1280, 720)
    present(page)
    figure = page.locator(".slide.current .figure")
    assert page.evaluate(SMALLEST) >= 0.9
    assert page.evaluate(TALLER) <= 0
    assert page.locator(".below").is_visible()
    assert violations(page) == ()
    presses = 0
    while page.inner_text(".position").startswith("1 of") and presses < 40:
        at_end = figure.evaluate(
            "part => part.scrollTop + part.clientHeight >= part.scrollHeight - 2"
        )
        page.keyboard.press("ArrowDown")
        presses += 1
    assert at_end
    assert 3 < presses < 40
    page.keyboard.press("ArrowLeft")
    assert figure.evaluate("part => part.scrollTop") == 0
    page.close()


def test_f_fills_the_screen_and_the_hint_says_so(chromium: Browser, tmp_path: Path) -> None:
    page = opened(chromium, tmp_path, pack(), 1280, 720)
    assert "F fills the screen" in page.inner_text(".hint")
    page.keyboard.press("f")
    assert page.locator(":fullscreen").count() == 0
    present(page)
    page.evaluate("() => { delete document.documentElement.requestFullscreen; }")
    page.keyboard.press("f")
    page.wait_for_selector(":fullscreen", state="attached")
    page.close()


def test_what_finds_no_room_is_counted(chromium: Browser, tmp_path: Path) -> None:
    long = item(figure=None, table=NUMBERS, sentences=FIVE)
    words = replace(item(sentences=()), annotation="What I say of it. " * 400)
    page = opened(chromium, tmp_path, pack(long, words), 1280, 720)
    present(page)
    seen = page.locator(".slide.current tbody tr:visible").count()
    cue = page.inner_text(".slide.current .further-cue")
    assert 0 < seen < len(NUMBERS.rows)
    assert f"{len(NUMBERS.rows) - seen} more rows of the table" in cue
    assert "2 more sentences" in cue
    assert page.evaluate(CUT_OFF) == 0
    page.keyboard.press("m")
    assert page.locator(".slide.current tbody tr:visible").count() == len(NUMBERS.rows)
    assert page.locator(".slide.current .sentences li:visible").count() == len(FIVE)
    page.keyboard.press("ArrowRight")
    assert "the rest of these words" in page.inner_text(".slide.current .further-cue")
    page.close()


def test_a_phone_scrolls_and_says_that_more_follows(page: Page) -> None:
    page.set_viewport_size({"width": NARROW, "height": 844})
    assert page.evaluate(TALLER) > 0
    assert page.locator(".below").is_visible()
    page.evaluate("() => window.scrollTo(0, 400)")
    box = page.locator(".slide.current .pinned").bounding_box()
    assert box is not None
    assert box["y"] == pytest.approx(0, abs=1)
    page.evaluate("() => window.scrollTo(0, document.documentElement.scrollHeight)")
    page.wait_for_selector(".below", state="hidden")


@pytest.mark.parametrize("is_presented", [False, True])
def test_on_a_phone_a_table_of_texts_has_a_block_for_each_row(
    is_presented: bool, chromium: Browser, tmp_path: Path
) -> None:
    made = pack(item(figure=None, table=LETTERS), item(figure=None, table=NUMBERS))
    page = opened(chromium, tmp_path, made, NARROW, 844)
    if is_presented:
        present(page)
    texts = page.locator("article").first
    assert texts.locator(".table-region").evaluate(SIDEWAYS) <= 0
    assert not texts.locator(".cue").is_visible()
    label = "part => getComputedStyle(part, '::before').content"
    assert '"Because' in texts.locator("tbody td").last.evaluate(label)
    assert texts.get_by_role("columnheader").all_inner_texts() == list(LETTERS.columns)
    assert texts.get_by_role("row").count() == 1 + len(LETTERS.rows)
    assert texts.get_by_role("rowheader").count() == len(LETTERS.rows)
    assert texts.get_by_role("cell").count() == 2 * len(LETTERS.rows)
    assert violations(page) == ()
    if is_presented:
        page.keyboard.press("ArrowRight")
    numbers = page.locator("article").last
    assert numbers.locator(".table-region").evaluate(SIDEWAYS) > 0
    assert numbers.get_by_text("scroll the table sideways").is_visible()
    page.close()


def test_where_no_marking_is_set_there_is_no_banner(chromium: Browser, tmp_path: Path) -> None:
    page = opened(chromium, tmp_path, pack(marking=NO_MARKING), 1280, 720)
    look = "part => [getComputedStyle(part).backgroundColor, getComputedStyle(part).fontWeight]"
    plain = ["rgba(0, 0, 0, 0)", "400"]
    assert page.locator("header").get_by_text(NO_MARKING).evaluate(look) == plain
    present(page)
    assert page.locator(".current .pinned").get_by_text(NO_MARKING).evaluate(look) == plain
    page.close()
