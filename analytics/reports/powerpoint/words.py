"""What stands on a slide beside the figure, and in its notes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from analytics.exhibits import wording
from analytics.exhibits.say import say
from analytics.reports.pack import SYNTHETIC, Item, Pack
from analytics.reports.symbols import SYMBOLS

OWN_WORDS: Final = "Presenter's note:"


def mark(pack: Pack, *, synthetic: bool) -> str:
    """Return what stands at the top of every slide: the marking, and that data are made up."""
    return f"{pack.marking}  ·  {SYNTHETIC}" if synthetic else pack.marking


def footer(pack: Pack, item: Item) -> tuple[str, str, str]:
    """Return the lines of a footer: what is shown, under which rules, and its marking."""
    exhibit = item.exhibit
    as_at = f"Data as at {wording.day(exhibit.as_at)}. " if exhibit.as_at else ""
    about = f"Filters: {item.filters.rstrip('.')}. {as_at}Source: {exhibit.source}"
    rules = item.policy or "Disclosure policy: not stated."
    taken = wording.moment(item.frozen_at or pack.prepared_at)
    prepared = f"Numbers taken {taken}, version {pack.version}"
    return about, rules, f"{mark(pack, synthetic=exhibit.synthetic)}  ·  {prepared}"


def can_i_say(item: Item) -> tuple[str, ...]:
    """Return the sentences that may be said of an exhibit, and, marked, those that may not."""
    said = say(item.exhibit, item.filters)
    return (*said.write, *(one.marked for one in said.not_write))


def notes(pack: Pack, item: Item, part: str = "") -> str:
    """Return the notes page of a slide.

    Parameters
    ----------
    pack : Pack
        Of which it is a part.
    item : Item
        What the slide shows.
    part : str
        Which part of it, where it goes on over several slides.
    """
    return "\n".join(_notes(pack, item, part))


def _notes(pack: Pack, item: Item, part: str) -> Iterator[str]:
    exhibit = item.exhibit
    yield exhibit.subtitle + (f" ({part})" if part else "")
    if item.annotation:
        yield from ("", f"{OWN_WORDS} {item.annotation}")
    if item.title:
        yield f"The title is the presenter's; computed: {exhibit.headline}"
    if exhibit.sentences:
        yield from ("", "What it shows", *(f"- {one}" for one in exhibit.sentences))
    if said := can_i_say(item):
        yield from ("", "Can I say this?", *(f"- {one}" for one in said))
    if exhibit.notes:
        yield from ("", "Bear in mind", *(f"- {one}" for one in exhibit.notes))
    if symbols := symbols_of(item):
        yield from ("", "Symbols", *(f"{symbol} {meaning}" for symbol, meaning in symbols))
    yield ""
    yield from footer(pack, item)


def symbols_of(item: Item) -> tuple[tuple[str, str], ...]:
    """Return the symbols that an exhibit uses, with their meanings."""
    cells = [str(cell) for row in item.exhibit.table.rows for cell in row]
    everything = "\n".join([*cells, item.exhibit.alt_text, *item.exhibit.sentences])
    return tuple((symbol, meaning) for symbol, meaning in SYMBOLS if symbol in everything)
