"""Case outcomes: how police cases end, by month and by arm.

Open cases never enter a denominator. Which codes count as out-of-court disposals is part of the
question. Methods: ``docs/methods/questions/case_outcomes.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, Self

import ibis

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import Share, withhold_series, withhold_share
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.extracts import code_lists as codes
from analytics.extracts.protocol import Change
from analytics.statistics.results import Interval
from analytics.statistics.two_groups.proportions import wilson_interval

EXTRACTS = ("cases",)
Step = Literal["month", "quarter"]
Group = Literal["outcome_20", "out_of_court"]
OTHER_AREAS = "Other areas"
GROUPS: tuple[Group, ...] = ("outcome_20", "out_of_court")


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
class Point:
    """One share in one period, with its interval; the interval is None when withheld."""

    period: date
    share: Share
    conf_int: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The share of one kind of outcome in one group of areas over time.

    Attributes
    ----------
    before, after : Share or None
        Share over all periods before the change of process, and over all since; None when the
        protocol names no change. Periods whose own share is withheld are in them.
    """

    group: Group
    series: str
    points: tuple[Point, ...]
    before: Share | None
    after: Share | None


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
    """

    provenance: Provenance
    step: Step
    out_of_court_codes: tuple[int, ...]
    series: tuple[Series, ...]
    arms: tuple[ArmShare, ...]
    n_open: int | None
    change_on: date | None
    change_label: str
    assumptions: tuple[str, ...]

    def disclose(self, policy: Policy) -> Self:
        """Withhold small counts, within each calendar year too."""
        is_open_small = self.n_open is not None and policy.is_small(self.n_open)
        return replace(
            self,
            series=tuple(
                _disclose_series(series, self.change_on, policy) for series in self.series
            ),
            arms=tuple(_disclose_arm(arm, policy) for arm in self.arms),
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
    out_of_court = (
        codes.OUT_OF_COURT_CODES_WITH_22 if question.include_22 else codes.OUT_OF_COURT_CODES
    )
    cases = study.table("cases")
    by_period = study.store.records(_counts(cases, study, question.step, out_of_court))
    if not by_period:
        return Unanswered(reason="no_rows", provenance=provenance)
    by_arm = study.store.records(_arm_counts(cases, out_of_court))
    n_open = study.store.records(cases.aggregate(n=cases.outcome_code.isnull().sum()))[0]["n"]
    change = study.protocol.change
    return CaseOutcomesAnswer(
        provenance=provenance,
        step=question.step,
        out_of_court_codes=out_of_court,
        series=_series(by_period, study),
        arms=tuple(_arm_shares(by_arm, study)),
        n_open=int(n_open or 0),
        change_on=change.on if change else None,
        change_label=change.label if change else "",
        assumptions=tuple(item.text for item in study.protocol.assumptions),
    )


def _closed(cases: ibis.Table, out_of_court: tuple[int, ...]) -> ibis.Table:
    closed = cases.filter(cases.outcome_code.notnull())
    return closed.mutate(
        outcome_20=(closed.outcome_code == 20).cast("int64"),
        out_of_court=closed.outcome_code.isin(out_of_court).cast("int64"),
        outcome_22=((closed.outcome_code == 22) & (22 in out_of_court)).cast("int64"),
    )


def _totals(closed: ibis.Table) -> dict[str, Any]:
    """Return the counts of closed cases and outcomes, not executed."""
    sums = {name: closed[name].sum() for name in (*GROUPS, "outcome_22")}
    return {"n": closed.count(), **sums}


def _counts(
    cases: ibis.Table, study: Study, step: Step, out_of_court: tuple[int, ...]
) -> ibis.Table:
    """Return closed cases and outcomes by period and group of areas, not executed."""
    closed = _closed(cases, out_of_court)
    areas = study.protocol.areas
    group = ibis.cases(
        (closed.local_authority.isin(areas.with_intervention), areas.with_label),
        (closed.local_authority.isin(areas.without_intervention), areas.without_label),
        else_=OTHER_AREAS,
    )
    periods = closed.mutate(
        period=closed.recorded_on.truncate("M" if step == "month" else "Q").cast("date"),
        areas=group,
    )
    counts = periods.group_by("areas", "period").aggregate(**_totals(periods))
    return counts.order_by("areas", "period")


def _arm_counts(cases: ibis.Table, out_of_court: tuple[int, ...]) -> ibis.Table:
    closed = _closed(cases, out_of_court)
    closed = closed.filter(closed.arm.notnull())
    return closed.group_by("arm").aggregate(**_totals(closed))


def _series(rows: list[dict[str, Any]], study: Study) -> tuple[Series, ...]:
    areas = study.protocol.areas
    found = []
    for label in (areas.with_label, areas.without_label, OTHER_AREAS):
        mine = [row for row in rows if row["areas"] == label]
        for group in GROUPS:
            points = tuple(
                Point(
                    period=row["period"],
                    share=_share(row, group),
                    conf_int=wilson_interval(int(row[group]), int(row["n"])),
                )
                for row in mine
            )
            if points:
                before, after = _sides(points, study.protocol.change)
                found.append(
                    Series(group=group, series=label, points=points, before=before, after=after)
                )
    return tuple(found)


def _sides(points: tuple[Point, ...], change: Change | None) -> tuple[Share | None, Share | None]:
    if change is None:
        return None, None
    sides = []
    for is_after in (False, True):
        shares = [point.share for point in points if (point.period >= change.on) is is_after]
        events = sum(share.events or 0 for share in shares)
        total = sum(share.n or 0 for share in shares)
        part = sum(share.part for share in shares)
        sides.append(Share.of(events, total, part=part) if shares else None)
    return sides[0], sides[1]


def _arm_shares(rows: list[dict[str, Any]], study: Study) -> list[ArmShare]:
    by_arm = {row["arm"]: row for row in rows}
    return [
        ArmShare(
            group=group,
            arm=label,
            share=_share(by_arm[arm], group),
            conf_int=wilson_interval(int(by_arm[arm][group]), int(by_arm[arm]["n"])),
        )
        for group in GROUPS
        for arm, label in study.protocol.arms.items()
        if arm in by_arm
    ]


def _share(row: dict[str, Any], group: Group) -> Share:
    """Return a share; its part is what the view without Outcome 22 leaves out."""
    part = int(row["outcome_22"]) if group == "out_of_court" else 0
    return Share.of(int(row[group]), int(row["n"]), part=part)


def _disclose_series(series: Series, change_on: date | None, policy: Policy) -> Series:
    """Withhold so that no total of a quarter, a year or a side of the change tells a month."""
    periods = [point.period for point in series.points]
    shares = withhold_series(
        [point.share for point in series.points],
        policy,
        groupings=[
            [(period.year, (period.month - 1) // 3) for period in periods],
            [period.year for period in periods],
            [change_on is not None and period >= change_on for period in periods],
        ],
    )
    points = (
        replace(point, share=share, conf_int=None if share.is_withheld else point.conf_int)
        for point, share in zip(series.points, shares, strict=True)
    )
    return replace(
        series,
        points=tuple(points),
        before=None if series.before is None else withhold_share(series.before, policy),
        after=None if series.after is None else withhold_share(series.after, policy),
    )


def _disclose_arm(arm: ArmShare, policy: Policy) -> ArmShare:
    share = withhold_share(arm.share, policy)
    return replace(arm, share=share, conf_int=None if share.is_withheld else arm.conf_int)
