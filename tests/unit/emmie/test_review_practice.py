"""Counts that a review could work out from two exhibits of one page."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from analytics.ask import ask
from analytics.emmie.implementation.measures import MeasuresQuestion
from analytics.emmie.mechanism.groups import GroupsAnswer, GroupsQuestion
from analytics.emmie.mechanism.surveys import SurveysAnswer, SurveysQuestion
from analytics.emmie.mechanism.themes import DELIVERY_KINDS, MECHANISM_KINDS, ThemesQuestion
from tests.helpers.folders import FSP

CAM, SOS = "family_safeguarding_cambridgeshire", "signs_of_safety_ten_areas"
FEWEST_POSSIBLE = 3


@pytest.mark.parametrize("evaluation", [FSP, CAM])
def test_a_measure_of_all_roles_does_not_tell_the_one_that_is_withheld(sample, evaluation) -> None:
    kinds = (*MECHANISM_KINDS, *DELIVERY_KINDS)
    themes = ask(ThemesQuestion(kinds=kinds), evaluation, library=sample).answer.themes
    roles = {theme.key: theme.roles for theme in themes}
    measures = ask(MeasuresQuestion(), evaluation, library=sample).answer.measures
    found = 0
    for item in measures:
        share = item.measured.share
        if item.measure.kind != "theme" or item.measure.role or share is None or share.n is None:
            continue
        hidden = [one for one in roles[item.measure.of] if one.share.is_withheld]
        shown = [one for one in roles[item.measure.of] if not one.share.is_withheld]
        if len(hidden) == 1:
            found += 1
            assert share.n == sum(one.share.n or 0 for one in shown)
    assert found


def solutions(item: Any, totals: dict[int, int], groups: list[str]) -> list[dict[int, int]]:
    """Return every set of withheld counts that the totals and the difference allow."""
    sizes = np.array([one.share.n for one in item.shares], dtype=float)
    cells = sorted({(one.cohort, one.wave) for one in item.shares})
    design = np.array(
        [
            [one.group == group for group in groups[1:]]
            + [(one.cohort, one.wave) == cell for cell in cells]
            for one in item.shares
        ],
        dtype=float,
    )
    weighted = design.T * sizes
    slope = np.linalg.solve(weighted @ design, weighted)[len(groups) - 2] / sizes
    known = {k: one.share.events for k, one in enumerate(item.shares) if not one.share.is_withheld}
    options = []
    for wave, total in totals.items():
        out = [k for k, one in enumerate(item.shares) if one.share.is_withheld and one.wave == wave]
        rest = total - sum(n for k, n in known.items() if item.shares[k].wave == wave)
        if not out:
            options.append([{}])
            continue
        free = product(*[range(int(sizes[k]) + 1) for k in out[:-1]])
        options.append(
            [
                dict(zip(out, (*counts, rest - sum(counts)), strict=True))
                for counts in free
                if 0 <= rest - sum(counts) <= sizes[out[-1]]
            ]
        )
    found = []
    for parts in product(*options):
        counts = known | {k: n for part in parts for k, n in part.items()}
        value = sum(slope[k] * n for k, n in counts.items())
        if abs(value - item.difference.value) <= 0.005 + 1e-9:
            found.append({k: n for k, n in counts.items() if k not in known})
    return found


def test_totals_and_a_difference_leave_several_counts_for_each_withheld_share(sample) -> None:
    """An exact difference had one solution, since people are whole numbers."""
    grouped = ask(GroupsQuestion(), SOS, library=sample).answer
    surveys = ask(SurveysQuestion(), SOS, library=sample).answer
    assert isinstance(grouped, GroupsAnswer)
    assert isinstance(surveys, SurveysAnswer)
    totals = {
        item.key: {wave.wave: wave.agree.events for wave in item.waves if wave.agree}
        for survey in surveys.surveys
        for item in survey.items
    }
    tried = 0
    for survey in grouped.surveys:
        for item in survey.items:
            out = [k for k, one in enumerate(item.shares) if one.share.is_withheld]
            if item.difference is None or not out:
                continue
            tried += 1
            assert item.difference.value == round(item.difference.value, 2)
            found = solutions(item, totals[item.key], list(survey.groups))
            assert all(len({one[k] for one in found}) >= FEWEST_POSSIBLE for k in out)
    assert tried
