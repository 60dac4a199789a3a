"""Exhibits of the overview: all evaluations at a glance, and each one's verdicts and ratings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from analytics.disclosure.release import Released
from analytics.emmie.audit import AuditAnswer
from analytics.emmie.effect.results import EffectRow
from analytics.emmie.overview import OverviewAnswer
from analytics.emmie.repeat_plans import RepeatPlansAnswer
from analytics.emmie.strength import Rating, Scale
from analytics.emmie.study import Unanswered, is_unanswered
from analytics.emmie.verdict import Letter, Word
from analytics.exhibits import wording
from analytics.exhibits.exhibit import Exhibit, Table, source_line
from analytics.exhibits.forest import difference_in_words
from analytics.exhibits.repeat_curves import return_sentence
from analytics.exhibits.repeat_plans import bands_sentence
from analytics.extracts.protocol import Design

LETTER_WORDS: Final[dict[Letter, str]] = {
    "effect": "Effect",
    "mechanism": "Mechanism",
    "moderators": "Moderators",
    "implementation": "Implementation",
    "economic_cost": "Economic cost",
}
LETTER_QUESTIONS: Final[dict[Letter, str]] = {
    "effect": "Did outcomes differ?",
    "mechanism": "How does it work?",
    "moderators": "For whom, and where?",
    "implementation": "Was it done as intended?",
    "economic_cost": "Does it save more than it costs?",
}
MARKS: Final[dict[Word, str]] = {"shown": "●", "not shown": "○", "can't tell": "?"}
DESIGN_WORDS: Final[dict[Design, str]] = {
    "matched_historical_comparison": "Matched with earlier cases",
    "case_audit": "Audit of cases, no comparison",
    "pilot_feasibility": "Pilot, nothing compared",
    "before_and_after": "Before and after, no comparison group",
    "areas_against_neighbours": "Areas against their neighbours",
}
SCALE_WORDS: Final[dict[Scale, str]] = {
    "maryland": "Maryland scale, 1 to 5",
    "nesta": "Nesta standards, 1 to 5",
    "foundations": "Foundations style (our indicative reading, not a Foundations rating)",
    "cost_band": "Cost band, 1 low to 5 high (our indicative reading)",
}
NO_LEVEL: Final = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterCard:
    """One letter as it stands on the overview."""

    letter: Letter
    name: str
    question: str
    word: Word
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingCard:
    """One rating as it stands on the overview; ``level`` is written as it is shown."""

    scale: Scale
    name: str
    level: str
    gained: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFigures:
    """Headline figures in sentences, and where they were counted."""

    sentences: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewCard:
    """One evaluation as it stands on the overview.

    Attributes
    ----------
    found : str
        What it has been shown to do, in one sentence.
    drawn_from : str
        Which letters are read from what is made up, and which from published figures; empty where
        all is of one kind.
    figures : tuple of CardFigures
        Headline figures, each group with its source.
    rating_note : str
        What has to be known about a rating that stands beside the document.
    """

    evaluation: str
    title: str
    place: str
    summary: str
    design: str
    source: str
    synthetic: bool
    published: str
    drawn_from: str
    found: str
    letters: tuple[LetterCard, ...]
    ratings: tuple[RatingCard, ...]
    figures: tuple[CardFigures, ...]
    rating_note: str
    has_repeat_plans: bool


def overview_card(
    released: Released[OverviewAnswer],
    repeat: Released[RepeatPlansAnswer] | Released[Unanswered],
    audit: Released[AuditAnswer] | Released[Unanswered],
) -> OverviewCard:
    """Return the verdicts and ratings of one evaluation, with its headline figures."""
    answer = released.answer
    figures = [(answer.primary_provenance, tuple(_figure(row) for row in answer.primary))]
    if not is_unanswered(repeat):
        said = tuple(return_sentence(point) for point in repeat.answer.within)
        figures.append((repeat.answer.provenance, said))
    if not is_unanswered(audit):
        figures.append((audit.answer.provenance, (bands_sentence(audit.answer),)))
    return OverviewCard(
        evaluation=answer.provenance.evaluation,
        title=answer.provenance.title,
        place=answer.provenance.place,
        summary=answer.summary,
        design=DESIGN_WORDS[answer.design],
        source=answer.provenance.document,
        synthetic=answer.provenance.synthetic,
        published=_publisher(answer),
        drawn_from=_drawn_from(answer),
        found=_found(answer),
        letters=tuple(
            LetterCard(
                letter=verdict.letter,
                name=LETTER_WORDS[verdict.letter],
                question=LETTER_QUESTIONS[verdict.letter],
                word=verdict.word,
                reasons=verdict.reasons,
            )
            for verdict in answer.verdicts
        ),
        ratings=tuple(_rating(rating) for rating in answer.ratings),
        figures=tuple(
            CardFigures(sentences=said, source=source_line(provenance))
            for provenance, said in figures
            if provenance is not None and said
        ),
        rating_note=answer.rating_note,
        has_repeat_plans=not is_unanswered(repeat),
    )


def _publisher(answer: OverviewAnswer) -> str:
    """Return who published the figures that a letter is read from; empty when none is."""
    source = answer.primary_provenance
    return source.document if answer.published and source is not None else ""


def _drawn_from(answer: OverviewAnswer) -> str:
    if not answer.published or not answer.provenance.synthetic:
        return ""
    made_up, published = (
        wording.listed([LETTER_WORDS[letter].lower() for letter in letters])
        for letters in (answer.counted, answer.published)
    )
    return f"Made up: {made_up}. Published figures, not made up: {published}."


def _figure(row: EffectRow) -> str:
    chance = "" if row.excludes_no_effect or row.difference is None else ", which could be chance"
    return f"{row.label}: {difference_in_words(row)}{chance}."


def _found(answer: OverviewAnswer) -> str:
    """Return what the evaluation has been shown to do, as an association."""
    effect = answer.verdicts[0]
    as_intended = [wording.lower_first(row.label) for row in answer.primary if _moved(row)]
    if effect.word == "shown":
        doubts = "".join(f" But {doubt}" for doubt in effect.doubts)
        return f"Shown to go with a difference in: {wording.listed(as_intended)}.{doubts}"
    if effect.word == "not shown":
        seen = f" Seen in: {wording.listed(as_intended)}." if as_intended else ""
        return f"Not shown to make a difference.{seen}"
    if as_intended:
        return f"Can't tell: {wording.listed(as_intended)} changed, and nothing says why."
    return f"Can't tell. {effect.reasons[0]}"


def _moved(row: EffectRow) -> bool:
    return row.differs_as_intended


def _rating(rating: Rating) -> RatingCard:
    return RatingCard(
        scale=rating.scale,
        name=SCALE_WORDS[rating.scale],
        level="not rated" if rating.level == NO_LEVEL else rating.level,
        gained=rating.gained,
        lost=rating.lost,
    )


def glance_of(*released: Released[Any]) -> tuple[Exhibit, ...]:
    """Return every evaluation beside the others.

    Parameters
    ----------
    *released : Released
        For each evaluation the three answers that :func:`overview_card` takes, in its order.
    """
    cards = [overview_card(*released[at : at + 3]) for at in range(0, len(released), 3)]
    return glance_exhibits(cards)


def glance_exhibits(cards: Sequence[OverviewCard]) -> tuple[Exhibit, ...]:
    """Return every evaluation beside the others: letters, and strength of evidence."""
    return (_letters(cards), _strength(cards))


def _letters(cards: Sequence[OverviewCard]) -> Exhibit:
    shown = sum(card.letters[0].word == "shown" for card in cards)
    subject = f"{shown or 'None'} of {wording.plural(len(cards), 'evaluation', 'evaluations')}"
    return Exhibit(
        key="letters_at_a_glance",
        headline=f"{subject} {'are' if shown > 1 else 'is'} shown to go with intended differences",
        subtitle="Each evaluation and each EMMIE letter: shown, not shown, or can't tell",
        figure=None,
        table=Table(
            columns=("Evaluation", *LETTER_WORDS.values()),
            rows=tuple(
                (card.title, *(mark(letter.word) for letter in card.letters)) for card in cards
            ),
        ),
        sentences=tuple(f"{card.title}: {wording.lower_first(card.found)}" for card in cards),
        alt_text=" ".join(f"{card.title}: {card.found}" for card in cards),
        notes=(
            "Shown and not shown are calculated from the extracts by written rules; can't tell is "
            "an answer too. The reasons stand under each evaluation.",
            "What is shown is an association: none of these designs can prove cause.",
        ),
        source=_sources(cards),
        synthetic=any(card.synthetic for card in cards),
    )


def mark(word: Word) -> str:
    """Return a word with its mark."""
    return f"{MARKS[word]} {word.capitalize()}"


def _strength(cards: Sequence[OverviewCard]) -> Exhibit:
    best = max(
        (card.ratings[0].level for card in cards if card.ratings[0].level.isdigit()), default="0"
    )
    scales = tuple(rating.name for rating in cards[0].ratings) if cards else ()
    return Exhibit(
        key="strength_at_a_glance",
        headline=f"No design here reaches more than level {best} of 5",
        subtitle="Strength of evidence, calculated from the design that was really used",
        figure=None,
        table=Table(
            columns=("Evaluation", "Design", *scales),
            rows=tuple(
                (card.title, card.design, *(rating.level for rating in card.ratings))
                for card in cards
            ),
        ),
        alt_text=" ".join(
            f"{card.title}: {', '.join(f'{one.name} {one.level}' for one in card.ratings)}."
            for card in cards
        ),
        notes=(
            "Levels rate how much a design can bear, not how large a difference is. Why each level "
            "was gained or lost stands under each evaluation.",
            "No EMMIE-Q score is given: it rates systematic reviews, not single evaluations.",
            *(f"{card.title}: {card.rating_note}" for card in cards if card.rating_note),
        ),
        source=_sources(cards),
        synthetic=any(card.synthetic for card in cards),
    )


def _sources(cards: Sequence[OverviewCard]) -> str:
    kind = "Synthetic samples calibrated to" if any(card.synthetic for card in cards) else ""
    documents = f"{kind} {'; '.join(card.source for card in cards)}".strip()
    published = [
        f"{card.published} (for {card.title})"
        for card in cards
        if card.synthetic and card.published
    ]
    return (
        f"{documents}. Published, not made up: {'; '.join(published)}" if published else documents
    )
