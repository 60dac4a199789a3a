"""Bands: areas between two lines, of which other programs draw the two ends."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from analytics.reports.charts import values
from analytics.reports.charts.panel import Panel, Series

INTERVAL: Final = "Interval"
"""What a band is called that has no name of its own."""
LOWER: Final = "lower end"
CLOSED: Final = ("toself", "tonext")
UP_TO_LAST: Final = ("tonexty", "tonextx")
_LEAST_OPACITY: Final = 0.7
_WIDTH: Final = 1.25


def marked(given: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return traces of which those that only bound a filled area say so, under ``_band``.

    Its ``name`` is that of the band, which is told from others by the curve that follows it;
    ``in_legend`` is true for one end of each band, and ``is_lower`` for the lower one of two.

    Parameters
    ----------
    given : sequence of dict
        Traces of one pair of axes, in order.
    """
    found = [dict(trace) for trace in given]
    bands = [(place, ends) for place in range(len(found)) if (ends := _ends(found, place))]
    curves = {place: _curve(found, place) for place, _ in bands}
    are_several = len(set(curves.values())) > 1
    for place, ends in bands:
        own, curve = values.plain(found[place].get("name")), curves[place]
        name = own or (f"{INTERVAL}: {curve}" if are_several and curve else INTERVAL)
        in_legend = not own or found[place].get("showlegend") is not False
        lower = min(ends, key=lambda one: _height(found[one])) if len(ends) > 1 else None
        for one in ends:
            is_lower = one == lower
            found[one]["_band"] = {
                "name": f"{name}: {LOWER}" if is_lower else name,
                "in_legend": in_legend and not is_lower,
                "fill": found[place].get("fillcolor"),
            }
    return found


def level_in(words: str) -> str:
    """Return the level of the intervals that words speak of, such as ``95%``; empty for none."""
    found = re.search(r"(\d+(?:\.\d+)?%) intervals?\b", words)
    return found[1] if found else ""


def with_level(panel: Panel, level: str) -> Panel:
    """Return a panel whose bands without names of their own say of which level they are."""
    if not level:
        return panel
    return replace(
        panel,
        series=tuple(
            replace(one, name=f"{level} {one.name[0].lower()}{one.name[1:]}")
            if re.match(rf"{INTERVAL}(:|$)", one.name) and one.dash == "dash"
            else one
            for one in panel.series
        ),
    )


def _ends(traces: Sequence[dict[str, Any]], place: int) -> list[int]:
    """Return the traces that bound what one of them fills, if no line is drawn along them."""
    fill = traces[place].get("fill")
    if fill in CLOSED:
        return [place]
    if fill not in UP_TO_LAST or place == 0:
        return []
    return [one for one in (place - 1, place) if not _has_line(traces[one])]


def _has_line(trace: dict[str, Any]) -> bool:
    return bool((trace.get("line") or {}).get("width", 2)) and "lines" in str(
        trace.get("mode") or "lines"
    )


def _curve(traces: Sequence[dict[str, Any]], place: int) -> str:
    """Return the name of the curve that follows a band: the one that it belongs to."""
    following = (one for one in traces[place + 1 :] if one.get("fill") in (None, "none"))
    return next((name for one in following if (name := values.plain(one.get("name")))), "")


def _height(trace: dict[str, Any]) -> float:
    return sum(values.known(map(values.number, values.listed(trace.get("y")))))


def ends(found: Series, trace: dict[str, Any]) -> Iterator[Series]:
    """Yield the ends of a band as thin broken lines in its colour.

    Parameters
    ----------
    found : Series
        One end, or both where the band is one closed shape: there and back again.
    trace : dict
        Of which it was made; marked.
    """
    band = trace["_band"]
    drawn = replace(
        found,
        name=band["name"],
        in_legend=band["in_legend"],
        colour=values.colour(band["fill"], found.colour),
        opacity=max(3 * values.opacity(band["fill"]), _LEAST_OPACITY),
        symbol="none",
        line_width=_WIDTH,
        dash="dash",
        point_names=(),
    )
    half = len(found.x) // 2
    is_closed = trace.get("fill") in CLOSED
    if not (is_closed and len(found.x) % 2 == 0 and found.x[:half] == found.x[half:][::-1]):
        yield drawn
        return
    yield replace(drawn, x=found.x[:half], y=found.y[:half])
    yield replace(
        drawn,
        name=f"{band['name']}: {LOWER}",
        x=found.x[:half],
        y=found.y[half:][::-1],
        in_legend=False,
    )
