"""Statistical neighbours: how an authority, or a group of them, compares with places like it."""

import streamlit as st

from analytics.emmie.published_areas import NeighbourModel
from analytics.exhibits.neighbour_controls import MEASURE_WORDS
from pages.shell.caching import authorities
from pages.shell.filter_bar import chosen_filters
from pages.shell.neighbour_parts import PARTS, Chosen, authority, groups
from pages.shell.page import heading
from pages.shell.parts import choose_part

DEFAULT_AUTHORITY = "E06000045"
MODELS: dict[NeighbourModel, str] = {"2025": "2025 model", "2021": "2021 model"}
ONE = "one"

heading(
    "Statistical neighbours",
    "Published figures of an authority beside its ten statistical neighbours, its region and "
    "England: is it higher or lower than chance allows, and did it move as places like it did?",
)
names = authorities()
if names:
    left, middle, right = st.columns([3, 4, 2])
    presets = groups()
    offered = {ONE: "One local authority", **{key: one.label for key, one in presets.items()}}
    compared = left.selectbox(
        "Compare",
        options=list(offered),
        format_func=lambda key: offered[key],
        key="compare",
        bind="query-params",
        persist_state="session",
    )
    measure = middle.selectbox(
        "Measure",
        options=list(MEASURE_WORDS),
        format_func=lambda key: MEASURE_WORDS[key],
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
    is_one = compared not in presets
    filters = chosen_filters(("local_authority", "period") if is_one else ("period",))
    codes = filters.local_authorities or (DEFAULT_AUTHORITY,)
    if is_one and not filters.local_authorities:
        shown = names.get(codes[0], "not chosen")
        st.caption(f"Choose a local authority in the filters; until then this is {shown}.")
    if len(codes) > 1:
        st.caption("One authority is shown at a time: the first that is chosen in the filters.")
    place = authority(codes[0], names.get(codes[0], codes[0])) if is_one else presets[compared]
    part = choose_part({key: label for key, (label, _) in PARTS.items()}, "part_of_neighbours")
    PARTS[part][1](Chosen(place=place, measure=measure, model=model, filters=filters))
else:
    chosen_filters(("local_authority", "period"))
    st.info("The published figures cannot be read. See the Data page.")
