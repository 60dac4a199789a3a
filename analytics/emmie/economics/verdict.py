"""The verdict on Economic cost, by rules written in ``docs/methods/questions/economic_cost.md``."""

from __future__ import annotations

from typing import Final

from analytics.emmie.economics.answer import answer_economics
from analytics.emmie.economics.parts import NetSaving
from analytics.emmie.economics.question import EconomicsAnswer, EconomicsQuestion
from analytics.emmie.in_words import chance, check_title, fixed, percent
from analytics.emmie.study import Study
from analytics.emmie.verdict import Verdict, Word, cannot_tell
from analytics.extracts.engine import UnusableExtractError

SHOWN_FROM: Final = 0.95
NOT_SHOWN_UP_TO: Final = 0.5

ATTRIBUTION: Final = "How much of the change is due to the work is not known: it is an association."
NO_ANSWER: Final = {
    "not_in_protocol": "No extract holds what the work cost or what it saved.",
    "no_rows": "No families are left with these filters.",
    "unusable_extract": "An extract that this needs broke its contract.",
}
WHY_NOT: Final = {
    "no_activities": "No extract or document says what delivery took.",
    "no_families": "No family is left to count with these filters.",
    "no_effect_estimate": (
        "An outcome that would save money has no estimate, so there is no cost-effectiveness."
    ),
    "nothing_avoided": "No outcome was avoided.",
    "withheld": "Counts that the cost needs are too small to show.",
    "extract_unusable": "An extract that this needs broke its contract.",
}


def economic_verdict(study: Study) -> Verdict:
    """Return whether a net saving is shown, not shown, or can't be told, with reasons.

    Parameters
    ----------
    study : Study
        Evaluation, filters and viewer.

    Returns
    -------
    Verdict
        *Can't tell* unless every input was recorded; then *shown* from a chance of 95%, *not shown*
        up to 50%, and *can't tell* between.
    """
    try:
        found = answer_economics(EconomicsQuestion(), study)
    except UnusableExtractError:
        return cannot_tell("economic_cost", WHY_NOT["extract_unusable"])
    if not isinstance(found, EconomicsAnswer):
        return cannot_tell(
            "economic_cost", NO_ANSWER.get(found.reason, NO_ANSWER["not_in_protocol"])
        )
    return verdict_of(found)


def verdict_of(answer: EconomicsAnswer) -> Verdict:
    """Return the verdict on an answer."""
    if answer.net is None:
        said = (answer.why_no_saving,) if answer.why_no_saving else ()
        why = tuple(WHY_NOT[code] for code in answer.why_not if code in WHY_NOT)
        return cannot_tell("economic_cost", *said, *_costed(answer), *why)
    missing = unknown_inputs(answer)
    basis = _basis(answer, answer.net)
    if missing:
        return cannot_tell("economic_cost", *missing, *basis)
    word = word_of(answer.net.chance)
    if word == "shown" and any(line.is_association for line in answer.savings):
        return cannot_tell("economic_cost", ATTRIBUTION, *basis)
    return Verdict(letter="economic_cost", word=word, reasons=basis)


def word_of(chance: float) -> Word:
    """Return the word for a chance of net saving when every input was recorded."""
    if chance >= SHOWN_FROM:
        return "shown"
    return "not shown" if chance <= NOT_SHOWN_UP_TO else "can't tell"


def unknown_inputs(answer: EconomicsAnswer) -> tuple[str, ...]:
    """Return which inputs are assumed, implied or unreliable, each as a reason."""
    found = []
    if answer.delivery is not None and answer.delivery.assumed_share > 0:
        found.append(
            f"{percent(answer.delivery.assumed_share)} of the cost of delivery rests on assumed "
            "hours or numbers."
        )
    prices = {price.code: price for price in answer.unit_costs}
    implied = [
        prices[line.unit_cost].item[:1].lower() + prices[line.unit_cost].item[1:]
        for line in answer.savings
        if prices[line.unit_cost].basis == "implied"
    ]
    if implied:
        found.append(f"No published cost exists of: {', '.join(implied)}.")
    if answer.savings_not_counted:
        left = "; ".join(one[:1].lower() + one[1:] for one in answer.savings_not_counted)
        found.append(f"Savings without an estimate are left out: {left}.")
    if answer.effect_reasons:
        found.append("A health check of the effect failed.")
    found += [
        f"The health check “{check_title(check.name)}” failed."
        for check in (answer.net.checks if answer.net else ())
        if check.status == "fail"
    ]
    return tuple(found)


def _costed(answer: EconomicsAnswer) -> tuple[str, ...]:
    if answer.delivery is None:
        return ()
    return (
        f"Delivery is put at £{fixed(answer.delivery.per_family)} per family, "
        f"{percent(answer.delivery.assumed_share)} of it on assumed hours or numbers.",
    )


def _basis(answer: EconomicsAnswer, net: NetSaving) -> tuple[str, ...]:
    """Return what the chance is and what it rests on."""
    association = any(line.is_association for line in answer.savings)
    return (
        f"Chance of a net saving: {chance(net.chance)} with the listed assumptions, over "
        f"{answer.horizon_months} months, in {answer.price_year} prices.",
        *(
            ("It takes the whole measured difference as due to the work; it is an association.",)
            if association and answer.question.share_kept >= 1
            else ()
        ),
        "Savings are gross: time set free, not cash.",
        *(
            ("Savings are counted for longer than outcomes were followed.",)
            if answer.horizon_months > answer.follow_up_months
            else ()
        ),
    )
