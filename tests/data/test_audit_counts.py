"""Every count that the Southampton paper gives, one by one, from the audit extracts."""

from pathlib import Path

import pandas as pd
import pytest

FOLDER = Path(__file__).parents[2] / "sample_data" / "repeat_plans_southampton"

COUNTS = {
    "domestic abuse": ("domestic_abuse", 12),
    "female was the victim": ("domestic_abuse & female_victim", 12),
    "female was the victim is empty without domestic abuse": ("female_victim.isna()", 4),
    "parental mental health": ("parental_mental_health", 11),
    "substance misuse": ("substance_misuse", 8),
    "alcohol misuse": ("alcohol_misuse", 4),
    "at least two of the trio": ("trio >= 2", 10),
    "none of the trio": ("trio == 0", 2),
    "none of the trio, with sexual offence concern": ("trio == 0 & sexual_offence_concern", 2),
    "sexual offence concern": ("sexual_offence_concern", 2),
    "care experienced parent": ("care_experienced_parent", 3),
    "trauma considered": ("trauma_considered", 4),
    "previous physical abuse": ("previous_physical_abuse", 4),
    "previous physical abuse, with domestic abuse": (
        "previous_physical_abuse & domestic_abuse", 4,
    ),
    "older children elsewhere": ("older_children_elsewhere", 4),
    "older children elsewhere, with domestic abuse": (
        "older_children_elsewhere & domestic_abuse", 4,
    ),
    "no contact with older children": ("older_children_elsewhere & no_contact_older_children", 2),
    "contact is empty without older children": ("no_contact_older_children.isna()", 12),
    "adult checks completed, of domestic abuse": ("domestic_abuse & adult_checks_completed", 1),
    "adult checks not completed, of domestic abuse": (
        "domestic_abuse & ~adult_checks_completed", 11,
    ),
    "adult checks are empty without domestic abuse": (
        "~domestic_abuse & adult_checks_completed.isna()", 4,
    ),
    "full chronology": ("full_chronology", 0),
    "changed worker": ("changed_worker", 10),
    "changed manager, of changed worker": ("changed_worker & changed_manager", 6),
    "same manager, of changed worker": ("changed_worker & ~changed_manager", 4),
    "changed manager is empty without changed worker": (
        "~changed_worker & changed_manager.isna()", 6,
    ),
    "changed chair, of changed manager": ("changed_manager & changed_chair", 4),
    "same chair, of changed manager": ("changed_manager & ~changed_chair", 2),
    "changed chair is empty without changed manager": ("changed_chair.isna()", 10),
    "incomplete intervention": ("incomplete_intervention", 14),
    "no sustained change": ("no_sustained_change", 10),
    "incomplete and not sustained": ("both", 8),
    "both, disguised compliance missed": ("both & disguised_compliance_missed", 6),
    "both, disguised compliance not missed": ("both & ~disguised_compliance_missed", 2),
    "disguised compliance is empty outside both": (
        "~both & disguised_compliance_missed.isna()", 8,
    ),
    "both, changed worker": ("both & changed_worker", 5),
    "both, disguised compliance missed, changed worker": (
        "both & disguised_compliance_missed & changed_worker", 5,
    ),
    "both, changed worker, manager and chair": (
        "both & changed_worker & changed_manager & changed_chair", 2,
    ),
    "issue dropped": ("issue_dropped", 4),
    "issue dropped, with changed worker and disguised compliance": (
        "issue_dropped & changed_worker & disguised_compliance_missed", 3,
    ),
    "parental non-engagement": ("parental_non_engagement", 6),
    "parental non-engagement, not sustained": (
        "parental_non_engagement & no_sustained_change", 6,
    ),
    "closed at parental request": ("closed_at_parental_request", 3),
    "closed at request, not sustained": ("closed_at_parental_request & no_sustained_change", 3),
    "closed at request, changed worker": ("closed_at_parental_request & changed_worker", 3),
    "closed at request, incomplete": ("closed_at_parental_request & incomplete_intervention", 2),
    "closed at request, network not considered": (
        "closed_at_parental_request & network_not_considered", 2,
    ),
    "closed at request, lead professional": (
        "closed_at_parental_request & lead_professional_identified", 1,
    ),
    "lead professional is empty elsewhere": ("lead_professional_identified.isna()", 13),
    "no lead professional": ("no_lead_professional", 4),
    "lead and no lead professional": ("lead_professional_identified & no_lead_professional", 0),
    "neither lead nor no lead professional": (
        "~lead_professional_identified & ~no_lead_professional", 0,
    ),
    "original risk returned": ("original_risk_returned", 15),
    "original risk did not return": ("~original_risk_returned", 1),
    "original risk did not return, gap of 5 years or more": (
        "~original_risk_returned & gap_band == '5_years_or_more'", 1,
    ),
    "network not considered": ("network_not_considered", 6),
    "closed prematurely": ("closed_prematurely", 5),
    "gap within 1 year": ("gap_band == 'within_1_year'", 3),
    "gap 1 to 2 years": ("gap_band == '1_to_2_years'", 5),
    "gap 2 to 5 years": ("gap_band == '2_to_5_years'", 6),
    "gap 5 years or more": ("gap_band == '5_years_or_more'", 2),
}  # fmt: skip


@pytest.fixture(scope="module")
def families() -> pd.DataFrame:
    """Return the audited families with true, false and empty kept apart."""
    frame = pd.read_parquet(FOLDER / "audit_families.parquet", dtype_backend="numpy_nullable")
    misuse = frame["substance_misuse"] | frame["alcohol_misuse"]
    aspects = (frame["domestic_abuse"], frame["parental_mental_health"], misuse)
    both = frame["incomplete_intervention"] & frame["no_sustained_change"]
    return frame.assign(trio=sum(aspect.astype("Int64") for aspect in aspects), both=both)


@pytest.mark.parametrize(("question", "count"), COUNTS.values(), ids=COUNTS)
def test_count_is_the_papers(families: pd.DataFrame, question: str, count: int) -> None:
    """An empty flag counts neither as true nor as false."""
    assert int(families.eval(question).fillna(value=False).sum()) == count


def test_sixteen_families(families: pd.DataFrame) -> None:
    """The audit covers 16 families."""
    assert families["family_id"].nunique() == len(families) == 16


def test_thirty_eight_children(families: pd.DataFrame) -> None:
    """The audit covers 38 children, at least one in each family."""
    children = pd.read_parquet(FOLDER / "audit_children.parquet")
    assert children["child_id"].nunique() == len(children) == 38
    assert set(children["family_id"]) == set(families["family_id"])


def test_conferences(families: pd.DataFrame) -> None:
    """Of 172 conferences in January to March 2024, 16 were about the audited families."""
    conferences = pd.read_parquet(FOLDER / "conferences.parquet")
    held = pd.to_datetime(conferences["held_on"])
    before = conferences[conferences["previously_planned"]]
    assert conferences["family_id"].nunique() == len(conferences) == 172
    assert held.between("2024-01-01", "2024-03-31").all()
    assert set(before["family_id"]) == set(families["family_id"])
    assert set(before["risk"]) == {"inside_home"}
    assert "outside_home" in set(conferences["risk"])
