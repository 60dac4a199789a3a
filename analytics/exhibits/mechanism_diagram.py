"""The logic model drawn: boxes by stage from top to bottom, arrows styled by their evidence.

Boxes stand in rows, at most three to a row, so that the words stay readable on a phone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import plotly.graph_objects as go

from analytics.emmie.mechanism.logic_model import LinkFound, LogicModelAnswer, Standing
from analytics.exhibits import theme
from analytics.exhibits.mechanism_words import STANDING
from analytics.extracts.protocol import LogicNode

WIDTH: Final = 680
PHONE: Final = 300
"""Widths in pixels that the drawing has at most, and that its words must fit into."""
PER_ROW: Final = 3
LETTERS: Final = {1: 42, 2: 22, 3: 15}
"""Letters to a line in a box, by boxes in the row."""
LINE, PAD, GAP, HEAD = 15, 12, 54, 24
NUMBER_ROOM: Final = 24
"""Pixels between two numbers, at least."""
STAGES: Final = {
    "input": "Inputs",
    "activity": "Activities",
    "mechanism": "Mechanisms",
    "outcome": "Outcomes",
    "impact": "Impact",
}
STYLE: Final[dict[Standing, tuple[str, str, float, str]]] = {
    "supported": (theme.DARK_BLUE, "solid", 3, "circle"),
    "mixed": (theme.DARK_BLUE, "dash", 2, "diamond"),
    "not_supported": (theme.DARK_PINK, "dot", 2.5, "square"),
    "no_evidence": (theme.MUTED, "dashdot", 1, "hexagon"),
}
"""Colour, dash, width and mark of a link."""
PLACES: Final = (0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78)
BESIDE, ALONE = 0.02, 0.08
"""Room left at each side of a box among others, and of one alone, as shares of the width."""
LEFT_COSTS: Final = 0.15

Path = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Box:
    """A box: its row, centre and half width as shares of the width, top and bottom in pixels."""

    row: int
    x: float
    half: float
    top: float
    bottom: float
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    """Boxes beside each other; the first row of a stage carries its name."""

    stage: str
    keys: tuple[str, ...]
    is_first: bool


def diagram(answer: LogicModelAnswer) -> go.Figure:
    """Draw the logic model.

    Parameters
    ----------
    answer : LogicModelAnswer
        Boxes, and links with their standing.
    """
    nodes = {node.key: node for node in answer.nodes}
    rows = _rows(answer)
    boxes, bands, height = _placed(rows, nodes)
    built = theme.figure(
        height=int(height) + 60,
        width=WIDTH,
        margin={"l": 0, "r": 0, "t": 60, "b": 0},
        showlegend=True,
    )
    built.update_xaxes(range=[0, 1], visible=False)
    built.update_yaxes(range=[height, 0], visible=False)
    for stage, top, bottom in bands:
        _band(built, stage, top, bottom)
    paths = _paths(answer.links, boxes)
    numbers = _numbers(paths, boxes)
    for standing in STYLE:
        mine = [link for link in answer.links if link.standing == standing]
        if mine:
            _arrows(built, standing, mine, paths)
            built.add_trace(_labels(mine, numbers, standing))
    for box in boxes.values():
        _box(built, box)
    return built


def _rows(answer: LogicModelAnswer) -> list[Row]:
    """Return the rows from top to bottom; within a stage a box stands below those it follows."""
    rows: list[Row] = []
    for stage in STAGES:
        keys = [node.key for node in answer.nodes if node.stage == stage]
        depth = _depths(keys, answer.links)
        first = True
        for level in sorted(set(depth.values())):
            mine = [key for key in keys if depth[key] == level]
            for part in _even_parts(mine):
                rows.append(Row(stage=stage, keys=tuple(part), is_first=first))
                first = False
    return _untangled(rows, answer.links)


def _depths(keys: Sequence[str], links: Sequence[LinkFound]) -> dict[str, int]:
    """Return how many links within the stage lead to each box."""
    depth = dict.fromkeys(keys, 0)
    inside = [link for link in links if link.source in depth and link.target in depth]
    for _ in keys:
        for link in inside:
            depth[link.target] = max(depth[link.target], min(depth[link.source] + 1, len(keys)))
    return depth


def _even_parts(keys: Sequence[str]) -> list[Sequence[str]]:
    """Return rows of at most three boxes, of nearly the same length."""
    parts = math.ceil(len(keys) / PER_ROW)
    size = math.ceil(len(keys) / parts)
    return [keys[start : start + size] for start in range(0, len(keys), size)]


def _untangled(rows: list[Row], links: Sequence[LinkFound]) -> list[Row]:
    """Order the boxes of each row by where their links come from, so that fewer arrows cross."""
    x: dict[str, float] = {}
    ordered = []
    for row in rows:
        sources = {
            key: [x[link.source] for link in links if link.target == key and link.source in x]
            for key in row.keys
        }
        middle = {key: sum(at) / len(at) if at else 0.5 for key, at in sources.items()}
        keys = sorted(row.keys, key=lambda key: middle[key])
        x |= {key: (place + 0.5) / len(keys) for place, key in enumerate(keys)}
        ordered.append(Row(stage=row.stage, keys=tuple(keys), is_first=row.is_first))
    return ordered


def _placed(
    rows: Sequence[Row], nodes: Mapping[str, LogicNode]
) -> tuple[dict[str, Box], list[tuple[str, float, float]], float]:
    """Return the boxes, the bands of the stages and the height, all in pixels from the top."""
    boxes: dict[str, Box] = {}
    bands: list[tuple[str, float, float]] = []
    y = 0.0
    for number, row in enumerate(rows):
        y += HEAD if row.is_first else 0
        width = LETTERS[len(row.keys)]
        words = {key: theme.wrapped(nodes[key].label, width) for key in row.keys}
        tall = PAD + LINE * max(text.count("<br>") + 1 for text in words.values())
        for place, key in enumerate(row.keys):
            boxes[key] = Box(
                row=number,
                x=(place + 0.5) / len(row.keys),
                half=0.5 / len(row.keys) - (ALONE if len(row.keys) == 1 else BESIDE),
                top=y,
                bottom=y + tall,
                words=words[key],
            )
        top = y - HEAD if row.is_first else y
        if row.is_first:
            bands.append((row.stage, top, y + tall + 6))
        else:
            stage, start, _ = bands[-1]
            bands[-1] = (stage, start, y + tall + 6)
        y += tall + GAP
    return boxes, bands, y - GAP + 8


def _band(built: go.Figure, stage: str, top: float, bottom: float) -> None:
    built.add_shape(
        type="rect",
        x0=0,
        x1=1,
        y0=top,
        y1=bottom,
        fillcolor=theme.BAND,
        line_width=0,
        layer="below",
    )
    built.add_annotation(
        x=0.012,
        y=top + HEAD / 2,
        text=f"<b>{STAGES[stage]}</b>",
        showarrow=False,
        xanchor="left",
        yanchor="middle",
        font={"size": 13, "color": theme.TEXT},
        bgcolor=theme.BAND,
    )


def _box(built: go.Figure, box: Box) -> None:
    built.add_shape(
        type="rect",
        x0=box.x - box.half,
        x1=box.x + box.half,
        y0=box.top,
        y1=box.bottom,
        fillcolor=theme.WHITE,
        line={"color": theme.DARK_GREY, "width": 1},
        layer="above",
    )
    built.add_annotation(
        x=box.x,
        y=(box.top + box.bottom) / 2,
        text=box.words,
        showarrow=False,
        font={"size": 12, "color": theme.TEXT},
    )


def _paths(links: Sequence[LinkFound], boxes: Mapping[str, Box]) -> dict[int, Path]:
    """Return the way of each link, which passes rows in between through a gap beside boxes."""
    used: dict[tuple[int, float], int] = {}
    return {link.number: _path(link, boxes, used) for link in links}


def _path(link: LinkFound, boxes: Mapping[str, Box], used: dict[tuple[int, float], int]) -> Path:
    source, target = boxes[link.source], boxes[link.target]
    if source.row >= target.row:
        return (source.x, source.top), (target.x, target.bottom)
    lean = 0.35 * source.half * _sign(target.x - source.x)
    end = 0.35 * target.half * _sign(source.x - target.x)
    path = [(source.x + lean, source.bottom)]
    for row in range(source.row + 1, target.row):
        mine = [box for box in boxes.values() if box.row == row]
        middle = (path[-1][0] + target.x) / 2
        x = min((_detour(gap, middle), gap) for gap in _gaps(mine))[1]
        times = used[row, x] = used.get((row, x), 0) + 1
        x += 0.008 * (times // 2) * (-1) ** times
        path += [(x, mine[0].top - 4), (x, mine[0].bottom + 4)]
    return (*path, (target.x + end, target.top))


def _detour(gap: float, middle: float) -> float:
    """Return how far a gap lies from the way; names of stages stand at the left."""
    return abs(gap - middle) + (LEFT_COSTS if gap < 0.1 else 0.0)


def _gaps(row: Sequence[Box]) -> list[float]:
    """Return the middles of the gaps beside the boxes of a row."""
    edges = [0.0, *(side for box in row for side in (box.x - box.half, box.x + box.half)), 1.0]
    return [(low + high) / 2 for low, high in zip(edges[::2], edges[1::2], strict=True)]


def _sign(value: float) -> int:
    return (value > 0.01) - (value < -0.01)


def _numbers(paths: Mapping[int, Path], boxes: Mapping[str, Box]) -> dict[int, tuple[float, float]]:
    """Return where each link's number stands: on its line, outside boxes, apart from others."""
    placed: dict[int, tuple[float, float]] = {}
    for number, path in paths.items():
        spots = [
            (x0 + t * (x1 - x0), y0 + t * (y1 - y0))
            for (x0, y0), (x1, y1) in pairwise(path)
            for t in PLACES
        ]
        free = [spot for spot in spots if not _inside(spot, boxes)] or spots
        rooms = {spot: _room(spot, placed.values()) for spot in free}
        best = next((spot for spot in free if rooms[spot] >= NUMBER_ROOM), None)
        placed[number] = best or max(free, key=lambda spot: rooms[spot])
    return placed


def _room(spot: tuple[float, float], placed: Iterable[tuple[float, float]]) -> float:
    """Return the distance to the nearest number, in pixels on a phone."""
    mine = (PHONE * spot[0], spot[1])
    return min((math.dist(mine, (PHONE * x, y)) for x, y in placed), default=math.inf)


def _inside(spot: tuple[float, float], boxes: Mapping[str, Box]) -> bool:
    x, y = spot
    return any(
        abs(x - box.x) < box.half + 0.02 and box.top - 12 < y < box.bottom + 12
        for box in boxes.values()
    )


def _arrows(
    built: go.Figure, standing: Standing, mine: Sequence[LinkFound], paths: Mapping[int, Path]
) -> None:
    """Draw the lines of the links of one standing, with their heads."""
    colour, dash, width, _ = STYLE[standing]
    x: list[float | None] = []
    y: list[float | None] = []
    heads: list[int] = []
    for link in mine:
        path = paths[link.number]
        x += [*(point[0] for point in path), None]
        y += [*(point[1] for point in path), None]
        heads += [*[0] * (len(path) - 1), 12, 0]
    built.add_trace(
        go.Scatter(
            x=x,
            y=y,
            mode="lines+markers",
            name=f"{STANDING[standing]} ({len(mine)})",
            legendgroup=standing,
            line={"color": colour, "dash": dash, "width": width},
            marker={
                "symbol": "arrow",
                "size": heads,
                "angleref": "previous",
                "color": colour,
                "opacity": 1,
            },
            hoverinfo="skip",
        )
    )


def _labels(
    mine: Sequence[LinkFound],
    numbers: Mapping[int, tuple[float, float]],
    standing: Standing,
) -> go.Scatter:
    colour, _, _, mark = STYLE[standing]
    text: list[Any] = [f"<b>{link.number}</b>" for link in mine]
    return go.Scatter(
        x=[numbers[link.number][0] for link in mine],
        y=[numbers[link.number][1] for link in mine],
        mode="markers+text",
        name=f"Numbers: {STANDING[standing].lower()}",
        text=text,
        textposition="middle center",
        textfont={"size": 12, "color": theme.TEXT},
        marker={
            "symbol": mark,
            "size": 22,
            "color": theme.WHITE,
            "line": {"color": colour, "width": 1.5},
        },
        legendgroup=standing,
        showlegend=False,
        hovertemplate="Link %{text}: " + STANDING[standing].lower() + "<extra></extra>",
    )
