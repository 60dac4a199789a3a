"""Activities and outcomes in pounds, and the uncertain inputs behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analytics.emmie.economics.evidence import Evidence
from analytics.emmie.economics.parts import ActivityCost, Money, OutcomeSaving
from analytics.emmie.economics.prices import Prices, scaled
from analytics.emmie.economics.quantities import Counting, Quantity
from analytics.emmie.economics.question import EconomicsQuestion
from analytics.extracts.protocol.economics import Activity, Economics, Saving
from analytics.statistics.economics.discounting import constant_schedule, discount_factors
from analytics.statistics.inputs import FloatArray

MONTHS = 12


def counted(line: Activity | Saving, evidence: Evidence) -> Quantity:
    """Return how often an activity was done, or whom a saving applies to."""
    if line.counted == "assumed":
        number = line.number if isinstance(line, Activity) else None
        return Quantity(value=number)
    roles = line.roles if isinstance(line, Activity) else ()
    return evidence.counts[Counting(counted=line.counted, of=line.of, roles=roles)]


def activity_costs(
    economics: Economics, evidence: Evidence, prices: Prices
) -> tuple[ActivityCost, ...]:
    """Return what each activity cost: quantity times units times unit cost."""
    return tuple(_activity(line, counted(line, evidence), prices) for line in economics.activities)


def _activity(line: Activity, quantity: Quantity, prices: Prices) -> ActivityCost:
    each = Money(
        amount=line.each,
        low=line.each if line.each_low is None else line.each_low,
        high=line.each if line.each_high is None else line.each_high,
    )
    price = prices.cost(line.unit_cost).uprated
    cost = None
    if quantity.value is not None:
        cost = Money(
            amount=quantity.value * each.amount * price.amount,
            low=quantity.value * each.low * price.low,
            high=quantity.value * each.high * price.high,
        )
    return ActivityCost(
        key=line.key,
        label=line.label,
        agency=line.agency,
        counted=line.counted,
        of=line.of,
        quantity=quantity.value,
        is_rounded=quantity.is_rounded,
        each=each,
        is_assumed=line.counted == "assumed" or line.each_basis == "assumed",
        why=line.why,
        unit_cost=line.unit_cost,
        cost=cost,
    )


def outcome_savings(
    question: EconomicsQuestion, economics: Economics, evidence: Evidence, prices: Prices
) -> tuple[OutcomeSaving, ...]:
    """Return what the change of each outcome saved; outcomes without an estimate are left out."""
    months = question.horizon_months or economics.horizon_months
    found = []
    for place, line in enumerate(economics.savings):
        change = evidence.changes.of(line.outcome)
        quantity = counted(line, evidence).value
        if change is None or quantity is None:
            continue
        units = lasting(line.lasts, months, question.discount_rate)
        price = prices.cost(line.unit_cost)
        worth = price.uprated
        if place == 0 and question.unit_value is not None and price.original.amount > 0:
            worth = scaled(worth, question.unit_value / price.original.amount)
        total = quantity * change.avoided * question.share_kept
        years = months / MONTHS if line.lasts == "per_year" else 1.0
        values = sorted(total * units * end for end in (worth.low, worth.high))
        found.append(
            OutcomeSaving(
                key=line.key,
                label=line.label,
                agency=line.agency,
                outcome=line.outcome,
                outcome_label=change.label,
                unit_label=line.unit_label,
                lasts=line.lasts,
                counted=line.counted,
                quantity=quantity,
                avoided=change.avoided,
                conf_int=change.conf_int,
                is_association=True,
                units=units,
                years=years,
                total_avoided=total * years,
                unit_cost=line.unit_cost,
                why=line.why,
                worth=worth,
                value=Money(amount=total * units * worth.amount, low=values[0], high=values[1]),
            )
        )
    return tuple(found)


def lasting(lasts: str, months: int, rate: float) -> float:
    """Return for how many discounted months or years one outcome avoided goes on saving.

    Months 1 to 12 are year 0 and not discounted, the next twelve are year 1, and so on.
    """
    if lasts == "once":
        return 1.0
    years = -(-months // MONTHS)
    factors = discount_factors(years, constant_schedule(rate))
    in_year = [min(MONTHS, months - MONTHS * year) for year in range(years)]
    discounted = float(np.dot(in_year, factors))
    return discounted if lasts == "months" else discounted / MONTHS


@dataclass(frozen=True, slots=True, kw_only=True)
class CostModel:
    """Delivery, savings and outcomes as functions of the uncertain inputs.

    An input is ``each:`` and an activity, ``price:`` and a unit cost, ``avoided:`` and an outcome,
    or ``worth:`` and a saving; arrays go in and arrays of pounds come out.
    """

    activities: tuple[ActivityCost, ...]
    savings: tuple[OutcomeSaving, ...]
    share_kept: float
    delivery_factor: float

    def delivery(self, inputs: Mapping[str, FloatArray]) -> FloatArray:
        """Return the cost of delivery."""
        total = np.zeros_like(next(iter(inputs.values())))
        for line in self.activities:
            quantity = (line.quantity or 0.0) * self.delivery_factor
            total += quantity * inputs[f"each:{line.key}"] * inputs[f"price:{line.unit_cost}"]
        return total

    def saving(self, inputs: Mapping[str, FloatArray]) -> FloatArray:
        """Return what is saved."""
        total = np.zeros_like(next(iter(inputs.values())))
        for line in self.savings:
            amount = line.quantity * line.units * self.share_kept
            total += amount * inputs[f"avoided:{line.outcome}"] * inputs[f"worth:{line.key}"]
        return total

    def net(self, inputs: Mapping[str, FloatArray]) -> FloatArray:
        """Return savings less cost of delivery."""
        return self.saving(inputs) - self.delivery(inputs)

    def avoided(self, inputs: Mapping[str, FloatArray]) -> FloatArray:
        """Return outcomes of the first kind that are avoided in all."""
        first = self.savings[0]
        scale = first.quantity * first.years * self.share_kept
        total: FloatArray = scale * inputs[f"avoided:{first.outcome}"]
        return total
