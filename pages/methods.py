"""Methods: how each number is made, from which source, and what it was checked against."""

from collections.abc import Mapping

import streamlit as st

from analytics.emmie.methods import MethodsQuestion
from analytics.exhibits.methods import choices, estimators_exhibits, numbers_exhibits
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


heading("Methods", "How each number is made, from which source, and what it was checked against.")
chosen_filters(())
offered = built(choices, MethodsQuestion())
if isinstance(offered, NothingToShow):
    exhibits(offered)
    st.stop()

page = choose("Numbers on the page", {"": "Every page"} | offered.pages, "shown_on")
exhibits(built(numbers_exhibits, MethodsQuestion(), page=page))

family = choose("Family of methods", {"": "Every family"} | offered.families, "family")
exhibits(built(estimators_exhibits, MethodsQuestion(), family=family))
for name, text in offered.entries.get(family, {}).items():
    with st.expander(name):
        st.markdown(text)

if offered.studies:
    study = choose("Simulation study", offered.studies, "study")
    exhibits(built(simulation_exhibits, MethodsQuestion(), study=study))
