"""Repeat plans: how soon children come back to a child protection plan.

Each plan that ended opens a spell of follow-up. It ends with the next plan of that child, with the
child's eighteenth birthday, move or death (competing events), or at the as-at date (censored).
Methods: ``docs/methods/questions/time_to_repeat_plan.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Self

import numpy as np

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import withhold_count
from analytics.emmie.repeat_plans.spells import EXTRACTS, spells
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.time_to_event.curves import incidence_at, survival_at
from analytics.statistics.time_to_event.survival import cumulative_incidence, kaplan_meier

if TYPE_CHECKING:
    from analytics.statistics.time_to_event.curves import CumulativeIncidenceCurve

RISK_TABLE_DAYS = (0, 365, 730, 1095, 1460, 1825)
CURVE_GRID = tuple(round(365 * month / 12) for month in range(61))
"""Days at which the curve is drawn: every month for five years."""


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
class IncidencePoint:
    """Cumulative incidence of a return at one time after the end of a plan.

    Attributes
    ----------
    day : int
        Days since the plan ended.
    share : float
        Estimated share of ended plans that another plan of the child has followed by then.
    conf_int : Interval
        Allows for siblings in the same family.
    n_at_risk : int or None
        Ended plans still followed; None when withheld or not shown at this time.
    n_events : int or None
        Returns since the point before; None when withheld.
    """

    day: int
    share: float
    conf_int: Interval
    n_at_risk: int | None
    n_events: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatPlansAnswer:
    """Time from the end of a plan to the start of the next.

    Attributes
    ----------
    n_spells, n_families, n_returns, n_competing : int or None
        Plans that ended, families, returns, and follow-ups ended by a competing event.
    within : tuple of IncidencePoint
        Share returning within the protocol's windows.
    curve : tuple of IncidencePoint
        Points of the curve; after release, at least six returns lie between neighbours.
    at_risk : tuple of IncidencePoint
        The same estimate at yearly times, for the table of numbers at risk.
    naive : tuple of float
        One minus Kaplan-Meier at the windows, which treats competing events as censored.
    """

    provenance: Provenance
    n_spells: int | None
    n_families: int | None
    n_returns: int | None
    n_competing: int | None
    within: tuple[IncidencePoint, ...]
    curve: tuple[IncidencePoint, ...]
    at_risk: tuple[IncidencePoint, ...]
    naive: tuple[float, ...]
    history_from: date
    assumptions: tuple[str, ...]
    level: float

    def disclose(self, policy: Policy) -> Self:
        """Withhold small counts, and coarsen the curve so that no step is of 1 to 5 children.

        The curve and both tables are coarsened as one, so that they cannot be subtracted.
        """
        keys = {point.day for point in (*self.within, *self.at_risk)}
        curve = _coarsen(self.curve, keys, policy)
        returned = sum(point.n_events or 0 for point in curve)
        rest_is_small = policy.is_small((self.n_returns or 0) - returned)
        shown = {point.day for point in curve}
        naive = tuple(
            share
            for point, share in zip(self.within, self.naive, strict=True)
            if point.day in shown
        )
        return replace(
            self,
            n_spells=withhold_count(self.n_spells, policy),
            n_families=withhold_count(self.n_families, policy),
            n_returns=None if rest_is_small else withhold_count(self.n_returns, policy),
            n_competing=withhold_count(self.n_competing, policy),
            within=_subset(curve, {point.day for point in self.within}),
            curve=curve,
            at_risk=_subset(curve, {point.day for point in self.at_risk}),
            naive=naive,
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
    followed = study.store.rows(
        spells(study, repeat.history_from).select("days", "event", "family_id")
    )
    if followed.empty:
        return Unanswered(reason="no_rows", provenance=provenance)
    days = followed["days"].to_numpy(dtype=np.int64)
    event = followed["event"].to_numpy(dtype=np.int64)
    family = followed["family_id"].factorize()[0]
    curve = cumulative_incidence(days, event, cause=1, cluster=family, level=question.level)
    if isinstance(curve, NotEstimable):
        return Unanswered(reason="not_estimable", details=(curve.reason,), provenance=provenance)
    returns = days[event == 1]
    keys = {*repeat.within_days, *RISK_TABLE_DAYS}
    points = _points(curve, returns, tuple(sorted({*CURVE_GRID, *keys})), question.level)
    within = _subset(points, set(repeat.within_days))
    naive = survival_at(
        kaplan_meier(days, event == 1, level=question.level), [point.day for point in within]
    )
    return RepeatPlansAnswer(
        provenance=provenance,
        n_spells=len(followed),
        n_families=int(followed["family_id"].nunique()),
        n_returns=len(returns),
        n_competing=int((event == 2).sum()),
        within=within,
        curve=points,
        at_risk=_subset(points, set(RISK_TABLE_DAYS)),
        naive=tuple(float(1 - share) for share in naive.estimate),
        history_from=repeat.history_from,
        assumptions=tuple(item.text for item in study.protocol.assumptions),
        level=question.level,
    )


def _points(
    curve: CumulativeIncidenceCurve, event_days: np.ndarray, times: tuple[int, ...], level: float
) -> tuple[IncidencePoint, ...]:
    """Return the curve at given days, for as long as anyone is followed."""
    there = incidence_at(curve, times)
    returned_by = np.searchsorted(np.sort(event_days), times, side="right")
    returned_since = np.diff(returned_by, prepend=0)
    return tuple(
        IncidencePoint(
            day=day,
            share=float(there.estimate[i]),
            conf_int=Interval(
                low=float(there.conf_low[i]),
                high=float(there.conf_high[i]),
                level=level,
                method=curve.method,
            ),
            n_at_risk=int(there.n_at_risk[i]),
            n_events=int(returned_since[i]),
        )
        for i, day in enumerate(times)
        if there.n_at_risk[i]
    )


def _subset(points: tuple[IncidencePoint, ...], days: set[int]) -> tuple[IncidencePoint, ...]:
    """Return the points at some days, each with the returns since the one before it there."""
    kept: list[IncidencePoint] = []
    returned = 0
    for point in points:
        returned += point.n_events or 0
        if point.day in days:
            kept.append(replace(point, n_events=returned))
            returned = 0
    return tuple(kept)


def _coarsen(
    points: tuple[IncidencePoint, ...], keys: set[int], policy: Policy
) -> tuple[IncidencePoint, ...]:
    """Drop points until no step between neighbours, and no number at risk, is small.

    The days of the tables are kept first; points between two of them are kept where neither the
    step before them nor what is left of the step after them is small.
    """
    followed = [point for point in points if not policy.is_small(point.n_at_risk or 0)]
    shown = _without_small_steps(_subset(tuple(followed), keys), policy)
    kept = {point.day for point in shown}
    steps = {point.day: point.n_events or 0 for point in shown}
    result: list[IncidencePoint] = []
    pending, ahead = 0, 0
    for point in reversed(followed):
        if point.day in kept:
            ahead, pending = steps[point.day], 0
            result.append(point)
        elif ahead and not policy.is_small(pending) and not policy.is_small(ahead - pending):
            ahead -= pending
            pending = 0
            result.append(point)
        pending += point.n_events or 0
    days = {point.day for point in result}
    return _at_risk_only_at(_subset(tuple(followed), days), kept, policy)


def _without_small_steps(
    points: tuple[IncidencePoint, ...], policy: Policy
) -> tuple[IncidencePoint, ...]:
    kept: list[IncidencePoint] = []
    pending = 0
    for point in points:
        pending += point.n_events or 0
        if not policy.is_small(pending):
            kept.append(replace(point, n_events=pending))
            pending = 0
    return tuple(kept)


def _at_risk_only_at(
    points: tuple[IncidencePoint, ...], keys: set[int], policy: Policy
) -> tuple[IncidencePoint, ...]:
    """Keep numbers at risk at some days, where the drop between two is not of a few children."""
    kept: list[IncidencePoint] = []
    before: int | None = None
    returned = 0
    for point in points:
        returned += point.n_events or 0
        at_risk = point.n_at_risk if point.day in keys else None
        drop = 0 if at_risk is None or before is None else before - at_risk - returned
        if policy.is_small(drop):
            at_risk = None
        if at_risk is not None:
            before, returned = at_risk, 0
        kept.append(replace(point, n_at_risk=at_risk))
    return tuple(kept)
