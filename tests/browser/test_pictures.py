"""Pictures drawn by a real Chromium: what is in them, and that nothing is cut off."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from lxml import etree
from PIL import Image
from playwright.sync_api import Browser

from analytics.errors import ExportError
from analytics.exhibits import theme
from analytics.reports import pictures
from analytics.reports.pack import NO_MARKING
from tests.helpers.packs import MARKING, POLICY, PREPARED, UNDRAWABLE, item, real_pack

pytestmark = pytest.mark.browser
SVG = "{http://www.w3.org/2000/svg}"
OUTSIDE = """svg => {
  document.body.innerHTML = svg;
  const whole = document.querySelector('svg').getBoundingClientRect();
  return [...document.querySelectorAll('text')].filter(text => text.textContent.trim())
    .map(text => text.getBoundingClientRect())
    .filter(box => box.left < whole.left || box.right > whole.right
      || box.top < whole.top || box.bottom > whole.bottom).length;
}"""


MADE = replace(item(), title="My own title & <more>", frozen_at=PREPARED)


@pytest.fixture(scope="module")
def drawn(chromium_path) -> bytes:
    return pictures.svg(MADE, marking=MARKING)


def test_an_svg_says_what_it_is(drawn: bytes) -> None:
    root = etree.fromstring(drawn)
    text = " ".join(" ".join(root.itertext()).split())
    for said in (
        "My own title & <more>",
        "As computed: A finding",
        "Of what, where and when",
        "Synthetic data, made up",
        "Filters: sex: Female",
        "Source: A source, as at 1 July 2019 (extract abc)",
        "Numbers taken 5 March 2026, 09:30",
        f"Disclosure control: {POLICY}",
        MARKING,
    ):
        assert said in text
    assert root.findtext(f"{SVG}title") == "My own title & <more>"
    assert "Two bars: 20 and 40." in root.findtext(f"{SVG}desc")
    ids = root.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert set(root.get("aria-labelledby").split()) <= set(ids)


def test_an_svg_is_the_same_each_time(drawn: bytes) -> None:
    assert pictures.svg(MADE, marking=MARKING) == drawn


def test_where_no_marking_is_set_there_is_no_banner(drawn: bytes) -> None:
    def banners(svg: bytes) -> list[object]:
        return etree.fromstring(svg).findall(f"{SVG}rect[@fill='{theme.TEXT}']")

    plain = pictures.svg(MADE, marking=NO_MARKING)
    assert NO_MARKING in plain.decode()
    assert len(banners(drawn)) == 1
    assert banners(plain) == []


def test_a_png_has_two_pixels_for_each_of_the_svg(drawn: bytes) -> None:
    root = etree.fromstring(drawn)
    opened = Image.open(io.BytesIO(pictures.png(MADE, marking=MARKING)))
    assert opened.size == (2 * int(root.get("width")), 2 * int(root.get("height")))


def test_a_figure_alone_has_no_words_around_it(chromium_path) -> None:
    opened = Image.open(io.BytesIO(pictures.figure_png(item().exhibit)))
    assert opened.size == (2 * 680, 2 * 300)


def test_nothing_of_a_real_figure_lies_outside(sample, chromium: Browser) -> None:
    page = chromium.new_page()
    for one in real_pack(sample, size=4).items:
        if one.exhibit.figure is not None:
            assert page.evaluate(OUTSIDE, pictures.svg(one).decode()) == 0
    page.close()


def test_a_figure_that_cannot_be_drawn_is_no_picture(chromium_path) -> None:
    with pytest.raises(ExportError, match="can't be drawn"):
        pictures.svg(item(figure=UNDRAWABLE))
