"""People per cluster when the number of clusters can't grow.

Method notes: ``docs/methods/estimators/design.md``.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass

from analytics.errors import InvalidInputError
from analytics.statistics.design.planning import Clustering, design_effect, directional_power
from analytics.statistics.results import NotEstimable

_MAX_SIZE = 10**6


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterSize:
    """People per cluster that reach a power.

    Attributes
    ----------
    mean_size : int
        People per cluster.
    power : float
        At that size.
    most_power : float
        With any number of people in these clusters.
    """

    mean_size: int
    power: float
    most_power: float


def people_per_cluster(
    *,
    difference: float,
    std_dev: float,
    n_clusters: tuple[int, int],
    icc: float,
    size_cv: float = 0.0,
    power: float = 0.8,
    level: float = 0.95,
) -> ClusterSize | NotEstimable:
    r"""Mean people per cluster for a stated number of clusters.

    Parameters
    ----------
    difference : float
        Treated minus comparison, not 0: means or risks.
    std_dev : float
        Standard deviation within an arm, above 0; for risks the root of risk times one minus risk.
    n_clusters : tuple of (int, int)
        Treated and comparison clusters, 1 or more each.
    icc : float
        Intracluster correlation, in [0, 1].
    size_cv : float
        Standard deviation of the cluster sizes over their mean, 0 or more.
    power : float
        Between half the test's size and 1.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    ClusterSize or NotEstimable
        Reason ``"not_reached"`` when no number of people in these clusters has the power: what
        is missing is clusters; ``"too_few_clusters"`` with fewer than three.

    Raises
    ------
    InvalidInputError
        If a value is out of range.

    Notes
    -----
    The variance of a difference falls with people m only to a floor that the clusters set,

    .. math:: \sigma^2\Big(\frac{1 - \rho}{m} + (1 + cv^2)\rho\Big)(1/k_T + 1/k_C)

    and the t test has :math:`k_T + k_C - 2` degrees of freedom.

    References
    ----------
    .. [1] Hemming K et al. (2011), BMC Medical Research Methodology 11:102.
    """
    treated, comparison = n_clusters
    if min(n_clusters) < 1 or not 0 < std_dev < math.inf or not difference:
        raise InvalidInputError("needs clusters in both arms, std_dev above 0 and a difference")
    if not (1 - level) / 2 < power < 1:
        raise InvalidInputError("power must be between half the test's size and 1")
    if treated + comparison < 3:
        return NotEstimable(
            reason="too_few_clusters", detail="There are fewer than three clusters."
        )

    def power_with(per_person: float) -> float:
        error = std_dev * math.sqrt(per_person * (1 / treated + 1 / comparison))
        return directional_power(
            effect=difference,
            se_null=error,
            se_effect=error,
            level=level,
            df=treated + comparison - 2,
        )

    def power_of(size: int) -> float:
        clustering = Clustering(icc=icc, mean_size=size, size_cv=size_cv)
        return power_with(design_effect(clustering) / size)

    most = power_with((1 + size_cv**2) * icc)
    if most < power or power_of(_MAX_SIZE) < power:
        return NotEstimable(
            reason="not_reached", detail="More people in these clusters don't reach this power."
        )
    sizes = range(1, _MAX_SIZE + 1)
    size = sizes[bisect_left(sizes, power, key=power_of)]
    return ClusterSize(mean_size=size, power=power_of(size), most_power=most)
