"""Everything that is uncertain, drawn at once and moved one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from analytics.emmie.economics.costing import CostModel
from analytics.emmie.economics.parts import (
    Acceptability,
    ChanceByShare,
    Money,
    Plane,
    Tornado,
)
from analytics.emmie.economics.prices import Prices
from analytics.emmie.economics.question import EconomicsQuestion
from analytics.statistics.economics.distributions import (
    Distribution,
    fixed,
    from_interval,
    from_range,
)
from analytics.statistics.economics.information import partial_perfect_information
from analytics.statistics.economics.sensitivity import (
    Model,
    ProbabilisticResult,
    one_way_sensitivity,
    probabilistic_sensitivity,
)
from analytics.statistics.economics.strategies import (
    PlaneResult,
    acceptability,
    cost_effectiveness_plane,
)
from analytics.statistics.inputs import FloatArray
from analytics.statistics.results import Interval

LEVEL = 0.95
THRESHOLDS = tuple(float(pounds) for pounds in range(0, 20_001, 2_000))
"""What one outcome avoided may be worth beyond the savings, in pounds."""

SHARES = (0.25, 0.5, 0.75, 1.0)
"""Shares of the difference that may be due to the work, for the chances beside each other."""

PLANE_POINTS = 400
TORNADO_BARS = 8
WORTH_KNOWING_BARS = 2
"""How many of the widest bars get the value of knowing their input, which takes a regression."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Best value, range and distribution of every uncertain input, by name."""

    base: dict[str, float]
    ranges: dict[str, tuple[float, float]]
    drawn: dict[str, Distribution]


def inputs_of(model: CostModel, prices: Prices) -> Inputs:
    """Return what is uncertain: units of each activity, unit costs, outcomes avoided.

    Units and unit costs have a PERT distribution over their range; outcomes avoided are normal with
    the spread of their interval.
    """
    money: dict[str, Money] = {}
    for line in model.activities:
        money[f"each:{line.key}"] = line.each
        money[f"price:{line.unit_cost}"] = prices.cost(line.unit_cost).uprated
    for saving in model.savings:
        money[f"worth:{saving.key}"] = saving.worth
    base = {name: amount.amount for name, amount in money.items()}
    ranges = {name: (amount.low, amount.high) for name, amount in money.items()}
    drawn = {name: over_range(amount) for name, amount in money.items()}
    for saving in model.savings:
        name = f"avoided:{saving.outcome}"
        base[name] = saving.avoided
        ranges[name] = (saving.conf_int.low, saving.conf_int.high)
        drawn[name] = from_interval("normal", estimate=saving.avoided, conf_int=saving.conf_int)
    return Inputs(base=base, ranges=ranges, drawn=drawn)


def over_range(amount: Money) -> Distribution:
    """Return the PERT distribution over a range, or the value itself where there is no range."""
    if amount.low < amount.high:
        return from_range("pert", low=amount.low, mode=amount.amount, high=amount.high)
    return fixed(amount.amount)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Draws:
    """All inputs drawn once, so that every result rests on the same draws.

    Attributes
    ----------
    inputs : Inputs
    net : ProbabilisticResult
        Net saving, with its draws.
    values : dict of str to ndarray, each of shape (n_draws,)
    """

    inputs: Inputs
    net: ProbabilisticResult
    values: dict[str, FloatArray]

    @classmethod
    def of(cls, model: CostModel, prices: Prices, question: EconomicsQuestion) -> Self | None:
        """Draw the inputs of a model; None when it has none."""
        inputs = inputs_of(model, prices)
        if not inputs.drawn:
            return None
        net = probabilistic_sensitivity(
            model.net,
            inputs.drawn,
            seed=question.seed,
            n_draws=question.n_draws,
            level=LEVEL,
            keep_draws=True,
        )
        drawn = np.empty((0, 0)) if net.input_draws is None else net.input_draws
        values = {name: drawn[:, place] for place, name in enumerate(net.input_names)}
        return cls(inputs=inputs, net=net, values=values)

    def at_best(self, model: Model) -> float:
        """Return a model at the best value of every input."""
        best = {name: np.array([value]) for name, value in self.inputs.base.items()}
        return float(model(best)[0])

    def interval(self, model: Model) -> Interval:
        """Return percentiles of a model over the draws."""
        low, high = np.quantile(model(self.values), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        return Interval(low=float(low), high=float(high), level=LEVEL, method="percentile_of_draws")


def divided(interval: Interval, by: float) -> Interval:
    """Return an interval in units that are ``by`` times as large."""
    return Interval(
        low=interval.low / by, high=interval.high / by, level=interval.level, method=interval.method
    )


def tornado(model: CostModel, draws: Draws, families: float) -> tuple[Tornado, ...]:
    """Move one input at a time, widest first; with what knowing it exactly would be worth.

    The share kept runs from half of what was chosen to all of it, because no data say how much of
    a difference is due to the work.
    """
    with_share = {**draws.inputs.base, "share_kept": 1.0}
    ranges = {name: ends for name, ends in draws.inputs.ranges.items() if ends[0] < ends[1]}
    ranges["share_kept"] = (0.5, 1.0)

    def function(values: Mapping[str, FloatArray]) -> FloatArray:
        net: FloatArray = values["share_kept"] * model.saving(values) - model.delivery(values)
        return net

    swings = one_way_sensitivity(function, with_share, ranges)[:TORNADO_BARS]
    return tuple(
        Tornado(
            name=swing.name,
            low_input=swing.low_input,
            high_input=swing.high_input,
            at_low=swing.at_low,
            at_high=swing.at_high,
            worth_knowing=(
                _worth_knowing(swing.name, draws, families) if place < WORTH_KNOWING_BARS else None
            ),
        )
        for place, swing in enumerate(swings)
    )


def _worth_knowing(name: str, draws: Draws, families: float) -> float | None:
    """Return what it would be worth per family to know one input exactly before deciding."""
    if draws.net.draws is None or name not in draws.values:
        return None
    per_family = np.column_stack([np.zeros(draws.net.n_draws), draws.net.draws / families])
    found = partial_perfect_information(per_family, draws.values[name])
    return found if isinstance(found, float) else None


def plane(model: CostModel, draws: Draws, families: float) -> Plane | None:
    """Return where the draws lie: outcomes avoided per 100 families, net cost per family."""
    found = cost_effectiveness_plane(
        -model.net(draws.values) / families,
        100 * model.avoided(draws.values) / families,
        threshold=0.0,
        n_points=PLANE_POINTS,
    )
    if not isinstance(found, PlaneResult):
        return None
    return Plane(
        points=tuple((float(effect), float(cost)) for effect, cost in found.points),
        dearer_better=found.dearer_better,
        cheaper_better=found.cheaper_better,
        cheaper_worse=found.cheaper_worse,
        dearer_worse=found.dearer_worse,
    )


def acceptable(model: CostModel, draws: Draws, families: float) -> Acceptability:
    """Return the chance that the work is worth its cost, by worth of one outcome avoided."""
    nothing = np.zeros(draws.net.n_draws)
    found = acceptability(
        np.column_stack([nothing, -model.net(draws.values) / families]),
        np.column_stack([nothing, model.avoided(draws.values) / families]),
        THRESHOLDS,
    )
    return Acceptability(
        thresholds=THRESHOLDS,
        chances=tuple(float(chance) for chance in found.probabilities[:, 1]),
        information=tuple(float(value) for value in found.perfect_information),
    )


def chances_by_share(model: CostModel, draws: Draws) -> tuple[ChanceByShare, ...]:
    """Return the chance of a net saving when only a share of the measured difference counts."""
    if model.share_kept <= 0:
        return ()
    whole = model.saving(draws.values) / model.share_kept
    delivery = model.delivery(draws.values)
    best = draws.at_best(model.saving) / model.share_kept
    cost = draws.at_best(model.delivery)
    return tuple(
        ChanceByShare(
            share=share,
            chance=float((share * whole > delivery).mean()),
            net=share * best - cost,
        )
        for share in SHARES
    )
