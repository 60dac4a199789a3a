r"""Effects in matched or weighted samples: differences and ratios of weighted means.

The weights are taken as known. Method notes: ``docs/methods/estimators/propensity.md``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import (
    BoolArray,
    FloatArray,
    binary_vector,
    float_matrix,
    missing_arm,
)
from analytics.statistics.linear_models import (
    CovarianceType,
    LinearFit,
    fit_linear,
)
from analytics.statistics.propensity._outcome import checked_outcome
from analytics.statistics.propensity._weights import checked_weights
from analytics.statistics.propensity.effect_estimate import ArmMeans, EffectEstimate, Measure
from analytics.statistics.propensity.score import standardised
from analytics.statistics.results import NotEstimable


def weighted_contrast(
    outcome: ArrayLike,
    treated: ArrayLike,
    weights: ArrayLike,
    *,
    measure: Measure = "difference",
    cluster: ArrayLike | None = None,
    second_cluster: ArrayLike | None = None,
    vcov_type: CovarianceType | None = None,
    level: float = 0.95,
) -> EffectEstimate | NotEstimable:
    r"""Difference or ratio of weighted means with a cluster-robust interval.

    Parameters
    ----------
    outcome : array_like of float, shape (n,)
        0/1 for the ratio. Complete.
    treated : array_like of bool or 0/1, shape (n,)
        Arm. Complete.
    weights : array_like of float, shape (n,)
        At least 0; of a match (its rows), subclasses, the score, or entropy balancing. Complete.
    measure : {"difference", "risk_ratio"}
        Contrast.
    cluster, second_cluster : array_like, shape (n,), optional
        Families, matched sets, or both; without them units are independent.
    vcov_type : {"HC1", "CR0", "CR1", "CR2"}, optional
        ``"CR1"`` by default with clusters, ``"HC1"`` without; CR2 has one grouping only.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    EffectEstimate or NotEstimable
        Reasons: ``"no_cases"``, ``"empty_arm"`` (also when an arm's weights are all 0),
        ``"too_few_cases"``, ``"too_few_clusters"``, ``"no_variation"``, and ``"no_events"`` for a
        ratio with a mean of 0.

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length, or out of range.

    Notes
    -----
    Weighted least squares on one column per arm: :math:`d = \bar y_1 - \bar y_0`; the ratio by the
    delta method, :math:`\log\bar y_1 - \log\bar y_0` with weights :math:`1/\bar y_1, -1/\bar y_0`.
    The weights are taken as known. For the average effect on all (ATE) by inverse
    probability that makes the interval too wide [1]_: `inverse_probability_effect` allows for
    the estimated score.

    References
    ----------
    .. [1] Lunceford JK, Davidian M (2004), Statistics in Medicine 23:2937-2960.
    .. [2] Abadie A, Spiess J (2022), Journal of the American Statistical Association 117:983-995.
    """
    y = checked_outcome(outcome, measure)
    arm = binary_vector(treated, name="treated", length=len(y))
    w = checked_weights(weights, len(y))
    if problem := missing_arm(int((arm & (w > 0)).sum()), int((~arm & (w > 0)).sum())):
        return problem
    design = np.column_stack([arm, ~arm]).astype(np.float64)
    fit = _fit(y, design, w, (cluster, second_cluster), vcov_type)
    if isinstance(fit, NotEstimable):
        return fit
    means = ArmMeans(measure, (float(fit.coefficients[0]), float(fit.coefficients[1])), arm[w > 0])
    vector = means.vector()
    if isinstance(vector, NotEstimable):
        return vector
    return means.estimate(fit, vector, vcov_type=fit.vcov_type, level=level)


def regression_adjusted_contrast(
    outcome: ArrayLike,
    treated: ArrayLike,
    covariates: ArrayLike,
    weights: ArrayLike,
    *,
    cluster: ArrayLike | None = None,
    second_cluster: ArrayLike | None = None,
    vcov_type: CovarianceType | None = None,
    level: float = 0.95,
) -> EffectEstimate | NotEstimable:
    r"""Effect on the treated after matching or weighting, with covariates in the outcome model.

    Parameters
    ----------
    outcome, treated, weights, cluster, second_cluster, vcov_type, level
        As in `weighted_contrast`.
    covariates : array_like of float, shape (n, k)
        Covariates; constant and redundant columns are left out. Complete.

    Returns
    -------
    EffectEstimate or NotEstimable
        Measure ``"difference"``; reasons as in `weighted_contrast`, and ``"collinear"``.

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length, or out of range.

    Notes
    -----
    Weighted least squares of the outcome on arm, covariates centred at the weighted mean of the
    treated, and their products; the coefficient of the arm is the average over the treated of the
    difference of two predictions (g-computation). Takes up the differences that matching left.

    References
    ----------
    .. [1] Ho DE, Imai K, King G, Stuart EA (2007), Political Analysis 15:199-236.
    .. [2] Lin W (2013), Annals of Applied Statistics 7:295-318, eq. 4.
    """
    y = checked_outcome(outcome, "difference")
    arm = binary_vector(treated, name="treated", length=len(y))
    w = checked_weights(weights, len(y))
    x = float_matrix(covariates, name="covariates")
    if len(x) != len(y):
        raise InvalidInputError("covariates must have one row per unit")
    used = w > 0
    if problem := missing_arm(int((arm & used).sum()), int((~arm & used).sum())):
        return problem
    _, kept = standardised(x[used])
    centred = x[:, kept] - np.average(x[arm & used][:, kept], axis=0, weights=w[arm & used])
    design = np.column_stack([arm, np.ones(len(arm)), centred, centred * arm[:, None]])
    fit = _fit(y, design, w, (cluster, second_cluster), vcov_type)
    if isinstance(fit, NotEstimable):
        return fit
    comparison = float(fit.coefficients[1])
    treated_mean = comparison + float(fit.coefficients[0])
    means = ArmMeans("difference", (treated_mean, comparison), arm[used])
    vector = np.eye(len(fit.coefficients))[0]
    return means.estimate(fit, vector, vcov_type=fit.vcov_type, level=level)


def _fit(
    y: FloatArray,
    design: FloatArray,
    w: FloatArray,
    groupings: tuple[ArrayLike | None, ArrayLike | None],
    vcov_type: CovarianceType | None,
) -> LinearFit | NotEstimable:
    """Weighted least squares on the units of weight above 0."""
    used = w > 0
    cluster, second = (_subset(labels, used) for labels in groupings)
    return fit_linear(
        y[used],
        design[used],
        weights=w[used],
        cluster=cluster,
        second_cluster=second,
        vcov_type=vcov_type or ("HC1" if cluster is None else "CR1"),
    )


def _subset(labels: ArrayLike | None, used: BoolArray) -> np.ndarray | None:
    """Labels of the units used."""
    if labels is None:
        return None
    array = np.asarray(labels)
    if array.shape != used.shape:
        raise InvalidInputError("a grouping must have one label per unit")
    return array[used]
