r"""E-values: how strong an unmeasured common cause would have to be to explain a result away.

An E-value says nothing about whether such a cause exists. Method notes:
``docs/methods/estimators/sensitivity.md``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import check_counts, critical_z, missing_arm
from analytics.statistics.results import Interval, NotEstimable

Measure = Literal[
    "risk_ratio",
    "rate_ratio",
    "odds_ratio_rare",
    "odds_ratio_common",
    "hazard_ratio_rare",
    "hazard_ratio_common",
    "standardised_mean_difference",
]


def _hazard_to_risk(ratio: float) -> float:
    return float((1 - 0.5 ** math.sqrt(ratio)) / (1 - 0.5 ** math.sqrt(1 / ratio)))


_AS_RISK_RATIO: dict[Measure, Callable[[float], float]] = {
    "risk_ratio": float,
    "rate_ratio": float,
    "odds_ratio_rare": float,
    "odds_ratio_common": math.sqrt,
    "hazard_ratio_rare": float,
    "hazard_ratio_common": _hazard_to_risk,
    "standardised_mean_difference": lambda difference: math.exp(0.91 * difference),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EValueResult:
    """E-values of an estimate and of its confidence limit nearest to no effect.

    Attributes
    ----------
    measure : str
        What the estimate was: one of `Measure`, or ``"risk_difference"``.
    risk_ratio : float
        The estimate as a (possibly approximate) risk ratio, above 0.
    estimate : float
        E-value of the estimate, at least 1: the smallest risk ratio that an unmeasured cause must
        have with both the arm and the outcome.
    limit : float or None
        E-value of the limit nearest to no effect; 1 when the interval holds no effect, None when no
        interval was given.
    """

    measure: str
    risk_ratio: float
    estimate: float
    limit: float | None


def e_value(
    estimate: float, *, measure: Measure, conf_int: Interval | None = None
) -> EValueResult | NotEstimable:
    r"""Give the E-value of a ratio or a standardised mean difference.

    Parameters
    ----------
    estimate : float
        Above 0 for a ratio; any finite number for a standardised mean difference.
    measure : str
        One of `Measure`. "Common" means more than about 15 % with the outcome at the end of
        follow-up; the risk ratio is then approximate, as it is for a mean difference.
    conf_int : Interval, optional
        Interval of the estimate, on its own scale.

    Returns
    -------
    EValueResult or NotEstimable
        Reason ``"not_available"`` when a mean difference is too large to stand for a risk ratio.

    Raises
    ------
    InvalidInputError
        If the measure is unknown, a ratio or limit isn't above 0 and finite, or the interval
        doesn't hold the estimate.

    Notes
    -----
    With :math:`R` the risk ratio or, below 1, its inverse, :math:`E = R + \sqrt{R(R-1)}`. Common
    odds ratio :math:`R = \sqrt{OR}`; common hazard ratio
    :math:`R = (1 - 0.5^{\sqrt{HR}}) / (1 - 0.5^{\sqrt{1/HR}})`; standardised mean difference
    :math:`R = \exp(0.91 d)`.

    References
    ----------
    .. [1] VanderWeele TJ, Ding P (2017), Annals of Internal Medicine 167:268-274, table 2.

    Examples
    --------
    >>> interval = Interval(low=1.8, high=8.7, level=0.95, method="wald")
    >>> result = e_value(3.9, measure="risk_ratio", conf_int=interval)
    >>> round(result.estimate, 2), result.limit
    (7.26, 3.0)
    """
    if measure not in _AS_RISK_RATIO:
        raise InvalidInputError("measure is not one that has an E-value")
    limits = () if conf_int is None else (conf_int.low, conf_int.high)
    for value in (estimate, *limits):
        is_ratio = measure != "standardised_mean_difference"
        if not math.isfinite(value) or (is_ratio and value <= 0):
            raise InvalidInputError("an estimate or limit is out of its range")
    if limits and not limits[0] <= estimate <= limits[1]:
        raise InvalidInputError("the interval must hold the estimate")
    try:
        ratios = [_AS_RISK_RATIO[measure](value) for value in (estimate, *limits)]
        values = [_e_value(ratio) for ratio in ratios]
    except (OverflowError, ZeroDivisionError):
        return NotEstimable(reason="not_available", detail="The estimate is too large to convert.")
    limit = None
    if conf_int is not None:
        holds_null = ratios[1] <= 1 <= ratios[2]
        limit = 1.0 if holds_null else min(values[1:])
    return EValueResult(measure=measure, risk_ratio=ratios[0], estimate=values[0], limit=limit)


def e_value_risk_difference(
    *,
    events_treated: int,
    n_treated: int,
    events_comparison: int,
    n_comparison: int,
    level: float = 0.95,
) -> EValueResult | NotEstimable:
    r"""Give the E-value of a difference of two risks, from counts of independent units.

    Parameters
    ----------
    events_treated, n_treated, events_comparison, n_comparison : int
        Units with the event and units, by arm; ``0 <= events <= n``.
    level : float
        Level of the interval whose limit is judged, strictly between 0 and 1.

    Returns
    -------
    EValueResult or NotEstimable
        Reasons ``"no_cases"``, ``"empty_arm"``; ``"no_events"`` when an arm has no event, because
        no finite confounder could then explain a difference.

    Raises
    ------
    InvalidInputError
        If counts contradict each other or `level` is out of range.

    Notes
    -----
    With the higher risk :math:`p_1`, the lower :math:`p_0`, the share f of units in the first and a
    bias factor :math:`B \ge 1`, the least difference that could be true is
    :math:`(p_1 - B p_0)(f + (1-f)/B)`. It is 0 at :math:`B = p_1/p_0`; its Wald limit (delta
    method in :math:`p_1, p_0, f`) is 0 at the B found by root search.
    :math:`E = B + \sqrt{B(B-1)}`.

    References
    ----------
    .. [1] Ding P, VanderWeele TJ (2016), Epidemiology 27:368-377, p. 376 and eAppendix.
    """
    z = critical_z(level)
    check_counts(events_treated, n_treated, arm=" of the treated arm")
    check_counts(events_comparison, n_comparison, arm=" of the comparison arm")
    if missing := missing_arm(n_treated, n_comparison):
        return missing
    if 0 in (events_treated, events_comparison):
        return NotEstimable(reason="no_events", detail="An arm has no event.")
    arms = [(events_treated, n_treated), (events_comparison, n_comparison)]
    (a, n1), (c, n0) = sorted(arms, key=lambda arm: -arm[0] / arm[1])
    return EValueResult(
        measure="risk_difference",
        risk_ratio=(events_treated / n_treated) / (events_comparison / n_comparison),
        estimate=_e_value((a / n1) / (c / n0)),
        limit=_e_value(_bias_factor_of_limit(a, n1, c, n0, z)),
    )


def _e_value(ratio: float) -> float:
    """Return the E-value of one risk ratio."""
    away = max(ratio, 1 / ratio)
    return away + math.sqrt(away * (away - 1))


def _bias_factor_of_limit(a: int, n1: int, c: int, n0: int, z: float) -> float:
    """Bias factor that brings the lower limit of a difference of at least 0 to 0; 1 if it is."""
    from scipy.optimize import brentq  # noqa: PLC0415 - slow to import

    p1, p0, f = a / n1, c / n0, n1 / (n1 + n0)
    variance1, variance0 = p1 * (1 - p1) / n1, p0 * (1 - p0) / n0
    variance_f = f * (1 - f) / (n1 + n0)

    def limit(B: float) -> float:
        difference, share = p1 - B * p0, f + (1 - f) / B
        variance = (variance1 + B * B * variance0) * share**2
        variance += (difference * (1 - 1 / B)) ** 2 * variance_f
        return float(difference * share - z * math.sqrt(variance))

    if limit(1.0) <= 0:
        return 1.0
    return float(brentq(limit, 1.0, p1 / p0, xtol=1e-12, rtol=1e-14))
