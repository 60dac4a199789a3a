"""What moved between an exhibit as it was kept and as it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analytics.exhibits.exhibit import Cell, Exhibit, Table
from analytics.exhibits.recipe import Recipe, Stamp
from analytics.reports.moved import extent_sentence, moved_table, movement, why_sentence

STAMP = Stamp(
    recipe=Recipe(build="analytics.exhibits.any:any", questions=()),
    answer="a",
    data="d",
    protocol="e",
    policies=("p",),
    version="1",
    places=None,
)


def exhibit(*rows: tuple[Cell, ...], headline: str = "H", **stamp: object) -> Exhibit:
    return Exhibit(
        key="k",
        headline=headline,
        subtitle="",
        figure=None,
        table=Table(columns=("Outcome", "Share", "Cases"), rows=rows),
        alt_text="",
        notes=(),
        source="",
        synthetic=True,
        stamp=replace(STAMP, **stamp),
    )


def test_nothing_moved() -> None:
    same = exhibit(("A", "10%", "5 of 50"))
    found = movement(same, same)
    assert not found.is_any
    assert found.why == ()


def test_the_moved_figure_is_named_with_its_row_column_and_difference() -> None:
    before = exhibit(("A", "10%", "5 of 50"), ("B", "−4.5 (−8.1 to −0.9)", 9))
    now = exhibit(("A", "10%", "5 of 50"), ("B", "−3.0 (−8.1 to 0.9)", 9), data="e")
    (cell,) = movement(before, now).cells
    assert (cell.row, cell.column, cell.by) == ("B", "Share", 1.5)
    assert movement(before, now).why == ("data",)
    assert moved_table(movement(before, now)).rows == (
        ("B: Share", "−4.5 (−8.1 to −0.9)", "−3.0 (−8.1 to 0.9)", "+1.5"),
    )


def test_rows_are_matched_by_their_names_not_their_places() -> None:
    before = exhibit(("A", "10%", "5"), ("B", "20%", "6"))
    now = exhibit(("B", "20%", "6"), ("C", "30%", "7"), ("A", "11%", "5"))
    moved = {
        (cell.row, cell.column): (cell.before, cell.now) for cell in movement(before, now).cells
    }
    assert moved == {
        ("A", "Share"): ("10%", "11%"),
        ("C", "Outcome"): ("", "C"),
        ("C", "Share"): ("", "30%"),
        ("C", "Cases"): ("", "7"),
    }


def test_a_figure_that_is_withheld_now_moved_by_no_number() -> None:
    (cell,) = movement(exhibit(("A", "10%", 7)), exhibit(("A", "10%", "[c]"))).cells
    assert (cell.before, cell.now, cell.by) == ("7", "[c]", None)


def test_thousands_and_pounds_are_numbers() -> None:
    (cell,) = movement(exhibit(("A", "£1,200", 1)), exhibit(("A", "£900", 1))).cells
    assert cell.by == -300


def test_rows_of_one_name_are_told_apart_by_their_order() -> None:
    before = exhibit(("A", "10%", 1), ("A", "12%", 2))
    now = exhibit(("A", "10%", 1), ("A", "13%", 2))
    assert [cell.row for cell in movement(before, now).cells] == ["A (2)"]


def test_a_row_more_moves_only_itself() -> None:
    rows = (("A", "10%", 1), ("B", "12%", 2))
    found = movement(exhibit(*rows), exhibit(*rows, ("C", "14%", 3)))
    assert {cell.row for cell in found.cells} == {"C"}
    alone = movement(exhibit(rows[0]), exhibit(*rows))
    assert {cell.row for cell in alone.cells} == {"B"}


def test_words_and_chart_move_too() -> None:
    same = exhibit()
    said = movement(same, replace(same, sentences=("61 of 100.",)))
    assert said.words == (("", "61 of 100."),)
    assert said.is_any
    drawn = movement(same, replace(same, figure={"data": [{"y": [1]}]}))
    assert drawn.is_redrawn
    assert drawn.is_any


def test_no_difference_is_given_beside_a_withheld_figure() -> None:
    before, now = exhibit(("A", "[c]", 20)), exhibit(("A", "[c]", 21))
    (cell,) = movement(before, now).cells
    assert (cell.before, cell.now, cell.by) == ("20", "21", None)


def test_a_range_is_not_a_negative_number() -> None:
    (cell,) = movement(exhibit(("A", "5-6 weeks", 1)), exhibit(("A", "5-7 weeks", 1))).cells
    assert cell.by == 0


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"data": "e"}, ("data",)),
        ({"protocol": "f"}, ("protocol",)),
        ({"version": "2"}, ("code",)),
        ({"policies": ("q",)}, ("policy",)),
        ({"confined_to": ("Southampton",)}, ("places",)),
        ({"data": "e", "version": "2"}, ("data", "code")),
    ],
)
def test_what_differs_is_said(changed: dict[str, object], why: tuple[str, ...]) -> None:
    found = movement(exhibit(("A", "1", 1)), exhibit(("A", "2", 1), **changed))
    assert found.why == why
    assert ("cannot be told apart" in why_sentence(found)) == (len(why) > 1)


def test_figures_of_other_authorities_have_not_moved() -> None:
    found = movement(
        exhibit(("A", "1", 1)), exhibit(("A", "2", 1), confined_to=("Southampton",), data="e")
    )
    assert found.is_of_others
    assert moved_table(found).rows == ()
    assert extent_sentence(found) == "These are other figures: they count other authorities."


@pytest.mark.parametrize("cells", [("−67.9 to −13.1", "−53.9 to −34.4"), ("10% to 12%", "9%")])
def test_no_difference_is_taken_of_intervals(cells: tuple[str, str]) -> None:
    before, now = cells
    (cell,) = movement(exhibit(("A", before, 1)), exhibit(("A", now, 1))).cells
    assert (cell.before, cell.now, cell.by) == (before, now, None)


def test_a_chart_is_the_same_in_whatever_order_it_was_written() -> None:
    one = replace(exhibit(("A", "1", 1)), figure={"data": [{"x": (1, 2), "type": "bar"}]})
    other = replace(one, figure={"data": [{"type": "bar", "x": [1, 2]}]})
    assert not movement(one, other).is_any
    assert movement(one, replace(one, figure={"data": [{"type": "bar", "x": [1, 3]}]})).is_redrawn
