"""The codes that extracts hold, with the words shown for them.

Statutory codes come from the Department for Education's children in need census and the Home Office
counting rules; the groupings of police outcomes follow the Home Office outcomes bulletin.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final, NamedTuple

LOCAL_AUTHORITY_PATTERN: Final = r"^E(06|08|09|10)\d{6}$"

SEX: Final[Mapping[str, str]] = MappingProxyType({"F": "Female", "M": "Male", "U": "Not known"})

ETHNIC_GROUP: Final[Mapping[str, str]] = MappingProxyType(
    {
        "white": "White",
        "mixed": "Mixed or multiple ethnic groups",
        "asian": "Asian or Asian British",
        "black": "Black, African, Caribbean or Black British",
        "other": "Other ethnic group",
        "unknown": "Not known or not stated",
    }
)

CATEGORY_OF_ABUSE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "NEG": "Neglect",
        "PHY": "Physical abuse",
        "SAB": "Sexual abuse",
        "EMO": "Emotional abuse",
        "MUL": "Multiple",
    }
)

AGE_BANDS: Final[Mapping[str, tuple[int, int]]] = MappingProxyType(
    {"0-4": (0, 4), "5-9": (5, 9), "10-15": (10, 15), "16-17": (16, 17)}
)

ARM: Final[Mapping[str, str]] = MappingProxyType(
    {"intervention": "Intervention", "comparison": "Comparison"}
)

EVENT_KIND: Final[Mapping[str, str]] = MappingProxyType(
    {
        "victim": "Became a victim of crime",
        "suspect": "Suspected of crime or anti-social behaviour",
        "missing": "Reported missing",
    }
)

LEFT_REASON: Final[Mapping[str, str]] = MappingProxyType(
    {"moved_away": "Moved to another authority", "died": "Died"}
)

CONFERENCE_RISK: Final[Mapping[str, str]] = MappingProxyType(
    {"inside_home": "Risk inside the home", "outside_home": "Risk outside the home"}
)

GAP_BANDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "within_1_year": "Within 1 year",
        "1_to_2_years": "1 to 2 years",
        "2_to_5_years": "2 to 5 years",
        "5_years_or_more": "5 years or more",
    }
)

CLOSED_TO: Final[Mapping[str, str]] = MappingProxyType(
    {
        "child_in_need": "Child in need plan",
        "closed": "Closed to children's social care",
        "looked_after": "Became looked after",
    }
)

AUDIT_ANSWER: Final[Mapping[str, str]] = MappingProxyType(
    {"yes": "Yes", "no": "No", "not_known": "Not known"}
)

AUDIT_FLAGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "domestic_abuse": "Children exposed to domestic abuse",
        "female_victim": "The female was the victim of domestic abuse",
        "parental_mental_health": "Parental mental health a significant factor",
        "substance_misuse": "Parental substance misuse",
        "alcohol_misuse": "Concerns about parental alcohol misuse",
        "sexual_offence_concern": "Concern about the male's previous sexual offences",
        "care_experienced_parent": "A parent is care experienced",
        "trauma_considered": "Parental trauma or adverse childhood experiences taken into account",
        "previous_physical_abuse": "Previous physical assaults or abuse",
        "older_children_elsewhere": "Previous children no longer live with the parent",
        "no_contact_older_children": "No contact with those older children",
        "adult_checks_completed": "Police and social care checks of adults in the home completed",
        "full_chronology": "A full chronology was completed",
        "changed_worker": "Change of social worker in the previous plan",
        "changed_manager": "Change of manager in the previous plan",
        "changed_chair": "Change of independent chair in the previous plan",
        "incomplete_intervention": "Plan ended with interventions incomplete",
        "no_sustained_change": "Plan ended without three months' sustained change",
        "disguised_compliance_missed": "Disguised compliance not identified",
        "issue_dropped": "An issue dropped from the plan later re-emerged",
        "parental_non_engagement": "Parents did not engage with the plan",
        "closed_at_parental_request": "Closed to child in need planning at the parents' request",
        "lead_professional_identified": "A lead professional was identified at closure",
        "original_risk_returned": "The original risk brought them back",
        "network_not_considered": "Family and friends network not considered",
        "closed_prematurely": "Case closed prematurely",
        "no_lead_professional": "Closed without a lead professional",
    }
)
"""Questions of the audit of repeat plans."""

ROLE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "police_officer": "Police officer",
        "social_worker": "Social worker",
        "hub_social_worker": "Social worker in a safeguarding hub",
        "team_manager": "Team manager",
        "conference_chair": "Conference chair",
        "domestic_abuse_practitioner": "Domestic abuse practitioner",
        "mental_health_practitioner": "Mental health practitioner",
        "substance_misuse_practitioner": "Substance misuse practitioner",
        "other_staff": "Other staff",
        "key_informant": "Key informant of an area",
        "parent": "Parent or carer",
        "child": "Child",
    }
)

FAMILY_ROLES: Final = ("parent", "child")
"""Roles of family members; every other role is a professional's."""

PERSON_KIND: Final[Mapping[str, str]] = MappingProxyType({"child": "Child", "adult": "Adult"})

SIDE: Final[Mapping[str, str]] = MappingProxyType({"before": "Before", "after": "After"})

POLICE_OUTCOME: Final[Mapping[int, str]] = MappingProxyType(
    {
        1: "Charged or summonsed",
        2: "Caution, youth",
        3: "Caution, adult",
        4: "Taken into consideration",
        5: "Offender died",
        6: "Penalty notice for disorder",
        7: "Cannabis or khat warning",
        8: "Community resolution",
        9: "Not in the public interest (Crown Prosecution Service)",
        10: "Not in the public interest (police)",
        11: "Suspect under age",
        12: "Suspect too ill",
        13: "Victim or key witness dead or too ill",
        14: "Evidential difficulties: no suspect, victim does not support",
        15: "Evidential difficulties: suspect known, victim supports",
        16: "Evidential difficulties: suspect known, victim does not support",
        17: "Prosecution time limit expired",
        18: "Investigation complete, no suspect",
        19: "National Fraud Intelligence Bureau case",
        20: "Further action by another body or agency",
        21: "Further investigation not in the public interest",
        22: "Diversionary, educational or intervention activity",
    }
)

OUT_OF_COURT_CODES: Final[tuple[int, ...]] = (2, 3, 6, 7, 8)
"""Home Office out-of-court disposals: formal (2, 3, 6) and informal (7, 8)."""

OUT_OF_COURT_CODES_WITH_22: Final[tuple[int, ...]] = (*OUT_OF_COURT_CODES, 22)
"""The same with Outcome 22, which the Home Office keeps apart and some analysts add."""

OUTCOME_GROUPS: Final[Mapping[str, tuple[int, ...]]] = MappingProxyType(
    {
        "charged": (1,),
        "out_of_court_formal": (2, 3, 6),
        "out_of_court_informal": (7, 8),
        "diversionary": (22,),
        "outcome_20": (20,),
        "evidential_difficulties": (14, 15, 16),
        "no_suspect": (18,),
        "not_prosecuted": (5, 9, 10, 11, 12, 13, 17, 21),
        "other": (4, 19),
    }
)
"""Home Office groups of outcomes. Two of evidential difficulties, and two of cases not prosecuted
(prevented or not in the public interest; further investigation not in the public interest), are
taken together."""


class RecordingBreak(NamedTuple):
    """A day from which the national framework lets, or makes, forces record a code."""

    on: date
    code: int
    is_compulsory: bool
    source: str


_USER_GUIDE: Final = "Home Office, Police recorded crime and outcomes open data tables: user guide"
RECORDING_BREAKS: Final[tuple[RecordingBreak, ...]] = (
    RecordingBreak(date(2019, 4, 1), 22, is_compulsory=False, source=_USER_GUIDE),
    RecordingBreak(date(2021, 4, 1), 22, is_compulsory=True, source=_USER_GUIDE),
)
"""Changes of what could be recorded, by day."""

AGENCY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "council": "Council",
        "police": "Police",
        "health": "Health",
        "justice": "Courts and justice",
        "several": "Several agencies",
    }
)
"""Who pays and who gains."""

DFE_SYMBOL: Final[Mapping[str, str]] = MappingProxyType(
    {
        "c": "withheld to protect confidentiality",
        "low": "rounds to zero but is not zero",
        "u": "low reliability",
        "x": "not available",
        "z": "not applicable",
    }
)
