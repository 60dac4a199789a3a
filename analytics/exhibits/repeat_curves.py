"""Curves of returns: how a line, its band and its axis are drawn, and what a point says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import plotly.graph_objects as go

from analytics.emmie.repeat_plans.points import IncidencePoint
from analytics.emmie.repeat_plans.summary import FreeTime
from analytics.exhibits import theme, wording
from analytics.statistics.results import Interval

DAYS_IN_A_MONTH: Final = 365.25 / 12
AXIS: Final = "Months since the plan ended"
STEPPED: Final = "hv"
"""A share holds from its day to the next one that is shown."""

FEW_DAYS: Final = 24
LONGEST_TREAD: Final = 366
"""Days between two that are shown, above which the stair between them is faint."""

FAINT, FILL = 0.4, "tonexty"

Point = tuple[int, float, Interval]
"""Day, share and its interval."""


def months(day: int) -> int:
    """Return days as whole months."""
    return int(wording.rounded(day / DAYS_IN_A_MONTH))


def return_sentence(point: IncidencePoint) -> str:
    """Return the estimated share of ended plans that another one followed by some day."""
    return (
        f"Of plans that ended, an estimated {wording.percent(point.share)} were followed by "
        f"another plan of the same child within {months(point.day)} months "
        f"(interval {between(point.conf_int)})."
    )


def between(conf_int: Interval) -> str:
    """Return the interval of a share in words."""
    return f"{wording.percent(conf_int.low)} to {wording.percent(conf_int.high)}"


def free_words(free: FreeTime) -> str:
    """Return the mean time before a return, in months, with its interval."""
    low, high = (
        wording.fixed(day / DAYS_IN_A_MONTH, 1) for day in (free.conf_int.low, free.conf_int.high)
    )
    return (
        f"{wording.fixed(free.days / DAYS_IN_A_MONTH, 1)} of the first {months(free.horizon)} "
        f"months (interval {low} to {high})"
    )


def add_curve(
    built: go.Figure,
    points: Sequence[Point],
    *,
    name: str,
    colour: str,
    dash: str = "solid",
    opacity: float = 0.15,
) -> None:
    """Add a rising staircase with the band of its interval.

    The share is that of each day, and holds until the next; shown at few days, each has a mark. The
    stair is faint, and has no band, where more than a year lies between two days that are shown:
    what happened between is not known there.

    Parameters
    ----------
    built : Figure
        Axes in months and per cent.
    points : sequence of (int, float, Interval)
        Day, share and interval.
    name, colour, dash, opacity
        Of the line, and of its band.
    """
    mode = "lines+markers" if len(points) < FEW_DAYS else "lines"
    line = {"color": colour, "width": 3, "shape": STEPPED, "dash": dash}
    parts = runs(points)
    if len(parts) > 1:
        built.add_trace(_stair(points, line={**line, "width": 1}, opacity=FAINT, mode="lines"))
    for place, part in enumerate(parts):
        _add_band(built, part, theme.fade(colour, opacity))
        stair = _stair(part, line=line, mode=mode, marker={"size": 6})
        stair.update(
            name=name,
            legendgroup=name,
            showlegend=place == 0,
            legendrank=1 if dash == "solid" else 2,
            hoverinfo=None,
            hovertemplate="%{x:.0f} months: %{y:.1f}%<extra></extra>",
        )
        built.add_trace(stair)
    # Filled areas would turn the order of the legend round.
    built.update_layout(legend_traceorder="normal")


def runs(points: Sequence[Point]) -> list[list[Point]]:
    """Return the points in runs, within which no two neighbours are more than a year apart."""
    found: list[list[Point]] = []
    for point in points:
        if not found or point[0] - found[-1][-1][0] > LONGEST_TREAD:
            found.append([])
        found[-1].append(point)
    return found


def _stair(points: Sequence[Point], **look: Any) -> go.Scatter:
    return go.Scatter(
        x=[day / DAYS_IN_A_MONTH for day, _, _ in points],
        y=[100 * share for _, share, _ in points],
        hoverinfo="skip",
        showlegend=False,
        **look,
    )


def _add_band(built: go.Figure, points: Sequence[Point], colour: str) -> None:
    """Add the limits as two staircases, the lower one filled up to the upper."""
    edges = (([one.high for _, _, one in points], None), ([one.low for _, _, one in points], FILL))
    for limits, fill in edges:
        built.add_trace(
            go.Scatter(
                x=[day / DAYS_IN_A_MONTH for day, _, _ in points],
                y=[100 * limit for limit in limits],
                fill=fill,
                fillcolor=colour,
                line={"width": 0, "shape": STEPPED},
                mode="lines",
                hoverinfo="skip",
                showlegend=False,
            )
        )
