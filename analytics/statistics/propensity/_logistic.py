r"""Logistic regression on a ready design: plain, Firth-penalised, and a test of separation.

Method notes: ``docs/methods/estimators/propensity.md``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import expit

from analytics.statistics.inputs import BoolArray, FloatArray

_MAX_STEPS = 25
# The penalised score is solved with the plain information, which converges linearly.
_MAX_PENALISED_STEPS = 200
_MAX_PENALISED_MOVE = 5.0
_STEP_TOLERANCE = 1e-8
_PENALISED_TOLERANCE = 1e-10
# Columns are standardised: a separating direction moves the sum of margins by far more.
_SEPARATION_TOLERANCE = 1e-6

Solution = tuple[FloatArray, int]


def logistic_fit(design: FloatArray, t: FloatArray) -> Solution | None:
    """Maximise the logistic likelihood: coefficients and steps; None without convergence.

    `design` (n, k) holds the intercept, other columns of mean 0 and standard deviation 1.
    """

    def step(beta: FloatArray) -> FloatArray:
        p = expit(design @ beta)
        information = design.T @ (design * (p * (1 - p))[:, None])
        return np.asarray(np.linalg.solve(information, design.T @ (t - p)))

    return _newton(
        step,
        lambda beta: _log_likelihood(design @ beta, t),
        np.zeros(design.shape[1]),
        _MAX_STEPS,
        _STEP_TOLERANCE,
    )


def penalised_logistic_fit(design: FloatArray, t: FloatArray) -> Solution | None:
    """Maximise Firth's penalised likelihood; as `logistic_fit`, but it exists under separation."""

    def parts(beta: FloatArray) -> tuple[FloatArray, FloatArray]:
        p = expit(design @ beta)
        return p, design * np.sqrt(p * (1 - p))[:, None]

    def step(beta: FloatArray) -> FloatArray:
        p, root = parts(beta)
        information = root.T @ root
        leverage = (root * np.linalg.solve(information, root.T).T).sum(axis=1)
        move = np.linalg.solve(information, design.T @ (t - p + leverage * (0.5 - p)))
        return np.asarray(move * min(1.0, _MAX_PENALISED_MOVE / max(np.abs(move).max(), 1e-300)))

    def objective(beta: FloatArray) -> float:
        _, root = parts(beta)
        sign, log_determinant = np.linalg.slogdet(root.T @ root)
        penalty = 0.5 * float(log_determinant) if sign > 0 else -np.inf
        return _log_likelihood(design @ beta, t) + penalty

    return _newton(
        step, objective, np.zeros(design.shape[1]), _MAX_PENALISED_STEPS, _PENALISED_TOLERANCE
    )


def _newton(
    step: Callable[[FloatArray], FloatArray],
    objective: Callable[[FloatArray], float],
    beta: FloatArray,
    max_steps: int,
    tolerance: float,
) -> Solution | None:
    """Climb `objective` by steps that are halved while it falls."""
    value = objective(beta)
    for n_steps in range(1, max_steps + 1):
        try:
            move = step(beta)
        except np.linalg.LinAlgError:
            return None
        while (trial := objective(beta + move)) < value - 1e-12 * abs(value):
            move = move / 2
        beta, value = beta + move, trial
        if np.abs(move).max() < tolerance:
            return beta, n_steps
    return None


def _log_likelihood(eta: FloatArray, t: FloatArray) -> float:
    """Bernoulli log likelihood on the logit scale, without overflow."""
    return float(t @ eta - np.logaddexp(0.0, eta).sum())


def is_separated(design: FloatArray, arm: BoolArray) -> bool:
    r"""Say whether a combination of columns predicts the arm perfectly for some units.

    Linear programme: the largest :math:`\sum_i m_i`, :math:`m_i = \pm x_i'b \ge 0` (plus for the
    treated), :math:`-1 \le b \le 1`, is above 0 exactly when the arms are separated.
    """
    from scipy.optimize import linprog  # noqa: PLC0415 - slow to load, and seldom needed

    patterns = np.unique(np.where(arm[:, None], design, -design), axis=0)
    solved = linprog(
        -patterns.sum(axis=0), A_ub=-patterns, b_ub=np.zeros(len(patterns)), bounds=(-1, 1)
    )
    return bool(solved.status == 0 and -solved.fun > _SEPARATION_TOLERANCE)
