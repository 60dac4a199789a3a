"""Arranging a briefing: order, own titles, annotations, and what moved since it was frozen."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from analytics.errors import EmmieError
from analytics.exhibits import wording
from analytics.reports.moved import moved_table, movement, why_sentence
from analytics.reports.pack import SYNTHETIC, Item
from analytics.reports.refreshed import refreshed
from pages.shell.draft import change, draft, now
from pages.shell.exhibit_view import html_table, show_frozen
from pages.shell.plain_text import plain
from pages.shell.session import current_viewer

_FOUND = "refreshed_briefing"


def show_arrange() -> None:
    """Show each exhibit with its place, and what can be changed about it."""
    _refresh()
    items = draft().items
    for index, item in enumerate(items):
        with st.container(border=True, key=f"slide_{index}"):
            _slide(index, item, len(items))


def _slide(index: int, item: Item, n: int) -> None:
    words, order = st.columns([5, 2])
    with words:
        st.header(plain(f"{index + 1}. {item.heading}"), anchor=False)
        st.caption(plain(item.exhibit.subtitle))
        if item.exhibit.synthetic:
            st.markdown(f":gray-badge[{SYNTHETIC}]")
        if item.filters != "none":
            st.caption(f"Filters: {plain(item.filters)}")
        if item.frozen_at:
            st.caption(f"Numbers of {wording.moment(item.frozen_at)}")
    with order:
        for label, to in (("Move up", index - 1), ("Move down", index + 1)):
            st.button(
                label,
                key=f"{label}_{index}",
                on_click=_move,
                args=(index, to),
                disabled=not 0 <= to < n,
                width="stretch",
            )
        st.button("Remove", key=f"remove_{index}", on_click=_remove, args=(index,), width="stretch")
    with st.expander("Own title and note"):
        _text("Own title", "title", index, item.title)
        _text("Your note, shown as yours", "annotation", index, item.annotation)
    with st.expander("Look at it"):
        show_frozen(item.exhibit, key=f"slide_{index}")


def _text(label: str, field: str, index: int, value: str) -> None:
    # A key that changes with the order would show one slide's words under another.
    key = f"{field}_{index}_{draft().items[index].exhibit.key}_{len(draft().items)}"
    st.session_state.setdefault(key, value)
    kind = st.text_area if field == "annotation" else st.text_input
    kind(label, key=key, on_change=_write, args=(index, field, key))


def _write(index: int, field: str, key: str) -> None:
    items = list(draft().items)
    items[index] = replace(items[index], **{field: st.session_state[key].strip()})
    change(items=tuple(items))


def _move(index: int, to: int) -> None:
    items = list(draft().items)
    items.insert(to, items.pop(index))
    change(items=tuple(items))
    _forget_words()


def _remove(index: int) -> None:
    items = list(draft().items)
    del items[index]
    change(items=tuple(items))
    _forget_words()


def _forget_words() -> None:
    """Let the boxes be filled from the draft again, whose order has changed."""
    for key in [key for key in st.session_state if str(key).startswith(("title_", "annotation_"))]:
        del st.session_state[key]


def _refresh() -> None:
    """Ask everything again when told to, say what moved, and take it over only when told to."""
    if st.button("Check for newer figures", key="refresh_briefing"):
        with st.spinner("Asking everything again"):
            st.session_state[_FOUND] = refreshed(draft().items, current_viewer(), now())
    found = st.session_state.get(_FOUND)
    if found is None or len(found) != len(draft().items):
        return
    moved = 0
    for index, (item, fresh) in enumerate(zip(draft().items, found, strict=True)):
        if isinstance(fresh, EmmieError):
            st.warning(f"{index + 1}. {plain(item.heading)}: {plain(str(fresh))}")
            continue
        seen = movement(item.exhibit, fresh.exhibit)
        if seen.is_any:
            moved += 1
            with st.expander(plain(f"{index + 1}. {item.heading}: figures moved"), expanded=True):
                st.markdown(plain(why_sentence(seen)))
                st.html(html_table(moved_table(seen), "Figures that moved"))
    if not moved:
        st.success("No figure of this briefing has moved.")
    else:
        st.button("Take over the new figures", key="take_new", on_click=_take, args=(found,))


def _take(found: tuple[Item | EmmieError, ...]) -> None:
    kept = zip(draft().items, found, strict=True)
    change(items=tuple(old if isinstance(new, EmmieError) else new for old, new in kept))
    st.session_state.pop(_FOUND, None)
