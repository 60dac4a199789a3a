"""Briefing: exhibits put in order, annotated, saved, presented, and taken away as files."""

import streamlit as st

from pages.shell.briefing_arrange import show_arrange
from pages.shell.briefing_files import show_files
from pages.shell.briefing_present import show_present
from pages.shell.briefing_shelf import open_from_link, show_fault, show_shelf, take_ready_made
from pages.shell.draft import draft
from pages.shell.page import heading
from pages.shell.parts import choose_part

PARTS = {"arrange": "Arrange", "present": "Present", "files": "Take it with you"}

heading(
    "Briefing",
    "Exhibits from any page, in your order and with your words, with the numbers frozen as they "
    "were when you added them.",
)
open_from_link()
take_ready_made()
show_fault()
if not draft().items:
    show_shelf()
    st.info(
        "Nothing is in this briefing yet. Start from a ready-made one above, or choose **Add to "
        "briefing** under any exhibit on any page."
    )
else:
    part = choose_part(PARTS, "part_of_briefing")
    {"arrange": show_arrange, "present": show_present, "files": show_files}[part]()
