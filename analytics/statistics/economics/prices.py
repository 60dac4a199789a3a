"""Money in the prices of another financial year.

Method notes: ``docs/methods/estimators/economics.md``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analytics.errors import InvalidInputError
from analytics.statistics.economics._financial_year import check_financial_year
from analytics.statistics.results import HealthCheck, NotEstimable


@dataclass(frozen=True, slots=True, kw_only=True)
class Uprated:
    """An amount in the prices of another year.

    Attributes
    ----------
    amount : float
        In the prices of `to_year`.
    factor : float
        What the original amount was multiplied by, above 0.
    from_year, to_year : str
        Financial years, for example ``"2013/14"``.
    """

    amount: float
    factor: float
    from_year: str
    to_year: str


def uprate(
    amount: float, deflator: Mapping[str, float], *, from_year: str, to_year: str
) -> Uprated | NotEstimable:
    r"""Express an amount in the prices of another financial year.

    Parameters
    ----------
    amount : float
        Pounds in the prices of `from_year`; any finite number.
    deflator : mapping of str to float
        Price index by financial year, above 0, on any base: the GDP deflator, for example.
    from_year, to_year : str
        Financial years, for example ``"2013/14"``.

    Returns
    -------
    Uprated or NotEstimable
        Reason ``"not_available"`` when the index doesn't hold one of the years; it is never
        extrapolated or interpolated.

    Raises
    ------
    InvalidInputError
        If a year isn't written as ``"2013/14"``, or an index value isn't above 0.

    Notes
    -----
    .. math:: a \cdot I_{to} / I_{from}

    References
    ----------
    .. [1] HM Treasury (2022), The Green Book, chapter 5 (real prices, GDP deflator).

    Examples
    --------
    >>> uprate(900, {"2004/05": 60.0, "2023/24": 100.0}, from_year="2004/05", to_year="2023/24")
    Uprated(amount=1500.0, factor=1.6666666666666667, from_year='2004/05', to_year='2023/24')
    """
    for year in (from_year, to_year, *deflator):
        check_financial_year(year)
    if not all(math.isfinite(index) and index > 0 for index in deflator.values()):
        raise InvalidInputError("index values must be above 0")
    if not math.isfinite(amount):
        raise InvalidInputError("amount must be finite")
    if from_year not in deflator or to_year not in deflator:
        return NotEstimable(
            reason="not_available", detail="The price index doesn't hold both years."
        )
    factor = deflator[to_year] / deflator[from_year]
    return Uprated(
        amount=amount * deflator[to_year] / deflator[from_year],
        factor=factor,
        from_year=from_year,
        to_year=to_year,
    )


def price_year_check(price_years: Sequence[str]) -> HealthCheck:
    """Judge whether amounts that are added up are in the prices of one year.

    Parameters
    ----------
    price_years : sequence of str
        Financial year of each amount's prices; at least one.

    Returns
    -------
    HealthCheck
        ``"price_years"``: number of distinct years; pass at 1, else fail.

    Raises
    ------
    InvalidInputError
        If there is no year, or one isn't written as ``"2013/14"``.
    """
    if not price_years:
        raise InvalidInputError("there must be at least one price year")
    for year in price_years:
        check_financial_year(year)
    distinct = len(set(price_years))
    return HealthCheck(
        name="price_years",
        value=float(distinct),
        threshold=1.0,
        status="pass" if distinct == 1 else "fail",
        meaning="Number of different price years among the amounts added up; uprate them to one.",
        source="HM Treasury Green Book 2022, chapter 5 (real prices)",
    )
