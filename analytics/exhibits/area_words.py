"""Words that exhibits of areas share."""

from __future__ import annotations

from analytics.emmie.area_change.answer import AreaChangeAnswer
from analytics.exhibits import wording
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
    """Return which year is the first that counts as since the launch, and other readings of it."""
    others = {
        change.launch_year
        for item in answer.outcomes
        for _, change in item.alternatives
        if change.launch_year != answer.launch_year
    }
    said = (
        "The first year that counts as since the launch is the one to 31 March "
        f"{answer.launch_year}."
    )
    if not others:
        return said
    years = wording.listed([str(year) for year in sorted(others)])
    return f"{said} Another analysis of the protocol reads it as {years}."


def year_title() -> str:
    """Return the title of an axis of years."""
    return "Year to, or at, 31 March"
