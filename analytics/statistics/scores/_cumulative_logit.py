r"""Maximum likelihood of the cumulative logit model: the arithmetic behind `proportional_odds`.

With two answers it is logistic regression. Method notes: ``docs/methods/estimators/scores.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from analytics.statistics.inputs import FloatArray, IntArray

# Without a maximum each step stays near 1 on the logit scale: 25 of them are short of where
# probabilities round to 1 and the steps vanish.
_MAX_STEPS = 25
_STEP_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CumulativeLogit:
    """Maximum of the likelihood; parameters are the J - 1 thresholds, then the k coefficients.

    Attributes
    ----------
    parameters : ndarray of float, shape (J - 1 + k,)
        Log odds.
    information : ndarray of float, shape (J - 1 + k, J - 1 + k)
        Observed information.
    scores : ndarray of float, shape (n, J - 1 + k)
        Derivative of each row's log likelihood, times its count.
    log_likelihood : float
        At the maximum.
    """

    parameters: FloatArray
    information: FloatArray
    scores: FloatArray
    log_likelihood: float


def fit_cumulative_logit(
    codes: IntArray, covariates: FloatArray, counts: FloatArray, n_answers: int
) -> CumulativeLogit | None:
    r"""Fit by Newton steps, halved while the likelihood falls.

    Parameters
    ----------
    codes : ndarray of int, shape (n,)
        Answers 0 to J - 1, each one present.
    covariates : ndarray of float, shape (n, k)
        Without an intercept; not collinear with one; of about unit spread.
    counts : ndarray of float, shape (n,)
        Respondents that each row stands for, above 0.
    n_answers : int
        J, at least 2.

    Returns
    -------
    CumulativeLogit or None
        None when no finite maximum is found.

    Notes
    -----
    :math:`P(y \le j) = \mathrm{expit}(\theta_j - x'\beta)`. The log likelihood is concave, so that
    steps shrink quadratically when the maximum exists; 25 steps without is read as no maximum.

    References
    ----------
    .. [1] McCullagh P (1980), Journal of the Royal Statistical Society B 42:109-142.
    """
    k = covariates.shape[1]
    shares = np.cumsum(np.bincount(codes, weights=counts, minlength=n_answers)) / counts.sum()
    parameters = np.concatenate([logit(shares[:-1]), np.zeros(k)])
    upper, lower = _threshold_rows(codes, covariates, n_answers)
    current = _probability(parameters, codes, covariates, n_answers)
    log_likelihood = float(counts @ np.log(current[0]))
    for _ in range(_MAX_STEPS):
        scores, information = _derivatives(current, upper, lower, counts)
        try:
            step = np.linalg.solve(information, scores.sum(axis=0))
        except np.linalg.LinAlgError:
            return None
        largest = float(np.abs(step).max())
        while True:
            current = _probability(parameters + step, codes, covariates, n_answers)
            # Thresholds out of order give a probability of 0 or below: shorten the step.
            if (current[0] > 0).all():
                trial = float(counts @ np.log(current[0]))
                if trial >= log_likelihood - 1e-12 * abs(log_likelihood):
                    break
            step = step / 2
        parameters, log_likelihood = parameters + step, trial
        if largest < _STEP_TOLERANCE:
            return CumulativeLogit(
                parameters=parameters,
                information=information,
                scores=scores,
                log_likelihood=log_likelihood,
            )
    return None


def _threshold_rows(
    codes: IntArray, covariates: FloatArray, n_answers: int
) -> tuple[FloatArray, FloatArray]:
    """Differentiate the upper and lower limit of each row's answer in the parameters."""
    n, k = covariates.shape
    rows = np.arange(n)
    upper, lower = (np.zeros((n, n_answers - 1 + k)) for _ in range(2))
    has_upper, has_lower = codes < n_answers - 1, codes > 0
    upper[rows[has_upper], codes[has_upper]] = 1
    lower[rows[has_lower], codes[has_lower] - 1] = 1
    upper[has_upper, n_answers - 1 :] = -covariates[has_upper]
    lower[has_lower, n_answers - 1 :] = -covariates[has_lower]
    return upper, lower


def _probability(
    parameters: FloatArray, codes: IntArray, covariates: FloatArray, n_answers: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Probability of each row's answer, and the cumulative shares that it lies between."""
    thresholds = np.concatenate([[-np.inf], parameters[: n_answers - 1], [np.inf]])
    eta = covariates @ parameters[n_answers - 1 :]
    a, b = thresholds[codes + 1] - eta, thresholds[codes] - eta
    above, below = expit(a), expit(b)
    # In the upper tail the difference is taken from the other end, where it keeps its digits.
    probability = np.where(b > 0, expit(-b) - expit(-a), above - below)
    return probability, above, below


def _derivatives(
    current: tuple[FloatArray, FloatArray, FloatArray],
    upper: FloatArray,
    lower: FloatArray,
    counts: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """Scores, shape (n, p), and observed information, shape (p, p)."""
    probability, above, below = current
    fa, fb = above * (1 - above) / probability, below * (1 - below) / probability
    scores = (upper * fa[:, None] - lower * fb[:, None]) * counts[:, None]
    waa = counts * (fa * (1 - 2 * above) - fa * fa)
    wbb = counts * (-fb * (1 - 2 * below) - fb * fb)
    cross = upper.T @ (lower * (counts * fa * fb)[:, None])
    hessian = upper.T @ (upper * waa[:, None]) + lower.T @ (lower * wbb[:, None]) + cross + cross.T
    return scores, -hessian
