"""The answer: cost of delivery, savings, net, and how sure all of it is.

Methods: ``docs/methods/questions/economic_cost.md`` and ``docs/methods/estimators/economics.md``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from analytics.emmie.economics.costing import CostModel, activity_costs, outcome_savings
from analytics.emmie.economics.evidence import Evidence, evidence_of
from analytics.emmie.economics.illustration import illustrated
from analytics.emmie.economics.netting import net_saving
from analytics.emmie.economics.parts import (
    ActivityCost,
    Delivery,
    NetSaving,
    OutcomeSaving,
    UnitPrice,
)
from analytics.emmie.economics.prices import Prices, UnknownPriceError, prices_of
from analytics.emmie.economics.published import ReportedFigure
from analytics.emmie.economics.quantities import EXTRACT_OF, Counting, countings
from analytics.emmie.economics.question import EconomicsAnswer, EconomicsQuestion, WhyNot
from analytics.emmie.economics.uncertainty import Draws, divided
from analytics.emmie.study import Provenance, Study, Unanswered
from analytics.extracts.contract_rules import FilterRole
from analytics.extracts.protocol import Protocol
from analytics.extracts.protocol.economics import Economics

USED_FILTERS: frozenset[FilterRole] = frozenset({"local_authority"})


def extracts_used(protocol: Protocol) -> tuple[str, ...]:
    """Return the extracts that are counted, those with the numbers below the line first."""
    economics = protocol.economics
    if economics is None:
        return ()
    used = [EXTRACT_OF[one.counted] for one in countings(economics)]
    return tuple(dict.fromkeys(used))


def answer_economics(question: EconomicsQuestion, study: Study) -> EconomicsAnswer | Unanswered:
    """Put costs, savings and their uncertainty together.

    Parameters
    ----------
    question : EconomicsQuestion
        Price year, share kept, horizon, discount rate, prices of the viewer's own.
    study : Study
        Evaluation, filters and viewer.

    Returns
    -------
    EconomicsAnswer or Unanswered
        Unanswered when the protocol has no section on costs, or a price it names is unknown.

    Raises
    ------
    UnusableExtractError
        When an extract that is counted, or a price table, broke its contract.
    """
    economics = study.protocol.economics
    study, provenance = _narrowed(study)
    if economics is None:
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    evidence = evidence_of(study)
    if evidence.counts and not any(count.value != 0 for count in evidence.counts.values()):
        return Unanswered(reason="no_rows", provenance=provenance)
    try:
        return _answer(question, study, economics, evidence, provenance)
    except UnknownPriceError as error:
        return Unanswered(reason="unusable_extract", details=(str(error),), provenance=provenance)


def _answer(
    question: EconomicsQuestion,
    study: Study,
    economics: Economics,
    evidence: Evidence,
    provenance: Provenance,
) -> EconomicsAnswer:
    prices = prices_of(evidence.tables, question.price_year or economics.price_year)
    model = _model(question, economics, evidence, prices)
    draws = Draws.of(model, prices, question)
    delivery = _delivery(model, draws, _families(economics, evidence), question)
    net = net_saving(model, draws, delivery, question, economics, prices)
    return EconomicsAnswer(
        provenance=provenance,
        question=question,
        price_year=prices.year,
        price_years=tuple(prices.deflator),
        horizon_months=question.horizon_months or economics.horizon_months,
        follow_up_months=economics.follow_up_months,
        activities=model.activities,
        savings=model.savings,
        unit_costs=_used(economics, prices),
        delivery=delivery,
        net=net,
        why_not=_why_not(economics, evidence, model.activities, delivery, net),
        why_no_saving=economics.why_no_saving,
        not_counted=economics.not_counted,
        savings_not_counted=economics.savings_not_counted,
        illustration=illustrated(
            economics.illustration,
            evidence.findings,
            prices,
            question,
            delivery=delivery.total if delivery else None,
            computed_avoided=_first_avoided(model.savings),
        ),
        reported=_reported(evidence.findings, economics),
        effect_reasons=evidence.changes.failed or tuple(filter(None, (evidence.changes.why_not,))),
        price_source=prices.source,
        assumptions=(
            tuple(item.text for item in study.protocol.assumptions) if provenance.synthetic else ()
        ),
    )


def _model(
    question: EconomicsQuestion, economics: Economics, evidence: Evidence, prices: Prices
) -> CostModel:
    """Return the costs and savings, scaled to the cost of delivery that the viewer entered."""
    activities = activity_costs(economics, evidence, prices)
    families = _families(economics, evidence)
    return CostModel(
        activities=activities,
        savings=outcome_savings(question, economics, evidence, prices),
        share_kept=question.share_kept,
        delivery_factor=_factor(activities, families, question, economics, prices),
    )


def _narrowed(study: Study) -> tuple[Study, Provenance]:
    """Return the study narrowed by authority only, which alone narrows costs and cases alike."""
    active = study.filters.active()
    unused = active - USED_FILTERS
    whole = study.provenance(*extracts_used(study.protocol))
    provenance = replace(
        whole,
        filters_used=tuple(sorted(active & USED_FILTERS)),
        filters_unused=tuple(sorted(unused)),
    )
    return replace(study, filters=study.filters.without(unused)), provenance


def _delivery(
    model: CostModel, draws: Draws | None, families: float | None, question: EconomicsQuestion
) -> Delivery | None:
    """Return the cost of delivery; None when a count is withheld or there is no family."""
    if draws is None or not model.activities or not families:
        return None
    if any(line.cost is None for line in model.activities):
        return None
    total = draws.at_best(model.delivery)
    conf_int = draws.interval(model.delivery)
    listed = sum(line.cost.amount for line in model.activities if line.cost)
    assumed = sum(line.cost.amount for line in model.activities if line.is_assumed and line.cost)
    return Delivery(
        total=total,
        conf_int=conf_int,
        n_families=families,
        per_family=total / families,
        per_family_interval=divided(conf_int, families),
        assumed_share=assumed / listed if listed else 0.0,
        is_stated_by_viewer=question.delivery_per_family is not None,
    )


def _factor(
    activities: tuple[ActivityCost, ...],
    families: float | None,
    question: EconomicsQuestion,
    economics: Economics,
    prices: Prices,
) -> float:
    """Return what the listed cost of delivery is multiplied by to give what the viewer entered."""
    listed = sum(line.cost.amount for line in activities if line.cost)
    if question.delivery_per_family is None or not families or not listed:
        return 1.0
    wanted = question.delivery_per_family * prices.factor(economics.price_year)
    return wanted * families / listed


def _families(economics: Economics, evidence: Evidence) -> float | None:
    if economics.families is None:
        return None
    key = Counting(counted=economics.families, of=economics.families_of)
    return evidence.counts[key].value


def _first_avoided(savings: tuple[OutcomeSaving, ...]) -> float | None:
    """Return how many outcomes of the first kind are fewer as measured, nothing taken off."""
    return savings[0].quantity * savings[0].avoided if savings else None


def _why_not(
    economics: Economics,
    evidence: Evidence,
    activities: tuple[ActivityCost, ...],
    delivery: Delivery | None,
    net: NetSaving | None,
) -> tuple[WhyNot, ...]:
    """Return why there is no cost of delivery or no net saving."""
    found: list[WhyNot] = ["protocol_says_why"] if economics.why_no_saving else []
    if not activities:
        found.append("no_activities")
    elif delivery is None:
        withheld = any(quantity.value is None for quantity in evidence.counts.values())
        found.append("withheld" if withheld else "no_families")
    if net is None and economics.savings:
        found.append("no_effect_estimate")
    return tuple(found)


def _used(economics: Economics, prices: Prices) -> tuple[UnitPrice, ...]:
    """Return the unit costs that the protocol names, each once."""
    codes = [line.unit_cost for line in economics.activities]
    codes += [line.unit_cost for line in economics.savings]
    return tuple(prices.cost(code) for code in dict.fromkeys(codes))


def _reported(
    findings: dict[str, dict[str, Any]], economics: Economics
) -> tuple[ReportedFigure, ...]:
    return tuple(
        ReportedFigure(
            measure=row["measure"],
            text=row["value_text"],
            reported_by=row["reported_by"],
            window=row["window"] or "",
            source=row["source"],
            caveat=row["caveat"] or "",
            note=economics.reported_notes.get(name, ""),
        )
        for name, row in findings.items()
    )
