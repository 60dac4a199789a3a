"""What the report shows of each exhibit, ready for its template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from analytics.errors import NotAllowedError
from analytics.exhibits import html, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table
from analytics.exhibits.say import Say, say
from analytics.reports.pack import Item, Pack

ON_A_SCREEN: Final = 3
"""Sentences that are presented with an exhibit; the others stand behind *More*."""
ROWS_WITH_EXHIBIT: Final = 10
CELLS_WITH_EXHIBIT: Final = 40
"""Size of a table that stays with its exhibit on paper; a larger one goes into the appendix."""
SHORT: Final = 22
"""Characters of a cell that stays on one line, where the paper has room for it."""
ACROSS: Final = 120
"""Characters of a table's type across the paper."""
_BETWEEN: Final = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One exhibit of the report.

    Attributes
    ----------
    number : int
        Its place, from 1.
    item : Item
        What it is.
    figure : dict or None
        What is drawn.
    figure_number : int
        Place of the figure among the figures, from 0.
    as_at : str
        Date of the data in words; empty where there is not one for all.
    frozen : str
        When the numbers were taken, in words.
    is_in_appendix : bool
        Whether its table stands in the appendix.
    """

    number: int
    item: Item
    figure: dict[str, Any] | None
    figure_number: int
    as_at: str
    frozen: str
    is_in_appendix: bool

    @property
    def exhibit(self) -> Exhibit:
        """The exhibit."""
        return self.item.exhibit

    @property
    def said(self) -> Say:
        """What may be said of it, and what may not."""
        return say(self.item.exhibit, self.item.filters)

    @property
    def first(self) -> tuple[str, ...]:
        """The sentences that are presented with it."""
        return self.exhibit.sentences[:ON_A_SCREEN]

    @property
    def further(self) -> tuple[str, ...]:
        """Its other sentences."""
        return self.exhibit.sentences[ON_A_SCREEN:]

    @property
    def notes(self) -> tuple[str, ...]:
        """Its notes, without the policy, which has a place of its own."""
        return tuple(note for note in self.exhibit.notes if note not in self.item.policy)

    @property
    def stacks(self) -> bool:
        """Whether its table holds long texts, so that a narrow screen has a block for each row."""
        return any(html.is_long(cell) for row in self.exhibit.table.rows for cell in row)

    @property
    def keeps_lines(self) -> bool:
        """Whether the paper is wide enough for every short cell of its table on one line."""
        table = self.exhibit.table
        needed = (
            max(_needed(row[place]) for row in table.rows) for place in range(len(table.columns))
        )
        return bool(table.rows) and sum(needed) + _BETWEEN * len(table.columns) <= ACROSS

    @property
    def of_own_width(self) -> bool:
        """Whether the figure is drawn as wide as it says, and scrolls where there is less room."""
        return bool((self.figure or {}).get("layout", {}).get("width"))


def contents(pack: Pack, *, on_paper: bool = False) -> tuple[Shown, ...]:
    """Return what is shown of each exhibit.

    Parameters
    ----------
    pack : Pack
        What the report is made of.
    on_paper : bool
        Whether long tables go into an appendix.

    Raises
    ------
    NotAllowedError
        An exhibit is for the screen only.
    """
    if any(item.exhibit.is_shown_only for item in pack.items):
        raise NotAllowedError("An exhibit with rows of cases is for the screen only, not for files")
    shown: list[Shown] = []
    figures = 0
    for number, item in enumerate(pack.items, start=1):
        as_at = item.exhibit.as_at
        shown.append(
            Shown(
                number=number,
                item=item,
                figure=item.exhibit.figure,
                figure_number=figures,
                as_at=wording.day(as_at) if as_at else "",
                frozen=wording.moment(item.frozen_at or pack.prepared_at),
                is_in_appendix=on_paper and _is_large(item.exhibit.table),
            )
        )
        figures += item.exhibit.figure is not None
    return tuple(shown)


def is_short(cell: Cell) -> bool:
    """Return whether a cell may stay on one line."""
    return len(str(cell)) <= SHORT


def _needed(cell: Cell) -> int:
    return len(str(cell)) if is_short(cell) else max(map(len, str(cell).split()))


def _is_large(table: Table) -> bool:
    rows = len(table.rows)
    return rows > ROWS_WITH_EXHIBIT or rows * len(table.columns) > CELLS_WITH_EXHIBIT
