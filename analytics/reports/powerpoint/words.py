"""What stands on a slide beside the figure, and in its notes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from analytics.exhibits import wording
from analytics.exhibits.exhibit import Table
from analytics.exhibits.say import say
from analytics.reports.pack import SYNTHETIC, Item, Pack
from analytics.reports.symbols import SYMBOLS

OWN_WORDS: Final = "Presenter's note:"


def mark(pack: Pack, *, synthetic: bool) -> str:
    """Return what stands at the top of every slide: the marking, and that data are made up."""
    return f"{pack.marking}  ·  {SYNTHETIC}" if synthetic else pack.marking


def prepared(pack: Pack, at: datetime) -> str:
    """Return when numbers were taken, and by which version."""
    return f"Numbers taken {wording.moment(at)}, version {pack.version}"


def elsewhere(table: Table) -> str:
    """Return where a table is that has no place in the presentation."""
    rows = wording.plural(len(table.rows), "row", "rows")
    return f"Whole table ({rows}): in the workbook and on the web page of this briefing."


def footer(pack: Pack, item: Item, *, is_table_out: bool) -> tuple[str, str, str]:
    """Return the lines of a footer: what is shown, under which rules, and its marking.

    Parameters
    ----------
    pack, item : Pack, Item
        What is shown.
    is_table_out : bool
        Whether its table is in none of the slides; the footer says where it is instead.
    """
    exhibit = item.exhibit
    as_at = f"Data as at {wording.day(exhibit.as_at)}. " if exhibit.as_at else ""
    about = f"Filters: {item.filters.rstrip('.')}. {as_at}Source: {exhibit.source}"
    if is_table_out:
        about = f"{about.rstrip('.')}. {elsewhere(exhibit.table)}"
    rules = item.policy or "Disclosure policy: not stated."
    taken = prepared(pack, item.frozen_at or pack.prepared_at)
    return about, rules, f"{mark(pack, synthetic=exhibit.synthetic)}  ·  {taken}"


def can_i_say(item: Item) -> tuple[str, ...]:
    """Return the sentences that may be said of an exhibit, and, marked, those that may not."""
    said = say(item.exhibit, item.filters)
    return (*said.write, *(one.marked for one in said.not_write))


def notes(pack: Pack, item: Item, part: str = "", *, is_table_out: bool = False) -> str:
    """Return the notes page of a slide.

    Parameters
    ----------
    pack : Pack
        Of which it is a part.
    item : Item
        What the slide shows.
    part : str
        Which part of it, where it goes on over several slides.
    is_table_out : bool
        Whether its table is in none of the slides.
    """
    return "\n".join([*_notes(item, part), *footer(pack, item, is_table_out=is_table_out)])


def _notes(item: Item, part: str) -> Iterator[str]:
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


def symbols_of(item: Item) -> tuple[tuple[str, str], ...]:
    """Return the symbols that an exhibit uses, with their meanings."""
    cells = [str(cell) for row in item.exhibit.table.rows for cell in row]
    everything = "\n".join([*cells, item.exhibit.alt_text, *item.exhibit.sentences])
    return tuple((symbol, meaning) for symbol, meaning in SYMBOLS if symbol in everything)
