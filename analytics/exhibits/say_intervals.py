"""The interval that stands in the table beside a figure that a sentence names without it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from analytics.exhibits import wording
from analytics.exhibits.exhibit import Cell, Table

NUMBER: Final = re.compile(r"[−+]?£?\d+(?:,\d{3})*(?:\.\d+)?")
_COUNT: Final = re.compile(r"[−+<]?£?\d[\d.,]*%?( of .*)?|\[.*")
_LIMITS: Final = re.compile(r"[−+]?£?[\d.,]+%? to [−+]?£?[\d.,]+%?\)?$")
_SAID: Final = re.compile(r"interval|[(,;] ?[−+]?£?[\d.,]+%? to [−+]?£?[\d.,]+%?[),;]")
_INTERVAL: Final = re.compile(r"interval( \(%\)|\))?$", re.IGNORECASE)
_ANSWERS: Final = {"Yes", "No"}
FEWEST_COUNTS: Final = 2
PER_CENT: Final = " (%)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A row of a table with the interval of its value.

    Attributes
    ----------
    names : tuple of str
        What the row is called: its cells that are no numbers.
    label : str
        The names in one, an answer with its question.
    value : str
        The cell before the interval.
    counts : frozenset of str
        The whole numbers before that.
    interval : str
        The interval, with the value where both stand in one cell.
    """

    names: tuple[str, ...]
    label: str
    value: str
    counts: frozenset[str]
    interval: str


def interval_beside(sentence: str, table: Table) -> str:
    """Return the interval of what a sentence names, as the table has it; empty when it says one.

    Parameters
    ----------
    sentence : str
        A finding.
    table : Table
        A row is meant when the sentence holds its name, and either its value or all its counts.
    """
    if _SAID.search(sentence):
        return ""
    meant = _meant(sentence, list(told(table)))
    if not meant:
        return ""
    name = _name_of_interval(table)
    words = wording.lower_first(name.removesuffix(PER_CENT))
    sign = "%" if name.endswith(PER_CENT) else ""
    if len(meant) == 1:
        return f"{words} {meant[0].interval}{sign}"
    return f"{words}, " + "; ".join(f"{row.names[-1]}: {row.interval}{sign}" for row in meant)


def told(table: Table) -> Iterator[Told]:
    """Yield the rows of a table that have an interval."""
    column = _column(table)
    if not column:
        return
    for row in table.rows:
        interval = str(row[column])
        if not _LIMITS.search(interval):
            continue
        cells = [str(cell) for cell in row[:column]]
        others = zip(table.columns, cells, strict=False)
        names = tuple(
            cell
            for name, cell in others
            if cell and not _COUNT.fullmatch(cell) and "nterval" not in name
        )
        numbers = [number for cell in cells[1:-1] for number in NUMBER.findall(cell)]
        yield Told(
            names=names or (cells[0],),
            label=_label(table, row, names or (cells[0],)),
            value=cells[-1],
            counts=frozenset(number for number in numbers if "." not in number),
            interval=interval,
        )


def wide(table: Table, least: float) -> Iterator[Told]:
    """Yield the rows with a share whose interval is at least so many percentage points wide."""
    column = _column(table)
    if not column or "(%)" not in table.columns[column] + table.columns[column - 1]:
        return
    for row in told(table):
        limits = [_size(number) for number in NUMBER.findall(row.interval)]
        if NUMBER.fullmatch(row.value) and max(limits) - min(limits) >= least:
            yield row


def _meant(sentence: str, rows: list[Told]) -> list[Told]:
    """Return the rows that a sentence means: of those that it may, those of which it says most."""
    said = sentence.lower()
    numbers = set(NUMBER.findall(sentence))
    says: tuple[Callable[[Told], bool], ...] = (
        lambda row: said.startswith(row.names[0].lower()),
        lambda row: all(name.lower() in said for name in row.names),
        lambda row: row.counts <= numbers,
    )
    found = [row for row in rows if _may_be_meant(row, said)]
    for one in says:
        found = [row for row in found if one(row)] or found
    return found


def _may_be_meant(row: Told, said: str) -> bool:
    name = row.names[0].lower()
    if name not in said:
        return False
    numbers = set(NUMBER.findall(said.replace(name, " ")))
    fewest = 1 if said.startswith(name) else FEWEST_COUNTS
    is_counted = len(row.counts) >= fewest and row.counts <= numbers
    return is_counted or bool({row.value, row.value.removesuffix(".0")} & numbers)


def _column(table: Table) -> int | None:
    """Return the place of the first column of intervals; None where there is none."""
    places = (place for place, name in enumerate(table.columns) if _INTERVAL.search(name))
    return next(places, None)


def _name_of_interval(table: Table) -> str:
    column = _column(table)
    return "" if column is None else table.columns[column]


def _label(table: Table, row: tuple[Cell, ...], names: tuple[str, ...]) -> str:
    asked = zip(table.columns, row, strict=True)
    answers = [f"{name} {cell}".lower() for name, cell in asked if cell in _ANSWERS]
    label = ", ".join([*answers, *(name for name in names if name not in _ANSWERS)])
    return label[:1].upper() + label[1:]


def _size(number: str) -> float:
    return float(number.replace(wording.MINUS, "-").replace("£", "").replace(",", ""))
