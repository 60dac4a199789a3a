"""Shares with their intervals, one under the other, with labels that fit a narrow screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import plotly.graph_objects as go

from analytics.exhibits import theme
from analytics.statistics.results import Interval

LABEL_WIDTH = 44
LINE, MARK = 17, 42
"""Pixels of a line of a label, and of a mark with the space around it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRow:
    """One share.

    Attributes
    ----------
    label : str
        What stands above the mark, with the share in words.
    value : float
        Between 0 and 1.
    conf_int : Interval or None
        Drawn where there is one.
    group : str
        Which of the groups of the legend it belongs to.
    targets : tuple of float
        Shares that are marked on the row's line.
    """

    label: str
    value: float
    conf_int: Interval | None
    group: str = ""
    targets: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How a group is drawn; groups differ by shape, never by colour alone."""

    colour: str = theme.DARK_BLUE
    symbol: str = "circle"


def share_plot(
    rows: Sequence[ShareRow],
    *,
    title: str,
    marks: dict[str, Mark] | None = None,
    target: str = "",
) -> go.Figure:
    """Return dots with intervals on a scale from 0 to 100%.

    Parameters
    ----------
    rows : sequence of ShareRow
        From top to bottom.
    title : str
        Title of the axis.
    marks : dict of str to Mark, optional
        How each group is drawn, in the order of the legend; one group without it.
    target : str
        Name of the targets in the legend.
    """
    marks = marks or {"": Mark()}
    labels = [theme.wrapped(row.label, LABEL_WIDTH) for row in rows]
    places = list(accumulate(MARK + LINE * (label.count("<br>") + 1) for label in labels))
    bottom = places[-1] + MARK / 2 if places else MARK
    built = theme.figure(height=110 + round(bottom))
    for group, mark in marks.items():
        mine = [(place, row) for place, row in zip(places, rows, strict=True) if row.group == group]
        if not mine:
            continue
        values = [row.value for _, row in mine]
        built.add_trace(
            go.Scatter(
                x=[100 * value for value in values],
                y=[place for place, _ in mine],
                mode="markers",
                cliponaxis=False,
                name=group,
                showlegend=bool(group),
                marker={
                    "color": mark.colour,
                    "symbol": mark.symbol,
                    "size": 12,
                    "line": {"width": 2, "color": mark.colour},
                },
                error_x=theme.error_bars(
                    values, [row.conf_int for _, row in mine], colour=mark.colour, scale=100
                ),
                text=[row.label for _, row in mine],
                hovertemplate="%{text}<extra></extra>",
            )
        )
    _targets(built, rows, places, target)
    for place, label in zip(places, labels, strict=True):
        built.add_annotation(
            x=0,
            y=place,
            text=label,
            align="left",
            showarrow=False,
            xanchor="left",
            yanchor="bottom",
            yshift=8,
            font={"size": 14, "color": theme.TEXT},
        )
    built.update_xaxes(range=[-1, 101], ticksuffix="%", title_text=title)
    built.update_yaxes(range=[bottom, 0], showgrid=False, showticklabels=False, showline=False)
    return built


def _targets(built: go.Figure, rows: Sequence[ShareRow], places: Sequence[int], name: str) -> None:
    points = [
        (100 * at, place) for place, row in zip(places, rows, strict=True) for at in row.targets
    ]
    if not points:
        return
    built.add_trace(
        go.Scatter(
            x=[at for at, _ in points],
            y=[place for _, place in points],
            mode="markers",
            name=name,
            marker={
                "symbol": "line-ns",
                "size": 16,
                "line": {"width": 2, "color": theme.MUTED},
            },
            hovertemplate=name + ": %{x:.0f}%<extra></extra>",
        )
    )
