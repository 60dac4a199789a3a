"""Exhibits of service use before and after: rates in one of three forms, and exposure."""

from __future__ import annotations

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.effect.results import EffectRow
from analytics.emmie.service_use.answer import ServiceOutcome, ServiceUseAnswer
from analytics.emmie.service_use.estimates import Rates, SideTotal
from analytics.exhibits import theme, wording
from analytics.exhibits.effect_claims import moved_of
from analytics.exhibits.exhibit import Cell, Exhibit, Table, assumptions_exhibit, origin
from analytics.exhibits.forest import (
    Form,
    difference_in_words,
    effect_table,
    estimate_words,
    forest_figure,
    multiplicity_note,
    why_not,
)
from analytics.exhibits.match_checks import check_words, health_checks
from analytics.exhibits.service_use_checks import raw_counts, sensitivity

SIDES = ("After", "Before")
FORM_WORDS: dict[Form, str] = {
    "frequency": "Events a year for 100 people, or sessions missed of 100",
    "difference": "Rate after minus rate before, per 100 person-years or 100 sessions",
    "ratio": "Rate after over rate before, within each person",
}
PEOPLE = {"child": "children", "adult": "adults"}
NOBODY = "Nobody with these filters was followed on both sides"


def service_use_exhibits(
    released: Released[ServiceUseAnswer], *, form: Form = "difference", outcome: str = ""
) -> tuple[Exhibit, ...]:
    """Return the rates, the exposure, raw counts as a warning, other choices and health checks.

    Parameters
    ----------
    released : Released of ServiceUseAnswer
        What may be shown.
    form : str
        ``frequency``: events a year for 100 people; ``difference`` of the rates; their ``ratio``.
    outcome : str
        Outcome whose other choices and health checks are shown; the first one when empty.
    """
    answer = released.answer
    chosen = next((item for item in answer.outcomes if item.key == outcome), answer.outcomes[0])
    shown = [_outcomes(released, form), _exposure(released), raw_counts(released)]
    if chosen.rates and chosen.rates.sensitivity:
        shown.append(sensitivity(released, chosen))
    if chosen.rates and chosen.rates.checks:
        shown.append(health_checks(chosen.rates.checks, answer.provenance))
    if answer.assumptions:
        shown.append(assumptions_exhibit(answer.provenance, answer.assumptions))
    return tuple(one for one in shown if one is not None)


def sentences(answer: ServiceUseAnswer) -> tuple[str, ...]:
    """Return every outcome as a natural frequency, a difference and a ratio."""
    if answer.failed_checks:
        return tuple(
            f"Not reliable enough to quote: {check_words(check)}." for check in answer.failed_checks
        )
    rows = {row.key: row for row in answer.rows}
    return tuple(_sentence(outcome, rows[outcome.key]) for outcome in answer.outcomes)


def _sentence(outcome: ServiceOutcome, row: EffectRow) -> str:
    if outcome.rates is None:
        return f"{outcome.label}: {wording.lower_first(NOBODY)}."
    before, after = outcome.rates.before.rate, outcome.rates.after.rate
    if before is None or after is None:
        return f"{outcome.label}: withheld, because few people or families had any."
    shown = estimate_words(row, row.difference, "difference")
    said = f"{outcome.label}: {_frequency(outcome, before, after, shown)}"
    limits = f"; difference {difference_in_words(row)}" if row.difference else ""
    ratio = f", ratio {wording.fixed(row.ratio.value, 2)}" if row.ratio else ""
    if row.ratio:
        ratio += f" ({wording.interval(row.ratio.conf_int, places=2)})"
    chance = "" if row.excludes_no_effect or not row.difference else ", which could be chance"
    return f"{said}{limits}{ratio}{chance}."


def _frequency(outcome: ServiceOutcome, before: float, after: float, difference: str) -> str:
    """Return both rates as whole events where they are large enough."""
    places = 0 if min(before, after) >= 10 and outcome.unit == "person_year" else 1
    first, then = wording.fixed(before, places), wording.fixed(after, places)
    ending = f"{then} after{wording.rounded_apart(difference, then, first)}"
    if outcome.unit == "100_sessions":
        return f"of 100 school sessions, {first} before and {ending}"
    return f"for every 100 {PEOPLE[outcome.people]}, {first} events a year before and {ending}"


def _outcomes(released: Released[ServiceUseAnswer], form: Form) -> Exhibit:
    answer = released.answer
    rows, found = answer.rows, sentences(answer)
    drawn = _pairs(answer) if form == "frequency" else forest_figure(rows, form)
    kind = "Dot plot of both rates" if form == "frequency" else "Forest plot"
    return Exhibit(
        key=f"service_use_{form}",
        headline=_headline(answer),
        subtitle=(
            f"{FORM_WORDS[form]}; same people before and after allocation, "
            f"{answer.provenance.place}, {wording.percent(answer.level)} intervals"
        ),
        figure=None if drawn is None else theme.as_dict(drawn),
        table=(
            _rate_table(answer)
            if form == "frequency"
            else effect_table(rows, form, arms=SIDES, level=answer.level)
        ),
        alt_text=f"{kind} of {len(answer.outcomes)} outcomes. {' '.join(found)}",
        notes=_notes(released),
        **origin(answer.provenance, () if answer.failed_checks else moved_of(answer.rows)),
        sentences=found,
    )


def _headline(answer: ServiceUseAnswer) -> str:
    if answer.failed_checks:
        return "Not reliable enough to quote: a health check failed"
    primary = [row for row in answer.rows if row.primary]
    if not primary or any(row.difference is None for row in primary):
        return "Too few people to compare every main outcome"
    moved = sum(row.differs_as_intended for row in primary)
    how_many = f"All {moved}" if moved == len(primary) else f"{moved} of {len(primary)}"
    if not moved:
        return "No main rate clearly moved as intended after allocation"
    return f"{how_many} main rates moved as intended, without a comparison group"


def _pairs(answer: ServiceUseAnswer) -> go.Figure | None:
    """Draw both rates of every outcome with their intervals."""
    shown = [item for item in answer.outcomes if item.rates and item.rates.before.rate is not None]
    if not shown:
        return None
    built = theme.figure(height=110 + 78 * len(shown))
    for name, colour, symbol, offset in (
        ("Before allocation", theme.TURQUOISE, "circle-open", -0.14),
        ("After allocation", theme.DARK_BLUE, "circle", 0.14),
    ):
        sides = [_side(item.rates, name) for item in shown if item.rates]
        built.add_trace(
            go.Scatter(
                x=[side.rate for side in sides],
                y=[place + offset for place in range(len(sides))],
                name=name,
                mode="markers",
                marker={"color": colour, "symbol": symbol, "size": 11, "line": {"width": 2}},
                error_x=theme.error_bars(
                    [side.rate for side in sides],
                    [side.conf_int for side in sides],
                    colour=colour,
                    thickness=2,
                ),
                customdata=[item.label for item in shown],
                hovertemplate="%{customdata}<br>" + name + ": %{x:.1f}<extra></extra>",
            )
        )
    built.update_xaxes(
        title_text=theme.wrapped("Events a year for 100 people, or sessions missed of 100", 40),
        rangemode="tozero",
    )
    built.update_yaxes(
        tickvals=list(range(len(shown))),
        ticktext=[theme.wrapped(item.label, 22) for item in shown],
        range=[len(shown) - 0.5, -0.5],
        showgrid=False,
    )
    return built


def _side(rates: Rates, name: str) -> SideTotal:
    return rates.before if name.startswith("Before") else rates.after


def _rate_table(answer: ServiceUseAnswer) -> Table:
    level = f"{wording.percent(answer.level)} interval"
    rows: list[tuple[Cell, ...]] = []
    for item in answer.outcomes:
        unit = "100 sessions" if item.unit == "100_sessions" else "100 person-years"
        cells: list[Cell] = [item.label, unit]
        for side in (item.rates.before, item.rates.after) if item.rates else ():
            rate = wording.WITHHELD if side.rate is None else wording.fixed(side.rate, 1)
            cells += [rate, wording.interval(side.conf_int)]
        rows.append((*cells, "", "", "", "")[:6])
    return Table(
        columns=("Outcome", "Per", "Rate before", level, "Rate after", f"{level} (after)"),
        rows=tuple(rows),
    )


def _exposure(released: Released[ServiceUseAnswer]) -> Exhibit:
    """Return events and time observed on both sides."""
    answer = released.answer
    rows: list[tuple[Cell, ...]] = []
    for item in answer.outcomes:
        if item.rates is None:
            rows.append((item.label, "0", *[""] * 7))
            continue
        before, after = item.rates.before, item.rates.after
        rows.append(
            (
                item.label,
                wording.count(item.n_people),
                wording.count(item.n_families),
                wording.count(item.n_without),
                _time(before, item),
                _time(after, item),
                wording.count(before.events),
                wording.count(after.events),
                _users(item),
            )
        )
    shares = [
        item.rates.after.exposure / item.rates.before.exposure
        for item in answer.outcomes
        if item.rates and item.rates.before.exposure and item.rates.after.exposure
    ]
    headline = "Everybody was followed for as long after as before"
    if not shares:
        headline = "How long people were followed is withheld"
    elif min(shares) < 0.95:
        headline = f"The time after was {wording.percent(min(shares))} of the time before"
    return Exhibit(
        key="service_use_exposure",
        headline=headline,
        subtitle=(
            f"People, time observed and events before and after allocation, "
            f"{answer.provenance.place}"
        ),
        figure=None,
        table=Table(
            columns=(
                "Outcome",
                "People",
                "Families",
                "Left out: no time on a side",
                "Time before",
                "Time after",
                "Events before",
                "Events after",
                "People with any: before, after",
            ),
            rows=tuple(rows),
        ),
        alt_text=headline,
        notes=(
            "Rates divide events by the time in which they could happen: person-years, or school "
            "sessions. One person can have many events.",
            released.statement,
        ),
        **origin(answer.provenance),
    )


def _time(side: SideTotal, item: ServiceOutcome) -> str:
    if side.exposure is None:
        return wording.WITHHELD
    unit = "sessions" if item.unit == "100_sessions" else "person-years"
    return f"{wording.fixed(100 * side.exposure)} {unit}"


def _users(item: ServiceOutcome) -> str:
    if item.rates is None:
        return ""
    sides = (item.rates.before, item.rates.after)
    return ", ".join(wording.count(side.n_users) for side in sides)


def _notes(released: Released[ServiceUseAnswer]) -> tuple[str, ...]:
    answer = released.answer
    return (
        "These are associations. The same people are compared with themselves, so nobody shows "
        "what would have happened without the programme.",
        "Families are allocated when things are at their worst, and would often have had fewer "
        "events later in any case (regression to the mean). The extract holds totals of each side "
        "and not when events happened, so that can't be checked here.",
        "Difference: pooled rates. Ratio: within each person, for unequal times, so it need not "
        "equal the quotient of the pooled rates. Intervals take families as clusters (CR2, "
        "Satterthwaite's degrees of freedom). p-values are of the ratio.",
        multiplicity_note(answer.rows),
        *((answer.analysis.note,) if answer.analysis.note else ()),
        *(f"{row.label}: {why_not(row)}." for row in answer.rows if row.reason),
        released.statement,
    )
