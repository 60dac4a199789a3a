r"""Multiple imputation of missing values, arm by arm, from a joint normal model.

The sampler is that of statsmodels; here are what it is given and what comes of it. Assumes values
are missing at random given the columns. Method notes: ``docs/methods/estimators/missing_data.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import (
    BoolArray,
    FloatArray,
    binary_vector,
    missing_arm,
    random_generator,
    read_only,
)
from analytics.statistics.results import HealthCheck, NotEstimable, Status

# As statsmodels' own multiple imputation class: rounds before the first data set, and between two.
_BURN_IN, _SKIP = 100, 10
# Observed values beyond the number of columns that a column with missing values needs in each arm.
_SPARE_VALUES = 2
_MOST_OUTSIDE, _FAR_OUTSIDE = 0.10, 0.50


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Imputations:
    """Completed data sets.

    Attributes
    ----------
    values : ndarray of float, shape (m, n, k)
        Observed values as they were; imputed ones not rounded, so a 0/1 column can hold 0.3 or
        -0.1. Take means and linear models of them, never counts.
    n_missing : tuple of int, length k
        Imputed values of each column.
    seed : int
        What reproduces the draws.
    check : HealthCheck
        ``"imputed_outside_range"``: share of imputed values beyond those observed in the arm,
        0/1 columns left out; value None when nothing else was imputed.
    """

    values: FloatArray
    n_missing: tuple[int, ...]
    seed: int
    check: HealthCheck


def impute_by_arm(
    columns: ArrayLike, treated: ArrayLike, *, seed: int, n_imputations: int = 50
) -> Imputations | NotEstimable:
    r"""Draw completed data sets, each arm by its own model.

    Parameters
    ----------
    columns : array_like of float, shape (n, k)
        Outcome, covariates and anything that predicts them or their being missing; NaN where
        missing. Categories as 0/1 columns.
    treated : array_like of bool or 0/1, shape (n,)
        Arm. Complete.
    seed : int
        At least 0; the same seed gives the same draws.
    n_imputations : int
        Data sets, at least 2; about 100 times the fraction of missing information.

    Returns
    -------
    Imputations or NotEstimable
        Reasons, all within an arm: ``"no_cases"``, ``"empty_arm"``; ``"too_few_cases"`` (a column
        with missing values has fewer than k + 2 observed ones); ``"no_variation"`` (the
        observed values of such a column are all the same).

    Raises
    ------
    InvalidInputError
        If shapes differ, a value is infinite, or `seed` or `n_imputations` is out of range.

    Notes
    -----
    In each arm the columns, standardised by their observed means and standard deviations, are
    multivariate normal; mean, covariance and missing values are drawn in turn (data augmentation).
    Columns without variation are left out.

    References
    ----------
    .. [1] Schafer JL (1997), Analysis of Incomplete Multivariate Data, section 5.4.
    .. [2] Horton NJ, Lipsitz SR, Parzen M (2003), American Statistician 57:229-232 (no rounding).
    .. [3] Sullivan TR et al. (2018), Statistical Methods in Medical Research 27:2610-2626 (by arm).
    """
    arm = binary_vector(treated, name="treated")
    data = _columns(columns, len(arm))
    generators = [random_generator(seed, number) for number in range(2)]
    if n_imputations < 2:
        raise InvalidInputError("n_imputations must be at least 2")
    absent = np.isnan(data)
    if problem := _problem(data, absent, arm):
        return problem
    values = np.repeat(data[None], n_imputations, axis=0)
    counted = absent & ~_binary(data)
    outside = 0
    for side, rng in zip((arm, ~arm), generators, strict=True):
        if not absent[side].any():
            continue
        drawn = _draw(data[side], rng, n_imputations)
        low, high = np.nanmin(data[side], axis=0), np.nanmax(data[side], axis=0)
        outside += int((((drawn < low) | (drawn > high)) & counted[side]).sum())
        values[:, side] = drawn
    read_only(values)
    total = int(counted.sum()) * n_imputations
    return Imputations(
        values=values,
        n_missing=tuple(int(count) for count in absent.sum(axis=0)),
        seed=seed,
        check=_range_check(outside / total if total else None),
    )


def _columns(values: ArrayLike, n: int) -> FloatArray:
    try:
        data = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise InvalidInputError("columns must be numeric") from None
    if data.ndim != 2 or len(data) != n or data.shape[1] == 0:
        raise InvalidInputError(f"columns must have {n} rows, one per unit, and a column")
    if np.isinf(data).any():
        raise InvalidInputError("columns must be finite or missing")
    return data


def _problem(data: FloatArray, absent: BoolArray, arm: BoolArray) -> NotEstimable | None:
    """Reason why an arm can't be imputed, or None."""
    if problem := missing_arm(int(arm.sum()), int((~arm).sum())):
        return problem
    for side in (arm, ~arm):
        for column, gaps in zip(data[side].T, absent[side].T, strict=True):
            if not gaps.any():
                continue
            if (~gaps).sum() < data.shape[1] + _SPARE_VALUES:
                return NotEstimable(
                    reason="too_few_cases",
                    detail="A column has too few observed values in an arm to impute the rest.",
                )
            if np.ptp(column[~gaps]) == 0:
                return NotEstimable(
                    reason="no_variation",
                    detail="A column to impute doesn't vary in an arm.",
                )
    return None


def _draw(data: FloatArray, rng: np.random.Generator, n_imputations: int) -> FloatArray:
    """Completed data sets of one arm, shape (m, n_arm, k)."""
    from statsmodels.imputation.bayes_mi import BayesGaussMI  # noqa: PLC0415 - slow to import

    mean, scale = np.nanmean(data, axis=0), np.nanstd(data, axis=0, ddof=1)
    varies = scale > 0
    sampler = BayesGaussMI((data[:, varies] - mean[varies]) / scale[varies], rng=rng)
    # statsmodels 0.15 can take two different patterns of missing columns for one when there are
    # six columns or more, and then overwrites observed values.
    sampler.patterns = _pattern_rows(sampler.mask)
    absent = np.isnan(data)
    drawn = np.repeat(data[None], n_imputations, axis=0)
    for number in range(n_imputations):
        for _ in range(_SKIP if number else _BURN_IN):
            sampler.update()
        completed = data.copy()
        completed[:, varies] = mean[varies] + scale[varies] * sampler.data
        drawn[number][absent] = completed[absent]
    return drawn


def _pattern_rows(absent: BoolArray) -> list[np.ndarray]:
    """Rows of each distinct pattern that has something missing."""
    patterns, codes = np.unique(absent, axis=0, return_inverse=True)
    return [
        np.flatnonzero(codes.ravel() == number)
        for number, pattern in enumerate(patterns)
        if pattern.any()
    ]


def _binary(data: FloatArray) -> BoolArray:
    """Which columns hold only 0 and 1, shape (k,)."""
    return np.asarray((np.isnan(data) | (data == 0) | (data == 1)).all(axis=0), dtype=np.bool_)


def _range_check(share: float | None) -> HealthCheck:
    if share is None or share <= _MOST_OUTSIDE:
        status: Status = "pass"
    else:
        status = "review" if share <= _FAR_OUTSIDE else "fail"
    meaning = {
        "pass": "Few imputed values lie beyond those observed.",
        "review": "Many imputed values lie beyond those observed: the normal model fits poorly.",
        "fail": "Most imputed values lie beyond those observed: don't use them.",
    }
    return HealthCheck(
        name="imputed_outside_range",
        value=share,
        threshold=_MOST_OUTSIDE,
        status=status,
        meaning=meaning[status],
        source="our own rule: a tenth, a half",
    )
