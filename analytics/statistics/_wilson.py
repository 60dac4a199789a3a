"""Wilson's limits, for one proportion and for a column of them."""

from __future__ import annotations

from typing import TypeVar

from analytics.statistics.inputs import FloatArray

Number = TypeVar("Number", float, FloatArray)


def wilson_formula(events: Number, n: Number, z: float) -> tuple[Number, Number]:
    """Return the limits before they are held within 0 and 1; counts are checked by the caller."""
    half = z * (z * z + 4 * events * (1 - events / n)) ** 0.5
    middle, width = 2 * events + z * z, 2 * (n + z * z)
    return (middle - half) / width, (middle + half) / width
