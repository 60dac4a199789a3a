r"""Checks of weights, and the weights of one score; shared by the kernels of this folder.

Method notes: ``docs/methods/estimators/propensity.md``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import BoolArray, FloatArray, float_vector

if TYPE_CHECKING:
    from analytics.statistics.propensity.weights import Estimand


def arm_weights(
    score: FloatArray, arm: BoolArray, estimand: Estimand
) -> tuple[FloatArray, FloatArray]:
    """Weight of each unit in its own arm, and its derivative in the logit of the score."""
    e, f = score, 1 - score
    one, other = np.ones_like(e), np.zeros_like(e)
    treated, comparison = {
        "ATT": ((one, other), (e / f, e / f)),
        "ATE": ((1 / e, -f / e), (1 / f, e / f)),
        "ATC": ((f / e, -f / e), (one, other)),
        "ATO": ((f, -e * f), (e, e * f)),
    }[estimand]
    return np.where(arm, treated[0], comparison[0]), np.where(arm, treated[1], comparison[1])


def checked_weights(weights: ArrayLike, length: int | None = None) -> FloatArray:
    """Convert to a complete float array without negative weights."""
    w = float_vector(weights, name="weights", length=length)
    if (w < 0).any():
        raise InvalidInputError("weights must be at least 0")
    return w
