"""Groups of people: the ratio of a rate after and before in each group."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from analytics.emmie.contrast import Estimate
from analytics.emmie.moderators.groups import (
    FEWEST_UNITS,
    Group,
    Moderator,
    Why,
    labels_of,
    moderator_of,
)
from analytics.emmie.study import NoAnswer, Study
from analytics.extracts.protocol import Outcome, Subgroup
from analytics.statistics.results import NotEstimable
from analytics.statistics.subgroups.interaction import interaction_from_estimates
from analytics.statistics.two_groups.before_after_rates import (
    WithinUnitRateRatio,
    within_unit_rate_ratio,
)

if TYPE_CHECKING:
    import pandas as pd

SIDES = ("before", "after")


def people_moderators(
    study: Study, outcome: Outcome, names: dict[str, str], level: float
) -> tuple[Moderator, ...] | NoAnswer:
    """Return every characteristic of the protocol that people hold, or why there is none."""
    people = study.table("people")
    held = [item for item in study.protocol.subgroups if item.column in people.columns]
    rows = _rows(study, outcome, held)
    if rows.empty:
        return "no_rows"
    return tuple(_moderator(item, labels_of(rows, item, names), rows, level) for item in held)


def _rows(study: Study, outcome: Outcome, held: list[Subgroup]) -> pd.DataFrame:
    """Return one row per person whose time before and after is known and above 0."""
    people = study.table("people")
    people = people.filter(people.kind == outcome.people)
    use = study.unfiltered("service_use")
    use = use.filter(use.kind == outcome.key)
    wide = use.group_by("person_id").aggregate(
        **{
            f"{what}_{side}": use[what].sum(where=use.side == side)
            for side in SIDES
            for what in ("events", "exposure")
        }
    )
    columns = dict.fromkeys(["person_id", "family_id", *(item.column for item in held)])
    joined = people.select(*columns).join(wide, "person_id")
    observed = joined.filter(joined.exposure_before > 0, joined.exposure_after > 0)
    return study.store.rows(observed.order_by("person_id"))


def _moderator(
    subgroup: Subgroup, labels: np.ndarray, rows: pd.DataFrame, level: float
) -> Moderator:
    found: dict[str, WithinUnitRateRatio] = {}

    def group_of(label: str, inside: np.ndarray) -> Group:
        group, ratio = _group(label, rows[inside], level)
        if ratio is not None:
            found[label] = ratio
        return group

    def test(_: np.ndarray, groups: np.ndarray) -> tuple[float, int] | None:
        ratios = [found[label] for label in dict.fromkeys(groups)]
        result = interaction_from_estimates(
            [(math.log(ratio.estimate), ratio.std_error) for ratio in ratios],
            scale="log_ratio",
            level=level,
        )
        return None if isinstance(result, NotEstimable) else (result.p_value, result.n_tested)

    return moderator_of(subgroup, labels, group_of, test)


def _group(
    label: str, rows: pd.DataFrame, level: float
) -> tuple[Group, WithinUnitRateRatio | None]:
    with_events = [int((rows[f"events_{side}"] > 0).sum()) for side in SIDES]
    events = [int(rows[f"events_{side}"].sum()) for side in SIDES]
    reason: Why | None = None
    ratio = None
    if rows["family_id"].nunique() < FEWEST_UNITS:
        reason = "too_few_units"
    elif not all(events):
        reason = "no_events"
    else:
        result = within_unit_rate_ratio(
            events_before=rows["events_before"],
            exposure_before=rows["exposure_before"],
            events_after=rows["events_after"],
            exposure_after=rows["exposure_after"],
            cluster=rows["family_id"],
            level=level,
        )
        ratio = None if isinstance(result, NotEstimable) else result
        reason = None if ratio else "not_estimable"
    return Group(
        label=label,
        n_treated=len(rows),
        n_comparison=len(rows),
        estimate=Estimate(value=ratio.estimate, conf_int=ratio.conf_int) if ratio else None,
        reason=reason,
        cells=(*with_events, *events, len(rows)),
    ), ratio
