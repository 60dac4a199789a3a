"""What stands around every page: language, print style and the footer."""

from __future__ import annotations

import streamlit as st

STYLE = """
<style>
[data-testid="stMainBlockContainer"] { padding-top: 2.5rem; max-width: 72rem; }
[data-testid="stTable"] { overflow-x: auto; }
[data-testid="stTable"] th { text-align: left; vertical-align: bottom; }
[data-testid="stTable"] td { vertical-align: top; min-width: 5.5rem; overflow-wrap: anywhere; }
[data-testid="stTable"] td:nth-child(2) { min-width: 8rem; }
@media print {
  [data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stDownloadButton"] {
    display: none;
  }
}
</style>
"""
LANGUAGE = "<script>document.documentElement.lang = 'en-GB';</script>"


def furniture() -> None:
    """Set the language of the page and the few styles that the theme cannot."""
    st.html(STYLE)
    st.html(LANGUAGE, unsafe_allow_javascript=True)


def footer() -> None:
    """Show what the figures must not be used for."""
    st.caption(
        "Do not use these pages to decide about a child or a family. Child-level data shown here "
        "is synthetic. Published figures: Department for Education and Office for National "
        "Statistics, Open Government Licence v3.0."
    )
