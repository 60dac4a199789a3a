r"""Phi: how far two yes-or-no features go together, when units share clusters such as families.

Says nothing about why they do. Method notes: ``docs/methods/estimators/two_groups.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from analytics.statistics.cluster_robust import ClusterKind
from analytics.statistics.inference import symmetric_interval, two_sided_p
from analytics.statistics.inputs import binary_vector, critical_z
from analytics.statistics.linear_models import fit_linear, linear_contrast
from analytics.statistics.results import Interval, NotEstimable


@dataclass(frozen=True, slots=True, kw_only=True)
class BinaryCorrelation:
    """Correlation of two yes-or-no features.

    Attributes
    ----------
    estimate : float
        Phi, in [-1, 1].
    std_error : float
        Of phi, cluster-robust.
    conf_int : Interval
        Student t interval of Fisher's z, turned back.
    df : float
        Degrees of freedom: Satterthwaite's for CR2, otherwise clusters minus 1.
    p_value : float
        Two-sided, from Fisher's z.
    n, n_clusters : int
        Units and clusters.
    """

    estimate: float
    std_error: float
    conf_int: Interval
    df: float
    p_value: float
    n: int
    n_clusters: int


def binary_correlation(
    first: ArrayLike,
    second: ArrayLike,
    cluster: ArrayLike,
    *,
    vcov_type: ClusterKind = "CR2",
    level: float = 0.95,
) -> BinaryCorrelation | NotEstimable:
    r"""Phi of two yes-or-no features with a cluster-robust interval.

    Parameters
    ----------
    first, second : array_like of bool or 0/1, shape (n,)
        The features. Complete.
    cluster : array_like, shape (n,)
        Cluster label, for example the family; each unit its own for independent units.
    vcov_type : {"CR0", "CR1", "CR2"}
        Of the mean of the influences.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    BinaryCorrelation or NotEstimable
        Reasons: ``"no_cases"``, ``"no_variation"`` (a feature is always or never there, or both
        are the same in every unit), ``"too_few_clusters"``, ``"too_few_cases"``.

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length, or `level` is out of range.

    Notes
    -----
    Phi is Pearson's correlation :math:`r` of the two 0/1 variables. With standardised values x and
    y, the influence of a unit is :math:`xy - r(x^2 + y^2)/2`, and the variance of r is that of the
    mean influence, summed by cluster. Interval and test are on :math:`z = \tanh^{-1} r`, with
    standard error :math:`s / (1 - r^2)`.

    References
    ----------
    .. [1] Yule GU (1912), Journal of the Royal Statistical Society 75:579-652.
    .. [2] Devlin SJ, Gnanadesikan R, Kettenring JR (1975), Biometrika 62:531-545, eq. 2.4.
    .. [3] Fisher RA (1921), Metron 1:3-32.

    Examples
    --------
    >>> one, other = [1] * 30 + [0] * 70, [1] * 20 + [0] * 10 + [1] * 20 + [0] * 50
    >>> result = binary_correlation(one, other, range(100))
    >>> round(result.estimate, 3)
    0.356
    """
    critical_z(level)
    x = binary_vector(first, name="first").astype(np.float64)
    y = binary_vector(second, name="second", length=len(x)).astype(np.float64)
    if not len(x):
        return NotEstimable(reason="no_cases", detail="There are no cases.")
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return NotEstimable(reason="no_variation", detail="A feature is always or never there.")
    x, y = ((values - values.mean()) / values.std() for values in (x, y))
    r = float(np.clip((x * y).mean(), -1, 1))
    if 1 - abs(r) < 1e-12:
        return NotEstimable(reason="no_variation", detail="The features never differ.")
    influence = x * y - r * (x**2 + y**2) / 2
    fit = fit_linear(influence, np.ones((len(x), 1)), cluster=cluster, vcov_type=vcov_type)
    if isinstance(fit, NotEstimable):
        return fit
    mean = linear_contrast(fit, [1.0], level=level)
    if isinstance(mean, NotEstimable):
        return mean
    z, error = math.atanh(r), mean.std_error / (1 - r * r)
    limits = symmetric_interval(z, error, level=level, method="fisher_z_cluster_t", df=mean.df)
    return BinaryCorrelation(
        estimate=r,
        std_error=mean.std_error,
        conf_int=replace(limits, low=math.tanh(limits.low), high=math.tanh(limits.high)),
        df=mean.df,
        p_value=two_sided_p(z / error, mean.df),
        n=len(x),
        n_clusters=fit.n_clusters or 0,
    )
