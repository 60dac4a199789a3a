"""The part of Repeat plans in which a return is analysed: the form, and the tally of answers."""

from __future__ import annotations

import streamlit as st

from analytics.emmie.repeat_plans.audit_tool import AuditToolQuestion, Case
from analytics.exhibits.exhibit import Exhibit
from analytics.exhibits.repeat_audit import answered_exhibits, audit_tool_exhibits, cases_of
from analytics.exhibits.repeat_words import case_label, last_answer, unsaved_words
from analytics.extracts.filters import Filters
from pages.shell import drafts
from pages.shell.caching import NothingToShow, built
from pages.shell.own_counts import shows_own_counts
from pages.shell.page import exhibits
from pages.shell.plain_text import plain
from pages.shell.repeat_form import CHANGED, form
from pages.shell.session import current_viewer

CHILD, ARRIVED = "child_to_analyse", "arrived_at_child"
TO_THE_TOP = "<script>document.querySelector('[data-testid=stMain]').scrollTo(0, 0);</script>"
QUESTION = AuditToolQuestion()


def show_analyse(evaluation: str, filters: Filters) -> None:
    """Show the form to viewers who may see cases, and the tally to everyone."""
    st.session_state.pop(CHANGED, None)
    if st.session_state.pop(ARRIVED, False):
        st.html(TO_THE_TOP, unsafe_allow_javascript=True)
    found = _tally(evaluation, filters, is_own=True)
    if isinstance(found, NothingToShow):
        exhibits(found, filters)
        return
    cases = cases_to_analyse(evaluation, filters)
    if cases:
        _analyse(evaluation, filters, cases)
    else:
        st.info(
            "Single children are listed, and answers entered, only by viewers who may see cases. "
            "You see the tally, in which small numbers are withheld."
        )
    if any(one.is_shown_only for one in found) and not shows_own_counts():
        found = _tally(evaluation, filters, is_own=False)
    exhibits(found, filters)


def _tally(
    evaluation: str, filters: Filters, *, is_own: bool
) -> tuple[Exhibit, ...] | NothingToShow:
    """Return the tally; the true counts only for who may see cases, and once there are answers."""
    return built(
        audit_tool_exhibits, QUESTION, evaluation=evaluation, filters=filters, is_own=is_own
    )


def cases_to_analyse(evaluation: str, filters: Filters) -> tuple[Case, ...]:
    """Return the cases that the viewer may analyse; none for who may not see any."""
    found = built(cases_of, QUESTION, evaluation=evaluation, filters=filters)
    return () if isinstance(found, NothingToShow) else found


def remind_of_unsaved(evaluation: str) -> None:
    """Say on every part of the page that answers are not saved yet."""
    unsaved = drafts.unsaved(current_viewer().key, evaluation)
    if unsaved:
        st.warning(unsaved_words(tuple(unsaved.values())))


def _analyse(evaluation: str, filters: Filters, cases: tuple[Case, ...]) -> None:
    """Let the viewer choose a child, answer, and see who answered."""
    viewer = current_viewer()
    known = {case.plan_id: case for case in cases}
    unsaved = drafts.unsaved(viewer.key, evaluation)
    st.header("Analyse one child's return", anchor=False)
    chosen: str = st.selectbox(
        "Child",
        options=list(known),
        format_func=lambda plan: case_label(known[plan], unsaved.get(plan, 0)),
        key=CHILD,
        persist_state="session",
        help="Those who came back soonest come first. Type a part of the key to find a child.",
    )
    case = known[chosen]
    st.markdown(plain(last_answer(case)))
    form(evaluation, case, viewer)
    if case.given:
        answered = built(
            answered_exhibits, QUESTION, evaluation=evaluation, filters=filters, plan=case.plan_id
        )
        exhibits(answered, filters)
