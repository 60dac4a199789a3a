"""Which rule holds for an exhibit: by its key, else by the kind of question that was asked."""

from __future__ import annotations

from typing import Final

from analytics.exhibits.exhibit import Exhibit
from analytics.exhibits.say_descriptions import (
    ASSUMED,
    BASELINE,
    BESIDE,
    CHANGE_SAID,
    CHECK,
    DELIVERED,
    DESCRIPTION,
    LOGIC,
    PRACTICE,
    PUBLISHED,
    PUBLISHED_BESIDE,
    QUOTED,
    RECORDS,
    REPORTED,
    SAID,
    SKILLS,
    STRENGTH,
    TEAMS,
    VERDICT,
)
from analytics.exhibits.say_rules import (
    AREAS,
    AUDIT,
    COSTS,
    COUNTERPART,
    FACTORS,
    FEATURES,
    GROUPS,
    LIKE_GROUPS,
    MONEY,
    OVER_TIME,
    PLACES,
    RETURN_GROUPS,
    RETURNS,
    SAME_PEOPLE,
    SERIES,
    SIMULATION,
    TOGETHER,
    Rule,
)

OF_KEYS: Final[tuple[tuple[str, Rule], ...]] = (
    ("assumptions", ASSUMED),
    ("what_if_assumed", ASSUMED),
    ("what_if_difference", RETURN_GROUPS),
    ("health_checks", CHECK),
    ("love_plot", CHECK),
    ("hidden_bias", CHECK),
    ("area_marked_figures", CHECK),
    ("area_reported", BESIDE),
    ("audit_features", FEATURES),
    ("reported_findings", PUBLISHED),
    ("coder_agreement", CHECK),
    ("skill_agreement", CHECK),
    ("service_use_exposure", CHECK),
    ("service_use_raw_counts", CHECK),
    ("attrition_", CHECK),
    ("cost_lines", COSTS),
    ("unit_costs", COSTS),
    ("reported_costs", PUBLISHED),
    ("cost_illustration", MONEY),
    ("quoted_against_official", QUOTED),
    ("baseline_", BASELINE),
    ("strength_", STRENGTH),
    ("force_trend", PUBLISHED_BESIDE),
    ("level_and_slope", SERIES),
)
"""Rules of single exhibits, by the beginning of their keys; they come before those of questions."""

OF_QUESTIONS: Final[dict[str, Rule]] = {
    "EffectQuestion": LIKE_GROUPS,
    "SpecificationQuestion": LIKE_GROUPS,
    "ChangeQuestion": AREAS,
    "AreaChangeQuestion": AREAS,
    "SeriesQuestion": SERIES,
    "CourseQuestion": SERIES,
    "RepeatSeriesQuestion": SERIES,
    "ServiceUseQuestion": SAME_PEOPLE,
    "AnalysesQuestion": DESCRIPTION,
    "ModeratorsQuestion": GROUPS,
    "GroupsQuestion": GROUPS,
    "AssociationQuestion": TOGETHER,
    "DriversQuestion": TOGETHER,
    "CaseOutcomesQuestion": OVER_TIME,
    "PathQuestion": OVER_TIME,
    "ConferenceTimesQuestion": OVER_TIME,
    "AssessmentTimesQuestion": OVER_TIME,
    "ReReferralsQuestion": OVER_TIME,
    "AssessmentFindingsQuestion": PUBLISHED,
    "PublishedTimelinessQuestion": OVER_TIME,
    "ForceTrendQuestion": PUBLISHED,
    "WorkforceQuestion": OVER_TIME,
    "CaseRecordsQuestion": RECORDS,
    "RepeatPlansQuestion": RETURNS,
    "EverQuestion": RETURNS,
    "PlaceQuestion": RETURNS,
    "CurrentPlansQuestion": RETURNS,
    "RepeatGroupsQuestion": RETURN_GROUPS,
    "TogetherQuestion": RETURN_GROUPS,
    "FactorsQuestion": FACTORS,
    "WhatIfQuestion": SIMULATION,
    "AuditQuestion": AUDIT,
    "CombinationsQuestion": AUDIT,
    "AuditToolQuestion": AUDIT,
    "ConferencesQuestion": PRACTICE,
    "AgenciesQuestion": PRACTICE,
    "EconomicsQuestion": MONEY,
    "ThemesQuestion": SAID,
    "SurveysQuestion": CHANGE_SAID,
    "SkillsQuestion": SKILLS,
    "LogicModelQuestion": LOGIC,
    "MeasuresQuestion": DELIVERED,
    "DeliveryQuestion": DELIVERED,
    "FidelityQuestion": DELIVERED,
    "TrainingQuestion": DELIVERED,
    "TeamsQuestion": TEAMS,
    "OverviewQuestion": VERDICT,
    "ComparisonQuestion": PLACES,
    "GroupQuestion": PLACES,
    "FunnelQuestion": PLACES,
    "AnywayQuestion": COUNTERPART,
    "EvidenceQuestion": REPORTED,
    "ReproductionQuestion": REPORTED,
    "QuotedFiguresQuestion": QUOTED,
    "MethodsQuestion": CHECK,
    "DataQuestion": CHECK,
}
"""Rules by the name of what is asked; of several questions the first that tells more counts."""


def rule_of(exhibit: Exhibit) -> Rule:
    """Return what can be said of an exhibit: by its key, else by what was asked, else little."""
    for beginning, rule in OF_KEYS:
        if exhibit.key.startswith(beginning):
            return rule
    asked = exhibit.stamp.recipe.questions if exhibit.stamp else ()
    found = [OF_QUESTIONS.get(type(question).__name__, DESCRIPTION) for question in asked]
    return next((rule for rule in found if rule is not DESCRIPTION), DESCRIPTION)
