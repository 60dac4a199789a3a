"""Interviews and steps of delivery: counts as in the folder's README, identifiers without sense."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

import numpy as np
import pytest

from tests.helpers.practice_extracts import (
    IDENTIFIER,
    SAMPLE_DATA,
    coded_twice,
    days_by_step,
    kappa,
    rank_by_rows,
    read_extract,
    readme_table,
    theme_counts,
)

CAMBRIDGESHIRE = "family_safeguarding_cambridgeshire"
PLANS = "family_safety_plans"
ROLES = {
    CAMBRIDGESHIRE: {
        "social_worker": "Social workers (18)",
        "team_manager": "Managers (8)",
        "domestic_abuse_practitioner": "Domestic abuse (8)",
        "mental_health_practitioner": "Mental health (6)",
        "substance_misuse_practitioner": "Substance misuse (8)",
        "parent": "Parents (24)",
    },
    PLANS: {
        "police_officer": "Police officers (21)",
        "social_worker": "Social workers (15)",
        "hub_social_worker": "Hub social workers (6)",
    },
}
"""The column of each role in the README's table of themes, with the number of interviews."""

THEMES = [(name, row) for name in ROLES for row in readme_table(name, "Theme")]
STEPS = [(name, row) for name in ROLES for row in readme_table(name, "Step")]


@cache
def protocol(name: str) -> dict[str, Any]:
    """Return the protocol as it is written."""
    return tomllib.loads((SAMPLE_DATA / name / "evaluation.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ROLES)
def test_interviews_of_each_role(name: str) -> None:
    """Numbers by role are the README's headers."""
    by_role = read_extract(name, "coded_interviews").groupby("role")["interview_id"].nunique()
    assert by_role.to_dict() == {
        role: int(header.split("(")[1].rstrip(")")) for role, header in ROLES[name].items()
    }


@pytest.mark.parametrize("name", ROLES)
def test_themes_are_the_protocols(name: str) -> None:
    """Each is asked of everybody, or of the roles that the protocol names; the README has all."""
    themes = protocol(name)["themes"]
    asked = read_extract(name, "coded_interviews").groupby("theme")["role"].agg(set).to_dict()
    assert asked == {one["key"]: set(one.get("roles", ROLES[name])) for one in themes}
    listed = [row["Theme"] for row in readme_table(name, "Theme")]
    assert listed == [one["key"] for one in themes]


@pytest.mark.parametrize(
    ("name", "row"), THEMES, ids=[f"{name}-{row['Theme']}" for name, row in THEMES]
)
def test_theme_is_as_strong_as_the_readme_says(name: str, row: dict[str, str]) -> None:
    """The README's counts are the extract's, theme by theme and role by role."""
    counts = theme_counts(read_extract(name, "coded_interviews"))
    for role, header in ROLES[name].items():
        wanted = None if row[header] == "not asked" else int(row[header])
        assert counts.get((row["Theme"], role)) == wanted


@pytest.mark.parametrize(
    ("name", "twice", "agreement", "chance_corrected"),
    [
        (CAMBRIDGESHIRE, 25, 0.91, 0.81),
        (PLANS, 14, 0.92, 0.84),
    ],
)
def test_a_third_is_coded_twice(
    name: str, twice: int, agreement: float, chance_corrected: float
) -> None:
    """Two coders judge a third of the interviews, and agree as often as the README says."""
    pairs = coded_twice(read_extract(name, "coded_interviews"))
    assert pairs["interview_id"].nunique() == twice
    agree = pairs["present_first"] == pairs["present_second"]
    assert agree.mean() == pytest.approx(agreement, abs=0.005)
    assert kappa(pairs) == pytest.approx(chance_corrected, abs=0.005)


@pytest.mark.parametrize(
    ("name", "row"), STEPS, ids=[f"{name}-{row['Step']}" for name, row in STEPS]
)
def test_step_is_as_the_readme_says(name: str, row: dict[str, str]) -> None:
    """Families at each step, of those before, in time, and the median wait where it is given."""
    days = days_by_step(read_extract(name, "delivery_steps"))
    step = next(one for one in protocol(name)["steps"] if one["label"] == row["Step"])
    reached = days[step["key"]]
    assert reached.notna().sum() == int(row["Families"])
    if "after" in step:
        before = days[step["after"]]
        assert (before.notna() | reached.isna()).all()
        share = 100 * reached.notna().sum() / before.notna().sum()
        assert row["Of those at the step before"] == f"{share:.0f} %"
    if "within_days" in step:
        wait = (reached - days[step["after"]]).dt.days.dropna()
        assert wait.min() >= 1
        in_time = int((wait <= step["within_days"]).sum())
        assert row["Within the limit"] == f"{in_time} within {step['within_days']} days"
        assert row.get("Median days", f"{wait.median():.0f}") == f"{wait.median():.0f}"


@pytest.mark.parametrize("name", ROLES)
def test_every_step_is_in_the_readme(name: str) -> None:
    """No step is left out of the table."""
    listed = [row["Step"] for row in readme_table(name, "Step")]
    assert listed == [one["label"] for one in protocol(name)["steps"]]


@pytest.mark.parametrize("name", ROLES)
def test_nothing_lies_after_the_as_at_date(name: str) -> None:
    """No step was reached later than the extract knows of."""
    days = days_by_step(read_extract(name, "delivery_steps"))
    assert days.max().max() <= np.datetime64(protocol(name)["evaluation"]["as_at"])


@pytest.mark.parametrize(
    ("name", "extract", "column", "by"),
    [
        (CAMBRIDGESHIRE, "coded_interviews", "interview_id", "role"),
        (CAMBRIDGESHIRE, "survey_responses", "respondent_id", "role"),
        (CAMBRIDGESHIRE, "survey_responses", "respondent_id", "team_id"),
        (CAMBRIDGESHIRE, "delivery_steps", "delivery_id", "started_on"),
        (CAMBRIDGESHIRE, "delivery_steps", "family_id", "delivery_id"),
        (CAMBRIDGESHIRE, "training", "staff_id", "role"),
        (PLANS, "coded_interviews", "interview_id", "role"),
        (PLANS, "coded_interviews", "interview_id", "local_authority"),
        (PLANS, "delivery_steps", "delivery_id", "started_on"),
        (PLANS, "delivery_steps", "delivery_id", "local_authority"),
        (PLANS, "training", "staff_id", "role"),
        (PLANS, "training", "staff_id", "local_authority"),
    ],
)
def test_identifiers_carry_no_meaning(name: str, extract: str, column: str, by: str) -> None:
    """Two letters of the kind and a random number, unrelated to what the row says."""
    frame = read_extract(name, extract)
    assert frame[column].str.fullmatch(IDENTIFIER[1:-1]).all()
    count = frame[column].nunique()
    assert abs(rank_by_rows(frame, column, by)) < 3 / np.sqrt(count)
