"""Groups of places: the change in a published figure against that of each group's neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from analytics.emmie.area_change.figures import AreaFigures, area_figures
from analytics.emmie.effect.arms import estimate_of
from analytics.emmie.moderators.groups import Group, Moderator
from analytics.emmie.published_areas import areas_of, figures_of, neighbours_of
from analytics.emmie.study import NoAnswer, Study
from analytics.extracts.protocol import Analysis, AreaGroup, Outcome
from analytics.statistics.inputs import FloatArray
from analytics.statistics.results import NotEstimable
from analytics.statistics.subgroups.interaction_cases import interaction_from_cases
from analytics.statistics.two_groups.clustered import clustered_risk_difference

FEWEST_PLACES: Final = 3
"""Treated places that a group needs before anything is said of it."""

KEY: Final = "area_group"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Places:
    """Change of each place, in each group that it belongs to; a neighbour may serve several."""

    change: FloatArray
    is_treated: np.ndarray
    group: np.ndarray
    place: np.ndarray


def place_moderators(
    study: Study, outcome: Outcome, analysis: Analysis, level: float
) -> tuple[Moderator, ...] | NoAnswer:
    """Return how the change of groups of areas differs, or why nothing can be said.

    Each group's areas are compared with their own statistical neighbours. The change is the mean
    over the years since the launch minus the mean over the years before it.
    """
    groups = study.protocol.area_groups
    if not groups or not analysis.launch_year:
        return "not_in_protocol"
    figures, neighbours = _figures(study, outcome, analysis)
    if figures is None:
        return "no_rows"
    places = _places(figures, neighbours, groups, analysis)
    found = tuple(_group(group, places, level) for group in groups)
    kept = [group.key for group, one in zip(groups, found, strict=True) if one.estimate]
    inside = np.isin(places.group, kept)
    test = (
        interaction_from_cases(
            places.change[inside],
            places.is_treated[inside],
            places.group[inside],
            places.place[inside],
            level=level,
        )
        if len(kept) > 1
        else None
    )
    tested = None if test is None or isinstance(test, NotEstimable) else test
    return (
        Moderator(
            key=KEY,
            label="",
            groups=found,
            p_value=tested.p_value if tested else None,
            n_tested=tested.n_tested if tested else 0,
            reason=None if tested else "too_few_groups" if len(kept) < 2 else "not_estimable",
        ),
    )


def _figures(
    study: Study, outcome: Outcome, analysis: Analysis
) -> tuple[AreaFigures | None, dict[str, list[str]]]:
    store = study.library.benchmarks()
    treated = analysis.areas or study.protocol.areas.with_intervention
    neighbours = neighbours_of(store, treated, analysis.neighbour_model)
    never = {*treated, *study.protocol.areas.with_intervention}
    others = sorted({code for codes in neighbours.values() for code in codes} - never)
    measure = outcome.measure or ""
    rows = figures_of(store, [measure], (*treated, *others), areas_of(store))[measure]
    figures = area_figures(rows, treated, others)
    kept = None if figures is None else figures.between(analysis.first_year, analysis.last_year)
    return kept, neighbours


def _places(
    figures: AreaFigures,
    neighbours: dict[str, list[str]],
    groups: Sequence[AreaGroup],
    analysis: Analysis,
) -> _Places:
    launch = analysis.launch_year or 0
    change = _mean(figures.between(launch, None)) - _mean(figures.between(None, launch - 1))
    at = {code: row for row, code in enumerate(figures.codes)}
    rows: list[tuple[int, str]] = []
    for group in groups:
        mine = [*group.areas, *(code for area in group.areas for code in neighbours.get(area, ()))]
        for code in dict.fromkeys(mine):
            row = at.get(code)
            is_mine = code in group.areas
            if row is None or not np.isfinite(change[row]):
                continue
            if is_mine or row >= figures.n_treated:
                rows.append((row, group.key))
    place = np.array([row for row, _ in rows], dtype=np.intp)
    return _Places(
        change=change[place],
        is_treated=place < figures.n_treated,
        group=np.array([key for _, key in rows]),
        place=place,
    )


def _mean(figures: AreaFigures) -> FloatArray:
    """Return the mean of each area over the years that it has; not a number where it has none."""
    is_known = np.isfinite(figures.value)
    number = is_known.sum(axis=1)
    total = np.where(is_known, figures.value, 0.0).sum(axis=1)
    return np.where(number > 0, total / np.maximum(number, 1), np.nan)


def _group(group: AreaGroup, places: _Places, level: float) -> Group:
    inside = places.group == group.key
    treated = places.is_treated[inside]
    sizes = int(treated.sum()), int((~treated).sum())
    if min(sizes) < FEWEST_PLACES:
        return Group(
            label=group.label,
            n_treated=sizes[0],
            n_comparison=sizes[1],
            estimate=None,
            reason="too_few_units",
        )
    estimate = estimate_of(
        clustered_risk_difference(
            places.change[inside],
            treated,
            places.place[inside],
            vcov_type="CR2",
            level=level,
        )
    )
    return Group(
        label=group.label,
        n_treated=sizes[0],
        n_comparison=sizes[1],
        estimate=estimate,
        reason=None if estimate else "not_estimable",
    )
