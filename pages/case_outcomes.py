"""Case outcomes: how police cases end, and what case records say at two times."""

import streamlit as st

from analytics.ask import evaluations_for
from analytics.emmie.case_outcomes import CaseOutcomesQuestion, Step
from analytics.emmie.case_records import CaseRecordsQuestion
from analytics.exhibits.case_outcomes import case_outcome_exhibits
from analytics.exhibits.case_records import case_record_exhibits
from pages.shell.caching import built
from pages.shell.filter_bar import chosen_filters
from pages.shell.page import choose_evaluation_that_asks, exhibits, heading

STEPS: dict[Step, str] = {"month": "Month", "quarter": "Quarter"}
CODES = {False: "2, 3, 6, 7, 8 (Home Office)", True: "2, 3, 6, 7, 8 and 22"}

heading(
    "Case outcomes",
    "How do police cases of neglect end: passed to another agency (Outcome 20), or with an "
    "out-of-court disposal? Or, where case records were read twice: were families referred again, "
    "and children removed? Every share has its denominator.",
)
evaluation = choose_evaluation_that_asks((CaseOutcomesQuestion, CaseRecordsQuestion), "outcomes_of")
filters = chosen_filters(("local_authority", "period", "age", "sex", "ethnic_group"))
if evaluation in evaluations_for(CaseOutcomesQuestion):
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
if evaluation in evaluations_for(CaseRecordsQuestion):
    records = CaseRecordsQuestion()
    found = built(case_record_exhibits, records, evaluation=evaluation, filters=filters)
    exhibits(found, filters)
