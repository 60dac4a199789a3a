"""Checks of tables of counts, and the counts of rows; shared by the kernels of this folder."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import IntArray, group_codes


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


def answer_codes(answers: ArrayLike, *, n_answers: int, name: str = "answers") -> IntArray:
    """Convert answers to codes 0 to `n_answers` - 1.

    Parameters
    ----------
    answers : array_like of int, shape (n,)
        Codes of the answers, lowest 0. Complete.
    n_answers : int
        Answers on offer, at least 2.
    name : str
        Named in the error.

    Returns
    -------
    ndarray of int, shape (n,)
        The codes.

    Raises
    ------
    InvalidInputError
        If fewer than two answers are on offer, or a code is not one of them.
    """
    if n_answers < 2:
        raise InvalidInputError("n_answers must be at least 2")
    codes = count_array(answers, name=name, ndim=1)
    if len(codes) and codes.max() >= n_answers:
        raise InvalidInputError(f"{name} must lie between 0 and n_answers - 1")
    return codes


def count_answers(answers: ArrayLike, groups: ArrayLike, *, n_answers: int) -> IntArray:
    """Count answers by group or wave.

    Parameters
    ----------
    answers : array_like of int, shape (n,)
        Codes from 0, lowest first. Complete: leave out, and count, those who didn't answer.
    groups : array_like, shape (n,)
        Group or wave of each answer. Complete.
    n_answers : int
        Answers on offer, at least 2.

    Returns
    -------
    ndarray of int, shape (n_groups, n_answers)
        Rows in the sorted order of the distinct groups.

    Raises
    ------
    InvalidInputError
        If incomplete, of different lengths, or an answer is not on offer.
    """
    codes = answer_codes(answers, n_answers=n_answers)
    group, n_groups = group_codes(groups, name="groups", length=len(codes))
    flat = np.bincount(group * n_answers + codes, minlength=n_groups * n_answers)
    return np.asarray(flat.reshape(n_groups, n_answers), dtype=np.int64)
