"""Exhibits of the pages about repeat plans, case outcomes and statistical neighbours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from analytics.ask import ask, evaluations_for
from analytics.emmie.audit import AuditQuestion
from analytics.emmie.case_outcomes import CaseOutcomesQuestion
from analytics.emmie.case_outcomes.course import CourseQuestion
from analytics.emmie.case_outcomes.force_trend import ForceTrendQuestion
from analytics.emmie.case_outcomes.path import PathQuestion
from analytics.emmie.case_outcomes.timeliness import (
    AssessmentTimesQuestion,
    ConferenceTimesQuestion,
    ReReferralsQuestion,
)
from analytics.emmie.case_records import CaseRecordsQuestion
from analytics.emmie.combinations import CombinationsQuestion
from analytics.emmie.conferences import AgenciesQuestion, ConferencesQuestion
from analytics.emmie.neighbours.anyway import AnywayQuestion
from analytics.emmie.neighbours.comparison import ComparisonQuestion
from analytics.emmie.neighbours.funnel import FunnelQuestion
from analytics.emmie.neighbours.group import GroupQuestion
from analytics.emmie.repeat_plans import RepeatPlansQuestion
from analytics.emmie.repeat_plans.audit_tool import AuditToolQuestion
from analytics.emmie.repeat_plans.ever import EverQuestion
from analytics.emmie.repeat_plans.factors import FactorsQuestion
from analytics.emmie.repeat_plans.groups import RepeatGroupsQuestion
from analytics.emmie.repeat_plans.series import RepeatSeriesQuestion
from analytics.emmie.repeat_plans.together import TogetherQuestion
from analytics.emmie.repeat_plans.what_if import WhatIfQuestion
from analytics.emmie.study import is_unanswered
from analytics.exhibits.case_outcomes import over_time_exhibits
from analytics.exhibits.case_path import path_exhibits
from analytics.exhibits.case_records import case_record_exhibits
from analytics.exhibits.case_timeliness import timeliness_exhibits
from analytics.exhibits.conferences import agency_exhibits, conference_exhibits
from analytics.exhibits.exhibit import Exhibit
from analytics.exhibits.neighbour_anyway import anyway_exhibits
from analytics.exhibits.neighbour_comparison import comparison_exhibits
from analytics.exhibits.neighbour_funnel import funnel_exhibits
from analytics.exhibits.neighbour_group import group_exhibits
from analytics.exhibits.repeat_audit import audit_tool_exhibits
from analytics.exhibits.repeat_ever import ever_exhibits
from analytics.exhibits.repeat_factors import repeat_factor_exhibits
from analytics.exhibits.repeat_groups import repeat_group_exhibits
from analytics.exhibits.repeat_plans import audit_exhibits
from analytics.exhibits.repeat_series import repeat_series_exhibits
from analytics.exhibits.repeat_timing import repeat_plan_exhibits
from analytics.exhibits.repeat_together import together_exhibits
from analytics.exhibits.repeat_what_if import what_if_exhibits

SOUTHAMPTON, PORTSMOUTH = "E06000045", "E06000044"
OF_AN_EVALUATION: tuple[tuple[Callable[..., tuple[Exhibit, ...]], tuple[Any, ...]], ...] = (
    (repeat_plan_exhibits, (RepeatPlansQuestion(),)),
    (repeat_group_exhibits, (RepeatGroupsQuestion(),)),
    (ever_exhibits, (EverQuestion(),)),
    (repeat_factor_exhibits, (FactorsQuestion(),)),
    (together_exhibits, (TogetherQuestion(),)),
    (audit_exhibits, (AuditQuestion(), CombinationsQuestion())),
    (conference_exhibits, (ConferencesQuestion(),)),
    (agency_exhibits, (AgenciesQuestion(),)),
    (audit_tool_exhibits, (AuditToolQuestion(),)),
    (what_if_exhibits, (WhatIfQuestion(),)),
    (repeat_series_exhibits, (RepeatSeriesQuestion(),)),
    (over_time_exhibits, (CaseOutcomesQuestion(), ForceTrendQuestion(), CourseQuestion())),
    (path_exhibits, (PathQuestion(),)),
    (case_record_exhibits, (CaseRecordsQuestion(),)),
    (timeliness_exhibits, (ConferenceTimesQuestion(),)),
    (timeliness_exhibits, (AssessmentTimesQuestion(),)),
    (timeliness_exhibits, (ReReferralsQuestion(),)),
)
OF_ALL: tuple[tuple[Callable[..., tuple[Exhibit, ...]], Any, dict[str, str]], ...] = (
    (comparison_exhibits, ComparisonQuestion(area_code=SOUTHAMPTON), {}),
    (group_exhibits, GroupQuestion(areas=(SOUTHAMPTON, PORTSMOUTH)), {"name": "Two cities"}),
    (
        funnel_exhibits,
        FunnelQuestion(measure="second_or_subsequent_plans", marked=(SOUTHAMPTON,)),
        {},
    ),
    (anyway_exhibits, AnywayQuestion(areas=(SOUTHAMPTON,), start=2019), {"name": "Southampton"}),
)


def deep_dive_exhibits() -> Iterator[tuple[str, tuple[Exhibit, ...]]]:
    """Yield what those pages show, part by part, wherever an evaluation asks it."""
    for build, questions in OF_AN_EVALUATION:
        asked = [set(evaluations_for(type(question))) for question in questions]
        for name in sorted(set.intersection(*asked)):
            released = [ask(question, name) for question in questions]
            if not any(is_unanswered(one) for one in released):
                yield f"{name} {build.__name__}", build(*released)
    for build, question, words in OF_ALL:
        released_one = ask(question)
        if not is_unanswered(released_one):
            yield build.__name__, build(released_one, **words)
