r"""Effects by inverse probability and overlap weighting, with the estimated score allowed for.

Method notes: ``docs/methods/estimators/propensity.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import (
    BoolArray,
    FloatArray,
    binary_vector,
    critical_z,
    float_matrix,
)
from analytics.statistics.propensity.effect_estimate import (
    ArmMeans,
    EffectEstimate,
    Measure,
    checked_outcome,
    constant_outcome,
)
from analytics.statistics.propensity.score import fit_propensity, standardised
from analytics.statistics.propensity.weights import ESTIMANDS, Estimand, arm_weights
from analytics.statistics.results import NotEstimable


@dataclass(frozen=True, slots=True)
class WeightedScore:
    """Estimated weights and what their estimation does.

    Attributes
    ----------
    weights, slopes : ndarray of float, shape (n,)
        Weight of each unit in its arm, and its derivative in the logit of the score.
    design : ndarray of float, shape (n, k)
        Standardised covariates after a constant.
    influence : ndarray of float, shape (n, k)
        Influence of each unit on the coefficients of `design`.
    """

    weights: FloatArray
    slopes: FloatArray
    design: FloatArray
    influence: FloatArray


def inverse_probability_effect(
    outcome: ArrayLike,
    treated: ArrayLike,
    covariates: ArrayLike,
    *,
    estimand: Estimand = "ATE",
    measure: Measure = "difference",
    cluster: ArrayLike | None = None,
    second_cluster: ArrayLike | None = None,
    level: float = 0.95,
) -> EffectEstimate | NotEstimable:
    r"""Weight by the estimated score and contrast the weighted means.

    Parameters
    ----------
    outcome : array_like of float, shape (n,)
        0/1 for the ratio. Complete.
    treated : array_like of bool or 0/1, shape (n,)
        Arm. Complete.
    covariates : array_like of float, shape (n, k)
        Covariates of the logistic score, without an intercept column. Complete.
    estimand : {"ATE", "ATT", "ATC", "ATO"}
        Population described, see `propensity_weights`.
    measure : {"difference", "risk_ratio"}
        Contrast.
    cluster, second_cluster : array_like, shape (n,), optional
        Families, for example; without them units are independent.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    EffectEstimate or NotEstimable
        Reasons: those of `fit_propensity`, ``"no_events"`` (ratio with a mean of 0),
        ``"too_few_cases"``, ``"too_few_clusters"``, ``"no_variation"``.

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length, or out of range.

    Notes
    -----
    :math:`\mu_a = \sum_a w y / \sum_a w`. The influence of unit i on :math:`\mu_a`, score included,

    .. math:: \frac{1_a w_i(y_i-\mu_a)}{\overline{1_a w}} +
              \frac{\overline{1_a w'(y-\mu_a)x}}{\overline{1_a w}}'
              \Big(\tfrac1n X'WX\Big)^{-1} x_i (t_i - e_i)

    with :math:`w'` the derivative in the logit; the variance is that of the mean influence, summed
    by cluster.

    References
    ----------
    .. [1] Lunceford JK, Davidian M (2004), Statistics in Medicine 23:2937-2960, eqs. 19-21.
    .. [2] Li F, Thomas LE, Li F (2019), American Journal of Epidemiology 188:250-257 (overlap).
    """
    critical_z(level)
    y = checked_outcome(outcome, measure)
    arm = binary_vector(treated, name="treated", length=len(y))
    score = weighted_score(covariates, arm, estimand)
    if isinstance(score, NotEstimable):
        return score
    if problem := constant_outcome(y, arm):
        return problem
    parts = [_weighted_mean(y, side, score) for side in (arm, ~arm)]
    means = ArmMeans(measure, (parts[0][0], parts[1][0]), arm)
    influence = np.column_stack([influence for _, influence in parts])
    return means.from_influence(influence, (cluster, second_cluster), level)


def weighted_score(
    covariates: ArrayLike, arm: BoolArray, estimand: Estimand
) -> WeightedScore | NotEstimable:
    """Fit the score by maximum likelihood and derive the weights and their sensitivity to it."""
    if estimand not in ESTIMANDS:
        raise InvalidInputError("estimand must be ATT, ATE, ATC or ATO")
    x = float_matrix(covariates, name="covariates")
    fit = fit_propensity(x, arm)
    if isinstance(fit, NotEstimable):
        return fit
    e = fit.propensity_score
    columns, _ = standardised(x)
    design = np.column_stack([np.ones(len(x)), columns])
    weights, slopes = arm_weights(e, arm, estimand)
    return WeightedScore(
        weights=weights,
        slopes=slopes,
        design=design,
        influence=regression_influence(design, arm - e, e * (1 - e)),
    )


def regression_influence(
    design: FloatArray, residuals: FloatArray, information: FloatArray
) -> FloatArray:
    """Influence of each unit on regression coefficients, shape (n, k).

    `residuals` and `information` (n,) are 0 for units that the regression doesn't use.
    """
    bread = np.linalg.inv(design.T @ (design * information[:, None]) / len(design))
    return np.asarray((design * residuals[:, None]) @ bread)


def _weighted_mean(
    y: FloatArray, side: BoolArray, score: WeightedScore
) -> tuple[float, FloatArray]:
    """Weighted mean of one arm and the influence of each unit on it."""
    w = score.weights * side
    mean = float(w @ y / w.sum())
    average = w.mean()
    gradient = score.design.T @ (score.slopes * side * (y - mean)) / len(y) / average
    return mean, w * (y - mean) / average + score.influence @ gradient
