"""Plans of now whose child had been on a plan before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis

from analytics.emmie.study import Study
from analytics.extracts.contracts import CP_PLANS
from analytics.extracts.filters import apply_filters

TWO_YEARS = 730
"""Days between the end of the earlier plan and the start of the next: the published measure's."""


def plans_in_order(study: Study) -> ibis.Table:
    """Return every plan in scope that has started, with what came before it and after it.

    Returns
    -------
    ibis.Table
        Columns of the contract, and ``previous_end`` (end of the child's plan before; empty for the
        first one), ``gap_days`` since then, ``next_start``, and ``place`` (0 for the child's first
        plan in the extract). Not executed, not filtered.
    """
    plans = study.unfiltered("cp_plans")
    plans = plans.filter(plans.started_on <= study.protocol.evaluation.as_at)
    per_child = ibis.window(group_by="child_id", order_by=["started_on", "plan_id"])
    plans = plans.mutate(
        previous_end=plans.ended_on.lag().over(per_child),
        next_start=plans.started_on.lead().over(per_child),
        place=ibis.row_number().over(per_child),
    )
    return plans.mutate(gap_days=plans.started_on.delta(plans.previous_end, unit="day"))


def is_open(plans: ibis.Table, as_at: date) -> Any:
    """Return whether a plan is open at the as-at date."""
    return plans.ended_on.isnull() | (plans.ended_on > as_at)


def had_earlier_plan(plans: ibis.Table, within_days: int | None) -> Any:
    """Return whether an earlier plan ended within so many days before the start.

    With None, any earlier plan counts: one in the extract, or one that is only counted in
    ``previous_plans`` because it was before the extract begins.
    """
    if within_days is None:
        return plans.previous_end.notnull() | (plans.previous_plans > 0).fill_null(False)
    return (plans.gap_days <= within_days).fill_null(False)


def returns_of_now(study: Study) -> ibis.Table:
    """Return open plans that began within two years of the end of an earlier one, not filtered."""
    plans = plans_in_order(study)
    now = is_open(plans, study.protocol.evaluation.as_at)
    return plans.filter(now, had_earlier_plan(plans, TWO_YEARS))


def plans_to_analyse(study: Study) -> ibis.Table:
    """Return the newest plan of each child who came back to one within two years of the last.

    The two years are no choice: what a wider one counts, less this, would give small counts away.

    Parameters
    ----------
    study : Study
        Evaluation, filters and viewer; filters apply to the newest plan.

    Returns
    -------
    ibis.Table
        Rows of :func:`plans_in_order` that are open at the as-at date or started in the twelve
        months up to it, at the earliest when the protocol's history begins; not executed.
    """
    as_at = study.protocol.evaluation.as_at
    plans = plans_in_order(study)
    plans = plans.filter(plans.next_start.isnull())
    year_ago = ibis.literal(as_at) - ibis.interval(months=12)
    now = is_open(plans, as_at) | (plans.started_on > year_ago.cast("date"))
    kept = plans.filter(now, had_earlier_plan(plans, TWO_YEARS))
    repeat = study.protocol.repeat
    if repeat is not None:
        kept = kept.filter(kept.started_on >= repeat.history_from)
    return apply_filters(kept, study.filters, dict(CP_PLANS.roles))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSpan:
    """One plan of a child's history.

    Attributes
    ----------
    ended_on : date or None
        None while it is open.
    worker_changes : int or None
        Changes of social worker during it; None where nothing is known of its end.
    """

    started_on: date
    ended_on: date | None
    worker_changes: int | None


def chronologies(study: Study, children: Iterable[str]) -> dict[str, tuple[PlanSpan, ...]]:
    """Return the plans of some children in scope, oldest first, by child."""
    plans = plans_in_order(study)
    plans = plans.filter(plans.child_id.isin(sorted(set(children))))
    chosen = plans.select("plan_id", "child_id", "started_on", "ended_on")
    if _has_endings(study):
        endings = study.unfiltered("plan_endings").select("plan_id", "worker_changes")
        chosen = chosen.left_join(endings, "plan_id").drop("plan_id_right")
    rows = study.store.records(chosen.order_by("child_id", "started_on", "plan_id"))
    as_at = study.protocol.evaluation.as_at
    found: dict[str, list[PlanSpan]] = {}
    for row in rows:
        ended = row["ended_on"]
        span = PlanSpan(
            started_on=row["started_on"],
            ended_on=ended if ended and ended <= as_at else None,
            worker_changes=row.get("worker_changes"),
        )
        found.setdefault(row["child_id"], []).append(span)
    return {child: tuple(spans) for child, spans in found.items()}


def _has_endings(study: Study) -> bool:
    status = study.store.statuses.get("plan_endings")
    return status is not None and status.usable
