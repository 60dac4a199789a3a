"""Which authorities an evaluation of repeat plans is about, for the published figures beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from analytics.disclosure.policy import Policy
from analytics.emmie.study import Question, Study


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceQuestion(Question["PlaceAnswer"]):
    """Ask which authorities an evaluation is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceAnswer:
    """Codes of authorities, as the protocol names them."""

    areas: tuple[str, ...]

    def disclose(self, policy: Policy) -> Self:
        """Return the same: names of places."""
        del policy
        return self


def answer_place(question: PlaceQuestion, study: Study) -> PlaceAnswer:
    """Return the authorities that the protocol names."""
    del question
    areas = study.protocol.areas
    return PlaceAnswer(areas=(*areas.with_intervention, *areas.without_intervention))
