r"""Propensity score: the probability of treatment given covariates, by logistic regression.

Assumes that the covariates were measured before treatment and that the logit is linear in them.
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
    FloatArray,
    binary_vector,
    float_matrix,
    missing_arm,
    read_only,
)
from analytics.statistics.propensity._logistic import (
    is_separated,
    logistic_fit,
    penalised_logistic_fit,
)
from analytics.statistics.results import HealthCheck, NotEstimable, Status

EVENTS_PASS = 10
EVENTS_REVIEW = 5
_RANK_TOLERANCE = 1e-7


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PropensityFit:
    """Fitted logistic regression of treatment on covariates.

    Attributes
    ----------
    coefficients : ndarray of float, shape (k,)
        Log odds ratio per unit of each covariate; 0 for a dropped one.
    intercept : float
        Log odds of treatment when every covariate is 0.
    propensity_score : ndarray of float, shape (n,)
        Fitted probability of treatment, in (0, 1).
    linear_predictor : ndarray of float, shape (n,)
        Its logit. Equal rows of covariates have exactly equal values.
    dropped : tuple of int
        Columns left out because constant, or a linear combination of earlier columns.
    n_steps : int
        Newton steps taken.
    penalty : {"none", "firth"}
        Whether the likelihood was penalised.
    is_separated : bool
        Whether the covariates predict the arm perfectly for some units, so that only the penalty
        keeps the coefficients finite.
    """

    coefficients: FloatArray
    intercept: float
    propensity_score: FloatArray
    linear_predictor: FloatArray
    dropped: tuple[int, ...]
    n_steps: int
    penalty: Literal["none", "firth"]
    is_separated: bool

    def __post_init__(self) -> None:
        """Mark the arrays read-only."""
        for array in (self.coefficients, self.propensity_score, self.linear_predictor):
            read_only(array)


def fit_propensity(
    covariates: ArrayLike,
    treated: ArrayLike,
    *,
    penalty: Literal["none", "firth", "firth_if_needed"] = "none",
) -> PropensityFit | NotEstimable:
    r"""Fit the propensity score by maximum likelihood, or by Firth's penalised likelihood.

    Parameters
    ----------
    covariates : array_like of float, shape (n, k)
        Covariates without an intercept column, any units; categories as 0/1 columns. Complete.
    treated : array_like of bool or 0/1, shape (n,)
        Arm. Complete.
    penalty : {"none", "firth", "firth_if_needed"}
        The penalty always gives finite coefficients; the last is for when the plain fit fails.

    Returns
    -------
    PropensityFit or NotEstimable
        Reasons: ``"no_cases"``, ``"empty_arm"``, ``"separation"`` (a combination of covariates
        predicts the arm perfectly for some units, so no maximum likelihood estimate exists),
        ``"not_converged"``.

    Raises
    ------
    InvalidInputError
        If an input is incomplete, not finite, or of the wrong shape.

    Notes
    -----
    Newton steps on standardised columns,

    .. math:: \beta \leftarrow \beta + (X'WX)^{-1} X'(t - p + h(1/2 - p)),\quad
              W = \mathrm{diag}(p(1-p))

    halved while the likelihood falls; :math:`h = 0` without a penalty, with it the leverages of
    :math:`W^{1/2}X`. Without a penalty steps shrink quadratically when the estimate exists and stay
    near 1 on the logit scale when it doesn't; so when 25 steps don't converge, linear programming
    decides whether the arms are separated [3]_.

    Under separation some units have scores near 0 or 1 however they are fitted: the penalty makes
    the score computable, it doesn't make the arms comparable. Look at the overlap.

    References
    ----------
    .. [1] Rosenbaum PR, Rubin DB (1983), Biometrika 70:41-55.
    .. [2] Firth D (1993), Biometrika 80:27-38; Heinze G, Schemper M (2002), Statistics in
       Medicine 21:2409-2419.
    .. [3] Albert A, Anderson JA (1984), Biometrika 71:1-10; Konis K (2007), DPhil thesis, Oxford.
    """
    if penalty not in {"none", "firth", "firth_if_needed"}:
        raise InvalidInputError("penalty must be none, firth or firth_if_needed")
    x = float_matrix(covariates, name="covariates")
    arm = binary_vector(treated, name="treated", length=len(x))
    if problem := missing_arm(int(arm.sum()), int((~arm).sum())):
        return problem
    columns, kept = standardised(x)
    design = np.column_stack([np.ones(len(x)), columns])
    t = arm.astype(np.float64)
    solved = logistic_fit(design, t)
    separated = solved is None and is_separated(design, arm)
    if solved is None and penalty == "none":
        return _no_estimate(separated)
    is_penalised = penalty == "firth" or solved is None
    if is_penalised:
        solved = penalised_logistic_fit(design, t)
    if solved is None:
        return _no_estimate(separated=False)
    beta, n_steps = solved
    coefficients = np.zeros(x.shape[1])
    coefficients[kept] = beta[1:] / x[:, kept].std(axis=0)
    intercept = float(beta[0] - coefficients[kept] @ x[:, kept].mean(axis=0))
    linear_predictor = _linear_predictor(x, coefficients, intercept)
    return PropensityFit(
        coefficients=coefficients,
        intercept=intercept,
        propensity_score=np.asarray(expit(linear_predictor), dtype=np.float64),
        linear_predictor=linear_predictor,
        dropped=tuple(j for j in range(x.shape[1]) if j not in set(kept)),
        n_steps=n_steps,
        penalty="firth" if is_penalised else "none",
        is_separated=separated,
    )


def _no_estimate(separated: bool) -> NotEstimable:
    """Say why there is no estimate."""
    if separated:
        return NotEstimable(
            reason="separation", detail="Covariates predict the arm perfectly for some cases."
        )
    return NotEstimable(
        reason="not_converged",
        detail="Covariates predict the arm almost perfectly, or have extreme values.",
    )


def score_checks(fit: PropensityFit, treated: ArrayLike) -> tuple[HealthCheck, ...]:
    """Judge whether the data carry the score model.

    Parameters
    ----------
    fit : PropensityFit
        The fitted score.
    treated : array_like of bool or 0/1, shape (n,)
        Arm, as fitted.

    Returns
    -------
    tuple of HealthCheck
        ``"events_per_parameter"`` and ``"separation"``. (A fit that didn't converge is no fit.)

    Raises
    ------
    InvalidInputError
        If `treated` is incomplete or of another length.

    References
    ----------
    .. [1] Peduzzi P et al. (1996), Journal of Clinical Epidemiology 49:1373-1379 (10).
    .. [2] Vittinghoff E, McCulloch CE (2007), American Journal of Epidemiology 165:710-718 (5).
    """
    arm = binary_vector(treated, name="treated", length=len(fit.propensity_score))
    smaller = min(int(arm.sum()), int((~arm).sum()))
    value = smaller / max(len(fit.coefficients) - len(fit.dropped), 1)
    status: Status = "review" if value >= EVENTS_REVIEW else "fail"
    return (
        HealthCheck(
            name="events_per_parameter",
            value=value,
            threshold=EVENTS_PASS,
            status="pass" if value >= EVENTS_PASS else status,
            meaning="Cases of the smaller arm for each covariate of the score model.",
            source="Peduzzi 1996 (10); Vittinghoff and McCulloch 2007 (5)",
        ),
        HealthCheck(
            name="separation",
            value=float(fit.is_separated),
            threshold=0.0,
            status="review" if fit.is_separated else "pass",
            meaning="1 when covariates predict the arm perfectly for some cases: these have no "
            "counterpart in the other arm.",
            source="Albert and Anderson 1984",
        ),
    )


def standardised(x: FloatArray) -> tuple[FloatArray, list[int]]:
    """Columns of mean 0 and standard deviation 1, and which columns of `x` they are.

    Left out are those that add nothing to the span of a constant and earlier columns (Gram-Schmidt,
    twice).
    """
    centre, spread = x.mean(axis=0), x.std(axis=0)
    basis: list[FloatArray] = []
    kept: list[int] = []
    for j in range(x.shape[1]):
        if spread[j] <= _RANK_TOLERANCE * max(abs(centre[j]), np.finfo(float).tiny):
            continue
        column = (x[:, j] - centre[j]) / spread[j] / np.sqrt(len(x))
        for _ in range(2):
            for direction in basis:
                column = column - (direction @ column) * direction
        length = float(np.sqrt(column @ column))
        if length > _RANK_TOLERANCE:
            basis.append(column / length)
            kept.append(j)
    return (x[:, kept] - centre[kept]) / spread[kept], kept


def _linear_predictor(x: FloatArray, coefficients: FloatArray, intercept: float) -> FloatArray:
    """Sum column by column: a matrix product may round equal rows differently."""
    total = np.full(len(x), intercept)
    for j, coefficient in enumerate(coefficients):
        total += coefficient * x[:, j]
    return total
