"""What every study-size function shares: clusters, power in one direction, and the result.

Method notes: ``docs/methods/estimators/design.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from scipy.special import chdtrc, nctdtr, ndtr

from analytics.errors import InvalidInputError
from analytics.statistics.inference import critical_value

Direction = Literal["lower", "higher"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clustering:
    """How units share clusters that are wholly in one arm: siblings, teams, authorities.

    Attributes
    ----------
    icc : float
        Intracluster correlation of the outcome, in [0, 1].
    mean_size : float
        Mean units per cluster, 1 or more.
    size_cv : float
        Standard deviation of the cluster sizes over their mean, 0 or more.
    """

    icc: float
    mean_size: float
    size_cv: float = 0.0

    def __post_init__(self) -> None:
        """Raise InvalidInputError for values out of range."""
        if not (0 <= self.icc <= 1 and 1 <= self.mean_size < math.inf and self.size_cv >= 0):
            raise InvalidInputError("clustering needs icc in [0, 1], mean_size >= 1, size_cv >= 0")


def design_effect(clustering: Clustering | None) -> float:
    r"""Factor by which clusters inflate a variance.

    Parameters
    ----------
    clustering : Clustering or None
        None for independent units.

    Returns
    -------
    float
        1 or more.

    Notes
    -----
    .. math:: 1 + ((1 + cv^2)\bar m - 1)\rho

    References
    ----------
    .. [1] Eldridge SM, Ashby D, Kerry S (2006), International Journal of Epidemiology
       35:1292-1300.

    Examples
    --------
    >>> round(design_effect(Clustering(icc=0.05, mean_size=20, size_cv=0.65)), 4)
    2.3725
    """
    if clustering is None:
        return 1.0
    inflated = (1 + clustering.size_cv**2) * clustering.mean_size
    return 1 + (inflated - 1) * clustering.icc


@dataclass(frozen=True, slots=True, kw_only=True)
class StudySize:
    """A study's size, power and effect: two of them stated, the third solved for.

    Attributes
    ----------
    design, estimand : str
        Codes of the design and of what `effect` is.
    solved_for : {"power", "sample_size", "effect"}
        What was not stated.
    n_treated, n_comparison : int
        Units by arm; for pairs the number of pairs, for a time series points after and before.
    n_clusters_treated, n_clusters_comparison : int or None
        Clusters by arm; None for independent units.
    effect : float
        In the units of the estimand.
    power : float
        Probability that the two-sided test finds the effect in its own direction, in [0, 1]; at
        the rounded size, so at least what was asked for.
    level : float
        Confidence level of the interval that must exclude no effect.
    design_effect : float
        Variance inflation from clusters, 1 or more.
    df : float or None
        Degrees of freedom of the t distribution used; None for a normal.
    """

    design: str
    estimand: str
    solved_for: Literal["power", "sample_size", "effect"]
    n_treated: int
    n_comparison: int
    n_clusters_treated: int | None
    n_clusters_comparison: int | None
    effect: float
    power: float
    level: float
    design_effect: float
    df: float | None


def directional_power(
    *, effect: float, se_null: float, se_effect: float, level: float, df: float | None = None
) -> float:
    r"""Probability that a two-sided test finds an effect in its own direction.

    Parameters
    ----------
    effect : float
        True effect on the scale of the test statistic's numerator; its sign doesn't matter.
    se_null, se_effect : float
        Standard error that the test uses, and the true one; both 0 or more.
    level : float
        Confidence level, strictly between 0 and 1.
    df : float, optional
        Degrees of freedom of a t test; a normal when None.

    Returns
    -------
    float
        In [0, 1]; 0 when there are no degrees of freedom.

    Notes
    -----
    .. math:: P\{T_{\nu}(|\delta|/s_1) > t_{\nu}\, s_0/s_1\}

    with a noncentral t. The far tail (an effect found the wrong way round) isn't counted.

    References
    ----------
    .. [1] Cohen J (1988), Statistical Power Analysis, 2nd edition; R ``power.t.test``.
    """
    z = critical_value(level)
    if df is not None and df <= 0:
        return 0.0
    if se_effect == 0:  # the estimate is certain
        return float(abs(effect) > z * se_null)
    signal, stretch = abs(effect) / se_effect, se_null / se_effect
    if df is None:
        return float(ndtr(signal - z * stretch))
    critical = critical_value(level, df) * stretch
    missed = float(nctdtr(df, signal, critical))
    if math.isnan(missed):  # it underflows for a strong signal, beside which the noise is nothing
        missed = float(chdtrc(df, df * min(signal / critical, 1e6) ** 2))
    return 1 - missed
