"""Every question about an evaluation: who answers it, from which extracts, and who asks it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from analytics.emmie import (
    area_change,
    audit,
    case_outcomes,
    case_records,
    combinations,
    conferences,
    economics,
    effect,
    known_teams,
    moderators,
    overview,
    quoted,
    repeat_plans,
    reproduction,
    service_use,
)
from analytics.emmie.case_outcomes import (
    assessment_findings,
    course,
    force_trend,
    path,
    timeliness,
    timeliness_counts,
    timeliness_published,
)
from analytics.emmie.effect import analyses, association, change, series, specification
from analytics.emmie.implementation import (
    delivery,
    fidelity,
    measures,
    teams,
    training,
    workforce,
)
from analytics.emmie.mechanism import drivers, groups, logic_model, skills, surveys, themes
from analytics.emmie.repeat_plans import (
    audit_tool,
    current,
    endings,
    ever,
    factors,
    place,
    together,
    what_if,
)
from analytics.emmie.repeat_plans import groups as repeat_groups
from analytics.emmie.repeat_plans import series as repeat_series
from analytics.emmie.study import Study
from analytics.extracts.protocol import Protocol

Asks = Callable[[Protocol], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is known of one kind of question.

    Attributes
    ----------
    answer : callable
        Answers a question of this kind about a study.
    extracts : tuple of str or callable
        Extracts that the answer is counted in; the strictest of their policies applies.
    asks : callable
        Whether a protocol asks it.
    """

    answer: Callable[[Any, Study], Any]
    extracts: tuple[str, ...] | Callable[[Protocol], tuple[str, ...]]
    asks: Asks = bool

    def used(self, protocol: Protocol) -> tuple[str, ...]:
        """Return the extracts that the answer is counted in."""
        return self.extracts(protocol) if callable(self.extracts) else self.extracts


def _has(extract: str, section: str = "") -> Asks:
    """Return whether a protocol lists an extract, and fills a section."""
    return lambda protocol: (
        extract in protocol.evaluation.extracts and (not section or getattr(protocol, section))
    )


def _fills(section: str) -> Asks:
    """Return whether a protocol fills a section."""
    return lambda protocol: getattr(protocol, section)


QUESTIONS: Final[dict[type, Asked]] = {
    known_teams.KnownTeamsQuestion: Asked(
        answer=known_teams.answer_known_teams,
        extracts=known_teams.extracts_used,
        asks=known_teams.extracts_used,
    ),
    overview.OverviewQuestion: Asked(
        answer=overview.answer_overview, extracts=overview.extracts_used
    ),
    effect.EffectQuestion: Asked(
        answer=effect.answer_effect, extracts=effect.EXTRACTS, asks=_fills("matching")
    ),
    change.ChangeQuestion: Asked(answer=change.answer_change, extracts=effect.EXTRACTS),
    series.SeriesQuestion: Asked(answer=series.answer_series, extracts=effect.EXTRACTS),
    specification.SpecificationQuestion: Asked(
        answer=specification.answer_specification, extracts=effect.EXTRACTS
    ),
    association.AssociationQuestion: Asked(
        answer=association.answer_association,
        extracts=effect.EXTRACTS,
        asks=_fills("correlations"),
    ),
    analyses.AnalysesQuestion: Asked(
        answer=analyses.answer_analyses, extracts=analyses.extracts_of
    ),
    service_use.ServiceUseQuestion: Asked(
        answer=service_use.answer_service_use, extracts=service_use.EXTRACTS
    ),
    area_change.AreaChangeQuestion: Asked(
        answer=area_change.answer_area_change, extracts=area_change.EXTRACTS
    ),
    logic_model.LogicModelQuestion: Asked(
        answer=logic_model.answer_logic_model,
        extracts=logic_model.extracts_used,
        asks=_fills("logic_model"),
    ),
    themes.ThemesQuestion: Asked(
        answer=themes.answer_themes, extracts=themes.EXTRACTS, asks=_fills("themes")
    ),
    surveys.SurveysQuestion: Asked(
        answer=surveys.answer_surveys, extracts=surveys.EXTRACTS, asks=_fills("instruments")
    ),
    drivers.DriversQuestion: Asked(
        answer=drivers.answer_drivers, extracts=drivers.EXTRACTS, asks=drivers.has_drivers
    ),
    groups.GroupsQuestion: Asked(
        answer=groups.answer_groups, extracts=groups.EXTRACTS, asks=groups.has_groups
    ),
    skills.SkillsQuestion: Asked(
        answer=skills.answer_skills, extracts=skills.EXTRACTS, asks=_fills("skills")
    ),
    moderators.ModeratorsQuestion: Asked(
        answer=moderators.answer_moderators, extracts=moderators.extracts_used
    ),
    measures.MeasuresQuestion: Asked(
        answer=measures.answer_measures,
        extracts=measures.extracts_used,
        asks=measures.has_measures,
    ),
    delivery.DeliveryQuestion: Asked(
        answer=delivery.answer_delivery,
        extracts=delivery.EXTRACTS,
        asks=_has("delivery_steps", "steps"),
    ),
    fidelity.FidelityQuestion: Asked(
        answer=fidelity.answer_fidelity,
        extracts=fidelity.EXTRACTS,
        asks=_has("fidelity", "components"),
    ),
    training.TrainingQuestion: Asked(
        answer=training.answer_training,
        extracts=training.EXTRACTS,
        asks=_has("training", "courses"),
    ),
    workforce.WorkforceQuestion: Asked(
        answer=workforce.answer_workforce,
        extracts=workforce.EXTRACTS,
        asks=_has("workforce_months"),
    ),
    teams.TeamsQuestion: Asked(
        answer=teams.answer_teams, extracts=teams.extracts_used, asks=teams.extracts_used
    ),
    economics.EconomicsQuestion: Asked(
        answer=economics.answer_economics,
        extracts=economics.extracts_used,
        asks=_fills("economics"),
    ),
    case_outcomes.CaseOutcomesQuestion: Asked(
        answer=case_outcomes.answer_case_outcomes,
        extracts=case_outcomes.EXTRACTS,
        asks=_has("cases"),
    ),
    course.CourseQuestion: Asked(
        answer=course.answer_course, extracts=case_outcomes.EXTRACTS, asks=course.asks_course
    ),
    force_trend.ForceTrendQuestion: Asked(
        answer=force_trend.answer_force_trend, extracts=(), asks=force_trend.asks_force_trend
    ),
    path.PathQuestion: Asked(
        answer=path.answer_path, extracts=path.extracts_of_path, asks=path.asks_path
    ),
    timeliness.ConferenceTimesQuestion: Asked(
        answer=timeliness_counts.answer_conference_times,
        extracts=("section_47_enquiries",),
        asks=_has("section_47_enquiries"),
    ),
    timeliness.AssessmentTimesQuestion: Asked(
        answer=timeliness_counts.answer_assessment_times,
        extracts=("assessments",),
        asks=_has("assessments"),
    ),
    timeliness.ReReferralsQuestion: Asked(
        answer=timeliness_counts.answer_re_referrals,
        extracts=("referrals",),
        asks=_has("referrals"),
    ),
    assessment_findings.AssessmentFindingsQuestion: Asked(
        answer=assessment_findings.answer_assessment_findings,
        extracts=(),
        asks=assessment_findings.asks_assessment_findings,
    ),
    timeliness_published.PublishedTimelinessQuestion: Asked(
        answer=timeliness_published.answer_published_timeliness,
        extracts=(),
        asks=timeliness_published.asks_published_timeliness,
    ),
    case_records.CaseRecordsQuestion: Asked(
        answer=case_records.answer_case_records,
        extracts=case_records.EXTRACTS,
        asks=_has("case_records"),
    ),
    repeat_plans.RepeatPlansQuestion: Asked(
        answer=repeat_plans.answer_repeat_plans,
        extracts=repeat_plans.EXTRACTS,
        asks=_fills("repeat"),
    ),
    repeat_groups.RepeatGroupsQuestion: Asked(
        answer=repeat_groups.answer_repeat_groups,
        extracts=repeat_groups.extracts_of_groups,
        asks=_fills("repeat"),
    ),
    ever.EverQuestion: Asked(
        answer=ever.answer_ever, extracts=ever.EXTRACTS, asks=_fills("repeat")
    ),
    factors.FactorsQuestion: Asked(
        answer=factors.answer_factors, extracts=endings.WITH_ENDINGS, asks=factors.asks_factors
    ),
    together.TogetherQuestion: Asked(
        answer=together.answer_together, extracts=endings.WITH_ENDINGS, asks=factors.asks_factors
    ),
    place.PlaceQuestion: Asked(answer=place.answer_place, extracts=(), asks=_fills("repeat")),
    audit_tool.AuditToolQuestion: Asked(
        answer=audit_tool.answer_audit_tool, extracts=audit_tool.EXTRACTS, asks=_fills("repeat")
    ),
    current.CurrentPlansQuestion: Asked(
        answer=current.answer_current_plans, extracts=current.EXTRACTS, asks=_fills("repeat")
    ),
    what_if.WhatIfQuestion: Asked(
        answer=what_if.answer_what_if,
        extracts=what_if.EXTRACTS,
        asks=_has("plan_endings", "repeat"),
    ),
    repeat_series.RepeatSeriesQuestion: Asked(
        answer=repeat_series.answer_repeat_series,
        extracts=repeat_series.EXTRACTS,
        asks=repeat_series.asks_series,
    ),
    audit.AuditQuestion: Asked(
        answer=audit.answer_audit, extracts=audit.EXTRACTS, asks=_has("audit_families")
    ),
    combinations.CombinationsQuestion: Asked(
        answer=combinations.answer_combinations,
        extracts=combinations.EXTRACTS,
        asks=_has("audit_families"),
    ),
    conferences.ConferencesQuestion: Asked(
        answer=conferences.answer_conferences,
        extracts=conferences.RISK_EXTRACTS,
        asks=_has("conferences"),
    ),
    conferences.AgenciesQuestion: Asked(
        answer=conferences.answer_agencies,
        extracts=conferences.AGENCY_EXTRACTS,
        asks=_has("agency_contributions", "agencies"),
    ),
    quoted.QuotedFiguresQuestion: Asked(
        answer=quoted.answer_quoted_figures, extracts=(), asks=_fills("quoted")
    ),
    reproduction.ReproductionQuestion: Asked(answer=reproduction.answer_reproduction, extracts=()),
}
"""Each kind of question that is asked of an evaluation; without ``asks`` every protocol asks it."""
