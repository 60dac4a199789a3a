"""Check of a table of counts; shared by the kernels of this folder."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import IntArray


def count_array(values: ArrayLike, *, name: str, ndim: int) -> IntArray:
    """Convert to whole numbers of people or ratings, none below 0.

    Parameters
    ----------
    values : array_like
        Counts.
    name : str
        Named in the error.
    ndim : int
        Required number of dimensions.

    Returns
    -------
    ndarray of int
        The counts, a copy.

    Raises
    ------
    InvalidInputError
        If not whole, below 0, or of another number of dimensions.
    """
    try:
        array = np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise InvalidInputError(f"{name} must be a full table of numbers") from None
    if array.ndim != ndim:
        raise InvalidInputError(f"{name} must have {ndim} dimensions")
    if not (np.isfinite(array).all() and (array >= 0).all() and (array == np.floor(array)).all()):
        raise InvalidInputError(f"{name} must hold whole numbers from 0")
    return array.astype(np.int64)
