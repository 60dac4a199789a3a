"""The grid under an UpSet-style picture: which sets each column is in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import plotly.graph_objects as go

from analytics.exhibits import theme

States = tuple[bool | None, ...]
STATE_WORDS: Final[dict[bool | None, str]] = {True: "Yes", False: "No", None: "Not said"}
DIVIDE: Final = (0.44, 0.48)
"""Top of the grid, and bottom of the plot above it, as shares of the height."""


def add_grid(built: go.Figure, columns: Sequence[States], names: Sequence[str]) -> None:
    """Draw the grid below a plot whose columns stand at 0, 1, 2 and so on.

    Parameters
    ----------
    built : Figure
        Holds the plot on its first pair of axes; the grid has the second vertical axis.
    columns : sequence of tuple of bool or None
        For each column whether it is in each set; None where that is not said.
    names : sequence of str
        Names of the sets.
    """
    for state in (True, False, None):
        built.add_trace(_marks(columns, state))
    for place, states in enumerate(columns):
        rows = [row for row, state in enumerate(states) if state]
        built.add_shape(
            type="line",
            x0=place,
            x1=place,
            y0=min(rows, default=0),
            y1=max(rows, default=0),
            yref="y2",
            line={"color": theme.DARK_BLUE, "width": 3},
            layer="below",
        )
    built.update_xaxes(showticklabels=False, showgrid=False, range=[-0.6, len(columns) - 0.4])
    built.update_layout(
        yaxis={"domain": [DIVIDE[1], 1]},
        yaxis2={
            "domain": [0, DIVIDE[0]],
            "anchor": "x",
            "tickvals": list(range(len(names))),
            "ticktext": [theme.wrapped(name, 14) for name in names],
            "range": [len(names) - 0.5, -0.5],
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
            "automargin": True,
            "tickfont": {"size": 14, "color": theme.TEXT},
        },
    )


def _marks(columns: Sequence[States], state: bool | None) -> go.Scatter:
    at = [
        (place, row)
        for place, states in enumerate(columns)
        for row, has in enumerate(states)
        if has is state
    ]
    look: dict[bool | None, dict[str, Any]] = {
        True: {"color": theme.DARK_BLUE, "size": 15, "symbol": "circle"},
        False: {
            "color": theme.WHITE,
            "size": 14,
            "symbol": "circle",
            "line": {"color": theme.MUTED, "width": 1.5},
        },
        None: {
            "color": theme.MUTED,
            "size": 13,
            "symbol": "line-ew",
            "line": {"color": theme.MUTED, "width": 3},
        },
    }
    return go.Scatter(
        x=[place for place, _ in at],
        y=[row for _, row in at],
        yaxis="y2",
        mode="markers",
        marker=look[state],
        name=STATE_WORDS[state],
        showlegend=bool(at),
        hoverinfo="skip",
    )
