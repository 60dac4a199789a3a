"""Words over a chart, each where it reads: near its place, not over another nor over a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from analytics.reports.charts.panel import Words
from analytics.reports.powerpoint import beside, obstacles, room, text
from analytics.reports.powerpoint.area import Area
from analytics.reports.powerpoint.parts import SIZE

MOST_STEPS: Final = 8
RISE: Final = 0.55
"""How far words are moved that stand on top of their height or under it, in their heights."""
ON_WORDS: Final = 1000.0
OFF_ROW: Final = 100.0
BEYOND: Final = 100.0
"""What it costs to stand over other words, not in the row that is named, or on the other side of a
line that crosses the plot; covering a line costs 1."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where words stand in the frame, in points, and whether lines are under them but no point."""

    box: Area
    is_covering: bool


def boxes(fitted: room.Fitted) -> tuple[Area, ...]:
    """Return where the words of a panel stand in its frame, in points: see `spots`."""
    return tuple(one.box for one in spots(fitted))


def spots(fitted: room.Fitted) -> tuple[Spot, ...]:
    """Return where the words of a panel stand in its frame.

    Words that would lie over earlier ones, or over what is drawn, move to the nearest place where
    they do not: in the same row where they name a row. Where there is none, they stand where they
    cover least.
    """
    drawn = obstacles.of(fitted, place_of)
    streaks = obstacles.of(fitted, place_of, has_points=False)
    count = len(fitted.panel.references)
    lines = [line for line in drawn[:count] if line[0] == line[2] or line[1] == line[3]]
    found: list[Spot] = []
    for one in fitted.panel.words:
        own = own_box(fitted, one)
        taken = [spot.box for spot in found]
        places = [at for at in _places(own, one) if _is_inside(at, own, fitted)] or [
            _pushed_inside(own, fitted)
        ]
        side = _side_of(own, lines)
        costs = [
            _cost(at, own, one, taken, drawn) + BEYOND * (_side_of(at, lines) != side)
            for at in places
        ]
        best = min(range(len(places)), key=lambda place: (costs[place], place))
        # A ground behind words would hide points, so that only lines are covered by one.
        on_lines = obstacles.hit(places[best], streaks)
        found.append(Spot(places[best], 0 < on_lines == obstacles.hit(places[best], drawn)))
    return tuple(found)


def _cost(
    at: Area, own: Area, one: Words, taken: Sequence[Area], drawn: Sequence[obstacles.Segment]
) -> float:
    is_off = _names_row(one) and abs(at.top - own.top) > beside.HAIR
    on_words = sum(overlap(at, other) for other in taken)
    return ON_WORDS * on_words + OFF_ROW * is_off + obstacles.hit(at, drawn)


def _side_of(box: Area, lines: Sequence[obstacles.Segment]) -> tuple[bool, ...]:
    """Return for each upright or level line on which side of it the middle of a box is."""
    x, y = box.left + box.width / 2, box.top + box.height / 2
    return tuple(x > x0 if x0 == x1 else y > y0 for x0, y0, x1, _ in lines)


def _names_row(one: Words) -> bool:
    return one.place in ("left", "right") and not one.rise


def place_of(fitted: room.Fitted, x: float, y: float) -> tuple[float, float]:
    """Return where a place of a panel stands in its frame, in points."""
    panel, inside = fitted.panel, fitted.inside
    up = beside.share(y, panel.y)
    # Bars that lie are counted from the top.
    down = up if panel.kind == "bar" and panel.is_horizontal else 1 - up
    across = inside.left + beside.share(x, panel.x) * inside.across
    return across, inside.top + down * inside.high


def own_box(fitted: room.Fitted, one: Words) -> Area:
    """Return where words stand in the frame when nothing else stands there."""
    wide = beside.wide(one)
    high = text.height(one.text.count("\n") + 1, SIZE)
    x, y = place_of(fitted, one.x, one.y)
    y -= raised(one)
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
    return across > beside.HAIR and down > beside.HAIR


def _places(own: Area, one: Words) -> Iterator[Area]:
    """Yield its own place, then those beside it, the nearest first."""
    yield own
    if _names_row(one):
        way = own.width if one.place == "right" else -own.width
        yield from (_moved(own, across=step * way) for step in range(1, MOST_STEPS))
    # What stands beside a line stays beside it; what stands at a point may move to either side.
    sides = (0.0,) if one.place in ("left", "right") else (0.0, own.width / 2, -own.width / 2)
    steps = [half * own.height / 2 for half in range(-2 * MOST_STEPS, 2 * MOST_STEPS + 1)]
    near = [(abs(across) + abs(down), across, down) for across in sides for down in steps]
    yield from (_moved(own, across=across, down=down) for _, across, down in sorted(near)[1:])


def _moved(one: Area, *, across: float = 0.0, down: float = 0.0) -> Area:
    return Area(one.left + across, one.top + down, one.width, one.height)


def _is_inside(one: Area, own: Area, fitted: room.Fitted) -> bool:
    """Return whether words stand in the frame, and not over what is said above the plot."""
    inside = fitted.inside
    return (
        one.left >= -beside.HAIR
        and one.right <= inside.width + beside.HAIR
        and one.top >= max(0.0, min(own.top, inside.top)) - beside.HAIR
        and one.bottom <= inside.height - inside.bottom + beside.HAIR
    )


def _pushed_inside(one: Area, fitted: room.Fitted) -> Area:
    inside = fitted.inside
    left = max(0.0, min(one.left, inside.width - one.width))
    top = max(0.0, min(one.top, inside.height - inside.bottom - one.height))
    return Area(left, top, one.width, one.height)
