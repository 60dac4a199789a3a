"""The part of Repeat plans that says who to look at: a list for some viewers, counts for all."""

from __future__ import annotations

from functools import partial

import streamlit as st

from analytics.emmie.repeat_plans.audit_tool import Case
from analytics.emmie.repeat_plans.current import CurrentPlansQuestion
from analytics.exhibits.repeat_current import current_plan_exhibits
from analytics.exhibits.repeat_families import (
    ORDERS,
    FamilyEntry,
    SiblingsEntry,
    families_to_look_at,
    list_exhibit,
)
from analytics.extracts.filters import Filters
from pages.shell.caching import NothingToShow, built
from pages.shell.exhibit_view import show
from pages.shell.own_counts import shows_own_counts
from pages.shell.page import exhibits
from pages.shell.plain_text import plain
from pages.shell.repeat_analyse import ARRIVED, CHILD, cases_to_analyse
from pages.shell.session import current_viewer

QUESTION = CurrentPlansQuestion()
PART, ANALYSE = "part_of_repeat", "analyse"
AT_FIRST = 12
"""Families that are shown before the viewer asks for all."""


def show_who(evaluation: str, filters: Filters) -> None:
    """Show the list to viewers who may see cases, and the counts to everyone."""
    if current_viewer().may_see_cases:
        around = built(list_exhibit, QUESTION, evaluation=evaluation, filters=filters)
        if isinstance(around, NothingToShow):
            exhibits(around, filters)
            return
        for exhibit in around:
            show(exhibit, filters=filters, body=partial(_list, evaluation, filters))
    is_own = shows_own_counts()
    found = built(
        current_plan_exhibits, QUESTION, evaluation=evaluation, filters=filters, is_own=is_own
    )
    exhibits(found, filters)


def _list(evaluation: str, filters: Filters) -> None:
    """Draw the families, in the order that the viewer chooses."""
    order = st.segmented_control(
        "Order",
        options=list(ORDERS),
        format_func=lambda one: ORDERS[one],
        default=next(iter(ORDERS)),
        required=True,
        key="who_order",
        bind="query-params",
        persist_state="session",
    )
    found = built(
        families_to_look_at, QUESTION, evaluation=evaluation, filters=filters, order=order
    )
    families = () if isinstance(found, NothingToShow) else found
    cases = {case.child_id: case for case in cases_to_analyse(evaluation, filters)}
    shown = families[:AT_FIRST]
    if len(families) > AT_FIRST and st.toggle(
        f"Show all {len(families)} families", key="who_all", persist_state="session"
    ):
        shown = families
    for family in shown:
        _family(family, cases)


def _family(family: FamilyEntry, cases: dict[str, Case]) -> None:
    with st.container(border=True):
        st.markdown(f"**{plain(family.title)}**")
        for siblings in family.siblings:
            _siblings(siblings, cases)


def _siblings(siblings: SiblingsEntry, cases: dict[str, Case]) -> None:
    """Draw what is to be said, and a way from each child to the analysis of its return."""
    children = plain(", ".join(siblings.children))
    st.markdown(
        f"{children}: {plain(siblings.facts)}.  \nChronology: {plain(siblings.chronology)}."
    )
    with st.container(horizontal=True):
        for child in siblings.children:
            if case := cases.get(child):
                st.button(
                    f"Analyse {child}",
                    key=f"analyse_{case.token}",
                    on_click=_go_to,
                    args=(case.plan_id,),
                )


def _go_to(plan: str) -> None:
    """Choose a child and the part in which its return is analysed; neither stands in a link."""
    st.session_state[CHILD] = plan
    st.session_state[ARRIVED] = True
    st.session_state[PART] = ANALYSE
