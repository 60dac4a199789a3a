"""The overview: the five letters of an evaluation, and how strong its evidence is.

The rules are written in ``docs/methods/questions/letters.md`` and ``strength.md``; every verdict
lists its reasons.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self, get_args

from analytics.disclosure.policy import Policy
from analytics.emmie.economics import answer as economics
from analytics.emmie.economics.band import CostBand, cost_band
from analytics.emmie.economics.verdict import economic_verdict
from analytics.emmie.effect.results import EffectRow, analyses_of
from analytics.emmie.effect_verdict import (
    ANSWERS,
    Found,
    design_facts,
    effect_verdict,
    main_analysis,
)
from analytics.emmie.implementation import measures
from analytics.emmie.implementation.verdict import implementation_verdict
from analytics.emmie.mechanism import logic_model
from analytics.emmie.mechanism.verdict import mechanism_verdict
from analytics.emmie.moderators import answer as moderators
from analytics.emmie.moderators import moderators_verdict
from analytics.emmie.strength import Rating, foundations, maryland, nesta
from analytics.emmie.study import Provenance, Question, Study
from analytics.emmie.verdict import Letter, Verdict
from analytics.extracts.protocol import Design, Protocol

LETTERS: Final = get_args(Letter)
COMPARED: Final[tuple[Letter, ...]] = ("effect", "moderators")
"""Letters that are read from published figures where they are read from no extract."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewQuestion(Question["OverviewAnswer"]):
    """Ask for the verdicts on the five letters, and the strength of the evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewAnswer:
    """The verdicts and ratings of one evaluation.

    Attributes
    ----------
    verdicts : tuple of Verdict
        One for each letter, in the order of the word.
    ratings : tuple of Rating
        On the Maryland scale, Nesta's standards, in the style of Foundations, and the cost band.
    primary : tuple of EffectRow
        The primary outcomes of the main analysis; empty when nothing is compared or a health check
        failed.
    primary_provenance : Provenance or None
        Where those were counted.
    counted, published : tuple of str
        Letters that are read from extracts, and those that are read from published figures only;
        some are read from neither.
    rating_note : str
        What has to be known about a rating that stands beside the document.
    """

    provenance: Provenance
    summary: str
    design: Design
    verdicts: tuple[Verdict, ...]
    ratings: tuple[Rating, ...]
    primary: tuple[EffectRow, ...]
    primary_provenance: Provenance | None
    counted: tuple[Letter, ...]
    published: tuple[Letter, ...]
    rating_note: str

    def disclose(self, policy: Policy) -> Self:
        """Return the same: all of it was drawn from answers after disclosure control."""
        del policy
        return self


def answer_overview(question: OverviewQuestion, study: Study) -> OverviewAnswer:
    """Return the verdicts and ratings, each drawn from an answer after disclosure control.

    Parameters
    ----------
    question : OverviewQuestion
        Nothing to choose.
    study : Study
        Evaluation, filters and viewer.

    Returns
    -------
    OverviewAnswer
    """
    del question
    about = study.protocol.evaluation
    main, read = main_analysis(study), _read(study.protocol)
    facts = design_facts(study, main)
    return OverviewAnswer(
        provenance=study.provenance(*extracts_used(study.protocol)),
        summary=about.summary,
        design=about.design,
        verdicts=(
            effect_verdict(study, main),
            mechanism_verdict(study),
            moderators_verdict(study),
            implementation_verdict(study),
            economic_verdict(study),
        ),
        ratings=(maryland(facts), nesta(facts), foundations(facts), _cost(cost_band(study))),
        primary=main.primary if isinstance(main, Found) and not main.failed else (),
        primary_provenance=main.provenance if isinstance(main, Found) else None,
        counted=tuple(letter for letter, extracts in read.items() if extracts),
        published=tuple(letter for letter in COMPARED if letter in read and not read[letter]),
        rating_note=about.rating_note,
    )


def extracts_used(protocol: Protocol) -> tuple[str, ...]:
    """Return the extracts that the verdicts of an evaluation are drawn from: all it has."""
    return protocol.evaluation.extracts


def _read(protocol: Protocol) -> dict[Letter, tuple[str, ...]]:
    """Return the extracts that each letter is read from; none for one read from nothing."""
    found: dict[Letter, tuple[str, ...]] = {
        "mechanism": logic_model.extracts_used(protocol),
        "implementation": measures.extracts_used(protocol),
        "economic_cost": economics.extracts_used(protocol),
    }
    if analyses := analyses_of(protocol):
        found |= {
            "effect": ANSWERS[analyses[0].estimator][1],
            "moderators": moderators.extracts_used(protocol),
        }
    return {letter: found[letter] for letter in LETTERS if letter in found}


def _cost(band: CostBand) -> Rating:
    """Return the cost band as a rating."""
    if band.band is None:
        return Rating(scale="cost_band", level="none", gained=(), lost=band.reasons)
    return Rating(scale="cost_band", level=str(band.band), gained=band.reasons, lost=())
