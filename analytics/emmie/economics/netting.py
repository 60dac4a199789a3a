"""Savings less cost of delivery: who pays and gains, how sure, and where it breaks even."""

from __future__ import annotations

from dataclasses import replace

from analytics.emmie.economics import uncertainty
from analytics.emmie.economics.costing import CostModel
from analytics.emmie.economics.parts import (
    Account,
    BreakEven,
    Delivery,
    NetSaving,
    OutcomeSaving,
)
from analytics.emmie.economics.prices import Prices
from analytics.emmie.economics.question import EconomicsQuestion
from analytics.emmie.economics.uncertainty import Draws
from analytics.extracts.protocol.economics import Economics
from analytics.statistics.economics.break_even import BreakEvenResult, break_even
from analytics.statistics.economics.cost_benefit import (
    CostBenefitResult,
    CostLine,
    UnitCost,
    concentration_check,
    cost_benefit,
)
from analytics.statistics.economics.discounting import horizon_check
from analytics.statistics.economics.distributions import probability_above
from analytics.statistics.results import HealthCheck, Interval, NotEstimable

MONTHS = 12


def net_saving(
    model: CostModel,
    draws: Draws | None,
    delivery: Delivery | None,
    question: EconomicsQuestion,
    economics: Economics,
    prices: Prices,
) -> NetSaving | None:
    """Return savings less cost of delivery; None when no outcome has an estimate."""
    if draws is None or delivery is None or len(model.savings) < max(1, len(economics.savings)):
        return None
    families = delivery.n_families
    net = draws.net
    saving = draws.at_best(model.saving)
    total_avoided = draws.at_best(model.avoided)
    plane = uncertainty.plane(model, draws, families)
    if plane is None:
        return None
    return NetSaving(
        saving=saving,
        saving_interval=draws.interval(model.saving),
        net=saving - delivery.total,
        net_interval=net.conf_int,
        mean_net=net.mean,
        chance=net.probability_positive,
        monte_carlo_error=net.monte_carlo_error,
        net_per_family=(saving - delivery.total) / families,
        net_per_family_interval=uncertainty.divided(net.conf_int, families),
        total_avoided=total_avoided,
        cost_per_outcome=delivery.total / total_avoided if total_avoided > 0 else None,
        return_per_pound=saving / delivery.total if delivery.total > 0 else None,
        accounts=_accounts(model, prices),
        tornado=uncertainty.tornado(model, draws, families),
        plane=plane,
        acceptability=uncertainty.acceptable(model, draws, families),
        by_share=uncertainty.chances_by_share(model, draws),
        break_even=_break_even(model, draws, delivery, saving),
        checks=_checks(model, question, economics),
        n_draws=net.n_draws,
        seed=net.seed,
    )


def _accounts(model: CostModel, prices: Prices) -> tuple[Account, ...]:
    """Return what each agency pays and gains at best values, payers first."""
    costs = [
        CostLine(
            name=line.key,
            agency=line.agency,
            amount=line.cost.amount * model.delivery_factor,
            price_year=prices.year,
        )
        for line in model.activities
        if line.cost is not None
    ]
    paid: dict[str, float] = {}
    gained: dict[str, float] = {}
    for place, saving in enumerate(model.savings):
        found = _one_outcome(saving, costs if place == 0 else [], prices.year, model.share_kept)
        for account in found.accounts if found else ():
            paid[account.agency] = paid.get(account.agency, 0.0) + account.cost
            gained[account.agency] = gained.get(account.agency, 0.0) + account.benefit
    return tuple(
        Account(
            agency=agency,
            cost=paid.get(agency, 0.0),
            saving=gained.get(agency, 0.0),
            net=gained.get(agency, 0.0) - paid.get(agency, 0.0),
        )
        for agency in {**paid, **gained}
    )


def _one_outcome(
    saving: OutcomeSaving, costs: list[CostLine], year: str, share: float
) -> CostBenefitResult | None:
    """Return costs against the savings of one outcome."""
    found = cost_benefit(
        n_cases=round(saving.quantity),
        effect=saving.avoided * share,
        conf_int=Interval(
            low=saving.conf_int.low * share,
            high=saving.conf_int.high * share,
            level=saving.conf_int.level,
            method=saving.conf_int.method,
        ),
        costs=costs,
        unit_costs=[
            UnitCost(
                name=saving.key,
                agency=saving.agency,
                amount=saving.worth.amount * saving.units,
                low=saving.worth.low * saving.units,
                high=saving.worth.high * saving.units,
                price_year=year,
            )
        ],
    )
    return None if isinstance(found, NotEstimable) else found


def _break_even(model: CostModel, draws: Draws, delivery: Delivery, saving: float) -> BreakEven:
    """Return where net saving is 0: share, outcomes avoided, worth of a unit, cost per family."""
    whole = saving / model.share_kept if model.share_kept else _whole_saving(model, draws)
    only = model.savings[0] if len(model.savings) == 1 else None
    by_share = break_even(
        n_families=1, effect=1.0, unit_cost=max(whole, 0.0), cost_per_family=delivery.total
    )
    avoided = unit = chance = None
    if only is not None:
        quantity = round(only.quantity)
        found = break_even(
            n_families=quantity,
            effect=only.avoided * model.share_kept,
            unit_cost=only.worth.amount * only.units,
            cost_per_family=delivery.total / quantity,
        )
        if isinstance(found, BreakEvenResult):
            needed, worth = found.effect, found.unit_cost
            if isinstance(needed, float) and model.share_kept > 0:
                avoided = needed / model.share_kept
                chance = probability_above(draws.inputs.drawn[f"avoided:{only.outcome}"], avoided)
            unit = worth / only.units if isinstance(worth, float) else None
    share = by_share.effect if isinstance(by_share, BreakEvenResult) else None
    return BreakEven(
        share_kept=share if isinstance(share, float) else None,
        avoided=avoided,
        unit_value=unit,
        delivery_per_family=saving / delivery.n_families,
        chance_beyond=chance,
    )


def _whole_saving(model: CostModel, draws: Draws) -> float:
    """Return what would be saved if the whole difference were due to the work."""
    return draws.at_best(replace(model, share_kept=1.0).saving)


def _checks(
    model: CostModel, question: EconomicsQuestion, economics: Economics
) -> tuple[HealthCheck, ...]:
    """Return whether the horizon outruns the evidence, and whether one unit cost carries it all."""
    months = question.horizon_months or economics.horizon_months
    return (
        horizon_check(
            horizon_years=months / MONTHS,
            delivery_years=economics.delivery_months / MONTHS,
            follow_up_years=economics.follow_up_months / MONTHS,
        ),
        concentration_check([max(line.value.amount, 0.0) for line in model.savings]),
    )
