"""How an exhibit stands on a page: headline, figure, sentences, table, notes, source, download."""

from __future__ import annotations

import re
from functools import partial

import pandas as pd
import streamlit as st

from analytics.exhibits.exhibit import Exhibit, Table
from analytics.exhibits.theme import CONFIG
from analytics.reports.table_file import file_name, table_csv

SYNTHETIC = "Synthetic data, made up"
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#+~$|:])")


def show(exhibit: Exhibit, *, filters: str) -> None:
    """Show one exhibit.

    Parameters
    ----------
    exhibit : Exhibit
        What to show.
    filters : str
        The filters in words, for the download.
    """
    with st.container(border=True, key=f"exhibit_{exhibit.key}"):
        st.header(plain(exhibit.headline), anchor=False)
        st.caption(plain(exhibit.subtitle))
        if exhibit.synthetic:
            st.markdown(f":gray-badge[{SYNTHETIC}]")
        if exhibit.figure is not None:
            st.plotly_chart(
                exhibit.figure,
                width="stretch",
                theme=None,
                config=CONFIG,
                key=f"chart_{exhibit.key}",
                alt=exhibit.alt_text,
            )
        for sentence in exhibit.sentences:
            st.markdown(f"- {plain(sentence)}")
        _table(exhibit)
        if exhibit.notes:
            with st.expander("Notes and method"):
                st.markdown("\n".join(f"- {plain(note)}" for note in exhibit.notes))
        st.caption(f"Source: {plain(exhibit.source)}")
        if exhibit.download.rows:
            st.download_button(
                "Download this table (CSV)",
                data=partial(table_csv, exhibit, filters=filters),
                file_name=file_name(exhibit),
                mime="text/csv",
                key=f"download_{exhibit.key}",
                on_click="ignore",
            )


def _table(exhibit: Exhibit) -> None:
    if not exhibit.table.rows:
        return
    if exhibit.figure is None:
        _html_table(exhibit.table, exhibit.headline)
        return
    with st.expander("Show the numbers as a table"):
        _html_table(exhibit.table, exhibit.headline)


def _html_table(table: Table, name: str) -> None:
    rows = [[plain(cell) if isinstance(cell, str) else cell for cell in row] for row in table.rows]
    frame = pd.DataFrame(rows, columns=[plain(column) for column in table.columns])
    st.table(frame, hide_index=True, alt=name, border="horizontal")


def plain(text: str) -> str:
    """Return text that Markdown shows as it is."""
    return _MARKDOWN.sub(r"\\\1", text)
