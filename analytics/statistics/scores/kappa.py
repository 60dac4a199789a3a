r"""Agreement of two raters beyond chance, from their table of counts: Cohen's kappa.

Assumes independent units, each rated once by both raters. Method notes:
``docs/methods/estimators/scores.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import FloatArray, IntArray, critical_z
from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.scores._counts import count_array
from analytics.statistics.scores.counts import answer_codes

KappaWeights = Literal["unweighted", "linear", "quadratic"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KappaResult:
    """Agreement of two raters.

    Attributes
    ----------
    estimate : float
        1 for full agreement, 0 for what chance gives, below 0 for less than that.
    std_error : float
        Asymptotic, not assuming that agreement is by chance.
    conf_int : Interval
        Wald interval, in [-1, 1]; method ``"fleiss_cohen_everitt"``.
    observed_agreement, expected_agreement : float
        Shares of agreeing pairs, partly agreeing ones by their weight, in [0, 1].
    weights : {"unweighted", "linear", "quadratic"}
        What a disagreement by several categories counts.
    n : int
        Units rated by both.
    """

    estimate: float
    std_error: float
    conf_int: Interval
    observed_agreement: float
    expected_agreement: float
    weights: KappaWeights
    n: int


def cohen_kappa(
    table: ArrayLike, *, weights: KappaWeights = "unweighted", level: float = 0.95
) -> KappaResult | NotEstimable:
    r"""Cohen's kappa, plain or weighted.

    Parameters
    ----------
    table : array_like of int, shape (k, k)
        Units by category of the first rater (rows) and the second (columns), the same categories
        in the same order, at least two; ordered when weighted.
    weights : {"unweighted", "linear", "quadratic"}
        Disagreement by distance of the categories: all the same, proportional, or squared.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    KappaResult or NotEstimable
        Reasons: ``"no_cases"``, ``"no_variation"`` (both raters put every unit in one and the
        same category, so chance agreement is full).

    Raises
    ------
    InvalidInputError
        If the table isn't square, holds anything but whole numbers from 0, or `level` is out of
        range.

    Notes
    -----
    With agreement weights :math:`w_{ij} = 1 - (|i - j|/(k - 1))^{1, 2}`, or 1 on the diagonal only,

    .. math:: \hat\kappa = \frac{p_o - p_e}{1 - p_e},\quad
        v = \frac{\sum_{ij} p_{ij}[w_{ij} - (\bar w_{i\cdot} + \bar w_{\cdot j})(1 - \hat\kappa)]^2
        - [\hat\kappa - p_e(1 - \hat\kappa)]^2}{n(1 - p_e)^2}

    :math:`\bar w_{i\cdot}` the mean weight of row i over the second rater's shares.

    References
    ----------
    .. [1] Cohen J (1960), Educational and Psychological Measurement 20:37-46; (1968),
       Psychological Bulletin 70:213-220.
    .. [2] Fleiss JL, Cohen J, Everitt BS (1969), Psychological Bulletin 72:323-327, eq. 13.

    Examples
    --------
    >>> kappa = cohen_kappa([[44, 5, 1], [7, 20, 3], [9, 5, 6]])
    >>> round(kappa.estimate, 3), round(kappa.std_error, 3)
    (0.492, 0.072)
    """
    z = critical_z(level)
    counts = count_array(table, name="table", ndim=2)
    k = len(counts)
    if k < 2 or counts.shape != (k, k):
        raise InvalidInputError("table must be square, with at least two categories")
    n = int(counts.sum())
    if n == 0:
        return NotEstimable(reason="no_cases", detail="No unit was rated by both.")
    if counts.diagonal().max() == n:
        return NotEstimable(reason="no_variation", detail="Both raters used one category only.")
    estimate, std_error, observed, expected = _kappa(counts / n, n, weights)
    return KappaResult(
        estimate=estimate,
        std_error=std_error,
        conf_int=Interval(
            low=max(-1.0, estimate - z * std_error),
            high=min(1.0, estimate + z * std_error),
            level=level,
            method="fleiss_cohen_everitt",
        ),
        observed_agreement=observed,
        expected_agreement=expected,
        weights=weights,
        n=n,
    )


def count_pairs(first: ArrayLike, second: ArrayLike, *, n_categories: int) -> IntArray:
    """Count the pairs of ratings of two raters.

    Parameters
    ----------
    first, second : array_like of int, shape (n,)
        Category codes from 0 by unit. Complete: units with one rating are left out, and counted,
        by the caller.
    n_categories : int
        Categories on offer, at least 2.

    Returns
    -------
    ndarray of int, shape (n_categories, n_categories)
        First rater in rows.

    Raises
    ------
    InvalidInputError
        If incomplete, of different lengths, or a code is not on offer.
    """
    rows = answer_codes(first, n_answers=n_categories, name="first")
    columns = answer_codes(second, n_answers=n_categories, name="second")
    if len(rows) != len(columns):
        raise InvalidInputError("first and second must rate the same units")
    flat = np.bincount(rows * n_categories + columns, minlength=n_categories**2)
    return np.asarray(flat.reshape(n_categories, n_categories), dtype=np.int64)


def _kappa(shares: FloatArray, n: int, weights: KappaWeights) -> tuple[float, float, float, float]:
    """Kappa, its standard error, and observed and expected agreement."""
    k = len(shares)
    distance = np.abs(np.subtract.outer(np.arange(k), np.arange(k))) / (k - 1)
    disagreement = {"unweighted": distance > 0, "linear": distance, "quadratic": distance**2}
    w = 1 - disagreement[weights].astype(np.float64)
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    observed, expected = float((w * shares).sum()), float(rows @ w @ columns)
    kappa = (observed - expected) / (1 - expected)
    row_weights, column_weights = w @ columns, rows @ w
    spread = (w - (row_weights[:, None] + column_weights) * (1 - kappa)) ** 2
    variance = float((shares * spread).sum()) - (kappa - expected * (1 - kappa)) ** 2
    # Full agreement has a variance of 0, and rounding may take it just below.
    return kappa, math.sqrt(max(variance, 0.0) / n) / (1 - expected), observed, expected
