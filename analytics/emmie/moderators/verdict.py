"""The verdict on Moderators: whether any group is seen to differ.

The rule is written in ``docs/methods/questions/moderators.md``.
"""

from __future__ import annotations

from typing import Final

from analytics.disclosure.policy import strictest
from analytics.emmie.moderators.answer import (
    ModeratorsAnswer,
    ModeratorsQuestion,
    answer_moderators,
    extracts_used,
)
from analytics.emmie.moderators.groups import Moderator
from analytics.emmie.study import Study, Unanswered
from analytics.emmie.verdict import Verdict, cannot_tell
from analytics.extracts.engine import UnusableExtractError

ERROR_RATE: Final = 0.05
FEWEST_TO_JUDGE: Final = 20
"""Cases, people or places that each group in a test needs for the test to bear on the verdict."""

SHARE_TESTED: Final = 0.5
"""Share of the characteristics that must be testable before none can be said to matter."""

NO_GROUPS: Final = "Nothing was compared, so no groups can be compared either."


def moderators_verdict(study: Study) -> Verdict:
    """Return whether the main analysis' first primary outcome differs between groups."""
    try:
        found = answer_moderators(ModeratorsQuestion(), study)
    except UnusableExtractError:
        return cannot_tell("moderators", "An extract that this needs broke its contract.")
    if isinstance(found, Unanswered):
        reasons = {
            "not_in_protocol": NO_GROUPS,
            "no_rows": "No cases are left with these filters.",
        }
        return cannot_tell(
            "moderators", reasons.get(found.reason, "There are too few cases to compare groups.")
        )
    policies = tuple(study.protocol.policy_of(name) for name in extracts_used(study.protocol))
    return verdict_of(found.disclose(strictest(policies or ("published",))))


def verdict_of(answer: ModeratorsAnswer) -> Verdict:
    """Return the verdict from a released answer."""
    tested = [item for item in answer.moderators if item.p_adjusted is not None and _is_large(item)]
    about = f"of “{answer.outcome_label}”, tested on {len(tested)} characteristics together (Holm)"
    standing = [item for item in tested if _adjusted(item) <= ERROR_RATE]
    if standing:
        names = ", ".join(item.label.lower() or "groups of areas" for item in standing)
        return Verdict(
            letter="moderators",
            word="shown",
            reasons=(
                f"What was seen {about}, differs by {names}.",
                "Why the groups differ is not known; they differ in other ways too.",
            ),
        )
    few = len(answer.moderators) - len(tested)
    untested = (
        (
            f"{few} of {len(answer.moderators)} characteristics {'has' if few == 1 else 'have'} "
            "too few families or areas.",
        )
        if few
        else ()
    )
    if len(tested) < SHARE_TESTED * len(answer.moderators) or not tested:
        return cannot_tell("moderators", "Not enough families or areas to say.", *untested)
    return Verdict(
        letter="moderators",
        word="not shown",
        reasons=(
            f"No difference between groups {about}, is larger than chance would give.",
            "That is no proof that groups are alike: such tests see only large differences.",
            *untested,
        ),
    )


def _is_large(item: Moderator) -> bool:
    """Return whether every group in the test has enough on both sides to bear on a verdict."""
    sizes = [
        min(group.n_treated or 0, group.n_comparison or 0)
        for group in item.groups
        if group.estimate is not None
    ]
    return min(sizes, default=0) >= FEWEST_TO_JUDGE


def _adjusted(item: Moderator) -> float:
    return 1.0 if item.p_adjusted is None else item.p_adjusted
