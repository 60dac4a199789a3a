"""What is asked about costs, and what an answer holds.

Codes and numbers only; the words are in ``analytics.exhibits``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self

from analytics.disclosure.policy import Policy
from analytics.emmie.economics.parts import (
    ActivityCost,
    Delivery,
    NetSaving,
    OutcomeSaving,
    UnitPrice,
)
from analytics.emmie.economics.published import IllustrationAnswer, ReportedFigure
from analytics.emmie.study import Provenance, Question

SEED = 20260331
N_DRAWS = 10_000

WhyNot = Literal[
    "protocol_says_why",
    "no_activities",
    "no_families",
    "no_effect_estimate",
    "nothing_avoided",
    "withheld",
    "extract_unusable",
]
"""Why there is no cost of delivery, or no net saving."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EconomicsQuestion(Question["EconomicsAnswer"]):
    """Ask what the work costs, what it may save, and how sure that is.

    Attributes
    ----------
    price_year : str or None
        Financial year of every price; the protocol's when None.
    share_kept : float
        Share of the measured difference that is put down to the work, 0 or more.
    horizon_months : int or None
        Months for which an outcome avoided goes on saving; the protocol's when None.
    discount_rate : float
        A year, in [0, 1).
    unit_value : float or None
        What one unit of the first outcome avoided is worth, in pounds of its own price year; the
        published or implied figure when None. Its range moves in proportion.
    delivery_per_family : float or None
        Cost of delivery per family, in pounds of the protocol's price year; put together from the
        activities when None.
    seed, n_draws : int
        Of the probabilistic analysis.
    """

    price_year: str | None = None
    share_kept: float = 1.0
    horizon_months: int | None = None
    discount_rate: float = 0.035
    unit_value: float | None = None
    delivery_per_family: float | None = None
    seed: int = SEED
    n_draws: int = N_DRAWS


@dataclass(frozen=True, slots=True, kw_only=True)
class EconomicsAnswer:
    """Costs, savings and their uncertainty.

    Attributes
    ----------
    price_year, price_years : str, tuple of str
        Chosen year, and those that the price index holds.
    delivery, net : Delivery or None, NetSaving or None
        None with reasons in ``why_not``.
    why_not : tuple of str
        Codes; ``why_no_saving`` is what the protocol says.
    """

    provenance: Provenance
    question: EconomicsQuestion
    price_year: str
    price_years: tuple[str, ...]
    horizon_months: int
    follow_up_months: float
    activities: tuple[ActivityCost, ...]
    savings: tuple[OutcomeSaving, ...]
    unit_costs: tuple[UnitPrice, ...]
    delivery: Delivery | None
    net: NetSaving | None
    why_not: tuple[WhyNot, ...]
    why_no_saving: str
    not_counted: tuple[str, ...]
    savings_not_counted: tuple[str, ...]
    illustration: IllustrationAnswer | None
    reported: tuple[ReportedFigure, ...]
    effect_reasons: tuple[str, ...]
    price_source: str
    assumptions: tuple[str, ...]

    def disclose(self, policy: Policy) -> Self:
        """Return the same: it was put together from counts and estimates after disclosure control.

        A cost is a count times a known price, so control has to come before the sum.
        """
        del policy
        return self
