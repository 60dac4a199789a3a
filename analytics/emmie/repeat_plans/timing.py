"""Repeat plans: how soon children come back to a child protection plan.

Each plan that ended opens a spell of follow-up. It ends with the next plan of that child, with the
child's eighteenth birthday, move or death (competing events), or at the as-at date (censored); no
plan is followed for longer than five years.
Methods: ``docs/methods/questions/time_to_repeat_plan.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import withhold_count
from analytics.emmie.repeat_plans.followed import HORIZON, Followed
from analytics.emmie.repeat_plans.points import (
    CURVE_GRID,
    RISK_TABLE_DAYS,
    DayCounts,
    IncidencePoint,
    counts_of,
    curves_of,
    points_of,
    released_points,
    subset,
)
from analytics.emmie.repeat_plans.spells import EXTRACTS, spells
from analytics.emmie.repeat_plans.summary import (
    Ending,
    FreeTime,
    endings_of,
    free_time,
    released_endings,
)
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.statistics.results import NotEstimable
from analytics.statistics.time_to_event.median import incidence_median

ALSO = ("plan_endings",)
"""Extracts that groups of plans are told apart by, on the same part of the page."""

COLUMNS = ("days", "event", "cause", "family_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatPlansQuestion(Question["RepeatPlansAnswer"]):
    """Ask how soon children return to a plan.

    Attributes
    ----------
    level : float
        Confidence level of every interval, between 0 and 1.
    """

    level: float = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatPlansAnswer:
    """Time from the end of a plan to the start of the next.

    Attributes
    ----------
    n_spells, n_families : int or None
        Plans that ended, and families.
    endings : tuple of Ending
        What ended follow-up; they add up to ``n_spells``.
    within : tuple of IncidencePoint
        Share returning within the protocol's windows.
    curve : tuple of IncidencePoint
        Points of both curves; after release, at least six returns lie between neighbours.
    at_risk : tuple of IncidencePoint
        The same estimate at yearly times, for the table of numbers at risk.
    counts : tuple of DayCounts
        What the curve is coarsened by; empty after release.
    free : FreeTime or None
        Mean time before a return; None where follow-up reaches no window.
    median : int or None
        Day by which half of all plans were followed by another, at the next point of the curve;
        None where fewer than half are.
    horizon : int
        Days for which a plan is followed at most.
    """

    provenance: Provenance
    n_spells: int | None
    n_families: int | None
    endings: tuple[Ending, ...]
    within: tuple[IncidencePoint, ...]
    curve: tuple[IncidencePoint, ...]
    at_risk: tuple[IncidencePoint, ...]
    counts: tuple[DayCounts, ...]
    free: FreeTime | None
    median: int | None
    horizon: int
    history_from: date
    assumptions: tuple[str, ...]
    level: float

    @property
    def n_returns(self) -> int | None:
        """Returns by the horizon; None when withheld."""
        return next(ending.n for ending in self.endings if ending.cause == "returned")

    @property
    def n_competing(self) -> int | None:
        """Follow-ups that a competing event ended; None when one of them is withheld."""
        counts = [
            ending.n for ending in self.endings if ending.cause not in ("returned", "followed")
        ]
        return None if None in counts else sum(n or 0 for n in counts)

    def disclose(self, policy: Policy) -> Self:
        """Withhold small counts, and coarsen the curves so that no step is of 1 to 5 children.

        The curves and both tables are coarsened as one, so that they cannot be subtracted.
        """
        keys = tuple(dict.fromkeys(point.day for point in (*self.within[::-1], *self.at_risk)))
        (curve,) = released_points([self.curve], [self.counts], keys, policy)
        shown = [point.day for point in curve]
        free, median = self.free, self.median
        return replace(
            self,
            n_spells=withhold_count(self.n_spells, policy),
            n_families=withhold_count(self.n_families, policy),
            endings=released_endings(self.endings, policy),
            within=subset(curve, {point.day for point in self.within}),
            curve=curve,
            counts=(),
            at_risk=subset(curve, {point.day for point in self.at_risk}),
            free=free if free and free.horizon in shown else None,
            median=None if median is None else next((d for d in shown if d >= median), None),
        )


def answer_repeat_plans(
    question: RepeatPlansQuestion, study: Study
) -> RepeatPlansAnswer | Unanswered:
    """Estimate the cumulative incidence of a return to a plan.

    Parameters
    ----------
    question : RepeatPlansQuestion
        Confidence level.
    study : Study
        Evaluation, filters and viewer.

    Returns
    -------
    RepeatPlansAnswer or Unanswered
    """
    repeat = study.protocol.repeat
    provenance = study.provenance(*EXTRACTS)
    if repeat is None:
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    rows = study.store.rows(spells(study, repeat.history_from).order_by("plan_id").select(*COLUMNS))
    if rows.empty:
        return Unanswered(reason="no_rows", provenance=provenance)
    horizon = max(HORIZON, *repeat.within_days)
    followed = Followed.of(rows, horizon)
    curves = curves_of(followed, question.level)
    if isinstance(curves, NotEstimable):
        return Unanswered(reason="not_estimable", details=(curves.reason,), provenance=provenance)
    days = {*CURVE_GRID, *repeat.within_days, *RISK_TABLE_DAYS}
    points = points_of(followed, curves, days)
    median = incidence_median(curves.incidence)
    return RepeatPlansAnswer(
        provenance=provenance,
        n_spells=len(followed.days),
        n_families=followed.n_families,
        endings=endings_of(followed),
        within=subset(points, repeat.within_days),
        curve=points,
        at_risk=subset(points, RISK_TABLE_DAYS),
        counts=counts_of(followed, days),
        free=free_time(followed, repeat.within_days, question.level),
        median=None if isinstance(median, NotEstimable) else round(median),
        horizon=horizon,
        history_from=repeat.history_from,
        assumptions=study.protocol.assumed_of(*EXTRACTS, *ALSO),
        level=question.level,
    )
