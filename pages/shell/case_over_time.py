"""Case outcomes over time: control charts, the tide beside them, level and slope."""

from __future__ import annotations

import streamlit as st

from analytics.emmie.case_outcomes import CaseOutcomesQuestion
from analytics.emmie.case_outcomes.course import CourseQuestion
from analytics.emmie.case_outcomes.force_trend import ForceTrendQuestion
from analytics.exhibits.case_outcomes import finest_over_time_exhibits, over_time_exhibits
from analytics.extracts.filters import Filters
from pages.shell.caching import built
from pages.shell.case_codes import counts_22
from pages.shell.case_step import chosen_steps
from pages.shell.page import exhibits


def show_over_time(evaluation: str, filters: Filters) -> None:
    """Show how cases ended over time, with what counts as out-of-court as a setting."""
    left, right = st.columns(2)
    steps = chosen_steps(left)
    include_22 = counts_22(right)
    found = built(
        over_time_exhibits if len(steps) == 1 else finest_over_time_exhibits,
        *(CaseOutcomesQuestion(step=step, include_22=include_22) for step in steps),
        ForceTrendQuestion(include_22=include_22),
        CourseQuestion(include_22=include_22),
        evaluation=evaluation,
        filters=filters,
        optional=2,
    )
    exhibits(found, filters)
