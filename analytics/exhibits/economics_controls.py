"""What the sliders of the page start from, taken from an answer to the plain question."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.disclosure.release import Released
from analytics.emmie.economics.question import EconomicsAnswer, EconomicsQuestion
from analytics.exhibits import wording

LARGEST_COST = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    """Limits and starting points of the controls.

    Attributes
    ----------
    price_years : tuple of str
        Newest first.
    price_year : str
        The protocol's.
    has_delivery, has_net : bool
        Whether there is a cost of delivery, and a net saving, to change.
    unit_label : str
        What the unit cost of the first outcome is of, and in which prices.
    unit_value, unit_low, unit_high : int
        Pounds.
    delivery_label : str
        In which prices.
    delivery_per_family, delivery_high : int
        Pounds, in the protocol's prices.
    horizon_months : int
    """

    price_years: tuple[str, ...]
    price_year: str
    has_delivery: bool
    has_net: bool
    unit_label: str
    unit_value: int
    unit_low: int
    unit_high: int
    delivery_label: str
    delivery_per_family: int
    delivery_high: int
    horizon_months: int


def economics_controls(released: Released[EconomicsAnswer]) -> Controls:
    """Return where the controls start."""
    answer = released.answer
    label, value, low, high = "", 0, 0, 1
    if answer.savings:
        price = next(one for one in answer.unit_costs if one.code == answer.savings[0].unit_cost)
        label = f"{price.item} (£, {price.price_year} prices)"
        value = int(wording.rounded(price.original.amount))
        low, high = (
            int(wording.rounded(end)) for end in (price.original.low / 2, price.original.high * 1.5)
        )
    per_family = int(wording.rounded(answer.delivery.per_family)) if answer.delivery else 0
    return Controls(
        price_years=tuple(reversed(answer.price_years)),
        price_year=answer.price_year,
        has_delivery=answer.delivery is not None,
        has_net=answer.net is not None,
        unit_label=label,
        unit_value=value,
        unit_low=low,
        unit_high=high,
        delivery_label=f"Cost of delivery per family (£, {answer.price_year} prices)",
        delivery_per_family=per_family,
        delivery_high=max(LARGEST_COST, 3 * per_family),
        horizon_months=answer.horizon_months,
    )


def question_of(
    start: Controls,
    *,
    price_year: str | None,
    share_percent: int = 100,
    months: int | None = None,
    unit_value: int | None = None,
    delivery: int | None = None,
    rate_percent: float = 3.5,
) -> EconomicsQuestion:
    """Return the question that the controls ask.

    A control that stands where it started asks for the evaluation's own figure, which the control
    shows in whole pounds.
    """
    return EconomicsQuestion(
        price_year=price_year,
        share_kept=share_percent / 100,
        horizon_months=None if months == start.horizon_months else months,
        discount_rate=rate_percent / 100,
        unit_value=None if unit_value == start.unit_value else unit_value,
        delivery_per_family=None if delivery == start.delivery_per_family else delivery,
    )
