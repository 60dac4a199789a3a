"""Contracts: what each extract must hold, said once.

A contract is a Pandera schema. It drives the check of every file that is read, the data dictionary in
``docs/data_dictionary.md`` and the words of each finding. Row rules are boolean expressions, so the
engine counts the rows that break them in one query and sets those rows aside.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Final, Literal

import ibis
import ibis.expr.datatypes as dt
import pandera.ibis as pa

from analytics.extracts import code_lists as codes

FilterRole = Literal["local_authority", "period", "age", "sex", "ethnic_group", "category"]
Expression = Callable[[ibis.Table], Any]

STRING, INTEGER, NUMBER, DATE, FLAG = dt.string, dt.int64, dt.float64, dt.date, dt.boolean


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A column whose values must exist in a column of another extract of the same folder."""

    column: str
    table: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What one extract must hold.

    Attributes
    ----------
    name : str
        The extract's name: its file is ``<name>.parquet``.
    row : str
        What one row is, in words.
    key : tuple of str
        Columns that together identify a row.
    schema : pandera.ibis.DataFrameSchema
        Columns, types, descriptions and row rules.
    roles : dict of str to str
        Which column each filter applies to; a filter without a column does not apply.
    references : tuple of Reference
        Rules across extracts.
    """

    name: str
    row: str
    key: tuple[str, ...]
    schema: pa.DataFrameSchema
    roles: dict[FilterRole, str]
    references: tuple[Reference, ...] = ()


def _rule(name: str, meaning: str, test: Callable[[Any, Any], Any]) -> pa.Check:
    """Return a row rule on one column; ``test`` gets the table and the column."""
    return pa.Check(
        lambda data: test(data.table, data.table[data.key]),
        name=name,
        description=meaning,
        ignore_na=False,
    )


def _present() -> pa.Check:
    return _rule("present", "must not be empty", lambda _, column: column.notnull())


def _allowed(values: Collection[Any]) -> pa.Check:
    shown = ", ".join(str(value) for value in values)
    return _rule(
        "allowed_code",
        f"must be one of {shown}",
        lambda _, column: column.isin(list(values)) | column.isnull(),
    )


def _between(low: float, high: float) -> pa.Check:
    return _rule(
        "in_range",
        f"must lie between {low:g} and {high:g}",
        lambda _, column: column.between(low, high) | column.isnull(),
    )


def _pattern(pattern: str, meaning: str) -> pa.Check:
    return _rule(
        "pattern", meaning, lambda _, column: column.re_search(pattern) | column.isnull()
    )


def _column(
    kind: dt.DataType,
    description: str,
    *rules: pa.Check,
    required: bool = True,
    unit: str = "",
) -> pa.Column:
    checks = [*([_present()] if required else []), *rules]
    return pa.Column(
        kind, checks, nullable=True, description=description, metadata={"unit": unit}
    )


def _row_rule(name: str, meaning: str, test: Expression) -> pa.Check:
    """Return a rule over several columns of a row."""
    return pa.Check(
        lambda data: test(data.table), name=name, description=meaning, ignore_na=False
    )


def _unique(key: tuple[str, ...]) -> pa.Check:
    shown = " and ".join(key)
    return _row_rule(
        "unique_key",
        f"{shown} must identify one row",
        lambda table: table.count().over(ibis.window(group_by=list(key))) == 1,
    )


def _not_before(later: str, earlier: str) -> pa.Check:
    return _row_rule(
        "date_order",
        f"{later} must not be before {earlier}",
        lambda table: (table[later] >= table[earlier])
        | table[later].isnull()
        | table[earlier].isnull(),
    )


def _contract(
    name: str,
    row: str,
    key: tuple[str, ...],
    columns: dict[str, pa.Column],
    *rules: pa.Check,
    roles: dict[FilterRole, str] | None = None,
    references: tuple[Reference, ...] = (),
) -> Contract:
    schema = pa.DataFrameSchema(columns, checks=[_unique(key), *rules], name=name)
    return Contract(
        name=name, row=row, key=key, schema=schema, roles=roles or {}, references=references
    )


def _identifier(what: str) -> pa.Column:
    return _column(STRING, f"Pseudonymised identifier of the {what}; never a name or a case number.")


def _local_authority() -> pa.Column:
    return _column(
        STRING,
        "Local authority, as the nine-character code of the Office for National Statistics.",
        _pattern(codes.LOCAL_AUTHORITY_PATTERN, "must be an upper-tier code such as E06000045"),
    )


def _sex() -> pa.Column:
    return _column(STRING, "Sex as recorded.", _allowed(codes.SEX))


def _ethnic_group() -> pa.Column:
    return _column(STRING, "Main ethnic group.", _allowed(codes.ETHNIC_GROUP))


def _age(when: str) -> pa.Column:
    return _column(INTEGER, f"Age in completed years {when}.", _between(0, 17), unit="years")


def _flag(description: str, *, required: bool = True) -> pa.Column:
    return _column(FLAG, description, required=required)


CASES: Final = _contract(
    "cases",
    "one recorded case of child neglect",
    ("case_id",),
    {
        "case_id": _identifier("case"),
        "child_id": _identifier("child"),
        "family_id": _identifier("family; siblings share it"),
        "local_authority": _local_authority(),
        "arm": _column(
            STRING,
            "Study arm; empty for cases outside the study.",
            _allowed(codes.ARM),
            required=False,
        ),
        "recorded_on": _column(DATE, "Day on which the police recorded the case."),
        "age_years": _age("on that day"),
        "sex": _sex(),
        "ethnic_group": _ethnic_group(),
        "domestic_abuse": _flag("Domestic abuse noted at referral."),
        "parental_mental_health": _flag("A parent's mental ill-health noted at referral."),
        "substance_misuse": _flag("A parent's misuse of drugs or alcohol noted at referral."),
        "prior_referrals": _column(
            INTEGER,
            "Earlier referrals of the child to children's social care.",
            _between(0, 50),
            unit="referrals",
        ),
        "prior_plan": _flag("The child had been on a child protection plan before."),
        "assessed_risk": _column(
            INTEGER,
            "Risk level given at the safeguarding hub: 1 standard, 2 medium, 3 high.",
            _between(1, 3),
            unit="level",
        ),
        "outcome_code": _column(
            INTEGER,
            "Home Office outcome code; empty while the case is open.",
            _allowed(codes.POLICE_OUTCOME),
            required=False,
        ),
        "outcome_on": _column(DATE, "Day on which the outcome was assigned.", required=False),
    },
    _not_before("outcome_on", "recorded_on"),
    _row_rule(
        "outcome_dated",
        "outcome_code and outcome_on must be both filled or both empty",
        lambda table: table.outcome_code.isnull() == table.outcome_on.isnull(),
    ),
    roles={
        "local_authority": "local_authority",
        "period": "recorded_on",
        "age": "age_years",
        "sex": "sex",
        "ethnic_group": "ethnic_group",
    },
)

EVENTS: Final = _contract(
    "events",
    "one police event in a child's life",
    ("event_id",),
    {
        "event_id": _identifier("event"),
        "child_id": _identifier("child"),
        "kind": _column(STRING, "What happened.", _allowed(codes.EVENT_KIND)),
        "occurred_on": _column(DATE, "Day of the event."),
    },
    references=(Reference(column="child_id", table="cases", key="child_id"),),
)

CP_PLANS: Final = _contract(
    "cp_plans",
    "one child protection plan of one child",
    ("plan_id",),
    {
        "plan_id": _identifier("plan"),
        "child_id": _identifier("child"),
        "family_id": _identifier("family; siblings share it"),
        "local_authority": _local_authority(),
        "started_on": _column(DATE, "Day on which the plan started."),
        "ended_on": _column(
            DATE, "Day on which the plan ended; empty while it is open.", required=False
        ),
        "category": _column(
            STRING, "Initial category of abuse.", _allowed(codes.CATEGORY_OF_ABUSE)
        ),
        "previous_plans": _column(
            INTEGER,
            "Stored number of earlier plans of the child with this authority, however long ago.",
            _between(0, 20),
            required=False,
            unit="plans",
        ),
        "age_years": _age("when the plan started"),
        "sex": _sex(),
        "ethnic_group": _ethnic_group(),
    },
    _not_before("ended_on", "started_on"),
    _row_rule(
        "no_overlap",
        "a child's plans must not overlap",
        lambda table: _no_overlap(table),
    ),
    roles={
        "local_authority": "local_authority",
        "period": "started_on",
        "age": "age_years",
        "sex": "sex",
        "ethnic_group": "ethnic_group",
        "category": "category",
    },
)

CHILDREN: Final = _contract(
    "children",
    "one child known to the authority",
    ("child_id",),
    {
        "child_id": _identifier("child"),
        "family_id": _identifier("family; siblings share it"),
        "local_authority": _local_authority(),
        "born_on": _column(DATE, "First day of the month of birth."),
        "sex": _sex(),
        "ethnic_group": _ethnic_group(),
        "left_on": _column(
            DATE, "Day on which the child died or moved away, if so.", required=False
        ),
        "left_reason": _column(
            STRING, "Why follow-up ended.", _allowed(codes.LEFT_REASON), required=False
        ),
    },
    _not_before("left_on", "born_on"),
    roles={
        "local_authority": "local_authority",
        "sex": "sex",
        "ethnic_group": "ethnic_group",
    },
)

CONFERENCES: Final = _contract(
    "conferences",
    "one child protection conference about one family",
    ("conference_id",),
    {
        "conference_id": _identifier("conference"),
        "family_id": _identifier("family"),
        "local_authority": _local_authority(),
        "held_on": _column(DATE, "Day of the conference."),
        "risk": _column(
            STRING, "Where the risk lies.", _allowed(codes.CONFERENCE_RISK)
        ),
        "previously_planned": _flag("The family had been on a child protection plan before."),
    },
    roles={"local_authority": "local_authority", "period": "held_on"},
)

AUDIT_FLAGS: Final[dict[str, str]] = {
    "domestic_abuse": "Children exposed to domestic abuse",
    "female_victim": "The female was the victim of domestic abuse",
    "parental_mental_health": "Parental mental health a significant factor",
    "substance_misuse": "Parental substance misuse",
    "alcohol_misuse": "Concerns about parental alcohol misuse",
    "sexual_offence_concern": "Concern about the male's previous sexual offences",
    "care_experienced_parent": "A parent is care experienced",
    "trauma_considered": "Parental trauma or adverse childhood experiences taken into account",
    "previous_physical_abuse": "Previous physical assaults or abuse",
    "older_children_elsewhere": "Previous children no longer live with the parent",
    "no_contact_older_children": "No contact with those older children",
    "adult_checks_completed": "Police and social care checks of adults in the home completed",
    "full_chronology": "A full chronology was completed",
    "changed_worker": "Change of social worker in the previous plan",
    "changed_manager": "Change of manager in the previous plan",
    "changed_chair": "Change of independent chair in the previous plan",
    "incomplete_intervention": "Plan ended with interventions incomplete",
    "no_sustained_change": "Plan ended without three months' sustained change",
    "disguised_compliance_missed": "Disguised compliance not identified",
    "issue_dropped": "An issue dropped from the plan later re-emerged",
    "parental_non_engagement": "Parents did not engage with the plan",
    "closed_at_parental_request": "Closed to child in need planning at the parents' request",
    "lead_professional_identified": "A lead professional was identified at closure",
    "original_risk_returned": "The original risk was again the reason for conference",
    "network_not_considered": "Family and friends network not considered",
    "closed_prematurely": "Case closed prematurely",
    "no_lead_professional": "Closed without a lead professional",
}

AUDIT_FAMILIES: Final = _contract(
    "audit_families",
    "one audited family",
    ("family_id",),
    {
        "family_id": _identifier("family"),
        "local_authority": _local_authority(),
        "gap_band": _column(
            STRING, "Time from the end of the previous plan.", _allowed(codes.GAP_BANDS)
        ),
        **{
            name: _flag(f"{text}. Empty where the audit does not say.", required=False)
            for name, text in AUDIT_FLAGS.items()
        },
    },
    roles={"local_authority": "local_authority"},
)

AUDIT_CHILDREN: Final = _contract(
    "audit_children",
    "one child of an audited family",
    ("child_id",),
    {"child_id": _identifier("child"), "family_id": _identifier("family")},
    references=(Reference(column="family_id", table="audit_families", key="family_id"),),
)

_SOURCE_COLUMNS: Final[dict[str, pa.Column]] = {
    "source": _column(STRING, "Publisher, release and table."),
    "licence": _column(STRING, "Licence under which the figure is published."),
}

PUBLISHED_FIGURES: Final = _contract(
    "published_figures",
    "one published figure for one area and year",
    ("measure", "year", "area_code"),
    {
        "measure": _column(STRING, "What is measured."),
        "year": _column(
            INTEGER, "Year ending, or at, 31 March (30 September for the workforce).",
            _between(2010, 2100), unit="year",
        ),
        "level": _column(
            STRING, "Kind of area.", _allowed(("national", "regional", "local_authority"))
        ),
        "area_code": _column(STRING, "Code of the area."),
        "numerator": _column(NUMBER, "Count above the line.", required=False),
        "denominator": _column(NUMBER, "Count below the line.", required=False),
        "value": _column(NUMBER, "The figure; empty when withheld.", required=False),
        "unit": _column(
            STRING, "Unit of the value.",
            _allowed(("per_10000", "percent", "days", "count", "per_worker")),
        ),
        "symbol": _column(
            STRING, "Published symbol where there is no number.",
            _allowed(codes.DFE_SYMBOL), required=False,
        ),
        **_SOURCE_COLUMNS,
    },
    _row_rule(
        "value_or_symbol",
        "a row must hold a value or a symbol, not both",
        lambda table: table.value.isnull() != table.symbol.isnull(),
    ),
    references=(Reference(column="area_code", table="areas", key="area_code"),),
)

AREAS: Final = _contract(
    "areas",
    "one authority, region or country",
    ("area_code",),
    {
        "area_code": _column(STRING, "Code of the area."),
        "area_name": _column(STRING, "Name of the area."),
        "level": _column(
            STRING, "Kind of area.", _allowed(("national", "regional", "local_authority"))
        ),
        "region_code": _column(STRING, "Region's code.", required=False),
        "region_name": _column(STRING, "Region's name.", required=False),
        "dfe_code": _column(STRING, "Three-digit code of the Department for Education.", required=False),
        "first_year": _column(INTEGER, "First year with figures.", unit="year"),
        "last_year": _column(INTEGER, "Last year with figures.", unit="year"),
        "successor_code": _column(
            STRING, "Code of the authority that took its place.", required=False
        ),
    },
)

STATISTICAL_NEIGHBOURS: Final = _contract(
    "statistical_neighbours",
    "one statistical neighbour of one authority",
    ("model", "area_code", "rank"),
    {
        "model": _column(STRING, "Year of the neighbour model.", _allowed(("2025", "2021"))),
        "area_code": _column(STRING, "Authority."),
        "rank": _column(INTEGER, "1 is the closest neighbour.", _between(1, 10), unit="rank"),
        "neighbour_code": _column(STRING, "The neighbour."),
        "closeness": _column(STRING, "How close, in the publisher's words.", required=False),
        **_SOURCE_COLUMNS,
    },
    references=(Reference(column="neighbour_code", table="areas", key="area_code"),),
)

PUBLISHED_FINDINGS: Final = _contract(
    "published_findings",
    "one figure that a source document reports",
    ("finding_id",),
    {
        "finding_id": _column(STRING, "Short name of the finding."),
        "evaluation": _column(STRING, "Evaluation that it belongs to."),
        "letter": _column(
            STRING, "EMMIE letter.",
            _allowed(
                ("effect", "mechanism", "moderators", "implementation", "economic_cost", "context")
            ),
        ),
        "measure": _column(STRING, "What is measured."),
        "group_label": _column(STRING, "Group that the figure is about.", required=False),
        "value": _column(NUMBER, "The figure, where the source gives a number.", required=False),
        "value_text": _column(STRING, "The figure as reported."),
        "numerator": _column(NUMBER, "Count above the line.", required=False),
        "denominator": _column(NUMBER, "Count below the line.", required=False),
        "unit": _column(STRING, "Unit of the value."),
        "basis": _column(
            STRING, "What kind of figure it is.",
            _allowed(("relative", "points", "level", "count", "not stated")),
        ),
        "direction": _column(
            STRING, "Direction of a change.",
            _allowed(("decrease", "increase", "none")), required=False,
        ),
        "window": _column(STRING, "Period that the figure covers.", required=False),
        "n": _column(STRING, "Number of cases, as worded.", required=False),
        "significance": _column(STRING, "Significance, as worded."),
        "reported_by": _column(
            STRING, "Where the figure was read.", _allowed(("document", "elsewhere"))
        ),
        "source": _column(STRING, "Publication."),
        "caveat": _column(STRING, "What to bear in mind.", required=False),
    },
)


def _no_overlap(table: ibis.Table) -> Any:
    """Return whether a plan starts on or after the end of the child's plan before it."""
    before = ibis.window(group_by="child_id", order_by=["started_on", "plan_id"])
    previous_start = table.started_on.lag().over(before)
    previous_end = table.ended_on.lag().over(before)
    return previous_start.isnull() | (previous_end.notnull() & (table.started_on >= previous_end))


CONTRACTS: Final[dict[str, Contract]] = {
    contract.name: contract
    for contract in (
        CASES,
        EVENTS,
        CP_PLANS,
        CHILDREN,
        CONFERENCES,
        AUDIT_FAMILIES,
        AUDIT_CHILDREN,
        PUBLISHED_FIGURES,
        AREAS,
        STATISTICAL_NEIGHBOURS,
        PUBLISHED_FINDINGS,
    )
}
