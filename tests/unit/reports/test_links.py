"""Links: they carry what was asked and what it said, and nothing that was not offered is asked."""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import replace

import pytest

from analytics.access.viewer import PUBLIC
from analytics.emmie.audit import AuditQuestion
from analytics.emmie.combinations import CombinationsQuestion
from analytics.errors import BriefingError, InvalidInputError
from analytics.exhibits.exhibit import Exhibit
from analytics.exhibits.making import builder, make, name_of
from analytics.exhibits.recipe import Recipe
from analytics.exhibits.repeat_plans import audit_exhibits
from analytics.extracts.filters import Filters
from analytics.reports.links import SEAL, link_to, open_link
from analytics.reports.refreshed import again

SECRET = b"0" * 32


@pytest.fixture(scope="module")
def exhibit() -> Exhibit:
    recipe = Recipe(
        build=name_of(audit_exhibits),
        questions=(AuditQuestion(), CombinationsQuestion()),
        evaluations=("repeat_plans_southampton",),
        filters=Filters(local_authorities=("E06000045",)),
    )
    made = make(recipe, PUBLIC)
    assert isinstance(made, tuple)
    return made[0]


def test_a_link_asks_again_what_was_asked(exhibit: Exhibit) -> None:
    link = open_link(link_to(exhibit, SECRET), SECRET)
    assert exhibit.stamp is not None
    assert link.recipe == exhibit.stamp.recipe
    found = again(link.recipe, link.exhibit, PUBLIC)
    assert found == exhibit
    assert found.stamp is not None
    assert (found.stamp.answer, found.stamp.data) == (link.answer, link.data)


def test_no_count_and_no_headline_stands_in_a_link(exhibit: Exhibit) -> None:
    parts = link_to(exhibit, SECRET)
    view = zlib.decompress(base64.urlsafe_b64decode(parts["view"] + "==")).decode()
    assert json.loads(view) == {
        "build": "analytics.exhibits.repeat_plans:audit_exhibits",
        "questions": [{"kind": "AuditQuestion"}, {"kind": "CombinationsQuestion"}],
        "evaluations": ["repeat_plans_southampton"],
        "filters": {"local_authorities": ["E06000045"]},
    }
    assert set(parts) == {"view", "exhibit", "answer", "data", "version", "seal"}
    assert exhibit.headline not in " ".join(parts.values())


@pytest.mark.parametrize("part", ["view", "exhibit", "answer", "data", "version", SEAL])
def test_a_changed_link_is_refused(exhibit: Exhibit, part: str) -> None:
    parts = link_to(exhibit, SECRET)
    with pytest.raises(BriefingError, match="changed on its way"):
        open_link(parts | {part: f"{parts[part]}x"}, SECRET)
    with pytest.raises(BriefingError):
        open_link({key: value for key, value in parts.items() if key != part}, SECRET)


def test_a_link_sealed_elsewhere_is_refused(exhibit: Exhibit) -> None:
    with pytest.raises(BriefingError, match="made elsewhere"):
        open_link(link_to(exhibit, b"1" * 32), SECRET)


def test_no_link_to_a_list_for_the_screen_only(exhibit: Exhibit) -> None:
    with pytest.raises(BriefingError):
        link_to(replace(exhibit, is_shown_only=True), SECRET)
    with pytest.raises(BriefingError):
        link_to(replace(exhibit, stamp=None), SECRET)


@pytest.mark.parametrize(
    "name",
    [
        "os:system",
        "analytics.exhibits.effect:_outcomes",
        "analytics.exhibits.effect:ask",
        "analytics.exhibits.exhibit:source_line",
        "analytics.exhibits.nowhere:nothing",
        "analytics.exhibits.effect",
        "",
    ],
)
def test_only_what_makes_exhibits_is_called(name: str) -> None:
    with pytest.raises(InvalidInputError):
        builder(name)
