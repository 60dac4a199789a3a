"""Published evidence: what the source documents report, with its caveats."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self

from analytics.access.viewer import PUBLIC
from analytics.disclosure.policy import Policy
from analytics.emmie.study import Question
from analytics.errors import UnknownEvaluationError
from analytics.extracts.library import Library


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceQuestion(Question["EvidenceAnswer"]):
    """Ask what the documents report.

    Attributes
    ----------
    evaluation : str or None
        One evaluation; all of them when None.
    """

    evaluation: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedFinding:
    """One figure as a document reports it; see the contract ``published_findings``."""

    finding_id: str
    evaluation: str
    letter: str
    measure: str
    group_label: str | None
    value: float | None
    value_text: str
    unit: str
    basis: str
    direction: str | None
    window: str | None
    n: str | None
    significance: str
    reported_by: str
    source: str
    caveat: str | None
    computed_from: str | None = None
    tolerance: float | None = None
    not_computed_because: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceAnswer:
    """Reported findings in the order of the published table."""

    findings: tuple[ReportedFinding, ...]

    def disclose(self, policy: Policy) -> Self:
        """Return the same: every figure has been published."""
        del policy
        return self


def answer_evidence(question: EvidenceQuestion, library: Library) -> EvidenceAnswer:
    """Return what the documents report.

    Raises
    ------
    UnknownEvaluationError
        When no document and no evaluation has this name.
    """
    table = library.published_findings().table("published_findings", PUBLIC)
    if question.evaluation is not None:
        table = table.filter(table.evaluation == question.evaluation)
        is_known = question.evaluation in library.names()
        if not is_known and not library.published_findings().records(table.limit(1)):
            raise UnknownEvaluationError(f"No evaluation is called {question.evaluation!r}.")
    columns = [field.name for field in fields(ReportedFinding)]
    rows = library.published_findings().records(table.select(columns))
    return EvidenceAnswer(findings=tuple(ReportedFinding(**row) for row in rows))
