r"""Whether answers of the same respondents differ between waves: Cochran's Q and Friedman's test.

Only respondents with an answer in every wave. Method notes: ``docs/methods/estimators/scores.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import FloatArray, float_matrix
from analytics.statistics.results import NotEstimable
from analytics.statistics.scores._counts import count_array


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatedTest:
    """Test that no wave differs.

    Attributes
    ----------
    test : {"cochran_q", "friedman"}
        Which test.
    statistic : float
        Chi-squared statistic.
    df : int
        Waves minus 1.
    p_value : float
        From the chi-squared distribution, in [0, 1].
    n : int
        Respondents with an answer in every wave.
    n_informative : int
        Those whose answers aren't the same in every wave; the others don't matter to the test.
    """

    test: Literal["cochran_q", "friedman"]
    statistic: float
    df: int
    p_value: float
    n: int
    n_informative: int


def cochran_q(
    patterns: ArrayLike, *, counts: ArrayLike | None = None
) -> RepeatedTest | NotEstimable:
    """Cochran's Q test of yes/no answers of the same respondents.

    Parameters
    ----------
    patterns : array_like of 0/1, shape (n, n_waves)
        Answers of each respondent, or distinct patterns of answers. Complete; at least 2 waves.
    counts : array_like of int, shape (n,), optional
        Respondents with each pattern; one each when omitted.

    Returns
    -------
    RepeatedTest or NotEstimable
        Reasons: ``"no_cases"``, ``"no_variation"`` (nobody's answer changes).

    Raises
    ------
    InvalidInputError
        If incomplete, not 0/1, of the wrong shape, or of one wave.

    Notes
    -----
    Friedman's statistic of yes/no answers.

    References
    ----------
    .. [1] Cochran WG (1950), Biometrika 37:256-266.
    """
    rows, weights = _rows(patterns, counts, n_waves=2)
    if not ((rows == 0) | (rows == 1)).all():
        raise InvalidInputError("patterns must hold only 0 and 1")
    return _test("cochran_q", rows, weights)


def friedman(scores: ArrayLike, *, counts: ArrayLike | None = None) -> RepeatedTest | NotEstimable:
    r"""Friedman's test of ordered answers or scores of the same respondents, corrected for ties.

    Parameters
    ----------
    scores : array_like of float, shape (n, n_waves)
        Scores of each respondent, or distinct patterns of them. Complete; at least 3 waves.
    counts : array_like of int, shape (n,), optional
        Respondents with each pattern; one each when omitted.

    Returns
    -------
    RepeatedTest or NotEstimable
        Reasons: ``"no_cases"``, ``"no_variation"`` (nobody's score changes).

    Raises
    ------
    InvalidInputError
        If incomplete, of the wrong shape, or of fewer than three waves.

    Notes
    -----
    With midranks :math:`r_{ij}` within each of :math:`n` respondents over :math:`k` waves,

    .. math:: \frac{(k - 1)\sum_j(\sum_i r_{ij} - n(k+1)/2)^2}{\sum_{ij} r_{ij}^2 - nk(k+1)^2/4}

    References
    ----------
    .. [1] Friedman M (1937), Journal of the American Statistical Association 32:675-701.
    .. [2] Conover WJ (1999), Practical Nonparametric Statistics, 3rd ed., section 5.8, eq. 5.
    """
    return _test("friedman", *_rows(scores, counts, n_waves=3))


def _rows(
    values: ArrayLike, counts: ArrayLike | None, *, n_waves: int
) -> tuple[FloatArray, FloatArray]:
    """Return the patterns that somebody gave, and how many gave each."""
    rows = float_matrix(values, name="answers")
    if rows.shape[1] < n_waves:
        raise InvalidInputError(f"there must be at least {n_waves} waves")
    if counts is None:
        return rows, np.ones(len(rows))
    times = count_array(counts, name="counts", ndim=1)
    if len(times) != len(rows):
        raise InvalidInputError("counts must have one value per pattern")
    return rows[times > 0], times[times > 0].astype(np.float64)


def _test(
    test: Literal["cochran_q", "friedman"], rows: FloatArray, weights: FloatArray
) -> RepeatedTest | NotEstimable:
    """Chi-squared inference on the sums of midranks."""
    if len(rows) == 0:
        return NotEstimable(reason="no_cases", detail="Nobody answered in every wave.")
    changes = np.ptp(rows, axis=1) > 0
    if not changes.any():
        return NotEstimable(reason="no_variation", detail="Nobody's answer changes.")
    k = rows.shape[1]
    below = (rows[:, None, :] < rows[:, :, None]).sum(axis=2)
    equal = (rows[:, None, :] == rows[:, :, None]).sum(axis=2)
    centred = below + (equal + 1) / 2 - (k + 1) / 2
    sums = weights @ centred
    statistic = (k - 1) * float(sums @ sums) / float(weights @ (centred**2).sum(axis=1))
    return RepeatedTest(
        test=test,
        statistic=statistic,
        df=k - 1,
        p_value=float(chdtrc(k - 1, statistic)),
        n=round(float(weights.sum())),
        n_informative=round(float(weights[changes].sum())),
    )
