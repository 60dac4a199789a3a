"""The exhibit of how many come back, by which adversities were there together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.repeat_plans.endings import ASPECTS
from analytics.emmie.repeat_plans.together import CombinationReturns, TogetherAnswer
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, folded_assumptions, origin
from analytics.exhibits.repeat_curves import between, months
from analytics.exhibits.repeat_factor_words import ASPECT_WORDS
from analytics.exhibits.upset import STATE_WORDS, add_grid

OVERLAP: Final = "These are the highest shares, and their intervals overlap with those of others."
ASSOCIATION: Final = (
    "Which adversities come together and how many return is an association: nothing here says that "
    "they bring children back."
)
NAMES = tuple(ASPECT_WORDS[key] for key in ASPECTS)


def together_exhibits(released: Released[TogetherAnswer]) -> tuple[Exhibit, ...]:
    """Return the share that returns, by combination of adversities, and what is assumed."""
    answer = released.answer
    shown = [one for one in answer.combinations if one.share is not None]
    sentences = _sentences(answer, shown)
    return (
        Exhibit(
            key="returns_by_combination",
            headline=_headline(shown),
            subtitle=(
                "Of the plans with each combination of adversities, the share that another plan of "
                f"the same child followed within {months(answer.within_days)} months, "
                f"{answer.provenance.place}, {wording.count(answer.overall.n)} plans that ended, "
                f"{wording.percent(answer.level)} intervals"
            ),
            figure=theme.as_dict(_figure(answer, shown)) if shown else None,
            table=_table(answer),
            alt_text="Dots with intervals over a grid of marks. " + " ".join(sentences),
            notes=(
                "Aalen-Johansen estimates; intervals allow for siblings. A filled mark is yes, a "
                "hollow one no; the dashed line is the share of all plans.",
                "A combination stands out when its whole interval lies above that of every other "
                "one that is shown. That is a strict reading: intervals that overlap a little can "
                "belong to a difference that is more than chance, which the ratios above test. An "
                "association, never an effect.",
                "Where one combination is small, all of as many adversities are withheld.",
                released.statement,
            ),
            **origin(answer.provenance),
            sentences=sentences,
        ),
        *folded_assumptions(answer.provenance, answer.assumptions),
    )


def _name(one: CombinationReturns) -> str:
    names = [
        wording.lower_first(name) for name, state in zip(NAMES, one.states, strict=True) if state
    ]
    return wording.listed(names) if names else "none of the three"


def stands_out(shown: Sequence[CombinationReturns]) -> CombinationReturns | None:
    """Return the combination whose interval lies above those of all others; None without one."""
    limits = [(one, one.conf_int) for one in shown if one.conf_int is not None]
    if len(limits) < 2:
        return None
    most, its_limits = max(limits, key=lambda item: item[1].low)
    others = [conf_int.high for one, conf_int in limits if one is not most]
    return most if its_limits.low > max(others) else None


def _headline(shown: list[CombinationReturns]) -> str:
    if not shown:
        return "Too few plans to show returns by combination of adversities"
    most = stands_out(shown)
    if most is None or most.conf_int is None:
        return "No combination of adversities stands out from the others"
    name = "all three" if all(most.states) else _name(most)
    return (
        f"{wording.percent(most.share)} ({between(most.conf_int)}) of plans with {name} were "
        "followed by another"
    )


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
        f"Of {wording.count(one.n)} plans with {_name(one)}, {wording.percent(one.share)} were "
        f"(interval {between(one.conf_int)})."
        for one in sorted(shown, key=lambda one: -(one.share or 0))[:3]
        if one.conf_int is not None
    ]
    if len(shown) > 1:
        found.append(ASSOCIATION if stands_out(shown) else f"{OVERLAP} {ASSOCIATION}")
    return tuple(found)


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
        yaxis={"title": {"text": "Followed by<br>another (%)"}, "rangemode": "tozero"}
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
