"""Tables of costs: activities, savings, unit costs."""

from __future__ import annotations

from analytics.disclosure.release import Released
from analytics.emmie.economics.parts import (
    ActivityCost,
    OutcomeSaving,
)
from analytics.emmie.economics.question import EconomicsAnswer
from analytics.exhibits import economics_words as words
from analytics.exhibits import wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin

LASTS = {
    "months": "months each goes on saving",
    "per_year": "years",
    "once": "once",
}
SAVING_COLUMNS = (
    "Saving (who gains)",
    "Applies to",
    "Fewer per 100 (95% interval)",
    "Fewer in all",
    "Lasts",
    "Unit cost (range)",
    "Worth",
)


def cost_lines_exhibit(released: Released[EconomicsAnswer]) -> Exhibit:
    """Return the cost of delivery, activity by activity."""
    answer = released.answer
    lines = [line for line in answer.activities if line.cost is not None]
    dearest = max(lines, key=lambda line: line.cost.amount if line.cost else 0.0, default=None)
    total = sum(line.cost.amount for line in lines if line.cost)
    headline = (
        "Counts are too small to cost the delivery"
        if dearest is None or dearest.cost is None or len(lines) < len(answer.activities)
        else f"{dearest.label}: {wording.percent(dearest.cost.amount / total)} of delivery"
    )
    notes = [f"Not counted: {wording.lower_first(item)}." for item in answer.not_counted]
    if answer.delivery is not None and answer.delivery.is_stated_by_viewer:
        notes.insert(0, "The cost per family that you entered takes the place of this total.")
    if any(line.is_rounded for line in answer.activities):
        notes.append("Counts are rounded to the nearest five to protect a few families.")
    return Exhibit(
        key="cost_lines",
        headline=headline,
        subtitle=(
            f"Cost of delivery by activity (pounds), {answer.provenance.place}, "
            f"{answer.price_year} prices"
        ),
        figure=None,
        table=Table(
            columns=(
                "Activity",
                "Paid by",
                "Counted",
                "Units for each (range)",
                "Unit cost",
                "Cost",
                "Low to high",
                "Units are",
            ),
            rows=tuple(_line_row(line, answer) for line in answer.activities),
        ),
        alt_text="",
        notes=(
            *notes,
            "Every hour counts as extra work. Low to high takes units and unit cost at their ends "
            "together.",
            *(line.why for line in answer.activities if line.why),
            released.statement,
        ),
        **origin(answer.provenance),
    )


def _line_row(line: ActivityCost, answer: EconomicsAnswer) -> tuple[Cell, ...]:
    price = next(price for price in answer.unit_costs if price.code == line.unit_cost)
    counted = wording.WITHHELD if line.quantity is None else words.number(line.quantity)
    spread = (
        f" ({words.number(line.each.low)} to {words.number(line.each.high)})"
        if line.each.low < line.each.high
        else ""
    )
    per = words.PER_WORDS[price.per]
    return (
        line.label,
        words.agency(line.agency),
        f"{counted} {words.COUNTED_WORDS[line.counted]}",
        f"{words.number(line.each.amount)}{spread}",
        f"{words.pounds(price.uprated.amount, places=2)} per {per}",
        wording.WITHHELD if line.cost is None else words.pounds(line.cost.amount),
        "" if line.cost is None else words.pounds_range(line.cost.low, line.cost.high),
        "Assumed" if line.is_assumed else "Recorded",
    )


def savings_exhibit(released: Released[EconomicsAnswer]) -> Exhibit:
    """Return what each outcome's change is worth."""
    answer = released.answer
    total = sum(line.value.amount for line in answer.savings)
    implied = {price.code for price in answer.unit_costs if price.basis == "implied"}
    notes = [words.GROSS]
    notes += [f"Not counted: {wording.lower_first(one)}." for one in answer.savings_not_counted]
    if any(line.unit_cost in implied for line in answer.savings):
        notes.append(
            "The unit cost is implied by the document's illustration; its source is unknown."
        )
    return Exhibit(
        key="costs_avoided",
        headline=f"Fewer outcomes would be worth {words.pounds(total)}, gross",
        subtitle=(
            f"Measured change times unit cost (pounds), {answer.provenance.place}, "
            f"{answer.price_year} prices"
        ),
        figure=None,
        table=Table(
            columns=SAVING_COLUMNS, rows=tuple(_saving_row(line) for line in answer.savings)
        ),
        full_table=Table(
            columns=(*SAVING_COLUMNS, "Saving at low and high unit cost", "Why"),
            rows=tuple(
                (
                    *_saving_row(line),
                    words.pounds_range(line.value.low, line.value.high),
                    line.why,
                )
                for line in answer.savings
            ),
        ),
        alt_text="",
        notes=(
            *notes,
            "The change is an association with the work: whatever else changed at the time is in "
            "it. See the Effect page.",
            "Months beyond the first year are discounted.",
        ),
        **origin(answer.provenance, words.gross(total)),
    )


def _saving_row(line: OutcomeSaving) -> tuple[Cell, ...]:
    per = " a year" if line.lasts == "per_year" else ""
    interval = wording.interval(line.conf_int, scale=100)
    lasts = LASTS[line.lasts]
    worth = words.pounds_range(line.worth.low, line.worth.high)
    return (
        f"{line.label} ({words.agency(line.agency).lower()})",
        f"{words.number(line.quantity)} {words.COUNTED_WORDS[line.counted]}",
        f"{wording.fixed(100 * line.avoided, 1)} ({interval}){per}",
        wording.fixed(line.total_avoided),
        lasts if line.lasts == "once" else f"{words.number(line.units)} {lasts}",
        f"{words.pounds(line.worth.amount)} ({worth})",
        words.pounds(line.value.amount),
    )


def unit_costs_exhibit(released: Released[EconomicsAnswer]) -> Exhibit:
    """Return every unit cost that is used, with its price year, source and range."""
    answer = released.answer
    implied = sum(price.basis == "implied" for price in answer.unit_costs)
    known = f"{implied} without a known source" if implied else "all published"
    columns = (
        "Code",
        "Item",
        "As published",
        "Price year",
        f"In {answer.price_year} prices",
        "Range",
        "Basis",
    )
    rows = tuple(
        (
            price.code if price.basis == "published" else "none",
            price.item,
            f"{words.pounds(price.original.amount, places=2)} per {words.PER_WORDS[price.per]}",
            f"{price.price_year}{' (assumed)' if price.price_year_basis == 'assumed' else ''}",
            words.pounds(price.uprated.amount, places=2),
            words.pounds_range(price.uprated.low, price.uprated.high, places=2),
            "Published" if price.basis == "published" else "Implied, source unknown",
        )
        for price in answer.unit_costs
    )
    return Exhibit(
        key="unit_costs",
        headline=f"{wording.plural(len(answer.unit_costs), 'unit cost', 'unit costs')}, {known}",
        subtitle=f"Unit costs, uprated by the GDP deflator to {answer.price_year}",
        figure=None,
        table=Table(columns=columns, rows=rows),
        full_table=Table(
            columns=(*columns, "Range is", "Source", "Licence", "Caution"),
            rows=tuple(
                (*row, price.range_basis, price.source, price.licence, price.caution)
                for row, price in zip(rows, answer.unit_costs, strict=True)
            ),
        ),
        alt_text="",
        notes=tuple(
            f"{price.item}: {price.source}. {price.range_basis} {price.caution}"
            for price in answer.unit_costs
        ),
        source=f"{_sources(answer)}; {answer.price_source}",
        synthetic=False,
    )


def _sources(answer: EconomicsAnswer) -> str:
    return "; ".join(
        dict.fromkeys(price.source.partition(", code ")[0] for price in answer.unit_costs)
    )
