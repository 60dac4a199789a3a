"""One way to write a number: rounding, the minus, chances, and the names of health checks."""

from __future__ import annotations

import ast
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import analytics
from analytics.ask import ask, evaluations_for
from analytics.emmie import in_words
from analytics.emmie.economics import EconomicsQuestion
from analytics.emmie.economics.verdict import verdict_of
from analytics.emmie.effect_verdict import failed_words
from analytics.emmie.study import is_unanswered
from analytics.exhibits import wording
from analytics.exhibits.economics import economics_exhibits
from analytics.statistics.results import HealthCheck
from tests.helpers.letter_exhibits import letter_exhibits
from tests.helpers.screen import MINUS, number

CORE = Path(analytics.__file__).parent
numbers = st.floats(min_value=-1e6, max_value=1e6, allow_nan=False)
places_of = st.integers(min_value=0, max_value=4)


@pytest.mark.parametrize(
    ("share", "places", "said"),
    [
        (0.625, 0, "63%"),
        (0.285, 0, "29%"),
        (0.145, 0, "15%"),
        (0.005, 0, "1%"),
        (0.1235, 1, "12.4%"),
        (0.0025, 1, "0.3%"),
        (1.0, 0, "100%"),
    ],
)
def test_a_half_is_rounded_away_from_zero(share: float, places: int, said: str) -> None:
    assert wording.percent(share, places=places) == said
    assert wording.fixed(-100 * share, places) == f"{MINUS}{said.rstrip('%')}"


@given(whole=st.integers(min_value=0, max_value=10**6), places=places_of)
def test_every_half_goes_up_however_the_float_came_about(whole: int, places: int) -> None:
    half = (Decimal(whole) + Decimal("0.5")).scaleb(-places)
    up = (Decimal(whole) + 1).scaleb(-places)
    for value in (float(half), 100 * float(half / 100), float(half) + 0.1 - 0.1):
        assert wording.fixed(value, places) == f"{up:,f}"
        assert wording.fixed(-value, places) == f"{MINUS}{up:,f}"


@given(value=numbers, places=places_of)
def test_rounding_is_that_of_the_decimal_value(value: float, places: int) -> None:
    exact = Decimal(repr(round(value, in_words.FLOAT_PLACES)))
    wanted = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    sign = MINUS if wanted < 0 else ""
    assert wording.fixed(value, places) == f"{sign}{abs(wanted):,f}"
    assert wording.rounded(value, places) == pytest.approx(number(wording.fixed(value, places)))
    assert abs(wording.rounded(value, places) - value) <= 0.5 * 10**-places + 1e-8


@given(value=numbers, other=numbers, places=places_of)
def test_rounding_keeps_the_order_and_the_sign(value: float, other: float, places: int) -> None:
    low, high = sorted((value, other))
    assert wording.rounded(low, places) <= wording.rounded(high, places)
    assert number(wording.fixed(-value, places)) == -number(wording.fixed(value, places))


@given(value=numbers, places=places_of)
def test_a_minus_is_a_true_one_and_never_stands_before_zero(value: float, places: int) -> None:
    for said in (wording.fixed(value, places), wording.signed(value, places=places)):
        assert "-" not in said
        assert (MINUS in said) == (number(said) < 0)
    assert wording.signed(value, places=places).startswith(("+", MINUS)) or (
        wording.signed(value, places=places) == "0"
    )


def test_what_has_no_end_is_no_number() -> None:
    assert wording.fixed(float("inf"), 1) == "∞"
    assert wording.fixed(None, 1) == wording.WITHHELD


@given(value=st.floats(min_value=0, max_value=1))
def test_a_chance_is_never_none_and_never_certain(value: float) -> None:
    said = wording.chance(value)
    assert said not in {"0%", "100%"}
    assert (said == "under 1%") == (value < 0.01)
    assert (said == "over 99%") == (value > 0.99)


def _own_rounding(tree: ast.AST) -> list[int]:
    """Return the lines that round by another rule: the built-in, or a format with decimals."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            spec = "".join(
                str(part.value) if isinstance(part, ast.Constant) else "0"
                for part in node.format_spec.values  # type: ignore[attr-defined]
            )
            found += [node.lineno] if spec.endswith(("f", "e", "%")) or "+" in spec else []
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found += [node.lineno] if node.func.id == "round" else []
    return found


def _formats(tree: ast.AST) -> list[int]:
    return [
        line
        for line in _own_rounding(tree)
        if not any(
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "round"
            and node.lineno == line
            for node in ast.walk(tree)
        )
    ]


@pytest.mark.parametrize("path", sorted(CORE.glob("exhibits/*.py")), ids=lambda path: path.stem)
def test_no_exhibit_rounds_by_itself(path: Path) -> None:
    assert _own_rounding(ast.parse(path.read_text(encoding="utf-8"))) == []


def test_no_reason_of_a_verdict_rounds_by_itself() -> None:
    """Disclosure control rounds by its own rule, so the built-in is allowed there."""
    for path in CORE.glob("emmie/**/*.py"):
        if path.name != "in_words.py":
            assert _formats(ast.parse(path.read_text(encoding="utf-8"))) == [], path.name


@pytest.mark.parametrize("name", sorted(evaluations_for(EconomicsQuestion)))
def test_the_overview_and_the_page_give_the_same_chance(name: str) -> None:
    released = ask(EconomicsQuestion(), name)
    if is_unanswered(released) or released.answer.net is None:
        return
    said = wording.chance(released.answer.net.chance)
    (summary,) = (one for one in economics_exhibits(released) if one.key == "economic_summary")
    rows = {row[0]: row[1] for row in summary.table.rows}
    assert rows["Chance of a net saving"] == said
    assert any(f"net saving: {said} " in reason for reason in verdict_of(released.answer).reasons)
    for exhibit in economics_exhibits(released):
        for place, column in enumerate(exhibit.table.columns):
            if "hance" in column or "draws" in column:
                cells = {str(row[place]) for row in exhibit.table.rows}
                assert not {"0", "0%", "0.0", "100", "100%", "100.0"} & cells, exhibit.key


def test_a_failed_check_has_one_name_everywhere() -> None:
    check = HealthCheck(
        name="share_matched", status="fail", value=0.445, threshold=0.5, meaning="Few.", source="x"
    )
    said = failed_words(check)
    assert "“Share of cases matched”" in said
    assert "(0.45, threshold 0.5)" in said


def test_every_check_that_is_shown_has_a_title() -> None:
    titles = set(in_words.CHECK_WORDS.values())
    for name in evaluations_for(EconomicsQuestion):
        for part, exhibits in letter_exhibits(name):
            for exhibit in exhibits:
                if exhibit.key == "health_checks":
                    assert {row[0] for row in exhibit.table.rows} <= titles, part


@pytest.mark.parametrize(
    ("difference", "first", "second", "said"),
    [
        ("+12", "22", "9", " (rounded)"),
        ("+13", "22", "9", ""),
        (f"{wording.MINUS}44.5", "14%", "58%", " (rounded)"),
        (f"{wording.MINUS}45", "17", "62", ""),
        ("+13.0", "22.0", "9", ""),
        ("1,000", "1,200", "200", ""),
        ("", "22", "9", ""),
        ("+12", "[c]", "9", ""),
    ],
)
def test_what_a_reader_cannot_subtract_is_said_to_be_rounded(
    difference: str, first: str, second: str, said: str
) -> None:
    assert wording.rounded_apart(difference, first, second) == said
