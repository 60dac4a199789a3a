"""Whether the shares left their course at the change: level and slope, by interrupted series.

Methods: ``docs/methods/questions/case_outcomes.md`` and
``docs/methods/estimators/before_after.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from analytics.disclosure.policy import Policy
from analytics.emmie.case_outcomes.over_time import EXTRACTS, counts_of, out_of_court_codes
from analytics.emmie.case_outcomes.periods import GROUPS, Group
from analytics.emmie.effect.outcome_series import OutcomeSeries, outcome_series
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.extracts.protocol import Outcome, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseQuestion(Question["CourseAnswer"]):
    """Ask how level and slope changed in areas with the intervention.

    Attributes
    ----------
    include_22 : bool
        Whether Outcome 22 counts as an out-of-court disposal.
    """

    include_22: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseAnswer:
    """Interrupted series of the monthly shares of both kinds of outcome.

    Attributes
    ----------
    labels : tuple of str
        Areas with the intervention, and areas without it.
    change_on : date
        First day of the new time.
    courses : tuple of (str, OutcomeSeries)
        Each kind of outcome.
    """

    provenance: Provenance
    out_of_court_codes: tuple[int, ...]
    labels: tuple[str, str]
    change_on: date
    courses: tuple[tuple[Group, OutcomeSeries], ...]

    def disclose(self, policy: Policy) -> Self:
        """Withhold small months, and round everything fitted to the months."""
        return replace(
            self,
            courses=tuple(
                (group, one.disclose(self.change_on, policy)) for group, one in self.courses
            ),
        )


def asks_course(protocol: Protocol) -> bool:
    """Return whether a protocol has cases, and a change that may have interrupted them."""
    return "cases" in protocol.evaluation.extracts and protocol.change is not None


def answer_course(question: CourseQuestion, study: Study) -> CourseAnswer | Unanswered:
    """Fit both monthly shares before and since the change; the engine counts.

    Parameters
    ----------
    question : CourseQuestion
        Codes.
    study : Study
        Evaluation, filters and viewer.

    Returns
    -------
    CourseAnswer or Unanswered
    """
    change, areas = study.protocol.change, study.protocol.areas
    if change is None or not asks_course(study.protocol):
        return Unanswered(reason="not_in_protocol", provenance=study.provenance())
    provenance = study.provenance(*EXTRACTS)
    out_of_court = out_of_court_codes(include_22=question.include_22)
    months = [
        {
            "areas": row["areas"],
            "month": row["period"],
            "n": row["cases"],
            **{f"{group}__known": row["n"] for group in GROUPS},
            **{f"{group}__events": row[group] for group in GROUPS},
        }
        for row in counts_of(study, "month", out_of_court)
    ]
    with_it = [row for row in months if row["areas"] == areas.with_label]
    without = [row for row in months if row["areas"] == areas.without_label]
    if not with_it:
        return Unanswered(reason="no_rows", provenance=provenance)
    counted: dict[Group, tuple[int, ...]] = {"outcome_20": (20,), "out_of_court": out_of_court}
    return CourseAnswer(
        provenance=provenance,
        out_of_court_codes=out_of_court,
        labels=(areas.with_label, areas.without_label),
        change_on=change.on,
        courses=tuple(
            (
                group,
                outcome_series(_outcome(group, counted[group]), with_it, without, change.on, 0.95),
            )
            for group in GROUPS
        ),
    )


def _outcome(group: Group, codes: tuple[int, ...]) -> Outcome:
    return Outcome(key=group, label=group, kind="police_outcome", primary=True, codes=codes)
