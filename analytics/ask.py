"""The one door: every question is asked here, and only released answers come out.

The viewer's scope and disclosure control are applied here, so no page can forget them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from analytics.access.viewer import PUBLIC, Viewer
from analytics.disclosure.policy import PUBLISHED, strictest
from analytics.disclosure.release import Disclosable, Released, release
from analytics.emmie import data_status, evidence, methods
from analytics.emmie.neighbours import anyway, comparison, funnel, group, presets
from analytics.emmie.questions import QUESTIONS
from analytics.emmie.repeat_plans.audit_entry import AuditEntry, save_entry
from analytics.emmie.study import Question, Study, Unanswered
from analytics.errors import (
    EntriesError,
    MethodsRegistryError,
    ProtocolError,
    UnknownQuestionError,
)
from analytics.extracts.engine import UnusableExtractError
from analytics.extracts.filters import NO_FILTERS, Filters
from analytics.extracts.library import Library, open_library

AnswerT = TypeVar("AnswerT", bound=Disclosable)

_OF_PUBLISHED_FIGURES: Final[dict[type, Callable[[Any, Library], Any]]] = {
    comparison.ComparisonQuestion: comparison.answer_comparison,
    comparison.AreasQuestion: comparison.answer_areas,
    group.GroupQuestion: group.answer_group,
    funnel.FunnelQuestion: funnel.answer_funnel,
    anyway.AnywayQuestion: anyway.answer_anyway,
    anyway.StartsQuestion: anyway.answer_starts,
    presets.PresetsQuestion: presets.answer_presets,
    evidence.EvidenceQuestion: evidence.answer_evidence,
}
"""Questions about figures that have been published."""

KINDS: Final[dict[str, type[Question[Any]]]] = {
    kind.__name__: kind
    for kind in (
        *QUESTIONS,
        *_OF_PUBLISHED_FIGURES,
        data_status.DataQuestion,
        methods.MethodsQuestion,
    )
}
"""Every kind of question that can be asked, by its name."""


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
        asked = QUESTIONS.get(type(question))
        if asked is None or evaluation is None:
            raise UnknownQuestionError(f"{type(question).__name__} cannot be answered here.")
        study = Study(
            evaluation=library.evaluation(evaluation),
            filters=filters,
            viewer=viewer,
            library=library,
        )
        used = asked.used(study.protocol)
        policies = tuple(study.protocol.policy_of(extract) for extract in used)
        return release(asked.answer(question, study), strictest(policies or ("published",)))
    except (UnusableExtractError, ProtocolError, MethodsRegistryError) as error:
        return release(_unanswered(error), PUBLISHED)


def enter(
    entry: AuditEntry, evaluation: str, viewer: Viewer, *, library: Library | None = None
) -> None:
    """Save what a viewer enters: the one way in, as :func:`ask` is the one way out.

    Parameters
    ----------
    entry : AuditEntry
        What is entered.
    evaluation : str
        Folder name of the evaluation.
    viewer : Viewer
        Who enters it; has to be allowed to see cases.
    library : Library, optional
        Where the data is; the default library when omitted.

    Raises
    ------
    EntriesError, NotAllowedError, InvalidInputError
        When nothing was saved, and why; no message holds a value of a row.
    """
    library = library or open_library()
    try:
        study = Study(
            evaluation=library.evaluation(evaluation),
            filters=NO_FILTERS,
            viewer=viewer,
            library=library,
        )
        save_entry(entry, study)
    except (UnusableExtractError, ProtocolError):
        raise EntriesError("An extract that is needed cannot be used. Nothing was saved.") from None


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
    asked = QUESTIONS.get(kind)
    return {
        name: protocol.evaluation.name
        for name, protocol in (library or open_library()).protocols().items()
        if asked is None or asked.asks(protocol)
    }
