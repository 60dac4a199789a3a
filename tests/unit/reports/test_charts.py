"""Figures as neutral charts: nothing that a real figure shows is lost on the way."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

import pytest

from analytics.ask import evaluations_for
from analytics.emmie.overview import OverviewQuestion
from analytics.exhibits.exhibit import Exhibit
from analytics.reports.charts import Panel, panels
from analytics.reports.charts.values import listed, number, plain, serial
from tests.helpers.deep_dive_exhibits import deep_dive_exhibits
from tests.helpers.letter_exhibits import letter_exhibits

NAMES = sorted(evaluations_for(OverviewQuestion))
DEEP = "deep dives"
DRAWN = {"logic_model": "drawn", "outcomes_frequency": "icons"}
"""Exhibits that no office program has a chart for, with how they are drawn instead."""

each = pytest.mark.parametrize("name", [*NAMES, DEEP])


@cache
def figures(name: str) -> tuple[tuple[str, dict[str, Any], tuple[Panel, ...]], ...]:
    parts = deep_dive_exhibits() if name == DEEP else letter_exhibits(name)
    exhibits: list[Exhibit] = [one for _, found in parts for one in found]
    return tuple(
        (one.key, one.figure, panels(one.figure)) for one in exhibits if one.figure is not None
    )


def drawn_traces(figure: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for trace in figure["data"]:
        if trace.get("visible", True) is True:
            yield trace


def shown(trace: dict[str, Any]) -> int:
    """Count the points of a trace that are there."""
    pairs = zip(listed(trace["x"]), listed(trace["y"]), strict=True)
    there = sum(x is not None and y is not None for x, y in pairs)
    is_stepped = (trace.get("line") or {}).get("shape") in ("hv", "vh")
    if not is_stepped:
        return there
    # A step has a corner between two points; a band is two such lines.
    return 2 * there - (2 if trace.get("fill") == "toself" else 1)


def intervals(trace: dict[str, Any]) -> int:
    found = 0
    for axis in ("x", "y"):
        given = trace.get(f"error_{axis}") or {}
        plus, minus = listed(given.get("array")), listed(given.get("arrayminus"))
        found += sum((a or 0) > 0 or (b or 0) > 0 for a, b in zip(plus, minus, strict=True))
    return found


def points(found: tuple[Panel, ...]) -> int:
    return sum(
        x is not None and y is not None
        for panel in found
        for one in panel.series
        for x, y in zip(one.x, one.y, strict=True)
    )


@each
def test_no_point_and_no_interval_is_lost(name: str) -> None:
    for key, figure, found in figures(name):
        traces = list(drawn_traces(figure))
        assert points(found) == sum(map(shown, traces)), key
        lengths = [
            plus + minus
            for panel in found
            for one in panel.series
            for error in one.errors
            for plus, minus in zip(error.plus, error.minus, strict=True)
        ]
        assert sum(length > 0 for length in lengths) == sum(map(intervals, traces)), key


@each
def test_values_are_those_of_the_figure(name: str) -> None:
    """What lies along an axis of numbers has the figure's numbers, up to the order."""
    for key, figure, found in figures(name):
        traces = list(drawn_traces(figure))
        is_plain = all(
            (trace.get("line") or {}).get("shape") in (None, "linear") for trace in traces
        )
        if not is_plain or any(not panel.is_chart for panel in found):
            continue
        expected = Counter(value for trace in traces for value in numbers(figure, trace))
        got = Counter(
            round(value, 9)
            for panel in found
            for one in panel.series
            for value in (one.y if one.is_bars or not panel.y.ticks else one.x)
            if value is not None
        )
        assert got == expected, key


def numbers(figure: dict[str, Any], trace: dict[str, Any]) -> Iterator[float]:
    """Yield the numbers of a trace: of bars their ends, of rows what lies along them."""
    lies = trace.get("orientation") == "h"
    x, y = listed(trace["x"]), listed(trace["y"])
    if trace["type"] == "bar":
        ends = x if lies else y
        bases = listed(trace.get("base")) or [0] * len(ends)
        yield from (
            round(base + end, 9) for base, end in zip(bases, ends, strict=True) if end is not None
        )
        return
    for value in x if has_rows(figure, trace) else y:
        if value is not None:
            yield round(serial(value) if isinstance(value, date) else float(number(value) or 0), 9)


def has_rows(figure: dict[str, Any], trace: dict[str, Any]) -> bool:
    """Return whether a trace stands in named rows: its vertical axis has names or marks."""
    layout = figure["layout"]
    axis = layout.get(f"yaxis{str(trace.get('yaxis') or 'y')[1:]}") or {}
    beside = any(
        one.get("xanchor") == "left" and not str(one.get("yref", "y")).endswith("domain")
        for one in layout.get("annotations") or ()
    )
    return (
        any(isinstance(one, str) for one in listed(trace.get("y")))
        or bool(listed(axis.get("tickvals")))
        or (axis.get("showticklabels") is False and beside)
    )


@each
def test_no_word_is_lost(name: str) -> None:
    for key, figure, found in figures(name):
        everything = " ".join(words_of(found))
        layout = figure["layout"]
        given = [plain(one.get("text")) for one in layout.get("annotations") or ()]
        for axis_name, axis in layout.items():
            if not re.fullmatch(r"[xy]axis\d*", axis_name) or axis.get("visible") is False:
                continue
            given.append(plain((axis.get("title") or {}).get("text")))
            if axis.get("showticklabels") is not False:
                given += [plain(one) for one in listed(axis.get("ticktext"))]
        for trace in drawn_traces(figure):
            if trace.get("name") and trace.get("showlegend") is not False:
                given.append(plain(trace["name"]))
            if "text" in str(trace.get("mode")) or trace["type"] == "bar":
                shown_texts = zip(
                    listed(trace.get("text")),
                    listed(trace.get("x")),
                    listed(trace.get("y")),
                    strict=False,
                )
                given += [plain(one) for one, x, y in shown_texts if None not in (x, y)]
        for words in given:
            assert flat(words) in flat(everything), (key, words)


def words_of(found: tuple[Panel, ...]) -> Iterator[str]:
    for panel in found:
        yield from (panel.title, panel.x.title, panel.y.title, *panel.categories)
        yield from (tick.text for axis in (panel.x, panel.y) for tick in axis.ticks)
        yield from (one.text for one in panel.words)
        yield from (one.text for one in panel.boxes)
        for one in panel.series:
            yield from (one.name, *one.labels)


def flat(words: str) -> str:
    return re.sub(r"\s+", "", words)


@each
def test_every_line_is_kept_and_lies_in_its_panel(name: str) -> None:
    for key, figure, found in figures(name):
        charts = [panel for panel in found if panel.is_chart]
        shapes = [one for one in figure["layout"].get("shapes") or () if one["type"] == "line"]
        boxes = [one for one in figure["layout"].get("shapes") or () if one["type"] == "rect"]
        if not charts:
            assert sum(len(panel.boxes) for panel in found) == len(boxes), key
            continue
        lines = [line for panel in charts for line in panel.references]
        assert len(lines) == len(shapes) + 2 * len(boxes), key
        for panel in charts:
            for line in panel.references:
                assert panel.x.low <= min(line.x0, line.x1) <= max(line.x0, line.x1) <= panel.x.high
                assert panel.y.low <= min(line.y0, line.y1) <= max(line.y0, line.y1) <= panel.y.high


@each
def test_axes_hold_what_is_drawn(name: str) -> None:
    """Points lie on their axes; intervals may be cut where the figure cuts them."""
    for key, _, found in figures(name):
        for panel in found:
            for axis in (panel.x, panel.y):
                assert axis.low < axis.high, key
                assert all(axis.low <= tick.at <= axis.high for tick in axis.ticks), key
                if axis.is_log:
                    assert axis.low > 0, key
            if panel.kind != "xy":
                continue
            for one in panel.series:
                there = [
                    (x, y)
                    for x, y in zip(one.x, one.y, strict=True)
                    if x is not None and y is not None
                ]
                room_x = 1e-6 * (panel.x.high - panel.x.low)
                assert all(panel.x.low - room_x <= x <= panel.x.high + room_x for x, _ in there), (
                    key
                )


@each
def test_what_is_no_chart_says_so(name: str) -> None:
    """Two kinds have no chart in any office program; every other exhibit is charts."""
    for key, _, found in figures(name):
        assert found, key
        reasons = {panel.reason for panel in found if not panel.is_chart}
        assert reasons == ({DRAWN[key]} if key in DRAWN else set()), key


@each
def test_bars_have_one_value_for_each_category(name: str) -> None:
    for key, _, found in figures(name):
        for panel in found:
            if panel.kind in ("bar", "line"):
                assert panel.categories, key
                for one in panel.series:
                    assert len(one.y) == len(panel.categories) or panel.kind == "line", key
                assert all(
                    not math.isnan(value)
                    for one in panel.series
                    for value in one.y
                    if value is not None
                )


def test_a_kind_that_is_not_known_is_named_not_dropped() -> None:
    found = panels({"data": [{"type": "heatmap", "z": [[1]]}], "layout": {}})
    assert [(panel.kind, panel.reason) for panel in found] == [("drawing", "heatmap")]
    assert panels(None) == ()


def test_coded_arrays_and_dates_are_read() -> None:
    coded = {"dtype": "f8", "bdata": "AAAAAAAA8D8AAAAAAAAAQA=="}
    figure = {
        "data": [
            {"type": "scatter", "mode": "lines", "x": ["2020-01-01", "2020-02-01"], "y": coded}
        ],
        "layout": {},
    }
    (panel,) = panels(figure)
    assert panel.series[0].x == (43831.0, 43862.0)
    assert panel.series[0].y == (1.0, 2.0)
    assert panel.x.is_date


def test_steps_have_a_point_at_each_corner() -> None:
    figure = {
        "data": [
            {"type": "scatter", "mode": "lines", "x": [0, 1, 2], "y": [0, 5, 7],
             "line": {"shape": "hv"}}
        ],
        "layout": {},
    }  # fmt: skip
    (panel,) = panels(figure)
    assert panel.series[0].x == (0.0, 1.0, 1.0, 2.0, 2.0)
    assert panel.series[0].y == (0.0, 0.0, 5.0, 5.0, 7.0)


def test_ends_of_a_band_up_to_the_line_before_are_drawn() -> None:
    edge = {"type": "scatter", "mode": "lines", "line": {"width": 0}, "showlegend": False}
    fill = "rgba(18,67,109,0.15)"
    figure = {
        "data": [
            {**edge, "x": [0, 1], "y": [5, 6], "fillcolor": fill},
            {**edge, "x": [0, 1], "y": [1, 2], "fill": "tonexty", "fillcolor": fill},
            {"type": "scatter", "mode": "lines", "x": [0, 1], "y": [3, 4], "name": "A curve"},
        ],
        "layout": {},
    }
    (panel,) = panels(figure)
    upper, lower, curve = panel.series
    assert [one.name for one in panel.series] == ["Interval", "Interval: lower end", "A curve"]
    assert [one.in_legend for one in panel.series] == [True, False, True]
    for one in (upper, lower):
        assert (one.colour, one.dash) == ("#12436D", "dash")
        assert 0 < one.line_width < curve.line_width


@each
def test_no_end_of_a_band_is_invisible(name: str) -> None:
    for key, figure, found in figures(name):
        bands = [one for one in drawn_traces(figure) if str(one.get("fill")).startswith("to")]
        dashed = [
            one for panel in found for one in panel.series if one.dash == "dash" and one.opacity < 1
        ]
        assert len(dashed) >= 2 * len(bands), key
        assert all(one.line_width for one in dashed), key


def test_rows_are_read_from_the_top() -> None:
    figure = {
        "data": [{"type": "scatter", "mode": "markers", "x": [1, 2], "y": ["First", "Second"]}],
        "layout": {"yaxis": {"autorange": "reversed"}},
    }
    (panel,) = panels(figure)
    ticks = {tick.text: tick.at for tick in panel.y.ticks}
    assert ticks["First"] > ticks["Second"]
    assert panel.series[0].y == (ticks["First"], ticks["Second"])
    assert not panel.y.is_reversed


def test_bars_that_start_elsewhere_keep_their_ends() -> None:
    figure = {
        "data": [
            {"type": "bar", "orientation": "h", "base": [10, 10], "x": [-4, 5], "y": ["a", "b"]}
        ],
        "layout": {"barmode": "overlay"},
    }
    (panel,) = panels(figure)
    assert panel.grouping == "overlaid"
    assert panel.series[0].base == 10
    assert sorted(panel.series[0].y) == [6.0, 15.0]  # type: ignore[type-var]
