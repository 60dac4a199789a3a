r"""The estimated score, its weights, and what each unit does to them.

Method notes: ``docs/methods/estimators/propensity.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import BoolArray, FloatArray, float_matrix
from analytics.statistics.propensity._weights import arm_weights
from analytics.statistics.propensity.score import fit_propensity, standardised
from analytics.statistics.propensity.weights import ESTIMANDS, Estimand
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
