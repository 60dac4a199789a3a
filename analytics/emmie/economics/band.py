"""Cost band: how dear the work is per family, from 1 (low) to 5 (high)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from analytics.emmie.economics.answer import answer_economics
from analytics.emmie.economics.parts import Delivery
from analytics.emmie.economics.question import EconomicsAnswer, EconomicsQuestion
from analytics.emmie.in_words import fixed, percent
from analytics.emmie.study import Study
from analytics.extracts.engine import UnusableExtractError

Band = Literal[1, 2, 3, 4, 5]
UPPER_LIMITS: Final[tuple[tuple[float, Band], ...]] = ((100.0, 1), (500.0, 2), (1000.0, 3))
"""Pounds below which a band ends; band 4 runs from 1,000 to 2,000 inclusive, 5 is above."""

BAND_4_TO: Final = 2000.0
LABEL: Final = "Our indicative reading, not a Foundations rating"


@dataclass(frozen=True, slots=True, kw_only=True)
class CostBand:
    """Band of the cost per family, and why.

    Attributes
    ----------
    band, low_band, high_band : int or None
        Of the best value and of both ends of its interval; None when nothing can be costed.
    per_family : float or None
        Pounds.
    reasons : tuple of str
        In words, ready to be listed.
    label : str
        That it is our own reading.
    """

    band: Band | None
    low_band: Band | None
    high_band: Band | None
    per_family: float | None
    reasons: tuple[str, ...]
    label: str = LABEL


def band_of(pounds: float) -> Band:
    """Return the band of a unit cost.

    Parameters
    ----------
    pounds : float
        Per family, 0 or more.

    Returns
    -------
    int
        1 below £100, 2 below £500, 3 below £1,000, 4 up to and with £2,000, 5 above.
    """
    for limit, band in UPPER_LIMITS:
        if pounds < limit:
            return band
    return 4 if pounds <= BAND_4_TO else 5


def cost_band(study: Study) -> CostBand:
    """Return the band of an evaluation's cost of delivery per family, before any saving."""
    try:
        found = answer_economics(EconomicsQuestion(), study)
    except UnusableExtractError:
        return _no_band("An extract that the cost of delivery needs broke its contract.")
    if not isinstance(found, EconomicsAnswer):
        return _no_band(
            "No families are left with these filters."
            if found.reason == "no_rows"
            else "The protocol does not say what delivery takes."
        )
    if found.delivery is None:
        return _no_band(
            "The counts that the cost of delivery needs are withheld."
            if "withheld" in found.why_not
            else "No cost of delivery can be put together."
        )
    return _band(found.delivery, found)


def _no_band(reason: str) -> CostBand:
    return CostBand(band=None, low_band=None, high_band=None, per_family=None, reasons=(reason,))


def _band(delivery: Delivery, answer: EconomicsAnswer) -> CostBand:
    low, high = (max(0.0, end) for end in _ends(delivery))
    reasons = [
        f"Cost of delivery £{fixed(delivery.per_family)} per family (£{fixed(low)} to "
        f"£{fixed(high)}), "
        f"in {answer.price_year} prices.",
        f"{percent(delivery.assumed_share)} of it rests on assumed hours or numbers.",
        "The bands have no price year, and what their “unit” is isn't defined; a family is ours.",
    ]
    if answer.not_counted:
        reasons.append(f"Left out: {'; '.join(answer.not_counted)}.")
    return CostBand(
        band=band_of(delivery.per_family),
        low_band=band_of(low),
        high_band=band_of(high),
        per_family=delivery.per_family,
        reasons=tuple(reasons),
    )


def _ends(delivery: Delivery) -> tuple[float, float]:
    return delivery.per_family_interval.low, delivery.per_family_interval.high
