"""Exhibits of the path of a case: each step with its denominator, and what fell and rose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.disclosure.suppression import Share
from analytics.emmie.case_outcomes.path import PathAnswer, PathSide, Side, denominator
from analytics.exhibits import theme, wording
from analytics.exhibits.case_path_changes import changes_exhibit
from analytics.exhibits.case_path_words import step_label, steps_taken
from analytics.exhibits.case_words import OUTCOME_22_NOTE, codes_line
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin

OF_WORDS: Final = {"recorded": "Recorded", "closed": "Closed", "followed": "Followed"}
SIDE_WORDS: Final[dict[Side, str]] = {"before": "Before the change", "since": "Since the change"}
_COLOURS: Final[dict[Side, str]] = {"before": theme.TURQUOISE, "since": theme.DARK_BLUE}


def path_exhibits(released: Released[PathAnswer]) -> tuple[Exhibit, ...]:
    """Return what fell and rose, and the path in each group of areas."""
    answer = released.answer
    areas = list(dict.fromkeys(side.areas for side in answer.sides))
    return (
        changes_exhibit(released, areas),
        *(_path(released, one, place) for place, one in enumerate(areas)),
    )


def _path(released: Released[PathAnswer], areas: str, place: int) -> Exhibit:
    """Return the steps of one group of areas, before the change and since."""
    answer = released.answer
    sides = [side for side in answer.sides if side.areas == areas]
    steps = steps_taken(sides)
    sentences = tuple(_counts_sentence(side) for side in sides)
    return Exhibit(
        key=f"path_{place + 1}",
        headline=_path_headline(areas, sides),
        subtitle=(
            f"Share of cases at each step, {areas}, "
            f"{answer.provenance.place}, before {wording.day(answer.change_on)} and since, "
            f"95% intervals; {codes_line(answer.out_of_court_codes)}"
        ),
        figure=theme.as_dict(_path_figure(answer, sides, steps)),
        table=Table(
            columns=(
                "Step",
                "Of which cases",
                *(f"{SIDE_WORDS[side.side]}{what}" for side in sides for what in ("", " (%)")),
            ),
            rows=tuple(_path_row(answer, sides, step) for step in steps),
        ),
        alt_text=(
            f"Bar chart of the steps of a case, {areas}. "
            + " ".join(sentences)
            + " "
            + " ".join(_step_words(answer, sides, step) for step in ("outcome_20", "out_of_court"))
        ),
        notes=(
            "Each share is out of the cases of its own step: recorded cases, closed cases (with an "
            "outcome), or cases followed for long enough to know of a plan. Open cases are shown "
            "and are in no share of outcomes.",
            "Groups of outcomes follow the Home Office. “Out of court, together” is what the "
            "setting counts; formal and informal disposals are parts of it.",
            "Bars with [c] are withheld, and so is what would tell them.",
            OUTCOME_22_NOTE,
            released.statement,
        ),
        **origin(answer.provenance),
        sentences=sentences,
    )


def _path_headline(areas: str, sides: Sequence[PathSide]) -> str:
    shares = [share for side in sides if (share := side.step("outcome_20")) is not None]
    if len(shares) != 2 or any(share.value is None for share in shares):
        return f"{areas}: from referral to outcome"
    before, since = (wording.percent(share.value) for share in shares)
    return f"{areas}: {before} passed to another agency before, {since} since"


def _counts_sentence(side: PathSide) -> str:
    followed = (
        "" if side.followed is None else f", {wording.count(side.followed)} followed for a plan"
    )
    still = side.step("open")
    waiting = "[c]" if still is None or still.events is None else f"{still.events:,}"
    return (
        f"{SIDE_WORDS[side.side]}: {wording.count(side.recorded)} cases recorded, "
        f"{wording.count(side.closed)} closed, {waiting} still open{followed}."
    )


def _step_words(answer: PathAnswer, sides: Sequence[PathSide], step: str) -> str:
    parts = [
        f"{wording.percent(share.value)} ({wording.out_of(share)}) "
        f"{wording.lower_first(SIDE_WORDS[side.side])}"
        for side in sides
        if (share := side.step(step)) is not None
    ]
    return f"{step_label(answer, step)}: {wording.listed(parts)}."


def _path_row(answer: PathAnswer, sides: Sequence[PathSide], step: str) -> tuple[Cell, ...]:
    cells: list[Cell] = [step_label(answer, step), OF_WORDS[denominator(step)]]
    for side in sides:
        share = side.step(step)
        if share is None:
            cells += ["", ""]
            continue
        limits = side.interval(step)
        cells += [
            wording.out_of(share),
            wording.WITHHELD
            if share.value is None
            else f"{wording.fixed(100 * share.value, 1)} ({wording.interval(limits, scale=100)})",
        ]
    return tuple(cells)


def _path_figure(answer: PathAnswer, sides: Sequence[PathSide], steps: Sequence[str]) -> go.Figure:
    """Draw one row for each step, under the cases that it is a share of."""
    rows = _rows(steps)
    labels = [
        f"<b>{OF_WORDS[row]} cases</b>"
        if row in OF_WORDS
        else theme.wrapped(step_label(answer, row), 18)
        for row in rows
    ]
    middles, height = theme.rows_of(labels, line=18, gap=22)
    where = dict(zip(rows, middles, strict=True))
    built = theme.figure(height=int(height) + 110, barmode="overlay")
    for place, side in enumerate(sides):
        _bars(built, side, steps, where, shift=(place - (len(sides) - 1) / 2) * 18)
    for of in OF_WORDS:
        if of in where:
            _annotate(built, 0, where[of], _denominators(sides, of))
    built.update_yaxes(
        tickmode="array", tickvals=middles, ticktext=labels, range=[height, 0], showgrid=False
    )
    built.update_xaxes(
        title_text="% of the cases of the step",
        range=[0, 165],
        tickvals=[0, 25, 50, 75, 100],
    )
    return built


def _rows(steps: Sequence[str]) -> list[str]:
    """Return the steps, each run of them under the cases that they are shares of."""
    rows: list[str] = []
    for step in steps:
        if denominator(step) not in rows:
            rows.append(denominator(step))
        rows.append(step)
    return rows


def _denominators(sides: Sequence[PathSide], of: str) -> str:
    counts = [f"{wording.count(side.cases(of))} {side.side}" for side in sides]
    return f"<b>{', '.join(counts)}</b>"


def _bars(
    built: go.Figure,
    side: PathSide,
    steps: Sequence[str],
    where: dict[str, float],
    *,
    shift: float,
) -> None:
    """Draw one side's bars with their intervals; each is followed by its share and denominator."""
    shares = [side.step(step) for step in steps]
    built.add_trace(
        go.Bar(
            x=[_percent(share) for share in shares],
            y=[where[step] + shift for step in steps],
            width=16,
            orientation="h",
            name=SIDE_WORDS[side.side],
            marker_color=_COLOURS[side.side],
            error_x=theme.error_bars(
                [share.value if share else None for share in shares],
                [side.interval(step) for step in steps],
                colour=theme.TEXT,
                scale=100,
                width=3,
            ),
            hoverinfo="skip",
        )
    )
    for step in steps:
        limits = side.interval(step)
        end = 0.0 if limits is None else 100 * limits.high
        _annotate(built, end, where[step] + shift, _bar_words(side.step(step)))


def _annotate(built: go.Figure, x: float, y: float, words: str) -> None:
    built.add_annotation(
        x=x,
        y=y,
        text=words,
        showarrow=False,
        xanchor="left",
        xshift=5,
        font={"size": 12, "color": theme.TEXT},
    )


def _bar_words(share: Share | None) -> str:
    if share is None or share.value is None:
        return wording.WITHHELD
    return f"{wording.percent(share.value)} of {wording.count(share.n)}"


def _percent(share: Share | None) -> float | None:
    return None if share is None or share.value is None else wording.rounded(100 * share.value, 2)
