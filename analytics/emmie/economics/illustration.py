"""A published sum taken apart: which price it implies, and how far that price moves it."""

from __future__ import annotations

from typing import Any

from analytics.emmie.economics.prices import Prices
from analytics.emmie.economics.published import IllustrationAnswer, Reading
from analytics.emmie.economics.question import EconomicsQuestion
from analytics.emmie.economics.uncertainty import over_range
from analytics.extracts.protocol.economics import Illustration
from analytics.statistics.economics.sensitivity import probabilistic_sensitivity

MONTHS = 12


def readings(children: int, pounds: float, counted_months: int) -> tuple[Reading, ...]:
    """Return both readings of a yearly sum for children counted over a shorter period.

    Parameters
    ----------
    children : int
        Fewer children on a plan, above 0.
    pounds : float
        Published yearly sum.
    counted_months : int
        Period in which the children were counted; divides the year.

    Returns
    -------
    tuple of Reading
        So many children in the year, each for the whole of it; and so many in every period, each
        for one period. Both imply the same price of a month.
    """
    again = children * (MONTHS // counted_months)
    return (
        _reading("in_the_year", children, MONTHS, pounds),
        _reading("every_period", again, counted_months, pounds),
    )


def _reading(name: Any, children_a_year: int, months: int, pounds: float) -> Reading:
    per_child = pounds / children_a_year
    return Reading(
        name=name,
        children_a_year=children_a_year,
        months=months,
        per_child=per_child,
        monthly=per_child / months,
        pounds=per_child * children_a_year,
    )


def illustrated(
    protocol: Illustration | None,
    findings: dict[str, dict[str, Any]],
    prices: Prices,
    question: EconomicsQuestion,
    *,
    delivery: float | None,
    computed_avoided: float | None,
) -> IllustrationAnswer | None:
    """Take the published sum apart; None when there is none, or a finding it names is missing.

    Parameters
    ----------
    findings : dict
        Rows of ``published_findings`` by their short name.
    delivery : float or None
        Our cost of delivery, in the chosen prices.
    computed_avoided : float or None
        Children fewer by our own estimate.
    """
    if protocol is None:
        return None
    names = (protocol.children_finding, protocol.pounds_finding)
    if any(name not in findings or findings[name]["value"] is None for name in names):
        return None
    children, pounds = (float(findings[name]["value"]) for name in names)
    price = prices.cost(protocol.unit_cost)
    child_months = children * MONTHS
    spread = probabilistic_sensitivity(
        lambda drawn: child_months * drawn["monthly"],
        {"monthly": over_range(price.original)},
        seed=question.seed,
        n_draws=question.n_draws,
    )
    factor = prices.factor(price.price_year)
    return IllustrationAnswer(
        children=round(children),
        pounds=pounds,
        counted_months=protocol.counted_months,
        readings=readings(round(children), pounds, protocol.counted_months),
        low=child_months * price.original.low,
        high=child_months * price.original.high,
        conf_int=spread.conf_int,
        price_year=price.price_year,
        pounds_now=pounds * factor,
        after_delivery=None if delivery is None else pounds * factor - delivery,
        computed_avoided=computed_avoided,
    )
