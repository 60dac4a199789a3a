r"""Checks of the outcome; shared by the kernels of this folder.

Method notes: ``docs/methods/estimators/propensity.md``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import BoolArray, FloatArray, binary_vector, float_vector
from analytics.statistics.propensity.effect_estimate import Measure
from analytics.statistics.results import NotEstimable


def checked_outcome(outcome: ArrayLike, measure: Measure) -> FloatArray:
    """Convert to a complete outcome, 0/1 for a ratio."""
    if measure not in {"difference", "risk_ratio"}:
        raise InvalidInputError("measure must be difference or risk_ratio")
    if measure == "risk_ratio":
        return binary_vector(outcome, name="outcome").astype(np.float64)
    return float_vector(outcome, name="outcome")


def constant_outcome(y: FloatArray, arm: BoolArray) -> NotEstimable | None:
    """Say that the outcome doesn't vary within either arm, or None when it does."""
    if np.ptp(y[arm]) > 0 or np.ptp(y[~arm]) > 0:
        return None
    return NotEstimable(reason="no_variation", detail="The outcome doesn't vary within either arm.")
