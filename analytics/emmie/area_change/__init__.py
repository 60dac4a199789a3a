"""Published figures of treated areas against others: one year, and change over the years.

Methods: ``docs/methods/questions/area_change.md``.
"""

from analytics.emmie.area_change.answer import (
    EXTRACTS,
    AreaChangeAnswer,
    AreaChangeQuestion,
    answer_area_change,
)

__all__ = ["EXTRACTS", "AreaChangeAnswer", "AreaChangeQuestion", "answer_area_change"]
