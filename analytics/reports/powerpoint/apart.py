"""Words over a chart, each where it reads: near its place, and not over another."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from analytics.reports.charts.panel import Axis, Words
from analytics.reports.powerpoint import room, text
from analytics.reports.powerpoint.area import Area
from analytics.reports.powerpoint.parts import SIZE

MARGIN: Final = 4.0
"""At each end of a line of words, in points."""
MOST_STEPS: Final = 8
RISE: Final = 0.55
"""How far words are moved that stand on top of their height or under it, in their heights."""
HAIR: Final = 0.5


def boxes(fitted: room.Fitted) -> tuple[Area, ...]:
    """Return where the words of a panel stand in its frame, in points, none over another.

    Words that would lie over earlier ones move: further from their place in the same row where
    they name a row, otherwise to a line above or below. Where there is no room, they stay.
    """
    found: list[Area] = []
    for one in fitted.panel.words:
        own = own_box(fitted, one)
        places = (at for at in _places(own, one) if _is_inside(at, fitted))
        free = (at for at in places if not any(overlap(at, other) for other in found))
        found.append(next(free, own))
    return tuple(found)


def own_box(fitted: room.Fitted, one: Words) -> Area:
    """Return where words stand in the frame when nothing else stands there."""
    panel, inside = fitted.panel, fitted.inside
    wide = text.width(one.text, SIZE, is_bold=one.is_bold) + 2 * MARGIN
    high = text.height(one.text.count("\n") + 1, SIZE)
    x = inside.left + _share(one.x, panel.x) * inside.across
    up = _share(one.y, panel.y)
    # Bars that lie are counted from the top.
    down = up if panel.kind == "bar" and panel.is_horizontal else 1 - up
    y = inside.top + down * inside.high - raised(one)
    left = {"right": x, "left": x - wide}.get(one.place, x - wide / 2)
    top = {"above": y - high, "below": y}.get(one.place, y - high / 2)
    return Area(left, top, wide, high)


def raised(one: Words) -> float:
    """Return by how many points words are moved up that stand on their height or under it."""
    return one.rise * RISE * room.ROW * (one.text.count("\n") + 1)


def overlap(one: Area, other: Area) -> bool:
    """Return whether two rectangles have more than a hair in common."""
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return across > HAIR and down > HAIR


def _places(own: Area, one: Words) -> Iterator[Area]:
    """Yield its own place, then those beside it, the nearest first."""
    yield own
    if one.place in ("left", "right") and not one.rise:
        way = own.width if one.place == "right" else -own.width
        yield from (_moved(own, across=step * way) for step in range(1, MOST_STEPS))
    for step in range(1, MOST_STEPS):
        yield _moved(own, down=step * own.height)
        yield _moved(own, down=-step * own.height)


def _moved(one: Area, *, across: float = 0.0, down: float = 0.0) -> Area:
    return Area(one.left + across, one.top + down, one.width, one.height)


def _is_inside(one: Area, fitted: room.Fitted) -> bool:
    inside = fitted.inside
    return (
        one.left >= -HAIR
        and one.right <= inside.width + HAIR
        and one.top >= -HAIR
        and one.bottom <= inside.height - inside.bottom + HAIR
    )


def _share(at: float, axis: Axis) -> float:
    """Return a place as a share of an axis from its left or lower end, as the chart draws it."""
    if axis.is_log:
        share = math.log(at / axis.low) / math.log(axis.high / axis.low)
    else:
        share = (at - axis.low) / (axis.high - axis.low)
    return 1 - share if axis.is_reversed else share
