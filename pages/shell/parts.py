"""The parts of a long page: one at a time, so that only what is looked at is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from analytics.ask import evaluations_for
from analytics.emmie.study import Question
from analytics.exhibits.exhibit import Exhibit
from analytics.extracts.filters import Filters
from pages.shell.caching import built
from pages.shell.page import sections as show_sections


@dataclass(frozen=True, slots=True)
class Section:
    """Exhibits and the questions that they are built from.

    Attributes
    ----------
    build : callable
        Makes the exhibits.
    questions : tuple of Question
        An evaluation that does not ask the first has no such section.
    optional : int
        How many questions, counted from the last, may stay unanswered.
    """

    build: Callable[..., tuple[Exhibit, ...]]
    questions: tuple[Question[Any], ...]
    optional: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a page.

    Attributes
    ----------
    key, label : str
        Name in the link, and on the screen.
    kinds : tuple of type
        Questions of which an evaluation has to ask one for the part to be offered.
    show : callable
        Shows the part of an evaluation through filters.
    """

    key: str
    label: str
    kinds: tuple[type, ...]
    show: Callable[[str, Filters], None] = field(repr=False)


def sections(key: str, label: str, *parts: Section) -> Part:
    """Return a part that shows sections one below the other, each reason for a gap once."""

    def show(evaluation: str, filters: Filters) -> None:
        show_sections(
            (
                built(
                    one.build,
                    *one.questions,
                    evaluation=evaluation,
                    filters=filters,
                    optional=one.optional,
                )
                for one in parts
                if evaluation in evaluations_for(type(one.questions[0]))
            ),
            filters,
        )

    return Part(key, label, tuple(type(one.questions[0]) for one in parts), show)


def show_part(parts: Sequence[Part], key: str, evaluation: str, filters: Filters) -> None:
    """Let the viewer choose among the parts that an evaluation has, and show the chosen one.

    Parameters
    ----------
    parts : sequence of Part
        In the order in which they are offered; the first is shown at first.
    key : str
        Name in the link.
    evaluation : str
        Evaluation that is shown.
    filters : Filters
        What the viewer has narrowed to.
    """
    offered = {
        part.key: part
        for part in parts
        if any(evaluation in evaluations_for(kind) for kind in part.kinds)
    }
    chosen = choose_part({one.key: one.label for one in offered.values()}, key)
    offered[chosen].show(evaluation, filters)


def choose_part(labels: Mapping[str, str], key: str) -> str:
    """Let the viewer choose one part of a page, and return its name in the link.

    Parameters
    ----------
    labels : mapping of str to str
        Label of each part, in the order in which they are offered; the first is the default.
    key : str
        Name in the link.
    """
    first = next(iter(labels))
    chosen = st.segmented_control(
        "Part",
        options=list(labels),
        format_func=lambda one: labels[one],
        default=first,
        required=True,
        key=key,
        bind="query-params",
        persist_state="session",
    )
    return chosen or first
