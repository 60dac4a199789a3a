"""Spells of follow-up: from the end of a plan to the next, a competing event or the as-at date."""

from __future__ import annotations

from datetime import date

import ibis

from analytics.emmie.study import Study
from analytics.extracts.contracts import CP_PLANS
from analytics.extracts.filters import apply_filters

EXTRACTS = ("cp_plans", "children")


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
        Columns ``plan_id``, ``child_id``, ``family_id``, ``ended_on``, ``days`` of follow-up (from
        0) and ``event``: 1 for a return, 2 for a competing event, 0 for neither by the as-at date.
    """
    as_at = ibis.literal(study.protocol.evaluation.as_at)
    plans = study.unfiltered("cp_plans")
    per_child = ibis.window(group_by="child_id", order_by=["started_on", "plan_id"])
    plans = plans.mutate(next_start=plans.started_on.lead().over(per_child))
    plans = plans.filter(plans.ended_on.notnull(), plans.ended_on >= history_from)
    roles = {**CP_PLANS.roles, "period": "ended_on"}
    plans = apply_filters(plans, study.filters, roles)
    children = study.unfiltered("children").select("child_id", "born_on", "left_on")
    joined = plans.left_join(children, "child_id")
    adult_on = (joined.born_on + ibis.interval(years=18)).cast("date")
    stop = ibis.least(ibis.coalesce(joined.left_on, as_at), ibis.coalesce(adult_on, as_at), as_at)
    returned = joined.next_start.notnull() & (joined.next_start <= as_at)
    end = ibis.ifelse(returned, joined.next_start, stop)
    event = ibis.cases((returned, 1), (stop < as_at, 2), else_=0)
    days = end.delta(joined.ended_on, unit="day")
    return joined.mutate(days=ibis.greatest(days, 0), event=event).select(
        "plan_id", "child_id", "family_id", "ended_on", "days", "event"
    )
