"""What was published on cost: one illustration taken apart, and what others reported."""

from __future__ import annotations

from dataclasses import replace

from analytics.disclosure.release import Released
from analytics.emmie.economics.published import IllustrationAnswer, Reading
from analytics.emmie.economics.question import EconomicsAnswer
from analytics.emmie.study import Provenance
from analytics.exhibits import economics_words as words
from analytics.exhibits import wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin, source_line


def illustration_exhibit(released: Released[EconomicsAnswer], found: IllustrationAnswer) -> Exhibit:
    """Return the published sum, line by line, and what it leaves out."""
    answer = released.answer
    computed = (
        ()
        if found.computed_avoided is None
        else (
            f"Our own six-month estimate is {wording.fixed(found.computed_avoided)} children "
            f"fewer, another measurement than the {found.children} in {found.counted_months} "
            "months.",
        )
    )
    return Exhibit(
        key="cost_illustration",
        headline=(f"The document's {words.pounds(found.pounds)} is gross, and its price unnamed"),
        subtitle=f"The published illustration, line by line, {answer.provenance.place}",
        figure=None,
        table=Table(columns=("Line", "Value"), rows=_illustration_rows(answer, found)),
        alt_text="",
        notes=(
            "Published lines are the document's; our cost of delivery and estimate are from the "
            "sample.",
            "No national unit cost equals the implied price; which one was used is not named.",
            "Half and twice are our range. Only plans are counted; no cost of delivery is "
            "taken off.",
        ),
        **origin(_provenance(answer, found)),
        sentences=(
            "Gross, plan costs only, no cost of delivery: an illustration, not a result.",
            *computed,
        ),
    )


def _provenance(answer: EconomicsAnswer, found: IllustrationAnswer) -> Provenance:
    """Return where the sum comes from: the document, and the sample where that adds to it."""
    mine = answer.provenance
    if found.computed_avoided is None and found.after_delivery is None:
        return replace(mine, synthetic=False, seed=None, as_at=None, fingerprint="")
    return replace(mine, published=mine.document) if mine.synthetic else mine


def _illustration_rows(
    answer: EconomicsAnswer, found: IllustrationAnswer
) -> tuple[tuple[Cell, ...], ...]:
    yearly, again = found.readings
    rows: list[tuple[Cell, ...]] = [
        ("Published: potential yearly benefit", words.pounds(found.pounds)),
        (
            "Published: fewer children on a plan",
            f"{found.children} in {found.counted_months} months",
        ),
        *_reading_rows(
            f"If {yearly.children_a_year} children a year, each for {yearly.months} months", yearly
        ),
        *_reading_rows(
            f"If {found.children} every {found.counted_months} months: {again.children_a_year} "
            f"children, each for {again.months} months",
            again,
        ),
        (
            "Implied price of one child for one month, either way",
            words.pounds(yearly.monthly, places=2),
        ),
        (
            f"{words.pounds(yearly.monthly, places=2)} × {yearly.months} months × "
            f"{yearly.children_a_year} children",
            words.pounds(yearly.pounds, places=2),
        ),
        ("With half and twice that price", words.pounds_range(found.low, found.high)),
        ("Middle 95% when the price is drawn", words.pounds_interval(found.conf_int)),
        (
            f"In {answer.price_year} prices (from {found.price_year}, assumed)",
            words.pounds(found.pounds_now),
        ),
    ]
    if found.after_delivery is not None:
        rows.append(("The same, less our cost of delivery", words.pounds(found.after_delivery)))
    return tuple(rows)


def _reading_rows(label: str, reading: Reading) -> list[tuple[Cell, ...]]:
    return [(f"{label}: per child", words.pounds(reading.per_child, places=2))]


def reported_exhibit(released: Released[EconomicsAnswer]) -> Exhibit:
    """Return costs and savings as others reported them, and whether they can be recomputed."""
    answer = released.answer
    return Exhibit(
        key="reported_costs",
        headline="What others reported on cost, as they worded it",
        subtitle=f"Published statements on cost and saving, {answer.provenance.place}",
        figure=None,
        table=Table(
            columns=("Measure", "As reported", "Reported by", "Can it be worked out again?"),
            rows=tuple(
                (
                    line.measure,
                    f"{line.text} ({line.window})" if line.window else line.text,
                    "The document" if line.reported_by == "document" else "Elsewhere",
                    line.note or "No workings were published.",
                )
                for line in answer.reported
            ),
        ),
        full_table=Table(
            columns=("Measure", "As reported", "Window", "Source", "Caveat", "Worked out again"),
            rows=tuple(
                (line.measure, line.text, line.window, line.source, line.caveat, line.note)
                for line in answer.reported
            ),
        ),
        alt_text="",
        notes=tuple(
            f"{line.measure}: {line.caveat} Source: {line.source}." for line in answer.reported
        ),
        source=_sources(answer),
        synthetic=False,
        as_at=answer.provenance.as_at,
    )


def _sources(answer: EconomicsAnswer) -> str:
    """Return the documents by name, without addresses, and the evaluation that they are about."""
    parts = [part.strip() for line in answer.reported for part in line.source.split(";")]
    named = dict.fromkeys(part for part in parts if " " in part and "://" not in part)
    about = replace(answer.provenance, synthetic=False, fingerprint="", published="")
    return f"Reported in: {'; '.join(named)}. About: {source_line(about)}"
