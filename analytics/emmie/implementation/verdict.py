"""The verdict on Implementation: a rule over the measures that count for it."""

from __future__ import annotations

from typing import Final

from analytics.emmie.implementation.standing import Stood, standing
from analytics.emmie.in_words import percent
from analytics.emmie.study import Study
from analytics.emmie.verdict import Verdict, Word, cannot_tell

SHARE_TOLD: Final = 0.5
"""Share of the measures that must be told before it can be said that all of it was done."""

WORDS = {
    "met": "met",
    "partly_met": "partly met",
    "not_met": "not met",
    "cannot_tell": "can't tell",
}


def implementation_verdict(study: Study, stood: tuple[Stood, ...] | None = None) -> Verdict:
    """Return whether what the protocol lists was put into practice.

    Parameters
    ----------
    study : Study
        Evaluation, filters and viewer.
    stood : tuple of Stood, optional
        Where the measures stand, when that has been found already.

    Returns
    -------
    Verdict
        *Shown* when every measure that counts and can be told is met, at least half of them can be
        told, and no interval reaches below ``not_met_below``; *not shown* when at least one is
        clearly not met: the whole interval lies below ``not_met_below``; else *can't tell*.
    """
    measures = [one for one in study.protocol.measures if one.counts_for_implementation]
    if not measures:
        return cannot_tell("implementation", "The protocol names nothing that would show it.")
    if stood is None:
        stood = tuple(standing(study, one) for one in measures)
    counted = [item for item in stood if item.measure.counts_for_implementation]
    told = [item for item in counted if item.standing != "cannot_tell"]
    if not told:
        return cannot_tell("implementation", "No measure that counts for it can be told.")
    not_met = [item for item in told if item.standing == "not_met" and item.is_clear]
    n_met = sum(item.standing == "met" for item in told)
    word: Word = "can't tell"
    if not_met:
        word = "not shown"
    elif n_met == len(told) and _is_enough(told, counted):
        word = "shown"
    untold = len(counted) - len(told)
    reasons = [
        f"{n_met} of {len(told)} measures that can be told {'is' if n_met == 1 else 'are'} met."
    ]
    if untold:
        reasons.append(f"{untold} more can't be told.")
    order = {"not_met": 0, "partly_met": 1, "met": 2}
    reasons += [in_words(item) for item in sorted(told, key=lambda one: order[one.standing])]
    return Verdict(letter="implementation", word=word, reasons=tuple(reasons))


def _is_enough(told: list[Stood], counted: list[Stood]) -> bool:
    """Return whether half of the measures can be told, and none may as well be not met."""
    may_fail = any(
        one.measured.conf_int is not None and one.measured.conf_int.low < one.measure.not_met_below
        for one in told
    )
    return not may_fail and len(told) >= SHARE_TOLD * len(counted)


def in_words(item: Stood) -> str:
    """Return where a measure stands as a sentence."""
    found = item.measured
    if found.posts is not None:
        counted = f"{found.posts.filled:g} of {found.posts.planned:g} posts"
    elif found.share is not None and found.share.events is not None:
        counted = f"{found.share.events:,} of {found.share.n:,}"
    else:
        return f"{item.measure.label}: can't tell."
    word = WORDS[item.standing]
    if item.standing == "not_met" and not item.is_clear:
        word += ", though that could be chance"
    return f"{item.measure.label}: {counted} ({percent(found.value or 0)}), {word}."
