"""Published figures of timeliness: an evaluation's authorities among all, and since a launch.

Both are other questions' answers, asked for the measures of timeliness. Methods:
``docs/methods/questions/timeliness.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, Self

from analytics.disclosure.policy import Policy
from analytics.emmie.area_change.answer import (
    AreaChangeAnswer,
    AreaChangeQuestion,
    answer_area_change,
)
from analytics.emmie.neighbours.funnel import FunnelAnswer, FunnelQuestion, answer_funnel
from analytics.emmie.study import Question, Study, Unanswered
from analytics.extracts.protocol import Protocol

PublishedTimeliness = Literal["conference", "re_referral"]
"""What figures are published of; none of assessments are held."""

FUNNELS: Final[dict[PublishedTimeliness, str]] = {
    "conference": "conferences_within_15_days",
    "re_referral": "re_referrals",
}
MEASURES: Final[dict[PublishedTimeliness, tuple[str, ...]]] = {
    "conference": ("conferences_within_15_days", "days_section_47_to_conference"),
    "re_referral": ("re_referrals",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedTimelinessQuestion(Question["PublishedTimelinessAnswer"]):
    """Ask how an evaluation's authorities lie among all, and how they changed since a launch."""

    of: PublishedTimeliness


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedTimelinessAnswer:
    """Published figures of timeliness.

    Attributes
    ----------
    funnel : FunnelAnswer or None
        All authorities in the newest year up to the end of the chosen period, or to the
        evaluation's as-at date; None without figures.
    change : AreaChangeAnswer or None
        Treated areas against others over the years; None where the protocol compares no areas.
    """

    funnel: FunnelAnswer | None
    change: AreaChangeAnswer | None

    def disclose(self, policy: Policy) -> Self:
        """Return the same: the publisher has withheld what must be."""
        del policy
        return self


def asks_published_timeliness(protocol: Protocol) -> bool:
    """Return whether a protocol names authorities, so that published figures are about them."""
    return bool(protocol.areas.with_intervention or protocol.areas.without_intervention)


def answer_published_timeliness(
    question: PublishedTimelinessQuestion, study: Study
) -> PublishedTimelinessAnswer | Unanswered:
    """Ask both other questions for one kind of timeliness.

    Parameters
    ----------
    question : PublishedTimelinessQuestion
        What the figures are of.
    study : Study
        Evaluation and filters: the authorities that are marked, and the year.

    Returns
    -------
    PublishedTimelinessAnswer or Unanswered
    """
    protocol, filters = study.protocol, study.filters
    if not asks_published_timeliness(protocol):
        return Unanswered(reason="not_in_protocol", provenance=study.provenance())
    own = protocol.areas.with_intervention or protocol.areas.without_intervention
    funnel = answer_funnel(
        FunnelQuestion(
            measure=FUNNELS[question.of],
            marked=filters.local_authorities or own,
            until=filters.period_end or protocol.evaluation.as_at,
        ),
        study.library,
    )
    change = answer_area_change(AreaChangeQuestion(measures=MEASURES[question.of]), study)
    if isinstance(funnel, Unanswered) and isinstance(change, Unanswered):
        return funnel
    return PublishedTimelinessAnswer(
        funnel=None if isinstance(funnel, Unanswered) else funnel,
        change=None if isinstance(change, Unanswered) else change,
    )
