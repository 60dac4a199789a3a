"""The frame of a page: title, lead, evaluation, filters, and the exhibits under them."""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from analytics.ask import evaluations_for
from analytics.emmie.effect import EffectQuestion
from analytics.emmie.effect.analyses import AnalysesQuestion
from analytics.exhibits.exhibit import Exhibit
from analytics.extracts.filters import NO_FILTERS, Filters
from pages.shell.caching import NothingToShow
from pages.shell.exhibit_view import show
from pages.shell.filter_bar import in_words
from pages.shell.plain_text import plain

EVALUATION = "evaluation"
"""Name in a link of the evaluation that a page is about."""


_TITLE: ContextVar[DeltaGenerator] = ContextVar("_TITLE")
_CHOSEN: ContextVar[str | None] = ContextVar("_CHOSEN", default=None)


def frame(*, about_an_evaluation: bool) -> None:
    """Reserve the place of the title and, under it, draw the box with the evaluations.

    The router draws the box, as it draws the filters: to Streamlit a box of each page would be
    another one, which loses what is chosen on the way from one page straight to the next.

    Parameters
    ----------
    about_an_evaluation : bool
        Whether the page is about one evaluation, as each letter's page is. All of them are offered
        on each; those that compare cases come first.
    """
    _TITLE.set(st.container())
    if about_an_evaluation:
        compared = evaluations_for(EffectQuestion)
        titles = evaluations_for(AnalysesQuestion)
        ordered = sorted(titles, key=lambda name: name not in compared)
        _CHOSEN.set(_choose({name: titles[name] for name in ordered}, EVALUATION))


def heading(title: str, lead: str) -> None:
    """Show the page's title and what it answers."""
    with _TITLE.get():
        st.title(title, anchor=False)
        st.markdown(lead)


def chosen_evaluation() -> str | None:
    """Return the evaluation that every letter's page is about, or None when none can be read."""
    return _CHOSEN.get()


def choose_evaluation_that_asks(kind: type | tuple[type, ...], key: str) -> str | None:
    """Return the evaluation that the page is about, or None when none asks this question.

    Parameters
    ----------
    kind : type or tuple of type
        Class of the question; with several, evaluations that ask any of them.
    key : str
        Name in the link.
    """
    kinds = kind if isinstance(kind, tuple) else (kind,)
    titles = {name: title for one in kinds for name, title in evaluations_for(one).items()}
    return _choose(titles, key)


def _choose(titles: dict[str, str], key: str) -> str | None:
    if not titles:
        st.info("No evaluation that is loaded asks this question. See the Data page.")
        return None
    if len(titles) == 1:
        name, title = next(iter(titles.items()))
        st.markdown(f"**Evaluation:** {plain(title)}")
        return name
    chosen: str = st.selectbox(
        "Evaluation",
        options=list(titles),
        format_func=lambda name: titles[name],
        key=key,
        bind="query-params",
        persist_state="session",
    )
    return chosen


def sections(
    parts: Iterable[tuple[Exhibit, ...] | NothingToShow], filters: Filters = NO_FILTERS
) -> None:
    """Show one part after the other; why a part has nothing to show is said once for all."""
    said: set[tuple[str, ...]] = set()
    for found in parts:
        if isinstance(found, NothingToShow):
            if found.why in said:
                continue
            said.add(found.why)
        exhibits(found, filters)


def exhibits(found: tuple[Exhibit, ...] | NothingToShow, filters: Filters = NO_FILTERS) -> None:
    """Show the exhibits, or say why there are none."""
    if isinstance(found, NothingToShow):
        if filters != NO_FILTERS:
            st.caption(f"Filters: {plain(in_words(filters))}")
        st.info("  \n".join(plain(sentence) for sentence in found.why))
        return
    for exhibit in found:
        show(exhibit, filters=filters)
