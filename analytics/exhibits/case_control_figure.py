"""The figure of a control chart of how cases ended: one panel for each group of areas."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from analytics.emmie.case_outcomes import CaseOutcomesAnswer
from analytics.emmie.case_outcomes.control import ControlledSeries, ControlPoint
from analytics.exhibits import theme, wording
from analytics.exhibits.case_words import draw_changes, period_words

HEAD_ROOM = 1.4
_SIGNALS = (
    (None, "Share", theme.DARK_BLUE, "circle"),
    ("high", "Signal: higher", theme.ORANGE, "triangle-up"),
    ("low", "Signal: lower", theme.TURQUOISE, "triangle-down"),
)


def control_figure(answer: CaseOutcomesAnswer, charts: Sequence[ControlledSeries]) -> go.Figure:
    """Return one panel for each group of areas, with means, limits and signals."""
    height = 70 + 250 * len(charts)
    built = theme.panels(
        len(charts),
        height=height,
        shared_xaxes=True,
        vertical_spacing=60 / height if len(charts) > 1 else 0,
        layout={"margin": {"l": 8, "r": 16, "t": 92, "b": 8}},
        subplot_titles=[chart.series for chart in charts],
    )
    for row, chart in enumerate(charts, start=1):
        _lines(built, chart, row)
        _markers(built, answer, chart, row)
        tops = [
            100 * max(one.point.share.value or 0, one.limits.high if one.limits else 0)
            for one in chart.points
        ]
        top = max(*tops, 1) * (HEAD_ROOM if row == 1 else 1.05)
        built.update_yaxes(title_text="% of closed cases", range=[0, top], row=row, col=1)
    built.update_xaxes(showticklabels=True)
    built.update_annotations(font={"size": 14, "color": theme.TEXT}, x=0, xanchor="left")
    change = (answer.change_on, answer.change_label) if answer.change_on else None
    draw_changes(built, change, answer.breaks, panels=len(charts))
    built.update_layout(legend={"y": 1 + 24 / height})
    return built


def _lines(built: go.Figure, chart: ControlledSeries, row: int) -> None:
    """Draw means, limits and shares, interrupted between two stretches."""
    for place, _ in enumerate(chart.stretches):
        mine = [one for one in chart.points if one.stretch == place]
        held = [one for one in mine if one.limits is not None]
        for name, values, dash in (
            ("Mean", [one.limits.centre for one in held if one.limits], "solid"),
            ("Limits", [one.limits.high for one in held if one.limits], "dash"),
            ("Lower limit", [one.limits.low for one in held if one.limits], "dash"),
        ):
            built.add_trace(
                go.Scatter(
                    x=[one.point.period for one in held],
                    y=[wording.rounded(100 * value, 2) for value in values],
                    mode="lines",
                    name=name,
                    legendgroup=name,
                    showlegend=row == 1 and place == 0 and name != "Lower limit",
                    line={"color": theme.MUTED, "width": 1.5, "dash": dash},
                    hoverinfo="skip",
                ),
                row=row,
                col=1,
            )
        built.add_trace(
            go.Scatter(
                x=[one.point.period for one in mine],
                y=[_percent(one) for one in mine],
                mode="lines",
                connectgaps=False,
                line={"color": theme.DARK_BLUE, "width": 2},
                showlegend=False,
                hoverinfo="skip",
            ),
            row=row,
            col=1,
        )


def _markers(
    built: go.Figure, answer: CaseOutcomesAnswer, chart: ControlledSeries, row: int
) -> None:
    """Draw every period once: as a share, a signal, or a period with many open cases."""
    settled = [one for one in chart.points if one.point.is_settled]
    drawn = [
        *(
            (name, colour, symbol, [one for one in settled if side_of(one) == side])
            for side, name, colour, symbol in _SIGNALS
        ),
        (
            "Many cases still open",
            theme.DARK_BLUE,
            "circle-open",
            [one for one in chart.points if not one.point.is_settled],
        ),
    ]
    for name, colour, symbol, mine in drawn:
        shown = [one for one in mine if one.point.share.value is not None]
        if not shown:
            continue
        built.add_trace(
            go.Scatter(
                x=[one.point.period for one in shown],
                y=[_percent(one) for one in shown],
                mode="markers",
                name=name,
                legendgroup=name,
                showlegend=not any(
                    trace.name == name and trace.showlegend is not False for trace in built.data
                ),
                marker={"color": colour, "symbol": symbol, "size": 9, "line": {"width": 2}},
                meta=chart.series,
                text=[period_words(one.point.period, answer.step) for one in shown],
                hovertemplate="%{text}: %{y:.0f}%<extra></extra>",
            ),
            row=row,
            col=1,
        )


def side_of(one: ControlPoint) -> str | None:
    """Return on which side a point signals; None for none."""
    return one.limits.side if one.limits else None


def _percent(one: ControlPoint) -> float | None:
    value = one.point.share.value
    return None if value is None else wording.rounded(100 * value, 2)
