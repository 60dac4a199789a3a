"""Arranging a briefing: order, own titles and annotations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import streamlit as st

from analytics.exhibits import wording
from analytics.extracts.filters import NOT_NARROWED
from analytics.reports.pack import SYNTHETIC, Item
from pages.shell.briefing_refresh import show_refresh
from pages.shell.briefing_shelf import show_save, show_shelf
from pages.shell.draft import BOXES, change, draft, say_cut, start, written
from pages.shell.exhibit_view import show_frozen
from pages.shell.plain_text import plain

MOST: Final = {"title": 120, "annotation": 600}
"""Letters of a presenter's own words."""


def show_arrange() -> None:
    """Show each exhibit with its place, and what can be changed about it."""
    show_shelf()
    show_save()
    show_refresh()
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
        if item.filters != NOT_NARROWED:
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
    key = f"{BOXES}_{field}_{index}"
    st.session_state.setdefault(key, value)
    kind = st.text_area if field == "annotation" else st.text_input
    kind(label, key=key, on_change=_write, args=(index, field, key))
    say_cut(key, MOST[field])


def _write(index: int, field: str, key: str) -> None:
    items = list(draft().items)
    words: dict[str, Any] = {field: written(key, MOST[field])}
    items[index] = replace(items[index], **words)
    change(items=tuple(items))


def _move(index: int, to: int) -> None:
    items = list(draft().items)
    items.insert(to, items.pop(index))
    _rearrange(items)


def _remove(index: int) -> None:
    items = list(draft().items)
    del items[index]
    _rearrange(items)


def _rearrange(items: list[Item]) -> None:
    """Change the order, and fill the boxes anew: their keys go by the place."""
    start(replace(draft(), items=tuple(items), is_saved=False))
