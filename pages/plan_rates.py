"""Plan rates: how an authority compares with places like it."""

import streamlit as st

from analytics.emmie.plan_rates import MEASURES, PlanRatesQuestion
from analytics.emmie.published_areas import NeighbourModel
from analytics.exhibits.plan_rates import plan_rate_exhibits
from pages.shell.caching import authorities, built
from pages.shell.filter_bar import chosen_filters
from pages.shell.page import exhibits, heading

DEFAULT_AUTHORITY = "E06000045"
MODELS: dict[NeighbourModel, str] = {"2025": "2025 model", "2021": "2021 model"}

heading(
    "Plan rates",
    "Published figures: an authority, its ten statistical neighbours, its region and England.",
)
filters = chosen_filters(("local_authority", "period"))
names = authorities()
if names:
    left, right = st.columns([2, 1])
    measure = left.selectbox(
        "Measure",
        options=list(MEASURES),
        format_func=lambda key: MEASURES[key],
        key="measure",
        bind="query-params",
        persist_state="session",
    )
    model = right.selectbox(
        "Statistical neighbours",
        options=list(MODELS),
        format_func=lambda key: MODELS[key],
        key="neighbours",
        bind="query-params",
        persist_state="session",
    )
    places = filters.local_authorities or (DEFAULT_AUTHORITY,)
    if not filters.local_authorities:
        shown = names.get(places[0], "not chosen")
        st.caption(f"Choose a local authority in the filters; until then this is {shown}.")
    if len(places) > 1:
        st.caption("One authority is shown at a time: the first that is chosen in the filters.")
    question = PlanRatesQuestion(
        area_code=places[0],
        measure=measure,
        neighbour_model=model,
        period_start=filters.period_start,
        period_end=filters.period_end,
    )
    exhibits(built(plan_rate_exhibits, question), filters)
else:
    st.info("The published figures cannot be read. See the Data page.")
