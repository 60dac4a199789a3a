"""How Family Safeguarding was delivered and staffed in nine teams of Cambridgeshire."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sample_data.generator.cam_practice import (
    AREA,
    DOMESTIC_ABUSE,
    MANAGER,
    MENTAL_HEALTH,
    SOCIAL,
    STAFF,
    SUBSTANCE_MISUSE,
)
from sample_data.generator.deliveries import by_team, fidelity, reached, step_rows
from sample_data.generator.people import working_day
from sample_data.generator.practice import exactly, months, staff, training, whole, workforce_months
from sample_data.generator.writing import identifiers

AS_AT = "2021-03-31"
TEAMS, FAMILIES = 9, 324
FIRST_START, LAST_START = "2020-03-09", "2020-12-31"

MET = {
    "group_discussion": 0.85, "motivational_interviewing": 0.82, "shared_assessment": 0.83,
    "adult_practitioner": 0.62, "co_location": 0.22,
}  # fmt: skip
NOT_RECORDED = {"motivational_interviewing": 0.10, "adult_practitioner": 0.05}
WORKBOOK_USED = 0.88
"""Share of the families whose programme started for whom it was followed in the workbook."""

POSTS = {SOCIAL: 6.0, MANAGER: 1.0, DOMESTIC_ABUSE: 1.0, MENTAL_HEALTH: 1.0, SUBSTANCE_MISUSE: 1.0}
MONTHS = months("2020-03", "2021-03")
FILLED = {
    SOCIAL: np.linspace(0.87, 0.92, len(MONTHS)),
    MANAGER: np.ones(len(MONTHS)),
    DOMESTIC_ABUSE: np.linspace(0.72, 0.95, len(MONTHS)),
    MENTAL_HEALTH: np.linspace(0.11, 0.44, len(MONTHS)),
    SUBSTANCE_MISUSE: np.linspace(0.67, 0.89, len(MONTHS)),
}
LEAVING = {
    SOCIAL: 0.013, MANAGER: 0.005, DOMESTIC_ABUSE: 0.012, MENTAL_HEALTH: 0.03,
    SUBSTANCE_MISUSE: 0.012,
}  # fmt: skip
CASELOADS = {SOCIAL: np.linspace(12.5, 14.5, len(MONTHS))}

MENTAL_HEALTH_STAFF = 6
"""Part-time staff in the four full-time equivalents that are filled at the end."""

COVERAGE = {
    "model_introduction": dict(zip(STAFF, (0.93, 1.0, 0.89, 0.75, 0.89), strict=True)),
    "motivational_interviewing": dict(zip(STAFF, (0.91, 0.89, 0.78, 0.50, 0.78), strict=True)),
    "workbook": dict(zip(STAFF, (0.61, 0.67, 0.56, 0.50, 0.44), strict=True)),
}


def _families(rng: np.random.Generator, teams: list[str]) -> pd.DataFrame:
    start = np.datetime64(FIRST_START)
    days = int((np.datetime64(LAST_START) - start).astype(int)) + 1
    drawn = start + rng.integers(0, days, FAMILIES)
    return pd.DataFrame(
        {
            "delivery_id": identifiers(rng, "CD", FAMILIES),
            "family_id": identifiers(rng, "CF", FAMILIES),
            "local_authority": AREA,
            "team_id": rng.permutation(np.resize(np.array(teams, dtype=object), FAMILIES)),
            "started_on": [working_day(day) for day in drawn],
        }
    )


def _steps(rng: np.random.Generator, families: pd.DataFrame) -> dict[str, pd.Series]:
    start = pd.Series(pd.to_datetime(families["started_on"]), index=families.index)
    keenness = by_team(rng, families["team_id"], 0.45)

    def reach(step: str, since: pd.Series, **how: float) -> pd.Series:
        leaning = keenness + rng.normal(size=len(families))
        return reached(rng, families, step, since, leaning=leaning, as_at=AS_AT, **how)

    assessed = reach("assessed", start, share=0.96, within=45, in_time=0.79, longest=75)
    programme = reach("programme", assessed, share=0.84, within=30, in_time=0.72, longest=70)
    reviewed = reach("reviewed", programme, share=0.86, within=42, in_time=0.74, longest=90)
    closed = reach("closed", reviewed, share=0.46, within=90, in_time=0.55, longest=200)
    escalated = reach(
        "escalated", reviewed.mask(closed.notna()), share=0.18, within=60, in_time=0.6, longest=120
    )
    return {
        "allocated": start, "assessed": assessed, "programme": programme, "reviewed": reviewed,
        "closed": closed, "escalated": escalated,
    }  # fmt: skip


def _fidelity(
    rng: np.random.Generator, families: pd.DataFrame, days: dict[str, pd.Series]
) -> pd.DataFrame:
    """Return what was done as the model says; the workbook follows the programme's own step."""
    started = days["programme"].notna().to_numpy()
    used = started.copy()
    used[started] = exactly(rng, int(started.sum()), whole(WORKBOOK_USED, int(started.sum())))
    workbook = families.assign(component="workbook_programme", met=pd.array(used, dtype="boolean"))
    return pd.concat(
        [fidelity(rng, families, MET, unknown=NOT_RECORDED, team_spread=0.4), workbook],
        ignore_index=True,
    )


def delivery_extracts(rng: np.random.Generator, teams: list[str]) -> dict[str, pd.DataFrame]:
    """Return the steps of delivery and the fidelity of every family in the pilot."""
    families = _families(rng, teams)
    days = _steps(rng, families)
    return {
        "delivery_steps": step_rows(families, days),
        "fidelity": _fidelity(rng, families, days),
    }


def staff_extracts(rng: np.random.Generator, teams: list[str]) -> dict[str, pd.DataFrame]:
    """Return courses and monthly staffing of every team."""
    own = pd.DataFrame({"team_id": teams, "local_authority": AREA})
    numbers = {role: int(posts) for role, posts in POSTS.items() if role != MENTAL_HEALTH}
    some = own.sample(MENTAL_HEALTH_STAFF, random_state=rng)
    people = pd.concat(
        [staff(rng, "CS", own, numbers), staff(rng, "CS", some, {MENTAL_HEALTH: 1})],
        ignore_index=True,
    ).assign(staff_id=lambda rows: identifiers(rng, "CS", len(rows)))
    posts = pd.concat(
        [own.assign(role=role, posts_planned=planned) for role, planned in POSTS.items()],
        ignore_index=True,
    )
    return {
        "training": training(rng, people, COVERAGE, "2020-02-03", "2021-03-26"),
        "workforce_months": workforce_months(
            rng, posts, MONTHS, filled=FILLED, leaving=LEAVING, caseload=CASELOADS
        ),
    }
