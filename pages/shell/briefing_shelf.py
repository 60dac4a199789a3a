"""Opening and saving briefings: ready-made ones, those on the shelf, and the one of a link."""

from __future__ import annotations

import streamlit as st

from analytics.ask import evaluations_for
from analytics.emmie.overview import OverviewQuestion
from analytics.errors import EmmieError
from analytics.exhibits import wording
from analytics.reports.ready_made import ready_made
from analytics.reports.shelf import Listed, open_shelf
from pages.shell.draft import Draft, as_pack, change, draft, marking, now, opened, put_draft
from pages.shell.session import current_viewer
from pages.shell.take_away import address

IN_LINK = "briefing"
BRIEFING_PAGE = "briefing"
_READY, _SAVED = "ready:", "saved:"


def open_from_link() -> None:
    """Open the briefing that the link names, once, so that work on it is not lost to a rerun."""
    key = st.query_params.get(IN_LINK, "")
    if not key or st.session_state.get("briefing_of_link") == key:
        return
    st.session_state["briefing_of_link"] = key
    _open(f"{_SAVED}{key}")


def show_shelf() -> None:
    """Offer what can be opened, and to save what is being put together."""
    titles = evaluations_for(OverviewQuestion)
    saved = {one.key: one for one in open_shelf().listed(current_viewer())}
    labels = {f"{_READY}{name}": f"Ready-made: {title}" for name, title in titles.items()}
    labels |= {f"{_SAVED}{key}": f"Saved: {_line(one)}" for key, one in saved.items()}
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    chosen = left.selectbox(
        "Start from",
        options=list(labels),
        format_func=lambda one: labels[one],
        index=None,
        placeholder="Ten minutes for the partnership board, or a saved briefing",
        key="briefing_to_open",
    )
    right.button(
        "Open", key="open_briefing", on_click=_open, args=(chosen,), disabled=chosen is None,
        width="stretch",
    )  # fmt: skip
    if not draft().is_saved and draft().items:
        st.caption("This briefing has changes that are not saved. Opening another one drops them.")
    if why := st.session_state.pop("briefing_error", None):
        st.error(why)
    if draft().items:
        _save_row()


def _line(one: Listed) -> str:
    exhibits = wording.plural(one.n_items, "exhibit", "exhibits")
    return f"{one.title} ({exhibits}, {wording.day(one.prepared_at.date())})"


def _open(chosen: str | None) -> None:
    if chosen is None:
        return
    viewer = current_viewer()
    try:
        if chosen.startswith(_READY):
            pack = ready_made(
                chosen.removeprefix(_READY), viewer, prepared_at=now(), marking=marking()
            )
            put_draft(opened(pack))
        else:
            key = chosen.removeprefix(_SAVED)
            put_draft(opened(open_shelf().open(key, viewer), key))
    except EmmieError as error:
        st.session_state["briefing_error"] = str(error)
    else:
        st.session_state["briefing_title"] = draft().title


def _save_row() -> None:
    st.session_state.setdefault("briefing_title", draft().title)
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    left.text_input("Name of the briefing", key="briefing_title", on_change=_rename)
    right.button("Save", key="save_briefing", on_click=_save, type="primary", width="stretch")
    if draft().key and draft().is_saved:
        st.caption("Saved. Whoever may see these authorities can open it by this link:")
        link = address(BRIEFING_PAGE, {IN_LINK: draft().key})
        st.code(link, language=None, wrap_lines=True)


def _rename() -> None:
    change(title=st.session_state["briefing_title"])


def _save() -> None:
    one = draft()
    pack = as_pack(one)
    try:
        key = open_shelf().save(pack, one.key, seen=one.seen)
    except EmmieError as error:
        st.session_state["briefing_error"] = str(error)
        return
    put_draft(Draft(title=pack.title, items=pack.items, key=key, seen=pack.prepared_at))
    st.session_state["briefing_of_link"] = key
