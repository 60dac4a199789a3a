"""View: the figures of a link, as they were and as they are."""

import streamlit as st

from pages.shell.linked_view import show_linked
from pages.shell.page import heading

heading(
    "Figures from a link", "What was linked to, whether it still says the same, and if not why."
)
show_linked(dict(st.query_params))
