"""Exhibits of every page for every evaluation, made from recipes, so that each has its stamp."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from analytics.access.viewer import PUBLIC
from analytics.ask import ask, evaluations_for
from analytics.disclosure.release import Released
from analytics.emmie.effect import EffectQuestion
from analytics.emmie.effect.analyses import AnalysesQuestion
from analytics.emmie.effect.association import AssociationQuestion
from analytics.emmie.effect.specification import SpecificationQuestion
from analytics.emmie.evidence import EvidenceQuestion
from analytics.emmie.implementation.measures import MeasuresQuestion
from analytics.emmie.mechanism.groups import GroupsQuestion
from analytics.emmie.moderators import ModeratorsQuestion
from analytics.emmie.quoted import QuotedFiguresQuestion
from analytics.emmie.repeat_plans import RepeatPlansQuestion
from analytics.emmie.reproduction import ReproductionQuestion
from analytics.emmie.study import Question, is_unanswered
from analytics.exhibits.association import association_exhibits
from analytics.exhibits.baseline import baseline_exhibits, quoted_exhibits
from analytics.exhibits.designs import DESIGNS
from analytics.exhibits.evidence import evidence_exhibits
from analytics.exhibits.exhibit import Exhibit
from analytics.exhibits.making import make_with, name_of
from analytics.exhibits.mechanism_groups import group_exhibits, group_items
from analytics.exhibits.moderators import moderator_exhibits
from analytics.exhibits.no_effect import no_effect_exhibits
from analytics.exhibits.overview_one import summary_exhibits
from analytics.exhibits.recipe import Recipe
from analytics.exhibits.specification import specification_exhibits
from analytics.extracts.filters import NO_FILTERS, Filters
from analytics.reports.ready_made import ROUND_UP
from tests.helpers.deep_dive_exhibits import OF_ALL, OF_AN_EVALUATION
from tests.helpers.letter_exhibits import SIMPLE

Build = Callable[..., tuple[Exhibit, ...]]
_asked = cache(ask)


def _ask(question: Question[Any], *about: Any, library: Any) -> Released[Any]:
    del library
    return _asked(question, *about)


@cache
def stamped_exhibits(filters: Filters = NO_FILTERS) -> tuple[tuple[str, Exhibit], ...]:
    """Return every exhibit with the evaluation that it is of, none for published figures."""
    found = [
        (name, exhibit)
        for name in sorted(evaluations_for(AnalysesQuestion))
        for exhibit in _of_an_evaluation(name, filters)
    ]
    found += [
        ("", exhibit)
        for build, question, words in OF_ALL
        for exhibit in _made("", NO_FILTERS, build, question, **words)
    ]
    return tuple(found)


def _made(
    evaluation: str,
    filters: Filters,
    build: Build,
    *questions: Question[Any],
    optional: int = 0,
    **options: Any,
) -> Iterator[Exhibit]:
    needed = map(type, questions[: len(questions) - optional])
    if evaluation and any(evaluation not in evaluations_for(kind) for kind in needed):
        return
    recipe = Recipe(
        build=name_of(build),
        questions=questions,
        evaluations=(evaluation,) if evaluation else (),
        filters=filters,
        optional=optional,
        options=tuple(sorted(options.items())),
    )
    made = make_with(build, recipe, PUBLIC, asking=_ask)
    if isinstance(made, tuple):
        yield from made


def _of_an_evaluation(name: str, filters: Filters) -> Iterator[Exhibit]:
    listed = ask(AnalysesQuestion(), name).answer.analyses
    if not listed:
        yield from _made(name, filters, no_effect_exhibits, AnalysesQuestion())
    for analysis in listed:
        design = DESIGNS[analysis.estimator]
        question = design.question(analysis=analysis.key)
        for outcome, _ in analysis.outcomes:
            more = {"form": "difference", "outcome": outcome}
            yield from _made(name, filters, design.build, question, **more)
        if design.question is EffectQuestion:
            curve = SpecificationQuestion(outcome=analysis.outcomes[0][0], analysis=analysis.key)
            yield from _made(name, filters, specification_exhibits, curve)
    outcome = listed[0].outcomes[0][0] if listed else ""
    groups = (AnalysesQuestion(), ModeratorsQuestion(outcome=outcome))
    yield from _made(name, filters, moderator_exhibits, *groups, optional=1)
    yield from _made(name, filters, association_exhibits, AssociationQuestion())
    for question, build in SIMPLE:
        yield from _made(name, filters, build, question)
    if name in evaluations_for(GroupsQuestion):
        released = _asked(GroupsQuestion(), name, filters, PUBLIC)
        if not is_unanswered(released):
            for item in group_items(released):
                yield from _made(name, filters, group_exhibits, GroupsQuestion(), item=item)
    for build, questions in OF_AN_EVALUATION:
        yield from _made(name, filters, build, *questions)
    yield from _made(name, filters, summary_exhibits, *ROUND_UP, optional=2)
    quoted = QuotedFiguresQuestion()
    yield from _made(name, filters, quoted_exhibits, quoted)
    yield from _made(
        name, filters, baseline_exhibits, MeasuresQuestion(), RepeatPlansQuestion(), quoted,
        optional=2,
    )  # fmt: skip
    published = (EvidenceQuestion(), ReproductionQuestion())
    yield from _made(name, NO_FILTERS, evidence_exhibits, *published, optional=1)
