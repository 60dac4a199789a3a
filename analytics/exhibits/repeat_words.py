"""Words for the analysis of repeat plans."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from analytics.emmie.repeat_plans.audit_tally import Reading
from analytics.emmie.repeat_plans.audit_tool import Case
from analytics.emmie.repeat_plans.current import CaseLine, Kind
from analytics.emmie.repeat_plans.returns import PlanSpan
from analytics.exhibits import wording
from analytics.extracts.code_lists import AUDIT_FLAGS

DAYS_IN_A_MONTH = 365.25 / 12

QUESTION_GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "What brought the family to conference": (
        "domestic_abuse",
        "female_victim",
        "parental_mental_health",
        "substance_misuse",
        "alcohol_misuse",
        "sexual_offence_concern",
        "previous_physical_abuse",
        "original_risk_returned",
    ),
    "What was known of the family's history": (
        "full_chronology",
        "adult_checks_completed",
        "care_experienced_parent",
        "trauma_considered",
        "older_children_elsewhere",
        "no_contact_older_children",
    ),
    "Who worked with the family": ("changed_worker", "changed_manager", "changed_chair"),
    "How the earlier plan went": (
        "parental_non_engagement",
        "disguised_compliance_missed",
        "network_not_considered",
        "issue_dropped",
    ),
    "How the earlier plan ended": (
        "incomplete_intervention",
        "no_sustained_change",
        "closed_prematurely",
        "closed_at_parental_request",
        "lead_professional_identified",
        "no_lead_professional",
    ),
}
"""The questions of the audit in the order in which they are asked, under their headings."""

READINGS: Final[dict[Reading, str]] = {
    "higher": "Higher",
    "lower": "Lower",
    "cant_tell": "Can't tell",
}
KINDS: Final[dict[Kind, str]] = {
    "plan": "On a plan",
    "conference": "Conference held",
}
GAPS: Final[dict[str, str]] = {
    "6_months": "Within 6 months",
    "1_year": "6 to 12 months",
    "18_months": "12 to 18 months",
    "2_years": "18 months to 2 years",
}
NO_TEAM: Final = "No team recorded"


def months(days: int) -> str:
    """Return days as whole months, in words."""
    whole = int(wording.rounded(days / DAYS_IN_A_MONTH))
    return wording.plural(whole, "month", "months") if whole else "under a month"


def month(day: date) -> str:
    """Return the month of a day, as ``Feb 2021``."""
    return f"{day:%b %Y}"


def moment(at: datetime) -> str:
    """Return when something was entered, to the minute."""
    return f"{at.day} {at:%B %Y at %H:%M} UTC"


def case_label(case: Case) -> str:
    """Return a case as it is offered for choice: key, start, gap and how much is answered."""
    gap = "earlier plan before the extract begins"
    if case.gap_days is not None:
        gap = f"{months(case.gap_days)} after the last one"
    answered = f"{len(case.given)} of {len(AUDIT_FLAGS)} answered"
    return f"{case.child_id}: plan since {month(case.started_on)}, {gap}; {answered}"


def last_answer(case: Case) -> str:
    """Return who answered last about a case, and when."""
    if not case.given:
        return "Nobody has answered yet."
    last = max(case.given, key=lambda one: one.answered_at)
    return (
        f"{len(case.given)} of {len(AUDIT_FLAGS)} questions answered; last by {last.answered_by} "
        f"on {moment(last.answered_at)}."
    )


def chronology(line: CaseLine) -> str:
    """Return the child's plans, and the time between them, in one line."""
    parts: list[str] = []
    if line.earlier_plans:
        parts.append(wording.plural(line.earlier_plans, "earlier plan", "earlier plans"))
    ended: date | None = None
    for span in line.spans:
        if ended is not None:
            parts.append(f"{months((span.started_on - ended).days)} without")
        parts.append(_span(span))
        ended = span.ended_on
    if line.kind == "conference" and ended is not None and ended <= line.since:
        parts.append(f"{months((line.since - ended).days)} without")
        parts.append(f"conference {month(line.since)}")
    return "; ".join(parts)


def _span(span: PlanSpan) -> str:
    if span.ended_on is None:
        return f"on a plan since {month(span.started_on)}"
    length = months((span.ended_on - span.started_on).days)
    changes = ""
    if span.worker_changes is not None:
        changes = f", {wording.plural(span.worker_changes, 'worker change', 'worker changes')}"
    return f"plan {month(span.started_on)} to {month(span.ended_on)} ({length}{changes})"
