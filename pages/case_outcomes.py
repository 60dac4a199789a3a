"""Case outcomes: how police cases end, and what case records say at two times."""

import streamlit as st

from analytics.emmie.case_outcomes import CaseOutcomesQuestion, Step
from analytics.emmie.case_records import CaseRecordsQuestion
from analytics.exhibits.case_outcomes import case_outcome_exhibits
from analytics.exhibits.case_records import case_record_exhibits
from analytics.extracts.filters import Filters
from pages.shell.caching import built
from pages.shell.filter_bar import chosen_filters
from pages.shell.page import choose_evaluation_that_asks, exhibits, heading
from pages.shell.parts import Part, Section, sections, show_part

STEPS: dict[Step, str] = {"month": "Month", "quarter": "Quarter"}
CODES = {False: "2, 3, 6, 7, 8 (Home Office)", True: "2, 3, 6, 7, 8 and 22"}


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
    include_22 = right.selectbox(
        "Outcomes that count as out-of-court",
        options=list(CODES),
        format_func=lambda key: CODES[key],
        key="codes",
        bind="query-params",
        persist_state="session",
    )
    question = CaseOutcomesQuestion(step=step or "month", include_22=bool(include_22))
    found = built(case_outcome_exhibits, question, evaluation=evaluation, filters=filters)
    exhibits(found, filters)


PARTS = (
    Part("over_time", "Outcomes over time", (CaseOutcomesQuestion,), show_over_time),
    sections("records", "Case records", Section(case_record_exhibits, (CaseRecordsQuestion(),))),
)
ASKED = tuple(kind for part in PARTS for kind in part.kinds)

heading(
    "Case outcomes",
    "How do police cases of neglect end: passed to another agency (Outcome 20), or with an "
    "out-of-court disposal? Or, where case records were read twice: were families referred again, "
    "and children removed? Every share has its denominator.",
)
evaluation = choose_evaluation_that_asks(ASKED, "outcomes_of")
filters = chosen_filters(("local_authority", "team", "period", "age", "sex", "ethnic_group"))
if evaluation:
    show_part(PARTS, "part_of_cases", evaluation, filters)
