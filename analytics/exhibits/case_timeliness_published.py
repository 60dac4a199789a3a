"""Exhibits of published timeliness: all authorities, and treated areas since a launch."""

from __future__ import annotations

from dataclasses import replace

from analytics.disclosure.release import Released
from analytics.emmie.area_change.answer import AreaChangeAnswer
from analytics.emmie.area_change.outcomes import AreaOutcome
from analytics.emmie.case_outcomes.timeliness_published import PublishedTimelinessAnswer
from analytics.exhibits.area_change import sentence_of
from analytics.exhibits.area_places import gap_over_time
from analytics.exhibits.area_specifications import event_study
from analytics.exhibits.exhibit import Exhibit
from analytics.exhibits.neighbour_funnel import funnel_exhibits

CHANGE_NOTE = (
    "The change is a difference-in-differences: how the treated areas moved since the launch, less "
    "how the others did. It rests on areas moving alike without the programme. The Effect page "
    "says how it is estimated, and shows the programme's other measures."
)


def published_timeliness_exhibits(
    released: Released[PublishedTimelinessAnswer],
) -> tuple[Exhibit, ...]:
    """Return the funnel plot, and each measure of treated areas over the years.

    Parameters
    ----------
    released : Released of PublishedTimelinessAnswer
        Published figures.
    """
    answer = released.answer
    shown: list[Exhibit | None] = []
    if answer.funnel is not None:
        funnel = Released(
            answer=answer.funnel, policy=released.policy, statement=released.statement
        )
        shown += funnel_exhibits(funnel)
    if answer.change is not None:
        for outcome in answer.change.outcomes:
            shown += [_over_time(answer.change, outcome), event_study(answer.change, outcome)]
    return tuple(one for one in shown if one is not None)


def _over_time(answer: AreaChangeAnswer, outcome: AreaOutcome) -> Exhibit:
    """Return both groups in every year, with the change since the launch in words."""
    exhibit = gap_over_time(answer, outcome)
    checks = outcome.change.checks if outcome.change else ()
    said = sentence_of(outcome, answer)
    if any(check.status == "fail" for check in checks):
        said = f"Not reliable enough to quote: a health check failed. {said}"
    return replace(
        exhibit,
        sentences=(*exhibit.sentences, said),
        notes=(
            *exhibit.notes,
            CHANGE_NOTE,
            *((answer.analysis.note,) if answer.analysis.note else ()),
        ),
    )
