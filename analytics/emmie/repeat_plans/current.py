"""Who to look at: plans of now, and conferences of late, of children with a recent earlier plan.

Cases are listed only for viewers who may see them; everyone else gets counts, with small ones
withheld.
Methods: ``docs/methods/questions/repeat_plan_analysis.md``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, Self

import ibis

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import shown_cells, withhold_count
from analytics.emmie.repeat_plans.returns import (
    TWO_YEARS,
    PlanSpan,
    chronologies,
    plans_in_order,
    returns_of_now,
)
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.extracts.contracts import CP_PLANS
from analytics.extracts.filters import apply_filters

EXTRACTS = ("cp_plans", "children", "plan_endings", "conferences")
Kind = Literal["plan", "conference"]
KINDS: tuple[Kind, ...] = ("plan", "conference")
GAPS: dict[str, int] = {"6_months": 182, "1_year": 365, "18_months": 547, "2_years": TWO_YEARS}
"""Bands of the time since the earlier plan, with the last day of each."""

COLUMNS = (
    "child_id", "family_id", "team_id", "category", "gap_days", "since", "previous_plans", "place",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentPlansQuestion(Question["CurrentPlansAnswer"]):
    """Ask which children of now had been on a plan in the two years before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """One child to look at; for viewers who may see cases.

    Attributes
    ----------
    kind : str
        ``plan``: on a plan that is open; ``conference``: a conference of late, and no such plan.
    team, category : str or None
        Of the plan; for a conference, of the child's last plan.
    since : date
        Start of the plan, or day of the conference.
    gap_days : int
        Days between the end of the earlier plan and ``since``.
    spans : tuple of PlanSpan
        The child's plans in the extract, oldest first.
    earlier_plans : int
        Earlier plans that are counted and not in the extract.
    """

    kind: Kind
    child_id: str
    family_id: str
    team: str | None
    category: str | None
    since: date
    gap_days: int
    spans: tuple[PlanSpan, ...]
    earlier_plans: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Children in one part of all; None when withheld."""

    key: str
    n_children: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentCounts:
    """Children to look at, counted.

    Attributes
    ----------
    n_children : int or None
        All of them; each of the three divisions adds up to it.
    kinds, gaps, teams : tuple of Part
        By kind, by time since the earlier plan, and by team (an empty key: none is recorded).
    """

    n_children: int | None
    kinds: tuple[Part, ...]
    gaps: tuple[Part, ...]
    teams: tuple[Part, ...]

    def disclose(self, policy: Policy) -> Self:
        """Withhold small counts, for everyone."""
        return replace(
            self,
            n_children=withhold_count(self.n_children, policy),
            kinds=_shown(self.kinds, policy),
            gaps=_shown(self.gaps, policy),
            teams=_shown(self.teams, policy),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentPlansAnswer:
    """Children to look at: counts for everyone, and the list for some viewers.

    Attributes
    ----------
    counts : CurrentCounts
        What may be passed on.
    own : CurrentCounts or None
        The true counts, made only for a viewer who may see every case that is counted.
    lines : tuple of CaseLine
        By time since the earlier plan, shortest first.
    may_see_cases : bool
        Whether the viewer may; otherwise a released answer has no ``own`` and no line.
    """

    provenance: Provenance
    counts: CurrentCounts
    own: CurrentCounts | None
    lines: tuple[CaseLine, ...]
    may_see_cases: bool

    def disclose(self, policy: Policy) -> Self:
        """Withhold small counts; true counts and cases stay only for who may see the cases."""
        return replace(
            self,
            counts=self.counts.disclose(policy),
            own=self.own if self.may_see_cases else None,
            lines=self.lines if self.may_see_cases else (),
        )


def answer_current_plans(
    question: CurrentPlansQuestion, study: Study
) -> CurrentPlansAnswer | Unanswered:
    """Find the children of now who had been on a plan in the two years before.

    Parameters
    ----------
    question : CurrentPlansQuestion
        Nothing to choose.
    study : Study
        Evaluation, filters and viewer. Filters apply to the plan that is open, or the child's last
        one; the period is that in which the plan started or the conference was held.

    Returns
    -------
    CurrentPlansAnswer or Unanswered
    """
    del question
    provenance = study.provenance(*EXTRACTS)
    if study.protocol.repeat is None:
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    plans = _open_plans(study)
    rows: list[tuple[Kind, dict[str, Any]]] = [("plan", row) for row in _rows(study, plans)]
    if _has_conferences(study):
        without = _conferences(study).anti_join(plans, "child_id")
        rows += [("conference", row) for row in _rows(study, without)]
    if not rows:
        return Unanswered(reason="no_rows", provenance=provenance)
    counts = CurrentCounts(
        n_children=len(rows),
        kinds=_parts(KINDS, [kind for kind, _ in rows]),
        gaps=_parts(GAPS, [_band(row["gap_days"]) for _, row in rows]),
        teams=_parts((), [row["team_id"] or "" for _, row in rows]),
    )
    may_see = study.viewer.may_see_cases
    return CurrentPlansAnswer(
        provenance=provenance,
        counts=counts,
        own=counts if may_see else None,
        lines=_lines(study, rows) if may_see else (),
        may_see_cases=may_see,
    )


def _open_plans(study: Study) -> ibis.Table:
    return returns_of_now(study).mutate(since=ibis._.started_on)


def _conferences(study: Study) -> ibis.Table:
    """Return children whose family had a conference in the last quarter, soon after a plan ended.

    Only conferences that record an earlier plan: others review a first plan, also one that has just
    ended. One row for each child who is still a child here: the newest conference, and the last
    plan that had ended before it.
    """
    as_at = study.protocol.evaluation.as_at
    held = study.unfiltered("conferences")
    quarter_ago = (ibis.literal(as_at) - ibis.interval(months=3)).cast("date")
    held = held.filter(held.held_on > quarter_ago, held.held_on <= as_at, held.previously_planned)
    plans = plans_in_order(study)
    plans = plans.filter(plans.child_id.isin(_still_here(study).child_id))
    joined = plans.join(held.select("family_id", since="held_on"), "family_id")
    joined = joined.filter(joined.ended_on.notnull(), joined.ended_on < joined.since)
    newest = ibis.window(
        group_by="child_id",
        order_by=[ibis.desc("since"), ibis.desc("started_on"), ibis.desc("plan_id")],
    )
    joined = joined.mutate(rank=ibis.row_number().over(newest))
    joined = joined.mutate(gap_days=joined.since.delta(joined.ended_on, unit="day"))
    return joined.filter(joined["rank"] == 0, joined.gap_days <= TWO_YEARS)


def _still_here(study: Study) -> ibis.Table:
    """Return the children who are under 18 at the as-at date, and have neither died nor moved."""
    as_at = study.protocol.evaluation.as_at
    children = study.unfiltered("children")
    adult_on = (children.born_on + ibis.interval(years=18)).cast("date")
    here = children.left_on.isnull() | (children.left_on > as_at)
    return children.filter(adult_on > as_at, here)


def _rows(study: Study, table: ibis.Table) -> list[dict[str, Any]]:
    roles = {**CP_PLANS.roles, "period": "since"}
    return study.store.records(
        apply_filters(table, study.filters, roles).order_by("child_id").select(*COLUMNS)
    )


def _has_conferences(study: Study) -> bool:
    status = study.store.statuses.get("conferences")
    return status is not None and status.usable


def _band(days: int) -> str:
    return next(key for key, last in GAPS.items() if days <= last)


def _parts(keys: Iterable[str], found: list[str]) -> tuple[Part, ...]:
    """Return how many of each key there are; further keys in alphabetical order, the empty last."""
    counts = Counter(found)
    more = sorted(set(counts) - set(keys), key=lambda key: (not key, key))
    return tuple(Part(key=key, n_children=counts[key]) for key in (*keys, *more))


def _shown(parts: tuple[Part, ...], policy: Policy) -> tuple[Part, ...]:
    cells = shown_cells([part.n_children or 0 for part in parts], policy)
    return tuple(replace(part, n_children=n) for part, n in zip(parts, cells, strict=True))


def _lines(study: Study, rows: Sequence[tuple[Kind, Mapping[str, Any]]]) -> tuple[CaseLine, ...]:
    spans = chronologies(study, [row["child_id"] for _, row in rows])
    lines = [
        CaseLine(
            kind=kind,
            child_id=row["child_id"],
            family_id=row["family_id"],
            team=row["team_id"],
            category=row["category"],
            since=row["since"],
            gap_days=row["gap_days"],
            spans=spans[row["child_id"]],
            earlier_plans=max((row["previous_plans"] or 0) - row["place"], 0),
        )
        for kind, row in rows
    ]
    return tuple(sorted(lines, key=lambda line: (line.gap_days, line.since, line.child_id)))
