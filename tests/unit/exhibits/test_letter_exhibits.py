"""What holds for every exhibit of the five letters, for every evaluation and with filters."""

from __future__ import annotations

import csv
import io
import math
import re
from functools import cache

import pytest

from analytics.ask import evaluations_for
from analytics.emmie.overview import OverviewQuestion
from analytics.exhibits import theme
from analytics.exhibits.exhibit import Exhibit
from analytics.extracts.filters import NO_FILTERS, Filters
from analytics.extracts.library import open_library
from analytics.reports.table_file import table_csv
from tests.helpers.letter_exhibits import letter_exhibits
from tests.helpers.screen import ASCII_MINUS, MINUS, number
from tests.helpers.walking import values_in

NAMES = sorted(evaluations_for(OverviewQuestion))
SMALL = Filters(local_authorities=("E06000045",), sexes=("F",))
VIEWS = {"all": NO_FILTERS, "small": SMALL}
RAW = re.compile(r"\b[a-z]+_[a-z_]+\b")
"""A key or a code, such as ``not_estimable``."""
OUT_OF = re.compile(r"\b(\d+) of (?:the )?(\d+) (?:famil|case|child)")
NEUTRAL = {theme.WHITE, theme.BAND, theme.TEXT, theme.MUTED, theme.GRID}
SCALES = {colour for shades in theme.DIVERGING.values() for colour in shades}
NONE = re.compile(r"(?<!\()\bNone\b(?! (of|is|was|can)\b)")


@cache
def shown(name: str, view: str) -> tuple[tuple[str, Exhibit], ...]:
    return tuple(
        (part, exhibit)
        for part, exhibits in letter_exhibits(name, VIEWS[view])
        for exhibit in exhibits
    )


def texts(exhibit: Exhibit) -> list[str]:
    found = [exhibit.headline, exhibit.subtitle, exhibit.alt_text, exhibit.source]
    found += [*exhibit.notes, *exhibit.sentences]
    for table in (exhibit.table, exhibit.download):
        found += [*table.columns, *(str(cell) for row in table.rows for cell in row)]
    return found


each = pytest.mark.parametrize("name", NAMES)
views = pytest.mark.parametrize("view", VIEWS)


@each
def test_there_is_something_of_every_evaluation(name: str) -> None:
    assert len(shown(name, "all")) >= 5


@each
@views
def test_no_figure_holds_a_nan(name: str, view: str) -> None:
    for part, exhibit in shown(name, view):
        for path, value in values_in(exhibit.figure):
            values = value.ravel().tolist() if hasattr(value, "ravel") else [value]
            for item in values:
                assert not (isinstance(item, float) and not math.isfinite(item)), (part, path)


@each
@views
def test_no_text_says_none_or_nan_or_a_key(name: str, view: str) -> None:
    for part, exhibit in shown(name, view):
        for text in texts(exhibit):
            words = set(text.lower().replace("(", " ").split())
            assert not {"nan", "inf", "-0", "-0.0"} & words, (part, text)
            assert not NONE.search(text) or text == "None", (part, text)
            assert not RAW.search(text.replace("https://", " ")) or "http" in text, (part, text)


@each
@views
def test_every_exhibit_has_its_table_and_its_words(name: str, view: str) -> None:
    for part, exhibit in shown(name, view):
        assert exhibit.key, part
        assert exhibit.headline, part
        assert exhibit.subtitle, part
        assert exhibit.source, part
        assert len(exhibit.headline.split()) <= 16, exhibit.headline
        for table in (exhibit.table, exhibit.download):
            assert table.columns
            assert all(len(row) == len(table.columns) for row in table.rows), (part, exhibit.key)
        if exhibit.figure is not None:
            assert exhibit.table.rows, (part, exhibit.key)
            assert exhibit.alt_text, (part, exhibit.key)


@each
@views
def test_at_most_four_colours_and_only_those_of_the_house(name: str, view: str) -> None:
    for part, exhibit in shown(name, view):
        used = {
            value.upper()
            for path, value in values_in(exhibit.figure)
            if isinstance(value, str) and re.fullmatch(r"#[0-9A-Fa-f]{6}", value)
            if "colorway" not in str(path)
        }
        inks = used - NEUTRAL
        assert inks <= set(theme.CATEGORICAL) or inks <= SCALES, (part, exhibit.key, inks)
        assert len(inks - {theme.DARK_GREY}) <= 4 or inks <= SCALES, (part, exhibit.key, inks)


@each
def test_no_two_exhibits_of_a_part_share_a_key(name: str) -> None:
    parts: dict[str, list[str]] = {}
    for part, exhibit in shown(name, "all"):
        parts.setdefault(part, []).append(exhibit.key)
    for part, keys in parts.items():
        assert len(keys) == len(set(keys)), (part, keys)


@each
@views
def test_no_count_of_one_to_five_children_is_written(name: str, view: str) -> None:
    """A count "n of m" about children or families never has 1 to 5 on either side of it."""
    protocol = open_library().evaluation(name).protocol
    if protocol.policy_of("cases") == "published":
        return
    for part, exhibit in shown(name, view):
        for text in texts(exhibit):
            for events, total in re.findall(
                r"\b(\d+) of (?:the )?(\d+) (?:famil|case|child)", text
            ):
                if "audit" in text.lower() or "measures" in text:
                    continue
                assert not 1 <= int(events) <= 5, (part, exhibit.key)
                assert not 1 <= int(total) - int(events) <= 5, (part, exhibit.key)


@pytest.mark.parametrize(("name", "view"), [(name, view) for name in NAMES for view in VIEWS])
def test_sources_name_an_extract_or_none(name: str, view: str) -> None:
    assert [key for key, one in shown(name, view) if "(extract )" in one.source] == []


def test_rows_are_as_high_as_their_labels() -> None:
    middles, height = theme.rows_of(["one", "one<br>two<br>three", "one"], line=18, gap=9)
    assert height == 27 + 63 + 27
    assert middles == [13.5, 58.5, 103.5]


@each
@views
def test_a_minus_is_a_true_one_on_the_screen(name: str, view: str) -> None:
    for part, exhibit in shown(name, view):
        drawn = [value for _, value in values_in(exhibit.figure) if isinstance(value, str)]
        wrong = [text for text in (*texts(exhibit), *drawn) if ASCII_MINUS.search(text)]
        assert not wrong, (part, exhibit.key, wrong[:3])
        for trace in (exhibit.figure or {}).get("data", ()):
            # What Plotly formats by itself has a hyphen; what is below zero comes with its words.
            for axis in re.findall(r"%\{([xy]):[^}|]*f\}", trace.get("hovertemplate") or ""):
                held = [value for value in trace[axis] if isinstance(value, int | float)]
                assert not any(value < 0 for value in held), (part, exhibit.key)


@each
def test_numbers_of_the_screen_are_numbers_in_the_file(name: str) -> None:
    below_zero = 0
    for part, exhibit in shown(name, "all"):
        content = table_csv(exhibit, filters="none").decode("utf-8-sig")
        assert MINUS not in content, (part, exhibit.key)
        rows = list(csv.reader(io.StringIO(content, newline="")))
        start = rows.index([str(column) for column in exhibit.download.columns]) + 1
        for row, line in zip(exhibit.download.rows, rows[start:], strict=False):
            for cell, written in zip(row, line, strict=True):
                if re.fullmatch(rf"[+{MINUS}]?\d[\d,]*(\.\d+)?", str(cell)):
                    assert float(written) == number(cell), (part, exhibit.key)
                    below_zero += float(written) < 0
    assert below_zero or name not in {"family_safety_plans", "signs_of_safety_ten_areas"}
