r"""Cluster-robust variance of a contrast of arms when the model is nothing but the arm.

The general sandwich is `analytics.statistics.cluster_robust`. Here its matrices have a closed form:
arms share no coefficient, so each cluster's residuals in an arm count only by their total.
Method notes: ``docs/methods/estimators/two_groups.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.statistics.cluster_robust import ClusterKind
from analytics.statistics.inputs import FloatArray

# Totals that differ by less than this share of themselves are equal but for rounding.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arm:
    """One arm's part in a contrast, by cluster.

    Attributes
    ----------
    score : ndarray of float, shape (g,)
        Residual total of each cluster in the arm.
    expected : ndarray of float, shape (g,)
        Total that the model expects of each cluster.
    share : ndarray of float, shape (g,)
        Part of the arm's size (or information) that each cluster holds, in [0, 1].
    weight : float
        Change of the linear estimate (difference or log ratio) per unit of residual.
    working_variance : float
        Variance that the arm adds to the linear estimate when the model's own variance is true.
    """

    score: FloatArray
    expected: FloatArray
    share: FloatArray
    weight: float
    working_variance: float


def arm_variance(
    arms: tuple[Arm, ...], repeats: FloatArray, *, kind: ClusterKind, n_units: float
) -> float:
    r"""Variance of the linear estimate.

    Parameters
    ----------
    arms : tuple of Arm
        Every share below 1: each arm has at least two clusters.
    repeats : ndarray of float, shape (g,)
        Clusters with each pattern.
    kind : {"CR0", "CR1", "CR2"}
        Estimator.
    n_units : float
        Units, for CR1; more than there are arms.

    Returns
    -------
    float
        0 or more; exactly 0 when the totals vary no more than rounding does.

    Notes
    -----
    :math:`V = \sum_g(\sum_a w_a r_{ga})^2`, times :math:`\frac{G}{G-1}\frac{N-1}{N-A}` for CR1 with
    A arms, each :math:`r_{ga}` over :math:`\sqrt{1-h_{ga}}` for CR2.
    """
    influence, rounding = np.zeros_like(repeats), np.zeros_like(repeats)
    for arm in arms:
        adjusted = arm.score / np.sqrt(1 - arm.share) if kind == "CR2" else arm.score
        influence += arm.weight * adjusted
        rounding += _ROUNDING * np.abs(arm.weight * arm.expected)
    if (np.abs(influence) <= rounding).all():
        return 0.0
    variance = float(repeats @ influence**2)
    if kind == "CR1":
        clusters = float(repeats.sum())
        variance *= clusters / (clusters - 1) * (n_units - 1) / (n_units - len(arms))
    return variance


def satterthwaite(arms: tuple[Arm, ...], repeats: FloatArray) -> float:
    r"""Degrees of freedom of the CR2 variance.

    Parameters
    ----------
    arms : tuple of Arm
        Every share below 1.
    repeats : ndarray of float, shape (g,)
        Clusters with each pattern.

    Returns
    -------
    float
        Above 0.

    Notes
    -----
    Under the working model the adjusted scores of clusters g and j have covariance
    :math:`P_{gj} = \sum_a v_a(\delta_{gj}h_{ga} - h_{ga}h_{ja})/\sqrt{(1-h_{ga})(1-h_{ja})}`, so
    that with :math:`q = h/\sqrt{1-h}` and :math:`d_g = \sum_a v_a h_{ga}`

    .. math:: \nu = \frac{(\sum_a v_a)^2}{\sum_g d_g^2 + \sum_{ab} v_a v_b
              \big[(\sum_g q_{ga}q_{gb})^2 - \sum_g q_{ga}^2q_{gb}^2\big]}

    References
    ----------
    .. [1] Pustejovsky JE, Tipton E (2018), JBES 36:672-683, eq. 11.
    """
    v = np.array([arm.working_variance for arm in arms])
    h = np.stack([arm.share for arm in arms])
    q = h / np.sqrt(1 - h)
    same = (q * repeats) @ q.T
    squared = (q**2 * repeats) @ (q**2).T
    between = v @ (same**2 - squared) @ v
    return float(v.sum() ** 2 / (repeats @ (v @ h) ** 2 + between))
