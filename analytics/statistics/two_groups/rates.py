r"""Ratio and difference of two event rates, from events and time at risk.

Assumes events that don't bring each other about (Poisson). When a few units have most of the
events, use `analytics.statistics.two_groups.count_models` or
`analytics.statistics.two_groups.clustered`.
Method notes: ``docs/methods/estimators/two_groups.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.special import bdtr, bdtrc

from analytics.errors import InvalidInputError
from analytics.statistics.inference import ratio_interval
from analytics.statistics.inputs import critical_z, missing_arm
from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.two_groups.paired import binomial_odds_limits


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRatio:
    """Ratio of two Poisson rates, treated over comparison.

    Attributes
    ----------
    estimate : float
        From 0 to infinity.
    conf_int : Interval
        Exact, given the total of events.
    p_value : float
        Exact, twice the smaller tail; agrees with `conf_int`.
    std_error : float or None
        Of the logarithm; None when an arm has no event.
    conf_int_wald : Interval or None
        Normal on the log scale; None when an arm has no event.
    rate_treated, rate_comparison : float
        Events per unit of exposure.
    """

    estimate: float
    conf_int: Interval
    p_value: float
    std_error: float | None
    conf_int_wald: Interval | None
    rate_treated: float
    rate_comparison: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RateDifference:
    """Difference of two Poisson rates, treated minus comparison.

    Attributes
    ----------
    estimate : float
        Events per unit of exposure.
    std_error : float
        Wald; the interval doesn't use it.
    conf_int : Interval
        From the two rates' score limits, as Newcombe's for proportions.
    rate_treated, rate_comparison : float
        Events per unit of exposure.
    """

    estimate: float
    std_error: float
    conf_int: Interval
    rate_treated: float
    rate_comparison: float


def rate_ratio(
    *,
    events_treated: int,
    exposure_treated: float,
    events_comparison: int,
    exposure_comparison: float,
    level: float = 0.95,
) -> RateRatio | NotEstimable:
    r"""Ratio of two rates with an exact interval.

    Parameters
    ----------
    events_treated, events_comparison : int
        Events, 0 or more.
    exposure_treated, exposure_comparison : float
        Time at risk, 0 or more, in one unit; an arm with events has some.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    RateRatio or NotEstimable
        Reasons: ``"no_cases"`` and ``"empty_arm"`` (no time at risk), ``"no_events"`` (neither arm
        has an event).

    Raises
    ------
    InvalidInputError
        If a count or exposure is negative, events have no exposure or `level` is out of range.

    Notes
    -----
    Given the total, the treated events are binomial with share
    :math:`\pi = \theta t_T/(\theta t_T + t_C)`; its Clopper-Pearson limits give those of the ratio
    :math:`\theta`. Wald: :math:`\log\hat\theta \pm z\sqrt{1/a + 1/c}`.

    References
    ----------
    .. [1] Przyborowski J, Wilenski H (1940), Biometrika 31:313-323.
    .. [2] Breslow NE, Day NE (1987), Statistical Methods in Cancer Research II, eqs. 3.5 and 3.6.

    Examples
    --------
    >>> result = rate_ratio(
    ...     events_treated=15, exposure_treated=1200.5,
    ...     events_comparison=41, exposure_comparison=2000,
    ... )
    >>> round(result.estimate, 3), round(result.conf_int.low, 3), round(result.conf_int.high, 3)
    (0.61, 0.313, 1.125)
    """
    critical_z(level)
    a, t1, c, t0 = events_treated, exposure_treated, events_comparison, exposure_comparison
    if missing := _unobserved(a, t1, c, t0):
        return missing
    if a + c == 0:
        return NotEstimable(reason="no_events", detail="Neither arm has an event.")
    low, high = (odds * t0 / t1 for odds in binomial_odds_limits(a, a + c, level=level))
    estimate = (a / t1) / (c / t0) if c else math.inf
    se = math.sqrt(1 / a + 1 / c) if a and c else None
    wald = None
    if se is not None:
        wald = ratio_interval(math.log(estimate), se, level=level, method="log_wald")
    return RateRatio(
        estimate=estimate,
        conf_int=Interval(low=low, high=high, level=level, method="exact_conditional"),
        p_value=_central_binomial_p(a, a + c, t1 / (t1 + t0)),
        std_error=se,
        conf_int_wald=wald,
        rate_treated=a / t1,
        rate_comparison=c / t0,
    )


def rate_difference(
    *,
    events_treated: int,
    exposure_treated: float,
    events_comparison: int,
    exposure_comparison: float,
    level: float = 0.95,
) -> RateDifference | NotEstimable:
    r"""Difference of two rates with an interval from the score limits of each.

    Parameters and errors as in `rate_ratio`; estimable without events too.

    Returns
    -------
    RateDifference or NotEstimable
        Reasons ``"no_cases"`` and ``"empty_arm"``.

    Notes
    -----
    Each rate's limits solve :math:`(\lambda - x/t)^2 = z^2\lambda/t`:
    :math:`(x + z^2/2 \pm z\sqrt{x + z^2/4})/t`. The difference takes, as Newcombe does,

    .. math:: d - \sqrt{(r_T - l_T)^2 + (u_C - r_C)^2},\quad
              d + \sqrt{(u_T - r_T)^2 + (r_C - l_C)^2}

    References
    ----------
    .. [1] Li HQ, Tang ML, Poon WY, Tang NS (2011), Computational Statistics & Data Analysis
       55:1653-1660 (hybrid score interval).
    """
    z = critical_z(level)
    a, t1, c, t0 = events_treated, exposure_treated, events_comparison, exposure_comparison
    if missing := _unobserved(a, t1, c, t0):
        return missing
    estimate = a / t1 - c / t0
    down1, up1 = _score_distances(a, t1, z)
    down0, up0 = _score_distances(c, t0, z)
    return RateDifference(
        estimate=estimate,
        std_error=math.sqrt(a / t1**2 + c / t0**2),
        conf_int=Interval(
            low=estimate - math.hypot(down1, up0),
            high=estimate + math.hypot(up1, down0),
            level=level,
            method="hybrid_score",
        ),
        rate_treated=a / t1,
        rate_comparison=c / t0,
    )


def _unobserved(a: int, t1: float, c: int, t0: float) -> NotEstimable | None:
    """Check events and exposures, and say which arms were never observed."""
    for events, time in ((a, t1), (c, t0)):
        if events < 0 or not 0 <= time < math.inf or (events and not time):
            raise InvalidInputError("events and exposures must be 0 or more; events need exposure")
    return missing_arm(math.ceil(t1), math.ceil(t0))


def _score_distances(events: int, exposure: float, z: float) -> tuple[float, float]:
    """Distances from a Poisson rate to its lower and upper score limit."""
    half, root = z * z / 2, z * math.sqrt(events + z * z / 4)
    return (root - half) / exposure, (root + half) / exposure


def _central_binomial_p(events: int, n: int, share: float) -> float:
    """Two-sided binomial test that doubles the smaller tail."""
    below = float(bdtr(events, n, share))
    above = float(bdtrc(events - 1, n, share)) if events else 1.0
    return min(1.0, 2 * min(below, above))
