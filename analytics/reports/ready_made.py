"""The briefing that each evaluation has from the start: ten minutes for the partnership board."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from analytics.access.viewer import Viewer
from analytics.ask import ask, evaluations_for
from analytics.emmie.audit import AuditQuestion
from analytics.emmie.case_outcomes import CaseOutcomesQuestion
from analytics.emmie.case_records import CaseRecordsQuestion
from analytics.emmie.combinations import CombinationsQuestion
from analytics.emmie.economics import EconomicsQuestion
from analytics.emmie.effect.analyses import AnalysesQuestion
from analytics.emmie.effect.results import AnalysisInfo
from analytics.emmie.implementation.measures import MeasuresQuestion
from analytics.emmie.mechanism.logic_model import LogicModelQuestion
from analytics.emmie.moderators import ModeratorsQuestion
from analytics.emmie.overview import OverviewQuestion
from analytics.emmie.repeat_plans import RepeatPlansQuestion
from analytics.emmie.repeat_plans.factors import FactorsQuestion
from analytics.emmie.study import Question, is_unanswered
from analytics.errors import BriefingError
from analytics.exhibits.case_outcomes import over_time_exhibits
from analytics.exhibits.case_records import case_record_exhibits
from analytics.exhibits.designs import DESIGNS
from analytics.exhibits.economics import economics_exhibits
from analytics.exhibits.exhibit import Exhibit
from analytics.exhibits.implementation import measure_exhibits
from analytics.exhibits.making import make, name_of
from analytics.exhibits.mechanism import logic_model_exhibits
from analytics.exhibits.moderators import moderator_exhibits
from analytics.exhibits.no_effect import no_effect_exhibits
from analytics.exhibits.overview_one import summary_exhibits
from analytics.exhibits.recipe import Recipe, version
from analytics.exhibits.repeat_factors import repeat_factor_exhibits
from analytics.exhibits.repeat_plans import audit_exhibits
from analytics.exhibits.repeat_timing import repeat_plan_exhibits
from analytics.extracts.filters import NOT_NARROWED
from analytics.extracts.library import Library, open_library
from analytics.reports.pack import NO_MARKING, Item, Pack, narrowed

MOST_ANALYSES: Final = 3
UNSHOWN: Final = frozenset({"assumptions", "health_checks"})
"""Exhibits that a reader looks up and nobody presents."""
ROUND_UP: Final = (OverviewQuestion(), RepeatPlansQuestion(), AuditQuestion())


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the briefing: how it is made, and how many of its exhibits are taken."""

    recipe: Recipe
    first: int = 0
    most: int = 1


def ready_made(
    evaluation: str,
    viewer: Viewer,
    *,
    prepared_at: datetime,
    marking: str = NO_MARKING,
    library: Library | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Pack:
    """Return ten minutes for the partnership board about one evaluation.

    Parameters
    ----------
    evaluation : str
        Folder name.
    viewer : Viewer
        Who prepares it.
    prepared_at : datetime
        When; aware of its time zone.
    marking : str
        The body's own security marking.
    library : Library, optional
        Where the data is; the default library when omitted.
    progress : callable, optional
        Told, after each step, how many of how many are done.

    Raises
    ------
    BriefingError
        When no question of the evaluation has an answer.
    UnknownEvaluationError
        When no evaluation has this name.
    """
    library = library or open_library()
    title = library.evaluation(evaluation).protocol.evaluation.name
    steps = tuple(_steps(evaluation, viewer, library))
    exhibits: list[Exhibit] = []
    for done, step in enumerate(steps, start=1):
        exhibits += _taken(step, viewer, library)
        if progress:
            progress(done, len(steps))
    if not exhibits:
        raise BriefingError("No question about this evaluation has an answer; see the Data page.")
    return Pack(
        title=f"{title}: ten minutes for the partnership board",
        items=tuple(
            item_of(exhibit, narrowed(exhibit, NOT_NARROWED), prepared_at) for exhibit in exhibits
        ),
        prepared_at=prepared_at,
        version=version(),
        marking=marking,
    )


def item_of(exhibit: Exhibit, filters: str, frozen_at: datetime) -> Item:
    """Return an exhibit as it is put into a briefing, with its numbers frozen.

    Parameters
    ----------
    exhibit : Exhibit
        As it was made.
    filters : str
        What it was narrowed to, in words.
    frozen_at : datetime
        Now.
    """
    policies = exhibit.stamp.policies if exhibit.stamp else ()
    return Item(exhibit=exhibit, filters=filters, policy=" ".join(policies), frozen_at=frozen_at)


def _taken(step: Step, viewer: Viewer, library: Library) -> tuple[Exhibit, ...]:
    made = make(step.recipe, replace(viewer, may_see_cases=False), library=library)
    if not isinstance(made, tuple):
        return ()
    shown = [one for one in made if one.key not in UNSHOWN and not one.is_shown_only]
    return tuple(shown[step.first : step.first + step.most])


def _first_of_each_design(listed: Sequence[AnalysisInfo]) -> tuple[AnalysisInfo, ...]:
    """Return the main analysis and, of the others, the first of each further design."""
    found: dict[object, AnalysisInfo] = {}
    for analysis in listed:
        found.setdefault(DESIGNS[analysis.estimator].question, analysis)
    return tuple(found.values())[:MOST_ANALYSES]


def _steps(evaluation: str, viewer: Viewer, library: Library) -> Iterator[Step]:
    def step(
        build: Callable[..., Any],
        *questions: Question[Any],
        optional: int = 0,
        first: int = 0,
        most: int = 1,
        **options: Any,
    ) -> Iterator[Step]:
        if evaluation in evaluations_for(type(questions[0]), library):
            recipe = Recipe(
                build=name_of(build),
                questions=questions,
                evaluations=(evaluation,),
                optional=optional,
                options=tuple(sorted(options.items())),
            )
            yield Step(recipe=recipe, first=first, most=most)

    analyses = ask(AnalysesQuestion(), evaluation, viewer=viewer, library=library)
    listed = () if is_unanswered(analyses) else analyses.answer.analyses
    yield from step(summary_exhibits, *ROUND_UP, optional=2)
    for analysis in _first_of_each_design(listed):
        design = DESIGNS[analysis.estimator]
        yield from step(
            design.build,
            design.question(analysis=analysis.key),
            form="difference",
            outcome=analysis.outcomes[0][0],
        )
    if not listed:
        yield from step(no_effect_exhibits, AnalysesQuestion())
    yield from step(over_time_exhibits, CaseOutcomesQuestion(step="quarter"), most=2)
    yield from step(case_record_exhibits, CaseRecordsQuestion())
    yield from step(repeat_plan_exhibits, RepeatPlansQuestion())
    yield from step(repeat_factor_exhibits, FactorsQuestion())
    yield from step(audit_exhibits, AuditQuestion(), CombinationsQuestion(), most=2)
    yield from step(logic_model_exhibits, LogicModelQuestion())
    outcome = listed[0].outcomes[0][0] if listed else ""
    yield from step(
        moderator_exhibits, AnalysesQuestion(), ModeratorsQuestion(outcome=outcome), optional=1
    )
    yield from step(measure_exhibits, MeasuresQuestion())
    yield from step(economics_exhibits, EconomicsQuestion(), most=2)
    yield from step(summary_exhibits, *ROUND_UP, optional=2, first=1)
