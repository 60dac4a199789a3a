"""Words that exhibits of areas share."""

from __future__ import annotations

from analytics.emmie.area_change.answer import AreaChangeAnswer
from analytics.exhibits.forest import Form

FORM_WORDS: dict[Form, str] = {
    "frequency": "Level with the programme, and without it",
    "difference": "Difference from the others, in the measure's own unit",
    "ratio": "Mean of the treated areas over mean of the others",
}
UNIT_WORDS = {
    "per_10000": "per 10,000 children",
    "percent": "per cent",
    "days": "working days",
    "per_worker": "cases per worker",
    "count": "number",
}


def name_of(answer: AreaChangeAnswer, code: str) -> str:
    """Return the name of an area."""
    return dict(answer.names).get(code, code)


def launched(answer: AreaChangeAnswer) -> str:
    """Return which year is the first after the launch."""
    return f"The first year after the launch is the one to 31 March {answer.launch_year}."


def year_title() -> str:
    """Return the title of an axis of years."""
    return "Year to, or at, 31 March"
