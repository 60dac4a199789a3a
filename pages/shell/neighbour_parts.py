"""The parts of the page on statistical neighbours, and the controls that they share."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from analytics.emmie.neighbours.anyway import AnywayQuestion, StartsQuestion
from analytics.emmie.neighbours.comparison import ComparisonQuestion
from analytics.emmie.neighbours.funnel import FunnelQuestion
from analytics.emmie.neighbours.group import GroupQuestion
from analytics.emmie.neighbours.presets import PresetsQuestion
from analytics.emmie.published_areas import NeighbourModel
from analytics.exhibits import neighbour_controls as controls
from analytics.exhibits.neighbour_anyway import anyway_exhibits
from analytics.exhibits.neighbour_comparison import comparison_exhibits
from analytics.exhibits.neighbour_funnel import funnel_exhibits
from analytics.exhibits.neighbour_group import group_exhibits
from analytics.extracts.filters import Filters
from pages.shell.caching import NothingToShow, built
from pages.shell.page import exhibits


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What is compared: a place, a measure, a neighbour model, and years."""

    place: controls.Place
    measure: str
    model: NeighbourModel
    filters: Filters


def groups() -> dict[str, controls.Place]:
    """Return the groups of authorities that evaluations name, by their name in the link."""
    found = built(controls.groups, PresetsQuestion())
    return {} if isinstance(found, NothingToShow) else {one.key: one for one in found}


def authority(code: str, name: str) -> controls.Place:
    """Return one authority as a place to compare."""
    found = built(controls.authority, PresetsQuestion(), code=code, name=name)
    if isinstance(found, NothingToShow):
        return controls.Place(key=code, label=name, name=name, areas=(code,))
    return found


def show_beside(chosen: Chosen) -> None:
    """Show the place beside its neighbours, in the newest year and over the years."""
    place, filters = chosen.place, chosen.filters
    if len(place.areas) > 1:
        group = GroupQuestion(
            areas=place.areas,
            measure=chosen.measure,
            neighbour_model=chosen.model,
            period_start=filters.period_start,
            period_end=filters.period_end,
        )
        exhibits(built(group_exhibits, group, name=place.name), filters)
        return
    one = ComparisonQuestion(
        area_code=place.areas[0],
        measure=chosen.measure,
        neighbour_model=chosen.model,
        period_start=filters.period_start,
        period_end=filters.period_end,
    )
    exhibits(built(comparison_exhibits, one), filters)


def show_funnel(chosen: Chosen) -> None:
    """Show the place among all authorities, in the newest year of the period."""
    question = FunnelQuestion(
        measure=chosen.measure,
        until=chosen.filters.period_end,
        marked=chosen.place.areas,
        neighbour_model=chosen.model,
    )
    exhibits(built(funnel_exhibits, question), chosen.filters)


def show_anyway(chosen: Chosen) -> None:
    """Show the place's course since a year against those of all other authorities."""
    place, filters = chosen.place, chosen.filters
    period = {"period_start": filters.period_start, "period_end": filters.period_end}
    years = built(controls.start_years, StartsQuestion(measure=chosen.measure, **period))
    if isinstance(years, NothingToShow) or not years:
        st.info("There are too few published years that compare, to set before against since.")
        return
    # What starts from a place's own year has a key of its own for each place and range of years.
    key = f"start_{place.key}_{years[1]}_{years[-1]}".replace(".", "_")
    start = st.select_slider(
        "Start, in the year from April",
        options=years,
        value=place.start if place.start in years else controls.NO_START,
        format_func=controls.start_words,
        key=key,
        bind="query-params",
        persist_state="session",
    )
    if start == controls.NO_START:
        _show_places_with_start(place)
        return
    st.caption(controls.start_caption(place, start))
    question = AnywayQuestion(areas=place.areas, start=start, measure=chosen.measure, **period)
    exhibits(built(anyway_exhibits, question, name=place.name), filters)


def _show_places_with_start(place: controls.Place) -> None:
    """Say that no start is known here, and offer the places of which one is."""
    st.info(controls.no_start_words(place))
    for one in controls.with_start(groups().values()):
        st.button(
            controls.with_start_words(one),
            key=f"look_at_{one.key}",
            on_click=_look_at,
            args=(one.key,),
        )


def _look_at(key: str) -> None:
    st.session_state["compare"] = key


PARTS = {
    "beside": ("Beside its neighbours", show_beside),
    "funnel": ("Among all authorities", show_funnel),
    "anyway": ("What would have happened anyway", show_anyway),
}
