"""Contracts of casework in children's social care: from referral to the end of a plan."""

from __future__ import annotations

from typing import Final

import pandera.ibis as pa

from analytics.extracts import code_lists as codes
from analytics.extracts.contract_columns import (
    ethnic_group,
    flag,
    identifier,
    local_authority,
    protocol_key,
    sex,
    team,
)
from analytics.extracts.contract_rules import (
    DATE,
    INTEGER,
    STRING,
    TIMESTAMP,
    Contract,
    FilterRole,
    Reference,
    allowed,
    between,
    column,
    contract,
    not_before,
    row_rule,
)

_WHO: Final[dict[str, pa.Column]] = {
    "child_id": identifier("child"),
    "family_id": identifier("family; siblings share it"),
    "local_authority": local_authority(),
    "team_id": team(required=False),
    "sex": sex(),
    "ethnic_group": ethnic_group(),
}
_ROLES: Final[dict[FilterRole, str]] = {
    "local_authority": "local_authority",
    "team": "team_id",
    "sex": "sex",
    "ethnic_group": "ethnic_group",
}

REFERRALS: Final = contract(
    "referrals",
    "one referral of one child to children's social care",
    ("referral_id",),
    {
        "referral_id": identifier("referral"),
        **_WHO,
        "referred_on": column(DATE, "Day of the referral."),
    },
    roles={**_ROLES, "period": "referred_on"},
)

ASSESSMENTS: Final = contract(
    "assessments",
    "one assessment of one child",
    ("assessment_id",),
    {
        "assessment_id": identifier("assessment"),
        **_WHO,
        "started_on": column(DATE, "Day on which the assessment started."),
        "authorised_on": column(
            DATE, "Day on which it was authorised; empty while it is open.", required=False
        ),
    },
    not_before("authorised_on", "started_on"),
    roles={**_ROLES, "period": "started_on"},
)

SECTION_47_ENQUIRIES: Final = contract(
    "section_47_enquiries",
    "one section 47 enquiry about one child",
    ("enquiry_id",),
    {
        "enquiry_id": identifier("enquiry"),
        **_WHO,
        "started_on": column(DATE, "Day of the strategy discussion that started the enquiry."),
        "conference_on": column(
            DATE,
            "Day of the initial child protection conference that followed; empty when none did.",
            required=False,
        ),
    },
    not_before("conference_on", "started_on"),
    roles={**_ROLES, "period": "started_on"},
)


def _changes(of: str) -> pa.Column:
    return column(INTEGER, f"Changes of the {of} during the plan.", between(0, 50), unit="changes")


PLAN_ENDINGS: Final = contract(
    "plan_endings",
    "what was known when one child protection plan ended",
    ("plan_id",),
    {
        "plan_id": identifier("plan"),
        "local_authority": local_authority(),
        "risk": column(STRING, "Where the risk lay.", allowed(codes.CONFERENCE_RISK)),
        "domestic_abuse": flag("The plan answered domestic abuse."),
        "parental_mental_health": flag("The plan answered a parent's mental ill-health."),
        "substance_misuse": flag("The plan answered a parent's misuse of drugs."),
        "alcohol_misuse": flag("The plan answered a parent's misuse of alcohol."),
        "worker_changes": _changes("social worker"),
        "manager_changes": _changes("manager"),
        "chair_changes": _changes("conference chair"),
        "interventions_complete": flag("What the plan had agreed was done when it ended."),
        "sustained_change": flag("Three months' sustained change was seen before it ended."),
        "lead_professional_named": flag("A lead professional was named when it ended."),
        "closed_to": column(STRING, "What followed the plan.", allowed(codes.CLOSED_TO)),
    },
    roles={"local_authority": "local_authority"},
    references=(Reference(column="plan_id", table="cp_plans", key="plan_id"),),
)

AUDIT_ANSWERS: Final = contract(
    "audit_answers",
    "one answer to one question about one repeat plan, as it was given",
    ("answer_id",),
    {
        "answer_id": identifier("answer"),
        "plan_id": identifier("plan that was analysed"),
        "child_id": identifier("child"),
        "local_authority": local_authority(),
        "question": protocol_key("Question", "audit flags"),
        "answer": column(STRING, "What was answered.", allowed(codes.AUDIT_ANSWER)),
        "answered_by": column(STRING, "Who answered: a role or a pseudonym, never a name."),
        "answered_at": column(TIMESTAMP, "When, in Coordinated Universal Time."),
    },
    row_rule(
        "known_question",
        "question must be one of the audit's",
        lambda table: table.question.isin(list(codes.AUDIT_FLAGS)),
    ),
    roles={"local_authority": "local_authority"},
)

CASEWORK_CONTRACTS: Final[tuple[Contract, ...]] = (
    REFERRALS,
    ASSESSMENTS,
    SECTION_47_ENQUIRIES,
    PLAN_ENDINGS,
    AUDIT_ANSWERS,
)
