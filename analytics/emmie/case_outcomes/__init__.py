"""Case outcomes: how police cases end, and how long a family waits on the way.

Methods: ``docs/methods/questions/case_outcomes.md``.
"""

from analytics.emmie.case_outcomes.over_time import (
    EXTRACTS,
    ArmShare,
    CaseOutcomesAnswer,
    CaseOutcomesQuestion,
    answer_case_outcomes,
)
from analytics.emmie.case_outcomes.periods import Group, Point, Series, Step

__all__ = [
    "EXTRACTS",
    "ArmShare",
    "CaseOutcomesAnswer",
    "CaseOutcomesQuestion",
    "Group",
    "Point",
    "Series",
    "Step",
    "answer_case_outcomes",
]
