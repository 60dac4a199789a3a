"""Unit costs in the prices of one year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from analytics.access.viewer import PUBLIC
from analytics.emmie.economics.parts import Money, UnitPrice
from analytics.extracts.library import Library
from analytics.statistics.economics.prices import Uprated, uprate

EXTRACTS = ("gdp_deflators", "unit_costs")


class UnknownPriceError(Exception):
    """A unit cost that the protocol names, or a price year, that the price tables don't hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """The price index and the unit costs, in the prices of one year.

    Attributes
    ----------
    deflator : dict of str to float
        Price index by financial year, in order.
    year : str
        Chosen year.
    costs : dict of str to UnitPrice
        By code.
    source : str
        Where the index comes from.
    """

    deflator: dict[str, float]
    year: str
    costs: dict[str, UnitPrice]
    source: str

    def factor(self, from_year: str) -> float:
        """Return what an amount of another year is multiplied by.

        Raises
        ------
        UnknownPriceError
            When the index doesn't hold that year.
        """
        return _uprated(1.0, self.deflator, from_year, self.year)

    def cost(self, code: str) -> UnitPrice:
        """Return a unit cost.

        Raises
        ------
        UnknownPriceError
            When there is none of that code.
        """
        try:
            return self.costs[code]
        except KeyError:
            raise UnknownPriceError(f"No unit cost has the code {code}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTables:
    """Rows of the price index, in the order of years, and of the unit costs."""

    index: tuple[dict[str, Any], ...]
    unit_costs: tuple[dict[str, Any], ...]


def read_tables(library: Library) -> PriceTables:
    """Read both price tables.

    Raises
    ------
    UnusableExtractError
        When a table broke its contract.
    """
    store = library.benchmarks()
    index = store.table("gdp_deflators", PUBLIC).order_by("financial_year")
    costs = store.table("unit_costs", PUBLIC).order_by("code")
    return PriceTables(index=tuple(store.records(index)), unit_costs=tuple(store.records(costs)))


def prices_of(tables: PriceTables, year: str) -> Prices:
    """Express every unit cost in the prices of ``year``.

    Raises
    ------
    UnknownPriceError
        When the index doesn't hold the year, or the price year of a unit cost.
    """
    deflator = {row["financial_year"]: float(row["index"]) for row in tables.index}
    return Prices(
        deflator=deflator,
        year=year,
        costs={row["code"]: _price(row, deflator, year) for row in tables.unit_costs},
        source=tables.index[0]["source"] if tables.index else "",
    )


def _price(row: dict[str, Any], deflator: dict[str, float], year: str) -> UnitPrice:
    original = Money(**{name: float(row[name]) for name in ("amount", "low", "high")})
    factor = _uprated(1.0, deflator, row["price_year"], year)
    words = ("code", "item", "agency", "per", "price_year", "price_year_basis", "basis")
    more = ("range_basis", "source", "licence")
    return UnitPrice(
        **{name: row[name] for name in (*words, *more)},
        caution=row["caution"] or "",
        original=original,
        uprated=scaled(original, factor),
    )


def scaled(money: Money, factor: float) -> Money:
    """Return an amount and its range times a factor that is 0 or more."""
    return Money(amount=money.amount * factor, low=money.low * factor, high=money.high * factor)


def _uprated(amount: float, deflator: dict[str, float], from_year: str, to_year: str) -> float:
    found = uprate(amount, deflator, from_year=from_year, to_year=to_year)
    if not isinstance(found, Uprated):
        raise UnknownPriceError(f"The price index does not hold {from_year} and {to_year}")
    return found.amount
