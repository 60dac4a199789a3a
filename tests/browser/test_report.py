"""The report in a real Chromium: opened offline, presented by keyboard, printed; its failures."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pypdf
import pytest
from playwright.sync_api import Browser, Page

from analytics.access.viewer import PUBLIC
from analytics.errors import ExportError
from analytics.exhibits.exhibit import Table
from analytics.reports import chromium as engine
from analytics.reports.document import pdf, web_page
from analytics.reports.pack import SYNTHETIC, Pack
from analytics.reports.ready_made import ready_made
from tests.browser.real_app import NARROW, WIDE, violations
from tests.helpers.packs import MARKING, PREPARED, UNDRAWABLE, item, pack, real_pack

pytestmark = pytest.mark.browser
DRAWN = ("still", "live")
WHERE = "() => [document.activeElement.tagName, document.activeElement.innerText.trim()]"
OVERFLOW = "() => document.documentElement.scrollWidth - window.innerWidth"
UNSEEN = """() => [...document.images].filter(i => !i.complete || !i.naturalWidth).length"""
TOO_SMALL = """() => [...document.querySelectorAll('button, summary')]
  .map(part => part.getBoundingClientRect())
  .filter(box => box.height && (box.height < 24 || box.width < 24)).length"""


@pytest.fixture(scope="module")
def made(sample, chromium_path) -> Pack:
    return real_pack(sample)


@pytest.fixture(scope="module")
def files(made, tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("report")
    found = {}
    for drawn in DRAWN:
        found[drawn] = folder / f"{drawn}.html"
        found[drawn].write_bytes(web_page(made, drawn=drawn))
    return found


@pytest.fixture(scope="module")
def printed(made) -> bytes:
    return pdf(made)


@pytest.fixture(params=DRAWN)
def offline(request, files, chromium: Browser) -> Iterator[Page]:
    """Open the saved file where there is no network; nothing may be asked for or complained of."""
    context = chromium.new_context(
        viewport={"width": WIDE, "height": 800}, offline=True, reduced_motion="reduce"
    )
    page = context.new_page()
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda line: complaints.append(line.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    address = files[request.param].as_uri()
    page.goto(address)
    if request.param == "live":
        page.wait_for_selector("html[data-ready]", state="attached", timeout=60_000)
    yield page
    context.close()
    assert complaints == []
    assert {url for url in asked if not url.startswith("data:")} == {address}


def heading_of(made: Pack, number: int) -> str:
    return made.items[number - 1].heading


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_reads_and_presents_without_a_fault_that_axe_finds(offline: Page, made, width) -> None:
    offline.set_viewport_size({"width": width, "height": 800})
    assert violations(offline) == ()
    assert offline.evaluate(OVERFLOW) <= 0
    assert offline.evaluate(UNSEEN) == 0
    offline.click("button.present")
    for _ in made.items:
        assert violations(offline) == ()
        assert offline.evaluate(OVERFLOW) <= 0
        assert offline.evaluate(TOO_SMALL) == 0
        offline.keyboard.press("ArrowRight")


def test_a_presenter_gets_to_the_last_slide_by_keyboard(offline: Page, made) -> None:
    last = len(made.items)
    offline.keyboard.press("Tab")
    assert offline.evaluate(WHERE)[1] == "Skip to the report"
    offline.keyboard.press("Enter")
    offline.keyboard.press("Tab")
    assert offline.evaluate(WHERE)[0] == "BUTTON"
    offline.keyboard.press("Enter")
    offline.wait_for_selector(".presenting")
    for number in range(1, last + 1):
        assert offline.inner_text(".position") == f"{number} of {last}"
        assert offline.evaluate(WHERE) == ["H2", heading_of(made, number)]
        assert offline.locator("article:visible").count() == 1
        strip = offline.locator("article:visible .pinned").inner_text()
        assert MARKING in strip
        assert f"Filters: {made.items[number - 1].filters}" in strip
        assert "Numbers taken 5 March 2026" in strip
        assert (SYNTHETIC in strip) is made.items[number - 1].exhibit.synthetic
        # Page Down reads a tall figure to its end first.
        is_tall = offline.locator("article:visible .tall").count() > 0
        offline.keyboard.press("PageDown" if number % 2 and not is_tall else "ArrowRight")
    assert offline.inner_text(".position") == f"{last} of {last}"
    offline.keyboard.press("Home")
    assert offline.inner_text(".position") == "Front page"
    offline.keyboard.press("End")
    offline.keyboard.press("PageUp")
    offline.keyboard.press("ArrowLeft")
    assert offline.inner_text(".position") == f"{last - 2} of {last}"
    offline.keyboard.press("Escape")
    offline.wait_for_selector("html:not(.presenting)")
    assert offline.locator("article:visible").count() == last
    assert offline.evaluate(WHERE) == ["H2", heading_of(made, last - 2)]


def test_filters_stay_in_sight_while_what_is_behind_more_scrolls(offline: Page) -> None:
    offline.click("button.present")
    strip = offline.locator("article:visible .pinned")
    before = strip.bounding_box()
    offline.keyboard.press("m")
    offline.evaluate("() => document.querySelector('.current .scroller').scrollTo(0, 400)")
    assert before is not None
    assert before["y"] < 30
    assert strip.bounding_box() == before


def test_the_screen_is_filled_and_left_with_the_slides(offline: Page) -> None:
    offline.click("button.present")
    offline.wait_for_selector(":fullscreen", state="attached")
    offline.click("button.leave")
    offline.wait_for_selector("html:not(.presenting):not(:fullscreen)", state="attached")


def test_a_swipe_turns_the_page(files, chromium: Browser, made) -> None:
    context = chromium.new_context(viewport={"width": NARROW, "height": 800}, has_touch=True)
    page = context.new_page()
    page.goto(files["still"].as_uri())
    page.click("button.present")
    page.keyboard.press("ArrowRight")
    touch = context.new_cdp_session(page)

    def swipe(start: int, end: int) -> None:
        for kind, points in (
            ("touchStart", [{"x": start, "y": 400}]),
            ("touchMove", [{"x": end, "y": 405}]),
            ("touchEnd", []),
        ):
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    swipe(300, 100)
    assert page.inner_text(".position") == f"3 of {len(made.items)}"
    swipe(100, 300)
    assert page.inner_text(".position") == f"2 of {len(made.items)}"
    swipe(200, 180)
    assert page.inner_text(".position") == f"2 of {len(made.items)}"
    context.close()


def test_a_link_of_the_contents_stays_inside_a_frame(files, chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content("<title>App</title><iframe width=900 height=700></iframe>")
    page.evaluate(
        "html => { document.querySelector('iframe').srcdoc = html; }", files["still"].read_text()
    )
    frame = page.frames[1]
    frame.click("a[href='#exhibit-3']")
    assert frame.evaluate("() => document.activeElement.id") == "exhibit-3"
    assert frame.locator("article").count() > 3
    page.close()


def test_what_is_presented_first_opens_presenting(made, chromium: Browser, tmp_path) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(web_page(pack(), drawn="still", presenting=True))
    page = chromium.new_page()
    page.goto(file.as_uri())
    assert page.inner_text(".position") == "Front page"
    page.keyboard.press("ArrowRight")
    assert page.inner_text(".position") == "1 of 3"
    page.close()


@pytest.mark.parametrize("drawn", DRAWN)
def test_a_figure_that_cannot_be_drawn_leaves_its_table_and_says_so(
    drawn, chromium: Browser, tmp_path
) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(web_page(pack(item(figure=UNDRAWABLE), item()), drawn=drawn))
    page = chromium.new_page()
    page.goto(file.as_uri())
    if drawn == "live":
        page.wait_for_selector("html[data-ready]", state="attached")
    broken, whole = page.locator("article").all()
    assert broken.get_by_text("This figure could not be drawn.").is_visible()
    assert broken.locator("img").count() == 0
    assert broken.locator("table").count() == 1
    assert whole.locator("img").count() == 1
    assert not whole.get_by_text("This figure could not be drawn.").is_visible()
    page.close()


def test_the_still_page_is_small_and_the_same_each_time(files) -> None:
    assert files["still"].stat().st_size < 1_500_000
    made = pack()
    assert web_page(made, drawn="still") == web_page(made, drawn="still")


def elements(part: object) -> Iterator[pikepdf.Dictionary]:
    if isinstance(part, pikepdf.Array):
        for one in part:
            yield from elements(one)
    elif isinstance(part, pikepdf.Dictionary):
        if "/S" in part:
            yield part
        yield from elements(part.get("/K"))


def test_the_pdf_is_tagged(printed: bytes, made) -> None:
    with pikepdf.open(io.BytesIO(printed)) as opened:
        root = opened.Root
        assert bool(root.MarkInfo.Marked)
        assert str(root.Lang) == "en-GB"
        assert str(opened.docinfo["/Title"]) == made.title
        found = list(elements(root.StructTreeRoot))
    kinds = [str(one.S) for one in found]
    with_figures = sum(one.exhibit.figure is not None for one in made.items)
    with_tables = sum(bool(one.exhibit.table.rows) for one in made.items)
    assert kinds.count("/H1") == 1
    assert kinds.count("/H2") == 4 + len(made.items)
    assert kinds.count("/Table") == with_tables
    figures = [str(one.Alt) for one in found if str(one.S) == "/Figure"]
    assert len(figures) == with_figures
    assert all(figures)
    assert kinds.count("/TH") > with_tables


def flat(outline: list) -> Iterator[str]:
    for one in outline:
        if isinstance(one, list):
            yield from flat(one)
        else:
            yield one.title


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_the_pdf_has_bookmarks_and_every_word(printed: bytes, made) -> None:
    opened = pypdf.PdfReader(io.BytesIO(printed))
    bookmarks = [squeezed(title) for title in flat(opened.outline)]
    assert bookmarks[0] == squeezed(made.title)
    headings = [squeezed(one.heading) for one in made.items]
    first, tables, said = (
        bookmarks.index(squeezed(title))
        for title in (made.items[0].heading, "Appendix: tables", "Appendix: what can be said")
    )
    assert bookmarks[first:tables] == headings
    assert set(bookmarks[tables + 1 : said]) < set(headings)
    assert bookmarks[said + 1 :] == headings
    pages = [squeezed(page.extract_text()) for page in opened.pages]
    whole = "".join(pages)
    for one in made.items:
        assert squeezed(one.heading) in whole
        assert squeezed(one.exhibit.subtitle) in whole
        for note in one.exhibit.notes:
            assert squeezed(note)[:40] in whole
    assert whole.count("Source:") == len(made.items)
    assert "WhatIsayaboutthis." in whole
    for number, page in enumerate(pages, start=1):
        assert page.count(squeezed(MARKING)) >= 2
        assert squeezed(SYNTHETIC) in page
        assert f"Page{number}of{len(pages)}" in page


def test_long_tables_stand_in_the_appendix_and_are_linked(chromium_path) -> None:
    rows = tuple((f"Row {number}", "1") for number in range(11))
    long = Table(columns=("Name", "Share"), rows=rows)
    opened = pypdf.PdfReader(io.BytesIO(pdf(pack(item(table=long), item()))))
    pages = [page.extract_text() for page in opened.pages]
    assert ["Row 10" in page for page in pages] == [False, False, False, True]
    assert "Appendix: tables" in pages[3]
    assert "In the appendix: table 1" in pages[1]
    assert "Second" in pages[2]
    links = [one.get_object() for one in opened.pages[1]["/Annots"]]
    named = opened.named_destinations
    targets = {opened.get_destination_page_number(named[link["/Dest"]]) for link in links}
    assert len(links) == 2
    assert targets == {3}


def test_the_briefing_of_twelve_exhibits_is_short(sample, chromium_path) -> None:
    made = ready_made("family_safety_plans", PUBLIC, prepared_at=PREPARED, library=sample)
    assert len(made.items) == 12
    opened = pypdf.PdfReader(io.BytesIO(pdf(made)))
    assert len(opened.pages) <= 24
    lengths = [len(squeezed(page.extract_text())) for page in opened.pages]
    assert min(lengths) > 600


def test_the_pdf_is_on_a4_and_dated_when_the_numbers_were_taken(printed: bytes) -> None:
    opened = pypdf.PdfReader(io.BytesIO(printed))
    sizes = {tuple(round(float(side)) for side in page.mediabox[2:]) for page in opened.pages}
    assert sizes == {(595, 842)}
    assert opened.metadata is not None
    assert "20260305093000" in str(opened.metadata["/CreationDate"])
    made = pack()
    assert pdf(made) == pdf(made)


def test_a_long_table_repeats_its_headers(chromium_path) -> None:
    rows = tuple((f"Row {number}", "1") for number in range(150))
    long = Table(columns=("What stands first", "Share"), rows=rows)
    opened = pypdf.PdfReader(io.BytesIO(pdf(pack(item(table=long, figure=None)))))
    pages = [page.extract_text() for page in opened.pages]
    with_rows = [page for page in pages if "Row " in page]
    assert len(with_rows) > 2
    assert all("What stands first" in page for page in with_rows)


def test_progress_is_told_to_the_end(chromium_path) -> None:
    said: list[tuple[int, int]] = []
    pdf(pack(item(), item()), progress=lambda done, of: said.append((done, of)))
    assert said[-1] == (2, 2)
    assert said == sorted(said)


class TestWhenChromiumFails:
    """Each ends in an error within its time, and leaves nothing running or open."""

    @pytest.fixture(autouse=True)
    def _short(self, chromium_path, monkeypatch) -> Iterator[None]:
        before = threading.active_count()
        monkeypatch.setattr(engine, "SECONDS", 4.0)
        yield
        until = time.monotonic() + 5
        while threading.active_count() > before and time.monotonic() < until:
            time.sleep(0.05)
        assert threading.active_count() <= before

    def test_it_never_gets_ready(self) -> None:
        with pytest.raises(ExportError, match="silent for 4 seconds"):
            engine.read("<p>Never ready", "1")

    def test_the_page_runs_for_ever(self) -> None:
        with pytest.raises(ExportError, match="silent for 4 seconds"):
            engine.read("<script>setTimeout(() => { while (true); }, 100)</script>", "1")

    def test_it_is_killed(self) -> None:
        async def crash(page: engine._Page) -> None:
            await page.load(None)
            await page.send("Browser.crash")

        with pytest.raises(ExportError, match="Chromium"):
            engine._visit("<html data-ready='yes'>", crash)

    @pytest.mark.parametrize("program", ["#!/bin/sh\nexit 1\n", "#!/bin/sh\nexec sleep 600\n"])
    def test_it_is_something_else(self, program: str, tmp_path: Path, monkeypatch) -> None:
        other = tmp_path / "chromium"
        other.write_text(program)
        other.chmod(0o755)
        monkeypatch.setenv("BROWSER_PATH", str(other))
        began = time.monotonic()
        with pytest.raises(ExportError, match="Chromium"):
            engine.read("<html data-ready='yes'>", "1")
        assert time.monotonic() - began < 40

    def test_it_is_too_old(self, monkeypatch) -> None:
        monkeypatch.setattr(engine, "OLDEST_THAT_MARKS_PAGES", 9999)
        with pytest.raises(ExportError, match="131 or later"):
            engine.printed("<html data-ready='yes'>")


def test_several_at_once_each_get_their_own(chromium_path) -> None:
    found: dict[int, str] = {}

    def read(number: int) -> None:
        page = f"<html data-ready='yes'><p>{number}"
        found[number] = engine.read(page, "document.body.innerText")

    threads = [threading.Thread(target=read, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: str(number) for number in range(4)}
