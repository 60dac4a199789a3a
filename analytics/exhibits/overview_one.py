"""Exhibits that sum up one evaluation: its five letters, and how strong its evidence is."""

from __future__ import annotations

from dataclasses import replace

from analytics.disclosure.release import Released
from analytics.emmie.audit import AuditAnswer
from analytics.emmie.overview import OverviewAnswer
from analytics.emmie.repeat_plans import RepeatPlansAnswer
from analytics.emmie.study import Unanswered
from analytics.emmie.verdict import Word
from analytics.exhibits import wording
from analytics.exhibits.exhibit import Exhibit, Table, origin
from analytics.exhibits.overview import OverviewCard, mark, overview_card

WORDS: tuple[Word, ...] = ("shown", "not shown", "can't tell")


def summary_exhibits(
    released: Released[OverviewAnswer],
    repeat: Released[RepeatPlansAnswer] | Released[Unanswered],
    audit: Released[AuditAnswer] | Released[Unanswered],
) -> tuple[Exhibit, ...]:
    """Return the letters of one evaluation, and its ratings, as they stand on its card."""
    card = overview_card(released, repeat, audit)
    return (_letters(card, released), _strength(card, released))


def _letters(card: OverviewCard, released: Released[OverviewAnswer]) -> Exhibit:
    counted = [
        f"{n} {word}" for word in WORDS if (n := sum(one.word == word for one in card.letters))
    ]
    figures = tuple(sentence for group in card.figures for sentence in group.sentences)
    return Exhibit(
        key=f"letters_{card.evaluation}",
        headline=f"Of the five letters: {wording.listed(counted)}",
        subtitle=f"{card.title}, {card.place}: each EMMIE letter, and the first reason for it",
        figure=None,
        table=Table(
            columns=("Letter", "Question", "Answer", "Because"),
            rows=tuple(
                (one.name, one.question, mark(one.word), one.reasons[0] if one.reasons else "")
                for one in card.letters
            ),
        ),
        alt_text=" ".join(f"{one.name}: {one.word}." for one in card.letters),
        sentences=(card.found, *figures),
        notes=(
            "Shown and not shown are calculated from the extracts by written rules; can't tell is "
            "an answer too.",
            "What is shown is an association: none of these designs can prove cause.",
            *((card.drawn_from,) if card.drawn_from else ()),
            released.statement,
        ),
        **origin(replace(released.answer.provenance, published=card.published)),
    )


def _strength(card: OverviewCard, released: Released[OverviewAnswer]) -> Exhibit:
    first = card.ratings[0]
    return Exhibit(
        key=f"strength_{card.evaluation}",
        headline=f"Strength of evidence: {first.level} on the {first.name}",
        subtitle=f"{card.title}: calculated from the design that was really used ({card.design})",
        figure=None,
        table=Table(
            columns=("Scale", "Level", "What it has", "What it lacks"),
            rows=tuple(
                (one.name, one.level, " ".join(one.gained), " ".join(one.lost))
                for one in card.ratings
            ),
        ),
        alt_text=" ".join(f"{one.name}: {one.level}." for one in card.ratings),
        notes=(
            "Levels rate how much a design can bear, not how large a difference is.",
            *((card.rating_note,) if card.rating_note else ()),
        ),
        **origin(released.answer.provenance),
    )
