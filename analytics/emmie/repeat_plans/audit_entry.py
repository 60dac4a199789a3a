"""Answers of the analysis of a repeat plan, as they are entered: checked, then saved.

Methods: ``docs/methods/questions/repeat_plan_analysis.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from analytics.emmie.repeat_plans.returns import plans_to_analyse
from analytics.emmie.study import Study
from analytics.errors import InvalidInputError, NotAllowedError
from analytics.extracts.code_lists import AUDIT_ANSWER, AUDIT_FLAGS
from analytics.extracts.entries import NewAnswer, save_answers
from analytics.extracts.filters import NO_FILTERS


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Answers about one plan: pairs of a question and ``yes``, ``no`` or ``not_known``."""

    plan_id: str
    answers: tuple[tuple[str, str], ...]


def save_entry(entry: AuditEntry, study: Study) -> None:
    """Save answers about one plan, all of them or none.

    Parameters
    ----------
    entry : AuditEntry
        What was answered.
    study : Study
        Evaluation and viewer; filters mean nothing here.

    Raises
    ------
    NotAllowedError
        When the viewer may not see cases, has no key to stand for them, or the plan is none that
        they may analyse. Which of these, and whether there is such a plan, is not said.
    InvalidInputError
        When a question or an answer is none of the audit's, or a question is answered twice.
    EntriesError
        When nothing could be saved.
    """
    viewer = study.viewer
    if not (viewer.may_see_cases and viewer.key):
        raise NotAllowedError("Only viewers who may see cases can enter answers.")
    questions = [question for question, _ in entry.answers]
    if not set(questions) <= set(AUDIT_FLAGS) or len(set(questions)) < len(questions):
        raise InvalidInputError("Each question must be one of the audit's, and answered once.")
    if not {answer for _, answer in entry.answers} <= set(AUDIT_ANSWER):
        raise InvalidInputError("Each answer must be yes, no or not known.")
    plans = plans_to_analyse(replace(study, filters=NO_FILTERS))
    found = study.store.records(
        plans.filter(plans.plan_id == entry.plan_id).select(
            "plan_id", "child_id", "local_authority"
        )
    )
    if not found:
        raise NotAllowedError("Answers can be entered only about plans that are to be analysed.")
    save_answers(
        study.library.entries_folder(study.evaluation.name),
        [
            NewAnswer(**found[0], question=question, answer=answer, answered_by=viewer.key)
            for question, answer in entry.answers
        ],
    )
