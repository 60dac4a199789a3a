r"""Tests of association in a two-by-two table, and the exact odds ratio, from counts.

Assumes independent units. Method notes: ``docs/methods/estimators/two_groups.md``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from analytics.statistics.inference import exponential, two_sided_p
from analytics.statistics.inputs import FloatArray, critical_z
from analytics.statistics.results import HealthCheck, Interval, NotEstimable
from analytics.statistics.two_groups._checks import expected_count_check
from analytics.statistics.two_groups._table import unusable_table


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociationTests:
    """Tests that two independent arms have the same risk.

    Attributes
    ----------
    statistic : float
        Pearson's chi-squared, 1 degree of freedom.
    p_value : float
        Of `statistic`.
    statistic_corrected, p_value_corrected : float
        With Yates's continuity correction.
    p_value_fisher : float
        Fisher's exact test, two-sided: tables no likelier than this one.
    p_value_mid_p : float
        Twice Fisher's smaller tail with half the weight on this table.
    smallest_expected : float
        Smallest count expected in a cell if the risks were the same.
    checks : tuple of HealthCheck
        Whether `smallest_expected` is large enough for chi-squared.
    """

    statistic: float
    p_value: float
    statistic_corrected: float
    p_value_corrected: float
    p_value_fisher: float
    p_value_mid_p: float
    smallest_expected: float
    checks: tuple[HealthCheck, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionalOddsRatio:
    """Odds ratio given both margins of the table.

    Attributes
    ----------
    estimate : float
        Conditional maximum likelihood, from 0 to infinity; nearer 1 than the ratio of odds.
    conf_int : Interval
        Exact (Cornfield) interval; a limit is 0 or infinite where the estimate is.
    """

    estimate: float
    conf_int: Interval


def association_tests(
    *, events_treated: int, n_treated: int, events_comparison: int, n_comparison: int
) -> AssociationTests | NotEstimable:
    r"""Chi-squared, Fisher's exact and mid-p tests of one table.

    Parameters
    ----------
    events_treated, n_treated, events_comparison, n_comparison : int
        Units with the event and units, by arm; ``0 <= events <= n``.

    Returns
    -------
    AssociationTests or NotEstimable
        Reasons: ``"no_cases"``, ``"empty_arm"``, ``"no_events"`` (nobody has the event),
        ``"no_variation"`` (everybody has).

    Raises
    ------
    InvalidInputError
        If counts contradict each other.

    Notes
    -----
    .. math:: X^2 = \frac{N(ad - bc)^2}{n_T n_C m_1 m_0},\quad
              X^2_c = \frac{N\max(0, |ad - bc| - N/2)^2}{n_T n_C m_1 m_0}

    with :math:`m_1` events and :math:`m_0` units without; the mid-p is
    :math:`2\min(P(X<a), P(X>a)) + P(X=a)`, X hypergeometric.

    References
    ----------
    .. [1] Yates F (1934), Supplement to the JRSS 1:217-235.
    .. [2] Fisher RA (1935), JRSS 98:39-82.
    .. [3] Lancaster HO (1961), JASA 56:223-234.
    """
    table = (events_treated, n_treated, events_comparison, n_comparison)
    if problem := _unusable_margins(table):
        return problem
    from scipy.stats import fisher_exact, hypergeom  # noqa: PLC0415 - slow to load

    a, n1, c, n0 = table
    n, events = n1 + n0, a + c
    cross = abs(a * n0 - c * n1)
    margins = events * (n - events) * n1 * n0
    statistic = n * cross**2 / margins
    corrected = n * max(0.0, cross - n / 2) ** 2 / margins
    below, here = float(hypergeom.cdf(a - 1, n, events, n1)), float(hypergeom.pmf(a, n, events, n1))
    above = float(hypergeom.sf(a, n, events, n1))
    smallest_expected = min(n1, n0) * min(events, n - events) / n
    return AssociationTests(
        statistic=statistic,
        p_value=two_sided_p(math.sqrt(statistic)),
        statistic_corrected=corrected,
        p_value_corrected=two_sided_p(math.sqrt(corrected)),
        p_value_fisher=min(1.0, float(fisher_exact([[a, n1 - a], [c, n0 - c]]).pvalue)),
        p_value_mid_p=min(1.0, 2 * min(below, above) + here),
        smallest_expected=smallest_expected,
        checks=(expected_count_check(smallest_expected),),
    )


def conditional_odds_ratio(
    *,
    events_treated: int,
    n_treated: int,
    events_comparison: int,
    n_comparison: int,
    level: float = 0.95,
) -> ConditionalOddsRatio | NotEstimable:
    r"""Odds ratio and exact interval given the margins, as Fisher's test sees the table.

    Parameters
    ----------
    events_treated, n_treated, events_comparison, n_comparison : int
        Units with the event and units, by arm; ``0 <= events <= n``.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    ConditionalOddsRatio or NotEstimable
        Reasons as in `association_tests`. Zero cells have an estimate: 0 or infinity.

    Raises
    ------
    InvalidInputError
        If counts contradict each other or `level` is out of range.

    Notes
    -----
    Fisher's noncentral hypergeometric distribution of the treated events; each limit leaves half
    of ``1 - level`` in its tail.

    References
    ----------
    .. [1] Cornfield J (1956), Proceedings of the 3rd Berkeley Symposium 4:135-148.
    """
    critical_z(level)
    table = (events_treated, n_treated, events_comparison, n_comparison)
    if problem := _unusable_margins(table):
        return problem
    a, n1, c, n0 = table
    events = a + c
    support = np.arange(max(0, events - n0), min(n1, events) + 1, dtype=np.float64)
    log_weight = -sum(
        gammaln(cell + 1)
        for cell in (support, n1 - support, events - support, n0 - events + support)
    )
    at = a - int(support[0])
    tail = (1 - level) / 2
    first, last = a == support[0], a == support[-1]

    def solved(gap: Callable[[FloatArray], float]) -> float:
        return _solve_odds(support, log_weight, gap)

    return ConditionalOddsRatio(
        estimate=0.0 if first else math.inf if last else solved(lambda p: float(p @ support) - a),
        conf_int=Interval(
            low=0.0 if first else solved(lambda p: float(p[at:].sum()) - tail),
            high=math.inf if last else solved(lambda p: tail - float(p[: at + 1].sum())),
            level=level,
            method="exact_conditional",
        ),
    )


def _solve_odds(
    support: FloatArray, log_weight: FloatArray, gap: Callable[[FloatArray], float]
) -> float:
    """Odds ratio at which a rising function of the probabilities of `support` is 0."""
    from scipy.optimize import brentq  # noqa: PLC0415 - slow to load, and only used here

    def at(log_odds: float) -> float:
        exponent = log_weight + log_odds * support
        probability = np.exp(exponent - exponent.max())
        return gap(probability / probability.sum())

    reach = 1.0
    while at(-reach) > 0 or at(reach) < 0:
        reach *= 2
    return exponential(float(brentq(at, -reach, reach, xtol=1e-13)))


def _unusable_margins(table: tuple[int, int, int, int]) -> NotEstimable | None:
    """Why a table says nothing of association, or None; counts as in `association_tests`."""
    a, n1, c, n0 = table
    if missing := unusable_table(
        events_treated=a, n_treated=n1, events_comparison=c, n_comparison=n0
    ):
        return missing
    if a + c == 0:
        return NotEstimable(reason="no_events", detail="Nobody has the event.")
    if a + c == n1 + n0:
        return NotEstimable(reason="no_variation", detail="Everybody has the event.")
    return None
