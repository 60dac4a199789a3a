"""Moderators: whether what was seen differs between groups of people or places.

Methods: ``docs/methods/questions/moderators.md``.
"""

from analytics.emmie.moderators.answer import (
    ModeratorsAnswer,
    ModeratorsQuestion,
    answer_moderators,
    extracts_used,
)
from analytics.emmie.moderators.verdict import moderators_verdict

__all__ = [
    "ModeratorsAnswer",
    "ModeratorsQuestion",
    "answer_moderators",
    "extracts_used",
    "moderators_verdict",
]
