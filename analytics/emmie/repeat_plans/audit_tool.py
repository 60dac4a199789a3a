"""The analysis of repeat plans: whose is due, who has answered, and what the answers say so far.

Each child with a plan of now and an earlier one is analysed with the questions of the audit. Cases
are listed only for viewers who may see them; the tally is of families, as in the audit. Everyone
gets it with small counts withheld; viewers who may see the cases get the true counts beside it.
Methods: ``docs/methods/questions/repeat_plan_analysis.md``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Self

import ibis

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import Share, withhold_count
from analytics.emmie.repeat_plans.audit_tally import AuditCounts, Says, family_says, tally
from analytics.emmie.repeat_plans.returns import plans_to_analyse, returns_of_now
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.extracts.code_lists import AUDIT_FLAGS
from analytics.extracts.contracts import CP_PLANS
from analytics.extracts.filters import apply_filters

EXTRACTS = ("cp_plans", "audit_answers")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditToolQuestion(Question["AuditToolAnswer"]):
    """Ask which repeat plans are to be analysed and what the analyses say.

    Attributes
    ----------
    level : float
        Confidence level of every interval, between 0 and 1.
    """

    level: float = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The answer that counts for one question about one plan: the latest.

    ``answered_by`` is the key of a viewer, never a name; ``answered_at`` is in UTC.
    """

    question: str
    answer: str
    answered_by: str
    answered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One child whose newest plan is to be analysed; for viewers who may see cases.

    Attributes
    ----------
    gap_days : int
        Days since the earlier plan.
    given : tuple of Given
        Answers so far, in the order of the audit's questions.
    """

    plan_id: str
    child_id: str
    local_authority: str
    team: str | None
    started_on: date
    gap_days: int
    given: tuple[Given, ...]

    @property
    def token(self) -> str:
        """Stands for the case where its keys are not to be read, as in the name of a control."""
        return hashlib.sha256(f"{self.plan_id}|{self.child_id}".encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditToolAnswer:
    """Families to analyse, tallies of their answers and, for some viewers, the cases.

    Attributes
    ----------
    counts : AuditCounts
        What may be passed on.
    own : AuditCounts or None
        The true counts, made only for a viewer who may see every case that is counted.
    n_audited : int or None
        Families of the audit; None when the evaluation holds none.
    n_on_plan : int or None
        Children whose plan is open, whom another part of the page counts; not kept after release.
    may_see_cases : bool
        Whether the viewer may; otherwise there is no ``own`` and no case in a released answer.
    earlier_is_published : bool
        Whether the audit's counts have been published, so that none of them is small.
    """

    provenance: Provenance
    counts: AuditCounts
    own: AuditCounts | None
    n_audited: int | None
    cases: tuple[Case, ...]
    n_on_plan: int | None
    may_see_cases: bool
    earlier_is_published: bool

    def disclose(self, policy: Policy) -> Self:
        """Withhold small counts; true counts and cases stay only for who may see the cases."""
        check_earlier = not self.earlier_is_published
        own = self.own if self.may_see_cases else None
        counts = self.counts.disclose(policy, check_earlier=check_earlier)
        if policy.is_small(abs((self.counts.n_children or 0) - (self.n_on_plan or 0))):
            # Few children are back whose plan has ended again: the others are counted elsewhere.
            counts = replace(counts, n_children=None)
        return replace(
            self,
            counts=counts,
            n_on_plan=None,
            own=own and own.beside_audit(policy, check_earlier=check_earlier),
            n_audited=(
                self.n_audited
                if self.earlier_is_published
                else withhold_count(self.n_audited, policy)
            ),
            cases=self.cases if self.may_see_cases else (),
        )


def answer_audit_tool(question: AuditToolQuestion, study: Study) -> AuditToolAnswer | Unanswered:
    """Find the plans to analyse, and tally the answers that count.

    Parameters
    ----------
    question : AuditToolQuestion
        Level of the intervals.
    study : Study
        Evaluation, filters and viewer; filters apply to the child's newest plan.

    Returns
    -------
    AuditToolAnswer or Unanswered
    """
    provenance = _provenance(study)
    if study.protocol.repeat is None:
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    plans = plans_to_analyse(study).select(
        "plan_id", "child_id", "family_id", "local_authority", "team_id", "started_on", "gap_days"
    )
    rows = study.store.records(plans.order_by("gap_days", "started_on", "plan_id"))
    if not rows:
        return Unanswered(reason="no_rows", provenance=provenance)
    given = _given(study, [row["plan_id"] for row in rows])
    families = _families(rows, given)
    earlier = _earlier(study)
    counts = AuditCounts(
        n_children=len(rows),
        n_families=len(families),
        analysed=Share.of(sum(map(bool, families.values())), len(families)),
        tallies=tuple(
            tally(key, families.values(), earlier.get(key, Share.of(0, 0)), level=question.level)
            for key in AUDIT_FLAGS
        ),
    )
    may_see = study.viewer.may_see_cases
    return AuditToolAnswer(
        provenance=provenance,
        counts=counts,
        own=counts if may_see else None,
        n_audited=_audited(study),
        cases=tuple(_case(row, given) for row in rows) if may_see else (),
        n_on_plan=_on_plan(study),
        may_see_cases=may_see,
        earlier_is_published=study.protocol.policy_of("audit_families") == "published",
    )


def _on_plan(study: Study) -> int:
    plans = apply_filters(returns_of_now(study), study.filters, dict(CP_PLANS.roles))
    return int(study.store.records(plans.aggregate(n=plans.count()))[0]["n"])


def _provenance(study: Study) -> Provenance:
    found = study.provenance("cp_plans", "audit_families")
    entered = study.library.entries(study.evaluation.name).fingerprint("audit_answers")
    return replace(found, fingerprint=f"{found.fingerprint}-{entered}".strip("-"))


def _given(study: Study, plans: list[str]) -> dict[str, dict[str, Given]]:
    """Return the latest answer to each question about some plans; none before the first is saved.

    Raises
    ------
    UnusableExtractError
        When the entries cannot be read: an empty tally would be wrong.
    """
    entries = study.library.entries(study.evaluation.name)
    if not entries.statuses["audit_answers"].fingerprint:
        return {}
    answers = entries.table("audit_answers", study.viewer)
    answers = answers.filter(answers.plan_id.isin(plans))
    newest = ibis.window(
        group_by=["plan_id", "question"],
        order_by=[ibis.desc("answered_at"), ibis.desc("answer_id")],
    )
    answers = answers.mutate(age=ibis.row_number().over(newest))
    latest = answers.filter(answers.age == 0).select(
        "plan_id", "question", "answer", "answered_by", "answered_at"
    )
    found: dict[str, dict[str, Given]] = {}
    for row in entries.records(latest):
        mine = found.setdefault(row.pop("plan_id"), {})
        mine[row["question"]] = Given(**row)
    return found


def _case(row: Mapping[str, Any], given: Mapping[str, Mapping[str, Given]]) -> Case:
    mine = given.get(row["plan_id"], {})
    return Case(
        plan_id=row["plan_id"],
        child_id=row["child_id"],
        local_authority=row["local_authority"],
        team=row["team_id"],
        started_on=row["started_on"],
        gap_days=row["gap_days"],
        given=tuple(mine[key] for key in AUDIT_FLAGS if key in mine),
    )


def _families(
    rows: Iterable[Mapping[str, Any]], given: Mapping[str, Mapping[str, Given]]
) -> dict[str, dict[str, Says]]:
    """Return what each family says to the questions that were answered for any of its children."""
    answers: dict[str, dict[str, set[str]]] = {}
    for row in rows:
        mine = answers.setdefault(row["family_id"], {})
        for one in given.get(row["plan_id"], {}).values():
            mine.setdefault(one.question, set()).add(one.answer)
    return {
        family: {question: family_says(found) for question, found in mine.items()}
        for family, mine in answers.items()
    }


def _earlier(study: Study) -> dict[str, Share]:
    """Return the audit's shares of families with each feature."""
    if not _has_audit(study):
        return {}
    families = study.unfiltered("audit_families")
    counts = study.store.records(
        families.aggregate(
            **{f"yes_{flag}": families[flag].cast("int64").sum() for flag in AUDIT_FLAGS},
            **{f"known_{flag}": families[flag].count() for flag in AUDIT_FLAGS},
        )
    )[0]
    return {
        flag: Share.of(int(counts[f"yes_{flag}"] or 0), int(counts[f"known_{flag}"]))
        for flag in AUDIT_FLAGS
    }


def _audited(study: Study) -> int | None:
    if not _has_audit(study):
        return None
    families = study.unfiltered("audit_families")
    return int(study.store.records(families.aggregate(n=families.count()))[0]["n"])


def _has_audit(study: Study) -> bool:
    status = study.store.statuses.get("audit_families")
    return status is not None and status.usable
