"""The one door: every question is asked here, and only released answers come out.

The viewer's scope and disclosure control are applied here, so no page can forget them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from analytics.access.viewer import PUBLIC, Viewer
from analytics.disclosure.policy import PUBLISHED, strictest
from analytics.disclosure.release import Disclosable, Released, release
from analytics.emmie import (
    area_change,
    audit,
    case_outcomes,
    case_records,
    combinations,
    conferences,
    data_status,
    economics,
    effect,
    evidence,
    methods,
    moderators,
    overview,
    plan_rates,
    quoted,
    repeat_plans,
    reproduction,
    service_use,
)
from analytics.emmie.effect import analyses as effect_analyses
from analytics.emmie.effect import association, change, series, specification
from analytics.emmie.implementation import (
    delivery,
    fidelity,
    measures,
    teams,
    training,
    workforce,
)
from analytics.emmie.mechanism import drivers, groups, logic_model, skills, surveys, themes
from analytics.emmie.study import Question, Study, Unanswered
from analytics.errors import (
    MethodsRegistryError,
    ProtocolError,
    UnknownQuestionError,
)
from analytics.extracts.engine import UnusableExtractError
from analytics.extracts.filters import NO_FILTERS, Filters
from analytics.extracts.library import Library, open_library
from analytics.extracts.protocol import Protocol

AnswerT = TypeVar("AnswerT", bound=Disclosable)

_Extracts = tuple[str, ...] | Callable[[Protocol], tuple[str, ...]]
_OF_AN_EVALUATION: Final[dict[type, tuple[Callable[[Any, Study], Any], _Extracts]]] = {
    effect.EffectQuestion: (effect.answer_effect, effect.EXTRACTS),
    change.ChangeQuestion: (change.answer_change, effect.EXTRACTS),
    series.SeriesQuestion: (series.answer_series, effect.EXTRACTS),
    specification.SpecificationQuestion: (specification.answer_specification, effect.EXTRACTS),
    association.AssociationQuestion: (association.answer_association, effect.EXTRACTS),
    effect_analyses.AnalysesQuestion: (
        effect_analyses.answer_analyses,
        effect_analyses.extracts_of,
    ),
    service_use.ServiceUseQuestion: (service_use.answer_service_use, service_use.EXTRACTS),
    area_change.AreaChangeQuestion: (area_change.answer_area_change, area_change.EXTRACTS),
    case_outcomes.CaseOutcomesQuestion: (
        case_outcomes.answer_case_outcomes,
        case_outcomes.EXTRACTS,
    ),
    repeat_plans.RepeatPlansQuestion: (repeat_plans.answer_repeat_plans, repeat_plans.EXTRACTS),
    audit.AuditQuestion: (audit.answer_audit, audit.EXTRACTS),
    case_records.CaseRecordsQuestion: (
        case_records.answer_case_records,
        case_records.EXTRACTS,
    ),
    combinations.CombinationsQuestion: (
        combinations.answer_combinations,
        combinations.EXTRACTS,
    ),
    conferences.ConferencesQuestion: (
        conferences.answer_conferences,
        conferences.RISK_EXTRACTS,
    ),
    conferences.AgenciesQuestion: (conferences.answer_agencies, conferences.AGENCY_EXTRACTS),
    quoted.QuotedFiguresQuestion: (quoted.answer_quoted_figures, ()),
    overview.OverviewQuestion: (overview.answer_overview, overview.extracts_used),
    economics.EconomicsQuestion: (economics.answer_economics, economics.extracts_used),
    moderators.ModeratorsQuestion: (moderators.answer_moderators, moderators.extracts_used),
    reproduction.ReproductionQuestion: (reproduction.answer_reproduction, ()),
    delivery.DeliveryQuestion: (delivery.answer_delivery, delivery.EXTRACTS),
    fidelity.FidelityQuestion: (fidelity.answer_fidelity, fidelity.EXTRACTS),
    training.TrainingQuestion: (training.answer_training, training.EXTRACTS),
    workforce.WorkforceQuestion: (workforce.answer_workforce, workforce.EXTRACTS),
    teams.TeamsQuestion: (teams.answer_teams, teams.extracts_used),
    themes.ThemesQuestion: (themes.answer_themes, themes.EXTRACTS),
    surveys.SurveysQuestion: (surveys.answer_surveys, surveys.EXTRACTS),
    drivers.DriversQuestion: (drivers.answer_drivers, drivers.EXTRACTS),
    groups.GroupsQuestion: (groups.answer_groups, groups.EXTRACTS),
    skills.SkillsQuestion: (skills.answer_skills, skills.EXTRACTS),
    logic_model.LogicModelQuestion: (
        logic_model.answer_logic_model,
        logic_model.extracts_used,
    ),
    measures.MeasuresQuestion: (measures.answer_measures, measures.extracts_used),
}
"""Questions about an evaluation's own extracts: who answers, and which extracts it uses."""

_OF_PUBLISHED_FIGURES: Final[dict[type, Callable[[Any, Library], Any]]] = {
    plan_rates.PlanRatesQuestion: plan_rates.answer_plan_rates,
    plan_rates.AreasQuestion: plan_rates.answer_areas,
    evidence.EvidenceQuestion: evidence.answer_evidence,
}
"""Questions about figures that have been published."""

_ASKED_BY: Final[dict[type, Callable[[Protocol], bool]]] = {
    effect.EffectQuestion: lambda protocol: protocol.matching is not None,
    association.AssociationQuestion: lambda protocol: bool(protocol.correlations),
    case_outcomes.CaseOutcomesQuestion: lambda protocol: "cases" in protocol.evaluation.extracts,
    repeat_plans.RepeatPlansQuestion: lambda protocol: protocol.repeat is not None,
    audit.AuditQuestion: lambda protocol: "audit_families" in protocol.evaluation.extracts,
    case_records.CaseRecordsQuestion: lambda protocol: (
        "case_records" in protocol.evaluation.extracts
    ),
    combinations.CombinationsQuestion: lambda protocol: (
        "audit_families" in protocol.evaluation.extracts
    ),
    conferences.ConferencesQuestion: lambda protocol: (
        "conferences" in protocol.evaluation.extracts
    ),
    conferences.AgenciesQuestion: lambda protocol: (
        "agency_contributions" in protocol.evaluation.extracts and bool(protocol.agencies)
    ),
    quoted.QuotedFiguresQuestion: lambda protocol: bool(protocol.quoted),
    economics.EconomicsQuestion: lambda protocol: protocol.economics is not None,
    delivery.DeliveryQuestion: lambda protocol: (
        "delivery_steps" in protocol.evaluation.extracts and bool(protocol.steps)
    ),
    fidelity.FidelityQuestion: lambda protocol: (
        "fidelity" in protocol.evaluation.extracts and bool(protocol.components)
    ),
    training.TrainingQuestion: lambda protocol: (
        "training" in protocol.evaluation.extracts and bool(protocol.courses)
    ),
    workforce.WorkforceQuestion: lambda protocol: (
        "workforce_months" in protocol.evaluation.extracts
    ),
    teams.TeamsQuestion: lambda protocol: bool(teams.extracts_used(protocol)),
    measures.MeasuresQuestion: measures.has_measures,
    themes.ThemesQuestion: lambda protocol: bool(protocol.themes),
    surveys.SurveysQuestion: lambda protocol: bool(protocol.instruments),
    drivers.DriversQuestion: drivers.has_drivers,
    groups.GroupsQuestion: groups.has_groups,
    skills.SkillsQuestion: lambda protocol: bool(protocol.skills),
    logic_model.LogicModelQuestion: lambda protocol: protocol.logic_model is not None,
}
"""Which protocols ask which question; every protocol asks the others."""


def ask(
    question: Question[AnswerT],
    evaluation: str | None = None,
    filters: Filters = NO_FILTERS,
    viewer: Viewer = PUBLIC,
    *,
    library: Library | None = None,
) -> Released[AnswerT] | Released[Unanswered]:
    """Answer a question and release the answer.

    Parameters
    ----------
    question : Question
        What is asked.
    evaluation : str, optional
        Folder name of the evaluation; not needed for published figures.
    filters : Filters, optional
        What to narrow to.
    viewer : Viewer, optional
        Who asks; only their authorities are counted.
    library : Library, optional
        Where the data is; the default library when omitted.

    Returns
    -------
    Released
        The answer after disclosure control, or :class:`Unanswered` with the reason, also when an
        extract that is needed broke its contract.

    Raises
    ------
    UnknownQuestionError
        When nothing answers this kind of question, or it needs an evaluation and none is named.
    UnknownEvaluationError
        When no evaluation has this name.
    """
    library = library or open_library()
    try:
        if isinstance(question, data_status.DataQuestion):
            status: Any = data_status.answer_data(question, library, viewer)
            return release(status, PUBLISHED)
        if isinstance(question, methods.MethodsQuestion):
            registry: Any = methods.answer_methods()
            return release(registry, PUBLISHED)
        if type(question) in _OF_PUBLISHED_FIGURES:
            return release(_OF_PUBLISHED_FIGURES[type(question)](question, library), PUBLISHED)
        if type(question) not in _OF_AN_EVALUATION or evaluation is None:
            raise UnknownQuestionError(f"{type(question).__name__} cannot be answered here.")
        study = Study(
            evaluation=library.evaluation(evaluation),
            filters=filters,
            viewer=viewer,
            library=library,
        )
        answer, extracts = _OF_AN_EVALUATION[type(question)]
        used = extracts(study.protocol) if callable(extracts) else extracts
        policies = tuple(study.protocol.policy_of(extract) for extract in used)
        return release(answer(question, study), strictest(policies or ("published",)))
    except (UnusableExtractError, ProtocolError, MethodsRegistryError) as error:
        return release(_unanswered(error), PUBLISHED)


def _unanswered(
    error: UnusableExtractError | ProtocolError | MethodsRegistryError,
) -> Unanswered:
    """Say why what a question rests on can't be used."""
    if isinstance(error, MethodsRegistryError):
        return Unanswered(reason="no_registry", details=(str(error),))
    if isinstance(error, UnusableExtractError):
        details = tuple(finding.words for finding in error.findings)
        return Unanswered(reason="unusable_extract", details=details)
    return Unanswered(reason="unusable_extract", details=(str(error),))


def evaluations_for(kind: type, library: Library | None = None) -> dict[str, str]:
    """Return the evaluations whose protocol asks this kind of question, with their titles.

    Parameters
    ----------
    kind : type
        Class of the question.
    library : Library, optional
        Where the data is; the default library when omitted.

    Returns
    -------
    dict of str to str
        Folder name to title.
    """
    asks = _ASKED_BY.get(kind, bool)
    return {
        item.name: item.protocol.evaluation.name
        for item in (library or open_library()).readable()
        if asks(item.protocol)
    }
