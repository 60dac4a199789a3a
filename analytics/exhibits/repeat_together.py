"""The exhibit of how many come back, by which adversities were there together."""

from __future__ import annotations

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.repeat_plans.endings import ASPECTS
from analytics.emmie.repeat_plans.together import CombinationReturns, TogetherAnswer
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin
from analytics.exhibits.repeat_curves import between, months
from analytics.exhibits.repeat_factor_words import ASPECT_WORDS
from analytics.exhibits.upset import STATE_WORDS, add_grid

NAMES = tuple(ASPECT_WORDS[key] for key in ASPECTS)


def together_exhibits(released: Released[TogetherAnswer]) -> tuple[Exhibit, ...]:
    """Return the share that returns, by combination of adversities."""
    answer = released.answer
    shown = [one for one in answer.combinations if one.share is not None]
    sentences = _sentences(answer, shown)
    return (
        Exhibit(
            key="returns_by_combination",
            headline=_headline(shown),
            subtitle=(
                f"Share of plans that ended followed by another within "
                f"{months(answer.within_days)} months, by which adversities the plan answered, "
                f"{answer.provenance.place}, {wording.count(answer.overall.n)} plans, "
                f"{wording.percent(answer.level)} intervals"
            ),
            figure=theme.as_dict(_figure(answer, shown)) if shown else None,
            table=_table(answer),
            alt_text="Dots with intervals over a grid of marks. " + " ".join(sentences),
            notes=(
                "Aalen-Johansen estimates; intervals allow for siblings. A filled mark is yes, a "
                "hollow one no; the dashed line is the share of all plans.",
                "Intervals overlap where they do: a difference between two combinations is read "
                "from the ratios above, not from two intervals. An association, never an effect.",
                "Where one combination is small, all of as many adversities are withheld.",
                released.statement,
            ),
            **origin(answer.provenance),
            sentences=sentences,
        ),
    )


def _name(one: CombinationReturns) -> str:
    names = [
        wording.lower_first(name) for name, state in zip(NAMES, one.states, strict=True) if state
    ]
    return wording.listed(names) if names else "none of the three"


def _headline(shown: list[CombinationReturns]) -> str:
    if not shown:
        return "Too few plans to show returns by combination of adversities"
    most = max(shown, key=lambda one: one.share or 0)
    share = wording.percent(most.share)
    if sum(most.states) == len(NAMES):
        return f"Most return after all three adversities together: {share}"
    return f"Most return after {_name(most)}: {share}"


def _sentences(answer: TogetherAnswer, shown: list[CombinationReturns]) -> tuple[str, ...]:
    whole = answer.overall
    found = []
    if whole.share is not None and whole.conf_int is not None:
        found.append(
            f"Of all plans that ended, an estimated {wording.percent(whole.share)} were followed "
            f"by another within {months(answer.within_days)} months (interval "
            f"{between(whole.conf_int)})."
        )
    found += [
        f"With {_name(one)}: {wording.percent(one.share)} (interval {between(one.conf_int)}; "
        f"{wording.count(one.n)} plans)."
        for one in sorted(shown, key=lambda one: -(one.share or 0))
        if one.conf_int is not None
    ]
    return tuple(found[:4])


def _figure(answer: TogetherAnswer, shown: list[CombinationReturns]) -> go.Figure:
    built = theme.figure(height=460)
    built.add_trace(
        go.Scatter(
            x=list(range(len(shown))),
            y=[100 * (one.share or 0) for one in shown],
            mode="markers",
            marker={"color": theme.DARK_BLUE, "size": 11},
            error_y=theme.error_bars(
                [one.share for one in shown],
                [one.conf_int for one in shown],
                colour=theme.DARK_BLUE,
                scale=100,
                thickness=2,
            ),
            customdata=[f"{_name(one)}; {wording.count(one.n)} plans" for one in shown],
            hovertemplate="%{customdata}: %{y:.1f}%<extra></extra>",
            showlegend=False,
        )
    )
    add_grid(built, [one.states for one in shown], NAMES)
    if answer.overall.share is not None:
        built.add_hline(
            y=100 * answer.overall.share,
            line_color=theme.DARK_GREY,
            line_width=1,
            line_dash="dash",
            yref="y",
        )
    built.update_layout(
        yaxis={"title": {"text": "Back within<br>the time (%)"}, "rangemode": "tozero"}
    )
    return built


def _table(answer: TogetherAnswer) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (*(STATE_WORDS[state] for state in one.states), *_cells(one)) for one in answer.combinations
    ]
    rows.append(("All plans", "", "", *_cells(answer.overall)))
    return Table(
        columns=(
            *NAMES,
            "Plans that ended",
            f"Followed by another within {months(answer.within_days)} months (%)",
            f"{wording.percent(answer.level)} interval (%)",
        ),
        rows=tuple(rows),
    )


def _cells(one: CombinationReturns) -> tuple[Cell, ...]:
    return (
        wording.count(one.n),
        wording.WITHHELD if one.share is None else wording.fixed(100 * one.share, 1),
        wording.interval(one.conf_int, scale=100),
    )
