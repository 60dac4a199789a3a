"""Difference-in-differences: areas with the intervention and without it, before and after.

Methods: ``docs/methods/questions/effect.md`` and ``docs/methods/estimators/before_after.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import at_least, withhold_count
from analytics.emmie.effect.analyses import AnalysisQuestion, chosen_analysis
from analytics.emmie.effect.cases import EXTRACTS
from analytics.emmie.effect.checks import SEVERITY, areas_check, pre_trend_check
from analytics.emmie.effect.months import months_before
from analytics.emmie.effect.outcome_change import Groups, OutcomeChange, change_rows, outcome_change
from analytics.emmie.effect.results import (
    AnalysisInfo,
    EffectRow,
    with_holm,
)
from analytics.emmie.study import Provenance, Study, Unanswered
from analytics.statistics.results import HealthCheck

WINDOW = 12
"""Months before the change that are compared with the time since, and as many before these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeQuestion(AnalysisQuestion["ChangeAnswer"]):
    """Ask how areas with the intervention changed, against areas without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAnswer:
    """Difference-in-differences of every outcome.

    Attributes
    ----------
    labels : tuple of str
        Areas with the intervention, and areas without it.
    before_from, change_on, until : date
        First day of the year before, of the new time, and the as-at date.
    n_cases : int or None
        Cases recorded from ``before_from`` on.
    n_areas : tuple of int
        Authorities with and without the intervention that have cases.
    n_smaller_group : int or None
        Cases in the smallest group, before or since, of the outcome that has fewest; after
        disclosure control a whole ten that it is at least. None when withheld or not estimable.
    """

    provenance: Provenance
    analysis: AnalysisInfo
    labels: tuple[str, str]
    change_label: str
    before_from: date
    change_on: date
    until: date
    n_cases: int | None
    n_areas: tuple[int, int]
    outcomes: tuple[OutcomeChange, ...]
    checks: tuple[HealthCheck, ...]
    assumptions: tuple[str, ...]
    level: float
    n_smaller_group: int | None = None

    @property
    def failed_checks(self) -> tuple[HealthCheck, ...]:
        """The health checks that forbid quoting the results."""
        return tuple(check for check in self.checks if check.status == "fail")

    @property
    def rows(self) -> tuple[EffectRow, ...]:
        """One row for each outcome, with Holm's p-values; after disclosure only."""
        return with_holm([_row(outcome) for outcome in self.outcomes], level=self.level)

    def disclose(self, policy: Policy) -> Self:
        """Withhold small counts; the check of the year before goes with its outcome."""
        outcomes = tuple(outcome.disclose(policy) for outcome in self.outcomes)
        return replace(
            self,
            n_cases=withhold_count(self.n_cases, policy),
            outcomes=outcomes,
            n_smaller_group=at_least(self.n_smaller_group, policy),
            checks=tuple(
                _pre_trend(outcomes) if check.name == "pre_trend" else check
                for check in self.checks
            ),
        )


def answer_change(question: ChangeQuestion, study: Study) -> ChangeAnswer | Unanswered:
    """Estimate how areas with the intervention changed, against areas without it.

    Parameters
    ----------
    question : ChangeQuestion
        Analysis and confidence level.
    study : Study
        Evaluation, filters and viewer.

    Returns
    -------
    ChangeAnswer or Unanswered
        Unanswered when the protocol has no such analysis, or a group has no cases before or after.
    """
    protocol = study.protocol
    chosen = chosen_analysis(protocol, question.analysis, "difference_in_differences")
    change, provenance = protocol.change, study.provenance(*EXTRACTS)
    if chosen is None or change is None:
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    start = months_before(change.on, 2 * WINDOW)
    rows = change_rows(study, chosen.analysis, chosen.outcomes, start)
    if rows.empty:
        return Unanswered(reason="no_rows", provenance=provenance)
    groups = Groups.of(rows, chosen.analysis, study, months_before(change.on, WINDOW), change.on)
    if not groups.is_complete:
        return Unanswered(reason="not_estimable", details=("empty_arm",), provenance=provenance)
    found = tuple(outcome_change(item, rows, groups, question.level) for item in chosen.outcomes)
    n_areas = groups.n_areas
    return ChangeAnswer(
        provenance=provenance,
        analysis=chosen.info,
        labels=(protocol.areas.with_label, protocol.areas.without_label),
        change_label=change.label,
        before_from=months_before(change.on, WINDOW),
        change_on=change.on,
        until=protocol.evaluation.as_at,
        n_cases=int(groups.in_window.sum()),
        n_areas=n_areas,
        outcomes=found,
        checks=(areas_check(*n_areas), *_permutation_check(found), _pre_trend(found)),
        assumptions=tuple(item.text for item in protocol.assumptions),
        level=question.level,
        n_smaller_group=min(
            (cell.n or 0 for one in found if one.difference for cell in one.cells), default=None
        ),
    )


def _permutation_check(outcomes: tuple[OutcomeChange, ...]) -> tuple[HealthCheck, ...]:
    """Say what the test with authorities as units could have found at all."""
    smallest = next((one.smallest_area_p for one in outcomes if one.smallest_area_p), None)
    if smallest is None:
        return ()
    return (
        HealthCheck(
            name="smallest_possible_p_value",
            value=smallest,
            threshold=0.05,
            status="pass" if smallest <= 0.05 else "review",
            meaning=(
                "The p-value if the areas with the intervention had the most extreme change of all "
                "choices of as many areas. Above 0.05 there are too few areas to find anything."
            ),
            source="Definition of the test; 0.05 by convention",
        ),
    )


def _pre_trend(outcomes: tuple[OutcomeChange, ...]) -> HealthCheck:
    """Judge every primary outcome's year before, and return the worst."""
    found = [
        (one.year_before, one.difference)
        for one in outcomes
        if one.primary and one.year_before and one.difference
    ]
    if not found:
        return pre_trend_check(None, None, clear=False)
    judged = [
        pre_trend_check(
            gap.value, effect.value, clear=not gap.conf_int.low <= 0 <= gap.conf_int.high
        )
        for gap, effect in found
    ]
    return max(judged, key=lambda check: (SEVERITY[check.status], abs(check.value or 0.0)))


def _row(outcome: OutcomeChange) -> EffectRow:
    estimate = outcome.difference
    return EffectRow(
        key=outcome.key,
        label=outcome.label,
        phrase=outcome.phrase,
        unit="share",
        treated=outcome.with_after.value,
        comparison=outcome.expected,
        difference=estimate,
        ratio=outcome.ratio,
        p_value=None if estimate is None else estimate.p_value,
        intended=outcome.intended,
        primary=outcome.primary,
        reason=outcome.reason,
    )
