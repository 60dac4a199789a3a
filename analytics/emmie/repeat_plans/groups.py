"""How soon children come back, by group.

Methods: ``docs/methods/questions/time_to_repeat_plan.md``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, Self

import numpy as np

from analytics.disclosure.policy import Policy
from analytics.emmie.repeat_plans.endings import WITH_ENDINGS, followed_endings
from analytics.emmie.repeat_plans.followed import HORIZON, Followed
from analytics.emmie.repeat_plans.group_curves import GroupCurve, curve_of, released_groups
from analytics.emmie.repeat_plans.group_tests import GroupTestFound, tests_of
from analytics.emmie.repeat_plans.spells import EXTRACTS, spells
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.extracts.code_lists import CATEGORY_OF_ABUSE, CLOSED_TO, CONFERENCE_RISK
from analytics.extracts.protocol import Protocol
from analytics.statistics.inputs import StringArray

Grouping = Literal["category", "team", "adversities", "closed_to", "risk"]
COLUMN: Final[dict[Grouping, str]] = {
    "category": "category",
    "team": "team_id",
    "adversities": "aspects",
    "closed_to": "closed_to",
    "risk": "risk",
}
OF_THE_PLAN: Final = ("category", "team")
"""Groupings that need nothing to be known of how the plan ended."""

ORDER: Final[dict[Grouping, tuple[str, ...]]] = {
    "category": tuple(CATEGORY_OF_ABUSE),
    "adversities": ("0", "1", "2", "3"),
    "closed_to": tuple(CLOSED_TO),
    "risk": tuple(CONFERENCE_RISK),
}
MOST, MOST_APART, REST = 4, 3, "rest"
"""Curves in one figure; groups beside what is taken together; and the key of that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatGroupsQuestion(Question["RepeatGroupsAnswer"]):
    """Ask how soon children return to a plan, by group.

    Attributes
    ----------
    grouping : str
        What divides the plans. With more than four groups the three largest are told apart: were it
        a choice, one choice could be subtracted from another.
    level : float
        Confidence level of every interval, between 0 and 1.
    """

    grouping: Grouping = "category"
    level: float = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatGroupsAnswer:
    """Curves of two to four groups, and whether they differ by more than chance.

    Attributes
    ----------
    groups : tuple of GroupCurve
        They divide the plans.
    together : tuple of str
        Groups that are taken together as ``rest``.
    tests : tuple of GroupTestFound
        The first one with a p-value is the one that is read.
    n_unknown : int or None
        Plans of which the group is not known; they are left out.
    """

    provenance: Provenance
    grouping: Grouping
    groups: tuple[GroupCurve, ...]
    together: tuple[str, ...]
    tests: tuple[GroupTestFound, ...]
    n_unknown: int | None
    level: float

    @property
    def test(self) -> GroupTestFound | None:
        """The test that is read; None when there is none."""
        return next((one for one in self.tests if one.p_value is not None), None)

    def disclose(self, policy: Policy) -> Self:
        """Withhold small groups and those that would tell them; coarsen the others together."""
        unknown = self.n_unknown
        return replace(
            self,
            groups=released_groups(self.groups, policy),
            n_unknown=None if policy.is_small(unknown or 0) else unknown,
        )


def extracts_of_groups(protocol: Protocol) -> tuple[str, ...]:
    """Return what the groups are counted in."""
    has_endings = "plan_endings" in protocol.evaluation.extracts
    return WITH_ENDINGS if has_endings else EXTRACTS


def answer_repeat_groups(
    question: RepeatGroupsQuestion, study: Study
) -> RepeatGroupsAnswer | Unanswered:
    """Estimate the cumulative incidence of a return to a plan in each group.

    Parameters
    ----------
    question : RepeatGroupsQuestion
        What divides the plans.
    study : Study
        Evaluation, filters and viewer.

    Returns
    -------
    RepeatGroupsAnswer or Unanswered
    """
    repeat = study.protocol.repeat
    needed = EXTRACTS if question.grouping in OF_THE_PLAN else WITH_ENDINGS
    provenance = study.provenance(*needed)
    if repeat is None or not set(needed) <= set(study.protocol.evaluation.extracts):
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    found = spells if question.grouping in OF_THE_PLAN else followed_endings
    column = COLUMN[question.grouping]
    rows = study.store.rows(
        found(study, repeat.history_from)
        .order_by("plan_id")
        .select("days", "event", "cause", "family_id", column)
    )
    known = rows[rows[column].notna()]
    if known.empty:
        return Unanswered(reason="no_rows", provenance=provenance)
    labels, together = _taken_together(known[column].astype(str).to_numpy(np.str_))
    keys = _in_order(set(labels), question.grouping)
    if len(keys) < 2:
        return Unanswered(reason="not_estimable", details=("one_group",), provenance=provenance)
    followed = Followed.of(known, max(HORIZON, *repeat.within_days))
    return RepeatGroupsAnswer(
        provenance=provenance,
        grouping=question.grouping,
        groups=tuple(
            curve_of(key, followed.part(labels == key), repeat.within_days, question.level)
            for key in keys
        ),
        together=together,
        tests=tests_of(followed, labels),
        n_unknown=len(rows) - len(known),
        level=question.level,
    )


def _taken_together(labels: StringArray) -> tuple[StringArray, tuple[str, ...]]:
    """Return the group of each plan, four at most, and the groups that are taken together."""
    names, counts = np.unique(labels, return_counts=True)
    together = taken_together({str(name): int(n) for name, n in zip(names, counts, strict=True)})
    return np.where(np.isin(labels, together), REST, labels), together


def taken_together(sizes: Mapping[str, int]) -> tuple[str, ...]:
    """Return the groups that are not told apart, given the plans of each."""
    names = sorted(sizes)
    if len(names) <= MOST:
        return ()
    apart = sorted(names, key=lambda name: -sizes[name])[:MOST_APART]
    return tuple(name for name in names if name not in apart)


def _in_order(keys: Collection[str], grouping: Grouping) -> list[str]:
    order = ORDER.get(grouping, ())
    known = [key for key in order if key in keys]
    others = sorted(key for key in keys if key not in order and key != REST)
    return [*known, *others, *([REST] if REST in keys else [])]
