"""Recipes: read back they ask the same, and the hash of an answer stands for its figures."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from datetime import date
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from analytics.ask import KINDS
from analytics.disclosure.release import Released
from analytics.exhibits.making import hash_of
from analytics.exhibits.recipe import Recipe, version
from analytics.extracts.filters import Filters

FORM = TypeAdapter(Recipe)
WITHOUT_DEFAULT: dict[str, Any] = {
    "outcome": "outcome_20",
    "of": "conference",
    "area_code": "E06000045",
    "areas": ("E06000045", "E10000014"),
    "measure": "cp_plans_at_31_march",
    "start": 2015,
}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_question_is_read_back_as_it_was_written(kind: str) -> None:
    needed = {
        field.name: WITHOUT_DEFAULT[field.name]
        for field in fields(KINDS[kind])  # type: ignore[arg-type]
        if field.default is MISSING and field.default_factory is MISSING
    }
    recipe = Recipe(
        build="analytics.exhibits.effect:effect_exhibits",
        questions=(KINDS[kind](**needed),),
        evaluations=("family_safety_plans",),
        filters=Filters(sexes=("M",), period_start=date(2020, 1, 2)),
        options=(("codes", ("E06000045",)), ("form", "ratio"), ("year", 2020)),
    )
    found = FORM.validate_json(FORM.dump_json(recipe, exclude_defaults=True))
    assert found == recipe
    assert hash(found) == hash(recipe)


def test_a_question_that_nobody_answers_is_refused() -> None:
    with pytest.raises(ValidationError):
        FORM.validate_python({"build": "x", "questions": [{"kind": "Path"}]})


@dataclass(frozen=True)
class _Answer:
    value: float
    n: int = 3


def _hash(value: float, n: int = 3) -> str:
    return hash_of([Released(answer=_Answer(value, n), policy="p", statement="s")])  # type: ignore[type-var]


def test_the_hash_moves_with_a_figure_and_not_with_its_last_digits() -> None:
    assert _hash(0.1 + 0.2) == _hash(0.3)
    assert _hash(0.3) != _hash(0.3000001)
    assert _hash(0.3) != _hash(0.3, 4)
    assert _hash(float("nan")) == _hash(float("nan"))


def test_the_version_names_release_and_code() -> None:
    release, _, code = version().partition("+")
    assert release.count(".") == 2
    assert len(code) == 8
