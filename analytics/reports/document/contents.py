"""What the report shows of each exhibit, ready for its template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from analytics.errors import NotAllowedError
from analytics.exhibits import wording
from analytics.exhibits.exhibit import Exhibit
from analytics.exhibits.say import Say, say
from analytics.reports.pack import Item, Pack


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
    """

    number: int
    item: Item
    figure: dict[str, Any] | None
    figure_number: int
    as_at: str
    frozen: str

    @property
    def exhibit(self) -> Exhibit:
        """The exhibit."""
        return self.item.exhibit

    @property
    def said(self) -> Say:
        """What may be said of it, and what may not."""
        return say(self.item.exhibit, self.item.filters)

    @property
    def of_own_width(self) -> bool:
        """Whether the figure is drawn as wide as it says, and scrolls where there is less room."""
        return bool((self.figure or {}).get("layout", {}).get("width"))


def contents(pack: Pack) -> tuple[Shown, ...]:
    """Return what is shown of each exhibit.

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
            )
        )
        figures += item.exhibit.figure is not None
    return tuple(shown)
