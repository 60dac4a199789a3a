"""Contracts of what happened to people: service use before and after, and case records twice."""

from __future__ import annotations

from typing import Final

from analytics.extracts import code_lists as codes
from analytics.extracts.contract_columns import (
    age,
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
    NUMBER,
    STRING,
    Contract,
    Reference,
    allowed,
    between,
    column,
    contract,
    not_before,
)

PEOPLE: Final = contract(
    "people",
    "one child or adult of an allocated family",
    ("person_id",),
    {
        "person_id": identifier("person"),
        "family_id": identifier("family; its members share it"),
        "local_authority": local_authority(),
        "team_id": team(),
        "kind": column(STRING, "Child or adult.", allowed(codes.PERSON_KIND)),
        "age_years": column(
            INTEGER, "Age in completed years at allocation.", between(0, 110), unit="years"
        ),
        "sex": sex(),
        "ethnic_group": ethnic_group(),
        "domestic_abuse": flag("Domestic abuse in the family."),
        "parental_mental_health": flag("A parent's mental ill-health."),
        "substance_misuse": flag("A parent's misuse of drugs or alcohol."),
        "prior_referrals": column(
            INTEGER, "Earlier referrals of the family.", between(0, 50), unit="referrals"
        ),
        "worker_changes": column(
            INTEGER,
            "Changes of the family's lead practitioner since allocation.",
            between(0, 50),
            required=False,
            unit="changes",
        ),
        "allocated_on": column(DATE, "Day on which the family was allocated to a team."),
        "observed_until": column(DATE, "Last day that the records cover."),
    },
    not_before("observed_until", "allocated_on"),
    roles={
        "local_authority": "local_authority",
        "period": "allocated_on",
        "age": "age_years",
        "sex": "sex",
        "ethnic_group": "ethnic_group",
    },
)

SERVICE_USE: Final = contract(
    "service_use",
    "one kind of contact of one person, before or after allocation",
    ("person_id", "kind", "side"),
    {
        "person_id": identifier("person"),
        "kind": protocol_key("What was counted", "outcomes"),
        "side": column(STRING, "Before or after allocation.", allowed(codes.SIDE)),
        "events": column(INTEGER, "How often it happened.", between(0, 100_000), unit="events"),
        "exposure": column(
            NUMBER,
            "How long, or out of how many, it could have happened: days, or school sessions.",
            between(0, 100_000),
            unit="days or sessions",
        ),
    },
    references=(Reference(column="person_id", table="people", key="person_id"),),
)

CASE_RECORDS: Final = contract(
    "case_records",
    "one child's case record, read at two times",
    ("record_id",),
    {
        "record_id": identifier("case record"),
        "family_id": identifier("family"),
        "local_authority": local_authority(),
        "cohort": column(INTEGER, "Cohort of the family.", between(1, 9), unit="cohort"),
        "age_years": age("at the first time"),
        "sex": sex(),
        "ethnic_group": ethnic_group(),
        "domestic_abuse": flag("Domestic abuse in the record."),
        "neglect": flag("Neglect in the record."),
        "parental_mental_health": flag("A parent's mental ill-health in the record."),
        "substance_misuse": flag("A parent's misuse of drugs or alcohol in the record."),
        "previously_referred": flag("The family had been referred before."),
        "recording_time_1": column(
            NUMBER,
            "Quality of recording at the first time, 5 is best.",
            between(1, 5),
            unit="points",
        ),
        "recording_time_2": column(
            NUMBER,
            "Quality of recording at the second time; empty when it was not read again.",
            between(1, 5),
            required=False,
            unit="points",
        ),
        "re_referred": flag(
            "Referred again by the second time; empty when it was not read again.", required=False
        ),
        "removed": flag(
            "Removed from the parents between the two times; empty when it was not read again.",
            required=False,
        ),
    },
    roles={
        "local_authority": "local_authority",
        "age": "age_years",
        "sex": "sex",
        "ethnic_group": "ethnic_group",
    },
)

OUTCOME_CONTRACTS: Final[tuple[Contract, ...]] = (PEOPLE, SERVICE_USE, CASE_RECORDS)
"""Contracts of what happened to people."""
