"""The script that Streamlit runs: configures the page, registers the pages, runs the chosen one.

It lies inside ``pages/`` so that a deep link to a fresh server cannot reach a page without it; see
``docs/decisions/0007-server-and-router.md``.
"""

from __future__ import annotations

import streamlit as st

from pages.shell.filter_bar import filter_bar
from pages.shell.furniture import footer, furniture
from pages.shell.page import frame
from pages.shell.session import sign_in

SERVICE = "EMMIE Explorer"

st.set_page_config(page_title=SERVICE, layout="wide", initial_sidebar_state="auto")

PAGES = [
    st.Page("overview.py", title="Overview", url_path="start", default=True),
    st.Page("effect.py", title="Effect", url_path="effect"),
    st.Page("mechanism.py", title="Mechanism", url_path="mechanism"),
    st.Page("moderators.py", title="Moderators", url_path="moderators"),
    st.Page("implementation.py", title="Implementation", url_path="implementation"),
    st.Page("economic_cost.py", title="Economic cost", url_path="economic-cost"),
    st.Page("case_outcomes.py", title="Case outcomes", url_path="case-outcomes"),
    st.Page(
        "statistical_neighbours.py",
        title="Statistical neighbours",
        url_path="statistical-neighbours",
    ),
    st.Page("repeat_plans.py", title="Repeat plans", url_path="repeat-plans"),
    st.Page("published_evidence.py", title="Published evidence", url_path="published-evidence"),
    st.Page("briefing.py", title="Briefing", url_path="briefing"),
    st.Page("methods.py", title="Methods", url_path="methods"),
    st.Page("data.py", title="Data", url_path="data"),
    st.Page("overview.py", title="Overview", url_path="overview", visibility="hidden"),
    st.Page("view.py", title="Figures from a link", url_path="view", visibility="hidden"),
    st.Page(
        "statistical_neighbours.py",
        title="Statistical neighbours",
        url_path="plan-rates",
        visibility="hidden",
    ),
]
ABOUT_AN_EVALUATION = {
    "effect",
    "mechanism",
    "moderators",
    "implementation",
    "economic-cost",
    "published-evidence",
}

chosen = st.navigation(PAGES, position="sidebar", expanded=True)
st.set_page_config(page_title=f"{chosen.title} – {SERVICE}", layout="wide")
furniture()
sign_in()
filter_bar()
frame(about_an_evaluation=chosen.url_path in ABOUT_AN_EVALUATION)
chosen.run()
footer(chosen.title)
