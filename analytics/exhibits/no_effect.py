"""Exhibit of an evaluation that can't tell whether it works, and why."""

from __future__ import annotations

from analytics.disclosure.release import Released
from analytics.emmie.effect.analyses import AnalysesAnswer
from analytics.emmie.effect.results import AnalysisInfo
from analytics.exhibits.exhibit import Exhibit, Table, origin
from analytics.extracts.protocol import Design

HEADLINES: dict[Design, str] = {
    "pilot_feasibility": "Can't tell: no effect shown, the evidence is anecdotal",
    "case_audit": "Can't tell: no comparison group, this is a baseline",
    "matched_historical_comparison": "Can't tell: nothing is compared",
    "before_and_after": "Can't tell: nothing is compared",
    "areas_against_neighbours": "Can't tell: nothing is compared",
}
WHY: dict[Design, str] = {
    "pilot_feasibility": (
        "The design is a pilot. It asks whether the work can be done, shows promise and is ready "
        "for a trial; it does not compare families with and without it."
    ),
    "case_audit": (
        "The design is an audit. It looks at cases once, and at no families who did otherwise, so "
        "no difference can be put down to anything."
    ),
    "matched_historical_comparison": "The protocol names no analysis.",
    "before_and_after": "The protocol names no analysis.",
    "areas_against_neighbours": "The protocol names no analysis.",
}
WOULD_TELL: dict[Design, str] = {
    "pilot_feasibility": (
        "It would take a trial, or similar families who were not offered it, followed in the same "
        "way."
    ),
    "case_audit": (
        "It would take the same look again after the change, and places that did not change."
    ),
    "matched_historical_comparison": "It would take outcomes of a comparison group.",
    "before_and_after": "It would take outcomes measured before and after.",
    "areas_against_neighbours": "It would take outcomes of other places.",
}


def listed(released: Released[AnalysesAnswer]) -> tuple[AnalysisInfo, ...]:
    """Return the analyses to choose from."""
    return released.answer.analyses


def no_effect_exhibits(released: Released[AnalysesAnswer]) -> tuple[Exhibit, ...]:
    """Return why the effect can't be told."""
    answer = released.answer
    design = answer.design
    outcomes = "" if answer.has_outcomes else "The protocol names no outcome to be compared."
    reasons = (WHY[design], outcomes, answer.caution, WOULD_TELL[design])
    return (
        Exhibit(
            key="no_effect",
            headline=HEADLINES[design],
            subtitle=f"Why the effect can't be told, {answer.provenance.place}",
            figure=None,
            table=Table(columns=("Reason",), rows=()),
            alt_text=HEADLINES[design],
            notes=("“Can't tell” is an answer: it is not the same as “does not work”.",),
            **origin(answer.provenance),
            sentences=tuple(reason for reason in reasons if reason),
        ),
    )
