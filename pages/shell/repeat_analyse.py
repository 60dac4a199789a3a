"""The part of Repeat plans in which a return is analysed: the form, and the tally of answers."""

from __future__ import annotations

import streamlit as st

from analytics.access.viewer import Viewer
from analytics.ask import enter
from analytics.emmie.repeat_plans.audit_entry import AuditEntry
from analytics.emmie.repeat_plans.audit_tool import AuditToolQuestion, Case
from analytics.errors import EmmieError
from analytics.exhibits.exhibit import Exhibit
from analytics.exhibits.repeat_audit import answered_exhibits, audit_tool_exhibits, cases_of
from analytics.exhibits.repeat_words import QUESTION_GROUPS, case_label, last_answer
from analytics.extracts.code_lists import AUDIT_ANSWER, AUDIT_FLAGS
from analytics.extracts.filters import Filters
from pages.shell.caching import NothingToShow, built
from pages.shell.exhibit_view import show
from pages.shell.page import exhibits
from pages.shell.plain_text import plain
from pages.shell.session import current_viewer

CHILD, SAVED, FAULT = "child_to_analyse", "analysis_saved", "analysis_fault"


def show_analyse(evaluation: str, filters: Filters) -> None:
    """Show the form to viewers who may see cases, and the tally to everyone."""
    question = AuditToolQuestion()
    found = built(audit_tool_exhibits, question, evaluation=evaluation, filters=filters)
    if isinstance(found, NothingToShow):
        exhibits(found, filters)
        return
    if current_viewer().may_see_cases:
        cases = built(cases_of, question, evaluation=evaluation, filters=filters)
        if not isinstance(cases, NothingToShow):
            _analyse(evaluation, filters, cases, found[0])
    else:
        st.info(
            "Single children are listed, and answers entered, only by viewers who may see cases. "
            "You see the tally, in which small numbers are withheld."
        )
    exhibits(found, filters)


def _analyse(evaluation: str, filters: Filters, cases: tuple[Case, ...], like: Exhibit) -> None:
    """Let the viewer choose a child, answer, and see who answered."""
    known = {case.plan_id: case for case in cases}
    st.header("Analyse one child's return", anchor=False)
    chosen: str = st.selectbox(
        "Child",
        options=list(known),
        format_func=lambda plan: case_label(known[plan]),
        key=CHILD,
        persist_state="session",
        help="Those who came back soonest come first. Type a part of the key to find a child.",
    )
    case = known[chosen]
    _say_what_happened()
    st.markdown(plain(last_answer(case)))
    _form(evaluation, case)
    if case.given:
        for exhibit in answered_exhibits(case, like):
            show(exhibit, filters=filters)


def _say_what_happened() -> None:
    """Say once what the last attempt to save came to."""
    if fault := st.session_state.pop(FAULT, ""):
        st.error(plain(fault))
    if saved := st.session_state.pop(SAVED, ""):
        st.success(saved)


def _form(evaluation: str, case: Case) -> None:
    """Draw the questions with the answers that count.

    The names of the controls change with every answer saved about the child, by anyone, so that the
    form never shows an answer of another child, or one that has been overtaken.
    """
    before = {one.question: one.answer for one in case.given}
    controls = {key: f"answer_{case.token}_{key}" for key in AUDIT_FLAGS}
    with st.form(key="analysis", border=True):
        for heading, questions in QUESTION_GROUPS.items():
            st.subheader(heading, anchor=False)
            for key in questions:
                st.radio(
                    AUDIT_FLAGS[key],
                    options=list(AUDIT_ANSWER),
                    format_func=lambda answer: AUDIT_ANSWER[answer],
                    index=_place(before.get(key)),
                    horizontal=True,
                    key=controls[key],
                )
        st.form_submit_button(
            "Save the answers",
            type="primary",
            on_click=_save,
            args=(evaluation, case, controls, current_viewer()),
        )


def _place(answer: str | None) -> int | None:
    return None if answer is None else list(AUDIT_ANSWER).index(answer)


def _save(evaluation: str, case: Case, controls: dict[str, str], viewer: Viewer) -> None:
    """Save what the viewer for whom the form was drawn has changed; what others answered stays.

    Streamlit calls this before the page runs again, so before anybody is signed in for that run.
    """
    before = {one.question: one.answer for one in case.given}
    answers = {key: st.session_state.get(control) for key, control in controls.items()}
    changed = tuple(
        (key, answer)
        for key, answer in answers.items()
        if answer is not None and answer != before.get(key)
    )
    if not changed:
        st.session_state[SAVED] = "Nothing was changed, so nothing was saved."
        return
    try:
        enter(AuditEntry(plan_id=case.plan_id, answers=changed), evaluation, viewer)
    except EmmieError as error:
        st.session_state[FAULT] = str(error)
        return
    st.session_state[SAVED] = "The answers are saved."
