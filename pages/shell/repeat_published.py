"""The part of Repeat plans on the published measure: against neighbours, and among all."""

from __future__ import annotations

import streamlit as st

from analytics.emmie.neighbours.comparison import ComparisonQuestion
from analytics.emmie.neighbours.funnel import FunnelQuestion
from analytics.emmie.published_areas import NeighbourModel
from analytics.emmie.repeat_plans.place import PlaceQuestion
from analytics.exhibits.neighbour_comparison import comparison_exhibits
from analytics.exhibits.neighbour_funnel import funnel_exhibits
from analytics.exhibits.repeat_place import MEASURE, codes_of
from analytics.extracts.filters import Filters
from pages.shell.caching import NothingToShow, authorities, built
from pages.shell.page import exhibits

MODELS: dict[NeighbourModel, str] = {"2025": "2025 model", "2021": "2021 model"}


def show_published(evaluation: str, filters: Filters) -> None:
    """Show the published share of repeat plans, beside its neighbours and among all."""
    own = built(codes_of, PlaceQuestion(), evaluation=evaluation)
    codes = filters.local_authorities or (() if isinstance(own, NothingToShow) else own)
    if not codes:
        st.info("Choose a local authority in the filters to see its published figures.")
        return
    name = authorities().get(codes[0], codes[0])
    st.caption(
        f"{name}: published share of plans starting in the year that are the child's second or "
        "subsequent one, however long ago the first was. Filters other than local authority and "
        "period do not apply to published figures."
    )
    left, _ = st.columns(2)
    model: NeighbourModel = left.selectbox(
        "Statistical neighbours",
        options=list(MODELS),
        format_func=lambda key: MODELS[key],
        key="neighbours_of_repeat",
        bind="query-params",
        persist_state="session",
    )
    comparison = ComparisonQuestion(
        area_code=codes[0],
        measure=MEASURE,
        neighbour_model=model,
        period_start=filters.period_start,
        period_end=filters.period_end,
    )
    exhibits(built(comparison_exhibits, comparison), filters)
    funnel = FunnelQuestion(
        measure=MEASURE,
        until=filters.period_end,
        marked=codes[:1],
        neighbour_model=model,
    )
    exhibits(built(funnel_exhibits, funnel), filters)
