"""What an intervention costs, what its effect is worth, and to whom.

Method notes: ``docs/methods/estimators/economics.md``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from analytics.errors import InvalidInputError
from analytics.statistics.economics._financial_year import check_financial_year
from analytics.statistics.economics.prices import price_year_check
from analytics.statistics.results import HealthCheck, Interval, NotEstimable

Verdict = Literal["dominant", "dominated", "more_for_more", "less_for_less", "no_difference"]
CONCENTRATION_PASS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """One cost of the intervention, beyond what the comparison costs.

    Attributes
    ----------
    name : str
        What is paid for.
    agency : str
        Who pays.
    amount : float
        Pounds in all, 0 or more.
    price_year : str
        Financial year of the prices, for example ``"2023/24"``.
    """

    name: str
    agency: str
    amount: float
    price_year: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCost:
    """What one avoided outcome saves one agency.

    Attributes
    ----------
    name : str
        What is saved, for example a year on a child protection plan.
    agency : str
        Who saves.
    amount, low, high : float
        Pounds per outcome avoided, best value and range; ``0 <= low <= amount <= high``.
    price_year : str
        Financial year of the prices.
    """

    name: str
    agency: str
    amount: float
    low: float
    high: float
    price_year: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyAccount:
    """What one agency pays and gains, in pounds; `net` is benefit minus cost."""

    agency: str
    cost: float
    benefit: float
    net: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CostBenefitResult:
    """Costs against benefits of an intervention, in the prices of its lines.

    Attributes
    ----------
    n_cases : int
        Cases that received the intervention.
    outcomes_avoided : float
        Cases times effect.
    total_cost, total_benefit, net_benefit : float
        Pounds; net is benefit minus cost.
    net_benefit_interval : Interval
        From the effect's interval alone: unit costs and costs held at their best values.
    net_benefit_unit_cost_range : tuple of (float, float)
        Net benefit with every unit cost at its worse and at its better end; not an interval.
    benefit_cost_ratio : float or NotEstimable
        Benefit over cost; reason ``"not_available"`` when nothing was paid.
    cost_per_outcome_avoided : float or NotEstimable
        Cost over outcomes avoided; reason ``"not_reached"`` when none is avoided.
    verdict : {"dominant", "dominated", "more_for_more", "less_for_less", "no_difference"}
        Of net cost (cost minus benefit) against effect.
    accounts : tuple of AgencyAccount
        By agency, in order of first mention, payers first.
    checks : tuple of HealthCheck
        ``"benefit_concentration"`` and ``"price_years"``.
    """

    n_cases: int
    outcomes_avoided: float
    total_cost: float
    total_benefit: float
    net_benefit: float
    net_benefit_interval: Interval
    net_benefit_unit_cost_range: tuple[float, float]
    benefit_cost_ratio: float | NotEstimable
    cost_per_outcome_avoided: float | NotEstimable
    verdict: Verdict
    accounts: tuple[AgencyAccount, ...]
    checks: tuple[HealthCheck, ...]


def cost_benefit(
    *,
    n_cases: int,
    effect: float,
    conf_int: Interval,
    costs: Sequence[CostLine],
    unit_costs: Sequence[UnitCost],
) -> CostBenefitResult | NotEstimable:
    r"""Costs against benefits of an intervention with one effect.

    Parameters
    ----------
    n_cases : int
        Cases that received the intervention, 0 or more.
    effect : float
        Outcomes avoided per case: the risk difference with its sign turned. Negative when there
        are more outcomes than in the comparison.
    conf_int : Interval
        Interval of `effect`, with its sign turned too.
    costs : sequence of CostLine
        May be empty when the intervention cost nothing more.
    unit_costs : sequence of UnitCost
        At least one.

    Returns
    -------
    CostBenefitResult or NotEstimable
        Reason ``"no_cases"`` when there are none.

    Raises
    ------
    InvalidInputError
        If an amount is negative or not finite, a range out of order, the effect outside its
        interval, a price year not a financial year, or there is no unit cost.

    Notes
    -----
    With n cases, effect e, unit costs :math:`u_k` and costs :math:`c_j`,

    .. math:: NB = n e \sum_k u_k - \sum_j c_j

    References
    ----------
    .. [1] Drummond MF et al. (2015), Methods for the Economic Evaluation of Health Care
       Programmes, 4th edition, Oxford University Press, chapters 4 and 7.
    .. [2] HM Treasury (2022), The Green Book, chapter 5.
    """
    _check(n_cases, effect, conf_int, costs, unit_costs)
    if n_cases == 0:
        return NotEstimable(reason="no_cases", detail="No case received the intervention.")
    total_cost = sum((line.amount for line in costs), 0.0)
    avoided = n_cases * effect
    value = sum(unit.amount for unit in unit_costs)
    ends = (
        avoided * sum(unit.low for unit in unit_costs) - total_cost,
        avoided * sum(unit.high for unit in unit_costs) - total_cost,
    )
    total_benefit = avoided * value
    return CostBenefitResult(
        n_cases=n_cases,
        outcomes_avoided=avoided,
        total_cost=total_cost,
        total_benefit=total_benefit,
        net_benefit=total_benefit - total_cost,
        net_benefit_interval=Interval(
            low=n_cases * conf_int.low * value - total_cost,
            high=n_cases * conf_int.high * value - total_cost,
            level=conf_int.level,
            method="effect_interval_only",
        ),
        net_benefit_unit_cost_range=(min(ends), max(ends)),
        benefit_cost_ratio=(
            total_benefit / total_cost
            if total_cost > 0
            else NotEstimable(reason="not_available", detail="The intervention has no cost.")
        ),
        cost_per_outcome_avoided=(
            total_cost / avoided
            if avoided > 0
            else NotEstimable(reason="not_reached", detail="No outcome is avoided.")
        ),
        verdict=cost_effectiveness_verdict(total_cost - total_benefit, avoided),
        accounts=_accounts(avoided, costs, unit_costs),
        checks=(
            concentration_check([unit.amount for unit in unit_costs]),
            price_year_check(_price_years(costs, unit_costs)),
        ),
    )


def cost_effectiveness_verdict(incremental_cost: float, incremental_effect: float) -> Verdict:
    """Say where an intervention lies on the cost-effectiveness plane.

    Parameters
    ----------
    incremental_cost : float
        Cost minus that of the comparison.
    incremental_effect : float
        Good outcomes minus those of the comparison.

    Returns
    -------
    {"dominant", "dominated", "more_for_more", "less_for_less", "no_difference"}
        Dominant: no dearer and no worse, and better in one of them. Dominated: the reverse. For
        the other two a cost per outcome means something, with opposite readings.

    References
    ----------
    .. [1] Black WC (1990), Medical Decision Making 10:212-214.
    """
    if incremental_cost == 0 and incremental_effect == 0:
        return "no_difference"
    if incremental_cost <= 0 and incremental_effect >= 0:
        return "dominant"
    if incremental_cost >= 0 and incremental_effect <= 0:
        return "dominated"
    return "more_for_more" if incremental_cost > 0 else "less_for_less"


def concentration_check(amounts: Sequence[float]) -> HealthCheck:
    """Judge whether the benefit rests on one unit cost.

    Parameters
    ----------
    amounts : sequence of float
        What each unit cost contributes per outcome avoided, 0 or more; at least one.

    Returns
    -------
    HealthCheck
        ``"benefit_concentration"``: largest share; pass below 0.5, else review; None and review
        when all are 0.
    """
    total = sum(amounts)
    share = max(amounts) / total if total > 0 else None
    return HealthCheck(
        name="benefit_concentration",
        value=share,
        threshold=CONCENTRATION_PASS,
        status="pass" if share is not None and share < CONCENTRATION_PASS else "review",
        meaning="Largest share of the benefit that rests on one unit cost.",
        source="own rule",
    )


def _check(
    n_cases: int,
    effect: float,
    conf_int: Interval,
    costs: Sequence[CostLine],
    unit_costs: Sequence[UnitCost],
) -> None:
    """Raise InvalidInputError for inputs that contradict themselves."""
    if n_cases < 0:
        raise InvalidInputError("n_cases must be 0 or more")
    if not conf_int.low <= effect <= conf_int.high:
        raise InvalidInputError("conf_int must hold the effect")
    if not unit_costs:
        raise InvalidInputError("there must be at least one unit cost")
    if not all(0 <= line.amount < math.inf for line in costs):
        raise InvalidInputError("costs must be finite and 0 or more")
    if not all(0 <= unit.low <= unit.amount <= unit.high < math.inf for unit in unit_costs):
        raise InvalidInputError("unit costs must satisfy 0 <= low <= amount <= high")
    for year in _price_years(costs, unit_costs):
        check_financial_year(year)


def _price_years(costs: Sequence[CostLine], unit_costs: Sequence[UnitCost]) -> list[str]:
    """Price year of every line."""
    return [line.price_year for line in costs] + [unit.price_year for unit in unit_costs]


def _accounts(
    avoided: float, costs: Sequence[CostLine], unit_costs: Sequence[UnitCost]
) -> tuple[AgencyAccount, ...]:
    """Cost and benefit of each agency."""
    paid: dict[str, float] = {}
    gained: dict[str, float] = {}
    for line in costs:
        paid[line.agency] = paid.get(line.agency, 0.0) + line.amount
    for unit in unit_costs:
        gained[unit.agency] = gained.get(unit.agency, 0.0) + avoided * unit.amount
    return tuple(
        AgencyAccount(
            agency=agency,
            cost=paid.get(agency, 0.0),
            benefit=gained.get(agency, 0.0),
            net=gained.get(agency, 0.0) - paid.get(agency, 0.0),
        )
        for agency in {**paid, **gained}
    )
