"""What was seen at Southampton's conferences: parts of practice, and the agencies.

The paper gives words for the conferences, not numbers: no full chronology, little evidence of
cultural genograms, little analysis of history, few key agencies. The shares here are invented and
low where the paper says so. At the conferences of the 16 audited families they keep to the audit.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sample_data.generator.deliveries import by_team
from sample_data.generator.practice import exactly, highest, whole
from sample_data.generator.rps_audit import DOMESTIC_ABUSE, FAMILIES, TRUE_FOR
from sample_data.generator.writing import identifiers

TEAMS, TEAM_SPREAD = 6, 0.5
ADVERSITIES: Mapping[str, float] = {
    "domestic_abuse": 0.45,
    "parental_mental_health": 0.42,
    "substance_misuse": 0.31,
}
"""Assumed shares of the other families; the audited ones have the audit's."""

SEEN: Mapping[str, float] = {
    "chronology_submitted": 0.06,
    "genogram_submitted": 0.07,
    "history_analysed": 0.14,
    "parents_history_considered": 0.21,
    "adult_checks": 0.16,
    "probation_asked": 0.12,
    "network_considered": 0.56,
    "lead_professional_named": 0.55,
}
"""Assumed shares of the other families' conferences for which the record tells."""

SEEN_FOR_AUDITED: Mapping[str, frozenset[int]] = {
    "chronology_submitted": TRUE_FOR["full_chronology"],
    "genogram_submitted": frozenset({5}),
    "history_analysed": frozenset({9}),
    "parents_history_considered": TRUE_FOR["trauma_considered"],
    "adult_checks": TRUE_FOR["adult_checks_completed"],
    "probation_asked": frozenset(),
    "network_considered": FAMILIES - TRUE_FOR["network_not_considered"],
    "lead_professional_named": frozenset(),
}
WITH_DOMESTIC_ABUSE_ONLY = ("adult_checks", "probation_asked")
AT_CLOSURE_ONLY = "lead_professional_named"

AGENCIES: Mapping[str, tuple[str | None, float, float, float, float, float]] = {
    "adult_mental_health": ("parental_mental_health", 0.60, 0.40, 0.40, 0.80, 0.10),
    "drug_and_alcohol": ("substance_misuse", 0.75, 0.44, 0.42, 0.80, 0.10),
    "perpetrator_service": ("domestic_abuse", 0.60, 0.36, 0.42, 0.80, 0.05),
    "general_practice": (None, 1.00, 0.86, 0.06, 0.50, 0.08),
    "police": (None, 0.92, 0.95, 0.84, 0.90, 0.30),
    "probation": ("domestic_abuse", 0.30, 0.30, 0.45, 0.80, 0.10),
    "school": (None, 0.70, 0.95, 0.88, 0.80, 0.20),
    "health_visiting": (None, 0.48, 0.93, 0.80, 0.78, 0.15),
}
"""Which adversity brings the agency in (None: any family), and assumed shares: involved of those,
invited of the involved, attended of the invited, and told something about the risk, of those who
attended and of those who were invited and did not."""


def about_conferences(
    rng: np.random.Generator, conferences: pd.DataFrame, plans: pd.DataFrame
) -> pd.DataFrame:
    """Return one row per conference: audited family's number (0 for others), adversities, team."""
    number = plans[plans["family"].isin(FAMILIES)].set_index("family_id")["family"].to_dict()
    rows = conferences.sort_values("conference_id", ignore_index=True)
    teams = identifiers(rng, "ST", TEAMS)
    rows["team_id"] = teams[rng.integers(TEAMS, size=len(rows))]
    rows["audited"] = rows["family_id"].map(number).fillna(0).astype(int)
    others = rows["audited"].eq(0).to_numpy()
    for name, share in ADVERSITIES.items():
        misuse = TRUE_FOR["alcohol_misuse"] if name == "substance_misuse" else frozenset()
        flags = rows["audited"].isin(TRUE_FOR[name] | misuse).to_numpy(copy=True)
        flags[others] = exactly(rng, int(others.sum()), whole(share, int(others.sum())))
        rows[name] = flags
    rows["closed"] = others & rows["family_id"].isin(_closed(conferences, plans)).to_numpy()
    return rows


def _closed(conferences: pd.DataFrame, plans: pd.DataFrame) -> set[str]:
    """Return families whose plan ended in the quarter of the conferences."""
    ended = plans["ended_on"].between(conferences["held_on"].min(), conferences["held_on"].max())
    return set(plans.loc[ended, "family_id"])


def practice_seen(rng: np.random.Generator, rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per conference and part of practice; empty where the record does not tell."""
    team = by_team(rng, rows["team_id"], TEAM_SPREAD)
    others = rows["audited"].eq(0).to_numpy()
    frames = []
    for component, share in SEEN.items():
        told = _told(component, rows)
        among = told & others
        leaning = np.where(among, team + rng.normal(size=len(rows)), -np.inf)
        met = highest(leaning, whole(share, int(among.sum())))
        met = np.where(others, met, rows["audited"].isin(SEEN_FOR_AUDITED[component]))
        flags = pd.array(met.astype(bool), dtype="boolean")
        flags[~told] = pd.NA
        frames.append(
            rows.assign(
                delivery_id=rows["conference_id"],
                started_on=rows["held_on"],
                component=component,
                met=flags,
            )
        )
    return pd.concat(frames, ignore_index=True)


def _told(component: str, rows: pd.DataFrame) -> np.ndarray:
    if component == AT_CLOSURE_ONLY:
        return rows["closed"].to_numpy(bool)
    if component in WITH_DOMESTIC_ABUSE_ONLY:
        return rows["domestic_abuse"].to_numpy(bool)
    return np.ones(len(rows), dtype=bool)


def agencies(rng: np.random.Generator, rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per conference and agency; probation was at no audited family's conference."""
    frames = []
    for agency, (adversity, *shares) in AGENCIES.items():
        involved, invited, attended, spoke, wrote = shares
        may = rows[adversity].to_numpy(bool) if adversity else np.ones(len(rows), dtype=bool)
        there = _some(rng, may, involved)
        may_be_asked = there
        if agency == "probation":
            may_be_asked = there & ~rows["audited"].isin(DOMESTIC_ABUSE).to_numpy()
        asked = _some(rng, may_be_asked, invited)
        came = _some(rng, asked, attended)
        told = _some(rng, came, spoke) | _some(rng, asked & ~came, wrote)
        frames.append(
            pd.DataFrame(
                {
                    "conference_id": rows["conference_id"],
                    "agency": agency,
                    "involved": there,
                    "invited": asked,
                    "attended": came,
                    "contributed": told,
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def _some(rng: np.random.Generator, may: np.ndarray, share: float) -> np.ndarray:
    """Return flags for exactly ``share`` of those who may."""
    return highest(np.where(may, rng.random(len(may)), -np.inf), whole(share, int(may.sum())))
