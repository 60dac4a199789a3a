"""Contracts: what each extract must hold, said once.

They drive the check of every file that is read, the data dictionary in ``docs/data_dictionary.md``
and the words of each finding.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import ibis

from analytics.extracts import code_lists as codes
from analytics.extracts.casework_contracts import CASEWORK_CONTRACTS
from analytics.extracts.contract_columns import (
    age,
    ethnic_group,
    flag,
    identifier,
    local_authority,
    sex,
    team,
)
from analytics.extracts.contract_rules import (
    DATE,
    INTEGER,
    STRING,
    Contract,
    Reference,
    allowed,
    between,
    column,
    contract,
    not_before,
    row_rule,
)
from analytics.extracts.delivery_contracts import DELIVERY_CONTRACTS
from analytics.extracts.outcome_contracts import OUTCOME_CONTRACTS
from analytics.extracts.practice_contracts import PRACTICE_CONTRACTS
from analytics.extracts.published_contracts import PUBLISHED_CONTRACTS


def _no_overlap(table: ibis.Table) -> Any:
    """Return whether a plan starts on or after the end of every earlier plan of the child."""
    earlier = ibis.window(group_by="child_id", order_by=["started_on", "plan_id"], rows=(None, -1))
    still_open = table.ended_on.fill_null(NEVER)
    return (table.started_on >= still_open.max().over(earlier)).fill_null(True)


NEVER: Final = date(9999, 12, 31)
"""Stands for the end of a plan that is open."""

CASES: Final = contract(
    "cases",
    "one recorded case of child neglect",
    ("case_id",),
    {
        "case_id": identifier("case"),
        "child_id": identifier("child"),
        "family_id": identifier("family; siblings share it"),
        "local_authority": local_authority(),
        "arm": column(
            STRING,
            "Study arm; empty for cases outside the study.",
            allowed(codes.ARM),
            required=False,
        ),
        "recorded_on": column(DATE, "Day on which the police recorded the case."),
        "age_years": age("on that day"),
        "sex": sex(),
        "ethnic_group": ethnic_group(),
        "domestic_abuse": flag("Domestic abuse noted at referral."),
        "parental_mental_health": flag("A parent's mental ill-health noted at referral."),
        "substance_misuse": flag("A parent's misuse of drugs or alcohol noted at referral."),
        "prior_referrals": column(
            INTEGER,
            "Earlier referrals of the child to children's social care.",
            between(0, 50),
            unit="referrals",
        ),
        "prior_plan": flag("The child had been on a child protection plan before."),
        "assessed_risk": column(
            INTEGER,
            "Risk level given at the safeguarding hub: 1 standard, 2 medium, 3 high.",
            between(1, 3),
            unit="level",
        ),
        "worker_changes": column(
            INTEGER,
            "Changes of the family's lead practitioner in the twelve months after the case.",
            between(0, 50),
            required=False,
            unit="changes",
        ),
        "outcome_code": column(
            INTEGER,
            "Home Office outcome code; empty while the case is open.",
            allowed(codes.POLICE_OUTCOME),
            required=False,
        ),
        "outcome_on": column(DATE, "Day on which the outcome was assigned.", required=False),
    },
    not_before("outcome_on", "recorded_on"),
    row_rule(
        "outcome_dated",
        "outcome_code and outcome_on must be both filled or both empty",
        lambda table: table.outcome_code.isnull() == table.outcome_on.isnull(),
    ),
    roles={
        "local_authority": "local_authority",
        "period": "recorded_on",
        "age": "age_years",
        "sex": "sex",
        "ethnic_group": "ethnic_group",
    },
)

EVENTS: Final = contract(
    "events",
    "one police event in a child's life",
    ("event_id",),
    {
        "event_id": identifier("event"),
        "child_id": identifier("child"),
        "kind": column(STRING, "What happened.", allowed(codes.EVENT_KIND)),
        "occurred_on": column(DATE, "Day of the event."),
    },
    references=(Reference(column="child_id", table="cases", key="child_id"),),
)

CP_PLANS: Final = contract(
    "cp_plans",
    "one child protection plan of one child",
    ("plan_id",),
    {
        "plan_id": identifier("plan"),
        "child_id": identifier("child"),
        "family_id": identifier("family; siblings share it"),
        "local_authority": local_authority(),
        "team_id": team(required=False),
        "started_on": column(DATE, "Day on which the plan started."),
        "ended_on": column(
            DATE, "Day on which the plan ended; empty while it is open.", required=False
        ),
        "category": column(STRING, "Initial category of abuse.", allowed(codes.CATEGORY_OF_ABUSE)),
        "previous_plans": column(
            INTEGER,
            "Stored number of earlier plans of the child with this authority, however long ago.",
            between(0, 20),
            required=False,
            unit="plans",
        ),
        "age_years": age("when the plan started"),
        "sex": sex(),
        "ethnic_group": ethnic_group(),
    },
    not_before("ended_on", "started_on"),
    row_rule(
        "no_overlap",
        "a child's plans must not overlap",
        _no_overlap,
    ),
    roles={
        "local_authority": "local_authority",
        "team": "team_id",
        "period": "started_on",
        "age": "age_years",
        "sex": "sex",
        "ethnic_group": "ethnic_group",
        "category": "category",
    },
    references=(Reference(column="child_id", table="children", key="child_id"),),
)

CHILDREN: Final = contract(
    "children",
    "one child known to the authority",
    ("child_id",),
    {
        "child_id": identifier("child"),
        "family_id": identifier("family; siblings share it"),
        "local_authority": local_authority(),
        "born_on": column(DATE, "First day of the month of birth."),
        "sex": sex(),
        "ethnic_group": ethnic_group(),
        "left_on": column(
            DATE, "Day on which the child died or moved away, if so.", required=False
        ),
        "left_reason": column(
            STRING, "Why follow-up ended.", allowed(codes.LEFT_REASON), required=False
        ),
    },
    not_before("left_on", "born_on"),
    roles={
        "local_authority": "local_authority",
        "sex": "sex",
        "ethnic_group": "ethnic_group",
    },
)

CONFERENCES: Final = contract(
    "conferences",
    "one child protection conference about one family",
    ("conference_id",),
    {
        "conference_id": identifier("conference"),
        "family_id": identifier("family"),
        "local_authority": local_authority(),
        "held_on": column(DATE, "Day of the conference."),
        "risk": column(STRING, "Where the risk lies.", allowed(codes.CONFERENCE_RISK)),
        "previously_planned": flag("The family had been on a child protection plan before."),
    },
    roles={"local_authority": "local_authority", "period": "held_on"},
)

AUDIT_FAMILIES: Final = contract(
    "audit_families",
    "one audited family",
    ("family_id",),
    {
        "family_id": identifier("family"),
        "local_authority": local_authority(),
        "gap_band": column(
            STRING, "Time from the end of the previous plan.", allowed(codes.GAP_BANDS)
        ),
        **{
            name: flag(f"{text}. Empty where the audit does not say.", required=False)
            for name, text in codes.AUDIT_FLAGS.items()
        },
    },
    roles={"local_authority": "local_authority"},
)

AUDIT_CHILDREN: Final = contract(
    "audit_children",
    "one child of an audited family",
    ("child_id",),
    {"child_id": identifier("child"), "family_id": identifier("family")},
    references=(Reference(column="family_id", table="audit_families", key="family_id"),),
)

CONTRACTS: Final[dict[str, Contract]] = {
    kept.name: kept
    for kept in (
        CASES,
        EVENTS,
        CP_PLANS,
        CHILDREN,
        CONFERENCES,
        AUDIT_FAMILIES,
        AUDIT_CHILDREN,
        *CASEWORK_CONTRACTS,
        *OUTCOME_CONTRACTS,
        *DELIVERY_CONTRACTS,
        *PRACTICE_CONTRACTS,
        *PUBLISHED_CONTRACTS,
    )
}
"""Every contract by the name of its extract."""
