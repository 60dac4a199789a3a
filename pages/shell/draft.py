"""The briefing that is being put together: kept in the session until it is saved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

import streamlit as st

from analytics.errors import BriefingError
from analytics.exhibits.exhibit import Exhibit
from analytics.exhibits.making import make
from analytics.reports.pack import Item, Pack, own_marking
from analytics.reports.ready_made import item_of
from analytics.reports.shelf import Saved
from pages.shell.session import current_viewer

UNTITLED: Final = "Briefing"
_DRAFTS: Final = "drafts_of_briefings"
_CUT: Final = "words_were_cut"
BOXES: Final = "words_of_briefing"
"""Start of the keys of the boxes that hold a presenter's words; they go when the draft is changed
by anything else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A briefing as it stands in the session; one viewer's is not another's.

    Attributes
    ----------
    title : str
        What it is called.
    items : tuple of Item
        In their order.
    key, mark : str
        Under which it was saved, and what tells that save from others; empty when it never was.
    marking : str
        Security marking of its own; the installation's when empty.
    is_saved : bool
        Whether nothing was changed since.
    """

    title: str = UNTITLED
    items: tuple[Item, ...] = ()
    key: str = ""
    mark: str = ""
    marking: str = ""
    is_saved: bool = True


def draft() -> Draft:
    """Return the viewer's briefing of this session; an empty one at first."""
    found: Draft = st.session_state.get(_DRAFTS, {}).get(current_viewer().scope, Draft())
    return found


def start(new: Draft) -> None:
    """Make a briefing that of this session, with its own words in the boxes."""
    _put(new)
    for key in [key for key in st.session_state if str(key).startswith(BOXES)]:
        del st.session_state[key]


def change(**fields: Any) -> None:
    """Change the briefing of this session; it is then no longer saved."""
    _put(replace(draft(), is_saved=False, **fields))


def _put(new: Draft) -> None:
    st.session_state[_DRAFTS] = st.session_state.get(_DRAFTS, {}) | {current_viewer().scope: new}


def opened(pack: Pack) -> Draft:
    """Return a new draft that starts from a pack."""
    return Draft(title=pack.title, items=pack.items, is_saved=False)


def of_saved(saved: Saved) -> Draft:
    """Return the draft of a briefing that lies on the shelf."""
    pack = saved.pack
    marking = "" if pack.marking == own_marking() else pack.marking
    return Draft(
        title=pack.title, items=pack.items, key=saved.key, mark=saved.mark, marking=marking
    )


def as_pack(one: Draft) -> Pack:
    """Return the draft as it is saved, presented and exported.

    It was prepared when its newest numbers were frozen, by the versions that computed them.
    """
    frozen = [item.frozen_at for item in one.items if item.frozen_at is not None]
    versions = {item.exhibit.stamp.version for item in one.items if item.exhibit.stamp}
    return Pack(
        title=one.title.strip() or UNTITLED,
        items=one.items,
        prepared_at=max(frozen, default=now()),
        version=", ".join(sorted(versions)),
        marking=own_marking(one.marking),
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


def written(key: str, most: int) -> str:
    """Return what was written in a box, cut to the most letters that it takes."""
    text: str = st.session_state[key].strip()
    if len(text) > most:
        st.session_state[key] = text = text[:most].strip()
        st.session_state[_CUT] = key
    return text


def say_cut(key: str, most: int) -> None:
    """Say beside a box that what was last written in it was too long."""
    if st.session_state.get(_CUT) == key:
        del st.session_state[_CUT]
        st.warning(f"Only the first {most} letters are kept.")


def now() -> datetime:
    """Return the time, to the second."""
    return datetime.now(UTC).replace(microsecond=0)
