"""Exhibits of the economics question, in the order in which they are read."""

from __future__ import annotations

from analytics.disclosure.release import Released
from analytics.emmie.economics.parts import NetSaving
from analytics.emmie.economics.question import EconomicsAnswer
from analytics.emmie.economics.verdict import verdict_of
from analytics.emmie.in_words import check_title
from analytics.exhibits import economics_words as words
from analytics.exhibits import wording
from analytics.exhibits.economics_figures import chance_by_share_exhibit, who_pays_exhibit
from analytics.exhibits.economics_published import illustration_exhibit, reported_exhibit
from analytics.exhibits.economics_tables import (
    cost_lines_exhibit,
    savings_exhibit,
    unit_costs_exhibit,
)
from analytics.exhibits.economics_uncertainty import (
    acceptability_exhibit,
    plane_exhibit,
    tornado_exhibit,
)
from analytics.exhibits.exhibit import Cell, Exhibit, Table, assumptions_exhibit, origin

SAVES, MAY_SAVE, COSTS = 0.95, 0.5, 0.05


def economics_exhibits(released: Released[EconomicsAnswer]) -> tuple[Exhibit, ...]:
    """Return what can be shown of an answer: always a summary, and what was reported by others."""
    answer = released.answer
    shown = [_summary(released)]
    if answer.net is not None:
        shown += [chance_by_share_exhibit(released, answer.net)]
    if answer.activities:
        shown.append(cost_lines_exhibit(released))
    if answer.savings:
        shown.append(savings_exhibit(released))
    if answer.net is not None:
        shown += [
            who_pays_exhibit(released, answer.net),
            tornado_exhibit(released, answer.net),
            plane_exhibit(released, answer.net),
            acceptability_exhibit(released, answer.net),
            _break_even(released, answer.net),
        ]
    if answer.illustration is not None:
        shown.append(illustration_exhibit(released, answer.illustration))
    if answer.reported:
        shown.append(reported_exhibit(released))
    if answer.unit_costs:
        shown.append(unit_costs_exhibit(released))
    if answer.assumptions:
        shown.append(assumptions_exhibit(answer.provenance, answer.assumptions))
    return tuple(shown)


def _summary(released: Released[EconomicsAnswer]) -> Exhibit:
    answer = released.answer
    verdict = verdict_of(answer)
    return Exhibit(
        key="economic_summary",
        headline=_headline(answer),
        subtitle=_subtitle(answer),
        figure=None,
        table=Table(columns=("Measure", "Best value", "Range"), rows=_summary_rows(answer)),
        alt_text="",
        notes=(
            words.GROSS,
            "Best value: every input at its best value. Range: the middle 95% of "
            f"{answer.question.n_draws:,} draws of all inputs, each on its own.",
            f"Prices: {answer.price_source}.",
            released.statement,
        ),
        **origin(answer.provenance, () if answer.net is None else words.gross(answer.net.saving)),
        sentences=(f"Verdict: {verdict.word}.", *verdict.reasons, *_checks(answer)),
    )


def _checks(answer: EconomicsAnswer) -> tuple[str, ...]:
    """Return the health checks that did not pass."""
    return tuple(
        f"Health check “{check_title(check.name)}”: {words.STATUS_WORDS[check.status]}. "
        f"{check.meaning}"
        for check in (answer.net.checks if answer.net else ())
        if check.status != "pass"
    )


def _subtitle(answer: EconomicsAnswer) -> str:
    kept = wording.percent(answer.question.share_kept)
    place = f"{answer.provenance.place}, {answer.price_year} prices"
    if answer.net is None:
        return f"Costs and savings, {place}"
    return (
        f"Costs and savings over {answer.horizon_months} months, {place}, with {kept} of the "
        "measured difference put down to the work"
    )


def _headline(answer: EconomicsAnswer) -> str:
    net = answer.net
    if net is None:
        if answer.delivery is None:
            return "What it cost and saved cannot be told"
        per_family = words.pounds(answer.delivery.per_family)
        return f"About {per_family} per family; what it saved can't be told"
    if any(check.status == "fail" for check in net.checks):
        return "Not reliable enough to quote: a health check failed"
    found = _found(net, answer)
    is_open = verdict_of(answer).word == "can't tell"
    return f"Can't tell: {found}" if is_open else f"{found[:1].upper()}{found[1:]}"


def _found(net: NetSaving, answer: EconomicsAnswer) -> str:
    """Return what the draws say, taking every assumption as right."""
    if answer.savings_not_counted and net.chance <= MAY_SAVE:
        return "what can be priced does not pay for delivery"
    if net.chance >= SAVES:
        return "it would save, if every assumption holds"
    if net.chance > MAY_SAVE:
        return "it may save, if every assumption holds"
    if net.chance > COSTS:
        return "it would rather cost, on these assumptions"
    return "it would cost more than it saves"


def _summary_rows(answer: EconomicsAnswer) -> tuple[tuple[Cell, ...], ...]:
    rows: list[tuple[Cell, ...]] = []
    if answer.delivery is not None:
        rows += [
            (
                "Cost of delivery",
                words.pounds(answer.delivery.total),
                words.pounds_interval(answer.delivery.conf_int),
            ),
            (
                f"Cost of delivery per family, {words.number(answer.delivery.n_families)} families",
                words.pounds(answer.delivery.per_family),
                words.pounds_interval(answer.delivery.per_family_interval),
            ),
        ]
    if answer.net is not None:
        rows += _net_rows(answer.net, answer)
    return tuple(rows)


def _net_rows(net: NetSaving, answer: EconomicsAnswer) -> list[tuple[Cell, ...]]:
    first = answer.savings[0]
    return [
        (
            "Cost avoided, gross",
            words.pounds(net.saving),
            words.pounds_interval(net.saving_interval),
        ),
        ("Net saving", words.pounds(net.net), words.pounds_interval(net.net_interval)),
        (
            "Net saving per family",
            words.pounds(net.net_per_family),
            words.pounds_interval(net.net_per_family_interval),
        ),
        ("Chance of a net saving", wording.chance(net.chance), ""),
        (
            f"Fewer: {wording.lower_first(first.outcome_label)}",
            wording.fixed(net.total_avoided),
            "",
        ),
        (
            "Cost of delivery for each of them",
            "none fewer" if net.cost_per_outcome is None else words.pounds(net.cost_per_outcome),
            "",
        ),
        (
            "Cost avoided for each pound of delivery",
            "" if net.return_per_pound is None else words.pounds(net.return_per_pound, places=2),
            "",
        ),
    ]


def _break_even(released: Released[EconomicsAnswer], net: NetSaving) -> Exhibit:
    answer = released.answer
    meet = net.break_even
    headline = (
        "No effect of any size pays for the delivery"
        if meet.share_kept is None
        else f"Breaks even if {wording.percent(meet.share_kept)} of the difference is real"
        if meet.share_kept <= 1
        else "Even the whole difference does not pay for delivery"
    )
    return Exhibit(
        key="break_even",
        headline=headline,
        subtitle=(
            f"Value of one input at which cost and saving meet, the others as chosen, "
            f"{answer.provenance.place}, {answer.price_year} prices"
        ),
        figure=None,
        table=Table(columns=("Input", "Breaks even at", "Now"), rows=_break_even_rows(answer, net)),
        alt_text="",
        notes=(
            "A cost per family below the break-even, or any other input above it, is a net saving.",
        ),
        **origin(answer.provenance),
        sentences=(
            ()
            if meet.chance_beyond is None
            else (
                f"Chance that the measured change is larger than needed: "
                f"{wording.chance(meet.chance_beyond)}, with every other input at its best value.",
            )
        ),
    )


def _break_even_rows(answer: EconomicsAnswer, net: NetSaving) -> tuple[tuple[Cell, ...], ...]:
    meet = net.break_even
    rows: list[tuple[Cell, ...]] = [
        (
            "Share of the measured difference that must be due to the work",
            "never" if meet.share_kept is None else wording.percent(meet.share_kept),
            wording.percent(answer.question.share_kept),
        )
    ]
    first = answer.savings[0]
    if meet.avoided is not None:
        rows.append(
            (
                f"Fewer of 100: {wording.lower_first(first.outcome_label)}",
                wording.fixed(100 * meet.avoided, 1),
                f"{wording.fixed(100 * first.avoided, 1)} "
                f"({wording.interval(first.conf_int, scale=100)})",
            )
        )
    if meet.unit_value is not None:
        item = next(price for price in answer.unit_costs if price.code == first.unit_cost)
        rows.append((item.item, words.pounds(meet.unit_value), words.pounds(first.worth.amount)))
    if answer.delivery is not None:
        rows.append(
            (
                "Cost of delivery per family",
                words.pounds(meet.delivery_per_family),
                words.pounds(answer.delivery.per_family),
            )
        )
    return tuple(rows)
