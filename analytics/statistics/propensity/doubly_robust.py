r"""Augmented inverse probability weighting: right when the score or the outcome model is.

Method notes: ``docs/methods/estimators/propensity.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import (
    BoolArray,
    FloatArray,
    binary_vector,
    critical_z,
    float_matrix,
)
from analytics.statistics.propensity._logistic import logistic_fit
from analytics.statistics.propensity._outcome import checked_outcome, constant_outcome
from analytics.statistics.propensity._weighted_score import (
    WeightedScore,
    regression_influence,
    weighted_score,
)
from analytics.statistics.propensity.effect_estimate import ArmMeans, EffectEstimate, Measure
from analytics.statistics.propensity.score import standardised
from analytics.statistics.results import NotEstimable

OutcomeModel = Literal["linear", "logistic"]


@dataclass(frozen=True, slots=True)
class _Prediction:
    """Outcome predicted for every unit as if in one arm.

    `mean` and `slope` (n,): prediction and its derivative in the linear predictor; `design` (n, k);
    `influence` (n, k): of each unit on the coefficients.
    """

    mean: FloatArray
    slope: FloatArray
    design: FloatArray
    influence: FloatArray


def augmented_inverse_probability_effect(  # noqa: PLR0913 - three models' worth of inputs
    outcome: ArrayLike,
    treated: ArrayLike,
    covariates: ArrayLike,
    *,
    outcome_model: OutcomeModel,
    outcome_covariates: ArrayLike | None = None,
    estimand: Literal["ATE", "ATT", "ATC"] = "ATE",
    measure: Measure = "difference",
    cluster: ArrayLike | None = None,
    level: float = 0.95,
) -> EffectEstimate | NotEstimable:
    r"""Doubly robust effect from a score model and an outcome model in each arm.

    Parameters
    ----------
    outcome : array_like of float, shape (n,)
        0/1 for the ratio and for the logistic model. Complete.
    treated : array_like of bool or 0/1, shape (n,)
        Arm. Complete.
    covariates : array_like of float, shape (n, k)
        Covariates of the logistic score, without an intercept column. Complete.
    outcome_model : {"linear", "logistic"}
        Fitted separately in each arm.
    outcome_covariates : array_like of float, shape (n, m), optional
        Covariates of the outcome models; `covariates` by default. Complete.
    estimand : {"ATE", "ATT", "ATC"}
        Average over all, the treated or the comparison units.
    measure : {"difference", "risk_ratio"}
        Contrast.
    cluster : array_like, shape (n,), optional
        Families, for example; without them units are independent.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    EffectEstimate or NotEstimable
        Reasons: those of `fit_propensity`; for the outcome models ``"no_events"`` (an arm's outcome
        doesn't vary), ``"collinear"`` (a covariate doesn't vary on its own in an arm),
        ``"separation"``; and those of `inverse_probability_effect`.

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length, or out of range.

    Notes
    -----
    With :math:`s = 1` (ATE), :math:`t` (ATT), :math:`1-t` (ATC), weights w as in
    `propensity_weights` and predictions m of arm a,

    .. math:: \mu_a = \sum_i \big(s_i m_i + 1_a w_i (y_i - m_i)\big) \Big/ \sum_i s_i

    Standard errors are of the stacked estimating equations of score, outcome models and means, so
    they hold when only one of the two models is right. A mean may fall outside the outcome's range.

    References
    ----------
    .. [1] Robins JM, Rotnitzky A, Zhao LP (1994), JASA 89:846-866.
    .. [2] Lunceford JK, Davidian M (2004), Statistics in Medicine 23:2937-2960, eq. 9.
    .. [3] Stefanski LA, Boos DD (2002), The American Statistician 56:29-38 (stacked equations).
    """
    critical_z(level)
    y = checked_outcome(outcome, "risk_ratio" if outcome_model == "logistic" else measure)
    arm = binary_vector(treated, name="treated", length=len(y))
    if estimand not in {"ATE", "ATT", "ATC"} or outcome_model not in {"linear", "logistic"}:
        raise InvalidInputError("unknown estimand or outcome_model")
    x = float_matrix(
        covariates if outcome_covariates is None else outcome_covariates, name="covariates"
    )
    score = weighted_score(covariates, arm, estimand)
    if len(x) != len(y):
        raise InvalidInputError("outcome_covariates must have one row per unit")
    if isinstance(score, NotEstimable):
        return score
    if problem := constant_outcome(y, arm):
        return problem
    described = np.where({"ATE": arm | ~arm, "ATT": arm, "ATC": ~arm}[estimand], 1.0, 0.0)
    parts = []
    for side in (arm, ~arm):
        prediction = _predict(y, x, side, outcome_model)
        if isinstance(prediction, NotEstimable):
            return prediction
        parts.append(_augmented_mean(y, side, described, score, prediction))
    means = ArmMeans(measure, (parts[0][0], parts[1][0]), arm)
    influence = np.column_stack([influence for _, influence in parts])
    return means.from_influence(influence, (cluster, None), level)


def _predict(
    y: FloatArray, x: FloatArray, side: BoolArray, model: OutcomeModel
) -> _Prediction | NotEstimable:
    """Fit the outcome model in one arm and predict everyone."""
    columns, _ = standardised(x)
    if len(standardised(columns[side])[1]) < columns.shape[1]:
        return NotEstimable(
            reason="collinear", detail="A covariate doesn't vary on its own in one arm."
        )
    design = np.column_stack([np.ones(len(y)), columns])
    if model == "linear":
        mean = design @ np.linalg.lstsq(design[side], y[side], rcond=None)[0]
        slope = np.ones(len(y))
    else:
        if np.ptp(y[side]) == 0:
            return NotEstimable(reason="no_events", detail="The outcome doesn't vary in one arm.")
        solved = logistic_fit(design[side], y[side])
        if solved is None:
            return NotEstimable(
                reason="separation", detail="Covariates predict the outcome perfectly in one arm."
            )
        mean = np.asarray(expit(design @ solved[0]), dtype=np.float64)
        slope = mean * (1 - mean)
    influence = regression_influence(design, side * (y - mean), side * slope)
    return _Prediction(mean, slope, design, influence)


def _augmented_mean(
    y: FloatArray,
    side: BoolArray,
    described: FloatArray,
    score: WeightedScore,
    prediction: _Prediction,
) -> tuple[float, FloatArray]:
    """Augmented mean of one arm and the influence of each unit on it."""
    w, residual = score.weights * side, y - prediction.mean
    term = described * prediction.mean + w * residual
    share = described.mean()
    mean = float(term.mean() / share)
    by_score = score.design.T @ (score.slopes * side * residual) / len(y)
    by_outcome = prediction.design.T @ ((described - w) * prediction.slope) / len(y)
    influence = (
        term - described * mean + score.influence @ by_score + prediction.influence @ by_outcome
    )
    return mean, influence / share
