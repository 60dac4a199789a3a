"""From a difference and assumptions to plan starts avoided, plan-months and pounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from analytics.emmie.economics.parts import Money
from analytics.emmie.economics.uncertainty import over_range
from analytics.statistics.economics.distributions import Distribution, fixed, from_moments
from analytics.statistics.economics.sensitivity import Model, probabilistic_sensitivity
from analytics.statistics.inputs import FloatArray
from analytics.statistics.results import Interval

SHARES: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Shares of the difference that may be due to the early ending, beside each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What is known: counts, the difference with its error, and prices.

    Attributes
    ----------
    n_early, n_compared : int
        Plans that ended early; those of them with plans to be compared with.
    difference, std_error : float
        Of the share that came back.
    repeat_plan_months : float or None
        Average length of a repeat plan.
    price : Money or None
        Of one plan-month.
    """

    n_early: int
    n_compared: int
    difference: float
    std_error: float
    repeat_plan_months: float | None
    price: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumed:
    """What is assumed; as in the question."""

    share_due: float
    extra_months: float
    extra_spread: float
    never_share: float
    longest_months: float
    seed: int
    n_draws: int
    level: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """A value at the best assumption, and percentiles of its draws."""

    value: float
    conf_int: Interval

    def a_year(self, n_years: float) -> Simulated:
        """Return the same for each of so many years."""
        limits = self.conf_int
        return Simulated(
            value=self.value / n_years,
            conf_int=replace(limits, low=limits.low / n_years, high=limits.high / n_years),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Avoided:
    """What follows.

    Attributes
    ----------
    starts : Simulated
        Plan starts avoided within the window; below 0 when early endings do better.
    plan_months : Simulated
        Extra months on a plan, of all children together.
    months_not_needed : Simulated or None
        Months on the plans avoided; None when the length of repeat plans isn't known.
    net_months : Simulated or None
        Extra months less those.
    months_per_start : float or None
        Extra months for each start avoided; None unless starts are avoided in nearly all draws.
    months_per_start_conf_int : Interval or None
    pounds, net_pounds : Simulated or None
        What the extra, and the net, plan-months cost; None without a unit cost.
    """

    starts: Simulated
    plan_months: Simulated
    months_not_needed: Simulated | None
    net_months: Simulated | None
    months_per_start: float | None
    months_per_start_conf_int: Interval | None
    pounds: Simulated | None
    net_pounds: Simulated | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ByShare:
    """Plan starts avoided when some share of the difference is due to the early ending."""

    share_due: float
    starts: Simulated


def avoided(basis: Basis, assumed: Assumed) -> Avoided:
    """Return what staying open would have avoided and taken.

    Parameters
    ----------
    basis : Basis
        What is known.
    assumed : Assumed
        What is assumed.
    """
    inputs = _inputs(basis, assumed)

    def starts(drawn: Mapping[str, FloatArray]) -> FloatArray:
        reach = basis.n_compared * (1 - assumed.never_share) * assumed.share_due
        return reach * drawn["difference"]

    def months(drawn: Mapping[str, FloatArray]) -> FloatArray:
        never = assumed.never_share
        each = (1 - never) * drawn["extra"] + never * assumed.longest_months
        return basis.n_early * each

    def not_needed(drawn: Mapping[str, FloatArray]) -> FloatArray:
        return starts(drawn) * (basis.repeat_plan_months or 0.0)

    def net(drawn: Mapping[str, FloatArray]) -> FloatArray:
        return months(drawn) - not_needed(drawn)

    def simulated(model: Model) -> Simulated:
        return _simulated(model, inputs, assumed)

    saved = simulated(starts)
    has_length = basis.repeat_plan_months is not None
    priced = basis.price is not None
    per_start = (
        simulated(lambda drawn: months(drawn) / starts(drawn)) if saved.conf_int.low > 0 else None
    )
    return Avoided(
        starts=saved,
        plan_months=simulated(months),
        months_not_needed=simulated(not_needed) if has_length else None,
        net_months=simulated(net) if has_length else None,
        months_per_start=None if per_start is None else per_start.value,
        months_per_start_conf_int=None if per_start is None else per_start.conf_int,
        pounds=simulated(lambda drawn: months(drawn) * drawn["price"]) if priced else None,
        net_pounds=(
            simulated(lambda drawn: net(drawn) * drawn["price"]) if priced and has_length else None
        ),
    )


def by_share_due(basis: Basis, assumed: Assumed) -> tuple[ByShare, ...]:
    """Return the starts avoided for several shares due, the other assumptions as they are."""
    return tuple(
        ByShare(share_due=share, starts=avoided(basis, replace(assumed, share_due=share)).starts)
        for share in SHARES
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Inputs:
    """Best value and distribution of every input that is drawn."""

    best: dict[str, float]
    drawn: dict[str, Distribution]


def _inputs(basis: Basis, assumed: Assumed) -> _Inputs:
    low = max(0.0, assumed.extra_months - assumed.extra_spread)
    extra = Money(
        amount=assumed.extra_months, low=low, high=assumed.extra_months + assumed.extra_spread
    )
    best = {"difference": basis.difference, "extra": extra.amount}
    drawn = {
        "difference": (
            from_moments("normal", mean=basis.difference, std_dev=basis.std_error)
            if basis.std_error > 0
            else fixed(basis.difference)
        ),
        "extra": over_range(extra),
    }
    if basis.price is not None:
        best["price"] = basis.price.amount
        drawn["price"] = over_range(basis.price)
    return _Inputs(best, drawn)


def _simulated(model: Model, inputs: _Inputs, assumed: Assumed) -> Simulated:
    """Return a model at the best value of every input, and percentiles over the draws.

    Each input has a stream of its own, so all models see the same draws.
    """
    spread = probabilistic_sensitivity(
        model, inputs.drawn, seed=assumed.seed, n_draws=assumed.n_draws, level=assumed.level
    )
    at_best = model({name: np.array([value]) for name, value in inputs.best.items()})
    return Simulated(value=float(at_best[0]), conf_int=spread.conf_int)
