"""The overview: whether each EMMIE letter is shown, not shown, or can't be told.

The rules are written in ``docs/methods/questions/letters.md``; every verdict lists its reasons.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from analytics.disclosure.policy import Policy, strictest
from analytics.emmie import audit, effect
from analytics.emmie.audit import AuditCount, AuditQuestion, answer_audit
from analytics.emmie.effect import EffectAnswer, EffectQuestion, answer_effect
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.emmie.verdict import Verdict, Word, cannot_tell
from analytics.extracts.engine import UnusableExtractError
from analytics.extracts.protocol import Practice, Protocol
from analytics.statistics.results import HealthCheck

PRACTICE_SEEN = 0.8
PRACTICE_RARE = 0.5

WHY_NOT = {
    "no_rows": "No cases are left with these filters.",
    "not_in_protocol": "The protocol does not ask this.",
    "not_estimable": "One of the two groups has no cases left with these filters.",
    "unusable_extract": "An extract that this needs broke its contract.",
}
BROKEN = WHY_NOT["unusable_extract"]

MARYLAND: dict[str, tuple[int, str]] = {
    "matched_historical_comparison": (
        2,
        "Maryland scale level 2 of 5: matched, but the comparison comes from an earlier time.",
    ),
    "case_audit": (1, "Maryland scale level 1 of 5: one look at cases, with no comparison."),
}
"""Level and words of the Maryland scientific methods scale for each design."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewQuestion(Question["OverviewAnswer"]):
    """Ask for the verdicts on the five letters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewAnswer:
    """The five verdicts of one evaluation."""

    provenance: Provenance
    summary: str
    maryland_level: int
    verdicts: tuple[Verdict, ...]

    def disclose(self, policy: Policy) -> Self:
        """Return the same: the verdicts were drawn from answers after disclosure control."""
        del policy
        return self


def answer_overview(question: OverviewQuestion, study: Study) -> OverviewAnswer:
    """Return the verdicts, each drawn from an answer after disclosure control.

    Parameters
    ----------
    question : OverviewQuestion
        Nothing to choose.
    study : Study
        Evaluation, filters and viewer.

    Returns
    -------
    OverviewAnswer
    """
    del question
    about = study.protocol.evaluation
    level, strength = MARYLAND[about.design]
    return OverviewAnswer(
        provenance=study.provenance(*extracts_used(study.protocol)),
        summary=about.summary,
        maryland_level=level,
        verdicts=(
            _effect(study, strength),
            _mechanism(study),
            cannot_tell("moderators", "The protocol names no groups to compare."),
            _implementation(study),
            cannot_tell("economic_cost", "No extract holds what the work cost or what it saved."),
        ),
    )


def extracts_used(protocol: Protocol) -> tuple[str, ...]:
    """Return the extracts that the verdicts of an evaluation are drawn from."""
    compared = effect.EXTRACTS if protocol.matching else ()
    return (*compared, *(audit.EXTRACTS if protocol.practice else ()))


def _policy(study: Study, extracts: tuple[str, ...]) -> Policy:
    return strictest(tuple(study.protocol.policy_of(extract) for extract in extracts))


def _effect(study: Study, strength: str) -> Verdict:
    """Return the verdict on the primary outcomes, all of which must agree to be *shown*."""
    if study.protocol.matching is None:
        return cannot_tell("effect", "There is no comparison group.", strength)
    try:
        found = answer_effect(EffectQuestion(), study)
    except UnusableExtractError:
        return cannot_tell("effect", BROKEN, strength)
    if isinstance(found, Unanswered):
        return cannot_tell("effect", WHY_NOT[found.reason], strength)
    answer = found.disclose(_policy(study, effect.EXTRACTS))
    failed = [check for check in answer.checks if check.status == "fail"]
    primary = [outcome for outcome in answer.outcomes if outcome.primary]
    if (
        failed
        or answer.unmatched_reason
        or any(item.adjusted.difference is None for item in primary)
    ):
        why = [_failed(check) for check in failed] or ["Too few cases to compare."]
        return cannot_tell("effect", *why, strength)
    as_intended = [item for item in primary if item.differs_as_intended]
    names = ", ".join(item.label[:1].lower() + item.label[1:] for item in as_intended) or "none"
    reasons = (
        f"{len(as_intended)} of {len(primary)} main outcomes differ as intended by more than "
        f"chance after matching ({names}).",
        "This is an association: other changes made at the same time cannot be separated.",
        *_from_elsewhere(answer),
        strength,
    )
    word: Word = "shown" if len(as_intended) == len(primary) else "not shown"
    return Verdict(letter="effect", word=word, reasons=reasons)


def _from_elsewhere(answer: EffectAnswer) -> tuple[str, ...]:
    if not answer.n_treated_without:
        return ()
    return (
        f"{answer.n_treated_without} of the {answer.n_treated} intervention cases come from areas "
        "that did not have the intervention.",
    )


def _failed(check: HealthCheck) -> str:
    value = "" if check.value is None else f" ({check.value:.2f}, threshold {check.threshold:g})"
    return f"The health check “{check.name.replace('_', ' ')}” failed{value}. {check.meaning}"


def _mechanism(study: Study) -> Verdict:
    if study.protocol.practice:
        return cannot_tell(
            "mechanism",
            "The audit describes families who came back; it has no families who did not, "
            "so no feature can be tied to coming back.",
        )
    return cannot_tell("mechanism", "No extract holds interviews or measures of how it worked.")


def _implementation(study: Study) -> Verdict:
    """Return whether the practice that the protocol lists was seen."""
    if not study.protocol.practice:
        return cannot_tell("implementation", "No extract holds what was delivered to whom.")
    try:
        found = answer_audit(AuditQuestion(), study)
    except UnusableExtractError:
        return cannot_tell("implementation", BROKEN)
    if isinstance(found, Unanswered):
        return cannot_tell("implementation", WHY_NOT[found.reason])
    answer = found.disclose(_policy(study, audit.EXTRACTS))
    features = {feature.key: feature for feature in answer.features}
    seen = [
        (practice, share)
        for practice in study.protocol.practice
        if (share := practice_share(practice, features)) is not None
    ]
    if not seen:
        return cannot_tell("implementation", "The counts are too small to show.")
    reasons = tuple(
        f"{practice.label}: {share.events} of {share.n} families." for practice, share in seen
    )
    values = [share.value for _, share in seen]
    if all(value >= PRACTICE_SEEN for value in values):
        word: Word = "shown"
    elif any(value < PRACTICE_RARE for value in values):
        word = "not shown"
    else:
        word = "can't tell"
    return Verdict(letter="implementation", word=word, reasons=reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeShare:
    """Families in which expected practice was seen."""

    events: int
    n: int
    value: float


def practice_share(practice: Practice, features: dict[str, AuditCount]) -> PracticeShare | None:
    """Return in how many families the practice was as expected; None when that is withheld."""
    feature = features.get(practice.flag)
    if feature is None or feature.share.events is None or not feature.share.n:
        return None
    n = feature.share.n
    events = feature.share.events if practice.expected else n - feature.share.events
    return PracticeShare(events=events, n=n, value=events / n)
