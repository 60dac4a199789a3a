r"""An estimated effect, from a fitted contrast or from influence functions.

Method notes: ``docs/methods/estimators/propensity.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from analytics.statistics.inference import (
    exponential,
    ratio_interval,
    symmetric_interval,
    two_sided_p,
)
from analytics.statistics.inputs import BoolArray, FloatArray
from analytics.statistics.linear_models import LinearFit, fit_linear, linear_contrast
from analytics.statistics.results import Interval, NotEstimable

Measure = Literal["difference", "risk_ratio"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectEstimate:
    """Effect of treatment on the units that the weights, or the estimand, describe.

    Attributes
    ----------
    measure : {"difference", "risk_ratio"}
        Treated minus, or over, comparison.
    estimate : float
        In the outcome's units for the difference; above 0 for the ratio.
    std_error : float
        Of the natural logarithm for the ratio.
    conf_int : Interval
        Student t interval, on the scale of `estimate`.
    statistic : float
        Estimate (log for the ratio) over `std_error`.
    df : float
        Degrees of freedom.
    p_value : float
        Two-sided, in [0, 1].
    mean_treated, mean_comparison : float
        Weighted means of the outcome under treatment and without.
    n_treated, n_comparison : int
        Rows of weight above 0, by arm.
    n_clusters : int or None
        Clusters, the smaller number when clustered two ways; None without clusters.
    vcov_type : str
        ``"HC1"``, ``"CR0"``, ``"CR1"`` or ``"CR2"``: weights taken as known;
        ``"influence_function"``: the estimated score (and outcome models) allowed for.
    """

    measure: Measure
    estimate: float
    std_error: float
    conf_int: Interval
    statistic: float
    df: float
    p_value: float
    mean_treated: float
    mean_comparison: float
    n_treated: int
    n_comparison: int
    n_clusters: int | None
    vcov_type: str


@dataclass(frozen=True, slots=True)
class ArmMeans:
    """Estimated means (treated, comparison), how they are contrasted, and the arm of each row."""

    measure: Measure
    means: tuple[float, float]
    arm: BoolArray

    def vector(self) -> FloatArray | NotEstimable:
        """Differentiate the difference, or the log ratio, in the two means."""
        if self.measure == "difference":
            return np.array([1.0, -1.0])
        if min(self.means) <= 0:
            return NotEstimable(reason="no_events", detail="A mean isn't above 0.")
        return np.array([1 / self.means[0], -1 / self.means[1]])

    def estimate(
        self, fit: LinearFit, vector: ArrayLike, *, vcov_type: str, level: float
    ) -> EffectEstimate | NotEstimable:
        """Put the standard error of a combination of coefficients around the contrast."""
        result = linear_contrast(fit, vector, level=level)
        if isinstance(result, NotEstimable):
            return result
        is_ratio = self.measure == "risk_ratio"
        one, other = self.means
        linear = math.log(one / other) if is_ratio else one - other
        interval = ratio_interval if is_ratio else symmetric_interval
        statistic = linear / result.std_error
        return EffectEstimate(
            measure=self.measure,
            estimate=exponential(linear) if is_ratio else linear,
            std_error=result.std_error,
            conf_int=interval(
                linear,
                result.std_error,
                level=level,
                method=result.conf_int.method,
                df=result.df,
            ),
            statistic=statistic,
            df=result.df,
            p_value=two_sided_p(statistic, result.df),
            mean_treated=one,
            mean_comparison=other,
            n_treated=int(self.arm.sum()),
            n_comparison=int((~self.arm).sum()),
            n_clusters=fit.n_clusters,
            vcov_type=vcov_type,
        )

    def from_influence(
        self,
        influence: FloatArray,
        groupings: tuple[ArrayLike | None, ArrayLike | None],
        level: float,
    ) -> EffectEstimate | NotEstimable:
        """Build a result from the influence of each unit on the two means, shape (n, 2).

        The variance of a mean of influences, summed by cluster, times clusters / (clusters - 1).
        """
        vector = self.vector()
        if isinstance(vector, NotEstimable):
            return vector
        cluster, second = groupings
        fit = fit_linear(
            influence @ vector,
            np.ones((len(self.arm), 1)),
            cluster=cluster,
            second_cluster=second,
            vcov_type="HC1" if cluster is None else "CR1",
        )
        if isinstance(fit, NotEstimable):
            return fit
        return self.estimate(fit, [1.0], vcov_type="influence_function", level=level)
