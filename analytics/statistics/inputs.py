"""Checks of what the kernels are given; nothing is repaired, coerced to missing or dropped."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from analytics.errors import InvalidInputError
from analytics.statistics.results import NotEstimable

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]
StringArray = NDArray[np.str_]


def critical_z(level: float) -> float:
    """Two-sided standard normal quantile, for example 1.96 for level 0.95.

    Parameters
    ----------
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    float
        The ``(1 + level) / 2`` quantile.

    Raises
    ------
    InvalidInputError
        If `level` is not strictly between 0 and 1.
    """
    if not 0 < level < 1:
        raise InvalidInputError("level must be strictly between 0 and 1")
    return float(ndtri((1 + level) / 2))


def float_vector(values: ArrayLike, *, name: str, length: int | None = None) -> FloatArray:
    """Convert to a complete one-dimensional float array.

    Parameters
    ----------
    values : array_like, shape (n,)
        Finite numbers.
    name : str
        Named in the error.
    length : int, optional
        Required length.

    Returns
    -------
    ndarray of float, shape (n,)
        The values.

    Raises
    ------
    InvalidInputError
        If not numeric, not one-dimensional, of another length, or not complete and finite.
    """
    array = _finite(values, name)
    if array.ndim != 1:
        raise InvalidInputError(f"{name} must be one-dimensional")
    if length is not None and len(array) != length:
        raise InvalidInputError(f"{name} must have {length} values, one per unit")
    return array


def float_matrix(values: ArrayLike, *, name: str, length: int | None = None) -> FloatArray:
    """Convert to a complete two-dimensional float array, shape (n, k), with `length` rows."""
    array = _finite(values, name)
    if array.ndim != 2 or length not in {None, len(array)}:
        raise InvalidInputError(f"{name} must be two-dimensional, one row per unit")
    return array


def _finite(values: ArrayLike, name: str) -> FloatArray:
    """Convert numbers, not text, to floats; a mask counts as missing values."""
    try:
        given = np.asarray(values)
        is_text = given.dtype.kind in "SU" or any(isinstance(x, str) for x in given.flat[:1])
        if np.ma.isMaskedArray(values) or is_text:
            raise InvalidInputError(f"{name} must be complete and numeric")
        array = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        raise InvalidInputError(f"{name} must be numeric") from None
    if not np.isfinite(array).all():
        raise InvalidInputError(f"{name} must be complete and finite")
    return array


def whole_counts(values: ArrayLike, *, name: str, length: int | None = None) -> FloatArray:
    """Convert to an array of whole numbers of at least 0; as `float_vector` otherwise."""
    array = float_vector(values, name=name, length=length)
    if ((array < 0) | (array != np.floor(array))).any():
        raise InvalidInputError(f"{name} must hold whole numbers of at least 0")
    return array


def positive_vector(values: ArrayLike, *, name: str, length: int | None = None) -> FloatArray:
    """Convert to an array of numbers above 0; as `float_vector` otherwise."""
    array = float_vector(values, name=name, length=length)
    if (array <= 0).any():
        raise InvalidInputError(f"{name} must be above 0")
    return array


def binary_vector(values: ArrayLike, *, name: str, length: int | None = None) -> BoolArray:
    """Convert to a boolean array; as `float_vector`, but only 0 and 1 pass."""
    array = float_vector(values, name=name, length=length)
    if not ((array == 0) | (array == 1)).all():
        raise InvalidInputError(f"{name} must hold only 0 and 1")
    return np.asarray(array == 1, dtype=np.bool_)


def group_codes(values: ArrayLike, *, name: str, length: int) -> tuple[IntArray, int]:
    """Give each distinct label of a grouping a number from 0.

    Parameters
    ----------
    values : array_like, shape (n,)
        Labels of one sortable type: integers or strings; missing labels are an error.
    name : str
        Named in the error.
    length : int
        Required length.

    Returns
    -------
    codes : ndarray of int, shape (n,)
        Code of each unit, in [0, n_groups).
    n_groups : int
        Number of distinct labels.

    Raises
    ------
    InvalidInputError
        If of another length, of mixed types, or holding a missing label.
    """
    labels = np.asarray(values)
    if np.ma.isMaskedArray(values):
        raise InvalidInputError(f"{name} must be complete and of one type")
    if labels.shape != (length,):
        raise InvalidInputError(f"{name} must have {length} values, one per unit")
    if labels.dtype == object:
        complete = all(isinstance(label, str | int | np.integer) for label in labels)
    else:
        complete = labels.dtype.kind not in "fmM" or not bool(np.isnan(labels).any())
    try:
        distinct, codes = np.unique(labels, return_inverse=True)
    except TypeError:
        complete = False
    if not complete:
        raise InvalidInputError(f"{name} must be complete and of one type")
    return codes.astype(np.int64), len(distinct)


def check_counts(events: int, n: int, *, arm: str = "") -> None:
    """Raise InvalidInputError unless both are whole numbers and ``0 <= events <= n``."""
    if not 0 <= events <= n or events != int(events) or n != int(n):
        raise InvalidInputError(f"counts{arm} must be whole numbers with 0 <= events <= n")


def random_generator(seed: int, *stream: int) -> np.random.Generator:
    """Return a generator for a seed, and for one of its streams where there are several.

    Raises
    ------
    InvalidInputError
        If `seed` is not a whole number of at least 0.
    """
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise InvalidInputError("seed must be a whole number of at least 0")
    return np.random.default_rng([seed, *stream] if stream else seed)


def missing_arm(n_treated: int, n_comparison: int) -> NotEstimable | None:
    """Say which arms are empty, or None when neither is."""
    if n_treated and n_comparison:
        return None
    if n_treated or n_comparison:
        return NotEstimable(reason="empty_arm", detail="One arm has no cases.")
    return NotEstimable(reason="no_cases", detail="Neither arm has cases.")


def read_only(array: FloatArray | IntArray) -> None:
    """Mark an array read-only in place."""
    array.setflags(write=False)
