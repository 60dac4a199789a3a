"""Exhibits of how soon children come back to a plan: the curve, and what ended follow-up."""

from __future__ import annotations

from typing import Final

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.repeat_plans import RepeatPlansAnswer
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin
from analytics.exhibits.repeat_curves import (
    AXIS,
    DAYS_IN_A_MONTH,
    add_curve,
    free_words,
    months,
    return_sentence,
)

SHARE_NAME: Final = "Followed by another plan"
NAIVE_NAME: Final = "If nobody turned 18, moved or died"
CAUSES: Final[dict[str, str]] = {
    "returned": "Another plan started",
    "turned_18": "Turned 18",
    "moved_away": "Moved to another authority",
    "died": "Died",
    "left": "Left, reason not recorded",
    "gone": "Moved to another authority, or died",
    "followed": "Neither, by the as-at date or five years",
}


def repeat_plan_exhibits(released: Released[RepeatPlansAnswer]) -> tuple[Exhibit, ...]:
    """Return the curves with their numbers at risk, and what ended follow-up."""
    return (_curves(released), _endings(released))


def _curves(released: Released[RepeatPlansAnswer]) -> Exhibit:
    answer = released.answer
    sentences = (
        *(return_sentence(point) for point in answer.within),
        *_free_sentence(answer),
        _median_sentence(answer),
    )
    return Exhibit(
        key="time_to_repeat_plan",
        headline=_headline(answer),
        subtitle=(
            "Share of ended child protection plans that another plan of the same child has "
            f"followed, by months since the end, {answer.provenance.place}, "
            f"{wording.count(answer.n_spells)} plans that ended, "
            f"{wording.percent(answer.level)} intervals"
        ),
        figure=theme.as_dict(_figure(answer)),
        table=_table(answer),
        alt_text="Curve that rises from zero when a plan ends. " + " ".join(sentences),
        notes=_notes(released),
        **origin(answer.provenance),
        sentences=sentences,
    )


def _headline(answer: RepeatPlansAnswer) -> str:
    if not answer.within:
        return "Too few plans to show how many were followed by another"
    last = answer.within[-1]
    share = wording.percent(last.share)
    return f"{share} of ended plans are followed by another within {months(last.day)} months"


def _free_sentence(answer: RepeatPlansAnswer) -> tuple[str, ...]:
    if answer.free is None:
        return ()
    return (f"On average, {free_words(answer.free)} pass without a return.",)


def _median_sentence(answer: RepeatPlansAnswer) -> str:
    if answer.median is None:
        return (
            "Time by which half of the plans are followed by another (the median): not reached, "
            "because fewer than half are."
        )
    return f"Half of the plans are followed by another within {months(answer.median)} months."


def _figure(answer: RepeatPlansAnswer) -> go.Figure:
    built = theme.figure(height=420)
    naive = [
        (point.day, point.naive, point.naive_conf_int)
        for point in answer.curve
        if point.naive is not None and point.naive_conf_int is not None
    ]
    if naive:
        add_curve(
            built,
            naive,
            name=NAIVE_NAME,
            colour=theme.DARK_PINK,
            dash="dot",
            opacity=0.1,
        )
    add_curve(
        built,
        [(point.day, point.share, point.conf_int) for point in answer.curve],
        name=SHARE_NAME,
        colour=theme.DARK_BLUE,
    )
    for point in answer.within:
        is_last = point.day == answer.curve[-1].day
        built.add_annotation(
            x=point.day / DAYS_IN_A_MONTH,
            y=100 * point.share,
            text=f"{months(point.day)} months: {wording.percent(point.share)}",
            showarrow=True,
            arrowcolor=theme.MUTED,
            ax=-40 if is_last else 36,
            ay=44,
            font={"size": 14},
        )
    built.update_xaxes(
        title_text=f"{AXIS} (below: still followed)",
        tickvals=[point.day / DAYS_IN_A_MONTH for point in answer.at_risk],
        ticktext=[
            f"{months(point.day)}<br>{wording.count(point.n_at_risk)}" for point in answer.at_risk
        ],
        range=[0, 61],
    )
    built.update_yaxes(title_text="Followed by another plan (%)", rangemode="tozero")
    return built


def _table(answer: RepeatPlansAnswer) -> Table:
    level = wording.percent(answer.level)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            months(point.day),
            wording.fixed(100 * point.share, 1),
            wording.interval(point.conf_int, scale=100),
            wording.count(point.n_at_risk),
            wording.WITHHELD if point.naive is None else wording.fixed(100 * point.naive, 1),
            wording.interval(point.naive_conf_int, scale=100),
        )
        for point in answer.at_risk
    )
    return Table(
        columns=(
            "Months since the plan ended",
            "Followed by another plan (%)",
            f"{level} interval (%)",
            "Plans still followed",
            f"{NAIVE_NAME} (%)",
            f"The same, {level} interval (%)",
        ),
        rows=rows,
    )


def _notes(released: Released[RepeatPlansAnswer]) -> tuple[str, ...]:
    answer = released.answer
    return (
        "Aalen-Johansen estimate. Turning 18, moving away and death end follow-up and are counted "
        "as competing events. The dotted curve is the naive one (one minus Kaplan-Meier): it takes "
        "these plans for ones that are merely no longer watched, as if the child could still come "
        "back, and so says too much.",
        f"Plans that ended since {wording.day(answer.history_from)} are followed to the next plan, "
        f"to the as-at date or for {months(answer.horizon)} months, whichever comes first: "
        f"{wording.count(answer.n_returns)} returns, {wording.count(answer.n_competing)} competing "
        f"events, {wording.count(answer.n_families)} families. Intervals allow for siblings.",
        "Months without a return are a mean up to that month (restricted mean). Plans whose child "
        "turns 18, moves away or dies first count as not returned.",
        "A child with several ended plans is counted at each. Filters: the period is that in "
        "which a plan ended, and age is that when it started.",
        "The curves are drawn only at points with enough events between them to protect each "
        "child.",
        released.statement,
    )


def _endings(released: Released[RepeatPlansAnswer]) -> Exhibit:
    answer = released.answer
    labels = [theme.wrapped(CAUSES[one.cause], 22) for one in answer.endings]
    places, height = theme.rows_of(labels, gap=18)
    built = theme.figure(height=110 + int(height))
    built.add_trace(
        go.Bar(
            x=[one.n or 0 for one in answer.endings],
            y=places,
            width=20,
            orientation="h",
            marker_color=theme.DARK_BLUE,
            text=[wording.count(one.n) for one in answer.endings],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{text} plans<extra></extra>",
        )
    )
    most = max((one.n or 0 for one in answer.endings), default=0)
    built.update_xaxes(title_text="Plans that ended", range=[0, 1.18 * most or 1])
    built.update_yaxes(tickvals=places, ticktext=labels, range=[height, 0], showgrid=False)
    said = "; ".join(
        f"{wording.lower_first(CAUSES[one.cause])} ({wording.count(one.n)})"
        for one in answer.endings
    )
    return Exhibit(
        key="what_ended_follow_up",
        headline=(
            f"After {wording.count(answer.n_competing)} plans the child turned 18, moved or died"
            if answer.n_competing
            else "What ended the follow-up of each plan"
        ),
        subtitle=(
            f"Plans that ended, by what came first, {answer.provenance.place}, "
            f"{wording.count(answer.n_spells)} plans"
        ),
        figure=theme.as_dict(built),
        table=Table(
            columns=("What came first", "Plans"),
            rows=tuple((CAUSES[one.cause], wording.count(one.n)) for one in answer.endings),
        ),
        alt_text=f"Bar chart of plans by what came first. {said}.",
        notes=(
            "These counts are no rates: plans that ended lately have been followed for less time. "
            "The curve above allows for that.",
            "Where few died, they are counted together with those who moved away.",
            released.statement,
        ),
        **origin(answer.provenance),
        sentences=(f"What came first after {wording.count(answer.n_spells)} plans: {said}.",),
    )
