r"""Two measurements of the same units, or of matched pairs: proportions and means.

Pairs are independent of each other, unless they are given clusters. Method notes:
``docs/methods/estimators/two_groups.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtr, betaincinv

from analytics.errors import InvalidInputError
from analytics.statistics.inference import two_sided_p
from analytics.statistics.inputs import critical_z, float_vector
from analytics.statistics.linear_models import LinearContrast, fit_linear, linear_contrast
from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.two_groups.proportions import wilson_interval


@dataclass(frozen=True, slots=True, kw_only=True)
class McNemarResult:
    """Whether one side of pairs has the event more often than the other.

    Attributes
    ----------
    statistic : float
        McNemar's chi-squared without correction, 1 degree of freedom.
    p_value : float
        Of `statistic`.
    p_value_corrected : float
        With Edwards's continuity correction.
    p_value_exact : float
        Two-sided binomial test of the discordant pairs.
    p_value_mid_p : float
        As exact, the observed table with half its weight.
    odds_ratio : float
        Conditional: discordant pairs in which only the treated has the event, over those in which
        only the comparison has; from 0 to infinity.
    conf_int : Interval
        Exact interval of `odds_ratio`.
    n_discordant : int
        Pairs that differ.
    """

    statistic: float
    p_value: float
    p_value_corrected: float
    p_value_exact: float
    p_value_mid_p: float
    odds_ratio: float
    conf_int: Interval
    n_discordant: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedRiskDifference:
    """Difference of two proportions of the same pairs.

    Attributes
    ----------
    estimate : float
        Treated minus comparison, in [-1, 1].
    conf_int : Interval
        Newcombe's score interval for pairs, in [-1, 1].
    risk_treated, risk_comparison : float
        In [0, 1].
    n_pairs : int
        Pairs.
    """

    estimate: float
    conf_int: Interval
    risk_treated: float
    risk_comparison: float
    n_pairs: int


def mcnemar_test(
    *, treated_only: int, comparison_only: int, level: float = 0.95
) -> McNemarResult | NotEstimable:
    r"""Test the discordant pairs of a paired two-by-two table.

    Parameters
    ----------
    treated_only, comparison_only : int
        Pairs in which only the treated (or only the second measurement), and only the comparison,
        has the event. Pairs that agree say nothing here.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    McNemarResult or NotEstimable
        Reason ``"no_variation"`` when no pair differs.

    Raises
    ------
    InvalidInputError
        If a count is negative or `level` is out of range.

    Notes
    -----
    With b and c the two counts :math:`X^2 = (b-c)^2/(b+c)`, corrected
    :math:`\max(0, |b-c|-1)^2/(b+c)`; exact :math:`2P(X \le \min(b, c))`, at most 1, and mid-p
    that less :math:`P(X = \min(b, c))`, or :math:`1 - P(X = b)/2` when b = c, with X
    binomial(b + c, 1/2). The odds
    ratio's limits are those of a binomial share, :math:`\pi/(1-\pi)`.

    References
    ----------
    .. [1] McNemar Q (1947), Psychometrika 12:153-157.
    .. [2] Fagerland MW, Lydersen S, Laake P (2013), BMC Medical Research Methodology 13:91.

    Examples
    --------
    >>> round(mcnemar_test(treated_only=1, comparison_only=7).p_value_mid_p, 4)
    0.0391
    """
    critical_z(level)
    b, c = treated_only, comparison_only
    if min(b, c) < 0:
        raise InvalidInputError("counts of pairs must be 0 or more")
    n = b + c
    if n == 0:
        return NotEstimable(reason="no_variation", detail="No pair differs.")
    statistic, corrected = (b - c) ** 2 / n, max(0, abs(b - c) - 1) ** 2 / n
    smaller = min(b, c)
    up_to = float(bdtr(smaller, n, 0.5))
    here = up_to - (float(bdtr(smaller - 1, n, 0.5)) if smaller else 0.0)
    low, high = binomial_odds_limits(b, n, level=level)
    return McNemarResult(
        statistic=statistic,
        p_value=two_sided_p(math.sqrt(statistic)),
        p_value_corrected=two_sided_p(math.sqrt(corrected)),
        p_value_exact=min(1.0, 2 * up_to),
        p_value_mid_p=1 - here / 2 if b == c else 2 * up_to - here,
        odds_ratio=b / c if c else math.inf,
        conf_int=Interval(low=low, high=high, level=level, method="exact_conditional"),
        n_discordant=n,
    )


def paired_risk_difference(
    *, both: int, treated_only: int, comparison_only: int, neither: int, level: float = 0.95
) -> PairedRiskDifference | NotEstimable:
    r"""Difference of two proportions from a paired two-by-two table.

    Parameters
    ----------
    both, treated_only, comparison_only, neither : int
        Pairs by which of the two has the event.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    PairedRiskDifference or NotEstimable
        Reason ``"no_cases"`` when there are no pairs.

    Raises
    ------
    InvalidInputError
        If a count is negative or `level` is out of range.

    Notes
    -----
    With Wilson limits :math:`(l, u)` of the two proportions and their correlation
    :math:`\hat\phi`, the lower limit is

    .. math:: d - \sqrt{(p_T-l_T)^2 - 2\hat\phi(p_T-l_T)(u_C-p_C) + (u_C-p_C)^2}

    and the upper the same with l and u exchanged. :math:`\hat\phi` has the numerator
    :math:`A = eh - fg`, less n/2 (but not below 0) when above 0, over the root of the margins'
    product; 0 when a margin is 0.

    References
    ----------
    .. [1] Newcombe RG (1998), Statistics in Medicine 17:2635-2650, method 10.

    Examples
    --------
    >>> result = paired_risk_difference(both=59, treated_only=6, comparison_only=16, neither=80)
    >>> round(result.conf_int.low, 4), round(result.conf_int.high, 4)
    (-0.1186, -0.0046)
    """
    critical_z(level)
    if min(both, treated_only, comparison_only, neither) < 0:
        raise InvalidInputError("counts of pairs must be 0 or more")
    n = both + treated_only + comparison_only + neither
    if n == 0:
        return NotEstimable(reason="no_cases", detail="There are no pairs.")
    events1, events0 = both + treated_only, both + comparison_only
    p1, p0 = events1 / n, events0 / n
    w1, w0 = (wilson_interval(events, n, level=level) for events in (events1, events0))
    margins = events1 * (n - events1) * events0 * (n - events0)
    cross = both * neither - treated_only * comparison_only
    corrected = max(0.0, cross - n / 2) if cross > 0 else cross
    phi = corrected / math.sqrt(margins) if margins else 0.0
    estimate = (treated_only - comparison_only) / n
    return PairedRiskDifference(
        estimate=estimate,
        conf_int=Interval(
            low=max(-1.0, estimate - _together(p1 - w1.low, w0.high - p0, phi)),
            high=min(1.0, estimate + _together(w1.high - p1, p0 - w0.low, phi)),
            level=level,
            method="newcombe_paired",
        ),
        risk_treated=p1,
        risk_comparison=p0,
        n_pairs=n,
    )


def paired_mean_difference(
    treated: ArrayLike,
    comparison: ArrayLike,
    *,
    cluster: ArrayLike | None = None,
    level: float = 0.95,
) -> LinearContrast | NotEstimable:
    r"""Mean of the differences within pairs.

    Parameters
    ----------
    treated, comparison : array_like of float, shape (n,)
        The two measurements of each pair, for example after and before. Complete.
    cluster : array_like, shape (n,), optional
        Cluster of each pair, for example the family of a child measured twice.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    LinearContrast or NotEstimable
        Treated minus comparison; the paired t test, or CR2 with Satterthwaite degrees of freedom
        when clustered. Reasons: ``"no_cases"``, ``"too_few_cases"``, ``"too_few_clusters"``,
        ``"no_variation"`` (every difference is the same).

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length, or `level` is out of range.

    Notes
    -----
    Least squares of the differences on an intercept: :math:`\bar d \pm t_{n-1} s_d/\sqrt n`.

    References
    ----------
    .. [1] Student (1908), Biometrika 6:1-25.
    .. [2] Bell RM, McCaffrey DF (2002), Survey Methodology 28:169-181 (clustered).
    """
    critical_z(level)
    after = float_vector(treated, name="treated")
    before = float_vector(comparison, name="comparison", length=len(after))
    fit = fit_linear(
        after - before,
        np.ones((len(after), 1)),
        cluster=cluster,
        vcov_type="classical" if cluster is None else "CR2",
    )
    return fit if isinstance(fit, NotEstimable) else linear_contrast(fit, [1.0], level=level)


def binomial_odds_limits(events: int, n: int, *, level: float) -> tuple[float, float]:
    r"""Exact limits of the odds of a binomial share.

    Parameters
    ----------
    events, n : int
        ``0 <= events <= n`` and ``n >= 1``.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    tuple of float
        Lower and upper limit, from 0 to infinity.

    Notes
    -----
    :math:`\pi/(1-\pi)` of the Clopper-Pearson limits, which are beta quantiles.

    References
    ----------
    .. [1] Clopper CJ, Pearson ES (1934), Biometrika 26:404-413.
    """
    tail = (1 - level) / 2
    low = float(betaincinv(events, n - events + 1, tail)) if events else 0.0
    # The complement's own quantile, so that odds far above 1 keep their digits.
    rest = float(betaincinv(n - events, events + 1, tail)) if events < n else 0.0
    return low / (1 - low), (1 - rest) / rest if rest else math.inf


def _together(one: float, other: float, phi: float) -> float:
    """Root of two squared distances less what their correlation shares."""
    return math.sqrt(max(0.0, one * one - 2 * phi * one * other + other * other))
