"""Every exhibit of the five letters' pages, for every evaluation, built as the pages build them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from analytics.ask import ask, evaluations_for
from analytics.emmie.economics import EconomicsQuestion
from analytics.emmie.effect import EffectQuestion
from analytics.emmie.effect.analyses import AnalysesQuestion
from analytics.emmie.effect.association import AssociationQuestion
from analytics.emmie.effect.specification import SpecificationQuestion
from analytics.emmie.implementation.delivery import DeliveryQuestion
from analytics.emmie.implementation.fidelity import FidelityQuestion
from analytics.emmie.implementation.measures import MeasuresQuestion
from analytics.emmie.implementation.teams import TeamsQuestion
from analytics.emmie.implementation.training import TrainingQuestion
from analytics.emmie.implementation.workforce import WorkforceQuestion
from analytics.emmie.mechanism.drivers import DriversQuestion
from analytics.emmie.mechanism.groups import GroupsQuestion
from analytics.emmie.mechanism.logic_model import LogicModelQuestion
from analytics.emmie.mechanism.skills import SkillsQuestion
from analytics.emmie.mechanism.surveys import SurveysQuestion
from analytics.emmie.mechanism.themes import ThemesQuestion
from analytics.emmie.moderators import ModeratorsQuestion
from analytics.emmie.study import is_unanswered
from analytics.exhibits.association import association_exhibits
from analytics.exhibits.designs import DESIGNS
from analytics.exhibits.economics import economics_exhibits
from analytics.exhibits.exhibit import Exhibit
from analytics.exhibits.implementation import measure_exhibits
from analytics.exhibits.implementation_delivery import delivery_exhibits
from analytics.exhibits.implementation_practice import fidelity_exhibits, team_exhibits
from analytics.exhibits.implementation_questions import recommendation_exhibits, research_exhibits
from analytics.exhibits.implementation_staff import training_exhibits, workforce_exhibits
from analytics.exhibits.mechanism import logic_model_exhibits
from analytics.exhibits.mechanism_drivers import driver_exhibits
from analytics.exhibits.mechanism_groups import group_exhibits, group_items
from analytics.exhibits.mechanism_skills import skill_exhibits
from analytics.exhibits.mechanism_surveys import survey_exhibits
from analytics.exhibits.mechanism_themes import theme_exhibits
from analytics.exhibits.moderators import moderator_exhibits
from analytics.exhibits.no_effect import no_effect_exhibits
from analytics.exhibits.specification import specification_exhibits
from analytics.extracts.filters import NO_FILTERS, Filters

SIMPLE: tuple[tuple[Any, Callable[..., tuple[Exhibit, ...]]], ...] = (
    (LogicModelQuestion(), logic_model_exhibits),
    (ThemesQuestion(), theme_exhibits),
    (SurveysQuestion(), survey_exhibits),
    (DriversQuestion(), driver_exhibits),
    (SkillsQuestion(), skill_exhibits),
    (MeasuresQuestion(), measure_exhibits),
    (MeasuresQuestion(), research_exhibits),
    (MeasuresQuestion(), recommendation_exhibits),
    (DeliveryQuestion(), delivery_exhibits),
    (FidelityQuestion(), fidelity_exhibits),
    (TeamsQuestion(), team_exhibits),
    (TrainingQuestion(), training_exhibits),
    (WorkforceQuestion(), workforce_exhibits),
    (EconomicsQuestion(), economics_exhibits),
)
FORMS = ("frequency", "difference", "ratio")


def letter_exhibits(
    name: str, filters: Filters = NO_FILTERS
) -> Iterator[tuple[str, tuple[Exhibit, ...]]]:
    """Yield what is shown of one evaluation, part by part."""
    analyses = ask(AnalysesQuestion(), name)
    moderators = ask(ModeratorsQuestion(), name, filters)
    yield "moderators", moderator_exhibits(analyses, moderators)
    if not analyses.answer.analyses:
        yield "no effect", no_effect_exhibits(analyses)
    for analysis in analyses.answer.analyses:
        yield from _effect(name, filters, analysis)
    if name in evaluations_for(AssociationQuestion):
        yield from _built(name, filters, AssociationQuestion(), association_exhibits)
    for question, build in SIMPLE:
        if name in evaluations_for(type(question)):
            yield from _built(name, filters, question, build)
    if name in evaluations_for(GroupsQuestion):
        released = ask(GroupsQuestion(), name, filters)
        if not is_unanswered(released):
            for item in group_items(released):
                yield f"groups {item}", group_exhibits(released, item=item)


def _effect(
    name: str, filters: Filters, analysis: Any
) -> Iterator[tuple[str, tuple[Exhibit, ...]]]:
    design = DESIGNS[analysis.estimator]
    released = ask(design.question(analysis=analysis.key), name, filters)
    if is_unanswered(released):
        return
    for form in FORMS:
        for outcome, _ in analysis.outcomes:
            exhibits = design.build(released, form=form, outcome=outcome)
            yield f"{analysis.key} {form} {outcome}", exhibits
    if design.question is EffectQuestion:
        outcome = analysis.outcomes[0][0]
        curve = SpecificationQuestion(outcome=outcome, analysis=analysis.key)
        for part, exhibits in _built(name, filters, curve, specification_exhibits):
            yield f"{analysis.key} {part}", exhibits


def _built(
    name: str, filters: Filters, question: Any, build: Callable[..., tuple[Exhibit, ...]]
) -> Iterator[tuple[str, tuple[Exhibit, ...]]]:
    released = ask(question, name, filters)
    if not is_unanswered(released):
        yield build.__name__, build(released)
