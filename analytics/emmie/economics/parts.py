"""What an answer about costs is made of. Codes and numbers only; words are in the exhibits."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.statistics.results import HealthCheck, Interval


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
