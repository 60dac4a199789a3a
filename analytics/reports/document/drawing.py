"""Figures as pictures: how a page is told to draw them, and what it has drawn."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from analytics.reports import chromium
from analytics.reports.pack import Progress

WIDE: Final = 680
"""Pixels of a figure on paper, at 96 to the inch; a desk's screen shows it larger."""
NARROW: Final = 360
"""Pixels of a figure on a phone."""
HEIGHT: Final = 450
"""Pixels of a figure that does not say how high it is."""
FONT: Final = "Arial, Helvetica, sans-serif"
"""What every system has in the same widths, so that no label is longer than it was measured."""

_HERE: Final = Path(__file__).parent
_FRAME: Final = """<!doctype html><html lang="en-GB"><meta charset="utf-8">{policy}
<title>Figures</title>
<body><script>{library}</script><script type="application/json" id="figures">{figures}</script>
<script>{draw}</script>"""
_PREFIX: Final = "data:image/svg+xml,"
_UID: Final = re.compile(r'id="(?:top)?defs-([0-9a-f]{6})"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One figure, drawn in both widths.

    Attributes
    ----------
    wide, narrow : str
        SVG.
    """

    wide: str
    narrow: str


def drawn(
    figures: Sequence[dict[str, Any]], *, progress: Progress | None = None
) -> tuple[Picture | None, ...]:
    """Draw figures in Chromium.

    Parameters
    ----------
    figures : sequence of dict
        Plotly figures as plain data.
    progress : callable, optional
        Called with how many are drawn, and of how many; from another thread.

    Returns
    -------
    tuple of Picture or None
        In the same order; None where a figure can't be drawn.

    Raises
    ------
    ExportError
        There is no Chromium, it stopped, or it took too long.
    """
    if not figures:
        return ()
    page = _FRAME.format(
        policy=chromium.FETCHES_NOTHING,
        library=library(),
        figures=as_data(figures),
        draw=script("draw.js"),
    )
    found = chromium.read(page, "window.pictures", progress=progress)
    return tuple(
        Picture(wide=_svg(pair["wide"]), narrow=_svg(pair["narrow"])) if pair else None
        for pair in found
    )


def as_data(figures: Sequence[dict[str, Any]]) -> str:
    """Return the figures with the widths to draw them in, as JSON that may stand in a page."""
    from plotly.io.json import to_json_plotly  # noqa: PLC0415 - slow to import

    plain = {"wide": WIDE, "narrow": NARROW, "figures": [_ready(figure) for figure in figures]}
    text: str = to_json_plotly(plain)
    return text.replace("<", "\\u003c")


def _ready(figure: dict[str, Any]) -> dict[str, Any]:
    layout = figure.get("layout", {})
    font = {**layout.get("font", {}), "family": FONT}
    height = layout.get("height") or HEIGHT
    # Names of our own instead of random ones: the same figure is then the same picture.
    data = [{**trace, "uid": f"trace{place}"} for place, trace in enumerate(figure["data"])]
    return {"data": data, "layout": {**layout, "font": font, "height": height}}


@cache
def library() -> str:
    """Return the library that draws, as JavaScript: some 5 MB."""
    from plotly.offline import get_plotlyjs  # noqa: PLC0415 - slow to import

    text: str = get_plotlyjs()
    return text


@cache
def script(name: str) -> str:
    """Return one of the scripts, or the style sheet, that a page holds."""
    return (_HERE / name).read_text(encoding="utf-8")


def _svg(address: str) -> str:
    """Return what a data address holds, without the random part of its names."""
    svg = unquote(address.removeprefix(_PREFIX))
    found = _UID.search(svg)
    return svg.replace(found[1], "figure") if found else svg
