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


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """Rows of a chart with their labels above them, as far apart as the labels need.

    Attributes
    ----------
    labels : tuple of str
        Broken into lines.
    places : tuple of int
        Place of each row's mark on the axis, in pixels from the top.
    height : int
        Pixels of all rows.
    """

    labels: tuple[str, ...]
    places: tuple[int, ...]
    height: int

    @classmethod
    def of(cls, labels: Sequence[str]) -> Stack:
        """Return the rows of these labels."""
        broken = tuple(theme.wrapped(label, LABEL_WIDTH) for label in labels)
        places = tuple(accumulate(MARK + LINE * (label.count("<br>") + 1) for label in broken))
        return cls(labels=broken, places=places, height=(places[-1] if places else 0) + MARK // 2)

    def label(self, built: go.Figure) -> None:
        """Write the labels, and make the vertical axis that of the rows."""
        for place, label in zip(self.places, self.labels, strict=True):
            built.add_annotation(
                x=0,
                y=place,
                text=label,
                align="left",
                showarrow=False,
                xanchor="left",
                yanchor="bottom",
                yshift=10,
                font={"size": 14, "color": theme.TEXT},
            )
        built.update_yaxes(
            range=[self.height, 0], showgrid=False, showticklabels=False, showline=False
        )


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
    stack = Stack.of([row.label for row in rows])
    places = stack.places
    built = theme.figure(height=110 + stack.height)
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
    stack.label(built)
    built.update_xaxes(range=[-1, 101], ticksuffix="%", title_text=title)
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
