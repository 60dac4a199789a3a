"""What an answer holds of published sums: an illustration taken apart, and reported figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analytics.statistics.results import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One reading of the illustration: how many children, how long each, at what price.

    ``monthly`` times ``months`` times ``children_a_year`` gives the published pounds.
    """

    name: Literal["in_the_year", "every_period"]
    children_a_year: int
    months: int
    per_child: float
    monthly: float
    pounds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class IllustrationAnswer:
    """The published illustration, line by line.

    Attributes
    ----------
    low, high : float
        The published sum at both ends of the unit cost's range, in its own prices.
    conf_int : Interval
        Percentiles when the unit cost is drawn.
    pounds_now : float
        In the chosen prices.
    after_delivery : float or None
        In the chosen prices, less our cost of delivery.
    computed_avoided : float or None
        Children fewer on a plan by our own estimate, over its own follow-up.
    """

    children: int
    pounds: float
    counted_months: int
    readings: tuple[Reading, ...]
    low: float
    high: float
    conf_int: Interval
    price_year: str
    pounds_now: float
    after_delivery: float | None
    computed_avoided: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedFigure:
    """A cost or saving as somebody else reported it."""

    measure: str
    text: str
    reported_by: str
    window: str
    source: str
    caveat: str
    note: str
