"""Lines and words over a chart of categories, which has no place of its own for them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from analytics.exhibits import theme
from analytics.reports.powerpoint import apart, shapes
from analytics.reports.powerpoint.arrange import Placed
from analytics.reports.powerpoint.parts import SIZE


def draw(tree: Any, placed: Placed) -> None:
    """Draw the lines and words of a chart of categories at their places over it."""
    panel, area = placed.fitted.panel, placed.area
    if panel.kind == "xy":
        return

    def at(x: float, y: float) -> tuple[float, float]:
        across, down = apart.place_of(placed.fitted, x, y)
        return area.left + across, area.top + down

    for one in panel.references:
        line = shapes.segment(
            tree,
            (*at(one.x0, one.y0), *at(one.x1, one.y1)),
            colour=one.colour,
            width=max(one.width, 1.0),
            dash=one.dash,
        )
        shapes.describe(line, "Line", one.name or f"Line at {one.x0:g}")
    where = apart.spots(placed.fitted)
    for number, (said, spot) in enumerate(zip(panel.words, where, strict=True), start=1):
        lines = said.text.split("\n")
        box = replace(spot.box, left=area.left + spot.box.left, top=area.top + spot.box.top)
        one_box = shapes.words(tree, box, lines, SIZE, align="left", is_bold=said.is_bold)
        if spot.is_covering:
            one_box.fill.solid()
            one_box.fill.fore_color.rgb = shapes.rgb(theme.WHITE)
        shapes.describe(one_box, f"Words {number}", said.text)
