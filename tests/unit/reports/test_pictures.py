"""Pictures: how their text is broken into lines, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.errors import ExportError, NotAllowedError
from analytics.reports import pictures
from tests.helpers.packs import exhibit, item

WIDTH = 200


@given(st.text(max_size=200), st.sampled_from([12, 24]), st.booleans())
def test_no_line_is_wider_than_its_place_and_nothing_is_lost(
    text: str, size: int, bold: bool
) -> None:
    lines = pictures.broken(text, width=WIDTH, size=size, bold=bold)
    assert all(pictures.width_of(line, size=size, bold=bold) <= WIDTH for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_a_long_word_is_broken() -> None:
    assert len(pictures.broken("m" * 60, width=WIDTH, size=12)) > 1


@pytest.mark.parametrize("make", [pictures.png, pictures.svg])
def test_what_is_for_the_screen_only_is_refused(make) -> None:
    with pytest.raises(NotAllowedError):
        make(item(is_shown_only=True))
    with pytest.raises(ExportError, match="no figure"):
        make(item(figure=None))


def test_without_chromium_it_says_what_it_needs(monkeypatch) -> None:
    monkeypatch.setenv("BROWSER_PATH", "/nowhere/chromium")
    for make in (pictures.png, pictures.svg):
        with pytest.raises(ExportError, match="BROWSER_PATH"):
            make(item())
    with pytest.raises(ExportError, match="BROWSER_PATH"):
        pictures.figure_png(exhibit())
