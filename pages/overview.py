"""Overview: every evaluation beside the others, and what is shown, not shown, or can't be told."""

import streamlit as st

from analytics.ask import evaluations_for
from analytics.emmie.overview import OverviewQuestion
from analytics.exhibits.overview import glance_of, overview_card
from analytics.exhibits.overview_one import summary_exhibits
from analytics.reports.ready_made import ROUND_UP
from pages.shell.caching import NothingToShow, built
from pages.shell.evaluation_card import show_card
from pages.shell.filter_bar import chosen_filters
from pages.shell.page import exhibits, heading

heading(
    "Does it work, for whom, how, and at what cost?",
    "Each evaluation is read through the five EMMIE letters. **Shown** and **not shown** are "
    "calculated from the data by written rules; **can't tell** is an answer too.",
)
filters = chosen_filters(("local_authority", "period", "age", "sex", "ethnic_group", "category"))
names = evaluations_for(OverviewQuestion)
if not names:
    st.info("No evaluation can be read. See the Data page.")
cards = {
    name: built(overview_card, *ROUND_UP, evaluation=name, filters=filters, optional=2)
    for name in names
}
readable = tuple(name for name, card in cards.items() if not isinstance(card, NothingToShow))
if len(readable) > 1:
    exhibits(built(glance_of, *ROUND_UP, evaluation=readable, filters=filters, optional=2), filters)
for name, card in cards.items():
    summary = built(summary_exhibits, *ROUND_UP, evaluation=name, filters=filters, optional=2)
    show_card(card, summary, filters)
