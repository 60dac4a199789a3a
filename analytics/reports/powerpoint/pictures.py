"""The last resort: a picture of a figure that is neither a chart nor drawn with shapes."""

from __future__ import annotations

import io
from typing import Any

from pptx.util import Pt

from analytics.errors import ExportError
from analytics.reports.pack import Item
from analytics.reports.powerpoint.area import Area


def picture(item: Item) -> bytes | None:
    """Return the figure as a picture; None where no browser is there to draw it."""
    from analytics.reports.pictures import figure_png  # noqa: PLC0415 - starts a browser

    try:
        return figure_png(item.exhibit)
    except ExportError:
        return None


def place(tree: Any, found: bytes, area: Area) -> Any:
    """Add a picture as large as its place allows, in its own proportions."""
    shape = tree.add_picture(io.BytesIO(found), Pt(area.left), Pt(area.top))
    scale = min(Pt(area.width) / shape.width, Pt(area.height) / shape.height)
    shape.width, shape.height = round(shape.width * scale), round(shape.height * scale)
    shape.left = Pt(area.left) + (Pt(area.width) - shape.width) // 2
    return shape
