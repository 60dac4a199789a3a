"""The workbook: what is on each sheet, numbers as numbers, and that no cell is a formula."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from analytics.errors import InvalidInputError, NotAllowedError
from analytics.exhibits.exhibit import Exhibit, Table
from analytics.reports.pack import Item, Pack
from analytics.reports.symbols import SYMBOLS
from analytics.reports.workbook import workbook
from analytics.reports.workbook.cells import LONGEST_TEXT, Number, content, number
from analytics.reports.workbook.columns import sheet_table, unique
from analytics.reports.workbook.names import LONGEST_SHEET, sheet_name, table_name

PREPARED = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)
FORMULAS = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"]
GLOSSARY = Path(__file__).parents[3] / "docs" / "glossary.md"
POLICY = "Counts of 1 to 5 are withheld and shown as [c]."
BARS = {
    "data": [
        {
            "type": "bar",
            "orientation": "h",
            "name": "Share",
            "x": [20.0, 40.0],
            "y": ["First", "Second"],
            "error_x": {"type": "data", "array": [5.0, 6.0], "arrayminus": [4.0, 3.0]},
        }
    ],
    "layout": {"xaxis": {"title": {"text": "Per cent"}}},
}


def exhibit(**changes: Any) -> Exhibit:
    base = Exhibit(
        key="made_up",
        headline="A finding",
        subtitle="Of what, where and when",
        figure=None,
        table=Table(columns=("Group", "Share (%)"), rows=(("First", "20"), ("Second", "[c]"))),
        alt_text="Two bars.",
        notes=("One note.", "Shared note."),
        source="A source, as at 1 July 2019 (extract abc)",
        as_at=date(2019, 7, 1),
        synthetic=True,
    )
    return replace(base, **changes)


def pack(*items: Item, **changes: Any) -> Pack:
    base = Pack(
        title="Ten minutes",
        items=items or (Item(exhibit=exhibit(), policy=POLICY),),
        prepared_at=PREPARED,
        version="0.6.0",
        marking="OFFICIAL",
    )
    return replace(base, **changes)


def opened(made: Pack) -> Workbook:
    return load_workbook(io.BytesIO(workbook(made)))


def words(sheet: Any) -> list[str]:
    return [str(cell.value) for cell in sheet["A"] if cell.value is not None]


def parts(made: Pack) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(workbook(made))) as found:
        return {name: found.read(name).decode() for name in found.namelist()}


def test_the_sheets_stand_in_order() -> None:
    book = opened(pack(Item(exhibit=exhibit()), Item(exhibit=exhibit(key="other"))))
    assert book.sheetnames == ["Cover", "Notes", "Symbols", "1 made up", "2 other"]


def test_the_cover_says_what_it_is() -> None:
    cover = opened(pack())["Cover"]
    said = words(cover)
    assert cover["A1"].value == "Ten minutes"
    for wanted in ("OFFICIAL", "5 March 2026, 09:30", "0.6.0", "1 July 2019", POLICY, "made up"):
        assert any(wanted in line for line in said), wanted


def test_the_cover_lists_every_other_sheet_with_a_link() -> None:
    book = opened(pack(Item(exhibit=exhibit(figure=BARS)), Item(exhibit=exhibit(key="other"))))
    links = {cell.value: cell.hyperlink.location for cell in book["Cover"]["B"] if cell.hyperlink}
    assert list(links) == book.sheetnames[1:]
    assert all(target in {f"'{name}'!A1", f"{name}!A1"} for name, target in links.items())


def test_an_exhibit_s_sheet_says_where_it_comes_from() -> None:
    item = Item(
        exhibit=exhibit(sentences=("Read this aloud.",)),
        filters="sex: Female",
        policy=POLICY,
        title="My title",
        annotation="Ask the team",
    )
    said = words(opened(pack(item))["1 made up"])
    assert said[0] == "My title"
    assert "Finding: A finding" in said
    assert "Of what, where and when" in said
    assert "Synthetic data, made up" in said
    assert "Marking: OFFICIAL" in said
    assert "The presenter's own words: Ask the team" in said
    assert "Filters: sex: Female" in said
    assert any("as at 1 July 2019" in line for line in said)
    assert f"Disclosure policy: {POLICY}" in said
    assert "Read this aloud." in said


def test_what_is_not_synthetic_does_not_say_so() -> None:
    made = pack(Item(exhibit=exhibit(synthetic=False, figure=BARS)))
    assert not any("made up" in text.replace("1 made up", "") for text in _all_words(made))


def _all_words(made: Pack) -> list[str]:
    names = re.compile(r"\d+b? made up")
    return [
        names.sub("", str(cell.value))
        for sheet in opened(made).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str)
    ]


def test_each_note_stands_once_and_names_its_sheets() -> None:
    other = exhibit(key="other", notes=("Shared note.",))
    book = opened(pack(Item(exhibit=exhibit()), Item(exhibit=other)))
    rows = [row for row in book["Notes"].iter_rows(values_only=True) if isinstance(row[1], int)]
    assert rows == [("One note.", 1, "1 made up"), ("Shared note.", 2, "1 made up, 2 other")]
    assert "Notes: 2, on the sheet Notes" in words(book["2 other"])
    assert "Notes: 1 and 2, on the sheet Notes" in words(book["1 made up"])


def test_symbols_are_explained_as_in_the_glossary() -> None:
    rows = [row[:2] for row in opened(pack())["Symbols"].iter_rows(values_only=True)]
    assert [row for row in rows if row[1]][1:] == list(SYMBOLS)
    glossary = GLOSSARY.read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\[\w+\])` \| (.+) \|$", glossary, re.MULTILINE) == list(SYMBOLS)


def test_every_table_is_marked_up_whole() -> None:
    book = opened(pack(Item(exhibit=exhibit(figure=BARS)), Item(exhibit=exhibit(key="other"))))
    names = [name for sheet in book.worksheets for name in sheet.tables]
    assert len(names) == len(set(names)) == len(book.sheetnames)
    for sheet in book.worksheets:
        (table,) = sheet.tables.values()
        found = sheet[table.ref]
        assert [cell.value for cell in found[0]] == [one.name for one in table.tableColumns]
        assert table.autoFilter is None
        assert found[0][0].column == 1
        assert found[-1][0].row == sheet.max_row
        assert all(any(cell.value is not None for cell in row) for row in found)
        assert not sheet.merged_cells.ranges
        assert not any(one.hidden for one in sheet.column_dimensions.values())
        assert not any(one.hidden for one in sheet.row_dimensions.values())
        assert sheet.sheet_state == "visible"
        assert sheet.freeze_panes is None
        assert all(cell.value is not None for cell in sheet["A"])
        assert sheet.sheet_view.selection[0].activeCell in {None, "A1"}


def test_the_file_says_what_it_is() -> None:
    made = opened(pack())
    assert made.properties.title == "Ten minutes"
    assert made.properties.creator == "EMMIE Explorer 0.6.0"
    assert made.properties.language == "en-GB"
    assert made.properties.created == PREPARED.replace(tzinfo=None)
    assert made.active.title == "Cover"


def test_charts_are_in_british_english() -> None:
    found = parts(pack(Item(exhibit=exhibit(figure=BARS))))
    charts = [text for name, text in found.items() if name.startswith("xl/charts/")]
    assert charts
    assert not any("en-US" in text for text in charts)


def test_the_marking_is_on_every_page() -> None:
    for sheet in opened(pack(marking="OFFICIAL & MORE")).worksheets:
        assert sheet.oddHeader.center.text == "OFFICIAL && MORE"
        assert sheet.oddFooter.left.text == "OFFICIAL && MORE"
        assert "Marking: OFFICIAL & MORE" in words(sheet)


def test_the_same_pack_gives_the_same_bytes() -> None:
    made = pack(Item(exhibit=exhibit(figure=BARS)))
    assert workbook(made) == workbook(made)


def test_progress_is_told_after_each_exhibit() -> None:
    told: list[tuple[int, int]] = []
    workbook(
        pack(Item(exhibit=exhibit()), Item(exhibit=exhibit(key="other"))),
        lambda done, of: told.append((done, of)),
    )
    assert told == [(1, 2), (2, 2)]


def test_what_is_for_the_screen_only_is_refused() -> None:
    with pytest.raises(NotAllowedError):
        workbook(pack(Item(exhibit=exhibit(is_shown_only=True))))


def test_an_empty_pack_is_refused() -> None:
    with pytest.raises(InvalidInputError):
        workbook(replace(pack(), items=()))


def test_an_exhibit_without_rows_has_its_sentences() -> None:
    made = exhibit(table=Table(columns=("Assumption",), rows=()), sentences=("We assume.",))
    sheet = opened(pack(Item(exhibit=made)))["1 made up"]
    assert "We assume." in words(sheet)
    assert not sheet.tables


def test_one_exhibit_twice_has_two_sheets() -> None:
    item = Item(exhibit=exhibit(figure=BARS))
    assert opened(pack(item, item)).sheetnames[3:] == [
        "1 made up",
        "1b made up",
        "2 made up",
        "2b made up",
    ]


# What a chart reads -----------------------------------------------------------------------------


def test_a_chart_reads_its_values_and_intervals_from_cells() -> None:
    book = opened(pack(Item(exhibit=exhibit(figure=BARS))))
    (chart,) = book["1 made up"]._charts
    (series,) = chart.series
    errors = series.errBars
    references = (series.cat.strRef, series.val.numRef, errors.minus.numRef, errors.plus.numRef)
    read = [_read(book, reference.f) for reference in references]
    assert sorted(zip(*read, strict=True)) == [("First", 20, 4, 5), ("Second", 40, 3, 6)]


def _read(book: Workbook, reference: str) -> list[Any]:
    sheet, cells = reference.rsplit("!", 1)
    return [cell.value for (cell,) in book[sheet.strip("'")][cells.replace("$", "")]]


def test_a_chart_reads_the_table_itself_where_it_holds_the_values_whole() -> None:
    bars = {"type": "bar", "orientation": "h", "x": [20, 40], "y": ["First", "Second"]}
    table = Table(columns=("Group", "Count"), rows=(("Second", "40"), ("First", "20")))
    made = exhibit(figure={"data": [bars], "layout": {}}, table=table)
    book = opened(pack(Item(exhibit=made)))
    assert book.sheetnames[3:] == ["1 made up"]
    (chart,) = book["1 made up"]._charts
    assert chart.series[0].val.numRef.f.startswith("'1 made up'!$B$")
    assert _read(book, chart.series[0].val.numRef.f) == [40, 20]


def test_a_rounded_table_is_not_what_a_chart_reads() -> None:
    bars = {"type": "bar", "orientation": "h", "x": [20.4, 40], "y": ["First", "Second"]}
    table = Table(columns=("Group", "Count"), rows=(("Second", "40"), ("First", "20")))
    made = exhibit(figure={"data": [bars], "layout": {}}, table=table)
    assert opened(pack(Item(exhibit=made))).sheetnames[3:] == ["1 made up", "1b made up"]


def test_a_figure_without_points_has_no_chart() -> None:
    nothing = {"data": [{"type": "scatter", "x": [], "y": []}], "layout": {}}
    sheet = opened(pack(Item(exhibit=exhibit(figure=nothing))))["1 made up"]
    assert not sheet._charts
    assert any("not a kind of chart" in line for line in words(sheet))


def test_a_chart_has_words_for_who_can_t_see_it() -> None:
    found = parts(pack(Item(exhibit=exhibit(figure=BARS))))
    (drawing,) = [text for name, text in found.items() if name.startswith("xl/drawings/drawing")]
    assert 'descr="Chart: Two bars."' in drawing
    assert "Per cent" in found["xl/charts/chart1.xml"]


def test_a_chart_stands_beside_its_words_and_above_its_table() -> None:
    book = opened(pack(Item(exhibit=exhibit(figure=BARS))))
    sheet = book["1 made up"]
    (chart,) = sheet._charts
    row = chart.anchor._from.row + 1
    assert sheet.cell(row, 1).value == "In words: Two bars."
    (table,) = sheet.tables.values()
    assert chart.anchor.to.row + 1 < sheet[table.ref][0][0].row


# Numbers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "value", "form"),
    [
        ("12", 12, "0"),
        ("1,234", 1234, "#,##0"),
        ("−4.5", -4.5, "0.0"),
        ("+0.10", 0.1, "+0.00;-0.00;0.00"),
        ("+0.0", 0.0, "+0.0;-0.0;+0.0"),
        ("23%", 0.23, "0%"),
        ("14.0%", 0.14, "0.0%"),
        ("£1,234", 1234, '"£"#,##0;-"£"#,##0'),
        ("−£1,234.50", -1234.5, '"£"#,##0.00;-"£"#,##0.00'),
        ("−1,234.5", -1234.5, "#,##0.0"),
    ],
)
def test_a_number_keeps_its_digits(shown: str, value: float, form: str) -> None:
    assert number(shown) == Number(value=value, form=form)


@pytest.mark.parametrize(
    "shown",
    ["007", "2,3,6", "1234,567", "<0.001", "[c]", "", "−0.0", "1.", "12 of 16", "1" * 16, "1e5"],
)
def test_what_would_lose_a_digit_or_a_sign_stays_a_text(shown: str) -> None:
    assert number(shown) is None
    assert content(shown) == shown


def test_what_is_not_finite_is_not_available() -> None:
    assert content(float("nan")) == "[x]"
    assert content(None) == ""


@given(
    st.decimals(min_value=-(10**9), max_value=10**9, places=3, allow_nan=False),
    st.integers(0, 3),
    st.booleans(),
    st.sampled_from(["", "%", "£"]),
)
def test_a_number_is_shown_again_as_it_was(
    value: Any, places: int, grouped: bool, kind: str
) -> None:
    body = f"{abs(value):{',' if grouped else ''}.{places}f}"
    sign = "−" if value < 0 and re.search("[1-9]", body) else ""
    shown = f"{sign}{'£' if kind == '£' else ''}{body}{'%' if kind == '%' else ''}"
    found = number(shown)
    assert found is not None
    again = f"{abs(found.value) * (100 if kind == '%' else 1):{',' if grouped else ''}.{places}f}"
    assert again == body
    assert (found.value < 0) == (sign == "−")
    assert found.form.count("0", found.form.find(".")) == places or places == 0 or ";" in found.form


def columns(name: str, *cells: object) -> list[tuple[str, list[Any]]]:
    made = sheet_table(Table(columns=(name,), rows=tuple((cell,) for cell in cells)))
    return [
        (
            header,
            [cell.value if isinstance(cell, Number) else cell for cell in column],
        )
        for header, column in zip(made.headers, zip(*made.rows, strict=True), strict=True)
    ]


def test_an_interval_becomes_two_columns() -> None:
    assert columns("95% interval", "−8.1 to −0.9", "", "[c]") == [
        ("95% interval: low", [-8.1, "", "[c]"]),
        ("95% interval: high", [-0.9, "", "[c]"]),
    ]


def test_an_interval_without_an_end_says_so() -> None:
    assert columns("95% interval (days)", "28 to 35", "122 to no end")[1] == (
        "95% interval (days): high",
        [35, "no end"],
    )


def test_an_estimate_with_its_interval_becomes_three_columns() -> None:
    assert columns("Change", "−4.5 (−8.1 to −0.9)", "") == [
        ("Change", [-4.5, ""]),
        ("Change: low", [-8.1, ""]),
        ("Change: high", [-0.9, ""]),
    ]


def test_a_count_has_what_it_is_out_of_beside_it() -> None:
    assert columns("Met", "12 of 16", "[c]") == [
        ("Met", [12, "[c]"]),
        ("Met: out of", [16, "[c]"]),
    ]


def test_a_share_with_its_counts_becomes_three_columns() -> None:
    assert columns("New", "16.7% (43 of 258)", "about 17%") == [
        ("New", [0.167, "about 17%"]),
        ("New: number", [43, ""]),
        ("New: out of", [258, ""]),
    ]


def test_a_counted_measure_becomes_four_columns() -> None:
    assert columns("Counted", "8.5 of 9 posts (full-time equivalents) (94%)") == [
        ("Counted", [8.5]),
        ("Counted: out of", [9]),
        ("Counted: of what", ["posts (full-time equivalents)"]),
        ("Counted: share", [0.94]),
    ]


def test_a_price_has_its_unit_beside_it() -> None:
    assert columns("Price", "£41.08 per hour", "£415.00 per incident") == [
        ("Price", [41.08, 415.0]),
        ("Price: unit", ["per hour", "per incident"]),
    ]


@pytest.mark.parametrize(
    "cells",
    [
        ("2013 to 2015", "2016 to 2020"),
        ("18 to 29", "30 to 39"),
        ("none from one area", "1.0 to 2.0"),
        ("45 fewer of 100 (35 to 55 fewer)", "no difference (6 fewer to 7 more)"),
    ],
)
def test_what_is_no_interval_stays_one_column(cells: tuple[str, ...]) -> None:
    name = "Difference, with interval" if "none" in cells[0] else "Group"
    assert columns(name, *cells) == [(name, list(cells))]


def test_headers_are_unlike_each_other() -> None:
    assert unique(["Areas", "areas", "", "A\nb", "x" * 500]) == (
        "Areas",
        "areas (2)",
        "Column 3",
        "A b",
        "x" * 240,
    )


# Names ------------------------------------------------------------------------------------------


@given(st.integers(1, 999), st.text(max_size=80), st.sampled_from(["", "b"]))
def test_a_name_of_a_sheet_is_one_that_sheets_may_have(number: int, key: str, part: str) -> None:
    name = sheet_name(number, key, part=part)
    assert 1 <= len(name) <= LONGEST_SHEET
    assert re.fullmatch(r"\d+b?( [A-Za-z0-9]+)*", name)
    assert name.split(" ")[0] == f"{number}{part}"
    assert re.fullmatch(r"Table_[A-Za-z0-9_]+", table_name(name))


# Nothing is a formula ---------------------------------------------------------------------------


def formulas(made: Pack) -> list[str]:
    return [
        name
        for name, text in parts(made).items()
        if name.startswith("xl/worksheets/sheet") and re.search(r"<f[ >/]", text)
    ]


def everywhere(words: str) -> Pack:
    """Return a pack that has the words wherever words from outside can stand."""
    bars = {"type": "bar", "name": words, "x": [words, "b"], "y": [1, 2], "text": [words, "b"]}
    layout = {"xaxis": {"title": {"text": words}}, "yaxis": {"title": {"text": words}}}
    made = exhibit(
        key=words or "k",
        headline=words,
        subtitle=words,
        figure={"data": [bars], "layout": layout},
        table=Table(columns=(words, "Other"), rows=((words, words), (words, "1"))),
        alt_text=words,
        notes=(words,),
        source=words,
        sentences=(words,),
    )
    item = Item(exhibit=made, filters=words, policy=words, title=words, annotation=words)
    return pack(item, title=words, version=words, marking=words)


@pytest.mark.parametrize("words", FORMULAS)
def test_no_cell_is_a_formula(words: str) -> None:
    made = everywhere(words)
    assert not formulas(made)
    book = opened(made)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                if isinstance(cell.value, str):
                    assert not cell.value.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝"))


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_any_words_can_stand_anywhere(words: str) -> None:
    made = everywhere(words)
    assert not formulas(made)
    assert opened(made).sheetnames[:3] == ["Cover", "Notes", "Symbols"]


@pytest.mark.parametrize("words", ["a\x00b\x0b", "\ud800", "_x0041_", "&<>\"'", "x" * 40_000])
def test_words_that_a_file_can_t_hold_do_no_harm(words: str) -> None:
    book = opened(everywhere(words))
    assert all(
        len(cell.value) <= LONGEST_TEXT + 100
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str)
    )


def test_a_signed_number_is_not_taken_for_a_formula() -> None:
    rows = (("a", "+15 (0 to 30) x"), ("b", "-2 to 3"), ("c", "+1.5"))
    made = exhibit(table=Table(columns=("Group", "Change"), rows=rows))
    sheet = opened(pack(Item(exhibit=made)))["1 made up"]
    assert [row[1].value for row in sheet.iter_rows() if row[0].value in {"a", "b", "c"}] == [
        "'+15 (0 to 30) x",
        "-2 to 3",
        1.5,
    ]


def scattered(height: int) -> dict[str, Any]:
    days = {"type": "scatter", "mode": "markers", "x": ["2019-04-01", "2019-07-01"]}
    return {
        "data": [{**days, "y": [-44.154228855721, 20.0]}],
        "layout": {"height": height, "yaxis": {"title": {"text": "Points"}}},
    }


def test_days_are_shown_as_days_and_numbers_in_few_digits() -> None:
    sheet = opened(pack(Item(exhibit=exhibit(figure=scattered(400)))))["1b made up"]
    (table,) = sheet.tables.values()
    cells = [
        cell for row in sheet[table.ref][1:] for cell in row if not isinstance(cell.value, str)
    ]
    shown = {str(cell.value): cell.number_format for cell in cells if cell.value is not None}
    assert shown["2019-04-01 00:00:00"] == "d mmm yyyy"
    assert shown["-44.154228855721"] == "0.0"
    assert "General" not in shown.values()


@pytest.mark.parametrize("height", [320, 1500])
def test_a_chart_is_printed_on_one_page(height: int) -> None:
    sheet = opened(pack(Item(exhibit=exhibit(figure=scattered(height)))))["1 made up"]
    (chart,) = sheet._charts
    first, last = chart.anchor._from.row, chart.anchor.to.row
    breaks = [one.id for one in sheet.row_breaks.brk]
    assert sheet.page_setup.orientation == "landscape"
    assert not [row for row in breaks if first < row <= last]
    scale = sheet.page_setup.scale / 100
    pixels = 4 / 3  # of a point
    below = sum((sheet.row_dimensions[n].height or 15) for n in range(1, last + 2)) * pixels
    above = sum((sheet.row_dimensions[n].height or 15) for n in range(1, first + 1)) * pixels
    page = 8.27 * 96 - 1.5 * 96
    if first in breaks:
        assert (below - above) * scale <= page
    else:
        assert below * scale <= page
    assert (first in breaks) == (height > 1000)
