r"""Effects by inverse probability and overlap weighting, with the estimated score allowed for.

Method notes: ``docs/methods/estimators/propensity.md``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analytics.statistics.inputs import BoolArray, FloatArray, binary_vector, critical_z
from analytics.statistics.propensity._outcome import checked_outcome, constant_outcome
from analytics.statistics.propensity._weighted_score import WeightedScore, weighted_score
from analytics.statistics.propensity.effect_estimate import ArmMeans, EffectEstimate, Measure
from analytics.statistics.propensity.weights import Estimand
from analytics.statistics.results import NotEstimable


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


def _weighted_mean(
    y: FloatArray, side: BoolArray, score: WeightedScore
) -> tuple[float, FloatArray]:
    """Weighted mean of one arm and the influence of each unit on it."""
    w = score.weights * side
    mean = float(w @ y / w.sum())
    average = w.mean()
    gradient = score.design.T @ (score.slopes * side * (y - mean)) / len(y) / average
    return mean, w * (y - mean) / average + score.influence @ gradient
