"""Hertfordshire: what staff and parents said, and how practice looked when it was observed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sample_data.generator import practice
from sample_data.generator.her_families import HERTFORDSHIRE, TEAMS_AFTER, TEAMS_BEFORE
from sample_data.generator.people import working_day
from sample_data.generator.practice import apportioned, exactly, highest
from sample_data.generator.writing import identifiers

ROLES = (
    "social_worker", "team_manager", "domestic_abuse_practitioner",
    "substance_misuse_practitioner", "mental_health_practitioner", "other_staff", "key_informant",
)  # fmt: skip
SPECIALISTS = ROLES[2:5]

INTERVIEWS = {1: (34, 12, 0, 0, 0, 8, 6), 2: (25, 9, 12, 6, 6, 5, 2), 3: (24, 8, 11, 6, 5, 4, 2)}
"""Interviews of each role of ``ROLES`` in each round: 185, all with staff."""

THEMES: Mapping[str, tuple[float, float, float]] = {
    "adult_workers_in_team": (0.76, 0.90, 0.70),
    "motivational_interviewing": (0.48, 0.62, 0.45),
    "group_case_discussion": (0.64, 0.68, 0.60),
    "time_from_caseloads": (0.55, 0.30, 0.45),
    "energy_and_commitment": (0.60, 0.66, 0.64),
    "positive_about_role": (0.68, 0.80, 0.70),
    "management_oversight": (0.50, 0.46, 0.74),
    "interagency_working": (0.55, 0.70, 0.68),
    "line_manager_matters": (0.58, 0.40, 0.36),
    "training_mixed": (0.50, 0.30, 0.40),
    "workbook_burden": (0.62, 0.42, 0.45),
    "team_instability": (0.34, 0.24, 0.30),
}
"""Share of interviews that hold each theme: social workers, specialists, all others. Invented."""

SURVEY_WAVES = (140, 155, 144)
OTHER_STAFF = 49
STAFF_IN_TEAM = {
    "social_worker": 6,
    "team_manager": 1,
    "domestic_abuse_practitioner": 2,
    "substance_misuse_practitioner": 1,
    "mental_health_practitioner": 1,
}
"""With ``OTHER_STAFF``, 280 staff in 21 teams, the number quoted for the first 12 months."""

DRIVERS = {
    "line_manager_support": 0.60,
    "access_to_adult_workers": 0.32,
    "workload_manageable": 0.36,
    "team_stability": 0.28,
}
"""How strongly each goes with satisfaction and staying; the line manager most, as reported."""

SURVEY = practice.scores_in_percent("""
    line_manager_support      | 4 8 16 42 30   | 3 8 15 43 31   | 3 7 15 43 32
    access_to_adult_workers   | 20 33 25 17 5  | 4 9 17 42 28   | 3 7 15 44 31
    workload_manageable       | 16 29 24 24 7  | 8 18 24 37 13  | 6 15 23 41 15
    team_stability            | 12 22 26 29 11 | 12 23 25 29 11 | 9 19 25 34 13
    stress                    | 3 12 22 38 25  | 5 17 25 35 18  | 6 20 26 33 15
    satisfaction              | 5 13 22 42 18  | 3 9 18 46 24   | 3 8 17 47 25
    intention_to_stay         | 7 13 25 35 20  | 5 10 22 38 25  | 5 10 21 38 26
    mi_positive               |                | 3 10 24 43 20  | 3 9 21 45 22
    case_discussions_positive |                | 3 8 20 46 23   | 2 7 19 48 24
    workbook_helpful          |                | 14 28 27 24 7  | 16 29 25 23 7
""")
"""Per cent of each score from 1 to 5, by wave; empty where the item was not asked yet. Invented,
but for two thirds who see motivational interviewing as positive."""

PARENTS_FIRST, PARENTS_LATER = 108, 40
PARENT_SURVEY = practice.scores_in_percent("""
    worker_listens        | 9 13 17 38 23  | 2.5 7.5 12.5 45 32.5
    treated_with_respect  | 7 11 16 41 25  | 2.5 7.5 10 45 35
    involved_in_decisions | 13 19 22 31 15 | 5 12.5 20 40 22.5
    confident_of_change   | 12 18 27 29 14 | 5 15 22.5 37.5 20
""")
"""Per cent of each score at first contact and, of those seen again, three months on. Invented."""

OBSERVED = {
    1: (38, 30, 10, "2015-03-02", "2015-06-26"),
    2: (44, 36, 12, "2015-10-01", "2015-12-18"),
    3: (44, 38, 13, "2016-05-02", "2016-07-29"),
}
"""For each wave: observations, recorded, recorded and scored twice, first and last day."""

WORKERS = 72
SKILLS = {
    "evocation": (2.30, 0.35), "collaboration": (2.65, 0.30), "autonomy": (2.60, 0.30),
    "empathy": (2.90, 0.20), "purposefulness": (2.95, 0.20), "clarity": (3.00, 0.15),
}  # fmt: skip
"""Mean score before, and how much higher it is after; both invented."""

WORKER_SPREAD, MEETING_SPREAD, SKILL_SPREAD, CODER_SPREAD = 0.42, 0.38, 0.32, 0.33
"""Standard deviations, in points. Two coders then agree about 0.7 (intraclass correlation)."""


def coded_interviews(rng: np.random.Generator) -> pd.DataFrame:
    """Return the themes of the 185 interviews; a third were coded twice."""
    numbers = [
        (HERTFORDSHIRE, role, wave, number)
        for wave, by_role in INTERVIEWS.items()
        for role, number in zip(ROLES, by_role, strict=True)
        if number
    ]
    shares = {
        theme: {
            role: workers if role == "social_worker" else (own if role in SPECIALISTS else others)
            for role in ROLES
        }
        for theme, (workers, own, others) in THEMES.items()
    }
    found = practice.interviewed(rng, "HI", numbers)
    return practice.coded_interviews(rng, found, shares, agreement=0.87)


def team_staff(rng: np.random.Generator, team_ids: Sequence[str]) -> pd.DataFrame:
    """Return the 280 staff of the teams; specialists are in post from the launch."""
    teams = pd.DataFrame({"team_id": team_ids, "local_authority": HERTFORDSHIRE})
    core = practice.staff(rng, "HS", teams, STAFF_IN_TEAM)
    others = apportioned([1.0] * TEAMS_AFTER, OTHER_STAFF)
    more = teams.loc[teams.index.repeat(others)].assign(role="other_staff")
    more["staff_id"] = identifiers(rng, "HO", OTHER_STAFF)
    return pd.concat([core, more], ignore_index=True)


def survey_responses(rng: np.random.Generator, staff: pd.DataFrame) -> pd.DataFrame:
    """Return the answers of staff in three waves and of parents in two."""
    return pd.concat([_staff_answers(rng, staff), _parent_answers(rng)], ignore_index=True)


def _staff_answers(rng: np.random.Generator, staff: pd.DataFrame) -> pd.DataFrame:
    people = staff.drop(columns="staff_id")
    people["respondent_id"] = identifiers(rng, "HR", len(people))
    willing = rng.normal(size=len(people))
    own = {item: rng.normal(size=len(people)) for item in SURVEY}
    team = {item: _team_draw(rng, people["team_id"]) for item in SURVEY}
    frames = []
    for wave, number in enumerate(SURVEY_WAVES, start=1):
        there = np.ones(len(people), bool) if wave > 1 else ~people["role"].isin(SPECIALISTS)
        asked = highest(
            np.where(there, 0.8 * willing + rng.gumbel(size=len(people)), -np.inf), number
        )
        leaning = {
            item: (0.6 * team[item] + 0.6 * own[item] + 0.5 * rng.normal(size=len(people)))[asked]
            for item in SURVEY
        }
        pull = sum(weight * leaning[item] for item, weight in DRIVERS.items())
        for item, sign in (("stress", -1.0), ("satisfaction", 1.0), ("intention_to_stay", 1.0)):
            leaning[item] = sign * pull + 0.6 * leaning[item]
        shares = {item: by_wave[wave - 1] for item, by_wave in SURVEY.items() if by_wave[wave - 1]}
        frames.append(
            practice.survey_answers(
                rng,
                people[asked].assign(wave=wave),
                "staff_survey",
                shares,
                unanswered=0.02,
                leaning=leaning,
            )
        )
    return pd.concat(frames, ignore_index=True)


def _team_draw(rng: np.random.Generator, team_ids: pd.Series) -> np.ndarray:
    _, position = np.unique(team_ids.to_numpy(object), return_inverse=True)
    return rng.normal(size=position.max() + 1)[position]


def _parent_answers(rng: np.random.Generator) -> pd.DataFrame:
    """Return parents' answers; those who felt listened to are more often seen again."""
    parents = pd.DataFrame(
        {
            "respondent_id": identifiers(rng, "HQ", PARENTS_FIRST),
            "local_authority": HERTFORDSHIRE,
            "team_id": None,
            "role": "parent",
            "wave": 1,
        }
    )
    view = rng.normal(size=PARENTS_FIRST)
    leaning = {item: view + 0.8 * rng.normal(size=PARENTS_FIRST) for item in PARENT_SURVEY}
    first = {item: by_wave[0] for item, by_wave in PARENT_SURVEY.items()}
    then = practice.survey_answers(rng, parents, "parent_interview", first, leaning=leaning)
    again = highest(0.8 * leaning["worker_listens"] + rng.normal(size=PARENTS_FIRST), PARENTS_LATER)
    later = {item: by_wave[1] for item, by_wave in PARENT_SURVEY.items()}
    moved = {item: own[again] + rng.normal(size=PARENTS_LATER) for item, own in leaning.items()}
    seen = parents[again].assign(wave=2)
    return pd.concat(
        [then, practice.survey_answers(rng, seen, "parent_interview", later, leaning=moved)]
    )


def observations(
    rng: np.random.Generator, team_ids: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the 126 observed meetings, and the skill scores of the 104 recorded ones."""
    workers = pd.DataFrame(
        {
            "worker_id": identifiers(rng, "HW", WORKERS),
            "team_id": np.resize(np.array(team_ids, dtype=object), WORKERS),
            "skilled": rng.normal(0.0, WORKER_SPREAD, WORKERS),
        }
    )
    had_team = workers["team_id"].isin(team_ids[:TEAMS_BEFORE]).to_numpy()
    frames = []
    for wave, (number, recorded, twice, first, last) in OBSERVED.items():
        able = np.flatnonzero(had_team if wave == 1 else np.ones(WORKERS, bool))
        seen = workers.iloc[rng.choice(able, number, replace=False)].reset_index(drop=True)
        is_recorded = exactly(rng, number, recorded)
        start = np.datetime64(first)
        days = int((np.datetime64(last) - start).astype(int)) + 1
        seen["observed_on"] = [
            max(working_day(start + offset), start) for offset in rng.integers(0, days, number)
        ]
        is_twice = np.zeros(number, bool)
        is_twice[is_recorded] = exactly(rng, recorded, twice)
        frames.append(seen.assign(wave=wave, recorded=is_recorded, twice=is_twice))
    meetings = pd.concat(frames, ignore_index=True)
    meetings["observation_id"] = identifiers(rng, "HB", len(meetings))
    meetings["local_authority"] = HERTFORDSHIRE
    return meetings, _skill_scores(rng, meetings[meetings["recorded"]])


def _skill_scores(rng: np.random.Generator, recorded: pd.DataFrame) -> pd.DataFrame:
    """Return scores of both coders: whole points, half the rise by the second wave."""
    meeting = recorded["skilled"].to_numpy() + rng.normal(0.0, MEETING_SPREAD, len(recorded))
    frames = []
    for skill, (before, rise) in SKILLS.items():
        own = pd.Series(
            meeting + rng.normal(0.0, SKILL_SPREAD, len(recorded)), index=recorded.index
        )
        centred = own - own.groupby(recorded["wave"]).transform("mean")
        true = before + rise * (recorded["wave"] - 1) / 2 + centred
        for coder in ("first", "second"):
            scored = true + rng.normal(0.0, CODER_SPREAD, len(true))
            rows = pd.DataFrame(
                {
                    "observation_id": recorded["observation_id"],
                    "skill": skill,
                    "coder": coder,
                    "score": scored.round().clip(1, 5),
                }
            )
            frames.append(rows if coder == "first" else rows[recorded["twice"]])
    return pd.concat(frames, ignore_index=True)
