"""Groups of cases: the difference in an outcome among matched cases of each group."""

from __future__ import annotations

import numpy as np

from analytics.emmie.contrast import Estimate
from analytics.emmie.effect.arms import estimate_of, match_arms
from analytics.emmie.effect.cases import known, study_rows
from analytics.emmie.effect.compared import compared_cases
from analytics.emmie.moderators.groups import (
    FEWEST_UNITS,
    Group,
    Moderator,
    Why,
    labels_of,
    moderator_of,
)
from analytics.emmie.study import NoAnswer, Study, Unanswered
from analytics.extracts.protocol import Outcome, Subgroup
from analytics.statistics.inputs import IntArray
from analytics.statistics.results import NotEstimable
from analytics.statistics.subgroups.interaction_cases import interaction_from_cases
from analytics.statistics.two_groups.clustered import clustered_risk_difference


def case_moderators(
    study: Study, outcome: Outcome, names: dict[str, str], level: float
) -> tuple[Moderator, ...] | NoAnswer:
    """Return every characteristic of the protocol that cases hold, or why there is none.

    The rows are those of the matched pairs of the Effect page whose outcome is known. A pair need
    not lie in one group: within a group the arms are alike on average, not pair by pair.
    """
    held = [item for item in study.protocol.subgroups if item.column in _columns(study)]
    rows = study_rows(study, [outcome], [item.column for item in held])
    compared = compared_cases(study, rows)
    if isinstance(compared, Unanswered):
        return compared.reason
    complete, arms = compared.complete, compared.arms
    match = match_arms(arms, compared.matching.caliper).match
    if match is None:
        return "not_estimable"
    matched = np.sort(np.concatenate([match.treated_index, match.comparison_index]))
    y = known(complete, outcome.key)
    used = matched[~np.isnan(y[matched])]
    frame = complete.iloc[used]
    data = (y[used], arms.treated[used], arms.family[used])
    return tuple(_moderator(item, labels_of(frame, item, names), data, level) for item in held)


def _columns(study: Study) -> set[str]:
    return set(study.table("cases").columns)


def _moderator(
    subgroup: Subgroup,
    labels: np.ndarray,
    data: tuple[np.ndarray, np.ndarray, IntArray],
    level: float,
) -> Moderator:
    y, arm, family = data

    def group_of(label: str, inside: np.ndarray) -> Group:
        return _group(label, (y[inside], arm[inside], family[inside]), level)

    def test(inside: np.ndarray, groups: np.ndarray) -> tuple[float, int] | None:
        found = interaction_from_cases(y[inside], arm[inside], groups, family[inside], level=level)
        return None if isinstance(found, NotEstimable) else (found.p_value, found.n_tested)

    return moderator_of(subgroup, labels, group_of, test)


def _group(label: str, data: tuple[np.ndarray, np.ndarray, IntArray], level: float) -> Group:
    y, arm, family = data
    sizes = int(arm.sum()), int((~arm).sum())
    families = [len(np.unique(family[side])) for side in (arm, ~arm)]
    events = [int(y[side].sum()) for side in (arm, ~arm)]
    cells = (*events, *(size - count for size, count in zip(sizes, events, strict=True)), *sizes)
    estimate: Estimate | None = None
    reason: Why | None = None
    if min(families) < FEWEST_UNITS:
        reason = "too_few_units"
    elif not any(events):
        reason = "no_events"
    else:
        found = clustered_risk_difference(y, arm, family, vcov_type="CR2", level=level)
        estimate = estimate_of(found)
        reason = None if estimate else "not_estimable"
    return Group(
        label=label,
        n_treated=sizes[0],
        n_comparison=sizes[1],
        estimate=estimate,
        reason=reason,
        cells=cells,
    )
