"""How figures look: Government Analysis Function colours, plain axes, no chart junk."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final

import plotly.graph_objects as go
from plotly.subplots import make_subplots
from pydantic_core import from_json, to_json

from analytics.statistics.results import Interval

DARK_BLUE: Final = "#12436D"
TURQUOISE: Final = "#28A197"
DARK_PINK: Final = "#801650"
ORANGE: Final = "#F46A25"
DARK_GREY: Final = "#3D3D3D"
LIGHT_PURPLE: Final = "#A285D1"
CATEGORICAL: Final = (DARK_BLUE, TURQUOISE, DARK_PINK, ORANGE, DARK_GREY, LIGHT_PURPLE)
"""Government Analysis Function categorical colours, in their order."""

DIVERGING: Final[dict[int, tuple[str, ...]]] = {
    2: (DARK_PINK, DARK_BLUE),
    3: (DARK_PINK, "#BFBFBF", DARK_BLUE),
    4: (DARK_PINK, "#C78FAC", "#8CA6C4", DARK_BLUE),
    5: (DARK_PINK, "#C78FAC", "#D6D6D6", "#8CA6C4", DARK_BLUE),
}
"""Colours from one end of a scale to the other, by its number of steps: two of ours and tints."""

WHITE: Final = "#FFFFFF"
BAND: Final = "#F3F2F1"
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


def panels(
    rows: int, cols: int = 1, *, height: int, layout: dict[str, Any] | None = None, **options: Any
) -> go.Figure:
    """Return an empty figure of several panels in the house style.

    Parameters
    ----------
    rows, cols : int
        Panels below, and beside, each other.
    height : int
        Pixels of the whole.
    layout : dict, optional
        Further layout properties of Plotly.
    **options
        Passed on to ``make_subplots``.
    """
    style = figure(height=height, **(layout or {})).layout.to_plotly_json()
    built = make_subplots(rows=rows, cols=cols, **options)
    built.update_layout({key: value for key, value in style.items() if "axis" not in key})
    built.update_layout(template="none")
    built.update_xaxes(style["xaxis"])
    built.update_yaxes(style["yaxis"])
    return built


def checked(spec: dict[str, Any]) -> go.Figure:
    """Return a figure that Plotly has checked: once, and not each time that its page is drawn."""
    return _checked(to_json(spec))


@lru_cache(maxsize=512)
def _checked(spec: bytes) -> go.Figure:
    return go.Figure(from_json(spec))


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


RATIO_TICKS: Final = (
    1, 0.5, 2, 0.1, 10, 0.2, 5, 0.7, 1.4, 0.8, 1.2, 0.3, 3, 0.9, 1.1, 0.6, 0.4, 1.6, 0.95, 1.05,
)  # fmt: skip
"""Marks of an axis of ratios, those that say most first."""

CLOSEST_TICKS: Final = 0.17
"""Share of an axis between two marks: what a label needs on the narrowest screen."""


def ratio_axis(
    ratios: Iterable[tuple[float, Interval | None]], *, widest: float = 10.0
) -> dict[str, Any]:
    """Return a logarithmic axis whose labels stand upright and apart on any screen.

    Parameters
    ----------
    ratios : iterable of (float, Interval or None)
        What is drawn: ratios above 0 with their intervals. Every ratio lies on the axis.
    widest : float
        An interval that goes beyond this ratio, or below one over it, is cut there.

    Returns
    -------
    dict
        Properties of a Plotly axis; 1, no difference, is always on it.
    """
    ends = [1.0]
    for value, limits in ratios:
        cut = (limits.low, limits.high) if limits else ()
        ends += [value, *(min(max(end, 1 / widest), widest) for end in cut)]
    held = [math.log10(end) for end in ends if end > 0]
    space = max(0.08 * (max(held) - min(held)), 0.02)
    low, high = min(held) - space, max(held) + space
    chosen: list[float] = []
    for tick in RATIO_TICKS:
        place = math.log10(tick)
        gaps = [abs(place - math.log10(other)) for other in chosen]
        if low <= place <= high and min(gaps, default=1.0) >= CLOSEST_TICKS * (high - low):
            chosen.append(tick)
    chosen.sort()
    return {
        "type": "log",
        "range": [low, high],
        "tickvals": chosen,
        "ticktext": [f"{tick:g}" for tick in chosen],
        "tickangle": 0,
    }


def tell_row(built: go.Figure, place: float, words: str, *, panel: int = 1) -> None:
    """Write at a row of a forest plot why it has no mark, so that no row is left blank.

    Parameters
    ----------
    built : Figure
        Panels below each other, or one.
    place : float
        Of the row, on the vertical axis.
    words : str
        The symbol, as in the table, or why there is no estimate.
    panel : int
        Which panel, counted from 1.
    """
    built.add_annotation(
        x=0,
        xref="paper",
        xanchor="left",
        y=place,
        yref="y" if panel == 1 else f"y{panel}",
        text=words,
        showarrow=False,
        font={"color": MUTED, "size": 13},
    )


def as_dict(built: go.Figure) -> dict[str, Any]:
    """Return the figure as plain data, ready to be cached."""
    plain: dict[str, Any] = built.to_plotly_json()
    return plain


def wrapped(text: str, width: int = 26) -> str:
    """Return a label broken into lines that fit beside a chart."""
    return "<br>".join(textwrap.wrap(text, width))


def rows_of(labels: Sequence[str], *, line: int = 18, gap: int = 9) -> tuple[list[float], float]:
    """Return the middle of each row, and the height of all rows.

    A row is as high as its label has lines, so that labels of several lines never touch.

    Parameters
    ----------
    labels : sequence of str
        Labels from top to bottom, with a break between lines.
    line, gap : int
        Pixels of a line, and between two labels.

    Returns
    -------
    tuple of list of float and float
        Pixels from the top.
    """
    middles: list[float] = []
    bottom = 0.0
    for label in labels:
        height = line * (1 + label.count("<br>")) + gap
        middles.append(bottom + height / 2)
        bottom += height
    return middles, bottom


def fade(colour: str, opacity: float) -> str:
    """Return a hexadecimal colour as one that lets the grid show through."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"
