"""Plans and repeat plans of each quarter.

Methods: ``docs/methods/questions/repeat_series.md``.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from analytics.emmie.repeat_plans.returns import TWO_YEARS, had_earlier_plan, plans_in_order
from analytics.emmie.study import Study
from analytics.extracts.contracts import CP_PLANS
from analytics.extracts.filters import apply_filters
from analytics.extracts.protocol.analysis import Repeat

LOOK_BACK_YEARS = 2


def count_quarters(study: Study, repeat: Repeat) -> list[dict[str, Any]]:
    """Return each whole quarter that can be looked back from, in order.

    Parameters
    ----------
    study : Study
        Evaluation, filters and viewer; filters apply to the plan that started.
    repeat : Repeat
        When the history begins.

    Returns
    -------
    list of dict
        ``quarter`` (first day), ``n`` plans that started, ``events`` of a child whose earlier plan
        had ended within two years, and ``not_held``: earlier plans that are only counted.
    """
    as_at = study.protocol.evaluation.as_at
    plans = plans_in_order(study)
    plans = apply_filters(plans, study.filters, dict(CP_PLANS.roles))
    plans = plans.mutate(quarter=plans.started_on.truncate("Q").cast("date"))
    is_repeat = had_earlier_plan(plans, TWO_YEARS)
    not_held = plans.previous_end.isnull() & (plans.previous_plans > 0).fill_null(False)
    counts = plans.group_by("quarter").aggregate(
        n=plans.count(), events=is_repeat.sum(), not_held=not_held.sum()
    )
    first = _look_back_from(repeat.history_from)
    rows = study.store.records(counts.order_by("quarter"))
    return [row for row in rows if row["quarter"] >= first and _is_whole(row["quarter"], as_at)]


def _look_back_from(history_from: date) -> date:
    """Return the first quarter all of which has two years of history before it."""
    year, month = history_from.year + LOOK_BACK_YEARS, history_from.month
    whole = date(year, month - (month - 1) % 3, 1)
    return whole if whole >= date(year, month, history_from.day) else next_quarter(whole)


def next_quarter(quarter: date) -> date:
    """Return the first day of the quarter after one."""
    if quarter.month == 10:
        return date(quarter.year + 1, 1, 1)
    return date(quarter.year, quarter.month + 3, 1)


def _is_whole(quarter: date, as_at: date) -> bool:
    """Return whether the as-at date is the quarter's last day or later."""
    return next_quarter(quarter).toordinal() - 1 <= as_at.toordinal()
