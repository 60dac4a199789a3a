"""Presentations opened again: charts hold what was released, as other programs read them."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries
from pptx import Presentation
from pptx.enum.chart import XL_CHART_TYPE
from pypdf import PdfReader

from analytics.ask import ask
from analytics.emmie.case_outcomes import CaseOutcomesQuestion
from analytics.emmie.effect import EffectQuestion
from analytics.emmie.repeat_plans import RepeatPlansQuestion
from analytics.exhibits.case_outcomes import over_time_exhibits
from analytics.exhibits.designs import DESIGNS
from analytics.exhibits.exhibit import Exhibit
from analytics.exhibits.repeat_timing import repeat_plan_exhibits
from analytics.reports.charts import Panel, bands, panels
from analytics.reports.pack import Item, Pack
from analytics.reports.powerpoint import presentation
from tests.helpers.deep_dive_exhibits import deep_dive_exhibits
from tests.helpers.letter_exhibits import letter_exhibits
from tests.helpers.office import converted

pytestmark = pytest.mark.timeout(900)

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
CASES = "family_safety_plans"
DAYS_IN_A_MONTH = 365.25 / 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One series as the file has it."""

    kind: Any
    name: str
    across: list[Any]
    up: list[float | None]
    plus: dict[str, list[float]]
    minus: dict[str, list[float]]


def pack(*exhibits: Exhibit) -> Pack:
    return Pack(
        title="Opened again",
        items=tuple(Item(exhibit=one) for one in exhibits),
        prepared_at=datetime(2026, 3, 5, 9, 30, tzinfo=UTC),
        version="0.6.0",
    )


def charts_of(*exhibits: Exhibit) -> list[Any]:
    deck = Presentation(io.BytesIO(presentation(pack(*exhibits))))
    return [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]


def cached(element: Any) -> list[Any]:
    """Return the values that stand in the chart itself, with None for empty cells."""
    points = {int(one.get("idx")): one.find(f"{C}v").text for one in element.iter(f"{C}pt")}
    size = int(next(element.iter(f"{C}ptCount")).get("val"))
    is_number = next(element.iter(f"{C}numCache"), None) is not None
    return [
        (float(points[place]) if is_number else points[place]) if place in points else None
        for place in range(size)
    ]


def drawn(chart: Any) -> Iterator[Drawn]:
    for series in chart._chartSpace.iter(f"{C}ser"):
        across = (
            series.find(f"{C}xVal")
            if series.find(f"{C}xVal") is not None
            else series.find(f"{C}cat")
        )
        up = (
            series.find(f"{C}yVal")
            if series.find(f"{C}yVal") is not None
            else series.find(f"{C}val")
        )
        plus: dict[str, list[float]] = {}
        minus: dict[str, list[float]] = {}
        for bars in series.iter(f"{C}errBars"):
            assert bars.find(f"{C}errValType").get("val") == "cust"
            way = bars.find(f"{C}errDir")
            key = "value" if way is None else way.get("val")
            plus[key] = cached(bars.find(f"{C}plus"))
            minus[key] = cached(bars.find(f"{C}minus"))
        yield Drawn(
            kind=chart.chart_type,
            name=cached(series.find(f"{C}tx"))[0],
            across=cached(across),
            up=cached(up),
            plus=plus,
            minus=minus,
        )


@cache
def kinds() -> tuple[Exhibit, ...]:
    """Return one exhibit with a figure of each kind of a few evaluations."""
    found: dict[str, Exhibit] = {}
    names = (CASES, "family_safeguarding_cambridgeshire", "family_safeguarding_hertfordshire")
    for parts in (*(letter_exhibits(name) for name in names), deep_dive_exhibits()):
        for _, several in parts:
            for one in several:
                if one.figure is not None and not one.is_shown_only:
                    found.setdefault(one.key, one)
    return tuple(found.values())


def test_a_forest_plot_has_the_released_estimates_and_intervals() -> None:
    released: Any = ask(EffectQuestion(), CASES)
    build = next(one for one in DESIGNS.values() if one.question is EffectQuestion).build
    outcome = released.answer.rows[0].key
    exhibits = build(released, form="difference", outcome=outcome)
    forest = next(one for one in exhibits if one.key == "outcomes_difference")
    expected = {
        (
            round(100 * row.difference.value, 6),
            round(100 * row.difference.conf_int.low, 6),
            round(100 * row.difference.conf_int.high, 6),
        )
        for row in released.answer.rows
        if row.difference is not None and row.difference.conf_int is not None
    }
    got = set()
    for chart in charts_of(forest):
        for one in drawn(chart):
            for place, plus in enumerate(one.plus.get("x", ())):
                minus, at = one.minus["x"][place], one.across[place]
                got.add((round(at, 6), round(at - minus, 6), round(at + plus, 6)))
    assert len(expected) > 3
    assert got == expected


def test_bars_have_the_released_shares_and_intervals() -> None:
    released: Any = ask(CaseOutcomesQuestion(), CASES)
    bars = next(one for one in over_time_exhibits(released) if one.key == "outcomes_by_arm")
    (chart,) = charts_of(bars)
    assert chart.chart_type == XL_CHART_TYPE.COLUMN_CLUSTERED
    got = {
        (one.name, round(value, 6), round(value - minus, 4), round(value + plus, 4))
        for one in drawn(chart)
        for value, minus, plus in zip(one.up, one.minus["value"], one.plus["value"], strict=True)
        if value is not None
    }
    expected = {
        (
            arm.arm,
            round(100 * arm.share.value, 6),
            round(100 * arm.conf_int.low, 4),
            round(100 * arm.conf_int.high, 4),
        )
        for arm in released.answer.arms
        if arm.share.value is not None
    }
    assert len(expected) >= 4
    assert {(one[0], round(one[1], 1)) for one in got} == {
        (one[0], round(one[1], 1)) for one in expected
    }
    assert all(
        any(abs(a[2] - b[2]) < 0.02 and abs(a[3] - b[3]) < 0.02 for b in expected) for a in got
    )


def test_a_curve_has_the_released_points_and_the_ends_of_its_band() -> None:
    released: Any = ask(RepeatPlansQuestion(), "repeat_plans_southampton")
    exhibits = repeat_plan_exhibits(released)
    curve = next(one for one in exhibits if one.key == "time_to_repeat_plan")
    (chart,) = charts_of(curve)
    series = list(drawn(chart))
    for pick in ("share", "low", "high"):
        expected = {
            (
                round(point.day / DAYS_IN_A_MONTH, 6),
                round(100 * (point.share if pick == "share" else getattr(point.conf_int, pick)), 6),
            )
            for point in released.answer.curve
        }
        assert any(expected <= corners(one) for one in series), pick


def corners(one: Drawn) -> set[tuple[float, float]]:
    return {
        (round(x, 6), round(y, 6))
        for x, y in zip(one.across, one.up, strict=True)
        if x is not None and y is not None
    }


def test_every_kind_of_figure_is_in_the_file_with_its_values_and_error_bars() -> None:
    for exhibit in kinds():
        found = panels(exhibit.figure)
        if any(not panel.is_chart for panel in found):
            continue
        charts = charts_of(exhibit)
        assert charts, exhibit.key
        written = [one for chart in charts for one in drawn(chart)]
        for panel in found:
            shown = bands.with_level(panel, bands.level_in(exhibit.subtitle))
            for number, series in enumerate(shown.series, start=1):
                assert_written(exhibit.key, panel, series, written, number)


def assert_written(key: str, panel: Panel, series: Any, written: list[Drawn], number: int) -> None:
    """Check one series, whose rows may stand on several slides."""
    mine = [one for one in written if not series.name or one.name == series.name]
    where = "value" if series.is_bars else None
    expected = {
        (None if panel.kind != "xy" else round(x, 6), round(y, 6))
        for x, y in zip(series.x, series.y, strict=True)
        if x is not None and y is not None
    }
    got = {
        (None if panel.kind != "xy" else round(x, 6), round(y, 6))
        for one in mine
        for x, y in zip(one.across, one.up, strict=True)
        if y is not None
    }
    assert expected <= got, (key, number)
    if panel.kind != "xy":
        names = {
            re.sub(r"\s+", "", name or "")
            for one in mine
            for name in one.across
            if not isinstance(name, float)
        }
        assert {re.sub(r"\s+", "", name) for name in panel.categories} <= names, key
    for error in series.errors:
        axis = where or error.axis
        lengths = {round(one, 6) for one in (*error.plus, *error.minus)}
        have = {
            round(length, 6)
            for one in mine
            for side in (one.plus, one.minus)
            for length in side.get(axis, ())
        }
        assert lengths - {0.0} <= have, (key, number)


def test_edit_data_opens_the_same_numbers() -> None:
    """Each reference of a chart leads to cells that hold what the chart shows."""
    checked = 0
    for chart in charts_of(*kinds()):
        blob = chart.part.chart_workbook.xlsx_part.blob
        page = load_workbook(io.BytesIO(blob), data_only=True).active
        formulas = load_workbook(io.BytesIO(blob)).active
        for element in chart._chartSpace.iter(f"{C}numRef", f"{C}strRef"):
            area = element.find(f"{C}f").text.split("!")[1].replace("$", "")
            left, top, right, bottom = range_boundaries(area)
            cells = [page.cell(row, left).value for row in range(top, bottom + 1)]
            assert left == right
            shown = cached(element)
            shown = shown or [None]
            assert len(cells) == len(shown)
            for row, (cell, value) in enumerate(zip(cells, shown, strict=True), start=top):
                if isinstance(value, float):
                    assert cell == pytest.approx(value, rel=1e-12, abs=1e-12)
                    checked += 1
                    if str(formulas.cell(row, left).value).startswith("="):
                        follows = reckoned(formulas, str(formulas.cell(row, left).value))
                        assert follows == pytest.approx(value, rel=1e-9, abs=1e-9)
                else:
                    assert (cell or "") == (value or "")
    assert checked > 5000


def reckoned(page: Any, formula: str) -> float:
    """Return what the formula of an interval drawn as a line comes to: ``=B2-D2``."""
    found = re.fullmatch(r"=([A-Z]+\d+)(?:([+-])([A-Z]+\d+))?", formula)
    assert found
    first = float(page[found[1]].value)
    if not found[2]:
        return first
    return first + (1 if found[2] == "+" else -1) * float(page[found[3]].value)


def test_charts_are_of_the_kinds_that_the_figures_are() -> None:
    expected = {
        "love_plot": XL_CHART_TYPE.XY_SCATTER,
        "outcomes_ratio": XL_CHART_TYPE.XY_SCATTER,
        "tornado": XL_CHART_TYPE.BAR_CLUSTERED,
        "answers_staff_survey": XL_CHART_TYPE.BAR_STACKED,
        "areas_before_and_after": XL_CHART_TYPE.LINE_MARKERS,
        "who_pays": XL_CHART_TYPE.BAR_CLUSTERED,
        "audit_bands": XL_CHART_TYPE.COLUMN_CLUSTERED,
    }
    by_key = {one.key: one for one in kinds()}
    for key, kind in expected.items():
        charts = charts_of(by_key[key])
        assert {chart.chart_type for chart in charts} <= same_kind(kind), key


def same_kind(kind: Any) -> set[Any]:
    """Return a kind with those that only differ in whether lines and markers are drawn."""
    scatter = {one for one in XL_CHART_TYPE if one.name.startswith("XY_SCATTER")}
    lines = {XL_CHART_TYPE.LINE, XL_CHART_TYPE.LINE_MARKERS}
    return next((group for group in (scatter, lines) if kind in group), {kind})


def test_another_program_draws_the_names_of_lines_and_the_intervals(tmp_path: Path) -> None:
    """What stands at the very end of an axis is drawn as well, and each band is in the legend."""
    by_key = {one.key: one for one in kinds()}
    released: Any = ask(RepeatPlansQuestion(), "repeat_plans_southampton")
    curve = next(one for one in repeat_plan_exhibits(released) if one.key == "time_to_repeat_plan")
    path = tmp_path / "lines.pptx"
    over_time = [by_key["outcome_20_over_time"], by_key["out_of_court_over_time"]]
    path.write_bytes(presentation(pack(*over_time, curve)))
    (pdf,) = converted(path, "pdf")
    pages = [re.sub(r"\s+", " ", page.extract_text()) for page in PdfReader(pdf).pages]
    for page in pages[1:3]:
        assert "New process starts" in page
        assert "Outcome 22 may be recorded" in page
    for name in ("Followed by another plan", "If nobody turned 18, moved or died"):
        assert f"95% interval: {name}" in pages[3]


def test_another_program_opens_every_slide(tmp_path: Path) -> None:
    """LibreOffice draws each slide as one page with its title and its footer."""
    path = tmp_path / "deck.pptx"
    path.write_bytes(presentation(pack(*kinds())))
    deck = Presentation(str(path))
    (pdf,) = converted(path, "pdf")
    pages = PdfReader(pdf).pages
    assert len(pages) == len(deck.slides)
    for page, slide in zip(pages, list(deck.slides), strict=True):
        words = re.sub(r"\W+", "", page.extract_text())
        assert re.sub(r"\W+", "", slide.shapes.title.text) in words
