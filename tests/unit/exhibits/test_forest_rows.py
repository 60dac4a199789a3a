"""No row of a forest plot is left blank: a mark, or the symbol that the table has."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from analytics.ask import ask
from analytics.emmie.case_outcomes.path import PathQuestion
from analytics.emmie.effect.change import ChangeQuestion
from analytics.exhibits import wording
from analytics.exhibits.case_path import path_exhibits
from analytics.exhibits.effect_change import change_exhibits
from analytics.extracts.filters import NO_FILTERS, Filters
from tests.helpers.folders import FSP
from tests.helpers.letter_exhibits import letter_exhibits

SMALL = Filters(local_authorities=("E06000045",), sexes=("F",))
WITHIN = 0.6
"""Of the distance between two rows."""


def values(given: Any) -> list[Any]:
    if isinstance(given, dict):
        return np.frombuffer(base64.b64decode(given["bdata"]), given["dtype"]).tolist()
    return [] if given is None else list(given)


def blank_rows(figure: dict[str, Any]) -> Iterator[str]:
    """Yield the names of rows at which nothing is drawn and nothing is written."""
    layout = figure["layout"]
    for key in {one.get("yaxis", "y") for one in figure["data"] if one.get("error_x")}:
        axis = layout.get(f"yaxis{key[1:]}", {})
        places = values(axis.get("tickvals"))
        if not places or not all(isinstance(one, int | float) for one in places):
            continue
        traces = [one for one in figure["data"] if one.get("yaxis", "y") == key]
        held = [at for one in traces for at in values(one.get("y")) if at is not None]
        told = [one for one in layout.get("annotations", ()) if one.get("yref", "y") == key]
        held += [one["y"] for one in told]
        ordered = sorted(places)
        reach = WITHIN * min((b - a for a, b in pairwise(ordered)), default=1)
        for place, name in zip(places, values(axis["ticktext"]), strict=True):
            if not name.startswith("<b>") and not any(abs(at - place) <= reach for at in held):
                yield name


@pytest.mark.parametrize("filters", [NO_FILTERS, SMALL], ids=["all", "small"])
def test_no_row_of_any_effect_or_group_is_blank(filters: Filters) -> None:
    drawn = 0
    for part, exhibits in letter_exhibits(FSP, filters):
        for one in exhibits:
            if one.figure is not None:
                drawn += 1
                assert not list(blank_rows(one.figure)), (part, one.key)
    assert drawn > 10


def written(figure: dict[str, Any] | None) -> list[str]:
    return [one["text"] for one in (figure or {})["layout"].get("annotations", ())]


@pytest.mark.parametrize("form", ["difference", "ratio"])
def test_a_withheld_outcome_has_its_symbol_in_the_figure(form: Any) -> None:
    one = change_exhibits(ask(ChangeQuestion(), FSP), form=form)[0]
    withheld = [row for row in one.table.rows if "withheld" in str(row)]
    assert len(withheld) == written(one.figure).count(wording.WITHHELD) == 1


def test_a_withheld_step_says_in_which_areas() -> None:
    found = {one.key: one for one in path_exhibits(ask(PathQuestion(), FSP))}["path_changes"]
    withheld = [row[1] for row in found.table.rows if row[2] == wording.WITHHELD]
    assert withheld
    assert sorted(f"{areas}: {wording.WITHHELD}" for areas in withheld) == sorted(
        text for text in written(found.figure) if wording.WITHHELD in text
    )
