"""What staff and parents said about Family Safeguarding, and how staff answered the survey."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sample_data.generator.practice import coded_interviews, interviewed, survey_answers
from sample_data.generator.writing import identifiers

AREA = "E10000003"
SOCIAL, MANAGER, PARENT = "social_worker", "team_manager", "parent"
DOMESTIC_ABUSE = "domestic_abuse_practitioner"
MENTAL_HEALTH = "mental_health_practitioner"
SUBSTANCE_MISUSE = "substance_misuse_practitioner"
SPECIALISTS = (DOMESTIC_ABUSE, MENTAL_HEALTH, SUBSTANCE_MISUSE)
STAFF = (SOCIAL, MANAGER, *SPECIALISTS)

INTERVIEWS = {
    SOCIAL: 18, MANAGER: 8, DOMESTIC_ABUSE: 8, MENTAL_HEALTH: 6, SUBSTANCE_MISUSE: 8, PARENT: 24,
}  # fmt: skip

# Shares by role, in the order of STAFF and then parents; roles left out were not asked. "Staff
# felt" is taken for 6 to 8 of 10, possible benefits for 4 to 7, challenges for 5 to 8.
_EVERYBODY = (*STAFF, PARENT)
THEME_SHARES: Mapping[str, Mapping[str, float]] = {
    theme: dict(zip(_EVERYBODY, shares, strict=False))
    for theme, shares in {
        "shared_responsibility": (0.78, 0.62, 0.62, 0.50, 0.62),
        "many_professionals": (0.83, 0.62, 0.62, 0.50, 0.62),
        "immediate_support": (0.67, 0.62, 0.62, 0.50, 0.50, 0.58),
        "empowered": (0.61, 0.62, 0.62, 0.50, 0.62, 0.54),
        "better_engagement": (0.67, 0.62, 0.62, 0.50, 0.62, 0.54),
        "parent_outcomes": (0.56, 0.50, 0.62, 0.50, 0.62, 0.50),
        "less_statutory": (0.44, 0.50, 0.38, 0.33, 0.38, 0.29),
        "momentum": (0.50, 0.50, 0.38, 0.33, 0.38, 0.25),
        "adult_practitioners_valued": (0.61, 0.62, 0.75, 0.67, 0.75, 0.71),
        "model_welcomed": (0.78, 0.75, 0.62, 0.67, 0.62),
        "interviewing_training": (0.78, 0.62, 0.62, 0.50, 0.62),
        "recruiting_mental_health": (0.72, 0.75, 0.50, 0.67, 0.50),
        "workbook_recording": (0.61, 0.50, 0.50, 0.50, 0.50),
        "remote_working": (0.67, 0.62, 0.50, 0.50, 0.62, 0.42),
        "more_training_wanted": (0.56, 0.50, 0.38, 0.67, 0.50),
    }.items()
}
CODERS_AGREE = 0.91

RESPONDENTS = {SOCIAL: 45, MANAGER: 9, DOMESTIC_ABUSE: 8, MENTAL_HEALTH: 3, SUBSTANCE_MISUSE: 7}
INSTRUMENT = "staff_survey"
UNANSWERED = 0.03
SCORE_SHARES = {
    "understands_model": (0.01, 0.06, 0.12, 0.53, 0.28),
    "welcomes_model": (0.02, 0.06, 0.14, 0.44, 0.34),
    "shared_in_team": (0.03, 0.08, 0.15, 0.47, 0.27),
    "confident_interviewing": (0.03, 0.12, 0.21, 0.44, 0.20),
    "interviewing_training_good": (0.01, 0.05, 0.10, 0.43, 0.41),
    "confident_workbook": (0.11, 0.25, 0.21, 0.30, 0.13),
    "adult_help_at_hand": (0.05, 0.14, 0.18, 0.40, 0.23),
    "needs_more_training": (0.05, 0.17, 0.24, 0.36, 0.18),
}
"""Of those who answered, the share of each score from 1 (strongly disagree) to 5."""


def interviews(rng: np.random.Generator) -> pd.DataFrame:
    """Return the coded interviews of staff and parents."""
    people = [(AREA, role, 1, number) for role, number in INTERVIEWS.items()]
    return coded_interviews(
        rng, interviewed(rng, "CI", people), THEME_SHARES, agreement=CODERS_AGREE
    )


def survey(rng: np.random.Generator, teams: list[str]) -> pd.DataFrame:
    """Return the staff survey, its respondents spread evenly over the teams."""
    roles = [role for role, number in RESPONDENTS.items() for _ in range(number)]
    respondents = pd.DataFrame(
        {
            "respondent_id": identifiers(rng, "CR", len(roles)),
            "local_authority": AREA,
            "team_id": [teams[place % len(teams)] for place in range(len(roles))],
            "role": roles,
            "wave": 1,
        }
    )
    return survey_answers(rng, respondents, INSTRUMENT, SCORE_SHARES, unanswered=UNANSWERED)
