"""What police officers and social workers said about the plans, their courses and their teams."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sample_data.generator.fsp_delivery import SOUTHAMPTON, teams
from sample_data.generator.practice import (
    coded_interviews,
    interviewed,
    months,
    staff,
    training,
    workforce_months,
)
from sample_data.generator.writing import identifiers

HAMPSHIRE, PORTSMOUTH, WIGHT = "E10000014", "E06000044", "E06000046"
POLICE, SOCIAL, HUB = "police_officer", "social_worker", "hub_social_worker"

INTERVIEWS = {
    POLICE: {HAMPSHIRE: 13, PORTSMOUTH: 5, WIGHT: 3},
    SOCIAL: {HAMPSHIRE: 9, PORTSMOUTH: 4, WIGHT: 2},
    HUB: {HAMPSHIRE: 3, PORTSMOUTH: 2, WIGHT: 1},
}
"""21 officers and 21 social workers, 6 of them in a hub, are the document's; areas are assumed."""

# Words of the document and the shares taken for them: "strong consensus" about 9 of 10, "most" 7 of
# 10, "many" 6 of 10, unqualified 4 to 6 of 10, "some" 2 to 4 of 10.
_ASKED = (POLICE, SOCIAL, HUB)
THEME_SHARES: Mapping[str, Mapping[str, float]] = {
    theme: dict(zip(_ASKED, shares, strict=False))
    for theme, shares in {
        "engagement": (0.71, 0.53, 0.50),
        "additional_support": (0.57, 0.60, 0.50),
        "clarity_of_expectations": (0.76, 0.67, 0.50),
        "monitoring_compliance": (0.67, 0.33, 0.33),
        "focus_on_neglect": (0.76, 0.40, 0.33),
        "families_responded_well": (0.71,),
        "consistency": (0.43, 0.47, 0.50),
        "legal_value": (0.38, 0.27, 0.33),
        "proportionality": (0.38, 0.40, 0.33),
        "how_implemented": (0.48, 0.53, 0.50),
        "criminalised": (0.19, 0.53, 0.50),
        "disposal_worries": (0.48, 0.33, 0.33),
        "stress_for_parents": (0.29, 0.40, 0.33),
        "minor_cases": (0.57,),
        "no_formal_training": (0.62, 0.73, 0.50),
        "workload": (0.95, 0.87, 0.83),
        "joint_visits_hard": (0.52, 0.60, 0.50),
        "unclear_process": (0.43, 0.53, 0.50),
        "police_presence": (0.24, 0.60, 0.50),
        "joint_working": (0.62, 0.60, 0.50),
        "other_agreement": (0.24, 0.40, 0.33),
        "other_disposals": (0.43, 0.20, 0.33),
    }.items()
} | {"not_told": {SOCIAL: 0.60, HUB: 0.50}}
CODERS_AGREE = 0.92

SOCIAL_TEAMS = {HAMPSHIRE: 5, PORTSMOUTH: 2, WIGHT: 1, SOUTHAMPTON: 2}
HUB_TEAMS = {HAMPSHIRE: 1, PORTSMOUTH: 1, WIGHT: 1, SOUTHAMPTON: 1}
POSTS = {POLICE: 12, SOCIAL: 8, HUB: 4}
"""Posts planned, and staff listed for courses, in each team of the role. Southampton had no plans,
so its staff are not listed for courses about them."""

COVERAGE = {
    "process_briefing": {POLICE: 0.60, SOCIAL: 0.25, HUB: 0.50},
    "plan_writing": {POLICE: 0.23, SOCIAL: 0.09, HUB: 0.25},
}
MONTHS = months("2018-04", "2020-03")
_BEFORE, _AFTER = 15, 9
CASELOADS = {
    POLICE: np.concatenate([np.linspace(9.6, 10.2, _BEFORE), np.linspace(12.2, 14.4, _AFTER)]),
    SOCIAL: np.concatenate([np.linspace(17.0, 17.3, _BEFORE), np.linspace(17.8, 18.6, _AFTER)]),
}
"""Open cases per filled post, by month; the step is July 2019."""

FILLED = {
    POLICE: np.linspace(0.95, 0.88, _BEFORE + _AFTER),
    SOCIAL: np.linspace(0.90, 0.88, _BEFORE + _AFTER),
    HUB: np.linspace(0.94, 0.94, _BEFORE + _AFTER),
}
LEAVING = {POLICE: 0.011, SOCIAL: 0.014, HUB: 0.008}


def interviews(rng: np.random.Generator) -> pd.DataFrame:
    """Return the coded interviews of 21 police officers and 21 social workers."""
    people = [
        (area, role, 1, number)
        for role, areas in INTERVIEWS.items()
        for area, number in areas.items()
    ]
    return coded_interviews(
        rng, interviewed(rng, "HI", people), THEME_SHARES, agreement=CODERS_AGREE
    )


def staff_extracts(rng: np.random.Generator, police: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return courses and monthly staffing of police (``police``), social work and hub teams."""
    own = {POLICE: police, SOCIAL: teams(rng, SOCIAL_TEAMS), HUB: teams(rng, HUB_TEAMS)}
    people = pd.concat(
        [
            staff(rng, "HS", rows[rows["local_authority"].ne(SOUTHAMPTON)], {role: POSTS[role]})
            for role, rows in own.items()
        ],
        ignore_index=True,
    ).assign(staff_id=lambda rows: identifiers(rng, "HS", len(rows)))
    posts = pd.concat(
        [rows.assign(role=role, posts_planned=float(POSTS[role])) for role, rows in own.items()],
        ignore_index=True,
    )
    return {
        "training": training(rng, people, COVERAGE, "2019-05-20", "2020-02-28"),
        "workforce_months": workforce_months(
            rng, posts, MONTHS, filled=FILLED, leaving=LEAVING, caseload=CASELOADS
        ),
    }
