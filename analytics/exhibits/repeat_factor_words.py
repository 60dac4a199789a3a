"""Words for what goes with a return: factors, their levels, and who they are compared with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from analytics.emmie.repeat_plans.factor_list import OTHER
from analytics.extracts.code_lists import CATEGORY_OF_ABUSE, CLOSED_TO, CONFERENCE_RISK

FACTOR_WORDS: Final[dict[str, str]] = {
    "category": "Category of abuse",
    "aspects": "Adversities together",
    "worker_changes": "Changes of social worker",
    "manager_changes": "Changes of manager",
    "chair_changes": "Changes of conference chair",
    "sustained_change": "Three months' sustained change",
    "interventions_complete": "Interventions complete",
    "lead_professional_named": "Lead professional named",
    "closed_to": "What followed the plan",
    "risk": "Where the risk lay",
}
ASPECT_WORDS: Final[dict[str, str]] = {
    "domestic_abuse": "Domestic abuse",
    "parental_mental_health": "Parental mental health",
    "misuse": "Drug or alcohol misuse",
}
CODES: Final[dict[str, Mapping[str, str]]] = {
    "category": CATEGORY_OF_ABUSE,
    "closed_to": CLOSED_TO,
    "risk": CONFERENCE_RISK,
}
PHRASES: Final[dict[tuple[str, str], str]] = {
    ("sustained_change", "no"): "ended without three months' sustained change",
    ("interventions_complete", "no"): "ended with interventions incomplete",
    ("lead_professional_named", "yes"): "ended with a lead professional named",
    ("closed_to", "child_in_need"): "stepped down to a child in need plan",
    ("closed_to", "closed"): "closed to children's social care",
    ("closed_to", "looked_after"): "ended because the child became looked after",
    ("closed_to", OTHER): "closed, or ended because the child became looked after",
    ("risk", "inside_home"): "answered a risk inside the home",
    ("risk", "outside_home"): "answered a risk outside the home",
    ("sustained_change", "yes"): "ended after three months' sustained change",
    ("interventions_complete", "yes"): "ended with interventions complete",
    ("lead_professional_named", "no"): "ended without a lead professional",
}
"""What a plan of some level did, after “plans that”."""

SHORT: Final[dict[tuple[str, str], str]] = {
    ("sustained_change", "no"): "without sustained change",
    ("interventions_complete", "no"): "with interventions incomplete",
    ("lead_professional_named", "yes"): "with a lead professional named",
    ("closed_to", "closed"): "after closure",
    ("closed_to", "looked_after"): "after becoming looked after",
    ("closed_to", OTHER): "without a child in need plan",
    ("risk", "outside_home"): "for risk outside the home",
}
"""What a plan of some level was like, in a headline."""

COUNTED: Final[dict[str, tuple[str, str]]] = {
    "worker_changes": ("change of social worker", "changes of social worker"),
    "manager_changes": ("change of manager", "changes of manager"),
    "chair_changes": ("change of conference chair", "changes of conference chair"),
    "aspects": ("adversity", "adversities"),
}
NUMBERS: Final = ("no", "one", "two", "three")
"""Numbers before a noun."""


def level_words(factor: str, level: str, levels: tuple[str, ...]) -> str:
    """Return the name of a level; a number stands for itself and those up to the next level."""
    if factor in CODES:
        return CODES[factor].get(level, "Any other")
    if factor in COUNTED:
        return number_words(factor, level, levels).capitalize()
    return {"yes": "Yes", "no": "No"}[level]


def number_words(factor: str, level: str, levels: tuple[str, ...]) -> str:
    """Return which numbers a level of a count holds."""
    least, place = int(level), levels.index(level)
    word = "none" if least == 0 else NUMBERS[least]
    if place == len(levels) - 1:
        return "all three" if factor == "aspects" and least == 3 else f"{word} or more"
    if int(levels[place + 1]) > least + 1:
        return f"{word} or one"
    return word


def phrase(factor: str, level: str, levels: tuple[str, ...]) -> str:
    """Return what a plan of some level did or had, after “plans that”."""
    if (factor, level) in PHRASES:
        return PHRASES[factor, level]
    if factor in COUNTED:
        one, many = COUNTED[factor]
        number = number_words(factor, level, levels)
        number = "no" if number == "none" else number
        return f"had {number} {one if number == 'one' else many}"
    name = level_words(factor, level, levels).lower()
    return f"were for {name}" if level != OTHER else "were for any other category"


def short_phrase(factor: str, level: str, levels: tuple[str, ...]) -> str:
    """Return what a plan of some level was like, in few words, after “times as often”."""
    if (factor, level) in SHORT:
        return SHORT[factor, level]
    if factor in COUNTED:
        one, many = COUNTED[factor]
        number = number_words(factor, level, levels)
        if number == "one or more":
            return f"with {many}"
        return f"with {number} {one if number == 'one' else many}"
    return f"for {level_words(factor, level, levels).lower()}"
