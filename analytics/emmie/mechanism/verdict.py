"""The verdict on Mechanism: whether the way it is meant to work has been shown.

The rule is written in ``docs/methods/questions/mechanism.md``.
"""

from __future__ import annotations

from typing import Final

from analytics.emmie.mechanism.logic_model import (
    LinkFound,
    LogicModelAnswer,
    LogicModelQuestion,
    answer_logic_model,
)
from analytics.emmie.study import Study, Unanswered
from analytics.emmie.verdict import Verdict, cannot_tell
from analytics.extracts.engine import UnusableExtractError

CAUTIONS: Final[dict[str, tuple[str, ...]]] = {
    "case_audit": (
        "The audit describes families who came back; it has none who did not, so no feature can be "
        "tied to coming back.",
    ),
}
"""What a design can't tell of how something works, whatever its links say."""


def mechanism_verdict(study: Study) -> Verdict:
    """Return the verdict on Mechanism with its reasons.

    Parameters
    ----------
    study : Study
        Evaluation, filters and viewer.
    """
    try:
        found = answer_logic_model(LogicModelQuestion(), study)
    except UnusableExtractError:
        return cannot_tell("mechanism", "An extract that this needs broke its contract.")
    if isinstance(found, Unanswered):
        return cannot_tell(
            "mechanism", "The protocol has no logic model, so there is no mechanism to test."
        )
    return verdict_of(found)


def verdict_of(answer: LogicModelAnswer) -> Verdict:
    """Return the verdict on a logic model whose links have been judged.

    *Shown* when every link at a mechanism is supported and rests on an outcome compared with
    others; *not shown* when something measured moved the wrong way at such a link and nothing
    measured the right way; *can't tell* otherwise. A change over waves has no comparison, so it is
    consistent with a link and never shows it.
    """
    links = [link for link in answer.links if link.touches_mechanism]
    if not links:
        return cannot_tell("mechanism", "The logic model names no mechanism.")
    reasons = (*_reasons(links), *CAUTIONS.get(answer.provenance.design, ()))
    if any(link.is_contradicted for link in links):
        return Verdict(letter="mechanism", word="not shown", reasons=reasons)
    if all(link.standing == "supported" and link.strength == "outcome" for link in links):
        return Verdict(letter="mechanism", word="shown", reasons=reasons)
    return Verdict(letter="mechanism", word="can't tell", reasons=reasons)


def _reasons(links: list[LinkFound]) -> tuple[str, ...]:
    """Return how the links stand, most telling first."""
    total = len(links)
    counted = [
        (
            [one for one in links if one.is_contradicted],
            "{n} of {total} links at a mechanism {are} contradicted: something measured moved the "
            "wrong way ({links} {which}).",
        ),
        (
            [one for one in links if one.standing == "supported" and one.strength == "outcome"],
            "{n} of {total} links at a mechanism {are} supported by an outcome compared with "
            "others ({links} {which}).",
        ),
        (
            [one for one in links if one.standing == "supported" and one.strength == "change"],
            "{n} of {total} links at a mechanism {are} consistent with a change over time that "
            "was compared with nobody, so it may have come anyway ({links} {which}).",
        ),
        (
            [one for one in links if one.standing == "supported" and one.strength == "perceived"],
            "{n} of {total} {are} supported only by what people said: perceived, not tested "
            "({links} {which}).",
        ),
        (
            [one for one in links if one.standing == "supported" and one.strength == "delivered"],
            "{n} of {total} {are} supported by what was delivered, which does not show that it "
            "worked this way ({links} {which}).",
        ),
        (
            [one for one in links if one.standing == "mixed"],
            "{n} of {total} {have} mixed or unclear evidence ({links} {which}).",
        ),
        (
            [one for one in links if one.standing == "not_supported" and not one.is_contradicted],
            "{n} of {total} {are} not supported: what was said or done speaks against "
            "({links} {which}).",
        ),
        (
            [one for one in links if one.standing == "no_evidence"],
            "{n} of {total} {have} no evidence ({links} {which}).",
        ),
    ]
    return tuple(
        text.format(
            n=len(found),
            total=total,
            are="is" if len(found) == 1 else "are",
            have="has" if len(found) == 1 else "have",
            links="link" if len(found) == 1 else "links",
            which=", ".join(str(one.number) for one in found),
        )
        for found, text in counted
        if found
    )
