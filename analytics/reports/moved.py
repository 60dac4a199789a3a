"""What moved between an exhibit as it was kept and the same exhibit now, and why it may have."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final, Literal

from analytics.exhibits import wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table

Why = Literal["data", "code", "policy", "places"]
"""What differs between then and now: extracts, version of the code, disclosure policy, or which
authorities the viewer may see."""

_NUMBER: Final = re.compile(r"-?£?\d[\d,]*(\.\d+)?")


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
        Now less before, of the first number in each; None where there is none to subtract.
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
        Every figure that is shown and is not what it was.
    headlines : tuple of str
        The headline before and now, where they differ; else empty.
    why : tuple of str
        All that differs; where there are several, nothing says which of them moved the figures.
    """

    cells: tuple[MovedCell, ...]
    headlines: tuple[str, ...]
    why: tuple[Why, ...]

    @property
    def is_any(self) -> bool:
        """Whether anything that is shown has moved."""
        return bool(self.cells or self.headlines)


def movement(kept: Exhibit, now: Exhibit) -> Movement:
    """Return what moved between two versions of one exhibit.

    Parameters
    ----------
    kept, now : Exhibit
        As it was, and as it is.
    """
    headlines = (kept.headline, now.headline) if kept.headline != now.headline else ()
    return Movement(
        cells=_cells(kept.download, now.download), headlines=headlines, why=differences(kept, now)
    )


def differences(kept: Exhibit, now: Exhibit) -> tuple[Why, ...]:
    """Return what two versions of an exhibit do not have in common, of what they rest on."""
    then, here = kept.stamp, now.stamp
    if then is None or here is None:
        return ()
    differ: dict[Why, bool] = {
        "data": then.data != here.data,
        "code": then.version != here.version,
        "policy": then.policies != here.policies,
        "places": then.places != here.places,
    }
    return tuple(why for why, is_other in differ.items() if is_other)


def _cells(before: Table, now: Table) -> tuple[MovedCell, ...]:
    then, here = _by_place(before), _by_place(now)
    found = []
    for row, column in dict.fromkeys([*then, *here]):
        was, is_now = then.get((row, column), ""), here.get((row, column), "")
        if was != is_now:
            found.append(
                MovedCell(row=row, column=column, before=was, now=is_now, by=_by(was, is_now))
            )
    return tuple(found)


def _by_place(table: Table) -> dict[tuple[str, str], str]:
    """Return each cell as it is written, by the name of its row and its column."""
    names = _names([tuple(map(_text, row)) for row in table.rows])
    return {
        (name, column): _text(cell)
        for name, row in zip(names, table.rows, strict=True)
        for column, cell in zip(table.columns, row, strict=True)
    }


def _names(rows: list[tuple[str, ...]]) -> list[str]:
    """Return a name for each row: as many of its first cells as tell the rows apart.

    Numbers are no names: a row is the same row when its count has moved.
    """
    if len(rows) == 1:
        return [""]
    width = len(rows[0]) if rows else 0
    names = [""] * len(rows)
    for taken in range(1, width + 1):
        column = [row[taken - 1] for row in rows]
        if taken > 1 and any(_NUMBER.match(cell) for cell in column):
            break
        names = [f"{name}, {cell}".strip(", ") for name, cell in zip(names, column, strict=True)]
        if len(set(names)) == len(names):
            return names
    counted: Counter[str] = Counter()
    for index, name in enumerate(names):
        counted[name] += 1
        names[index] = f"{name} ({counted[name]})" if counted[name] > 1 else name
    return names


def _text(cell: Cell) -> str:
    return "" if cell is None else str(cell)


def _by(before: str, now: str) -> float | None:
    was, is_now = (_NUMBER.search(text.replace(wording.MINUS, "-")) for text in (before, now))
    if was is None or is_now is None:
        return None
    return round(_number(is_now.group()) - _number(was.group()), 10)


def _number(text: str) -> float:
    return float(text.replace("£", "").replace(",", ""))


WHY_WORDS: Final[dict[Why, str]] = {
    "data": "the extracts",
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
    """Return the figures that moved, as rows to show: at most twenty-five."""
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
        ),
    )


def _places(cell: MovedCell) -> int:
    """Return the decimal places of the two figures, as they are written."""
    numbers = (_NUMBER.search(text.replace(wording.MINUS, "-")) for text in (cell.before, cell.now))
    return max(len(found.group(1) or ".") - 1 for found in numbers if found)
