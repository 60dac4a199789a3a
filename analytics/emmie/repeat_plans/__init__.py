"""Repeat plans: how soon children come back, what goes with it, and what could be done.

Methods: ``docs/methods/questions/time_to_repeat_plan.md``.
"""

from analytics.emmie.repeat_plans.points import IncidencePoint
from analytics.emmie.repeat_plans.spells import EXTRACTS
from analytics.emmie.repeat_plans.timing import (
    RepeatPlansAnswer,
    RepeatPlansQuestion,
    answer_repeat_plans,
)

__all__ = [
    "EXTRACTS",
    "IncidencePoint",
    "RepeatPlansAnswer",
    "RepeatPlansQuestion",
    "answer_repeat_plans",
]
