"""Present values and equivalent annual amounts.

Years are counted from the base year, which is year 0 and isn't discounted. Amounts are in real
prices: the rates don't hold inflation. Method notes: ``docs/methods/estimators/economics.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import FloatArray, float_vector, read_only
from analytics.statistics.results import HealthCheck, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountSchedule:
    """Annual discount rates that step down with the distance from the base year.

    Attributes
    ----------
    name : str
        Code of the schedule.
    bands : tuple of (int, float)
        First year of each band, from 1 upwards, and its annual rate (0.035 is 3.5 per cent).
    source : str
        Where the rates were published.
    """

    name: str
    bands: tuple[tuple[int, float], ...]
    source: str

    def __post_init__(self) -> None:
        """Raise InvalidInputError unless bands start at year 1, ascend and have rates in [0, 1)."""
        starts = [first for first, _ in self.bands]
        ascending = all(later > earlier for earlier, later in pairwise(starts))
        if not starts or starts[0] != 1 or not ascending:
            raise InvalidInputError("bands must start at year 1 and ascend")
        if not all(0 <= rate < 1 for _, rate in self.bands):
            raise InvalidInputError("rates must be in [0, 1)")


GREEN_BOOK = DiscountSchedule(
    name="green_book",
    bands=((1, 0.035), (31, 0.03), (76, 0.025), (126, 0.02), (201, 0.015), (301, 0.01)),
    source="HM Treasury (2022), The Green Book, annex 6, declining long-term rates",
)
GREEN_BOOK_HEALTH = DiscountSchedule(
    name="green_book_health",
    bands=((1, 0.015), (31, 0.0129), (76, 0.0107), (126, 0.0086), (201, 0.0064), (301, 0.0043)),
    source="HM Treasury (2022), The Green Book, annex 6, health and life values",
)


def constant_schedule(rate: float) -> DiscountSchedule:
    """One rate for every year, for a sensitivity check; `rate` in [0, 1)."""
    return DiscountSchedule(name="constant", bands=((1, rate),), source="stated by the user")


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentValue:
    """A stream of yearly amounts as one amount in the base year.

    Attributes
    ----------
    value : float
        Sum of the discounted amounts, in the units of the stream.
    undiscounted : float
        Sum of the amounts as given.
    n_years : int
        Years in the stream, the base year included.
    schedule : str
        Code of the discount schedule.
    """

    value: float
    undiscounted: float
    n_years: int
    schedule: str


def discount_factors(n_years: int, schedule: DiscountSchedule = GREEN_BOOK) -> FloatArray:
    r"""Discount factors of years 0 to `n_years` - 1.

    Parameters
    ----------
    n_years : int
        Number of years, at least 1.
    schedule : DiscountSchedule
        Annual rates.

    Returns
    -------
    ndarray of float, shape (n_years,)
        In (0, 1], the first exactly 1; read-only.

    Raises
    ------
    InvalidInputError
        If `n_years` is below 1.

    Notes
    -----
    .. math:: D_0 = 1, \quad D_t = D_{t-1} / (1 + r_t)

    A lower rate applies to its own years only, so that the factors never jump.

    References
    ----------
    .. [1] HM Treasury (2022), The Green Book, annex 6.

    Examples
    --------
    >>> discount_factors(3).round(4).tolist()
    [1.0, 0.9662, 0.9335]
    """
    if n_years < 1:
        raise InvalidInputError("there must be at least one year")
    first_years = np.array([first for first, _ in schedule.bands])
    rates = np.array([rate for _, rate in schedule.bands])
    year_rates = rates[np.searchsorted(first_years, np.arange(1, n_years), side="right") - 1]
    factors = np.concatenate([[1.0], 1 / np.cumprod(1 + year_rates)])
    read_only(factors)
    return factors


def present_value(amounts: ArrayLike, schedule: DiscountSchedule = GREEN_BOOK) -> PresentValue:
    r"""Present value of a stream of yearly amounts.

    Parameters
    ----------
    amounts : array_like of float, shape (n_years,)
        Pounds of years 0, 1, ... in the prices of one year; costs or benefits, or their
        difference. At least one; complete.
    schedule : DiscountSchedule
        Annual rates.

    Returns
    -------
    PresentValue
        Sum of amount times discount factor.

    Raises
    ------
    InvalidInputError
        If the stream is empty or incomplete.

    References
    ----------
    .. [1] HM Treasury (2022), The Green Book, annex 6.

    Examples
    --------
    >>> round(present_value([0, 103.5, 107.1225]).value, 6)
    200.0
    """
    stream = float_vector(amounts, name="amounts")
    return PresentValue(
        value=float(stream @ discount_factors(len(stream), schedule)),
        undiscounted=float(stream.sum()),
        n_years=len(stream),
        schedule=schedule.name,
    )


def equivalent_annual_amount(
    value: float, n_years: int, schedule: DiscountSchedule = GREEN_BOOK
) -> float:
    r"""Constant amount, paid at the end of each year, with this present value.

    Parameters
    ----------
    value : float
        Present value in year 0.
    n_years : int
        Years over which it is spread: years 1 to `n_years`, at least 1.
    schedule : DiscountSchedule
        Annual rates.

    Returns
    -------
    float
        Amount per year, in the units of `value`.

    Raises
    ------
    InvalidInputError
        If `n_years` is below 1.

    Notes
    -----
    .. math:: V \Big/ \sum_{t=1}^{n} D_t

    At one rate this is the annuity formula :math:`V r / (1 - (1 + r)^{-n})`.

    References
    ----------
    .. [1] HM Treasury (2022), The Green Book, annex 6 (equivalent annual cost).

    Examples
    --------
    >>> round(equivalent_annual_amount(1000, 10), 2)
    120.24
    """
    if n_years < 1:
        raise InvalidInputError("there must be at least one year")
    return value / float(discount_factors(n_years + 1, schedule)[1:].sum())


def horizon_check(
    *, horizon_years: float, delivery_years: float, follow_up_years: float
) -> HealthCheck:
    """Judge whether costs and benefits are counted over a period that the evidence bears.

    Parameters
    ----------
    horizon_years : float
        Years over which costs and benefits are counted, above 0.
    delivery_years : float
        Years over which the intervention is paid for, above 0.
    follow_up_years : float
        Years over which the outcome was observed, above 0.

    Returns
    -------
    HealthCheck
        ``"horizon"``: horizon over follow-up; fail when the horizon ends before the costs do,
        review when benefits are counted for longer than they were observed, else pass.

    Raises
    ------
    InvalidInputError
        If a period isn't above 0.
    """
    if not min(horizon_years, delivery_years, follow_up_years) > 0:
        raise InvalidInputError("periods must be above 0")
    status: Status = "pass" if horizon_years <= follow_up_years else "review"
    if horizon_years < delivery_years:
        status = "fail"
    return HealthCheck(
        name="horizon",
        value=horizon_years / follow_up_years,
        threshold=1.0,
        status=status,
        meaning=(
            "Period counted over period observed; above 1 benefits are assumed to last, and a "
            "period that ends before delivery does leaves costs out."
        ),
        source="own rule; HM Treasury Green Book 2022, chapter 5 (appraisal period)",
    )
