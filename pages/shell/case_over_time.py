"""Case outcomes over time: control charts, the tide beside them, level and slope."""

from __future__ import annotations

import streamlit as st

from analytics.emmie.case_outcomes import CaseOutcomesQuestion, Step
from analytics.emmie.case_outcomes.course import CourseQuestion
from analytics.emmie.case_outcomes.force_trend import ForceTrendQuestion
from analytics.exhibits.case_outcomes import over_time_exhibits
from analytics.extracts.filters import Filters
from pages.shell.caching import built
from pages.shell.case_codes import counts_22
from pages.shell.page import exhibits

STEPS: dict[Step, str] = {"month": "Month", "quarter": "Quarter"}


def show_over_time(evaluation: str, filters: Filters) -> None:
    """Show how cases ended over time, with what counts as out-of-court as a setting."""
    left, right = st.columns(2)
    step = left.segmented_control(
        "Count by",
        options=list(STEPS),
        format_func=lambda key: STEPS[key],
        default="month",
        required=True,
        key="step",
        bind="query-params",
        persist_state="session",
    )
    include_22 = counts_22(right)
    found = built(
        over_time_exhibits,
        CaseOutcomesQuestion(step=step or "month", include_22=include_22),
        ForceTrendQuestion(include_22=include_22),
        CourseQuestion(include_22=include_22),
        evaluation=evaluation,
        filters=filters,
        optional=2,
    )
    exhibits(found, filters)
