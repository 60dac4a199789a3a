"""The part of Repeat plans that simulates: had plans stayed open until sustained change."""

from __future__ import annotations

import streamlit as st

from analytics.emmie.repeat_plans.what_if import WhatIfQuestion
from analytics.exhibits.repeat_what_if import price_years, what_if_exhibits, what_if_question
from analytics.extracts.filters import Filters
from pages.shell.caching import NothingToShow, built
from pages.shell.page import exhibits

WINDOWS = {730: "24 months", 365: "12 months"}


def show_what_if(evaluation: str, filters: Filters) -> None:
    """Show the assumptions as sliders, and what follows from them."""
    st.markdown(
        "**A simulation, not a finding.** Had plans stayed open until three months' sustained "
        "change, how many would not have started again, and at what cost? Only the difference in "
        "returns is estimated; the rest is what you assume."
    )
    years = built(price_years, WhatIfQuestion(), evaluation=evaluation, filters=filters)
    if isinstance(years, NothingToShow):
        exhibits(years, filters)
        return
    question = _chosen(years)
    found = built(what_if_exhibits, question, evaluation=evaluation, filters=filters)
    exhibits(found, filters)


def _slider(label: str, key: str, low: int, high: int, start: int) -> int:
    """Draw a slider in whole steps and return where it stands."""
    return st.slider(label, low, high, start, key=key, bind="query-params", persist_state="session")


def _chosen(years: tuple[str, ...]) -> WhatIfQuestion:
    """Draw the controls and return what they ask."""
    left, right = st.columns(2)
    with left:
        within = st.selectbox(
            "A new plan counts within",
            options=list(WINDOWS),
            format_func=lambda days: WINDOWS[days],
            key="what_if_window",
            bind="query-params",
            persist_state="session",
        )
        share = _slider("Share of the difference due to early ending (%)", "due", 0, 100, 50)
        never = _slider("Plans that would never reach sustained change (%)", "never", 0, 100, 20)
    with right:
        extra = _slider("Extra months until sustained change, average", "extra", 0, 12, 3)
        spread = _slider("That average, give or take (months)", "spread", 0, 6, 2)
        longest = _slider("Extra months before those who never reach it end", "longest", 3, 24, 12)
        year = None
        if years:
            year = st.selectbox(
                "Prices of",
                options=years,
                key="what_if_prices",
                bind="query-params",
                persist_state="session",
            )
    return what_if_question(
        within_days=within,
        share_percent=share,
        extra_months=extra,
        extra_spread=spread,
        never_percent=never,
        longest_months=longest,
        price_year=year,
    )
