"""The exhibit of what fell and what rose on the path of a case."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.case_outcomes.path import PathAnswer
from analytics.emmie.case_outcomes.path_changes import PathChange
from analytics.emmie.contrast import includes_zero
from analytics.exhibits import theme, wording
from analytics.exhibits.case_path_words import (
    SHORT_WORDS,
    STEP_WORDS,
    recorded_otherwise,
    step_label,
    steps_taken,
)
from analytics.exhibits.case_words import OUTCOME_22_NOTE, codes_line
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin
from analytics.exhibits.same_group import RAW_CHANGE


def changes_exhibit(released: Released[PathAnswer], areas: Sequence[str]) -> Exhibit:
    """Return which steps fell and which rose, in each group of areas."""
    answer = released.answer
    listed = _ordered(answer)
    is_drawn = any(one.difference is not None for one in listed)
    sentences = (
        *(sentence for one in areas for sentence in _moved_sentences(answer, one)),
        *recorded_otherwise(answer),
    )
    return Exhibit(
        key="path_changes",
        headline=_changes_headline(answer, areas),
        subtitle=(
            f"Share since {wording.day(answer.change_on)} minus share before (points), "
            f"{answer.provenance.place}, 95% intervals that allow for siblings; "
            f"{codes_line(answer.out_of_court_codes)}"
        ),
        figure=theme.as_dict(_changes_figure(answer, areas, listed)) if is_drawn else None,
        table=Table(
            columns=(
                "Step",
                "Areas",
                "Difference (points)",
                "95% interval",
                "p, for all steps together",
            ),
            rows=tuple(_change_row(answer, one) for one in _ordered(answer)),
        ),
        alt_text="Forest plot of differences at each step. " + " ".join(sentences),
        notes=(
            "“Fell” and “rose” are said where Holm's p-value, among the steps of the same areas, "
            "is below 0.05. Intervals are for each step by itself (cluster-robust, families).",
            "Nothing is adjusted: other cases may be recorded now than before, and everything that "
            "changed at that time is in the difference.",
            "A difference is withheld where the share before or since is. “Out of court, together” "
            "is the sum of its parts. Mix of cases and open cases stand in the paths below.",
            RAW_CHANGE,
            OUTCOME_22_NOTE,
            released.statement,
        ),
        **origin(answer.provenance),
        sentences=sentences,
    )


def _ordered(answer: PathAnswer) -> list[PathChange]:
    """Return the changes in the order of the path, of steps that anybody took in these areas."""
    taken = {(side.areas, step) for side in answer.sides for step in steps_taken([side])}
    return [
        one
        for step in STEP_WORDS
        for one in answer.changes
        if one.step == step and (one.areas, step) in taken
    ]


def _moved(answer: PathAnswer, areas: str, *, up: bool) -> list[PathChange]:
    """Return the changes that clearly went one way."""
    return [
        one
        for one in _ordered(answer)
        if one.areas == areas
        and one.difference is not None
        and one.adjusted_p is not None
        and one.adjusted_p < 0.05
        and not includes_zero(one.difference)
        and (one.difference.value > 0) is up
    ]


def _moved_sentences(answer: PathAnswer, areas: str) -> list[str]:
    found = []
    for up, verb in ((False, "fell"), (True, "rose")):
        listed = [_with_difference(answer, one) for one in _moved(answer, areas, up=up)]
        found.append(f"{areas}, {verb}: {'; '.join(listed) or 'none clearly'}.")
    return found


def _with_difference(answer: PathAnswer, one: PathChange) -> str:
    if one.difference is None:
        return ""
    limits = wording.interval(one.difference.conf_int, scale=100)
    label = wording.lower_first(step_label(answer, one.step))
    return f"{label} {wording.points(one.difference.value)} points ({limits})"


def _changes_headline(answer: PathAnswer, areas: Sequence[str]) -> str:
    """Return what fell most and what rose most in the first group of areas."""
    if not areas:
        return "Nothing to compare"
    most = [
        max(moved, key=lambda one: abs(one.difference.value if one.difference else 0))
        for up in (False, True)
        if (moved := _moved(answer, areas[0], up=up))
    ]
    listed = [
        f"{SHORT_WORDS[one.step]} {wording.points(one.difference.value, places=0)}"
        + ("" if place else _elsewhere(answer, areas[1:], one))
        for place, one in enumerate(most)
        if one.difference is not None
    ]
    if not listed:
        return f"{areas[0]}: no share of outcomes clearly changed"
    return f"{areas[0]}: {', '.join(listed)} points"


def _elsewhere(answer: PathAnswer, others: Sequence[str], mine: PathChange) -> str:
    """Return how the same step moved in the only other group of areas, where it clearly did."""
    if len(others) != 1:
        return ""
    for up in (False, True):
        for one in _moved(answer, others[0], up=up):
            if one.step == mine.step and one.difference is not None:
                return f" (elsewhere {wording.points(one.difference.value, places=0)})"
    return ""


def _change_row(answer: PathAnswer, one: PathChange) -> tuple[Cell, ...]:
    if one.difference is None:
        why = wording.WITHHELD if one.is_withheld else wording.NOT_AVAILABLE
        return (step_label(answer, one.step), one.areas, why, "", "")
    return (
        step_label(answer, one.step),
        one.areas,
        wording.points(one.difference.value),
        wording.interval(one.difference.conf_int, scale=100),
        wording.p_value(one.adjusted_p),
    )


def _changes_figure(
    answer: PathAnswer, areas: Sequence[str], shown: Sequence[PathChange]
) -> go.Figure:
    steps = [step for step in STEP_WORDS if any(one.step == step for one in shown)]
    steps = [step for step in steps if step in steps_taken(answer.sides)]
    labels = [theme.wrapped(step_label(answer, step), 18) for step in steps]
    middles, height = theme.rows_of(labels, line=18, gap=16)
    built = theme.figure(height=int(height) + 120)
    symbols = ("circle", "diamond", "square")
    for place, (area, colour) in enumerate(zip(areas, theme.CATEGORICAL, strict=False)):
        shift = (place - (len(areas) - 1) / 2) * 14
        of_area = [one for one in shown if one.areas == area and one.step in steps]
        for one in of_area:
            if one.difference is None:
                symbol = wording.WITHHELD if one.is_withheld else wording.NOT_AVAILABLE
                theme.tell_row(built, middles[steps.index(one.step)] + shift, f"{area}: {symbol}")
        mine = [
            (middles[steps.index(one.step)], one.difference)
            for one in of_area
            if one.difference is not None
        ]
        if not mine:
            continue
        built.add_trace(
            go.Scatter(
                x=[100 * found.value for _, found in mine],
                y=[y + shift for y, _ in mine],
                mode="markers",
                name=area,
                marker={"color": colour, "symbol": symbols[place % 3], "size": 10},
                error_x=theme.error_bars(
                    [found.value for _, found in mine],
                    [found.conf_int for _, found in mine],
                    colour=colour,
                    scale=100,
                    thickness=2,
                ),
                hovertemplate="%{x:+.1f} points<extra></extra>",
            )
        )
    built.add_vline(x=0, line_color=theme.DARK_GREY, line_width=1)
    built.update_yaxes(
        tickmode="array", tickvals=middles, ticktext=labels, range=[height, 0], showgrid=False
    )
    built.update_xaxes(title_text="Since minus before (points)")
    return built
