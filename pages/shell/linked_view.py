"""A link that keeps its word: the exhibit asked again, beside what it said when it was linked."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from analytics.errors import EmmieError
from analytics.exhibits import wording
from analytics.exhibits.exhibit import Exhibit
from analytics.exhibits.recipe import Recipe, as_text
from analytics.extracts.library import open_library
from analytics.reports.links import Link, open_link
from analytics.reports.moved import extent_sentence, moved_table, movement, why_sentence
from analytics.reports.pack import Item
from analytics.reports.refreshed import again
from analytics.reports.shelf import open_shelf
from pages.shell.exhibit_view import html_table, show, show_frozen
from pages.shell.plain_text import plain
from pages.shell.session import current_viewer


def show_linked(parameters: Mapping[str, str]) -> None:
    """Show what a link asks for; why not, when it can't be."""
    try:
        shelf = open_shelf()
        link = open_link(parameters, shelf.secret())
    except EmmieError as error:
        st.error(str(error))
        return
    kept = shelf.kept(link.name, current_viewer())
    signature = open_library().signature()
    found = _again(link.recipe, link.exhibit, current_viewer().scope, signature)
    if isinstance(found, str):
        st.error(f"These figures cannot be asked again now. {found}")
    else:
        _say(link, found, kept)
        show(found, filters=link.recipe.filters)
    if kept is not None and (isinstance(found, str) or _has_moved(link, found)):
        with st.expander(f"As it was{_when(kept)}"):
            st.markdown(f"**{plain(kept.heading)}**")
            show_frozen(kept.exhibit, key="linked")


@st.cache_data(show_spinner="Asking again", max_entries=64, hash_funcs={Recipe: as_text})
def _again(recipe: Recipe, key: str, scope: str, signature: str) -> Exhibit | str:
    """Return the exhibit as it is now, or why there is none."""
    del scope, signature
    try:
        return again(recipe, key, current_viewer())
    except EmmieError as error:
        return str(error)


def _has_moved(link: Link, exhibit: Exhibit) -> bool:
    return exhibit.stamp is None or exhibit.stamp.answer != link.answer


def _say(link: Link, exhibit: Exhibit, kept: Item | None) -> None:
    """Say whether the figures are as they were, and if not which, by how much and why."""
    if not _has_moved(link, exhibit):
        st.success("These are the figures that were linked to: nothing has moved.")
        return
    if kept is None:
        st.warning(
            "The figures have moved since the link was made. Which ones, and by how much, cannot "
            "be said here: the figures of that day are not kept for you where you look."
        )
        return
    found = movement(kept.exhibit, exhibit)
    if found.is_of_others:
        st.info(
            "You see other authorities than whoever made the link, so these are other figures. "
            "Whether those of the link have moved cannot be said here."
        )
        return
    if not found.is_any:
        st.success(
            "What is shown here is what was linked to; only figures behind it moved. "
            f"{why_sentence(found)}"
        )
        return
    said = f"Since the link was made{_when(kept)}: {extent_sentence(found)} {why_sentence(found)}"
    st.warning(plain(said))
    if moved_table(found).rows:
        st.html(html_table(moved_table(found), "What moved"))


def _when(kept: Item) -> str:
    return f" on {wording.moment(kept.frozen_at)}" if kept.frozen_at else ""
