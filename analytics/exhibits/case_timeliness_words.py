"""Words of timeliness: what each measure counts, of whom, and in which periods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from analytics.emmie.case_outcomes.timeliness import Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelinessWords:
    """How one measure is written.

    Attributes
    ----------
    share, share_axis : str
        What the share is, in full and on an axis.
    headline, years : str
        What stands after the percentage, and before those of several years.
    counted, of : str
        Columns of the count and of the number.
    sentence : str
        What stands after ``455 of 631``.
    median, limit : str
        What the median is, and the limit; empty where there is none.
    by : str
        What puts a child in a period.
    notes : tuple of str
        Who is counted, and who is not.
    """

    share: str
    share_axis: str
    headline: str
    years: str
    counted: str
    of: str
    sentence: str
    by: str
    notes: tuple[str, ...]
    median: str = ""
    limit: str = ""


WORKING_DAYS: Final = (
    "Working days are Monday to Friday without England's bank holidays. The day after the start is "
    "day 1."
)
WORDS: Final[dict[Measure, TimelinessWords]] = {
    "conference": TimelinessWords(
        share="Initial conferences within 15 working days of the section 47 enquiry",
        share_axis="% within 15 working days",
        headline="had their conference within 15 working days",
        years="Conference within 15 working days",
        counted="Within 15 working days",
        of="Children with a conference",
        sentence="children's initial conferences were held within 15 working days of the section "
        "47 enquiry",
        by="month in which the conference was held",
        median="Working days from section 47 enquiry to initial conference",
        limit="15 working days",
        notes=(
            "A child is counted in the period in which the conference was held, as in the "
            "Department for Education's table C4. Enquiries without a conference are in no "
            "denominator: most never lead to one.",
            "A section 47 enquiry starts on the day of its strategy discussion, from which the 15 "
            "working days are counted.",
            WORKING_DAYS,
        ),
    ),
    "assessment": TimelinessWords(
        share="Assessments within 45 working days",
        share_axis="% within 45 working days",
        headline="of assessments within 45 working days",
        years="Assessments within 45 working days",
        counted="Within 45 working days",
        of="Assessments started",
        sentence="assessments were authorised within 45 working days of their start",
        by="month in which the assessment started",
        median="Working days that an assessment took",
        limit="45 working days",
        notes=(
            "An assessment is counted in the period in which it started, and only once 45 working "
            "days have passed since: one that is still open then is known not to have been in "
            "time. Medians count open ones as censored (Kaplan-Meier).",
            WORKING_DAYS,
            "No authorities' figures of assessments are held here, so there is no funnel plot.",
        ),
    ),
    "re_referral": TimelinessWords(
        share="Referrals within 12 months of an earlier one",
        share_axis="% within 12 months of another",
        headline="of referrals within 12 months of another",
        years="Within 12 months of another",
        counted="Within 12 months of another",
        of="Referrals",
        sentence="referrals came within 12 months of another of the same child",
        by="month of the referral",
        notes=(
            "Looking back 12 months from each referral to any earlier one of the same child to the "
            "same authority, as the Department for Education does; so no follow-up is incomplete. "
            "Referrals of the first year of the extract are not shown: they have too little to "
            "look back on.",
            "Teams and other filters narrow the referrals that are counted, never those that are "
            "looked back on.",
        ),
    ),
}
