"""The release of an answer: nothing is drawn, worded, exported or logged before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Protocol, Self, TypeVar

from analytics.disclosure.policy import Policy


class Disclosable(Protocol):
    """An answer that knows which of its figures come from how many people."""

    def disclose(self, policy: Policy) -> Self:
        """Return the answer with everything withheld that the policy withholds."""
        ...


AnswerT = TypeVar("AnswerT", bound=Disclosable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Released(Generic[AnswerT]):
    """An answer after disclosure control; the only thing that exhibits accept.

    Attributes
    ----------
    answer : AnswerT
        What may be shown.
    policy : str
        Name of the policy that was applied.
    statement : str
        The policy in one sentence, for the notes of an exhibit.
    """

    answer: AnswerT
    policy: str
    statement: str


def release(answer: AnswerT, policy: Policy) -> Released[AnswerT]:
    """Return the answer as it may be shown under the policy."""
    return Released(answer=answer.disclose(policy), policy=policy.key, statement=policy.statement)
