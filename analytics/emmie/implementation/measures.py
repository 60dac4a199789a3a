"""Measures of Implementation: where each stands, and what rests on them.

Recommendations and research questions name measures, so they stand where those do. Methods:
``docs/methods/questions/implementation.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self

from analytics.disclosure.policy import Policy
from analytics.emmie.implementation.standing import Standing, Stood, standing
from analytics.emmie.implementation.verdict import implementation_verdict
from analytics.emmie.measured import EXTRACT_OF
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.emmie.verdict import Verdict
from analytics.extracts.protocol import Protocol, Recommendation, ResearchQuestion

PERCEIVED = ("theme", "item")
"""Kinds of measures that hold what people said, and not what was seen or counted."""

Light = Literal["yes", "partly", "not_yet", "cannot_tell", "anecdotal", "baseline"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuresQuestion(Question["MeasuresAnswer"]):
    """Ask where each measure of Implementation stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommended:
    """A recommendation and where the measures that would show it done stand."""

    recommendation: Recommendation
    measures: tuple[Stood, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Researched:
    """A research question, the light it gets, and its evidence.

    Attributes
    ----------
    light : str
        ``yes`` (every measure that can be told is met), ``not_yet`` (none is met or partly met),
        ``partly`` (anything between), ``cannot_tell`` (none can be told), ``anecdotal`` (only what
        people said is behind it, so nothing can be told), ``baseline`` (its measures are from
        before what it asks about, so they cannot answer it yet).
    """

    question: ResearchQuestion
    light: Light
    measures: tuple[Stood, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuresAnswer:
    """Every measure, what rests on them, and the verdict on Implementation."""

    provenance: Provenance
    verdict: Verdict
    measures: tuple[Stood, ...]
    recommendations: tuple[Recommended, ...]
    research_questions: tuple[Researched, ...]
    assumptions: tuple[str, ...]

    def disclose(self, policy: Policy) -> Self:
        """Return the same: each measure was released under the policy of its own extract."""
        del policy
        return self


def extracts_used(protocol: Protocol) -> tuple[str, ...]:
    """Return the extracts that an evaluation's measures are counted in."""
    named = {EXTRACT_OF[measure.kind] for measure in protocol.measures}
    return tuple(name for name in protocol.evaluation.extracts if name in named)


def has_measures(protocol: Protocol) -> bool:
    """Return whether an evaluation says what would show that it was put into practice."""
    return bool(protocol.measures or protocol.recommendations)


def answer_measures(question: MeasuresQuestion, study: Study) -> MeasuresAnswer | Unanswered:
    """Count every measure and say where it stands.

    Parameters
    ----------
    question : MeasuresQuestion
        Nothing to choose.
    study : Study
        Evaluation, filters and viewer.

    Returns
    -------
    MeasuresAnswer or Unanswered
        Each count is one that may be shown: disclosure control comes before the judgement.
    """
    del question
    provenance = study.provenance(*extracts_used(study.protocol))
    if not has_measures(study.protocol):
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    stood = tuple(standing(study, measure) for measure in study.protocol.measures)
    if stood and all(item.measured.why_not == "no_rows" for item in stood):
        return Unanswered(reason="no_rows", provenance=provenance)
    by_key = {item.measure.key: item for item in stood}
    return MeasuresAnswer(
        provenance=provenance,
        verdict=implementation_verdict(study, stood),
        measures=stood,
        recommendations=tuple(
            Recommended(recommendation=one, measures=tuple(by_key[key] for key in one.measures))
            for one in study.protocol.recommendations
        ),
        research_questions=tuple(
            _researched(one, tuple(by_key[key] for key in one.measures))
            for one in study.protocol.research_questions
        ),
        assumptions=tuple(item.text for item in study.protocol.assumptions),
    )


def _researched(question: ResearchQuestion, measures: tuple[Stood, ...]) -> Researched:
    found: Light = "baseline" if question.is_baseline else light(measures)
    return Researched(question=question, light=found, measures=measures)


def light(measures: tuple[Stood, ...]) -> Light:
    """Return the light of a research question from where its measures stand."""
    told = [item for item in measures if item.standing != "cannot_tell"]
    if not told:
        return "cannot_tell"
    if all(item.measure.kind in PERCEIVED for item in told):
        return "anecdotal"
    found: set[Standing] = {item.standing for item in told}
    if found == {"met"}:
        return "yes"
    return "not_yet" if found == {"not_met"} else "partly"
