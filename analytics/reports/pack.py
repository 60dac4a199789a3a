"""The pack: what is taken to a meeting, the same for slides, workbook, web page and PDF."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from analytics.exhibits.exhibit import Exhibit
from analytics.extracts.filters import NOT_NARROWED

NO_MARKING: Final = "No marking set"
MARKING_VARIABLE: Final = "EMMIE_MARKING"
SYNTHETIC: Final = "Synthetic data, made up"
Progress = Callable[[int, int], None]
"""Told how many parts are done, and of how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One exhibit of a pack, as it stood when the pack was prepared.

    Attributes
    ----------
    exhibit : Exhibit
        What is shown, frozen.
    filters : str
        What it was narrowed to, in words; ``none`` when it was not.
    policy : str
        The disclosure policy that was applied, as a sentence.
    title : str
        The presenter's own title; empty for the computed headline.
    annotation : str
        What the presenter adds; never mixed with what was computed.
    frozen_at : datetime or None
        When these numbers were taken; None for the time at which the pack was prepared.
    """

    exhibit: Exhibit
    filters: str = NOT_NARROWED
    policy: str = ""
    title: str = ""
    annotation: str = ""
    frozen_at: datetime | None = None

    @property
    def heading(self) -> str:
        """The title that is shown."""
        return self.title or self.exhibit.headline


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """Exhibits in the order in which they are presented.

    Attributes
    ----------
    title : str
        What the pack is called.
    items : tuple of Item
        At least one.
    prepared_at : datetime
        When the numbers were frozen; aware of its time zone.
    version : str
        Version of the app that computed them.
    marking : str
        The body's own security marking, in capitals; stands at the top and foot of every page.
    """

    title: str
    items: tuple[Item, ...]
    prepared_at: datetime
    version: str
    marking: str = NO_MARKING

    @property
    def synthetic(self) -> bool:
        """Whether anything in it is made up."""
        return any(item.exhibit.synthetic for item in self.items)

    @property
    def policies(self) -> tuple[str, ...]:
        """Every disclosure policy that was applied, once each."""
        return tuple(dict.fromkeys(item.policy for item in self.items if item.policy))


def narrowed(exhibit: Exhibit, filters: str) -> str:
    """Return what an exhibit was narrowed to, in words: authorities its viewer may see, filters."""
    if exhibit.stamp is None or not exhibit.stamp.confined_to:
        return filters
    only = f"{', '.join(exhibit.stamp.confined_to)} only"
    return only if filters == NOT_NARROWED else f"{only}; {filters}"


def own_marking(given: str = "") -> str:
    """Return the body's own security marking: the one given, or the installation's."""
    return (given.strip() or os.environ.get(MARKING_VARIABLE, "").strip()).upper() or NO_MARKING
