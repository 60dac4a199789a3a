"""Whether the shares left their course at the change: level and slope, by interrupted series.

Methods: ``docs/methods/questions/case_outcomes.md`` and
``docs/methods/estimators/before_after.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self

from analytics.disclosure.policy import Policy
from analytics.emmie.case_outcomes.over_time import EXTRACTS, counts_of, out_of_court_codes
from analytics.emmie.case_outcomes.periods import (
    GROUPS,
    Break,
    Group,
    Series,
    breaks_of,
    series_of,
)
from analytics.emmie.contrast import Estimate
from analytics.emmie.effect.outcome_change import rounded_estimate
from analytics.emmie.effect.outcome_series import OutcomeSeries, outcome_series
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.extracts.protocol import Outcome, Protocol

Rows = Sequence[dict[str, Any]]


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
        Each kind of outcome; without an estimate, for the reason ``coding_break``, where what its
        codes record changed within the months.
    months : tuple of Series
        The shares by month in areas with the intervention, unfinished months too.
    others : tuple of Series
        The same in areas without it, to decide what is shown; empty after release.
    with_unfinished : tuple of (str, Estimate)
        The jump had unfinished months not been left out; only where some were, and where every
        month may be shown.
    breaks : tuple of Break
        Changes of recording within the months.
    """

    provenance: Provenance
    out_of_court_codes: tuple[int, ...]
    labels: tuple[str, str]
    change_on: date
    courses: tuple[tuple[Group, OutcomeSeries], ...]
    months: tuple[Series, ...]
    others: tuple[Series, ...]
    with_unfinished: tuple[tuple[Group, Estimate], ...]
    breaks: tuple[Break, ...]

    def disclose(self, policy: Policy) -> Self:
        """Withhold small months; fit to what is known of each, and round the estimates.

        The months of an interrupted series are not released: the charts show them, exactly.
        """
        months = tuple(one.disclose(self.change_on, self.breaks, policy) for one in self.months)
        shown = {
            one.group for one in months if all(not point.share.is_withheld for point in one.points)
        }
        return replace(
            self,
            courses=tuple(
                (group, self._released(group, one, policy)) for group, one in self.courses
            ),
            months=months,
            others=(),
            with_unfinished=tuple(
                (group, _rounded(found, policy))
                for group, found in self.with_unfinished
                if group in shown
            ),
        )

    def _released(self, group: Group, one: OutcomeSeries, policy: Policy) -> OutcomeSeries:
        own, others = (
            next(
                (
                    series.known(self.change_on, self.breaks, policy)
                    for series in some
                    if series.group == group
                ),
                None,
            )
            for some in (self.months, self.others)
        )
        return replace(one.disclose(self.change_on, policy, own, others), points=())


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
    by_month = counts_of(study, out_of_court)
    months = [
        {
            "areas": row["areas"],
            "month": row["period"],
            "n": row["cases"],
            **{f"{group}__known": row["n"] for group in GROUPS},
            **{f"{group}__events": row[group] for group in GROUPS},
        }
        for row in by_month
    ]
    with_it = [row for row in months if row["areas"] == areas.with_label]
    without = [row for row in months if row["areas"] == areas.without_label]
    if not with_it:
        return Unanswered(reason="no_rows", provenance=provenance)
    counted: dict[Group, tuple[int, ...]] = {"outcome_20": (20,), "out_of_court": out_of_court}
    breaks = breaks_of(study.protocol, with_it[0]["month"], with_it[-1]["month"])
    changed = {code for one in breaks for code in one.codes}
    alike = [group for group in GROUPS if not changed & set(counted[group])]
    return CourseAnswer(
        provenance=provenance,
        out_of_court_codes=out_of_court,
        labels=(areas.with_label, areas.without_label),
        change_on=change.on,
        courses=tuple(
            (
                group,
                _fitted(group, counted[group], with_it, without, change.on)
                if group in alike
                else _without_course(group, counted[group]),
            )
            for group in GROUPS
        ),
        months=series_of(by_month, (areas.with_label,), counted, breaks, change),
        others=series_of(by_month, (areas.without_label,), counted, breaks, change),
        with_unfinished=tuple(
            (group, found)
            for group in alike
            if (found := _with_unfinished(group, counted[group], with_it, change.on)) is not None
        ),
        breaks=breaks,
    )


def _rounded(found: Estimate, policy: Policy) -> Estimate:
    rounded = rounded_estimate(found) if policy.largest_withheld else None
    return rounded or found


def _fitted(
    group: Group, codes: tuple[int, ...], with_it: Rows, without: Rows, change_on: date
) -> OutcomeSeries:
    return outcome_series(_outcome(group, codes), list(with_it), list(without), change_on, 0.95)


def _without_course(group: Group, codes: tuple[int, ...]) -> OutcomeSeries:
    """Return no estimate: an old course of other codes can't be carried on."""
    none = outcome_series(_outcome(group, codes), [], [], date.max, 0.95)
    return replace(none, reason="coding_break")


def _with_unfinished(
    group: Group, codes: tuple[int, ...], with_it: Rows, change_on: date
) -> Estimate | None:
    """Return the jump with every month that has a closed case; None where that leaves none out."""
    as_finished = [{**row, "n": row[f"{group}__known"]} for row in with_it]
    usual = _fitted(group, codes, with_it, [], change_on)
    every = _fitted(group, codes, as_finished, [], change_on)
    return None if len(usual.points) == len(every.points) else every.jump


def _outcome(group: Group, codes: tuple[int, ...]) -> Outcome:
    return Outcome(key=group, label=group, kind="police_outcome", primary=True, codes=codes)
