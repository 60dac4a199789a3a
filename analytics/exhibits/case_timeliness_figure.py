"""Figures of timeliness: a control chart, and the years beside each other."""

from __future__ import annotations

import plotly.graph_objects as go

from analytics.emmie.case_outcomes.timeliness import LIMITS, TimelinessAnswer
from analytics.emmie.case_outcomes.timeliness_control import TimedControlChart, TimedControlPoint
from analytics.exhibits import theme, wording
from analytics.exhibits.case_timeliness_words import WORDS
from analytics.exhibits.case_words import period_words

_SIGNALS = (
    (None, "Within chance", theme.DARK_BLUE, "circle"),
    ("high", "Signal: higher", theme.ORANGE, "triangle-up"),
    ("low", "Signal: lower", theme.TURQUOISE, "triangle-down"),
)


def scale_of(chart: TimedControlChart) -> int:
    """Return what values are shown times."""
    return 100 if chart.of == "share" else 1


def side_of(one: TimedControlPoint) -> str | None:
    """Return on which side a point signals; None for none."""
    return one.limits.side if one.limits else None


def control_figure(answer: TimelinessAnswer, chart: TimedControlChart) -> go.Figure:
    """Return the periods with mean, limits and signals, interrupted where one is withheld."""
    built = theme.figure(height=400)
    scale = scale_of(chart)
    for name, side, dash in (
        ("Mean", "centre", "solid"),
        ("Limits", "high", "dash"),
        ("Lower limit", "low", "dash"),
    ):
        values = [getattr(one.limits, side) if one.limits else None for one in chart.points]
        built.add_trace(
            go.Scatter(
                x=[one.point.period for one in chart.points],
                y=[
                    None if value is None else wording.rounded(scale * value, 2) for value in values
                ],
                mode="lines",
                connectgaps=False,
                name=name,
                showlegend=chart.chart is not None and name != "Lower limit",
                line={"color": theme.MUTED, "width": 1.5, "dash": dash},
                hoverinfo="skip",
            )
        )
    built.add_trace(
        go.Scatter(
            x=[one.point.period for one in chart.points],
            y=[
                None if one.value is None else wording.rounded(scale * one.value, 2)
                for one in chart.points
            ],
            mode="lines",
            connectgaps=False,
            line={"color": theme.DARK_BLUE, "width": 2},
            showlegend=False,
            hoverinfo="skip",
        )
    )
    _add_points(built, chart)
    words = WORDS[answer.measure]
    if chart.of == "median":
        _add_timescale(built, chart, LIMITS[answer.measure], words.limit)
    built.update_yaxes(
        title_text=words.share_axis if chart.of == "share" else "Working days (median)",
        rangemode="tozero",
    )
    return built


def _add_points(built: go.Figure, chart: TimedControlChart) -> None:
    """Draw every period once, signals in a shape and colour of their own."""
    scale = scale_of(chart)
    ending = "%" if chart.of == "share" else " working days"
    for side, name, colour, symbol in _SIGNALS:
        mine = [one for one in chart.points if one.value is not None and side_of(one) == side]
        if not mine:
            continue
        built.add_trace(
            go.Scatter(
                x=[one.point.period for one in mine],
                y=[wording.rounded(scale * (one.value or 0), 2) for one in mine],
                mode="markers",
                name=name if chart.chart else "Period",
                marker={"color": colour, "symbol": symbol, "size": 9, "line": {"width": 2}},
                text=[period_words(one.point.period, chart.step) for one in mine],
                hovertemplate="%{text}: %{y:.1f}" + ending + "<extra></extra>",
            )
        )


def _add_timescale(built: go.Figure, chart: TimedControlChart, limit: int, words: str) -> None:
    built.add_trace(
        go.Scatter(
            x=[one.point.period for one in chart.points],
            y=[limit for _ in chart.points],
            mode="lines",
            name=f"Timescale: {words}",
            line={"color": theme.DARK_PINK, "width": 1.5, "dash": "dot"},
            hoverinfo="skip",
        )
    )


def years_figure(answer: TimelinessAnswer) -> go.Figure:
    """Return the share of each year as a bar with its interval."""
    built = theme.figure(height=120 + 52 * len(answer.years), showlegend=False)
    shown = [point for point in answer.years if point.share.value is not None]
    values = [wording.rounded(100 * (point.share.value or 0), 2) for point in shown]
    bars = theme.error_bars(
        [point.share.value for point in shown],
        [point.conf_int for point in shown],
        colour=theme.ORANGE,
        scale=100,
    )
    built.add_trace(
        go.Bar(
            x=values,
            y=[f"{point.period.year + 1}" for point in shown],
            orientation="h",
            marker_color=theme.DARK_BLUE,
            error_x=bars,
            text=[wording.percent(point.share.value, places=1) for point in shown],
            textposition="inside",
            insidetextanchor="start",
            hovertemplate="Year to March %{y}: %{x:.1f}%<extra></extra>",
        )
    )
    built.update_xaxes(title_text=WORDS[answer.measure].share_axis, rangemode="tozero")
    built.update_yaxes(
        type="category", autorange="reversed", showgrid=False, title_text="Year to March"
    )
    return built
