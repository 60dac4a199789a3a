"""The exhibit of how long assessments took, as a document reports it."""

from __future__ import annotations

from analytics.disclosure.release import Released
from analytics.emmie.case_outcomes.assessment_findings import AssessmentFindingsAnswer
from analytics.emmie.evidence import ReportedFinding
from analytics.exhibits import wording
from analytics.exhibits.exhibit import Exhibit, Table


def assessment_findings_exhibits(
    released: Released[AssessmentFindingsAnswer],
) -> tuple[Exhibit, ...]:
    """Return the reported durations, and what keeps them from being worked out again.

    Parameters
    ----------
    released : Released of AssessmentFindingsAnswer
        What the document reports.
    """
    answer = released.answer
    first = answer.findings[0]
    said = tuple(_sentence(one) for one in answer.findings)
    limits = tuple(
        dict.fromkeys(
            text
            for one in answer.findings
            for text in (one.caveat, one.not_computed_because)
            if text
        )
    )
    return (
        Exhibit(
            key="reported_assessments",
            headline=_headline(answer),
            subtitle=(
                f"{first.measure}, {answer.provenance.place}, {first.window or 'no year given'}, "
                "as the document reports it; no interval is given"
            ),
            figure=None,
            table=Table(
                columns=("Of whom", "Reported", "When", "Difference", "Size"),
                rows=tuple(
                    (
                        one.group_label or one.measure,
                        one.value_text,
                        one.window or "",
                        one.significance,
                        one.n or "",
                    )
                    for one in answer.findings
                ),
            ),
            alt_text=f"Table of {len(answer.findings)} reported figures. {' '.join(said)}",
            notes=(
                "No authorities' figures of assessments are held here, so there is neither a "
                "funnel plot nor a comparison over the years.",
                released.statement,
            ),
            source=first.source,
            synthetic=False,
            filters_unused=answer.provenance.filters_unused,
            sentences=(*said, *limits),
        ),
    )


def _headline(answer: AssessmentFindingsAnswer) -> str:
    listed = [f"{one.value_text} ({_whose(one)})" for one in answer.findings]
    return f"Reported length of assessments: {', '.join(listed)}"


def _whose(one: ReportedFinding) -> str:
    return wording.lower_first(one.group_label or one.measure)


def _sentence(one: ReportedFinding) -> str:
    return f"{one.measure}, {_whose(one)}: {one.value_text} in {one.window or 'no year given'}."
