"""The briefing that is being put together: kept in the session until it is saved."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

import streamlit as st

from analytics.errors import BriefingError
from analytics.exhibits.exhibit import Exhibit
from analytics.exhibits.making import make
from analytics.exhibits.recipe import version
from analytics.reports.pack import NO_MARKING, Item, Pack
from analytics.reports.ready_made import item_of
from pages.shell.session import current_viewer

MARKING_VARIABLE: Final = "EMMIE_MARKING"
_DRAFT: Final = "draft_of_briefing"
UNTITLED: Final = "Briefing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A briefing as it stands in the session.

    Attributes
    ----------
    title : str
        What it is called.
    items : tuple of Item
        In their order.
    key : str
        Under which it was saved; empty when it never was.
    seen : datetime or None
        When the saved one that it started from was prepared.
    is_saved : bool
        Whether nothing was changed since.
    """

    title: str = UNTITLED
    items: tuple[Item, ...] = ()
    key: str = ""
    seen: datetime | None = None
    is_saved: bool = True


def draft() -> Draft:
    """Return the briefing of this session; an empty one at first."""
    found: Draft = st.session_state.get(_DRAFT, Draft())
    return found


def put_draft(new: Draft) -> None:
    """Make a briefing that of this session."""
    st.session_state[_DRAFT] = new


def change(**fields: object) -> None:
    """Change the briefing of this session; it is then no longer saved."""
    put_draft(replace(draft(), is_saved=False, **fields))  # type: ignore[arg-type]


def opened(pack: Pack, key: str = "") -> Draft:
    """Return a draft of a briefing that was opened; a new one when it has no key."""
    return Draft(
        title=pack.title,
        items=pack.items,
        key=key,
        seen=pack.prepared_at if key else None,
        is_saved=bool(key),
    )


def as_pack(one: Draft) -> Pack:
    """Return the draft as it is saved, presented and exported.

    It was prepared when its newest numbers were frozen.
    """
    frozen = [item.frozen_at for item in one.items if item.frozen_at is not None]
    return Pack(
        title=one.title.strip() or UNTITLED,
        items=one.items,
        prepared_at=max(frozen, default=now()),
        version=version(),
        marking=marking(),
    )


def add(exhibit: Exhibit, filters: str) -> None:
    """Add an exhibit with its numbers as they stand, as it may be shared.

    Raises
    ------
    BriefingError
        When it has no recipe, or may not leave the screen.
    """
    shared = shareable(exhibit)
    change(items=(*draft().items, item_of(shared, filters, now())))


def shareable(exhibit: Exhibit) -> Exhibit:
    """Return an exhibit as someone who may not see cases sees it.

    Raises
    ------
    BriefingError
        When it has no recipe, or may not leave the screen.
    """
    if exhibit.is_shown_only or exhibit.stamp is None:
        raise BriefingError("This list is for the screen only and goes into no briefing.")
    viewer = current_viewer()
    if not viewer.may_see_cases:
        return exhibit
    made = make(exhibit.stamp.recipe, replace(viewer, may_see_cases=False))
    found = [one for one in made if one.key == exhibit.key] if isinstance(made, tuple) else []
    if not found or found[0].is_shown_only:
        raise BriefingError("This list is for the screen only and goes into no briefing.")
    return found[0]


def now() -> datetime:
    """Return the time, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def marking() -> str:
    """Return the body's own security marking."""
    return os.environ.get(MARKING_VARIABLE, "").strip().upper() or NO_MARKING
