"""Size, power and detectable effect of studies that count events or time to an event.

Each function is given two of size, power and effect, and solves for the third. Method notes:
``docs/methods/estimators/design.md``.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from scipy.special import ndtri

from analytics.errors import InvalidInputError
from analytics.statistics.design._planning import Plan, cluster_df, solve
from analytics.statistics.design.planning import (
    Clustering,
    Direction,
    StudySize,
    design_effect,
    directional_power,
)
from analytics.statistics.inputs import critical_z
from analytics.statistics.results import NotEstimable

# Ratios are looked for between these, far outside anything seen in services.
_SMALLEST_RATIO, _LARGEST_RATIO = 0.001, 100.0


def two_rates(  # noqa: PLR0913 - what a study is made of
    *,
    rate_comparison: float,
    follow_up: float,
    rate_ratio: float | None = None,
    n_treated: int | None = None,
    power: float | None = None,
    dispersion: float = 0.0,
    ratio: float = 1.0,
    level: float = 0.95,
    direction: Direction = "lower",
) -> StudySize | NotEstimable:
    r"""Two event rates, Poisson or negative binomial.

    Parameters
    ----------
    rate_comparison : float
        Events per unit and time in the comparison arm, above 0.
    follow_up : float
        Time each unit is followed, above 0, in the time unit of the rate.
    rate_ratio : float, optional
        Treated over comparison, above 0.
    dispersion : float
        Variance of the units' own rates over the squared mean (kappa), 0 or more; 0 is Poisson.
    n_treated, power, ratio, level, direction
        As in `two_proportions`.

    Returns
    -------
    StudySize or NotEstimable
        Estimand ``"rate_ratio"``. Reason ``"not_reached"``.

    Raises
    ------
    InvalidInputError
        As in `two_proportions`, or if a rate, time or dispersion is out of range.

    Notes
    -----
    Wald test of the log rate ratio with variance

    .. math:: 1/(n_T t\lambda_T) + 1/(n_C t\lambda_C) + \kappa(1/n_T + 1/n_C)

    References
    ----------
    .. [1] Zhu H, Lakkis H (2014), Statistics in Medicine 33:376-387, approach 2.
    """
    if not (0 < rate_comparison < math.inf and 0 < follow_up < math.inf and dispersion >= 0):
        raise InvalidInputError("rate and follow_up must be above 0, dispersion 0 or more")
    _check_ratio(rate_ratio)
    expected = rate_comparison * follow_up

    def power_of(n1: float, n0: float, effect: float) -> float:
        poisson = 1 / (n1 * expected * effect) + 1 / (n0 * expected)
        error = math.sqrt(poisson + dispersion * (1 / n1 + 1 / n0))
        return directional_power(
            effect=math.log(effect), se_null=error, se_effect=error, level=level
        )

    plan = _ratio_plan(power_of, direction, design="two_rates", ratio=ratio, level=level)
    return solve(plan, n_treated=n_treated, power=power, effect=rate_ratio)


def events_needed(
    *, hazard_ratio: float, power: float = 0.8, ratio: float = 1.0, level: float = 0.95
) -> float:
    r"""Events in both arms together for a log-rank test, by Schoenfeld's formula.

    Parameters
    ----------
    hazard_ratio : float
        Treated over comparison, above 0 and not 1.
    power : float
        Between one half and 1.
    ratio : float
        Comparison units for each treated one, above 0.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    float
        Number of events, not rounded.

    Raises
    ------
    InvalidInputError
        If a value is out of range.

    Notes
    -----
    .. math:: (z_{1-\alpha/2} + z_{power})^2 / \{\pi(1-\pi)\log^2 HR\},\quad \pi = 1/(1 + ratio)

    References
    ----------
    .. [1] Schoenfeld DA (1983), Biometrics 39:499-503.

    Examples
    --------
    >>> round(events_needed(hazard_ratio=2), 2)
    65.35
    """
    _check_ratio(hazard_ratio)
    if hazard_ratio == 1 or not 0.5 <= power < 1 or not 0 < ratio < math.inf:
        raise InvalidInputError("needs a hazard ratio other than 1, and power from 0.5 to below 1")
    share = 1 / (1 + ratio)
    quantiles = critical_z(level) + float(ndtri(power))
    return quantiles**2 / (share * (1 - share) * math.log(hazard_ratio) ** 2)


def time_to_event(
    *,
    event_risk_comparison: float,
    hazard_ratio: float | None = None,
    n_treated: int | None = None,
    power: float | None = None,
    ratio: float = 1.0,
    level: float = 0.95,
    clustering: Clustering | None = None,
    direction: Direction = "lower",
) -> StudySize | NotEstimable:
    r"""Time to an event, log-rank test.

    Parameters
    ----------
    event_risk_comparison : float
        Share of the comparison arm seen to have the event by the end of follow-up, in (0, 1).
    hazard_ratio : float, optional
        Treated over comparison, above 0.
    n_treated, power, ratio, level, clustering, direction
        As in `two_proportions`.

    Returns
    -------
    StudySize or NotEstimable
        Estimand ``"hazard_ratio"``. Reasons ``"not_reached"``, ``"too_few_clusters"``.

    Raises
    ------
    InvalidInputError
        As in `two_proportions`, or if a value is out of range.

    Notes
    -----
    Variance of the log hazard ratio :math:`D/\{d\,\pi(1-\pi)\}` with
    :math:`d = n_C r + n_T\{1 - (1-r)^{HR}\}` expected events and :math:`\pi` the share treated.

    References
    ----------
    .. [1] Schoenfeld DA (1983), Biometrics 39:499-503.
    """
    if not 0 < event_risk_comparison < 1:
        raise InvalidInputError("event_risk_comparison must be in (0, 1)")
    _check_ratio(hazard_ratio)
    factor = design_effect(clustering)

    def power_of(n1: float, n0: float, effect: float) -> float:
        risk = 1 - (1 - event_risk_comparison) ** effect
        events = n1 * risk + n0 * event_risk_comparison
        share = n1 / (n1 + n0)
        error = math.sqrt(factor / (events * share * (1 - share)))
        df = cluster_df(n1, n0, clustering)
        return directional_power(
            effect=math.log(effect), se_null=error, se_effect=error, level=level, df=df
        )

    plan = _ratio_plan(
        power_of,
        direction,
        design="time_to_event",
        ratio=ratio,
        level=level,
        clustering=clustering,
    )
    return solve(plan, n_treated=n_treated, power=power, effect=hazard_ratio)


def _check_ratio(ratio: float | None) -> None:
    """Raise InvalidInputError unless an effect that is a ratio is above 0."""
    if ratio is not None and not 0 < ratio < math.inf:
        raise InvalidInputError("a ratio must be above 0")


def _ratio_plan(
    power_of: Callable[[float, float, float], float],
    direction: Direction,
    *,
    design: str,
    ratio: float,
    level: float,
    clustering: Clustering | None = None,
) -> Plan:
    """Plan of a study whose effect is a ratio."""
    return Plan(
        design=design,
        estimand="rate_ratio" if design == "two_rates" else "hazard_ratio",
        power_of=power_of,
        df_of=lambda n1, n0: cluster_df(n1, n0, clustering),
        no_effect=1.0,
        bound=_SMALLEST_RATIO if direction == "lower" else _LARGEST_RATIO,
        ratio=ratio,
        level=level,
        clustering=clustering,
    )
