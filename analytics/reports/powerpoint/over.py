"""Lines and words over a chart of categories, which has no place of its own for them."""

from __future__ import annotations

from typing import Any

from analytics.reports.powerpoint import shapes, text
from analytics.reports.powerpoint.area import Area
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
    for number, said in enumerate(panel.words, start=1):
        lines = said.text.split("\n")
        wide = text.width(said.text, SIZE) + 8
        high = text.height(len(lines), SIZE)
        left = across(said.x) + {"right": 2.0, "left": -wide - 2}.get(said.place, -wide / 2)
        at = Area(left, down(said.y) - high / 2, wide, high)
        one_box = shapes.words(tree, at, lines, SIZE, align="left", is_bold=said.is_bold)
        shapes.describe(one_box, f"Words {number}", said.text)
