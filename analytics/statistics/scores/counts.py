"""Codes of answers, and the counts of rows by group."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import IntArray, group_codes
from analytics.statistics.scores._counts import count_array


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
