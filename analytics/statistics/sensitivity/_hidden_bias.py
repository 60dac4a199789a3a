"""Strengths of hidden bias; shared by the bounds of matched pairs."""

from __future__ import annotations

from collections.abc import Sequence

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import FloatArray, float_vector

DEFAULT_GAMMAS = (1.0, 1.1, 1.2, 1.3, 1.5, 2.0, 3.0)


def bias_strengths(gammas: Sequence[float]) -> FloatArray:
    """Convert strengths of hidden bias to an array, or raise InvalidInputError below 1."""
    strengths = float_vector(gammas, name="gammas")
    if (strengths < 1).any():
        raise InvalidInputError("gammas must be at least 1")
    return strengths
