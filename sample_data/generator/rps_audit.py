"""The audit of 16 families and 38 children: the paper's counts, family by family.

Each count is the paper's. Which family has which combination is invented where the paper gives only
totals, and keeps every conditional count that the paper states. Families are numbered 1 to 16 here;
identifiers replace the numbers before anything is written.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analytics.extracts.code_lists import AUDIT_FLAGS

FAMILIES = frozenset(range(1, 17))
CHILDREN_IN_FAMILY = dict(
    zip(sorted(FAMILIES), (3, 2, 4, 2, 3, 2, 1, 2, 3, 2, 1, 4, 3, 2, 3, 1), strict=True)
)
DOMESTIC_ABUSE = frozenset(range(1, 13))
UNRELATED_RISK_FAMILY = 13
"""Came back after nine years for an unrelated reason: its earlier plan predates the history."""

INCOMPLETE_AND_UNSUSTAINED = frozenset({1, 2, 3, 4, 6, 10, 12, 15})
UNSUSTAINED_ONLY = frozenset({7, 9})

GAP_BANDS: Mapping[str, frozenset[int]] = {
    "within_1_year": frozenset({3, 6, 11}),
    "1_to_2_years": frozenset({1, 4, 8, 10, 15}),
    "2_to_5_years": frozenset({2, 5, 7, 12, 14, 16}),
    "5_years_or_more": frozenset({9, UNRELATED_RISK_FAMILY}),
}

TRUE_FOR: Mapping[str, frozenset[int]] = {
    "domestic_abuse": DOMESTIC_ABUSE,
    "female_victim": DOMESTIC_ABUSE,
    "parental_mental_health": frozenset({1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 14}),
    "substance_misuse": frozenset({1, 2, 3, 4, 5, 6, 7, 14}),
    "alcohol_misuse": frozenset({1, 2, 8, 14}),
    "sexual_offence_concern": frozenset({15, 16}),
    "care_experienced_parent": frozenset({3, 8, 14}),
    "trauma_considered": frozenset({2, 5, 9, 11}),
    "previous_physical_abuse": frozenset({1, 5, 7, 10}),
    "older_children_elsewhere": frozenset({2, 6, 8, 12}),
    "no_contact_older_children": frozenset({6, 12}),
    "adult_checks_completed": frozenset({9}),
    "full_chronology": frozenset(),
    "changed_worker": frozenset({1, 2, 3, 4, 5, 6, 7, 8, 11, 14}),
    "changed_manager": frozenset({1, 3, 5, 7, 8, 11}),
    "changed_chair": frozenset({1, 3, 5, 11}),
    "incomplete_intervention": FAMILIES - UNSUSTAINED_ONLY,
    "no_sustained_change": INCOMPLETE_AND_UNSUSTAINED | UNSUSTAINED_ONLY,
    "disguised_compliance_missed": frozenset({1, 2, 3, 4, 6, 10}),
    "issue_dropped": frozenset({1, 4, 6, 12}),
    "parental_non_engagement": frozenset({1, 3, 6, 9, 10, 12}),
    "closed_at_parental_request": frozenset({2, 4, 7}),
    "lead_professional_identified": frozenset({4}),
    "original_risk_returned": FAMILIES - {UNRELATED_RISK_FAMILY},
    "network_not_considered": frozenset({2, 5, 7, 10, 14, 16}),
    "closed_prematurely": frozenset({2, 4, 8, 12, 14}),
    "no_lead_professional": frozenset({2, 7, 8, 15}),
}

SAID_ABOUT: Mapping[str, frozenset[int]] = {
    "female_victim": DOMESTIC_ABUSE,
    "adult_checks_completed": DOMESTIC_ABUSE,
    "sexual_offence_concern": TRUE_FOR["sexual_offence_concern"],
    "no_contact_older_children": TRUE_FOR["older_children_elsewhere"],
    "changed_manager": TRUE_FOR["changed_worker"],
    "changed_chair": TRUE_FOR["changed_manager"],
    "disguised_compliance_missed": INCOMPLETE_AND_UNSUSTAINED,
    "lead_professional_identified": TRUE_FOR["closed_at_parental_request"],
}
"""Families that the paper speaks about; a flag is empty for the others. Unlisted: all 16."""


def gap_band(family: int) -> str:
    """Return the band of the time from the end of the previous plan."""
    return next(band for band, families in GAP_BANDS.items() if family in families)


def audit_families(family_ids: Mapping[int, str], local_authority: str) -> pd.DataFrame:
    """Return one row per audited family."""
    return pd.DataFrame(
        {
            "family_id": family_ids[family],
            "local_authority": local_authority,
            "gap_band": gap_band(family),
            **{flag: _flag(flag, family) for flag in AUDIT_FLAGS},
        }
        for family in sorted(FAMILIES)
    )


def _flag(flag: str, family: int) -> bool | None:
    said = family in SAID_ABOUT.get(flag, FAMILIES)
    return family in TRUE_FOR[flag] if said else None
