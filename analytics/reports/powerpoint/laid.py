"""How much room everything beside the figure takes on a slide: nothing of it is ever cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from analytics.reports.pack import Item, Pack
from analytics.reports.powerpoint import text, words
from analytics.reports.powerpoint.area import Area
from analytics.reports.powerpoint.template import Template

SUBTITLE_SIZES: Final = (16.0, 14.0, 12.0)
FOOTER_SIZES: Final = (10.0, 9.0)
NOTE_SIZES: Final = (14.0, 12.0)
NOTE_LINES: Final = 4
"""Lines of the presenter's own words above which their letters are smaller."""
NOTE_MARGIN: Final = 10.0
AROUND_NOTE: Final = 8.0
"""Points above the lines of a note and its box, and as many between the box and the figure."""
HAIR: Final = 0.01


@dataclass(frozen=True, slots=True)
class Block:
    """Lines in letters of one size, and where they stand."""

    lines: tuple[str, ...]
    size: float
    area: Area


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """A slide as it is laid out; ``note`` is None where the presenter says nothing on it."""

    subtitle: Block
    footer: Block
    note: Block | None
    figure: Area


def laid(made: Template, pack: Pack, item: Item, *, has_note: bool, is_table_out: bool) -> Laid:
    """Return the layout of the slides of an exhibit.

    Letters are smaller where words need more lines than there is room for; where that is not
    enough, the figure gives way.

    Parameters
    ----------
    made : Template
        Where things stand.
    pack, item : Pack, Item
        What is shown.
    has_note : bool
        Whether the presenter's own words stand under the figure.
    is_table_out : bool
        Whether the footer says where the table is, because it is in none of the slides.
    """
    footer = words.footer(pack, item, is_table_out=is_table_out)
    note = f"{words.OWN_WORDS} {item.annotation}" if has_note else ""
    return around(made, item.exhibit.subtitle, footer, note)


def around(made: Template, subtitle: str, footer: Sequence[str], note: str = "") -> Laid:
    """Return the layout of a slide with these words round its figure."""
    top = _down((subtitle,), made.subtitle, SUBTITLE_SIZES)
    foot = _up(footer, made.footer, FOOTER_SIZES)
    more_above = top.area.height - made.subtitle.height
    more_below = foot.area.height - made.footer.height
    figure = replace(
        made.figure,
        top=made.figure.top + more_above,
        height=made.figure.height - more_above - more_below,
    )
    own = _note(note, figure) if note else None
    if own is not None:
        figure = replace(figure, height=own.area.top - AROUND_NOTE - figure.top)
    return Laid(subtitle=top, footer=foot, note=own, figure=figure)


def _down(lines: Sequence[str], area: Area, sizes: Sequence[float]) -> Block:
    """Return lines that start where they are told, and end lower where they need it."""
    size, high = _fitted(lines, area, sizes)
    return Block(tuple(lines), size, replace(area, height=max(high, area.height)))


def _up(lines: Sequence[str], area: Area, sizes: Sequence[float]) -> Block:
    """Return lines that end where they are told, and start higher where they need it."""
    size, high = _fitted(lines, area, sizes)
    high = max(high, area.height)
    return Block(tuple(lines), size, replace(area, top=area.bottom - high, height=high))


def _fitted(lines: Sequence[str], area: Area, sizes: Sequence[float]) -> tuple[float, float]:
    words_in_all = "\n".join(lines)
    size, _ = text.fitted(words_in_all, area.width, area.height + HAIR, sizes)
    return size, text.height(len(text.wrapped(words_in_all, size, area.width)), size)


def _note(note: str, figure: Area) -> Block:
    wide = figure.width - 2 * NOTE_MARGIN - 4
    size, _ = text.fitted(note, wide, text.height(NOTE_LINES, NOTE_SIZES[0]) + HAIR, NOTE_SIZES)
    high = text.height(len(text.wrapped(note, size, wide)), size) + AROUND_NOTE
    at = Area(figure.left, figure.bottom - high - 2, figure.width, high)
    return Block((note,), size, at)
