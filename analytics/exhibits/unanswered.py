"""The sentence for a question that has no answer."""

from __future__ import annotations

from analytics.disclosure.release import Released
from analytics.emmie.study import Unanswered

REASONS = {
    "no_rows": "No cases are left with these filters. Remove a filter to see results.",
    "not_in_protocol": "This evaluation does not ask this question.",
    "not_estimable": "There are too few cases here to estimate from.",
    "unusable_extract": "An extract that this page needs broke its contract. See the Data page.",
    "no_registry": "The registry of methods, docs/methods/, is missing or incomplete.",
}
DETAILS = {
    "empty_arm": "One of the two groups has no cases left with these filters.",
    "every_change_sustained": "Every plan ended after sustained change: there is nothing to ask.",
    "no_overlap": "The two groups are not alike enough, or not followed long enough, to compare.",
    "no_events": "No such event is left with these filters.",
    "too_few_clusters": "Too few families are left with these filters.",
    "unknown_area": "No published figures are held for this authority.",
    "no_years": "No published year lies in the chosen period.",
    "no_figures": "This measure was not published for this authority.",
    "no_counts": "This measure isn't made of whole events: there are no limits of chance to draw.",
    "no_years_around": "This start needs two published years before it and one after.",
    "not_every_year": "None of these places has a figure in every year.",
}

ENOUGH = {"no_counts", "no_years_around", "not_every_year"}
"""Details that say more than the reason."""


def sentences(released: Released[Unanswered]) -> tuple[str, ...]:
    """Return why there is no answer, most general sentence first."""
    answer = released.answer
    details = tuple(DETAILS.get(detail, f"{detail.rstrip('.')}.") for detail in answer.details)
    if details and (answer.reason == "no_rows" or ENOUGH & set(answer.details)):
        return details
    return (REASONS[answer.reason], *details)
