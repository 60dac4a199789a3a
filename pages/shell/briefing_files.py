"""The briefing as files: slides that can be edited, a workbook, a web page, a PDF."""

from __future__ import annotations

from functools import partial

import streamlit as st

from analytics.reports import files
from pages.shell.draft import as_pack, draft
from pages.shell.exports import offer


def show_files() -> None:
    """Offer the briefing as each kind of file."""
    pack = as_pack(draft())
    for kind in files.KINDS:
        with st.container(border=True, key=f"file_{kind.suffix}"):
            st.markdown(f"**{kind.label}**  \n{kind.what}")
            offer(
                f"the {kind.noun}",
                partial(kind.make, pack),
                of=(kind.suffix, pack),
                file_name=files.file_name(pack, kind.suffix),
                mime=kind.mime,
                key=f"briefing_{kind.suffix}",
            )
