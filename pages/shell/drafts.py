"""Answers that are chosen and not saved yet: kept in the session, over parts, pages and children.

They end with the tab. One viewer's are not another's, also when both look through one session.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import streamlit as st

KEY: Final = "unsaved_answers"


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Whose draft it is, and about which plan of which evaluation."""

    viewer: str
    evaluation: str
    plan: str


def draft(about: About) -> dict[str, str]:
    """Return the answers that are not saved, by question."""
    return dict(_all().get(about, {}))


def keep(about: About, answers: Mapping[str, str]) -> None:
    """Keep answers until they are saved."""
    _put(about, draft(about) | dict(answers))


def drop(about: About, questions: Iterable[str]) -> None:
    """Keep no answers to some questions any more."""
    gone = set(questions)
    _put(about, {key: answer for key, answer in draft(about).items() if key not in gone})


def unsaved(viewer: str, evaluation: str) -> dict[str, int]:
    """Return how many answers of a viewer are not saved, by plan."""
    return {
        about.plan: len(answers)
        for about, answers in _all().items()
        if (about.viewer, about.evaluation) == (viewer, evaluation)
    }


def _all() -> dict[About, dict[str, str]]:
    found: dict[About, dict[str, str]] = st.session_state.get(KEY, {})
    return found


def _put(about: About, answers: dict[str, str]) -> None:
    kept = {one: held for one, held in _all().items() if one != about}
    st.session_state[KEY] = kept | ({about: answers} if answers else {})
