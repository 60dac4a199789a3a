"""Spells of follow-up: from the end of a plan to the next, a competing event or the as-at date."""

from __future__ import annotations

from datetime import date

import ibis

from analytics.emmie.study import Study
from analytics.extracts.contracts import CP_PLANS
from analytics.extracts.filters import apply_filters

EXTRACTS = ("cp_plans", "children")
CAUSES = ("returned", "turned_18", "moved_away", "died", "left", "followed")
"""What ends follow-up; ``left`` where no reason is recorded, ``followed`` when nothing did."""


def spells(study: Study, history_from: date) -> ibis.Table:
    """Return one row per plan that ended, not executed.

    The next plan is found among all plans in scope, before any filter, so that a filter on the plan
    that ended cannot hide the return.

    Parameters
    ----------
    study : Study
        Evaluation, filters and viewer; the period filter applies to the day a plan ended.
    history_from : date
        Plans that ended earlier are left out.

    Returns
    -------
    ibis.Table
        Columns ``plan_id``, ``child_id``, ``family_id``, ``category``, ``team_id``, ``ended_on``,
        ``days`` of follow-up (from 0), ``event`` (1 for a return, 2 for a competing event, 0 for
        neither by the as-at date) and ``cause``, one of ``CAUSES``.
    """
    as_at = ibis.literal(study.protocol.evaluation.as_at)
    plans = study.unfiltered("cp_plans")
    per_child = ibis.window(group_by="child_id", order_by=["started_on", "plan_id"])
    plans = plans.mutate(next_start=plans.started_on.lead().over(per_child))
    ended = plans.ended_on.between(history_from, as_at)
    plans = plans.filter(ended.fill_null(False))
    roles = {**CP_PLANS.roles, "period": "ended_on"}
    plans = apply_filters(plans, study.filters, roles)
    children = study.unfiltered("children").select("child_id", "born_on", "left_on", "left_reason")
    joined = plans.left_join(children, "child_id")
    adult_on = (joined.born_on + ibis.interval(years=18)).cast("date")
    stop = ibis.least(ibis.coalesce(joined.left_on, as_at), ibis.coalesce(adult_on, as_at), as_at)
    returned = joined.next_start.notnull() & (joined.next_start <= as_at)
    end = ibis.ifelse(returned, joined.next_start, stop)
    event = ibis.cases((returned, 1), (stop < as_at, 2), else_=0)
    has_left = (joined.left_on <= adult_on).fill_null(joined.left_on.notnull())
    cause = ibis.cases(
        (returned, "returned"),
        (stop >= as_at, "followed"),
        (has_left, joined.left_reason.fill_null("left")),
        else_="turned_18",
    )
    days = end.delta(joined.ended_on, unit="day")
    return joined.mutate(days=ibis.greatest(days, 0), event=event, cause=cause).select(
        "plan_id",
        "child_id",
        "family_id",
        "category",
        "team_id",
        "ended_on",
        "days",
        "event",
        "cause",
    )
