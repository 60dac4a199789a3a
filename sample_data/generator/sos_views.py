"""What parents, social workers and key informants of the Signs of Safety pilots said.

The document gives words, except that a quarter of the parents did not know the social worker's
goals: that share is exact. Numbers of people and all other shares are invented.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sample_data.generator.practice import coded_interviews, exactly, interviewed, survey_answers
from sample_data.generator.sos_areas import EXPERIENCE
from sample_data.generator.writing import identifiers

PARENTS_IN_AREA_AND_COHORT = 12
PARENTS_AGAIN, UNANSWERED = 168, 4
WITH_SCORES = {1: 160, 2: 112}
"""Parents who answered about the strengths and difficulties of a child old enough."""

ANSWERS: Mapping[int, Mapping[str, tuple[float, ...]]] = {
    1: {
        "shares_views": (0.13, 0.25, 0.42, 0.20),
        "focus_on_strengths": (0.08, 0.18, 0.47, 0.27),
        "knows_goals": (0.08, 0.17, 0.48, 0.27),
    },
    2: {
        "shares_views": (0.08, 0.20, 0.46, 0.26),
        "focus_on_strengths": (0.06, 0.15, 0.49, 0.30),
        "knows_goals": (0.08, 0.17, 0.48, 0.27),
    },
}
"""Share of each score, 1 to 4, at each time."""

EXPERIENCE_WEIGHT = {1: 0.45, 2: 0.25}
"""Agreement goes with experience, less so when the newer pilots have more of it."""
COHORT_WEIGHT = 0.35
SCORE_MEAN, SCORE_SPREAD, SCORE_TOP, SCORES_PERSIST = 15.5, 6.8, 40, 0.85

SOCIAL_WORKERS_IN_AREA_AND_WAVE = 4
SOCIAL_WORKERS: Mapping[str, float] = {
    "improves_practice": 0.85,
    "clearer_with_families": 0.70,
    "strengths_seen": 0.74,
    "tools_in_daily_use": 0.44,
    "not_with_every_family": 0.41,
    "changes_of_worker": 0.36,
    "direct_contact_time": 0.53,
}
KEY_INFORMANTS: Mapping[str, float] = {
    "tools_in_daily_use": 0.7,
    "organisational_commitment": 1.0,
    "plain_language": 0.7,
    "tools_with_children": 0.7,
    "mapping_alone_and_in_teams": 0.6,
    "safety_plans_used": 0.7,
    "managers_trained": 0.6,
    "training_everywhere": 0.5,
    "conferences_aligned": 0.6,
    "leadership_and_supervision": 0.5,
    "professional_relationships": 0.4,
    "direct_contact_time": 0.7,
    "right_time": 0.4,
    "admitting_mistakes": 0.3,
    "administrative_support": 0.5,
    "recruiting_staff": 0.6,
    "system_under_strain": 1.0,
}
"""Of ten informants: never one or two, whom the disclosure policy for staff would withhold."""


def survey_responses(rng: np.random.Generator) -> pd.DataFrame:
    """Return the parents' answers and their children's scores at both times."""
    parents = _parents(rng)
    frames = []
    for wave in (1, 2):
        asked = parents[parents["again"]] if wave == 2 else parents
        asked = asked.assign(wave=wave).reset_index(drop=True)
        frames += [_answers(rng, asked, wave), _scores(rng, asked)]
    return pd.concat(frames, ignore_index=True)


def _parents(rng: np.random.Generator) -> pd.DataFrame:
    rows = [
        {"local_authority": area, "cohort": cohort}
        for area in EXPERIENCE
        for cohort in (1, 2)
        for _ in range(PARENTS_IN_AREA_AND_COHORT)
    ]
    count = len(rows)
    again = exactly(rng, count, PARENTS_AGAIN)
    with_score = np.zeros(count, dtype=bool)
    with_score[rng.permutation(np.flatnonzero(again))[: WITH_SCORES[2]]] = True
    others = rng.permutation(np.flatnonzero(~again))[: WITH_SCORES[1] - WITH_SCORES[2]]
    with_score[others] = True
    return pd.DataFrame(rows).assign(
        respondent_id=identifiers(rng, "WP", count),
        team_id=None,
        role="parent",
        again=again,
        with_score=with_score,
        tendency=rng.normal(size=count),
        difficulty=rng.normal(size=count),
    )


def _answers(rng: np.random.Generator, asked: pd.DataFrame, wave: int) -> pd.DataFrame:
    shift = (
        EXPERIENCE_WEIGHT[wave] * asked["local_authority"].map(EXPERIENCE)
        + COHORT_WEIGHT * asked["cohort"]
        + asked["tendency"]
    ).to_numpy(float)
    return survey_answers(
        rng,
        asked,
        "parent_interview",
        ANSWERS[wave],
        unanswered=UNANSWERED / len(asked),
        leaning={item: shift + rng.normal(size=len(asked)) for item in ANSWERS[wave]},
    )


def _scores(rng: np.random.Generator, asked: pd.DataFrame) -> pd.DataFrame:
    """Return total difficulties, with the same distribution at both times."""
    asked = asked[asked["with_score"]].reset_index(drop=True)
    points = np.arange(SCORE_TOP + 1)
    shares = np.exp(-0.5 * ((points - SCORE_MEAN) / SCORE_SPREAD) ** 2)
    new = np.sqrt(1 - SCORES_PERSIST**2) * rng.normal(size=len(asked))
    leaning = SCORES_PERSIST * asked["difficulty"].to_numpy(float) + new
    return survey_answers(
        rng, asked, "sdq", {"sdq_total": shares.tolist()}, low=0, leaning={"sdq_total": leaning}
    )


def interviews(rng: np.random.Generator) -> pd.DataFrame:
    """Return the coded interviews: social workers at both times, an informant for each pilot."""
    workers = [
        (area, "social_worker", wave, SOCIAL_WORKERS_IN_AREA_AND_WAVE)
        for area in EXPERIENCE
        for wave in (1, 2)
    ]
    informants = [(area, "key_informant", 2, 1) for area in EXPERIENCE]
    shares: dict[str, dict[str, float]] = {}
    for role, by_theme in (("social_worker", SOCIAL_WORKERS), ("key_informant", KEY_INFORMANTS)):
        for theme, share in by_theme.items():
            shares.setdefault(theme, {})[role] = share
    return coded_interviews(rng, interviewed(rng, "WI", [*workers, *informants]), shares)
