"""Check of drawn costs, effects and net benefits; shared by the kernels of this folder."""

from __future__ import annotations

from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import FloatArray, float_matrix


def draw_matrix(values: ArrayLike, name: str) -> FloatArray:
    """Complete matrix of draws by strategies, at least 2 by 2."""
    matrix = float_matrix(values, name=name)
    if min(matrix.shape) < 2:
        raise InvalidInputError(f"{name} must have 2 or more draws and strategies")
    return matrix
