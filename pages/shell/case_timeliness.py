"""Timeliness: from enquiry to conference, length of assessments, and referrals that come again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import streamlit as st

from analytics.ask import evaluations_for
from analytics.emmie.case_outcomes.assessment_findings import AssessmentFindingsQuestion
from analytics.emmie.case_outcomes.timeliness import (
    AssessmentTimesQuestion,
    ConferenceTimesQuestion,
    Measure,
    ReReferralsQuestion,
)
from analytics.emmie.case_outcomes.timeliness_published import (
    PublishedTimeliness,
    PublishedTimelinessQuestion,
)
from analytics.exhibits.case_assessment_findings import assessment_findings_exhibits
from analytics.exhibits.case_timeliness import timeliness_exhibits
from analytics.exhibits.case_timeliness_published import published_timeliness_exhibits
from analytics.extracts.filters import Filters
from pages.shell.caching import built
from pages.shell.case_step import chosen_steps
from pages.shell.page import exhibits

TimesQuestion = type[ConferenceTimesQuestion | AssessmentTimesQuestion | ReReferralsQuestion]


@dataclass(frozen=True, slots=True)
class Timed:
    """One measure: its label, and the questions about an extract and about published figures."""

    label: str
    times: TimesQuestion
    published: PublishedTimeliness | None = None


MEASURES: Final[dict[Measure, Timed]] = {
    "conference": Timed("Conferences", ConferenceTimesQuestion, "conference"),
    "assessment": Timed("Assessments", AssessmentTimesQuestion),
    "re_referral": Timed("Re-referrals", ReReferralsQuestion, "re_referral"),
}
KINDS = (
    *(one.times for one in MEASURES.values()),
    PublishedTimelinessQuestion,
    AssessmentFindingsQuestion,
)


def show_timeliness(evaluation: str, filters: Filters) -> None:
    """Show one measure: the evaluation's own rows, then published figures of its authorities."""
    has_published = evaluation in evaluations_for(PublishedTimelinessQuestion)
    has_reported = evaluation in evaluations_for(AssessmentFindingsQuestion)
    offered: list[Measure] = [
        key
        for key, one in MEASURES.items()
        if evaluation in evaluations_for(one.times)
        or (has_published and one.published)
        or (has_reported and key == "assessment")
    ]
    left, right = st.columns([3, 2])
    chosen = left.segmented_control(
        "Measure",
        options=offered,
        format_func=lambda key: MEASURES[key].label,
        default=offered[0],
        required=True,
        key="timeliness_of",
        bind="query-params",
        persist_state="session",
    )
    measure = MEASURES[chosen if chosen in offered else offered[0]]
    if evaluation in evaluations_for(measure.times):
        steps = chosen_steps(right)
        found = built(
            timeliness_exhibits,
            *(measure.times(step=step) for step in steps),
            evaluation=evaluation,
            filters=filters,
        )
        exhibits(found, filters)
    if has_published and measure.published:
        published = PublishedTimelinessQuestion(of=measure.published)
        beside = built(
            published_timeliness_exhibits, published, evaluation=evaluation, filters=filters
        )
        exhibits(beside, filters)
    if has_reported and measure is MEASURES["assessment"]:
        reported = AssessmentFindingsQuestion()
        exhibits(
            built(assessment_findings_exhibits, reported, evaluation=evaluation, filters=filters),
            filters,
        )
