"""Exhibits of staff: training, posts, and control charts of caseload and turnover."""

from __future__ import annotations

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.implementation.training import Covered, TrainingAnswer
from analytics.emmie.implementation.workforce import RolePosts, WorkforceAnswer
from analytics.exhibits import theme, wording
from analytics.exhibits.control_chart import control_chart
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin
from analytics.exhibits.share_plot import Mark, ShareRow, share_plot
from analytics.extracts.code_lists import ROLE

PANEL_HEIGHT = 130


def training_exhibits(released: Released[TrainingAnswer]) -> tuple[Exhibit, ...]:
    """Return the coverage of each course, in all and by role."""
    answer = released.answer
    shown = [item for item in answer.covered if item.share.value is not None]
    whole = [item for item in shown if item.role is None]
    reached = [item for item in whole if (item.share.value or 0.0) >= item.course.target]
    withheld = len(answer.covered) - len(shown)
    sentences = (
        *(_covered_words(item) for item in whole),
        *(
            (f"{withheld} shares of single roles are withheld, because they are of few people.",)
            if withheld
            else ()
        ),
    )
    return (
        Exhibit(
            key="training",
            headline=(
                f"{len(reached)} of {len(whole)} courses reached the target"
                if whole
                else "Too few staff to show who was trained"
            ),
            subtitle=(
                f"Staff who completed a course, of those who should have it, "
                f"{answer.provenance.place}, 95% intervals"
            ),
            figure=theme.as_dict(_training_plot(shown)) if shown else None,
            table=Table(
                columns=(
                    "Course",
                    "Role",
                    "Completed",
                    "Listed",
                    "Share (%)",
                    "95% interval (%)",
                    "Target (%)",
                ),
                rows=tuple(_covered_row(item) for item in answer.covered),
            ),
            alt_text=f"Dot plot of {len(shown)} courses and roles. " + " ".join(sentences),
            notes=(
                "Targets were set by us, in the protocol, and not by the document.",
                "All listed staff were counted, so an interval says how far chance could move the "
                "share of as many people.",
                released.statement,
            ),
            **origin(answer.provenance),
            sentences=sentences,
        ),
    )


def _role(item: Covered) -> str:
    return "All roles" if item.role is None else ROLE[item.role]


def _covered_words(item: Covered) -> str:
    verb = "reached" if (item.share.value or 0.0) >= item.course.target else "below"
    return (
        f"{item.course.label}: {wording.out_of(item.share)} staff "
        f"({wording.percent(item.share.value)}), {verb} the target of "
        f"{wording.percent(item.course.target)}."
    )


def _training_plot(shown: list[Covered]) -> go.Figure:
    rows = [
        ShareRow(
            label=(
                f"<b>{item.course.label}</b>: {wording.percent(item.share.value)}"
                if item.role is None
                else f"{ROLE[item.role]}: {wording.percent(item.share.value)}"
            ),
            value=item.share.value or 0.0,
            conf_int=item.conf_int,
            group="All roles" if item.role is None else "One role",
            targets=(item.course.target,),
        )
        for item in shown
    ]
    return share_plot(
        rows,
        title="Completed the course (%)",
        marks={
            "All roles": Mark(colour=theme.DARK_BLUE),
            "One role": Mark(colour=theme.TURQUOISE, symbol="diamond"),
        },
        target="Target",
    )


def _covered_row(item: Covered) -> tuple[Cell, ...]:
    share = item.share
    return (
        item.course.label,
        _role(item),
        wording.count(share.events),
        wording.count(share.n),
        wording.WITHHELD if share.value is None else wording.fixed(100 * share.value, 1),
        wording.interval(item.conf_int, scale=100),
        wording.fixed(100 * item.course.target),
    )


def workforce_exhibits(released: Released[WorkforceAnswer]) -> tuple[Exhibit, ...]:
    """Return posts against plan, then each role's caseload, then turnover."""
    answer = released.answer
    shown = [_posts(released)]
    shown += [
        control_chart(
            chart,
            answer.provenance,
            released.statement,
            key=f"caseload_{chart.role}",
            what=f"Open cases per {wording.lower_first(ROLE[chart.role or 'other_staff'])}",
        )
        for chart in answer.caseloads
    ]
    shown.append(_turnover(released))
    return tuple(shown)


def _posts(released: Released[WorkforceAnswer]) -> Exhibit:
    answer = released.answer
    sentences = tuple(_posts_words(role) for role in answer.posts)
    lowest = min(answer.posts, key=_filled)
    return Exhibit(
        key="posts",
        headline=(
            f"{ROLE[lowest.role]} posts are filled least: {wording.percent(_filled(lowest))}"
            if len(answer.posts) > 1
            else f"{wording.percent(_filled(lowest))} of posts are filled"
        ),
        subtitle=(
            f"Posts filled against posts planned by role and month, {answer.provenance.place}, "
            "full-time equivalents, all teams together"
        ),
        figure=theme.as_dict(_posts_plot(answer.posts)),
        table=Table(
            columns=("Role", "Month", "Planned (posts)", "Filled (posts)", "Filled (%)"),
            rows=tuple(
                (
                    ROLE[role.role],
                    f"{at.month:%B %Y}",
                    f"{at.planned:g}",
                    f"{at.filled:g}",
                    wording.fixed(100 * at.filled / at.planned) if at.planned else "",
                )
                for role in answer.posts
                for at in role.months
            ),
        ),
        alt_text=f"Line charts of posts filled in {len(answer.posts)} roles. "
        + " ".join(sentences),
        notes=(
            "Posts are full-time equivalents at the end of a month, not people, so none are "
            "withheld.",
        ),
        **origin(answer.provenance),
        sentences=sentences,
    )


def _filled(role: RolePosts) -> float:
    last = role.months[-1]
    return last.filled / last.planned if last.planned else 1.0


def _posts_words(role: RolePosts) -> str:
    first, last = role.months[0], role.months[-1]
    return (
        f"{ROLE[role.role]}: {last.filled:g} of {last.planned:g} posts filled in "
        f"{last.month:%B %Y} ({wording.percent(_filled(role))}), from {first.filled:g} of "
        f"{first.planned:g} in {first.month:%B %Y}."
    )


def _posts_plot(posts: tuple[RolePosts, ...]) -> go.Figure:
    built = theme.panels(
        len(posts),
        height=80 + PANEL_HEIGHT * len(posts),
        shared_xaxes=True,
        vertical_spacing=0.32 / len(posts) if len(posts) > 1 else 0,
        subplot_titles=[
            f"{ROLE[role.role]}: {wording.percent(_filled(role))} filled" for role in posts
        ],
    )
    for place, role in enumerate(posts, start=1):
        months = [at.month for at in role.months]
        for name, values, colour, dash in (
            ("Planned", [at.planned for at in role.months], theme.MUTED, "dash"),
            ("Filled", [at.filled for at in role.months], theme.DARK_BLUE, "solid"),
        ):
            built.add_trace(
                go.Scatter(
                    x=months,
                    y=values,
                    mode="lines",
                    name=name,
                    legendgroup=name,
                    showlegend=place == 1,
                    line={"color": colour, "width": 2.5, "dash": dash},
                    hovertemplate=f"{ROLE[role.role]}, {name.lower()}: "
                    "%{y:g} (%{x|%B %Y})<extra></extra>",
                ),
                row=place,
                col=1,
            )
    for title in built.layout.annotations:
        title.update(x=0, xanchor="left", font={"size": 14, "color": theme.TEXT})
    built.update_yaxes(rangemode="tozero", nticks=4)
    built.update_layout(legend={"y": 1.0 + 40 / (80 + PANEL_HEIGHT * len(posts))}, margin={"t": 64})
    return built


def _turnover(released: Released[WorkforceAnswer]) -> Exhibit:
    answer = released.answer
    found = answer.leavers
    overall = (
        f"Over the whole time {wording.count(found.count)} people left: "
        f"{wording.fixed(100 * (found.rate or 0.0))} for every 100 filled posts a year"
        f" (interval {wording.interval(found.conf_int, scale=100, places=0)})."
        if found.rate is not None
        else "Too few people left to show how many."
    )
    if answer.turnover is None:
        return Exhibit(
            key="turnover",
            headline=(
                f"{wording.fixed(100 * found.rate)} leavers a year for every 100 filled posts"
                if found.rate is not None
                else "Too few leavers to show"
            ),
            subtitle=f"Leavers of all roles and teams, {answer.provenance.place}",
            figure=None,
            table=Table(
                columns=("Leavers", "A year per 100 posts", "95% interval"),
                rows=(
                    (
                        wording.count(found.count),
                        wording.WITHHELD
                        if found.rate is None
                        else wording.fixed(100 * found.rate, 1),
                        wording.interval(found.conf_int, scale=100),
                    ),
                ),
            ),
            alt_text=overall,
            notes=(
                "There are too few months or quarters for a control chart.",
                released.statement,
            ),
            **origin(answer.provenance),
            sentences=(overall,),
        )
    return control_chart(
        answer.turnover,
        answer.provenance,
        released.statement,
        key="turnover",
        what="Leavers a year per 100 posts",
        scale=100,
        more=(overall,),
    )
