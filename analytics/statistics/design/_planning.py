"""A design ready to be solved for its size, power or effect.

Method notes: ``docs/methods/estimators/design.md``.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analytics.errors import InvalidInputError
from analytics.statistics.design.planning import Clustering, StudySize, design_effect
from analytics.statistics.inputs import critical_z
from analytics.statistics.results import NotEstimable, Reason

# The largest difference of means looked for, in standard deviations.
LARGEST_DIFFERENCE = 100.0
_GRID = 400
# A whole number of units may come out a rounding error above it.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A design ready to be solved.

    Attributes
    ----------
    design, estimand : str
        Codes.
    power_of : callable
        Power from units treated, units of comparison (both may be fractions) and effect.
    df_of : callable
        Degrees of freedom from units treated and of comparison; None for a normal.
    no_effect, bound : float
        Effect under the null, and the furthest one in the direction looked at.
    level : float
        Confidence level.
    ratio : float
        Units of comparison for each treated one.
    n_comparison : int or None
        Units of comparison when their number is given rather than a ratio.
    clustering : Clustering or None
        How units share clusters.
    max_units : int
        Largest number of treated clusters, or units, looked at.
    """

    design: str
    estimand: str
    power_of: Callable[[float, float, float], float]
    df_of: Callable[[float, float], float | None]
    no_effect: float
    bound: float
    level: float
    ratio: float = 1.0
    n_comparison: int | None = None
    clustering: Clustering | None = None
    max_units: int = 10**8

    @property
    def unit(self) -> float:
        """Units that come at once: a cluster's, or one."""
        return 1.0 if self.clustering is None else self.clustering.mean_size

    def comparison(self, n_treated: float) -> float:
        """Units of comparison that go with this many treated ones."""
        return self.ratio * n_treated if self.n_comparison is None else float(self.n_comparison)

    def arms(self, count: int) -> tuple[float, float]:
        """Units by arm with `count` whole clusters, or units, treated."""
        if self.n_comparison is not None:
            return count * self.unit, float(self.n_comparison)
        return count * self.unit, math.ceil(self.ratio * count - _ROUNDING) * self.unit


def cluster_df(
    n_treated: float, n_comparison: float, clustering: Clustering | None
) -> float | None:
    """Degrees of freedom of a t test of clusters: clusters less 2; None for independent units."""
    if clustering is None:
        return None
    return (n_treated + n_comparison) / clustering.mean_size - 2


def solve(
    plan: Plan, *, n_treated: int | None, power: float | None, effect: float | None
) -> StudySize | NotEstimable:
    """Find the one of size, power and effect that is None.

    Parameters
    ----------
    plan : Plan
        The design.
    n_treated, power, effect : int, float, float or None
        Exactly one is None.

    Returns
    -------
    StudySize or NotEstimable
        Reason ``"not_reached"`` when no size, or no effect, reaches the power;
        ``"too_few_clusters"`` or ``"too_few_cases"`` when the stated size leaves no degrees of
        freedom.

    Raises
    ------
    InvalidInputError
        If not exactly one is None, or one is out of range.
    """
    _check(plan, n_treated, power, effect)
    if n_treated is None:
        count = _required(plan, effect or 0.0, power or 0.0)
        if count is None:
            return NotEstimable(reason="not_reached", detail="No size reaches this power.")
        return _study(plan, "sample_size", plan.arms(count), effect or 0.0)
    arms = float(n_treated), plan.comparison(n_treated)
    df = plan.df_of(*arms)
    if df is not None and df <= 0:
        reason: Reason = "too_few_cases" if plan.clustering is None else "too_few_clusters"
        return NotEstimable(reason=reason, detail="No degrees of freedom are left at this size.")
    if effect is not None:
        return _study(plan, "power", arms, effect)
    found = _detectable(plan, arms, power or 0.0)
    if found is None:
        return NotEstimable(
            reason="not_reached", detail="No possible effect would be seen with this power."
        )
    return _study(plan, "effect", arms, found)


def _check(plan: Plan, n_treated: int | None, power: float | None, effect: float | None) -> None:
    """Raise InvalidInputError for what can't be solved."""
    critical_z(plan.level)
    if [n_treated, power, effect].count(None) != 1:
        raise InvalidInputError("exactly one of size, power and effect must be left out")
    if n_treated is not None and n_treated < 1:
        raise InvalidInputError("the size must be at least 1")
    if effect is not None and not math.isfinite(effect):
        raise InvalidInputError("the effect must be finite")
    if power is not None and not (1 - plan.level) / 2 < power < 1:
        raise InvalidInputError("power must be between half the test's size and 1")
    if not 0 < plan.ratio < math.inf:
        raise InvalidInputError("ratio must be above 0")


def _required(plan: Plan, effect: float, power: float) -> int | None:
    """Smallest number of treated clusters, or units, with at least this power."""
    counts = range(1, plan.max_units + 1)
    if effect == plan.no_effect or plan.power_of(*plan.arms(counts[-1]), effect) < power:
        return None
    place = bisect_left(counts, power, key=lambda count: plan.power_of(*plan.arms(count), effect))
    return counts[place]


def _detectable(plan: Plan, arms: tuple[float, float], power: float) -> float | None:
    """Effect nearest to none that has this power; None when the bound isn't enough."""
    from scipy.optimize import brentq  # noqa: PLC0415 - slow to import

    def surplus(effect: float) -> float:
        return plan.power_of(*arms, effect) - power

    # Power may fall again towards the bound, so the first crossing is looked for.
    span = plan.bound - plan.no_effect
    before = plan.no_effect + 1e-12 * span
    for share in np.linspace(0, 1, _GRID + 1)[1:]:
        effect = plan.no_effect + float(share) * span
        if surplus(effect) >= 0:
            return float(brentq(surplus, before, effect, xtol=1e-14, rtol=1e-13))
        before = effect
    return None


def _study(
    plan: Plan,
    solved_for: Literal["power", "sample_size", "effect"],
    arms: tuple[float, float],
    effect: float,
) -> StudySize:
    """Report a study with its power."""
    clusters = [math.ceil(n / plan.unit - _ROUNDING) for n in arms]
    clustered = plan.clustering is not None
    return StudySize(
        design=plan.design,
        estimand=plan.estimand,
        solved_for=solved_for,
        n_treated=math.ceil(arms[0] - _ROUNDING),
        n_comparison=math.ceil(arms[1] - _ROUNDING),
        n_clusters_treated=clusters[0] if clustered else None,
        n_clusters_comparison=clusters[1] if clustered else None,
        effect=effect,
        power=plan.power_of(*arms, effect),
        level=plan.level,
        design_effect=design_effect(plan.clustering),
        df=plan.df_of(*arms),
    )
