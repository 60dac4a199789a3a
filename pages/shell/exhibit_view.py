"""How an exhibit stands on a page: headline, figure, sentences, table, notes, source, download."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape

import streamlit as st

from analytics.exhibits.exhibit import Cell, Exhibit, Table
from analytics.exhibits.html import is_long, kept
from analytics.exhibits.theme import CONFIG, checked
from analytics.extracts.filters import FILTER_WORDS, NOT_NARROWED, Filters
from analytics.reports.pack import SYNTHETIC, narrowed, own_marking
from analytics.reports.table_file import file_name, table_csv
from pages.shell.draft import now
from pages.shell.filter_bar import in_words
from pages.shell.plain_text import plain
from pages.shell.take_away import take_away

FOR_YOU_ONLY = "**For you only, not for sharing:** single cases or small numbers"


def show(exhibit: Exhibit, *, filters: Filters, body: Callable[[], None] | None = None) -> None:
    """Show one exhibit.

    Parameters
    ----------
    exhibit : Exhibit
        What to show.
    filters : Filters
        What the viewer has narrowed the page to.
    body : callable, optional
        Draws what stands in the place of the table.
    """
    with st.container(border=True, key=f"exhibit_{exhibit.key}"):
        st.header(plain(exhibit.headline), anchor=False)
        st.caption(plain(exhibit.subtitle))
        if exhibit.synthetic:
            st.markdown(f":gray-badge[{SYNTHETIC}]")
        if exhibit.is_shown_only:
            st.markdown(f":material/lock: {FOR_YOU_ONLY}")
        used = filters.without(exhibit.filters_unused)
        narrowed_to = narrowed(exhibit, in_words(used))
        if narrowed_to != NOT_NARROWED:
            st.caption(f"Filters: {plain(narrowed_to)}")
        if exhibit.filters_unused:
            unused = ", ".join(FILTER_WORDS[role] for role in exhibit.filters_unused)
            st.caption(f"Not narrowed by: {unused}.")
        _chart(exhibit, key=f"chart_{exhibit.key}")
        if exhibit.sentences:
            st.markdown("\n".join(f"- {plain(sentence)}" for sentence in exhibit.sentences))
        if body is not None:
            body()
        _table(exhibit)
        if exhibit.notes:
            with st.expander("Notes and method"):
                st.markdown("\n".join(f"- {plain(note)}" for note in exhibit.notes))
        st.caption(f"Source: {plain(exhibit.source)}")
        with st.container(horizontal=True):
            take_away(exhibit, narrowed_to)
            _download(exhibit, narrowed_to)


def _download(exhibit: Exhibit, filters: str) -> None:
    if exhibit.download.rows:
        st.download_button(
            "Download this table (CSV)",
            data=partial(_csv, exhibit, filters),
            file_name=file_name(exhibit),
            mime="text/csv",
            key=f"download_{exhibit.key}",
            on_click="ignore",
        )


def _csv(exhibit: Exhibit, filters: str) -> bytes:
    stamp = exhibit.stamp
    return table_csv(
        exhibit,
        filters=filters,
        policy=" ".join(stamp.policies) if stamp else "",
        prepared_at=now(),
        version=stamp.version if stamp else "",
        marking=own_marking(),
    )


def _chart(exhibit: Exhibit, *, key: str) -> None:
    if exhibit.figure is not None:
        st.plotly_chart(
            checked(exhibit.figure),
            width="stretch",
            theme=None,
            config=CONFIG,
            key=key,
            alt=exhibit.alt_text,
        )


def show_frozen(exhibit: Exhibit, *, key: str) -> None:
    """Show an exhibit that was kept: what it said, without anything to do with it."""
    _chart(exhibit, key=f"frozen_{key}")
    if exhibit.sentences:
        st.markdown("\n".join(f"- {plain(sentence)}" for sentence in exhibit.sentences))
    if exhibit.table.rows:
        st.html(html_table(exhibit.table, exhibit.headline))
    st.caption(f"Source: {plain(exhibit.source)}")


def _table(exhibit: Exhibit) -> None:
    if not exhibit.table.rows:
        return
    if exhibit.figure is None:
        st.html(html_table(exhibit.table, exhibit.headline))
        return
    with st.expander("Show the numbers as a table"):
        st.html(html_table(exhibit.table, exhibit.headline))


def html_table(table: Table, name: str) -> str:
    """Return a table in a region that scrolls sideways by keyboard too, with its name."""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.columns)
    body = "".join(f"<tr>{''.join(_cell(cell) for cell in row)}</tr>" for row in table.rows)
    return (
        f'<div class="table-region" role="region" tabindex="0" aria-label="{escape(name)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(cell: Cell) -> str:
    text = "" if cell is None else str(cell)
    kind = ' class="long"' if is_long(cell) else ""
    return f"<td{kind}>{kept(text)}</td>"
