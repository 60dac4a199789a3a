"""The report as a page: what is on it, its structure, and what it may run and fetch."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from lxml import html as parser

from analytics.errors import ExportError, NotAllowedError
from analytics.exhibits.exhibit import Table
from analytics.reports import chromium
from analytics.reports.document import pdf, web_page
from analytics.reports.document.drawing import as_data
from analytics.reports.pack import NO_MARKING
from analytics.reports.symbols import SYMBOLS
from tests.helpers.packs import MARKING, POLICY, item, pack


def live(made=None, **options):
    return parser.document_fromstring(web_page(made or pack(), drawn="live", **options))


def words(part) -> str:
    return " ".join(part.text_content().split())


@pytest.fixture(scope="module")
def page():
    return live()


@pytest.fixture
def no_chromium(monkeypatch):
    monkeypatch.setenv("BROWSER_PATH", "/nowhere/chromium")


def test_every_part_of_an_exhibit_is_on_the_page(page) -> None:
    first = page.xpath("//article")[0]
    for said in (
        "A finding",
        "Of what, where and when",
        "Synthetic data, made up",
        "Filters: sex: Female",
        "Data as at 1 July 2019",
        "Numbers taken 5 March 2026, 09:30",
        "The first is half of the second.",
        "One note.",
        POLICY,
        "A source, as at 1 July 2019 (extract abc)",
        MARKING,
    ):
        assert said in words(first)


def test_the_presenters_words_are_apart_and_are_text(page) -> None:
    second = page.xpath("//article")[1]
    assert words(second.find(".//h2")) == "My own <title>"
    assert "As computed: A finding" in words(second)
    own = second.xpath(".//div[@role='note']")
    assert [words(part) for part in own] == ["The presenter adds Say this. <b>Slowly</b>."]
    assert "Say this" not in words(page.xpath("//article")[0])
    assert not page.xpath("//b")


def test_what_is_not_made_up_does_not_say_so(page) -> None:
    assert "Synthetic" not in words(page.xpath("//article")[2])
    plain = live(pack(item(synthetic=False)))
    assert not plain.xpath("//*[@class='badge']")
    assert "Synthetic" not in plain.xpath("//style")[0].text


def test_the_policy_is_said_once_with_each_exhibit() -> None:
    shown = live(pack(item(notes=("One note.", POLICY)), item()))
    assert [words(one).count(POLICY) for one in shown.xpath("//article")] == [1, 1]
    assert "One note." in words(shown.xpath("//article")[0])


def test_sentences_after_the_third_stand_apart_and_are_said_once() -> None:
    five = tuple(f"Sentence {number}." for number in range(1, 6))
    for changes in ({}, {"figure": None}):
        article = live(pack(item(sentences=five, **changes))).xpath("//article")[0]
        lists = article.xpath(".//ul[contains(@class, 'sentences')]")
        assert [len(one) for one in lists] == [3, 2]
        assert [words(one) for part in lists for one in part] == list(five)


def test_where_no_marking_is_set_it_is_plain_text(page) -> None:
    plain = live(pack(marking=NO_MARKING))
    assert not plain.xpath("//*[@class='marking']")
    assert {words(one) for one in plain.xpath("//*[@class='unmarked']")} == {NO_MARKING}
    assert not page.xpath("//*[@class='unmarked']")


def test_only_a_table_with_long_texts_is_laid_out_in_blocks(page) -> None:
    long = Table(columns=("Letter", "Because"), rows=(("Effect", "A long reason. " * 5),))
    stacked = live(pack(item(table=long))).find(".//table")
    assert stacked.get("class") == "stacks"
    assert {one.get("role") for one in stacked.iter("tr")} == {"row"}
    assert [one.get("data-label") for one in stacked.xpath(".//tbody//*[@role]")[1:]] == [
        "Letter",
        "Because",
    ]
    assert all(one.get("class") is None for one in page.xpath("//table"))


@pytest.mark.parametrize(("columns", "is_kept"), [(6, True), (12, False)])
def test_short_cells_keep_to_a_line_where_paper_is_wide_enough(columns, is_kept) -> None:
    row = ("Southampton, no plans", *(columns - 1) * ("49.3 to 69.3",))
    table = Table(columns=tuple("c" for _ in row), rows=(row,))
    assert bool(live(pack(item(table=table))).xpath("//*[@class='short']")) is is_kept


def test_numbers_say_when_each_was_taken() -> None:
    older = replace(item(), frozen_at=datetime(2026, 1, 2, 8, 0, tzinfo=UTC))
    shown = live(pack(item(), older))
    assert "2 January 2026, 08:00" in words(shown.xpath("//article")[1])
    assert "2 January 2026" not in words(shown.xpath("//article")[0])


def test_front_page_explains_the_symbols_and_lists_the_contents(page) -> None:
    front = page.xpath("//section")[0]
    for symbol, meaning in SYMBOLS:
        assert f"{symbol} {meaning}" in words(front)
    assert "5 March 2026, 09:30" in words(front)
    assert "1.2.3" in words(front)
    links = front.xpath(".//nav//a")
    headings = page.xpath("//article//h2")
    assert [words(link) for link in links] == [words(heading) for heading in headings]
    assert [link.get("href") for link in links] == [f"#{one.get('id')}" for one in headings]


def test_structure_for_those_who_do_not_see_it(page) -> None:
    assert page.get("lang") == "en-GB"
    assert page.findtext(".//title") == "Ten minutes & a bit"
    assert len(page.xpath("//h1")) == 1
    assert len(page.xpath("//main")) == len(page.xpath("//header")) == 1
    levels = [
        int(one.tag[1])
        for one in page.xpath(
            "//*[re:test(name(), '^h[1-6]$')]",
            namespaces={"re": "http://exslt.org/regular-expressions"},
        )
    ]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    skip = page.xpath("//body/*[1]")[0]
    assert page.get_element_by_id(skip.get("href")[1:]).tag == "main"


def test_tables_have_captions_and_headers(page) -> None:
    for table in page.xpath("//table"):
        assert words(table.find("caption"))
        assert {one.get("scope") for one in table.xpath(".//thead//th")} == {"col"}
        assert all(one.get("scope") == "row" for one in table.xpath(".//tbody//th"))
        assert len(table.xpath(".//tbody//th")) == len(table.xpath(".//tbody/tr"))


def test_a_table_of_one_column_has_no_row_headers() -> None:
    shown = live(pack(item(table=Table(columns=("Assumption",), rows=(("One",), (None,))))))
    assert not shown.xpath("//tbody//th")
    assert [one.text_content() for one in shown.xpath("//td")] == ["One", ""]


def test_every_figure_has_its_words(page) -> None:
    assert [one.get("alt") for one in page.xpath("//img")] == 2 * ["Two bars: 20 and 40."]


def test_an_exhibit_without_a_figure_has_its_table_open(page) -> None:
    figure, _, table = page.xpath("//article")
    assert figure.find(".//details").get("open") is None
    assert table.find(".//details").get("open") is not None


def test_the_policy_names_every_script_and_nothing_else(page) -> None:
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    run = page.xpath("//script[not(@type)]")
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256(one.text.encode()).digest()).decode()}'"
        for one in run
    ]
    assert directives["script-src"].split() == hashes
    assert directives["default-src"] == "'none'"
    assert directives["img-src"] == "data:"
    assert not page.xpath("//@onclick | //@style | //script/@src | //link")


def test_nothing_is_fetched(page) -> None:
    for script in page.xpath("//script"):
        script.drop_tree()
    text = parser.tostring(page, encoding="unicode")
    assert not re.search(r"https?:|//\w|@import|url\(", text.replace("http-equiv", ""))


def test_figures_cannot_end_their_script() -> None:
    figure = {"data": [{"name": "</script><script>alert(1)</script>"}], "layout": {}}
    assert "<" not in as_data([figure])
    shown = live(pack(item(figure=figure)))
    assert len(shown.xpath("//script")) == len(live().xpath("//script"))


def test_a_marking_stays_inside_its_string(page) -> None:
    style = page.xpath("//style")[0].text
    assert '"local"' not in style
    assert "<only" not in style
    assert "OFFICIAL-SENSITIVE \\22 local\\22  \\3c only\\3e " in style


def test_it_opens_presenting_when_told() -> None:
    assert live(presenting=True).get("class") == "opens-presenting"
    assert live().get("class") is None


def test_what_is_for_the_screen_only_is_refused(no_chromium) -> None:
    made = pack(item(), item(is_shown_only=True))
    for make in (lambda: live(made), lambda: web_page(made, drawn="still"), lambda: pdf(made)):
        with pytest.raises(NotAllowedError):
            make()


def test_the_same_pack_is_the_same_page() -> None:
    assert web_page(pack(), drawn="live") == web_page(pack(), drawn="live")


def test_without_chromium_a_pdf_says_what_it_needs(no_chromium) -> None:
    assert not chromium.found()
    with pytest.raises(ExportError, match=r"Chromium, Chrome or Edge.*BROWSER_PATH"):
        pdf(pack())
    with pytest.raises(ExportError, match="BROWSER_PATH"):
        web_page(pack(), drawn="still")


def test_without_chromium_a_page_without_figures_can_be_made(no_chromium) -> None:
    assert b"A finding" in web_page(pack(item(figure=None)), drawn="still")
