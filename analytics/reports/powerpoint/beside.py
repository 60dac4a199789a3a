"""Names of upright lines: on the side of their line where they cross no other."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from analytics.reports.charts.panel import Axis, Panel, Words
from analytics.reports.powerpoint import text
from analytics.reports.powerpoint.parts import SIZE

MARGIN: Final = 4.0
"""At each end of a line of words, in points."""
MOST_RIGHT: Final = 0.3
"""Share of the frame that may be left free at the right for the name of a line."""
CLOSE: Final = 1e-6
HAIR: Final = 0.5


@dataclass(frozen=True, slots=True)
class Room:
    """Width of the frame, and what is left free beside its plot, in points."""

    width: float
    left: float
    right: float

    def at(self, x: float, axis: Axis) -> float:
        """Return where a value stands in the frame."""
        return self.left + share(x, axis) * (self.width - self.left - self.right)


def named(panel: Panel, room: Room) -> tuple[Panel, float]:
    """Return a panel whose upright lines are named beside them, and the room at the right.

    A name that would cross another upright line, or leave the frame, is broken into two lines or
    goes to the other side of its line; the plot makes room for it at the right where there is none.

    Parameters
    ----------
    panel : Panel
        A chart.
    room : Room
        What there is.
    """
    if panel.x.is_log or not (panel.kind == "xy" or panel.is_horizontal):
        return panel, room.right
    lines = sorted({one.x0 for one in panel.references if abs(one.x0 - one.x1) <= CLOSE})
    found: list[Words] = []
    for one in panel.words:
        said, room = _beside(one, lines, panel.x, room)
        found.append(said)
    return replace(panel, words=tuple(found)), room.right


def _beside(one: Words, lines: list[float], axis: Axis, room: Room) -> tuple[Words, Room]:
    is_name = one.place in ("left", "right") and any(abs(one.x - at) <= CLOSE for at in lines)
    if not is_name:
        return one, room
    for said in _ways(one):
        given = _with_room(said, axis, room)
        if given is not None and not _crosses(said, lines, axis, given):
            return said, given
    return one, room


def _ways(one: Words) -> Iterator[Words]:
    """Yield the same words as they are, in two lines, and both on the other side."""
    other = "right" if one.place == "left" else "left"
    in_two = _in_two(one.text)
    yield one
    yield replace(one, text=in_two)
    yield replace(one, place=other)
    yield replace(one, place=other, text=in_two)


def _in_two(said: str) -> str:
    """Return words in the two lines that are the least wide; as they are if they have several."""
    parts = said.split(" ")
    if "\n" in said or len(parts) < 2:
        return said
    broken = (
        f"{' '.join(parts[:place])}\n{' '.join(parts[place:])}" for place in range(1, len(parts))
    )
    return min(broken, key=lambda one: text.width(one, SIZE))


def wide(one: Words) -> float:
    """Return how wide words are with a margin at each end, in points."""
    return text.width(one.text, SIZE, is_bold=one.is_bold) + 2 * MARGIN


def _with_room(one: Words, axis: Axis, room: Room) -> Room | None:
    """Return the room with which words stay in the frame; None where there is none."""
    at = room.at(one.x, axis)
    if one.place == "left":
        return room if at - wide(one) >= -HAIR else None
    if at + wide(one) <= room.width + HAIR:
        return room
    at_share = share(one.x, axis)
    right = room.width - room.left - (room.width - wide(one) - room.left) / at_share
    return replace(room, right=right) if right <= MOST_RIGHT * room.width else None


def _crosses(one: Words, lines: list[float], axis: Axis, room: Room) -> bool:
    at = room.at(one.x, axis)
    low, high = (at - wide(one), at) if one.place == "left" else (at, at + wide(one))
    others = (room.at(line, axis) for line in lines if abs(line - one.x) > CLOSE)
    return any(low + HAIR < line < high - HAIR for line in others)


def share(at: float, axis: Axis) -> float:
    """Return a place as a share of an axis from its left or lower end, as the chart draws it."""
    if axis.is_log:
        share = math.log(max(at, axis.low) / axis.low) / math.log(axis.high / axis.low)
    else:
        share = (at - axis.low) / (axis.high - axis.low)
    return 1 - share if axis.is_reversed else share
