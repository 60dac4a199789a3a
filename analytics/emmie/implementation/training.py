"""Training: who completed which course, of those who should have it.

Methods: ``docs/methods/questions/implementation.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import Share, withhold_series, withhold_share
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.extracts import code_lists as codes
from analytics.extracts.protocol import Course
from analytics.statistics.results import Interval
from analytics.statistics.two_groups.proportions import wilson_interval

EXTRACTS = ("training",)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingQuestion(Question["TrainingAnswer"]):
    """Ask who completed which course."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """Staff of one role, or of all roles, who completed a course, of those listed for it.

    Attributes
    ----------
    role : str or None
        None for all roles together.
    """

    course: Course
    role: str | None
    share: Share
    conf_int: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingAnswer:
    """Coverage of each course: all roles first, then each role where there are several."""

    provenance: Provenance
    covered: tuple[Covered, ...]

    def disclose(self, policy: Policy) -> Self:
        """Withhold small counts; a role beside its course's total never stands alone."""
        whole = [item for item in self.covered if item.role is None]
        roles = [item for item in self.covered if item.role is not None]
        released = {
            (item.course.key, item.role): share
            for item, share in zip(
                roles,
                withhold_series(
                    [item.share for item in roles],
                    policy,
                    groupings=[[item.course.key for item in roles]],
                ),
                strict=True,
            )
        }
        released |= {(item.course.key, None): withhold_share(item.share, policy) for item in whole}
        return replace(
            self,
            covered=tuple(
                _shown(item, released[item.course.key, item.role]) for item in self.covered
            ),
        )


def answer_training(question: TrainingQuestion, study: Study) -> TrainingAnswer | Unanswered:
    """Count completed courses by course and role; the engine does the counting.

    Parameters
    ----------
    question : TrainingQuestion
        Nothing to choose.
    study : Study
        Evaluation, filters and viewer; only the authority narrows.

    Returns
    -------
    TrainingAnswer or Unanswered
    """
    del question
    provenance = study.provenance(*EXTRACTS)
    if not study.protocol.courses or "training" not in study.protocol.evaluation.extracts:
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    rows = study.table("training")
    counted = study.store.records(
        rows.group_by("course", "role").aggregate(
            events=rows.completed_on.notnull().sum(), n=rows.count()
        )
    )
    counts = {(row["course"], row["role"]): (int(row["events"]), int(row["n"])) for row in counted}
    covered = [item for course in study.protocol.courses for item in _of_course(course, counts)]
    if not covered:
        return Unanswered(reason="no_rows", provenance=provenance)
    return TrainingAnswer(provenance=provenance, covered=tuple(covered))


def _of_course(course: Course, counts: dict[tuple[str, str], tuple[int, int]]) -> list[Covered]:
    by_role = {
        role: counts[course.key, role] for role in codes.ROLE if (course.key, role) in counts
    }
    if not by_role:
        return []
    total = (
        sum(events for events, _ in by_role.values()),
        sum(n for _, n in by_role.values()),
    )
    found = [_covered(course, None, *total)]
    if len(by_role) > 1:
        found += [_covered(course, role, *numbers) for role, numbers in by_role.items()]
    return found


def _covered(course: Course, role: str | None, events: int, n: int) -> Covered:
    return Covered(
        course=course, role=role, share=Share.of(events, n), conf_int=wilson_interval(events, n)
    )


def _shown(item: Covered, share: Share) -> Covered:
    return replace(item, share=share, conf_int=None if share.is_withheld else item.conf_int)
