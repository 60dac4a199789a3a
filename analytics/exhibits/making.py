"""The making of exhibits from a recipe: asks, builds, and stamps what comes out."""

from __future__ import annotations

import hashlib
import json
import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module
from typing import Any, Final, TypeVar, get_type_hints

from pydantic_core import to_jsonable_python

from analytics.access.viewer import Viewer
from analytics.ask import ask
from analytics.disclosure.release import Released
from analytics.emmie.study import Unanswered, is_unanswered
from analytics.errors import InvalidInputError
from analytics.exhibits.exhibit import Exhibit
from analytics.exhibits.policies import policies_of
from analytics.exhibits.publications import with_publications
from analytics.exhibits.recipe import UNREADABLE, Recipe, Stamp, version
from analytics.extracts.library import Library, open_library

BuiltT = TypeVar("BuiltT")
Asking = Callable[..., Released[Any]]
ROOM: Final = "analytics.exhibits"
HASH_LETTERS: Final = 10
DIGITS: Final = 10
"""Significant digits that count: what is beyond them differs between machines."""


def make(
    recipe: Recipe, viewer: Viewer, *, library: Library | None = None
) -> tuple[Exhibit, ...] | Released[Unanswered]:
    """Return the exhibits of a recipe, stamped, or the answer that there is none.

    Parameters
    ----------
    recipe : Recipe
        What to make.
    viewer : Viewer
        Who looks.
    library : Library, optional
        Where the data is; the default library when omitted.

    Raises
    ------
    InvalidInputError
        When the recipe names no function that makes exhibits.
    UnknownQuestionError, UnknownEvaluationError
        As :func:`analytics.ask.ask`.
    """
    build = builder(recipe.build)
    return make_with(build, recipe, viewer, library=library)


def make_with(
    build: Callable[..., BuiltT],
    recipe: Recipe,
    viewer: Viewer,
    *,
    library: Library | None = None,
    asking: Asking = ask,
) -> BuiltT | Released[Unanswered]:
    """Do as :func:`make`, with a function that may make something else than exhibits too.

    ``asking`` takes the place of :func:`analytics.ask.ask` where answers are kept.
    """
    library = library or open_library()
    answers: list[Released[Any]] = []
    for evaluation in recipe.evaluations or (None,):
        asked = [
            asking(one, evaluation, recipe.filters, viewer, library=library)
            for one in recipe.questions
        ]
        for answer in asked[: len(asked) - recipe.optional]:
            if is_unanswered(answer):
                return answer
        answers += asked
    made: Any = build(*answers, **dict(recipe.options))
    if not (isinstance(made, tuple) and all(isinstance(one, Exhibit) for one in made)):
        result: BuiltT = made
        return result
    stamp = _stamp(recipe, answers, viewer, library)
    named = (with_publications(one, recipe.evaluations, library) for one in made)
    stamped: Any = tuple(replace(exhibit, stamp=stamp) for exhibit in named)
    found: BuiltT = stamped
    return found


def name_of(build: Callable[..., Any]) -> str:
    """Return the name under which :func:`builder` finds a function again."""
    return f"{build.__module__}:{build.__qualname__}"


def builder(name: str) -> Callable[..., tuple[Exhibit, ...]]:
    """Return the function of a name; only public functions that say they make exhibits.

    Raises
    ------
    InvalidInputError
        When there is no such function.
    """
    if name == UNREADABLE:
        raise InvalidInputError("This version asks that question no longer.")
    module, _, function = name.partition(":")
    try:
        if module.startswith(f"{ROOM}.") and not function.startswith("_"):
            found: Callable[..., tuple[Exhibit, ...]] = getattr(import_module(module), function)
            if found.__module__ == module and _makes_exhibits(found):
                return found
    except (ImportError, AttributeError, NameError, TypeError):
        pass
    raise InvalidInputError("Nothing of this name makes exhibits.")


def _makes_exhibits(function: Callable[..., Any]) -> bool:
    names = vars(sys.modules[function.__module__])
    return get_type_hints(function, names).get("return") == tuple[Exhibit, ...]


def _stamp(
    recipe: Recipe, answers: Sequence[Released[Any]], viewer: Viewer, library: Library
) -> Stamp:
    found = [getattr(one.answer, "provenance", None) for one in answers]
    prints = {one.fingerprint for one in found if one is not None and one.fingerprint}
    if not prints or any(one is not None and one.published for one in found):
        prints.add(library.published_fingerprint())
    places = viewer.local_authorities
    return Stamp(
        recipe=recipe,
        answer="" if viewer.may_see_cases else hash_of(answers),
        data=" ".join(sorted(prints)),
        protocol=" ".join(library.protocol_fingerprint(name) for name in recipe.evaluations),
        policies=policies_of(answers),
        version=version(),
        places=None if places is None else tuple(sorted(places)),
        confined_to=tuple(sorted({name for one in found if one for name in one.confined_to})),
    )


def hash_of(answers: Sequence[Released[Any]]) -> str:
    """Return a short hash of released answers, the same on every machine."""
    plain = _rounded(to_jsonable_python([one.answer for one in answers], inf_nan_mode="strings"))
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:HASH_LETTERS]


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else str(value)
    if isinstance(value, list | tuple):
        return [_rounded(one) for one in value]
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    return value
