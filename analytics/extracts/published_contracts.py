"""Contracts of the published figures and of what the source documents report."""

from __future__ import annotations

from typing import Final

import pandera.ibis as pa

from analytics.extracts import code_lists as codes
from analytics.extracts.contract_rules import (
    INTEGER,
    NUMBER,
    STRING,
    Contract,
    Reference,
    allowed,
    between,
    column,
    contract,
    matching,
    row_rule,
)

_SOURCE_COLUMNS: Final[dict[str, pa.Column]] = {
    "source": column(STRING, "Publisher, release and table."),
    "licence": column(STRING, "Licence under which the figure is published."),
}

PUBLISHED_FIGURES: Final = contract(
    "published_figures",
    "one published figure for one area and year",
    ("measure", "year", "area_code"),
    {
        "measure": column(STRING, "What is measured."),
        "year": column(
            INTEGER,
            "Year ending, or at, 31 March (30 September for the workforce).",
            between(2010, 2100),
            unit="year",
        ),
        "level": column(
            STRING, "Kind of area.", allowed(("national", "regional", "local_authority"))
        ),
        "area_code": column(STRING, "Code of the area."),
        "numerator": column(NUMBER, "Count above the line.", required=False),
        "denominator": column(NUMBER, "Count below the line.", required=False),
        "value": column(NUMBER, "The figure; empty when withheld.", required=False),
        "unit": column(
            STRING,
            "Unit of the value.",
            allowed(("per_10000", "percent", "days", "count", "per_worker")),
        ),
        "symbol": column(
            STRING,
            "Published symbol where there is no number.",
            allowed(codes.DFE_SYMBOL),
            required=False,
        ),
        **_SOURCE_COLUMNS,
    },
    row_rule(
        "value_or_symbol",
        "a row must hold a value or a symbol, not both",
        lambda table: table.value.isnull() != table.symbol.isnull(),
    ),
    references=(Reference(column="area_code", table="areas", key="area_code"),),
)

AREAS: Final = contract(
    "areas",
    "one authority, region or country",
    ("area_code",),
    {
        "area_code": column(STRING, "Code of the area."),
        "area_name": column(STRING, "Name of the area."),
        "level": column(
            STRING, "Kind of area.", allowed(("national", "regional", "local_authority"))
        ),
        "region_code": column(STRING, "Region's code.", required=False),
        "region_name": column(STRING, "Region's name.", required=False),
        "dfe_code": column(
            STRING, "Three-digit code of the Department for Education.", required=False
        ),
        "first_year": column(INTEGER, "First year with figures.", unit="year"),
        "last_year": column(INTEGER, "Last year with figures.", unit="year"),
        "successor_code": column(
            STRING, "Code of the authority that took its place.", required=False
        ),
    },
)

STATISTICAL_NEIGHBOURS: Final = contract(
    "statistical_neighbours",
    "one statistical neighbour of one authority",
    ("model", "area_code", "rank"),
    {
        "model": column(STRING, "Year of the neighbour model.", allowed(("2025", "2021"))),
        "area_code": column(STRING, "Authority."),
        "rank": column(INTEGER, "1 is the closest neighbour.", between(1, 10), unit="rank"),
        "neighbour_code": column(STRING, "The neighbour."),
        "closeness": column(STRING, "How close, in the publisher's words.", required=False),
        **_SOURCE_COLUMNS,
    },
    references=(Reference(column="neighbour_code", table="areas", key="area_code"),),
)

_FINANCIAL_YEAR: Final = matching(r"^\d{4}/\d{2}$", "must be a financial year such as 2024/25")

GDP_DEFLATORS: Final = contract(
    "gdp_deflators",
    "the price level of one financial year",
    ("financial_year",),
    {
        "financial_year": column(STRING, "Financial year.", _FINANCIAL_YEAR),
        "index": column(
            NUMBER, "GDP deflator at market prices.", between(0.001, 1000), unit="2024/25 is 100"
        ),
        **_SOURCE_COLUMNS,
    },
)

UNIT_COSTS: Final = contract(
    "unit_costs",
    "what one thing costs, in the prices of its own year",
    ("code",),
    {
        "code": column(STRING, "Code in the database it comes from."),
        "item": column(STRING, "What is paid for."),
        "agency": column(STRING, "Who pays.", allowed(codes.AGENCY)),
        "amount": column(NUMBER, "Best value.", between(0, 10_000_000), unit="pounds"),
        "low": column(NUMBER, "Low end of the range.", between(0, 10_000_000), unit="pounds"),
        "high": column(NUMBER, "High end of the range.", between(0, 10_000_000), unit="pounds"),
        "per": column(
            STRING,
            "What the amount is per.",
            allowed(("hour", "incident", "episode", "month", "year", "person", "each")),
        ),
        "price_year": column(STRING, "Financial year of the prices.", _FINANCIAL_YEAR),
        "price_year_basis": column(
            STRING,
            "Whether the source states the price year, or we assume it.",
            allowed(("stated", "assumed")),
        ),
        "basis": column(
            STRING,
            "Whether it was published as a unit cost, or is implied by another published figure.",
            allowed(("published", "implied")),
        ),
        "range_basis": column(STRING, "Where the range comes from."),
        "caution": column(STRING, "What to bear in mind.", required=False),
        **_SOURCE_COLUMNS,
    },
    row_rule(
        "range_in_order",
        "low, amount and high must be in order",
        lambda table: (table.low <= table.amount) & (table.amount <= table.high),
    ),
)

PUBLISHED_FINDINGS: Final = contract(
    "published_findings",
    "one figure that a source document reports",
    ("finding_id",),
    {
        "finding_id": column(STRING, "Short name of the finding."),
        "evaluation": column(STRING, "Evaluation that it belongs to."),
        "letter": column(
            STRING,
            "EMMIE letter.",
            allowed(
                ("effect", "mechanism", "moderators", "implementation", "economic_cost", "context")
            ),
        ),
        "measure": column(STRING, "What is measured."),
        "group_label": column(STRING, "Group that the figure is about.", required=False),
        "value": column(NUMBER, "The figure, where the source gives a number.", required=False),
        "value_text": column(STRING, "The figure as reported."),
        "numerator": column(NUMBER, "Count above the line.", required=False),
        "denominator": column(NUMBER, "Count below the line.", required=False),
        "unit": column(STRING, "Unit of the value."),
        "basis": column(
            STRING,
            "What kind of figure it is.",
            allowed(("relative", "points", "level", "count", "not stated")),
        ),
        "direction": column(
            STRING,
            "Direction of a change.",
            allowed(("decrease", "increase", "none")),
            required=False,
        ),
        "window": column(STRING, "Period that the figure covers.", required=False),
        "n": column(STRING, "Number of cases, as worded.", required=False),
        "significance": column(STRING, "Significance, as worded."),
        "reported_by": column(
            STRING, "Where the figure was read.", allowed(("document", "elsewhere"))
        ),
        "source": column(STRING, "Publication."),
        "caveat": column(STRING, "What to bear in mind.", required=False),
        "computed_from": column(
            STRING, "Which figure of the extracts stands beside it.", required=False
        ),
        "tolerance": column(
            NUMBER,
            "Largest difference that counts as the same, in the unit of the finding.",
            between(0, 1_000_000),
            required=False,
        ),
        "not_computed_because": column(
            STRING, "Why no figure stands beside it, or why the two differ.", required=False
        ),
    },
)

FORCE_OUTCOMES: Final = contract(
    "force_outcomes",
    "one kind of outcome of one police force in one year, all crime",
    ("force", "year", "outcome_code"),
    {
        "force": column(STRING, "Police force."),
        "year": column(INTEGER, "Year ending 31 March.", between(2010, 2100), unit="year"),
        "outcome_code": column(INTEGER, "Home Office outcome code.", allowed(codes.POLICE_OUTCOME)),
        "outcomes": column(
            INTEGER, "Outcomes recorded in the year.", between(0, 10_000_000), unit="outcomes"
        ),
        "assigned": column(
            INTEGER,
            "Outcomes of every kind recorded in the year.",
            between(0, 100_000_000),
            unit="outcomes",
        ),
        **_SOURCE_COLUMNS,
    },
)

PUBLISHED_CONTRACTS: Final[tuple[Contract, ...]] = (
    PUBLISHED_FIGURES,
    AREAS,
    STATISTICAL_NEIGHBOURS,
    GDP_DEFLATORS,
    UNIT_COSTS,
    FORCE_OUTCOMES,
    PUBLISHED_FINDINGS,
)
"""Contracts of everything that has been published."""
