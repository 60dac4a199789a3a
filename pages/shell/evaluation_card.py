"""How an evaluation stands on the overview."""

from __future__ import annotations

import streamlit as st

from analytics.exhibits.overview import LetterCard, OverviewCard
from pages.shell.caching import NothingToShow
from pages.shell.exhibit_view import SYNTHETIC, plain

MARKS = {"shown": "●", "not shown": "○", "can't tell": "?"}


def show_card(card: OverviewCard | NothingToShow) -> None:
    """Show the five letters and the headline figures of an evaluation."""
    if isinstance(card, NothingToShow):
        st.info("  \n".join(plain(sentence) for sentence in card.why))
        return
    with st.container(border=True, key=f"card_{card.evaluation}"):
        st.header(plain(card.title), anchor=False)
        st.markdown(f"{plain(card.place)}. {plain(card.summary)}")
        if card.synthetic:
            st.markdown(f":gray-badge[{SYNTHETIC}]")
        columns = st.columns(len(card.letters))
        for column, letter in zip(columns, card.letters, strict=True):
            with column:
                _letter(letter)
        for figure in card.figures:
            st.markdown(f"- {plain(figure)}")
        with st.expander("Why each letter says what it says"):
            for letter in card.letters:
                st.markdown(f"**{letter.name}: {letter.word}**")
                st.markdown("\n".join(f"- {plain(reason)}" for reason in letter.reasons))
        st.caption(plain(card.strength))
        _links(card)


def _letter(letter: LetterCard) -> None:
    st.markdown(f"**{letter.name}**  \n{MARKS[letter.word]} {letter.word.capitalize()}")
    st.caption(letter.question)


def _links(card: OverviewCard) -> None:
    for target, label in card.details:
        st.page_link(f"{target}.py", label=label, icon=":material/arrow_forward:")
