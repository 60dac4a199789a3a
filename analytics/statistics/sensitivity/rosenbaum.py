r"""Rosenbaum bounds: how far hidden bias could move the test of a matched-pair comparison.

Gamma is the most by which an unmeasured cause could multiply the odds that one of two matched
units was the treated one. Assumes independent pairs. Method notes:
``docs/methods/estimators/sensitivity.md``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, betaincinv, ndtr, ndtri

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import FloatArray, binary_vector, float_vector
from analytics.statistics.results import NotEstimable
from analytics.statistics.sensitivity._hidden_bias import DEFAULT_GAMMAS, bias_strengths

Alternative = Literal["greater", "less"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RosenbaumBound:
    """Range of the one-sided p-value at one strength of hidden bias.

    Attributes
    ----------
    gamma : float
        Odds multiplier, at least 1.
    p_value_low, p_value_high : float
        Smallest and largest one-sided p-value that a bias of this strength allows, in [0, 1].
    """

    gamma: float
    p_value_low: float
    p_value_high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RosenbaumResult:
    """Sensitivity of a matched-pair test to hidden bias.

    Attributes
    ----------
    test : {"mcnemar_exact", "signed_rank_normal"}
        The test that is bounded.
    alternative : {"greater", "less"}
        Whether treated units are expected to have more or less.
    statistic : float
        Discordant pairs in the expected direction, or sum of the ranks of such differences.
    n_pairs : int
        Pairs that count: discordant, or with a difference other than 0.
    bounds : tuple of RosenbaumBound
        One for each gamma asked for, in that order.
    critical_gamma : float or None
        Gamma at which the largest p-value reaches `alpha`; None when the p-value is above
        `alpha` without any hidden bias.
    alpha : float
        One-sided size of the test.
    """

    test: Literal["mcnemar_exact", "signed_rank_normal"]
    alternative: Alternative
    statistic: float
    n_pairs: int
    bounds: tuple[RosenbaumBound, ...]
    critical_gamma: float | None
    alpha: float


def discordant_pairs(outcome_treated: ArrayLike, outcome_comparison: ArrayLike) -> tuple[int, int]:
    """Count the pairs in which only the treated, and only the comparison unit has the event.

    Parameters
    ----------
    outcome_treated, outcome_comparison : array_like of 0/1, shape (n_pairs,)
        Outcome of the two units of each pair. Complete.

    Returns
    -------
    treated_only, comparison_only : int
        The two counts that `rosenbaum_binary` takes.

    Raises
    ------
    InvalidInputError
        If incomplete, not 0/1, or of different lengths.
    """
    treated = binary_vector(outcome_treated, name="outcome_treated")
    comparison = binary_vector(outcome_comparison, name="outcome_comparison", length=len(treated))
    return int((treated & ~comparison).sum()), int((~treated & comparison).sum())


def rosenbaum_binary(
    *,
    treated_only: int,
    comparison_only: int,
    alternative: Alternative,
    gammas: Sequence[float] = DEFAULT_GAMMAS,
    alpha: float = 0.05,
) -> RosenbaumResult | NotEstimable:
    r"""Bounds on McNemar's exact one-sided p-value.

    Parameters
    ----------
    treated_only, comparison_only : int
        Pairs in which only that unit has the event; at least 0.
    alternative : {"greater", "less"}
        ``"less"`` when the intervention is meant to prevent the event. State it beforehand.
    gammas : sequence of float
        Strengths of hidden bias, each at least 1.
    alpha : float
        One-sided size of the test, strictly between 0 and 0.5.

    Returns
    -------
    RosenbaumResult or NotEstimable
        Reason ``"no_events"`` when no pair is discordant.

    Raises
    ------
    InvalidInputError
        If a count is below 0, a gamma below 1, or `alpha` or `alternative` out of range.

    Notes
    -----
    With D discordant pairs, T of them in the expected direction, and
    :math:`p^+ = \Gamma/(1+\Gamma)`, the largest p-value is :math:`P(X \ge T)`,
    :math:`X \sim Bin(D, p^+)`; the smallest has :math:`p^- = 1/(1+\Gamma)`. The critical gamma is
    the odds of the :math:`\alpha` quantile of Beta(T, D - T + 1).

    References
    ----------
    .. [1] Rosenbaum PR (2002), Observational Studies, 2nd ed., section 4.3.2, p. 112.

    Examples
    --------
    >>> result = rosenbaum_binary(treated_only=110, comparison_only=12, alternative="greater")
    >>> round(result.critical_gamma, 3)
    5.473
    """
    _check(alpha, alternative)
    strengths = bias_strengths(gammas)
    if min(treated_only, comparison_only) < 0:
        raise InvalidInputError("counts of pairs must be at least 0")
    pairs = treated_only + comparison_only
    if pairs == 0:
        return NotEstimable(reason="no_events", detail="No pair is discordant.")
    T = treated_only if alternative == "greater" else comparison_only

    def tail(p: FloatArray) -> FloatArray:
        return np.ones_like(p) if T == 0 else np.asarray(betainc(T, pairs - T + 1, p))

    p = 0.0 if T == 0 else float(betaincinv(T, pairs - T + 1, alpha))
    return RosenbaumResult(
        test="mcnemar_exact",
        alternative=alternative,
        statistic=float(T),
        n_pairs=pairs,
        bounds=_bounds(strengths, tail(1 / (1 + strengths)), tail(strengths / (1 + strengths))),
        critical_gamma=p / (1 - p) if T and p >= 0.5 else None,
        alpha=alpha,
    )


def rosenbaum_signed_rank(
    differences: ArrayLike,
    *,
    alternative: Alternative,
    gammas: Sequence[float] = DEFAULT_GAMMAS,
    alpha: float = 0.05,
) -> RosenbaumResult | NotEstimable:
    r"""Bounds on the one-sided p-value of Wilcoxon's signed-rank test, normal approximation.

    Parameters
    ----------
    differences : array_like of float, shape (n_pairs,)
        Treated minus comparison, one per pair. Complete.
    alternative, gammas, alpha
        As in `rosenbaum_binary`.

    Returns
    -------
    RosenbaumResult or NotEstimable
        Reasons ``"no_cases"``; ``"no_variation"`` when every difference is 0.

    Raises
    ------
    InvalidInputError
        If a difference is missing, or as in `rosenbaum_binary`.

    Notes
    -----
    Zero differences are left out; ranks :math:`q_i` of the absolute rest share their mean when
    tied. :math:`z = (T - p \sum q_i) / \sqrt{p(1-p)\sum q_i^2}` with :math:`p = \Gamma/(1+\Gamma)`
    for the largest p-value and :math:`1/(1+\Gamma)` for the smallest; no continuity correction. The
    critical gamma solves the quadratic in p.

    References
    ----------
    .. [1] Rosenbaum PR (2002), Observational Studies, 2nd ed., section 4.3.3, eqs. 4.18-4.20.
    """
    _check(alpha, alternative)
    strengths = bias_strengths(gammas)
    d = float_vector(differences, name="differences")
    if len(d) == 0:
        return NotEstimable(reason="no_cases", detail="There are no pairs.")
    d = d[d != 0]
    if len(d) == 0:
        return NotEstimable(reason="no_variation", detail="Every difference is 0.")
    ranks = _mid_ranks(np.abs(d))
    expected = d > 0 if alternative == "greater" else d < 0
    T, total, squares = float(ranks[expected].sum()), float(ranks.sum()), float(ranks @ ranks)

    def tail(p: FloatArray) -> FloatArray:
        return np.asarray(ndtr((p * total - T) / np.sqrt(p * (1 - p) * squares)))

    no_bias = float(tail(np.array([0.5]))[0])
    return RosenbaumResult(
        test="signed_rank_normal",
        alternative=alternative,
        statistic=T,
        n_pairs=len(d),
        bounds=_bounds(strengths, tail(1 / (1 + strengths)), tail(strengths / (1 + strengths))),
        critical_gamma=_critical_gamma(T, total, squares, alpha) if no_bias <= alpha else None,
        alpha=alpha,
    )


def _check(alpha: float, alternative: str) -> None:
    """Raise InvalidInputError unless both are in range."""
    if not 0 < alpha < 0.5:
        raise InvalidInputError("alpha must be strictly between 0 and 0.5")
    if alternative not in {"greater", "less"}:
        raise InvalidInputError("alternative must be 'greater' or 'less'")


def _bounds(gammas: FloatArray, low: FloatArray, high: FloatArray) -> tuple[RosenbaumBound, ...]:
    return tuple(
        RosenbaumBound(gamma=float(g), p_value_low=float(a), p_value_high=float(b))
        for g, a, b in zip(gammas, low, high, strict=True)
    )


def _mid_ranks(values: FloatArray) -> FloatArray:
    """Ranks from 1; tied values share the mean of theirs."""
    _, codes, sizes = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(sizes)
    return np.asarray((last - (sizes - 1) / 2)[codes], dtype=np.float64)


def _critical_gamma(T: float, total: float, squares: float, alpha: float) -> float:
    """Gamma at which the largest p-value is `alpha`: the smaller root in p, as odds."""
    z2 = float(ndtri(alpha)) ** 2 * squares
    a, b = total**2 + z2, 2 * T * total + z2
    p = (b - math.sqrt(b * b - 4 * a * T * T)) / (2 * a)
    return p / (1 - p)
