r"""Ratios of risks and odds between two independent arms, from counts.

Method notes: ``docs/methods/estimators/two_groups.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from analytics.statistics.inference import ratio_interval, two_sided_p
from analytics.statistics.inputs import critical_z
from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.two_groups._table import unusable_table


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioResult:
    """Ratio of two independent risks or odds, treated over comparison.

    Attributes
    ----------
    estimand : {"risk_ratio", "odds_ratio"}
        What the ratio is of.
    estimate : float
        Ratio, above 0.
    std_error : float
        Standard error of the natural logarithm of the ratio.
    conf_int : Interval
        Interval on the ratio scale.
    p_value : float
        Two-sided Wald test that the logarithm is 0; agrees with `conf_int`.
    risk_treated, risk_comparison : float
        Proportions, in [0, 1].
    events_treated, n_treated, events_comparison, n_comparison : int
        Counts.
    """

    estimand: Literal["risk_ratio", "odds_ratio"]
    estimate: float
    std_error: float
    conf_int: Interval
    p_value: float
    risk_treated: float
    risk_comparison: float
    events_treated: int
    n_treated: int
    events_comparison: int
    n_comparison: int


def risk_ratio(
    *,
    events_treated: int,
    n_treated: int,
    events_comparison: int,
    n_comparison: int,
    level: float = 0.95,
) -> RatioResult | NotEstimable:
    r"""Ratio of two independent risks with the log-Wald interval.

    Parameters, errors and empty arms as in `proportions.risk_difference`. No continuity correction:
    reason ``"no_events"`` when an arm has no event, or when every unit of both arms has it.

    Returns
    -------
    RatioResult or NotEstimable
        Estimand ``"risk_ratio"``.

    Notes
    -----
    .. math:: \exp\left(\log(p_T/p_C) \pm z\sqrt{1/a - 1/n_T + 1/c - 1/n_C}\right)

    References
    ----------
    .. [1] Katz D et al. (1978), Biometrics 34:469-474, method C.
    """
    a, c = events_treated, events_comparison
    return _ratio("risk_ratio", (a, n_treated, c, n_comparison), level)


def odds_ratio(
    *,
    events_treated: int,
    n_treated: int,
    events_comparison: int,
    n_comparison: int,
    level: float = 0.95,
) -> RatioResult | NotEstimable:
    r"""Ratio of two independent odds with Woolf's interval.

    Parameters, errors and empty arms as in `proportions.risk_difference`. No continuity correction:
    reason ``"no_events"`` when any of the four cells is 0.

    Returns
    -------
    RatioResult or NotEstimable
        Estimand ``"odds_ratio"``.

    Notes
    -----
    .. math:: \exp\left(\log\frac{ad}{bc} \pm z\sqrt{1/a + 1/b + 1/c + 1/d}\right)

    References
    ----------
    .. [1] Woolf B (1955), Annals of Human Genetics 19:251-253.
    """
    a, c = events_treated, events_comparison
    return _ratio("odds_ratio", (a, n_treated, c, n_comparison), level)


def _ratio(
    estimand: Literal["risk_ratio", "odds_ratio"], table: tuple[int, int, int, int], level: float
) -> RatioResult | NotEstimable:
    """Log-Wald ratio; `table` is events and n of the treated, events and n of the comparison."""
    a, n1, c, n0 = table
    critical_z(level)
    if missing := unusable_table(
        events_treated=a, n_treated=n1, events_comparison=c, n_comparison=n0
    ):
        return missing
    b, d = n1 - a, n0 - c
    needed = (a, c, b + d) if estimand == "risk_ratio" else (a, b, c, d)
    if 0 in needed:
        return NotEstimable(
            reason="no_events", detail="A cell that the ratio or its standard error needs is 0."
        )
    estimate = (a / n1) / (c / n0) if estimand == "risk_ratio" else a * d / (b * c)
    variance = 1 / a + 1 / c
    variance += -1 / n1 - 1 / n0 if estimand == "risk_ratio" else 1 / b + 1 / d
    se = math.sqrt(variance)
    log_ratio = math.log(estimate)
    return RatioResult(
        estimand=estimand,
        estimate=estimate,
        std_error=se,
        conf_int=ratio_interval(
            log_ratio,
            se,
            level=level,
            method="log_wald" if estimand == "risk_ratio" else "woolf",
        ),
        p_value=two_sided_p(log_ratio / se),
        risk_treated=a / n1,
        risk_comparison=c / n0,
        events_treated=a,
        n_treated=n1,
        events_comparison=c,
        n_comparison=n0,
    )
