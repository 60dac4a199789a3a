"""Size for an interval no wider than stated.

Method notes: ``docs/methods/estimators/design.md``.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass

from analytics.errors import InvalidInputError
from analytics.statistics.design.planning import Clustering, design_effect
from analytics.statistics.inputs import critical_z
from analytics.statistics.results import NotEstimable

_MAX_CLUSTERS = 10**9
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class PrecisionSize:
    """Size at which an interval has the width asked for.

    Attributes
    ----------
    n : int
        Units, or treated units of two arms.
    n_comparison : int or None
        Comparison units; None for one proportion.
    n_clusters, n_clusters_comparison : int or None
        Clusters; None for independent units.
    half_width : float
        Half the width of the interval expected at this size, at most what was asked for.
    level : float
        Confidence level.
    design_effect : float
        Variance inflation from clusters, 1 or more.
    """

    n: int
    n_comparison: int | None
    n_clusters: int | None
    n_clusters_comparison: int | None
    half_width: float
    level: float
    design_effect: float


def proportion_precision(
    *,
    proportion: float,
    half_width: float,
    level: float = 0.95,
    clustering: Clustering | None = None,
) -> PrecisionSize | NotEstimable:
    r"""Size for Wilson's interval of one proportion.

    Parameters
    ----------
    proportion : float
        Expected share, in [0, 1].
    half_width : float
        Largest half width accepted, in (0, 0.5).
    level : float
        Confidence level, strictly between 0 and 1.
    clustering : Clustering, optional
        The size is divided by its design effect first.

    Returns
    -------
    PrecisionSize or NotEstimable
        Reason ``"not_reached"`` when no size up to 10^9 clusters is narrow enough.

    Raises
    ------
    InvalidInputError
        If a value is out of range.

    Notes
    -----
    .. math:: \frac{z}{1 + z^2/n}\sqrt{\frac{pq}{n} + \frac{z^2}{4n^2}} \le w

    References
    ----------
    .. [1] Wilson EB (1927), JASA 22:209-212.

    Examples
    --------
    >>> proportion_precision(proportion=0.5, half_width=0.05).n
    381
    """
    if not 0 <= proportion <= 1:
        raise InvalidInputError("proportion must be in [0, 1]")
    z, factor = critical_z(level), design_effect(clustering)

    def width_of(n: float, _: float) -> float:
        low, high = _wilson(proportion, n / factor, z)
        return (high - low) / 2

    return _smallest(width_of, half_width, None, level, clustering)


def difference_precision(
    *,
    p_treated: float,
    p_comparison: float,
    half_width: float,
    ratio: float = 1.0,
    level: float = 0.95,
    clustering: Clustering | None = None,
) -> PrecisionSize | NotEstimable:
    r"""Size for Newcombe's interval of a difference of two proportions.

    Parameters
    ----------
    p_treated, p_comparison : float
        Expected risks, in [0, 1].
    half_width : float
        Largest half width accepted, in (0, 0.5).
    ratio : float
        Comparison units for each treated one, above 0.
    level, clustering
        As in `proportion_precision`.

    Returns
    -------
    PrecisionSize or NotEstimable
        Reason ``"not_reached"`` when no size is narrow enough.

    Raises
    ------
    InvalidInputError
        If a value is out of range.

    Notes
    -----
    Half of the sum of the two arms of the hybrid score interval, from Wilson's limits at the
    expected risks.

    References
    ----------
    .. [1] Newcombe RG (1998), Statistics in Medicine 17:873-890, method 10.
    """
    if not (0 <= p_treated <= 1 and 0 <= p_comparison <= 1 and 0 < ratio < math.inf):
        raise InvalidInputError("risks must be in [0, 1] and ratio above 0")
    z, factor = critical_z(level), design_effect(clustering)

    def width_of(n1: float, n0: float) -> float:
        low1, high1 = _wilson(p_treated, n1 / factor, z)
        low0, high0 = _wilson(p_comparison, n0 / factor, z)
        below = math.hypot(p_treated - low1, high0 - p_comparison)
        above = math.hypot(high1 - p_treated, p_comparison - low0)
        return (below + above) / 2

    return _smallest(width_of, half_width, ratio, level, clustering)


def _wilson(p: float, n: float, z: float) -> tuple[float, float]:
    """Wilson limits at an expected share; `n` may be a fraction."""
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return centre - half, centre + half


def _smallest(
    width_of: Callable[[float, float], float],
    half_width: float,
    ratio: float | None,
    level: float,
    clustering: Clustering | None,
) -> PrecisionSize | NotEstimable:
    """Smallest size in whole clusters whose interval is narrow enough."""
    if not 0 < half_width < 0.5:
        raise InvalidInputError("half_width must be in (0, 0.5)")
    unit = 1.0 if clustering is None else clustering.mean_size

    def arms(count: int) -> tuple[float, float]:
        return count * unit, math.ceil((ratio or 1.0) * count - _ROUNDING) * unit

    counts = range(1, _MAX_CLUSTERS + 1)
    place = bisect_left(counts, -half_width, key=lambda count: -width_of(*arms(count)))
    if place == len(counts):
        return NotEstimable(reason="not_reached", detail="No size gives so narrow an interval.")
    n1, n0 = arms(counts[place])
    clustered = clustering is not None
    both = ratio is not None
    return PrecisionSize(
        n=math.ceil(n1 - _ROUNDING),
        n_comparison=math.ceil(n0 - _ROUNDING) if both else None,
        n_clusters=counts[place] if clustered else None,
        n_clusters_comparison=round(n0 / unit) if both and clustered else None,
        half_width=width_of(n1, n0),
        level=level,
        design_effect=design_effect(clustering),
    )
