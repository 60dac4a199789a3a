"""What can be done with one exhibit: into a briefing, a link, a sentence, a picture."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from urllib.parse import urlencode, urlsplit

import streamlit as st

from analytics.errors import EmmieError
from analytics.exhibits import wording
from analytics.exhibits.exhibit import Exhibit
from analytics.exhibits.say import say
from analytics.reports import pictures
from analytics.reports.links import link_to, open_link
from analytics.reports.pack import Item, Progress, own_marking
from analytics.reports.ready_made import item_of
from analytics.reports.shelf import open_shelf
from pages.shell import draft
from pages.shell.exports import offer
from pages.shell.plain_text import plain

VIEW_PAGE = "view"
_SAID = "said_of_adding"


def take_away(exhibit: Exhibit, filters: str) -> None:
    """Offer what can be done with an exhibit; nothing is made before it is asked for.

    Parameters
    ----------
    exhibit : Exhibit
        What is shown.
    filters : str
        What it was narrowed to, in words.
    """
    if exhibit.stamp is None or exhibit.is_shown_only:
        return
    key = f"{exhibit.key}_{exhibit.stamp.answer}"
    st.button("Add to briefing", key=f"add_{key}", on_click=_add, args=(exhibit, filters, key))
    if st.session_state.get(_SAID, ("", ""))[0] == key:
        st.caption(st.session_state.pop(_SAID)[1])
    box = st.popover("Sentence, link, picture", key=f"use_{exhibit.key}", on_change="rerun")
    if not box.open:
        return
    with box:
        _sentences(exhibit, filters)
        if st.button("Link to these figures", key=f"link_{key}"):
            _link(exhibit, filters)
        _pictures(exhibit, filters, key)


def _add(exhibit: Exhibit, filters: str, key: str) -> None:
    try:
        draft.add(exhibit, filters)
        n = wording.plural(len(draft.draft().items), "exhibit", "exhibits")
        said = f"Added to the briefing, which now has {n}."
    except EmmieError as error:
        said = str(error)
    st.session_state[_SAID] = (key, said)


def _sentences(exhibit: Exhibit, filters: str) -> None:
    said = say(exhibit, filters)
    st.markdown("**A sentence to copy**")
    for sentence in said.write:
        st.code(sentence, language=None, wrap_lines=True)
    st.markdown("**Do not write**")
    st.markdown("\n".join(f"- {plain(one.marked)}" for one in said.not_write))


def _link(exhibit: Exhibit, filters: str) -> None:
    """Keep the figures, and show the link that remembers them."""
    try:
        shared = draft.shareable(exhibit)
        shelf = open_shelf()
        parameters = link_to(shared, shelf.secret())
        name = open_link(parameters, shelf.secret()).name
        shelf.keep(name, item_of(shared, filters, draft.now()))
    except EmmieError as error:
        st.error(str(error))
        return
    st.code(address(VIEW_PAGE, parameters), language=None, wrap_lines=True)
    st.caption("Whoever opens it sees the figures of that time, and is told what has moved.")


def address(page: str, parameters: dict[str, str]) -> str:
    """Return the whole address of a page of this app."""
    here = urlsplit(st.context.url or "")
    root = here.path.rsplit("/", 1)[0]
    return f"{here.scheme}://{here.netloc}{root}/{page}?{urlencode(parameters)}"


def _pictures(exhibit: Exhibit, filters: str, key: str) -> None:
    if exhibit.figure is None:
        return
    try:
        shared = draft.shareable(exhibit)
    except EmmieError:
        return
    item = item_of(shared, filters, draft.now())
    for kind, draw, mime in (
        ("PNG", pictures.png, "image/png"),
        ("SVG", pictures.svg, "image/svg+xml"),
    ):
        offer(
            f"the picture ({kind})",
            partial(_drawn, draw, item, own_marking()),
            of=(kind, shared.stamp, filters, own_marking()),
            file_name=f"{exhibit.key}.{kind.lower()}",
            mime=mime,
            key=f"{kind}_{key}",
        )


def _drawn(draw: Callable[..., bytes], item: Item, marking: str, _: Progress) -> bytes:
    return draw(item, marking=marking)
