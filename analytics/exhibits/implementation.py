"""The exhibit of the measures of Implementation, and their words."""

from __future__ import annotations

from typing import Final

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.counting import WhyNot
from analytics.emmie.implementation.measures import (
    MeasuresAnswer,
)
from analytics.emmie.implementation.standing import Standing, Stood
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin
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
_MARKS: Final[dict[str, Mark]] = {
    "Met": Mark(colour=theme.DARK_BLUE, symbol="circle"),
    "Partly met": Mark(colour=theme.TURQUOISE, symbol="diamond"),
    "Not met": Mark(colour=theme.DARK_PINK, symbol="circle-open"),
}


def measure_exhibits(released: Released[MeasuresAnswer]) -> tuple[Exhibit, ...]:
    """Return the measures, if there are any."""
    return (_measures(released),) if released.answer.measures else ()


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
            f"{met} of {len(told)} measures of delivery {'is' if met == 1 else 'are'} met"
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
        alt_text=f"Dot plot of {len(told)} measures: {tally(counted)}. "
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
            f"Measures that count for Implementation: {tally(counted)}.",
            *((f"Further measures, in the table only: {tally(others)}.",) if others else ()),
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
        wording.fixed(100 * item.measure.met_from),
        wording.fixed(100 * item.measure.not_met_below),
        standing_words(item),
        "Yes" if item.measure.counts_for_implementation else "No",
    )


def tally(measures: tuple[Stood, ...]) -> str:
    """Return how many measures stand where."""
    parts = [
        f"{count} {wording.lower_first(word)}"
        for standing, word in STANDING_WORDS.items()
        if (count := sum(item.standing == standing for item in measures))
    ]
    return wording.listed(parts) or "no measures"
