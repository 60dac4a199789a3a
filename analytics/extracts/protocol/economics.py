"""What it costs, what it may save, and who pays."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from analytics.extracts.protocol.sections import section

AgencyName = Literal["council", "police", "health", "justice", "several"]
Counted = Literal[
    "treated_cases",
    "treated_families",
    "people",
    "families",
    "delivery_families",
    "step",
    "course",
    "post_months",
    "assumed",
]
"""What can be counted: cases or families of the intervention arm; people of one kind or their
families; families of the deliveries; deliveries that reached a step; courses completed; posts
filled, added up over months; or an assumed number."""


@section
class Activity:
    """One activity of the delivery, and what it takes.

    Attributes
    ----------
    agency : str
        Who pays.
    counted, of : str
        How often it was done, and the key of the step, course or role.
    roles : tuple of str
        Whose courses; everybody's when empty.
    number : float or None
        The number, when it is assumed.
    each, each_low, each_high : float
        Units of the unit cost, such as hours, for one of them: best value and range.
    each_basis : str
        Whether the document or its extracts state ``each``, or we assume it.
    unit_cost : str
        Code in ``unit_costs``.
    why : str
        Where ``each`` comes from.
    """

    key: str
    label: str
    agency: AgencyName
    counted: Counted
    unit_cost: str
    of: str = ""
    roles: tuple[str, ...] = ()
    number: float | None = Field(default=None, ge=0)
    each: float = Field(default=1.0, ge=0)
    each_low: float | None = Field(default=None, ge=0)
    each_high: float | None = Field(default=None, ge=0)
    each_basis: Literal["stated", "assumed"] = "assumed"
    why: str = ""


@section
class Saving:
    """What one outcome avoided saves one agency.

    Attributes
    ----------
    outcome : str
        Key of an outcome with an estimate.
    counted, of : str
        Whom the outcome's change applies to.
    unit_cost : str
        Code in ``unit_costs``.
    lasts : str
        ``months``: the unit cost is saved in each month of the horizon. ``per_year``: the outcome
        is a rate per person-year, so the horizon multiplies it. ``once``: saved once.
    unit_label : str
        What is valued, in the plural and small letters.
    """

    key: str
    label: str
    agency: AgencyName
    outcome: str
    counted: Counted
    unit_cost: str
    lasts: Literal["months", "per_year", "once"]
    unit_label: str
    of: str = ""
    why: str = ""


@section
class Illustration:
    """A published sum, to be taken apart: pounds a year for fewer children on a plan.

    ``children_finding`` and ``pounds_finding`` are rows of ``published_findings``;
    ``counted_months`` is the period in which the children were counted.
    """

    children_finding: str
    pounds_finding: str
    unit_cost: str
    counted_months: int = Field(ge=1)


@section
class Economics:
    """How costs and savings are put together.

    Attributes
    ----------
    why_no_saving : str
        Why no saving can be worked out; empty when one can.
    price_year : str
        Financial year of the prices unless the viewer chooses another.
    families : str or None
        Which count stands below the line of a cost per family; None when nothing is costed.
    horizon_months, follow_up_months, delivery_months : float
        For how long savings are counted, for how long outcomes were observed, and for how long the
        work was paid for.
    not_counted : tuple of str
        Costs that exist and are left out.
    savings_not_counted : tuple of str
        Savings that may exist and are left out, because no outcome behind them has an estimate.
    reported_notes : dict of str to str
        Finding to a note on whether it can be worked out again.
    """

    why_no_saving: str = ""
    price_year: str = "2024/25"
    families: Counted | None = None
    families_of: str = ""
    horizon_months: int = Field(default=12, ge=1, le=60)
    follow_up_months: float = Field(default=12, gt=0)
    delivery_months: float = Field(default=12, gt=0)
    activities: tuple[Activity, ...] = ()
    savings: tuple[Saving, ...] = ()
    not_counted: tuple[str, ...] = ()
    savings_not_counted: tuple[str, ...] = ()
    illustration: Illustration | None = None
    reported_notes: dict[str, str] = Field(default_factory=dict)
