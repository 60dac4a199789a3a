"""Delivery: how many families reached each step, and how soon.

Methods: ``docs/methods/questions/implementation.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

import ibis
import numpy as np

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import CONFIDENTIAL, Share, withhold_count
from analytics.emmie.implementation.steps import deliveries, hidden_steps, in_order
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.extracts.protocol import Step
from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.time_to_event.curves import SurvivalCurve, survival_at
from analytics.statistics.time_to_event.life_table import life_table
from analytics.statistics.time_to_event.median import median_duration, median_interval
from analytics.statistics.time_to_event.survival import kaplan_meier_from_table
from analytics.statistics.two_groups.proportions import wilson_interval

EXTRACTS = ("delivery_steps",)
POINTS = 120
"""Days at which a curve is drawn, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryQuestion(Question["DeliveryAnswer"]):
    """Ask how many deliveries reached each step, and how soon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachedBy:
    """Share of deliveries that had reached a step by some day after the step before.

    Attributes
    ----------
    day : int
        Days since the step before.
    share : float
        One minus Kaplan-Meier, between 0 and 1.
    conf_int : Interval
        Log-log interval.
    n_events : int
        Deliveries that reached the step since the point before; 0 after release.
    """

    day: int
    share: float
    conf_int: Interval
    n_events: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTime:
    """Time from the step before to a step.

    Attributes
    ----------
    median : float or None
        Days by which half of the deliveries that reached the step before had reached this one; None
        when fewer than half have.
    conf_int : Interval or None
        Its interval; an infinite upper limit is None in ``high_is_open``.
    high_is_open : bool
        Whether the interval has no upper limit within follow-up.
    in_time : ReachedBy or None
        Share that reached it within the planned days.
    curve : tuple of ReachedBy
        The share by day; empty when it must be withheld.
    """

    median: float | None
    conf_int: Interval | None
    high_is_open: bool
    in_time: ReachedBy | None
    curve: tuple[ReachedBy, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReached:
    """One step of delivery.

    Attributes
    ----------
    step : Step
        As the protocol defines it.
    count : int or None
        Deliveries that reached it; None when withheld.
    share : Share
        The same out of those that reached the step before (the first: out of all).
    conf_int : Interval or None
        Wilson interval of the share.
    time : StepTime or None
        Time since the step before; None for the first step, or when nobody could reach it.
    """

    step: Step
    count: int | None
    share: Share
    conf_int: Interval | None
    time: StepTime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryAnswer:
    """Steps of delivery, each after the one it follows."""

    provenance: Provenance
    n_deliveries: int | None
    steps: tuple[StepReached, ...]

    def disclose(self, policy: Policy) -> Self:
        """Withhold small counts, and small differences between a step and one before it."""
        reached = {item.step.key: item.count or 0 for item in self.steps}
        hidden = hidden_steps(tuple(item.step for item in self.steps), reached, policy)
        first = self.steps[0]
        if policy.is_small((self.n_deliveries or 0) - (first.count or 0)):
            hidden.add(first.step.key)
        return replace(
            self,
            n_deliveries=withhold_count(self.n_deliveries, policy),
            steps=tuple(_disclose(item, hidden, policy) for item in self.steps),
        )


def answer_delivery(question: DeliveryQuestion, study: Study) -> DeliveryAnswer | Unanswered:
    """Count deliveries by step, and estimate the time between steps.

    Parameters
    ----------
    question : DeliveryQuestion
        Nothing to choose.
    study : Study
        Evaluation, filters and viewer; the period is that in which a delivery started.

    Returns
    -------
    DeliveryAnswer or Unanswered
    """
    del question
    provenance = study.provenance(*EXTRACTS)
    steps = in_order(study.protocol.steps)
    if not steps or "delivery_steps" not in study.protocol.evaluation.extracts:
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    wide = deliveries(study)
    counted = study.store.records(
        wide.aggregate(
            n_=wide.count(), **{step.key: wide[step.key].notnull().sum() for step in steps}
        )
    )[0]
    n = int(counted["n_"])
    if not n:
        return Unanswered(reason="no_rows", provenance=provenance)
    reached = {step.key: int(counted[step.key] or 0) for step in steps}
    return DeliveryAnswer(
        provenance=provenance,
        n_deliveries=n,
        steps=tuple(_reached(study, wide, step, reached, n) for step in steps),
    )


def _reached(
    study: Study, wide: ibis.Table, step: Step, reached: dict[str, int], n: int
) -> StepReached:
    could = n if step.after is None else reached[step.after]
    count = reached[step.key]
    return StepReached(
        step=step,
        count=count,
        share=Share.of(count, could),
        conf_int=wilson_interval(count, could) if could else None,
        time=_time(study, wide, step) if step.after is not None and could else None,
    )


def _time(study: Study, wide: ibis.Table, step: Step) -> StepTime:
    """Estimate the time to a step; who has not reached it is followed to the as-at date.

    That holds for deliveries that ended another way too: the day up to which they would have been
    followed is known, so this is the cumulative incidence among all that could reach the step.
    """
    as_at = ibis.literal(study.protocol.evaluation.as_at)
    followed = wide.filter(wide[str(step.after)].notnull())
    day = followed[step.key]
    days = ibis.coalesce(day, as_at).delta(followed[str(step.after)], unit="day")
    by_day = followed.mutate(days=ibis.greatest(days, 0), is_there=day.notnull())
    rows = study.store.records(
        by_day.group_by("days")
        .aggregate(events=by_day.is_there.sum(), leaving=by_day.count())
        .order_by("days")
    )
    table = life_table(
        [row["days"] for row in rows],
        n_events=[int(row["events"]) for row in rows],
        n_censored=[int(row["leaving"]) - int(row["events"]) for row in rows],
    )
    curve = kaplan_meier_from_table(table)
    median, interval = median_duration(curve), median_interval(curve)
    is_open = isinstance(interval, Interval) and not np.isfinite(interval.high)
    points = _points(curve, rows, step.within_days)
    return StepTime(
        median=None if isinstance(median, NotEstimable) else median,
        conf_int=None if isinstance(interval, NotEstimable) else _finite(interval),
        high_is_open=is_open,
        in_time=next((point for point in points if point.day == step.within_days), None),
        curve=points,
    )


def _finite(interval: Interval) -> Interval:
    """Return the interval with an open end closed at its lower limit, so that it can be carried."""
    return interval if np.isfinite(interval.high) else replace(interval, high=interval.low)


def _points(
    curve: SurvivalCurve, rows: list[dict[str, Any]], within_days: int | None
) -> tuple[ReachedBy, ...]:
    """Return the share by day, from the step before to a little after the last event."""
    days = np.array([row["days"] for row in rows])
    events = np.array([row["events"] for row in rows])
    last = int(days[events > 0].max(initial=0))
    grid = {*np.linspace(0, last, min(last, POINTS) + 1).astype(int).tolist()}
    if within_days is not None:
        grid.add(within_days)
    at = sorted(day for day in grid if day <= int(days.max()))
    there = survival_at(curve, at)
    counted = np.concatenate([[0], np.cumsum(events)])[np.searchsorted(days, at, side="right")]
    return tuple(
        ReachedBy(
            day=day,
            share=float(1 - there.estimate[i]),
            conf_int=Interval(
                low=float(1 - there.conf_high[i]),
                high=float(1 - there.conf_low[i]),
                level=there.level,
                method=curve.method,
            ),
            n_events=int(since),
        )
        for i, (day, since) in enumerate(zip(at, np.diff(counted, prepend=0), strict=True))
    )


def _disclose(item: StepReached, hidden: set[str], policy: Policy) -> StepReached:
    is_hidden = item.step.key in hidden
    no_total = item.step.after in hidden
    share = item.share
    if is_hidden or no_total:
        share = Share(
            events=None if is_hidden else item.count,
            n=None if no_total else item.share.n,
            value=None,
            symbol=CONFIDENTIAL,
        )
    time = item.time
    if time is not None:
        curve = () if share.is_withheld else coarse(time.curve, item.count or 0, policy, time)
        days = {point.day for point in curve}
        kept = time.in_time if time.in_time and time.in_time.day in days else None
        time = replace(
            time, curve=curve, in_time=None if kept is None else replace(kept, n_events=0)
        )
        if policy.is_small(item.share.n or 0) or policy.is_small(item.count or 0):
            time = replace(time, median=None, conf_int=None, high_is_open=False)
    return replace(
        item,
        count=None if is_hidden else item.count,
        share=share,
        conf_int=None if share.is_withheld else item.conf_int,
        time=time,
    )


def coarse(
    curve: tuple[ReachedBy, ...], total: int, policy: Policy, time: StepTime
) -> tuple[ReachedBy, ...]:
    """Return the points between which no small number of deliveries lies.

    The planned day is kept first, where it can be; then as many of the others as can be. What is
    left between the last point and the total is not small either.
    """
    planned = time.in_time.day if time.in_time else None
    by_planned = sum(point.n_events for point in curve if planned is None or point.day <= planned)
    can_keep = not policy.is_small(by_planned) and not policy.is_small(total - by_planned)
    kept: list[ReachedBy] = []
    so_far = last = 0
    for point in curve:
        so_far += point.n_events
        ahead = total
        if planned is not None and can_keep and point.day < planned:
            ahead = by_planned
        is_safe = not policy.is_small(so_far - last) and not policy.is_small(ahead - so_far)
        if is_safe:
            kept.append(replace(point, n_events=0))
            last = so_far
    return tuple(kept)
