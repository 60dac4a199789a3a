"""Words for the steps of a case's path."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from analytics.emmie.case_outcomes.path import PLAN, PathAnswer, PathSide
from analytics.exhibits import wording
from analytics.exhibits.case_words import break_words
from analytics.extracts import code_lists as codes

STEP_WORDS: Final = {
    "earlier_referral": "Had an earlier referral",
    "earlier_plan": "Had an earlier plan",
    "open": "Still open",
    "charged": "Charged or summonsed (1)",
    "out_of_court": "Out of court, together",
    "out_of_court_formal": "Formal disposals (2, 3, 6)",
    "out_of_court_informal": "Informal disposals (7, 8)",
    "diversionary": "Diversionary activity (22)",
    "outcome_20": "Passed to another agency (20)",
    "evidential_difficulties": "Evidential difficulties (14 to 16)",
    "no_suspect": "No suspect found (18)",
    "not_prosecuted": "Not prosecuted (5, 9 to 13, 17, 21)",
    "other": "Other (4, 19)",
    "plan": "Child protection plan",
}
"""Steps in the order of the path."""
SHORT_WORDS: Final = {
    "charged": "charged",
    "out_of_court": "out of court",
    "out_of_court_formal": "formal disposals",
    "out_of_court_informal": "informal disposals",
    "diversionary": "diversion",
    "outcome_20": "Outcome 20",
    "evidential_difficulties": "evidential difficulties",
    "no_suspect": "no suspect",
    "not_prosecuted": "not prosecuted",
    "other": "other",
    "plan": "protection plans",
}
"""The same for a headline."""


def step_label(answer: PathAnswer, step: str) -> str:
    """Return a step in words, with its codes."""
    if step == PLAN:
        return f"{STEP_WORDS[step]} within {_days_words(answer.plan_within_days)}"
    if step == "out_of_court":
        return f"{STEP_WORDS[step]} ({', '.join(str(code) for code in answer.out_of_court_codes)})"
    return STEP_WORDS[step]


def _days_words(days: int | None) -> str:
    """Return half a year, or a year, as months beside its days."""
    months = {182: 6, 183: 6, 365: 12, 366: 12}.get(days or 0)
    return f"{months} months ({days} days)" if months else f"{days} days"


def steps_taken(sides: Sequence[PathSide]) -> list[str]:
    """Return the steps of the path; a step that nobody took on any side is left out."""
    there = {
        step for side in sides for step, share in side.steps if share.is_withheld or share.events
    }
    return [step for step in STEP_WORDS if step in there]


def codes_of(answer: PathAnswer, step: str) -> tuple[int, ...]:
    """Return the outcome codes that a step counts; none for steps that are no outcome."""
    if step == "out_of_court":
        return answer.out_of_court_codes
    return tuple(codes.OUTCOME_GROUPS.get(step, ()))


def recorded_otherwise(answer: PathAnswer) -> tuple[str, ...]:
    """Say which steps were not recorded alike before the change and since."""
    found = []
    for one in answer.breaks:
        steps = [
            step
            for step in steps_taken(answer.sides)
            if set(codes_of(answer, step)) & set(one.codes)
        ]
        if steps:
            labels = [wording.lower_first(step_label(answer, step)) for step in steps]
            found.append(
                f"{break_words(one)} from {wording.day(one.on)}: before and since are not counted "
                f"alike for {wording.listed(labels)}, so a change may be one of recording."
            )
    return tuple(found)
