"""Which counts a viewer who may see cases looks at: the true ones, or those for sharing."""

from __future__ import annotations

import streamlit as st

from pages.shell.session import current_viewer

COUNTS = {
    "own": "True counts, for you only",
    "shared": "Counts for sharing, small numbers withheld",
}


def shows_own_counts() -> bool:
    """Let the viewer choose; everyone who may not see cases gets the counts for sharing."""
    if not current_viewer().may_see_cases:
        return False
    chosen = st.segmented_control(
        "Counts",
        options=list(COUNTS),
        format_func=lambda one: COUNTS[one],
        default="own",
        required=True,
        key="counts_shown",
        persist_state="session",
        help="Only the counts for sharing can be downloaded.",
    )
    return chosen != "shared"
