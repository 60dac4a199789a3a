"""Opening and saving briefings: ready-made ones, those on the shelf, and the one of a link."""

from __future__ import annotations

from functools import partial

import streamlit as st

from analytics.access.viewer import Viewer
from analytics.ask import evaluations_for
from analytics.emmie.overview import OverviewQuestion
from analytics.errors import EmmieError
from analytics.exhibits import wording
from analytics.reports.pack import Pack, Progress, own_marking
from analytics.reports.ready_made import ready_made
from analytics.reports.shelf import Listed, open_shelf
from pages.shell import draft
from pages.shell.exports import begin, drop, job_of, wait, why
from pages.shell.session import current_viewer
from pages.shell.take_away import address

IN_LINK = "briefing"
BRIEFING_PAGE = "briefing"
NAME_BOX = f"{draft.BOXES}_name"
MARKING_BOX = f"{draft.BOXES}_marking"
LONGEST_NAME, LONGEST_MARKING = 120, 60
_READY, _SAVED, _MAKING = "ready:", "saved:", "ready_made"
_ERROR, _LINKED = "briefing_error", "briefing_of_link"


def open_from_link() -> None:
    """Open the briefing that the link names, once, so that work on it is not lost to a rerun."""
    key = st.query_params.get(IN_LINK, "")
    if not key or st.session_state.get(_LINKED) == key:
        return
    st.session_state[_LINKED] = key
    _open(f"{_SAVED}{key}")


def show_shelf() -> None:
    """Offer what can be opened."""
    titles = evaluations_for(OverviewQuestion)
    saved = _listed(open_shelf().signature(), current_viewer().scope)
    labels = {f"{_READY}{name}": f"Ready-made: {title}" for name, title in titles.items()}
    labels |= {f"{_SAVED}{one.key}": f"Saved: {_line(one)}" for one in saved}
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    chosen = left.selectbox(
        "Start from",
        options=list(labels),
        format_func=lambda one: labels.get(one, one),
        index=None,
        placeholder="Ten minutes for the partnership board, or a saved briefing",
        key="briefing_to_open",
    )
    right.button(
        "Open",
        key="open_briefing",
        on_click=_open,
        args=(chosen,),
        disabled=chosen is None,
        width="stretch",
    )
    if draft.draft().items and not draft.draft().is_saved:
        st.caption(
            "This briefing is not saved. It is lost when you open another one or close the tab."
        )


def show_fault() -> None:
    """Say why what was asked last could not be done."""
    if said := st.session_state.get(_ERROR):
        st.error(said)


@st.cache_data(show_spinner=False, max_entries=16)
def _listed(signature: str, scope: str) -> tuple[Listed, ...]:
    del signature, scope
    return open_shelf().listed(current_viewer())


def _line(one: Listed) -> str:
    exhibits = wording.plural(one.n_items, "exhibit", "exhibits")
    return f"{one.title} ({exhibits}, saved {wording.moment(one.saved_at)})"


def _open(chosen: str | None) -> None:
    if chosen is None:
        return
    st.session_state.pop(_ERROR, None)
    viewer = current_viewer()
    if chosen.startswith(_READY):
        name = chosen.removeprefix(_READY)
        begin(_MAKING, chosen, partial(_ready_made, name, viewer, own_marking()))
        return
    try:
        found = open_shelf().open(chosen.removeprefix(_SAVED), viewer)
    except EmmieError as error:
        st.session_state[_ERROR] = str(error)
        return
    draft.start(draft.of_saved(found))


def _ready_made(name: str, viewer: Viewer, marking: str, progress: Progress) -> Pack:
    return ready_made(name, viewer, prepared_at=draft.now(), marking=marking, progress=progress)


def take_ready_made() -> None:
    """Open the ready-made briefing that was asked for, when it is made."""
    job = job_of(_MAKING)
    if job is None:
        return
    if not job.future.done():
        wait(job, "Asking every question of the briefing.")
        return
    drop(_MAKING)
    if error := job.future.exception():
        st.session_state[_ERROR] = why(error)
        return
    draft.start(draft.opened(job.future.result()))


def show_save() -> None:
    """Offer to save what is being put together, and show the link of what was saved."""
    st.session_state.setdefault(NAME_BOX, draft.draft().title)
    left, middle, right = st.columns([4, 1, 1], vertical_alignment="bottom")
    left.text_input("Name of the briefing", key=NAME_BOX, on_change=_rename)
    middle.button("Save", key="save_briefing", on_click=_save, type="primary", width="stretch")
    draft.say_cut(NAME_BOX, LONGEST_NAME)
    _marking()
    key = draft.draft().key
    if not key:
        return
    right.button("Save as new", key="save_as_new", on_click=_save, args=(True,), width="stretch")
    said = "Saved." if draft.draft().is_saved else "Saved before, and changed since."
    st.caption(f"{said} Whoever may see these authorities can open the saved one by this link:")
    st.code(address(BRIEFING_PAGE, {IN_LINK: key}), language=None, wrap_lines=True)
    with st.popover("Delete the saved briefing"):
        st.markdown("It goes for everyone who has the link. What you see here stays, unsaved.")
        st.button("Delete for everyone", key="delete_briefing", on_click=_remove)


def _rename() -> None:
    draft.change(title=draft.written(NAME_BOX, LONGEST_NAME))


def _marking() -> None:
    st.session_state.setdefault(MARKING_BOX, draft.draft().marking)
    st.text_input(
        "Security marking",
        key=MARKING_BOX,
        on_change=_mark,
        placeholder=own_marking(),
        help="Stands at the top and foot of every slide, sheet and page.",
    )
    draft.say_cut(MARKING_BOX, LONGEST_MARKING)


def _mark() -> None:
    draft.change(marking=draft.written(MARKING_BOX, LONGEST_MARKING))


def _save(as_new: bool = False) -> None:
    st.session_state.pop(_ERROR, None)
    one = draft.draft()
    key, seen = ("", "") if as_new else (one.key, one.mark)
    try:
        saved = open_shelf().save(draft.as_pack(one), current_viewer(), key, seen=seen)
    except EmmieError as error:
        st.session_state[_ERROR] = str(error)
        return
    draft.start(draft.of_saved(saved))
    st.session_state[_LINKED] = saved.key


def _remove() -> None:
    st.session_state.pop(_ERROR, None)
    try:
        open_shelf().remove(draft.draft().key, current_viewer())
    except EmmieError as error:
        st.session_state[_ERROR] = str(error)
        return
    draft.change(key="", mark="")
