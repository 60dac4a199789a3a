"""A link that keeps its word: the exhibit asked again, beside what it said when it was linked."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from analytics.errors import EmmieError
from analytics.exhibits import wording
from analytics.exhibits.exhibit import Exhibit
from analytics.reports.links import Link, open_link
from analytics.reports.moved import moved_table, movement, why_sentence
from analytics.reports.pack import Item
from analytics.reports.refreshed import again
from analytics.reports.shelf import may_see, open_shelf
from pages.shell.exhibit_view import html_table, show
from pages.shell.plain_text import plain
from pages.shell.session import current_viewer


def show_linked(parameters: Mapping[str, str]) -> None:
    """Show what a link asks for; why not, when it can't be."""
    try:
        shelf = open_shelf()
        link = open_link(parameters, shelf.secret())
        viewer = current_viewer()
        exhibit = again(link.recipe, link.exhibit, viewer)
        kept = shelf.kept(link.name)
        if kept is not None and not may_see(viewer, (kept,)):
            kept = None
    except EmmieError as error:
        st.error(str(error))
        return
    _say(link, exhibit, kept)
    show(exhibit, filters=link.recipe.filters)


def _say(link: Link, exhibit: Exhibit, kept: Item | None) -> None:
    """Say whether the figures are as they were, and if not which, by how much and why."""
    stamp = exhibit.stamp
    if stamp is not None and stamp.answer == link.answer:
        st.success("These are the figures that were linked to: nothing has moved.")
        return
    if kept is None:
        st.warning(
            "The figures have moved since the link was made. Which ones, and by how much, cannot "
            "be said here: the figures of that day are not kept where you look."
        )
        return
    found = movement(kept.exhibit, exhibit)
    if not found.is_any:
        st.success(
            "These are the figures that were linked to. Only digits that are not shown moved. "
            f"{why_sentence(found)}"
        )
        return
    when = f" on {wording.moment(kept.frozen_at)}" if kept.frozen_at else ""
    n = wording.plural(len(found.cells), "figure has", "figures have")
    st.warning(f"{n} moved since the link was made{when}. {why_sentence(found)}")
    if found.headlines:
        st.markdown(f"Then: {plain(found.headlines[0])}  \nNow: {plain(found.headlines[1])}")
    st.html(html_table(moved_table(found), "Figures that moved"))
