r"""Answers on an ordered scale in two independent groups, from counts.

Assumes that nobody answered in both groups; for repeated respondents use
`analytics.statistics.scores.proportional_odds`. Method notes:
``docs/methods/estimators/scores.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from analytics.errors import InvalidInputError
from analytics.statistics.inference import critical_value, two_sided_p
from analytics.statistics.inputs import FloatArray, IntArray, critical_z
from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.scores._counts import count_array


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerComparison:
    """Whether one group answers higher than another.

    Attributes
    ----------
    probability_of_superiority : float
        Chance that an answer of the first group is the higher one, ties counted half, in (0, 1);
        0.5 when neither tends to be higher.
    conf_int : Interval
        Interval of `probability_of_superiority`, in (0, 1).
    somers_d : float
        Twice that probability minus 1, in (-1, 1).
    somers_d_conf_int : Interval
        Interval of `somers_d`.
    std_error : float
        Standard error of `probability_of_superiority`.
    df : float
        Welch-Satterthwaite degrees of freedom of the intervals.
    p_value : float
        Mann-Whitney test with ties, normal approximation without continuity correction. It can
        disagree with `conf_int` near the border: it takes the two distributions as equal, the
        interval doesn't.
    mean_rank_first, mean_rank_second : float
        Mean midrank of each group among all answers, from 1.
    n_first, n_second : int
        Respondents who answered.
    """

    probability_of_superiority: float
    conf_int: Interval
    somers_d: float
    somers_d_conf_int: Interval
    std_error: float
    df: float
    p_value: float
    mean_rank_first: float
    mean_rank_second: float
    n_first: int
    n_second: int


def compare_answers(
    first: ArrayLike, second: ArrayLike, *, level: float = 0.95
) -> AnswerComparison | NotEstimable:
    r"""Compare the answers of two independent groups or unlinked waves.

    Parameters
    ----------
    first, second : array_like of int, shape (n_answers,)
        Respondents by answer, lowest first, of each group.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    AnswerComparison or NotEstimable
        Reasons: ``"no_cases"``, ``"empty_arm"``, ``"too_few_cases"`` (a group of one),
        ``"no_variation"`` (everybody gave the same answer), ``"separation"`` (no answers overlap,
        so there is no standard error).

    Raises
    ------
    InvalidInputError
        If counts are not whole numbers from 0, lengths differ, or `level` is out of range.

    Notes
    -----
    With :math:`F_g` the share of the other group below an answer plus half the share at it,

    .. math:: \theta = E_1[F_2],\quad
        v = \frac{\mathrm{Var}_1[F_2]}{n_1} + \frac{\mathrm{Var}_2[F_1]}{n_2}

    with variances on :math:`n_g - 1`, Welch-Satterthwaite degrees of freedom, and the interval
    on the logit scale so that it stays in (0, 1): :math:`\mathrm{logit}\,\theta \pm
    t\sqrt v / (\theta(1-\theta))`.

    References
    ----------
    .. [1] Brunner E, Munzel U (2000), Biometrical Journal 42:17-25, eq. 4.4-4.7.
    .. [2] Mann HB, Whitney DR (1947), Annals of Mathematical Statistics 18:50-60.
    """
    critical_z(level)
    a = count_array(first, name="first", ndim=1)
    b = count_array(second, name="second", ndim=1)
    if len(a) != len(b):
        raise InvalidInputError("first and second must offer the same answers")
    if problem := _problem(a, b):
        return problem
    n1, n2 = int(a.sum()), int(b.sum())
    below_first, below_second = _midpoint(a), _midpoint(b)
    theta = float(a @ below_second) / n1
    v1 = float(a @ (below_second - theta) ** 2) / (n1 - 1) / n1
    v2 = float(b @ (below_first - 1 + theta) ** 2) / (n2 - 1) / n2
    if v1 + v2 == 0 or not 0 < theta < 1:
        return NotEstimable(
            reason="separation", detail="The answers of the two groups don't overlap."
        )
    df = (v1 + v2) ** 2 / (v1**2 / (n1 - 1) + v2**2 / (n2 - 1))
    se = math.sqrt(v1 + v2)
    interval = _logit_interval(theta, se, df, level)
    return AnswerComparison(
        probability_of_superiority=theta,
        conf_int=interval,
        somers_d=2 * theta - 1,
        somers_d_conf_int=Interval(
            low=2 * interval.low - 1,
            high=2 * interval.high - 1,
            level=level,
            method=interval.method,
        ),
        std_error=se,
        df=df,
        p_value=_mann_whitney_p(a + b, theta, n1, n2),
        mean_rank_first=n2 * theta + (n1 + 1) / 2,
        mean_rank_second=n1 * (1 - theta) + (n2 + 1) / 2,
        n_first=n1,
        n_second=n2,
    )


def _problem(a: IntArray, b: IntArray) -> NotEstimable | None:
    """Reason why nothing can be compared, or None."""
    smaller, larger = sorted((int(a.sum()), int(b.sum())))
    if larger == 0:
        return NotEstimable(reason="no_cases", detail="Nobody answered.")
    if smaller == 0:
        return NotEstimable(reason="empty_arm", detail="Nobody in one group answered.")
    if smaller == 1:
        return NotEstimable(reason="too_few_cases", detail="One group has a single answer.")
    if np.count_nonzero(a + b) == 1:
        return NotEstimable(reason="no_variation", detail="Everybody gave the same answer.")
    return None


def _midpoint(counts: IntArray) -> FloatArray:
    """Share of a group below each answer plus half the share at it."""
    return np.asarray((np.cumsum(counts) - counts / 2) / counts.sum(), dtype=np.float64)


def _logit_interval(theta: float, se: float, df: float, level: float) -> Interval:
    """Student t interval on the logit scale."""
    centre = math.log(theta / (1 - theta))
    half = critical_value(level, df) * se / (theta * (1 - theta))
    return Interval(
        low=float(expit(centre - half)),
        high=float(expit(centre + half)),
        level=level,
        method="brunner_munzel_logit",
    )


def _mann_whitney_p(pooled: IntArray, theta: float, n1: int, n2: int) -> float:
    """Two-sided p-value; the variance under equal distributions is corrected for ties."""
    n = n1 + n2
    ties = pooled.astype(np.float64)
    variance = (n + 1 - float((ties**3 - ties).sum()) / (n * (n - 1))) / (12 * n1 * n2)
    return two_sided_p((theta - 0.5) / math.sqrt(variance))
