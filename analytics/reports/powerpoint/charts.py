"""Panels as native charts: what PowerPoint draws, and the sheet that Edit Data opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from analytics.reports.charts.panel import Series
from analytics.reports.powerpoint import categories, frame, helpers, points, room
from analytics.reports.powerpoint.sheet import Sheet


@dataclass(frozen=True, slots=True)
class NativeChart:
    """A chart as python-pptx takes one: its part, and the workbook behind it."""

    xml: bytes
    xlsx_blob: bytes

    def xml_bytes(self, _: Any) -> bytes:
        """Return the part of the chart."""
        return self.xml


def native(fitted: room.Fitted, created: datetime) -> NativeChart:
    """Return the native chart of a panel.

    Parameters
    ----------
    fitted : Fitted
        The panel with the room that its words need.
    created : datetime
        Written into the workbook's properties.

    Raises
    ------
    ValueError
        If the panel is a drawing.
    """
    panel = fitted.panel
    if not panel.is_chart:
        message = f"not a chart: {panel.reason}"
        raise ValueError(message)
    sheet = Sheet()
    plot = points.chart(fitted, sheet) if panel.kind == "xy" else categories.chart(fitted, sheet)
    heading = room.heading(panel, fitted.inside.width)
    chart_title = frame.title(heading, 0.005, 2 / fitted.inside.height) if heading else ""
    shown = room.in_legend(panel)
    hidden = _hidden(_order(fitted), {one.name for one in shown})
    legend = frame.legend(
        hidden,
        fitted.inside,
        top=fitted.legend_top,
        height=fitted.legend_height,
        has_any=bool(shown),
    )
    area = frame.plot_layout(fitted.inside) + plot
    return NativeChart(frame.space(chart_title, area, legend), sheet.workbook(created))


def _hidden(order: Sequence[Series], shown: set[str]) -> list[int]:
    """Return the places of series that the legend leaves out; each name is in it once."""
    left = set(shown)
    hidden = []
    for place, one in enumerate(order):
        if one.in_legend and one.name in left:
            left.remove(one.name)
        else:
            hidden.append(place)
    return hidden


def _order(fitted: room.Fitted) -> list[Series]:
    if fitted.panel.kind == "xy":
        return [one.series for one in helpers.all_points(fitted)]
    return list(fitted.panel.series)
