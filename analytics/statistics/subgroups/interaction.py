r"""Whether an effect differs between subgroups, on a stated scale.

An effect can be the same on the difference scale and differ on the ratio scale, or the reverse, so
every result says which scale it is on. Method notes: ``docs/methods/estimators/subgroups.md``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import chdtrc

from analytics.statistics.inference import (
    exponential,
    ratio_interval,
    symmetric_interval,
    two_sided_p,
)
from analytics.statistics.inputs import critical_z, float_vector, positive_vector
from analytics.statistics.results import HealthCheck, Interval, NotEstimable

Scale = Literal["difference", "log_ratio", "risk_difference", "odds_ratio"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestRow:
    """Effect in one subgroup, as a forest plot shows it.

    Attributes
    ----------
    estimate : float
        On the scale of the result; a ratio when that is ``"odds_ratio"``.
    std_error : float
        Of `estimate`; of its natural logarithm when that is a ratio.
    conf_int : Interval
        On the scale of `estimate`.
    n_treated, n_comparison : int or None
        Cases; None when only estimates were given.
    """

    estimate: float
    std_error: float
    conf_int: Interval
    n_treated: int | None = None
    n_comparison: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionResult:
    """Test that the effect is the same in all subgroups.

    Attributes
    ----------
    scale : {"difference", "log_ratio", "risk_difference", "odds_ratio"}
        Scale on which the effect is the same or not.
    rows : tuple of (ForestRow or NotEstimable)
        One per subgroup, in the order given.
    test : {"cochran_q", "likelihood_ratio", "wald_f"}
        How it was tested.
    statistic : float
        Chi-squared, or F for ``"wald_f"``.
    df : int
        Subgroups in the test minus 1.
    df_denominator : float or None
        Of F; None otherwise.
    p_value : float
        In [0, 1].
    n_tested : int
        Subgroups in the test; one without variance, or without information, isn't.
    checks : tuple of HealthCheck
        ``"smallest_subgroup_arm"`` when cases are known.
    """

    scale: Scale
    rows: tuple[ForestRow | NotEstimable, ...]
    test: Literal["cochran_q", "likelihood_ratio", "wald_f"]
    statistic: float
    df: int
    df_denominator: float | None
    p_value: float
    n_tested: int
    checks: tuple[HealthCheck, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoEstimates:
    """First of two independent estimates against the second.

    Attributes
    ----------
    difference : float
        First minus second; of logarithms for ratios.
    std_error : float
        Its standard error.
    conf_int : Interval
        Interval of `difference`.
    ratio : float or None
        First over second ratio; None unless the estimates are log ratios.
    ratio_conf_int : Interval or None
        Its interval.
    p_value : float
        Two-sided, that the two effects are equal.
    """

    difference: float
    std_error: float
    conf_int: Interval
    ratio: float | None
    ratio_conf_int: Interval | None
    p_value: float


def compare_two_estimates(
    first: tuple[float, float],
    second: tuple[float, float],
    *,
    scale: Literal["difference", "log_ratio"],
    level: float = 0.95,
) -> TwoEstimates:
    r"""Compare the effects of two independent subgroups.

    Parameters
    ----------
    first, second : tuple of float
        Estimate and its standard error above 0; logarithms for ratios.
    scale : {"difference", "log_ratio"}
        What the estimates are.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    TwoEstimates
        Difference, and ratio of ratios.

    Raises
    ------
    InvalidInputError
        If a number is not finite, a standard error isn't above 0, or `level` is out of range.

    Notes
    -----
    :math:`d = E_1 - E_2`, :math:`\mathrm{SE}(d) = \sqrt{\mathrm{SE}_1^2 + \mathrm{SE}_2^2}`.

    References
    ----------
    .. [1] Altman DG, Bland JM (2003), BMJ 326:219.

    Examples
    --------
    >>> import math
    >>> result = compare_two_estimates(
    ...     (math.log(0.67), 0.1929), (math.log(0.88), 0.1070), scale="log_ratio"
    ... )
    >>> round(result.ratio, 3)
    0.761
    """
    critical_z(level)
    estimates, errors = _checked([first, second])
    difference = float(estimates[0] - estimates[1])
    se = math.hypot(*errors)
    is_ratio = scale == "log_ratio"
    return TwoEstimates(
        difference=difference,
        std_error=se,
        conf_int=symmetric_interval(difference, se, level=level, method="wald"),
        ratio=exponential(difference) if is_ratio else None,
        ratio_conf_int=ratio_interval(difference, se, level=level, method="log_wald")
        if is_ratio
        else None,
        p_value=two_sided_p(difference / se),
    )


def interaction_from_estimates(
    estimates: Sequence[tuple[float, float] | NotEstimable],
    *,
    scale: Literal["difference", "log_ratio"],
    level: float = 0.95,
) -> InteractionResult | NotEstimable:
    r"""Cochran's Q over the estimates of independent subgroups.

    Parameters
    ----------
    estimates : sequence of (tuple of float, or NotEstimable)
        Estimate and its standard error above 0, logarithms for ratios; what could not be estimated
        stays in its place and is not in the test.
    scale : {"difference", "log_ratio"}
        What the estimates are.
    level : float
        Confidence level of the rows, strictly between 0 and 1.

    Returns
    -------
    InteractionResult or NotEstimable
        Reason ``"too_few_cases"`` when fewer than two subgroups have an estimate.

    Raises
    ------
    InvalidInputError
        If a number is not finite, a standard error isn't above 0, or `level` is out of range.

    Notes
    -----
    :math:`Q = \sum_s (E_s - \bar E)^2/\mathrm{SE}_s^2` about the inverse-variance mean, chi-squared
    on the subgroups minus 1. For two subgroups the square of `compare_two_estimates`.

    References
    ----------
    .. [1] Cochran WG (1954), Biometrics 10:101-129.
    """
    critical_z(level)
    made = [member for member in estimates if not isinstance(member, NotEstimable)]
    values, errors = _checked(made)
    rows = tuple(
        member
        if isinstance(member, NotEstimable)
        else ForestRow(
            estimate=float(member[0]),
            std_error=float(member[1]),
            conf_int=symmetric_interval(
                float(member[0]), float(member[1]), level=level, method="wald"
            ),
        )
        for member in estimates
    )
    return q_result(values, errors, rows, scale, ())


def q_result(
    values: np.ndarray,
    errors: np.ndarray,
    rows: tuple[ForestRow | NotEstimable, ...],
    scale: Scale,
    checks: tuple[HealthCheck, ...],
) -> InteractionResult | NotEstimable:
    """Test by Cochran's Q, with rows that were made already.

    Parameters
    ----------
    values, errors : ndarray of float, shape (s,)
        Estimates and standard errors that are in the test.
    rows : tuple of (ForestRow or NotEstimable)
        All subgroups.
    scale : str
        As `InteractionResult`.
    checks : tuple of HealthCheck
        To pass on.

    Returns
    -------
    InteractionResult or NotEstimable
        Reason ``"too_few_cases"`` with fewer than two estimates.
    """
    if len(values) < 2:
        return NotEstimable(
            reason="too_few_cases", detail="Fewer than two subgroups have an estimate."
        )
    weights = 1 / errors**2
    centred = values - weights @ values / weights.sum()
    statistic = float(weights @ centred**2)
    df = len(values) - 1
    return InteractionResult(
        scale=scale,
        rows=rows,
        test="cochran_q",
        statistic=statistic,
        df=df,
        df_denominator=None,
        p_value=float(chdtrc(df, statistic)),
        n_tested=len(values),
        checks=checks,
    )


def _checked(members: Sequence[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    """Estimates and standard errors as arrays."""
    values = float_vector([member[0] for member in members], name="estimates")
    errors = positive_vector([member[1] for member in members], name="standard errors")
    return values, errors
