"""How long assessments took, as a document reports it: no published table of them is held.

Methods: ``docs/methods/questions/timeliness.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from analytics.disclosure.policy import Policy
from analytics.emmie.evidence import EvidenceQuestion, ReportedFinding, answer_evidence
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.extracts.protocol import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentFindingsQuestion(Question["AssessmentFindingsAnswer"]):
    """Ask what an evaluation's document reports of the duration of assessments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentFindingsAnswer:
    """Reported durations in the order of the protocol."""

    provenance: Provenance
    findings: tuple[ReportedFinding, ...]

    def disclose(self, policy: Policy) -> Self:
        """Return the same: every figure has been published."""
        del policy
        return self


def asks_assessment_findings(protocol: Protocol) -> bool:
    """Return whether a protocol names findings about assessments."""
    return bool(protocol.evaluation.assessment_findings)


def answer_assessment_findings(
    question: AssessmentFindingsQuestion, study: Study
) -> AssessmentFindingsAnswer | Unanswered:
    """Look up the findings that the protocol names.

    Parameters
    ----------
    question : AssessmentFindingsQuestion
        Nothing to choose.
    study : Study
        Evaluation; no filter has a meaning here.

    Returns
    -------
    AssessmentFindingsAnswer or Unanswered
    """
    del question
    provenance = replace(
        study.provenance(),
        synthetic=False,
        seed=None,
        as_at=None,
        filters_unused=tuple(sorted(study.filters.active())),
    )
    asked = EvidenceQuestion(evaluation=provenance.evaluation)
    known = {one.finding_id: one for one in answer_evidence(asked, study.library).findings}
    named = study.protocol.evaluation.assessment_findings
    findings = tuple(known[key] for key in named if key in known)
    if not findings:
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    return AssessmentFindingsAnswer(provenance=provenance, findings=findings)
