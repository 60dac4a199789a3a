"""Curves of returns: how a line, its band and its axis are drawn, and what a point says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import plotly.graph_objects as go

from analytics.emmie.repeat_plans.points import IncidencePoint
from analytics.emmie.repeat_plans.summary import FreeTime
from analytics.exhibits import theme, wording
from analytics.statistics.results import Interval

DAYS_IN_A_MONTH: Final = 365.25 / 12
AXIS: Final = "Months since the plan ended"


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
    points: Sequence[tuple[int, float, Interval]],
    *,
    name: str,
    colour: str,
    dash: str = "solid",
    opacity: float = 0.15,
    is_stepped: bool = True,
) -> None:
    """Add a rising curve with the band of its interval.

    A curve that is shown at few days only, or is not stepped, has straight lines between them; with
    few days each has a mark.

    Parameters
    ----------
    built : Figure
        Axes in months and per cent.
    points : sequence of (int, float, Interval)
        Day, share and interval.
    name, colour, dash, opacity, is_stepped
        Of the line, and of its band.
    """
    times = [day / DAYS_IN_A_MONTH for day, _, _ in points]
    intervals = [conf_int for _, _, conf_int in points]
    is_coarse = len(times) < 24
    shape = "hv" if is_stepped and not is_coarse else "linear"
    built.add_trace(
        go.Scatter(
            x=[*times, *reversed(times)],
            y=[
                *(100 * one.high for one in intervals),
                *(100 * one.low for one in reversed(intervals)),
            ],
            fill="toself",
            fillcolor=theme.fade(colour, opacity),
            line={"width": 0, "shape": shape},
            mode="lines",
            hoverinfo="skip",
            showlegend=False,
        )
    )
    built.add_trace(
        go.Scatter(
            x=times,
            y=[100 * share for _, share, _ in points],
            mode="lines+markers" if is_coarse else "lines",
            marker={"size": 6},
            line={"color": colour, "width": 3, "shape": shape, "dash": dash},
            name=name,
            legendrank=1 if dash == "solid" else 2,
            hovertemplate="%{x:.0f} months: %{y:.1f}%<extra></extra>",
        )
    )
