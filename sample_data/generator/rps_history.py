"""Southampton's synthetic plan history, year by year, with the published yearly numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sample_data.generator.people import add_years
from sample_data.generator.rps_families import (
    Child,
    audited_episodes,
    known_before_history,
    new_family,
)

AS_AT = np.datetime64("2024-03-31")
HISTORY_FROM = np.datetime64("2016-04-01")
AUDIT_QUARTER_FROM = np.datetime64("2024-01-01")

PUBLISHED = {
    2017: (379, 108, 276),
    2018: (431, 132, 324),
    2019: (383, 77, 305),
    2020: (562, 137, 396),
    2021: (473, 109, 310),
    2022: (583, 141, 475),
    2023: (378, 125, 315),
    2024: (328, 96, 276),
}
"""Year to 31 March: plans starting, of which second or subsequent, and plans at 31 March (DfE)."""

RETURNED_BY = (
    (0, 0.0), (30, 0.004), (90, 0.030), (180, 0.063), (365, 0.115), (730, 0.180), (1095, 0.215),
    (1825, 0.255), (2920, 0.285),
)  # fmt: skip
"""Assumed share of families back on a plan by days since the last one ended; then never."""

DURATION_SPREAD = 0.40
LONG_PLAN_SHARE, LONG_PLAN_FACTOR = 0.03, 2.6
SHORTEST_PLAN, LONGEST_PLAN = 28, 1000
SIBLING_RETURNS = 0.92


@dataclass(slots=True)
class Plan:
    """One plan of one child; ``length`` is in units of its year's typical duration."""

    child: Child
    started_on: np.datetime64
    length: float
    previous_plans: int
    ended_on: np.datetime64 | None = None

    def end_at(self, typical_days: float) -> np.datetime64:
        """Return the day on which the plan ends, at the latest on the 18th birthday."""
        days = int(np.clip(self.length * typical_days, SHORTEST_PLAN, LONGEST_PLAN))
        return min(self.started_on + days, add_years(self.child.born_on, 18))


@dataclass(slots=True)
class History:
    """Plans so far, and the families that will be back: (day, plans before)."""

    plans: list[Plan] = field(default_factory=list)
    returning: list[tuple[np.datetime64, list[Plan]]] = field(default_factory=list)


def simulate(rng: np.random.Generator) -> list[Plan]:
    """Return all plans from April 2016 to March 2024."""
    audited = [
        Plan(child, start, 1.0, previous, end)
        for child, start, end, previous in audited_episodes(rng)
    ]
    history = History()
    for year, (starts, subsequent, stock) in PUBLISHED.items():
        days = working_days(year)
        fixed = [plan for plan in audited if days[0] <= plan.started_on <= days[-1]]
        repeats = sum(plan.previous_plans > 0 for plan in fixed)
        new = _returning_plans(rng, history, days, subsequent - repeats)
        new += _plans_known_before(rng, days, subsequent - repeats - len(new))
        new += _first_plans(rng, days, starts - subsequent - (len(fixed) - repeats))
        history.plans += fixed + new
        _end_plans(history.plans, new, days[-1], stock)
        _schedule_returns(rng, history, new, days[-1])
    return history.plans


def working_days(year: int) -> np.ndarray:
    """Return the working days of the year to 31 March."""
    days = np.arange(f"{year - 1}-04-01", f"{year}-04-01", dtype="datetime64[D]")
    return days[np.is_busday(days)]


def _before_audit(days: np.ndarray) -> np.ndarray:
    """Return the days before the audited quarter, in which only audited families come back."""
    return days[days < AUDIT_QUARTER_FROM]


def _length(rng: np.random.Generator) -> float:
    """Draw a plan's length in units of its year's typical duration; a few are much longer."""
    factor = LONG_PLAN_FACTOR if rng.random() < LONG_PLAN_SHARE else 1.0
    return float(factor * rng.lognormal(0.0, DURATION_SPREAD))


def _returning_plans(
    rng: np.random.Generator, history: History, days: np.ndarray, most: int
) -> list[Plan]:
    """Return new plans of families whose return falls in the year, at most ``most``.

    Families beyond that number do not come back, so that the published number holds.
    """
    allowed = _before_audit(days)
    due = [item for item in history.returning if days[0] <= item[0] <= allowed[-1]]
    result: list[Plan] = []
    for position in rng.permutation(len(due)):
        day, before = due[position]
        start = allowed[min(int(np.searchsorted(allowed, day)), len(allowed) - 1)]
        length = _length(rng)
        family = [
            Plan(plan.child, start, length, plan.previous_plans + 1)
            for plan in before
            if start < add_years(plan.child.born_on, 18) - SHORTEST_PLAN
            and start > plan.ended_on
            and rng.random() < SIBLING_RETURNS
        ]
        if len(result) + len(family) <= most:
            result += family
    return result


def _plans_known_before(rng: np.random.Generator, days: np.ndarray, count: int) -> list[Plan]:
    """Return repeat plans of children whose earlier plan ended before the history starts."""
    result: list[Plan] = []
    while len(result) < count:
        start, length = rng.choice(_before_audit(days)), _length(rng)
        stored = int(rng.choice([1, 2, 3], p=[0.78, 0.18, 0.04]))
        family = known_before_history(rng, start)[: count - len(result)]
        result += [Plan(child, start, length, stored) for child in family]
    return result


def _first_plans(rng: np.random.Generator, days: np.ndarray, count: int) -> list[Plan]:
    result: list[Plan] = []
    while len(result) < count:
        start, length = rng.choice(days), _length(rng)
        family = new_family(rng, start)[: count - len(result)]
        lengths = np.where(rng.random(len(family)) < 0.07, 0.7, 1.0) * length
        result += [Plan(child, start, own, 0) for child, own in zip(family, lengths, strict=True)]
    return result


def _end_plans(plans: list[Plan], new: list[Plan], year_end: np.datetime64, stock: int) -> None:
    """End the year's new plans with the typical duration that leaves ``stock`` open at its end."""
    carried = sum(plan.ended_on is not None and plan.ended_on > year_end for plan in plans)
    low, high = 120.0, 600.0
    for _ in range(30):
        typical = (low + high) / 2
        still_open = carried + sum(plan.end_at(typical) > year_end for plan in new)
        low, high = (typical, high) if still_open < stock else (low, typical)
    for plan in new:
        plan.ended_on = plan.end_at(round(low))


def _schedule_returns(
    rng: np.random.Generator, history: History, new: list[Plan], year_end: np.datetime64
) -> None:
    """Draw whether and when each family comes back, never in the year in which its plan started."""
    shares = [share for _, share in RETURNED_BY]
    families: dict[int, list[Plan]] = {}
    for plan in new:
        families.setdefault(plan.child.family, []).append(plan)
    for plans in families.values():
        draw = rng.random()
        if draw < shares[-1]:
            gap = int(np.interp(draw, shares, [days for days, _ in RETURNED_BY])) + 7
            ended = max(plan.ended_on for plan in plans)
            due = max(ended + gap, year_end + 1 + int(rng.integers(0, 60)))
            history.returning.append((due, plans))
