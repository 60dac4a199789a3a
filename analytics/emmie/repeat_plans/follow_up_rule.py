"""The rule of the follow-up question: is a fall from the old course shown, or not, or neither.

Written out in ``docs/methods/questions/repeat_series.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from analytics.emmie.contrast import Estimate
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
    "no_course",
    "fell",
    "fell_too_little",
    "fell_perhaps_too_little",
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
    word, reason = _of_the_fall(change.average, fall * change.expected)
    return word, (reason,)


def _of_the_fall(average: Estimate, worthwhile: float) -> tuple[Word, Reason]:
    """Return the word on the average difference, and why; ``worthwhile`` is a difference above 0.

    A fall is shown when it is more than chance, and the best estimate of it is large enough to
    matter. It is not shown when the interval leaves out every fall that would matter.
    """
    limits = average.conf_int
    if limits.low > 0:
        return "not shown", "rose"
    is_fall = limits.high < 0
    if limits.low > -worthwhile:
        return "not shown", "fell_too_little" if is_fall else "no_worthwhile_fall"
    if not is_fall:
        return "can't tell", "both_possible"
    if average.value > -worthwhile:
        return "can't tell", "fell_perhaps_too_little"
    return "shown", "fell"


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
    if change.expected <= 0:
        return "no_course"
    failed = any(check.status == "fail" for check in change.checks)
    return "failed_check" if failed else None
