"""How soon children come back, by group.

Methods: ``docs/methods/questions/time_to_repeat_plan.md``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from typing import Final, Literal, Self

import numpy as np

from analytics.disclosure.partitions import withheld_groups
from analytics.disclosure.policy import Policy
from analytics.emmie.repeat_plans.endings import WITH_ENDINGS, followed_endings
from analytics.emmie.repeat_plans.followed import HORIZON, Followed
from analytics.emmie.repeat_plans.group_tests import GroupTestFound, tests_of
from analytics.emmie.repeat_plans.points import (
    CURVE_GRID,
    RISK_TABLE_DAYS,
    DayCounts,
    IncidencePoint,
    counts_of,
    curves_of,
    points_of,
    released_points,
    subset,
)
from analytics.emmie.repeat_plans.spells import EXTRACTS, spells
from analytics.emmie.repeat_plans.summary import FreeTime, free_time
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.extracts.code_lists import CATEGORY_OF_ABUSE, CLOSED_TO, CONFERENCE_RISK
from analytics.extracts.protocol import Protocol
from analytics.statistics.inputs import StringArray
from analytics.statistics.results import NotEstimable

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
MOST, REST = 4, "rest"
"""Curves that can be told apart in one figure, and the key of what is taken together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatGroupsQuestion(Question["RepeatGroupsAnswer"]):
    """Ask how soon children return to a plan, by group.

    Attributes
    ----------
    grouping : str
        What divides the plans.
    apart : tuple of str
        With more than four groups, those to tell apart, three at most; the largest when none is
        named.
    level : float
        Confidence level of every interval, between 0 and 1.
    """

    grouping: Grouping = "category"
    apart: tuple[str, ...] = ()
    level: float = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCurve:
    """Time to a return in one group.

    Attributes
    ----------
    key : str
        Code of the group, or ``rest``.
    n_spells, n_families, n_returns, n_competing, n_neither : int or None
        Plans that ended, families, returns, competing events, and plans with neither.
    within, at_risk, curve, counts, free
        As in ``RepeatPlansAnswer``; empty where the group is withheld or nobody in it returned.
    """

    key: str
    n_spells: int | None
    n_families: int | None
    n_returns: int | None
    n_competing: int | None
    n_neither: int | None
    within: tuple[IncidencePoint, ...]
    at_risk: tuple[IncidencePoint, ...]
    curve: tuple[IncidencePoint, ...]
    counts: tuple[DayCounts, ...]
    free: FreeTime | None

    @property
    def is_withheld(self) -> bool:
        """Whether disclosure control took the group away."""
        return self.n_spells is None


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
        cells = [
            (one.n_returns or 0, one.n_competing or 0, one.n_neither or 0) for one in self.groups
        ]
        out = withheld_groups(cells, policy)
        shown = [index for index, is_out in enumerate(out) if not is_out]
        drawn = [index for index in shown if self.groups[index].curve]
        found = _released_curves(self.groups, drawn, policy)
        groups = [
            _shown(one, found.get(index, ()), policy) if index in shown else _withheld(one)
            for index, one in enumerate(self.groups)
        ]
        unknown = self.n_unknown
        return replace(
            self,
            groups=tuple(groups),
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
        found(study, repeat.history_from).select("days", "event", "cause", "family_id", column)
    )
    known = rows[rows[column].notna()]
    if known.empty:
        return Unanswered(reason="no_rows", provenance=provenance)
    labels, together = _taken_together(known[column].astype(str).to_numpy(np.str_), question)
    keys = _in_order(set(labels), question.grouping)
    if len(keys) < 2:
        return Unanswered(reason="not_estimable", details=("one_group",), provenance=provenance)
    followed = Followed.of(known, max(HORIZON, *repeat.within_days))
    return RepeatGroupsAnswer(
        provenance=provenance,
        grouping=question.grouping,
        groups=tuple(
            _curve(key, followed.part(labels == key), repeat.within_days, question.level)
            for key in keys
        ),
        together=together,
        tests=tests_of(followed, labels),
        n_unknown=len(rows) - len(known),
        level=question.level,
    )


def _taken_together(
    labels: StringArray, question: RepeatGroupsQuestion
) -> tuple[StringArray, tuple[str, ...]]:
    """Return the group of each plan, four at most, and the groups that are taken together."""
    names, counts = np.unique(labels, return_counts=True)
    if len(names) <= MOST:
        return labels, ()
    wanted = [name for name in question.apart if name in names][: MOST - 1]
    apart = wanted or [str(name) for name in names[np.argsort(-counts, kind="stable")][: MOST - 1]]
    together = tuple(str(name) for name in names if name not in apart)
    return np.where(np.isin(labels, apart), labels, REST), together


def _in_order(keys: Collection[str], grouping: Grouping) -> list[str]:
    order = ORDER.get(grouping, ())
    known = [key for key in order if key in keys]
    others = sorted(key for key in keys if key not in order and key != REST)
    return [*known, *others, *([REST] if REST in keys else [])]


def _curve(key: str, followed: Followed, within: tuple[int, ...], level: float) -> GroupCurve:
    curves = curves_of(followed, level)
    days = {*CURVE_GRID, *within, *RISK_TABLE_DAYS}
    points: tuple[IncidencePoint, ...] = ()
    if not isinstance(curves, NotEstimable):
        points = points_of(followed, curves, days)
    returns, competing, neither = followed.cells
    return GroupCurve(
        key=key,
        n_spells=len(followed.days),
        n_families=followed.n_families,
        n_returns=returns,
        n_competing=competing,
        n_neither=neither,
        within=subset(points, within),
        at_risk=subset(points, RISK_TABLE_DAYS),
        curve=points,
        counts=counts_of(followed, days),
        free=free_time(followed, within, level),
    )


def _released_curves(
    groups: tuple[GroupCurve, ...], drawn: list[int], policy: Policy
) -> dict[int, tuple[IncidencePoint, ...]]:
    """Return the curves as they may be shown, by place.

    Of three or more, the two groups with the fewest returns are shown at fewer days than the
    others: between these days only both together can be worked out from the whole.
    """
    keys = [
        point.day
        for one in groups
        for points in (one.within[::-1], one.at_risk)
        for point in points
    ]
    by_returns = sorted(drawn, key=lambda index: groups[index].n_returns or 0)
    few = set(by_returns[:2]) if len(drawn) > 2 else set()
    many = [index for index in drawn if index not in few]
    hidden = [one.counts for index, one in enumerate(groups) if index not in drawn]
    first = released_points(
        [groups[index].curve for index in many],
        [
            *(groups[index].counts for index in many),
            *_sum([*(groups[index].counts for index in few), *hidden]),
        ],
        keys,
        policy,
    )
    if not few:
        return dict(zip(many, first, strict=True))
    days = {point.day for point in first[0]}
    second = released_points(
        [subset(groups[index].curve, days) for index in few],
        [*(groups[index].counts for index in few), *_sum(hidden)],
        keys,
        policy,
    )
    return dict(zip([*many, *few], [*first, *second], strict=True))


def _sum(counts: Sequence[tuple[DayCounts, ...]]) -> list[tuple[DayCounts, ...]]:
    """Return the counts of groups together, as a list of one; of none when there are none."""
    return [tuple(reduce(add, now) for now in zip(*counts, strict=True))] if counts else []


def _withheld(one: GroupCurve) -> GroupCurve:
    return replace(
        one,
        n_spells=None,
        n_families=None,
        n_returns=None,
        n_competing=None,
        n_neither=None,
        within=(),
        at_risk=(),
        curve=(),
        counts=(),
        free=None,
    )


def _shown(one: GroupCurve, curve: tuple[IncidencePoint, ...], policy: Policy) -> GroupCurve:
    days = {point.day for point in curve}
    return replace(
        one,
        n_families=None if policy.is_small(one.n_families or 0) else one.n_families,
        within=subset(curve, {point.day for point in one.within}),
        at_risk=subset(curve, {point.day for point in one.at_risk}),
        curve=curve,
        counts=(),
        free=one.free if one.free and one.free.horizon in days else None,
    )
