"""Case outcomes: how police cases end, by month and by arm.

Open cases never enter a denominator. Which codes count as out-of-court disposals is part of the
question. Methods: ``docs/methods/questions/case_outcomes.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self

import ibis

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import Share, withhold_share
from analytics.emmie.case_outcomes.periods import (
    GROUPS,
    Break,
    Group,
    Series,
    Step,
    breaks_of,
    series_of,
)
from analytics.emmie.case_outcomes.residual import guarded
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.extracts import code_lists as codes
from analytics.statistics.results import Interval
from analytics.statistics.two_groups.proportions import wilson_interval

EXTRACTS = ("cases",)
OTHER_AREAS = "Other areas"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOutcomesQuestion(Question["CaseOutcomesAnswer"]):
    """Ask how cases ended over time and in each arm.

    Attributes
    ----------
    step : str
        Length of a period.
    include_22 : bool
        Whether Outcome 22 counts as an out-of-court disposal.
    """

    step: Step = "month"
    include_22: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmShare:
    """The share of one kind of outcome in one study arm."""

    group: Group
    arm: str
    share: Share
    conf_int: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOutcomesAnswer:
    """Outcome 20 and out-of-court disposals over time and by arm.

    Attributes
    ----------
    out_of_court_codes : tuple of int
        Home Office codes that were counted.
    n_open : int or None
        Cases without an outcome yet, in no denominator.
    change_on : date or None
        Day on which the process changed.
    breaks : tuple of Break
        Changes of what could be recorded, within the periods.
    """

    provenance: Provenance
    step: Step
    out_of_court_codes: tuple[int, ...]
    series: tuple[Series, ...]
    arms: tuple[ArmShare, ...]
    n_open: int | None
    change_on: date | None
    change_label: str
    breaks: tuple[Break, ...]
    assumptions: tuple[str, ...]

    def disclose(self, policy: Policy) -> Self:
        """Withhold small counts, and what would give them away at any step, with any codes."""
        is_open_small = self.n_open is not None and policy.is_small(self.n_open)
        return replace(
            self,
            series=tuple(
                series.disclose(self.change_on, self.breaks, policy) for series in self.series
            ),
            arms=tuple(_disclose_arm(arm, self.arms, policy) for arm in self.arms),
            n_open=None if is_open_small else self.n_open,
        )


def answer_case_outcomes(
    question: CaseOutcomesQuestion, study: Study
) -> CaseOutcomesAnswer | Unanswered:
    """Count outcomes by period and group of areas, and by study arm; the engine does the counting.

    Parameters
    ----------
    question : CaseOutcomesQuestion
        Step and codes.
    study : Study
        Evaluation, filters and viewer.

    Returns
    -------
    CaseOutcomesAnswer or Unanswered
    """
    provenance = study.provenance("cases")
    if "cases" not in study.protocol.evaluation.extracts:
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    out_of_court = out_of_court_codes(include_22=question.include_22)
    cases = study.table("cases")
    by_month = counts_of(study, out_of_court)
    if not any(row["n"] for row in by_month):
        return Unanswered(reason="no_rows", provenance=provenance)
    months = [row["period"] for row in by_month]
    breaks = breaks_of(study.protocol, min(months), max(months))
    areas = study.protocol.areas
    by_arm = study.store.records(_arm_counts(cases, out_of_court))
    n_open = study.store.records(cases.aggregate(n=cases.outcome_code.isnull().sum()))[0]["n"]
    change = study.protocol.change
    return CaseOutcomesAnswer(
        provenance=provenance,
        step=question.step,
        out_of_court_codes=out_of_court,
        series=series_of(
            by_month,
            (areas.with_label, areas.without_label, OTHER_AREAS),
            {"outcome_20": (20,), "out_of_court": out_of_court},
            breaks,
            change,
            question.step,
        ),
        arms=tuple(_arm_shares(by_arm, study, with_22=22 in out_of_court)),
        n_open=int(n_open or 0),
        change_on=change.on if change else None,
        change_label=change.label if change else "",
        breaks=breaks,
        assumptions=tuple(item.text for item in study.protocol.assumptions),
    )


def out_of_court_codes(*, include_22: bool) -> tuple[int, ...]:
    """Return the codes that count as out-of-court disposals."""
    return codes.OUT_OF_COURT_CODES_WITH_22 if include_22 else codes.OUT_OF_COURT_CODES


def by_areas(cases: ibis.Table, study: Study) -> ibis.Table:
    """Return the cases with the label of their group of areas in ``areas``, not executed."""
    areas = study.protocol.areas
    label = ibis.cases(
        (cases.local_authority.isin(areas.with_intervention), areas.with_label),
        (cases.local_authority.isin(areas.without_intervention), areas.without_label),
        else_=OTHER_AREAS,
    )
    return cases.mutate(areas=label)


def _with_outcomes(cases: ibis.Table, out_of_court: tuple[int, ...]) -> ibis.Table:
    """Return the cases with flags of their outcomes, null while a case is open."""
    return cases.mutate(
        outcome_20=(cases.outcome_code == 20).cast("int64"),
        out_of_court=cases.outcome_code.isin(out_of_court).cast("int64"),
        outcome_22=(cases.outcome_code == 22).cast("int64"),
    )


def _totals(cases: ibis.Table) -> dict[str, Any]:
    """Return the counts of cases, closed cases and outcomes, not executed."""
    sums = {name: cases[name].sum().coalesce(0) for name in (*GROUPS, "outcome_22")}
    return {"cases": cases.count(), "n": cases.outcome_code.count(), **sums}


def counts_of(study: Study, out_of_court: tuple[int, ...]) -> list[dict[str, Any]]:
    """Count cases, closed cases ``n`` and their outcomes by group of areas and month, in order."""
    cases = study.table("cases")
    months = by_areas(_with_outcomes(cases, out_of_court), study).mutate(
        period=cases.recorded_on.truncate("M").cast("date")
    )
    counts = months.group_by("areas", "period").aggregate(**_totals(months))
    return study.store.records(counts.order_by("areas", "period"))


def _arm_counts(cases: ibis.Table, out_of_court: tuple[int, ...]) -> ibis.Table:
    closed = _with_outcomes(cases.filter(cases.outcome_code.notnull()), out_of_court)
    closed = closed.filter(closed.arm.notnull())
    return closed.group_by("arm").aggregate(**_totals(closed))


def _arm_shares(rows: list[dict[str, Any]], study: Study, *, with_22: bool) -> list[ArmShare]:
    """Return the shares; their part is what the view without Outcome 22 leaves out."""
    by_arm = {row["arm"]: row for row in rows}
    return [
        ArmShare(
            group=group,
            arm=label,
            share=Share.of(
                int(by_arm[arm][group]),
                int(by_arm[arm]["n"]),
                part=int(by_arm[arm]["outcome_22"]) if with_22 and group == "out_of_court" else 0,
            ),
            conf_int=wilson_interval(int(by_arm[arm][group]), int(by_arm[arm]["n"])),
        )
        for group in GROUPS
        for arm, label in study.protocol.arms.items()
        if arm in by_arm
    ]


def _disclose_arm(arm: ArmShare, arms: tuple[ArmShare, ...], policy: Policy) -> ArmShare:
    share = arm.share
    if arm.group == "out_of_court":
        twenty = next(one.share for one in arms if (one.group, one.arm) == ("outcome_20", arm.arm))
        share = guarded(share, twenty, policy)
    share = withhold_share(share, policy)
    return replace(arm, share=share, conf_int=None if share.is_withheld else arm.conf_int)
