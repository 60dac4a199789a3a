"""Rows of practice and delivery made by hand, and the protocol that names what is in them."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.helpers.folders import PLACE, Row

STAFF_SURVEY = """
[[instruments]]
key = "staff_survey"
label = "Staff survey"
respondents = "staff"
waves = ["First", "Second"]
low = 1
high = 5
agree_from = 4
"""
OBSERVED_EMPATHY = """
[[skills]]
key = "empathy"
label = "Empathy"

[observed]
waves = ["Before", "After"]
"""


def interview(number: int, theme: str, present: bool, **changes: Any) -> Row:
    """Return one theme in one interview, as the first coder judged it."""
    return {
        "interview_id": f"I{number}",
        "local_authority": PLACE,
        "role": "social_worker",
        "wave": 1,
        "theme": theme,
        "coder": "first",
        "present": present,
    } | changes


def reply(number: int, wave: int, score: float | None, **changes: Any) -> Row:
    """Return one answer to the staff survey."""
    return {
        "respondent_id": f"R{number}",
        "local_authority": PLACE,
        "team_id": None,
        "instrument": "staff_survey",
        "role": "social_worker",
        "wave": wave,
        "item": "confident",
        "score": score,
    } | changes


def part(number: int, component: str, met: bool | None, **changes: Any) -> Row:
    """Return whether one part of the model was done in one delivery."""
    return {
        "delivery_id": f"D{number}",
        "local_authority": PLACE,
        "team_id": "T1",
        "started_on": date(2020, 1, 1),
        "component": component,
        "met": met,
    } | changes


def meeting(number: int, wave: int, worker: int, **changes: Any) -> Row:
    """Return one observed and recorded meeting of one worker."""
    return {
        "observation_id": f"O{number}",
        "worker_id": f"W{worker}",
        "team_id": "T1",
        "local_authority": PLACE,
        "wave": wave,
        "observed_on": date(2020, 1, wave),
        "recorded": True,
    } | changes


def skill_score(number: int, score: float, **changes: Any) -> Row:
    """Return the first coder's score of empathy in one recorded meeting."""
    return {
        "observation_id": f"O{number}",
        "skill": "empathy",
        "coder": "first",
        "score": score,
    } | changes
