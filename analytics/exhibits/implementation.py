"""Exhibits of Implementation: measures, research questions and recommendations."""

from __future__ import annotations

from typing import Final

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.implementation.measures import (
    Light,
    MeasuresAnswer,
    Recommended,
    Researched,
)
from analytics.emmie.implementation.standing import Standing, Stood
from analytics.emmie.measured import WhyNot
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, assumptions_exhibit, origin
from analytics.exhibits.share_plot import Mark, ShareRow, share_plot
from analytics.extracts.protocol.delivery import MeasureKind

STANDING_WORDS: Final[dict[Standing, str]] = {
    "met": "Met",
    "partly_met": "Partly met",
    "not_met": "Not met",
    "cannot_tell": "Can't tell",
}
STANDING_MARKS: Final[dict[Standing, str]] = {
    "met": "●",
    "partly_met": "◐",
    "not_met": "○",
    "cannot_tell": "?",
}
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
UNITS: Final[dict[MeasureKind, str]] = {
    "theme": "interviews",
    "item": "answers",
    "skill": "recorded meetings",
    "step": "deliveries",
    "component": "records that tell",
    "course": "staff listed",
    "post": "posts (full-time equivalents)",
    "audit": "audited families",
    "agency_attended": "conferences of involved agencies",
    "agency_contributed": "conferences of involved agencies",
}
WHY_WORDS: Final[dict[WhyNot, str]] = {
    "no_extract": "no extract holds it",
    "unusable_extract": "its extract broke its contract",
    "not_in_protocol": "the protocol does not define it",
    "not_a_scale": "its scale has no agreement",
    "no_rows": "no rows are left with these filters",
}
NO_MEASURE: Final = "No extract holds it."
_MARKS: Final[dict[str, Mark]] = {
    "Met": Mark(colour=theme.DARK_BLUE, symbol="circle"),
    "Partly met": Mark(colour=theme.TURQUOISE, symbol="diamond"),
    "Not met": Mark(colour=theme.DARK_PINK, symbol="circle-open"),
}


def measure_exhibits(released: Released[MeasuresAnswer]) -> tuple[Exhibit, ...]:
    """Return the measures, then the research questions and the recommendations, if any."""
    answer = released.answer
    shown = [_measures(released)] if answer.measures else []
    if answer.research_questions:
        shown.append(_research_questions(answer))
    return tuple(shown)


def recommendation_exhibits(released: Released[MeasuresAnswer]) -> tuple[Exhibit, ...]:
    """Return each recommendation with the measures that would show it done, and assumptions."""
    answer = released.answer
    shown = [_recommendations(answer)] if answer.recommendations else []
    if answer.assumptions:
        shown.append(assumptions_exhibit(answer.provenance, answer.assumptions))
    return tuple(shown)


def measured_words(item: Stood) -> str:
    """Return what was counted, as ``12 of 16 audited families (75%)``, or why nothing was."""
    found = item.measured
    unit = UNITS[item.measure.kind]
    if found.posts is not None:
        counted = f"{found.posts.filled:g} of {found.posts.planned:g} {unit}"
        return f"{counted} ({wording.percent(found.value)})"
    if found.share is None:
        return WHY_WORDS[found.why_not or "no_rows"]
    if found.share.is_withheld:
        return f"{wording.WITHHELD}: few {unit}"
    return f"{wording.out_of(found.share)} {unit} ({wording.percent(found.value)})"


def standing_words(item: Stood) -> str:
    """Return where a measure stands, with its mark, and whether chance could change it."""
    words = f"{STANDING_MARKS[item.standing]} {STANDING_WORDS[item.standing]}"
    if item.standing == "cannot_tell" or item.is_clear:
        return words
    return f"{words}; within chance of the next band"


def _measures(released: Released[MeasuresAnswer]) -> Exhibit:
    answer = released.answer
    counted = _counted(answer)
    told = [item for item in counted if item.measured.value is not None]
    met = sum(item.standing == "met" for item in told)
    others = tuple(item for item in answer.measures if item not in counted)
    return Exhibit(
        key="measures",
        headline=(
            f"{met} of {len(told)} measures of delivery are met"
            if told
            else "No measure of delivery can be told"
        ),
        subtitle=(
            f"Share seen against the shares that the protocol calls met and not met, "
            f"{answer.provenance.place}, 95% intervals"
        ),
        figure=theme.as_dict(_measure_plot(told)) if told else None,
        table=Table(
            columns=(
                "Measure",
                "What was counted",
                "95% interval (%)",
                "Met from (%)",
                "Not met below (%)",
                "Where it stands",
                "Counts for Implementation",
            ),
            rows=tuple(_measure_row(item) for item in answer.measures),
        ),
        alt_text=f"Dot plot of {len(told)} measures: {_tally(counted)}. "
        + " ".join(_measure_words(item) for item in told),
        notes=(
            "Each share is judged by itself: met from the first threshold, not met below the "
            "second, partly met between. The thresholds were set by us, in the protocol, and not "
            "by the document.",
            "An interval says how far chance alone could move a share of so few; posts are "
            "counted whole and have none.",
            "Implementation is shown when every measure that counts for it and can be told is "
            "met, not shown when the whole interval of at least one lies below its second "
            "threshold, and can't be told otherwise.",
            "Small counts are withheld under the policy of the extract that they come from: 1 to "
            "5 families, or 1 to 2 members of staff.",
        ),
        **origin(answer.provenance),
        sentences=(
            f"Implementation: {answer.verdict.word}. {answer.verdict.reasons[0]}",
            f"Measures that count for Implementation: {_tally(counted)}.",
            *((f"Further measures, in the table only: {_tally(others)}.",) if others else ()),
        ),
    )


def _counted(answer: MeasuresAnswer) -> tuple[Stood, ...]:
    """Return the measures that the verdict rests on; all of them where none does."""
    found = tuple(item for item in answer.measures if item.measure.counts_for_implementation)
    return found or answer.measures


def _measure_words(item: Stood) -> str:
    return (
        f"{item.measure.label}: {wording.percent(item.measured.value)}, "
        f"{wording.lower_first(STANDING_WORDS[item.standing])}."
    )


def _measure_plot(told: list[Stood]) -> go.Figure:
    rows = [
        ShareRow(
            label=_measure_words(item).rstrip("."),
            value=min(item.measured.value or 0.0, 1.0),
            conf_int=item.measured.conf_int,
            group=STANDING_WORDS[item.standing],
            targets=(item.measure.not_met_below, item.measure.met_from),
        )
        for item in told
    ]
    return share_plot(rows, title="Share (%)", marks=_MARKS, target="Not met below, met from")


def _measure_row(item: Stood) -> tuple[Cell, ...]:
    return (
        item.measure.label,
        measured_words(item),
        wording.interval(item.measured.conf_int, scale=100, places=0),
        f"{100 * item.measure.met_from:.0f}",
        f"{100 * item.measure.not_met_below:.0f}",
        standing_words(item),
        "Yes" if item.measure.counts_for_implementation else "No",
    )


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
            f"{LIGHT_RULES[one.light]} ({_tally(one.measures)})."
            for one in asked
        ),
    )


def _lights_headline(asked: tuple[Researched, ...]) -> str:
    if len(asked) > 3:
        yes = sum(one.light == "yes" for one in asked)
        return f"{yes} of {len(asked)} research questions can be answered yes"
    return wording.listed([f"{one.question.label}: {_light(one)}" for one in asked])


def _light(one: Researched) -> str:
    return LIGHT_WORDS[one.light][2:].split(":")[0].lower()


def _tally(measures: tuple[Stood, ...]) -> str:
    parts = [
        f"{count} {wording.lower_first(word)}"
        for standing, word in STANDING_WORDS.items()
        if (count := sum(item.standing == standing for item in measures))
    ]
    return wording.listed(parts) or "no measures"


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
            f"{len(with_measures)} of {len(found)} recommendations have a measure here; "
            f"{len(found) - len(with_measures)} have none, and the table says why.",
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
