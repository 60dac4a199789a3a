"""Exhibits of the overview: five verdicts and the headline figures of an evaluation."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.disclosure.release import Released
from analytics.emmie.audit import AuditAnswer
from analytics.emmie.effect import EffectAnswer
from analytics.emmie.overview import OverviewAnswer
from analytics.emmie.repeat_plans import RepeatPlansAnswer
from analytics.emmie.study import Unanswered, is_unanswered
from analytics.emmie.verdict import Letter, Word
from analytics.exhibits.effect import sentences
from analytics.exhibits.repeat_plans import bands_sentence, return_sentence

LETTER_WORDS: dict[Letter, str] = {
    "effect": "Effect",
    "mechanism": "Mechanism",
    "moderators": "Moderators",
    "implementation": "Implementation",
    "economic_cost": "Economic cost",
}
LETTER_QUESTIONS: dict[Letter, str] = {
    "effect": "Did outcomes differ?",
    "mechanism": "How does it work?",
    "moderators": "For whom, and where?",
    "implementation": "Was it done as intended?",
    "economic_cost": "What does it cost?",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterCard:
    """One letter as it stands on the overview."""

    name: str
    question: str
    word: Word
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewCard:
    """One evaluation as it stands on the overview.

    Attributes
    ----------
    figures : tuple of str
        Headline figures in sentences.
    details : tuple of (str, str)
        Page that says more, and the words of the link.
    """

    evaluation: str
    title: str
    place: str
    summary: str
    strength: str
    synthetic: bool
    letters: tuple[LetterCard, ...]
    figures: tuple[str, ...]
    details: tuple[tuple[str, str], ...]


def _question(letter: Letter, level: int) -> str:
    if letter == "effect":
        return f"{LETTER_QUESTIONS[letter]} An association, strength {level} of 5"
    return LETTER_QUESTIONS[letter]


def overview_card(
    verdicts: Released[OverviewAnswer],
    effect: Released[EffectAnswer] | Released[Unanswered],
    repeat: Released[RepeatPlansAnswer] | Released[Unanswered],
    audit: Released[AuditAnswer] | Released[Unanswered],
) -> OverviewCard:
    """Return the verdicts with up to three headline figures in plain sentences."""
    answer = verdicts.answer
    figures: list[str] = []
    details: list[tuple[str, str]] = []
    if not is_unanswered(effect):
        primary = tuple(outcome for outcome in effect.answer.outcomes if outcome.primary)
        figures.extend(sentences(effect.answer, primary))
        details.append(("effect", "All outcomes, unadjusted and matched"))
        details.append(("case_outcomes", "How cases end, month by month"))
    if not is_unanswered(repeat):
        figures.extend(return_sentence(point) for point in repeat.answer.within)
        details.append(("repeat_plans", "Time to a repeat plan, and the audit"))
    if not is_unanswered(audit):
        figures.append(bands_sentence(audit.answer))
    return OverviewCard(
        evaluation=answer.provenance.evaluation,
        title=answer.provenance.title,
        place=answer.provenance.place,
        summary=answer.summary,
        strength=(
            f"Strength of the design: level {answer.maryland_level} of 5 on the Maryland scale. "
            "What is shown is an association, not proof of cause."
        ),
        synthetic=answer.provenance.synthetic,
        letters=tuple(
            LetterCard(
                name=LETTER_WORDS[verdict.letter],
                question=_question(verdict.letter, answer.maryland_level),
                word=verdict.word,
                reasons=verdict.reasons,
            )
            for verdict in answer.verdicts
        ),
        figures=tuple(figures),
        details=(*details, ("published_evidence", "What the document reports")),
    )
