"""Exhibits of conferences: where the risk lies, and which agencies took part."""

from __future__ import annotations

from typing import Final

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.conferences import (
    PARTS,
    AgenciesAnswer,
    AgencyParts,
    ConferencesAnswer,
    Part,
    RiskCount,
)
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin
from analytics.extracts.code_lists import CONFERENCE_RISK

PART_WORDS: Final[dict[Part, str]] = {
    "invited": "Invited",
    "attended": "Attended",
    "contributed": "Spoke about the risk",
}
MARKS: Final[dict[Part, tuple[str, str]]] = {
    "invited": (theme.DARK_BLUE, "circle"),
    "attended": (theme.TURQUOISE, "square"),
    "contributed": (theme.DARK_PINK, "diamond"),
}
APART: Final = 0.25
"""Distance between the marks of one agency, in rows."""


def conference_exhibits(released: Released[ConferencesAnswer]) -> tuple[Exhibit, ...]:
    """Return conferences by where the risk lies."""
    answer = released.answer
    shown = [risk for risk in answer.risks if not risk.planned_before.is_withheld]
    sentences = tuple(risk_sentence(risk) for risk in shown)
    return (
        Exhibit(
            key="conferences_by_risk",
            headline=_risk_headline(answer),
            subtitle=(
                "Child protection conferences by where the risk lies, "
                f"{wording.count(answer.n_conferences)} conferences, {answer.provenance.place}"
            ),
            figure=theme.as_dict(_risk_bars(shown)) if shown else None,
            table=Table(
                columns=("Risk", "Conferences", "About families planned for before"),
                rows=tuple(_risk_row(risk) for risk in answer.risks),
            ),
            alt_text="Stacked bars of conferences. " + " ".join(sentences),
            notes=(
                "Conferences and families are different units, and returning families were chosen "
                "for the audit: no rate of return is drawn from these counts.",
                "Some areas hold no conferences about risk outside the home, and so count fewer "
                "than those that do.",
                released.statement,
            ),
            **origin(answer.provenance),
            sentences=sentences,
        ),
    )


def risk_sentence(risk: RiskCount) -> str:
    """Return how many conferences were about one kind of risk."""
    return (
        f"{CONFERENCE_RISK[risk.risk]}: {wording.count(risk.planned_before.n)} conferences, "
        f"{wording.count(risk.planned_before.events)} about families planned for before."
    )


def _risk_headline(answer: ConferencesAnswer) -> str:
    outside = next((one.planned_before for one in answer.risks if one.risk == "outside_home"), None)
    if outside is None or outside.events is None:
        return "Conferences by where the risk lies"
    if not outside.events:
        return "No returning family came because of risk outside the home"
    return f"{outside.events} returning families came because of risk outside the home"


def _risk_bars(risks: list[RiskCount]) -> go.Figure:
    built = theme.figure(height=260, barmode="stack", legend_traceorder="normal")
    names = [theme.wrapped(CONFERENCE_RISK[risk.risk], 14) for risk in risks]
    before = [risk.planned_before.events or 0 for risk in risks]
    others = [(risk.planned_before.n or 0) - (risk.planned_before.events or 0) for risk in risks]
    for name, values, colour in (
        ("Planned for before", before, theme.DARK_BLUE),
        ("Others", others, theme.TURQUOISE),
    ):
        built.add_trace(
            go.Bar(
                y=names,
                x=values,
                orientation="h",
                name=name,
                marker_color=colour,
                text=[wording.count(value) if value else "" for value in values],
                textposition="inside",
                insidetextanchor="middle",
                textangle=0,
                textfont={"color": theme.WHITE if colour == theme.DARK_BLUE else theme.TEXT},
                hovertemplate=f"%{{x}} conferences ({name.lower()})<extra></extra>",
            )
        )
    built.update_xaxes(title_text="Conferences", rangemode="tozero")
    built.update_yaxes(autorange="reversed", showgrid=False)
    return built


def _risk_row(risk: RiskCount) -> tuple[Cell, ...]:
    share = risk.planned_before
    return (CONFERENCE_RISK[risk.risk], wording.count(share.n), wording.count(share.events))


def agency_exhibits(released: Released[AgenciesAnswer]) -> tuple[Exhibit, ...]:
    """Return what each agency did at the conferences about families that it works with."""
    answer = released.answer
    sentences = tuple(agency_sentence(agency) for agency in answer.agencies)
    return (
        Exhibit(
            key="agencies_at_conferences",
            headline=_agency_headline(answer),
            subtitle=(
                "Share of conferences about families that the agency works with, "
                f"{wording.count(answer.n_conferences)} conferences, {answer.provenance.place}, "
                "95% intervals"
            ),
            figure=theme.as_dict(_dots(answer.agencies)),
            table=_short_table(answer),
            full_table=_full_table(answer),
            alt_text="Dot chart with three marks for each agency. " + " ".join(sentences),
            notes=(
                "To have spoken about the risk is to have told the conference something about it, "
                "in person or in writing; a report on other things does not count.",
                "Whether an agency should have been there is judged by whether it works with the "
                "family. Intervals take conferences as independent.",
                released.statement,
            ),
            **origin(answer.provenance),
            sentences=sentences[:3],
        ),
    )


def agency_sentence(agency: AgencyParts) -> str:
    """Return one agency's invitations, attendance and contributions."""
    parts = "; ".join(
        f"{PART_WORDS[one.part].lower()} {wording.count(one.share.events)}" for one in agency.parts
    )
    involved = wording.count(agency.involved.events)
    return f"{agency.label}: works with the family in {involved} conferences; {parts}."


def _agency_headline(answer: AgenciesAnswer) -> str:
    attended = [agency.part("attended").share.value for agency in answer.agencies]
    seldom = sum(value < 0.5 for value in attended if value is not None)
    at_least = "At least " if None in attended else ""
    return (
        f"{at_least}{seldom} of {len(attended)} agencies attended under half of their conferences"
    )


def _dots(agencies: tuple[AgencyParts, ...]) -> go.Figure:
    built = theme.figure(height=110 + 66 * len(agencies))
    for place, part in enumerate(PARTS):
        colour, symbol = MARKS[part]
        shown = [
            (row + APART * (place - 1), agency, agency.part(part))
            for row, agency in enumerate(agencies)
            if agency.part(part).share.value is not None
        ]
        values = [one.share.value for _, _, one in shown]
        built.add_trace(
            go.Scatter(
                x=[100 * (value or 0) for value in values],
                y=[row for row, _, _ in shown],
                mode="markers",
                name=PART_WORDS[part],
                marker={"color": colour, "symbol": symbol, "size": 10},
                error_x=theme.error_bars(
                    values, [one.conf_int for _, _, one in shown], colour=colour, scale=100
                ),
                customdata=[
                    f"{agency.label}: {wording.out_of(one.share)}" for _, agency, one in shown
                ],
                hovertemplate="%{customdata} conferences<extra></extra>",
            )
        )
    for row, agency in enumerate(agencies):
        if all(one.share.value is None for one in agency.parts):
            built.add_annotation(
                x=0, y=row, text=wording.WITHHELD, showarrow=False, xanchor="left", xshift=8
            )
    built.update_xaxes(title_text="Share of conferences (%)", range=[-2, 102])
    built.update_yaxes(
        tickvals=list(range(len(agencies))),
        ticktext=[theme.wrapped(agency.label, 16) for agency in agencies],
        range=[len(agencies) - 0.5, -0.5],
        showgrid=False,
    )
    return built


def _short_table(answer: AgenciesAnswer) -> Table:
    return Table(
        columns=("Agency", "Works with the family", *PART_WORDS.values()),
        rows=tuple(
            (
                agency.label,
                wording.count(agency.involved.events),
                *(wording.count(agency.part(part).share.events) for part in PARTS),
            )
            for agency in answer.agencies
        ),
    )


def _full_table(answer: AgenciesAnswer) -> Table:
    columns = ["Agency", "Works with the family"]
    for word in PART_WORDS.values():
        columns += [word, f"{word} (%)", f"{word}, 95% interval (%)"]
    rows = []
    for agency in answer.agencies:
        row: list[Cell] = [agency.label, wording.count(agency.involved.events)]
        for part in PARTS:
            one = agency.part(part)
            row += [
                wording.count(one.share.events),
                wording.percent(one.share.value).rstrip("%"),
                wording.interval(one.conf_int, scale=100, places=0),
            ]
        rows.append(tuple(row))
    return Table(columns=tuple(columns), rows=tuple(rows))
