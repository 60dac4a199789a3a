"""Repeat plans: how soon children come back, what goes with it, and what could be done."""

from analytics.emmie.audit import AuditQuestion
from analytics.emmie.combinations import CombinationsQuestion
from analytics.emmie.conferences import AgenciesQuestion, ConferencesQuestion
from analytics.emmie.implementation.measures import MeasuresQuestion
from analytics.emmie.quoted import QuotedFiguresQuestion
from analytics.emmie.repeat_plans import RepeatPlansQuestion
from analytics.emmie.repeat_plans.audit_tool import AuditToolQuestion
from analytics.emmie.repeat_plans.current import CurrentPlansQuestion
from analytics.emmie.repeat_plans.factors import FactorsQuestion
from analytics.emmie.repeat_plans.place import PlaceQuestion
from analytics.emmie.repeat_plans.series import RepeatSeriesQuestion
from analytics.emmie.repeat_plans.together import TogetherQuestion
from analytics.emmie.repeat_plans.what_if import WhatIfQuestion
from analytics.exhibits.baseline import baseline_exhibits, quoted_exhibits
from analytics.exhibits.conferences import agency_exhibits, conference_exhibits
from analytics.exhibits.repeat_factors import repeat_factor_exhibits
from analytics.exhibits.repeat_plans import audit_exhibits
from analytics.exhibits.repeat_series import repeat_series_exhibits
from analytics.exhibits.repeat_together import together_exhibits
from pages.shell.filter_bar import chosen_filters
from pages.shell.page import choose_evaluation_that_asks, heading
from pages.shell.parts import Part, Section, sections, show_part
from pages.shell.repeat_analyse import remind_of_unsaved, show_analyse
from pages.shell.repeat_published import show_published
from pages.shell.repeat_timing import show_timing
from pages.shell.repeat_what_if import show_what_if
from pages.shell.repeat_who import show_who

RETURNS, QUOTED = RepeatPlansQuestion(), QuotedFiguresQuestion()
PARTS = (
    Part("timing", "How soon", (RepeatPlansQuestion,), show_timing),
    sections(
        "factors",
        "What goes with it",
        Section(repeat_factor_exhibits, (FactorsQuestion(),)),
        Section(together_exhibits, (TogetherQuestion(),)),
    ),
    Part("published", "Against other authorities", (PlaceQuestion,), show_published),
    sections(
        "audit",
        "What the audit found",
        Section(audit_exhibits, (AuditQuestion(), CombinationsQuestion())),
        Section(conference_exhibits, (ConferencesQuestion(),)),
        Section(agency_exhibits, (AgenciesQuestion(),)),
        Section(quoted_exhibits, (QUOTED,)),
        Section(baseline_exhibits, (MeasuresQuestion(), RETURNS, QUOTED), optional=2),
    ),
    Part("who", "Who to look at", (CurrentPlansQuestion,), show_who),
    Part("analyse", "Analyse a return", (AuditToolQuestion,), show_analyse),
    Part("what_if", "What if", (WhatIfQuestion,), show_what_if),
    sections(
        "follow_up",
        "Has it made a difference?",
        Section(repeat_series_exhibits, (RepeatSeriesQuestion(),)),
    ),
)

heading(
    "Repeat plans",
    "How soon do children come back to a child protection plan, what goes with it, and what did "
    "the audit find?",
)
evaluation = choose_evaluation_that_asks(RepeatPlansQuestion, "repeat_of")
filters = chosen_filters()
if evaluation:
    remind_of_unsaved(evaluation)
    show_part(PARTS, "part_of_repeat", evaluation, filters)
