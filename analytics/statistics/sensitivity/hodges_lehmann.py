r"""Bounds on the Hodges-Lehmann estimate of matched pairs under hidden bias.

Assumes independent pairs. Method notes: ``docs/methods/estimators/sensitivity.md``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analytics.statistics.inputs import float_vector
from analytics.statistics.results import NotEstimable
from analytics.statistics.sensitivity._hidden_bias import DEFAULT_GAMMAS, bias_strengths

# 5,000 pairs make 12.5 million means, 100 MB.
MOST_PAIRS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class HodgesLehmannBound:
    """Range of the Hodges-Lehmann estimate at one strength of hidden bias.

    Attributes
    ----------
    gamma : float
        Odds multiplier, at least 1.
    low, high : float
        Smallest and largest estimate, in units of the differences; equal when gamma is 1.
    """

    gamma: float
    low: float
    high: float


def hodges_lehmann_bounds(
    differences: ArrayLike, *, gammas: Sequence[float] = DEFAULT_GAMMAS
) -> tuple[HodgesLehmannBound, ...] | NotEstimable:
    r"""Range of the typical difference that hidden bias allows.

    Forms the mean of every two differences, so the number of pairs is limited.

    Parameters
    ----------
    differences : array_like of float, shape (n_pairs,)
        Treated minus comparison, one per pair. Complete.
    gammas : sequence of float
        Strengths of hidden bias, each at least 1.

    Returns
    -------
    tuple of HodgesLehmannBound or NotEstimable
        One per gamma; reasons ``"no_cases"`` and ``"not_available"`` (more than `MOST_PAIRS`).

    Raises
    ------
    InvalidInputError
        If a difference is missing or a gamma below 1.

    Notes
    -----
    With M means of two differences (Walsh averages) the low bound solves
    ``number above tau = M gamma / (1 + gamma)``, the high bound ``= M / (1 + gamma)``; between two
    solutions their mean. At gamma 1 both are the median of the M.

    References
    ----------
    .. [1] Rosenbaum PR (1993), Journal of the American Statistical Association 88:1250-1253.
    """
    strengths = bias_strengths(gammas)
    d = float_vector(differences, name="differences")
    if len(d) == 0:
        return NotEstimable(reason="no_cases", detail="There are no pairs.")
    if len(d) > MOST_PAIRS:
        return NotEstimable(reason="not_available", detail="Too many pairs to compare every two.")
    first, second = np.triu_indices(len(d))
    walsh = np.sort((d[first] + d[second]) / 2)

    def solution(above: float) -> float:
        # Rounding must not turn a whole number of averages into the one below it.
        above = round(above) if math.isclose(above, round(above), rel_tol=1e-12) else above
        last = len(walsh) - 1
        low = walsh[min(max(last - math.floor(above), 0), last)]
        high = walsh[min(max(last - math.ceil(above) + 1, 0), last)]
        return float((low + high) / 2)

    return tuple(
        HodgesLehmannBound(
            gamma=float(gamma),
            low=solution(len(walsh) * gamma / (1 + gamma)),
            high=solution(len(walsh) / (1 + gamma)),
        )
        for gamma in strengths
    )
