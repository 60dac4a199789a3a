"""Service use of the same people before and after allocation, per person-year or per 100 sessions.

Methods: ``docs/methods/questions/service_use.md``.
"""

from analytics.emmie.service_use.answer import (
    EXTRACTS,
    ServiceUseAnswer,
    ServiceUseQuestion,
    answer_service_use,
)

__all__ = ["EXTRACTS", "ServiceUseAnswer", "ServiceUseQuestion", "answer_service_use"]
