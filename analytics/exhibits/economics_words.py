"""How pounds, units and uncertain inputs are worded."""

from __future__ import annotations

from typing import Final

from analytics.emmie.economics.question import EconomicsAnswer
from analytics.exhibits import wording
from analytics.exhibits.claim import Moved
from analytics.extracts.code_lists import AGENCY
from analytics.statistics.results import Interval

PER_WORDS: Final = {
    "hour": "hour",
    "incident": "incident",
    "episode": "episode",
    "month": "month",
    "year": "year",
    "person": "person",
    "each": "each",
}
COUNTED_WORDS: Final = {
    "treated_cases": "cases under the new process",
    "treated_families": "families under the new process",
    "people": "people",
    "families": "families",
    "delivery_families": "families",
    "step": "families that reached it",
    "course": "staff who finished it",
    "post_months": "months of one full post",
    "assumed": "assumed number",
}
WHY_NOT_WORDS: Final = {
    "protocol_says_why": "",
    "no_activities": "No extract or document says what delivery took, so nothing is costed.",
    "no_families": "No family is left to count with these filters.",
    "no_effect_estimate": (
        "An outcome that would save money has no estimate here, so there is no cost-effectiveness."
    ),
    "nothing_avoided": "No outcome was avoided.",
    "withheld": "Counts that the cost needs are too small to show, so it is not put together.",
    "extract_unusable": "An extract that this needs broke its contract.",
}
STATUS_WORDS: Final = {"pass": "pass", "review": "to be reviewed", "fail": "failed"}
GROSS: Final = (
    "Savings are gross and not cash: time and places set free, which a budget sees only if "
    "something is given up."
)


def pounds(value: float, *, places: int = 0) -> str:
    """Return an amount as ``£1,234``, with a minus before it where it is negative."""
    shown = wording.fixed(value, places)
    return f"{wording.MINUS}£{shown[1:]}" if shown.startswith(wording.MINUS) else f"£{shown}"


def pounds_range(low: float, high: float, *, places: int = 0) -> str:
    """Return ``£1 to £2``."""
    return f"{pounds(low, places=places)} to {pounds(high, places=places)}"


def pounds_interval(conf_int: Interval) -> str:
    """Return an interval as ``£1 to £2``."""
    return pounds_range(conf_int.low, conf_int.high)


def gross(value: float) -> tuple[Moved, ...]:
    """Return what all agencies together would gain, before what delivery costs them."""
    return (Moved(what="the agencies", by=pounds(value)),) if value > 0 else ()


def agency(code: str) -> str:
    """Return an agency's name."""
    return AGENCY.get(code, code)


def number(value: float) -> str:
    """Return a number without needless decimals."""
    return (
        wording.fixed(value)
        if abs(value) >= 100 or value == int(value)
        else wording.fixed(value, 1)
    )


def input_words(name: str, answer: EconomicsAnswer) -> str:
    """Return what an uncertain input is, for the axis of a tornado."""
    kind, _, key = name.partition(":")
    prices = {price.code: price.item for price in answer.unit_costs}
    if kind == "each":
        return next(f"{line.label} (hours)" for line in answer.activities if line.key == key)
    if kind == "price":
        return prices[key]
    if kind == "worth":
        saving = next(line for line in answer.savings if line.key == key)
        return f"Unit cost: {wording.lower_first(prices[saving.unit_cost])}"
    if kind == "avoided":
        saving = next(line for line in answer.savings if line.outcome == key)
        return f"Measured change: {wording.lower_first(saving.outcome_label)}"
    return "Share of the change that is due to the work"


def input_value(name: str, value: float) -> str:
    """Return an input's value in its own unit."""
    kind = name.partition(":")[0]
    if kind in ("price", "worth"):
        return pounds(value, places=0 if value >= 100 else 2)
    if kind == "share_kept":
        return wording.percent(value)
    return wording.fixed(value, 3) if kind == "avoided" else number(value)
