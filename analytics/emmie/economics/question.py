"""What is asked about costs, and what an answer holds.

Codes and numbers only; the words are in ``analytics.exhibits``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self

from analytics.disclosure.policy import Policy
from analytics.emmie.study import Provenance, Question
from analytics.statistics.results import HealthCheck, Interval

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
class Money:
    """An amount with a range, in pounds of the chosen price year."""

    amount: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPrice:
    """One unit cost, in its own price year and in the chosen one.

    ``basis`` is ``published`` or ``implied``; ``price_year_basis`` is ``stated`` or ``assumed``.
    """

    code: str
    item: str
    agency: str
    per: str
    original: Money
    price_year: str
    price_year_basis: str
    basis: str
    range_basis: str
    caution: str
    source: str
    licence: str
    uprated: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityCost:
    """What one activity cost.

    Attributes
    ----------
    counted, of : str
        What was counted.
    quantity : float or None
        How often; None when withheld.
    is_rounded : bool
        Whether the count was rounded to the nearest five to protect a few families.
    each : Money
        Units of the unit cost for one of them, with its range.
    is_assumed : bool
        Whether ``each`` or the number is assumed, not recorded.
    cost : Money or None
        Quantity times units times unit cost; low and high when both are at their ends.
    """

    key: str
    label: str
    agency: str
    counted: str
    of: str
    quantity: float | None
    is_rounded: bool
    each: Money
    is_assumed: bool
    why: str
    unit_cost: str
    cost: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeSaving:
    """What the change of one outcome saved, before the cost of delivery; not cash.

    Attributes
    ----------
    outcome, outcome_label, unit_label : str
        Outcome, and what is valued, in the plural.
    lasts : str
        ``months``, ``per_year`` or ``once``.
    counted, quantity : str, float
        Cases or people whom the change applies to.
    avoided, conf_int : float, Interval
        Outcomes avoided per case or person (or person-year) as measured, before any share of it is
        taken.
    is_association : bool
        Whether the change is an association, not an effect of the work alone.
    units : float
        Discounted months or years that one outcome avoided goes on saving; 1 for ``once``.
    years : float
        Years of the horizon that a rate is multiplied by; 1 for other outcomes.
    total_avoided : float
        Outcomes avoided in all, after the share kept.
    unit_cost : str
    worth : Money
        Of one unit, in the chosen prices.
    value : Money
        Saved in all, at the low, best and high unit cost.
    """

    key: str
    label: str
    agency: str
    outcome: str
    outcome_label: str
    unit_label: str
    lasts: str
    counted: str
    quantity: float
    avoided: float
    conf_int: Interval
    is_association: bool
    units: float
    years: float
    total_avoided: float
    unit_cost: str
    why: str
    worth: Money
    value: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What one agency pays and gains, in pounds."""

    agency: str
    cost: float
    saving: float
    net: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tornado:
    """Net saving when one input runs over its range; ``worth_knowing`` is EVPPI per family."""

    name: str
    low_input: float
    high_input: float
    at_low: float
    at_high: float
    worth_knowing: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChanceByShare:
    """Chance of a net saving, and its best value, when a share is due to the work."""

    share: float
    chance: float
    net: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plane:
    """Draws on the cost-effectiveness plane.

    ``points`` are outcomes avoided per 100 families and net cost per family; the four shares are of
    all draws.
    """

    points: tuple[tuple[float, float], ...]
    dearer_better: float
    cheaper_better: float
    cheaper_worse: float
    dearer_worse: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptability:
    """How likely the work is worth its cost, by what one outcome avoided is worth beyond savings.

    ``information`` is the expected value of perfect information per family, in pounds.
    """

    thresholds: tuple[float, ...]
    chances: tuple[float, ...]
    information: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakEven:
    """Where costs and savings meet, each with everything else as chosen; None when nowhere.

    Attributes
    ----------
    share_kept : float or None
        Share of the measured difference that must be due to the work.
    avoided : float or None
        Outcomes avoided per case; None with several outcomes.
    unit_value : float or None
        Worth of one unit of the outcome, in the chosen prices; None with several outcomes.
    delivery_per_family : float
        Cost of delivery per family that the savings would pay for.
    chance_beyond : float or None
        Chance that the outcomes avoided are more than needed, all else at its best value.
    """

    share_kept: float | None
    avoided: float | None
    unit_value: float | None
    delivery_per_family: float
    chance_beyond: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Cost of delivery; ``conf_int`` are percentiles of the draws.

    ``is_stated_by_viewer`` says that the viewer entered a cost per family.
    """

    total: float
    conf_int: Interval
    n_families: float
    per_family: float
    per_family_interval: Interval
    assumed_share: float
    is_stated_by_viewer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NetSaving:
    """Savings less cost of delivery, with everything that is uncertain drawn at once.

    Attributes
    ----------
    saving, net : float
        At best values, in pounds.
    saving_interval, net_interval : Interval
        Percentiles of the draws.
    mean_net : float
        Mean of the draws; differs from ``net`` where ranges are lopsided.
    chance : float
        Chance of a net saving.
    monte_carlo_error : float
        Of the mean.
    net_per_family : float
    total_avoided : float
        Outcomes avoided of the first kind.
    cost_per_outcome : float or None
        Cost of delivery per outcome avoided; None when none is avoided.
    return_per_pound : float or None
        Savings for each pound of delivery.
    """

    saving: float
    saving_interval: Interval
    net: float
    net_interval: Interval
    mean_net: float
    chance: float
    monte_carlo_error: float
    net_per_family: float
    net_per_family_interval: Interval
    total_avoided: float
    cost_per_outcome: float | None
    return_per_pound: float | None
    accounts: tuple[Account, ...]
    tornado: tuple[Tornado, ...]
    plane: Plane
    acceptability: Acceptability
    by_share: tuple[ChanceByShare, ...]
    break_even: BreakEven
    checks: tuple[HealthCheck, ...]
    n_draws: int
    seed: int


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
