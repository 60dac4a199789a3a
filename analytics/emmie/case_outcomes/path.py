"""The path of a case from referral to outcome, before and since the change of process.

Every step has its own denominator; open cases are shown and are in no denominator of outcomes.
Methods: ``docs/methods/questions/case_outcomes.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Literal, Self

import ibis

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import Share
from analytics.emmie.case_outcomes.over_time import OTHER_AREAS, by_areas, out_of_court_codes
from analytics.emmie.case_outcomes.path_changes import PathChange, changes_of, disclosed_changes
from analytics.emmie.case_outcomes.path_disclosure import disclosed_sides
from analytics.emmie.case_outcomes.periods import Break, breaks_of
from analytics.emmie.effect.cases import cases_with_outcomes
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.extracts import code_lists as codes
from analytics.extracts.protocol import Outcome, Protocol
from analytics.statistics.results import Interval
from analytics.statistics.two_groups.proportions import wilson_interval

Side = Literal["before", "since"]
STEPS_OF_RECORDED: Final = ("earlier_referral", "earlier_plan", "open")
"""Steps out of all recorded cases."""
PLAN: Final = "plan"
"""A child protection plan afterwards, out of the cases that were followed for long enough."""
TOGETHER: Final = "out_of_court"
"""All disposals that the setting counts as out-of-court, out of closed cases."""
STEPS_OF_CLOSED: Final = (*codes.OUTCOME_GROUPS, TOGETHER)


@dataclass(frozen=True, slots=True, kw_only=True)
class PathQuestion(Question["PathAnswer"]):
    """Ask how cases went from referral to outcome.

    Attributes
    ----------
    include_22 : bool
        Whether Outcome 22 counts as an out-of-court disposal.
    """

    include_22: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PathSide:
    """The cases of one group of areas, before the change or since.

    Attributes
    ----------
    recorded, closed, followed : int or None
        Cases, those with an outcome, and those followed for long enough to know of a plan; None
        when withheld.
    steps : tuple of (str, Share)
        Each step's share of its own denominator.
    """

    areas: str
    side: Side
    recorded: int | None
    closed: int | None
    followed: int | None
    steps: tuple[tuple[str, Share], ...]

    def step(self, key: str) -> Share | None:
        """Return the share of one step; None when there is no such step."""
        return dict(self.steps).get(key)

    def cases(self, of: str) -> int | None:
        """Return how many cases were ``recorded``, ``closed`` or ``followed``."""
        return {"recorded": self.recorded, "closed": self.closed}.get(of, self.followed)

    def interval(self, key: str) -> Interval | None:
        """Return the interval of a step's share, as if cases were independent."""
        share = self.step(key)
        if share is None or share.events is None or not share.n:
            return None
        return wilson_interval(share.events, share.n)


@dataclass(frozen=True, slots=True, kw_only=True)
class PathAnswer:
    """The path of cases in each group of areas, before and since, and what changed.

    Attributes
    ----------
    change_on : date
        First day of the new process.
    plan_within_days : int or None
        Days within which a plan counts; None where plans are not linked.
    breaks : tuple of Break
        Changes of recording between the first case and the last.
    """

    provenance: Provenance
    out_of_court_codes: tuple[int, ...]
    change_on: date
    plan_within_days: int | None
    sides: tuple[PathSide, ...]
    changes: tuple[PathChange, ...]
    breaks: tuple[Break, ...] = ()

    def disclose(self, policy: Policy) -> Self:
        """Withhold small flows, and others from which one could be worked out."""
        sides = disclosed_sides(self.sides, policy)
        return replace(self, sides=sides, changes=disclosed_changes(self.changes, sides, policy))


def asks_path(protocol: Protocol) -> bool:
    """Return whether a protocol has cases on both sides of a change."""
    return "cases" in protocol.evaluation.extracts and protocol.change is not None


def extracts_of_path(protocol: Protocol) -> tuple[str, ...]:
    """Return the extracts that the path is counted in."""
    return ("cases", "cp_plans") if _plan(protocol) else ("cases",)


def answer_path(question: PathQuestion, study: Study) -> PathAnswer | Unanswered:
    """Count cases by family, side of the change and group of areas; the engine counts.

    Parameters
    ----------
    question : PathQuestion
        Codes.
    study : Study
        Evaluation, filters and viewer.

    Returns
    -------
    PathAnswer or Unanswered
    """
    protocol, change = study.protocol, study.protocol.change
    if change is None or not asks_path(protocol):
        return Unanswered(reason="not_in_protocol", provenance=study.provenance())
    provenance = study.provenance(*extracts_of_path(protocol))
    out_of_court = out_of_court_codes(include_22=question.include_22)
    plan = _plan(protocol)
    families = study.store.records(_families(study, out_of_court, plan, change.on))
    if not families:
        return Unanswered(reason="no_rows", provenance=provenance)
    labels = [protocol.areas.with_label, protocol.areas.without_label, OTHER_AREAS]
    steps = [*STEPS_OF_RECORDED, *STEPS_OF_CLOSED, *([PLAN] if plan else [])]
    grouped = {label: [row for row in families if row["areas"] == label] for label in labels}
    return PathAnswer(
        provenance=provenance,
        out_of_court_codes=out_of_court,
        change_on=change.on,
        plan_within_days=plan.within_days if plan else None,
        sides=tuple(
            _side(label, side, mine, steps)
            for label, rows in grouped.items()
            for side, is_new in SIDES
            if (mine := [row for row in rows if row["is_new"] is is_new])
        ),
        changes=tuple(
            found
            for label, rows in grouped.items()
            for found in changes_of(
                label,
                rows,
                {step: denominator(step) for step in steps if step not in STEPS_OF_RECORDED},
            )
        ),
        breaks=_breaks(study),
    )


def _breaks(study: Study) -> tuple[Break, ...]:
    """Return the changes of recording that fall between the first case and the last."""
    recorded_on = study.table("cases").recorded_on
    days = recorded_on.as_table().aggregate(first=recorded_on.min(), last=recorded_on.max())
    (span,) = study.store.records(days)
    return breaks_of(study.protocol, span["first"], span["last"])


SIDES: Final[tuple[tuple[Side, bool], ...]] = (("before", False), ("since", True))


def denominator(step: str) -> str:
    """Return which cases a step is a share of: ``recorded``, ``closed`` or ``followed``."""
    if step == PLAN:
        return "followed"
    return "recorded" if step in STEPS_OF_RECORDED else "closed"


def _plan(protocol: Protocol) -> Outcome | None:
    """Return the outcome that is a plan within some days, where plans are linked."""
    if "cp_plans" not in protocol.evaluation.extracts:
        return None
    return next((one for one in protocol.outcomes if one.kind == "plan"), None)


def _families(
    study: Study, out_of_court: tuple[int, ...], plan: Outcome | None, change_on: date
) -> ibis.Table:
    """Return the counts of each family, by group of areas and side of the change, not executed."""
    cases = cases_with_outcomes(study, [plan] if plan else [])
    flags: dict[str, Any] = {
        "earlier_referral": cases.prior_referrals > 0,
        "earlier_plan": cases.prior_plan,
        "open": cases.outcome_code.isnull(),
        **{key: cases.outcome_code.isin(group) for key, group in codes.OUTCOME_GROUPS.items()},
        TOGETHER: cases.outcome_code.isin(out_of_court),
    }
    flagged = by_areas(cases, study).mutate(
        is_new=cases.recorded_on >= change_on,
        **{f"flag_{key}": flag.cast("int64") for key, flag in flags.items()},
    )
    sums: dict[str, Any] = {key: flagged[f"flag_{key}"].sum().coalesce(0) for key in flags}
    if plan:
        sums |= {
            PLAN: flagged[plan.key].sum().coalesce(0),
            "followed": flagged[plan.key].count(),
        }
    counts = flagged.group_by("areas", "is_new", "family_id").aggregate(
        recorded=flagged.count(), closed=flagged.outcome_code.count(), **sums
    )
    return counts.order_by("areas", "is_new", "family_id")


def _side(label: str, side: Side, rows: Sequence[dict[str, Any]], steps: Sequence[str]) -> PathSide:
    totals = {
        key: sum(int(row.get(key, 0)) for row in rows)
        for key in ("recorded", "closed", "followed", *steps)
    }
    with_22 = totals[TOGETHER] != totals["out_of_court_formal"] + totals["out_of_court_informal"]
    return PathSide(
        areas=label,
        side=side,
        recorded=totals["recorded"],
        closed=totals["closed"],
        followed=totals["followed"] if PLAN in steps else None,
        steps=tuple(
            (
                step,
                Share.of(
                    totals[step],
                    totals[denominator(step)],
                    part=totals["diversionary"] if step == TOGETHER and with_22 else 0,
                ),
            )
            for step in steps
        ),
    )
