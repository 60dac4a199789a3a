"""The rule of the follow-up question: is a fall from the old course shown, or not, or neither.

Written out in ``docs/methods/questions/repeat_series.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from analytics.emmie.repeat_plans.old_course import NewCourse
from analytics.emmie.verdict import Word

FEWEST_NEW_QUARTERS = 4
"""With fewer quarters since the change nothing is told from them."""

Reason = Literal[
    "not_dated",
    "no_quarter_yet",
    "too_few_quarters",
    "not_estimable",
    "withheld",
    "failed_check",
    "fell",
    "rose",
    "no_worthwhile_fall",
    "both_possible",
]
"""Why the word is what it is."""


def judged(
    counted: Sequence[dict[str, Any]], since: date | None, change: NewCourse | None, fall: float
) -> tuple[Word, tuple[Reason, ...]]:
    """Return the word and its reasons, by the rules of ``repeat_series.md``.

    Parameters
    ----------
    counted : sequence of dict
        Quarters.
    since : date or None
        Start of what is followed up.
    change : NewCourse or None
        Level and slope since then.
    fall : float
        Smallest fall that would matter, as a share of the old course.
    """
    untold = _why_untold(counted, since, change)
    if untold or change is None:
        return "can't tell", (untold or "not_estimable",)
    limits = change.average.conf_int
    if limits.high < 0:
        return "shown", ("fell",)
    if limits.low > 0:
        return "not shown", ("rose",)
    if limits.low > -fall * change.expected:
        return "not shown", ("no_worthwhile_fall",)
    return "can't tell", ("both_possible",)


def _why_untold(
    counted: Sequence[dict[str, Any]], since: date | None, change: NewCourse | None
) -> Reason | None:
    """Return why the new quarters tell nothing, or None when they do."""
    if since is None:
        return "not_dated"
    n_new = sum(row["quarter"] >= since for row in counted)
    if n_new < FEWEST_NEW_QUARTERS:
        return "too_few_quarters" if n_new else "no_quarter_yet"
    if change is None:
        return "not_estimable"
    failed = any(check.status == "fail" for check in change.checks)
    return "failed_check" if failed else None
