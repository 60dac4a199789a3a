r"""Intraclass correlations: reliability of raters, and likeness of cases of one family.

Assumes normal effects for the intervals; the estimates are ratios of mean squares. Method notes:
``docs/methods/estimators/scores.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import fdtrc, fdtri

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import (
    FloatArray,
    critical_z,
    float_matrix,
    float_vector,
    group_codes,
)
from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.scores._counts import count_array

IccForm = Literal["ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)"]
# A mean square below this share of the total one is rounding.
_ZERO_SHARE = 1e-14


@dataclass(frozen=True, slots=True, kw_only=True)
class IccResult:
    """Intraclass correlation.

    Attributes
    ----------
    form : str
        Shrout and Fleiss' form, or ``"one_way"`` for cases in clusters.
    estimate : float
        At most 1; below 0 when units differ less than chance would have them.
    conf_int : Interval
        From the F distribution; the lower limit of ICC(2,k) may be minus infinity.
    statistic : float
        F: units' mean square over the error mean square.
    df_numerator, df_denominator : int
        Its degrees of freedom.
    p_value : float
        That the correlation is 0, one-sided as usual for F, in [0, 1].
    n_units : int
        Units rated, or clusters.
    mean_size : float
        Ratings per unit; for clusters the size in the equation, a little below the mean size.
    """

    form: str
    estimate: float
    conf_int: Interval
    statistic: float
    df_numerator: int
    df_denominator: int
    p_value: float
    n_units: int
    mean_size: float


def intraclass_correlation(
    ratings: ArrayLike, *, form: IccForm, level: float = 0.95
) -> IccResult | NotEstimable:
    r"""One of Shrout and Fleiss' six intraclass correlations.

    Parameters
    ----------
    ratings : array_like of float, shape (n, k)
        Units in rows, raters in columns, any units. Complete.
    form : str
        First number: 1 each unit has its own raters, 2 the raters are a sample and should agree
        exactly, 3 these raters only and differences in their level don't matter. Then 1 for the
        reliability of one rating, k for that of the mean of all.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    IccResult or NotEstimable
        Reasons: ``"no_cases"``, ``"too_few_cases"`` (fewer than two units or raters),
        ``"no_variation"`` (units' means or the errors don't vary).

    Raises
    ------
    InvalidInputError
        If incomplete, of the wrong shape, or `level` is out of range.

    Notes
    -----
    With mean squares of units :math:`B`, within units :math:`W`, raters :math:`J`, error :math:`E`:
    ICC(1,1) :math:`(B - W)/(B + (k-1)W)`, ICC(2,1) :math:`(B - E)/(B + (k-1)E + k(J - E)/n)`,
    ICC(3,1) :math:`(B - E)/(B + (k-1)E)`, and for means ICC(1,k) :math:`(B - W)/B`, ICC(2,k)
    :math:`(B - E)/(B + (J - E)/n)`, ICC(3,k) :math:`(B - E)/B`.

    References
    ----------
    .. [1] Shrout PE, Fleiss JL (1979), Psychological Bulletin 86:420-428.
    .. [2] McGraw KO, Wong SP (1996), Psychological Methods 1:30-46, table 7.
    """
    critical_z(level)
    x = float_matrix(ratings, name="ratings")
    n, k = x.shape
    if n == 0:
        return NotEstimable(reason="no_cases", detail="No unit was rated.")
    if n < 2 or k < 2:
        return NotEstimable(reason="too_few_cases", detail="Two units and two raters are needed.")
    between, within, raters, error = _mean_squares(x)
    noise = within if form[4] == "1" else error
    df_noise = n * (k - 1) if form[4] == "1" else (n - 1) * (k - 1)
    floor = _ZERO_SHARE * max(float(np.mean(x**2)), 1e-300)
    if between <= floor or noise <= floor:
        return NotEstimable(
            reason="no_variation", detail="The units' means, or the errors, don't vary."
        )
    if form[4] == "2":
        single = (between - error) / (between + (k - 1) * error + k * (raters - error) / n)
        low, high = _two_way_bounds(single, (between, raters, error), (n, k), level)
    else:
        single = _from_f(between / noise, k)
        low, high = _f_bounds(between / noise, (n - 1, df_noise), k, level)
    if form.endswith("k)"):
        single, low, high = (_of_mean(value, k) for value in (single, low, high))
    if single == -math.inf:
        return NotEstimable(reason="no_variation", detail="The units vary less than the errors.")
    return IccResult(
        form=form,
        estimate=single,
        conf_int=Interval(low=low, high=high, level=level, method="f_distribution"),
        statistic=between / noise,
        df_numerator=n - 1,
        df_denominator=df_noise,
        p_value=float(fdtrc(n - 1, df_noise, between / noise)),
        n_units=n,
        mean_size=float(k),
    )


def cluster_icc(
    values: ArrayLike, cluster: ArrayLike, *, level: float = 0.95
) -> IccResult | NotEstimable:
    r"""Correlation of cases of one cluster, for example of siblings.

    Parameters
    ----------
    values : array_like of float, shape (n,)
        0/1 or any number. Complete.
    cluster : array_like, shape (n,)
        Cluster label; sizes may differ.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    IccResult or NotEstimable
        Form ``"one_way"``. Reasons: ``"no_cases"``, ``"too_few_clusters"`` (fewer than two),
        ``"too_few_cases"`` (no cluster has two cases), ``"no_variation"`` (within clusters, or at
        all).

    Raises
    ------
    InvalidInputError
        If incomplete, of different lengths, or `level` is out of range.

    Notes
    -----
    :math:`(B - W)/(B + (n_0 - 1)W)`, :math:`n_0 = (N - \sum m_g^2/N)/(G - 1)`. The interval is
    exact for normal values and equal sizes; otherwise :math:`n_0` stands in for the size. It is too
    narrow for a 0/1 outcome: 87 instead of 95 per cent in our simulation.

    References
    ----------
    .. [1] Donner A (1986), International Statistical Review 54:67-82, eq. 2.3.
    .. [2] Thomas JD, Hultquist RA (1978), Annals of Statistics 6:582-587 (the interval).
    """
    critical_z(level)
    y = float_vector(values, name="values")
    codes, n_clusters = group_codes(cluster, name="cluster", length=len(y))
    centred = y - y.mean() if len(y) else y
    sizes = np.bincount(codes, minlength=n_clusters).astype(np.float64)
    totals = np.bincount(codes, weights=centred, minlength=n_clusters).astype(np.float64)
    return _one_way(sizes, totals, float(centred @ centred), np.ones(n_clusters), level)


def binary_cluster_icc(
    events: ArrayLike, sizes: ArrayLike, counts: ArrayLike, *, level: float = 0.95
) -> IccResult | NotEstimable:
    """Correlation of a 0/1 outcome within clusters, from counted patterns.

    Parameters
    ----------
    events, sizes : array_like of int, shape (p,)
        Cases with the event and cases of a cluster, by pattern; ``events <= sizes``, sizes from 1.
    counts : array_like of int, shape (p,)
        Clusters with that pattern.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    IccResult or NotEstimable
        As `cluster_icc`.

    Raises
    ------
    InvalidInputError
        If counts contradict each other or `level` is out of range.
    """
    critical_z(level)
    a = count_array(events, name="events", ndim=1)
    m = count_array(sizes, name="sizes", ndim=1)
    repeats = np.asarray(count_array(counts, name="counts", ndim=1), dtype=np.float64)
    if not len(a) == len(m) == len(repeats) or (a > m).any() or (m < 1).any():
        raise InvalidInputError("patterns must satisfy 0 <= events <= sizes, with sizes from 1")
    n = float(m @ repeats)
    if n == 0:
        return NotEstimable(reason="no_cases", detail="There are no cases.")
    share = float(a @ repeats) / n
    totals = a.astype(np.float64) - share * m
    squares = n * share * (1 - share)
    return _one_way(m.astype(np.float64), totals, squares, repeats, level)


def _one_way(
    sizes: FloatArray, totals: FloatArray, squares: float, repeats: FloatArray, level: float
) -> IccResult | NotEstimable:
    """Analysis of variance from the clusters' centred totals and the sum of all squares."""
    n, clusters = float(sizes @ repeats), round(float(repeats.sum()))
    if n == 0:
        return NotEstimable(reason="no_cases", detail="There are no cases.")
    if clusters < 2:
        return NotEstimable(reason="too_few_clusters", detail="There are fewer than two clusters.")
    df_within = round(n) - clusters
    if df_within == 0:
        return NotEstimable(reason="too_few_cases", detail="No cluster has two cases.")
    sum_between = float((totals**2 / sizes) @ repeats)
    within = (squares - sum_between) / df_within
    between = sum_between / (clusters - 1)
    if within <= _ZERO_SHARE * squares or between <= _ZERO_SHARE * squares:
        return NotEstimable(
            reason="no_variation", detail="The values don't vary within clusters or between them."
        )
    size = (n - float(sizes**2 @ repeats) / n) / (clusters - 1)
    low, high = _f_bounds(between / within, (clusters - 1, df_within), size, level)
    return IccResult(
        form="one_way",
        estimate=_from_f(between / within, size),
        conf_int=Interval(low=low, high=high, level=level, method="thomas_hultquist"),
        statistic=between / within,
        df_numerator=clusters - 1,
        df_denominator=df_within,
        p_value=float(fdtrc(clusters - 1, df_within, between / within)),
        n_units=clusters,
        mean_size=size,
    )


def _mean_squares(x: FloatArray) -> tuple[float, float, float, float]:
    """Mean squares between units, within units, between raters, and of the error."""
    n, k = x.shape
    centred = x - x.mean()
    rows, columns = centred.mean(axis=1), centred.mean(axis=0)
    residual = centred - rows[:, None] - columns
    between = k * float(rows @ rows) / (n - 1)
    error = float((residual**2).sum()) / ((n - 1) * (k - 1))
    raters = n * float(columns @ columns) / (k - 1)
    return between, (error * (n - 1) + raters) / n, raters, error


def _from_f(ratio: float, size: float) -> float:
    """Correlation of one value from a ratio of mean squares."""
    return (ratio - 1) / (ratio + size - 1)


def _of_mean(rho: float, k: int) -> float:
    """Reliability of the mean of `k` ratings; minus infinity where the formula has no value."""
    spread = 1 + (k - 1) * rho
    return rho * k / spread if spread > 0 else -math.inf


def _f_bounds(ratio: float, df: tuple[int, int], size: float, level: float) -> tuple[float, float]:
    """Limits from the F distribution of the ratio of mean squares."""
    upper = (1 + level) / 2
    low = ratio / float(fdtri(df[0], df[1], upper))
    high = ratio * float(fdtri(df[1], df[0], upper))
    return _from_f(low, size), _from_f(high, size)


def _two_way_bounds(
    rho: float, squares: tuple[float, float, float], shape: tuple[int, int], level: float
) -> tuple[float, float]:
    """Limits of ICC(2,1): Satterthwaite degrees of freedom of raters and error together."""
    (B, J, E), (n, k) = squares, shape
    a = k * rho * J / E
    b = n * (1 + (k - 1) * rho) - k * rho
    df = (n - 1) * (k - 1) * (a + b) ** 2 / ((n - 1) * a**2 + b**2)
    upper = (1 + level) / 2
    f_low, f_high = float(fdtri(n - 1, df, upper)), float(fdtri(df, n - 1, upper))
    both = k * J + (k * n - k - n) * E
    low = n * (B - f_low * E) / (f_low * both + n * B)
    high = n * (f_high * B - E) / (both + n * f_high * B)
    return low, high
