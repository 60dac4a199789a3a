"""How figures look: Government Analysis Function colours, plain axes, no chart junk."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any, Final

import plotly.graph_objects as go

from analytics.statistics.results import Interval

DARK_BLUE: Final = "#12436D"
TURQUOISE: Final = "#28A197"
DARK_PINK: Final = "#801650"
ORANGE: Final = "#F46A25"
DARK_GREY: Final = "#3D3D3D"
LIGHT_PURPLE: Final = "#A285D1"
CATEGORICAL: Final = (DARK_BLUE, TURQUOISE, DARK_PINK, ORANGE, DARK_GREY, LIGHT_PURPLE)
"""Government Analysis Function categorical colours, in their order."""

TEXT: Final = "#0B0C0C"
MUTED: Final = "#595959"
GRID: Final = "#D6D6D6"
FONT: Final = "Source Sans, Arial, sans-serif"

CONFIG: Final[dict[str, Any]] = {
    "displaylogo": False,
    "displayModeBar": False,
    "scrollZoom": False,
}


def figure(*, height: int = 420, **layout: Any) -> go.Figure:
    """Return an empty figure in the house style.

    Parameters
    ----------
    height : int
        Pixels.
    **layout
        Further layout properties of Plotly.
    """
    axis = {
        "gridcolor": GRID,
        "linecolor": GRID,
        "zeroline": False,
        "tickfont": {"size": 14, "color": TEXT},
        "title": {"font": {"size": 14, "color": MUTED}},
        "automargin": True,
        "fixedrange": True,
    }
    style: dict[str, Any] = {
        "height": height,
        "margin": {"l": 8, "r": 16, "t": 32, "b": 8},
        "font": {"family": FONT, "size": 14, "color": TEXT},
        "paper_bgcolor": "#FFFFFF",
        "plot_bgcolor": "#FFFFFF",
        "colorway": list(CATEGORICAL),
        "xaxis": axis,
        "yaxis": axis,
        "legend": {
            "orientation": "h",
            "yanchor": "bottom",
            "y": 1.0,
            "xanchor": "left",
            "x": 0,
            "font": {"size": 14},
        },
        "hoverlabel": {"bgcolor": "#FFFFFF", "font": {"size": 14, "color": TEXT}},
        "template": "none",
    }
    built = go.Figure(layout=style)
    built.update_layout(**layout)
    return built


def error_bars(
    values: Sequence[float | None],
    intervals: Sequence[Interval | None],
    *,
    colour: str,
    scale: float = 1.0,
    thickness: float = 1.5,
    width: int = 4,
) -> dict[str, Any]:
    """Return error bars for values drawn at ``scale`` times themselves; none where withheld."""
    pairs = list(zip(values, intervals, strict=True))
    return {
        "type": "data",
        "symmetric": False,
        "array": [scale * (i.high - v) if i and v is not None else 0 for v, i in pairs],
        "arrayminus": [scale * (v - i.low) if i and v is not None else 0 for v, i in pairs],
        "color": colour,
        "thickness": thickness,
        "width": width,
    }


def as_dict(built: go.Figure) -> dict[str, Any]:
    """Return the figure as plain data, ready to be cached."""
    plain: dict[str, Any] = built.to_plotly_json()
    return plain


def wrapped(text: str, width: int = 26) -> str:
    """Return a label broken into lines that fit beside a chart."""
    return "<br>".join(textwrap.wrap(text, width))


def fade(colour: str, opacity: float) -> str:
    """Return a hexadecimal colour as one that lets the grid show through."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"
