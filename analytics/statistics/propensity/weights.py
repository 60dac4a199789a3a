r"""Weights from the propensity score: inverse probability and overlap; trimming.

Method notes: ``docs/methods/estimators/propensity.md``.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import BoolArray, FloatArray, binary_vector, float_vector
from analytics.statistics.propensity._weights import arm_weights, checked_weights

Estimand = Literal["ATT", "ATE", "ATC", "ATO"]
ESTIMANDS = ("ATT", "ATE", "ATC", "ATO")


def propensity_weights(
    propensity_score: ArrayLike,
    treated: ArrayLike,
    *,
    estimand: Estimand = "ATT",
    normalised: bool = False,
) -> FloatArray:
    r"""Weights that make both arms alike the population that the estimand describes.

    Parameters
    ----------
    propensity_score : array_like of float, shape (n,)
        Probability of treatment, strictly between 0 and 1. Complete.
    treated : array_like of bool or 0/1, shape (n,)
        Arm. Complete.
    estimand : {"ATT", "ATE", "ATC", "ATO"}
        The treated, all, the comparison units, or the overlap of the arms.
    normalised : bool
        Whether to scale each arm's weights to mean 1 (estimates don't change by it).

    Returns
    -------
    ndarray of float, shape (n,)
        Above 0.

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length, or a score isn't strictly between 0 and 1.

    Notes
    -----
    Treated :math:`h(e)/e`, comparison :math:`h(e)/(1-e)`, with :math:`h = e` (ATT), 1 (ATE),
    :math:`1-e` (ATC), :math:`e(1-e)` (ATO). Overlap weights can't be extreme, and balance the means
    of the covariates of a logistic score exactly.

    References
    ----------
    .. [1] Hirano K, Imbens GW, Ridder G (2003), Econometrica 71:1161-1189.
    .. [2] Li F, Morgan KL, Zaslavsky AM (2018), JASA 113:390-400, table 1.
    """
    if estimand not in ESTIMANDS:
        raise InvalidInputError("estimand must be ATT, ATE, ATC or ATO")
    score = float_vector(propensity_score, name="propensity_score")
    arm = binary_vector(treated, name="treated", length=len(score))
    if not ((score > 0) & (score < 1)).all():
        raise InvalidInputError("propensity_score must be strictly between 0 and 1")
    weights, _ = arm_weights(score, arm, estimand)
    if normalised:
        for side in (arm, ~arm):
            if side.any():
                weights[side] /= weights[side].mean()
    return weights


def truncate_weights(weights: ArrayLike, treated: ArrayLike, *, quantile: float) -> FloatArray:
    """Pull the largest weights of each arm down to a quantile of the arm's weights above 0.

    Parameters
    ----------
    weights : array_like of float, shape (n,)
        At least 0. Complete.
    treated : array_like of bool or 0/1, shape (n,)
        Arm. Complete.
    quantile : float
        Above 0 and below 1, for example 0.99; an observed weight, none is interpolated.

    Returns
    -------
    ndarray of float, shape (n,)
        The weights, none above its arm's quantile.

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length, or out of range.

    Notes
    -----
    Less variance for some bias: the arms no longer describe exactly the same population.

    References
    ----------
    .. [1] Cole SR, Hernan MA (2008), American Journal of Epidemiology 168:656-664.
    """
    w = checked_weights(weights).copy()
    arm = binary_vector(treated, name="treated", length=len(w))
    if not 0 < quantile < 1:
        raise InvalidInputError("quantile must be strictly between 0 and 1")
    for side in (arm & (w > 0), ~arm & (w > 0)):
        if side.any():
            w[side] = np.minimum(w[side], np.quantile(w[side], quantile, method="higher"))
    return w


def trimmed(
    propensity_score: ArrayLike,
    treated: ArrayLike,
    *,
    rule: Literal["common_support", "crump", "bounds"],
    bounds: tuple[float, float] = (0.1, 0.9),
) -> BoolArray:
    r"""Say which units lie where the arms overlap; fit the score again on these.

    Parameters
    ----------
    propensity_score : array_like of float, shape (n,)
        Probability of treatment, strictly between 0 and 1. Complete.
    treated : array_like of bool or 0/1, shape (n,)
        Arm, both present. Complete.
    rule : {"common_support", "crump", "bounds"}
        Within the range of the other arm's scores; the cut of least variance for the average
        effect [1]_; within `bounds`.
    bounds : tuple of float
        For the rule of that name; ``0 <= low < high <= 1``.

    Returns
    -------
    ndarray of bool, shape (n,)
        Units to keep. The estimate then describes these alone.

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length, out of range, or an arm is empty.

    Notes
    -----
    Crump: of all sets of the m units with the smallest :math:`k = 1/(e(1-e))`, the one with the
    least :math:`\sum k / m^2`, the variance bound of the average effect in the set.

    References
    ----------
    .. [1] Crump RK, Hotz VJ, Imbens GW, Mitnik OA (2009), Biometrika 96:187-199, corollary 1.
    """
    e = float_vector(propensity_score, name="propensity_score")
    arm = binary_vector(treated, name="treated", length=len(e))
    if not ((e > 0) & (e < 1)).all() or arm.all() or not arm.any():
        raise InvalidInputError("trimming needs scores between 0 and 1, and both arms")
    if rule == "common_support":
        low, high = max(e[arm].min(), e[~arm].min()), min(e[arm].max(), e[~arm].max())
        return np.asarray((e >= low) & (e <= high))
    if rule == "crump":
        return _crump(e)
    if rule != "bounds" or not 0 <= bounds[0] < bounds[1] <= 1:
        raise InvalidInputError("rule must be known and bounds must satisfy 0 <= low < high <= 1")
    return np.asarray((e >= bounds[0]) & (e <= bounds[1]))


def _crump(e: FloatArray) -> BoolArray:
    """Keep the set of units with the least variance bound."""
    cost = 1 / (e * (1 - e))
    ordered = np.sort(cost)
    bound = np.cumsum(ordered) / np.arange(1, len(e) + 1) ** 2
    return np.asarray(cost <= ordered[int(np.argmin(bound))])


def effective_sample_size(weights: ArrayLike) -> float:
    r"""Kish's effective number of units, :math:`(\sum w)^2 / \sum w^2`; 0 when all weights are 0.

    Parameters
    ----------
    weights : array_like of float, shape (n,)
        At least 0. Complete.

    Returns
    -------
    float
        Between 0 and the number of weights above 0.

    Raises
    ------
    InvalidInputError
        If weights are incomplete or below 0.

    References
    ----------
    .. [1] Kish L (1965), Survey Sampling, section 11.2C.
    """
    w = checked_weights(weights)
    total = float(w.sum())
    return total * total / float(w @ w) if total > 0 else 0.0
