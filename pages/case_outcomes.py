"""Case outcomes: how police cases end, and what case records say at two times."""

from analytics.emmie.case_outcomes import CaseOutcomesQuestion
from analytics.emmie.case_outcomes.path import PathQuestion
from analytics.emmie.case_records import CaseRecordsQuestion
from analytics.exhibits.case_records import case_record_exhibits
from pages.shell.case_over_time import show_over_time
from pages.shell.case_path import show_path
from pages.shell.case_timeliness import KINDS as TIMELINESS_KINDS
from pages.shell.case_timeliness import show_timeliness
from pages.shell.filter_bar import chosen_filters
from pages.shell.page import choose_evaluation_that_asks, heading
from pages.shell.parts import Part, Section, sections, show_part

PARTS = (
    Part("over_time", "Outcomes over time", (CaseOutcomesQuestion,), show_over_time),
    Part("path", "Path", (PathQuestion,), show_path),
    sections("records", "Case records", Section(case_record_exhibits, (CaseRecordsQuestion(),))),
    Part("timeliness", "Timeliness", TIMELINESS_KINDS, show_timeliness),
)
ASKED = tuple(kind for part in PARTS for kind in part.kinds)

heading(
    "Case outcomes",
    "How do police cases of neglect end: passed to another agency (Outcome 20), or with an "
    "out-of-court disposal? Or, where case records were read twice: were families referred again, "
    "and children removed? And how long do families wait for a conference or an assessment? Every "
    "share has its denominator.",
)
evaluation = choose_evaluation_that_asks(ASKED, "outcomes_of")
filters = chosen_filters(("local_authority", "team", "period", "age", "sex", "ethnic_group"))
if evaluation:
    show_part(PARTS, "part_of_cases", evaluation, filters)
