"""Published measures that an authority can be compared on: what they are called, and in groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Group = Literal["plans", "conferences", "demand", "workforce", "factors"]

GROUPS: Final[dict[Group, str]] = {
    "plans": "Plans",
    "conferences": "Conferences",
    "demand": "Need",
    "workforce": "Workforce",
    "factors": "Assessment factor",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedMeasure:
    """One measure of ``published_figures``.

    Attributes
    ----------
    has_counts : bool
        Whether it is made of whole events, so that chance variation can be told from the count. Not
        so for days, and for the workforce, which is counted in full-time equivalents.
    is_recoded : bool
        Whether the publisher changed the code within the years, so that they don't compare.
    """

    label: str
    group: Group
    has_counts: bool = True
    is_recoded: bool = False


_RECODED: Final = {
    f"factor_{kind}_abuse_{by}"
    for kind in ("physical", "sexual")
    for by in ("adult_on_child", "child_on_child", "unknown")
}
"""Abuse by an adult and by a child took the place of abuse by whom not said."""
RECODED_FROM: Final = 2021
"""First year of the new codes."""


def _of(
    group: Group, labels: dict[str, str], *, counts: bool = True
) -> dict[str, PublishedMeasure]:
    return {
        key: PublishedMeasure(
            label=label, group=group, has_counts=counts, is_recoded=key in _RECODED
        )
        for key, label in labels.items()
    }


MEASURES: Final[dict[str, PublishedMeasure]] = {
    **_of(
        "plans",
        {
            "cp_plans_at_31_march": "Child protection plans at 31 March",
            "cp_plans_starting": "Child protection plans starting in the year",
            "second_or_subsequent_plans": "Plans starting that are a second or subsequent plan",
        },
    ),
    **_of(
        "conferences",
        {
            "section_47_enquiries": "Section 47 enquiries",
            "initial_conferences": "Initial child protection conferences",
            "conferences_within_15_days": "Conferences held within 15 working days",
        },
    ),
    **_of(
        "conferences",
        {
            "days_section_47_to_conference": (
                "Days from section 47 enquiry to conference (median)"
            ),
        },
        counts=False,
    ),
    **_of(
        "demand",
        {
            "referrals": "Referrals to children's social care",
            "re_referrals": "Referrals within 12 months of an earlier one",
            "children_in_need_at_31_march": "Children in need at 31 March",
        },
    ),
    **_of(
        "workforce",
        {
            "social_worker_caseload": "Cases per children's social worker",
            "social_worker_turnover": "Turnover of children's social workers",
            "social_worker_vacancy_rate": "Vacancies of children's social workers",
            "social_worker_agency_rate": "Agency share of children's social workers",
        },
        counts=False,
    ),
    **_of(
        "factors",
        {
            "factor_domestic_abuse_parent": "Domestic abuse of a parent",
            "factor_domestic_abuse_child": "Domestic abuse of the child",
            "factor_domestic_abuse_person": "Domestic abuse of another person",
            "factor_mental_health_parent": "Mental health of a parent",
            "factor_mental_health_child": "Mental health of the child",
            "factor_mental_health_person": "Mental health of another person",
            "factor_alcohol_misuse_parent": "Alcohol misuse by a parent",
            "factor_alcohol_misuse_child": "Alcohol misuse by the child",
            "factor_alcohol_misuse_person": "Alcohol misuse by another person",
            "factor_drug_misuse_parent": "Drug misuse by a parent",
            "factor_drug_misuse_child": "Drug misuse by the child",
            "factor_drug_misuse_person": "Drug misuse by another person",
            "factor_neglect": "Neglect",
            "factor_emotional_abuse": "Emotional abuse",
            "factor_physical_abuse_adult_on_child": "Physical abuse, adult on child",
            "factor_physical_abuse_child_on_child": "Physical abuse, child on child",
            "factor_physical_abuse_unknown": "Physical abuse, by whom not said",
            "factor_sexual_abuse_adult_on_child": "Sexual abuse, adult on child",
            "factor_sexual_abuse_child_on_child": "Sexual abuse, child on child",
            "factor_sexual_abuse_unknown": "Sexual abuse, by whom not said",
            "factor_child_sexual_exploitation": "Child sexual exploitation",
            "factor_child_criminal_exploitation": "Child criminal exploitation",
            "factor_going_missing": "Going missing",
            "factor_gangs": "Gangs",
            "factor_trafficking": "Trafficking",
            "factor_self_harm": "Self-harm",
            "factor_socially_unacceptable_behaviour": "Socially unacceptable behaviour",
            "factor_learning_disability_child": "Learning disability of the child",
            "factor_learning_disability_parent": "Learning disability of a parent",
            "factor_learning_disability_person": "Learning disability of another person",
            "factor_physical_disability_child": "Physical disability of the child",
            "factor_physical_disability_parent": "Physical disability of a parent",
            "factor_physical_disability_person": "Physical disability of another person",
            "factor_young_carer": "Young carer",
            "factor_privately_fostered": "Privately fostered",
            "factor_unaccompanied_asylum_seeker": "Unaccompanied asylum-seeking child",
            "factor_female_genital_mutilation": "Female genital mutilation",
            "factor_faith_linked_abuse": "Abuse linked to faith or belief",
            "factor_other": "Another factor",
        },
    ),
}
"""Measures that can be asked for, in the order in which they are offered."""


def in_group(key: str) -> str:
    """Return a measure's label after the name of its group."""
    measure = MEASURES[key]
    return f"{GROUPS[measure.group]}: {measure.label}"
