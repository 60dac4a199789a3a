"""The disclosure policies of several answers, as one statement that is true of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from analytics.disclosure.policy import POLICIES, PUBLISHED
from analytics.disclosure.release import Released
from analytics.emmie.effect.analyses import AnalysesAnswer
from analytics.emmie.study import Unanswered
from analytics.exhibits import wording

NO_COUNTS: Final = "No counts of children, families or staff are shown."
PUBLISHED_AMONG_OTHERS: Final = "Counts that have already been published are shown whole."
_WITHOUT_COUNTS: Final = (AnalysesAnswer, Unanswered)
"""Answers that hold no counts: the protocol's list of analyses, and that there is no answer."""


def policies_of(answers: Sequence[Released[Any]]) -> tuple[str, ...]:
    """Return which policies were applied, as sentences that can be read one after the other.

    An answer that holds no counts has nothing to withhold, so its policy is left out. Where
    several policies are left, what is published comes first, and each of the others says that it
    is about the other counts: the one that withholds most comes last.

    Parameters
    ----------
    answers : sequence of Released
        What an exhibit was made from.
    """
    found = {
        one.policy: one.statement for one in answers if not isinstance(one.answer, _WITHOUT_COUNTS)
    }
    if len(found) < 2:
        return tuple(found.values()) or (NO_COUNTS,)
    ordered = sorted(found, key=lambda key: POLICIES[key].largest_withheld)
    first, *others = (
        PUBLISHED_AMONG_OTHERS if key == PUBLISHED.key else found[key] for key in ordered
    )
    return (first, *(f"Other {wording.lower_first(one)}" for one in others))
