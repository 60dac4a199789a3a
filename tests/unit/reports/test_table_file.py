"""A table as a file: what stands above it, and that no cell is taken for a formula."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from analytics.ask import ask
from analytics.emmie.effect import EffectQuestion
from analytics.emmie.neighbours.comparison import ComparisonQuestion
from analytics.exhibits.effect import effect_exhibits
from analytics.exhibits.exhibit import Exhibit, Table
from analytics.exhibits.neighbour_comparison import comparison_exhibits
from analytics.reports.table_file import file_name, table_csv
from tests.helpers.folders import FSP


def exhibit(*rows: tuple[object, ...], synthetic: bool = True) -> Exhibit:
    columns = tuple(f"Column {number}" for number in range(len(rows[0]) if rows else 1))
    return Exhibit(
        key="made_up",
        headline="A finding",
        subtitle="Of what",
        figure=None,
        table=Table(columns=columns, rows=rows),
        alt_text="",
        notes=("A note, with a comma",),
        source="A source",
        synthetic=synthetic,
    )


def lines(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def cells(*row: object) -> list[str]:
    found = lines(table_csv(exhibit(row), filters="none"))
    return found[found.index([f"Column {number}" for number in range(len(row))]) + 1]


def test_what_stands_around_the_table() -> None:
    content = table_csv(exhibit(("a", 1)), filters="sex: Female")
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == content.count(b"\n")
    found = [" ".join(line) for line in lines(content)]
    assert found[0] == "A finding"
    assert any("sex: Female" in line for line in found)
    assert any("A source" in line for line in found)
    assert any("SYNTHETIC" in line for line in found)
    assert any("A note, with a comma" in line for line in found)
    assert "a 1" in found


def test_what_it_was_computed_under_stands_above_the_table() -> None:
    content = table_csv(
        exhibit(("[c]", 1)),
        filters="none",
        policy="Counts of 1 to 5 are withheld",
        prepared_at=datetime(2026, 7, 5, 9, 30, tzinfo=UTC),
        version="1.2.3",
        marking="=OFFICIAL",
    )
    found = lines(content)
    above = [line[0] for line in found[: found.index([])]]
    assert above[-5:] == [
        "Disclosure control: Counts of 1 to 5 are withheld",
        "Numbers taken: 5 July 2026, 10:30",
        "Computed by: EMMIE Explorer 1.2.3",
        "Marking: =OFFICIAL",
        "Symbol: [c] withheld to protect confidentiality",
    ]


def test_only_symbols_of_the_table_are_explained() -> None:
    assert b"Symbol:" not in table_csv(exhibit(("a",)), filters="none")


def test_what_is_not_synthetic_does_not_say_so() -> None:
    shown = exhibit(("a",), synthetic=False)
    assert b"SYNTHETIC" not in table_csv(shown, filters="none")
    assert "synthetic" not in file_name(shown)
    assert "synthetic" in file_name(exhibit(("a",)))


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(1)", "+", "-"],
)
def test_no_cell_is_a_formula(cell: str) -> None:
    assert cells(cell)[0][:1] not in set("=+-@\t\r")


@pytest.mark.parametrize("cell", ["-45.0", "+11.8", "-0.001", "12", "+1e3"])
def test_a_signed_number_stays_a_number(cell: str) -> None:
    assert cells(cell) == [cell]
    assert float(cells(cell)[0]) == float(cell)


@pytest.mark.parametrize("cell", [-45.0, 11.8, -3, 0])
def test_a_number_stays_a_number(cell: float) -> None:
    assert float(cells(cell)[0]) == cell


def test_an_interval_below_zero_can_be_read() -> None:
    """It holds only digits and the word to, so no spreadsheet can run it; it stays as it is."""
    assert cells("-12.3 to -4.5") == ["-12.3 to -4.5"]
    assert cells("-12.3 to A1")[0].startswith("'")


def test_nothing_is_an_empty_cell() -> None:
    assert cells(None, "x") == ["", "x"]


def test_formulas_in_titles_and_filters_are_text() -> None:
    shown = replace(exhibit(("a",)), headline="=1+1", subtitle="@SUM(A1)", source="-2+3")
    for line in lines(table_csv(shown, filters="=1")):
        assert line == [] or line[0][:1] not in set("=+-@\t\r")


def test_formulas_in_column_names_are_text() -> None:
    """A column can be named after an arm or an area, which come from outside."""
    shown = replace(exhibit(("a",)), table=Table(columns=("=1+1",), rows=(("a",),)))
    assert ["=1+1"] not in lines(table_csv(shown, filters="none"))


def test_the_file_holds_the_table(sample) -> None:
    released = ask(EffectQuestion(), FSP, library=sample)
    for shown in effect_exhibits(released):
        found = lines(table_csv(shown, filters="none"))
        start = found.index(list(shown.download.columns))
        for row, line in zip(shown.download.rows, found[start + 1 :], strict=False):
            assert [cell.lstrip("'") for cell in line] == [
                "" if cell is None else str(cell).replace("\N{MINUS SIGN}", "-") for cell in row
            ]


def test_published_rates_are_not_synthetic(sample) -> None:
    released = ask(ComparisonQuestion(area_code="E06000045"), library=sample)
    for shown in comparison_exhibits(released):
        assert b"SYNTHETIC" not in table_csv(shown, filters="none")
        assert b"OGL" in table_csv(shown, filters="none")


@pytest.mark.parametrize(
    ("shown", "written"),
    [
        ("−45.0", "-45.0"),
        ("1,234", "1234"),
        ("−1,234.5", "-1234.5"),
        ("+0.25", "+0.25"),
        ("−£1,234", "-£1,234"),
        ("−12.3 to −4.5", "-12.3 to -4.5"),
        ("−3.2 (−5.0 to −1.0)", "-3.2 (-5.0 to -1.0)"),
        ("−2+3", "'-2+3"),
        ("−SUM(A1)", "'-SUM(A1)"),
        ("2,3,6", "2,3,6"),
        ("007", "007"),
    ],
)
def test_a_true_minus_of_the_screen_is_a_hyphen_in_the_file(shown: str, written: str) -> None:
    assert cells(shown) == [written]
