r"""Propensity score: the probability of treatment given covariates, by logistic regression.

Assumes that the covariates were measured before treatment and that the logit is linear in them.
Method notes: ``docs/methods/propensity_matching.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import FloatArray, binary_vector, read_only
from analytics.statistics.results import NotEstimable

_MAX_STEPS = 25
_STEP_TOLERANCE = 1e-8
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
    """

    coefficients: FloatArray
    intercept: float
    propensity_score: FloatArray
    linear_predictor: FloatArray
    dropped: tuple[int, ...]
    n_steps: int

    def __post_init__(self) -> None:
        """Mark the arrays read-only."""
        for array in (self.coefficients, self.propensity_score, self.linear_predictor):
            read_only(array)


def fit_propensity(covariates: ArrayLike, treated: ArrayLike) -> PropensityFit | NotEstimable:
    r"""Fit the propensity score by maximum likelihood.

    Parameters
    ----------
    covariates : array_like of float, shape (n, k)
        Covariates without an intercept column, any units; categories as 0/1 columns. Complete.
    treated : array_like of bool or 0/1, shape (n,)
        Arm. Complete.

    Returns
    -------
    PropensityFit or NotEstimable
        Reasons: ``"no_cases"``, ``"empty_arm"``, ``"separation"`` (a combination of covariates
        predicts the arm perfectly for some units, so no maximum likelihood estimate exists).

    Raises
    ------
    InvalidInputError
        If an input is incomplete, not finite, or of the wrong shape.

    Notes
    -----
    Newton steps on standardised columns,

    .. math:: \beta \leftarrow \beta + (X'WX)^{-1} X'(t - p),\quad W = \mathrm{diag}(p(1-p))

    halved while the likelihood falls. They shrink quadratically when the estimate exists and stay
    near 1 on the logit scale when it doesn't; so no convergence in 25 steps is read as separation.
    A covariate with an extreme outlier (hundreds of standard deviations of the rest) can be read so
    too: transform it first.

    References
    ----------
    .. [1] Rosenbaum PR, Rubin DB (1983), Biometrika 70:41-55.
    .. [2] Albert A, Anderson JA (1984), Biometrika 71:1-10 (separation).
    """
    x = _matrix(covariates)
    arm = binary_vector(treated, name="treated", length=len(x))
    if len(arm) == 0:
        return NotEstimable(reason="no_cases", detail="There are no cases.")
    if arm.all() or not arm.any():
        return NotEstimable(reason="empty_arm", detail="One arm has no cases.")
    centre, spread = x.mean(axis=0), x.std(axis=0)
    kept = _independent_columns(x, centre, spread)
    design = np.column_stack([np.ones(len(x)), (x[:, kept] - centre[kept]) / spread[kept]])
    solved = _newton(design, arm.astype(np.float64))
    if solved is None:
        return NotEstimable(
            reason="separation",
            detail="Covariates predict the arm perfectly, or nearly so, for some cases.",
        )
    beta, n_steps = solved
    coefficients = np.zeros(x.shape[1])
    coefficients[kept] = beta[1:] / spread[kept]
    intercept = float(beta[0] - coefficients[kept] @ centre[kept])
    linear_predictor = _linear_predictor(x, coefficients, intercept)
    return PropensityFit(
        coefficients=coefficients,
        intercept=intercept,
        propensity_score=np.asarray(expit(linear_predictor), dtype=np.float64),
        linear_predictor=linear_predictor,
        dropped=tuple(j for j in range(x.shape[1]) if j not in set(kept)),
        n_steps=n_steps,
    )


def _matrix(covariates: ArrayLike) -> FloatArray:
    """Convert to a complete float matrix."""
    try:
        x = np.asarray(covariates, dtype=np.float64)
    except (TypeError, ValueError):
        raise InvalidInputError("covariates must be numeric") from None
    if x.ndim != 2:
        raise InvalidInputError("covariates must be two-dimensional, one row per unit")
    if not np.isfinite(x).all():
        raise InvalidInputError("covariates must be complete and finite")
    return x


def _independent_columns(x: FloatArray, centre: FloatArray, spread: FloatArray) -> list[int]:
    """Columns that add to the span of the intercept and earlier columns (Gram-Schmidt, twice)."""
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
    return kept


def _newton(design: FloatArray, t: FloatArray) -> tuple[FloatArray, int] | None:
    """Maximise the logistic likelihood; None when it has no finite maximum."""
    beta = np.zeros(design.shape[1])
    eta = design @ beta
    loglik = _log_likelihood(eta, t)
    for n_steps in range(1, _MAX_STEPS + 1):
        p = expit(eta)
        hessian = design.T @ (design * (p * (1 - p))[:, None])
        try:
            step = np.linalg.solve(hessian, design.T @ (t - p))
        except np.linalg.LinAlgError:
            return None
        eta = design @ (beta + step)
        while (trial := _log_likelihood(eta, t)) < loglik - 1e-12 * abs(loglik):
            step = step / 2
            eta = design @ (beta + step)
        beta, loglik = beta + step, trial
        if np.abs(step).max() < _STEP_TOLERANCE:
            return beta, n_steps
    return None


def _log_likelihood(eta: FloatArray, t: FloatArray) -> float:
    """Bernoulli log likelihood on the logit scale, without overflow."""
    return float(t @ eta - np.logaddexp(0.0, eta).sum())


def _linear_predictor(x: FloatArray, coefficients: FloatArray, intercept: float) -> FloatArray:
    """Sum column by column: a matrix product may round equal rows differently."""
    total = np.full(len(x), intercept)
    for j, coefficient in enumerate(coefficients):
        total += coefficient * x[:, j]
    return total
