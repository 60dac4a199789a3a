"""Which analyses of effect an evaluation has, and why it has none where it hasn't."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from analytics.disclosure.policy import Policy
from analytics.emmie.effect.results import AnalysisInfo, analyses_of
from analytics.emmie.study import Provenance, Question, Study
from analytics.extracts.protocol import Design, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysesQuestion(Question["AnalysesAnswer"]):
    """Ask how the effect of an evaluation is estimated, if it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysesAnswer:
    """The analyses of an evaluation.

    Attributes
    ----------
    design : str
        Code of the evaluation's design.
    caution : str
        What its document says against reading its findings as effects; may be empty.
    analyses : tuple of AnalysisInfo
        The main one first; empty when nothing is compared.
    has_outcomes : bool
        Whether the protocol names outcomes at all.
    """

    provenance: Provenance
    design: Design
    caution: str
    analyses: tuple[AnalysisInfo, ...]
    has_outcomes: bool

    def disclose(self, policy: Policy) -> Self:
        """Return the same: it is the protocol, and holds no counts."""
        del policy
        return self


def extracts_of(protocol: Protocol) -> tuple[str, ...]:
    """Return no extract: the answer is the protocol's."""
    del protocol
    return ()


def answer_analyses(question: AnalysesQuestion, study: Study) -> AnalysesAnswer:
    """Return the analyses of the protocol.

    Parameters
    ----------
    question : AnalysesQuestion
        Nothing to choose.
    study : Study
        Evaluation.

    Returns
    -------
    AnalysesAnswer
    """
    del question
    protocol = study.protocol
    return AnalysesAnswer(
        provenance=study.provenance(),
        design=protocol.evaluation.design,
        caution=protocol.evaluation.effect_caution,
        analyses=analyses_of(protocol),
        has_outcomes=bool(protocol.outcomes),
    )
