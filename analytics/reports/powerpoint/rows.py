"""Some of the rows of a panel, where all of them have no room on one slide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from analytics.reports.charts.panel import Panel, Series


def part(panel: Panel, first: int, last: int) -> Panel:
    """Return the rows of a panel from one place up to, not including, another; from the top."""
    if panel.kind == "bar":
        return _bars(panel, first, last)
    ticks = sorted(panel.y.ticks, key=lambda tick: -tick.at)
    kept = ticks[first:last]
    edges = [panel.y.high, *((a.at + b.at) / 2 for a, b in pairwise(ticks)), panel.y.low]
    high, low = edges[first], edges[min(last, len(ticks))]
    return replace(
        panel,
        y=replace(panel.y, low=low, high=high, ticks=tuple(kept)),
        series=tuple(_within(one, low, high) for one in panel.series),
        references=tuple(
            replace(one, y0=max(min(one.y0, high), low), y1=max(min(one.y1, high), low))
            for one in panel.references
            if min(one.y0, one.y1) <= high and max(one.y0, one.y1) >= low
        ),
        words=tuple(one for one in panel.words if low <= one.y <= high),
    )


def _within(one: Series, low: float, high: float) -> Series:
    kept = [place for place, at in enumerate(one.y) if at is None or low <= at < high or at == high]
    return _only(one, kept)


def _only(one: Series, kept: Sequence[int]) -> Series:
    return replace(
        one,
        x=tuple(one.x[place] for place in kept),
        y=tuple(one.y[place] for place in kept),
        labels=tuple(one.labels[place] for place in kept) if one.labels else (),
        colours=tuple(one.colours[place] for place in kept) if one.colours else (),
        symbols=tuple(one.symbols[place] for place in kept) if one.symbols else (),
        point_names=tuple(one.point_names[place] for place in kept) if one.point_names else (),
        errors=tuple(
            replace(
                error,
                plus=tuple(error.plus[place] for place in kept),
                minus=tuple(error.minus[place] for place in kept),
            )
            for error in one.errors
        ),
    )


def _bars(panel: Panel, first: int, last: int) -> Panel:
    kept = range(first, min(last, len(panel.categories)))
    high = len(kept) - 0.5
    moved = [_only(one, kept) for one in panel.series]
    return replace(
        panel,
        categories=panel.categories[first:last],
        series=tuple(
            replace(one, x=tuple(float(place) for place in range(len(kept)))) for one in moved
        ),
        y=replace(panel.y, high=high) if panel.is_horizontal else panel.y,
        references=tuple(replace(one, y1=high) for one in panel.references),
        words=tuple(
            replace(one, y=one.y - first)
            for one in panel.words
            if first - 0.5 <= one.y < last - 0.5
        ),
    )
