"""How an evaluation stands on the overview."""

from __future__ import annotations

import streamlit as st

from analytics.exhibits.exhibit import Exhibit
from analytics.exhibits.overview import LetterCard, OverviewCard, RatingCard, mark
from analytics.extracts.filters import Filters
from analytics.reports.pack import SYNTHETIC
from pages.shell.caching import NothingToShow
from pages.shell.filter_bar import in_words
from pages.shell.page import EVALUATION
from pages.shell.plain_text import plain
from pages.shell.take_away import take_away


def show_card(
    card: OverviewCard | NothingToShow,
    summary: tuple[Exhibit, ...] | NothingToShow,
    filters: Filters,
) -> None:
    """Show the five letters, the headline figures and the ratings of an evaluation.

    Parameters
    ----------
    card : OverviewCard or NothingToShow
        What is shown.
    summary : tuple of Exhibit or NothingToShow
        The same as exhibits, to take away.
    filters : Filters
        What the viewer has narrowed the page to.
    """
    if isinstance(card, NothingToShow):
        st.info("  \n".join(plain(sentence) for sentence in card.why))
        return
    with st.container(border=True, key=f"card_{card.evaluation}"):
        st.header(plain(card.title), anchor=False)
        st.markdown(f"{plain(card.place)}. {plain(card.summary)}")
        if card.synthetic:
            st.markdown(f":gray-badge[{SYNTHETIC}]")
        if card.drawn_from:
            st.caption(plain(card.drawn_from))
        columns = st.columns(len(card.letters))
        for column, letter in zip(columns, card.letters, strict=True):
            with column:
                _letter(letter, card)
        for figures in card.figures:
            _list(figures.sentences)
            st.caption(f"Source: {plain(figures.source)}")
        with st.expander("Why each letter says what it says"):
            for letter in card.letters:
                st.markdown(f"**{letter.name}: {letter.word}**")
                _list(letter.reasons)
        with st.expander("How strong the evidence is, and why not stronger"):
            _ratings(card)
        _links(card)
        if not isinstance(summary, NothingToShow):
            with st.container(horizontal=True):
                take_away(summary[0], in_words(filters.without(summary[0].filters_unused)))


def _letter(letter: LetterCard, card: OverviewCard) -> None:
    st.page_link(
        f"{letter.letter}.py", label=f"**{letter.name}**", query_params={EVALUATION: card.title}
    )
    st.markdown(mark(letter.word))
    st.caption(letter.question)


def _ratings(card: OverviewCard) -> None:
    if card.rating_note:
        st.markdown(plain(card.rating_note))
    for rating in card.ratings:
        _rating(rating)


def _rating(rating: RatingCard) -> None:
    st.markdown(f"**{plain(rating.name)}: {plain(rating.level)}**")
    _list((*rating.gained, *rating.lost))


def _list(lines: tuple[str, ...]) -> None:
    st.markdown("\n".join(f"- {plain(line)}" for line in lines))


def _links(card: OverviewCard) -> None:
    if card.has_repeat_plans:
        st.page_link(
            "repeat_plans.py",
            label="Time to a repeat plan, and the audit",
            icon=":material/arrow_forward:",
        )
    st.page_link(
        "published_evidence.py",
        label="What the document reports",
        icon=":material/arrow_forward:",
        query_params={EVALUATION: card.title},
    )
