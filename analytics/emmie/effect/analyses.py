"""Which analyses of effect an evaluation has, which one a question means, and why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self, TypeVar

from analytics.disclosure.policy import Policy
from analytics.emmie.effect.results import (
    AnalysisInfo,
    analyses_of,
    info_of,
    listed_analyses,
    outcomes_of,
)
from analytics.emmie.study import Provenance, Question, Study
from analytics.extracts.protocol import Analysis, Design, Estimator, Outcome, Protocol

AnswerT = TypeVar("AnswerT")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisQuestion(Question[AnswerT]):
    """Base of every question that one analysis of the protocol answers.

    Attributes
    ----------
    analysis : str
        Key of an analysis of the question's own kind; the main one, or else the first, when empty.
    level : float
        Confidence level of every interval, between 0 and 1.
    """

    analysis: str = ""
    level: float = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The analysis that a question means, and the outcomes that it estimates."""

    analysis: Analysis
    info: AnalysisInfo
    outcomes: tuple[Outcome, ...]

    def outcome(self, key: str) -> Outcome | None:
        """Return the outcome of that key, or None when the analysis estimates no such one."""
        return next((item for item in self.outcomes if item.key == key), None)


def chosen_analysis(protocol: Protocol, key: str = "", *estimators: Estimator) -> Chosen | None:
    """Return the analysis that a question means.

    Parameters
    ----------
    protocol : Protocol
        Where analyses and outcomes are defined.
    key : str
        Key of an analysis; the main one, or else the first, when empty.
    *estimators : str
        Only analyses by one of these are looked at; all when none is named.

    Returns
    -------
    Chosen or None
        None when there is no such analysis, or it has no outcomes.
    """
    mine = [
        one for one in listed_analyses(protocol) if not estimators or one.estimator in estimators
    ]
    analysis = next((one for one in mine if key in ("", one.key)), None)
    outcomes = outcomes_of(analysis, protocol) if analysis else ()
    if analysis is None or not outcomes:
        return None
    return Chosen(analysis=analysis, info=info_of(analysis, protocol), outcomes=outcomes)


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
