"""Exhibits of who to look at: how many children; their list is in ``repeat_families``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.repeat_plans.current import CurrentCounts, CurrentPlansAnswer, Part
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Exhibit, Table, origin
from analytics.exhibits.repeat_words import GAPS, NO_TEAM, OWN_STATEMENT

WHO: Final = (
    "Children on an open plan that began within two years of the end of an earlier one, and "
    "children whose family had a conference in the last quarter within two years of such an end"
)


def current_plan_exhibits(
    released: Released[CurrentPlansAnswer], *, is_own: bool = False
) -> tuple[Exhibit, ...]:
    """Return the counts by time since the earlier plan and by team.

    Parameters
    ----------
    released : Released
        The answer.
    is_own : bool
        Whether the true counts are shown, to a viewer who may see every case that is counted; they
        go into no file.
    """
    own = released.answer.own if is_own else None
    return tuple(
        replace(
            exhibit,
            notes=(*exhibit.notes, OWN_STATEMENT if own else released.statement),
            is_shown_only=own is not None,
        )
        for exhibit in (
            _gaps(released, own or released.answer.counts),
            _teams(released, own or released.answer.counts),
        )
    )


def current_sentence(counts: CurrentCounts) -> str:
    """Return how many children there are to look at."""
    if counts.n_children is None:
        return "The number of children to look at is withheld, because it is small."
    kinds = {part.key: part.n_children for part in counts.kinds}
    return (
        f"{wording.plural(counts.n_children, 'child', 'children')} had been on a plan in the two "
        f"years before: on a plan now {wording.count(kinds['plan'])}; a conference in the last "
        f"quarter, and on no such plan, {wording.count(kinds['conference'])}."
    )


def _gaps(released: Released[CurrentPlansAnswer], counts: CurrentCounts) -> Exhibit:
    n = counts.n_children
    headline = "How many children are back is withheld"
    if n is not None:
        verb = "is" if n == 1 else "are"
        headline = f"{wording.plural(n, 'child', 'children')} {verb} back within two years"
    return _counts(
        released,
        key="current_by_gap",
        parts=counts.gaps,
        words=GAPS,
        headline=headline,
        what="time since the earlier plan ended",
        column="Time since the earlier plan",
        sentences=(current_sentence(counts),),
    )


def _teams(released: Released[CurrentPlansAnswer], counts: CurrentCounts) -> Exhibit:
    known = [part for part in counts.teams if part.n_children is not None and part.key]
    most = max((part.n_children or 0 for part in known), default=0)
    top = [part for part in known if part.n_children == most]
    return _counts(
        released,
        key="current_by_team",
        parts=counts.teams,
        words={part.key: part.key or NO_TEAM for part in counts.teams},
        headline=(
            f"Most are with team {top[0].key}: {most:,}"
            if len(known) > 1 and len(top) == 1
            else "Children to look at, by team"
        ),
        what="team",
        column="Team",
    )


def _counts(
    released: Released[CurrentPlansAnswer],
    *,
    key: str,
    parts: tuple[Part, ...],
    words: Mapping[str, str],
    headline: str,
    what: str,
    column: str,
    sentences: tuple[str, ...] = (),
) -> Exhibit:
    answer = released.answer
    shown = "; ".join(f"{words[part.key]}: {wording.count(part.n_children)}" for part in parts)
    return Exhibit(
        key=key,
        headline=headline,
        subtitle=f"{WHO}, by {what}; children; {answer.provenance.place}",
        figure=theme.as_dict(_bars(parts, words)),
        table=Table(
            columns=(column, "Children"),
            rows=tuple((words[part.key], wording.count(part.n_children)) for part in parts),
        ),
        alt_text=f"Bar chart of children by {what}. {shown}.",
        notes=(
            "Few or many children in a team say nothing about its work: teams differ in how many "
            "families they have.",
            "Which children these are is listed only for viewers who may see cases.",
        ),
        **origin(answer.provenance),
        sentences=sentences,
    )


def _bars(parts: tuple[Part, ...], words: Mapping[str, str]) -> go.Figure:
    labels = [theme.wrapped(words[part.key], 18) for part in parts]
    places, height = theme.rows_of(labels, gap=18)
    built = theme.figure(height=90 + int(height))
    built.add_trace(
        go.Bar(
            x=[part.n_children or 0 for part in parts],
            y=places,
            width=18,
            orientation="h",
            marker_color=theme.DARK_BLUE,
            text=[wording.count(part.n_children) for part in parts],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{text} children<extra></extra>",
        )
    )
    most = max((part.n_children or 0 for part in parts), default=0)
    built.update_xaxes(title_text="Children", range=[0, 1.15 * most or 1])
    built.update_yaxes(tickvals=places, ticktext=labels, range=[height, 0], showgrid=False)
    return built
