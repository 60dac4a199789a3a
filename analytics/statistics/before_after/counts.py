r"""Difference-in-differences from counts of two groups in two periods.

Assumes that cases, or events, are independent. Where they come from a few local authorities, use
`analytics.statistics.before_after.difference_in_differences`. Method notes:
``docs/methods/estimators/before_after.md``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from analytics.errors import InvalidInputError
from analytics.statistics.inference import exponential, ratio_interval, two_sided_p
from analytics.statistics.inputs import check_counts, critical_z
from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.two_groups.proportions import wilson_interval
from analytics.statistics.variation.rates import rate, rate_interval

Estimand = Literal["proportions", "rates", "ratio_of_rate_ratios"]
# Treated after, treated before, comparison after, comparison before.
_SIGNS = (1, -1, -1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountsResult:
    """Change in the treated group minus, or over, the change in the comparison group.

    Attributes
    ----------
    estimand : {"proportions", "rates", "ratio_of_rate_ratios"}
        What is contrasted.
    estimate : float
        In [-2, 2] for proportions; per 10,000 for rates; above 0 for the ratio.
    std_error : float
        Wald standard error; of the natural logarithm for the ratio.
    conf_int : Interval
        On the scale of `estimate`; not computed from `std_error`, except for the ratio.
    p_value : float or None
        Wald test, two-sided; None when `std_error` is 0.
    treated_before, treated_after, comparison_before, comparison_after : float
        Proportion, or rate per 10,000, of each cell.
    """

    estimand: Estimand
    estimate: float
    std_error: float
    conf_int: Interval
    p_value: float | None
    treated_before: float
    treated_after: float
    comparison_before: float
    comparison_after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Events of one group in one period.

    Attributes
    ----------
    events : int
        Events, at least 0.
    denominator : float
        Cases for a proportion, population or person-time for a rate; at least 0.
    """

    events: int
    denominator: float


def difference_in_proportion_changes(
    *,
    treated_before: Cell,
    treated_after: Cell,
    comparison_before: Cell,
    comparison_after: Cell,
    level: float = 0.95,
) -> CountsResult | NotEstimable:
    r"""Difference-in-differences of proportions.

    Parameters
    ----------
    treated_before, treated_after, comparison_before, comparison_after : Cell
        Events among cases, of each group in each period; independent cases.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    CountsResult or NotEstimable
        Reasons: ``"no_cases"`` when all cells are empty, ``"empty_arm"`` when one is.

    Raises
    ------
    InvalidInputError
        If counts contradict each other or `level` is out of range.

    Notes
    -----
    :math:`d = (p_{T1} - p_{T0}) - (p_{C1} - p_{C0})`. With the Wilson limit of each cell that moves
    :math:`d` down, :math:`m_j`, the lower limit is :math:`d - \sqrt{\sum_j (p_j - m_j)^2}`; the
    upper one likewise, so that a cell without events still counts. The standard error is
    :math:`\sqrt{\sum_j p_j(1-p_j)/n_j}`.

    References
    ----------
    .. [1] Zou GY, Huang W, Zhang X (2009), Computational Statistics & Data Analysis 53:1080-1085.
    .. [2] Newcombe RG (1998), Statistics in Medicine 17:873-890, method 10 (two cells).

    Examples
    --------
    >>> result = difference_in_proportion_changes(
    ...     treated_before=Cell(events=60, denominator=200),
    ...     treated_after=Cell(events=40, denominator=200),
    ...     comparison_before=Cell(events=90, denominator=300),
    ...     comparison_after=Cell(events=84, denominator=300),
    ... )
    >>> round(result.estimate, 3), round(result.std_error, 4)
    (-0.08, 0.0568)
    """
    critical_z(level)
    cells = (treated_after, treated_before, comparison_after, comparison_before)
    if problem := _problem(cells, are_cases=True):
        return problem
    p = [cell.events / cell.denominator for cell in cells]
    limits = [wilson_interval(cell.events, int(cell.denominator), level=level) for cell in cells]
    variance = [q * (1 - q) / cell.denominator for q, cell in zip(p, cells, strict=True)]
    return _additive("proportions", p, limits, math.sqrt(sum(variance)), 2.0)


def difference_in_rate_changes(
    *,
    treated_before: Cell,
    treated_after: Cell,
    comparison_before: Cell,
    comparison_after: Cell,
    level: float = 0.95,
) -> CountsResult | NotEstimable:
    r"""Difference-in-differences of rates per 10,000.

    Parameters, errors and reasons as in `difference_in_proportion_changes`, but the denominators
    are populations or person-time, taken as known, and the events vary as Poisson counts.

    Returns
    -------
    CountsResult or NotEstimable
        All in events per 10,000.

    Notes
    -----
    As `difference_in_proportion_changes`, with the limits of `variation.rates.rate_interval` (Byar;
    exact below 10 events) and standard error :math:`10\,000\sqrt{\sum_j x_j/N_j^2}`.

    References
    ----------
    .. [1] Zou GY, Donner A (2008), Statistics in Medicine 27:1693-1702 (limits recovered from each
       cell).
    """
    critical_z(level)
    cells = (treated_after, treated_before, comparison_after, comparison_before)
    if problem := _problem(cells, are_cases=False):
        return problem
    rates = [rate(cell.events, cell.denominator) for cell in cells]
    limits = [rate_interval(cell.events, cell.denominator, level=level) for cell in cells]
    variance = sum(r * rate(1, cell.denominator) for r, cell in zip(rates, cells, strict=True))
    return _additive("rates", rates, limits, math.sqrt(variance), math.inf)


def ratio_of_rate_ratios(
    *,
    treated_before: Cell,
    treated_after: Cell,
    comparison_before: Cell,
    comparison_after: Cell,
    level: float = 0.95,
) -> CountsResult | NotEstimable:
    r"""Rate ratio (after over before) of the treated group over that of the comparison group.

    The relative version of `difference_in_rate_changes`: it supposes that the rates would have
    changed by the same percentage. Parameters, errors and reasons as there, and ``"no_events"``
    when a cell has none.

    Returns
    -------
    CountsResult or NotEstimable
        `std_error` is that of the logarithm.

    Notes
    -----
    :math:`\log R \pm z\sqrt{\sum_j 1/x_j}`: the interaction of a Poisson regression.

    References
    ----------
    .. [1] Altman DG, Bland JM (2003), BMJ 326:219.
    """
    critical_z(level)
    cells = (treated_after, treated_before, comparison_after, comparison_before)
    if problem := _problem(cells, are_cases=False):
        return problem
    if any(cell.events == 0 for cell in cells):
        return NotEstimable(reason="no_events", detail="A group has no events in a period.")
    rates = [rate(cell.events, cell.denominator) for cell in cells]
    log_ratio = math.fsum(s * math.log(r) for s, r in zip(_SIGNS, rates, strict=True))
    se = math.sqrt(sum(1 / cell.events for cell in cells))
    interval = ratio_interval(log_ratio, se, level=level, method="log_wald")
    return _result("ratio_of_rate_ratios", exponential(log_ratio), log_ratio, se, interval, rates)


def _problem(cells: Sequence[Cell], *, are_cases: bool) -> NotEstimable | None:
    """Check the counts, and say whether cells have no denominator."""
    for cell in cells:
        if not (0 <= cell.events < math.inf and 0 <= cell.denominator < math.inf):
            raise InvalidInputError("events and denominators must be finite and at least 0")
        if cell.events != int(cell.events) or (cell.denominator == 0 and cell.events > 0):
            raise InvalidInputError("events must be whole, and 0 where the denominator is 0")
        if are_cases and cell.denominator != int(cell.denominator):
            raise InvalidInputError("cases must be whole numbers")
        if are_cases:
            check_counts(cell.events, int(cell.denominator))
    if all(cell.denominator == 0 for cell in cells):
        return NotEstimable(reason="no_cases", detail="No group has cases in either period.")
    if any(cell.denominator == 0 for cell in cells):
        return NotEstimable(reason="empty_arm", detail="A group has no cases in a period.")
    return None


def _additive(
    estimand: Estimand,
    values: Sequence[float],
    limits: Sequence[Interval],
    std_error: float,
    bound: float,
) -> CountsResult:
    """Recover the interval of the contrast from the cells' own limits."""
    estimate = math.fsum(s * v for s, v in zip(_SIGNS, values, strict=True))
    below, above = 0.0, 0.0
    for sign, value, limit in zip(_SIGNS, values, limits, strict=True):
        down, up = value - limit.low, limit.high - value
        below = math.hypot(below, down if sign > 0 else up)
        above = math.hypot(above, up if sign > 0 else down)
    interval = Interval(
        low=max(-bound, estimate - below),
        high=min(bound, estimate + above),
        level=limits[0].level,
        method="variance_recovery",
    )
    return _result(estimand, estimate, estimate, std_error, interval, values)


def _result(
    estimand: Estimand,
    estimate: float,
    linear: float,
    std_error: float,
    interval: Interval,
    values: Sequence[float],
) -> CountsResult:
    """Collect a result; `linear` is the estimate on the scale of `std_error`."""
    return CountsResult(
        estimand=estimand,
        estimate=estimate,
        std_error=std_error,
        conf_int=interval,
        p_value=two_sided_p(linear / std_error) if std_error > 0 else None,
        treated_after=values[0],
        treated_before=values[1],
        comparison_after=values[2],
        comparison_before=values[3],
    )
