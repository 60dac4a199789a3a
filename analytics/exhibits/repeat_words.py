"""Words for the analysis of repeat plans."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from analytics.emmie.repeat_plans.audit_tally import Reading
from analytics.emmie.repeat_plans.audit_tool import Case
from analytics.emmie.repeat_plans.current import CaseLine
from analytics.emmie.repeat_plans.returns import PlanSpan
from analytics.exhibits import wording
from analytics.extracts.code_lists import AUDIT_FLAGS

DAYS_IN_A_MONTH = 365.25 / 12

QUESTION_GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "Why the children came to conference": (
        "domestic_abuse",
        "female_victim",
        "parental_mental_health",
        "substance_misuse",
        "alcohol_misuse",
        "sexual_offence_concern",
    ),
    "What was known of the family's history": (
        "full_chronology",
        "care_experienced_parent",
        "trauma_considered",
        "previous_physical_abuse",
        "older_children_elsewhere",
        "no_contact_older_children",
        "adult_checks_completed",
    ),
    "Changes of worker, manager and chair": (
        "changed_worker",
        "changed_manager",
        "changed_chair",
    ),
    "The decision to end the earlier plan": (
        "incomplete_intervention",
        "no_sustained_change",
        "disguised_compliance_missed",
        "issue_dropped",
        "parental_non_engagement",
    ),
    "After the plan: closure, support and return": (
        "closed_at_parental_request",
        "lead_professional_identified",
        "original_risk_returned",
        "network_not_considered",
        "closed_prematurely",
        "no_lead_professional",
    ),
}
"""The questions in the order in which the audit's paper comes to them, under headings of ours.

The paper has no numbered form; its findings, then its conclusion, go through the questions so.
"""

READINGS: Final[dict[Reading, str]] = {
    "higher": "Higher",
    "lower": "Lower",
    "cant_tell": "Can't tell",
}
GAPS: Final[dict[str, str]] = {
    "6_months": "Within 6 months",
    "1_year": "6 to 12 months",
    "18_months": "12 to 18 months",
    "2_years": "18 months to 2 years",
}
NO_TEAM: Final = "No team recorded"
OWN_STATEMENT: Final = (
    "These are the true counts of cases that you may see, small ones too, from which a family "
    "could be recognised. They are for you only and have no download; the counts for "
    "sharing withhold what is small."
)


def months(days: int) -> str:
    """Return days as whole months, in words."""
    whole = int(wording.rounded(days / DAYS_IN_A_MONTH))
    return wording.plural(whole, "month", "months") if whole else "under a month"


def month(day: date) -> str:
    """Return the month of a day, as ``Feb 2021``."""
    return f"{day:%b %Y}"


def case_label(case: Case, unsaved: int = 0) -> str:
    """Return a case as it is offered for choice: key, start, gap and how much is answered."""
    gap = f"{months(case.gap_days)} after the last one"
    answered = f"{len(case.given)} of {len(AUDIT_FLAGS)} answered"
    if unsaved:
        answered += f", {unsaved} unsaved"
    return f"{case.child_id}: plan since {month(case.started_on)}, {gap}; {answered}"


def saved_words(case: Case) -> str:
    """Return that answers about a case are saved: when, and how many of all."""
    last = max(one.answered_at for one in case.given)
    return f"Saved {wording.clock(last)}, {len(case.given)} of {len(AUDIT_FLAGS)} answered."


def section_words(case: Case, questions: Sequence[str]) -> str:
    """Return how many questions of a section are answered and saved, and since when."""
    given = [one for one in case.given if one.question in questions]
    if not given:
        return "Nothing saved in this section yet."
    last = max(given, key=lambda one: one.answered_at)
    return (
        f"{len(given)} of {len(questions)} saved in this section; last by {last.answered_by} on "
        f"{wording.moment(last.answered_at)}."
    )


def unsaved_words(unsaved: Sequence[int]) -> str:
    """Return how many answers are not saved, of as many children as there are numbers."""
    total = sum(unsaved)
    return (
        f"{wording.plural(total, 'answer', 'answers')} about "
        f"{wording.plural(len(unsaved), 'child', 'children')} {'is' if total == 1 else 'are'} not "
        "saved yet. You can look at other parts and pages and save later, under “Analyse a "
        "return”; closing or reloading this tab loses what is not saved."
    )


def section_unsaved(number: int) -> str:
    """Return how many answers of a section are not saved."""
    return f"{wording.plural(number, 'answer', 'answers')} in this section not saved yet."


def last_answer(case: Case) -> str:
    """Return who answered last about a case, and when."""
    if not case.given:
        return "Nobody has answered yet."
    last = max(case.given, key=lambda one: one.answered_at)
    return (
        f"{len(case.given)} of {len(AUDIT_FLAGS)} questions answered; last by {last.answered_by} "
        f"on {wording.moment(last.answered_at)}."
    )


def chronology(line: CaseLine) -> str:
    """Return the child's plans, and the time between them, in one line."""
    parts: list[str] = []
    if line.earlier_plans:
        more = wording.plural(line.earlier_plans, "earlier plan", "earlier plans")
        parts.append(f"{more} counted on the record, dates not in the extract")
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
