"""Columns that several contracts share."""

from __future__ import annotations

import pandera.ibis as pa

from analytics.extracts import code_lists as codes
from analytics.extracts.contract_rules import (
    FLAG,
    INTEGER,
    STRING,
    allowed,
    between,
    column,
    matching,
)


def team(*, required: bool = True) -> pa.Column:
    """Return the column of a team's pseudonymised identifier."""
    return column(STRING, "Pseudonymised identifier of the team.", required=required)


def role() -> pa.Column:
    """Return the column of what somebody is to the family."""
    return column(STRING, "What the person is to the families.", allowed(codes.ROLE))


def wave(description: str = "Number of the wave, from 1.") -> pa.Column:
    """Return the column of a wave of data collection."""
    return column(INTEGER, description, between(1, 20), unit="wave")


def protocol_key(what: str, section: str) -> pa.Column:
    """Return the column of a key that the protocol lists."""
    return column(
        STRING,
        f"{what}: a key of the protocol's `{section}`.",
        matching(r"^[a-z0-9_]+$", "must be small letters, digits and underscores"),
    )


def identifier(what: str) -> pa.Column:
    """Return the column of a pseudonymised identifier."""
    return column(STRING, f"Pseudonymised identifier of the {what}; never a name or a case number.")


def local_authority() -> pa.Column:
    """Return the column of an authority's code."""
    return column(
        STRING,
        "Local authority, as the nine-character code of the Office for National Statistics.",
        matching(codes.LOCAL_AUTHORITY_PATTERN, "must be an upper-tier code such as E06000045"),
    )


def sex() -> pa.Column:
    """Return the column of sex as recorded."""
    return column(STRING, "Sex as recorded.", allowed(codes.SEX))


def ethnic_group() -> pa.Column:
    """Return the column of the main ethnic group."""
    return column(STRING, "Main ethnic group.", allowed(codes.ETHNIC_GROUP))


def age(when: str) -> pa.Column:
    """Return the column of a child's age in completed years."""
    return column(INTEGER, f"Age in completed years {when}.", between(0, 17), unit="years")


def flag(description: str, *, required: bool = True) -> pa.Column:
    """Return a yes-or-no column."""
    return column(FLAG, description, required=required)
