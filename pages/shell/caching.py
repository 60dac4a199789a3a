"""Caching: finished exhibits, by extract, question, filters and viewer.

The only cache of the app: released answers, and the exhibits built from them. A replaced extract
changes the library's signature, so it is picked up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

from analytics.access.viewer import Viewer
from analytics.ask import ask, evaluations_for
from analytics.disclosure.release import Released
from analytics.emmie.known_teams import KnownTeamsQuestion
from analytics.emmie.neighbours.comparison import AreasQuestion
from analytics.emmie.published_areas import Area
from analytics.emmie.study import Question
from analytics.exhibits.making import make_with, name_of
from analytics.exhibits.recipe import Recipe, as_text
from analytics.exhibits.unanswered import sentences
from analytics.extracts.filters import NO_FILTERS, Filters
from analytics.extracts.library import Library, open_library
from pages.shell.session import current_viewer

BuiltT = TypeVar("BuiltT")
MAX_ENTRIES = 512


class NothingToShow:
    """Why a page has nothing to show, in sentences."""

    def __init__(self, why: tuple[str, ...]) -> None:
        self.why = why


def built(
    build: Callable[..., BuiltT],
    *questions: Question[Any],
    evaluation: str | tuple[str, ...] | None = None,
    filters: Filters = NO_FILTERS,
    optional: int = 0,
    **options: Any,
) -> BuiltT | NothingToShow:
    """Ask, and build what is shown from the released answers, or take it from the cache.

    Parameters
    ----------
    build : callable
        Makes exhibits from as many released answers as there are questions.
    *questions : Question
        What to ask.
    evaluation : str or tuple of str, optional
        Evaluation that the questions are about; with several, each is asked all of them.
    filters : Filters, optional
        What the viewer has narrowed to.
    optional : int
        How many questions, counted from the last, may stay unanswered.
    **options
        Passed on to ``build``.
    """
    several = evaluation if isinstance(evaluation, tuple) else (evaluation,) if evaluation else ()
    recipe = Recipe(
        build=name_of(build),
        questions=questions,
        evaluations=several,
        filters=filters,
        optional=optional,
        options=tuple(sorted(options.items())),
    )
    found: BuiltT | NothingToShow = _built(
        recipe, current_viewer().scope, open_library().signature(), _build=build
    )
    return found


@st.cache_data(show_spinner=False, max_entries=MAX_ENTRIES, hash_funcs={Recipe: as_text})
def _built(recipe: Recipe, scope: str, signature: str, *, _build: Callable[..., Any]) -> Any:
    del scope, signature
    found = make_with(_build, recipe, current_viewer(), asking=_ask)
    if isinstance(found, Released):
        return NothingToShow(sentences(found))
    return found


def _ask(
    question: Question[Any],
    evaluation: str | None,
    filters: Filters,
    viewer: Viewer,
    *,
    library: Library,
) -> Released[Any]:
    """Ask, or take the released answer from the cache: several exhibits may need the same one."""
    found: Released[Any] = _asked(
        question, evaluation, filters, viewer.scope, library.signature(), _viewer=viewer
    )
    return found


@st.cache_data(show_spinner=False, max_entries=MAX_ENTRIES)
def _asked(
    question: Question[Any],
    evaluation: str | None,
    filters: Filters,
    scope: str,
    signature: str,
    *,
    _viewer: Viewer,
) -> Released[Any]:
    del scope, signature
    return ask(question, evaluation, filters, _viewer)


def areas() -> tuple[Area, ...]:
    """Return every place with published figures; none when they cannot be read."""
    found = built(_places, AreasQuestion())
    return () if isinstance(found, NothingToShow) else found


def _places(released: Released[Any]) -> tuple[Area, ...]:
    places: tuple[Area, ...] = released.answer.areas
    return places


def authorities() -> dict[str, str]:
    """Return today's local authorities: code to name, in alphabetical order."""
    return {
        area.code: area.name
        for area in areas()
        if area.level == "local_authority" and area.is_current
    }


def teams() -> dict[str, str]:
    """Return the teams that the viewer's extracts name, as they are named there."""
    names = {
        team
        for evaluation in evaluations_for(KnownTeamsQuestion)
        for team in _known(built(_team_names, KnownTeamsQuestion(), evaluation=evaluation))
    }
    return {name: name for name in sorted(names)}


def _known(found: tuple[str, ...] | NothingToShow) -> tuple[str, ...]:
    return () if isinstance(found, NothingToShow) else found


def _team_names(released: Released[Any]) -> tuple[str, ...]:
    names: tuple[str, ...] = released.answer.teams
    return names
