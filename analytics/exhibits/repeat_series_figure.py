"""The picture of the quarterly share of repeat plans, with its old course carried on."""

from __future__ import annotations

from datetime import date

import plotly.graph_objects as go

from analytics.emmie.repeat_plans.series import Quarter, RepeatSeriesAnswer
from analytics.exhibits import theme


def quarter_words(day: date) -> str:
    """Return a quarter as ``Apr to Jun 2024``."""
    last = date(day.year, day.month + 2, 1)
    return f"{day:%b} to {last:%b %Y}"


def series_figure(answer: RepeatSeriesAnswer) -> go.Figure:
    """Return the shares, the lines, and where single quarters would lie on the old course."""
    built = theme.figure(height=420)
    ahead = answer.ahead
    if ahead:
        days = [one.starts_on.isoformat() for one in ahead]
        built.add_trace(
            go.Scatter(
                x=[*days, *reversed(days)],
                y=[
                    *(100 * one.conf_int.high for one in ahead),
                    *(100 * one.conf_int.low for one in reversed(ahead)),
                ],
                mode="lines",
                fill="toself",
                fillcolor=theme.fade(theme.DARK_BLUE, 0.15),
                line={"width": 0},
                hoverinfo="skip",
                name="Expected range",
            )
        )
        built.add_trace(
            _line(days, [one.expected for one in ahead], "Old course carried on", "dash")
        )
    for name, is_new in (("Old course", False), ("Since the change", True)):
        part = [one for one in answer.quarters if one.is_new is is_new and one.fitted is not None]
        if part and (answer.change is not None or not is_new):
            # A straight line, so its ends are enough; what lies between is rounded.
            ends = (part[0], part[-1])
            days = [one.starts_on.isoformat() for one in ends]
            built.add_trace(_line(days, [one.fitted for one in ends], name, "solid"))
    built.add_trace(_seen(answer.quarters))
    if answer.since is not None:
        built.add_vline(
            x=answer.since.isoformat(), line_color=theme.DARK_GREY, line_width=1, line_dash="dot"
        )
    built.update_yaxes(title_text="Repeat plans (% of plans starting)", rangemode="tozero")
    return built


def _line(days: list[str], values: list[float | None], name: str, dash: str) -> go.Scatter:
    return go.Scatter(
        x=days,
        y=[None if value is None else 100 * value for value in values],
        mode="lines",
        line={"color": theme.DARK_BLUE, "width": 3, "dash": dash},
        name=name,
        hoverinfo="skip",
    )


def _seen(quarters: tuple[Quarter, ...]) -> go.Scatter:
    return go.Scatter(
        x=[one.starts_on.isoformat() for one in quarters],
        y=[None if one.share.value is None else 100 * one.share.value for one in quarters],
        mode="markers",
        marker={
            "color": theme.TURQUOISE,
            "size": 9,
            "symbol": ["diamond" if one.is_new else "circle" for one in quarters],
        },
        customdata=[quarter_words(one.starts_on) for one in quarters],
        name="Seen",
        hovertemplate="%{customdata}: %{y:.0f}%<extra></extra>",
    )
