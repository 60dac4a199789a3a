r"""Weights that make covariate means equal by construction, as near to uniform as possible.

Method notes: ``docs/methods/estimators/propensity.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import (
    BoolArray,
    FloatArray,
    binary_vector,
    float_matrix,
    missing_arm,
    read_only,
)
from analytics.statistics.propensity.score import standardised
from analytics.statistics.results import NotEstimable

# On the edge of what the units span, weights fall by a factor e with every step and would reach
# rounding after 37, where the search can't be told from a finished one.
_MAX_STEPS = 30
# Largest relative change of a weight by the last step; the means are then equal to its square.
_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EntropyBalance:
    """Weights that balance covariate means.

    Attributes
    ----------
    weights : ndarray of float, shape (n,)
        Above 0, mean 1 in each arm; all 1 in an arm that isn't reweighted.
    estimand : {"ATT", "ATE", "ATC"}
        Whose covariate means the weighted arms have.
    largest_gap : float
        Largest difference left between a weighted mean and its target, in standard deviations of
        the covariate over all units.
    """

    weights: FloatArray
    estimand: Literal["ATT", "ATE", "ATC"]
    largest_gap: float

    def __post_init__(self) -> None:
        """Mark the weights read-only."""
        read_only(self.weights)


def entropy_balance(
    covariates: ArrayLike,
    treated: ArrayLike,
    *,
    estimand: Literal["ATT", "ATE", "ATC"] = "ATT",
) -> EntropyBalance | NotEstimable:
    r"""Weight the arms to the covariate means of the population described.

    Parameters
    ----------
    covariates : array_like of float, shape (n, k)
        What must balance: add squares and products as columns to balance these too. Complete.
    treated : array_like of bool or 0/1, shape (n,)
        Arm. Complete.
    estimand : {"ATT", "ATE", "ATC"}
        Population described: treated, all, or comparison units.

    Returns
    -------
    EntropyBalance or NotEstimable
        Reasons: ``"no_cases"``, ``"empty_arm"``, ``"no_overlap"`` (no weights above 0 give the
        means: they lie outside, or on the edge of, what an arm's units span).

    Raises
    ------
    InvalidInputError
        If an input is incomplete, not finite, or of the wrong shape.

    Notes
    -----
    Least :math:`\sum w \log w` under :math:`\sum w (x - m) = 0`, from its dual: Newton steps on

    .. math:: L(\lambda) = \log \sum_i \exp(\lambda'(x_i - m)), \quad w_i \propto
              \exp(\lambda'(x_i - m))

    halved while :math:`L` doesn't fall. Constant and redundant columns are left out of the search.

    References
    ----------
    .. [1] Hainmueller J (2012), Political Analysis 20:25-46, eqs. 5-8.
    """
    x = float_matrix(covariates, name="covariates")
    arm = binary_vector(treated, name="treated", length=len(x))
    if problem := missing_arm(int(arm.sum()), int((~arm).sum())):
        return problem
    everyone = np.ones(len(arm), dtype=np.bool_)
    targets = {"ATT": arm, "ATE": everyone, "ATC": ~arm}
    if estimand not in targets:
        raise InvalidInputError("estimand must be ATT, ATE or ATC")
    described: BoolArray = targets[estimand]
    z, _ = standardised(x)
    target = z[described].mean(axis=0)
    weights = np.ones(len(x))
    for side in (arm, ~arm):
        if np.array_equal(side, described):
            continue
        solved = _solve(z[side] - target)
        if solved is None:
            return NotEstimable(
                reason="no_overlap", detail="No weights give an arm the covariate means sought."
            )
        weights[side] = solved
    means = [np.average(z[side], axis=0, weights=weights[side]) for side in (arm, ~arm)]
    return EntropyBalance(
        weights=weights,
        estimand=estimand,
        largest_gap=float(np.abs(np.array(means) - target).max(initial=0.0)),
    )


def _solve(offset: FloatArray) -> FloatArray | None:
    """Weights of mean 1 under which the columns of `offset` have mean 0; None when none exist."""
    multiplier = np.zeros(offset.shape[1])
    value = np.log(len(offset))
    weights = np.full(len(offset), 1 / len(offset))
    for _ in range(_MAX_STEPS):
        gradient = weights @ offset
        centred = offset - gradient
        hessian = centred.T @ (centred * weights[:, None])
        try:
            step = -np.linalg.solve(hessian, gradient)
        except np.linalg.LinAlgError:
            return None
        slope, size = float(gradient @ step), 1.0
        while True:
            trial, trial_weights = _dual(offset, multiplier + size * step)
            if trial <= value + 1e-4 * size * slope or size < 1e-10:
                break
            size /= 2
        multiplier, value, weights = multiplier + size * step, trial, trial_weights
        if np.abs(offset @ step).max(initial=0.0) < _TOLERANCE:
            return weights * len(offset)
    return None


def _dual(offset: FloatArray, multiplier: FloatArray) -> tuple[float, FloatArray]:
    """Dual objective and the weights, which sum to 1."""
    exponent = offset @ multiplier
    top = float(exponent.max())
    raw = np.exp(exponent - top)
    total = float(raw.sum())
    return top + float(np.log(total)), raw / total
