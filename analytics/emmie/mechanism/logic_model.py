"""The logic model: each link with the evidence found for it, and what that amounts to.

Methods: ``docs/methods/questions/mechanism.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, Self, TypeVar

from analytics.disclosure.policy import Policy, policy_named, strictest
from analytics.emmie import effect_verdict
from analytics.emmie.effect.results import analyses_of
from analytics.emmie.mechanism import skills, surveys, themes
from analytics.emmie.mechanism.evidence import MEASURED_CHANGE, OutcomeSeen, Piece, Sources, piece
from analytics.emmie.published_areas import PUBLISHERS
from analytics.emmie.strength import WITH_COMPARISON
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.extracts.engine import UnusableExtractError
from analytics.extracts.protocol import LogicLink, LogicNode, Protocol

AnswerT = TypeVar("AnswerT")
Standing = Literal["supported", "mixed", "not_supported", "no_evidence"]
Strength = Literal["outcome", "change", "delivered", "perceived", "none"]
STRONGEST_FIRST: Final[tuple[Strength, ...]] = ("outcome", "change", "delivered", "perceived")

HOLDS: Final[dict[str, tuple[str, ...]]] = {
    "theme": themes.EXTRACTS,
    "item": surveys.EXTRACTS,
    "skill": skills.EXTRACTS,
    "step": ("delivery_steps",),
    "component": ("fidelity",),
    "course": ("training",),
    "audit": ("audit_families",),
    "post": ("workforce_months",),
    "agency_attended": ("agency_contributions",),
    "agency_contributed": ("agency_contributions",),
}
"""Extracts in which each kind of evidence is found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogicModelQuestion(Question["LogicModelAnswer"]):
    """Ask how it is meant to work, and what evidence there is for each link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFound:
    """One link of the logic model with its evidence.

    Attributes
    ----------
    number : int
        From 1, in the order of the protocol.
    source, target : str
        Keys of the boxes.
    touches_mechanism : bool
        Whether a mechanism is at one of its ends.
    standing : str
        ``supported`` (every piece of evidence is for it), ``not_supported`` (some are against it
        and none is for it), ``mixed`` (anything between), or ``no_evidence`` (nothing to judge).
    pieces : tuple of Piece
        In the order of the protocol.
    """

    number: int
    source: str
    target: str
    label: str
    touches_mechanism: bool
    standing: Standing
    pieces: tuple[Piece, ...]

    @property
    def strength(self) -> Strength:
        """What the best evidence for the link rests on.

        Only ``outcome`` was compared with others: a ``change`` over waves may have come anyway.
        """
        bases = {one.basis for one in self.pieces if one.finding == "for"}
        return next((basis for basis in STRONGEST_FIRST if basis in bases), "none")

    @property
    def is_contradicted(self) -> bool:
        """Whether something measured moved the wrong way, and nothing measured the right way."""
        moved = [one.finding for one in self.pieces if one.basis in MEASURED_CHANGE]
        return "against" in moved and "for" not in moved


@dataclass(frozen=True, slots=True, kw_only=True)
class LogicModelAnswer:
    """The logic model with its evidence; every figure is already under disclosure control."""

    provenance: Provenance
    nodes: tuple[LogicNode, ...]
    links: tuple[LinkFound, ...]

    def disclose(self, policy: Policy) -> Self:
        """Return the same: every piece was read from an answer after disclosure control."""
        del policy
        return self


def answer_logic_model(question: LogicModelQuestion, study: Study) -> LogicModelAnswer | Unanswered:
    """Judge each link of the logic model by the evidence that the protocol names for it.

    Parameters
    ----------
    question : LogicModelQuestion
        Nothing to choose.
    study : Study
        Evaluation, filters and viewer.

    Returns
    -------
    LogicModelAnswer or Unanswered
    """
    del question
    provenance = replace(
        study.provenance(*extracts_used(study.protocol)),
        published=PUBLISHERS if _names_published(study.protocol) else "",
    )
    model = study.protocol.logic_model
    if model is None:
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    found = sources(study)
    stages = {node.key: node.stage for node in model.nodes}
    return LogicModelAnswer(
        provenance=provenance,
        nodes=model.nodes,
        links=tuple(
            _link(number, link, stages, study, found)
            for number, link in enumerate(model.links, start=1)
        ),
    )


def extracts_used(protocol: Protocol) -> tuple[str, ...]:
    """Return the extracts in which the links' evidence is found, as far as there are any."""
    links = protocol.logic_model.links if protocol.logic_model else ()
    kinds = dict.fromkeys(name.partition(":")[0] for link in links for name in link.evidence)
    named = dict.fromkeys(extract for kind in kinds for extract in HOLDS.get(kind, ()))
    compared = effect_verdict.extracts_used(protocol) if "outcome" in kinds else ()
    return tuple(name for name in (*named, *compared) if name in protocol.evaluation.extracts)


def _names_published(protocol: Protocol) -> bool:
    """Return whether a link names an outcome that is a published figure."""
    links = protocol.logic_model.links if protocol.logic_model else ()
    named = {name for link in links for name in link.evidence}
    published = (one.key for one in protocol.outcomes if one.kind == "published")
    return any(f"outcome:{key}" in named for key in published)


def sources(study: Study) -> Sources:
    """Return the released answers that evidence is read from."""
    kinds = (*themes.MECHANISM_KINDS, *themes.DELIVERY_KINDS)
    return Sources(
        themes=_released(
            study, themes.EXTRACTS, themes.answer_themes, themes.ThemesQuestion(kinds=kinds)
        ),
        surveys=_released(
            study, surveys.EXTRACTS, surveys.answer_surveys, surveys.SurveysQuestion()
        ),
        skills=_released(study, skills.EXTRACTS, skills.answer_skills, skills.SkillsQuestion()),
        outcomes=_outcomes(study),
    )


def _released(
    study: Study,
    extracts: tuple[str, ...],
    answer: Callable[[Any, Study], AnswerT | Unanswered],
    question: Question[AnswerT],
) -> AnswerT | None:
    """Answer a question and apply disclosure control; None when there is no answer."""
    try:
        found = answer(question, study)
    except UnusableExtractError:
        return None
    if isinstance(found, Unanswered):
        return None
    policy = policy_named(strictest(tuple(study.protocol.policy_of(name) for name in extracts)).key)
    released: AnswerT = found.disclose(policy)  # type: ignore[attr-defined]
    return released


def _outcomes(study: Study) -> tuple[OutcomeSeen, ...]:
    """Return each outcome that a link names, from the first analysis that estimates it."""
    links = study.protocol.logic_model.links if study.protocol.logic_model else ()
    wanted = {
        name.partition(":")[2]
        for link in links
        for name in link.evidence
        if name.startswith("outcome:")
    }
    seen: dict[str, OutcomeSeen] = {}
    for one in analyses_of(study.protocol):
        missing = wanted - {*seen}
        if not missing & {key for key, _ in one.outcomes}:
            continue
        found = effect_verdict.found_by(study, one.key, one.estimator)
        if isinstance(found, str):
            continue
        seen |= {
            row.key: OutcomeSeen(
                row=row,
                has_comparison=one.estimator in WITH_COMPARISON,
                is_failed=bool(found.failed),
            )
            for row in found.rows
            if row.key in missing
        }
    return tuple(seen.values())


def _link(
    number: int, link: LogicLink, stages: Mapping[str, str], study: Study, found: Sources
) -> LinkFound:
    pieces = tuple(piece(name, study, found) for name in link.evidence)
    return LinkFound(
        number=number,
        source=link.source,
        target=link.target,
        label=link.label,
        touches_mechanism="mechanism" in (stages[link.source], stages[link.target]),
        standing=standing(pieces),
        pieces=pieces,
    )


def standing(pieces: tuple[Piece, ...]) -> Standing:
    """Return what pieces of evidence amount to; those with nothing to judge don't count."""
    findings = [one.finding for one in pieces if one.finding != "none"]
    if not findings:
        return "no_evidence"
    if all(finding == "for" for finding in findings):
        return "supported"
    return "not_supported" if "against" in findings and "for" not in findings else "mixed"
