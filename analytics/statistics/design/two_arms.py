"""Size, power and detectable effect of studies that compare two arms.

Each function is given two of size, power and effect, and solves for the third, as R's
``power.prop.test``. Method notes: ``docs/methods/estimators/design.md``.
"""

from __future__ import annotations

import math
from typing import Literal

from analytics.errors import InvalidInputError
from analytics.statistics.design._planning import LARGEST_DIFFERENCE, Plan, cluster_df, solve
from analytics.statistics.design.planning import (
    Clustering,
    Direction,
    StudySize,
    design_effect,
    directional_power,
)
from analytics.statistics.results import NotEstimable


def two_proportions(  # noqa: PLR0913 - what a study is made of
    *,
    p_comparison: float,
    p_treated: float | None = None,
    n_treated: int | None = None,
    power: float | None = None,
    ratio: float = 1.0,
    level: float = 0.95,
    clustering: Clustering | None = None,
    direction: Direction = "lower",
    method: Literal["score", "arcsine"] = "score",
) -> StudySize | NotEstimable:
    r"""Two independent proportions.

    Parameters
    ----------
    p_comparison : float
        Risk in the comparison arm, in (0, 1).
    p_treated : float, optional
        Risk in the treated arm, in [0, 1].
    n_treated : int, optional
        Treated units, at least 1.
    power : float, optional
        Between half the test's size and 1.
    ratio : float
        Comparison units for each treated one, above 0.
    level : float
        Confidence level, strictly between 0 and 1.
    clustering : Clustering, optional
        Clusters wholly in one arm; a t distribution with clusters less 2 degrees of freedom.
    direction : {"lower", "higher"}
        Where to look when `p_treated` is solved for.
    method : {"score", "arcsine"}
        Pooled (chi-squared) test, or Cohen's h.

    Returns
    -------
    StudySize or NotEstimable
        Estimand ``"risk_difference"``, treated minus comparison. Reasons ``"not_reached"``,
        ``"too_few_clusters"``.

    Raises
    ------
    InvalidInputError
        If not exactly one of `p_treated`, `n_treated` and `power` is left out, or one is out of
        range.

    Notes
    -----
    Score: :math:`\Phi\{(|d| - z s_0)/s_1\}` with design effect D,
    :math:`s_0^2 = D\bar p\bar q(1/n_T + 1/n_C)`, :math:`s_1^2 = D(p_Tq_T/n_T + p_Cq_C/n_C)`.
    Arcsine: :math:`h = 2\arcsin\sqrt{p_T} - 2\arcsin\sqrt{p_C}`, variance
    :math:`D(1/n_T + 1/n_C)`.

    References
    ----------
    .. [1] Fleiss JL, Levin B, Paik MC (2003), Statistical Methods for Rates and Proportions,
       3rd edition, chapter 4.
    .. [2] Cohen J (1988), Statistical Power Analysis, 2nd edition, section 6.2.

    Examples
    --------
    >>> two_proportions(p_comparison=0.3, p_treated=0.2, power=0.8).n_treated
    294
    """
    if not 0 < p_comparison < 1 or not 0 <= (p_treated if p_treated is not None else 0) <= 1:
        raise InvalidInputError("p_comparison must be in (0, 1) and p_treated in [0, 1]")
    factor = design_effect(clustering)

    def df_of(n1: float, n0: float) -> float | None:
        return cluster_df(n1, n0, clustering)

    def power_of(n1: float, n0: float, difference: float) -> float:
        p1 = min(max(p_comparison + difference, 0.0), 1.0)
        pooled = (n1 * p1 + n0 * p_comparison) / (n1 + n0)
        parts = p1 * (1 - p1) / n1 + p_comparison * (1 - p_comparison) / n0
        effect, null = difference, pooled * (1 - pooled) * (1 / n1 + 1 / n0)
        if method == "arcsine":
            effect = 2 * math.asin(math.sqrt(p1)) - 2 * math.asin(math.sqrt(p_comparison))
            null = parts = 1 / n1 + 1 / n0
        return directional_power(
            effect=effect,
            se_null=math.sqrt(factor * null),
            se_effect=math.sqrt(factor * parts),
            level=level,
            df=df_of(n1, n0),
        )

    plan = Plan(
        design="two_proportions",
        estimand="risk_difference",
        power_of=power_of,
        df_of=df_of,
        no_effect=0.0,
        bound=-p_comparison if direction == "lower" else 1 - p_comparison,
        ratio=ratio,
        level=level,
        clustering=clustering,
    )
    effect = None if p_treated is None else p_treated - p_comparison
    return solve(plan, n_treated=n_treated, power=power, effect=effect)


def two_means(
    *,
    std_dev: float,
    difference: float | None = None,
    n_treated: int | None = None,
    power: float | None = None,
    ratio: float = 1.0,
    level: float = 0.95,
    clustering: Clustering | None = None,
) -> StudySize | NotEstimable:
    r"""Two independent means with one standard deviation.

    Parameters
    ----------
    std_dev : float
        Standard deviation within each arm, above 0.
    difference : float, optional
        Treated minus comparison; solved for as a positive number.
    n_treated, power, ratio, level, clustering
        As in `two_proportions`.

    Returns
    -------
    StudySize or NotEstimable
        Estimand ``"mean_difference"``. Reasons ``"not_reached"``, ``"too_few_clusters"``.

    Raises
    ------
    InvalidInputError
        As in `two_proportions`, or if `std_dev` isn't above 0.

    Notes
    -----
    Noncentral t with :math:`n_T + n_C - 2` degrees of freedom, or clusters less 2, and
    :math:`\delta/\{\sigma\sqrt{D(1/n_T + 1/n_C)}\}`.

    References
    ----------
    .. [1] Cohen J (1988), Statistical Power Analysis, 2nd edition, chapter 2; R ``power.t.test``.
    .. [2] Donner A, Klar N (2000), Design and Analysis of Cluster Randomization Trials, Arnold,
       chapter 5.
    """
    if not 0 < std_dev < math.inf:
        raise InvalidInputError("std_dev must be above 0")
    factor = design_effect(clustering)

    def df_of(n1: float, n0: float) -> float | None:
        return n1 + n0 - 2 if clustering is None else cluster_df(n1, n0, clustering)

    def power_of(n1: float, n0: float, effect: float) -> float:
        error = std_dev * math.sqrt(factor * (1 / n1 + 1 / n0))
        return directional_power(
            effect=effect, se_null=error, se_effect=error, level=level, df=df_of(n1, n0)
        )

    plan = Plan(
        design="two_means",
        estimand="mean_difference",
        power_of=power_of,
        df_of=df_of,
        no_effect=0.0,
        bound=LARGEST_DIFFERENCE * std_dev,
        ratio=ratio,
        level=level,
        clustering=clustering,
    )
    return solve(plan, n_treated=n_treated, power=power, effect=difference)


def paired_proportions(
    *,
    discordant_share: float,
    difference: float | None = None,
    n_pairs: int | None = None,
    power: float | None = None,
    level: float = 0.95,
) -> StudySize | NotEstimable:
    r"""Yes/no outcome in matched pairs, McNemar's test.

    Parameters
    ----------
    discordant_share : float
        Share of pairs in which just one of the two has the outcome, in (0, 1].
    difference : float, optional
        Risk treated minus risk comparison; at most `discordant_share` either way. Solved for as
        a positive number.
    n_pairs : int, optional
        Pairs, at least 1.
    power, level
        As in `two_proportions`.

    Returns
    -------
    StudySize or NotEstimable
        Estimand ``"risk_difference"``; both sizes are the number of pairs. Reason
        ``"not_reached"``.

    Raises
    ------
    InvalidInputError
        As in `two_proportions`, or if the shares contradict each other.

    Notes
    -----
    With discordant share :math:`\psi` and difference d,

    .. math:: \Phi\{(|d|\sqrt n - z\sqrt\psi)/\sqrt{\psi - d^2}\}

    References
    ----------
    .. [1] Connor RJ (1987), Biometrics 43:207-211.

    Examples
    --------
    >>> paired_proportions(discordant_share=0.5, difference=0.4, power=0.8).n_treated
    23
    """
    if not 0 < discordant_share <= 1 or abs(difference or 0.0) > discordant_share:
        raise InvalidInputError("discordant_share must be in (0, 1] and bound the difference")

    def power_of(n: float, _: float, effect: float) -> float:
        spread = max(discordant_share - effect**2, 0.0)
        return directional_power(
            effect=effect,
            se_null=math.sqrt(discordant_share / n),
            se_effect=math.sqrt(spread / n),
            level=level,
        )

    plan = Plan(
        design="paired_proportions",
        estimand="risk_difference",
        power_of=power_of,
        df_of=lambda *_: None,
        no_effect=0.0,
        bound=discordant_share,
        level=level,
    )
    return solve(plan, n_treated=n_pairs, power=power, effect=difference)
