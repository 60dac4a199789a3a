r"""Many tests or intervals at once: adjusted p-values and family-wise intervals.

A member that could not be estimated keeps its place and doesn't count as a test. Method notes:
``docs/methods/estimators/subgroups.md``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from analytics.errors import InvalidInputError
from analytics.statistics.inference import symmetric_interval
from analytics.statistics.inputs import FloatArray, critical_z
from analytics.statistics.results import HealthCheck, Interval, NotEstimable

Adjustment = Literal["holm", "benjamini_hochberg"]
FamilyWise = Literal["bonferroni", "sidak"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustedTest:
    """One test of a family.

    Attributes
    ----------
    p_value : float
        As given, in [0, 1].
    adjusted_p_value : float
        At most the allowed error rate exactly when the test is rejected, in [0, 1].
    rejected : bool
        Whether the null hypothesis is rejected at the allowed error rate.
    """

    p_value: float
    adjusted_p_value: float
    rejected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TestFamily:
    """Tests that are read together.

    Attributes
    ----------
    tests : tuple of (AdjustedTest or NotEstimable)
        In the order given.
    method : {"holm", "benjamini_hochberg"}
        Holm bounds the chance of any false positive; Benjamini-Hochberg the expected share of false
        ones among the positives.
    error_rate : float
        What is bounded, in (0, 1).
    n_tests : int
        Tests that were made.
    checks : tuple of HealthCheck
        ``"multiplicity"``.
    """

    tests: tuple[AdjustedTest | NotEstimable, ...]
    method: Adjustment
    error_rate: float
    n_tests: int
    checks: tuple[HealthCheck, ...]

    # The name begins like a test's; pytest shall not collect it.
    __test__ = False


def adjust_p_values(
    p_values: Sequence[float | NotEstimable],
    *,
    method: Adjustment = "holm",
    error_rate: float = 0.05,
) -> TestFamily | NotEstimable:
    r"""Adjust the p-values of a family of tests.

    Parameters
    ----------
    p_values : sequence of (float or NotEstimable)
        In [0, 1]; what could not be estimated stays in its place.
    method : {"holm", "benjamini_hochberg"}
        Holm needs no assumption on how the tests depend on each other; Benjamini-Hochberg needs
        independence or positive dependence.
    error_rate : float
        Strictly between 0 and 1.

    Returns
    -------
    TestFamily or NotEstimable
        Reason ``"no_cases"`` when no test was made.

    Raises
    ------
    InvalidInputError
        If a p-value or `error_rate` is out of range.

    Notes
    -----
    With the p-values ascending, Holm :math:`\max_{j \le i} (m - j + 1)p_{(j)}` and
    Benjamini-Hochberg :math:`\min_{j \ge i} m p_{(j)}/j`, both at most 1.

    References
    ----------
    .. [1] Holm S (1979), Scandinavian Journal of Statistics 6:65-70.
    .. [2] Benjamini Y, Hochberg Y (1995), JRSS B 57:289-300.

    Examples
    --------
    >>> family = adjust_p_values([0.01, 0.04, 0.03])
    >>> [round(test.adjusted_p_value, 3) for test in family.tests]
    [0.03, 0.06, 0.06]
    """
    critical_z(1 - error_rate)
    made = [p for p in p_values if not isinstance(p, NotEstimable)]
    if not all(0 <= p <= 1 for p in made):
        raise InvalidInputError("p-values must lie between 0 and 1")
    if not made:
        return NotEstimable(reason="no_cases", detail="No test of the family could be made.")
    members = iter(zip(made, _adjusted(np.array(made, dtype=np.float64), method), strict=True))
    return TestFamily(
        tests=tuple(
            p if isinstance(p, NotEstimable) else _test(*next(members), error_rate)
            for p in p_values
        ),
        method=method,
        error_rate=error_rate,
        n_tests=len(made),
        checks=(_multiplicity_check(made, error_rate),),
    )


def family_wise_level(n_intervals: int, *, level: float = 0.95, method: FamilyWise) -> float:
    r"""Level of each of several intervals that shall hold together with probability `level`.

    Parameters
    ----------
    n_intervals : int
        At least 1.
    level : float
        Family-wise confidence level, strictly between 0 and 1.
    method : {"bonferroni", "sidak"}
        Šidák is a little narrower and needs independent or jointly normal estimates.

    Returns
    -------
    float
        At least `level`, below 1.

    Raises
    ------
    InvalidInputError
        If a value is out of range.

    Notes
    -----
    :math:`1 - (1 - c)/m`, or :math:`c^{1/m}`.

    References
    ----------
    .. [1] Dunn OJ (1961), Journal of the American Statistical Association 56:52-64.
    .. [2] Šidák Z (1967), Journal of the American Statistical Association 62:626-633.

    Examples
    --------
    >>> round(family_wise_level(5, method="bonferroni"), 4)
    0.99
    """
    critical_z(level)
    if n_intervals < 1:
        raise InvalidInputError("n_intervals must be at least 1")
    if method == "bonferroni":
        return 1 - (1 - level) / n_intervals
    return float(level ** (1 / n_intervals))


def family_wise_intervals(
    estimates: Sequence[tuple[float, float, float | None] | NotEstimable],
    *,
    method: FamilyWise = "bonferroni",
    level: float = 0.95,
) -> tuple[Interval | NotEstimable, ...]:
    """Intervals that hold together.

    Parameters
    ----------
    estimates : sequence of (tuple of float, or NotEstimable)
        Estimate, standard error above 0, and Student t degrees of freedom (None for the normal), on
        a scale where the estimate is about normal; what could not be estimated stays in its place.
    method : {"bonferroni", "sidak"}
        See `family_wise_level`.
    level : float
        Probability that all hold, strictly between 0 and 1.

    Returns
    -------
    tuple of (Interval or NotEstimable)
        In the order given; the `level` of each is the family's.

    Raises
    ------
    InvalidInputError
        If a number is not finite, a standard error or degrees of freedom isn't above 0, or `level`
        is out of range.
    """
    made = [member for member in estimates if not isinstance(member, NotEstimable)]
    each = family_wise_level(max(1, len(made)), level=level, method=method)
    return tuple(
        member if isinstance(member, NotEstimable) else _interval(member, each, level, method)
        for member in estimates
    )


def _adjusted(p_values: FloatArray, method: Adjustment) -> FloatArray:
    """Return the adjusted p-values in the order given."""
    m, order = len(p_values), np.argsort(p_values, kind="stable")
    ascending, rank = p_values[order], np.arange(1, m + 1)
    adjusted = np.empty(m)
    if method == "holm":
        adjusted[order] = np.maximum.accumulate((m - rank + 1) * ascending)
    else:
        adjusted[order] = np.minimum.accumulate((m / rank * ascending)[::-1])[::-1]
    return np.minimum(adjusted, 1.0)


def _test(p_value: float, adjusted: float, error_rate: float) -> AdjustedTest:
    """One test with its adjusted p-value."""
    return AdjustedTest(
        p_value=float(p_value),
        adjusted_p_value=float(adjusted),
        rejected=bool(adjusted <= error_rate),
    )


def _interval(
    member: tuple[float, float, float | None], each: float, level: float, method: FamilyWise
) -> Interval:
    """Wald interval at the raised level."""
    estimate, se, df = member
    if not (math.isfinite(estimate) and math.isfinite(se) and se > 0 and (df is None or df > 0)):
        raise InvalidInputError("each member needs an estimate, a standard error and df above 0")
    return replace(symmetric_interval(estimate, se, level=each, method=method, df=df), level=level)


def _multiplicity_check(p_values: list[float], error_rate: float) -> HealthCheck:
    """Count the false positives that unadjusted reading would be expected to give."""
    expected = len(p_values) * error_rate
    return HealthCheck(
        name="multiplicity",
        value=expected,
        threshold=error_rate,
        status="pass" if len(p_values) == 1 else "review",
        meaning=(
            f"{len(p_values)} tests: the false positives to expect if nothing had an effect and"
            " the p-values were read unadjusted. Read the adjusted ones."
        ),
        source="Our own rule (docs/methods/estimators/subgroups.md)",
    )
