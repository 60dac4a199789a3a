"""What stands around every page: language, print style and the footer."""

from __future__ import annotations

import streamlit as st

STYLE = """
<style>
[data-testid="stMainBlockContainer"] { padding-top: 2.5rem; max-width: 72rem; }
.table-region { overflow-x: auto; margin-bottom: 0.5rem; }
.table-region table { border-collapse: collapse; width: 100%; font-size: 0.95rem; }
.table-region th, .table-region td {
  text-align: left; padding: 0.4rem 0.75rem 0.4rem 0; min-width: 5rem;
  border-bottom: 1px solid #B1B4B6;
}
.table-region th { font-weight: 600; vertical-align: bottom; }
.table-region td { vertical-align: top; overflow-wrap: break-word; }
.table-region td.long { min-width: 9rem; }
.table-region .whole { white-space: nowrap; }
@media print {
  [data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stDownloadButton"] {
    display: none;
  }
}
</style>
"""
UNMEASURED = frozenset({"Methods", "Briefing", "Figures from a link"})
"""Titles of pages that make no number of their own."""
LANGUAGE = "<script>document.documentElement.lang = 'en-GB';</script>"


def furniture() -> None:
    """Set the language of the page and the few styles that the theme cannot."""
    st.html(STYLE)
    st.html(LANGUAGE, unsafe_allow_javascript=True)


def footer(page: str) -> None:
    """Show where the methods of a page are, and what its figures must not be used for."""
    if page not in UNMEASURED:
        st.page_link(
            "methods.py",
            label="How the numbers on this page are made",
            icon=":material/arrow_forward:",
            query_params={"shown_on": page},
        )
    st.caption(
        "Do not use these pages to decide about a child or a family. Data that is made up says so "
        "where it is shown. Published figures: Department for Education and Office for National "
        "Statistics, Open Government Licence v3.0."
    )
