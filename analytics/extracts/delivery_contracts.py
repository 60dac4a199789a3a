"""Contracts of what was delivered and by whom: steps, fidelity, training, staff, agencies."""

from __future__ import annotations

from typing import Final

from analytics.extracts.contract_columns import (
    flag,
    identifier,
    local_authority,
    protocol_key,
    role,
    team,
)
from analytics.extracts.contract_rules import (
    DATE,
    INTEGER,
    NUMBER,
    Contract,
    Reference,
    between,
    column,
    contract,
    not_before,
    row_rule,
)

DELIVERY_STEPS: Final = contract(
    "delivery_steps",
    "one step that one delivery of the intervention reached",
    ("delivery_id", "step"),
    {
        "delivery_id": identifier("delivery: one family's way through the intervention"),
        "family_id": identifier("family"),
        "local_authority": local_authority(),
        "team_id": team(),
        "started_on": column(DATE, "Day on which the delivery started."),
        "step": protocol_key("Step", "steps"),
        "reached_on": column(DATE, "Day on which the step was reached."),
    },
    not_before("reached_on", "started_on"),
    roles={"local_authority": "local_authority", "period": "started_on"},
)

FIDELITY: Final = contract(
    "fidelity",
    "one part of the model in one delivery",
    ("delivery_id", "component"),
    {
        "delivery_id": identifier("delivery, case record or conference that was looked at"),
        "local_authority": local_authority(),
        "team_id": team(),
        "started_on": column(DATE, "Day on which the delivery started."),
        "component": protocol_key("Part of the model", "components"),
        "met": flag(
            "Done as the model says; empty where the record does not tell.", required=False
        ),
    },
    roles={"local_authority": "local_authority", "period": "started_on"},
)

TRAINING: Final = contract(
    "training",
    "one course that one member of staff should have",
    ("staff_id", "course"),
    {
        "staff_id": identifier("member of staff"),
        "local_authority": local_authority(),
        "team_id": team(),
        "role": role(),
        "course": protocol_key("Course", "courses"),
        "completed_on": column(
            DATE, "Day on which it was completed; empty when it was not.", required=False
        ),
    },
    roles={"local_authority": "local_authority"},
)

WORKFORCE_MONTHS: Final = contract(
    "workforce_months",
    "one role in one team in one month",
    ("team_id", "role", "month"),
    {
        "team_id": team(),
        "local_authority": local_authority(),
        "role": role(),
        "month": column(DATE, "First day of the month."),
        "posts_planned": column(
            NUMBER, "Posts that should be filled.", between(0, 10_000), unit="full-time equivalents"
        ),
        "posts_filled": column(
            NUMBER,
            "Posts filled at the end of the month.",
            between(0, 10_000),
            unit="full-time equivalents",
        ),
        "leavers": column(
            INTEGER, "People who left in the month.", between(0, 10_000), unit="people"
        ),
        "open_cases": column(
            INTEGER,
            "Open cases at the end of the month; empty for roles that hold none.",
            between(0, 1_000_000),
            required=False,
            unit="cases",
        ),
    },
    row_rule(
        "first_of_month", "month must be the first day of a month", lambda t: t.month.day() == 1
    ),
    roles={"local_authority": "local_authority", "period": "month"},
)

AGENCY_CONTRIBUTIONS: Final = contract(
    "agency_contributions",
    "one agency at one conference",
    ("conference_id", "agency"),
    {
        "conference_id": identifier("conference"),
        "agency": protocol_key("Agency", "agencies"),
        "involved": flag("The agency works with the family, so it should be there."),
        "invited": flag("The agency was invited."),
        "attended": flag("The agency attended."),
        "contributed": flag("The agency told the conference something about the risk."),
    },
    references=(Reference(column="conference_id", table="conferences", key="conference_id"),),
)

DELIVERY_CONTRACTS: Final[tuple[Contract, ...]] = (
    DELIVERY_STEPS,
    FIDELITY,
    TRAINING,
    WORKFORCE_MONTHS,
    AGENCY_CONTRIBUTIONS,
)
"""Contracts of delivery and staff."""
