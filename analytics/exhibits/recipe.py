"""How an exhibit came about: enough to make it again, and to tell whether it still says so."""

from __future__ import annotations

import hashlib
from dataclasses import Field, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final

from pydantic import ConfigDict, PlainSerializer, PlainValidator, TypeAdapter
from pydantic_core import PydanticCustomError

import analytics
from analytics.ask import KINDS
from analytics.emmie.study import Question
from analytics.extracts.filters import NO_FILTERS, Filters

CODE_LETTERS: Final = 8
UNREADABLE: Final = "unreadable"
"""Build of a recipe that this version of the code cannot read."""
_KIND: Final = "kind"


def _as_plain(question: Question[Any]) -> dict[str, Any]:
    kind = type(question).__name__
    asked = _form(kind).dump_python(question, mode="json", exclude_defaults=True)
    return {_KIND: kind, **asked}


def _from_plain(value: Any) -> Question[Any]:
    if isinstance(value, Question):
        return value
    kind = value.get(_KIND, "") if isinstance(value, dict) else ""
    if kind not in KINDS or not set(value) <= {_KIND, *(one.name for one in _fields(kind))}:
        raise PydanticCustomError("unknown_question", "This question cannot be asked here.")
    asked = {name: one for name, one in value.items() if name != _KIND}
    question: Question[Any] = _form(kind).validate_python(_with_tuples(asked))
    return question


def _fields(kind: str) -> tuple[Field[Any], ...]:
    found: Any = KINDS[kind]
    return fields(found)


@cache
def _form(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(KINDS[kind])


def _with_tuples(value: Any) -> Any:
    """Return what was read from text with tuples in the place of lists, so that it has a hash."""
    if isinstance(value, list | tuple):
        return tuple(_with_tuples(one) for one in value)
    if isinstance(value, dict):
        return {key: _with_tuples(one) for key, one in value.items()}
    return value


AnyQuestion = Annotated[Question[Any], PlainValidator(_from_plain), PlainSerializer(_as_plain)]
"""A question that can be written down, by the name of its kind and what it asks."""
AnyValue = Annotated[Any, PlainValidator(_with_tuples)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What is asked, and what makes exhibits of the answers.

    Attributes
    ----------
    build : str
        Function that makes the exhibits, as ``module:function`` inside ``analytics.exhibits``.
    questions : tuple of Question
        Asked in this order, of each evaluation.
    evaluations : tuple of str
        Folder names; empty for published figures.
    filters : Filters
        What the answers are narrowed to.
    optional : int
        How many questions, counted from the last, may stay unanswered.
    options : tuple of (str, value)
        Passed on to the function, by name.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    build: str
    questions: tuple[AnyQuestion, ...]
    evaluations: tuple[str, ...] = ()
    filters: Filters = NO_FILTERS
    optional: int = 0
    options: tuple[tuple[str, AnyValue], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What an exhibit rests on.

    Attributes
    ----------
    recipe : Recipe
        How it was made.
    answer : str
        Short hash of the released answers, to ten significant digits; empty where they hold what
        only a viewer who may see cases may know.
    data : str
        Fingerprints of the extracts.
    protocol : str
        Fingerprints of the protocols of the evaluations.
    policies : tuple of str
        Disclosure policies that were applied, as sentences.
    version : str
        Version of the code.
    places : tuple of str or None
        Authorities that the viewer was confined to; None when to none.
    confined_to : tuple of str
        Names of these authorities, where the figures count rows of theirs only.
    """

    recipe: Recipe
    answer: str
    data: str
    protocol: str
    policies: tuple[str, ...]
    version: str
    places: tuple[str, ...] | None
    confined_to: tuple[str, ...] = ()


def as_text(recipe: Recipe) -> bytes:
    """Return a recipe as text: two recipes with the same text ask the same."""
    return _recipes().dump_json(recipe, exclude_defaults=True)


@cache
def _recipes() -> TypeAdapter[Recipe]:
    return TypeAdapter(Recipe)


@cache
def version() -> str:
    """Return the version of the code: the release, and letters that change with any line of it."""
    root = Path(analytics.__file__).parent
    code = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        code.update(path.relative_to(root).as_posix().encode())
        code.update(path.read_bytes())
    return f"{analytics.__version__}+{code.hexdigest()[:CODE_LETTERS]}"
