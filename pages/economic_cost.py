"""Economic cost: what the work costs, what it may save, for whom, and how sure that is."""

import streamlit as st

from analytics.emmie.economics import EconomicsQuestion
from analytics.exhibits.economics import economics_exhibits
from analytics.exhibits.economics_controls import Controls, economics_controls, question_of
from pages.shell.caching import NothingToShow, built
from pages.shell.filter_bar import chosen_filters
from pages.shell.page import chosen_evaluation, exhibits, heading


def slider(label: str, key: str, low: int, high: int, start: int) -> int:
    """Draw a slider in whole steps and return where it stands."""
    return st.slider(label, low, high, start, key=key, bind="query-params", persist_state="session")


def chosen_question(start: Controls, name: str) -> EconomicsQuestion:
    """Draw the controls of one evaluation and return what they ask.

    What starts from an evaluation's own figure has a key of its own for each evaluation.
    """
    left, right = st.columns(2)
    with left:
        year = st.selectbox(
            "Prices of",
            options=start.price_years,
            key="price_year",
            bind="query-params",
            persist_state="session",
        )
        if not start.has_net:
            return question_of(start, price_year=year)
        share = slider("Share of the change that is due to the work (%)", "share", 0, 100, 100)
        months = slider("Months that savings last", f"months_{name}", 1, 36, start.horizon_months)
    with right:
        unit = slider(
            start.unit_label, f"unit_{name}", start.unit_low, start.unit_high, start.unit_value
        )
        delivery = slider(
            start.delivery_label,
            f"delivery_{name}",
            0,
            start.delivery_high,
            start.delivery_per_family,
        )
        rate = st.slider(
            "Discount rate (% a year)",
            0.0,
            10.0,
            3.5,
            0.5,
            key="rate",
            bind="query-params",
            persist_state="session",
        )
    return question_of(
        start,
        price_year=year,
        share_percent=share,
        months=months,
        unit_value=unit,
        delivery=delivery,
        rate_percent=rate,
    )


heading(
    "Economic cost",
    "What does the work cost, what may it save, for whom, and how sure is that? Savings are gross: "
    "time and places set free, not cash.",
)
evaluation = chosen_evaluation()
filters = chosen_filters(("local_authority",))
if evaluation:
    start = built(economics_controls, EconomicsQuestion(), evaluation=evaluation)
    if isinstance(start, NothingToShow):
        exhibits(start, filters)
    else:
        question = chosen_question(start, evaluation)
        found = built(economics_exhibits, question, evaluation=evaluation, filters=filters)
        exhibits(found, filters)
