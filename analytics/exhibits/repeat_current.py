"""Exhibits of who to look at: how many children, and for some viewers the list of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.repeat_plans.current import CurrentPlansAnswer, Part
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Exhibit, Table, origin
from analytics.exhibits.repeat_words import GAPS, KINDS, NO_TEAM, chronology, months
from analytics.extracts.code_lists import CATEGORY_OF_ABUSE

WHO: Final = (
    "Children on an open plan that began within two years of the end of an earlier one, and "
    "children whose family had a conference in the last quarter within two years of such an end"
)


def current_plan_exhibits(released: Released[CurrentPlansAnswer]) -> tuple[Exhibit, ...]:
    """Return the counts and, for viewers who may see cases, the list."""
    counts = (_gaps(released), _teams(released))
    return (_list(released), *counts) if released.answer.may_see_cases else counts


def _list(released: Released[CurrentPlansAnswer]) -> Exhibit:
    answer = released.answer
    return Exhibit(
        key="who_to_look_at",
        headline=f"{wording.plural(len(answer.lines), 'child', 'children')} to look at first",
        subtitle=f"{WHO}; {answer.provenance.place}; shortest time without a plan first",
        figure=None,
        table=Table(
            columns=(
                "Child",
                "Team",
                "Category of abuse",
                "Now",
                "Without a plan for",
                "Chronology",
            ),
            rows=tuple(
                (
                    line.child_id,
                    line.team or NO_TEAM,
                    CATEGORY_OF_ABUSE.get(line.category or "", "Not recorded"),
                    KINDS[line.kind],
                    months(line.gap_days),
                    chronology(line),
                )
                for line in answer.lines
            ),
        ),
        alt_text="",
        notes=(
            "Keys are pseudonyms. The list is for the screen only and has no download: a file with "
            "rows of children would leave the app, and nobody could say who reads it.",
            "Only plans with this authority are known. Changes of social worker are those during a "
            "plan that has ended, where its end was recorded.",
            "For a conference, team and category are those of the child's last plan.",
            "The order says how soon children came back. It is no measure of risk.",
        ),
        **origin(answer.provenance),
        is_shown_only=True,
    )


def current_sentence(answer: CurrentPlansAnswer) -> str:
    """Return how many children there are to look at."""
    if answer.n_children is None:
        return "The number of children to look at is withheld, because it is small."
    kinds = {part.key: part.n_children for part in answer.kinds}
    return (
        f"{answer.n_children:,} children had been on a plan in the two years before: "
        f"{wording.count(kinds['plan'])} are on a plan now, {wording.count(kinds['conference'])} "
        "had a conference in the last quarter and are on no such plan."
    )


def _gaps(released: Released[CurrentPlansAnswer]) -> Exhibit:
    answer = released.answer
    return _counts(
        released,
        key="current_by_gap",
        parts=answer.gaps,
        words=GAPS,
        headline=f"{wording.count(answer.n_children)} children are back within two years",
        what="time since the earlier plan ended",
        column="Time since the earlier plan",
        sentences=(current_sentence(answer),),
    )


def _teams(released: Released[CurrentPlansAnswer]) -> Exhibit:
    answer = released.answer
    known = [part for part in answer.teams if part.n_children is not None and part.key]
    top = max(known, key=lambda part: part.n_children or 0, default=None)
    return _counts(
        released,
        key="current_by_team",
        parts=answer.teams,
        words={part.key: part.key or NO_TEAM for part in answer.teams},
        headline=(
            f"Most are with team {top.key}: {wording.count(top.n_children)}"
            if top and len(known) > 1
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
            released.statement,
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
