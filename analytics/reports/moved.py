"""What moved between an exhibit as it was kept and the same exhibit now, and why it may have."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final, Literal

from pydantic_core import to_jsonable_python

from analytics.exhibits import wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table
from analytics.exhibits.wording import WITHHELD

Why = Literal["data", "protocol", "code", "policy", "places"]
"""What differs between then and now: extracts, protocol, version of the code, disclosure policy, or
which authorities the viewer may see."""

_NUMBER: Final = re.compile(r"(?<!\d)-?£?\d[\d,]*(\.\d+)?")
_FROM_TO: Final = re.compile(r"-?£?\d[\d,.]*%? to ")
Place = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedCell:
    """One figure that is not what it was.

    Attributes
    ----------
    row, column : str
        Where it stands; an empty ``row`` for a table of one row.
    before, now : str
        As they are written; empty where there was, or is, no such row.
    by : float or None
        Now less before, of the first number in each; None where there is none to subtract, as in
        an interval, and where the row holds, or held, a figure that is withheld.
    """

    row: str
    column: str
    before: str
    now: str
    by: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """What moved, and what differs between then and now.

    Attributes
    ----------
    cells : tuple of MovedCell
        Every figure of the table that is not what it was.
    words : tuple of (str, str)
        Headline, subtitle and sentences before and now, where they differ.
    is_redrawn : bool
        Whether the chart is another one.
    why : tuple of str
        All that differs; where there are several, nothing says which of them moved the figures.
    """

    cells: tuple[MovedCell, ...]
    words: tuple[tuple[str, str], ...]
    is_redrawn: bool
    why: tuple[Why, ...]

    @property
    def is_any(self) -> bool:
        """Whether anything that is shown has moved."""
        return bool(self.cells or self.words or self.is_redrawn)

    @property
    def is_of_others(self) -> bool:
        """Whether other authorities are counted now: other figures, that nothing can be said of."""
        return "places" in self.why


def movement(kept: Exhibit, now: Exhibit) -> Movement:
    """Return what moved between two versions of one exhibit.

    Parameters
    ----------
    kept, now : Exhibit
        As it was, and as it is.
    """
    said, says = _words(kept), _words(now)
    return Movement(
        cells=_cells(kept.download, now.download),
        words=tuple(pair for pair in zip_longest(said, says, fillvalue="") if pair[0] != pair[1]),
        is_redrawn=to_jsonable_python(kept.figure) != to_jsonable_python(now.figure),
        why=differences(kept, now),
    )


def differences(kept: Exhibit, now: Exhibit) -> tuple[Why, ...]:
    """Return what two versions of an exhibit do not have in common, of what they rest on."""
    then, here = kept.stamp, now.stamp
    if then is None or here is None:
        return ()
    differ: dict[Why, bool] = {
        "data": then.data != here.data,
        "protocol": then.protocol != here.protocol,
        "code": then.version != here.version,
        "policy": then.policies != here.policies,
        "places": then.confined_to != here.confined_to,
    }
    return tuple(why for why, is_other in differ.items() if is_other)


def _words(exhibit: Exhibit) -> tuple[str, ...]:
    return (exhibit.headline, exhibit.subtitle, *exhibit.sentences)


def _cells(before: Table, now: Table) -> tuple[MovedCell, ...]:
    rows = [tuple(map(_text, row)) for row in (*before.rows, *now.rows)]
    width = _naming(rows[: len(before.rows)], rows[len(before.rows) :])
    then, here = (_by_place(table, width) for table in (before, now))
    columns = before.columns if len(before.columns) > len(now.columns) else now.columns
    hidden = {row for found in (then, here) for (row, _), text in found.items() if WITHHELD in text}
    found = []
    for row, at in dict.fromkeys([*then, *here]):
        was, is_now = then.get((row, at), ""), here.get((row, at), "")
        if was != is_now:
            by = None if row in hidden else _by(was, is_now)
            found.append(MovedCell(row=row, column=columns[at], before=was, now=is_now, by=by))
    return tuple(found)


def _by_place(table: Table, width: int) -> dict[Place, str]:
    """Return each cell as it is written, by the name of its row and the place of its column."""
    counted: Counter[str] = Counter()
    cells: dict[Place, str] = {}
    for row in table.rows:
        name = ", ".join(text for text in map(_text, row[:width]) if text)
        counted[name] += 1
        if counted[name] > 1:
            name = f"{name} ({counted[name]})"
        cells |= {(name, at): _text(cell) for at, cell in enumerate(row)}
    return cells


def _naming(*tables: Sequence[tuple[str, ...]]) -> int:
    """Return how many of the first cells name a row: as many as tell the rows of a table apart.

    Numbers are no names: a row is the same row when its count has moved.
    """
    widest = max((len(row) for rows in tables for row in rows), default=0)
    if widest == 0 or max(map(len, tables)) < 2:
        return 0
    for width in range(1, widest + 1):
        if width > 1 and any(_NUMBER.match(row[width - 1]) for rows in tables for row in rows):
            return width - 1
        if all(len({row[:width] for row in rows}) == len(rows) for rows in tables):
            return width
    return widest


def _text(cell: Cell) -> str:
    return "" if cell is None else str(cell)


def _by(before: str, now: str) -> float | None:
    texts = [text.replace(wording.MINUS, "-") for text in (before, now)]
    was, is_now = map(_NUMBER.search, texts)
    if was is None or is_now is None or any(map(_FROM_TO.match, texts)):
        return None
    return round(_number(is_now.group()) - _number(was.group()), 10)


def _number(text: str) -> float:
    return float(text.replace("£", "").replace(",", ""))


WHY_WORDS: Final[dict[Why, str]] = {
    "data": "the extracts",
    "protocol": "the protocol of the evaluation",
    "code": "the version of this app",
    "policy": "the disclosure policy",
    "places": "the authorities that may be seen",
}
MOST_SHOWN: Final = 25


def why_sentence(found: Movement) -> str:
    """Return what differs between then and now, as far as it is known."""
    if not found.why:
        return "Nothing that the figures rest on is known to have changed."
    what = wording.listed([WHY_WORDS[one] for one in found.why])
    sentence = f"What has changed since: {what}."
    if len(found.why) > 1:
        sentence += " Which of them moved the figures cannot be told apart."
    return sentence


def moved_table(found: Movement) -> Table:
    """Return the figures that moved, and words where no figure did; at most twenty-five rows.

    None where other authorities are counted now.
    """
    if found.is_of_others:
        return Table(columns=("What", "Then", "Now", "By"), rows=())
    words = () if found.cells else found.words
    return Table(
        columns=("What", "Then", "Now", "By"),
        rows=tuple(
            (
                f"{cell.row}: {cell.column}" if cell.row else cell.column,
                cell.before,
                cell.now,
                "" if cell.by is None else wording.signed(cell.by, places=_places(cell)),
            )
            for cell in found.cells[:MOST_SHOWN]
        )
        + tuple(("Words", then, now, "") for then, now in words[:MOST_SHOWN]),
    )


def extent_sentence(found: Movement) -> str:
    """Return how much moved."""
    if found.is_of_others:
        return "These are other figures: they count other authorities."
    n = len(found.cells)
    if n > MOST_SHOWN:
        return f"{n} figures moved; the first {MOST_SHOWN} stand here."
    if n:
        return f"{wording.plural(n, 'figure', 'figures')} moved."
    return "The words moved." if found.words else "The chart is drawn otherwise; no figure moved."


def _places(cell: MovedCell) -> int:
    """Return the decimal places of the two figures, as they are written."""
    numbers = (_NUMBER.search(text.replace(wording.MINUS, "-")) for text in (cell.before, cell.now))
    return max(len(found.group(1) or ".") - 1 for found in numbers if found)
