r"""What each estimand of two arms takes from the totals of clusters.

Method notes: ``docs/methods/estimators/two_groups.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from analytics.statistics.inputs import FloatArray
from analytics.statistics.two_groups._arm_sandwich import Arm
from analytics.statistics.two_groups.cluster_totals import ClusterTotals

Estimand = Literal["risk_difference", "risk_ratio", "odds_ratio", "rate_difference", "rate_ratio"]
RATES = ("rate_difference", "rate_ratio")
RATIOS = ("risk_ratio", "odds_ratio", "rate_ratio")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ContrastParts:
    """A contrast on the scale on which it is normal, and what its variance is made of.

    Attributes
    ----------
    linear : float
        Difference, log ratio or log odds ratio.
    means : tuple of float
        Of the treated and of the comparison: risks, means or rates.
    arms : tuple of Arm
        Treated and comparison.
    """

    linear: float
    means: tuple[float, float]
    arms: tuple[Arm, Arm]


def contrast_parts(totals: ClusterTotals, estimand: Estimand) -> ContrastParts:
    """Take a contrast apart by arm and cluster.

    Parameters
    ----------
    totals : ClusterTotals
        With units in both arms, and events wherever the estimand needs them.
    estimand : {"risk_difference", "risk_ratio", "odds_ratio", "rate_difference", "rate_ratio"}
        Rates divide by exposure, the others by units.

    Returns
    -------
    ContrastParts
    """
    (one, treated), (other, comparison) = (
        _arm(events, exposure if estimand in RATES else units, totals.repeats, estimand, sign)
        for (events, units, exposure), sign in zip(totals.sides(), (1, -1), strict=True)
    )
    if estimand == "odds_ratio":
        linear = math.log(one / (1 - one)) - math.log(other / (1 - other))
    else:
        linear = math.log(one) - math.log(other) if estimand in RATIOS else one - other
    return ContrastParts(linear=linear, means=(one, other), arms=(treated, comparison))


def _arm(
    events: FloatArray, size: FloatArray, repeats: FloatArray, estimand: Estimand, sign: int
) -> tuple[float, Arm]:
    """Mean of one arm, and its part in the linear estimate."""
    total = float(repeats @ size)
    mean = float(repeats @ events) / total
    # The model's variance of one unit; least squares takes it as equal in both arms.
    variance = {"risk_difference": 1.0, "odds_ratio": mean * (1 - mean)}.get(estimand, mean)
    slope = variance if estimand in RATIOS else 1.0
    return mean, Arm(
        score=events - size * mean,
        expected=size * mean,
        share=size / total,
        weight=sign / (total * slope),
        working_variance=variance / (total * slope * slope),
    )
