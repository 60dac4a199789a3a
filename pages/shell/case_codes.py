"""The setting of case outcomes: which codes count as out-of-court disposals."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

CODES = {False: "2, 3, 6, 7, 8 (Home Office)", True: "2, 3, 6, 7, 8 and 22"}


def counts_22(place: DeltaGenerator | None = None) -> bool:
    """Let the viewer choose the codes; return whether Outcome 22 counts."""
    chosen = (place or st).selectbox(
        "Outcomes that count as out-of-court",
        options=list(CODES),
        format_func=lambda key: CODES[key],
        key="codes",
        bind="query-params",
        persist_state="session",
    )
    return bool(chosen)
