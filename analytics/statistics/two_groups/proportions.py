r"""One proportion, and the difference between two independent ones, from counts.

Assumes independent units. When siblings or matched pairs share a fate, use
`analytics.statistics.two_groups.clustered` or `analytics.statistics.two_groups.paired`.
Method notes: ``docs/methods/estimators/two_groups.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from analytics.errors import InvalidInputError
from analytics.statistics._wilson import wilson_formula
from analytics.statistics.inference import symmetric_interval, two_sided_p
from analytics.statistics.inputs import check_counts, critical_z
from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.two_groups._table import unusable_table


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskDifferenceResult:
    """Difference of two independent proportions, treated minus comparison.

    Attributes
    ----------
    estimate : float
        Risk difference, in [-1, 1].
    std_error : float
        Wald standard error; the Newcombe interval doesn't use it.
    conf_int : Interval
        Newcombe hybrid score interval, in [-1, 1].
    conf_int_wald : Interval
        Estimate and normal quantile times `std_error`, for comparison with other reports only; of
        no width when each arm has all or no events, and may leave [-1, 1].
    p_value : float or None
        Pearson chi-squared without continuity correction; None when nobody, or everybody, has the
        event.
    risk_treated, risk_comparison : float
        Proportions, in [0, 1].
    events_treated, n_treated, events_comparison, n_comparison : int
        Counts.
    """

    estimate: float
    std_error: float
    conf_int: Interval
    conf_int_wald: Interval
    p_value: float | None
    risk_treated: float
    risk_comparison: float
    events_treated: int
    n_treated: int
    events_comparison: int
    n_comparison: int


def wilson_interval(events: int, n: int, *, level: float = 0.95) -> Interval:
    r"""Wilson score interval for one proportion.

    Parameters
    ----------
    events, n : int
        Units with the event, and units; ``0 <= events <= n`` and ``n >= 1``.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    Interval
        Limits in [0, 1], method ``"wilson"``; exactly 0 when no unit has the event and 1
        when all have.

    Raises
    ------
    InvalidInputError
        If `n` is 0, the counts contradict each other, or `level` is out of range.

    Notes
    -----
    .. math:: \frac{2np + z^2 \pm z\sqrt{z^2 + 4np(1-p)}}{2(n + z^2)}

    References
    ----------
    .. [1] Newcombe RG (1998), Statistics in Medicine 17:857-872, method 3 (Wilson 1927).

    Examples
    --------
    >>> interval = wilson_interval(30, 200)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.1071, 0.2061)
    """
    z = critical_z(level)
    check_counts(events, n)
    if n == 0:
        raise InvalidInputError("n must be at least 1")
    low, high = wilson_formula(float(events), float(n), z)
    return Interval(
        low=max(0.0, low) if events else 0.0,
        high=min(1.0, high) if events < n else 1.0,
        level=level,
        method="wilson",
    )


def risk_difference(
    *,
    events_treated: int,
    n_treated: int,
    events_comparison: int,
    n_comparison: int,
    level: float = 0.95,
) -> RiskDifferenceResult | NotEstimable:
    r"""Difference of two independent proportions.

    Parameters
    ----------
    events_treated, n_treated, events_comparison, n_comparison : int
        Units with the event and units, by arm; ``0 <= events <= n``.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    RiskDifferenceResult or NotEstimable
        Reason ``"no_cases"`` when both arms are empty, ``"empty_arm"`` when one is.

    Raises
    ------
    InvalidInputError
        If counts contradict each other or `level` is out of range.

    Notes
    -----
    With Wilson limits :math:`(l_T, u_T)` and :math:`(l_C, u_C)` the interval is

    .. math:: d - \sqrt{(p_T - l_T)^2 + (u_C - p_C)^2},\quad
              d + \sqrt{(u_T - p_T)^2 + (p_C - l_C)^2}

    so it still says something when an arm has no event.

    References
    ----------
    .. [1] Newcombe RG (1998), Statistics in Medicine 17:873-890, method 10.
    """
    critical_z(level)
    if missing := unusable_table(
        events_treated=events_treated,
        n_treated=n_treated,
        events_comparison=events_comparison,
        n_comparison=n_comparison,
    ):
        return missing
    p1, p0 = events_treated / n_treated, events_comparison / n_comparison
    w1 = wilson_interval(events_treated, n_treated, level=level)
    w0 = wilson_interval(events_comparison, n_comparison, level=level)
    estimate = p1 - p0
    se = math.sqrt(p1 * (1 - p1) / n_treated + p0 * (1 - p0) / n_comparison)
    return RiskDifferenceResult(
        estimate=estimate,
        std_error=se,
        conf_int=Interval(
            low=max(-1.0, estimate - math.hypot(p1 - w1.low, w0.high - p0)),
            high=min(1.0, estimate + math.hypot(w1.high - p1, p0 - w0.low)),
            level=level,
            method="newcombe_hybrid_score",
        ),
        conf_int_wald=symmetric_interval(estimate, se, level=level, method="wald"),
        p_value=_chi_squared_p(events_treated, n_treated, events_comparison, n_comparison),
        risk_treated=p1,
        risk_comparison=p0,
        events_treated=events_treated,
        n_treated=n_treated,
        events_comparison=events_comparison,
        n_comparison=n_comparison,
    )


def _chi_squared_p(a: int, n1: int, c: int, n0: int) -> float | None:
    """Pearson chi-squared p-value on 1 degree of freedom, uncorrected; None for an empty margin."""
    n, events = n1 + n0, a + c
    if events in {0, n}:
        return None
    statistic = n * (a * n0 - c * n1) ** 2 / (events * (n - events) * n1 * n0)
    return two_sided_p(math.sqrt(statistic))
