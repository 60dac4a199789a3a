"""What the present data could have seen, and how many more families would settle the question.

Method notes: ``docs/methods/estimators/design.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

from scipy.special import ndtri

from analytics.errors import InvalidInputError
from analytics.statistics.design.planning import (
    Clustering,
    Direction,
    StudySize,
    design_effect,
)
from analytics.statistics.design.two_arms import two_proportions
from analytics.statistics.inference import critical_value
from analytics.statistics.inputs import check_counts, critical_z, missing_arm
from analytics.statistics.results import NotEstimable

_MOST_GROWTH = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentDifference:
    """Difference of risks with the standard error that families of siblings imply.

    Attributes
    ----------
    estimate : float
        Risk treated minus risk comparison, in [-1, 1].
    std_error : float
        Above 0.
    design_effect : float
        Variance inflation from families, 1 or more.
    """

    estimate: float
    std_error: float
    design_effect: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreFamilies:
    """Families to add to those there are, in the present proportion of the arms.

    Attributes
    ----------
    target : {"exclude_zero", "half_width"}
        What the interval must do.
    extra_treated, extra_comparison : int
        Families to add; 0 when the target is met already.
    growth : float
        Families afterwards over families now, 1 or more.
    true_difference : float or None
        Difference assumed true for the families to come; None for a width.
    chance : float or None
        Probability that the interval over all families excludes 0 if that difference is true,
        given what was seen so far; 1 when it does already, None for a width.
    half_width_now, half_width_then : float
        Half the interval's width with the present families, and with all.
    level : float
        Confidence level.
    """

    target: Literal["exclude_zero", "half_width"]
    extra_treated: int
    extra_comparison: int
    growth: float
    true_difference: float | None
    chance: float | None
    half_width_now: float
    half_width_then: float
    level: float


def present_difference(
    *,
    events: tuple[int, int],
    n: tuple[int, int],
    n_families: tuple[int, int],
    icc: float,
    size_cv: float = 0.0,
) -> PresentDifference | NotEstimable:
    r"""Difference of risks and its standard error, from counts and an assumed correlation.

    Where the cases are at hand, take the cluster-robust estimate and standard error instead.

    Parameters
    ----------
    events, n : tuple of (int, int)
        Children with the outcome, and children: treated, comparison.
    n_families : tuple of (int, int)
        Families: treated, comparison; at most as many as children.
    icc : float
        Correlation of the outcome between siblings, in [0, 1].
    size_cv : float
        Standard deviation of children per family over their mean, 0 or more.

    Returns
    -------
    PresentDifference or NotEstimable
        Reasons ``"no_cases"``, ``"empty_arm"``, ``"no_variation"`` (all or none of an arm have
        the outcome).

    Raises
    ------
    InvalidInputError
        If counts contradict each other, or a value is out of range.

    Notes
    -----
    .. math:: s^2 = D\{p_Tq_T/n_T + p_Cq_C/n_C\}

    with the design effect at the mean children per family over both arms.

    References
    ----------
    .. [1] Eldridge SM, Ashby D, Kerry S (2006), International Journal of Epidemiology
       35:1292-1300.
    """
    if problem := _check_arms(events, n, n_families):
        return problem
    if any(count in {0, size} for count, size in zip(events, n, strict=True)):
        return NotEstimable(reason="no_variation", detail="All or none of an arm have the outcome.")
    p1, p0 = events[0] / n[0], events[1] / n[1]
    factor = design_effect(_families(n, n_families, icc, size_cv))
    variance = factor * (p1 * (1 - p1) / n[0] + p0 * (1 - p0) / n[1])
    return PresentDifference(estimate=p1 - p0, std_error=math.sqrt(variance), design_effect=factor)


def smallest_detectable(
    *,
    events: tuple[int, int],
    n: tuple[int, int],
    n_families: tuple[int, int],
    icc: float,
    size_cv: float = 0.0,
    power: float = 0.8,
    level: float = 0.95,
    direction: Direction = "lower",
) -> StudySize | NotEstimable:
    """Smallest true difference that data of this size would have shown.

    Parameters
    ----------
    events, n, n_families, icc, size_cv
        As in `present_difference`; only the comparison arm's events are used.
    power : float
        Between half the test's size and 1.
    level : float
        Confidence level, strictly between 0 and 1.
    direction : {"lower", "higher"}
        Whether the treated risk is looked for below or above the comparison's.

    Returns
    -------
    StudySize or NotEstimable
        Effect: the risk difference. Reasons ``"no_cases"``, ``"empty_arm"``, ``"no_variation"``
        (all or none of the comparison arm have the outcome), ``"too_few_clusters"``, and
        ``"not_reached"`` when even the largest possible difference would have been missed.

    Raises
    ------
    InvalidInputError
        If counts contradict each other, or a value is out of range.

    References
    ----------
    .. [1] Hoenig JM, Heisey DM (2001), American Statistician 55:19-24 (why not power at the
       observed difference).
    """
    if problem := _check_arms(events, n, n_families):
        return problem
    if events[1] in {0, n[1]}:
        return NotEstimable(
            reason="no_variation", detail="All or none of the comparison arm have the outcome."
        )
    study = two_proportions(
        p_comparison=events[1] / n[1],
        n_treated=n[0],
        power=power,
        ratio=n[1] / n[0],
        level=level,
        clustering=_families(n, n_families, icc, size_cv),
        direction=direction,
    )
    if isinstance(study, NotEstimable):
        return study
    return replace(study, n_clusters_treated=n_families[0], n_clusters_comparison=n_families[1])


def families_to_exclude_zero(
    *,
    estimate: float,
    std_error: float,
    n_families: tuple[int, int],
    true_difference: float | None = None,
    power: float = 0.8,
    level: float = 0.95,
) -> MoreFamilies | NotEstimable:
    r"""More families for an interval that excludes 0, those seen so far kept.

    Parameters
    ----------
    estimate : float
        Present difference; any estimator's, in any units.
    std_error : float
        Its standard error, above 0, families allowed for.
    n_families : tuple of (int, int)
        Present families: treated, comparison; 1 or more each.
    true_difference : float, optional
        Difference assumed true from here on; the present estimate when left out.
    power : float
        Chance wanted, in [0.5, 1).
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    MoreFamilies or NotEstimable
        Reason ``"not_reached"`` when the assumed difference is 0 or a million times the families
        aren't enough; ``"too_few_clusters"`` with fewer than three families.

    Raises
    ------
    InvalidInputError
        If a value is out of range.

    Notes
    -----
    Conditional power. With M times the families, standard error s, present estimate d and true
    difference :math:`\delta` (signed so that it is positive),

    .. math:: \Phi\Big\{\frac{d + (M-1)\delta - t\, s\sqrt M}{s\sqrt{M-1}}\Big\}

    t on all families less 2 degrees of freedom.

    References
    ----------
    .. [1] Lan KKG, Wittes J (1988), Biometrics 44:579-585.
    .. [2] Chen YHJ, DeMets DL, Lan KKG (2004), Statistics in Medicine 23:1023-1038.
    """
    from scipy.optimize import brentq  # noqa: PLC0415 - slow to import

    total = _check_present(std_error, n_families, level)
    truth = estimate if true_difference is None else true_difference
    if not (math.isfinite(estimate) and math.isfinite(truth) and 0.5 <= power < 1):
        raise InvalidInputError("differences must be finite and power in [0.5, 1)")
    if total < 3:
        return NotEstimable(reason="too_few_clusters", detail="There are fewer than 3 families.")
    sign = math.copysign(1.0, truth)
    now, ahead, wanted = sign * estimate / std_error, abs(truth) / std_error, float(ndtri(power))

    def surplus(growth: float) -> float:
        critical = critical_value(level, growth * total - 2)
        margin = now + (growth - 1) * ahead - critical * math.sqrt(growth)
        return margin - wanted * math.sqrt(growth - 1)

    if abs(now) > critical_value(level, total - 2):
        return _more("exclude_zero", 1.0, (std_error, n_families), truth, 1.0, level)
    if truth == 0 or surplus(_MOST_GROWTH) < 0:
        return NotEstimable(
            reason="not_reached", detail="So small a difference needs far too many families."
        )
    growth = float(brentq(surplus, 1.0, _MOST_GROWTH, xtol=1e-12, rtol=1e-13))
    return _more("exclude_zero", growth, (std_error, n_families), truth, power, level)


def families_to_half_width(
    *,
    std_error: float,
    n_families: tuple[int, int],
    half_width: float,
    level: float = 0.95,
) -> MoreFamilies | NotEstimable:
    r"""More families for an interval no wider than stated.

    Parameters
    ----------
    std_error, n_families, level
        As in `families_to_exclude_zero`.
    half_width : float
        Largest half width accepted, above 0, in the units of the estimate.

    Returns
    -------
    MoreFamilies or NotEstimable
        Reason ``"not_reached"`` when a million times the families aren't enough,
        ``"too_few_clusters"`` with fewer than three families.

    Raises
    ------
    InvalidInputError
        If a value is out of range.

    Notes
    -----
    Smallest :math:`M \ge 1` with :math:`t\, s/\sqrt M \le w`, t on all families less 2 degrees
    of freedom.

    References
    ----------
    .. [1] Kelley K, Maxwell SE (2003), Psychological Methods 8:305-321.
    """
    from scipy.optimize import brentq  # noqa: PLC0415 - slow to import

    total = _check_present(std_error, n_families, level)
    if not half_width > 0:
        raise InvalidInputError("half_width must be above 0")
    if total < 3:
        return NotEstimable(reason="too_few_clusters", detail="There are fewer than 3 families.")

    def excess(growth: float) -> float:
        return _half_width(std_error, total, growth, level) - half_width

    growth = 1.0
    if excess(1.0) > 0:
        if excess(_MOST_GROWTH) > 0:
            return NotEstimable(
                reason="not_reached", detail="So narrow an interval needs far too many families."
            )
        growth = float(brentq(excess, 1.0, _MOST_GROWTH, xtol=1e-12, rtol=1e-13))
    return _more("half_width", growth, (std_error, n_families), None, None, level)


def _more(
    target: Literal["exclude_zero", "half_width"],
    growth: float,
    present: tuple[float, tuple[int, int]],
    truth: float | None,
    chance: float | None,
    level: float,
) -> MoreFamilies:
    """Round the families up."""
    std_error, families = present
    total = sum(families)
    extra = [math.ceil((growth - 1) * count - 1e-9) for count in families]
    return MoreFamilies(
        target=target,
        extra_treated=extra[0],
        extra_comparison=extra[1],
        growth=growth,
        true_difference=truth,
        chance=chance,
        half_width_now=_half_width(std_error, total, 1.0, level),
        half_width_then=_half_width(std_error, total, growth, level),
        level=level,
    )


def _half_width(std_error: float, total: int, growth: float, level: float) -> float:
    """Half width of the interval with `growth` times the families."""
    return critical_value(level, growth * total - 2) * std_error / math.sqrt(growth)


def _check_present(std_error: float, n_families: tuple[int, int], level: float) -> int:
    """Raise InvalidInputError for an impossible present result; return the families in all."""
    critical_z(level)
    if not 0 < std_error < math.inf or min(n_families) < 1:
        raise InvalidInputError("std_error must be above 0, and both arms hold families")
    return sum(n_families)


def _check_arms(
    events: tuple[int, int], n: tuple[int, int], n_families: tuple[int, int]
) -> NotEstimable | None:
    """Raise InvalidInputError for contradictory counts; say which arms are empty."""
    for count, size, families in zip(events, n, n_families, strict=True):
        check_counts(count, size)
        if not min(size, 1) <= families <= size:
            raise InvalidInputError("families must be between 1 and the children of their arm")
    return missing_arm(*n)


def _families(
    n: tuple[int, int], n_families: tuple[int, int], icc: float, size_cv: float
) -> Clustering:
    """Clustering of children in families, both arms together."""
    return Clustering(icc=icc, mean_size=sum(n) / sum(n_families), size_cv=size_cv)
