"""Repeat plans: how soon children come back, and what was found when they did."""

from analytics.ask import evaluations_for
from analytics.emmie.audit import AuditQuestion
from analytics.emmie.combinations import CombinationsQuestion
from analytics.emmie.conferences import AgenciesQuestion, ConferencesQuestion
from analytics.emmie.implementation.measures import MeasuresQuestion
from analytics.emmie.quoted import QuotedFiguresQuestion
from analytics.emmie.repeat_plans import RepeatPlansQuestion
from analytics.exhibits.baseline import baseline_exhibits, quoted_exhibits
from analytics.exhibits.conferences import agency_exhibits, conference_exhibits
from analytics.exhibits.repeat_plans import assumed_exhibits, audit_exhibits, repeat_plan_exhibits
from pages.shell.caching import built
from pages.shell.filter_bar import chosen_filters
from pages.shell.page import choose_evaluation_that_asks, heading, sections

RETURNS, QUOTED = RepeatPlansQuestion(), QuotedFiguresQuestion()
# What is built, from which questions, and how many may stay unanswered.
SECTIONS = (
    (repeat_plan_exhibits, (RETURNS,), 0),
    (audit_exhibits, (AuditQuestion(), CombinationsQuestion()), 0),
    (conference_exhibits, (ConferencesQuestion(),), 0),
    (agency_exhibits, (AgenciesQuestion(),), 0),
    (quoted_exhibits, (QUOTED,), 0),
    (baseline_exhibits, (MeasuresQuestion(), RETURNS, QUOTED), 2),
    (assumed_exhibits, (RETURNS,), 0),
)

heading(
    "Repeat plans",
    "How soon do children come back to a child protection plan, and what did the audit find?",
)
evaluation = choose_evaluation_that_asks(RepeatPlansQuestion, "repeat_of")
filters = chosen_filters()
if evaluation:
    sections(
        (
            built(build, *asked, evaluation=evaluation, filters=filters, optional=optional)
            for build, asked, optional in SECTIONS
            if evaluation in evaluations_for(type(asked[0]))
        ),
        filters,
    )
