"""Exhibits of fidelity and of the differences between teams."""

from __future__ import annotations

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.implementation.fidelity import FidelityAnswer, PartDone
from analytics.emmie.implementation.team_funnel import TeamFunnel, TeamPoint
from analytics.emmie.implementation.teams import TeamsAnswer
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin
from analytics.exhibits.share_plot import Mark, ShareRow, share_plot

POSITION_WORDS = {
    -2: "lower, far outside",
    -1: "lower, outside",
    0: "within",
    1: "higher, outside",
    2: "higher, far outside",
}


def fidelity_exhibits(released: Released[FidelityAnswer]) -> tuple[Exhibit, ...]:
    """Return the fidelity score with its parts."""
    answer = released.answer
    parts = [part for part in answer.parts if part.share.value is not None]
    score = _score_words(answer)
    return (
        Exhibit(
            key="fidelity",
            headline=(
                f"{wording.percent(answer.score)} of the model was done as it says"
                if answer.score is not None
                else "Too few records to show how much was done"
            ),
            subtitle=(
                f"Share of each part done, of the records that tell, {answer.provenance.place}, "
                f"{wording.count(answer.n_deliveries)} deliveries or records, 95% intervals"
            ),
            figure=theme.as_dict(_fidelity_plot(answer, parts)) if parts else None,
            table=Table(
                columns=(
                    "Part of the model",
                    "Weight",
                    "Done",
                    "Records that tell",
                    "Share (%)",
                    "95% interval (%)",
                ),
                rows=tuple(_part_row(part) for part in answer.parts),
            ),
            alt_text=f"Dot plot of {len(parts)} parts of the model. {score}",
            notes=(
                "The score of a delivery is the weighted share of its parts that were done, of "
                "those for which the record tells; the score above is the mean over deliveries.",
                "The score's interval allows for deliveries of one team being alike."
                if answer.is_clustered
                else "The score's interval takes deliveries as independent.",
                "Intervals of single parts take deliveries as independent.",
                released.statement,
            ),
            **origin(answer.provenance),
            sentences=(score, *_extremes(parts)),
        ),
    )


def _score_words(answer: FidelityAnswer) -> str:
    if answer.score is None:
        return "The fidelity score is withheld."
    interval = (
        f" (interval {wording.percent(answer.conf_int.low)} to "
        f"{wording.percent(answer.conf_int.high)})"
        if answer.conf_int
        else ""
    )
    return f"Fidelity score: {wording.percent(answer.score)}{interval}."


def _extremes(parts: list[PartDone]) -> tuple[str, ...]:
    if len(parts) < 2:
        return ()
    ordered = sorted(parts, key=lambda part: part.share.value or 0.0)
    least, most = ordered[0], ordered[-1]
    return (
        f"Done most often: {wording.lower_first(most.component.label)} "
        f"({wording.out_of(most.share)}); least often: "
        f"{wording.lower_first(least.component.label)} ({wording.out_of(least.share)}).",
    )


def _fidelity_plot(answer: FidelityAnswer, parts: list[PartDone]) -> go.Figure:
    rows = [
        ShareRow(
            label=f"{part.component.label}: {wording.percent(part.share.value)}",
            value=part.share.value or 0.0,
            conf_int=part.conf_int,
            group="Part of the model",
        )
        for part in parts
    ]
    if answer.score is not None:
        rows.append(
            ShareRow(
                label=f"Fidelity score: {wording.percent(answer.score)}",
                value=answer.score,
                conf_int=answer.conf_int,
                group="Score",
            )
        )
    return share_plot(
        rows,
        title="Done as the model says (%)",
        marks={
            "Part of the model": Mark(colour=theme.DARK_BLUE),
            "Score": Mark(colour=theme.DARK_PINK, symbol="diamond"),
        },
    )


def _part_row(part: PartDone) -> tuple[Cell, ...]:
    share = part.share
    return (
        part.component.label,
        f"{part.component.weight:g}",
        wording.count(share.events),
        wording.count(share.n),
        wording.WITHHELD if share.value is None else wording.fixed(100 * share.value, 1),
        wording.interval(part.conf_int, scale=100),
    )


def team_exhibits(released: Released[TeamsAnswer]) -> tuple[Exhibit, ...]:
    """Return a funnel plot for each thing that teams are compared by."""
    return tuple(_team_funnel(released, one) for one in released.answer.funnels)


def _what(one: TeamFunnel) -> str:
    if one.of == "fidelity":
        return "fidelity score"
    return f"share that reached “{wording.lower_first(one.label)}”"


def _team_funnel(released: Released[TeamsAnswer], one: TeamFunnel) -> Exhibit:
    answer = released.answer
    shown = [point for point in one.points if point.value is not None]
    sentences = _team_sentences(one, len(shown))
    sizes = "Deliveries (to the nearest 5)" if one.is_rounded else "Deliveries"
    return Exhibit(
        key=f"teams_{one.of}",
        headline=_team_headline(one),
        subtitle=(
            f"{_what(one)[:1].upper()}{_what(one)[1:]} by team, {answer.provenance.place}, "
            f"{len(one.points)} teams, with 95% and 99.8% limits around "
            f"{wording.percent(one.centre)}"
        ),
        figure=theme.as_dict(_funnel_plot(one, shown)) if shown else None,
        table=Table(
            columns=("Team (pseudonym)", sizes, "Share (%)", "Against the 95% limits"),
            rows=tuple(_team_row(point, one) for point in one.points),
        ),
        alt_text=f"Funnel plot of {len(shown)} teams. {' '.join(sentences)}",
        notes=(
            "A funnel plot shows how far from the common value a team of its size may lie by "
            "chance. A team outside is a reason to ask why, not a finding about its work: families "
            "differ between teams.",
            *(
                (
                    "Chance is how much deliveries of the same team differ from each other.",
                    "The common value is the mean over deliveries.",
                )
                if one.of == "fidelity"
                else (
                    f"Deliveries that started less than {one.left_out} days before the as-at date "
                    "are left out: they had less than the planned time.",
                )
            ),
            *((ROUNDED,) if one.is_rounded else ()),
            "No ranking: higher and lower are not better and worse by themselves.",
            released.statement,
        ),
        **origin(answer.provenance),
        sentences=sentences,
    )


def _team_headline(one: TeamFunnel) -> str:
    if one.outside_998 or one.outside_95 > 2 * one.expected_outside_95 + 1:
        return f"Teams differ by more than chance: {_what(one)}"
    return f"Teams differ no more than chance would make them: {_what(one)}"


ROUNDED = (
    "Sizes are to the nearest 5 deliveries, at least 10, and scores in whole per cent, so that "
    "they can't be taken away from counts elsewhere on the page. A point may lie a little beside "
    "its place; whether it is outside was found from the exact figures."
)


def _team_sentences(one: TeamFunnel, shown: int) -> tuple[str, ...]:
    of = f"{shown} teams shown" if shown < len(one.points) else f"{shown} teams"
    words = [
        f"{one.outside_95} of {of} lie outside the 95% limits, where about "
        f"{wording.fixed(one.expected_outside_95, 1)} would by chance; {one.outside_998} outside "
        "the 99.8% limits.",
    ]
    if one.phi is not None:
        words.append(
            f"The spread between teams (mean square) is {wording.fixed(one.phi, 1)} times that of "
            "chance alone."
        )
    if shown < len(one.points):
        common = "only in the common value" if one.is_common_of_all else "not in the common value"
        words.append(
            f"{len(one.points) - shown} teams are not drawn, because their counts are small or "
            f"would tell a small one; they are {common}."
        )
    return tuple(words)


def _funnel_plot(one: TeamFunnel, shown: list[TeamPoint]) -> go.Figure:
    built = theme.figure(height=440)
    n = [at.n for at in one.limits]
    for name, dash, lows, highs in (
        ("95% limits", "dash", "low_95", "high_95"),
        ("99.8% limits", "solid", "low_998", "high_998"),
    ):
        for place, which in enumerate((lows, highs)):
            built.add_trace(
                go.Scatter(
                    x=n,
                    y=[100 * getattr(at, which) for at in one.limits],
                    mode="lines",
                    line={"color": theme.MUTED, "width": 1.5, "dash": dash},
                    name=name,
                    showlegend=place == 0,
                    hoverinfo="skip",
                )
            )
    about = "about " if one.is_rounded else ""
    built.add_hline(y=100 * one.centre, line_color=theme.DARK_GREY, line_width=1.5)
    for name, colour, symbol, is_in in (
        ("Team within the limits", theme.DARK_BLUE, "circle", True),
        ("Team outside", theme.ORANGE, "diamond", False),
    ):
        mine = [point for point in shown if (point.position == 0) is is_in]
        if mine:
            built.add_trace(
                go.Scatter(
                    x=[point.n for point in mine],
                    y=[100 * (point.value or 0.0) for point in mine],
                    mode="markers",
                    name=name,
                    text=[point.team for point in mine],
                    marker={"color": colour, "symbol": symbol, "size": 11},
                    hovertemplate=f"Team %{{text}}: %{{y:.0f}}% of {about}%{{x}}<extra></extra>",
                )
            )
    built.update_xaxes(title_text="Deliveries of the team", rangemode="tozero")
    built.update_yaxes(title_text="Share (%)", range=[-2, 102])
    return built


def _team_row(point: TeamPoint, one: TeamFunnel) -> tuple[Cell, ...]:
    if point.value is None:
        return (point.team, wording.count(point.n), wording.WITHHELD, wording.WITHHELD)
    return (
        point.team,
        wording.count(point.n),
        wording.fixed(100 * point.value, 0 if one.is_rounded else 1),
        POSITION_WORDS[point.position],
    )
