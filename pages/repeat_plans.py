"""Repeat plans: how soon children come back, and what was found when they did."""

from analytics.emmie.audit import AuditQuestion
from analytics.emmie.repeat_plans import RepeatPlansQuestion
from analytics.exhibits.repeat_plans import audit_exhibits, repeat_plan_exhibits
from pages.shell.caching import built
from pages.shell.filter_bar import chosen_filters
from pages.shell.page import choose_evaluation, exhibits, heading

heading(
    "Repeat plans",
    "How soon do children come back to a child protection plan, and what did the audit find?",
)
evaluation = choose_evaluation(RepeatPlansQuestion, "repeat_of")
filters = chosen_filters()
if evaluation:
    for build, question in (
        (repeat_plan_exhibits, RepeatPlansQuestion()),
        (audit_exhibits, AuditQuestion()),
    ):
        exhibits(built(build, question, evaluation=evaluation, filters=filters), filters)
