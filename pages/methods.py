"""Methods: how each number is made, from which source, and what it was checked against."""

from collections.abc import Mapping

import streamlit as st

from analytics.emmie.methods import MethodsQuestion
from analytics.exhibits.methods import (
    choices,
    estimators_exhibits,
    families_exhibits,
    numbers_exhibits,
)
from analytics.exhibits.simulations import simulation_exhibits
from pages.shell.caching import NothingToShow, built
from pages.shell.filter_bar import chosen_filters
from pages.shell.page import exhibits, heading


def choose(label: str, options: Mapping[str, str], key: str) -> str:
    """Return the key of the option that was chosen."""
    chosen: str = st.selectbox(
        label,
        options=list(options),
        format_func=lambda name: options[name],
        key=key,
        bind="query-params",
        persist_state="session",
    )
    return chosen


heading(
    "Methods",
    "How each number is made, from which source, and what it was checked against. Three parts: the "
    "numbers on screen, the methods behind them, and how often the methods are right.",
)
chosen_filters(())
offered = built(choices, MethodsQuestion())
if isinstance(offered, NothingToShow):
    exhibits(offered)
    st.stop()

st.header("Numbers on screen", anchor=False)
page = choose("Numbers on the page", {"": "Every page"} | offered.pages, "shown_on")
exhibits(built(numbers_exhibits, MethodsQuestion(), page=page))
for text in offered.documents.get(page, ()):
    with st.expander("The whole method: rows, time windows, what is withheld, limits"):
        st.markdown(text)

st.header("Methods by family", anchor=False)
family = choose("Family of methods", {"": "All families"} | offered.families, "family")
if family:
    exhibits(built(estimators_exhibits, MethodsQuestion(), family=family))
    for name, text in offered.entries[family].items():
        with st.expander(name):
            st.markdown(text)
else:
    exhibits(built(families_exhibits, MethodsQuestion()))

if offered.studies:
    st.header("How often methods are right", anchor=False)
    st.markdown(
        "A method promises that 95 of 100 intervals hold the truth, or that 5 of 100 tests see a "
        "difference where there is none. To find out, samples are drawn from a made-up world whose "
        "truth is known, as small and as full of siblings as those of the evaluations."
    )
    study = choose("Simulation study", offered.studies, "study")
    exhibits(built(simulation_exhibits, MethodsQuestion(), study=study))
