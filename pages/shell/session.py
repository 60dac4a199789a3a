"""Who is looking.

There is no sign-in yet. Where everything that is loaded is made up, anyone may look through the
eyes of a viewer whom ``viewers.toml`` names; beside real data everyone sees what the public sees.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Final

import streamlit as st

from analytics.access.viewer import PUBLIC, Viewer
from analytics.access.viewers import read_viewers
from analytics.errors import ViewersError
from analytics.extracts.library import open_library

ANYONE: Final = ""
_VIEWER: ContextVar[Viewer] = ContextVar("_VIEWER", default=PUBLIC)


def sign_in() -> None:
    """Offer the viewers of the data folder, and make the chosen one the viewer of this run.

    The choice stays with the session and is in no link.
    """
    library = open_library()
    try:
        viewers = read_viewers(library.root)
    except ViewersError as error:
        st.sidebar.warning(str(error))
        viewers = {}
    if not viewers or not library.is_made_up():
        _VIEWER.set(PUBLIC)
        return
    key: str = st.sidebar.selectbox(
        "Viewing as",
        options=[ANYONE, *viewers],
        format_func=lambda key: viewers[key].name if key else PUBLIC.name,
        key="viewer",
        persist_state="session",
        help="For trying out: the data is made up, so anyone may look through these eyes.",
    )
    _VIEWER.set(viewers.get(key, PUBLIC))


def current_viewer() -> Viewer:
    """Return the viewer of this run."""
    return _VIEWER.get()
