"""Several ways of acting compared by cost and effect.

Method notes: ``docs/methods/estimators/economics.md``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.economics._draws import draw_matrix
from analytics.statistics.inputs import FloatArray, IntArray, float_vector, read_only
from analytics.statistics.results import NotEstimable

# Slopes closer than this are the same but for rounding.
_SAME_SLOPE = 1e-9
StrategyStatus = Literal["reference", "efficient", "dominated", "extended_dominated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyRow:
    """One strategy in an incremental analysis.

    Attributes
    ----------
    name : str
        The strategy.
    cost, effect : float
        Mean cost, and mean number of good outcomes.
    status : {"reference", "efficient", "dominated", "extended_dominated"}
        Reference is the cheapest efficient strategy. Dominated: another costs no more and does no
        worse. Extended dominated: a mix of two others does.
    incremental_cost, incremental_effect : float or None
        Against the next cheaper efficient strategy; None unless efficient.
    cost_per_outcome : float or None
        Ratio of the two (ICER), above 0; None unless efficient.
    """

    name: str
    cost: float
    effect: float
    status: StrategyStatus
    incremental_cost: float | None
    incremental_effect: float | None
    cost_per_outcome: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AcceptabilityResult:
    """Which strategy is best at each willingness to pay, and how surely.

    Attributes
    ----------
    thresholds : ndarray of float, shape (n_thresholds,)
        Willingness to pay per good outcome.
    probabilities : ndarray of float, shape (n_thresholds, n_strategies)
        Share of draws in which the strategy has the largest net benefit; rows sum to 1
        (acceptability curves).
    frontier : ndarray of int, shape (n_thresholds,)
        Strategy with the largest mean net benefit.
    frontier_probability : ndarray of float, shape (n_thresholds,)
        Its probability (acceptability frontier).
    perfect_information : ndarray of float, shape (n_thresholds,)
        Expected value of perfect information per person (EVPI), 0 or more.
    n_draws : int
        Draws.
    """

    thresholds: FloatArray
    probabilities: FloatArray
    frontier: IntArray
    frontier_probability: FloatArray
    perfect_information: FloatArray
    n_draws: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlaneResult:
    """Draws of an intervention against its comparison on the cost-effectiveness plane.

    Attributes
    ----------
    dearer_better, cheaper_better, cheaper_worse, dearer_worse : float
        Shares of draws by quadrant (north-east, south-east, south-west, north-west); on an axis
        a draw counts as no dearer and no better. They sum to 1.
    probability_cost_effective : float
        Share with a net benefit above 0 at `threshold`.
    threshold : float
        Willingness to pay per good outcome.
    points : ndarray of float, shape (n_points, 2)
        Evenly spaced draws to show: incremental effect, incremental cost.
    n_draws : int
        Draws.
    """

    dearer_better: float
    cheaper_better: float
    cheaper_worse: float
    dearer_worse: float
    probability_cost_effective: float
    threshold: float
    points: FloatArray
    n_draws: int


def incremental_analysis(
    names: Sequence[str], costs: ArrayLike, effects: ArrayLike
) -> tuple[StrategyRow, ...]:
    """Order strategies by cost, and drop those that another, or a mix of two, beats.

    Parameters
    ----------
    names : sequence of str, length k
        The strategies, at least one, no two alike.
    costs, effects : array_like of float, shape (k,)
        Mean cost and mean number of good outcomes of each. Complete.

    Returns
    -------
    tuple of StrategyRow
        Cheapest first.

    Raises
    ------
    InvalidInputError
        If names repeat, or lengths disagree.

    Notes
    -----
    Efficient strategies are the corners of the lower right edge of the plane: those with the
    largest net benefit at some willingness to pay. Of two with equal cost and effect, the second
    counts as dominated. One exactly on the line between two others stays.

    References
    ----------
    .. [1] Karlsson G, Johannesson M (1996), PharmacoEconomics 9:113-120.
    .. [2] dampack 1.0.2 ``calculate_icers``.
    """
    if not names or len(set(names)) < len(names):
        raise InvalidInputError("names must be distinct and at least one")
    cost = float_vector(costs, name="costs", length=len(names))
    effect = float_vector(effects, name="effects", length=len(names))
    order = sorted(range(len(names)), key=lambda i: (cost[i], -effect[i], i))
    candidates: list[int] = []
    for i in order:
        if not candidates or effect[i] > effect[candidates[-1]]:
            candidates.append(i)
    efficient: list[int] = []
    for i in candidates:
        while len(efficient) > 1 and _is_above_line(cost, effect, efficient[-2:], i):
            efficient.pop()
        efficient.append(i)
    previous = dict(zip(efficient[1:], efficient, strict=False))
    return tuple(
        _row(names, cost, effect, i, previous.get(i), _status(i, candidates, efficient))
        for i in order
    )


def _is_above_line(cost: FloatArray, effect: FloatArray, pair: list[int], i: int) -> bool:
    """Whether the second of a pair costs more than a mixture of the first and i."""
    first, second = pair
    before, after = _slope(cost, effect, first, second), _slope(cost, effect, second, i)
    return before > after and not math.isclose(before, after, rel_tol=_SAME_SLOPE)


def _slope(cost: FloatArray, effect: FloatArray, i: int, j: int) -> float:
    """Cost per further outcome from strategy i to strategy j."""
    return float((cost[j] - cost[i]) / (effect[j] - effect[i]))


def _status(i: int, candidates: list[int], efficient: list[int]) -> StrategyStatus:
    """Status of one strategy."""
    if i == efficient[0]:
        return "reference"
    if i in efficient:
        return "efficient"
    return "extended_dominated" if i in candidates else "dominated"


def _row(
    names: Sequence[str],
    cost: FloatArray,
    effect: FloatArray,
    i: int,
    before: int | None,
    status: StrategyStatus,
) -> StrategyRow:
    """One strategy against the efficient one before it."""
    return StrategyRow(
        name=names[i],
        cost=float(cost[i]),
        effect=float(effect[i]),
        status=status,
        incremental_cost=None if before is None else float(cost[i] - cost[before]),
        incremental_effect=None if before is None else float(effect[i] - effect[before]),
        cost_per_outcome=None if before is None else _slope(cost, effect, before, i),
    )


def acceptability(
    costs: ArrayLike, effects: ArrayLike, thresholds: ArrayLike
) -> AcceptabilityResult:
    r"""Find acceptability curves and frontier, and the value of perfect information.

    Parameters
    ----------
    costs, effects : array_like of float, shape (n_draws, n_strategies)
        Drawn cost and number of good outcomes; at least 2 draws and 2 strategies. Complete.
    thresholds : array_like of float, shape (n_thresholds,)
        Willingness to pay per good outcome.

    Returns
    -------
    AcceptabilityResult
        By threshold. Draws in which strategies tie count in equal parts.

    Raises
    ------
    InvalidInputError
        If shapes disagree, or a value is missing.

    Notes
    -----
    Net benefit of strategy d at threshold w is :math:`B_d = w E_d - C_d`, and

    .. math:: EVPI = E[\max_d B_d] - \max_d E[B_d]

    References
    ----------
    .. [1] Fenwick E, Claxton K, Sculpher M (2001), Health Economics 10:779-787.
    .. [2] Claxton K (1999), Journal of Health Economics 18:341-364.
    """
    cost, effect = draw_matrix(costs, "costs"), draw_matrix(effects, "effects")
    if cost.shape != effect.shape:
        raise InvalidInputError("costs and effects must have one shape")
    willing = float_vector(thresholds, name="thresholds").copy()
    probabilities = np.empty((len(willing), cost.shape[1]))
    frontier = np.empty(len(willing), dtype=np.int64)
    information = np.empty(len(willing))
    for row, threshold in enumerate(willing):
        net = threshold * effect - cost
        largest = net.max(axis=1)
        best = net == largest[:, None]
        probabilities[row] = (best / best.sum(axis=1, keepdims=True)).mean(axis=0)
        frontier[row] = net.mean(axis=0).argmax()
        information[row] = (largest - net[:, frontier[row]]).mean()
    on_frontier = probabilities[np.arange(len(willing)), frontier]
    for array in (willing, probabilities, frontier, on_frontier, information):
        read_only(array)
    return AcceptabilityResult(
        thresholds=willing,
        probabilities=probabilities,
        frontier=frontier,
        frontier_probability=on_frontier,
        perfect_information=information,
        n_draws=len(cost),
    )


def cost_effectiveness_plane(
    incremental_costs: ArrayLike,
    incremental_effects: ArrayLike,
    *,
    threshold: float,
    n_points: int = 500,
) -> PlaneResult | NotEstimable:
    """Where draws of cost and effect lie, intervention minus comparison.

    Parameters
    ----------
    incremental_costs, incremental_effects : array_like of float, shape (n_draws,)
        Draws of cost and of the number of good outcomes. Complete.
    threshold : float
        Willingness to pay per good outcome.
    n_points : int
        At most this many draws are kept to be shown; at least 1.

    Returns
    -------
    PlaneResult or NotEstimable
        Reason ``"no_cases"`` without a draw.

    Raises
    ------
    InvalidInputError
        If lengths disagree, a value is missing or `n_points` is below 1.

    References
    ----------
    .. [1] Black WC (1990), Medical Decision Making 10:212-214.
    """
    cost = float_vector(incremental_costs, name="incremental_costs")
    effect = float_vector(incremental_effects, name="incremental_effects", length=len(cost))
    if n_points < 1:
        raise InvalidInputError("n_points must be at least 1")
    if len(cost) == 0:
        return NotEstimable(reason="no_cases", detail="There is no draw.")
    dearer, better = cost > 0, effect > 0
    shown = np.unique(np.linspace(0, len(cost) - 1, min(n_points, len(cost))).astype(np.int64))
    points = np.column_stack([effect[shown], cost[shown]])
    read_only(points)
    return PlaneResult(
        dearer_better=float((dearer & better).mean()),
        cheaper_better=float((~dearer & better).mean()),
        cheaper_worse=float((~dearer & ~better).mean()),
        dearer_worse=float((dearer & ~better).mean()),
        probability_cost_effective=float((threshold * effect - cost > 0).mean()),
        threshold=threshold,
        points=points,
        n_draws=len(cost),
    )
