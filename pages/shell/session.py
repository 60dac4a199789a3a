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
_KEY: Final = "viewer"
_VIEWER: ContextVar[Viewer | None] = ContextVar("_VIEWER", default=None)


def sign_in() -> None:
    """Offer the viewers of the data folder, and make the chosen one the viewer of this run.

    The choice stays with the session and is in no link.
    """
    try:
        viewers = _viewers()
    except ViewersError as error:
        st.sidebar.warning(str(error))
        viewers = {}
    if not viewers:
        _VIEWER.set(PUBLIC)
        return
    key: str = st.sidebar.selectbox(
        "Viewing as",
        options=[ANYONE, *viewers],
        format_func=lambda key: viewers[key].name if key else PUBLIC.name,
        key=_KEY,
        persist_state="session",
        help="For trying out: the data is made up, so anyone may look through these eyes.",
    )
    _VIEWER.set(viewers.get(key, PUBLIC))


def current_viewer() -> Viewer:
    """Return the viewer of this run; of what was last chosen, before the run has come to that.

    What a button does is done before the page is run, and a fragment is run without the page.
    """
    return _VIEWER.get() or _chosen()


def _chosen() -> Viewer:
    try:
        return _viewers().get(st.session_state.get(_KEY, ANYONE), PUBLIC)
    except ViewersError:
        return PUBLIC


def _viewers() -> dict[str, Viewer]:
    """Return whom anyone may look as; nobody beside real data."""
    library = open_library()
    viewers = read_viewers(library.root)
    return viewers if viewers and library.is_made_up() else {}
