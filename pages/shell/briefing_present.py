"""Presenting: the briefing as one page that needs no network once it is there."""

from __future__ import annotations

import streamlit as st

from analytics.reports.document import web_page
from analytics.reports.pack import Pack
from pages.shell.draft import as_pack, draft

HEIGHT = 540


def show_present() -> None:
    """Show the whole briefing, one exhibit at a time."""
    st.caption(
        "Press **Full screen** (F), then turn the pages with the arrow keys, or Page Up and Page "
        "Down; M shows more of an exhibit, and Escape ends it. Everything is loaded: a lost "
        "network does not stop it."
    )
    st.iframe(_page(as_pack(draft())), height=HEIGHT, alt="The briefing, one exhibit at a time")


@st.cache_data(show_spinner="Laying out the briefing", max_entries=8)
def _page(pack: Pack) -> str:
    return web_page(pack, drawn="live", presenting=True).decode()
