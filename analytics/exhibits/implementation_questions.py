"""Exhibits of what rests on measures: research questions and recommendations."""

from __future__ import annotations

from typing import Final

from analytics.disclosure.release import Released
from analytics.emmie.implementation.measures import (
    Light,
    MeasuresAnswer,
    Recommended,
    Researched,
)
from analytics.emmie.implementation.standing import Stood
from analytics.exhibits import wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, assumptions_exhibit, origin
from analytics.exhibits.implementation import (
    STANDING_MARKS,
    STANDING_WORDS,
    measured_words,
    standing_words,
    tally,
)

LIGHT_WORDS: Final[dict[Light, str]] = {
    "yes": "● Yes",
    "partly": "◐ Partly",
    "not_yet": "○ Not yet",
    "cannot_tell": "? Can't tell",
    "anecdotal": "? Can't tell: anecdotal",
    "baseline": "? Can't tell: this is the baseline",
}
LIGHT_RULES: Final[dict[Light, str]] = {
    "yes": "every measure behind it that can be told is met",
    "partly": "some of its measures are met or partly met, others are not",
    "not_yet": "none of its measures is met or partly met",
    "cannot_tell": "no measure behind it can be told",
    "anecdotal": "only what people said is behind it, which is no evidence that it happened",
    "baseline": "its measures are from before the change, to be looked at again after it",
}
LONGEST_HEADLINE: Final = 12
"""Words."""
NO_MEASURE: Final = "No extract holds it."


def research_exhibits(released: Released[MeasuresAnswer]) -> tuple[Exhibit, ...]:
    """Return the research questions with their lights and evidence, if there are any."""
    answer = released.answer
    return (_research_questions(answer),) if answer.research_questions else ()


def recommendation_exhibits(released: Released[MeasuresAnswer]) -> tuple[Exhibit, ...]:
    """Return each recommendation with the measures that would show it done, and assumptions."""
    answer = released.answer
    shown = [_recommendations(answer)] if answer.recommendations else []
    if answer.assumptions:
        shown.append(assumptions_exhibit(answer.provenance, answer.assumptions))
    return tuple(shown)


def _research_questions(answer: MeasuresAnswer) -> Exhibit:
    asked = answer.research_questions
    lights = wording.listed(
        [f"{one.question.label}: {LIGHT_WORDS[one.light][2:].lower()}" for one in asked]
    )
    used = dict.fromkeys(one.light for one in asked)
    return Exhibit(
        key="research_questions",
        headline=_lights_headline(asked),
        subtitle=f"Research questions of the evaluation and their evidence, "
        f"{answer.provenance.place}",
        figure=None,
        table=Table(
            columns=("Research question", "Answer", "Evidence", "Limits"),
            rows=tuple(
                (
                    f"{one.question.label}: {one.question.question}",
                    LIGHT_WORDS[one.light],
                    _evidence(one.measures),
                    one.question.limits,
                )
                for one in asked
            ),
        ),
        full_table=Table(
            columns=("Research question", "Answer", "Measure", "Counted", "Where it stands"),
            rows=tuple(
                (
                    one.question.label,
                    LIGHT_WORDS[one.light],
                    item.measure.label,
                    measured_words(item),
                    standing_words(item),
                )
                for one in asked
                for item in one.measures
            ),
        ),
        alt_text=f"Research questions. {lights}.",
        notes=(
            *(f"{LIGHT_WORDS[light]}: {LIGHT_RULES[light]}." for light in used),
            "A question that rests on interviews and opinions alone never gets more than "
            "“can't tell: anecdotal”, however many people agree.",
        ),
        **origin(answer.provenance),
        sentences=tuple(
            f"{one.question.label}: {LIGHT_WORDS[one.light][2:].lower()}, because "
            f"{LIGHT_RULES[one.light]} ({tally(one.measures)})."
            for one in asked
        ),
    )


def _lights_headline(asked: tuple[Researched, ...]) -> str:
    each = wording.listed([f"{one.question.label}: {_light(one)}" for one in asked])
    if len(each.split()) <= LONGEST_HEADLINE:
        return each
    yes = sum(one.light == "yes" for one in asked)
    return f"{yes} of {len(asked)} research questions can be answered yes"


def _light(one: Researched) -> str:
    return LIGHT_WORDS[one.light][2:].split(":")[0].lower()


def _evidence(measures: tuple[Stood, ...]) -> str:
    """Return the measures as one text, those that stand alike together."""
    parts = []
    for standing, word in STANDING_WORDS.items():
        mine = [item for item in measures if item.standing == standing]
        if mine:
            listed = "; ".join(
                f"{wording.lower_first(item.measure.label)} ({_short(item)})" for item in mine
            )
            parts.append(f"{STANDING_MARKS[standing]} {word}: {listed}.")
    return " ".join(parts) or "None."


def _short(item: Stood) -> str:
    found = item.measured
    if found.share is not None and not found.share.is_withheld:
        return wording.out_of(found.share)
    return measured_words(item)


def _recommendations(answer: MeasuresAnswer) -> Exhibit:
    found = answer.recommendations
    with_measures = [one for one in found if one.measures]
    done = sum(all(item.standing == "met" for item in one.measures) for one in with_measures)
    return Exhibit(
        key="recommendations",
        headline=(
            f"{done} of {len(found)} recommendations can be seen to be done"
            if done
            else f"None of {len(found)} recommendations can be seen to be done yet"
        ),
        subtitle=(
            "Each recommendation of the document, who should act, and where the measures that "
            f"would show it done stand, {answer.provenance.place}"
        ),
        figure=None,
        table=Table(
            columns=("Recommendation", "Who acts", "Measures, and where they stand"),
            rows=tuple(
                (one.recommendation.text, one.recommendation.who, _recommended(one))
                for one in found
            ),
        ),
        full_table=Table(
            columns=("Recommendation", "Who acts", "Measure", "Counted", "Where it stands"),
            rows=tuple(row for one in found for row in _recommended_rows(one)),
        ),
        alt_text=f"Table of {len(found)} recommendations.",
        notes=(
            "A recommendation counts as done when every measure named for it is met. Which measure "
            "would show it done was chosen by us, not by the document.",
            "The measures describe the time of these extracts, so they are the baseline for later "
            "looks.",
        ),
        **origin(answer.provenance),
        sentences=(
            f"{len(with_measures)} of {len(found)} recommendations have a measure here; of the "
            "others the table says why not.",
        ),
    )


def _recommended(one: Recommended) -> str:
    if one.measures:
        return _evidence(one.measures)
    return f"{LIGHT_WORDS['cannot_tell']}: {one.recommendation.why_no_measure or NO_MEASURE}"


def _recommended_rows(one: Recommended) -> list[tuple[Cell, ...]]:
    text, who = one.recommendation.text, one.recommendation.who
    if not one.measures:
        why = one.recommendation.why_no_measure or NO_MEASURE
        return [(text, who, "None", why, LIGHT_WORDS["cannot_tell"])]
    return [
        (text, who, item.measure.label, measured_words(item), standing_words(item))
        for item in one.measures
    ]
