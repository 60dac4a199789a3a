"""The form of the analysis of a return: sections of questions, each with a button that saves it.

A fragment: choosing an answer draws the form again and nothing else. What is chosen is kept as a
draft at once; saving draws the whole page again, so that the tally moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import streamlit as st

from analytics.access.viewer import Viewer
from analytics.ask import enter
from analytics.emmie.repeat_plans.audit_entry import AuditEntry
from analytics.emmie.repeat_plans.audit_tool import Case
from analytics.errors import EmmieError
from analytics.exhibits.repeat_words import (
    QUESTION_GROUPS,
    saved_words,
    section_unsaved,
    section_words,
)
from analytics.extracts.code_lists import AUDIT_ANSWER, AUDIT_FLAGS
from pages.shell import drafts
from pages.shell.plain_text import plain

CHANGED: Final = "analysis_changed"
"""Set when the page around the form has to be drawn again."""
SAID: Final = "analysis_said"
"""What the last attempt to save came to: section, kind, and words where it failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section of the form about one case, for the viewer for whom it was drawn."""

    number: int
    heading: str
    questions: tuple[str, ...]
    case: Case
    evaluation: str
    viewer: Viewer

    @property
    def about(self) -> drafts.About:
        """Whose draft, and about which plan."""
        return drafts.About(
            viewer=self.viewer.key, evaluation=self.evaluation, plan=self.case.plan_id
        )

    @property
    def saved(self) -> dict[str, str]:
        """The answers that count, by question."""
        return {one.question: one.answer for one in self.case.given}

    def control(self, question: str) -> str:
        """Return the name of a question's control; it holds no key."""
        return f"answer_{self.case.token}_{question}"


@st.fragment
def form(evaluation: str, case: Case, viewer: Viewer) -> None:
    """Draw the sections with the answers that count, and over them those not saved yet."""
    if st.session_state.pop(CHANGED, False):
        st.rerun()
    for number, (heading, questions) in enumerate(QUESTION_GROUPS.items(), start=1):
        _draw(
            Section(
                number=number,
                heading=heading,
                questions=questions,
                case=case,
                evaluation=evaluation,
                viewer=viewer,
            )
        )


def _draw(section: Section) -> None:
    saved = section.saved
    drafts.drop(section.about, [key for key, a in _unsaved(section).items() if saved.get(key) == a])
    unsaved = _unsaved(section)
    with st.container(border=True, key=f"section_{section.number}"):
        st.subheader(plain(f"{section.number}. {section.heading}"), anchor=False)
        for key in section.questions:
            _ask(section, key, unsaved.get(key, saved.get(key)))
        if unsaved:
            st.warning(section_unsaved(len(unsaved)))
        _say(section)
        with st.container(horizontal=True):
            st.button(
                f"Save section {section.number}",
                key=f"save_{section.number}",
                type="primary" if unsaved else "secondary",
                on_click=_save,
                args=(section,),
            )
            if unsaved:
                st.button(
                    f"Discard what is not saved in section {section.number}",
                    key=f"discard_{section.number}",
                    on_click=_discard,
                    args=(section,),
                )
        st.caption(plain(section_words(section.case, section.questions)))


def _unsaved(section: Section) -> dict[str, str]:
    held = drafts.draft(section.about)
    return {key: held[key] for key in section.questions if key in held}


def _ask(section: Section, key: str, wanted: str | None) -> None:
    """Draw one question; its control follows the draft, and else the answer that counts."""
    control = section.control(key)
    if st.session_state.get(control) != wanted:
        st.session_state[control] = wanted
    st.radio(
        AUDIT_FLAGS[key],
        options=list(AUDIT_ANSWER),
        format_func=lambda answer: AUDIT_ANSWER[answer],
        index=None,
        horizontal=True,
        key=control,
        on_change=_note,
        args=(section, key),
    )


def _note(section: Section, key: str) -> None:
    if answer := st.session_state.get(section.control(key)):
        drafts.keep(section.about, {key: answer})


def _say(section: Section) -> None:
    """Say once what the last attempt to save came to, in the section that it was about."""
    number, kind, words = st.session_state.get(SAID, (0, "", ""))
    if number != section.number:
        return
    del st.session_state[SAID]
    if kind == "saved":
        st.success(saved_words(section.case))
    elif kind == "unchanged":
        st.info("Nothing was changed, so nothing was saved.")
    else:
        st.error(plain(words))


def _save(section: Section) -> None:
    """Save what the viewer has changed in a section; what others answered stays.

    Streamlit calls this before the page runs again, so before anybody is signed in for that run,
    and perhaps before it calls :func:`_note` for the last answer that was chosen.
    """
    shown = {key: st.session_state.get(section.control(key)) for key in section.questions}
    changed = {
        key: answer
        for key, answer in shown.items()
        if answer is not None and answer != section.saved.get(key)
    }
    if not changed:
        st.session_state[SAID] = (section.number, "unchanged", "")
        return
    drafts.keep(section.about, changed)
    entry = AuditEntry(plan_id=section.case.plan_id, answers=tuple(changed.items()))
    try:
        enter(entry, section.evaluation, section.viewer)
    except EmmieError as error:
        st.session_state[SAID] = (section.number, "failed", str(error))
        return
    drafts.drop(section.about, section.questions)
    st.session_state[SAID] = (section.number, "saved", "")
    st.session_state[CHANGED] = True


def _discard(section: Section) -> None:
    drafts.drop(section.about, section.questions)
    st.session_state[CHANGED] = True
