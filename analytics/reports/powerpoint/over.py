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
    panel, inside, area = placed.fitted.panel, placed.fitted.inside, placed.area
    if panel.kind == "xy":
        return
    x, y = panel.x, panel.y

    def across(value: float) -> float:
        share = (value - x.low) / (x.high - x.low)
        return area.left + inside.left + share * inside.across

    def down(value: float) -> float:
        share = (value - y.low) / (y.high - y.low)
        top = area.top + inside.top
        return top + share * inside.high if panel.is_horizontal else top + (1 - share) * inside.high

    for one in panel.references:
        line = shapes.segment(
            tree,
            (across(one.x0), down(one.y0), across(one.x1), down(one.y1)),
            colour=one.colour,
            width=max(one.width, 1.0),
            dash=one.dash,
        )
        shapes.describe(line, "Line", one.name or f"Line at {one.x0:g}")
    where = apart.spots(placed.fitted)
    for number, (said, spot) in enumerate(zip(panel.words, where, strict=True), start=1):
        lines = said.text.split("\n")
        at = replace(spot.box, left=area.left + spot.box.left, top=area.top + spot.box.top)
        one_box = shapes.words(tree, at, lines, SIZE, align="left", is_bold=said.is_bold)
        if spot.is_covering:
            one_box.fill.solid()
            one_box.fill.fore_color.rgb = shapes.rgb(theme.WHITE)
        shapes.describe(one_box, f"Words {number}", said.text)
